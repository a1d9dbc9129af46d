#ifndef RECAST_HARNESS_JUDGE_H
#define RECAST_HARNESS_JUDGE_H

/* All judges of this version on one rewrite, in their order, up to what it comes to. */

#include "harness/judge_tests.h"

/* `files` has the rewrite at REWRITE_ROOT; `extracted` is of the same suite. Whatever the rewrite does is in the
 * result. */
int judge_rewrite(const struct suite *suite, const struct extracted *extracted, const struct tree *files,
		  const struct differential_effort *effort, struct judgement *ret, struct err *err);

/* The hash of all that a verdict depends on: this recast, recast.json, the original with its tests, the rewrite. */
struct hash judge_key(const struct project *project, const struct tree *source, const struct tree *files);

#endif
