#ifndef RECAST_HARNESS_JUDGED_H
#define RECAST_HARNESS_JUDGED_H

/* What judges say of a candidate, as it is printed and kept: known from before, or found out now. */

#include "harness/candidates.h"
#include "harness/judge.h"
#include "harness/judgement_json.h"
#include "harness/ledger.h"

/* What is known already, if all that the verdict depends on is as it was then: *out is NULL if there is nothing. It
 * becomes the newest.
 * The caller owns it. */
int judged_recall(struct ledger *ledger, const struct candidate *candidate, const struct hash *key, struct arena *a,
		  json_t **out, struct err *err);

struct judged_ask {
	const struct suite *suite;
	const struct extracted *extracted;
	const struct candidate *candidate;
	const struct tree *files; /* the rewrite */
	struct ledger *ledger;    /* NULL: nothing is kept */
	struct hash key;          /* by which it is kept */
	struct differential_effort differential;
	bool by_hand;             /* somebody chose the effort: what comes of it is kept only if the rewrite fails */
	uint64_t begun_ns;        /* when the user began to wait */
};

/* Judges it with all tests, and keeps what comes of it. The caller owns the value. */
int judged_find_out(const struct judged_ask *ask, json_t **out, struct err *err);

#endif
