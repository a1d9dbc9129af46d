#ifndef RECAST_HARNESS_SIMASK_H
#define RECAST_HARNESS_SIMASK_H

/*
 * From what a user names to a study: an original, rewrites, yardsticks, and what they share by design. Nothing is
 * built and nothing is written.
 *
 * With a project (a folder with recast.json) the names are those of harness/selector.h; without one, or where no
 * candidate has that name, a name is a folder or a file of the host, or a branch, tag or commit of the git repository
 * in `folder`.
 */

#include "harness/simstudy.h"

struct simask {
	const char *folder;      /* of the project, or where nothing is known of one */
	const char *original;    /* NULL: the project's own */
	struct strings rewrites; /* none: the project's best */
	struct strings nulls;    /* implementations by somebody else */
	struct strings common;   /* third-party code */
	struct strings open;     /* files and folders that both share by design, beside the project's */
};

/* Whether there is a recast.json. */
bool simask_is_project(const char *folder);

int simask_read(const struct simask *ask, struct simstudy *ret, struct err *err);

#endif
