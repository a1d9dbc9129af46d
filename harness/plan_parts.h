#ifndef RECAST_HARNESS_PLAN_PARTS_H
#define RECAST_HARNESS_PLAN_PARTS_H

/* What those share that make a plan: of library and tests (plan.c), and of programs that only measure (plan_workloads.c). */

#include "harness/plan.h"

/* Files that match any of the patterns, none of which may match nothing. `exclude` may be NULL. */
int plan_expand(const struct tree *tree, const struct strings *patterns, const struct strings *exclude, const char *key,
		struct arena *a, struct strings *ret, struct err *err);

struct strings plan_joined(const struct strings *const *lists, size_t len, struct arena *a);

#define PLAN_JOIN(a, ...)                                       \
	plan_joined((const struct strings *const[]){__VA_ARGS__}, \
		    sizeof((const struct strings *const[]){__VA_ARGS__}) / sizeof(struct strings *), (a))

/* When the programs are planned. */
int plan_workloads(const struct project *project, struct plan *plan, struct err *err);

#endif
