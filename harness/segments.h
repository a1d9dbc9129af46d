#ifndef RECAST_HARNESS_SEGMENTS_H
#define RECAST_HARNESS_SEGMENTS_H

/*
 * Which part of a trace belongs to which test: what happens between one line of
 * the report and the next is what the next is about. Of a program that is one
 * test, or that reports only at its end, the whole trace is one part.
 */

#include "harness/testreport.h"
#include "harness/trace_compare.h"

struct segments {
	struct trace_range *ranges; /* one for each test of the report, in its order, and one for what comes behind */
	size_t len;                 /* tests + 1; the last is what comes behind */
	bool whole;                 /* all that happens lies in one part, which nothing assigns to a test */
};

/* `tests` is the number of tests in the whole report. */
int segments_find(const struct trace *trace, const struct testreport_format *format, size_t tests, struct arena *a,
		  struct segments *ret, struct err *err);

/* Two runs of one program, of which the first may have ended early: behind how many of the other's tests its last part
 * begins. `others` is the other's report. */
size_t segments_reached(const struct test_line *tests, size_t len, const struct test_line *others, size_t others_len);

#endif
