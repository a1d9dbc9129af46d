#ifndef RECAST_HARNESS_CDIRECTIVE_H
#define RECAST_HARNESS_CDIRECTIVE_H

/* A line for the preprocessor, as it is written. */

#include "core/arena.h"
#include "harness/ctoken.h"

struct cdirective {
	struct str word; /* "ifdef"; empty if there is none */
	struct str text; /* from its "#" to the end of its line, without that */
	size_t start, end; /* offsets of both */
	unsigned line, end_line;
};

/* Reads what follows the "#" that was the reader's last token. */
struct cdirective cdirective_read(struct ctoken_reader *r, const struct ctoken *hash);

/* "#ifdef X": in one line, without comments, and no longer than CDIRECTIVE_LINE_MAX. */
const char *cdirective_line(const struct cdirective *d, struct arena *a);

enum { CDIRECTIVE_LINE_MAX = 200 };

#endif
