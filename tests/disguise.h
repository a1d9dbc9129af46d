#ifndef RECAST_TESTS_DISGUISE_H
#define RECAST_TESTS_DISGUISE_H

/*
 * What somebody might do to C that was copied, so that it does not look so: from texts to other texts that mean the
 * same or nearly so. They are made of tokens, by simple rules; most of them compile, and all are plausible as text.
 * The same seed gives the same text.
 */

#include "core/arena.h"

struct disguise {
	const char *name;
	/* Everything at once, since names must change alike everywhere. Texts are replaced, in the arena. */
	void (*apply)(struct str *texts, size_t len, uint64_t seed, struct arena *a);
};

extern const struct disguise disguises[];
extern const size_t disguises_len;

/* Several, one after the other: "rename+reorder+junk". False if there is none of such a name. */
bool disguise_apply(const char *names, struct str *texts, size_t len, uint64_t seed, struct arena *a);

#endif
