#ifndef RECAST_HARNESS_CSCOPE_H
#define RECAST_HARNESS_CSCOPE_H

/*
 * What stands at a place of a C file before the preprocessor, as far as it shows
 * without knowing any macro or type: how deep in brackets it is, and which
 * statement of the file's outermost level it belongs to. A value that can be
 * copied, so that each branch of a condition begins where the others began.
 */

#include "harness/ctoken.h"

enum cscope_kind {
	CSCOPE_FILE,      /* no bracket is open, other than those of extern "C" and namespaces */
	CSCOPE_GROUP,     /* "(" or "[" */
	CSCOPE_AGGREGATE, /* of a struct, union, enum or class */
	CSCOPE_VALUE,     /* an initialiser */
	CSCOPE_BODY,      /* any other "{" */
};

struct cscope_span {
	size_t start, end; /* bytes of the text */
};

/* The last brackets at a statement's outermost level. */
struct cscope_group {
	struct str before; /* the name right in front of them, or empty */
	size_t before_start;
	size_t tokens;
	struct str name;   /* the last one directly in them */
	bool typed;        /* something that may be a type stood before the name */
	bool twice;        /* brackets in brackets: "OF((int a))" */
	bool star;         /* they begin with "*" */
	bool nested;       /* there are brackets in them */
	bool literal;      /* they begin with a number or string, as parameters never do */
	bool demands_inline;
};

enum { CSCOPE_SPANS_MAX = 6 };

struct cscope_statement {
	bool begun, ended;
	bool is_static, is_inline, is_typedef, is_namespace;
	bool is_pointer;  /* a variable that points to a function */
	bool has_value;   /* there was a "=" */
	bool interrupted; /* by a directive */
	size_t start;     /* its first byte */
	size_t lead;      /* that of the comment right above it, or `start` */
	unsigned line;
	struct ctoken last; /* outside of brackets, or what closed them; no text behind a directive */
	bool last_is_inline;
	struct str names[2];    /* the last two outside of brackets, without storage classes; the later one first */
	struct str name;        /* the best guess at what it declares as a function, */
	unsigned rank;          /* and how good that is: 0 if there is none */
	bool tag;               /* a struct, union, enum or class, whose "{" may come */
	unsigned tag_names;
	struct cscope_group group;
	/* Specifiers that only fit a definition in this file: `static`, `inline`. */
	struct cscope_span spans[CSCOPE_SPANS_MAX];
	unsigned spans_len;
};

struct cscope {
	enum cscope_kind kind; /* of the outermost bracket that is open */
	size_t nesting;
	size_t linkage; /* open braces of extern "C" and namespaces */
	struct cscope_statement statement;
	struct {
		bool some;
		size_t start;
		unsigned end_line;
	} comments; /* the last that stand together, in front of a statement */
	unsigned ended_line; /* of the last statement's end */
};

enum cscope_event {
	CSCOPE_NOTHING,
	CSCOPE_BODY_BEGINS, /* the token is its "{"; the statement still ends in front of it */
	CSCOPE_BODY_ENDS,
	CSCOPE_VALUE_BEGINS,
	CSCOPE_VALUE_ENDS,
	CSCOPE_STATEMENT_ENDS, /* with a ";" */
};

/* Takes in the next token, which is none of a directive. A statement that ended can be looked at
 * until the next token. */
enum cscope_event cscope_next(struct cscope *scope, const struct ctoken *token);

/* A directive stands between two tokens. */
void cscope_interrupt(struct cscope *scope);

/* Whether a statement that ended with ";" declares a function. */
bool cscope_declares_function(const struct cscope_statement *statement);

#endif
