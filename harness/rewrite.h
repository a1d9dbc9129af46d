#ifndef RECAST_HARNESS_REWRITE_H
#define RECAST_HARNESS_REWRITE_H

/*
 * A rewrite, built: its sources preprocessed once, and objects made from those
 * bytes, so that what is judged is what is exported. It sees the sysroot, the
 * original's public headers where the original has them, and its own files.
 * It is built once for each way in which the tests build the library. That it
 * does not build is a result.
 */

#include "harness/draft.h"
#include "harness/suite.h"
#include "harness/verdict.h"

struct rewrite_object {
	const char *name;     /* the source's path in the rewrite */
	struct strings files; /* of the rewrite, that it is made of; in byte order */
	struct built text;    /* preprocessed, with line markers */
	struct built object;  /* compiled from that text */
	struct wasmfile symbols; /* if the object is ok */
	struct arena arena;   /* owns all of it */
	struct err error;     /* the compiler could not be run */
};

/* As one configuration builds it: the same sources in the same order in each. */
struct rewrite_variant {
	struct strings defines, flags;
	struct rewrite_object *objects;
	size_t objects_len;
};

struct rewrite {
	const struct suite *suite;       /* the original; borrowed */
	struct tree *tree;               /* sysroot, public headers, the rewrite */
	struct strings include;          /* folders in that tree */
	struct strings include_flags;    /* folders that are searched in other ways */
	struct rewrite_variant *variants;
	size_t variants_len;
	size_t *variant_of;              /* for each program of the suite's plan */
	const char **headers;            /* where it has each of the plan's public headers, as a path in it; or NULL */
	struct strings copies;           /* its files that are public headers of the original, byte for byte */
	struct strings files;            /* of its own, that some object is made of, without copies; in byte order */
	struct strings left_out;         /* its sources that are not compiled: "test.c: it has a main" */
	struct place *unjudged;          /* lines that no variant's preprocessor took, in its own files */
	size_t unjudged_len;
	struct remarks trouble;          /* why it does not build, other than what the compiler says */
	bool builds;
	struct arena arena;
};

enum { REWRITE_FILES_MAX = 10000, REWRITE_OBJECTS_MAX = 20000 };

/* `files` has the rewrite at REWRITE_ROOT and must outlive it. */
int rewrite_build(const struct suite *suite, const struct tree *files, struct rewrite *ret, struct err *err);
void rewrite_release(struct rewrite *rewrite);

/* One of its objects, from the text that is kept of it, with nothing mounted but the sysroot, so that those bytes are all
 * there is; with more flags, which are recast's own. */
int rewrite_compile(const struct rewrite *rewrite, const struct rewrite_variant *variant,
		    const struct rewrite_object *object, const struct strings *more, struct arena *a, struct built *ret,
		    struct err *err);

/* A file of the rewrite as it was compiled; empty if there is none. */
struct str rewrite_text(const struct rewrite *rewrite, const char *path);

/* Where the identifier first stands in a source or header of its own; or nowhere. */
struct place rewrite_mention(const struct rewrite *rewrite, const char *name);

/* Whether a path stands in a folder of tests, examples or the like. */
bool rewrite_is_aside(const char *path);

/* The judges that look at it before anything runs. Each fills a zeroed gate, whose strings live in the arena. */
void judge_build(const struct rewrite *rewrite, struct arena *a, struct gate *ret);
int judge_symbols(const struct rewrite *rewrite, struct arena *a, struct gate *ret, struct err *err);
int judge_api(const struct rewrite *rewrite, const struct interface *api, struct arena *a, struct gate *ret,
	      struct err *err);

#endif
