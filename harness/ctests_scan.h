#ifndef RECAST_HARNESS_CTESTS_SCAN_H
#define RECAST_HARNESS_CTESTS_SCAN_H

/*
 * Between harness/ctests.c and its parts: the sources of a test program as
 * tokens with their brackets paired, what is defined at their top, and each
 * place that mentions a function.
 *
 * Tokens and not a tree: test sources are full of macros that are no C until
 * they are expanded (`START_TEST(x) … END_TEST`, `TEST name(void) {`), and what
 * is to be found are names, brackets and statements.
 *
 * Everything is a number: a token is its place in the file's tokens, a name its
 * place among all names. CTSCAN_NONE is none.
 */

#include "harness/ctests.h"
#include "harness/ctoken.h"
#include "harness/nameset.h"

enum { CTSCAN_PASTES_MAX = 4 };
#define CTSCAN_NONE UINT32_MAX

struct ctscan_token {
	uint32_t start, end; /* bytes */
	uint32_t line;       /* from 1 */
	uint32_t name;       /* of a CTOKEN_NAME */
	uint32_t up;         /* the bracket that it stands in */
	uint32_t pair;       /* of a bracket: the other one */
	uint32_t branch;     /* of the #if that it stands in; no two branches of a file have one number */
	uint8_t kind;        /* enum ctoken_kind */
	char sign;           /* of punctuation of one byte; else NUL */
	bool block;          /* a { that begins statements */
};

struct ctscan_tokens {
	struct ctscan_token *items;
	size_t len, cap;
};

struct ctscan_directive {
	uint32_t start, end;   /* bytes, from the # */
	uint32_t first, last;  /* of the file's words, without the #; `last` is past the end */
};

struct ctscan_file {
	struct str text; /* borrowed */
	struct ctscan_tokens tokens;   /* without directives and comments */
	struct ctscan_tokens words;    /* of the directives */
	struct ctscan_tokens comments;
	struct {
		struct ctscan_directive *items;
		size_t len, cap;
	} directives;
	uint32_t functions_first, functions_end; /* in the scan's functions */
};

/* A name that a macro puts together from an argument: `test_##name`. */
struct ctscan_paste {
	uint32_t parameter;
	struct str before, after;
};

struct ctscan_macro {
	uint32_t name, file;
	uint32_t first, last; /* words of its body */
	uint32_t next;        /* of the same name */
	struct ctscan_paste pastes[CTSCAN_PASTES_MAX];
	uint32_t pastes_len;
};

/* A definition: `first` to `last` are its tokens with what stands before its body and
 * the END_TEST behind it. */
struct ctscan_function {
	uint32_t name, file;
	uint32_t first, last, body; /* `body`: the first token that is its own, not its head's */
	uint32_t next;              /* of the same name */
	bool movable;               /* nothing but itself goes when its text is cut out */
};

enum ctscan_place {
	CTSCAN_OTHER,       /* cannot be cut out */
	CTSCAN_OWN,         /* in a definition of this very function */
	CTSCAN_DECLARATION,
	CTSCAN_CALL,        /* a statement that calls it */
	CTSCAN_HANDED,      /* a statement that hands it to a function or macro */
	CTSCAN_ELEMENT,     /* of an array's initialiser */
};

struct ctscan_mention {
	uint32_t name, file, token;
	uint32_t function;    /* the definition that it stands in */
	uint32_t first, last; /* tokens to be cut */
	uint32_t callee;      /* name of the innermost call that the function is handed to */
	uint32_t argument;    /* of that call, from 0 */
	uint32_t table;       /* CTSCAN_ELEMENT: the array's name */
	enum ctscan_place place;
	bool arguments; /* CTSCAN_CALL: it is given some */
	bool accepted;  /* a registration of a test */
};

struct ctscan {
	struct arena *arena;
	struct ctscan_file *files;
	size_t files_len;
	struct nameset names; /* those in the sources */
	struct nameset made;  /* those that macros make and that are not in `names`; numbered behind them */
	struct {
		struct ctscan_macro *items;
		size_t len, cap;
	} macros;
	struct {
		struct ctscan_function *items; /* by file and place */
		size_t len, cap;
	} functions;
	struct {
		struct ctscan_mention *items; /* of functions of the sources; by file and place */
		size_t len, cap;
	} mentions;
	uint32_t *macro_of, *function_of; /* by name: the first */
	uint32_t *mention_order;          /* mentions, by name and place */
	uint32_t *mentions_from;          /* by name, and one more: where its own begin in the order */
	uint32_t *uses;                   /* by name: mentions outside the function itself and its declarations */
};

