#ifndef RECAST_CLI_CHECK_STAGE_H
#define RECAST_CLI_CHECK_STAGE_H

/* What judges say of a rewrite: known from before, or found out now and kept. */

#include "cli/work.h"
#include "core/json.h"
#include "harness/selector.h"

/* What somebody chose by hand for once; 0: as recast.json has it, and a new seed. */
struct check_effort {
	size_t inputs;
	uint64_t seed;
};

/* As specs/check.schema.json has it; "cached" tells whether it was known. A folder is judged, and nothing is kept
 * but programs that show differences. An effort by hand judges anew; what comes of it is kept only if it fails. */
int check_stage(struct work *work, const struct selection *selection, const struct check_effort *effort, json_t **out,
		struct err *err);

/* Only what is known of a candidate; *out is NULL if nothing is. Builds nothing. */
int check_stage_recall(struct work *work, const struct candidate *candidate, json_t **out, struct err *err);

#endif
