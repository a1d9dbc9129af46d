#ifndef RECAST_HARNESS_UBWATCH_H
#define RECAST_HARNESS_UBWATCH_H

/*
 * Undefined behaviour, found by the compiler's own checks while a guest runs. The guest goes on after most of it. What
 * C defines is left out even where it looks wrong: unsigned numbers that wrap, conversions that lose bits.
 *
 * Which kind it was is in the code and can be relied on; the place stands in the guest's memory, is checked when it is
 * read, and could be overwritten.
 */

#include "harness/build.h"
#include "harness/hostcall.h"
#include "harness/tools.h"

enum undefined_kind {
	UNDEFINED_ADD,
	UNDEFINED_SUBTRACT,
	UNDEFINED_MULTIPLY,
	UNDEFINED_NEGATE,
	UNDEFINED_DIVIDE,
	UNDEFINED_SHIFT,
	UNDEFINED_INDEX,
	UNDEFINED_UNREACHABLE,
	UNDEFINED_NO_RETURN,
	UNDEFINED_VLA,
	UNDEFINED_FLOAT_CAST,
	UNDEFINED_VALUE,
	UNDEFINED_POINTER_ARITHMETIC,
	UNDEFINED_POINTER, /* null, when it is followed */
	UNDEFINED_NULL_ARGUMENT,
	UNDEFINED_NULL_RETURN,
	UNDEFINED_BUILTIN,
	UNDEFINED_ALIGNMENT,
	UNDEFINED_MISALIGNED, /* a pointer, when it is followed: most machines do not mind */
	UNDEFINED_KINDS,
};

/* "adds signed numbers beyond their type's range", … */
const char *undefined_name(enum undefined_kind kind);

/* What a source is compiled with, in addition. */
extern const struct strings ub_flags;

/* An object that defines what such code calls. */
int ub_object(const struct tools *tools, struct arena *a, struct link_input *ret, struct err *err);

/* A place where it happened. */
struct undefined {
	enum undefined_kind kind;
	const char *file; /* as the compiler was told it; "" if that cannot be read any more */
	uint32_t line, column;
	uint32_t who;     /* who ran when it was first seen */
	uint64_t count;
};

enum { UNDEFINED_PLACES_MAX = 500, UNDEFINED_FILE_MAX = 400 };

struct ub_watch;

struct ub_watch *ub_watch_new(void);
void ub_watch_free(struct ub_watch *w);

/* Forgets everything. */
void ub_watch_begin(struct ub_watch *w);

/* Answers HOSTCALL_UNDEFINED; `who` is a number that the caller gives. */
int64_t ub_watch_hear(struct ub_watch *w, const struct hostcall *call, uint32_t who);

/* All places so far, each once, in the order in which they were seen; until the watch begins anew. */
const struct undefined *ub_watch_places(const struct ub_watch *w, size_t *ret_len);

/* Whether there was more than UNDEFINED_PLACES_MAX. */
bool ub_watch_cut(const struct ub_watch *w);

#endif
