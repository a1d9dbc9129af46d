#ifndef RECAST_HARNESS_JUDGE_DIFFERENTIAL_H
#define RECAST_HARNESS_JUDGE_DIFFERENTIAL_H

/*
 * Whether a rewrite answers as the original does, past the tests. Calls are generated, put to both, and what differs is
 * confirmed in fresh instances, made small, sorted by its cause, and written down as programs.
 */

#include "harness/executed.h"
#include "harness/extract.h"
#include "harness/memorytable.h"
#include "harness/rewrite.h"

/* Who else learns from what the rewrite is called with; each may be NULL. */
struct differential_others {
	struct memory_table *memory; /* zeroed; only its rows are of use afterwards */
	struct executed *executed;
};

/* The rewrite must build, and refer to nothing that it may not. */
int judge_differential(const struct rewrite *rewrite, const struct extracted *extracted,
		       const struct differential_effort *effort, const struct differential_others *others,
		       struct differential *ret, struct gate *ret_gate, struct err *err);
void differential_release(struct differential *d);

#endif
