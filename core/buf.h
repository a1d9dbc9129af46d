#ifndef RECAST_CORE_BUF_H
#define RECAST_CORE_BUF_H

/*
 * Growable bytes with a maximum declared at birth. Everything that comes from
 * a guest, a repository or a network enters recast through one of these.
 *
 * Invariants: `ptr` is never NULL after buf_init and ptr[len] is always NUL;
 * len <= max. Once something did not fit, `full` stays set, what fitted stays,
 * and later appends do nothing: append freely and ask once, with buf_check.
 */

#include "core/err.h"
#include "core/str.h"

#include <stdarg.h>

struct buf {
	char *ptr;
	size_t len; /* bytes in use, without the terminator */
	size_t cap; /* bytes allocated; 0 for the shared empty string */
	size_t max; /* len never passes this */
	bool full;  /* an append was cut */
};

void buf_init(struct buf *b, size_t max);

/* Frees the bytes and zeroes the struct. Also for zeroed ones. */
void buf_release(struct buf *b);

#define SCOPED_BUF SCOPED(buf_release)

/* 0, or -1 when only a part fitted. */
int buf_append(struct buf *b, const void *data, size_t len);
int buf_append_str(struct buf *b, struct str s);
int buf_append_cstr(struct buf *b, const char *s);
int buf_append_char(struct buf *b, char c);

/* For people: so many bytes of the text from there on, in quotes and printable, with dots where some are left out. */
void buf_append_quoted(struct buf *b, struct str text, size_t from, size_t shown);
int buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
int buf_vprintf(struct buf *b, const char *format, va_list args) PRINTF_LIKE(2, 0);

/* Makes room for `len` bytes and returns where they go, or NULL if they do not
 * fit; the caller fills them and calls buf_grew with how many it wrote. */
char *buf_reserve(struct buf *b, size_t len);
void buf_grew(struct buf *b, size_t len);

/* Forgets the contents and `full`, keeps the memory. */
void buf_clear(struct buf *b);

/* Fails with ERR_LIMIT, naming `what` and the maximum, if something was cut. */
int buf_check(const struct buf *b, const char *what, struct err *err) MUST_CHECK;

static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->ptr, b->len};
}

#endif
