#ifndef RECAST_HARNESS_DIAG_H
#define RECAST_HARNESS_DIAG_H

/*
 * What the compiler and the linker say, as values. The text comes from tools
 * that a hostile source can make say anything, so it is bounded and cleaned.
 */

#include "core/arena.h"

enum diag_severity { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

/* What the compiler would do about it: put a text in the place of another. */
struct fixit {
	const char *file;
	unsigned line, column, end_line, end_column; /* from 1, in bytes; the end is not part of it */
	const char *text;
};

struct diag {
	enum diag_severity severity;
	const char *file;    /* as the tool names it; "" if it names none */
	unsigned line, column; /* 0 if unknown */
	const char *message;
	struct fixit *fixits;
	size_t fixits_len;
};

struct diag_list {
	struct diag *items; /* in the arena */
	size_t len;
	size_t left_out; /* above the maximum, or without a known form */
	size_t errors;   /* of all, also of those left out */
};

enum { DIAG_MAX = 200, DIAG_TEXT_MAX = 1000, FIXITS_MAX = 8 }; /* twice as many if they are errors */

struct diag_list diag_parse(struct str text, struct arena *a);

/* The first error, or NULL. */
const struct diag *diag_first_error(const struct diag_list *list);

#endif
