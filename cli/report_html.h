#ifndef RECAST_CLI_REPORT_HTML_H
#define RECAST_CLI_REPORT_HTML_H

/*
 * A report (cli/report_value.h) as one page that needs nothing else: verdict first, then each judge's evidence, the sides of the
 * similarity next to each other, and where all of it comes from. What is missing in the value or of another type counts as
 * empty.
 */

#include "core/buf.h"
#include "core/json.h"

enum { REPORT_HTML_MAX = 64 << 20 };

/* `similarity` is what only its page shows (harness/simdetail.h), or NULL. */
void report_html(const json_t *report, const json_t *similarity, struct buf *out);

#endif
