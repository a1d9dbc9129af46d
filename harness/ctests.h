#ifndef RECAST_HARNESS_CTESTS_H
#define RECAST_HARNESS_CTESTS_H

/*
 * Test functions in the sources of a C test program: where each one stands,
 * where it is registered or called, and what it reaches. So a test can be cut
 * out and the rest still compiles.
 *
 * What makes a function a test is one row of a table for each framework (Unity's
 * RUN_TEST(f), cmocka's cmocka_unit_test(f), Check's START_TEST(f), …) and, for
 * programs without one, a function that main or a runner calls, hands to
 * something that runs it or keeps in an array, and that takes nothing which only
 * the runner has.
 *
 * A function that something else uses as well, or that cannot be taken out
 * without taking more, is no single test and is left out. Compilers may warn of
 * what only the tests that went had used: helpers, variables, an array that has
 * no elements any more.
 */

#include "core/arena.h"
#include "core/err.h"

struct ctest_source {
	const char *path; /* in the project */
	struct str text;
};

/* Bytes of a source. */
struct ctest_range {
	size_t source; /* index */
	size_t start, end;
};

struct ctest_function {
	const char *name; /* as the framework prints it: "TEST(group, name)" for Unity's fixtures */
	size_t source;    /* where its first definition stands */
	unsigned line, end_line;
	struct ctest_range *cuts; /* definitions with the comment above, declarations, registrations; in order */
	size_t cuts_len;
	struct strings reaches; /* names used in it and in what it calls within the sources; in byte order */
};

/* How far calls are followed has a bound, far beyond what people write: the last tests of a larger
 * program may reach less than they should. */
struct ctests {
	const char *framework; /* "unity", … ; "functions" for plain ones; "" if there are none */
	struct ctest_function *items; /* in order of appearance */
	size_t len;
};

/* More is ERR_LIMIT; bytes are those of all sources of the program. */
enum { CTESTS_MAX = 100000, CTESTS_TEXT_MAX = 16 << 20 };

int ctests_find(const struct ctest_source *sources, size_t len, struct arena *a, struct ctests *ret, struct err *err);

/* What nothing uses any more when these tests are gone, and something did before: functions, macros, and variables
 * with a value, such as tables of cases. As one more function to be cut, without a name. Nothing is cut out of
 * sources that are `whole`. */
int ctests_orphans(const struct ctest_source *sources, size_t len, const struct ctests *tests, const bool *sealed,
		   const bool *whole, struct arena *a, struct ctest_function *ret, struct err *err);

/* The source's text without the tests for which sealed[i] is true, and without the second of two
 * empty lines that then follow each other. */
struct str ctests_cut(const struct ctest_source *sources, size_t source, const struct ctests *tests,
		      const bool *sealed, struct arena *a);

/* All names used in the sources, and those that their macros put together, in byte order; for a
 * program that is judged as a whole. None if the sources are too large. */
struct strings ctests_names(const struct ctest_source *sources, size_t len, struct arena *a);

#endif
