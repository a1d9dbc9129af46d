#ifndef RECAST_CLI_EXTRACT_REPORT_H
#define RECAST_CLI_EXTRACT_REPORT_H

/* The result of an extraction, as text and as JSON (specs/extract.schema.json). */

#include "core/json.h"
#include "harness/extract.h"

struct extract_result {
	const struct extracted *e;
	const struct sealing *sealing;
	const char *specs, *oracles; /* folders that they were written to */
	struct hash spec_id, oracle_id;
	size_t width; /* of the terminal */
	bool all;     /* every row, however many */
};

void extract_report_text(const struct extract_result *r);
/* The caller owns it. */
json_t *extract_report_value(const struct extract_result *r);

#endif
