#ifndef RECAST_CLI_REPORT_VALUE_H
#define RECAST_CLI_REPORT_VALUE_H

/*
 * All that is known of a candidate, as specs/report.schema.json has it: verdict, speed, similarity, what it took, how
 * it came about, and what is missing. Read from what was kept alone: nothing is built, and no source is needed.
 */

#include "cli/candidate_report.h"

struct report {
	json_t *value;  /* owned */
	json_t *detail; /* owned: what only pages show of the similarity (harness/simdetail.h); or NULL */
};

/* A ledger of NULL knows nothing. Nothing counts as outdated: cli/report_outdated.h looks. */
int report_read(const char *project, const struct candidate *candidate, struct ledger *ledger, struct arena *a,
		struct report *ret, struct err *err);

/* Also for zeroed ones. */
void report_release(struct report *report);
#define SCOPED_REPORT SCOPED(report_release)

#endif
