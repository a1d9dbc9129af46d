#ifndef RECAST_CLI_JUDGEMENT_REPORT_H
#define RECAST_CLI_JUDGEMENT_REPORT_H

/*
 * What came of judging a rewrite, for people and for programs, from the value
 * that judgement_json makes. It may come from a ledger that somebody tampered
 * with: what is missing or of another type counts as empty.
 */

#include "cli/command.h"
#include "core/arena.h"
#include "core/json.h"
#include "harness/verdict.h"

/* One screen; with `all` whole lists. */
void judgement_report_text(const json_t *judgement, bool all);

/* What was not looked at, a line each; in the arena. */
struct strings judgement_report_unseen(const json_t *judgement, struct arena *a);

/* What is no verdict is inconclusive. */
enum verdict judgement_report_verdict(const json_t *judgement);
enum exit_code judgement_report_exit_code(const json_t *judgement);

#endif
