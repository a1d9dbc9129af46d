#ifndef RECAST_HARNESS_SPLIT_H
#define RECAST_HARNESS_SPLIT_H

/*
 * Which tests are sealed. The choice depends on the seed and on the units'
 * names and what they touch, not on their order.
 *
 * How many are sealed is fixed first. Among the ways to choose so many, the
 * fewest functions are left without a visible unit; among those, the most are
 * touched by both parts. The best way is looked for with bounded work and not
 * always found; small suites are searched well. The share is kept even where it
 * leaves a function without a visible test.
 */

#include "core/base.h"

struct split_unit {
	const char *name; /* no two are equal */
	const size_t *touches; /* functions, as numbers below `functions` */
	size_t touches_len;
	bool fixed;  /* stays visible: nothing may hide it */
	bool sealed; /* the result */
};

/* Seals `percent` of the units, rounded to the nearest: at least one and not all of them, where
 * there are two or more; fewer if more are fixed. Numbers of functions may be repeated. */
void split_choose(struct split_unit *units, size_t len, size_t functions, unsigned percent, uint64_t seed);

#endif
