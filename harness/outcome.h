#ifndef RECAST_HARNESS_OUTCOME_H
#define RECAST_HARNESS_OUTCOME_H

/* What came of a guest's run, as a value. Whatever a guest does is an outcome, never an error. */

#include "harness/wasi.h"

enum outcome {
	OUTCOME_EXITED,        /* main returned, or exit was called: see exited_by_call */
	OUTCOME_TRAPPED,
	OUTCOME_OUT_OF_FUEL,
	OUTCOME_OUT_OF_TIME,   /* the deadline, or the virtual clock's end */
	OUTCOME_OUTPUT_LIMIT,
	OUTCOME_DISK_LIMIT,
	OUTCOME_REFUSED,       /* could not be instantiated within the limits */
};

/* "exited", "out of fuel", …, for people. */
const char *outcome_name(enum outcome outcome);

enum { OUTCOME_WHERE_MAX = 256 };

/* What a run had taken when it told that it was ready: when main began. Zero if it never did. */
struct run_start {
	uint64_t fuel, bulk_bytes;
	uint64_t ns, cpu_ns; /* from before the instance was made */
};

struct run_result {
	enum outcome outcome;
	int exit_code;             /* of OUTCOME_EXITED */
	bool exited_by_call;       /* exit() was called; false if main returned 0 */
	char trap[96];             /* kind of trap, or why it was refused; else "" */
	char where[OUTCOME_WHERE_MAX]; /* raw names, innermost first: "parse < main"; or "" */
	uint32_t offset;           /* of the trap in the module's bytes */
	uint64_t fuel;             /* used; 0 where it is not counted */
	uint64_t
		bulk_bytes; /* that memory.copy and memory.fill have moved, each a unit of fuel; only if the module counts */
	struct run_start start;    /* a part of all of these */
	uint64_t wall_ns, cpu_ns;
	uint64_t memory_bytes;     /* peak of the linear memory */
	bool memory_near_limit;    /* the peak came near the limit, so that it may have mattered */
	uint64_t bytes_written;
};

/* The guest's own end, as WASI saw it. */
void outcome_of_wasi(const struct wasi *w, struct run_result *ret);

/* Sets `where` of a run that trapped: the functions' names, as far as they fit, from the bytes of the module, which may be
 * empty. */
void outcome_where(struct str module, const uint32_t *functions, size_t len, struct run_result *ret);

#endif
