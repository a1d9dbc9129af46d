#ifndef RECAST_CLI_CHECK_CANDIDATE_H
#define RECAST_CLI_CHECK_CANDIDATE_H

/* The values of `recast check`, and how it judges a rewrite. */

#include "cli/check_report.h"

struct check_values {
	struct common common;
	const char *format_name; /* --format; NULL if it is not given */
	enum report_format format; /* from that and --json */
	bool output, all;
};

/* Judges what `selector` names and prints what came of it. An exit code, or -1 with an error. */
int check_candidate(const struct check_values *values, const char *selector, struct err *err);

#endif
