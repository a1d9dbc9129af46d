#ifndef RECAST_HARNESS_WASI_H
#define RECAST_HARNESS_WASI_H

/*
 * WASI preview 1 as guests see it: one process in a world of its own. The
 * disk is a view on a tree in memory, time passes only when the guest asks for
 * it or sleeps, random numbers come from a seed, output is kept up to a
 * maximum, and there is no network. The same run gives the same bytes on any
 * machine, and nothing a guest asks for reaches the host.
 *
 * This knows no engine: a call gets its raw arguments and the guest's memory.
 */

#include "harness/view.h"

struct wasi_world {
	const struct tree *tree;
	const char *const *args; /* args[0] is the program's name */
	size_t args_len;
	const char *const *env;  /* "NAME=value" */
	size_t env_len;
	struct str stdin_bytes;
	uint64_t seed;
	size_t output_max;       /* for each of stdout and stderr */
	uint64_t disk_max;
	uint64_t clock_max_ns;   /* of virtual time, sleep included */
};

enum wasi_end {
	WASI_RUNNING,
	WASI_EXITED,
	WASI_ABORTED, /* proc_raise */
	WASI_OUTPUT_FULL,
	WASI_DISK_FULL,
	WASI_CLOCK_RAN_OUT,
};

struct wasi_fd;

struct wasi {
	const struct wasi_world *world;
	struct view view;
	struct wasi_fd *fds; /* owned */
	size_t fds_len, fds_cap;
	size_t names_listed; /* held by all descriptors on folders */
	uint64_t elapsed_ns; /* virtual, since the start */
	uint64_t random_state;
	size_t stdin_at;
	struct buf out, err;
	uint64_t bytes_written; /* to files and streams */
	enum wasi_end end;
	uint32_t exit_code;
};

/* `world` is borrowed for as long as the process lives. */
void wasi_init(struct wasi *w, const struct wasi_world *world);
void wasi_release(struct wasi *w);

struct wasi_call {
	struct wasi *w;
	uint8_t *memory;
	size_t memory_len;
	const uint64_t *arg; /* 32-bit arguments are zero-extended */
};

/* One function of the interface. `params`: 'i' for a 32-bit argument, 'I' for
 * a 64-bit one. All but proc_exit return an errno. */
struct wasi_function {
	const char *name;
	const char *params;
	int (*call)(const struct wasi_call *c);
};

enum { WASI_FUNCTIONS = 46, WASI_PARAMS_MAX = 9 };
extern const struct wasi_function wasi_functions[WASI_FUNCTIONS];

enum { WASI_ENDED = -1 };

/* An errno for the guest, or WASI_ENDED: then w->end says why, and the guest
 * must not go on. */
int wasi_invoke(const struct wasi_function *function, const struct wasi_call *c);

#endif
