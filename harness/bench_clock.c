#include "harness/bench_parts.h"

#include "core/mem.h"
#include "core/parallel.h"

#include <math.h>

enum { STARTS_KEPT = 4096 };

/* A workload's module of one party, as benchtime runs it. */
struct timed_party {
	struct bench_module *module;
	const struct workload *workload;
	struct {
		double *items;
		size_t len, cap;
	} starts; /* how long it took until main began, each time */
};

static int run_once(void *data, uint64_t round, uint64_t *ret_ns, struct err *err)
{
	struct timed_party *p = data;
	struct bench_run run;
	if (bench_module_run(p->module, LENS_TIME, p->workload->n, round, &run, err) < 0)
		return -1;
	if (p->starts.len < STARTS_KEPT)
		*vec_push(&p->starts) = (double)run.start_ns;
	/* Guests neither wait nor sleep: what is not on this thread's clock is somebody else's. */
	*ret_ns = run.run.cpu_ns;
	return 0;
}

static void move(void *data, uint64_t lot)
{
	struct timed_party *p = data;
	bench_module_move(p->module, lot);
}

struct clocking {
	const struct bench_ask *ask;
	struct engine *timed;
	struct bench *bench;
	struct benchtime_limits limits; /* of each comparison */
	struct err error;
};

static int open_party(struct clocking *c, const struct bench_party *party, const struct workload *w,
		      struct timed_party *ret, struct err *err)
{
	const struct bench_side side = {c->ask->suite, party->rewrite};
	const char *why;
	*ret = (struct timed_party){.workload = w};
	return bench_module_make(&side, w, c->timed, &c->bench->arena, &ret->module, &why, err);
}

static double close_party(struct timed_party *p)
{
	double start_ns = p->starts.len ? stats_median(p->starts.items, p->starts.len) : 0;
	bench_module_free(p->module);
	free(p->starts.items);
	*p = (struct timed_party){0};
	return start_ns;
}

/* The party on the left stays open; `ret_start` is what the one on the right took to start. */
static int compare(struct clocking *c, struct timed_party *a, const struct bench_party *party, uint64_t seed,
		   struct benchtime *ret, double *ret_start, struct err *err)
{
	struct timed_party b;
	if (open_party(c, party, a->workload, &b, err) < 0)
		return -1;
	const struct bench_subject left = {run_once, move, a}, right = {run_once, move, &b};
	int result = benchtime_measure(&left, &right, &c->limits, seed, ret, err);
	*ret_start = close_party(&b);
	return result;
}

static double reach(const struct interval *ratio)
{
	return fmax(fabs(log(ratio->high)), fabs(log(ratio->low)));
}

/* Its first party beside itself. Nothing is the matter with it, so what is found is the machine. */
static int compare_itself(struct clocking *c, size_t index, struct timed_party *a, struct err *err)
{
	struct bench_self *self = &c->bench->self;
	struct benchtime time;
	double start;
	if (compare(c, a, c->bench->a, c->ask->seed + index, &time, &start, err) < 0)
		return -1;
	enum bench_verdict verdict = benchtime_verdict(&time, time.p, 0);
	self->comparisons++;
	self->false_positives += verdict == BENCH_FASTER || verdict == BENCH_SLOWER;
	self->noises[index] = expm1(reach(&time.ratio));
	if (isfinite(self->noises[index]))
		self->noise = fmax(self->noise, self->noises[index]);
	return 0;
}

static int clock_workload(struct clocking *c, size_t index, struct err *err)
{
	struct bench *bench = c->bench;
	struct timed_party a;
	if (open_party(c, bench->a, &bench->workloads.items[index], &a, err) < 0)
		return -1;
	int result = compare_itself(c, index, &a, err);
	for (size_t i = 0; result == 0 && i < bench->comparisons_len; i++) {
		struct bench_row *row = &bench->comparisons[i].rows[index];
		if (!bench_row_counts(row))
			continue;
		result = compare(c, &a, bench->comparisons[i].b, c->ask->seed + 1000003 * (i + 1) + index, &row->time,
				 &row->b.start_ns, err);
		row->timed = result == 0;
	}
	double start = close_party(&a);
	for (size_t i = 0; i < bench->comparisons_len; i++)
		bench->comparisons[i].rows[index].a.start_ns = start;
	return result;
}

/* Whether anybody is left to be compared with. */
static size_t comparisons_of(const struct bench *bench, size_t index)
{
	size_t count = 0;
	for (size_t i = 0; i < bench->comparisons_len; i++)
		count += bench_row_counts(&bench->comparisons[i].rows[index]);
	return count;
}

static void clock_all(void *data, size_t unused)
{
	(void)unused;
	struct clocking *c = data;
	struct bench *bench = c->bench;
	const struct observer *observer = c->ask->suite->tools->observer;
	machine_pin();
	bench->machine = machine_state(&bench->arena);
	for (size_t i = 0; i < bench->workloads.len && c->error.kind == ERR_NONE; i++) {
		if (comparisons_of(bench, i) && clock_workload(c, i, &c->error) < 0)
			break;
		event_send(observer, EVENT_STEP, bench->workloads.items[i].name, 0);
	}
	machine_unpin();
}

/* Each comparison gets its share of the time that is left for all of them. */
static uint64_t share_ns(const struct bench_ask *ask, const struct bench *bench)
{
	size_t comparisons = 0;
	for (size_t i = 0; i < bench->workloads.len; i++) {
		size_t others = comparisons_of(bench, i);
		comparisons += others ? others + 1 : 0;
	}
	return comparisons ? ask->budget_ns / comparisons : 0;
}

int bench_clock(const struct bench_ask *ask, struct engine *timed, struct bench *bench, struct err *err)
{
	const struct observer *observer = ask->suite->tools->observer;
	struct clocking c = {.ask = ask, .timed = timed, .bench = bench, .limits = benchtime_default_limits};
	struct parallel alone = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = clock_all, .data = &c};
	bench->self.noises = arena_array(&bench->arena, bench->workloads.len, double);
	c.limits.budget_ns = min_size(c.limits.budget_ns, share_ns(ask, bench));
	event_send(observer, EVENT_STAGE, "taking times", bench->workloads.len);
	int result = parallel_run(&alone, 1, err);
	event_send(observer, EVENT_DONE, "taking times", 0);
	return result < 0 || c.error.kind == ERR_NONE ? result : err_copy(err, &c.error);
}
