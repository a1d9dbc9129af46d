#ifndef RECAST_HARNESS_PROJECT_VERDICT_H
#define RECAST_HARNESS_PROJECT_VERDICT_H

/* The keys "verdict" and "differential" of recast.json. */

#include "core/json.h"
#include "harness/project.h"

/* Changes what is named. */
int project_read_verdict(const struct json_at *root, struct verdict_needs *ret, struct err *err);

/* How many inputs are generated; 0 where they are switched off. */
int project_read_differential(const struct json_at *root, size_t *ret, struct err *err);

/* What is wrong with an item of "free" in "trace", or NULL. */
const char *project_free_complaint(const char *item);

#endif
