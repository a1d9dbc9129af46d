#ifndef RECAST_HARNESS_JSONLINES_H
#define RECAST_HARNESS_JSONLINES_H

/* Texts in JSON as arrays of their lines, so that people can read them: joined by line feeds these are the text. */

#include "core/arena.h"
#include "core/json.h"

/* The text is UTF-8 without NUL. "a\n" is two lines, the second one empty; an empty text is none. */
json_t *jsonlines_of(struct str text);

/* Refuses what is absent or no array of lines, and lines that hold line ends. ERR_LIMIT if the text has more than `max`
 * bytes. */
int jsonlines_read(const struct json_at *at, size_t max, struct arena *a, struct str *ret, struct err *err);

#endif
