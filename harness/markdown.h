#ifndef RECAST_HARNESS_MARKDOWN_H
#define RECAST_HARNESS_MARKDOWN_H

/*
 * Markdown line by line, as far as it tells where sections begin: "#" in front of
 * a title is none within fenced code or an HTML comment.
 */

#include "core/buf.h"

struct markdown {
	char fence;       /* of the code that is open: "`" or "~"; or NUL */
	size_t fence_len;
	bool comment;     /* one that spans lines is open */
};

/* Takes in a line without its end. The level of the heading that it is, from 1, or 0. */
unsigned markdown_line(struct markdown *m, struct str line, struct str *ret_title);

/* Whether the last line belonged to fenced code or a comment that goes on behind it. */
bool markdown_is_open(const struct markdown *m);

/* Ends that, with a line of its own. */
void markdown_close(const struct markdown *m, const char *line_end, struct buf *out);

/* Appends text from outside, so that it stands there as it is, in one line. */
void markdown_append_escaped(struct buf *out, struct str text);

#endif
