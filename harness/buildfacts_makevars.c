#include "harness/buildfacts_make.h"

#include "core/buf.h"

static void expand(struct make *m, struct str text, struct buf *out, unsigned depth);

static const char *expanded(struct make *m, struct str text, unsigned depth)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	expand(m, text, &out, depth + 1);
	return facts_text(m->f, buf_str(&out));
}

static struct strings expanded_words(struct make *m, struct str text, unsigned depth)
{
	return facts_words(m->f, str_of(expanded(m, text, depth)));
}

static void put_words(struct make *m, struct buf *out, const struct strings *words)
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
	if (!facts_spend(m->f, 1) || word.len < before.len + behind.len || !str_starts(word, before) || !str_ends(word, behind))
		return NULL;
	return facts_text(m->f, str_first(str_from(word, before.len), word.len - before.len - behind.len));
}

const char *make_fill(struct make *m, struct str pattern, const char *stem)
{
	size_t at = str_index(pattern, '%');
	if (at == pattern.len || pattern.len > FACTS_VALUE_MAX || !facts_spend(m->f, pattern.len + strlen(stem)))
		return facts_text(m->f, pattern);
	return arena_printf(m->f->a, "%.*s%s%.*s", STR_ARG(str_first(pattern, at)), stem, STR_ARG(str_from(pattern, at + 1)));
}

static void patsubst(struct make *m, struct str from, struct str to, const struct strings *words, struct buf *out)
{
	struct strings some = {0};
	for (size_t i = 0; i < words->len && facts_spend(m->f, 1); i++) {
		const char *stem = make_stem(m, from, str_of(words->items[i]));
		facts_push(m->f, &some, stem ? make_fill(m, to, stem) : words->items[i]);
	}
	put_words(m, out, &some);
}

/* Arguments of a function, not expanded, cut at commas outside of brackets; the last takes the rest. */
enum { ARGS_MAX = 8 };

struct call {
	struct make *m;
	struct str args[ARGS_MAX];
	size_t len;
	unsigned depth;
};

static void cut_args(struct call *c, struct str text, size_t max)
{
	size_t start = 0, depth = 0;
	for (size_t i = 0; i < text.len && c->len + 1 < max; i++) {
		char byte = text.ptr[i];
		depth += byte == '(' || byte == '{';
		depth -= (byte == ')' || byte == '}') && depth > 0;
		if (byte == ',' && depth == 0) {
			c->args[c->len++] = str_first(str_from(text, start), i - start);
			start = i + 1;
		}
	}
	c->args[c->len++] = str_from(text, start);
}

static struct str arg(struct call *c, size_t i)
{
	return i < c->len ? str_of(expanded(c->m, c->args[i], c->depth)) : (struct str){0};
}

static struct strings words_of(struct call *c, size_t i)
{
	return facts_words(c->m->f, arg(c, i));
}

static void do_subst(struct call *c, struct buf *out)
{
	struct str from = arg(c, 0), to = arg(c, 1), text = arg(c, 2);
	while (text.len && facts_spend(c->m->f, 1)) {
		bool here = from.len && str_starts(text, from);
		buf_append_str(out, here ? to : str_first(text, 1));
		text = str_from(text, here ? from.len : 1);
	}
}

static void do_patsubst(struct call *c, struct buf *out)
{
	struct strings words = words_of(c, 2);
	patsubst(c->m, str_trim(arg(c, 0)), str_trim(arg(c, 1)), &words, out);
}

static void do_filter(struct call *c, struct buf *out, bool matching)
{
	struct strings patterns = words_of(c, 0), words = words_of(c, 1), some = {0};
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, 1); i++) {
		bool found = false;
		for (size_t k = 0; k < patterns.len && !found && facts_spend(c->m->f, 1); k++)
			found = make_stem(c->m, str_of(patterns.items[k]), str_of(words.items[i])) != NULL;
		if (found == matching)
			facts_push(c->m->f, &some, words.items[i]);
	}
	put_words(c->m, out, &some);
}

static void do_filter_in(struct call *c, struct buf *out)
{
	do_filter(c, out, true);
}

static void do_filter_out(struct call *c, struct buf *out)
{
	do_filter(c, out, false);
}

static void do_add(struct call *c, struct buf *out, bool in_front)
{
	struct strings words = words_of(c, 1), some = {0};
	const char *text = expanded(c->m, c->args[0], c->depth);
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, strlen(text) + strlen(words.items[i])); i++)
		facts_push(c->m->f, &some,
			   arena_printf(c->m->f->a, "%s%s%s", in_front ? text : "", words.items[i], in_front ? "" : text));
	put_words(c->m, out, &some);
}

static void do_addprefix(struct call *c, struct buf *out)
{
	do_add(c, out, true);
}

static void do_addsuffix(struct call *c, struct buf *out)
{
	do_add(c, out, false);
}

/* The parts of file names. */
static struct str folder_part(struct str word)
{
	struct str base = facts_base(word);
	return base.len < word.len ? str_first(word, word.len - base.len) : STR("./");
}

