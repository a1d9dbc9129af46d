#include "harness/buildfacts_cmake.h"

#include "core/buf.h"
#include "core/pattern.h"

#include <strings.h>

/* A name that a check of the machine would set. */
static bool is_probed(struct str name)
{
	return str_starts(name, STR("HAVE_")) || str_starts(name, STR("HAS_")) || str_ends(name, STR("_FOUND")) ||
	       (name.len > 5 && memmem(name.ptr, name.len, "_HAVE_", 6));
}

const char *cmake_var(struct cmake *c, const char *name)
{
	return facts_var(c->f, c->vars, str_of(name));
}

void cmake_set(struct cmake *c, const char *name, const char *value)
{
	struct facts_var *v = facts_var_set(c->f, c->vars, str_of(name), value);
	v->unsure = c->unsure > 0;
}

static const char *look_up(struct cmake *c, struct str name)
{
	struct facts_var *v = facts_var_find(c->f, c->vars, name);
	c->saw_unsure = c->saw_unsure || (v ? v->unsure : is_probed(name));
	return v ? v->value : "";
}

/* From *in up to its end or, inside of "${", to the "}". */
static void expand(struct cmake *c, struct str *in, struct buf *out, unsigned depth)
{
	while (in->len && facts_spend(c->f, 1)) {
		char byte = in->ptr[0];
		size_t mark = str_starts(*in, STR("${")) ? 2 : str_starts(*in, STR("$ENV{")) ? 5 : 0;
		mark = str_starts(*in, STR("$CACHE{")) ? 7 : mark;
		if (mark && depth < FACTS_DEPTH_MAX) {
			SCOPED_BUF struct buf name;
			buf_init(&name, 1000);
			*in = str_from(*in, mark);
			expand(c, in, &name, depth + 1);
			const char *value = mark == 5 ? "" : look_up(c, buf_str(&name));
			if (facts_spend(c->f, strlen(value)))
				buf_append_cstr(out, value);
			continue;
		}
		*in = str_from(*in, 1);
		if (byte == '}' && depth > 0)
			return;
		if (byte == '\\' && in->len) {
			byte = in->ptr[0];
			*in = str_from(*in, 1);
			/* An escaped separator is none; that is kept until the list is taken apart. */
			if (byte == ';')
				buf_append_char(out, '\\');
			byte = byte == 'n' ? '\n' : byte == 't' ? '\t' : byte == 'r' ? '\r' : byte;
			if (byte == '\n')
				continue;
		}
		if (byte != '\0')
			buf_append_char(out, byte);
	}
}

const char *cmake_expand(struct cmake *c, const struct cmake_arg *arg)
{
	if (arg->literal)
		return facts_text(c->f, arg->text);
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	struct str rest = arg->text;
	expand(c, &rest, &out, 0);
	return facts_text(c->f, buf_str(&out));
}

/* Semicolons within "$<…>" and "[…]" separate nothing. */
struct strings cmake_list(struct cmake *c, struct str text)
{
	struct strings list = {0};
	size_t start = 0, depth = 0;
	for (size_t i = 0; i <= text.len && facts_spend(c->f, 1); i++) {
		bool end = i == text.len;
		if (!end && text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '<')
			depth++;
		else if (!end && text.ptr[i] == '>' && depth > 0)
			depth--;
		if (!end && (text.ptr[i] != ';' || depth > 0 || (i > 0 && text.ptr[i - 1] == '\\')))
			continue;
		if (i > start)
			facts_push(c->f, &list, facts_text(c->f, str_first(str_from(text, start), i - start)));
		start = i + 1;
	}
	return list;
}

struct strings cmake_args(struct cmake *c, const struct cmake_command *command)
{
	struct strings args = {0};
	for (size_t i = 0; i < command->args_len && facts_spend(c->f, 1); i++) {
		const struct cmake_arg *arg = &command->args[i];
		const char *text = cmake_expand(c, arg);
		if (arg->quoted || !strchr(text, ';')) {
			if (arg->quoted || text[0])
				facts_push(c->f, &args, text);
			continue;
		}
		struct strings list = cmake_list(c, str_of(text));
		facts_push_all(c->f, &args, &list);
	}
	return args;
}

const char *cmake_join(struct cmake *c, const struct strings *list, const char *between)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	for (size_t i = 0; i < list->len && facts_spend(c->f, strlen(list->items[i])); i++) {
		if (i)
			buf_append_cstr(&out, between);
		buf_append_cstr(&out, list->items[i]);
	}
	return facts_text(c->f, buf_str(&out));
}

