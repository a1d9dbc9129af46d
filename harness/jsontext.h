#ifndef RECAST_HARNESS_JSONTEXT_H
#define RECAST_HARNESS_JSONTEXT_H

/* Changes to JSON that people wrote, which leave the rest of their text as it is. */

#include "core/arena.h"

/*
 * The text with `item` as the last one of an array, or with the member `item` ("\"key\": value") as the last one of an
 * object, which the keys lead to from the outermost. It is put on a line of its own where the others are. NULL if it is no
 * JSON as far as it was read, or there is no such place. Whether the whole is JSON the caller must know.
 */
const char *jsontext_add(struct str text, const char *const *keys, size_t keys_len, const char *item, struct arena *a);

#endif
