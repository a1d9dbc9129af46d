#ifndef RECAST_CORE_PATH_H
#define RECAST_CORE_PATH_H

/* Paths as text, with "/" between names. Nothing of the host is looked at, no link is followed. */

#include "core/arena.h"

/*
 * What `path` means in `folder`, without empty names, "." and "..", and without a
 * "/" in front: "src/./a" and "../b.c" give "src/b.c". NULL if it climbs out of where `folder`
 * begins. `folder` is taken to be clean, and is "" for the beginning itself.
 */
char *path_join(struct arena *a, const char *folder, struct str path);

/* "src/a.test.c" is in "src", has the base "a.test.c" and the stem "a.test". A path without "/" is in "". */
struct str path_folder(struct str path);
struct str path_base(struct str path);
struct str path_stem(struct str path);

/* The base of a terminated path, terminated. */
const char *path_base_of(const char *path);

#endif
