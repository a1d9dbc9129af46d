#ifndef RECAST_CORE_MACHINE_H
#define RECAST_CORE_MACHINE_H

/* The machine that something is measured on: what it is, how busy it is, and having it for oneself. */

#include "core/arena.h"
#include "core/err.h"

struct machine_state {
	const char *processor; /* its model, or "" */
	const char *governor;  /* of its clock, or "" where that is not told */
	unsigned cores;        /* that this process may use */
	double load;           /* processes that want to run, over the last minute */
	int pinned;            /* the core that this thread is bound to, or -1 */
};

struct machine_state machine_state(struct arena *a);

/* Binds the thread to one core, the least busy of those that it may use; false where that is not possible. What was before
 * comes back with machine_unpin. */
bool machine_pin(void);
void machine_unpin(void);

/*
 * Whoever measures holds the machine; another recast of this machine that asks waits, and calls `waiting` once when it begins
 * to. It is let go when the process ends, however it ends.
 */
int machine_hold(void (*waiting)(void *data), void *data, int *ret_fd, struct err *err);

#endif
