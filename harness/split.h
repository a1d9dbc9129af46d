#ifndef RECAST_HARNESS_SPLIT_H
#define RECAST_HARNESS_SPLIT_H

/*
 * Which tests are sealed. The choice depends on the seed and on the units'
 * names and nothing else, not on their order. As many functions of the library as possible
 * are touched by both parts, and none that a test touches is left without a
 * visible one if that can be helped.
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
 * there are two or more. */
void split_choose(struct split_unit *units, size_t len, size_t functions, unsigned percent, uint64_t seed);

#endif
