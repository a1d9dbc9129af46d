#ifndef RECAST_HARNESS_NAMESET_H
#define RECAST_HARNESS_NAMESET_H

/*
 * A set of names, filled once and then asked: which symbols a library defines,
 * which identifiers its public headers mention.
 */

#include "core/arena.h"

struct nameset {
	struct str *items; /* borrowed strings; malloc'd array */
	size_t len, cap;
	bool sorted;
};

void nameset_add(struct nameset *set, struct str name);

/* To be called after the last nameset_add and before the first nameset_has,
 * which several threads may call. */
void nameset_seal(struct nameset *set);
bool nameset_has(const struct nameset *set, struct str name);
void nameset_release(struct nameset *set);

/* Adds every C identifier in the text, which must outlive the set; what stands in
 * comments and string literals is none. */
void nameset_add_identifiers(struct nameset *set, struct str text);

/* The same for preprocessed text, but only from lines that its line markers
 * say come from files whose path begins so. */
void nameset_add_identifiers_from(struct nameset *set, struct str preprocessed, struct str path_prefix);

#endif
