#ifndef RECAST_HARNESS_PROBE_DRIVER_H
#define RECAST_HARNESS_PROBE_DRIVER_H

/*
 * The program that makes the calls of probes. It knows nothing of them: it asks the host for the next call, whose
 * arguments the host has put into its memory, makes it, and asks again. Functions that the library calls back ask the
 * host what to answer, and those that may call the library what to call before.
 */

#include "core/buf.h"
#include "harness/probe.h"

/* Compiles it. Functions for which that does not work are refused in the grammar. */
int probe_driver_build(struct probe_grammar *g, struct arena *a, struct link_input *ret, struct err *err);

/* What the driver knows the function as; libc's free stands behind them. */
uint32_t probe_driver_number(const struct probe_grammar *g, uint32_t function);

/* ---- parts, for programs that do the same without a host */

/* The block that an allocator's callback is about: a pointer that is not there for the caller's own use. Or SIZE_MAX. */
size_t probe_driver_block(const struct shape_signature *s);
/* The body of a callback that allocates, whose parameters are a0, a1, …; `between` stands between its statements. */
void probe_driver_allocate(struct buf *out, const struct shape_signature *s, const char *between);

#endif
