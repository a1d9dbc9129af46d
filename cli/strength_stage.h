#ifndef RECAST_CLI_STRENGTH_STAGE_H
#define RECAST_CLI_STRENGTH_STAGE_H

/* How much the library's tests find: known from before, or found out now and kept. */

#include "cli/work.h"
#include "harness/strength.h"

/* As specs/strength.schema.json has it. */
int strength_stage(struct work *work, const struct strength_ask *ask, json_t **out, struct err *err);

/* Only what is known of the library as it is now; *out is NULL if nothing is. Builds nothing and makes no ledger. */
int strength_stage_known(struct work *work, json_t **out, struct err *err);

#endif
