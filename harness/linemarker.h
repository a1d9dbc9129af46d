#ifndef RECAST_HARNESS_LINEMARKER_H
#define RECAST_HARNESS_LINEMARKER_H

/* Lines of a preprocessor's output that say where the next ones come from: `# 12 "/src/a.h" 1`. */

#include "core/buf.h"

enum { LINEMARKER_PATH_MAX = 4096 };

/* Whether the line is one. The path replaces what is in the buffer, without quotes and escapes. */
bool linemarker_read(struct str line, uint64_t *ret_number, struct buf *ret_path);

/* All other lines of such a text, one after the other. */
struct linemarker_lines {
	struct str rest, line;
	struct buf path; /* of the file that the line comes from */
	uint64_t number; /* of the line in that file, from 1; small numbers before the first marker mean nothing */
	uint64_t next;
	bool moved;      /* the path may be another one than that of the line before */
};

/* The text is borrowed. */
void linemarker_begin(struct linemarker_lines *lines, struct str preprocessed);
bool linemarker_next(struct linemarker_lines *lines);
void linemarker_end(struct linemarker_lines *lines);

#endif
