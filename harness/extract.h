#ifndef RECAST_HARNESS_EXTRACT_H
#define RECAST_HARNESS_EXTRACT_H

/*
 * Takes a library apart: what may be shown (the specification) and what only
 * judges may see (the rest of its tests, its objects, what its text looks like).
 * Where the two overlap, a body is cut, a text is left out, or what must be shown
 * is listed as exposed.
 */

#include "harness/fingerprint.h"
#include "harness/language.h"
#include "harness/readme.h"
#include "harness/source.h"
#include "harness/spec.h"

/* A single test, or a program that is one. */
struct extracted_test {
	const char *name;
	const char *program; /* the first that has it */
	struct place place;
	bool visible;
	struct strings calls; /* public functions that it reaches, in byte order */
};

/* A symbol that the library's objects export and no public header declares. */
struct undeclared {
	const char *name;
	const char *source;
};

/* A function of the implementation. */
struct original_function {
	const char *name;
	struct place place;
	bool is_static;
};

struct extracted {
	struct spec spec;
	struct extracted_test *tests;
	size_t tests_len;
	struct exposure *overlaps; /* all of them, also those that are left out */
	size_t overlaps_len;
	struct undeclared *undeclared;
	size_t undeclared_len;
	const char *layout_trouble; /* why sizes and values are not known, or NULL */
	struct fingerprints implementation;
	struct original_function *functions; /* of the implementation, by file and line */
	size_t functions_len, functions_cap;
	struct suite_result baseline;
	struct arena arena;
};

/* The result borrows from the suite and the source. A library that does not build, or has no public header, is
 * ERR_USAGE. */
int extract_run(const struct suite *suite, const struct source *source, struct extracted *ret, struct err *err);
void extract_release(struct extracted *e);

/* The tests as rows; the caller owns them. */
json_t *extract_tests_json(const struct extracted *e);

#endif
