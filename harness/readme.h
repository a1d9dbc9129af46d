#ifndef RECAST_HARNESS_README_H
#define RECAST_HARNESS_README_H

/*
 * What a README tells those who use a library: the sections on usage, examples
 * and the API, not on building, contributing or licences. Markdown,
 * reStructuredText and plain text.
 *
 * A section goes from its heading to the next one of any level. It is judged by
 * words of its title: a call ("f()") says that it is for users; some words say that
 * it is not, among them those that announce how the library works inside; without
 * these, others say that it is. What is part of a section that is not for users is not,
 * either. A title that says neither is judged like the section that it is part of; if that
 * says nothing, by whether it shows code in C: a line of a code block that ends with ";"
 * or "{". What stands in front of the first heading or below the document's title is an
 * introduction and told, too. A section of nothing but links and pictures is left
 * out. If no title says that it is for users, everything up to the first section
 * is told that is not.
 */

#include "core/arena.h"
#include "harness/tree.h"

struct readme_part {
	const char *title; /* of the section; "" in front of the first */
	struct str text;   /* with its title, UTF-8: bytes that are none are replaced by U+FFFD */
	unsigned line, end_line;
};

struct readme {
	const char *file; /* relative to the folder, or NULL */
	struct readme_part *parts; /* those that tell of usage, in order */
	size_t parts_len;
};

/* What stands behind so many bytes is not read. */
enum { README_MAX = 256 << 10 };

/* README.md, .rst, .txt or another one, also as a link, of the folder itself, or of "docs" or "doc" in it. */
void readme_find(const struct tree_node *folder, struct arena *a, struct readme *ret);

#endif
