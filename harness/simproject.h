#ifndef RECAST_HARNESS_SIMPROJECT_H
#define RECAST_HARNESS_SIMPROJECT_H

/* A project's original as a side that is compared, and what it shows to everybody. Nothing is built. */

#include "harness/candidates.h"
#include "harness/simpublic.h"
#include "harness/simstudy.h"

/* The library's sources, its public headers, and what they include. Sets the study's library and original, and adds
 * to what is shared. */
int simproject_read(const char *folder, struct simstudy *study, struct err *err);

/* Rewrites that others of this run's attempts became: the last of each slot but its own. A rewrite of no run has none. */
int simproject_siblings(const char *folder, const struct simside *rewrite, struct arena *a,
			struct candidate_list *ret, struct err *err);

#endif
