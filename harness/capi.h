#ifndef RECAST_HARNESS_CAPI_H
#define RECAST_HARNESS_CAPI_H

/*
 * Reads a C library's interface from its headers: their preprocessed text says
 * what is declared, the text as written gives comments and wording. Line
 * markers lead from one to the other.
 *
 * Nothing is invented: what the parser does not understand is listed as
 * unclear, with its place. Sizes and values are left for harness/layout.h.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/interface.h"
#include "harness/tree.h"

struct capi_source {
	struct str preprocessed; /* by clang -E -dD: with #define lines and line markers */
	const char *below;       /* only what comes from files below this is public: "/src/" */
	const struct tree *tree; /* where the files stand as written */
};

enum { CAPI_ITEMS_MAX = 100000 }; /* of each kind */

int capi_read(const struct capi_source *source, struct arena *a, struct interface *ret, struct err *err);

#endif
