#ifndef RECAST_HARNESS_TOOLS_H
#define RECAST_HARNESS_TOOLS_H

/*
 * What stages work with. All of it is borrowed, and may be used from several
 * threads at once.
 */

#include "harness/toolchain.h"

struct tools {
	struct toolchain *toolchain;
	struct engine *engine; /* ENGINE_GUEST */
	struct cache *cache;
	const struct observer *observer; /* or NULL */
	unsigned threads;
};

/* The stack that a thread needs which runs any of them. */
size_t tools_stack_bytes(void);

/* Does the work for each index on all threads, as a stage that the observer is told of. */
int tools_stage(const struct tools *tools, const char *stage, size_t count, void (*work)(void *data, size_t index),
		void *data, struct err *err);

#endif
