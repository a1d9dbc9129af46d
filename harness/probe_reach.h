#ifndef RECAST_HARNESS_PROBE_REACH_H
#define RECAST_HARNESS_PROBE_REACH_H

/*
 * Of many probes the few that do something new: that lead to new code of the original, or hand over what nobody has, or lead to
 * known code another number of times.
 * What tests were heard to call has been everywhere that it leads to.
 */

#include "harness/probe_explore.h"

struct probe_reach {
	struct probe probe; /* small; in the arena */
	size_t places;      /* of the original's code that nothing before had reached */
	size_t kinds;       /* of things handed over that nothing before had handed over; see probe_kinds.h */
	size_t ways;        /* of its code that it reaches another number of times */
};

/* At most `most` of the exploration's corpus, each confirmed with the original alone; those that lead to new
 * code first. */
int probe_reach_choose(const struct probe_pair *pair, const struct probe_words *words,
		       const struct probe_exploration *e, uint64_t seed, size_t most, struct arena *a,
		       struct probe_reach **ret, size_t *ret_len, struct err *err);

#endif
