#include "harness/bench_parts.h"

#include "core/mem.h"

enum { ROUNDS = 3 };

/* Runs of one party with one workload, and what they have come to so far. */
struct measuring {
	struct bench_module *module;
	const struct workload *workload;
	struct arena *arena;
	struct bench_measure *measure;
	struct hasher answers;
};

/* A run that failed is an answer too: whoever fails as the other does is not wrong. */
static int run(struct measuring *m, enum bench_lens lens, uint64_t n, uint64_t round, struct bench_run *ret,
	       struct err *err)
{
	if (bench_module_run(m->module, lens, n, round, ret, err) < 0)
		return -1;
	const struct run_result *r = &ret->run;
	if (lens == LENS_FUEL)
		hasher_bytes(&m->answers, ret->output.bytes, HASH_BYTES);
	if (r->outcome != OUTCOME_EXITED && !m->measure->failure)
		m->measure->failure =
			arena_printf(m->arena, "%s%s%s", outcome_name(r->outcome), r->trap[0] ? ": " : "", r->trap);
	return 0;
}

/* Whether n counts calls that are all alike, so that the first can be told from the others. */
static bool counts_calls(const struct workload *w)
{
	return w->kind == WORKLOAD_MICRO && strcmp(w->unit, "calls") == 0 && w->inputs > 0;
}

static int measure_fuel(struct measuring *m, struct err *err)
{
	const struct workload *w = m->workload;
	struct bench_measure *ret = m->measure;
	uint64_t first = 0;
	size_t rounds = w->sized && w->inputs_vary ? ROUNDS : 1;
	for (size_t round = 0; round < rounds && !ret->failure; round++) {
		struct bench_run all, one;
		if (run(m, LENS_FUEL, w->n, round, &all, err) < 0)
			return -1;
		ret->fuel += all.run.fuel;
		ret->memory_bytes = max_size(ret->memory_bytes, all.run.memory_bytes);
		ret->start_fuel = all.start_fuel;
		if (!counts_calls(w))
			continue;
		if (run(m, LENS_FUEL, 1, round, &one, err) < 0)
			return -1;
		first += one.run.fuel;
	}
	if (counts_calls(w) && w->n > 1) {
		ret->first_fuel = first / rounds;
		ret->later_fuel =
			(double)(ret->fuel - min_size(first, ret->fuel)) / (double)rounds / (double)(w->n - 1);
	}
	return 0;
}

/* Under other lenses the same run says other things. */
static int measure_memory(struct measuring *m, struct err *err)
{
	struct bench_run run_of;
	if (m->measure->failure)
		return 0;
	if (run(m, LENS_BULK, m->workload->n, 0, &run_of, err) < 0)
		return -1;
	m->measure->bulk_bytes = run_of.run.bulk_bytes;
	if (run(m, LENS_ALLOCATIONS, m->workload->n, 0, &run_of, err) < 0)
		return -1;
	m->measure->allocations = run_of.allocations;
	m->measure->live_bytes = run_of.peak_live_bytes;
	return 0;
}

/* What grew too large to be run says that it grows, and no more. */
static int measure_growth(struct measuring *m, struct err *err)
{
	struct bench_measure *ret = m->measure;
	double sizes[BENCH_SIZES], costs[BENCH_SIZES];
	size_t len = 0;
	for (; m->workload->sized && !ret->failure && len < BENCH_SIZES; len++) {
		struct bench_size *size = &ret->sizes[len];
		struct bench_run run_of;
		size->n = m->workload->n << len;
		if (bench_module_run(m->module, LENS_FUEL, size->n, 0, &run_of, err) < 0)
			return -1;
		size->fuel = run_of.run.fuel;
		size->answer = run_of.output;
		size->ended = run_of.run.outcome != OUTCOME_OUT_OF_FUEL && run_of.run.outcome != OUTCOME_OUT_OF_TIME;
		if (!size->ended)
			break;
		sizes[len] = (double)size->n;
		costs[len] = (double)size->fuel;
	}
	if (len == BENCH_SIZES)
		ret->growth = stats_growth(sizes, costs, len);
	return 0;
}

int bench_measure(const struct bench_side *side, const struct workload *workload, struct engine *timed, struct arena *a,
		  struct bench_measure *ret, struct err *err)
{
	struct bench_measure measure = {.growth = {.order = GROWTH_UNCLEAR}};
	struct measuring m = {.workload = workload, .arena = a, .measure = &measure};
	if (bench_module_make(side, workload, timed, a, &m.module, &measure.failure, err) < 0)
		return -1;
	hasher_init(&m.answers);
	int result = 0;
	if (m.module) {
		measure.code_bytes = bench_module_code_bytes(m.module);
		if (measure_fuel(&m, err) < 0 || measure_memory(&m, err) < 0 || measure_growth(&m, err) < 0)
			result = -1;
	}
	measure.answers = hasher_finish(&m.answers);
	bench_module_free(m.module);
	if (result == 0)
		*ret = measure;
	return result;
}

/* Of a library that gives the same answer again from memory, the later calls cost nearly nothing. Where calls become dearer
 * by themselves, nothing can be said. */
static bool looks_cached(const struct bench_measure *a, const struct bench_measure *b)
{
	if (!a->first_fuel || !b->first_fuel || a->later_fuel <= 0 || a->growth.order > GROWTH_LINEAR)
		return false;
	double usual = a->later_fuel / (double)a->first_fuel, now = b->later_fuel / (double)b->first_fuel;
	return now < usual / 4 && (double)b->first_fuel > 200;
}

/* At sizes where one of them did not end, nothing can be compared. */
static void compare_sizes(struct bench_row *row)
{
	for (size_t i = 0; i < BENCH_SIZES; i++) {
		const struct bench_size *a = &row->a.sizes[i], *b = &row->b.sizes[i];
		if (!a->ended)
			return;
		if (!b->ended) {
			row->grows_faster = true;
			return;
		}
		row->wrong |= !hash_eq(&a->answer, &b->answer);
	}
}

/* Linear and n log n are too near to each other for inputs as they come: nobody is refused for that. */
static bool grows_faster(const struct growth *a, const struct growth *b)
{
	static const double noticeable = 0.3;
	return a->order != GROWTH_UNCLEAR && b->order > a->order && b->exponent > a->exponent + noticeable;
}

void bench_row_compare(struct bench_row *row)
{
	const struct bench_measure *a = &row->a, *b = &row->b;
	if (a->failure || b->failure) {
		row->wrong = !a->failure;
		return;
	}
	row->wrong = !hash_eq(&a->answers, &b->answers);
	row->cached = looks_cached(a, b);
	row->grows_faster = grows_faster(&a->growth, &b->growth);
	compare_sizes(row);
}

bool bench_row_counts(const struct bench_row *row)
{
	return !row->a.failure && !row->b.failure && !row->wrong;
}
