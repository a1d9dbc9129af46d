#ifndef RECAST_HARNESS_PROBE_MEMORY_H
#define RECAST_HARNESS_PROBE_MEMORY_H

/* What a rewrite does to memory in a probe and the original does not: made small, and put into a table. */

#include "harness/memorytable.h"
#include "harness/probe_explore.h"

/* Looks into each of them; the table's rows name calls where other rows name programs, and the flags that the library is
 * built with beside its usual ones, if there are any. */
int probe_memory(const struct probe_pair *pair, const struct probe_suspicion *suspicions, size_t len, const char *flags,
		 struct memory_table *table, struct err *err);

#endif
