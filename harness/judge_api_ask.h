#ifndef RECAST_HARNESS_JUDGE_API_ASK_H
#define RECAST_HARNESS_JUDGE_API_ASK_H

/*
 * What the compiler is asked of a header, in place of the one that an interface
 * was read from: an assertion a line, so that an error names what it is about.
 */

#include "core/buf.h"
#include "harness/interface.h"

struct api_question {
	const char *line;  /* of C, with its line's end */
	const char *wrong; /* what it means if it fails: "point: its alignment differs from the original's, which is 4" */
	const char *value; /* what comes before and after the value that the compiler tells, if it tells one: */
	const char *wanted; /* "struct point is ", " bytes, the original's 8"; or NULL */
	const char *name;  /* an identifier to be looked for */
	struct place place; /* in the original's header */
	size_t behind;     /* one more than the index of one that says it all if it fails; or 0 */
	bool macro;        /* it is about a macro, and so about no value that a call has */
	bool holds;        /* filled in by who asks */
};

struct api_questions {
	struct api_question *items; /* in the arena */
	size_t len;
	size_t skipped; /* values that nobody knows */
};

/* More are not asked. */
enum { API_QUESTIONS_MAX = 50000 };

struct api_questions api_ask(const struct interface *api, struct arena *a);

#endif
