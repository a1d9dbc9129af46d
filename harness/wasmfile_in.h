#ifndef RECAST_HARNESS_WASMFILE_IN_H
#define RECAST_HARNESS_WASMFILE_IN_H

/* Numbers, names and parts of a WebAssembly binary, read one after the other; for wasmfile.c. */

#include "core/arena.h"
#include "core/err.h"

/*
 * Bytes that are read one after the other. The first problem is kept, and from
 * then on every read yields 0 and every `left` is 0, so that loops end.
 */
struct in {
	const char *bytes; /* the file's first */
	size_t at, end;    /* offsets in the file */
	struct arena *arena;
	struct err *err;
	bool failed;
};

/* Keeps what is wrong, with the place. */
void in_bad(struct in *in, const char *format, ...) PRINTF_LIKE(2, 3);

size_t in_left(const struct in *in);
unsigned in_byte(struct in *in);
uint64_t in_unsigned(struct in *in, unsigned bits);
uint32_t in_u32(struct in *in);

/* How many things follow, each of which takes `least` bytes or more. */
size_t in_count(struct in *in, size_t least);
struct str in_bytes(struct in *in, size_t len);
const char *in_name(struct in *in);

/* The next `len` bytes as something of their own to read; `in` goes on behind them. */
struct in in_part(struct in *in, size_t len);

/* Ends a part: it must have been used up, and its failure is the whole's. */
void in_close(struct in *in, struct in *part);

#endif
