#ifndef RECAST_HARNESS_REPLYFILES_H
#define RECAST_HARNESS_REPLYFILES_H

/*
 * The files in a reply: whole ones in fences with their path in the info string,
 * and for the repair of a file that is there also blocks of search and replace.
 * Everything else is passed over, and told.
 */

#include "harness/draft.h"

struct replyfiles {
	struct draft draft;       /* the old one, with what the reply changed */
	struct strings written;   /* paths, in byte order */
	struct strings ignored;   /* what was passed over and why, one line each */
	struct strings problems;  /* why the reply cannot be used, for feedback; none if it can */
};

/*
 * `unit` is the path that was asked for: the first fence that has C in it and names no path is taken for it. A fence that
 * names another path is passed over, except a header of the rewrite's own that is not there yet. A fence without
 * an end counts as far as it goes if the reply was cut. All strings in the arena.
 */
void replyfiles_read(struct str reply, const char *unit, const struct draft *old, bool may_edit, struct arena *a,
		     struct replyfiles *ret);

/* Two pieces of one reply, put together: what the second repeats of the end of the first, and a fence that it opens
 * anew, stand there once. */
struct str replyfiles_join(struct str first, struct str second, struct arena *a);

#endif
