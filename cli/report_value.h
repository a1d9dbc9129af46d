#ifndef RECAST_CLI_REPORT_VALUE_H
#define RECAST_CLI_REPORT_VALUE_H

/*
 * All that is known of a candidate, as specs/report.schema.json has it: verdict, speed, similarity, what it took, how
 * it came about, and what is missing. Read from what was kept alone: nothing is built, and no source is needed.
 */

#include "cli/candidate_report.h"

/* A ledger of NULL knows nothing. The caller owns the value. */
int report_value(const char *project, const struct candidate *candidate, struct ledger *ledger, struct arena *a,
		 json_t **out, struct err *err);

#endif
