#ifndef RECAST_HARNESS_REWRITE_H
#define RECAST_HARNESS_REWRITE_H

/*
 * A rewrite, built: its sources preprocessed once, and objects made from those
 * bytes, so that what is judged is what is exported. It sees the sysroot, the
 * original's public headers where the original has them, and its own files.
 * It is built once for each way in which the tests build the library. That it
 * does not build is a result.
 */

#include "harness/suite.h"
#include "harness/verdict.h"

/* Where its own files stand in the tree, as PROJECT_ROOT is where the original's stand. */
#define REWRITE_ROOT "/candidate"

struct rewrite_object {
	const char *name;     /* the source's path in the rewrite */
	struct built text;    /* preprocessed, with line markers */
	struct built object;  /* compiled from that text */
	struct wasmfile symbols; /* if the object is ok */
	struct arena arena;   /* owns all of it */
	struct err error;     /* the compiler could not be run */
};

/* As one configuration builds it. */
struct rewrite_variant {
	struct rewrite_object *objects;
	size_t objects_len;
};

struct rewrite {
	const struct suite *suite;       /* the original; borrowed */
	struct tree *tree;               /* sysroot, public headers, the rewrite */
	struct rewrite_variant *variants;
	size_t variants_len;
	size_t *variant_of;              /* for each program of the suite's plan */
	struct strings left_out;         /* its sources that are not compiled: "test.c: it has a main" */
	struct place *unjudged;          /* lines that no variant's preprocessor took, in its own files */
	size_t unjudged_len;
	bool builds;
	struct arena arena;
};

/* `files` has the rewrite at REWRITE_ROOT and must outlive it. */
int rewrite_build(const struct suite *suite, const struct tree *files, struct rewrite *ret, struct err *err);
void rewrite_release(struct rewrite *rewrite);

/* The judges that look at it before anything runs. Each fills a zeroed gate, whose strings live in the arena. */
void judge_build(const struct rewrite *rewrite, struct arena *a, struct gate *ret);
int judge_symbols(const struct rewrite *rewrite, struct arena *a, struct gate *ret, struct err *err);
int judge_api(const struct rewrite *rewrite, const struct interface *api, struct arena *a, struct gate *ret,
	      struct err *err);

#endif
