#ifndef RECAST_CLI_JUDGEMENT_REPORT_PARTS_H
#define RECAST_CLI_JUDGEMENT_REPORT_PARTS_H

/* What the parts of cli/judgement_report share. */

#include "cli/terminal.h"
#include "core/arena.h"
#include "core/json.h"
#include "core/mem.h"
#include "harness/verdict.h"

enum { INDENT = 4 };

struct report {
	const json_t *value;
	bool all;
	struct arena arena;
};

/* How many lines a text, how many rows a list may take. */
size_t report_lines(const struct report *r, size_t few);
size_t report_rows(const struct report *r, size_t len, size_t few);

void report_heading(const char *text);
void report_row(const struct report *r, const char *text);
void report_labelled(const struct report *r, const char *label, const char *text);

/* "… and 3 more", if not all are shown. */
void report_more(size_t shown, size_t len);

/* "src/a.c:10-14"; "" for no place. */
const char *report_place(struct report *r, const json_t *row);

/* "a, b, c and 4 more" */
const char *report_names(struct report *r, const json_t *list, size_t few);

/* Of a difference: what, expected, got. */
void report_answers(const struct report *r, const json_t *difference);

enum style report_style(const char *verdict);

/* A gate that is not in the table is listed as not looked at. */
bool report_was_judged(const json_t *gate);
bool report_in_table(const json_t *gate);

/* Sections of the report, each empty if there is nothing to say. */
void report_failures(struct report *r);
void report_differences(struct report *r);
void report_differential(struct report *r); /* its figures */
void report_unstable(struct report *r);
void report_unseen(struct report *r);
void report_unseen_briefly(struct report *r);
void report_free(struct report *r);

#endif
