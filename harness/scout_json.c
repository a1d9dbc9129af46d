#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/glob.h"

/* ---- small things */

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

/* Bytes that are no UTF-8 are no JSON either. */
static json_t *text(const char *s)
{
	json_t *value = json_string(s);
	return value ? value : json_string("");
}

static json_t *list_of(const char *const *items, size_t len)
{
	json_t *list = json_array();
	for (size_t i = 0; i < len; i++)
		json_array_append_new(list, text(items[i]));
	return list;
}

static void put_list(json_t *object, const char *key, const struct scout_list *list)
{
	if (list->len)
		put(object, key, list_of(list->items, list->len));
}

/* "" is the project's folder, which "." says better. */
static void put_folders(json_t *object, const char *key, const struct scout_list *list)
{
	json_t *folders = json_array();
	for (size_t i = 0; i < list->len; i++)
		json_array_append_new(folders, text(list->items[i][0] ? list->items[i] : "."));
	if (list->len)
		put(object, key, folders);
	else
		json_decref(folders);
}

static void put_files(json_t *object, const struct scout_made_list *files)
{
	if (files->len == 0)
		return;
	json_t *all = json_object();
	for (size_t i = 0; i < files->len; i++) {
		json_t *lines = json_array();
		struct str rest = files->items[i].text, line;
		while (str_next_line(&rest, &line)) {
			json_t *one = json_stringn(line.ptr, line.len);
			json_array_append_new(lines, one ? one : json_string(""));
		}
		put(all, files->items[i].path, lines);
	}
	put(object, "files", all);
}

/* ---- patterns */

/* A path as a pattern that only it matches. */
static const char *literal(struct arena *a, const char *path)
{
	if (!strpbrk(path, "*?["))
		return path;
	char *out = arena_alloc(a, strlen(path) * 3 + 1, 1);
	size_t len = 0;
	for (; *path; path++) {
		bool special = strchr("*?[", *path) != NULL;
		if (special)
			out[len++] = '[';
		out[len++] = *path;
		if (special)
			out[len++] = ']';
	}
	return out;
}

/* How many files the pattern matches, and how many of these are in the list. */
static size_t count_matches(const struct scout *s, const char *pattern, const struct scout_list *list,
			    size_t *ret_listed)
{
	size_t count = 0;
	*ret_listed = 0;
	for (size_t i = 0; i < s->files.len; i++) {
		if (glob_matches(pattern, s->files.items[i].path)) {
			count++;
			*ret_listed += scout_list_has(list, s->files.items[i].path);
		}
	}
	for (size_t i = 0; i < s->library_files.len; i++)
		count += !scout_file(s, s->library_files.items[i].path) &&
			 glob_matches(pattern, s->library_files.items[i].path) &&
			 !scout_list_has(list, s->library_files.items[i].path);
	return count;
}

/* "src/" and "*.c" as one pattern. */
static const char *in_folder(struct arena *a, const char *folder, const char *rest)
{
	return folder[0] ? arena_printf(a, "%s/%s", literal(a, folder), rest) : rest;
}

/* The files as patterns: "src/\*.c" where that matches three of them or more and nothing else. */
static json_t *patterns_of(struct scout *s, const struct scout_list *paths, const char *suffix)
{
	struct scout_list done = {0};
	const char *last = NULL, *all = NULL;
	bool fits = false;
	for (size_t i = 0; i < paths->len; i++) {
		const char *folder = arena_str(s->a, path_folder(str_of(paths->items[i])));
		if (!last || strcmp(folder, last) != 0) {
			all = in_folder(s->a, folder, arena_printf(s->a, "*%s", suffix));
			size_t listed, count = count_matches(s, all, paths, &listed);
			fits = count >= 3 && count == listed;
			last = folder;
		}
		bool matched = fits && glob_matches(all, paths->items[i]);
		scout_list_add(&done, matched ? all : literal(s->a, paths->items[i]));
	}
	json_t *list = list_of(done.items, done.len);
	vec_release(&done);
	return list;
}

/* ---- the library */

static json_t *library_json(struct scout *s)
{
	json_t *library = json_object();
	put(library, "sources", patterns_of(s, &s->sources, ".c"));
	if (s->headers.len)
		put(library, "headers", patterns_of(s, &s->headers, ".h"));
	put_folders(library, "include", &s->library.include);
	put_list(library, "defines", &s->library.defines);
	put_list(library, "flags", &s->library.flags);
	put_files(library, &s->library_files);
	return library;
}

