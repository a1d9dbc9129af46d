#ifndef RECAST_HARNESS_TEXTEDIT_H
#define RECAST_HARNESS_TEXTEDIT_H

/*
 * Changes to a text, noted in any order while it is read and made in one go.
 */

#include "core/arena.h"

struct textedit {
	size_t start, end; /* bytes of the text that go */
	const char *insert;
	size_t order; /* of its making: at the same place the earlier one comes first */
};

struct textedits {
	struct textedit *items; /* malloc'd */
	size_t len, cap;
};

void textedit_add(struct textedits *edits, size_t start, size_t end, const char *insert);

/* What lies within something that goes is not inserted. Sorts the edits. */
struct str textedit_make(struct textedits *edits, struct str text, struct arena *a);

#endif
