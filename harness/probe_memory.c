#include "harness/probe_memory.h"

#include "core/mem.h"
#include "harness/probe_text.h"

/* A probe that is looked into. */
struct looking {
	const struct probe_pair *pair;
	const struct probe_suspicion *suspicion;
	const char *flags;
	struct probe_outcome original, rewrite;
	struct err *err;
};

static int run(struct looking *l, struct probe_side *side, const struct probe *p, const struct probe_listener *listener,
	       uint64_t fuel, struct probe_outcome *ret)
{
	struct probe_job job = {.probes = p, .len = 1, .conditions = {.fuel = fuel}, .listener = listener};
	struct trace trace = {0};
	int result = probe_side_run(side, &job, ret, &trace, l->err);
	trace_release(&trace);
	return result;
}

/* Whether it does one of the things in question, where the original answers and does not. */
static int shows(void *data, const struct probe *p)
{
	struct looking *l = data;
	const struct probe_suspicion *s = l->suspicion;
	if (run(l, l->pair->original_watched, p, NULL, 0, &l->original) < 0)
		return -1;
	if (l->original.end != PROBE_RAN || l->original.starved)
		return 0;
	if (run(l, l->pair->rewrite_watched, p, NULL, probe_fuel_of_rewrite(l->original.fuel, false), &l->rewrite) < 0)
		return -1;
	return (l->rewrite.faults & ~l->original.faults & s->faults) != 0 ||
	       (!l->original.undefined && (l->rewrite.undefined_kinds & s->undefined) != 0) ||
	       (s->lost && probe_loses_more(&l->original, &l->rewrite));
}

/* Both accounts are there only while their side runs: what the table wants of the original's is kept. */
struct telling {
	struct memory_table *table;
	const char *calls;
	struct memory_account original;
	struct arena arena;
};

static void keep_original(void *data, size_t index, const struct memory_account *account)
{
	struct telling *t = data;
	(void)index;
	t->original = *account;
	t->original.heap.faults =
		arena_copy(&t->arena, account->heap.faults, account->heap.faults_len, sizeof(*account->heap.faults));
	t->original.undefined =
		arena_copy(&t->arena, account->undefined, account->undefined_len, sizeof(*account->undefined));
	for (size_t i = 0; i < t->original.undefined_len; i++)
		t->original.undefined[i].file = arena_strdup(&t->arena, account->undefined[i].file);
}

static void compare(void *data, size_t index, const struct memory_account *account)
{
	struct telling *t = data;
	(void)index;
	memory_table_compare(t->table, t->calls, &t->original, account, true);
}

static int tell(struct looking *l, const struct probe *p, struct memory_table *table)
{
	struct telling t = {.table = table};
	struct probe_listener first = {.data = &t, .ran = keep_original}, second = {.data = &t, .ran = compare};
	const char *line = probe_line(l->pair->g, p, &t.arena);
	t.calls = l->flags[0] ? arena_printf(&t.arena, "built with %s: %s", l->flags, line) : line;
	int result = run(l, l->pair->original_watched, p, &first, 0, &l->original);
	if (result == 0)
		result = run(l, l->pair->rewrite_watched, p, &second, probe_fuel_of_rewrite(l->original.fuel, true),
			     &l->rewrite);
	arena_release(&t.arena);
	return result;
}

int probe_memory(const struct probe_pair *pair, const struct probe_suspicion *suspicions, size_t len, const char *flags,
		 struct memory_table *table, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	table->of_calls = true;
	for (size_t i = 0; i < len; i++) {
		struct looking l = {.pair = pair, .suspicion = &suspicions[i], .flags = flags, .err = err};
		struct probe small;
		int again = shows(&l, &suspicions[i].probe);
		if (again < 0)
			return -1;
		/* It hung on what was before. */
		if (!again)
			continue;
		if (probe_shrink(pair, &suspicions[i].probe, shows, &l, &scratch, &small) < 0 ||
		    tell(&l, &small, table) < 0)
			return -1;
	}
	return 0;
}
