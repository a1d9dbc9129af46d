#ifndef RECAST_CORE_ERR_H
#define RECAST_CORE_ERR_H

/*
 * An error is a value that the caller owns. A function that can fail returns 0
 * or -1 and takes a `struct err *` last; on success it leaves the error alone,
 * on failure it leaves its `out` parameters alone. The lowest function that
 * knows what went wrong calls err_set, those above put their context in front
 * with err_wrap, and only cli/ prints. Nothing here allocates.
 *
 * A `struct err *` may be NULL: then nobody wants the text.
 */

#include "core/base.h"

enum err_kind {
	ERR_NONE,
	ERR_USAGE,     /* what the user typed or configured */
	ERR_OS,        /* a system call failed */
	ERR_PARSE,     /* bytes from outside are not what they should be */
	ERR_REMOTE,    /* another machine */
	ERR_TOOL,      /* a part of the toolchain is missing or broken */
	ERR_LIMIT,     /* a bound of ours was hit */
	ERR_CANCELLED, /* the user asked to stop */
	ERR_BUG,       /* recast itself is wrong */
};

struct err {
	enum err_kind kind;
	int saved_errno; /* 0 unless kind is ERR_OS */
	char text[800];  /* always terminated; cut at a character's end if long */
};

/* Returns -1, so that `return err_set(...)` reads well. */
int err_set(struct err *err, enum err_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* ERR_OS with `: strerror(errno)` behind the text. Returns -1. */
int err_errno(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Hands on an error that was kept elsewhere, by another thread. Returns -1. */
int err_copy(struct err *err, const struct err *from);

/* Puts "context: " in front of the text that is there. Returns -1. */
int err_wrap(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
