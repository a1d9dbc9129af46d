#ifndef RECAST_HARNESS_PROGRAM_H
#define RECAST_HARNESS_PROGRAM_H

/*
 * One test program: linked with the library's objects, run in a fresh instance,
 * and judged by its report, its end and, where one is given, the output that
 * is expected.
 */

#include "harness/suite.h"

/* Fills *ret, whose arena the caller releases. */
int program_check(const struct suite *suite, const struct plan_program *planned, struct program_result *ret,
		  struct err *err);

#endif
