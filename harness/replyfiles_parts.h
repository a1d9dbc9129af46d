#ifndef RECAST_HARNESS_REPLYFILES_PARTS_H
#define RECAST_HARNESS_REPLYFILES_PARTS_H

/* What the files of replyfiles share. */

#include "harness/replyfiles.h"

/* ---- replyfiles_blocks.c: fences */

struct reply_fence {
	size_t indent, len; /* blanks in front of it; its marks */
	char mark;
	struct str info;    /* what stands behind it, trimmed; a view of the line */
};

/* Whether a line, without its end, opens a fence; and whether it ends that one. */
bool reply_fence_opens(struct str line, struct reply_fence *ret);
bool reply_fence_ends(const struct reply_fence *fence, struct str line);

/* A path in an info string, or an empty view. It need not be one that a file may have. */
struct str reply_fence_path(struct str info);

struct reply_block {
	struct str text;   /* between the fences, without their indentation; in the arena */
	struct str named;  /* the path that it names, without "./"; or empty */
	unsigned line;     /* of its opening, in the reply */
	bool other;        /* its info string names another language than C */
	bool open;         /* it has no end */
	bool last;         /* ... since the reply ends in it */
};

struct reply_blocks {
	struct reply_block *items; /* in the arena */
	size_t len;
	size_t left_out; /* above the maximum */
};

struct reply_blocks reply_blocks_find(struct str reply, struct arena *a);

/* ---- replyfiles_changes.c: search and replace */

bool reply_changes_are(struct str block);

struct reply_changes {
	struct str text;      /* changed as far as that was possible */
	size_t len;           /* how many changes there were */
	const char *problem;  /* the first that could not be made and why, or NULL */
	bool open;            /* the last one has no end, and was not made */
};

/* `room` is how many changes there may be. */
void reply_changes_make(struct str block, struct str text, size_t room, struct arena *a, struct reply_changes *ret);

/* One line of a reply or file to be shown: printable and bounded. */
const char *reply_shown(struct str line, struct arena *a);

#endif
