#ifndef RECAST_HARNESS_PROJECT_LIMITS_H
#define RECAST_HARNESS_PROJECT_LIMITS_H

/* The key "limits" of recast.json: a row of a table for each limit. */

#include "core/json.h"
#include "harness/project.h"

/* Changes those that are named. */
int project_read_limits(const struct json_at *root, struct project_limits *ret, struct err *err);

#endif
