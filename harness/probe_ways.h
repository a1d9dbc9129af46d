#ifndef RECAST_HARNESS_PROBE_WAYS_H
#define RECAST_HARNESS_PROBE_WAYS_H

/*
 * The ways in which the tests' programs build a library: what one of them leaves out, another may have. Each is a suite of
 * its own, whose users compile as that way's programs do, so that whoever looks at one need not know of the others.
 */

#include "harness/extract.h"
#include "harness/rewrite.h"

struct probe_way {
	struct suite suite;         /* the same, but for `plan.user` and `headers`; owns nothing */
	struct extracted extracted; /* the same, but for the interface */
	const struct plan_program *planned; /* the first that is built so and passes; or NULL */
	size_t programs;            /* that are built so and pass */
	bool *hears;                /* of all programs: what it does says something of this way, too; NULL: each does */
	const char *flags;          /* that only programs with this way have: "-DA=1 -DB", or "" */
	size_t inputs;              /* its share */
	uint64_t seed;
};

struct probe_ways {
	struct probe_way *items; /* first the one in which most programs are built, those without a share last */
	size_t len;
	struct arena arena;
};

/* Whether what the program does with the original tells of the library. */
bool probe_can_be_heard(const struct program_result *result);

/* At least half of the inputs are the first one's. What is the same on both sides, with the same headers, is one way. A
 * library that is built in one way is seen as it is. All is borrowed, also by what comes of it. */
int probe_ways_find(const struct rewrite *rewrite, const struct extracted *extracted, size_t inputs, uint64_t seed,
		    struct probe_ways *ret, struct err *err);
void probe_ways_release(struct probe_ways *ways);

/* How many have a share. */
size_t probe_ways_explored(const struct probe_ways *ways);

#endif
