#ifndef RECAST_HARNESS_PROBE_DRIVER_H
#define RECAST_HARNESS_PROBE_DRIVER_H

/*
 * The program that makes the calls of probes. It knows nothing of them: it asks the host for the next call, whose
 * arguments the host has put into its memory, makes it, and asks again. Functions that the library calls back ask the
 * host what to answer.
 */

#include "harness/probe.h"

enum {
	PROBE_AREA_BYTES = 2 << 20, /* of the driver's memory, which the host fills: first the frame of the call */
};

/* Compiles it. Functions for which that does not work are refused in the grammar. */
int probe_driver_build(struct probe_grammar *g, struct arena *a, struct link_input *ret, struct err *err);

/* What the driver knows the function as; libc's free stands behind them. */
uint32_t probe_driver_number(const struct probe_grammar *g, uint32_t function);

#endif
