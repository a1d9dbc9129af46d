#ifndef RECAST_HARNESS_CFUNCTIONS_H
#define RECAST_HARNESS_CFUNCTIONS_H

/*
 * Functions that a C source defines, where they stand in the file as it is
 * written. Before the preprocessor C is not quite C, so this asks the parser that
 * goes on behind what it does not understand; such a function may be missed.
 */

#include "core/arena.h"
#include "core/err.h"

struct source_function {
	const char *name;
	size_t start, end; /* bytes */
	unsigned line, end_line;
	bool is_static;
};

struct source_functions {
	struct source_function *items; /* in order of appearance */
	size_t len;
};

/* Larger texts are ERR_LIMIT. */
enum { CFUNCTIONS_TEXT_MAX = 4 << 20 };

int cfunctions_find(struct str text, struct arena *a, struct source_functions *ret, struct err *err);

#endif
