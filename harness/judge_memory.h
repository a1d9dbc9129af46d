#ifndef RECAST_HARNESS_JUDGE_MEMORY_H
#define RECAST_HARNESS_JUDGE_MEMORY_H

/*
 * Runs the tests once more with both, under a heap that looks for what goes wrong with blocks and with the compiler's
 * checks for undefined behaviour; then with other bytes in fresh memory; then so that one allocation fails, again and
 * again. What the original does as well is not held against the rewrite.
 */

#include "harness/extract.h"
#include "harness/rewrite.h"

struct memory_table;

/* The rewrite must build; `tests` is of the same one. What was found elsewhere, as by other calls of the library, may come
 * along; or NULL. */
int judge_memory(const struct rewrite *rewrite, const struct extracted *extracted, const struct tests_judgement *tests,
		 const struct memory_table *elsewhere, struct memory_judgement *ret, struct err *err);

#endif
