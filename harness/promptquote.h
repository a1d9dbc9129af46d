#ifndef RECAST_HARNESS_PROMPTQUOTE_H
#define RECAST_HARNESS_PROMPTQUOTE_H

/*
 * Text from outside, as it stands in a prompt: in a fence that nothing in it can
 * end, UTF-8 whatever it was, and without NUL.
 */

#include "core/buf.h"

/* `info` is what stands behind the opening fence: "c", or "". There is no line end behind the closing one. */
void promptquote_append(struct buf *out, const char *info, struct str text);

/* A name or path within a sentence, in backticks and one line. */
void promptquote_name(struct buf *out, const char *name);

/* Its path, then `remark`, then the text: "`src/ring.c`:" and a fence. Texts that follow one another stand apart. */
void promptquote_file(struct buf *out, const char *path, const char *remark, struct str text);

/* A C source or header, by its name. */
bool promptquote_is_source(const char *path);

#endif
