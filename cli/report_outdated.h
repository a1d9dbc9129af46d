#ifndef RECAST_CLI_REPORT_OUTDATED_H
#define RECAST_CLI_REPORT_OUTDATED_H

/*
 * What of a report was found out of something else than what is there today: another recast, recast.json, library or
 * tests. Files are read and hashed, and nothing is built.
 */

#include "cli/report_value.h"

/* Sets "outdated" in the report, as specs/report.schema.json has it. Where the library is not here, or cannot be read,
 * it stays null: nobody knows. */
int report_outdated(const char *project, const struct candidate *candidate, struct ledger *ledger, struct report *report,
		    struct err *err);

#endif
