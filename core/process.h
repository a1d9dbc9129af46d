#ifndef RECAST_CORE_PROCESS_H
#define RECAST_CORE_PROCESS_H

/* Processes of the host: recast's own program and what it starts. */

#include "core/arena.h"
#include "core/err.h"

#include <stdatomic.h>

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

/* A program that is run and waited for, without a shell in between. */
struct process_run {
	/* Both end with NULL. args[0] is a path if it has a "/", which begins in `folder`; else it is looked for in
	 * PATH of `env`. */
	const char *const *args;
	const char *const *env; /* all that it sees: "NAME=value" */
	const char *folder;     /* where it works, or NULL */
	struct str input;       /* of its standard input; it need not read it */
	uint64_t idle_ms;       /* without a byte in any direction; 0: no limit */
	uint64_t total_ms;      /* 0: no limit */
	size_t output_max;      /* bytes of standard output; those are handed over, even if there are more */
	const atomic_bool *cancelled; /* looked at ten times a second; or NULL */
	/* Standard output, piece by piece; -1 stops it. Or NULL. */
	int (*piece)(void *data, struct str bytes);
	void *data;
};

enum process_end {
	PROCESS_EXITED,      /* `code` is its exit status */
	PROCESS_SIGNALLED,   /* by the signal `code`, which recast did not send */
	PROCESS_NOT_STARTED, /* there is no such program, or it cannot be run; `code` is the errno */
	PROCESS_IDLE,        /* nothing came or went for idle_ms */
	PROCESS_LATE,        /* total_ms were up */
	PROCESS_TOO_LARGE,   /* more than output_max */
	PROCESS_STOPPED,     /* `piece` said so */
	PROCESS_CANCELLED,
};

enum { PROCESS_ERRORS_MAX = 4096 };

struct process_result {
	enum process_end end;
	int code;
	const char *why;   /* one line in the arena: how it ended */
	struct str errors; /* the end of its standard error, at most PROCESS_ERRORS_MAX bytes; in the arena */
};

/*
 * Runs it to its end. It has a session of its own, so no terminal, and inherits no file. What it started is killed with
 * it when it ends, when a limit is hit, and when recast dies, whatever kills that; only what went into another session
 * stays. Whatever the program does is a result; an error means that no process could be made, or that there is no
 * such folder. Any number of threads may run some at once.
 */
int process_run(const struct process_run *run, struct arena *a, struct process_result *ret, struct err *err);

#endif
