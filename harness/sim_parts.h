#ifndef RECAST_HARNESS_SIM_PARTS_H
#define RECAST_HARNESS_SIM_PARTS_H

/*
 * What the files of a comparison share. A side is taken apart into tokens; tokens of functions into operations, as
 * a compiler would see them, though nothing need compile; and what is no code into words and tables. Two sides are
 * compared by alignments of operations, and by how well the names in these go together.
 */

#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/similarity.h"

/* What a token is once its name or value does not count. */
enum sim_class {
	SIM_OTHER = 1,
	SIM_ID,      /* a name, of whatever */
	SIM_CALLED,  /* a name in front of "(" */
	SIM_LIBC,    /* the same, of a function of libc: which one counts */
	SIM_VALUE,   /* number, character, NULL */
	SIM_TEXT,
	SIM_WORD,    /* a keyword: which one counts */
	SIM_TYPE,    /* a keyword of types */
	SIM_SIGN,    /* punctuation: which one counts */
	SIM_BREAK,   /* nothing runs across: the end of a file, of a macro */
};

enum {
	SIM_IS_SHARED = 1,
	SIM_IS_TABLE = 2,
	SIM_IS_FORCED = 4,
	SIM_IS_MACRO = 8,
	SIM_BRANCHES = 16,
	SIM_ELSE = 32,
	SIM_JOINS = 64,
};

struct sim_token {
	struct str text;
	uint64_t exact; /* of its text */
	uint32_t file, line;
	uint8_t class;  /* enum sim_class */
	uint8_t flags; /* of a break also: where the preprocessor has alternatives */
};

struct sim_tokens {
	struct sim_token *items;
	size_t len, cap;
};

/* Different values, each with a number from 0 on. */
struct sim_set {
	uint64_t *values; /* by number */
	size_t len, cap;
	uint32_t *slots;  /* number + 1 of what has this value; a power of two of them */
	size_t slots_len;
};

/* The value's number. */
uint32_t sim_set_add(struct sim_set *set, uint64_t value);
bool sim_set_find(const struct sim_set *set, uint64_t value, uint32_t *ret_number);
void sim_set_release(struct sim_set *set);

/* A name that stands in code, once. */
struct sim_known {
	uint32_t uses, calls; /* how often it is there, and how often in front of "(" */
	bool type;     /* a typedef gives it a meaning, or it looks like a type of libc */
	bool constant; /* an enumerator, or a macro without parameters */
	bool defined;  /* a function, or a macro with parameters */
	bool shared;   /* both sides have it by design */
};

struct sim_names {
	struct sim_known *items;
	size_t len, cap;
	struct sim_set exact; /* what is hashed of them, under the same numbers */
	uint64_t *sorted;     /* the same in order */
};

enum { SIM_OPERANDS = 3 };

/* One step of what a function does. */
struct sim_op {
	uint64_t shape;   /* what is done, and to what kinds of operands; which function of libc is called */
	uint64_t kind;    /* what is done */
	uint32_t names[SIM_OPERANDS]; /* of operands, + 1; 0 where there is none */
	uint8_t global;   /* bit i: names[i] is a field or a function */
	uint8_t told;     /* bit i: names[i] is a field, of which the step before has told */
	uint32_t first, last; /* tokens of the side */
	uint32_t body;
	uint32_t weight;  /* tokens that count: the operator, and operands that are no steps of their own */
};

struct sim_ops {
	struct sim_op *items;
	size_t len, cap;
};

/* A function, what a macro stands for, or a value outside of functions. */
struct sim_body {
	const char *name;        /* "" if it has none */
	uint32_t first, last;    /* tokens, from its heading to its closing brace */
	uint32_t op, ops;
	uint64_t exact;          /* of its tokens within the braces */
	bool forced;
};

/* The different values that a row has. */
struct sim_alphabet {
	uint64_t *values; /* in order */
	uint32_t *counts;
	uint32_t *of;     /* of each operation, which */
	size_t len;
};

