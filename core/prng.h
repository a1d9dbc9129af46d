#ifndef RECAST_CORE_PRNG_H
#define RECAST_CORE_PRNG_H

/*
 * Repeatable random numbers from a seed (splitmix64): for guests, whose runs
 * must be the same each time, and for tests. Never for secrets.
 */

#include "core/base.h"

struct prng {
	uint64_t state;
};

static inline uint64_t prng_next(struct prng *p)
{
	uint64_t z = p->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

/* 0 <= result < bound; bound > 0. */
static inline uint64_t prng_below(struct prng *p, uint64_t bound)
{
	return prng_next(p) % bound;
}

#endif
