#ifndef RECAST_HARNESS_BENCHTIME_H
#define RECAST_HARNESS_BENCHTIME_H

/*
 * Takes the time of two things beside each other. They run in blocks of ABBA or BAAB, drawn by lot, so that a machine that
 * gets slower or faster does so for both; a block gives a ratio, and blocks are added until the interval
 * of the ratio is tight or the time is used up. It knows no engine: what is run is a function.
 */

#include "core/err.h"
#include "core/stats.h"

/* One of the two. Runs it once more, with input number `round`: equal numbers mean equal inputs for both. */
struct bench_subject {
	int (*run)(void *data, uint64_t round, uint64_t *ret_ns, struct err *err);
	/* Comes before each block: it lies somewhere else in memory from now on, where `lot` says. NULL if it cannot move. */
	void (*move)(void *data, uint64_t lot);
	void *data;
};

struct benchtime_limits {
	uint64_t budget_ns;   /* of the whole comparison, warming included */
	double tight;         /* the interval's half width, as a share of the ratio, that is good enough */
	unsigned blocks_min, blocks_max;
	uint64_t sample_ns;   /* a sample of less is repeated within the block until it takes about so long */
};

extern const struct benchtime_limits benchtime_default_limits;

struct benchtime {
	struct interval ratio;    /* B/A */
	double p;                 /* of this comparison alone: signed ranks of the blocks' ratios */
	double p_samples;         /* Mann-Whitney, over all samples as they came; drift hides differences from it */
	double a_ns, b_ns;        /* medians of one run */
	double cold_a_ns, cold_b_ns; /* the first run of each */
	size_t blocks, repeats;   /* repeats of a run in a sample */
	size_t outliers_a, outliers_b;
	bool tight;               /* the interval came to be as tight as was asked for */
};

/* An error is one of a subject's. */
int benchtime_measure(const struct bench_subject *a, const struct bench_subject *b,
		      const struct benchtime_limits *limits, uint64_t seed, struct benchtime *ret, struct err *err);

/* What a comparison comes to. */
enum bench_verdict { BENCH_FASTER, BENCH_SLOWER, BENCH_SAME, BENCH_INCONCLUSIVE };

const char *bench_verdict_name(enum bench_verdict verdict);

/*
 * `noise` is what the same module against itself came to on this machine: how far from 1 its interval reached. `p` is corrected
 * for the number of comparisons. Faster and slower need an interval without 1, a small p, and an effect above both the
 * noise and the least that counts; the same needs an interval within the least that counts.
 */
enum bench_verdict benchtime_verdict(const struct benchtime *time, double p, double noise);

#endif
