#ifndef RECAST_HARNESS_REPLY_JSON_H
#define RECAST_HARNESS_REPLY_JSON_H

/* Replies as JSON, as specs/exchange.schema.json has them. */

#include "harness/reply.h"

/* The caller owns it. NUL and bytes that are no UTF-8 become U+FFFD; tokens of such a text are left out. */
json_t *reply_json(const struct reply *reply);

/* Into a reply that was initialised, and that the caller releases also if this fails. Checks that all of it is there and
 * of its type, and nothing else. */
int reply_read(const struct json_at *at, struct reply *ret, struct err *err);

#endif
