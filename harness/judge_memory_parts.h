#ifndef RECAST_HARNESS_JUDGE_MEMORY_PARTS_H
#define RECAST_HARNESS_JUDGE_MEMORY_PARTS_H

/* What the files of judge_memory share: programs run in several ways (judge_memory.c), also with allocations that fail
 * (judge_memory_failing.c), and added up (judge_memory_collect.c). */

#include "harness/judge_memory.h"
#include "harness/memorytable.h"
#include "harness/sidebuild.h"

enum memory_side { MEMORY_ORIGINAL, MEMORY_REWRITE, MEMORY_SIDES };

/* One program, with both. */
struct memory_program {
	const struct plan_program *planned;
	bool passes;  /* the rewrite passes all of its tests as far as those say that are judged without a watch */
	bool watched; /* with both, to the end */
	struct program_ready linked[MEMORY_SIDES];
	struct memory_account first[MEMORY_SIDES]; /* of its first run */
	struct program_result results[MEMORY_SIDES];
	struct memory_watch *watch;
	struct memory_table table;
	size_t failing_tried, failing_survived; /* runs */
	size_t failing_calls, failing_untried;  /* calls in which both allocate */
	const char *unseen; /* why it was not looked at, or NULL; in the table's arena */
	struct err error;
};

struct memory_judging {
	const struct rewrite *rewrite;
	const struct extracted *extracted;
	const struct tests_judgement *tests;
	const struct memory_table *elsewhere; /* or NULL */
	struct shims shims;
	struct link_input heap, handlers;
	struct sidebuild sides[MEMORY_SIDES];
	struct memory_program *programs;
	size_t programs_len;
	struct arena arena;
};

/* A run of one side's module. `fuel_max` 0 is for the project's own limit. */
int memory_program_run(struct memory_program *p, enum memory_side side, const struct memory_orders *orders,
		       uint64_t fuel_max, struct program_result *ret_result, struct memory_account *ret, struct err *err);

/* Fuel that the rewrite may take where the original took so much. */
uint64_t memory_fuel_max(uint64_t original);

extern const struct memory_orders memory_first_orders;

/* Lets allocations fail, one in each run. */
int memory_program_fail(const struct memory_judging *j, struct memory_program *p, struct err *err);

void memory_judging_collect(struct memory_judging *j, struct memory_judgement *ret);

#endif
