#ifndef RECAST_HARNESS_BENCHGATE_H
#define RECAST_HARNESS_BENCHGATE_H

/*
 * When a benchmark is bad news: conditions as `time>1.05`, on means of B/A; or, beside the result of an earlier run, on
 * means of now/then. Results are JSON (specs/bench.schema.json), and an old one may come from anywhere.
 */

#include "core/json.h"

enum { BENCHGATES_MAX = 64 };

/* METRIC OPERATOR NUMBER. */
struct benchgate {
	const char *text;   /* as it was given */
	const char *metric; /* "time", "fuel", "memory", "allocations", "code", "start", "growth", "wrong" */
	char operator[3];   /* ">", ">=", "<", "<=" */
	double bound;
};

int benchgate_parse(const char *text, struct benchgate *ret, struct err *err);

enum benchgate_verdict { BENCHGATE_GOOD, BENCHGATE_BAD, BENCHGATE_UNSURE };

/* "good", "bad", "unsure". */
const char *benchgate_verdict_name(enum benchgate_verdict verdict);

/* `figures` is a comparison, or what benchgate_beside gave. Of times, which have an interval, all of it must be on the bad side
 * to be bad, and on the good side to be good. What was not measured is unsure. */
enum benchgate_verdict benchgate_check(const struct benchgate *gate, const json_t *figures);

/* Each workload of b now beside the same one then: means, and what has changed most. The caller owns it. */
json_t *benchgate_beside(const json_t *now, const json_t *then);

/* Reads an earlier result: bounded, and of the right form. */
int benchgate_read(const char *path, json_t **out, struct err *err);

#endif
