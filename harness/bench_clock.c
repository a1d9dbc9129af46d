#include "harness/bench_parts.h"

#include "core/clock.h"
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
	struct benchtime_limits limits; /* of the comparison at hand */
	uint64_t until_ns;              /* when the time for all of them is over */
	size_t left;                    /* comparisons to come */
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
/* What the quick ones before did not need is there for the others. */
static uint64_t share_ns(const struct clocking *c)
{
	uint64_t now = clock_monotonic_ns();
	return c->until_ns > now ? (c->until_ns - now) / max_size(c->left, 1) : 0;
}

static int compare(struct clocking *c, struct timed_party *a, const struct bench_party *party, uint64_t seed,
		   struct benchtime *ret, double *ret_start, struct err *err)
{
	struct timed_party b;
	if (open_party(c, party, a->workload, &b, err) < 0)
		return -1;
	const struct bench_subject left = {run_once, move, a}, right = {run_once, move, &b};
	c->limits.budget_ns = min_size(benchtime_default_limits.budget_ns, share_ns(c));
	c->left -= c->left > 0;
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

struct planned {
	size_t index;  /* of the workload */
	uint64_t fuel; /* of the first party */
};

static int by_fuel(const void *left, const void *right)
{
	const struct planned *a = left, *b = right;
	return a->fuel != b->fuel ? (a->fuel > b->fuel) - (a->fuel < b->fuel)
				  : (a->index > b->index) - (a->index < b->index);
}

/* Those that somebody is left for, the quick ones first. */
static size_t plan_order(struct clocking *c, struct planned *ret)
{
	size_t len = 0;
	for (size_t i = 0; i < c->bench->workloads.len; i++) {
		size_t others = comparisons_of(c->bench, i);
		if (others)
			ret[len++] = (struct planned){i, c->bench->comparisons[0].rows[i].a.fuel};
		c->left += others ? others + 1 : 0;
	}
	if (len)
		qsort(ret, len, sizeof(*ret), by_fuel);
	return len;
}

static void clock_all(void *data, size_t unused)
{
	(void)unused;
	struct clocking *c = data;
	struct bench *bench = c->bench;
	SCOPED_MEM struct planned *order = mem_zalloc(bench->workloads.len + 1, sizeof(*order));
	size_t len = plan_order(c, order);
	c->until_ns = clock_monotonic_ns() + c->ask->budget_ns;
	event_send(c->ask->suite->tools->observer, EVENT_STAGE, "taking times", len);
	machine_pin();
	bench->machine = machine_state(&bench->arena);
	for (size_t i = 0; i < len && clock_workload(c, order[i].index, &c->error) == 0; i++)
		event_send(c->ask->suite->tools->observer, EVENT_STEP, bench->workloads.items[order[i].index].name, 0);
	machine_unpin();
}

int bench_clock(const struct bench_ask *ask, struct engine *timed, struct bench *bench, struct err *err)
{
	const struct observer *observer = ask->suite->tools->observer;
	struct clocking c = {.ask = ask, .timed = timed, .bench = bench, .limits = benchtime_default_limits};
	struct parallel alone = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = clock_all, .data = &c};
	bench->self.noises = arena_array(&bench->arena, bench->workloads.len, double);
	int result = parallel_run(&alone, 1, err);
	event_send(observer, EVENT_DONE, "taking times", 0);
	return result < 0 || c.error.kind == ERR_NONE ? result : err_copy(err, &c.error);
}
