#ifndef RECAST_HARNESS_GLOB_H
#define RECAST_HARNESS_GLOB_H

/*
 * Patterns of files in a tree: "*", "?" and "[…]" within a name, "**" for any
 * number of folders, and at the end of a pattern for all files below. Names
 * that begin with a dot are matched only by a dot. A pattern without any of
 * these is a plain path. Patterns of more than 63 names match nothing.
 */

#include "harness/tree.h"

struct glob_list {
	const char **items; /* paths below the folder, for each pattern in byte order of their names; malloc'd */
	size_t len, cap;
};

/* Appends the files (and links) below `folder` that match, as paths relative to it, whose
 * strings live in the arena. Returns how many there were. */
size_t glob_expand(const struct tree_node *folder, const char *pattern, struct arena *a, struct glob_list *list);

/* Whether a relative path matches. */
bool glob_matches(const char *pattern, const char *path);

#endif