/* Tokens and names of all sources. */
int ctscan_read(struct ctscan *s, const struct ctest_source *sources, size_t len, struct arena *a, struct err *err);

/* Then macros and functions, and last the mentions. */
void ctscan_find_items(struct ctscan *s);
void ctscan_find_mentions(struct ctscan *s);

void ctscan_release(struct ctscan *s);

static inline size_t ctscan_names_len(const struct ctscan *s)
{
	return s->names.len + s->made.len;
}

/* A name's text and back; of a name that does not occur CTSCAN_NONE. */
struct str ctscan_name(const struct ctscan *s, uint32_t name);
uint32_t ctscan_find_name(const struct ctscan *s, struct str text);

struct str ctscan_text(const struct ctscan_file *f, const struct ctscan_token *token);

/* Whether there is such a token and it is that word. */
bool ctscan_is(const struct ctscan_file *f, uint32_t token, const char *text);
bool ctscan_is_any(const struct ctscan_file *f, uint32_t token, const char *const *texts, size_t len);

/* NUL beyond the ends. */
static inline char ctscan_sign(const struct ctscan_file *f, uint32_t token)
{
	return token < f->tokens.len ? f->tokens.items[token].sign : '\0';
}

static inline uint32_t ctscan_name_at(const struct ctscan_file *f, uint32_t token)
{
	return token < f->tokens.len ? f->tokens.items[token].name : CTSCAN_NONE;
}

/* Behind the token, or behind the pair of an opening bracket. */
static inline uint32_t ctscan_behind(const struct ctscan_file *f, uint32_t token)
{
	uint32_t pair = f->tokens.items[token].pair;
	return pair != CTSCAN_NONE && pair > token ? pair + 1 : token + 1;
}

/* The token before this one, or the pair of a closing bracket there; never for the first. */
static inline uint32_t ctscan_before(const struct ctscan_file *f, uint32_t token)
{
	uint32_t pair = f->tokens.items[token - 1].pair;
	return pair != CTSCAN_NONE && pair < token - 1 ? pair : token - 1;
}

/* Whether the token is the } of a block. */
static inline bool ctscan_ends_block(const struct ctscan_file *f, uint32_t token)
{
	const struct ctscan_token *t = &f->tokens.items[token];
	return t->sign == '}' && t->pair != CTSCAN_NONE && f->tokens.items[t->pair].block;
}

/* The token of the bracket's argument with this number, if it is a lone name. */
uint32_t ctscan_argument(const struct ctscan_file *f, uint32_t open, uint32_t number);

/* The name number `k` that a macro makes where it is called, or CTSCAN_NONE; and the argument's token. */
uint32_t ctscan_made_name(const struct ctscan *s, const struct ctscan_file *f, uint32_t token, uint32_t k,
			  uint32_t *ret_token);

/* What goes with these bytes: whole lines, if they stand alone on theirs, and for a definition the comment above.
 * Else the blanks behind them, and a comment if it can only be theirs. The result's source is not set. */
struct ctest_range ctscan_range(const struct ctscan_file *f, uint32_t start, uint32_t end, bool definition);

/* The first directive that begins at this byte or behind it; their number if there is none. */
size_t ctscan_directive_from(const struct ctscan_file *f, uint32_t start);

/* Marks the mentions that register tests and returns the framework's name, or NULL if it is none
 * of those that are known. */
const char *ctests_accept_framework(struct ctscan *s);

/* The same for programs without a framework. */
void ctests_accept_plain(struct ctscan *s);

/* Names that each of the tests reaches; strings live in the scan's arena. */
void ctests_reach(const struct ctscan *s, const uint32_t *tests, size_t len, struct strings *ret);

/* All names, those that macros make too, in byte order; with each name's place among them, or
 * CTSCAN_NONE for what is no name in C. */
struct strings ctscan_all_names(const struct ctscan *s, uint32_t **ret_rank);

#endif
