#include "core/stats.h"

#include <math.h>

enum { PARTS_MAX = 3 };

/* A part of a cost, but for a factor: n to a power, or that times log n. */
struct part {
	double power;
	bool log;
};

static const struct order_row {
	const char *name;
	struct part part;
} orders[] = {
	[GROWTH_CONSTANT] = {"constant", {0, false}},
	[GROWTH_LOGARITHMIC] = {"log n", {0, true}},
	[GROWTH_LINEAR] = {"linear", {1, false}},
	[GROWTH_N_LOG_N] = {"n log n", {1, true}},
	[GROWTH_QUADRATIC] = {"quadratic", {2, false}},
	[GROWTH_CUBIC] = {"cubic", {3, false}},
	[GROWTH_EXPONENTIAL] = {"exponential", {0, false}}, /* known by its steps */
};

/* Those of a power and of a logarithm. */
static const enum growth_order first_order = GROWTH_LOGARITHMIC, last_order = GROWTH_CUBIC;

static const double
	least_growth = 1.05,
	better = 0.5,         /* the part of another's error that an order must have to be believed instead */
	much_better = 0.34,   /* the same, of a sum of two */
	fine = 0.003,         /* n log n is so near to linear that only costs with hardly any noise tell */
	good = 0.05,          /* an error that needs no second part to explain it */
	bad = 0.15,           /* nothing is explained */
	least_share = 0.1,    /* of the cost at the largest n, for a part to count */
	rounding = 1e-7;

const char *growth_order_name(enum growth_order order)
{
	return order >= 0 && (size_t)order < countof(orders) ? orders[order].name : "unclear";
}

struct costs {
	const double *n, *cost;
	size_t len;
	bool constant_below_zero; /* as where something begins only beyond some n */
};

struct sum {
	struct part parts[PARTS_MAX];
	size_t len;
	double share[PARTS_MAX]; /* of each part, of the cost at the largest n */
	double error;            /* typical, as a share of the cost; INFINITY if there is no such sum of parts >= 0 */
};

static double part_at(const struct part *part, double n)
{
	return pow(n, part->power) * (part->log ? log(n) : 1);
}

/* Gauss and Jordan, in place: the unknowns end up in the last column. False where parts are too much alike. */
static bool solve(double m[PARTS_MAX][PARTS_MAX + 1], size_t len)
{
	for (size_t c = 0; c < len; c++) {
		if (fabs(m[c][c]) < 1e-13)
			return false;
		for (size_t k = len + 1; k-- > c;)
			m[c][k] /= m[c][c];
		for (size_t r = 0; r < len; r++)
			for (size_t k = len + 1; r != c && k-- > c;)
				m[r][k] -= m[r][c] * m[c][k];
	}
	return true;
}

/* The row of one cost in a least squares fit of relative errors: it should sum up to 1. */
static void row_of(const struct costs *costs, const struct sum *sum, size_t i, double ret[PARTS_MAX])
{
	size_t last = costs->len - 1;
	for (size_t k = 0; k < sum->len; k++)
		ret[k] = part_at(&sum->parts[k], costs->n[i]) / part_at(&sum->parts[k], costs->n[last]) * costs->cost[last] /
			 costs->cost[i];
}

static double error_of(const struct costs *costs, const struct sum *sum)
{
	double squares = 0, row[PARTS_MAX];
	for (size_t i = 0; i < costs->len; i++) {
		double off = 1;
		row_of(costs, sum, i, row);
		for (size_t k = 0; k < sum->len; k++)
			off -= sum->share[k] * row[k];
		squares += off * off;
	}
	return fmax(sqrt(squares / (double)(costs->len - sum->len)), rounding);
}

static bool is_constant(const struct part *part)
{
	return part->power <= 0 && !part->log;
}

static void fit_all(const struct costs *costs, struct sum *sum)
{
	double m[PARTS_MAX][PARTS_MAX + 1] = {{0}}, row[PARTS_MAX];
	sum->error = INFINITY;
	if (costs->len <= sum->len)
		return;
	for (size_t i = 0; i < costs->len; i++) {
		row_of(costs, sum, i, row);
		for (size_t r = 0; r < sum->len; r++) {
			for (size_t k = 0; k < sum->len; k++)
				m[r][k] += row[r] * row[k];
			m[r][sum->len] += row[r];
		}
	}
	if (!solve(m, sum->len))
		return;
	for (size_t k = 0; k < sum->len; k++) {
		sum->share[k] = m[k][sum->len];
		if (sum->share[k] < -rounding && !(costs->constant_below_zero && is_constant(&sum->parts[k])))
			return;
	}
	sum->error = error_of(costs, sum);
}

