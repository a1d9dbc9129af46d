#include "harness/extract_parts.h"

#include "core/parallel.h"

enum {
	DATA_FILE_MAX = 64 << 10, /* larger ones are not shown */
	DATA_TOTAL_MAX = 1 << 20,
};

static bool has_sealed(const struct group *g)
{
	for (size_t i = 0; g->by_function && i < g->tests.len; i++) {
		if (g->sealed[i])
			return true;
	}
	return false;
}

bool extract_all_sealed(const struct sorting *s, const struct group *g)
{
	size_t units = g->by_function ? g->tests.len : g->programs_len;
	for (size_t i = 0; i < units; i++) {
		if (!s->units[g->first_unit + i].sealed)
			return false;
	}
	return true;
}

static struct str visible_text(const struct sorting *s, const struct group *g, size_t source)
{
	if (!has_sealed(g))
		return g->sources[source].text;
	return s->x->language->cut_tests(g->sources, source, &g->tests, g->sealed, s->x->a);
}

/* The project as it is with these sources cut. */
static int cut_tree(struct sorting *s, const struct group *g, struct tree **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	if (tree_add_tree(tree, PROJECT_ROOT, s->x->suite->plan.tests_tree, PROJECT_ROOT, err) < 0)
		return -1;
	for (size_t i = 0; i < g->sources_len; i++) {
		const char *path = arena_printf(&scratch, PROJECT_ROOT "/%s", g->sources[i].path);
		struct str text = visible_text(s, g, i);
		if (!str_eq(text, g->sources[i].text) && tree_add_file(tree, path, text, err) < 0)
			return -1;
	}
	*out = take(tree);
	return 0;
}

static int compile_group(struct sorting *s, struct group *g, struct err *err)
{
	const struct suite *suite = s->x->suite;
	const struct plan_program *p = sorting_program(s, g->programs[0]);
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *cut = NULL;
	SCOPED_TREE struct tree *tree = NULL;
	if (cut_tree(s, g, &cut, err) < 0 || build_tree(suite->tools->toolchain, cut, &tree, err) < 0)
		return -1;
	for (size_t i = 0; i < p->objects_len && !g->broken; i++) {
		struct built built;
		if (build_compile(suite->tools->toolchain, tree, &suite->plan.objects[p->objects[i]].compile,
				  &suite->project->limits.build, &scratch, &built, err) < 0)
			return -1;
		g->broken = !built.ok;
	}
	return 0;
}

/* One after the other, since they share an arena. */
static void compile_groups(void *data, size_t index)
{
	(void)index;
	struct sorting *s = data;
	for (size_t i = 0; i < s->groups_len; i++) {
		struct group *g = &s->groups[i];
		if (has_sealed(g) && !extract_all_sealed(s, g))
			compile_group(s, g, &g->error);
		event_send(s->x->suite->tools->observer, EVENT_STEP, g->sources[0].path, 0);
	}
}

int extract_check_visible(struct sorting *s, bool *ret_again, struct err *err)
{
	struct parallel p = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = compile_groups, .data = s};
	const struct observer *observer = s->x->suite->tools->observer;
	event_send(observer, EVENT_STAGE, "sealing", s->groups_len);
	int result = parallel_run(&p, 1, err);
	event_send(observer, EVENT_DONE, "sealing", s->groups_len);
	*ret_again = false;
	for (size_t i = 0; i < s->groups_len && result == 0; i++) {
		struct group *g = &s->groups[i];
		if (g->error.kind != ERR_NONE) {
			*err = g->error;
			result = -1;
		}
		*ret_again |= g->by_function && g->broken;
		g->by_function &= !g->broken;
	}
	return result;
}

/* ---- what is shown */

static bool is_mentioned(const struct sorting *s, const struct group *g, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	for (size_t i = 0; i < g->sources_len; i++) {
		struct str text = visible_text(s, g, i);
		if (text.len && memmem(text.ptr, text.len, name, strlen(name)))
			return true;
	}
	return !g->by_function;
}

/* Files that the program read, as far as its visible tests speak of them. */
static void show_data(struct sorting *s, const struct group *g, size_t program, size_t *left)
{
	const struct suite *suite = s->x->suite;
	const struct strings *inputs = &s->x->e->baseline.programs[program].inputs;
	for (size_t i = 0; i < inputs->len; i++) {
		struct str text = plan_text(suite->plan.tests_tree, inputs->items[i]);
		if (text.len > min_size(DATA_FILE_MAX, *left) || suite_is_public(suite, inputs->items[i]) ||
		    !is_mentioned(s, g, inputs->items[i]))
			continue;
		*left -= text.len;
		extract_add_file(&s->x->e->spec.tests, inputs->items[i], text);
	}
}

static void show_named_file(struct sorting *s, const char *path)
{
	if (path)
		extract_add_file(&s->x->e->spec.tests, path, plan_text(s->x->suite->plan.tests_tree, path));
}

static void show_group(struct sorting *s, const struct group *g, size_t *left)
{
	if (extract_all_sealed(s, g))
		return;
	for (size_t i = 0; i < g->sources_len; i++)
		extract_add_file(&s->x->e->spec.tests, g->sources[i].path, visible_text(s, g, i));
	for (size_t i = 0; i < g->programs_len; i++) {
		if (!g->by_function && s->units[g->first_unit + i].sealed)
			continue;
		const struct plan_program *p = sorting_program(s, g->programs[i]);
		show_named_file(s, p->program->stdin_file);
		show_named_file(s, p->configuration->expect.stdout_file);
		show_data(s, g, g->programs[i], left);
	}
}

void extract_show_tests(struct sorting *s)
{
	struct spec *spec = &s->x->e->spec;
	size_t left = DATA_TOTAL_MAX;
	spec->visible = arena_array(s->x->a, s->units_len, struct spec_test);
	for (size_t i = 0; i < s->units_len; i++) {
		const struct extracted_test *t = &s->tests[i];
		if (t->visible)
			spec->visible[spec->visible_len++] =
				(struct spec_test){t->name, t->program, t->place, t->calls};
	}
	for (size_t i = 0; i < s->groups_len; i++)
		show_group(s, &s->groups[i], &left);
}
