#ifndef RECAST_HARNESS_AUTOFIX_PARTS_H
#define RECAST_HARNESS_AUTOFIX_PARTS_H

/*
 * What the files of autofix share. Each way of repairing looks at what the compiler says of one file, and notes
 * changes to its text; none of them is noted twice.
 */

#include "harness/autofix.h"
#include "harness/textedit.h"

/* One file, as it is looked at in one round. */
struct fixing {
	const struct spec *spec;
	const struct draft *draft;
	const char *path;
	struct str text;
	const struct diag_list *diags; /* of the whole compilation */
	struct textedits edits;
	struct strings done;           /* what the edits do, one line each; room for AUTOFIX_DONE_MAX */
	struct arena *a;
};

enum { AUTOFIX_DONE_MAX = 64 };

/* Notes a change and what it does: "#include <string.h>". One that was noted is not noted again. */
void fixing_edit(struct fixing *f, size_t start, size_t end, const char *insert, const char *what);

/* Whether the diagnostic is about this file. */
bool fixing_is_here(const struct fixing *f, const struct diag *d);

/* The first name in quotes behind a beginning of the message: "call to undeclared function 'f'"; or an empty view. */
struct str fixing_quoted(const char *message, const char *beginning);

/* Where a line begins, from 1; the text's length if there is none. */
size_t fixing_line(struct str text, unsigned line);

/* The ways of repairing. */
void fix_includes(struct fixing *f);
void fix_prototypes(struct fixing *f);
void fix_header_names(struct fixing *f);
void fix_as_told(struct fixing *f);

/* Prose in front of the code and behind it; the same view if there is none. */
struct str fix_prose(struct str text);

#endif
