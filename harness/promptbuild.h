#ifndef RECAST_HARNESS_PROMPTBUILD_H
#define RECAST_HARNESS_PROMPTBUILD_H

/*
 * Makes prompts from a specification and from feedback, and from nothing else:
 * this links without the oracle, which is what makes the room a clean one.
 */

#include "harness/draft.h"
#include "harness/templates.h"
#include "harness/unitplan.h"

/* What was wrong with a rewrite, for whoever wrote it: of compiler diagnostics and visible tests only. */
struct feedback {
	const char *summary;      /* one line: "2 of 14 tests fail" */
	struct strings problems;  /* the most telling first, nothing twice; each may have several lines */
	const char *file;         /* of the rewrite, which is to be repaired */
};

struct prompt_ask {
	const struct spec *spec;
	struct str considerations, decisions; /* of RECAST.md */
	const struct unitplan *plan;
	const struct unit *unit;        /* to be written or repaired */
	const struct draft *draft;      /* what is there: other files are shown as far as the unit wants to see them */
	const struct feedback *feedback; /* for a repair */
	const char *const *problems;    /* for a plan that was asked for before: what was wrong with it */
	size_t problems_len;
};

/* A file of so many lines is repaired by search and replace; smaller ones are written anew. */
enum { PROMPT_LARGE_LINES = 600 };

/* All prompts of a run begin alike, so that providers can keep that in a cache. */
int prompt_plan(const struct prompt_ask *ask, const struct templates *t, struct arena *a, struct prompt *ret,
		struct err *err);
int prompt_unit(const struct prompt_ask *ask, const struct templates *t, struct arena *a, struct prompt *ret,
		struct err *err);
int prompt_repair(const struct prompt_ask *ask, const struct templates *t, struct arena *a, struct prompt *ret,
		  struct err *err);

/* The same prompt, to go on behind what was answered. */
int prompt_continue(const struct prompt *prompt, struct str so_far, const struct templates *t, struct arena *a,
		    struct prompt *ret, struct err *err);

#endif
