#ifndef RECAST_HARNESS_ENGINE_H
#define RECAST_HARNESS_ENGINE_H

/*
 * The engine, behind one door: the only file that knows Wasmtime is engine.c.
 * An engine compiles modules under fixed settings; a module is code ready to
 * run; a run is a fresh instance of it in a world of its own, under limits,
 * and what came of it is a value. Whatever a guest does is an outcome, never
 * an error: an error means that recast or the machine failed.
 *
 * An engine and its modules may be used from several threads at once.
 */

#include "harness/cache.h"
#include "harness/hostcall.h"
#include "harness/outcome.h"
#include "harness/wasi.h"

enum engine_profile {
	ENGINE_GUEST,             /* tests and candidates: fuel, deterministic, pooled */
	ENGINE_TIMED,             /* the same guests without fuel, to take the time of what they do */
	ENGINE_COMPILER,          /* clang, optimised: a minute to make, then fast */
	ENGINE_COMPILER_BASELINE, /* clang, compiled in one pass: made in seconds */
};

struct engine;
struct module;

int engine_new(enum engine_profile profile, struct engine **out, struct err *err);
void engine_free(struct engine *engine);

/* "48.0.8": of the headers that recast was built with. */
const char *engine_version(void);

/* The library that was loaded. */
const char *engine_library_path(struct arena *a);

/* The stack that a thread needs on which this engine's guests run. */
size_t engine_stack_bytes(enum engine_profile profile);

/*
 * The key of a module's machine code in the cache: its bytes, the engine's
 * version and the settings that shape code. `content` is the hash of the bytes.
 */
struct hash module_key(enum engine_profile profile, const struct hash *content);

/*
 * Takes machine code from the cache, or false. A damaged entry is dropped.
 * `bytes` are the module's own, for the names of its functions; they are
 * borrowed for the module's life and may be empty.
 */
bool module_cached(struct engine *engine, struct cache *cache, const struct hash *key, struct str bytes,
			struct module **out);

/*
 * Compiles a module, or takes its machine code from the cache; what was
 * compiled goes there. `cache` may be NULL. Bytes that are no module, or one
 * that asks the host for what it does not have, are ERR_PARSE. `content` is
 * their hash, or NULL if the caller has none at hand. `bytes` are borrowed as
 * above.
 */
int module_load(struct engine *engine, struct cache *cache, const struct hash *content, struct str bytes,
		struct module **out, struct err *err);

/* The names of its functions are not needed any more; the bytes may go. */
void module_forget_bytes(struct module *module);
void module_free(struct module *module);

/*
 * Takes the module's machine code from the cache once more, to another place in memory, which `lot` chooses; false,
 * and it stays as it is, if it is not there. Where code lies makes a per cent or two of its time: whoever compares two
 * modules lets both move about. Nobody else may use the module meanwhile.
 */
bool module_move(struct module **module, struct cache *cache, uint64_t lot);

struct limits {
	uint64_t fuel; /* only where the profile counts fuel */
	uint64_t deadline_ns;
	uint64_t memory_bytes;
};

/*
 * Runs the module's _start in a fresh instance. `w` must be initialised with
 * its world; afterwards it holds the output and the disk as the guest left it.
 */
int engine_run(struct module *module, const struct limits *limits, struct wasi *w,
	     struct run_result *ret_result, struct err *err);

/* As above, with somebody to hear what recast's own code in the guest says. */
int engine_run_heard(struct module *module, const struct limits *limits, struct wasi *w,
		     const struct hostcalls *hostcalls, struct run_result *ret_result, struct err *err);

#endif
