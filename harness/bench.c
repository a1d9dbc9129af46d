#include "harness/bench_parts.h"

#include "core/clock.h"
#include "core/mem.h"

#include <math.h>
#include <unistd.h>

/* ---- what needs no clock */

struct measuring_all {
	const struct bench_ask *ask;
	struct engine *timed;
	struct bench *bench;
	struct bench_measure *measures; /* of each party, each workload */
	struct arena *arenas;           /* of each of them */
	struct err *errors;
};

static void measure(void *data, size_t index)
{
	struct measuring_all *m = data;
	size_t workloads = m->bench->workloads.len;
	const struct bench_party *party = &m->ask->parties[index / workloads];
	const struct workload *w = &m->bench->workloads.items[index % workloads];
	const struct bench_side side = {m->ask->suite, party->rewrite};
	if (bench_measure(&side, w, m->timed, &m->arenas[index], &m->measures[index], &m->errors[index]) < 0 &&
	    m->errors[index].kind == ERR_NONE)
		err_set(&m->errors[index], ERR_BUG, "a measurement failed without a word");
	event_send(m->ask->suite->tools->observer, EVENT_STEP, w->name, 0);
}

static void fill_rows(struct measuring_all *m)
{
	struct bench *bench = m->bench;
	size_t workloads = bench->workloads.len;
	bench->comparisons_len = m->ask->parties_len - 1;
	bench->comparisons = arena_array(&bench->arena, bench->comparisons_len, struct bench_comparison);
	for (size_t i = 0; i < bench->comparisons_len; i++) {
		struct bench_comparison *c = &bench->comparisons[i];
		c->b = &m->ask->parties[i + 1];
		c->rows = arena_array(&bench->arena, workloads, struct bench_row);
		for (size_t w = 0; w < workloads; w++) {
			c->rows[w].a = m->measures[w];
			c->rows[w].b = m->measures[(i + 1) * workloads + w];
			bench_row_compare(&c->rows[w]);
		}
	}
}

static int measure_all(const struct bench_ask *ask, struct engine *timed, struct bench *bench, struct err *err)
{
	size_t len = ask->parties_len * bench->workloads.len;
	struct measuring_all m = {
		.ask = ask,
		.timed = timed,
		.bench = bench,
		.measures = arena_array(&bench->arena, len, struct bench_measure),
		.arenas = arena_array(&bench->arena, len, struct arena),
		.errors = arena_array(&bench->arena, len, struct err),
	};
	int result = tools_stage(ask->suite->tools, "measuring", len, measure, &m, err);
	for (size_t i = 0; i < len; i++) {
		arena_adopt(&bench->arena, &m.arenas[i]);
		if (result == 0 && m.errors[i].kind != ERR_NONE)
			result = err_copy(err, &m.errors[i]);
	}
	if (result == 0)
		fill_rows(&m);
	return result;
}

/* ---- what it comes to */

static void judge_times(struct bench_comparison *c, const struct bench *bench)
{
	SCOPED_MEM double *p = mem_zalloc(bench->workloads.len + 1, sizeof(*p));
	size_t len = 0;
	for (size_t i = 0; i < bench->workloads.len; i++) {
		if (c->rows[i].timed)
			p[len++] = c->rows[i].time.p;
	}
	stats_holm(p, len);
	len = 0;
	for (size_t i = 0; i < bench->workloads.len; i++) {
		struct bench_row *row = &c->rows[i];
		row->verdict = BENCH_INCONCLUSIVE;
		if (!row->timed)
			continue;
		row->p = p[len++];
		row->verdict = benchtime_verdict(&row->time, row->p, bench->self.noises[i]);
	}
}

/* Of logarithms, whose errors add up as squares. With a ratio of too few samples, which has no bounds, the mean has none. */
static struct interval mean_time(const struct bench_comparison *c, size_t len)
{
	double sum = 0, below = 0, above = 0, count = 0;
	for (size_t i = 0; i < len; i++) {
		const struct interval *ratio = &c->rows[i].time.ratio;
		if (!c->rows[i].timed)
			continue;
		sum += log(ratio->middle);
		below += pow(log(ratio->middle / ratio->low), 2);
		above += pow(log(ratio->high / ratio->middle), 2);
		count++;
	}
	if (count == 0)
		return (struct interval){1, 1, 1};
	return (struct interval){exp(sum / count), exp((sum - sqrt(below)) / count), exp((sum + sqrt(above)) / count)};
}

/* Something of which there is none on either side is no ratio. */
static void add_ratio(double a, double b, double *values, size_t *len)
{
	if (a > 0 && b > 0)
		values[(*len)++] = b / a;
}

