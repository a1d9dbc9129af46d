#ifndef RECAST_HARNESS_REGEN_PARTS_H
#define RECAST_HARNESS_REGEN_PARTS_H

/* What the files of regen share: the loop (regen.c), one try at a unit (regen_unit.c), and what is kept of a try
 * (regen_keep.c). */

#include "harness/regen.h"

/* A unit in the making. */
struct unit_work {
	const struct regen *regen;
	unsigned slot;
	const struct unit *unit;
	unsigned sample, round;    /* of the last try; samples count from 1, and round 0 is the first of one */
	struct draft draft;        /* the whole, as this unit sees it, with what was written of it */
	bool is_sound;             /* the last try could be used, and compiles */
	bool tried;
	bool is_whole;             /* what is kept is all files, not this unit's try */
	struct feedback feedback;  /* of the last try, unless all is well */
	struct candidate candidate; /* the last try, as it was kept */
	struct exchange exchange;
	struct strings fixes, ignored; /* of the last try: what was repaired without a model, what was passed over */
	unsigned requests, repairs, samples;
	struct arena arena;        /* owns all of it */
	struct err error;
};

/* "c1/src/ring.c/s1/r0": what the last try is called. */
const char *unit_key(const struct unit_work *w, struct arena *a);

/* Goes on to a repair, or to a fresh sample, and tries. *ret_more is false if nothing is left to try. */
int unit_try(struct unit_work *w, bool *ret_more, struct err *err);

/* Puts what was made of the last try into the repository of candidates and the ledger. */
int unit_keep(struct unit_work *w, struct err *err);

/* The same for all units' files together, behind the last try at this one. */
int unit_keep_whole(struct unit_work *w, const struct draft *whole, struct err *err);

/* Says of the last try what judges came to. */
int unit_keep_look(const struct unit_work *w, const struct regen_look *look, struct err *err);

#endif
