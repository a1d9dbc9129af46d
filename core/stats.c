#include "core/stats.h"

#include "core/mem.h"
#include "core/stats_parts.h"

#include <math.h>

int stats_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double *stats_sorted(const double *values, size_t len)
{
	double *sorted = mem_zalloc(max_size(len, 1), sizeof(*sorted));
	if (len)
		memcpy(sorted, values, len * sizeof(*sorted));
	qsort(sorted, len, sizeof(*sorted), stats_by_value);
	return sorted;
}

double stats_median(double *values, size_t len)
{
	if (len == 0)
		return 0;
	qsort(values, len, sizeof(*values), stats_by_value);
	return len % 2 ? values[len / 2] : values[len / 2 - 1] / 2 + values[len / 2] / 2;
}

double stats_geomean(const double *values, size_t len)
{
	double sum = 0;
	for (size_t i = 0; i < len; i++)
		sum += log(values[i]);
	return len ? exp(sum / (double)len) : 1;
}

/* Between its neighbours, as most programs have it (Hyndman and Fan's seventh). */
static double quantile(const double *sorted, size_t len, double share)
{
	double at = share * (double)(len - 1);
	size_t below = (size_t)at;
	double part = at - (double)below;
	return below + 1 < len ? sorted[below] + part * (sorted[below + 1] - sorted[below]) : sorted[below];
}

size_t stats_outliers(const double *values, size_t len)
{
	size_t outside = 0;
	if (len == 0)
		return 0;
	SCOPED_MEM double *sorted = stats_sorted(values, len);
	double low = quantile(sorted, len, 0.25), high = quantile(sorted, len, 0.75), reach = 3 * (high - low);
	for (size_t i = 0; i < len; i++)
		outside += values[i] < low - reach || values[i] > high + reach;
	return outside;
}
