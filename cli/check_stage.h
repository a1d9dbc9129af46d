#ifndef RECAST_CLI_CHECK_STAGE_H
#define RECAST_CLI_CHECK_STAGE_H

/* What judges say of a rewrite: known from before, or found out now and kept. */

#include "cli/work.h"
#include "core/json.h"
#include "harness/selector.h"

/* As specs/check.schema.json has it; "cached" tells whether it was known. A folder is judged, and nothing is kept. */
int check_stage(struct work *work, const struct selection *selection, json_t **out, struct err *err);

/* Only what is known of a candidate; *out is NULL if nothing is. Builds nothing. */
int check_stage_recall(struct work *work, const struct candidate *candidate, json_t **out, struct err *err);

#endif
