#include "core/stats_parts.h"

#include "core/mem.h"
#include "core/prng.h"

#include <math.h>

enum { RESAMPLES = 2000 };

/*
 * Values in order, each with how often it was drawn. A resample is nothing but other counts, so that it need not be
 * sorted again.
 */
struct counted {
	const double *values;
	unsigned *counts;
	size_t len;
};

struct trimmed {
	double mean;
	double error; /* its standard error */
};

/*
 * A fifth is cut off at each end, because a machine that does something else for a moment makes a sample as slow as it
 * likes. What is left has the mean; its error is that of the Winsorised values (Tukey and McLaughlin).
 */
static struct trimmed trimmed_mean(const struct counted *c)
{
	double n = (double)c->len, cut = floor(n / 5), kept = n - 2 * cut;
	double sum = 0, squares = 0, low = 0, high = 0, centre = c->values[c->len / 2], seen = 0;
	for (size_t i = 0; i < c->len; i++) {
		if (c->counts[i] == 0)
			continue;
		/* How many of these are between the cuts. */
		double from = fmax(seen, cut), to = fmin(seen += c->counts[i], n - cut), value = c->values[i] - centre;
		if (to <= from)
			continue;
		low = from == cut ? value : low;
		high = to == n - cut ? value : high;
		sum += (to - from) * value;
		squares += (to - from) * value * value;
	}
	double mean = (sum + cut * (low + high)) / n;
	double spread = squares + cut * (low * low + high * high) - n * mean * mean;
	return (struct trimmed){
		.mean = centre + sum / kept,
		.error = sqrt(fmax(spread, 0) / (n - 1) * n) / kept,
	};
}

static void draw(struct counted *c, struct prng *prng)
{
	memset(c->counts, 0, c->len * sizeof(*c->counts));
	for (size_t i = 0; i < c->len; i++)
		c->counts[prng_below(prng, c->len)]++;
}

/* How many standard errors reach that far: for a share `level` of resamples, their mean is within. */
static double reach(struct counted *c, struct trimmed whole, double level, uint64_t seed)
{
	struct prng prng = {seed};
	SCOPED_MEM double *distances = mem_zalloc(RESAMPLES, sizeof(*distances));
	for (size_t i = 0; i < RESAMPLES; i++) {
		draw(c, &prng);
		struct trimmed t = trimmed_mean(c);
		double away = fabs(t.mean - whole.mean);
		distances[i] = t.error > 0 ? away / t.error : away > 0 ? INFINITY : 0;
	}
	qsort(distances, RESAMPLES, sizeof(*distances), stats_by_value);
	return distances[min_size((size_t)ceil(level * RESAMPLES), RESAMPLES) - 1];
}

/* The range of n values misses their median with probability 2^(1-n). */
static struct interval of_few(const double *sorted, size_t len, double middle, double level)
{
	if (pow(2, 1 - (double)len) > 1 - level)
		return (struct interval){middle, -INFINITY, INFINITY};
	return (struct interval){middle, sorted[0], sorted[len - 1]};
}

struct interval stats_bootstrap(const double *values, size_t len, double level, uint64_t seed)
{
	if (len == 0)
		return (struct interval){0, -INFINITY, INFINITY};
	SCOPED_MEM double *sorted = stats_sorted(values, len);
	SCOPED_MEM unsigned *counts = mem_zalloc(len, sizeof(*counts));
	struct counted c = {sorted, counts, len};
	for (size_t i = 0; i < len; i++)
		counts[i] = 1;
	if (sorted[0] == sorted[len - 1] && len > STATS_FEW)
		return (struct interval){sorted[0], sorted[0], sorted[0]};
	struct trimmed whole = trimmed_mean(&c);
	if (len <= STATS_FEW)
		return of_few(sorted, len, whole.mean, level);
	double half = whole.error > 0 ? whole.error * reach(&c, whole, level, seed) : 0;
	return (struct interval){whole.mean, whole.mean - half, whole.mean + half};
}
