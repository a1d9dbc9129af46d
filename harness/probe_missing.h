#ifndef RECAST_HARNESS_PROBE_MISSING_H
#define RECAST_HARNESS_PROBE_MISSING_H

/*
 * Which functions of a library lead to something that is defined nowhere, as the sandbox has no processes and no network.
 * Calls, and functions whose address is taken, are followed; tables of functions are not.
 */

#include "harness/probe.h"

/* Sets `missing` of the functions. `undefined`: names that the linker found nowhere. What is no object of clang's says
 * nothing. */
void probe_missing_find(struct probe_grammar *g, const struct link_input *objects, size_t len,
			const struct strings *undefined, struct arena *a);

#endif
