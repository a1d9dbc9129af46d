#ifndef RECAST_HARNESS_DOUBTS_H
#define RECAST_HARNESS_DOUBTS_H

/* Where the model that wrote a candidate was least sure, by the reply that gave it. */

#include "harness/candidates.h"
#include "harness/guesses.h"
#include "harness/ledger.h"

struct doubt {
	const char *file;
	struct guess guess;
};

/*
 * Of the files that stand in the reply as they stand in the candidate, the least sure first; in the arena. None for a
 * candidate by other hands, one whose reply is not kept, and where the provider told no probabilities. `ledger` may be
 * NULL. Its reply is named by a trailer, which anybody could have written: this informs, and decides nothing.
 */
int doubts_find(const char *project, struct ledger *ledger, const struct candidate *candidate, const struct tree *files,
		struct arena *a, struct doubt **ret, size_t *ret_len, struct err *err);

#endif