const char *cmake_path(struct cmake *c, const char *text)
{
	return facts_path(c->f, c->folder->path, str_of(text));
}

/* The end of what begins with "$<", or the text's. */
static size_t expression_end(struct str text)
{
	size_t depth = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '<')
			depth++;
		else if (text.ptr[i] == '>' && --depth == 0)
			return i;
	}
	return text.len;
}

static void generate(struct cmake *c, struct str text, struct buf *out, unsigned depth);

static bool holds(struct cmake *c, struct str key, struct str value, unsigned depth)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1000);
	generate(c, value, &text, depth + 1);
	if (str_eq(key, STR("BOOL")))
		return text.len > 0 && cmake_is_on(buf_str(&text));
	if (str_eq(key, STR("NOT")))
		return !str_eq(buf_str(&text), STR("1"));
	if (str_eq(key, STR("COMPILE_LANGUAGE")) || str_eq(key, STR("LINK_LANGUAGE")))
		return memmem(text.ptr, text.len, "C", 1) && !str_eq(buf_str(&text), STR("CXX"));
	if (str_eq(key, STR("C_COMPILER_ID")) || str_eq(key, STR("COMPILE_LANG_AND_ID")))
		return memmem(text.ptr, text.len, "Clang", 5) && !memmem(text.ptr, text.len, "CXX", 3);
	if (str_eq(key, STR("AND")))
		return !memmem(text.ptr, text.len, "0", 1);
	return str_eq(key, STR("OR")) && memmem(text.ptr, text.len, "1", 1);
}

/* One expression, without "$<" and ">". */
static void generate_one(struct cmake *c, struct str inside, struct buf *out, unsigned depth)
{
	static const char *const passed_on[] = {"BUILD_INTERFACE", "BUILD_LOCAL_INTERFACE", "TARGET_NAME",
						"SHELL_PATH", "TARGET_FILE", "COMPILE_ONLY", "1"};
	static const char *const asked[] = {"BOOL", "NOT", "COMPILE_LANGUAGE", "LINK_LANGUAGE", "C_COMPILER_ID",
					    "AND", "OR", "COMPILE_LANG_AND_ID"};
	size_t at = str_starts(inside, STR("$<")) ? expression_end(inside) + 1 : str_index(inside, ':');
	struct str key = str_first(inside, at), rest = str_from(inside, at + 1);
	SCOPED_BUF struct buf condition;
	buf_init(&condition, 1000);
	generate(c, key, &condition, depth + 1);
	for (size_t i = 0; i < countof(passed_on); i++) {
		if (str_eq(buf_str(&condition), str_of(passed_on[i])))
			generate(c, rest, out, depth + 1);
	}
	for (size_t i = 0; i < countof(asked); i++) {
		if (str_eq(key, str_of(asked[i])))
			buf_append_cstr(out, holds(c, key, rest, depth) ? "1" : "0");
	}
	if (str_eq(key, STR("SEMICOLON")))
		buf_append_char(out, ';');
}

static void generate(struct cmake *c, struct str text, struct buf *out, unsigned depth)
{
	while (text.len && depth < FACTS_DEPTH_MAX && facts_spend(c->f, 1)) {
		if (!str_starts(text, STR("$<"))) {
			buf_append_char(out, text.ptr[0]);
			text = str_from(text, 1);
			continue;
		}
		size_t end = expression_end(text);
		if (!facts_spend(c->f, end))
			return;
		if (str_starts(text, STR("$<TARGET_OBJECTS:")))
			buf_append_str(out, str_first(text, end + 1));
		else
			generate_one(c, str_from(str_first(text, end), 2), out, depth);
		text = str_from(text, end + 1);
	}
}

const char *cmake_generate(struct cmake *c, const char *text)
{
	if (!strstr(text, "$<"))
		return text;
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	generate(c, str_of(text), &out, 0);
	return facts_text(c->f, buf_str(&out));
}

bool cmake_is_on(struct str text)
{
	static const char *const off[] = {"", "0", "OFF", "NO", "FALSE", "N", "IGNORE", "NOTFOUND"};
	for (size_t i = 0; i < countof(off); i++) {
		if (text.len == strlen(off[i]) && strncasecmp(text.len ? text.ptr : "", off[i], text.len) == 0)
			return false;
	}
	return !str_ends(text, STR("-NOTFOUND"));
}