static struct str suffix_part(struct str word)
{
	struct str base = facts_base(word);
	size_t at = base.len;
	while (at > 0 && base.ptr[at - 1] != '.')
		at--;
	return at > 0 ? str_from(base, at - 1) : (struct str){0};
}

static struct str without_suffix(struct str word)
{
	return str_first(word, word.len - suffix_part(word).len);
}

static void do_part(struct call *c, struct buf *out, struct str (*part)(struct str word))
{
	struct strings words = words_of(c, 0), some = {0};
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, 1); i++) {
		struct str text = part(str_of(words.items[i]));
		if (text.len)
			facts_push(c->m->f, &some, facts_text(c->m->f, text));
	}
	put_words(c->m, out, &some);
}

static void do_dir(struct call *c, struct buf *out)
{
	do_part(c, out, folder_part);
}

static void do_notdir(struct call *c, struct buf *out)
{
	do_part(c, out, facts_base);
}

static void do_suffix(struct call *c, struct buf *out)
{
	do_part(c, out, suffix_part);
}

static void do_basename(struct call *c, struct buf *out)
{
	do_part(c, out, without_suffix);
}

static void do_same(struct call *c, struct buf *out)
{
	struct strings words = words_of(c, 0);
	put_words(c->m, out, &words);
}

static void do_word(struct call *c, struct buf *out, uint64_t from, uint64_t to, size_t words_at)
{
	struct strings words = words_of(c, words_at), some = {0};
	for (uint64_t i = max_size((size_t)min_size((size_t)from, SIZE_MAX / 2), 1); i <= to && i <= words.len; i++)
		facts_push(c->m->f, &some, words.items[i - 1]);
	put_words(c->m, out, &some);
}

static void do_firstword(struct call *c, struct buf *out)
{
	do_word(c, out, 1, 1, 0);
}

static void do_lastword(struct call *c, struct buf *out)
{
	struct strings words = words_of(c, 0);
	if (words.len)
		buf_append_cstr(out, words.items[words.len - 1]);
}

static void do_nth(struct call *c, struct buf *out)
{
	uint64_t n = 0;
	if (str_to_u64(str_trim(arg(c, 0)), &n))
		do_word(c, out, n, n, 1);
}

static void do_wordlist(struct call *c, struct buf *out)
{
	uint64_t from = 0, to = 0;
	if (str_to_u64(str_trim(arg(c, 0)), &from) && str_to_u64(str_trim(arg(c, 1)), &to))
		do_word(c, out, from, to, 2);
}

/* Files as they are found from the makefile's folder. */
static void put_glob(struct make *m, const char *word, bool deep, struct buf *out)
{
	const char *pattern = facts_path(m->f, m->folder, str_of(word));
	if (!pattern)
		return;
	struct strings found = facts_glob(m->f, pattern, deep, false), some = {0};
	size_t folder = strlen(m->folder);
	for (size_t i = 0; i < found.len && facts_spend(m->f, 1); i++) {
		bool below = folder == 0 || (strncmp(found.items[i], m->folder, folder) == 0 && found.items[i][folder] == '/');
		facts_push(m->f, &some, below ? found.items[i] + folder + (folder > 0) : facts_absolute(m->f, found.items[i]));
	}
	if (out->len && some.len)
		buf_append_char(out, ' ');
	put_words(m, out, &some);
}

static void do_wildcard(struct call *c, struct buf *out)
{
	struct strings words = words_of(c, 0);
	SCOPED_BUF struct buf found;
	buf_init(&found, FACTS_VALUE_MAX);
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, 1); i++)
		put_glob(c->m, words.items[i], false, &found);
	buf_append_str(out, buf_str(&found));
}

static void do_foreach(struct call *c, struct buf *out)
{
	const char *name = expanded(c->m, c->args[0], c->depth);
	struct strings words = words_of(c, 1);
	if (c->len < 3)
		return;
	const char *before = facts_var(c->m->f, &c->m->vars, str_of(name));
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, 8); i++) {
		make_set(c->m, name, words.items[i]);
		if (i)
			buf_append_char(out, ' ');
		expand(c->m, c->args[2], out, c->depth + 1);
	}
	make_set(c->m, name, before);
}

static void do_if(struct call *c, struct buf *out)
{
	bool holds = str_trim(arg(c, 0)).len > 0;
	if (holds || c->len > 2)
		expand(c->m, c->args[holds ? min_size(1, c->len - 1) : 2], out, c->depth + 1);
}

static void do_or(struct call *c, struct buf *out)
{
	for (size_t i = 0; i < c->len; i++) {
		struct str text = str_trim(arg(c, i));
		if (text.len) {
			buf_append_str(out, text);
			return;
		}
	}
}

