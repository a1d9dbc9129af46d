#ifndef RECAST_HARNESS_MUTANT_H
#define RECAST_HARNESS_MUTANT_H

/*
 * Mutants of a preprocessed source: small mistakes, one at a time, as a programmer could make them. All of them go into
 * one text, each behind a selector that the host sets when a program starts (HOSTCALL_MUTANT), so that the source is
 * compiled once for all of them:
 *
 *     return (recast_mutant == 17 ? (a - b) : (a + b));
 *
 * With the selector at none the text means what the source means. Left alone are constant expressions, what the
 * system's headers define, and functions that the parser does not understand. That a mutant does not compile shows only
 * in the compiler.
 */

#include "harness/diag.h"
#include "harness/splice.h"

enum mutant_operator {
	MUTANT_ARITHMETIC, /* also of bits */
	MUTANT_RELATIONAL,
	MUTANT_LOGICAL, /* also a condition that is turned round */
	MUTANT_CONSTANT,
	MUTANT_RETURN,
	MUTANT_DELETED,
	MUTANT_SWAPPED,
	MUTANT_OPERATORS,
};

/* "arithmetic", "deleted statement", … */
const char *mutant_operator_name(enum mutant_operator kind);

/* Bytes of the text are replaced. */
struct mutant {
	enum mutant_operator kind;
	uint32_t from, to;
	const char *text;     /* what stands there instead */
	const char *selected; /* the same, as it is put behind the selector: so that the compiler cannot foresee it */
	size_t site;
	bool dropped; /* it does not compile */
	bool hidden;  /* hardly any test can notice it: memory is asked for that is larger than it need be */
};

/* An expression or statement behind the selector, with all mutants that change it itself, not what it consists of. */
struct mutant_site {
	uint32_t start, end;
	bool is_statement, is_truth; /* a statement that can be left out; a condition, which is true or not */
	size_t first, len;           /* of the mutants */
	size_t function;
};

struct mutant_function {
	const char *name;
	uint32_t start, end; /* bytes of the text */
	uint32_t name_start, name_end;
	bool is_static;
};

struct mutants {
	struct mutant *items;
	size_t len;
	struct mutant_site *sites; /* in order of their beginnings, outer ones first */
	size_t sites_len;
	struct mutant_function *functions; /* all that were looked at */
	size_t functions_len;
	size_t left_out; /* functions that the parser does not understand */
};

enum { MUTANTS_MAX = 1 << 20, MUTANT_SITE_BYTES_MAX = 2000, MUTANTS_TEXT_MAX = 64 << 20 };

/* Of files whose path begins with `below`. The result lives in the arena. */
int mutants_find(const struct expanded *source, const char *below, struct arena *a, struct mutants *ret,
		 struct err *err);

/* ---- all of them in one text */

/* Those that are not dropped. The selector is the number that the host gives for `object`: 0 for none, else the
 * mutant's index and 1. Pieces belong to sites, their parts to mutants. */
int mutants_write(const struct expanded *source, const struct mutants *mutants, unsigned object, struct arena *a,
		  struct splice *ret, struct err *err);

/* Drops what the compiler complains of in that text. Returns how many were dropped: 0 if it is not about any of them.
 */
size_t mutants_drop_failed(struct mutants *mutants, const struct splice *text, const struct diag_list *diags);

#endif
