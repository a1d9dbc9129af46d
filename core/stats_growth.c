#include "core/stats.h"

#include <math.h>

enum { LEAST_SIZES = 3 };

/* A higher order must explain the costs so many times better than a lower one. */
static const double BETTER = 4, FLAT = 0.05, GOOD = 0.02;

const char *growth_order_name(enum growth_order order)
{
	static const char *const names[GROWTH_ORDERS] = {"constant",  "log n", "linear",     "n log n",
							 "quadratic", "cubic", "exponential"};
	return order == GROWTH_UNCLEAR ? "unclear" : names[order];
}

/* What an order stands for at n, compared with what it stands for at the largest size, so that no number is large. */
static double part_at(enum growth_order order, double n, double largest)
{
	double x = n / largest;
	switch (order) {
	case GROWTH_LOGARITHMIC:
		return log(n + 1) / log(largest + 1);
	case GROWTH_LINEAR:
		return x;
	case GROWTH_N_LOG_N:
		return x * log(n + 1) / log(largest + 1);
	case GROWTH_QUADRATIC:
		return x * x;
	case GROWTH_CUBIC:
		return x * x * x;
	case GROWTH_EXPONENTIAL:
		return exp((n - largest) / largest * 20);
	default:
		return 0;
	}
}

struct line {
	double constant, factor;
};

/* constant + factor * part, so that the squares of relative errors add up to the least. The constant can be below 0: what only
 * begins at some size grows like that. The factor cannot. */
static struct line fit(enum growth_order order, const double *n, const double *cost, size_t len)
{
	double ones = 0, ones_squared = 0, parts = 0, parts_squared = 0, mixed = 0;
	for (size_t i = 0; i < len; i++) {
		double one = 1 / cost[i], part = part_at(order, n[i], n[len - 1]) / cost[i];
		ones += one;
		ones_squared += one * one;
		parts += part;
		parts_squared += part * part;
		mixed += one * part;
	}
	double determinant = ones_squared * parts_squared - mixed * mixed;
	struct line line = {(ones * parts_squared - parts * mixed) / determinant,
			    (ones_squared * parts - mixed * ones) / determinant};
	if (determinant > 1e-12 * ones_squared * parts_squared && line.factor >= 0)
		return line;
	return (struct line){0, parts_squared > 0 ? parts / parts_squared : 0};
}

/* That of the worst size, as a share of its cost. */
static double error_of(enum growth_order order, const double *n, const double *cost, size_t len)
{
	struct line line = fit(order, n, cost, len);
	double worst = 0;
	for (size_t i = 0; i < len; i++)
		worst = fmax(worst,
			     fabs((line.constant + line.factor * part_at(order, n[i], n[len - 1])) / cost[i] - 1));
	return worst;
}

/* Of the differences between neighbours, in which a constant is no more. */
static double exponent_of(const double *n, const double *cost, size_t len)
{
	double last = cost[len - 1] - cost[len - 2], before = cost[len - 2] - cost[len - 3];
	double widths = (n[len - 1] - n[len - 2]) / (n[len - 2] - n[len - 3]);
	if (last <= 0 || before <= 0 || widths <= 1)
		return log(cost[len - 1] / cost[0]) / log(n[len - 1] / n[0]);
	return log(last / before) / log(widths);
}

static bool is_flat(const double *cost, size_t len)
{
	double low = cost[0], high = cost[0];
	for (size_t i = 1; i < len; i++) {
		low = fmin(low, cost[i]);
		high = fmax(high, cost[i]);
	}
	return high <= low * (1 + FLAT);
}

static enum growth_order order_of(const double *n, const double *cost, size_t len)
{
	enum growth_order best = GROWTH_LOGARITHMIC;
	double least = error_of(best, n, cost, len);
	for (enum growth_order order = GROWTH_LINEAR; order < GROWTH_ORDERS; order++) {
		double error = error_of(order, n, cost, len);
		if (error * BETTER < least || (error < least && least > GOOD * BETTER)) {
			best = order;
			least = error;
		}
	}
	return best;
}

struct growth stats_growth(const double *n, const double *cost, size_t len)
{
	struct growth g = {.order = GROWTH_UNCLEAR};
	if (len < LEAST_SIZES)
		return g;
	for (size_t i = 0; i < len; i++) {
		if (!(n[i] > 0) || !(cost[i] > 0) || (i && !(n[i] > n[i - 1])))
			return g;
	}
	if (is_flat(cost, len)) {
		g.order = GROWTH_CONSTANT;
		return g;
	}
	g.exponent = exponent_of(n, cost, len);
	g.order = order_of(n, cost, len);
	return g;
}
