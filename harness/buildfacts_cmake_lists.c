#include "harness/buildfacts_cmake.h"

#include "core/buf.h"
#include "core/pattern.h"

static bool is(const struct strings *args, size_t at, const char *word)
{
	return at < args->len && strcmp(args->items[at], word) == 0;
}

static struct strings from(const struct strings *args, size_t at)
{
	return at < args->len ? (struct strings){args->items + at, args->len - at} : (struct strings){0};
}

/* In the scope around this one; both are the same for what is read here later. */
static void set_outside(struct cmake *c, const char *name, const char *value)
{
	if (c->vars->parent)
		facts_var_set(c->f, c->vars->parent, str_of(name), value)->unsure = c->unsure > 0;
}

static void set(struct cmake *c, const struct strings *args)
{
	if (args->len == 0)
		return;
	size_t end = 1;
	while (end < args->len && !is(args, end, "CACHE") && !is(args, end, "PARENT_SCOPE"))
		end++;
	struct strings values = {args->items + 1, end - 1};
	const char *value = cmake_join(c, &values, ";");
	if (is(args, end, "PARENT_SCOPE"))
		set_outside(c, args->items[0], value);
	else if (!is(args, end, "CACHE") || !cmake_var(c, args->items[0]))
		cmake_set(c, args->items[0], value);
}

static void unset(struct cmake *c, const struct strings *args)
{
	if (args->len)
		cmake_set(c, args->items[0], NULL);
}

/* Tests are wanted; what else is off by default stays off, but it is known that it could be on. */
static void option(struct cmake *c, const struct strings *args)
{
	static const char *const on[] = {"1", "ON", "On", "on", "YES", "Yes", "yes", "TRUE", "True", "true", "Y"};
	if (args->len == 0 || cmake_var(c, args->items[0]))
		return;
	bool set_on = facts_is_test_switch(str_of(args->items[0]));
	for (size_t i = 0; i < countof(on); i++)
		set_on = set_on || is(args, 2, on[i]);
	cmake_set(c, args->items[0], set_on ? "ON" : "OFF");
	if (!set_on)
		facts_var_set(c->f, &c->options, str_of(args->items[0]), "OFF");
}

/* Lists. */

static void keep_matching(struct cmake *c, const struct strings *list, const char *expression, bool matching,
			  struct strings *some)
{
	const struct pattern *pattern;
	struct pattern_match match;
	if (!facts_spend(c->f, 64 * (strlen(expression) + 1)) ||
	    pattern_compile(c->f->a, expression, &pattern, NULL) < 0) {
		facts_push_all(c->f, some, list);
		return;
	}
	for (size_t i = 0; i < list->len && facts_spend(c->f, 1); i++) {
		if (pattern_find(pattern, str_of(list->items[i]), &c->f->work, &match) == matching)
			facts_push(c->f, some, list->items[i]);
	}
}

static void change_each(struct cmake *c, const struct strings *list, const struct strings *args, struct strings *some)
{
	bool in_front = is(args, 2, "PREPEND"), behind = is(args, 2, "APPEND");
	const char *text = args->len > 3 ? args->items[3] : "";
	for (size_t i = 0; i < list->len && facts_spend(c->f, strlen(list->items[i]) + strlen(text)); i++)
		facts_push(c->f, some,
			   arena_printf(c->f->a, "%s%s%s", in_front ? text : "", list->items[i], behind ? text : ""));
}

static void list_without(struct cmake *c, const struct strings *list, const struct strings *unwanted, bool repeated,
			 struct strings *some)
{
	struct facts_vars known = {0};
	for (size_t i = 0; i < unwanted->len; i++)
		facts_var_set(c->f, &known, str_of(unwanted->items[i]), "");
	for (size_t i = 0; i < list->len && facts_spend(c->f, 1); i++) {
		if (facts_var(c->f, &known, str_of(list->items[i])))
			continue;
		facts_push(c->f, some, list->items[i]);
		if (repeated)
			facts_var_set(c->f, &known, str_of(list->items[i]), "");
	}
}

