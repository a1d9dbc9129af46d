#include "harness/benchtime.h"

#include "core/clock.h"
#include "core/mem.h"
#include "core/prng.h"

#include <math.h>

enum {
	SAMPLES = 4,       /* of a block: A, B, B, A or the other way round */
	WARM_ROUNDS = 3,
	BLOCKS_MAX = 2000,
	REPEATS_MAX = 100000,
	LOOK_LATER = 4,    /* a look at the interval comes when there are so much more blocks: a quarter */
	TOLD_FROM = 16,    /* blocks that can tell a difference, also among some dozens of workloads */
	GRACE_NS = 1000000000,
};

/* How sure an interval is of holding the ratio, how unlikely chance must be, and what is too small to count. */
static const double LEVEL = 0.99, CHANCE = 0.002, LEAST = 0.01;

const struct benchtime_limits benchtime_default_limits = {
	.budget_ns = 4 * (uint64_t)1000000000,
	.tight = 0.003,
	.blocks_min = STATS_FEW + 1,
	.blocks_max = 400,
	.sample_ns = 1000000,
};

struct measuring {
	const struct bench_subject *subjects[2];
	const struct benchtime_limits *limits;
	struct prng prng;
	uint64_t begun_ns, round;
	size_t repeats;
	struct {
		double *items;
		size_t len, cap;
	} ratios, samples[2]; /* logarithms of blocks' ratios; times of samples */
};

/* ---- one sample, one block */

static int run_sample(struct measuring *m, int which, uint64_t round, double *ret_ns, struct err *err)
{
	const struct bench_subject *s = m->subjects[which];
	uint64_t sum = 0, ns;
	for (size_t i = 0; i < m->repeats; i++) {
		if (s->run(s->data, round + i, &ns, err) < 0)
			return -1;
		sum += ns;
	}
	*ret_ns = (double)max_size(sum, 1);
	return 0;
}

/*
 * Whoever lies well stays ahead by a per cent or two for as long as it lies there; so both get new places for each
 * block, and luck becomes noise. In its new place each has a run that does not count.
 */
static int move_both(struct measuring *m, struct err *err)
{
	int first = (int)prng_below(&m->prng, 2);
	uint64_t ns;
	for (int i = 0; i < 2; i++) {
		const struct bench_subject *s = m->subjects[i ^ first];
		if (s->move)
			s->move(s->data, prng_next(&m->prng));
	}
	for (int i = 0; i < 2; i++) {
		const struct bench_subject *s = m->subjects[i ^ first];
		if (s->move && s->run(s->data, m->round, &ns, err) < 0)
			return -1;
	}
	return 0;
}

/* Both see the same inputs in the first half of the block, and others in the second. */
static int run_block(struct measuring *m, struct err *err)
{
	int first = (int)prng_below(&m->prng, 2);
	const int order[SAMPLES] = {first, !first, !first, first};
	double sums[2] = {0}, time;
	if (move_both(m, err) < 0)
		return -1;
	for (int i = 0; i < SAMPLES; i++) {
		uint64_t round = m->round + (i < SAMPLES / 2 ? 0 : m->repeats);
		if (run_sample(m, order[i], round, &time, err) < 0)
			return -1;
		sums[order[i]] += time;
		*vec_push(&m->samples[order[i]]) = time;
	}
	*vec_push(&m->ratios) = log(sums[1] / sums[0]);
	m->round += 2 * m->repeats;
	return 0;
}

/* ---- before: cold, warm, and how many runs make a sample */

static int warm(struct measuring *m, struct benchtime *ret, struct err *err)
{
	double ns[2] = {0}, typical = INFINITY;
	m->repeats = 1;
	if (run_sample(m, 0, 0, &ret->cold_a_ns, err) < 0 || run_sample(m, 1, 0, &ret->cold_b_ns, err) < 0)
		return -1;
	for (int i = 0; i < WARM_ROUNDS; i++) {
		if (run_sample(m, 0, m->round, &ns[0], err) < 0 || run_sample(m, 1, m->round, &ns[1], err) < 0)
			return -1;
		/* Between both, so that the slow one of an uneven pair is not repeated without need. */
		typical = fmin(typical, sqrt(ns[0] * ns[1]));
		m->round++;
	}
	double wanted = ceil((double)m->limits->sample_ns / typical);
	m->repeats = wanted < 1 ? 1 : wanted > REPEATS_MAX ? REPEATS_MAX : (size_t)wanted;
	return 0;
}

