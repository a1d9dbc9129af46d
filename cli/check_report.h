#ifndef RECAST_CLI_CHECK_REPORT_H
#define RECAST_CLI_CHECK_REPORT_H

/* The result of a check, for people and for programs. */

#include "cli/command.h"
#include "core/json.h"
#include "harness/suite.h"

enum report_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JUNIT };

enum check_verdict { CHECK_PASS, CHECK_FAIL, CHECK_INCONCLUSIVE };

enum check_verdict check_verdict(const struct suite_result *result);
enum exit_code check_exit_code(enum check_verdict verdict);
/* `strength` is what is known of the tests, as in cli/strength_report.h; or NULL. */
void check_report_text(const struct project *project, const struct suite_result *result, const json_t *strength,
		       bool with_output);
/* Without a heading, and of the programs that passed only the first; those that are left out if asked for. */
void check_report_brief(const struct suite_result *result, bool with_left_out);
/* specs/check.schema.json */
json_t *check_report_value(const struct project *project, const struct suite_result *result);

/* Such a value, or that of a rewrite, in a format for programs. */
void check_report_print(const json_t *value, enum report_format format);

#endif
