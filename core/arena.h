#ifndef RECAST_CORE_ARENA_H
#define RECAST_CORE_ARENA_H

/*
 * Memory for everything that lives as long as one stage: allocate, never free
 * singly, drop whole. A function that builds a result takes the arena as an
 * argument, so a reader sees how long the result lives. Memory comes zeroed.
 * One thread at a time.
 */

#include "core/str.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
};

void arena_release(struct arena *a);

/* What `other` holds lives as long as `a` from now on; `other` is empty. */
void arena_adopt(struct arena *a, struct arena *other);

#define SCOPED_ARENA SCOPED(arena_release)

void *arena_alloc(struct arena *a, size_t count, size_t size);
char *arena_strdup(struct arena *a, const char *s);

/* A terminated copy of the view. */
char *arena_str(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

/* A copy of `count` items of `size` bytes. */
void *arena_copy(struct arena *a, const void *items, size_t count, size_t size);

/* Both lists, one behind the other; the texts are shared. */
struct strings arena_joined(struct arena *a, const struct strings *first, const struct strings *second);

#define arena_new(a, type) ((type *)arena_alloc((a), 1, sizeof(type)))
#define arena_array(a, count, type) ((type *)arena_alloc((a), (count), sizeof(type)))

#endif
