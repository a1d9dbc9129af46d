#ifndef RECAST_HARNESS_MUTANTDIFF_H
#define RECAST_HARNESS_MUTANTDIFF_H

/* A mutant as a unified diff of the file that people know, although it was made behind the preprocessor. */

#include "harness/mutant.h"

/*
 * `file` is the path to be shown, `original` the file's text. Where what the mutant changes stands in the file as it
 * does behind the preprocessor, its lines are changed there; where it came out of a macro, the lines are shown as they
 * are behind it, and the diff says so.
 */
const char *mutant_diff(const struct expanded *source, const struct mutant *mutant, const char *file,
			struct str original, struct arena *a);

#endif
