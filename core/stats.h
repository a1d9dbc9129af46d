#ifndef RECAST_CORE_STATS_H
#define RECAST_CORE_STATS_H

/*
 * Figures from samples. Pure: the same samples and seed give the same result.
 * Ratios are treated as logarithms, so that twice as fast and half as fast are equally far from 1.
 */

#include "core/base.h"

/* The array is put in order. */
double stats_median(double *values, size_t len);

/* Of values > 0; 1 for none. */
double stats_geomean(const double *values, size_t len);

struct interval {
	double middle, low, high;
};

/* Of a typical value of the samples, by bootstrap, at `level` (0.95, 0.99). `values` stay as they are. */
struct interval stats_bootstrap(const double *values, size_t len, double level, uint64_t seed);

/* Mann-Whitney: the probability, two-sided, that so different a pair comes of one distribution. 1 if either is empty or
 * all are equal. */
double stats_mann_whitney(const double *a, size_t a_len, const double *b, size_t b_len);

/* Holm's correction: each of the p-values becomes what it is among that many comparisons. */
void stats_holm(double *p, size_t len);

/* Those far outside of what most are (beyond 3 interquartile ranges, by Tukey): how many. */
size_t stats_outliers(const double *values, size_t len);

/* How a cost grows with n: the exponent of the power that fits best once a constant is taken away, and the name of the
 * order: "constant", "linear", "n log n", "quadratic", "cubic", "exponential", or "unclear". n in rising order. */
struct growth {
	double exponent;
	const char *order;
	int rank; /* of the order: a larger one grows faster; -1 for unclear */
};

struct growth stats_growth(const double *n, const double *cost, size_t len);

#endif
