#ifndef RECAST_HARNESS_STORE_H
#define RECAST_HARNESS_STORE_H

/*
 * A tree on disk, as a folder that is named by the hash of all that is in it.
 * It appears by rename, so it is whole or not there; the same content is written
 * once.
 */

#include "harness/tree.h"

/* Writes what is below the tree's root as FOLDER/HASH. */
int store_save(const struct tree *tree, const char *folder, struct hash *ret_id, struct err *err);

/* Makes the link FOLDER/current lead to that one. */
int store_point(const char *folder, const struct hash *id, struct err *err);

#endif
