#ifndef RECAST_HARNESS_BENCH_PARTS_H
#define RECAST_HARNESS_BENCH_PARTS_H

/* What the files of a benchmark share. */

#include "harness/bench.h"

/* All runs of a party with a workload that need no clock. */
int bench_measure(const struct bench_side *side, const struct workload *workload, struct engine *timed, struct arena *a,
		  struct bench_measure *ret, struct err *err);

/* What two measures come to beside each other. */
void bench_row_compare(struct bench_row *row);

/* Takes all times: of the first party beside itself, then of each comparison. Fills `timed`, `time`, `start_ns`, `self`. */
int bench_clock(const struct bench_ask *ask, struct engine *timed, struct bench *bench, struct err *err);

#endif
