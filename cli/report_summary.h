#ifndef RECAST_CLI_REPORT_SUMMARY_H
#define RECAST_CLI_REPORT_SUMMARY_H

/*
 * A report (cli/report_value.h) in a dozen lines, for whatever they are written into: a label and plain words each.
 * They hold text from outside as it came, so whoever writes them escapes them for where they go.
 */

#include "cli/terminal.h"
#include "core/arena.h"
#include "core/json.h"

struct summary_line {
	const char *label, *text;
	const char *mark; /* what stands in front of the text, in its style: "pass"; or "" */
	enum style style;
};

enum { SUMMARY_LINES_MAX = 20 };

struct summary {
	struct summary_line lines[SUMMARY_LINES_MAX];
	size_t len;
};

/* What is missing in the value, or of another type, counts as empty. All texts are in the arena, or the value's. */
void summary_of(const json_t *report, struct arena *a, struct summary *ret);

/* "check and bench: …", what of it is not of today and what brings that; or "". */
const char *summary_outdated(const json_t *report, struct arena *a);

/* "confkit", and "c2  commit 29097e1ba466  from run 1, by mailbox". */
const char *summary_library(const json_t *report);
const char *summary_candidate(const json_t *report, struct arena *a);

#endif
