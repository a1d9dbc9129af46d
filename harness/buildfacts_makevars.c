#include "harness/buildfacts_make.h"

#include "core/buf.h"

const char *make_expanded(struct make *m, struct str text, unsigned depth)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	make_expand_into(m, text, &out, depth + 1);
	return facts_text(m->f, buf_str(&out));
}

void make_put_words(struct make *m, struct buf *out, const struct strings *words)
{
	for (size_t i = 0; i < words->len && facts_spend(m->f, strlen(words->items[i]) + 1); i++) {
		if (i)
			buf_append_char(out, ' ');
		buf_append_cstr(out, words->items[i]);
	}
}

const char *make_stem(struct make *m, struct str pattern, struct str word)
{
	size_t at = str_index(pattern, '%');
	struct str before = str_first(pattern, at), behind = str_from(pattern, at + 1);
	if (at == pattern.len)
		return str_eq(pattern, word) ? "" : NULL;
	if (!facts_spend(m->f, 1) || word.len < before.len + behind.len || !str_starts(word, before) ||
	    !str_ends(word, behind))
		return NULL;
	return facts_text(m->f, str_first(str_from(word, before.len), word.len - before.len - behind.len));
}

const char *make_fill(struct make *m, struct str pattern, const char *stem)
{
	size_t at = str_index(pattern, '%');
	if (at == pattern.len || pattern.len > FACTS_VALUE_MAX || !facts_spend(m->f, pattern.len + strlen(stem)))
		return facts_text(m->f, pattern);
	return arena_printf(m->f->a, "%.*s%s%.*s", STR_ARG(str_first(pattern, at)), stem,
			    STR_ARG(str_from(pattern, at + 1)));
}

void make_patsubst(struct make *m, struct str from, struct str to, const struct strings *words, struct buf *out)
{
	struct strings some = {0};
	for (size_t i = 0; i < words->len && facts_spend(m->f, 1); i++) {
		const char *stem = make_stem(m, from, str_of(words->items[i]));
		facts_push(m->f, &some, stem ? make_fill(m, to, stem) : words->items[i]);
	}
	make_put_words(m, out, &some);
}

struct str make_folder_part(struct str word)
{
	struct str base = path_base(word);
	return base.len < word.len ? str_first(word, word.len - base.len) : STR("./");
}

/* "$@" and its like; with D or F, the folder or name alone. */
static bool put_automatic(struct make *m, struct str name, struct buf *out)
{
	struct strings words = {0};
	if (name.len == 0 || name.len > 2 || !strchr("@<^+?*%", name.ptr[0]) ||
	    (name.len == 2 && !strchr("DF", name.ptr[1])))
		return false;
	if (!m->at)
		return true;
	if (name.ptr[0] == '@')
		facts_push(m->f, &words, m->at->target);
	else if (name.ptr[0] == '*')
		facts_push(m->f, &words, m->at->stem);
	else if (name.ptr[0] == '<' && m->at->needs.len)
		facts_push(m->f, &words, m->at->needs.items[0]);
	else if (strchr("^+?", name.ptr[0]))
		facts_push_all(m->f, &words, &m->at->needs);
	for (size_t i = 0; i < words.len && name.len == 2 && facts_spend(m->f, 1); i++) {
		struct str word = str_of(words.items[i]);
		struct str folder = make_folder_part(word);
		struct str part = name.ptr[1] == 'F' ? path_base(word) : str_first(folder, folder.len - 1);
		words.items[i] = facts_text(m->f, part);
	}
	make_put_words(m, out, &words);
	return true;
}

/* What stands between "$(" and ")". */
static void put_reference(struct make *m, struct str inside, struct buf *out, unsigned depth)
{
	if (make_run_function(m, inside, out, depth))
		return;
	const char *name = make_expanded(m, inside, depth);
	struct str whole = str_of(name), from = {0}, to = {0};
	size_t colon = str_index(whole, ':');
	size_t equals = str_index(str_from(whole, colon), '=');
	if (colon < whole.len && colon + equals < whole.len) {
		from = str_first(str_from(whole, colon + 1), equals - 1);
		to = str_from(whole, colon + equals + 1);
		whole = str_first(whole, colon);
	}
	SCOPED_BUF struct buf value;
	buf_init(&value, FACTS_VALUE_MAX);
	if (!put_automatic(m, whole, &value)) {
		const char *raw = facts_var(m->f, m->scope, whole);
		make_expand_into(m, raw ? str_of(raw) : (struct str){0}, &value, depth + 1);
	}
	if (from.len == 0) {
		buf_append_str(out, buf_str(&value));
		return;
	}
	struct strings words = facts_words(m->f, buf_str(&value));
	bool pattern = str_index(from, '%') < from.len;
	if (!pattern && from.len < 200 && to.len < 200) {
		from = str_of(arena_printf(m->f->a, "%%%.*s", STR_ARG(from)));
		to = str_of(arena_printf(m->f->a, "%%%.*s", STR_ARG(to)));
	}
	make_patsubst(m, from, to, &words, out);
}

static size_t closing(struct str text, char open, char close)
{
	size_t depth = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == open)
			depth++;
		else if (text.ptr[i] == close && --depth == 0)
			return i;
	}
	return text.len;
}

/* "@name@", which configure would have filled in; how long it is, or 0. */
static size_t put_configured(struct make *m, struct str text, struct buf *out)
{
	size_t n = 1;
	while (n < text.len && (text.ptr[n] == '_' || (text.ptr[n] >= '0' && text.ptr[n] <= '9') ||
				((text.ptr[n] | 32) >= 'a' && (text.ptr[n] | 32) <= 'z')))
		n++;
	if (!m->configured || n == 1 || n >= text.len || text.ptr[n] != '@')
		return 0;
	const char *value = facts_var(m->f, m->configured, str_first(str_from(text, 1), n - 1));
	buf_append_cstr(out, value && facts_spend(m->f, strlen(value)) ? value : "");
	return n + 1;
}

void make_expand_into(struct make *m, struct str text, struct buf *out, unsigned depth)
{
	/* Charged in front: a value that names itself twice doubles with each step down. */
	if (depth > FACTS_DEPTH_MAX || !facts_spend(m->f, text.len + 1))
		return;
	while (text.len && !out->full) {
		size_t configured = text.ptr[0] == '@' ? put_configured(m, text, out) : 0;
		bool reference = text.ptr[0] == '$' && text.len > 1;
		if (configured || !reference) {
			if (!configured)
				buf_append_char(out, text.ptr[0]);
			text = str_from(text, configured ? configured : 1);
			continue;
		}
		char open = text.ptr[1];
		if (open == '$') {
			buf_append_char(out, '$');
			text = str_from(text, 2);
			continue;
		}
		bool brackets = open == '(' || open == '{';
		struct str rest = str_from(text, 1);
		size_t end = brackets ? closing(rest, open, open == '(' ? ')' : '}') : 0;
		if (!facts_spend(m->f, end + 1))
			return;
		put_reference(m, brackets ? str_from(str_first(rest, end), 1) : str_first(rest, 1), out, depth);
		text = str_from(rest, end + 1);
	}
}

const char *make_expand(struct make *m, struct str text)
{
	return make_expanded(m, text, 0);
}

struct strings make_words(struct make *m, struct str text)
{
	return facts_words(m->f, str_of(make_expanded(m, text, 0)));
}

const char *make_var(struct make *m, const char *name)
{
	const char *raw = facts_var(m->f, m->scope, str_of(name));
	return raw ? make_expand(m, str_of(raw)) : "";
}
