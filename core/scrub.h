#ifndef RECAST_CORE_SCRUB_H
#define RECAST_CORE_SCRUB_H

/*
 * Takes secrets out of bytes on their way to where somebody might read them, also
 * where a secret is cut between two pieces: each is replaced by "[secret]". Where
 * secrets overlap, one replaces all of them, so that no part is left over.
 */

#include "core/arena.h"
#include "core/buf.h"

enum { SCRUB_SECRETS_MAX = 64, SCRUB_SHORTEST = 6 };

/* At most SCRUB_SECRETS_MAX, borrowed. Those shorter than SCRUB_SHORTEST would hit innocent text and are left alone. */
struct secrets {
	struct strings list;
};

/* A whole text, in the arena; the same view if there is nothing to take out. `secrets` may be NULL: there are none. */
struct str scrub(const struct secrets *secrets, struct str text, struct arena *a);

/* A stream. What could be the beginning of a secret is held back until more has come. */
struct scrubber {
	/* All of it is its own; the secrets are borrowed. */
	struct str secrets[SCRUB_SECRETS_MAX];
	size_t secrets_len;
	bool first[256]; /* bytes with which secrets begin */
	struct buf held;
	size_t covered;  /* bytes of `held` that belong to a secret which was replaced */
};

/* `secrets` may be NULL. */
void scrubber_init(struct scrubber *s, const struct secrets *secrets);
void scrubber_release(struct scrubber *s);

/* Appends to `out` what can be let go; with `last` all of it. */
void scrubber_feed(struct scrubber *s, struct str bytes, bool last, struct buf *out);

#endif
