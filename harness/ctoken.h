#ifndef RECAST_HARNESS_CTOKEN_H
#define RECAST_HARNESS_CTOKEN_H

/*
 * C as a row of tokens, before the preprocessor: nothing is expanded or left
 * out. Any bytes can be read; what is no token of C is one byte of punctuation,
 * so that a file that does not parse is still compared to its end. A backslash
 * at a line's end joins lines; trigraphs are taken as they stand.
 */

#include "core/str.h"

enum ctoken_kind {
	CTOKEN_NAME,   /* also keywords */
	CTOKEN_NUMBER,
	CTOKEN_STRING, /* with its prefix and quotes; one that is not closed ends with its line */
	CTOKEN_CHAR,
	CTOKEN_PUNCT,
	CTOKEN_COMMENT,
	CTOKEN_HASH, /* the # that begins a directive */
	CTOKEN_END,  /* of a directive's line; empty */
};

struct ctoken {
	enum ctoken_kind kind;
	struct str text;
	size_t offset; /* of its first byte */
	unsigned line; /* from 1 */
};

struct ctoken_reader {
	struct str text; /* borrowed */
	size_t at;
	unsigned line;
	bool in_line;      /* something stood on this line already, other than comments */
	bool in_directive;
};

struct ctoken_reader ctoken_reader(struct str text);

/* False at the end. */
bool ctoken_next(struct ctoken_reader *r, struct ctoken *ret);

static inline bool ctoken_is(const struct ctoken *token, const char *text)
{
	return str_eq(token->text, str_of(text));
}

/* Nothing but directives and comments, as in a header that configures. */
bool ctoken_only_directives(struct str text);

/* Nothing but directives, of which none defines a macro that is code: statements, or with parameters a long
 * expression. */
bool ctoken_only_configures(struct str text);

/* Letters, digits, "_", "$" and all bytes above ASCII. */
bool ctoken_name_byte(char byte);

#endif
