#ifndef RECAST_HARNESS_JUDGEMENT_JSON_H
#define RECAST_HARNESS_JUDGEMENT_JSON_H

/*
 * A judgement as JSON, as specs/check.schema.json describes it. The ledger
 * keeps it so, and what people see is printed from it, so that a verdict that
 * is known looks as it did when it was new.
 */

#include "core/json.h"
#include "harness/candidates.h"
#include "harness/verdict.h"

/* What every figure is measured on, for people. */
#define JUDGED_ON_PLATFORM "wasm32-wasip1, one thread, 32-bit long"

/* What was judged. */
struct judgement_subject {
	const struct project *project;
	const struct candidate *candidate;
	uint64_t consulted; /* how often this library's sealed tests have been, this time included */
	uint64_t wall_ns;
};

/* The judgement must be concluded. The caller owns the value. */
json_t *judgement_json(const struct judgement_subject *subject, const struct judgement *judgement);

/* Makes of one that was kept what is printed today: under the candidate's name of today, and "cached". */
void judgement_json_recall(json_t *value, const struct candidate *candidate, uint64_t consulted);

/* Platform, engine and compiler. */
json_t *judged_on_json(void);

#endif
