#include "harness/ctests_scan.h"

#include "core/mem.h"

/*
 * From each test names are followed through functions and macros, each of which
 * is visited once. Together the tests may take WORK_MAX steps; when these are
 * used up, a test reaches only what stands in itself.
 */
enum { WORK_MAX = 100 * 1000 * 1000 };

struct names {
	uint32_t *items;
	size_t len, cap;
};

struct reach {
	const struct ctscan *scan;
	struct strings names_in_order;
	uint32_t *rank;      /* by name: its place in that order, or CTSCAN_NONE */
	uint32_t *seen;      /* by name: the last test that came by it, from 1 */
	uint32_t *uses_from; /* by function, then macro: where its names begin in `uses` */
	struct names uses;   /* of each function and macro, each name once */
	struct names found;  /* by the test at work, in the order of finding */
	size_t work;
};

/* ---- what each function and macro uses */

static void use(struct reach *r, uint32_t name, uint32_t mark)
{
	if (name == CTSCAN_NONE || r->seen[name] == mark)
		return;
	r->seen[name] = mark;
	*vec_push(&r->uses) = name;
}

static void use_function(struct reach *r, const struct ctscan_function *function, uint32_t mark)
{
	const struct ctscan_file *f = &r->scan->files[function->file];
	for (uint32_t t = function->body; t <= function->last; t++) {
		uint32_t argument;
		use(r, f->tokens.items[t].name, mark);
		for (uint32_t k = 0; k < CTSCAN_PASTES_MAX; k++)
			use(r, ctscan_made_name(r->scan, f, t, k, &argument), mark);
	}
}

static void use_macro(struct reach *r, const struct ctscan_macro *macro, uint32_t mark)
{
	for (uint32_t w = macro->first; w < macro->last; w++)
		use(r, r->scan->files[macro->file].words.items[w].name, mark);
}

static void collect_uses(struct reach *r)
{
	const struct ctscan *s = r->scan;
	size_t functions = s->functions.len, len = functions + s->macros.len;
	r->uses_from = arena_array(s->arena, len + 1, uint32_t);
	for (uint32_t i = 0; i < len; i++) {
		r->uses_from[i] = (uint32_t)r->uses.len;
		if (i < functions)
			use_function(r, &s->functions.items[i], i + 1);
		else
			use_macro(r, &s->macros.items[i - functions], i + 1);
	}
	r->uses_from[len] = (uint32_t)r->uses.len;
	memset(r->seen, 0, (ctscan_names_len(s) + 1) * sizeof(*r->seen));
}

/* ---- one test */

static void find_name(struct reach *r, uint32_t name, uint32_t test)
{
	if (r->seen[name] == test)
		return;
	r->seen[name] = test;
	*vec_push(&r->found) = name;
}

static void find_uses(struct reach *r, size_t unit, uint32_t test)
{
	for (uint32_t u = r->uses_from[unit]; u < r->uses_from[unit + 1]; u++)
		find_name(r, r->uses.items[u], test);
	r->work += r->uses_from[unit + 1] - r->uses_from[unit] + 1;
}

/* Of functions with one name those in the same source, if there are any. */
static void enter(struct reach *r, uint32_t name, uint32_t file, uint32_t test)
{
	const struct ctscan *s = r->scan;
	bool here = false;
	for (uint32_t i = s->function_of[name]; i != CTSCAN_NONE && !here; i = s->functions.items[i].next)
		here = s->functions.items[i].file == file;
	for (uint32_t i = s->function_of[name]; i != CTSCAN_NONE; i = s->functions.items[i].next) {
		r->work += 2;
		if (!here || s->functions.items[i].file == file)
			find_uses(r, i, test);
	}
	for (uint32_t i = s->macro_of[name]; i != CTSCAN_NONE; i = s->macros.items[i].next)
		find_uses(r, s->functions.len + i, test);
}

/* What the registration names beside the test: functions that prepare and tidy up. */
static void find_registered(struct reach *r, uint32_t name, uint32_t test)
{
	const struct ctscan *s = r->scan;
	for (uint32_t i = s->mentions_from[name]; i < s->mentions_from[name + 1]; i++) {
		const struct ctscan_mention *m = &s->mentions.items[s->mention_order[i]];
		const struct ctscan_token *tokens = s->files[m->file].tokens.items;
		for (uint32_t t = m->first; m->accepted && t <= m->last; t++) {
			uint32_t other = tokens[t].name;
			if (other != CTSCAN_NONE && other != name && s->function_of[other] != CTSCAN_NONE)
				find_name(r, other, test);
		}
	}
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static struct strings sorted(struct reach *r)
{
	size_t len = 0;
	for (size_t i = 0; i < r->found.len; i++) {
		uint32_t rank = r->rank[r->found.items[i]];
		if (rank != CTSCAN_NONE)
			r->found.items[len++] = rank;
	}
	if (len)
		qsort(r->found.items, len, sizeof(*r->found.items), by_number);
	struct strings found = {arena_array(r->scan->arena, len + 1, const char *), len};
	for (size_t i = 0; i < len; i++)
		found.items[i] = r->names_in_order.items[r->found.items[i]];
	return found;
}

static struct strings reach(struct reach *r, uint32_t name, uint32_t test)
{
	uint32_t file = r->scan->functions.items[r->scan->function_of[name]].file;
	r->found.len = 0;
	find_registered(r, name, test);
	r->seen[name] = test; /* its own name only if it uses it */
	enter(r, name, file, test);
	for (size_t i = 0; i < r->found.len && r->work < WORK_MAX; i++)
		enter(r, r->found.items[i], file, test);
	r->work += r->found.len;
	return sorted(r);
}

void ctests_reach(const struct ctscan *s, const uint32_t *tests, size_t len, struct strings *ret)
{
	struct reach r = {.scan = s};
	r.names_in_order = ctscan_all_names(s, &r.rank);
	r.seen = arena_array(s->arena, ctscan_names_len(s) + 1, uint32_t);
	collect_uses(&r);
	for (uint32_t i = 0; i < len; i++)
		ret[i] = reach(&r, tests[i], i + 1);
	vec_release(&r.uses);
	vec_release(&r.found);
}