/* Conditions. */

struct condition {
	struct cmake *c;
	const struct cmake_arg *args;
	size_t len, at;
	unsigned depth;
};

static bool word_is(const struct condition *q, size_t at, const char *word)
{
	return at < q->len && !q->args[at].quoted && str_eq(q->args[at].text, str_of(word));
}

static enum cmake_truth truth(bool holds_true)
{
	return holds_true ? CMAKE_YES : CMAKE_NO;
}

/* What a word alone means: a constant, or a variable. */
static enum cmake_truth truth_of(struct cmake *c, const struct cmake_arg *arg)
{
	static const char *const on[] = {"1", "ON", "YES", "TRUE", "Y"};
	c->saw_unsure = false;
	const char *text = cmake_expand(c, arg);
	uint64_t number;
	if (c->saw_unsure)
		return CMAKE_MAYBE;
	for (size_t i = 0; i < countof(on); i++) {
		if (strcasecmp(text, on[i]) == 0)
			return CMAKE_YES;
	}
	if (str_to_u64(str_of(text), &number))
		return truth(number != 0);
	if (arg->quoted || !cmake_is_on(str_of(text)))
		return CMAKE_NO;
	struct facts_var *v = facts_var_find(c->f, c->vars, str_of(text));
	if (!v)
		return is_probed(str_of(text)) ? CMAKE_MAYBE : CMAKE_NO;
	bool is_true = cmake_is_on(str_of(v->value));
	if (!is_true && facts_var(c->f, &c->options, str_of(text)))
		c->saw_off = true;
	return v->unsure ? CMAKE_MAYBE : truth(is_true);
}

/* What stands beside an operator: the variable of that name, if there is one, else the text. */
static const char *operand(struct cmake *c, const struct cmake_arg *arg)
{
	const char *text = cmake_expand(c, arg);
	struct facts_var *v = arg->quoted ? NULL : facts_var_find(c->f, c->vars, str_of(text));
	c->saw_unsure = c->saw_unsure || (v && v->unsure) || (!v && !arg->quoted && is_probed(str_of(text)));
	return v ? v->value : text;
}

/* -1, 0 or 1, by numbers between dots. */
static int compare_versions(struct str x, struct str y)
{
	while (x.len || y.len) {
		struct str a = str_first(x, str_index(x, '.')), b = str_first(y, str_index(y, '.'));
		uint64_t m = 0, n = 0;
		str_to_u64(a, &m);
		str_to_u64(b, &n);
		if (m != n)
			return m < n ? -1 : 1;
		x = str_from(x, a.len + 1);
		y = str_from(y, b.len + 1);
	}
	return 0;
}

static bool matches(struct cmake *c, const char *text, const char *expression)
{
	const struct pattern *pattern;
	struct pattern_match match;
	if (!facts_spend(c->f, 64 * (strlen(expression) + 1)) ||
	    pattern_compile(c->f->a, expression, &pattern, NULL) < 0)
		return false;
	return pattern_find(pattern, str_of(text), &c->f->work, &match);
}

enum relation { LESS, LESS_EQUAL, SAME, GREATER_EQUAL, GREATER };

static bool related(int order, enum relation relation)
{
	switch (relation) {
	case LESS:
		return order < 0;
	case LESS_EQUAL:
		return order <= 0;
	case SAME:
		return order == 0;
	case GREATER_EQUAL:
		return order >= 0;
	case GREATER:
		return order > 0;
	}
	return false;
}

static const struct {
	const char *name;
	enum relation relation;
	bool text; /* else numbers */
} comparisons[] = {
	{"STREQUAL", SAME, true},
	{"STRLESS", LESS, true},
	{"STRGREATER", GREATER, true},
	{"PATH_EQUAL", SAME, true},
	{"EQUAL", SAME, false},
	{"LESS", LESS, false},
	{"GREATER", GREATER, false},
	{"LESS_EQUAL", LESS_EQUAL, false},
	{"GREATER_EQUAL", GREATER_EQUAL, false},
	{"VERSION_EQUAL", SAME, false},
	{"VERSION_LESS", LESS, false},
	{"VERSION_GREATER", GREATER, false},
	{"VERSION_LESS_EQUAL", LESS_EQUAL, false},
	{"VERSION_GREATER_EQUAL", GREATER_EQUAL, false},
};

