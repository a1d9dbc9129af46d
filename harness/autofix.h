#ifndef RECAST_HARNESS_AUTOFIX_H
#define RECAST_HARNESS_AUTOFIX_H

/*
 * Compiles a draft, and repairs without a model what needs none: prose around
 * code, missing includes of what libc is known to have, prototypes of functions that
 * stand further down, a header's name that is nearly right, and what the compiler
 * says how to fix. Works with what the specification shows, so it says nothing that
 * a prompt may not.
 */

#include "harness/build.h"
#include "harness/draft.h"
#include "harness/spec.h"

struct autofix {
	struct draft draft;     /* repaired */
	struct strings done;    /* what was repaired, one line each: "src/a.c: #include <string.h>" */
	bool ok;                /* all sources compile */
	struct diag_list diags; /* of those that do not; files as paths in the draft */
	const char *failure;    /* where the compiler gave up without saying where, or NULL */
};

/* `only` is the path of the one source or header to be compiled, or NULL for all sources. */
int autofix_run(struct toolchain *toolchain, const struct build_limits *limits, const struct spec *spec,
		const struct draft *draft, const char *only, struct arena *a, struct autofix *ret, struct err *err);

#endif
