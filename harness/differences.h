#ifndef RECAST_HARNESS_DIFFERENCES_H
#define RECAST_HARNESS_DIFFERENCES_H

/*
 * Differences past the tests as files that can be sent to somebody: C programs, each with a comment on top that says what
 * is expected, what comes, and how to find it again. Made from a result as specs/check.schema.json has it; whatever is
 * missing there, or of another type, counts as empty.
 */

#include "core/arena.h"
#include "core/err.h"
#include "core/json.h"

#define DIFFERENCES_FOLDER ".recast/differences"

/* How many there are; some results have none. */
size_t differences_len(const json_t *result);

/* Where one is kept, in the project's folder: ".recast/differences/c3/1-ordmap_walk.c". Indices are from 0. */
const char *differences_path(const json_t *result, size_t index, struct arena *a);

/* All of that file. */
const char *differences_text(const json_t *result, size_t index, struct arena *a);

/* Writes them all, in place of those that were there of that candidate. */
int differences_save(const char *project, const json_t *result, struct err *err);

/* Of one difference: the other functions that show it, with commas; or "". */
const char *differences_also(const json_t *difference, struct arena *a);

#endif
