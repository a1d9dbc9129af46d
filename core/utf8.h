#ifndef RECAST_CORE_UTF8_H
#define RECAST_CORE_UTF8_H

/* Text that may not be what it says. */

#include "core/buf.h"

#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

/* Bytes of the character at the front, or 0 if none is well-formed there. */
size_t utf8_length(struct str s);

/* Whether it is a control character, ends a line, or turns the direction of writing. */
bool utf8_is_control(struct str character);

/* Appends the text with each byte that belongs to no character replaced. */
int utf8_append(struct buf *out, struct str s);

/* Appends it as one line that shows what it holds: such characters become blanks. */
int utf8_append_line(struct buf *out, struct str s);

#endif
