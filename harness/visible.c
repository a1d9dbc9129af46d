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

/* A test that is a function of a program stands for all its configurations, one that is a program for itself. */
static bool is_named(const struct spec *spec, const char *program)
{
	for (size_t i = 0; i < spec->visible_len; i++) {
		const struct spec_test *t = &spec->visible[i];
		bool whole = strcmp(t->name, t->program) == 0;
		if (strcmp(t->program, program) == 0 || (!whole && str_eq(plan_unconfigured(t->program), plan_unconfigured(program))))
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

static struct program_result left_out(const char *name)
{
	return (struct program_result){.name = name, .status = PROGRAM_NOT_RUNNABLE, .reason = "left out"};
}

static bool is_visible(const struct suite *suite, const struct spec *spec, const struct plan_program *p)
{
	bool shown = is_named(spec, p->name);
	for (size_t i = 0; i < p->objects_len && shown; i++)
		shown = is_shown(spec, suite->plan.objects[p->objects[i]].name);
	return shown;
}

/* All programs stay in the plan, since they say in which ways the rewrite is built; those that are not to be run are
 * such as cannot. */
static int run_visible(struct visible *v, const struct spec *spec, struct err *err)
{
	size_t len = v->suite.plan.programs_len, kept = 0;
	struct suite some = v->suite;
	struct suite_result result;
	size_t *index = arena_array(v->arena, len, size_t);
	some.plan.programs = arena_array(v->arena, len, struct plan_program);
	for (size_t i = 0; i < len; i++) {
		if (!is_visible(&v->suite, spec, &v->suite.plan.programs[i]))
			continue;
		index[kept] = i;
		some.plan.programs[kept++] = v->suite.plan.programs[i];
	}
	some.plan.programs_len = kept;
	if (suite_run(&some, &result, err) < 0)
		return -1;
	v->baseline = result;
	v->extracted.baseline = result;
	v->extracted.baseline.programs = arena_array(v->arena, len, struct program_result);
	v->extracted.baseline.programs_len = len;
	for (size_t i = 0; i < len; i++)
		v->extracted.baseline.programs[i] = left_out(v->suite.plan.programs[i].name);
	for (size_t i = 0; i < kept; i++)
		v->extracted.baseline.programs[index[i]] = result.programs[i];
	return 0;
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
	v->extracted = *extracted;
	take_tests(v, extracted);
	return run_visible(v, &extracted->spec, err);
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
	suite_result_release(&v->baseline);
	suite_release(&v->suite);
	if (v->arena)
		arena_release(v->arena);
	free(v->arena);
	*v = (struct visible){0};
}

/* ---- a first look */

static const struct program_result *result_of(const struct visible *v, size_t program)
{
	return &v->extracted.baseline.programs[program];
}

static bool is_run(const struct visible *v, size_t program)
{
	return result_of(v, program)->status != PROGRAM_NOT_RUNNABLE;
}

/* Whether the one takes less than the other; of equals the first. */
static bool is_cheaper(const struct visible *v, size_t one, size_t other)
{
	uint64_t x = result_of(v, one)->run.fuel, y = result_of(v, other)->run.fuel;
	return x < y || (x == y && one < other);
}

static bool is_quick(const struct visible *v, size_t program, uint64_t all)
{
	uint64_t before = 0;
	size_t cheaper = 0;
	for (size_t i = 0; i < v->suite.plan.programs_len; i++) {
		if (is_run(v, i) && is_cheaper(v, i, program)) {
			before += result_of(v, i)->run.fuel;
			cheaper++;
		}
	}
	return cheaper == 0 || before + result_of(v, program)->run.fuel <= all / 5;
}

bool visible_quick(const struct visible *v, struct arena *a, struct visible *ret)
{
	size_t len = v->suite.plan.programs_len, dropped = 0;
	struct program_result *results = arena_array(a, len, struct program_result);
	uint64_t all = 0;
	for (size_t i = 0; i < len; i++)
		all += is_run(v, i) ? result_of(v, i)->run.fuel : 0;
	for (size_t i = 0; i < len; i++) {
		bool drop = is_run(v, i) && !is_quick(v, i, all);
		results[i] = drop ? left_out(result_of(v, i)->name) : *result_of(v, i);
		dropped += drop;
	}
	if (dropped == 0)
		return false;
	*ret = *v;
	ret->extracted.baseline.programs = results;
	return true;
}
