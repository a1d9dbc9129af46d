#ifndef RECAST_TESTS_DISGUISE_PARTS_H
#define RECAST_TESTS_DISGUISE_PARTS_H

/* What the disguises share: a text as tokens with their brackets, and a text that grows from them. */

#include "core/buf.h"
#include "core/mem.h"
#include "core/prng.h"
#include "harness/ctoken.h"
#include "tests/disguise.h"

enum { DISGUISED_MAX = 64 << 20 };

struct piece {
	struct ctoken token;
	size_t twin;  /* of a bracket: the one that closes or opens it, or itself where there is none */
	bool code;    /* in the body of a function, and in no directive */
	bool starts;  /* a statement begins here, in a block */
	bool opens;   /* a brace that opens a function's body */
	size_t ends;  /* of a statement's first token: its last, if it is one without a block */
};

struct pieces {
	struct piece *items;
	size_t len, cap;
	struct str text;
	size_t copied; /* bytes of the text that are in the output */
	struct buf out;
	struct prng random;
	unsigned made; /* names so far */
};

void pieces_read(struct pieces *p, struct str text, uint64_t seed);
struct str pieces_done(struct pieces *p, struct arena *a);

static inline bool piece_is(const struct pieces *p, size_t at, const char *text)
{
	return at < p->len && ctoken_is(&p->items[at].token, text);
}

static inline bool piece_name(const struct pieces *p, size_t at)
{
	return at < p->len && p->items[at].token.kind == CTOKEN_NAME;
}

/* Copies all in front of a token; passes over what is up to a token. */
void pieces_copy(struct pieces *p, size_t before);
void pieces_skip(struct pieces *p, size_t before);

/* The text from a token up to another. */
struct str pieces_text(const struct pieces *p, size_t first, size_t past);

/* A word of C itself. */
bool pieces_keyword(struct str word);

/* Of a function's opening brace: the first token of its heading. */
size_t pieces_heading(const struct pieces *p, size_t brace);

/* One pass over each text. */
typedef void pass(struct pieces *p);
void each_text(struct str *texts, size_t len, uint64_t seed, struct arena *a, pass *run);

/* Of expressions, statements, and whole functions. */
void disguise_rename(struct str *texts, size_t len, uint64_t seed, struct arena *a);
void disguise_reorder(struct str *texts, size_t len, uint64_t seed, struct arena *a);
void disguise_split(struct str *texts, size_t len, uint64_t seed, struct arena *a);
void disguise_inline(struct str *texts, size_t len, uint64_t seed, struct arena *a);
void disguise_merge(struct str *texts, size_t len, uint64_t seed, struct arena *a);
void disguise_macros(struct str *texts, size_t len, uint64_t seed, struct arena *a);
void disguise_old_style(struct str *texts, size_t len, uint64_t seed, struct arena *a);
pass disguise_junk, disguise_half_junk, disguise_calls, disguise_dead, disguise_void, disguise_swap, disguise_invert,
	disguise_loops,
	disguise_chains, disguise_temporaries, disguise_commas, disguise_types, disguise_constants, disguise_pointers,
	disguise_arrows, disguise_comments, disguise_blanks, disguise_braces;

#endif