/* Operations of a body that are looked at together, when a place is sought that is like others. */
struct sim_window {
	uint32_t op, end;
	uint32_t body;
};

/* One to three operations in a row are a feature; in which windows each stands. */
struct sim_index {
	struct sim_set features;
	uint32_t *begins;  /* of each feature, where its windows begin, and behind the last one their end */
	uint32_t *windows;
};

struct sim_data {
	uint32_t first, last;    /* tokens, braces included */
	uint64_t *elements;      /* their values */
	size_t len;
};

/* A table, and the function that interprets it, by their numbers. */
struct sim_interpreted {
	uint32_t table, body;
	enum sim_dispatch how;
};

/* A word, once: where it first stands. */
struct sim_entry {
	uint64_t hash;
	struct str text;
	uint32_t file, line;
};

struct sim_vocabulary {
	struct sim_entry *items; /* by hash */
	size_t len, cap;
};

/* Code as a row of letters: each token without its name or value. */
struct sim_row {
	uint8_t *letters; /* from SIM_LETTER_FIRST on */
	uint32_t *at;     /* which token of the side */
	uint8_t *gaps;    /* whether it stands for what is left out */
	size_t len;
};

enum { SIM_LETTER_END, SIM_LETTER_FIRST = 2 };

struct sim_text {
	const char *name;
	const struct sim_files *files;
	struct sim_tokens tokens;
	struct sim_names names;
	struct sim_ops ops;
	struct {
		struct sim_body *items;
		size_t len, cap;
	} bodies;
	struct {
		struct sim_data *items;
		size_t len, cap;
	} tables;
	struct {
		struct sim_interpreted *items;
		size_t len, cap;
	} interpreters;
	struct {
		struct sim_window *items;
		size_t len, cap;
	} windows;
	struct sim_alphabet shapes, kinds;
	struct sim_index index;
	struct sim_vocabulary identifiers, strings, comments;
	size_t shared_tokens;
	struct arena arena;
};

static inline uint64_t sim_mix(uint64_t h, uint64_t value)
{
	h = (h ^ value) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

uint64_t sim_hash(struct str text);

static inline bool sim_is_sign(const struct sim_token *t, char sign)
{
	return t->class == SIM_SIGN && t->text.len == 1 && t->text.ptr[0] == sign;
}

/* Tokens of all files, in an order that only they decide; comments go into the vocabulary. */
void sim_read_tokens(struct sim_text *side);

/* Marks runs of tokens that stand in these files too. */
void sim_mark_shared(struct sim_text *side, const struct sim_files *shared);

/* Takes long initialisers out: marks their tokens. */
void sim_read_tables(struct sim_text *side);

/* Functions and their operations. */
void sim_read_bodies(struct sim_text *side, const struct sim_files *shared, const struct strings *interface);

/* Tables that functions interpret. */
void sim_read_interpreters(struct sim_text *side);

/* Names and strings, without those of the interface, of libc, and of what is shared. */
void sim_read_words(struct sim_text *side, const struct sim_files *shared, const struct strings *interface);

/* What a place is found by. */
void sim_index(struct sim_text *side);

struct place sim_place(const struct sim_text *side, uint32_t first, uint32_t last);

/* Whether the row holds it; by halves. */
bool sim_sorted_have(const uint64_t *values, size_t len, uint64_t value);
int sim_by_value(const void *left, const void *right);

/* For each place of two rows: how many letters from there on stand somewhere in the other, up to SIM_K_MAX. Room is
 * for one more. */
void sim_common_runs(const struct sim_row *left, const struct sim_row *right, uint8_t *ret_left, uint8_t *ret_right);

/* Parts of the comparison; each fills its own. */
void sim_compare_code(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		      struct similarity *ret);
void sim_compare_runs(const struct sim_text *original, const struct sim_text *candidate, struct similarity *ret);
void sim_compare_words(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		       struct similarity *ret);
void sim_compare_tables(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
			struct similarity *ret);
void sim_compare_interpreters(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
			      struct similarity *ret);

#endif
