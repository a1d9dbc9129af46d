#ifndef RECAST_HARNESS_HEADERCUT_H
#define RECAST_HARNESS_HEADERCUT_H

/*
 * A header without implementation: bodies of functions are cut down to a
 * declaration, and parts that only the implementation is compiled with (below
 * #ifdef X_IMPLEMENTATION and the like) are left out. What was cut and what was
 * left, because callers need it, is listed with its place.
 *
 * The header is read as it is written, with all branches of its conditions and
 * no macro expanded. A body is a "{" outside of all brackets that belongs neither
 * to a struct, union or enum, nor to an initialiser, nor to extern "C". Where
 * branches leave different brackets open, the first one counts.
 *
 * With HEADERCUT_ALL, `static` and `inline` go as well, since what is declared
 * will be defined elsewhere. A static function that is not inline is a helper
 * and vanishes with the comment above it, unless a macro mentions it, or the header would
 * offer no function at all without such ones.
 *
 * Left out is a branch at file scope that the library took lines from and the
 * user did not, and one below "#if 0", if there is more in it than directives.
 * The directives around it stay. Definitions of macros alone stay too: they
 * tell, say, how a symbol is exported.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/interface.h"

enum headercut_mode {
	HEADERCUT_KEEP_INLINE, /* bodies of inline and static functions stay: callers are compiled with them */
	HEADERCUT_KEEP_CONFIGURED, /* the same; and a branch that only the library takes stays if it holds no body, no
				    * value in braces and no macro that is more than an expression */
	HEADERCUT_ALL,         /* the header is the implementation: no body stays */
};

struct headercut_piece {
	const char *name; /* of the function ("" if it has none), or the condition: "#ifdef X", "#else of #ifdef X" */
	struct place place;
	bool kept; /* a body, or a variable's value in braces */
};

struct headercut {
	struct str text;
	struct headercut_piece *pieces; /* in order */
	size_t pieces_len;
	size_t functions_left;  /* names of functions that are still declared, with a body or without */
	size_t macro_lines;     /* of function-like macros that are more than an expression: API and implementation */
};

/* Lines that a preprocessor run took something from, by number from 1; see headercut_lines. */
struct headercut_lines {
	bool *taken;
	size_t len; /* one more than the last line's number */
};

/* Longer headers, and conditions in conditions, are ERR_LIMIT. */
enum { HEADERCUT_TEXT_MAX = 8 << 20, HEADERCUT_CONDITIONS_MAX = 200 };

/* Which lines of the file preprocessed text (-E -dD) came from; the path as its line markers name it, "." and
 * ".." apart. */
struct headercut_lines headercut_lines(struct str preprocessed, const char *path, struct arena *a);

/* `user` is what one who uses the library takes in, `library` what its own sources do; either may be empty:
 * then nothing is left out for its condition. */
int headercut_make(const char *path, struct str text, enum headercut_mode mode, const struct headercut_lines *user,
		   const struct headercut_lines *library, struct arena *a, struct headercut *ret, struct err *err);

#endif
