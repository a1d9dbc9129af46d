#ifndef RECAST_HARNESS_DIAG_H
#define RECAST_HARNESS_DIAG_H

/*
 * What the compiler and the linker say, as values. The text comes from tools
 * that a hostile source can make say anything, so it is bounded and cleaned.
 */

#include "core/arena.h"

enum diag_severity { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

/* What the compiler says to put in place of a stretch of that file. */
struct fixit {
	unsigned line, column, end_line, end_column; /* from 1, in bytes; its end is the first byte that stays */
	const char *text; /* no control characters but tab and line end */
};

struct diag {
	enum diag_severity severity;
	const char *file;    /* as the tool names it; "" if it names none */
	unsigned line, column; /* 0 if unknown */
	const char *message;
	const struct fixit *fixits; /* if they were asked for, see struct compile */
	size_t fixits_len;
};

struct diag_list {
	struct diag *items; /* in the arena */
	size_t len;
	size_t left_out; /* above the maximum, or without a known form */
	size_t errors;   /* of all, also of those left out */
};

enum { DIAG_MAX = 200, DIAG_TEXT_MAX = 1000 }; /* twice as many if they are errors */
enum { DIAG_FIXITS_MAX = 1000 };               /* of all; those above are left out, each diagnostic's all or none */

struct diag_list diag_parse(struct str text, struct arena *a);

/* The first error, or NULL. */
const struct diag *diag_first_error(const struct diag_list *list);

/* The name that the linker says to be defined nowhere, or NULL if it says something else. */
const char *diag_undefined_symbol(const struct diag *diag);
/* All of them, each once. */
struct strings diag_undefined_symbols(const struct diag_list *list, struct arena *a);

#endif
