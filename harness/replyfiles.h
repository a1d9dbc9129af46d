#ifndef RECAST_HARNESS_REPLYFILES_H
#define RECAST_HARNESS_REPLYFILES_H

/*
 * The files in a reply: whole ones in fences with their path in the info string,
 * and for the repair of a file that is there also blocks of search and replace.
 * Everything else is passed over, and told.
 *
 * A fence is three or more backticks or tildes, indented by at most three blanks,
 * and ends with as many or more of the same. Its info string has a language, a path, or
 * both in some order ("c path=src/a.c", "src/a.c", "c:src/a.c"); a path may also
 * stand alone on the line in front of the fence, as people write it.
 */

#include "harness/draft.h"

struct replyfiles {
	struct draft draft;       /* the old one, with what the reply changed */
	struct strings written;   /* paths, in the order of their writing */
	struct strings ignored;   /* what was passed over and why, one line each */
	struct strings problems;  /* why the reply cannot be used, for feedback; none if it can */
};

enum { REPLYFILES_FILE_MAX = 4 << 20, REPLYFILES_FENCES_MAX = 1000 };

/*
 * `unit` is the path that was asked for: where no fence names it, the first that names no path and has C in it is
 * taken for it; where there is no fence, the reply as a whole, if it is C. A fence that names another path is passed
 * over, except a header that is not there yet. Of two for one path the last counts. One without an end counts as far as it
 * goes only if the reply was `cut`. All strings in the arena.
 */
void replyfiles_read(struct str reply, const char *unit, const struct draft *old, bool may_edit, bool cut,
		     struct arena *a, struct replyfiles *ret);

/* Two pieces of one reply, put together: what the second repeats of the end of the first, and a fence that it opens
 * anew, stand there once. */
struct str replyfiles_join(struct str first, struct str second, struct arena *a);

#endif