/* ---- when it is enough: by how tight the interval is, never by what it says, which would find what it looks for */

static struct interval interval_of(const struct measuring *m, uint64_t seed)
{
	struct interval i = stats_bootstrap(m->ratios.items, m->ratios.len, LEVEL, seed);
	return (struct interval){exp(i.middle), exp(i.low), exp(i.high)};
}

static bool is_tight(const struct measuring *m, const struct interval *ratio)
{
	return (ratio->high - ratio->low) / 2 <= m->limits->tight * ratio->middle;
}

/* A few blocks more than there is time for, if these are not long: without them nothing could be told at all. */
static bool is_time_up(const struct measuring *m)
{
	uint64_t taken = clock_monotonic_ns() - m->begun_ns, budget = m->limits->budget_ns;
	if (m->ratios.len == 0 || taken <= budget)
		return false;
	return m->ratios.len >= TOLD_FROM || taken - budget > GRACE_NS;
}

static int run_blocks(struct measuring *m, uint64_t seed, struct benchtime *ret, struct err *err)
{
	size_t most = min_size(m->limits->blocks_max, BLOCKS_MAX), look = m->limits->blocks_min;
	while (m->ratios.len < most && !is_time_up(m)) {
		if (run_block(m, err) < 0)
			return -1;
		if (m->ratios.len < look)
			continue;
		look += look / LOOK_LATER + 1;
		ret->ratio = interval_of(m, seed);
		if (is_tight(m, &ret->ratio))
			break;
	}
	ret->ratio = interval_of(m, seed);
	ret->tight = is_tight(m, &ret->ratio);
	return 0;
}

/*
 * The p-value is that of signed ranks, which is Mann and Whitney's count of the blocks' ratios against their inverses.
 * It holds whatever the machine does: if the two are the same, the lot alone gave each ratio its sign. Mann-Whitney over
 * the samples takes drift for noise; over samples by their block's mean, which depend on each other, it finds
 * a difference three times as often as it says where there is none.
 */
static void conclude(struct measuring *m, struct benchtime *ret)
{
	double repeats = (double)m->repeats;
	ret->p = stats_signed_rank(m->ratios.items, m->ratios.len);
	ret->p_samples =
		stats_mann_whitney(m->samples[0].items, m->samples[0].len, m->samples[1].items, m->samples[1].len);
	ret->outliers_a = stats_outliers(m->samples[0].items, m->samples[0].len);
	ret->outliers_b = stats_outliers(m->samples[1].items, m->samples[1].len);
	ret->a_ns = stats_median(m->samples[0].items, m->samples[0].len) / repeats;
	ret->b_ns = stats_median(m->samples[1].items, m->samples[1].len) / repeats;
	ret->blocks = m->ratios.len;
	ret->repeats = m->repeats;
}

int benchtime_measure(const struct bench_subject *a, const struct bench_subject *b,
		      const struct benchtime_limits *limits, uint64_t seed, struct benchtime *ret, struct err *err)
{
	struct measuring m = {.subjects = {a, b}, .limits = limits, .prng = {seed}, .begun_ns = clock_monotonic_ns()};
	struct benchtime time = {0};
	int result = warm(&m, &time, err);
	if (result == 0)
		result = run_blocks(&m, seed, &time, err);
	if (result == 0) {
		conclude(&m, &time);
		*ret = time;
	}
	free(m.ratios.items);
	for (int i = 0; i < 2; i++)
		free(m.samples[i].items);
	return result;
}

/* ---- what it comes to */

const char *bench_verdict_name(enum bench_verdict verdict)
{
	static const char *const names[] = {
		[BENCH_FASTER] = "faster",
		[BENCH_SLOWER] = "slower",
		[BENCH_SAME] = "same",
		[BENCH_INCONCLUSIVE] = "inconclusive",
	};
	return names[verdict];
}

enum bench_verdict benchtime_verdict(const struct benchtime *time, double p, double noise)
{
	const struct interval *r = &time->ratio;
	double effect = fabs(log(r->middle)), least = log(1 + LEAST);
	bool is_different = (r->low > 1 || r->high < 1) && p < CHANCE;
	if (is_different && effect > least && effect > log(1 + noise))
		return r->middle > 1 ? BENCH_SLOWER : BENCH_FASTER;
	if (r->low > 1 - LEAST && r->high < 1 + LEAST)
		return BENCH_SAME;
	return BENCH_INCONCLUSIVE;
}
