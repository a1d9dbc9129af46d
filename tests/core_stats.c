/* Figures against those that other programs give for the same samples, and against what must hold for any. */

#include "core/stats.h"

#include "core/prng.h"
#include "tests/tap.h"

#include <math.h>

static bool near(double got, double wanted)
{
	bool is = fabs(got - wanted) < 1e-9 * fmax(1, fabs(wanted));
	if (!is)
		tap_print("# got %.12g, wanted %.12g\n", got, wanted);
	return is;
}

/* About normal, by twelve uniform ones. */
static double noise(struct prng *p)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += (double)prng_below(p, 1 << 30) / (1 << 30);
	return sum;
}

static void middles(void)
{
	double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, ratios[] = {0.5, 2, 8};
	ok(near(stats_median(odd, 3), 3));
	ok(near(stats_median(even, 4), 2.5));
	ok(near(stats_median(NULL, 0), 0));
	ok(near(stats_geomean(ratios, 3), 2));
	ok(near(stats_geomean(NULL, 0), 1));
	struct interval i = stats_bootstrap((double[]){1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 5, 5}, 12, 0.99, 1);
	ok(i.middle > 4 && i.middle < 7 && i.low < i.middle && i.middle < i.high && i.high < 20);
}

static void chances(void)
{
	const double a[] = {1.1, 2.2, 3.3, 4.4, 5.5}, b[] = {2.0, 3.1, 4.2, 5.3, 6.4, 7.5};
	const double t[] = {1, 1, 2, 2, 3, 3, 3}, u[] = {2, 3, 3, 4, 4, 5},
		     d[] = {0.3, -0.1, 0.5, 0.2, -0.4, 0.7, 0.9, 1.1};
	double x[40], y[45], p[] = {0.01, 0.04, 0.03, 0.005};
	for (int i = 0; i < 40; i++)
		x[i] = round(fmod(i * 0.37, 7) * 100) / 100;
	for (int i = 0; i < 45; i++)
		y[i] = round((fmod(i * 0.53, 8) + 1) * 100) / 100;
	ok(near(stats_mann_whitney(a, 5, b, 6), 0.42857142857142855));
	ok(fabs(stats_mann_whitney(x, 40, y, 45) - 0.000782383644513455) < 1e-6);
	ok(fabs(stats_mann_whitney(t, 7, u, 6) - 0.04535219143280889) < 1e-6);
	ok(near(stats_signed_rank(d, 8), 0.078125));
	ok(near(stats_mann_whitney(a, 5, NULL, 0), 1));
	ok(near(stats_mann_whitney(a, 1, a, 1), 1));
	ok(near(stats_signed_rank((double[]){0, 0}, 2), 1));
	stats_holm(p, 4);
	ok(near(p[3], 0.02) && near(p[0], 0.03) && near(p[2], 0.06) && near(p[1], 0.06));
}

/* At 0.99, one of a hundred misses; here at most three of two hundred. */
static void intervals_hold_what_they_say(void)
{
	int missed = 0;
	for (uint64_t round = 0; round < 200; round++) {
		struct prng p = {round * 77 + 1};
		double values[30];
		for (int i = 0; i < 30; i++)
			values[i] = 3 + 0.2 * noise(&p) + (prng_below(&p, 20) == 0 ? 4 : 0);
		struct interval i = stats_bootstrap(values, 30, 0.99, round);
		missed += i.low > 3 || i.high < 3;
	}
	tap_print("# missed %d of 200\n", missed);
	ok(missed <= 3);
	struct interval none = stats_bootstrap(NULL, 0, 0.99, 1),
			few = stats_bootstrap((double[]){1, 2, 3}, 3, 0.99, 1);
	ok(isinf(none.low) && isinf(none.high) && isinf(few.low) && isinf(few.high) && near(few.middle, 2));
	double equal[20] = {0};
	struct interval same = stats_bootstrap(equal, 20, 0.99, 1);
	ok(near(same.low, 0) && near(same.high, 0));
}

static void outliers(void)
{
	double values[] = {10, 11, 10.5, 10.2, 10.8, 10.1, 10.9, 99};
	is_int(stats_outliers(values, 8), 1);
	is_int(stats_outliers(values, 7), 0);
	is_int(stats_outliers(NULL, 0), 0);
}

static void is_order(const char *wanted, const double *cost, size_t len)
{
	const double n[] = {100, 200, 400, 800};
	is_str(growth_order_name(stats_growth(n, cost, len).order), wanted);
}

static void orders(void)
{
	const double n[] = {100, 200, 400, 800};
	double cost[4];
#define COST(order, formula)                    \
	for (int i = 0; i < 4; i++) {           \
		double x = n[i];                \
		cost[i] = (formula);            \
	}                                       \
	is_order(order, cost, 4)
	COST("constant", 5000 + 0 * x);
	COST("constant", 100000 + 3 * x);
	COST("log n", 90 + 40 * log(x));
	COST("linear", 1000 + 5 * x);
	COST("linear", 7 * x);
	COST("linear", 40 * x + (x > 150 && x < 250 ? 60 : 0));
	COST("n log n", 3000 + 7 * x * log(x));
	COST("quadratic", 500 + 0.3 * x * x + 10 * x);
	COST("quadratic", x * x + 200 * x);
	COST("cubic", 1e-3 * x * x * x + x);
	COST("exponential", pow(1.02, x));
	is_order("linear", (double[]){3800718, 26224092, 71076504, 160781832}, 4);
	is_order("quadratic", (double[]){2210328, 6274052, 22686436, 111909731}, 4);
	is_order("quadratic", (double[]){97, 364, 1400, 5600}, 4);
	is_order("linear", (double[]){9.9, 18.6, 36, 72}, 4);
	is_order("unclear", (double[]){1, 2}, 2);
	is_order("unclear", (double[]){1, 0, 2, 3}, 4);
	is_order("unclear", (double[]){1, NAN, 2, 3}, 4);
	ok(near(round(stats_growth(n, (double[]){97, 364, 1400, 5600}, 4).exponent), 2));
}

int main(void)
{
	tap_run("middles", middles);
	tap_run("chances", chances);
	tap_run("intervals", intervals_hold_what_they_say);
	tap_run("outliers", outliers);
	tap_run("orders", orders);
	return tap_done();
}
