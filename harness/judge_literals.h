#ifndef RECAST_HARNESS_JUDGE_LITERALS_H
#define RECAST_HARNESS_JUDGE_LITERALS_H

/*
 * Literals of the tests that stand in a rewrite, where neither the public headers
 * nor the original have them: in its control flow, or as a string anywhere. They
 * may be a table of answers; they are pointed out, and people decide.
 */

#include "harness/extract.h"
#include "harness/rewrite.h"

/* Adds to `notes`; texts live in the arena. Returns how many there are. */
size_t judge_literals(const struct rewrite *rewrite, const struct extracted *extracted, struct arena *a,
		    struct remarks *notes);

#endif
