#ifndef RECAST_HARNESS_SELECTOR_H
#define RECAST_HARNESS_SELECTOR_H

/*
 * What a user means by "original", "best", "c3", the beginning of a candidate's
 * commit, or a path that contains a "/".
 */

#include "harness/candidates.h"

enum selection_kind { SELECTION_ORIGINAL, SELECTION_CANDIDATE, SELECTION_FOLDER };

struct selection {
	enum selection_kind kind;
	const char *name;           /* "original", "c3", or the path as it was given */
	struct candidate candidate; /* for SELECTION_CANDIDATE */
};

/*
 * NULL means "best": passing candidates come first, then those that pass most
 * visible tests, then those with the fewest divergences, with the least fuel,
 * the oldest. One that was not judged passes none. Where there are no candidates
 * yet, where nothing or several things are meant, it is ERR_USAGE.
 */
int selector_find(const char *project, const char *text, struct arena *a, struct selection *ret, struct err *err);

/* The files of a candidate or a folder, at REWRITE_ROOT of the tree; not for the original. */
int selection_read(const char *project, const struct selection *selection, struct tree *tree, struct err *err);

#endif
