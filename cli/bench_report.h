#ifndef RECAST_CLI_BENCH_REPORT_H
#define RECAST_CLI_BENCH_REPORT_H

/*
 * What a benchmark came to, for people, from the value that bench_json makes. It may come from a ledger that somebody
 * tampered with: what is missing or of another type counts as nothing.
 */

#include "cli/command.h"
#include "core/json.h"
#include "harness/findings.h"

/* One screen for each comparison; with `all` each workload. */
void bench_report_text(const json_t *value, bool all);

/* For a comment on a change, say: tables in Markdown, which text from outside cannot leave. */
void bench_report_markdown(const json_t *value, FILE *to);

/* Earlier ones, the oldest first, with a plot of how means went; and the same as JSON, which the caller owns. */
void bench_report_history(const struct finding *findings, size_t len);
json_t *bench_report_history_value(const struct finding *findings, size_t len);

#endif
