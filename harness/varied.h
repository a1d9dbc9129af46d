#ifndef RECAST_HARNESS_VARIED_H
#define RECAST_HARNESS_VARIED_H

/*
 * The test programs with other inputs: their literals and the files that they read are changed, each changed program is
 * run beside the original and beside the rewrite, and what passes between program and library is compared. So what only
 * programs do (streams, callbacks, long conversations) is tried past what the tests ask.
 *
 * What is found is confirmed with the original run again in other memory and watched, and made small.
 */

#include "harness/differential.h"
#include "harness/extract.h"
#include "harness/probe_pair.h"
#include "harness/probe_words.h"
#include "harness/rewrite.h"
#include "harness/sidebuild.h"

/* All is borrowed. The rewrite must build. */
struct varied_ask {
	const struct rewrite *rewrite;
	const struct extracted *extracted;
	const struct probe_grammar *grammar; /* with the shims */
	const struct probe_words *words;
	const struct probe_pair *pair;       /* calls that a program made are tried by themselves with it */
	const struct sidebuild *watched;     /* the original, with ub_flags and probe_counter_flags */
	struct link_input heap, undefined;
	size_t runs;   /* of changed programs, at most */
	uint64_t cost; /* as fuel of both sides together, at most; what it takes to listen counts, too */
	uint64_t seed;
};

struct varied {
	struct found_difference *differences; /* those that most inputs showed first */
	size_t differences_len;
	size_t programs, literals, files; /* that were changed; of literals and files those that a program came to */
	bool *called; /* functions of the shims that these programs call */
	size_t runs, calls;
	size_t differing;   /* runs that differed */
	size_t undefined;   /* runs that the original gives no defined answer to */
	size_t unconfirmed; /* kinds of differences, as in struct differential */
	struct arena arena;
};

/* Stages that the observer hears of. */
int varied_judge(const struct varied_ask *ask, struct varied *ret, struct err *err);
void varied_release(struct varied *v);

#endif
