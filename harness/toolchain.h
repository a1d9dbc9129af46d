#ifndef RECAST_HARNESS_TOOLCHAIN_H
#define RECAST_HARNESS_TOOLCHAIN_H

/*
 * clang and its companions (wasm-ld, nm, …), themselves a guest. A tool sees
 * one tree and nothing else: the sysroot at /usr, what the caller put in, and
 * two empty writable folders, /out and /tmp. So a run is a function of its
 * arguments and of what it read, and since the view knows exactly what that
 * was (also what was looked for in vain), its result is cached by it: nothing
 * is compiled twice, and no list of dependencies can be wrong.
 */

#include "harness/engine.h"
#include "harness/event.h"

struct toolchain;

struct toolchain_parts {
	const char *folder;     /* holds llvm.core.wasm and llvm-resources.tar */
	struct hash clang_hash; /* what they must be */
	struct hash sysroot_hash;
};

/* Looks whether the parts are there; loads nothing yet. The cache and the
 * observer (or NULL) are borrowed. */
int toolchain_open(const struct toolchain_parts *parts, struct cache *cache, const struct observer *observer,
		   struct toolchain **out, struct err *err);
void toolchain_close(struct toolchain *tc);

enum toolchain_speed {
	TOOLCHAIN_NONE,      /* no compiled clang yet: the first use makes one, in seconds */
	TOOLCHAIN_BASELINE,  /* the quickly made one */
	TOOLCHAIN_OPTIMISED, /* the one that compiles fast */
};

enum toolchain_speed toolchain_speed(struct toolchain *tc);

/* Makes that clang and keeps it in the cache; waits if another process is at it. */
int toolchain_prepare(struct toolchain *tc, enum toolchain_speed speed, struct err *err);

/* Whether some process is making that clang at this moment. */
bool toolchain_in_the_making(struct toolchain *tc, enum toolchain_speed speed);

/* Whether both files are still what they must be. */
int toolchain_verify(struct toolchain *tc, struct err *err);

/* The tree that holds the sysroot at /usr: graft what it is to be run on onto a
 * tree made by toolchain_tree. */
int toolchain_tree(struct toolchain *tc, struct tree **out, struct err *err);

struct tool_run {
	const char *const *args; /* args[0] selects the tool: "clang", "wasm-ld", … */
	size_t args_len;
	const struct tree *tree; /* from toolchain_tree, with the inputs added */
	const char *output;      /* a path below /out that is handed back, or NULL */
	struct limits limits;    /* fuel is not counted */
	size_t output_max;       /* of that file, and of the texts */
};

struct tool_result {
	struct run_result run; /* zero times when it came from the cache */
	bool cached;
	struct str text;        /* stdout */
	struct str diagnostics; /* stderr */
	struct str output;      /* empty if the tool wrote none */
	struct strings inputs;  /* files that it looked at, outside the sysroot; in byte order */
};

/* Strings of the result live in the arena. Safe from several threads, each
 * with an arena of its own. */
int toolchain_run(struct toolchain *tc, const struct tool_run *run, struct arena *a, struct tool_result *ret_result,
		  struct err *err);

#endif
