#ifndef RECAST_HARNESS_REPLYFILES_H
#define RECAST_HARNESS_REPLYFILES_H

/*
 * The files in a reply: whole ones in fences with their path in the info string,
 * in the line in front of the fence, or in a comment at its beginning; and for the
 * repair of a file that is there also blocks of search and replace. Everything
 * else is passed over, and told.
 */

#include "harness/draft.h"

struct replyfiles {
	struct draft draft;       /* the old one, with what the reply changed */
	struct strings written;   /* paths, in byte order */
	struct strings ignored;   /* what was passed over and why, one line each */
	struct strings problems;  /* why the reply cannot be used, for feedback; none if it can */
};

enum { REPLYFILES_FILE_MAX = 4 << 20 };

/*
 * `unit` is the path that was asked for; `cut` says that the reply ended at its length limit.
 *
 * If no fence names the unit, the first without a path that defines a function, or else has C in it, is taken for it;
 * if there is no fence at all, the reply itself, if it is C. A fence that names another path is passed over, except a
 * header of the rewrite's own that is not there yet. A path without its folder means the unit, too.
 *
 * Of several whole texts of a file the last one counts, unless it is a snippet: less than half as long as the one
 * before and without some of the functions that that one has for others, or with code left out.
 *
 * A fence without an end counts as far as it goes if the reply was cut, and else if it ends as a file does: outside of
 * brackets.
 *
 * Changes, for which there must be `may_edit`, may be of any file of the old draft, are made in their order, and must
 * match whole lines once: exactly, or else but for blanks at the ends of lines.
 *
 * If there are problems the draft is the old one and nothing is written. Texts have no NUL, no CR and no byte order
 * mark. All strings in the arena.
 */
void replyfiles_read(struct str reply, const char *unit, const struct draft *old, bool may_edit, bool cut,
		     struct arena *a, struct replyfiles *ret);

/* Two pieces of one reply, put together: what the second repeats of the end of the first, and a fence that it opens
 * anew, stand there once. A second piece that begins the open file again replaces it. */
struct str replyfiles_join(struct str first, struct str second, struct arena *a);

#endif
