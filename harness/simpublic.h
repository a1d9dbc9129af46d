#ifndef RECAST_HARNESS_SIMPUBLIC_H
#define RECAST_HARNESS_SIMPUBLIC_H

/*
 * What an original and its rewrites share by design: the public headers, and the tests that whoever wrote a rewrite
 * was shown. Bodies of functions in headers are implementation, so they are not among it.
 */

#include "harness/plan.h"
#include "harness/similarity.h"

struct simpublic {
	struct sim_files files;   /* texts in the arena */
	struct strings functions; /* names that the interface dictates, in byte order */
	const char *from;         /* "the specification", "the public headers" */
};

/* As the last extraction of this source has it, or else from the headers alone. `source` is struct source's id. */
int simpublic_read(const struct plan *plan, const char *project, const char *source, struct arena *a,
		   struct simpublic *ret, struct err *err);

/* The header without bodies of functions. */
struct str simpublic_header(struct str text, struct arena *a);

/* Names in the headers that an argument list follows. */
struct strings simpublic_functions(const struct sim_files *headers, struct arena *a);

#endif
