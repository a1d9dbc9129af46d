#ifndef RECAST_HARNESS_JUDGEFEEDBACK_H
#define RECAST_HARNESS_JUDGEFEEDBACK_H

/*
 * What is told to whoever wrote a rewrite: the shortest that tells what is wrong.
 * Judges must have seen the visible tests only (harness/visible.h), since what
 * they say goes into a prompt.
 */

#include "harness/autofix.h"
#include "harness/promptbuild.h"
#include "harness/verdict.h"

enum { FEEDBACK_PROBLEMS_MAX = 4, FEEDBACK_ERRORS_MAX = 6, FEEDBACK_DIFFERENCES_MAX = 3 };

/* Of a source that does not compile. `path` is the unit's. */
struct feedback feedback_of_compiler(const struct autofix *fix, const char *path, struct arena *a);

/* Of a reply that could not be used. */
struct feedback feedback_of_problems(const struct strings *problems, const char *path, struct arena *a);

/* Of judges; `file` is the unit that the first problem is about, the plan's last one where nothing tells. */
struct feedback feedback_of_judgement(const struct judgement *j, const struct unitplan *plan, const struct draft *draft,
				      struct arena *a);

#endif
