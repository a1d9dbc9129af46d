#include "harness/scout.h"

#include "core/mem.h"
#include "harness/plan.h"
#include "harness/scout_parts.h"

#include <stdarg.h>

bool scout_list_has(const struct scout_list *list, const char *item)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], item) == 0)
			return true;
	}
	return false;
}

bool scout_list_add(struct scout_list *list, const char *item)
{
	if (scout_list_has(list, item))
		return false;
	*vec_push(list) = item;
	return true;
}

/* One line, whatever stands in names of files and messages of tools. */
void scout_find(struct scout *s, enum finding_kind kind, const char *key, const char *format, ...)
{
	SCOPED_BUF struct buf text;
	va_list args;
	if (s->findings.len >= SCOUT_FINDINGS_MAX)
		return;
	buf_init(&text, SCOUT_TEXT_MAX);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
			text.ptr[i] = '?';
	}
	*vec_push(&s->findings) = (struct scout_finding){kind, key, arena_str(s->a, str_whole_characters(buf_str(&text)))};
}

static void release_options(struct scout_options *o)
{
	vec_release(&o->include);
	vec_release(&o->defines);
	vec_release(&o->flags);
}

static void release(struct scout *s)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		vec_release(&s->programs.items[i].helpers);
		vec_release(&s->programs.items[i].folders);
		release_options(&s->programs.items[i].options);
		for (size_t k = 0; k < s->programs.items[i].variants_len; k++) {
			vec_release(&s->programs.items[i].variants[k].defines);
			vec_release(&s->programs.items[i].variants[k].flags);
		}
	}
	vec_release(&s->programs);
	vec_release(&s->files);
	vec_release(&s->findings);
	release_options(&s->library);
	release_options(&s->tests);
	vec_release(&s->refused);
	vec_release(&s->library_files);
	vec_release(&s->tests_files);
	vec_release(&s->headers);
	vec_release(&s->sources);
	vec_release(&s->common);
	nameset_release(&s->declared);
	nameset_release(&s->library_names);
	tree_free(s->library_tree);
	tree_free(s->tests_tree);
}

/* What a repository's folder is called when its name says nothing of what is in it. */
static bool says_nothing(const char *name)
{
	static const char *const names[] = {"repo", "repository", "source", "src", "library", "lib", "git", "code"};
	for (size_t i = 0; i < countof(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* After its header or its source, if there is one alone. */
static void name_after(struct scout *s, const struct scout_list *files)
{
	if (files->len == 1 && !(s->facts.name && s->facts.name[0]) && says_nothing(s->name))
		s->name = arena_str(s->a, path_stem(str_of(files->items[0])));
}

static void name_it(struct scout *s, const char *name)
{
	s->name = s->facts.name && s->facts.name[0] ? s->facts.name : name;
	bool plain = s->name[0] != '\0';
	for (const unsigned char *c = (const unsigned char *)s->name; *c; c++)
		plain = plain && *c >= 0x20 && *c < 0x7F;
	if (!plain)
		s->name = "library";
}

static size_t kept_programs(const struct scout *s)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->programs.len; i++)
		kept += !s->programs.items[i].drop;
	return kept;
}

static size_t judging_programs(const struct scout *s)
{
	size_t passed = 0;
	for (size_t i = 0; i < s->programs.len; i++)
		passed += !s->programs.items[i].drop && s->programs.items[i].passed;
	return passed;
}

/* What only sources that are left out have asked for goes. */
static int prune(struct scout *s, struct err *err)
{
	struct scout_list sources = {0};
	for (size_t i = 0; i < s->programs.len; i++) {
		const struct scout_program *p = &s->programs.items[i];
		for (size_t k = 0; !p->drop && k < p->helpers.len; k++)
			scout_list_add(&sources, p->helpers.items[k]);
		if (!p->drop)
			scout_list_add(&sources, p->source);
	}
	int result = scout_prune(s, &sources, &s->tests.include, err);
	vec_release(&sources);
	return result;
}

static bool has_c(const struct scout *s)
{
	for (size_t i = 0; i < s->files.len; i++) {
		if (s->files.items[i].header || s->files.items[i].source)
			return true;
	}
	return false;
}

/* Whether a source that should be the library's does not compile: then it is no library of a header. */
static bool say_broken(struct scout *s)
{
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (!scout_is_candidate(f) || !f->object.tried || f->object.ok || !scout_mentions(f, &s->declared))
			continue;
		scout_find(s, FINDING_OPEN, "library.sources", "%s does not compile: %s", f->path, f->object.failure);
		return true;
	}
	return false;
}