static void list_command(struct cmake *c, const struct strings *args)
{
	if (args->len < 2)
		return;
	const char *name = args->items[1], *value = cmake_var(c, name);
	struct strings list = cmake_list(c, str_of(value ? value : "")), rest = from(args, 2), some = {0};
	uint64_t index;
	if (is(args, 0, "APPEND") || is(args, 0, "PREPEND")) {
		bool front = is(args, 0, "PREPEND");
		facts_push_all(c->f, &some, front ? &rest : &list);
		facts_push_all(c->f, &some, front ? &list : &rest);
	} else if (is(args, 0, "REMOVE_ITEM")) {
		list_without(c, &list, &rest, false, &some);
	} else if (is(args, 0, "REMOVE_DUPLICATES")) {
		list_without(c, &list, &some, true, &some);
	} else if (is(args, 0, "FILTER") && is(args, 3, "REGEX") && args->len > 4) {
		keep_matching(c, &list, args->items[4], is(args, 2, "INCLUDE"), &some);
	} else if (is(args, 0, "TRANSFORM")) {
		change_each(c, &list, args, &some);
	} else {
		if (is(args, 0, "LENGTH") && args->len > 2)
			cmake_set(c, args->items[2], arena_printf(c->f->a, "%zu", list.len));
		else if (is(args, 0, "GET") && args->len > 3 && str_to_u64(str_of(args->items[2]), &index))
			cmake_set(c, args->items[3], index < list.len ? list.items[index] : "NOTFOUND");
		else if (is(args, 0, "JOIN") && args->len > 3)
			cmake_set(c, args->items[3], cmake_join(c, &list, args->items[2]));
		return;
	}
	cmake_set(c, name, cmake_join(c, &some, ";"));
}

/* Texts. */

static const char *replace(struct cmake *c, struct str text, struct str what, struct str with)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	while (text.len && what.len && facts_spend(c->f, 1)) {
		const char *at = memmem(text.ptr, text.len, what.ptr, what.len);
		size_t before = at ? (size_t)(at - text.ptr) : text.len;
		buf_append_str(&out, str_first(text, before));
		if (!at || !facts_spend(c->f, before + with.len))
			break;
		buf_append_str(&out, with);
		text = str_from(text, before + what.len);
	}
	return facts_text(c->f, buf_str(&out));
}

/* The replacement, with what the first parentheses took for "\1". */
static void put_match(struct cmake *c, struct str with, const struct pattern_match *match, struct buf *out)
{
	for (size_t i = 0; i < with.len && facts_spend(c->f, 1); i++) {
		bool reference = with.ptr[i] == '\\' && i + 1 < with.len;
		if (!reference)
			buf_append_char(out, with.ptr[i]);
		else if (with.ptr[++i] == '1' && match->group.ptr)
			buf_append_str(out, match->group);
		else if (with.ptr[i] == '0')
			buf_append_str(out, match->whole);
	}
}

static const char *replace_pattern(struct cmake *c, const char *expression, const char *with, const char *text)
{
	const struct pattern *pattern;
	struct pattern_match match;
	if (!facts_spend(c->f, 64 * (strlen(expression) + 1)) ||
	    pattern_compile(c->f->a, expression, &pattern, NULL) < 0)
		return text;
	SCOPED_BUF struct buf out;
	buf_init(&out, FACTS_VALUE_MAX);
	struct str rest = str_of(text);
	while (rest.len && pattern_find(pattern, rest, &c->f->work, &match) && match.whole.len) {
		buf_append_str(&out, str_first(rest, (size_t)(match.whole.ptr - rest.ptr)));
		put_match(c, str_of(with), &match, &out);
		rest = str_from(rest, (size_t)(match.whole.ptr - rest.ptr) + match.whole.len);
		if (expression[0] == '^')
			break;
	}
	buf_append_str(&out, rest);
	return facts_text(c->f, buf_str(&out));
}

static const char *upper(struct cmake *c, const char *text)
{
	char *copy = arena_str(c->f->a, str_of(text));
	for (char *byte = copy; *byte && facts_spend(c->f, 1); byte++) {
		if (*byte >= 'a' && *byte <= 'z')
			*byte = (char)(*byte - 'a' + 'A');
	}
	return copy;
}