static void do_call(struct call *c, struct buf *out)
{
	static const char *const numbers[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
	const char *before[ARGS_MAX], *value = facts_var(c->m->f, c->m->scope, str_trim(arg(c, 0)));
	for (size_t i = 1; i < ARGS_MAX; i++) {
		const char *given = i < c->len ? expanded(c->m, c->args[i], c->depth) : "";
		before[i] = facts_var(c->m->f, &c->m->vars, str_of(numbers[i]));
		make_set(c->m, numbers[i], given);
	}
	if (value)
		expand(c->m, str_of(value), out, c->depth + 1);
	for (size_t i = 1; i < ARGS_MAX; i++)
		make_set(c->m, numbers[i], before[i]);
}

/* The few commands whose answer is in the project: which system, which files. */
static void do_shell(struct call *c, struct buf *out)
{
	struct strings words = words_of(c, 0);
	if (words.len == 0)
		return;
	if (strcmp(words.items[0], "uname") == 0) {
		buf_append_cstr(out, "Linux");
	} else if (strcmp(words.items[0], "pwd") == 0) {
		buf_append_cstr(out, facts_absolute(c->m->f, c->m->folder));
	} else if (strcmp(words.items[0], "ls") == 0) {
		for (size_t i = 1; i < words.len && facts_spend(c->m->f, 1); i++)
			put_glob(c->m, words.items[i], false, out);
	} else if (strcmp(words.items[0], "find") == 0 && words.len > 1) {
		struct str name = {0};
		for (size_t i = 2; i + 1 < words.len && name.len == 0; i++)
			name = strcmp(words.items[i], "-name") == 0 ? str_of(words.items[i + 1]) : name;
		if (name.len > 2 && (name.ptr[0] == '\'' || name.ptr[0] == '"'))
			name = str_from(str_first(name, name.len - 1), 1);
		if (name.len && name.len < 256)
			put_glob(c->m, arena_printf(c->m->f->a, "%s/%.*s", words.items[1], STR_ARG(name)), true, out);
	}
}

static const struct {
	const char *name;
	size_t args;
	void (*run)(struct call *c, struct buf *out);
} functions[] = {
	{"subst", 3, do_subst},
	{"patsubst", 3, do_patsubst},
	{"filter", 2, do_filter_in},
	{"filter-out", 2, do_filter_out},
	{"addprefix", 2, do_addprefix},
	{"addsuffix", 2, do_addsuffix},
	{"dir", 1, do_dir},
	{"notdir", 1, do_notdir},
	{"suffix", 1, do_suffix},
	{"basename", 1, do_basename},
	{"strip", 1, do_same},
	{"sort", 1, do_same},
	{"abspath", 1, do_same},
	{"realpath", 1, do_same},
	{"word", 2, do_nth},
	{"wordlist", 3, do_wordlist},
	{"firstword", 1, do_firstword},
	{"lastword", 1, do_lastword},
	{"wildcard", 1, do_wildcard},
	{"foreach", 3, do_foreach},
	{"if", 3, do_if},
	{"or", ARGS_MAX, do_or},
	{"call", ARGS_MAX, do_call},
	{"shell", 1, do_shell},
};

/* "name arguments"; false if it is a variable's name. */
static bool run_function(struct make *m, struct str inside, struct buf *out, unsigned depth)
{
	size_t n = 0;
	while (n < inside.len && ((inside.ptr[n] >= 'a' && inside.ptr[n] <= 'z') || inside.ptr[n] == '-'))
		n++;
	if (n == 0 || n >= inside.len || (inside.ptr[n] != ' ' && inside.ptr[n] != '\t'))
		return false;
	for (size_t i = 0; i < countof(functions); i++) {
		if (!str_eq(str_first(inside, n), str_of(functions[i].name)))
			continue;
		struct call c = {.m = m, .depth = depth};
		struct str args = str_from(inside, n + 1);
		while (args.len && (args.ptr[0] == ' ' || args.ptr[0] == '\t'))
			args = str_from(args, 1);
		cut_args(&c, args, functions[i].args);
		functions[i].run(&c, out);
		break;
	}
	return true; /* "error", "info", "eval" and what nobody knows are nothing */
}

/* "$@" and its like; with D or F, the folder or name alone. */
static bool put_automatic(struct make *m, struct str name, struct buf *out)
{
	struct strings words = {0};
	if (name.len == 0 || name.len > 2 || !strchr("@<^+?*%", name.ptr[0]) || (name.len == 2 && !strchr("DF", name.ptr[1])))
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
		struct str folder = folder_part(word);
		words.items[i] = facts_text(m->f, name.ptr[1] == 'F' ? facts_base(word) : str_first(folder, folder.len - 1));
	}
	put_words(m, out, &words);
	return true;
}

/* What stands between "$(" and ")". */
static void put_reference(struct make *m, struct str inside, struct buf *out, unsigned depth)
{
	if (run_function(m, inside, out, depth))
		return;
	const char *name = expanded(m, inside, depth);
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
		expand(m, raw ? str_of(raw) : (struct str){0}, &value, depth + 1);
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
	patsubst(m, from, to, &words, out);
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

static void expand(struct make *m, struct str text, struct buf *out, unsigned depth)
{
	/* Each way into here reads the text once more: charged in front, since a value that names itself twice doubles. */
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
	return expanded(m, text, 0);
}

struct strings make_words(struct make *m, struct str text)
{
	return expanded_words(m, text, 0);
}

const char *make_var(struct make *m, const char *name)
{
	const char *raw = facts_var(m->f, m->scope, str_of(name));
	return raw ? make_expand(m, str_of(raw)) : "";
}
