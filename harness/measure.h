#ifndef RECAST_HARNESS_MEASURE_H
#define RECAST_HARNESS_MEASURE_H

/*
 * Code of recast's own that is linked with what is measured: one object says when main begins, so that what happens
 * before is not counted; the other what the program, the library and libc itself allocate and give back.
 */

#include "harness/build.h"
#include "harness/hostcall.h"
#include "harness/tools.h"

struct measure_objects {
	struct link_input mark, allocations;
};

int measure_build(const struct tools *tools, struct arena *a, struct measure_objects *ret, struct err *err);

/* What the linker calls a main with arguments, and one without. */
#define MEASURE_MAIN_ARGUMENTS "__main_argc_argv"
#define MEASURE_MAIN "__main_void"

/* Names that go through the second object. */
extern const struct strings measure_allocators;

/* What the second object told since main began. */
struct allocations {
	uint64_t taken, given_back; /* blocks */
	uint64_t live_bytes, peak_bytes;
};

/* Hears one run; `ret` is filled while it goes on. */
struct hostcalls allocations_hear(struct allocations *ret);

#endif
