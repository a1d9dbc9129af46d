#ifndef RECAST_CORE_BASE_H
#define RECAST_CORE_BASE_H

/*
 * What every file of recast may take for granted: a few attributes, scope-bound
 * clean-up, and the libc calls that we never make. The one umbrella header.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define countof(a) (sizeof(a) / sizeof((a)[0]))

#define PRINTF_LIKE(text, first) __attribute__((__format__(__printf__, text, first)))
#define MUST_CHECK __attribute__((warn_unused_result))
#define UNUSED __attribute__((unused))

/*
 * `SCOPED(buf_release) struct buf b = {0};` releases b when it goes out of
 * scope. The function takes a pointer to the variable and must accept a zeroed
 * one. Use it, or one `goto done`, but never both in one function.
 */
#define SCOPED(release) __attribute__((cleanup(release)))

/* Hands a pointer out of a scoped variable: yields its value, leaves NULL. */
#define take(pointer) take_pointer(&(pointer))

static inline void *take_pointer(void *variable)
{
	void *value;
	void *nothing = NULL;
	memcpy(&value, variable, sizeof(value));
	memcpy(variable, &nothing, sizeof(nothing));
	return value;
}

static inline size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static inline size_t max_size(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Calls without a bound, without an error value, or through a shell. */
#define BANNED(name) recast_does_not_call_##name
#undef strcpy
#undef strcat
#undef strtok
#undef sprintf
#undef vsprintf
#undef atoi
#undef atol
#undef system
#undef popen
#define strcpy(a, b) BANNED(strcpy)
#define strcat(a, b) BANNED(strcat)
#define strtok(a, b) BANNED(strtok)
#define sprintf(...) BANNED(sprintf)
#define vsprintf(a, b, c) BANNED(vsprintf)
#define atoi(a) BANNED(atoi)
#define atol(a) BANNED(atol)
#define system(a) BANNED(system)
#define popen(a, b) BANNED(popen)

#endif
