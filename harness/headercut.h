#ifndef RECAST_HARNESS_HEADERCUT_H
#define RECAST_HARNESS_HEADERCUT_H

/*
 * A header without implementation: bodies of functions are cut down to a
 * declaration, and parts that only the implementation is compiled with (below
 * #ifdef X_IMPLEMENTATION and the like) are left out. What was cut and what was
 * left, because callers need it, is listed with its place.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/interface.h"

enum headercut_mode {
	HEADERCUT_KEEP_INLINE, /* bodies of inline functions stay: callers are compiled with them */
	HEADERCUT_ALL,         /* the header is the implementation: no body stays */
};

struct headercut_piece {
	const char *name; /* of the function, or the condition */
	struct place place;
	bool kept;
};

struct headercut {
	struct str text;
	struct headercut_piece *pieces; /* in order */
	size_t pieces_len;
	size_t functions_left;  /* declarations and prototypes that still say something */
	size_t macro_lines;     /* lines of function-like macros, which are both API and implementation */
};

/* Lines that a preprocessor run took something from, by number from 1; see headercut_lines. */
struct headercut_lines {
	bool *taken;
	size_t len; /* one more than the last line's number */
};

/* Which lines of the file preprocessed text (-E -dD) came from. */
struct headercut_lines headercut_lines(struct str preprocessed, const char *path, struct arena *a);

/* `user` is what one who uses the library takes in, `library` what its own sources do; either may be empty:
 * then nothing is left out for its condition. */
int headercut_make(const char *path, struct str text, enum headercut_mode mode, const struct headercut_lines *user,
		   const struct headercut_lines *library, struct arena *a, struct headercut *ret, struct err *err);

#endif
