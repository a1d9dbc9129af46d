#include "harness/visible.h"

#include "core/mem.h"

/* ---- the project, with other texts */

/* Behind the project's own, so that they count. */
static void overlay_visible(const struct suite *suite, const struct spec_files *tests, struct arena *a,
			    struct overlay *overlay)
{
	struct overlay_file *files = arena_array(a, overlay->files_len + tests->len, struct overlay_file);
	size_t len = 0;
	for (size_t i = 0; i < overlay->files_len; i++)
		files[len++] = overlay->files[i];
	for (size_t i = 0; i < tests->len; i++) {
		const struct spec_file *file = &tests->items[i];
		if (!str_eq(file->text, plan_text(suite->plan.tests_tree, file->path)))
			files[len++] = (struct overlay_file){file->path, file->text};
	}
	overlay->files = files;
	overlay->files_len = len;
}

/* ---- programs that are left */

static struct str unconfigured(const char *program)
{
	return str_first(str_of(program), str_index(str_of(program), '/'));
}

/* A test that is a function of a program stands for all its configurations, one that is a program for itself. */
static bool is_named(const struct spec *spec, const char *program)
{
	for (size_t i = 0; i < spec->visible_len; i++) {
		const struct spec_test *t = &spec->visible[i];
		bool whole = strcmp(t->name, t->program) == 0;
		if (strcmp(t->program, program) == 0 || (!whole && str_eq(unconfigured(t->program), unconfigured(program))))
			return true;
	}
	return false;
}

static bool is_shown(const struct spec *spec, const char *path)
{
	for (size_t i = 0; i < spec->tests.len; i++) {
		if (strcmp(spec->tests.items[i].path, path) == 0)
			return true;
	}
	return false;
}

static bool is_visible(const struct suite *suite, const struct spec *spec, const struct plan_program *p)
{
	bool shown = is_named(spec, p->name);
	for (size_t i = 0; i < p->objects_len && shown; i++)
		shown = is_shown(spec, suite->plan.objects[p->objects[i]].name);
	return shown;
}

static void keep_visible(struct suite *suite, const struct spec *spec)
{
	size_t kept = 0;
	for (size_t i = 0; i < suite->plan.programs_len; i++) {
		if (is_visible(suite, spec, &suite->plan.programs[i]))
			suite->plan.programs[kept++] = suite->plan.programs[i];
	}
	suite->plan.programs_len = kept;
}

static void take_tests(struct visible *v, const struct extracted *extracted)
{
	v->extracted.tests = arena_array(v->arena, extracted->tests_len, struct extracted_test);
	v->extracted.tests_len = 0;
	for (size_t i = 0; i < extracted->tests_len; i++) {
		if (extracted->tests[i].visible)
			v->extracted.tests[v->extracted.tests_len++] = extracted->tests[i];
	}
}

static int build(struct visible *v, const struct suite *suite, const struct extracted *extracted,
		 const struct tree *source, struct err *err)
{
	*v->project = *suite->project;
	overlay_visible(suite, &extracted->spec.tests, v->arena, &v->project->tests.overlay);
	if (suite_build(v->project, source, suite->tools, &v->suite, err) < 0)
		return -1;
	keep_visible(&v->suite, &extracted->spec);
	v->extracted = *extracted;
	v->extracted.baseline = (struct suite_result){0};
	take_tests(v, extracted);
	return suite_run(&v->suite, &v->extracted.baseline, err);
}

int visible_build(const struct suite *suite, const struct extracted *extracted, const struct tree *source,
		  struct visible *ret, struct err *err)
{
	struct visible v = {.arena = mem_zalloc(1, sizeof(*v.arena))};
	v.project = arena_new(v.arena, struct project);
	if (build(&v, suite, extracted, source, err) < 0) {
		visible_release(&v);
		return err_wrap(err, "the visible tests");
	}
	*ret = v;
	return 0;
}

void visible_release(struct visible *v)
{
	suite_result_release(&v->extracted.baseline);
	suite_release(&v->suite);
	if (v->arena)
		arena_release(v->arena);
	free(v->arena);
	*v = (struct visible){0};
}

/* ---- a first look */

static uint64_t fuel_of(const struct visible *v, size_t program)
{
	return v->extracted.baseline.programs[program].run.fuel;
}

/* Whether the one takes less than the other; of equals the first. */
static bool is_cheaper(const struct visible *v, size_t one, size_t other)
{
	uint64_t x = fuel_of(v, one), y = fuel_of(v, other);
	return x < y || (x == y && one < other);
}

static bool is_quick(const struct visible *v, size_t program, uint64_t all)
{
	uint64_t before = 0;
	size_t cheaper = 0;
	for (size_t i = 0; i < v->suite.plan.programs_len; i++) {
		if (is_cheaper(v, i, program)) {
			before += fuel_of(v, i);
			cheaper++;
		}
	}
	return cheaper == 0 || before + fuel_of(v, program) <= all / 5;
}

bool visible_quick(const struct visible *v, struct arena *a, struct visible *ret)
{
	size_t len = v->suite.plan.programs_len, kept = 0;
	struct plan_program *programs = arena_array(a, len, struct plan_program);
	struct program_result *results = arena_array(a, len, struct program_result);
	uint64_t all = 0;
	for (size_t i = 0; i < len; i++)
		all += fuel_of(v, i);
	for (size_t i = 0; i < len; i++) {
		if (!is_quick(v, i, all))
			continue;
		programs[kept] = v->suite.plan.programs[i];
		results[kept++] = v->extracted.baseline.programs[i];
	}
	if (kept == len)
		return false;
	*ret = *v;
	ret->suite.plan.programs = programs;
	ret->suite.plan.programs_len = kept;
	ret->extracted.baseline.programs = results;
	ret->extracted.baseline.programs_len = kept;
	return true;
}
