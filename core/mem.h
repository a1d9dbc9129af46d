#ifndef RECAST_CORE_MEM_H
#define RECAST_CORE_MEM_H

/*
 * Allocation that does not fail: out of memory ends the process in one place,
 * deliberately. What protects recast is limits on its inputs, not checks that
 * no test ever reaches.
 */

#include "core/base.h"

/* Zeroed memory for count * size bytes; the product is checked. */
void *mem_zalloc(size_t count, size_t size);
void *mem_realloc(void *p, size_t count, size_t size);
char *mem_strdup(const char *s);

/* For SCOPED: frees the pointer that the variable holds. */
void mem_free_pointer(void *variable);

#define SCOPED_MEM SCOPED(mem_free_pointer)

/*
 * A growable array is any struct with `items`, `len` and `cap`, zeroed at
 * birth:
 *     struct { struct job *items; size_t len, cap; } jobs = {0};
 *     *vec_push(&jobs) = (struct job){...};
 *     vec_release(&jobs);
 */
#define vec_push(v) \
	((v)->items = mem_grow((v)->items, (v)->len, &(v)->cap, sizeof(*(v)->items)), &(v)->items[(v)->len++])
#define vec_release(v) (free((v)->items), (v)->items = NULL, (v)->len = (v)->cap = 0)

/* Room for at least one more item than len; *cap is updated. */
void *mem_grow(void *items, size_t len, size_t *cap, size_t size);

/* Among items in order of the uint64_t that each begins with: where the first is that has this one or a larger one; `len` if
 * there is none. */
size_t mem_first_from(const void *items, size_t len, size_t size, uint64_t key);

#endif
