#ifndef RECAST_HARNESS_REPLYEDITS_H
#define RECAST_HARNESS_REPLYEDITS_H

/*
 * Changes to a file as a reply gives them: lines to be searched, and lines that
 * take their place. They are made one after the other, and must match whole
 * lines once: exactly, or else but for blanks at the ends of lines.
 *
 *	<<<<<<< SEARCH
 *	=======
 *	>>>>>>> REPLACE
 */

#include "core/arena.h"

enum { REPLYEDITS_MAX = 200, REPLYEDITS_FILE_MAX = 4 << 20 };

/* Whether a text holds such blocks. */
bool replyedits_are(struct str text);

struct replyedits {
	struct str text;      /* the file, changed as far as that was possible */
	size_t len;           /* how many changes were looked at */
	const char *problem;  /* the first that could not be made and why, in one line; or NULL */
	bool open;            /* the last one has no end, and was not made */
};

/* `room` is how many changes there may be. */
void replyedits_make(struct str file, struct str blocks, size_t room, struct arena *a, struct replyedits *ret);

/* A line of a reply or file to be shown: printable and bounded. */
const char *replyedits_shown(struct str line, struct arena *a);

#endif
