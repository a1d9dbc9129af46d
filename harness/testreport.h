#ifndef RECAST_HARNESS_TESTREPORT_H
#define RECAST_HARNESS_TESTREPORT_H

/*
 * What a test program's output says about its single tests. Each way of
 * reporting (TAP, Unity, cmocka, Check, greatest, minunit, the user's own
 * patterns) is one row of a table; a program that names no tests is judged
 * by its end alone, which is the caller's business.
 *
 * The output comes from a guest, so nothing in it is trusted. Lines are cut at
 * 4,096 bytes. Names and messages are bounded, valid UTF-8, and free of
 * control characters. A name that comes twice gets a number behind it
 * ("parse#2"). Of two verdicts on one test that disagree the worse one stands:
 * in TAP a test is known by its number; elsewhere by its name, so that one
 * failure of a name that comes twice fails both.
 */

#include "core/arena.h"
#include "core/err.h"

/* From the best to the worst. */
enum test_verdict { TEST_PASSED, TEST_SKIPPED, TEST_FAILED };

const char *test_verdict_name(enum test_verdict verdict);

struct test_line {
	const char *name; /* never empty; no two tests have the same */
	enum test_verdict verdict;
	const char *message; /* what the framework says about a failure or a skip, or "" */
};

struct testreport {
	struct test_line *tests; /* in order of appearance; in the arena */
	size_t len;
	size_t declared; /* how many the output says there are (plan, summary); 0 if it does not say */
	size_t unnamed_failed; /* failures in the summary that no line names, and a bail-out */
	bool unended; /* the last one has begun, and that it ended is not said */
	bool complete; /* the closing line was there, or the format has none; in TAP, exactly the plan's tests */
};

struct testreport_format;

/* The row of that name, or NULL. "exit" is no row: it means none. */
const struct testreport_format *testreport_find(const char *name);

/* Names for messages: "tap, unity, …", in the order of the table; NULL behind the last. */
const char *testreport_names(size_t index);

/*
 * A format of the user's own: expressions as in core/pattern.h, tried on each
 * line; the first group is the test's name (the whole match if there is none).
 * `fail` and `skip` may be NULL. A line that several expressions match counts
 * as the worst of them. A bad expression fails with ERR_USAGE. The format
 * lives in the arena.
 */
int testreport_pattern(struct arena *a, const char *pass, const char *fail, const char *skip,
		       const struct testreport_format **out, struct err *err);

/*
 * Reads a program's whole output, standard error behind standard output. More
 * than `max_tests` tests are ERR_LIMIT. The results live in the arena.
 */
int testreport_read(const struct testreport_format *format, struct str output, size_t max_tests,
		    struct arena *a, struct testreport *ret, struct err *err);

#endif
