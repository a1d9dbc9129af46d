#ifndef RECAST_HARNESS_GUESSES_H
#define RECAST_HARNESS_GUESSES_H

/*
 * Where a model was least sure of what it wrote, by the probabilities of its
 * tokens: in each function the stretch of GUESS_TOKENS in a row that it found the
 * least probable. Providers that tell no probabilities give none.
 */

#include "harness/reply.h"

#include "core/arena.h"

struct guess {
	const char *function;
	unsigned line;      /* of the stretch, in the file */
	double probability; /* geometric mean of the stretch's tokens, 0 to 1 */
	const char *text;   /* the stretch, as one printable line, bounded */
};

enum { GUESS_TOKENS = 12, GUESS_TEXT_MAX = 80 };

/* `file` is a file that was taken out of the reply as it stands there. The least sure comes first; in the arena. */
size_t guesses_find(const struct reply *reply, struct str file, struct arena *a, struct guess **ret);

#endif
