#ifndef RECAST_HARNESS_OWNSOURCE_H
#define RECAST_HARNESS_OWNSOURCE_H

/*
 * Sources of recast's own: a text that is built beside a library's files, so
 * that the sandbox's compiler can be asked things. The compiler needs more
 * stack than a caller may have, so each build has a thread of its own; inside
 * parallel_run with tools_stack_bytes, harness/build.h does without.
 */

#include "harness/build.h"
#include "harness/tools.h"

struct own_source {
	const char *path;              /* where it stands in the guest's tree, outside PROJECT_ROOT */
	const char *text;
	const struct tree *project;    /* with the library at PROJECT_ROOT; or NULL */
	const char *also;              /* another folder of that tree, which is shown too; or NULL */
	struct compile options;        /* `source` is ignored */
	const struct build_limits *limits; /* NULL for build_default_limits */
};

int own_compile(const struct tools *tools, const struct own_source *source, struct arena *a, struct built *ret,
		struct err *err);

/* Headers may want any standard, even the first: takes out what would make errors or warnings of extensions. */
void own_be_lenient(struct compile *options, struct arena *a);

int own_preprocess(const struct tools *tools, const struct own_source *source, struct arena *a,
		   struct built *ret, struct err *err);

/* What came of building and running such a text as a program without arguments and files. */
struct own_run {
	struct built built; /* the module, or why there is none */
	struct run_result run;
	struct str output;
};

/* Other objects, or none, are linked with it. */
int own_run(const struct tools *tools, const struct own_source *source, const struct link_input *objects,
	    size_t objects_len, struct arena *a, struct own_run *ret, struct err *err);

#endif
