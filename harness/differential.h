#ifndef RECAST_HARNESS_DIFFERENTIAL_H
#define RECAST_HARNESS_DIFFERENTIAL_H

/*
 * What comes of calls past the tests: the same ones put to the original and to a rewrite, and what they answered
 * otherwise. A value; who finds it out is judge_differential.c.
 */

#include "core/arena.h"

/* Answers that differ for one reason, by one example. */
struct found_difference {
	const char *function;
	const char *calls;     /* in one line */
	const char *what;      /* "result", "*count", "end", … */
	const char *expected, *got;
	const char *free_item; /* what would declare it to be free; or "" */
	size_t inputs;         /* that showed it */
	struct strings also;   /* other functions that answer otherwise for the same reason */
	size_t way;            /* of building, in which it shows; 0 if it shows in the first */
	const char *program;   /* as a C program that stands alone */
	bool reproduced;       /* that program prints something else beside the rewrite */
	const char *printed_original, *printed_rewrite;
	struct strings causes; /* what it has in common with others of its kinds; told to nobody */
};

/* What is to be spent, and how. */
struct differential_effort {
	size_t inputs; /* 0: nothing is judged */
	uint64_t seed;
	/* What is found goes into a prompt: nothing is taken from the original's code to make inputs of, and it is looked
	 * for only where all tests pass. */
	bool for_model;
};

struct function_left_out {
	const char *name, *why;
};

/* A way in which programs of the tests build the library. */
struct built_way {
	const char *flags; /* of its own: "-DA=1 -DB", or "" */
	size_t inputs;
	const char *why;   /* nothing was tried in it; or NULL */
};

struct differential {
	struct found_difference *differences; /* those that most inputs showed first */
	size_t differences_len;
	size_t asked;           /* inputs that were to be made */
	size_t inputs, calls;   /* test programs that were run with other inputs count, too */
	size_t differing;       /* inputs that differed, of all reasons */
	size_t undefined;       /* inputs that the original gives no defined answer to */
	uint64_t fuel;          /* of both sides, in calls by themselves */
	size_t unconfirmed; /* kinds of differences that were not there again in fresh instances, or hung on undefined memory */
	/* Test programs that were run with other inputs, see varied.h: their literals and files, how often in all, and how often
	 * something was answered otherwise. */
	size_t varied_programs, varied_literals, varied_files, varied_runs, varied_differing;
	size_t varied_undefined; /* of these: the original gives no defined answer */
	size_t functions_called, functions_len;
	size_t functions_varied; /* that test programs with other inputs call */
	struct function_left_out *left_out;
	size_t left_out_len;
	size_t original_places, original_reached, rewrite_places, rewrite_reached; /* in their code */
	struct built_way *ways; /* at least one; that with most programs first */
	size_t ways_len;
	uint64_t seed;
	bool cut;               /* fuel ran out */
	struct arena arena;
};

enum { DIFFERENCES_MAX = 50 };

#endif
