#ifndef RECAST_CLI_GENERATE_REPORT_H
#define RECAST_CLI_GENERATE_REPORT_H

/* What came of a run of `recast generate`, as text and as JSON (specs/generate.schema.json). */

#include "cli/command.h"
#include "core/json.h"
#include "harness/generate.h"

struct generate_outcome {
	const char *library;
	const struct generated *run;
	const struct attempt *attempts; /* of the run, in their order */
	size_t attempts_len;
	const struct candidate_list *candidates; /* of the project */
	const char *licence, *rewrite_licence;   /* "" where not known */
	json_t *judgement; /* of the best candidate, as judgement_json makes it; or NULL */
};

void generate_report_text(const struct generate_outcome *outcome);

/* The caller owns the value. */
json_t *generate_report_value(const struct generate_outcome *outcome);

/* What it would cost. */
void generate_report_estimate(const struct generate *ask, const struct estimate *estimate, bool as_json);

#endif
