#ifndef RECAST_CORE_STATS_H
#define RECAST_CORE_STATS_H

/*
 * Figures from samples. Pure: the same samples and seed give the same result.
 * Samples are finite. Ratios are treated as logarithms, so that twice as fast and half as fast are equally far from 1.
 */

#include "core/base.h"

/* The array is put in order. 0 for none. */
double stats_median(double *values, size_t len);

/* Of values > 0; 1 for none. */
double stats_geomean(const double *values, size_t len);

/* Those far outside of what most are (beyond 3 interquartile ranges, by Tukey): how many. */
size_t stats_outliers(const double *values, size_t len);

/* ---- how sure a figure is */

struct interval {
	double middle, low, high;
};

/*
 * Of a typical value of the samples: the mean without the lowest and the highest fifth, and an interval that holds what it
 * stands for with probability `level` (0.95, 0.99). `values` stay as they are.
 *
 * The interval is a studentised, symmetric bootstrap. Of up to STATS_FEW values it is their range, and where not even
 * that is sure enough, all numbers: -INFINITY to INFINITY.
 */
struct interval stats_bootstrap(const double *values, size_t len, double level, uint64_t seed);

enum { STATS_FEW = 11 };

/* ---- whether there is a difference: p-values, two-sided */

/* Mann-Whitney: the probability that so different a pair comes of one distribution. 1 if either is empty or all are
 * equal. Exact for small samples without ties. */
double stats_mann_whitney(const double *a, size_t a_len, const double *b, size_t b_len);

/* Wilcoxon's signed ranks: the probability of values so much on one side of 0 if each had its sign by lot. Zeros are
 * left out; 1 if nothing is left. Exact for small samples without ties. */
double stats_signed_rank(const double *values, size_t len);

/* Holm's correction: each of the p-values becomes what it is among that many comparisons. */
void stats_holm(double *p, size_t len);

/* ---- how a cost grows */

enum growth_order {
	GROWTH_CONSTANT,
	GROWTH_LOGARITHMIC,
	GROWTH_LINEAR,
	GROWTH_N_LOG_N,
	GROWTH_QUADRATIC,
	GROWTH_CUBIC,
	GROWTH_EXPONENTIAL,
	GROWTH_ORDERS,
	GROWTH_UNCLEAR = -1,
};

struct growth {
	double exponent;         /* of the power of n that fits best once a constant is taken away; 0 for a constant */
	enum growth_order order; /* a larger one grows faster */
};

/*
 * Of at least three costs > 0 at sizes n > 0 in rising order; of fewer it is unclear. What grows by less than a twentieth
 * is constant. Of two orders that explain the costs about equally well it is the lower one, and a sum is of the
 * order of its fastest part that counts at the largest n.
 */
struct growth stats_growth(const double *n, const double *cost, size_t len);

/* "constant", "log n", "linear", "n log n", "quadratic", "cubic", "exponential", or "unclear". */
const char *growth_order_name(enum growth_order order);

#endif
