#ifndef RECAST_HARNESS_VISIBLE_H
#define RECAST_HARNESS_VISIBLE_H

/*
 * The library with none but its visible tests: a suite in which what is sealed
 * was cut out of the sources, as whoever writes a rewrite sees them. Judges can
 * be asked about it as often as one likes, since sealed tests are neither run
 * nor known to it; so what they say may be told, and candidates be ranked by it.
 */

#include "harness/extract.h"

struct visible {
	struct suite suite;
	struct extracted extracted; /* tests and baseline are of that suite; all else is borrowed */
	/* Its own. */
	struct suite_result baseline; /* of those that are run; the programs of `extracted` borrow from it */
	struct project *project;
	struct arena *arena;
};

/* `source` is the tree that the suite was built from; it and the others must outlive the result. */
int visible_build(const struct suite *suite, const struct extracted *extracted, const struct tree *source,
		  struct visible *ret, struct err *err);
void visible_release(struct visible *v);

/*
 * The programs that a first look is worth: those that take the least fuel, at most a fifth of all together, at
 * least one. Borrows from `v`, lives in the arena, and is not released. False if that would be all of them.
 */
bool visible_quick(const struct visible *v, struct arena *a, struct visible *ret);

#endif