/* ---- programs */

static void put_report(const struct scout *s, json_t *object, const char *report)
{
	if (strcmp(report, s->report ? s->report : "exit") != 0)
		put(object, "report", text(report));
}

static void put_expectation(json_t *object, const struct scout_variant *v)
{
	json_t *expect = json_object();
	if (v->expected_exit)
		put(expect, "exit", json_integer(v->expected_exit));
	if (v->expected_file)
		put(expect, "stdout", text(v->expected_file));
	if (json_object_size(expect))
		put(object, "expect", expect);
	else
		json_decref(expect);
}

static json_t *variants_json(const struct scout_program *p)
{
	json_t *list = json_array();
	for (size_t i = 0; i < p->variants_len; i++) {
		json_t *one = json_object();
		put(one, "name", text(p->variants[i].name));
		put_list(one, "defines", &p->variants[i].defines);
		put_list(one, "flags", &p->variants[i].flags);
		put_expectation(one, &p->variants[i]);
		json_array_append_new(list, one);
	}
	return list;
}

static void put_env(json_t *object, const struct strings *env)
{
	json_t *all = json_object();
	for (size_t i = 0; i < env->len; i++) {
		struct str one = str_of(env->items[i]);
		size_t at = str_index(one, '=');
		json_t *name = json_stringn(one.ptr, at);
		if (name && at && strcmp(json_string_value(name), "PWD") != 0)
			put(all, json_string_value(name), text(str_from(one, at + 1).ptr));
		json_decref(name);
	}
	if (json_object_size(all))
		put(object, "env", all);
	else
		json_decref(all);
}

/* What a program has besides sources and name. */
static void put_settings(const struct scout *s, json_t *object, const struct scout_program *p)
{
	put_folders(object, "include", &p->options.include);
	put_list(object, "defines", &p->options.defines);
	put_list(object, "flags", &p->options.flags);
	if (p->args.len)
		put(object, "args", list_of(p->args.items, p->args.len));
	put_env(object, &p->env);
	if (p->stdin_file)
		put(object, "stdin", text(p->stdin_file));
	if (p->cwd && p->cwd[0])
		put(object, "cwd", text(p->cwd));
	if (p->writable)
		put(object, "writable", json_true());
	put_report(s, object, p->report);
	if (p->variants_len == 1 && !p->variants[0].name[0])
		put_expectation(object, &p->variants[0]);
	else
		put(object, "configurations", variants_json(p));
}

static json_t *program_json(struct scout *s, const struct scout_program *p)
{
	json_t *program = json_object(), *sources = json_array();
	put(program, "name", text(p->name));
	json_array_append_new(sources, text(literal(s->a, p->source)));
	for (size_t i = 0; i < p->helpers.len; i++) {
		if (!scout_list_has(&s->common, p->helpers.items[i]))
			json_array_append_new(sources, text(literal(s->a, p->helpers.items[i])));
	}
	put(program, "sources", sources);
	put_settings(s, program, p);
	return program;
}

/* ---- programs of which there are many */

/* Whether it is nothing but one source, named after it. */
static bool is_simple(const struct scout *s, const struct scout_program *p)
{
	for (size_t i = 0; i < p->helpers.len; i++) {
		if (!scout_list_has(&s->common, p->helpers.items[i]))
			return false;
	}
	return str_eq(str_of(p->name), path_stem(str_of(p->source))) && p->options.defines.len == 0 && p->args.len == 0 &&
	       p->env.len == 0 && !p->stdin_file && p->variants_len == 1 && !p->variants[0].name[0] &&
	       !p->variants[0].expected_file && !p->variants[0].expected_exit;
}

static bool share_settings(struct scout *s, const struct scout_program *a, const struct scout_program *b)
{
	return is_simple(s, b) && !b->drop && a->writable == b->writable && strcmp(a->report, b->report) == 0 &&
	       strcmp(a->cwd ? a->cwd : "", b->cwd ? b->cwd : "") == 0 &&
	       strcmp(arena_str(s->a, path_folder(str_of(a->source))), arena_str(s->a, path_folder(str_of(b->source)))) == 0;
}