/* With a constant, or without one where that would have to be less than 0. */
static struct sum fit(const struct costs *costs, const struct part *parts, size_t len)
{
	struct sum sum = {.len = len}, with = {.len = len + 1};
	for (size_t k = 0; k < len; k++)
		sum.parts[k] = with.parts[k + 1] = parts[k];
	fit_all(costs, &with);
	if (with.error < INFINITY)
		return with;
	fit_all(costs, &sum);
	return sum;
}

/* The exponent of the power that fits best, in steps of 0.05 and then of 0.001. */
static double fit_power(const struct costs *costs)
{
	double best = 0, least = INFINITY, from = 0.05, to = 6;
	for (double step = 0.05; step > 0.0005; step /= 50) {
		for (double power = from; power <= to; power += step) {
			double error = fit(costs, &(struct part){power, false}, 1).error;
			best = error < least ? power : best;
			least = fmin(error, least);
		}
		from = fmax(best - step, 0.001);
		to = best + step;
	}
	return best;
}

static double step_exponent(const struct costs *costs, size_t i)
{
	return log(costs->cost[i] / costs->cost[i - 1]) / log(costs->n[i] / costs->n[i - 1]);
}

/* No power: each step is a much higher one than that before. */
static bool is_exponential(const struct costs *costs)
{
	double last = step_exponent(costs, costs->len - 1), before = step_exponent(costs, costs->len - 2);
	return last > 4.5 && last > 1.5 * before;
}

/* The lowest order that explains the costs about as well as any. */
static enum growth_order one_order(const struct costs *costs, double *ret_error)
{
	struct sum constant = {.parts = {orders[GROWTH_CONSTANT].part}, .len = 1};
	enum growth_order best = GROWTH_CONSTANT;
	fit_all(costs, &constant);
	*ret_error = constant.error;
	for (enum growth_order order = first_order; order <= last_order; order++) {
		double error = fit(costs, &orders[order].part, 1).error;
		if (error >= *ret_error * better || (order == GROWTH_N_LOG_N && error > fine))
			continue;
		best = order;
		*ret_error = error;
	}
	return best;
}

/* The same for sums of two: a linear part that hides the beginning of a quadratic one. */
static enum growth_order two_orders(const struct costs *costs, enum growth_order best, double *ret_error)
{
	for (enum growth_order low = first_order; low < last_order; low++) {
		for (enum growth_order high = low + 1; high <= last_order; high++) {
			struct sum sum = fit(costs, (struct part[]){orders[low].part, orders[high].part}, 2);
			if (orders[high].part.power > orders[low].part.power + 1 || sum.error >= *ret_error * much_better)
				continue;
			best = sum.share[sum.len - 1] >= least_share ? high : low;
			*ret_error = sum.error;
		}
	}
	return best;
}

static struct growth explain(const struct costs *costs, double *ret_error)
{
	struct growth growth = {fit_power(costs), one_order(costs, ret_error)};
	if (*ret_error > good)
		growth.order = two_orders(costs, growth.order, ret_error);
	return growth;
}

static bool grows(const struct costs *costs)
{
	double least = INFINITY, most = 0;
	for (size_t i = 0; i < costs->len; i++) {
		least = fmin(least, costs->cost[i]);
		most = fmax(most, costs->cost[i]);
	}
	return most > least * least_growth;
}

static bool usable(const struct costs *costs)
{
	for (size_t i = 0; i < costs->len; i++)
		if (!(costs->n[i] >= 1) || !(costs->cost[i] > 0) || !isfinite(costs->cost[i]) ||
		    (i > 0 && !(costs->n[i] > costs->n[i - 1])))
			return false;
	return costs->len >= 3;
}

struct growth stats_growth(const double *n, const double *cost, size_t len)
{
	struct costs costs = {n, cost, len, false};
	struct growth growth = {.order = GROWTH_UNCLEAR};
	double error, other_error;
	if (!usable(&costs))
		return growth;
	if (!grows(&costs))
		return (struct growth){0, GROWTH_CONSTANT};
	if (is_exponential(&costs))
		return (struct growth){fit_power(&costs), GROWTH_EXPONENTIAL};
	growth = explain(&costs, &error);
	if (error > good) {
		costs.constant_below_zero = true;
		struct growth other = explain(&costs, &other_error);
		if (other_error < error * much_better) {
			growth = other;
			error = other_error;
		}
	}
	if (error > bad)
		growth.order = GROWTH_UNCLEAR;
	if (growth.order == GROWTH_CONSTANT)
		growth.exponent = 0;
	return growth;
}
