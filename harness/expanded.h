#ifndef RECAST_HARNESS_EXPANDED_H
#define RECAST_HARNESS_EXPANDED_H

/*
 * What the preprocessor has made of a source, ready to be changed: its tree, and where each of its bytes comes from.
 */

#include "harness/csyntax.h"

struct expanded_line {
	uint32_t start;  /* of the text */
	uint32_t file;   /* index */
	unsigned number; /* in that file, from 1 */
};

struct expanded {
	struct str text;
	/* Of a text as long as that one: with blanks in place of directives, attributes and the like, and with numbers in
	 * place of names alone in brackets that could be taken for types. */
	struct csyntax syntax;
	const char **files;    /* as line markers name them */
	size_t files_len;
	struct expanded_line *lines; /* all but line markers, in their order */
	size_t lines_len;
};

struct expanded_place {
	const char *file;      /* "" if no marker says it */
	unsigned line, column; /* from 1, in bytes; the line is 0 if no marker says it */
};

/* `text` must outlive the result. One that is too large is ERR_LIMIT. */
int expanded_read(struct str text, struct arena *a, struct expanded *ret, struct err *err);

struct expanded_place expanded_place(const struct expanded *expanded, size_t at);

/* The text's line in which that byte stands, without its line end. */
struct str expanded_line_text(const struct expanded *expanded, size_t at, size_t *ret_start);

#endif
