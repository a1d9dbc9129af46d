#ifndef RECAST_CLI_CANDIDATE_REPORT_H
#define RECAST_CLI_CANDIDATE_REPORT_H

/* Candidates and the verdicts on them, as text and as JSON. */

#include "cli/command.h"
#include "core/json.h"
#include "harness/candidates.h"
#include "harness/ledger.h"

/* What is known of one; the verdict is NULL if it was not judged. */
struct candidate_row {
	const struct candidate *candidate;
	const struct ledger_verdict *verdict;
};

void candidate_report_table(const struct candidate_row *rows, size_t len);

/* As in specs/log.schema.json. */
json_t *candidate_report_value(const struct candidate_row *row);

void candidate_report_text(const struct candidate_row *row, const struct candidate_file *files, size_t files_len);

/* A file's text, line by line, safe for a terminal. */
void candidate_report_file(struct str text);

/* Prints a result and frees it. */
void candidate_report_print(json_t *value);

#endif
