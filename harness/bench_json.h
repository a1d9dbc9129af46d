#ifndef RECAST_HARNESS_BENCH_JSON_H
#define RECAST_HARNESS_BENCH_JSON_H

/* A benchmark as JSON, which is printed and kept (specs/bench.schema.json). */

#include "core/json.h"
#include "harness/bench.h"

/* The caller owns it. */
json_t *bench_json(const struct bench_ask *ask, const struct bench *bench);

/* What all times together say of the comparison. */
enum bench_verdict bench_comparison_verdict(const struct bench_comparison *c, const struct bench *bench);

#endif
