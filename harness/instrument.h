#ifndef RECAST_HARNESS_INSTRUMENT_H
#define RECAST_HARNESS_INSTRUMENT_H

/*
 * A preprocessed source with a counter in front of each statement, by which a run tells the host of what it executes:
 * HOSTCALL_REACHED with the statement's number, the first time that it comes there. What the source means stays as it
 * is. Functions that the parser does not understand are left alone, and so is what stands in other files than asked
 * for, as in the headers of the system.
 */

#include "harness/expanded.h"

struct instrument_statement {
	uint32_t start, end; /* bytes of the text */
};

struct instrumented {
	struct str text;
	struct instrument_statement
		*statements; /* in order of their beginnings; the number of each is its index and `base` */
	size_t statements_len;
	size_t left_out; /* functions */
};

enum { INSTRUMENT_STATEMENTS_MAX = 1 << 20, INSTRUMENT_TEXT_MAX = 64 << 20 };

/* Of files whose path begins with `below`. `base` is added to all numbers. The result lives in the arena. */
int instrument(const struct expanded *source, const char *below, unsigned base, struct arena *a,
	       struct instrumented *ret, struct err *err);

/* The innermost statement around that byte, or statements_len. */
size_t instrumented_at(const struct instrumented *instrumented, size_t at);

#endif
