#ifndef RECAST_HARNESS_SOURCE_H
#define RECAST_HARNESS_SOURCE_H

/*
 * The original's files, as a tree, wherever they are kept: a commit or snapshot
 * in .recast/source.git that recast.json names; else the project's own folder,
 * as its HEAD has it if it is a repository, or as it stands.
 */

#include "harness/project.h"

struct source {
	const char *id;      /* "commit 3f1…", "tree 9a0…", "this folder" */
	const char *warning; /* what the user should know of it, or NULL */
};

/* Adds the files at PROJECT_ROOT. Neither .git nor .recast is among them. */
int source_load(const struct project *project, struct tree *tree, struct arena *a, struct source *ret,
		struct err *err);

/* Bounds for a folder, a commit, a snapshot. */
extern const struct fs_walk_limits source_limits;

/* Puts in front of an ERR_LIMIT what can be done about it. Returns -1. */
int source_too_much(struct err *err);

/* Where imported sources are kept, below the project's folder. */
#define SOURCE_STORE ".recast/source.git"

#endif
