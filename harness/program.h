#ifndef RECAST_HARNESS_PROGRAM_H
#define RECAST_HARNESS_PROGRAM_H

/*
 * One test program: linked with the library's objects, run in a fresh instance,
 * and judged by its report, its end and, where one is given, the output that
 * is expected.
 */

#include "harness/nameset.h"
#include "harness/plan.h"
#include "harness/suite.h"
#include "harness/wasmfile.h"

/* What all programs of a suite share. */
struct program_context {
	const struct project *project;
	const struct suite_tools *tools;
	const struct plan *plan;
	struct link_input start; /* an object of ours that enters the working folder */
	const struct nameset *library_names; /* symbols that the library defines */
	const struct nameset *public_names;  /* identifiers in its public headers; NULL if there are none */
	const struct wasmfile *symbols;      /* of each object of the plan */
};

/* Fills *ret, whose arena the caller releases. */
int program_check(const struct program_context *c, const struct plan_program *planned, struct program_result *ret,
		  struct err *err);

#endif
