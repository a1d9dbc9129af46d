#ifndef RECAST_HARNESS_PROBE_REPEATS_H
#define RECAST_HARNESS_PROBE_REPEATS_H

/* Probes that say nothing twice. Where something was done another number of times it need not be anything new. */

#include "harness/probe.h"

/* Without calls that stand in it before: with the same arguments, or with others that have been through just the same.
 * What something goes on with stays. The result's arguments live in the arena. */
struct probe probe_without_repeats(const struct probe_grammar *g, const struct probe *p, struct arena *a);

#endif
