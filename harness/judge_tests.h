#ifndef RECAST_HARNESS_JUDGE_TESTS_H
#define RECAST_HARNESS_JUDGE_TESTS_H

/*
 * Runs the tests beside the rewrite and beside the original, both behind shims
 * that tell the host of each outermost call, and compares report, end and
 * trace, test by test.
 */

#include "harness/extract.h"
#include "harness/rewrite.h"

/* The rewrite must build. `extracted` is of the same suite. */
int judge_tests(const struct rewrite *rewrite, const struct extracted *extracted, struct tests_judgement *ret,
		struct err *err);

#endif
