#ifndef RECAST_HARNESS_ORACLE_H
#define RECAST_HARNESS_ORACLE_H

/*
 * The sealed side of a library, for judges: the original's objects, all tests
 * with their files, the baseline, and fingerprints of the implementation. It is kept
 * outside the project, as a folder named by the hash of its content, so that
 * whoever works in the project does not stumble on it. Nothing that makes a
 * prompt links with this module.
 */

#include "harness/extract.h"

/* Writes it below the folder unless it is there already. */
int oracle_save(const struct suite *suite, const struct extracted *e, const struct hash *spec_id, const char *folder,
		struct hash *ret_id, struct err *err);

#endif
