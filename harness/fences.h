#ifndef RECAST_HARNESS_FENCES_H
#define RECAST_HARNESS_FENCES_H

/* Fenced code in the text of a reply, and the paths that stand by it. */

#include "core/arena.h"

struct fence {
	struct str info; /* behind the mark that opens it */
	struct str path; /* as the reply names it; empty if it names none */
	struct str body; /* lines between the marks */
	bool is_open;    /* nothing ends it */
	char mark;       /* '`' or '~' */
	size_t marks;    /* how many */
};

/* Cuts the next fence off the front; false at the end. */
bool fences_next(struct str *rest, struct fence *ret);

#endif
