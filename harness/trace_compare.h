#ifndef RECAST_HARNESS_TRACE_COMPARE_H
#define RECAST_HARNESS_TRACE_COMPARE_H

/*
 * Two traces of one program, side by side: the original's and a rewrite's. What
 * the original itself does not answer the same way under other conditions (other
 * addresses, other bytes in fresh memory) is free, and so is what recast.json
 * declares to be. Things are the same if they can be paired.
 */

#include "harness/trace.h"

/* Events from .. to, of a trace. */
struct trace_range {
	size_t from, to;
};

enum trace_difference_kind {
	TRACE_SAME,
	TRACE_OTHER_VALUE,
	TRACE_OTHER_CALL, /* another call or callback, or none */
	TRACE_TAMPERING,
	TRACE_STARVED, /* the same up to where the test's allocator fails, which is where the library's own ways show */
};

struct trace_difference {
	enum trace_difference_kind kind;
	size_t original, rewrite; /* events; the range's end if there is none left */
	size_t item, item_rewrite; /* of TRACE_OTHER_VALUE: items of the traces; SIZE_MAX if one has none */
	size_t write;             /* of TRACE_TAMPERING */
	bool original_over, rewrite_over; /* of TRACE_OTHER_CALL: nothing is left in its range */
};

struct comparison;

/* All is borrowed. `noise` is the original's trace under other conditions. */
struct comparison *comparison_new(const struct shims *shims, const struct trace *original, const struct trace *noise,
				  const struct trace *rewrite, const struct strings *declared);
void comparison_free(struct comparison *c);

/* Whether the original does the same calls under both conditions. */
bool comparison_is_stable(const struct comparison *c, struct trace_range original, struct trace_range noise);

/* Ranges must come in order, since things are paired on the way. `noise` begins where the one of the original does. */
struct trace_difference comparison_run(struct comparison *c, struct trace_range original, struct trace_range noise,
				       struct trace_range rewrite);

/* For people; strings live in the arena. */
struct trace_text {
	const char *function; /* the call's, or of the callback's type */
	const char *call, *what, *expected, *got;
	const char *free_item; /* what recast.json would declare: "f.result" */
	size_t index;          /* of the call */
};

struct trace_text comparison_describe(const struct comparison *c, const struct trace_difference *d, struct arena *a);

/* The same of a rewrite whose trace is over where the original's goes on, because its run has ended; `how` says what
 * the program, or the call that it was in, does: "traps: division by zero". */
struct trace_text comparison_describe_end(const struct comparison *c, const struct trace_difference *d, const char *how,
					  struct arena *a);

#endif
