#ifndef RECAST_CLI_REPORT_MARKDOWN_H
#define RECAST_CLI_REPORT_MARKDOWN_H

/*
 * A report as Markdown, for the comment on a pull request: verdict first, then each judge's evidence. Text from outside
 * is plain text there: it can begin no heading, link, image, mention or tag. It fits into a comment, whatever it holds.
 */

#include "core/buf.h"
#include "core/json.h"

/* Bytes, and so characters, that are never passed. */
enum { REPORT_MARKDOWN_MAX = 65000 };

void report_markdown(const json_t *report, struct buf *out);

#endif
