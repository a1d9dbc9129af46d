#ifndef RECAST_HARNESS_PROVIDER_PLAIN_H
#define RECAST_HARNESS_PROVIDER_PLAIN_H

/*
 * What providers share whose whole answer is the reply's text: exec and mailbox. Bytes go
 * through the scrubber, then to whoever keeps them, then into the reply.
 */

#include "harness/provider.h"

struct plain {
	const struct provider_watch *watch;
	struct arena *arena;
	uint64_t start_ns;
	struct provider_result result;
	struct scrubber scrubber;
	struct buf clean; /* what the scrubber let go, on its way */
	struct err err;   /* of this side */
};

/* `model` is what the reply says wrote it. */
void plain_init(struct plain *p, const char *model, const struct provider_watch *watch, struct arena *a);

/* -1: it was not kept, and plain_end will say so. */
int plain_feed(struct plain *p, struct str bytes);

/* The result, and ends `p`. A reply that is whole but empty or too large is BROKEN. */
int plain_end(struct plain *p, enum provider_outcome outcome, const char *why, struct provider_result *ret,
	      struct err *err);

#endif
