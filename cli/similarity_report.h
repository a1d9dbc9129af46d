#ifndef RECAST_CLI_SIMILARITY_REPORT_H
#define RECAST_CLI_SIMILARITY_REPORT_H

/*
 * What a rewrite shares with its original, on one screen, from the value that simstudy makes. It may come from a
 * ledger that somebody tampered with: what is missing or of another type counts as empty.
 */

#include "core/json.h"

/* Of several rewrites a table, and what each comes to. With `all`, whole lists, of each. */
void similarity_report_text(const json_t *value, bool all);

#endif
