#ifndef RECAST_CLI_BENCH_FIGURES_H
#define RECAST_CLI_BENCH_FIGURES_H

/*
 * What reports of all kinds say of a benchmark's value (specs/bench.schema.json). What is missing in it or of another type is no
 * number. Texts are in the arena, or the value's.
 */

#include "cli/terminal.h"
#include "core/arena.h"
#include "core/json.h"

/* NAN where there is none. */
double bench_real(const json_t *object, const char *key);

/* Ratios to two digits behind the point; "-" for none. */
const char *bench_ratio_text(double ratio, struct arena *a);

/* "0.4 %"; "-" for none. */
const char *bench_percent_text(double share, struct arena *a);

/* "0.82 (0.80 to 0.83)", from an object's three keys; "not taken" without the first. */
const char *bench_interval_text(const json_t *object, const char *middle, const char *low, const char *high,
				struct arena *a);

/* The same of a comparison's mean. */
const char *bench_time_text(const json_t *comparison, struct arena *a);

/* What a comparison comes to in a few words: "0.82 (0.80 to 0.83) times the time of original, over 12 workloads". */
const char *bench_sentence(const json_t *value, const json_t *comparison, struct arena *a);

enum style bench_verdict_style(const char *verdict);

/* "holds", "does not hold" or "undecided", of a row of `conditions`. */
const char *bench_condition_word(const json_t *condition);

/* What is now beside what was then: "fuel 1.02, memory 1.00, …; over 12 workloads"; or "" without an earlier result. */
const char *bench_baseline_text(const json_t *comparison, struct arena *a);

/* Of a row: whether it has no figures; and what one should know of it, or "". */
bool bench_failed(const json_t *row);
const char *bench_remark(const json_t *row, struct arena *a);

#endif
