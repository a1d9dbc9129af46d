#ifndef RECAST_HARNESS_PROBE_KINDS_H
#define RECAST_HARNESS_PROBE_KINDS_H

/*
 * What probes hand over, in kinds: an empty text, one that ends in a tab, a number that is negative, an object with which
 * that was done before. Code that is told the same kinds of things mostly does the same; a kind that it was never told
 * may be one that somebody gets wrong, even where it leads to no new code.
 */

#include "harness/probe.h"

enum { PROBE_KINDS = 1 << 13 }; /* bytes; kinds are hashed into them */

/* Sets the byte of each kind that the probe hands over to 1. */
void probe_kinds_note(const struct probe_grammar *g, const struct probe *p, uint8_t *kinds);

#endif
