#ifndef RECAST_CORE_STATS_PARTS_H
#define RECAST_CORE_STATS_PARTS_H

/* What the files of stats share. */

#include "core/stats.h"

int stats_by_value(const void *a, const void *b);

/* A copy in order, for the caller to free. */
double *stats_sorted(const double *values, size_t len);

#endif
