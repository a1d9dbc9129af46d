#ifndef RECAST_CORE_SCRUB_H
#define RECAST_CORE_SCRUB_H

/*
 * Takes secrets out of bytes on their way to where somebody might read them, also
 * where a secret is cut between two pieces: each is replaced by "[secret]".
 */

#include "core/arena.h"
#include "core/buf.h"

enum { SCRUB_SECRETS_MAX = 64, SCRUB_SHORTEST = 6 };

/* Secrets that are shorter than SCRUB_SHORTEST would hit innocent text and are left alone. Borrowed. */
struct secrets {
	struct strings list;
};

/* A whole text, in the arena; the same view if there is nothing to take out. */
struct str scrub(const struct secrets *secrets, struct str text, struct arena *a);

/* A stream. What could be the beginning of a secret is held back until more has come. */
struct scrubber {
	const struct secrets *secrets; /* borrowed */
	struct buf held;
};

void scrubber_init(struct scrubber *s, const struct secrets *secrets);
void scrubber_release(struct scrubber *s);

/* Appends to `out` what can be let go; with `last` all of it. */
void scrubber_feed(struct scrubber *s, struct str bytes, bool last, struct buf *out);

#endif
