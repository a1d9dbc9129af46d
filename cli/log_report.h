#ifndef RECAST_CLI_LOG_REPORT_H
#define RECAST_CLI_LOG_REPORT_H

/* How rewrites came about, and runs of `recast generate`: as text, and as JSON as in specs/log.schema.json. */

#include "cli/candidate_report.h"
#include "harness/provenance.h"
#include "harness/runs.h"

void provenance_report_text(const struct provenance_report *report);
json_t *provenance_report_value(const struct provenance_report *report);

/* All runs, and all exchanges. */
struct run_report {
	struct run *runs;
	size_t runs_len;
	struct exchange *exchanges;
	size_t exchanges_len;
};

void run_report_text(const struct run_report *report);
json_t *run_report_value(const struct run_report *report);

#endif
