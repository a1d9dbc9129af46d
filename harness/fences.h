#ifndef RECAST_HARNESS_FENCES_H
#define RECAST_HARNESS_FENCES_H

/*
 * Fenced code in the text of a reply, and the paths that stand by it. A fence is
 * three or more backticks or tildes, indented by at most three blanks, and ends
 * with as many or more of the same and nothing else; so a longer one holds shorter ones.
 */

#include "core/arena.h"

struct fence_mark {
	size_t indent, len; /* blanks in front of it; its marks */
	char mark;
	struct str info;    /* what stands behind it, trimmed; a view of the line */
};

/* Whether a line, without its end, opens a fence; and whether it ends that one. */
bool fence_opens(struct str line, struct fence_mark *ret);
bool fence_ends(const struct fence_mark *fence, struct str line);

/* A path in an info string ("c path=src/a.c", "src/a.c", "c:src/a.c"), or an empty view. Any bytes may be in it. */
struct str fence_path(struct str info);

struct fence {
	struct str text;   /* lines within it, without its indentation; in the arena */
	struct str named;  /* the path that its info string, the line in front of it or its first comment names, without "./";
			      or empty */
	unsigned line;     /* of its opening */
	bool other;        /* its info string names another language than C */
	bool open;         /* it has no end: a fence with a path begins within it, */
	bool last;         /* or the text ends */
};

struct fences {
	struct fence *items; /* in the arena */
	size_t len;
	size_t left_out; /* above the maximum */
};

enum { FENCES_MAX = 256 };

struct fences fences_find(struct str text, struct arena *a);

#endif
