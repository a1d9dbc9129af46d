#ifndef RECAST_HARNESS_DIFFERENTIAL_EXAMPLES_H
#define RECAST_HARNESS_DIFFERENTIAL_EXAMPLES_H

/*
 * Whether the programs that stand for differences show them: each is built as a user of the library builds one, with its
 * public headers, and run beside the original and beside the rewrite, in a fresh instance each and with no judge between.
 */

#include "harness/differential.h"
#include "harness/suite.h"

struct example_sides {
	const struct suite *suite;
	const struct plan_program *planned; /* in whose world they run */
	const struct link_input *original, *rewrite;
	size_t original_len, rewrite_len;
	size_t way; /* differences in other ways of building are none of theirs */
};

/* Fills in `reproduced` and what was printed; a stage that the observer hears of. */
int differential_try_examples(const struct example_sides *sides, struct differential *d, struct err *err);

/* One such program linked with one of the sides, on a thread with the tools' stack; *out is NULL if that does not work, and
 * *ret_failure says why. */
int example_load(const struct example_sides *s, const char *program, const struct link_input *library, size_t len,
		 struct arena *a, struct module **out, const char **ret_failure, struct err *err);

/* *ret_failure says how it ended if it did not come back as programs do, or is NULL. */
int example_run(const struct example_sides *s, struct module *module, const char *const *args, size_t args_len,
		struct arena *a, struct str *ret_printed, const char **ret_failure, struct err *err);

/* How headers are named by programs of users, and which folders these need beside those of the project: lists of the
 * arena. */
struct strings example_headers(const struct plan *plan, struct arena *a);
struct strings example_folders(const struct plan *plan, struct arena *a);

#endif
