#ifndef RECAST_HARNESS_PROBE_GRAMMAR_PARTS_H
#define RECAST_HARNESS_PROBE_GRAMMAR_PARTS_H

/* What those share that find out how a library may be called: what its types say (probe_grammar.c), and what tests were
 * heard to do and names say (probe_learn.c). */

#include "harness/probe.h"

/* Whether one of the words stands in the function's name. */
bool probe_says(const struct probe_function *f, const char *const *words, size_t len);
bool probe_has_object(const struct probe_function *f);

/* Who ends what, what belongs to whom, and what callers must fill themselves. Types and parameters are there. */
void probe_learn(struct probe_grammar *g);

#endif
