#ifndef RECAST_HARNESS_SIMSIDE_H
#define RECAST_HARNESS_SIMSIDE_H

/*
 * A body of C that is compared with others: which files of a tree belong to it.
 *
 * A file counts if its name ends as C and C++ have it (.c, .h, .inc, .inl, .def, .cc, .hpp and the like, in any
 * case), or if a file that counts includes it. What stands in a folder of tests, examples, benchmarks or the like
 * does not count, unless nothing else is there. What counts and cannot be read is an error, since nobody could say
 * what it shares.
 */

#include "core/hash.h"
#include "harness/simcompiled.h"
#include "harness/tree.h"

struct simside {
	const char *name;   /* as the user names it: "original", "c2", "./rewrite" */
	const char *origin; /* "commit 3f1…", "folder rewrite"; or "" */
	const char *commit; /* of a candidate; or "" */
	const char *run;    /* of `recast generate`, that wrote it; or "" */
	struct sim_files files;  /* by path */
	struct strings left_out; /* folders of tests and the like that do not count */
	struct hash hash;        /* of all paths and texts that count */
	struct sim_text *text;   /* once it was taken apart; or NULL */
	struct simcompiled compiled; /* once it was compiled: then its side is not NULL */
};

/* All that counts at `at` in the tree; with `whole`, tests and examples too. Paths are relative to it; texts are
 * borrowed from the tree. Without a file that counts it is ERR_USAGE. Sets files, left_out and hash. */
int simside_read(const struct tree *tree, const char *at, bool whole, struct arena *a, struct simside *ret,
		 struct err *err);

/* Only these files, and what they include, by way of these folders. */
int simside_read_from(const struct tree *tree, const char *at, const struct strings *sources,
		      const struct strings *include, struct arena *a, struct simside *ret, struct err *err);

/* A single file of the host, whatever it is called. */
int simside_read_file(const char *path, struct arena *a, struct simside *ret, struct err *err);

/* Whether C goes by such a name. */
bool simside_counts(const char *path);

void simside_release(struct simside *side);

#endif