/* "a OPERATOR b"; false if there is no operator. */
static bool compare(struct condition *q, enum cmake_truth *ret)
{
	struct cmake *c = q->c;
	if (q->at + 2 >= q->len)
		return false;
	bool by_pattern = word_is(q, q->at + 1, "MATCHES"), in_list = word_is(q, q->at + 1, "IN_LIST");
	size_t found = countof(comparisons);
	for (size_t i = 0; i < countof(comparisons); i++) {
		if (word_is(q, q->at + 1, comparisons[i].name))
			found = i;
	}
	if (!by_pattern && !in_list && found == countof(comparisons))
		return false;
	c->saw_unsure = false;
	const char *left = operand(c, &q->args[q->at]), *right = operand(c, &q->args[q->at + 2]);
	bool result;
	if (by_pattern) {
		result = matches(c, left, right);
	} else if (in_list) {
		struct strings list = cmake_list(c, str_of(right));
		result = facts_has(c->f, &list, left);
	} else {
		int order = comparisons[found].text ? str_cmp(str_of(left), str_of(right))
						    : compare_versions(str_of(left), str_of(right));
		result = related(order, comparisons[found].relation);
	}
	*ret = c->saw_unsure ? CMAKE_MAYBE : truth(result);
	q->at += 3;
	return true;
}

static enum cmake_truth ask(struct cmake *c, struct str question, const struct cmake_arg *arg)
{
	c->saw_unsure = false;
	const char *text = cmake_expand(c, arg);
	if (str_eq(question, STR("DEFINED"))) {
		struct facts_var *v = facts_var_find(c->f, c->vars, str_of(text));
		return v ? (v->unsure ? CMAKE_MAYBE : CMAKE_YES) : is_probed(str_of(text)) ? CMAKE_MAYBE : CMAKE_NO;
	}
	if (str_eq(question, STR("TARGET")))
		return truth(cmake_find_target(c, str_of(text)) != NULL);
	const char *path = cmake_path(c, text);
	if (str_eq(question, STR("EXISTS")))
		return path ? truth(facts_node(c->f, path) != NULL) : CMAKE_MAYBE;
	if (str_eq(question, STR("IS_DIRECTORY")))
		return path ? truth(facts_is_folder(c->f, path)) : CMAKE_MAYBE;
	return CMAKE_MAYBE;
}

static enum cmake_truth either(struct condition *q);

static enum cmake_truth one(struct condition *q)
{
	static const char *const questions[] = {"DEFINED", "TARGET", "EXISTS", "IS_DIRECTORY", "COMMAND", "POLICY",
						"IS_ABSOLUTE", "IS_SYMLINK", "TEST"};
	enum cmake_truth result = CMAKE_MAYBE;
	if (q->at >= q->len || q->depth == FACTS_DEPTH_MAX)
		return result;
	if (word_is(q, q->at, "NOT") || word_is(q, q->at, "(")) {
		bool group = q->args[q->at++].text.ptr[0] == '(';
		q->depth++;
		result = group ? either(q) : CMAKE_YES - one(q);
		q->depth--;
		q->at += group && word_is(q, q->at, ")");
		return result;
	}
	for (size_t i = 0; i < countof(questions) && q->at + 1 < q->len; i++) {
		if (word_is(q, q->at, questions[i])) {
			q->at += 2;
			return ask(q->c, str_of(questions[i]), &q->args[q->at - 1]);
		}
	}
	if (compare(q, &result))
		return result;
	return truth_of(q->c, &q->args[q->at++]);
}

static enum cmake_truth both(struct condition *q)
{
	enum cmake_truth result = one(q);
	while (word_is(q, q->at, "AND")) {
		q->at++;
		enum cmake_truth next = one(q);
		result = next < result ? next : result;
	}
	return result;
}

static enum cmake_truth either(struct condition *q)
{
	enum cmake_truth result = both(q);
	while (word_is(q, q->at, "OR")) {
		q->at++;
		enum cmake_truth next = both(q);
		result = next > result ? next : result;
	}
	return result;
}

enum cmake_truth cmake_condition(struct cmake *c, const struct cmake_command *command)
{
	struct condition q = {.c = c, .args = command->args, .len = command->args_len};
	if (!facts_spend(c->f, q.len))
		return CMAKE_MAYBE;
	return either(&q);
}
