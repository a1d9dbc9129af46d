#ifndef RECAST_HARNESS_EXECUTED_H
#define RECAST_HARNESS_EXECUTED_H

/*
 * Which statements of a rewrite some judge has executed: a rewrite whose sources tell of each statement that they come
 * to, run wherever the rewrite is run. What no judge came to, no judge has said anything about.
 */

#include "harness/rewrite.h"

struct executed;

/* A stage of its own. Sources that cannot be read so are left out. The rewrite, which must build, is borrowed. */
int executed_make(const struct rewrite *rewrite, struct executed **out, struct err *err);
void executed_free(struct executed *executed);

/* Objects in place of the rewrite's for that program; NULL if one of them does not compile so. */
struct link_input *executed_inputs(const struct executed *executed, const struct plan_program *planned, struct arena *a,
				   size_t *ret_len);

/* Hears HOSTCALL_REACHED; from any thread. */
int64_t executed_hear(struct executed *executed, const struct hostcall *call);

/* Runs the tests with it, as a stage. */
int executed_run_tests(struct executed *executed, const struct suite_result *baseline, struct err *err);

/* What it came to; the places live in the arena, in the order of files and lines. */
void executed_tell(const struct executed *executed, struct arena *a, struct executed_statements *ret);

#endif
