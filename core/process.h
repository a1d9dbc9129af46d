#ifndef RECAST_CORE_PROCESS_H
#define RECAST_CORE_PROCESS_H

/* Processes of the host: recast's own program and what it starts. */

#include "core/arena.h"
#include "core/err.h"

/* The path of the running program. */
const char *process_own_path(struct arena *a);

/* A function's address in the form that takes. */
#define PROCESS_ADDRESS(function) (__extension__(const void *)(uintptr_t)(function))

/* The file that this function or object was loaded from, or "". */
const char *process_library_path(const void *symbol, struct arena *a);

/*
 * Starts a program that goes on by itself, after this one has ended too: in a
 * session of its own, at the lowest priority, without a terminal. args[0] is the
 * program's path; no shell and no search for it.
 */
int process_start_detached(const char *const *args, struct err *err);

#endif
