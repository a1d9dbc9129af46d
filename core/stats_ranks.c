#include "core/stats_parts.h"

#include "core/mem.h"

#include <math.h>

enum {
	SMALL_SAMPLE = 25, /* of two; beyond, the normal distribution is as good */
	SMALL_SIGNED = 50,
};

struct ranked {
	double value;
	bool counts; /* whether its rank goes into the sum */
};

struct ranks {
	double sum;
	double ties; /* t^3 - t, of each group of t equal values */
};

static int by_ranked(const void *a, const void *b)
{
	return stats_by_value(&((const struct ranked *)a)->value, &((const struct ranked *)b)->value);
}

/* Equal values share the mean of their ranks. */
static struct ranks rank(struct ranked *items, size_t len)
{
	struct ranks r = {0};
	qsort(items, len, sizeof(*items), by_ranked);
	for (size_t i = 0, end; i < len; i = end) {
		double mine = 0;
		for (end = i; end < len && items[end].value <= items[i].value; end++)
			mine += items[end].counts;
		double tied = (double)(end - i);
		r.sum += mine * ((double)(i + end + 1) / 2);
		r.ties += tied * tied * tied - tied;
	}
	return r;
}

static double by_normal(double at, double centre, double variance)
{
	if (variance <= 0)
		return 1;
	return erfc(fmax(fabs(at - centre) - 0.5, 0) / sqrt(2 * variance));
}

/* `ways[i]`: in how many ways the figure comes to be i. */
static double by_counting(const double *ways, size_t len, double at)
{
	double below = 0, above = 0, all = 0;
	for (size_t i = 0; i < len; i++) {
		all += ways[i];
		below += (double)i <= at ? ways[i] : 0;
		above += (double)i >= at ? ways[i] : 0;
	}
	return fmin(2 * fmin(below, above) / all, 1);
}

/* Times 1 + x^power, and the polynomial divided by 1 - x^power: what generating functions are made of. */
static void times_one_plus(double *ways, size_t len, size_t power)
{
	for (size_t i = len; i-- > power;)
		ways[i] += ways[i - power];
}

static void times_one_minus(double *ways, size_t len, size_t power)
{
	for (size_t i = len; i-- > power;)
		ways[i] -= ways[i - power];
}

static void over_one_minus(double *ways, size_t len, size_t power)
{
	for (size_t i = power; i < len; i++)
		ways[i] += ways[i - power];
}

/* The counts are the coefficients of Gauss's binomial: the product of (1 - x^(b+i)) / (1 - x^i). */
static double exact_mann_whitney(double u, size_t a_len, size_t b_len)
{
	size_t len = a_len * b_len + 1;
	SCOPED_MEM double *ways = mem_zalloc(len, sizeof(*ways));
	ways[0] = 1;
	for (size_t i = 1; i <= a_len; i++) {
		times_one_minus(ways, len, b_len + i);
		over_one_minus(ways, len, i);
	}
	return by_counting(ways, len, u);
}

double stats_mann_whitney(const double *a, size_t a_len, const double *b, size_t b_len)
{
	size_t len = a_len + b_len;
	double x = (double)a_len, y = (double)b_len, n = x + y;
	if (a_len == 0 || b_len == 0)
		return 1;
	SCOPED_MEM struct ranked *items = mem_zalloc(len, sizeof(*items));
	for (size_t i = 0; i < len; i++)
		items[i] = (struct ranked){i < a_len ? a[i] : b[i - a_len], i < a_len};
	struct ranks r = rank(items, len);
	double u = r.sum - x * (x + 1) / 2;
	if (r.ties <= 0 && a_len <= SMALL_SAMPLE && b_len <= SMALL_SAMPLE)
		return exact_mann_whitney(u, a_len, b_len);
	return by_normal(u, x * y / 2, x * y / 12 * (n + 1 - r.ties / (n * (n - 1))));
}

static double exact_signed_rank(double sum, size_t len)
{
	size_t sums = len * (len + 1) / 2 + 1;
	SCOPED_MEM double *ways = mem_zalloc(sums, sizeof(*ways));
	ways[0] = 1;
	for (size_t i = 1; i <= len; i++)
		times_one_plus(ways, sums, i);
	return by_counting(ways, sums, sum);
}

double stats_signed_rank(const double *values, size_t len)
{
	size_t kept = 0;
	SCOPED_MEM struct ranked *items = mem_zalloc(max_size(len, 1), sizeof(*items));
	for (size_t i = 0; i < len; i++)
		if (values[i] < 0 || values[i] > 0)
			items[kept++] = (struct ranked){fabs(values[i]), values[i] > 0};
	if (kept == 0)
		return 1;
	struct ranks r = rank(items, kept);
	double n = (double)kept;
	if (r.ties <= 0 && kept <= SMALL_SIGNED)
		return exact_signed_rank(r.sum, kept);
	return by_normal(r.sum, n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24 - r.ties / 48);
}

struct placed {
	double p;
	size_t place;
};

static int by_p(const void *a, const void *b)
{
	return stats_by_value(&((const struct placed *)a)->p, &((const struct placed *)b)->p);
}

void stats_holm(double *p, size_t len)
{
	double least = 0;
	SCOPED_MEM struct placed *order = mem_zalloc(max_size(len, 1), sizeof(*order));
	for (size_t i = 0; i < len; i++)
		order[i] = (struct placed){p[i], i};
	qsort(order, len, sizeof(*order), by_p);
	for (size_t i = 0; i < len; i++) {
		least = fmax(least, fmin(order[i].p * (double)(len - i), 1));
		p[order[i].place] = least;
	}
}
