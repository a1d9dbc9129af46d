#ifndef RECAST_HARNESS_DRAFT_H
#define RECAST_HARNESS_DRAFT_H

/*
 * A rewrite while it is written: files by path, as a value. Changing one gives
 * another draft and leaves the first as it was; texts are shared.
 */

#include "harness/tree.h"

/* Where a rewrite's files stand in a tree, as PROJECT_ROOT is where the original's stand. */
#define REWRITE_ROOT "/candidate"

struct draft_file {
	const char *path; /* in the rewrite */
	struct str text;
};

struct draft {
	struct draft_file *items; /* by path, in byte order */
	size_t len;
};

/* The text of a file, or an empty view. */
struct str draft_text(const struct draft *draft, const char *path);
bool draft_has(const struct draft *draft, const char *path);

/* With that file in place of one of its path, or beside the others. */
struct draft draft_with(const struct draft *draft, const char *path, struct str text, struct arena *a);

/* Its files at a folder of the tree. */
int draft_tree(const struct draft *draft, const char *root, struct tree *tree, struct err *err);

#endif
