#ifndef RECAST_HARNESS_SIM_PARTS_H
#define RECAST_HARNESS_SIM_PARTS_H

/*
 * What the files of a comparison share. A side is taken apart into tokens; tokens of functions into units, which are statements
 * and conditions in a form that does not tell how they were written; and what is no code into words and tables.
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
	SIM_JOINS = 64
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

/* A statement, a condition, a part of a loop's head. */
struct sim_unit {
	uint64_t shape;
	float bits;              /* how telling it is: what it takes to say it */
	uint32_t tokens;         /* that count in it */
	uint32_t first, last;    /* tokens of the side */
	uint32_t function;
};

struct sim_body {
	const char *name;
	uint32_t first, last;    /* tokens, from its name to its closing brace */
	uint32_t unit, units;    /* its units */
	bool forced;
};

struct sim_data {
	uint32_t first, last;    /* tokens, braces included */
	uint64_t *elements;      /* their values */
	size_t len;
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

/* Two units near each other, and where they stand. */
struct sim_pair {
	uint64_t hash;
	uint32_t left, right;
};

struct sim_text {
	const char *name;
	const struct sim_files *files;
	struct sim_tokens tokens;
	struct {
		struct sim_unit *items;
		size_t len, cap;
	} units;
	struct {
		struct sim_body *items;
		size_t len, cap;
	} bodies;
	struct {
		struct sim_data *items;
		size_t len, cap;
	} tables;
	struct sim_vocabulary identifiers, strings, comments;
	struct sim_pair *pairs;  /* by hash: what others are looked up in */
	size_t pairs_len;
	size_t shared_tokens;
	struct arena arena;
};

static inline uint64_t sim_mix(uint64_t h, uint64_t value)
{
	h = (h ^ value) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

uint64_t sim_hash(struct str text);

/* Tokens of all files, in order of their texts; comments go into the vocabulary. */
void sim_read_tokens(struct sim_text *side);

/* Marks runs of tokens that stand in these files too. */
void sim_mark_shared(struct sim_text *side, const struct sim_files *shared);

/* Takes long initialisers out: marks their tokens. */
void sim_read_tables(struct sim_text *side);

/* Functions and their units. */
void sim_read_units(struct sim_text *side, const struct strings *interface);

/* Names and strings, without those of the interface, of libc, and of what is shared. */
void sim_read_words(struct sim_text *side, const struct sim_files *shared, const struct strings *interface);

/* Pairs of units that stand within `reach` of each other and are telling enough. In the arena, not in order. */
size_t sim_pairs_of(const struct sim_text *side, unsigned reach, float least, struct arena *a, struct sim_pair **ret);
void sim_index_pairs(struct sim_text *side);

struct place sim_place(const struct sim_text *side, uint32_t first, uint32_t last);

/* Parts of the comparison; each fills its own. */
void sim_compare_units(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		       struct similarity *ret);
void sim_compare_runs(const struct sim_text *original, const struct sim_text *candidate, struct similarity *ret);
void sim_compare_words(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		       struct similarity *ret);
void sim_compare_tables(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
			struct similarity *ret);

#endif
