#ifndef RECAST_HARNESS_LINEMARKER_H
#define RECAST_HARNESS_LINEMARKER_H

/* Lines of a preprocessor's output that say where the next ones come from: `# 12 "/src/a.h" 1`. */

#include "core/buf.h"

/* Whether the line is one. The path replaces what is in the buffer, without quotes and escapes. */
bool linemarker_read(struct str line, uint64_t *ret_number, struct buf *ret_path);

#endif