static void string(struct cmake *c, const struct strings *args)
{
	struct strings rest = from(args, 2);
	const char *first = args->len > 1 ? args->items[1] : "";
	if (is(args, 0, "TOUPPER") && args->len > 2) {
		cmake_set(c, args->items[2], upper(c, first));
	} else if (is(args, 0, "TOLOWER") && args->len > 2) {
		cmake_set(c, args->items[2], facts_lower(c->f, str_of(first)));
	} else if (is(args, 0, "STRIP") && args->len > 2) {
		cmake_set(c, args->items[2], facts_text(c->f, str_trim(str_of(first))));
	} else if (is(args, 0, "CONCAT")) {
		cmake_set(c, first, cmake_join(c, &rest, ""));
	} else if (is(args, 0, "APPEND")) {
		const char *before = cmake_var(c, first);
		struct strings both = {0};
		facts_push(c->f, &both, before ? before : "");
		facts_push_all(c->f, &both, &rest);
		cmake_set(c, first, cmake_join(c, &both, ""));
	} else if (is(args, 0, "REPLACE") && args->len > 4) {
		struct strings input = from(args, 4);
		cmake_set(c, args->items[3], replace(c, str_of(cmake_join(c, &input, "")), str_of(first),
						     str_of(args->items[2])));
	} else if (is(args, 0, "REGEX") && is(args, 1, "REPLACE") && args->len > 5) {
		struct strings input = from(args, 5);
		cmake_set(c, args->items[4], replace_pattern(c, args->items[2], args->items[3],
							     cmake_join(c, &input, "")));
	}
}

/* Files. */

static void glob(struct cmake *c, const struct strings *args, bool deep)
{
	struct strings found = {0};
	const char *base = NULL;
	for (size_t i = 2; i < args->len && facts_spend(c->f, 1); i++) {
		if (is(args, i, "CONFIGURE_DEPENDS") || is(args, i, "FOLLOW_SYMLINKS"))
			continue;
		if (is(args, i, "RELATIVE") || is(args, i, "LIST_DIRECTORIES")) {
			i++;
			base = is(args, i - 1, "RELATIVE") && i < args->len ? cmake_path(c, args->items[i]) : base;
			continue;
		}
		const char *pattern = cmake_path(c, args->items[i]);
		struct strings some = pattern ? facts_glob(c->f, pattern, deep, !deep) : (struct strings){0};
		facts_push_all(c->f, &found, &some);
	}
	size_t cut = base && base[0] ? strlen(base) + 1 : 0;
	for (size_t i = 0; i < found.len; i++) {
		bool below = base && (cut == 0 || (strncmp(found.items[i], base, cut - 1) == 0 &&
						   found.items[i][cut - 1] == '/'));
		found.items[i] = below ? found.items[i] + cut : facts_absolute(c->f, found.items[i]);
	}
	cmake_set(c, args->items[1], cmake_join(c, &found, ";"));
}

/* A header that is copied into the build folder is found by users there. */
static void copy_files(struct cmake *c, const struct strings *args)
{
	size_t end = 1;
	while (end < args->len && !is(args, end, "DESTINATION"))
		end++;
	const char *to = end + 1 < args->len ? cmake_path(c, args->items[end + 1]) : NULL;
	for (size_t i = 1; to && i < end && facts_spend(c->f, 1); i++) {
		const char *path = cmake_path(c, args->items[i]);
		if (!path || !facts_is_header(str_of(path)))
			continue;
		const char *target = facts_path(c->f, to, path_base(str_of(path)));
		if (target && strcmp(target, path) != 0)
			facts_template(c->f, path, target, c->script->file, c->line)->verbatim = true;
	}
}

static void file(struct cmake *c, const struct strings *args)
{
	if (args->len > 1 && (is(args, 0, "GLOB") || is(args, 0, "GLOB_RECURSE")))
		glob(c, args, is(args, 0, "GLOB_RECURSE"));
	else if (is(args, 0, "COPY"))
		copy_files(c, args);
	else if (args->len > 2 && (is(args, 0, "TO_CMAKE_PATH") || is(args, 0, "REAL_PATH")))
		cmake_set(c, args->items[2], args->items[1]);
}