static int look(struct scout *s, const char *name, struct err *err)
{
	const struct tree_node *root = tree_find(s->tree, PROJECT_ROOT);
	if (scout_files(s, err) < 0 || buildfacts_read(root, s->a, &s->facts, err) < 0)
		return -1;
	name_it(s, name);
	if (!has_c(s)) {
		scout_find(s, FINDING_OPEN, "library.sources", "there is no C source or header in it");
		return 0;
	}
	if (scout_renew_trees(s, err) < 0 || scout_headers(s, err) < 0)
		return -1;
	name_after(s, &s->headers);
	if (scout_library(s, err) < 0)
		return -1;
	name_after(s, &s->sources);
	if (s->sources.len == 0 && !say_broken(s) && scout_single(s, err) < 0)
		return -1;
	if (s->sources.len == 0)
		return 0;
	if (scout_tests(s, err) < 0 || scout_trial(s, err) < 0)
		return -1;
	if (judging_programs(s) == 0 && (scout_examples(s, err) < 0 || scout_trial(s, err) < 0))
		return -1;
	return prune(s, err);
}

static bool is_missing(const struct scout_file *f, const char *name)
{
	return f->object.missing && strcmp(f->object.missing, name) == 0;
}

/* The header that most sources lack, as it belongs to another project. */
static void say_lacking(struct scout *s)
{
	const char *most = NULL;
	size_t most_count = 0;
	for (size_t i = 0; i < s->files.len; i++) {
		const char *missing = s->files.items[i].object.missing;
		size_t count = 0;
		for (size_t k = 0; missing && k < s->files.len; k++)
			count += is_missing(&s->files.items[k], missing);
		if (count > most_count) {
			most = missing;
			most_count = count;
		}
	}
	if (most)
		scout_find(s, FINDING_OPEN, "library.include",
			   "%zu %s %s, which neither the project nor the sandbox has", most_count,
			   most_count == 1 ? "source needs" : "sources need", most);
}

/* A main that only some macro brings forth: the source tests itself. */
static void say_self_test(struct scout *s, const struct scout_file *f)
{
	struct nameset set = {0};
	nameset_add(&set, STR("main"));
	nameset_seal(&set);
	if (scout_mentions(f, &set))
		scout_find(s, FINDING_OPEN, "tests.programs",
			   "%s has a main that a macro switches on; a test in the library's source cannot judge a rewrite",
			   f->path);
	nameset_release(&set);
}

static void say_what_is_missing(struct scout *s)
{
	bool untested = s->sources.len && kept_programs(s) == 0;
	for (size_t i = 0; untested && i < s->files.len; i++) {
		if (s->files.items[i].in_library)
			say_self_test(s, &s->files.items[i]);
	}
	if (s->compiled >= SCOUT_SOURCES_MAX)
		scout_find(s, FINDING_OPEN, "library.sources", "only %d sources were tried; there are more",
			   SCOUT_SOURCES_MAX);
	if (s->sources.len == 0)
		say_lacking(s);
	if (s->sources.len == 0)
		scout_find(s, FINDING_OPEN, "library.sources",
			   "no source that compiles defines what the headers declare");
	else if (s->left_out && judging_programs(s) == 0)
		scout_find(s, FINDING_OPEN, "tests.programs",
			   "none is left that can judge a rewrite: the original fails %zu of %zu programs", s->left_out,
			   s->programs.len);
	else if (kept_programs(s) == 0)
		scout_find(s, FINDING_OPEN, "tests.programs",
			   "no test program was found; a library needs one to be judged by");
}

static struct scout_finding *keep_findings(const struct scout *s)
{
	struct scout_finding *all = arena_array(s->a, s->findings.len, struct scout_finding);
	if (s->findings.len)
		memcpy(all, s->findings.items, s->findings.len * sizeof(*all));
	return all;
}

/* What a proposal comes to: programs and objects, or 0 if it cannot be. */
static size_t extent_of(struct scout *s, const json_t *json)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct project project;
	struct plan plan;
	struct err err = {0};
	char *text = json_dumps(json, JSON_COMPACT);
	size_t extent = 0;
	if (text && project_parse(str_of(text), ".", &scratch, &project, &err) == 0 &&
	    plan_make(&project, s->tree, &plan, &err) == 0) {
		extent = plan.programs_len * PLAN_OBJECTS_MAX + plan.objects_len;
		plan_release(&plan);
	}
	free(text);
	return extent;
}

/* With patterns, if these come to the same. */
static json_t *proposal(struct scout *s)
{
	json_t *brief = scout_json(s, false), *plain = scout_json(s, true);
	bool same = extent_of(s, brief) == extent_of(s, plain);
	json_decref(same ? plain : brief);
	return same ? brief : plain;
}

int scout_run(const struct tree *tree, const char *name, const struct tools *tools, struct arena *a,
	      struct scouted *ret, struct err *err)
{
	struct scout s = {.tree = tree, .tools = tools, .a = a, .name = name};
	nameset_seal(&s.library_names);
	nameset_seal(&s.declared);
	int result = look(&s, name, err);
	if (result == 0) {
		say_what_is_missing(&s);
		*ret = (struct scouted){
			.recast_json = s.sources.len ? proposal(&s) : NULL,
			.findings = keep_findings(&s),
			.findings_len = s.findings.len,
		};
	}
	release(&s);
	return result;
}
