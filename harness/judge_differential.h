#ifndef RECAST_HARNESS_JUDGE_DIFFERENTIAL_H
#define RECAST_HARNESS_JUDGE_DIFFERENTIAL_H

/*
 * Whether a rewrite answers as the original does, past the tests. Calls are generated, put to both, and what differs is
 * confirmed in fresh instances, made small, sorted by its cause, and written down as programs.
 */

#include "harness/extract.h"
#include "harness/memorytable.h"
#include "harness/rewrite.h"

/* The rewrite must build, and refer to nothing that it may not. What it does to memory meanwhile goes to `memory`, which is
 * zeroed or NULL; only rows of it are of use afterwards. */
int judge_differential(const struct rewrite *rewrite, const struct extracted *extracted,
		       const struct differential_effort *effort, struct memory_table *memory, struct differential *ret,
		       struct gate *ret_gate, struct err *err);
void differential_release(struct differential *d);

#endif