/* The beginning that the names of all files have in common. */
static const char *common_start(struct scout *s, const struct scout_list *group)
{
	const char *first = path_base_of(group->items[0]);
	size_t shared = path_stem(str_of(first)).len;
	for (size_t i = 1; i < group->len; i++) {
		const char *base = path_base_of(group->items[i]);
		size_t same = 0;
		while (same < shared && base[same] && base[same] == first[same])
			same++;
		shared = same;
	}
	/* Cut at a word, so that what is added later matches too. */
	while (shared && !strchr("_-.", first[shared - 1]))
		shared--;
	return arena_str(s->a, (struct str){first, shared});
}

/* What the pattern matches and the group does not have. */
static void list_others(struct scout *s, const char *pattern, const struct scout_list *group,
			struct scout_list *others)
{
	for (size_t i = 0; i < s->files.len; i++) {
		const char *path = s->files.items[i].path;
		if (glob_matches(pattern, path) && !scout_list_has(group, path))
			scout_list_add(others, literal(s->a, path));
	}
}

static json_t *each_json(struct scout *s, const struct scout_program *p, const struct scout_list *group)
{
	struct scout_list others = {0};
	json_t *program = json_object();
	const char *folder = arena_str(s->a, path_folder(str_of(p->source)));
	const char *start = literal(s->a, common_start(s, group));
	const char *pattern = in_folder(s->a, folder, arena_printf(s->a, "%s*.c", start));
	list_others(s, pattern, group, &others);
	if (others.len <= group->len / 2) {
		put(program, "each", list_of(&pattern, 1));
		put_list(program, "exclude", &others);
	} else {
		json_t *each = json_array();
		for (size_t i = 0; i < group->len; i++)
			json_array_append_new(each, text(literal(s->a, group->items[i])));
		put(program, "each", each);
	}
	vec_release(&others);
	put_settings(s, program, p);
	return program;
}

/* The program, or all that are like it; those that are in are marked. */
static json_t *group_json(struct scout *s, size_t index, bool *in)
{
	const struct scout_program *p = &s->programs.items[index];
	struct scout_list group = {0};
	for (size_t i = index; is_simple(s, p) && i < s->programs.len; i++) {
		if (!in[i] && share_settings(s, p, &s->programs.items[i]))
			scout_list_add(&group, s->programs.items[i].source);
	}
	json_t *json = NULL;
	if (group.len >= 3) {
		for (size_t i = index; i < s->programs.len; i++)
			in[i] = in[i] || (share_settings(s, p, &s->programs.items[i]) &&
					  scout_list_has(&group, s->programs.items[i].source));
		json = each_json(s, p, &group);
	} else {
		in[index] = true;
		json = program_json(s, p);
	}
	vec_release(&group);
	return json;
}

static json_t *programs_json(struct scout *s, bool plain)
{
	json_t *programs = json_array();
	bool *in = mem_zalloc(s->programs.len + 1, sizeof(*in));
	for (size_t i = 0; i < s->programs.len; i++) {
		const struct scout_program *p = &s->programs.items[i];
		if (p->drop || in[i])
			continue;
		json_array_append_new(programs, plain ? program_json(s, p) : group_json(s, i, in));
	}
	free(in);
	return programs;
}

/* The report that most programs have goes where it holds for all. */
static const char *usual_report(const struct scout *s)
{
	const char *best = "exit";
	size_t best_count = 0;
	for (size_t i = 0; i < s->programs.len; i++) {
		size_t count = 0;
		for (size_t k = 0; k < s->programs.len; k++)
			count += !s->programs.items[k].drop &&
				 strcmp(s->programs.items[i].report, s->programs.items[k].report) == 0;
		if (!s->programs.items[i].drop && count > best_count) {
			best = s->programs.items[i].report;
			best_count = count;
		}
	}
	return best;
}

static json_t *tests_json(struct scout *s, bool plain)
{
	json_t *tests = json_object();
	s->report = usual_report(s);
	if (s->common.len)
		put(tests, "sources", patterns_of(s, &s->common, ".c"));
	put_folders(tests, "include", &s->tests.include);
	put_list(tests, "defines", &s->tests.defines);
	put_list(tests, "flags", &s->tests.flags);
	put_files(tests, &s->tests_files);
	if (strcmp(s->report, "exit") != 0)
		put(tests, "report", text(s->report));
	put(tests, "programs", programs_json(s, plain));
	return tests;
}

json_t *scout_json(struct scout *s, bool plain)
{
	json_t *root = json_object();
	put(root, "version", json_integer(1));
	put(root, "name", text(s->name));
	put(root, "language", json_string("c"));
	put(root, "library", library_json(s));
	put(root, "tests", tests_json(s, plain));
	return root;
}
