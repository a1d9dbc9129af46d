#ifndef RECAST_HARNESS_WASMCODE_H
#define RECAST_HARNESS_WASMCODE_H

/*
 * How much work a module's code is for a compiler. Engines take time that grows
 * with a function's size times its locals, and with the third power of how deep
 * its loops are nested: 21 kB of nested loops keep Cranelift busy for a minute,
 * and nothing can stop it meanwhile.
 */

#include "core/err.h"
#include "core/str.h"

/*
 * A figure for a code section's payload: some thousand million are seconds.
 * UINT64_MAX if it holds what no compiler of ours writes, malformed code included;
 * 0 for a module without code.
 */
uint64_t wasmcode_work(struct str section);

/* Refuses, as ERR_PARSE, bytes that are no module, and a module that would keep an engine for more than some seconds. */
int wasmcode_check(struct str module, struct err *err);

#endif
