#include "core/stats.h"

#include "core/prng.h"
#include "tests/tap.h"

#include <math.h>

enum { SIZES = 4, DRAWS = 400 };
static const double sizes[SIZES] = {1000, 2000, 4000, 8000};

static double flat(double n)
{
	return 5e5 + 0 * n;
}

static double search(double n)
{
	return 2000 + 300 * log2(n);
}

static double walk(double n)
{
	return 40000 + 17 * n;
}

static double sort(double n)
{
	return 9000 + 12 * n * log2(n);
}

static double pairs(double n)
{
	return 1e6 + 0.5 * n * (n - 1);
}

static double product(double n)
{
	return 2 * n * n * n + 3 * n * n;
}

static const struct {
	double (*cost)(double n);
	enum growth_order order;
	double exponent, within;
} known[] = {
	{flat, GROWTH_CONSTANT, 0, 0},      {search, GROWTH_LOGARITHMIC, 0.1, 0.1}, {walk, GROWTH_LINEAR, 1, 0.002},
	{sort, GROWTH_N_LOG_N, 1.12, 0.03}, {pairs, GROWTH_QUADRATIC, 2, 0.002},    {product, GROWTH_CUBIC, 3, 0.002},
};

static struct growth grow(double (*cost)(double n), const double *n)
{
	double costs[SIZES];
	for (size_t i = 0; i < SIZES; i++)
		costs[i] = cost(n[i]);
	return stats_growth(n, costs, SIZES);
}

static void without_noise(void)
{
	static const double small[SIZES] = {16, 32, 64, 128}, large[SIZES] = {1e6, 2e6, 4e6, 8e6};
	for (size_t i = 0; i < countof(known); i++) {
		struct growth g = grow(known[i].cost, sizes);
		is_str(growth_order_name(g.order), growth_order_name(known[i].order));
		if (!ok(fabs(g.exponent - known[i].exponent) <= known[i].within))
			tap_print("#   %s: %.3f\n", growth_order_name(g.order), g.exponent);
	}
	is_str(growth_order_name(grow(sort, large).order), "n log n");
	is_str(growth_order_name(grow(walk, large).order), "linear");
	is_str(growth_order_name(grow(product, small).order), "cubic");
}

/* How many of the draws come to be that order, with normal noise of that size. */
static int named(double (*cost)(double n), double noise, enum growth_order order)
{
	struct prng prng = {7};
	int count = 0;
	for (int draw = 0; draw < DRAWS; draw++) {
		double costs[SIZES];
		for (size_t i = 0; i < SIZES; i++) {
			double sum = -6;
			for (int k = 0; k < 12; k++)
				sum += (double)prng_below(&prng, 1 << 20) / (1 << 20);
			costs[i] = cost(sizes[i]) * exp(noise * sum);
		}
		count += stats_growth(sizes, costs, SIZES).order == order;
	}
	return count;
}

/* What costs tell is found, and nothing that they do not tell. */
static void with_noise(void)
{
	for (size_t i = 0; i < countof(known); i++) {
		is_int(named(known[i].cost, 0.001, known[i].order), DRAWS);
		if (!ok(named(known[i].cost, 0.01, known[i].order) >= DRAWS * 95 / 100))
			tap_print("#   %s\n", growth_order_name(known[i].order));
	}
	ok(named(walk, 0.03, GROWTH_LINEAR) + named(walk, 0.03, GROWTH_N_LOG_N) >= DRAWS * 97 / 100);
	ok(named(pairs, 0.03, GROWTH_QUADRATIC) >= DRAWS * 90 / 100);
	ok(named(flat, 0.03, GROWTH_CONSTANT) >= DRAWS * 90 / 100);
}

static double hidden(double n)
{
	return 300 + 1000 * n + 0.15 * n * n;
}

static double harmless(double n)
{
	return 300 + 1000 * n + 0.001 * n * n;
}

/* A table that doubles when it is full: now twice as large as it must be, now just large enough. */
static double doubling(double n)
{
	return 20 * n + 2 * exp2(ceil(log2(n)));
}

static double power(double n)
{
	return pow(n, 1.5);
}

static double fourth(double n)
{
	return n * n * n * n;
}

static void mixtures(void)
{
	static const double odd[SIZES] = {900, 1800, 3600, 7200}, uneven[SIZES] = {1000, 1500, 5000, 7000};
	is_str(growth_order_name(grow(hidden, sizes).order), "quadratic");
	is_str(growth_order_name(grow(harmless, sizes).order), "linear");
	is_str(growth_order_name(grow(doubling, odd).order), "linear");
	is_str(growth_order_name(grow(doubling, uneven).order), "linear");
	is_str(growth_order_name(grow(pairs, uneven).order), "quadratic");
	is_str(growth_order_name(grow(fourth, sizes).order), "unclear");
	ok(fabs(grow(power, sizes).exponent - 1.5) < 0.01);
	ok(fabs(grow(fourth, sizes).exponent - 4) < 0.01);
}

static double doubles(double n)
{
	return 50 + exp2(n);
}

static double falls(double n)
{
	return 1e9 / n;
}

static void others(void)
{
	static const double few[SIZES] = {5, 10, 20, 40}, cut[SIZES] = {8, 4, 2, 1}, zero[SIZES] = {0, 1, 2, 3};
	static const double costs[] = {10, 20, 40, 80}, bad[] = {10, 0, NAN, INFINITY};
	is_str(growth_order_name(grow(doubles, few).order), "exponential");
	is_str(growth_order_name(grow(falls, sizes).order), "unclear");
	is_int(stats_growth(sizes, costs, 2).order, GROWTH_UNCLEAR);
	is_int(stats_growth(sizes, costs, 0).order, GROWTH_UNCLEAR);
	is_int(stats_growth(sizes, costs, 3).order, GROWTH_LINEAR);
	is_int(stats_growth(cut, costs, SIZES).order, GROWTH_UNCLEAR);
	is_int(stats_growth(zero, costs, SIZES).order, GROWTH_UNCLEAR);
	is_int(stats_growth(sizes, bad, SIZES).order, GROWTH_UNCLEAR);
	is_str(growth_order_name(GROWTH_UNCLEAR), "unclear");
	is_str(growth_order_name(GROWTH_ORDERS), "unclear");
}

/* Units do not matter, neither those of n nor those of costs. */
static void units(void)
{
	struct prng prng = {3};
	int differ = 0;
	for (int draw = 0; draw < DRAWS; draw++) {
		double costs[SIZES], scaled[SIZES];
		for (size_t i = 0; i < SIZES; i++) {
			costs[i] = known[draw % (int)countof(known)].cost(sizes[i]) * (1 + (double)prng_below(&prng, 1000) / 1e5);
			scaled[i] = costs[i] * 1048576;
		}
		struct growth a = stats_growth(sizes, costs, SIZES), b = stats_growth(sizes, scaled, SIZES);
		differ += a.order != b.order || fabs(a.exponent - b.exponent) > 1e-6;
	}
	is_int(differ, 0);
}

int main(void)
{
	tap_run("without noise", without_noise);
	tap_run("with noise", with_noise);
	tap_run("mixtures", mixtures);
	tap_run("others", others);
	tap_run("units", units);
	return tap_done();
}
