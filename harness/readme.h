#ifndef RECAST_HARNESS_README_H
#define RECAST_HARNESS_README_H

/*
 * What a README tells those who use a library: the sections on usage, examples
 * and the API, not on building, contributing or licences. Markdown,
 * reStructuredText and plain text.
 */

#include "core/arena.h"
#include "harness/tree.h"

struct readme_part {
	const char *title; /* of the section; "" in front of the first */
	struct str text;   /* with its title, UTF-8 */
	unsigned line, end_line;
};

struct readme {
	const char *file; /* relative to the folder, or NULL */
	struct readme_part *parts; /* those that tell of usage, in order */
	size_t parts_len;
};

enum { README_MAX = 256 << 10 };

void readme_find(const struct tree_node *folder, struct arena *a, struct readme *ret);

#endif
