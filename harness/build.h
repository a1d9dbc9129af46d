#ifndef RECAST_HARNESS_BUILD_H
#define RECAST_HARNESS_BUILD_H

/*
 * C in, Wasm out: the fixed way in which recast compiles and links. That a
 * source does not compile, or makes the compiler run out of a limit, is a
 * result; an error means that the compiler itself could not be run.
 */

#include "harness/diag.h"
#include "harness/toolchain.h"

/* Where a project stands in a guest's tree. */
#define PROJECT_ROOT "/src"

/* A program's stack, which is the first that lies in its memory. */
#define BUILD_STACK_BYTES 2097152

struct build_limits {
	uint64_t deadline_ns;
	uint64_t memory_bytes;
	size_t output_max;
};

extern const struct build_limits build_default_limits;

struct compile {
	const char *source; /* path in the tree */
	const char *const *include; /* folders in the tree */
	size_t include_len;
	const char *const *defines; /* "NAME" or "NAME=VALUE" */
	size_t defines_len;
	const char *const *flags; /* see build_flag_allowed */
	size_t flags_len;
	const char *shown_below; /* what messages leave off in front of a file's path, or NULL */
	bool keep_defines;       /* for the preprocessor: leave #define lines where they stood */
	bool fixits;             /* diagnostics come with what the compiler says how to fix them */
};

struct built {
	bool ok;
	bool cached;
	struct str bytes; /* an object, a module, or preprocessed text */
	struct str map;   /* of a module: where the linker has put what, if it was asked */
	struct diag_list diags;
	struct strings inputs; /* files below PROJECT_ROOT that were looked at, as paths in the project; in byte order */
	const char *failure; /* one line that says why it is not ok, or NULL */
};

/* Whether recast hands this flag to clang: such as shape the language, the code
 * or the warnings, and none that names files or other tools. */
bool build_flag_allowed(const char *flag);

/* Those below PROJECT_ROOT, as paths in the project. */
struct strings build_project_files(const struct strings *files, struct arena *a);

/* A tree to build in: the sysroot, and the project's folder of another tree, which must
 * outlive it; or nothing but the sysroot if that is NULL. */
int build_tree(struct toolchain *tc, const struct tree *project, struct tree **out, struct err *err);

int build_compile(struct toolchain *tc, const struct tree *tree, const struct compile *c,
		  const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err);

/* The source as the preprocessor leaves it, with line markers. */
int build_preprocess(struct toolchain *tc, const struct tree *tree, const struct compile *c,
		     const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err);

/* Whether the compiler takes the source: as build_compile without an object, in less time and with more errors told. */
int build_check(struct toolchain *tc, const struct tree *tree, const struct compile *c,
		const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err);

struct link_input {
	const char *name; /* for messages: where the object came from */
	struct str bytes;
};

/* Links objects (never archives: what nobody pulls in would not be judged) with
 * the C library into a program. */
int build_link(struct toolchain *tc, const struct link_input *objects, size_t len, const struct build_limits *limits,
	       struct arena *a, struct built *ret, struct err *err);

/* As above. References to each of the names from another object than the one that defines it go to __wrap_NAME, and
 * those to __real_NAME to the name itself; a map is made, too. */
int build_link_wrapped(struct toolchain *tc, const struct link_input *objects, size_t len, const struct strings *names,
		       const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err);

/* As above, also where something is defined nowhere, which a warning says: what calls it traps. */
int build_link_leaving(struct toolchain *tc, const struct link_input *objects, size_t len, const struct strings *names,
		       const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err);

#endif
