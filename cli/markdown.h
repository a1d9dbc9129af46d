#ifndef RECAST_CLI_MARKDOWN_H
#define RECAST_CLI_MARKDOWN_H

/*
 * Text from outside in Markdown: plain words, which can begin no heading, link, image, mention or tag, and end no cell. Long
 * ones are cut.
 */

#include "core/buf.h"

/* Also between tags of ours: what looks for addresses does not know them. */
void markdown_text(struct buf *out, const char *text);

/* The same between <code> tags. */
void markdown_code(struct buf *out, const char *text);

#endif
