#ifndef RECAST_HARNESS_REPLYEDITS_H
#define RECAST_HARNESS_REPLYEDITS_H

/*
 * Changes to a file as a reply gives them: blocks of lines to be searched and
 * lines that take their place.
 *
 *	<<<<<<< SEARCH
 *	=======
 *	>>>>>>> REPLACE
 */

#include "core/arena.h"

/* Whether a text holds such blocks. */
bool replyedits_are(struct str text);

/* Makes them in `file`, one after the other. *ret_problem is NULL, or says in one line why it cannot be done; then
 * *ret is left alone. */
void replyedits_make(struct str file, struct str text, struct arena *a, struct str *ret, const char **ret_problem);

#endif
