#include "harness/extract_parts.h"

#include "core/mem.h"

static bool was_judged(const struct sorting *s, size_t program)
{
	enum program_status status = s->x->e->baseline.programs[program].status;
	return status == PROGRAM_PASSED || status == PROGRAM_FAILED;
}

static const char *object_source(const struct sorting *s, size_t object)
{
	return s->x->suite->plan.objects[object].name;
}

static bool same_sources(const struct sorting *s, size_t a, size_t b)
{
	const struct plan_program *p = sorting_program(s, a), *q = sorting_program(s, b);
	if (p->objects_len != q->objects_len)
		return false;
	for (size_t i = 0; i < p->objects_len; i++) {
		if (strcmp(object_source(s, p->objects[i]), object_source(s, q->objects[i])) != 0)
			return false;
	}
	return true;
}

static void group_programs(struct sorting *s)
{
	size_t len = s->x->suite->plan.programs_len;
	s->groups = arena_array(s->x->a, len, struct group);
	for (size_t i = 0; i < len; i++) {
		if (!was_judged(s, i))
			continue;
		struct group *g = s->groups, *end = s->groups + s->groups_len;
		while (g < end && !same_sources(s, g->programs[0], i))
			g++;
		if (g == end) {
			g->programs = arena_array(s->x->a, len - i, size_t);
			s->groups_len++;
		}
		g->programs[g->programs_len++] = i;
		g->open |= sorting_program(s, i)->program->visible;
	}
}

static void add_source(struct sorting *s, struct group *g, const char *path)
{
	const struct suite *suite = s->x->suite;
	for (size_t i = 0; i < g->sources_len; i++) {
		if (strcmp(g->sources[i].path, path) == 0)
			return;
	}
	if (!suite_is_public(suite, path))
		g->sources[g->sources_len++] = (struct ctest_source){path, plan_text(suite->plan.tests_tree, path)};
}

/* The program's sources, then all else of the project that they include. */
static void read_sources(struct sorting *s, struct group *g)
{
	const struct suite *suite = s->x->suite;
	const struct plan_program *p = sorting_program(s, g->programs[0]);
	size_t most = p->objects_len;
	for (size_t i = 0; i < p->objects_len; i++)
		most += suite->plan.objects[p->objects[i]].built.inputs.len;
	g->sources = arena_array(s->x->a, most, struct ctest_source);
	for (size_t i = 0; i < p->objects_len; i++)
		add_source(s, g, object_source(s, p->objects[i]));
	for (size_t i = 0; i < p->objects_len; i++) {
		const struct strings *inputs = &suite->plan.objects[p->objects[i]].built.inputs;
		for (size_t k = 0; k < inputs->len; k++)
			add_source(s, g, inputs->items[k]);
	}
}

/* Sources that more than one group has. */
static void find_shared(const struct sorting *s, struct nameset *ret_shared)
{
	struct strings all = {0};
	for (size_t i = 0; i < s->groups_len; i++)
		all.len += s->groups[i].sources_len;
	all.items = mem_zalloc(all.len, sizeof(*all.items));
	size_t at = 0;
	for (size_t i = 0; i < s->groups_len; i++) {
		for (size_t k = 0; k < s->groups[i].sources_len; k++)
			all.items[at++] = s->groups[i].sources[k].path;
	}
	strings_sort(&all);
	for (size_t i = 1; i < all.len; i++) {
		if (strcmp(all.items[i - 1], all.items[i]) == 0)
			nameset_add(ret_shared, str_of(all.items[i]));
	}
	nameset_seal(ret_shared);
	free(all.items);
}

/* What two programs share cannot be shown with a test cut out and without. */
static bool can_be_cut(const struct group *g)
{
	for (size_t i = 0; i < g->tests.len; i++) {
		const struct ctest_function *f = &g->tests.items[i];
		for (size_t k = 0; k < f->cuts_len; k++) {
			if (g->shared[f->cuts[k].source])
				return false;
		}
	}
	return g->tests.len >= 2;
}

/* Its own sources, of which there are `own`, come first. */
static void prepare(struct group *g, size_t own, const struct nameset *shared, struct arena *a)
{
	g->shared = arena_array(a, g->sources_len, bool);
	for (size_t i = 0; i < g->sources_len; i++)
		g->shared[i] = nameset_has(shared, str_of(g->sources[i].path));
	g->by_function = can_be_cut(g);
	g->public = true;
	for (size_t i = 0; i < own; i++)
		g->public &= g->shared[i];
	g->quotes = arena_array(a, g->tests.len, bool);
	g->sealed = arena_array(a, g->tests.len + 1, bool);
	g->cut = (struct ctests){g->tests.framework, arena_array(a, g->tests.len + 1, struct ctest_function),
				 g->tests.len + 1};
	for (size_t i = 0; i < g->tests.len; i++)
		g->cut.items[i] = g->tests.items[i];
}

int extract_groups(struct sorting *s, struct err *err)
{
	SCOPED(nameset_release) struct nameset shared = {0};
	group_programs(s);
	for (size_t i = 0; i < s->groups_len; i++)
		read_sources(s, &s->groups[i]);
	find_shared(s, &shared);
	for (size_t i = 0; i < s->groups_len; i++) {
		struct group *g = &s->groups[i];
		if (s->x->language->find_tests(g->sources, g->sources_len, s->x->a, &g->tests, err) < 0)
			return err_wrap(err, "%s", g->sources[0].path);
		prepare(g, min_size(sorting_program(s, g->programs[0])->objects_len, g->sources_len), &shared, s->x->a);
	}
	return 0;
}
