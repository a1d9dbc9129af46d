#ifndef RECAST_HARNESS_AUTOFIX_PARTS_H
#define RECAST_HARNESS_AUTOFIX_PARTS_H

/*
 * What the files of autofix share. Each way of repairing looks at what the compiler said of a source, and notes
 * changes to one of the files that it is made of.
 */

#include "harness/autofix.h"
#include "harness/textedit.h"

/* One file, as it is looked at in one attempt. */
struct fixing {
	const struct spec *spec;
	const struct draft *draft;
	const char *source;   /* that was compiled */
	const char *path;     /* the file */
	struct str text;
	const struct diag_list *diags; /* of the compilation; files of the draft by their paths, others from "/" */
	struct textedits edits;
	struct strings done;  /* what the edits do, one line each; room for AUTOFIX_DONE_MAX */
	struct arena *a;
};

enum { AUTOFIX_DONE_MAX = 64 };

/* Notes a change and what it does: "#include <string.h>". False if that was noted already. */
bool fixing_edit(struct fixing *f, size_t start, size_t end, const char *insert, const char *what);

/* Whether the diagnostic is an error in this file. */
bool fixing_is_here(const struct fixing *f, const struct diag *d);

/* The name that the error says is not declared, or at which the compiler was stuck; or an empty view. */
struct str fixing_missing(const struct fixing *f, const struct diag *d);

/* Where a place is in the text, counted from 1; SIZE_MAX if there is none. */
size_t fixing_offset(struct str text, unsigned line, unsigned column);

/* How users of the library include one of its headers: "ring.h" for "include/ring.h". */
const char *fixing_public_name(const struct spec *spec, const char *path);

/* The line of code for the header that has a name; or NULL. */
const char *fixing_include_for(const struct fixing *f, struct str name);

/* ---- the ways of repairing */
void fix_prose(struct fixing *f);
void fix_header_names(struct fixing *f);
void fix_includes(struct fixing *f);
void fix_prototypes(struct fixing *f);
void fix_as_told(struct fixing *f);

/* ---- autofix_compile.c */

struct compiling {
	struct toolchain *toolchain;
	const struct build_limits *limits;
	const struct spec *spec;
	struct arena *a;
};

/* A source or header of the draft. */
int compiling_run(const struct compiling *c, const struct draft *draft, const char *path, struct built *ret,
		  struct err *err);

/* ---- autofix_problems.c */

/* What is wrong with those of its files that `only` asks for. */
struct strings autofix_problems(const struct spec *spec, const struct draft *draft, const char *only, struct arena *a);

/* Without files that are public headers, each of which is told in `done`, which has room for them. */
struct draft autofix_without_public(const struct spec *spec, const struct draft *draft, struct strings *done,
				    struct arena *a);

#endif
