#ifndef RECAST_HARNESS_SIMILARITY_H
#define RECAST_HARNESS_SIMILARITY_H

/*
 * What one body of C shares with another, from their texts alone: no project, no compiler. Text that both have by
 * design (public headers, tests that were shown, code of third parties) is in neither numerator nor denominator.
 * Names of files and their order, line ends and comments change nothing in the figures.
 *
 * Each side is prepared once, and can then be compared with several others.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/interface.h"

struct sim_file {
	const char *path;
	struct str text;
};

struct sim_files {
	struct sim_file *items;
	size_t len;
};

enum { SIM_K_MIN = 5, SIM_K_MAX = 25, SIM_FILES_MAX = 10000, SIM_BYTES_MAX = 256 << 20 };

/* A side, taken apart. */
struct sim_text;

/*
 * `shared` is what both sides have by design; it may be empty. `forced` are names of the interface's functions, so that
 * forwarders and accessors that it dictates are known; it may be empty, too. Both and the files must outlive the result.
 */
int sim_prepare(const char *name, const struct sim_files *files, const struct sim_files *shared,
		const struct strings *interface, struct sim_text **out, struct err *err);
void sim_free(struct sim_text *text);

enum sim_kind {
	SIM_VERBATIM, /* token by token, names and literals too */
	SIM_RENAMED,  /* the same tokens under other names and literals */
	SIM_EDITED,   /* the same with insertions, deletions, other order within */
	SIM_TABLE,    /* rows of data */
	SIM_FORCED,   /* the interface dictates it */
	SIM_KINDS,
};

const char *sim_kind_name(enum sim_kind kind);

/* A piece that both have, each with its place. */
struct sim_match {
	enum sim_kind kind;
	size_t tokens; /* of the original's that it covers */
	struct place original, candidate;
	const char *why; /* one line, for people: what is equal in it */
};

/* The longest run. */
struct sim_run {
	size_t tokens; /* 0: none */
	bool forced;   /* all of it is what the interface dictates */
	struct place original, candidate;
};

struct sim_function {
	const char *candidate, *original; /* names; original is "" where nothing is like it */
	struct place candidate_place, original_place;
	double score;     /* 0 to 1: how much of the original's function is in it */
	size_t tokens;    /* of the candidate's */
	bool forced;
};

/* Words that both have, apart from those of the interface and of the language's library. */
struct sim_words {
	size_t original, candidate, shared; /* different ones on each side, and on both */
	double share;                       /* shared / original */
	struct sim_word {
		const char *text;
		struct place original, candidate; /* where it first stands */
	} *items;                           /* those that are shared: the most telling first, in the arena */
	size_t len;
};

struct sim_table {
	struct place original, candidate;
	size_t elements, shared; /* of the original's table; in the same order in the candidate's */
};

/* How what stands in a table is carried out. */
enum sim_dispatch {
	SIM_BY_SWITCH,
	SIM_BY_CHAIN, /* of comparisons */
	SIM_BY_CALL,  /* of functions in a row, or by jumps */
	SIM_BY_STATE, /* it says which state is next */
};

const char *sim_dispatch_name(enum sim_dispatch how);

/* A table of the candidate's that one of its functions interprets: it may be a program, which no text tells. */
struct sim_interpreter {
	const char *function;
	struct place place, table;
	size_t elements;
	enum sim_dispatch how;
	bool in_original; /* which has a table that is carried out in the same way */
};

/* How much of each side is in the other, by runs of k tokens without names; k from SIM_K_MIN on. */
struct sim_curve {
	double original_in_candidate[SIM_K_MAX - SIM_K_MIN + 1], candidate_in_original[SIM_K_MAX - SIM_K_MIN + 1];
};

struct similarity {
	/* Shares of a side's own tokens that stand in the other side too, with gaps, reordering and renaming seen through. */
	double original_in_candidate, candidate_in_original, symmetric;
	struct sim_curve curve;
	struct sim_run verbatim, shape;
	struct sim_match *matches; /* by place in the original; do not overlap there */
	size_t matches_len;
	struct sim_function *functions; /* each of the candidate's, by score */
	size_t functions_len;
	struct sim_words identifiers, strings, comments; /* of comments: whole sentences */
	struct sim_table *tables;
	size_t tables_len;
	struct sim_interpreter *interpreters;
	size_t interpreters_len;
	/* That count: operators and operands of what functions, macros and values do. Where there is no code at all, all. */
	size_t original_tokens, candidate_tokens;
	size_t shared_tokens, forced_tokens;      /* of the original, left out: by design; counted apart: dictated */
	size_t table_tokens;                      /* of the original, counted apart */
};

/* Everything lives in the arena, and borrows the paths. */
void sim_compare(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		 struct similarity *ret);

#endif
