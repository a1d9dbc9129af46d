#ifndef RECAST_CORE_PARALLEL_H
#define RECAST_CORE_PARALLEL_H

/*
 * Runs `work(data, i)` for every i below `count` on as many threads as told,
 * in order of i as threads come free, and returns when all are done. The
 * stack of each thread can be chosen, since guests recurse on it.
 */

#include "core/err.h"

struct parallel {
	unsigned threads;
	size_t stack_bytes;
	void (*work)(void *data, size_t index);
	void *data;
};

int parallel_run(const struct parallel *p, size_t count, struct err *err);

/* How many processors this process may use. */
unsigned parallel_processors(void);

#endif
