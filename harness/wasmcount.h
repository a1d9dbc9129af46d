#ifndef RECAST_HARNESS_WASMCOUNT_H
#define RECAST_HARNESS_WASMCOUNT_H

/*
 * A module that counts how many bytes its bulk operations move: each memory.copy and
 * memory.fill becomes a call of a function put behind all others, which adds the length to a
 * global and does the same. No index changes, so names and everything else stay. The engine
 * hands out what the global says (struct run_result, bulk_bytes). Fuel is taken from the module
 * as it was.
 */

#include "core/arena.h"
#include "core/err.h"

#define WASMCOUNT_EXPORT "recast_bulk"

/* *ret lives in the arena. Bytes that are no module of our linker's are ERR_PARSE. */
int wasmcount_bulk(struct str module, struct arena *a, struct str *ret, struct err *err);

#endif
