#ifndef RECAST_HARNESS_CAPI_H
#define RECAST_HARNESS_CAPI_H

/*
 * Reads a C library's interface from its headers: their preprocessed text says
 * what is declared, the text as written gives comments and wording. Line
 * markers lead from one to the other.
 *
 * Nothing is invented: what is not understood is listed as unclear, with its
 * place. Sizes and values are left for harness/layout.h.
 *
 * After the preprocessor, a declaration can be read with certainty by one who
 * knows the names of types; so the system's headers are read too, and only what
 * stands below `below` is kept. Bodies of functions are passed over.
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

/* More is ERR_LIMIT. */
enum {
	CAPI_TEXT_MAX = 32 << 20,      /* bytes, preprocessed */
	CAPI_RAW_MAX = 64 << 20,       /* bytes of headers as written */
	CAPI_STRINGS_MAX = 128 << 20,  /* bytes of all that is returned */
	CAPI_ITEMS_MAX = 100000,       /* of each kind */
	CAPI_TOKENS_MAX = 1 << 20,     /* in one declaration */
	CAPI_DEPTH_MAX = 32,           /* of parentheses and structs in it; what lies deeper is unclear */
};

int capi_read(const struct capi_source *source, struct arena *a, struct interface *ret, struct err *err);

#endif
