#ifndef RECAST_HARNESS_INTAKE_H
#define RECAST_HARNESS_INTAKE_H

/*
 * A rewrite by somebody else, read as a tree: a folder as it stands, or a commit
 * of the project's own git repository, of which nothing is checked out. Neither
 * `.git` nor, at its root, `.recast` is read, and links stay links.
 */

#include "harness/candidates.h"

/* A folder's files, at REWRITE_ROOT of the tree. */
int intake_folder(const char *folder, struct tree *tree, struct err *err);

/*
 * `what` is a folder if there is one of that name, and else a branch, tag or
 * commit. The files are added at REWRITE_ROOT; ret gets title and origin. What
 * holds no C source, and a folder in which the project's own lies, is ERR_USAGE.
 */
int intake_read(const char *project, const char *what, struct tree *tree, struct arena *a, struct candidate *ret,
		struct err *err);

#endif