static double mean_of(const struct bench_comparison *c, size_t len,
		      double (*figure)(const struct bench_measure *measure))
{
	SCOPED_MEM double *values = mem_zalloc(len + 1, sizeof(*values));
	size_t count = 0;
	for (size_t i = 0; i < len; i++) {
		const struct bench_row *row = &c->rows[i];
		if (bench_row_counts(row))
			add_ratio(figure(&row->a), figure(&row->b), values, &count);
	}
	return stats_geomean(values, count);
}

static double fuel_of(const struct bench_measure *m)
{
	return (double)m->fuel;
}

static double memory_of(const struct bench_measure *m)
{
	return (double)m->memory_bytes;
}

static double allocations_of(const struct bench_measure *m)
{
	return (double)m->allocations;
}

static double code_of(const struct bench_measure *m)
{
	return (double)m->code_bytes;
}

static double start_of(const struct bench_measure *m)
{
	return m->start_ns;
}

static void conclude(struct bench_comparison *c, const struct bench *bench)
{
	size_t len = bench->workloads.len;
	judge_times(c, bench);
	c->time = mean_time(c, len);
	c->fuel = mean_of(c, len, fuel_of);
	c->memory = mean_of(c, len, memory_of);
	c->allocations = mean_of(c, len, allocations_of);
	c->code = mean_of(c, len, code_of);
	c->start = mean_of(c, len, start_of);
	for (size_t i = 0; i < len; i++) {
		c->counted += bench_row_counts(&c->rows[i]);
		c->timed += c->rows[i].timed;
		c->wrong += c->rows[i].wrong;
		c->grows_faster += c->rows[i].grows_faster;
	}
}

/* ---- the whole */

static int choose_workloads(const struct bench_ask *ask, struct bench *bench, struct err *err)
{
	struct workloads *all = &bench->workloads;
	size_t len = 0;
	if (workloads_find(ask->suite, ask->extracted, all, err) < 0)
		return -1;
	for (size_t i = 0; i < ask->only.len; i++) {
		bool known = false;
		for (size_t w = 0; w < all->len && !known; w++)
			known = strcmp(all->items[w].name, ask->only.items[i]) == 0;
		if (!known)
			return err_set(err, ERR_USAGE,
				       "there is no workload %.100s; `recast bench` lists those that there are",
				       ask->only.items[i]);
	}
	for (size_t w = 0; w < all->len; w++) {
		bool wanted = ask->only.len == 0;
		for (size_t i = 0; i < ask->only.len && !wanted; i++)
			wanted = strcmp(all->items[w].name, ask->only.items[i]) == 0;
		if (wanted)
			all->items[len++] = all->items[w];
	}
	all->len = len;
	return len ? 0
		   : err_set(err, ERR_USAGE,
			     "there is nothing to measure: no test runs here, and no function can be called by itself; \"workloads\" "
			     "in recast.json names programs of your own");
}

static void note_waiting(void *data)
{
	const struct tools *const *tools = data;
	event_send((*tools)->observer, EVENT_NOTE, "another recast measures on this machine; waiting until it is done",
		   0);
}

static int work(const struct bench_ask *ask, struct engine *timed, struct bench *bench, struct err *err)
{
	const struct tools *tools = ask->suite->tools;
	int held = -1;
	if (choose_workloads(ask, bench, err) < 0 || measure_all(ask, timed, bench, err) < 0)
		return -1;
	bench->self.noises = arena_array(&bench->arena, bench->workloads.len, double);
	bench->machine = machine_state(&bench->arena);
	if (ask->budget_ns) {
		if (machine_hold(note_waiting, &tools, &held, err) < 0)
			return -1;
		int result = bench_clock(ask, timed, bench, err);
		close(held);
		if (result < 0)
			return -1;
	}
	for (size_t i = 0; i < bench->comparisons_len; i++)
		conclude(&bench->comparisons[i], bench);
	return 0;
}

int bench_run(const struct bench_ask *ask, struct bench *ret, struct err *err)
{
	struct bench bench = {.a = &ask->parties[0]};
	struct engine *timed;
	uint64_t begun = clock_monotonic_ns();
	if (engine_new(ENGINE_TIMED, &timed, err) < 0)
		return -1;
	int result = work(ask, timed, &bench, err);
	engine_free(timed);
	bench.wall_ns = clock_monotonic_ns() - begun;
	if (result < 0)
		bench_release(&bench);
	else
		*ret = bench;
	return result;
}

void bench_release(struct bench *bench)
{
	workloads_release(&bench->workloads);
	arena_release(&bench->arena);
	*bench = (struct bench){0};
}
