#ifndef RECAST_HARNESS_PROJECT_VERDICT_H
#define RECAST_HARNESS_PROJECT_VERDICT_H

/* The key "verdict" of recast.json. */

#include "core/json.h"
#include "harness/project.h"

/* Changes what is named. */
int project_read_verdict(const struct json_at *root, struct verdict_needs *ret, struct err *err);

/* What is wrong with an item of "free" in "trace", or NULL. */
const char *project_free_complaint(const char *item);

#endif
