#ifndef RECAST_HARNESS_HARDEN_H
#define RECAST_HARNESS_HARDEN_H

/*
 * New tests for a library, out of what it does: calls by which a rewrite was told from it, and calls that lead where its
 * tests do not. Nothing is known here of sealed tests: inputs come from visible ones, from headers and from rewrites. What
 * the original answers is written down as C, in the framework that its tests use, and must hold where it is built and run
 * with the project's own tests.
 */

#include "harness/candidates.h"
#include "harness/harden_text.h"
#include "harness/visible.h"

enum { HARDEN_TESTS = 20, HARDEN_TESTS_MAX = 200 };

#define HARDEN_FOLDER "tests-recast" /* in the project's tree */

struct harden_ask {
	size_t tests;  /* at most */
	size_t inputs; /* that are tried; against each rewrite, and with the original alone */
	uint64_t seed;
	const struct candidate_list *candidates; /* rewrites to look at, the newest last */
};

struct hardened {
	const char *name;
	const char *calls;  /* in one line */
	const char *mark;   /* what makes them, with all that was added to them, one of a kind */
	const char *covers; /* what it is for: a sentence */
	const char *from;   /* "c3", or "original" */
	struct harden_function function, plain; /* in the project's framework, and without one */
};

/* What was not made a test. */
struct harden_refusal {
	const char *what, *why;
};

struct hardening {
	struct hardened *tests;
	size_t tests_len;
	struct harden_refusal *refused;
	size_t refused_len;
	size_t kept;          /* hardened tests that were there before */
	const char *style;    /* the framework */
	const char *style_why; /* why it is not the project's own, or NULL */
	const char *program;  /* what recast.json will call it */
	const char *path;     /* in the project's tree */
	const char *text;     /* of that file */
	struct strings include; /* folders that it needs in addition */
	const char *entry;    /* of recast.json, in one line */
	struct arena arena;
};

/* `suite` and `extracted` are of the whole project, `source` is what the suite was built from. Without new tests `text` is
 * NULL. */
int harden_run(const struct suite *suite, const struct extracted *extracted, const struct tree *source,
	       const struct harden_ask *ask, struct hardening *ret, struct err *err);
void hardening_release(struct hardening *h);

#endif
