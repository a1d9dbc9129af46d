#ifndef RECAST_HARNESS_SIMWASM_H
#define RECAST_HARNESS_SIMWASM_H

/*
 * What functions of two libraries share once a compiler is through with them: names, macros, comments, layout, order and
 * dead code are gone, helpers are inlined, loops have one form. Of each instruction its operation counts, of constants their
 * value, of calls to libc the name; which local variable and which offset in a record does not.
 *
 * Small functions say nothing: many are alike. They count in no share.
 */

#include "core/err.h"
#include "harness/interface.h"

enum { SIMWASM_SMALL = 40 }; /* instructions, below which a function is small */

/* A side: functions of its objects as rows of what counts. */
struct simwasm_side;

/* Of relocatable objects; what cannot be read is ERR_PARSE. */
int simwasm_read(const struct str *objects, size_t len, struct simwasm_side **out, struct err *err);
void simwasm_free(struct simwasm_side *side);

struct simwasm_function {
	const char *candidate, *original; /* the original's that is most like it, or "" */
	double score;                     /* how much of it stands in that one */
	size_t instructions;              /* of the candidate's */
};

struct simwasm {
	double original_in_candidate, candidate_in_original;
	struct simwasm_function *functions; /* of the candidate, those that are not small; by score */
	size_t len;
	size_t original_instructions, candidate_instructions; /* that count */
};

/* In the arena; names are borrowed from the sides. */
void simwasm_compare(const struct simwasm_side *original, const struct simwasm_side *candidate, struct arena *a,
		     struct simwasm *ret);

#endif