static void get_filename_component(struct cmake *c, const struct strings *args)
{
	if (args->len < 3)
		return;
	struct str path = str_of(args->items[1]), name = path_base(path), result = path;
	size_t first_dot = str_index(name, '.');
	if (is(args, 2, "NAME")) {
		result = name;
	} else if (is(args, 2, "NAME_WE") || is(args, 2, "NAME_WLE")) {
		result = str_first(name, first_dot);
	} else if (is(args, 2, "EXT") || is(args, 2, "LAST_EXT")) {
		result = str_from(name, first_dot);
	} else if (is(args, 2, "DIRECTORY") || is(args, 2, "PATH")) {
		result = str_first(path, path.len > name.len ? path.len - name.len - 1 : 0);
	} else {
		const char *plain = cmake_path(c, args->items[1]);
		result = plain ? str_of(facts_absolute(c->f, plain)) : path;
	}
	cmake_set(c, args->items[0], facts_text(c->f, result));
}

/* Arguments of the project's own functions. */

static bool in_list(struct cmake *c, const struct strings *lists, size_t which, const char *word)
{
	struct strings list = which < lists->len ? cmake_list(c, str_of(lists->items[which])) : (struct strings){0};
	return facts_has(c->f, &list, word);
}

static void set_parsed(struct cmake *c, const char *prefix, const char *name, const struct strings *values)
{
	cmake_set(c, arena_printf(c->f->a, "%s_%s", prefix, name), cmake_join(c, values, ";"));
}

static void parse_arguments(struct cmake *c, const struct strings *args)
{
	bool by_number = is(args, 0, "PARSE_ARGV");
	struct strings lists = from(args, by_number ? 2 : 0), values = {0}, unknown = {0};
	if (lists.len < 4)
		return;
	const char *prefix = lists.items[0], *key = NULL, *argv = cmake_var(c, "ARGV");
	struct strings given = by_number ? cmake_list(c, str_of(argv ? argv : "")) : from(&lists, 4);
	bool single = false;
	for (size_t i = 1; i < 4; i++) {
		struct strings names = cmake_list(c, str_of(lists.items[i]));
		for (size_t k = 0; k < names.len && facts_spend(c->f, 8); k++)
			cmake_set(c, arena_printf(c->f->a, "%s_%s", prefix, names.items[k]), i == 1 ? "FALSE" : NULL);
	}
	for (size_t i = 0; i < given.len && facts_spend(c->f, 8); i++) {
		bool flag = in_list(c, &lists, 1, given.items[i]), one = in_list(c, &lists, 2, given.items[i]);
		if (flag || one || in_list(c, &lists, 3, given.items[i])) {
			if (key)
				set_parsed(c, prefix, key, &values);
			values = (struct strings){0};
			single = one;
			key = flag ? NULL : given.items[i];
			if (flag)
				cmake_set(c, arena_printf(c->f->a, "%s_%s", prefix, given.items[i]), "TRUE");
		} else if (!key || (single && values.len == 1)) {
			facts_push(c->f, &unknown, given.items[i]);
		} else {
			facts_push(c->f, &values, given.items[i]);
		}
	}
	if (key)
		set_parsed(c, prefix, key, &values);
	set_parsed(c, prefix, "UNPARSED_ARGUMENTS", &unknown);
}

/* What a check or a search finds depends on the machine. */
static void probe(struct cmake *c, const char *name, const struct strings *args)
{
	bool check = strncmp(name, "check_", 6) == 0, find = strncmp(name, "find_", 5) == 0;
	size_t first = check ? 1 : 0, end = check ? 5 : find ? 1 : 0;
	for (size_t i = first; i < end && i < args->len && strcmp(name, "find_package") != 0; i++)
		facts_var_set(c->f, c->vars, str_of(args->items[i]), "1")->unsure = true;
}

static const struct {
	const char *name;
	void (*run)(struct cmake *c, const struct strings *args);
} commands[] = {
	{"set", set},
	{"unset", unset},
	{"option", option},
	{"list", list_command},
	{"string", string},
	{"file", file},
	{"get_filename_component", get_filename_component},
	{"cmake_parse_arguments", parse_arguments},
};

bool cmake_run_list_command(struct cmake *c, const char *name, const struct strings *args)
{
	for (size_t i = 0; i < countof(commands); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			commands[i].run(c, args);
			return true;
		}
	}
	probe(c, name, args);
	return false;
}
