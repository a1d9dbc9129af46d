#include "harness/buildfacts_make.h"

#include "core/buf.h"

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
	return i < c->len ? str_of(make_expanded(c->m, c->args[i], c->depth)) : (struct str){0};
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

static void do_findstring(struct call *c, struct buf *out)
{
	struct str what = arg(c, 0), text = arg(c, 1);
	if (what.len && text.len && memmem(text.ptr, text.len, what.ptr, what.len))
		buf_append_str(out, what);
}

static void do_patsubst(struct call *c, struct buf *out)
{
	struct strings words = words_of(c, 2);
	make_patsubst(c->m, str_trim(arg(c, 0)), str_trim(arg(c, 1)), &words, out);
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
	make_put_words(c->m, out, &some);
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
	const char *text = make_expanded(c->m, c->args[0], c->depth);
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, strlen(text) + strlen(words.items[i])); i++)
		facts_push(c->m->f, &some,
			   arena_printf(c->m->f->a, "%s%s", in_front ? text : words.items[i],
					in_front ? words.items[i] : text));
	make_put_words(c->m, out, &some);
}

static void do_addprefix(struct call *c, struct buf *out)
{
	do_add(c, out, true);
}

static void do_addsuffix(struct call *c, struct buf *out)
{
	do_add(c, out, false);
}

static struct str suffix_part(struct str word)
{
	struct str base = path_base(word);
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
	make_put_words(c->m, out, &some);
}

static void do_dir(struct call *c, struct buf *out)
{
	do_part(c, out, make_folder_part);
}

static void do_notdir(struct call *c, struct buf *out)
{
	do_part(c, out, path_base);
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
	make_put_words(c->m, out, &words);
}

static void do_word(struct call *c, struct buf *out, uint64_t from, uint64_t to, size_t words_at)
{
	struct strings words = words_of(c, words_at), some = {0};
	for (uint64_t i = max_size((size_t)min_size((size_t)from, SIZE_MAX / 2), 1); i <= to && i <= words.len; i++)
		facts_push(c->m->f, &some, words.items[i - 1]);
	make_put_words(c->m, out, &some);
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
		bool below = folder == 0 || (strncmp(found.items[i], m->folder, folder) == 0 &&
					     found.items[i][folder] == '/');
		const char *relative = found.items[i] + folder + (folder > 0);
		facts_push(m->f, &some, below ? relative : facts_absolute(m->f, found.items[i]));
	}
	if (out->len && some.len)
		buf_append_char(out, ' ');
	make_put_words(m, out, &some);
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
	const char *name = make_expanded(c->m, c->args[0], c->depth);
	struct strings words = words_of(c, 1);
	if (c->len < 3)
		return;
	const char *before = facts_var(c->m->f, &c->m->vars, str_of(name));
	for (size_t i = 0; i < words.len && facts_spend(c->m->f, 8); i++) {
		make_set(c->m, name, words.items[i]);
		if (i)
			buf_append_char(out, ' ');
		make_expand_into(c->m, c->args[2], out, c->depth + 1);
	}
	make_set(c->m, name, before);
}

static void do_if(struct call *c, struct buf *out)
{
	bool holds = str_trim(arg(c, 0)).len > 0;
	if (holds || c->len > 2)
		make_expand_into(c->m, c->args[holds ? min_size(1, c->len - 1) : 2], out, c->depth + 1);
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
		const char *given = i < c->len ? make_expanded(c->m, c->args[i], c->depth) : "";
		before[i] = facts_var(c->m->f, &c->m->vars, str_of(numbers[i]));
		make_set(c->m, numbers[i], given);
	}
	if (value)
		make_expand_into(c->m, str_of(value), out, c->depth + 1);
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
	{"findstring", 2, do_findstring},
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

bool make_run_function(struct make *m, struct str inside, struct buf *out, unsigned depth)
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
