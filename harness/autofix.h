#ifndef RECAST_HARNESS_AUTOFIX_H
#define RECAST_HARNESS_AUTOFIX_H

/*
 * Compiles a draft, and repairs without a model what needs none: prose around
 * code, missing includes of what libc and the library are known to have, prototypes of
 * functions that stand further down, a header's name that is nearly right, and what the
 * compiler says how to fix. What does not make errors fewer is not done. Works with
 * what the specification shows, so it says nothing that a prompt may not.
 */

#include "harness/build.h"
#include "harness/draft.h"
#include "harness/spec.h"

struct autofix {
	struct draft draft;      /* repaired */
	struct strings done;     /* what was repaired, one line each: "src/a.c: #include <string.h>" */
	bool ok;                 /* all sources compile, and there are no problems */
	struct strings problems; /* what no compiler says: "src/a.c: it defines main, as the tests do" */
	struct diag_list diags;  /* of sources that do not compile; files as paths in the draft, or in the project */
	const char *failure;     /* where the compiler gave up without saying where, or NULL */
};

/*
 * `only` is the path of the one source or header to be compiled, or NULL for all sources. Headers of the draft that it
 * includes are repaired, too. To be called within a thread that has the compiler's stack.
 */
int autofix_run(struct toolchain *toolchain, const struct build_limits *limits, const struct spec *spec,
		const struct draft *draft, const char *only, struct arena *a, struct autofix *ret, struct err *err);

#endif
