#ifndef RECAST_CLI_EXTRACT_STAGE_H
#define RECAST_CLI_EXTRACT_STAGE_H

/*
 * The library taken apart: both sides are put where they are kept, and what came of it goes into the ledger, so that it
 * need not be done again as long as nothing has changed.
 */

#include "cli/extract_report.h"
#include "cli/work.h"

/* `ret` borrows from the work; width and rows are the caller's matter. */
int extract_stage(struct work *work, struct extract_result *ret, struct err *err);

/* The ids alone, for stages that go on from there. */
int extract_stage_ids(struct work *work, struct extract_ids *ret, struct err *err);

/* As specs/extract.schema.json has it, if it is known and both sides are still there; else *out is NULL. Builds
 * nothing. */
int extract_stage_recall(struct work *work, json_t **out, struct err *err);

#endif
