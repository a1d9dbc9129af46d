#ifndef RECAST_CLI_REPORT_HTML_PARTS_H
#define RECAST_CLI_REPORT_HTML_PARTS_H

/* Sections of the report as a page. Each is made from the report's value alone, and is empty where there is nothing to say. */

#include "cli/page.h"
#include "core/arena.h"
#include "core/json.h"

/* Gates with their findings, tests, differing calls, and what was not looked at. */
void report_html_check(struct buf *out, const json_t *report);

/* Ratios as intervals, what is exact, growth. */
void report_html_bench(struct buf *out, const json_t *report);

/* Who wrote it, what was asked and answered, what it cost, licences, and what was judged on what. */
void report_html_origin(struct buf *out, const json_t *report);

/* A class for a word of a verdict: "good", "bad", "warn" or "dim". */
const char *report_html_class(const char *verdict);

/* "src/a.c:10-14", or nothing. */
void report_html_place(struct buf *out, const json_t *row);

#endif
