#ifndef RECAST_HARNESS_PROBE_GROUP_H
#define RECAST_HARNESS_PROBE_GROUP_H

/*
 * Differences that one flaw makes, seen by several functions. An object that a call has left in a wrong state answers
 * wrongly whoever asks. So the last calls of rows are exchanged: two differences belong together if what the earlier calls
 * of each have left is seen to be wrong by the last call of the other, and if it is a call of the same function without
 * which it is not.
 */

#include "harness/probe_found.h"

/* Sets `group` of those that were confirmed. What is not sure to belong together stays apart. */
int probe_group(const struct probe_pair *pair, const struct probe_exploration *explored, struct probe_found *found,
		size_t len, struct err *err);

/* The call of the probe that is answered otherwise. */
size_t probe_found_call(const struct probe_found *f, const struct probe_grammar *g);

#endif
