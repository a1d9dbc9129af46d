#ifndef RECAST_HARNESS_PROMPTTESTS_H
#define RECAST_HARNESS_PROMPTTESTS_H

/*
 * Which files of the visible tests stand in prompts, if they cannot all: the same
 * ones in each prompt of a library, so that prompts begin alike. First, for each
 * public function, the smallest file whose tests reach it; then what fits.
 */

#include "harness/spec.h"

/* Bytes of all together, and of one that is no C source; such a one must also be text. */
enum { PROMPTTESTS_MAX = 400 << 10, PROMPTTESTS_DATA_MAX = 16 << 10 };

/* How many bytes of each file are shown: all, none, or up to a line's end, if it alone is too large. */
size_t *prompttests_choose(const struct spec *spec, struct arena *a);

#endif
