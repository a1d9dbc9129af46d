#ifndef RECAST_HARNESS_JUDGE_TESTS_PARTS_H
#define RECAST_HARNESS_JUDGE_TESTS_PARTS_H

/*
 * What the files of judge_tests share: programs run in three ways (judge_tests.c), compared test by test
 * (judge_tests_compare.c) up to where the rewrite's run ended (judge_tests_end.c), and added up
 * (judge_tests_collect.c).
 */

#include "harness/judge_tests.h"
#include "harness/segments.h"

/* One program, run in one way. */
struct side {
	struct program_result result;
	struct trace trace;
	struct segments segments;
	struct err error;
};

enum side_name {
	SIDE_ORIGINAL,
	SIDE_NOISE, /* the original under other conditions */
	SIDE_REWRITE,
	SIDES,
};

/* That the rewrite's run is over before the original's, or in another way. */
struct early_end {
	bool is;
	bool missing;    /* tests that pass with the original are not reported */
	size_t part;     /* of the original's trace, in which it happened; SIZE_MAX if that is not known */
	const char *how; /* "traps: unreachable in parse < main", "ends: exit code 1" */
	bool told;       /* by the test in which it happened */
};

struct judged_program {
	const struct plan_program *planned;
	const struct program_result *baseline;
	struct side sides[SIDES];
	struct early_end end;
	/* What came of it; all strings live in the arena. */
	struct judged_test *tests;
	size_t tests_len;
	struct divergence *divergences;
	size_t divergences_len;
	bool starved; /* some test lets allocations fail; what follows was not compared */
	struct arena arena;
	struct err error;
};

struct judging {
	const struct rewrite *rewrite;
	const struct extracted *extracted;
	struct shims shims;
	struct judged_program *programs;
	size_t programs_len;
	struct arena arena;
};

/* Sides must have their segments. */
struct early_end judged_program_end(struct judged_program *p);

/* How many of its tests a program has told the end of. */
size_t judged_ended(const struct program_result *r);

/* The line of that name among these, or NULL. */
const struct test_line *judged_line(const struct program_result *r, const char *name, size_t *ret_index);

/* Fills in tests and divergences. An error is the program's. */
void judged_program_compare(const struct judging *j, struct judged_program *p);

/* Takes over what the programs' arenas hold. */
void judging_collect(struct judging *j, struct tests_judgement *ret);

#endif
