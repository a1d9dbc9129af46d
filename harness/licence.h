#ifndef RECAST_HARNESS_LICENCE_H
#define RECAST_HARNESS_LICENCE_H

/*
 * Under which licence a source stands, as an SPDX expression: from licence
 * files, whose wording is compared with what is typical of each licence, and from
 * SPDX tags in sources. One row of a table for each licence.
 */

#include "core/arena.h"
#include "harness/tree.h"

struct licence {
	const char *spdx;  /* "MIT", "MIT OR Apache-2.0"; "NOASSERTION" if it cannot be told */
	const char *file;  /* that says so, relative to the folder; or NULL */
	bool certain;
	struct strings other; /* "GPL-2.0-or-later in contrib/x.c": what differs from it */
};

void licence_find(const struct tree_node *folder, struct arena *a, struct licence *ret);

#endif
