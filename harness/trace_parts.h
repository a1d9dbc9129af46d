#ifndef RECAST_HARNESS_TRACE_PARTS_H
#define RECAST_HARNESS_TRACE_PARTS_H

/* What the files behind recorder share. */

#include "harness/guestmemory.h"
#include "harness/trace.h"

enum {
	OPEN_MAX = 256,        /* calls and callbacks within one another */
	SPAN_MAX = 64,         /* places that arguments lead to */
	SNAPSHOT_MAX = 1 << 20, /* bytes of one call */
	LENT_MAX = 256,
	STACK_MARGIN = 256,     /* below the first frame, left as it is */
};

/* Memory that an argument leads to, and what it held before the call. */
struct span {
	uint16_t parameter;
	bool writable;
	bool freed; /* meanwhile: nobody may look there any more */
	uint32_t address, len;
	size_t before; /* in the snapshot */
	uint32_t kept; /* bytes of it that are there */
};

/* A call or a callback that has begun. */
struct open_call {
	bool callback;
	bool starved; /* the test's allocator gave it nothing */
	uint16_t index;
	uint32_t frame;
	size_t out_len, err_len;
	struct span spans[SPAN_MAX];
	size_t spans_len;
	struct buf snapshot;
	uint32_t exchanged[SPAN_MAX]; /* where a trampoline stands in place of a function, in structs */
	size_t exchanged_len;
};

struct things; /* which address is which thing */

struct guard {
	struct trace_segment *segments; /* the trace's */
	size_t segments_len;
	uint8_t *shadow;      /* of all segments, one behind the other */
	size_t shadow_len;
	uint8_t *stack;
	size_t stack_cap;
	uint32_t stack_from, stack_to; /* of what is held; equal if nothing */
	uint32_t stack_top;
	/* What earlier calls handed over and the library may have kept, the newest last. */
	struct {
		uint32_t from, to;
	} lent[LENT_MAX];
	size_t lent_len;
	struct trace early; /* writes that no event has yet */
	struct trace_event early_event;
	uint64_t budget;
	bool armed;
	bool stack_only; /* the segments only say where the stack ends */
};

struct recorder {
	const struct shims *shims;
	struct trace trace;
	struct things *things;
	struct guard guard;
	struct open_call *open; /* OPEN_MAX of them */
	size_t open_len;
	uint32_t *trampolines; /* table indices */
	size_t trampolines_len;
	uint32_t *targets; /* the test's functions behind them; 0 for a free one */
	bool *silent;      /* callbacks that are not put down */
	bool *ends;        /* functions whose name says that what they get is gone */
	uint8_t stack_fill, fill;
	bool begun, broken;
	uint32_t known, known_len; /* memory that lies the same whoever runs */
	uint32_t (*left)(void *data, uint32_t address); /* see recorder_ask; or NULL */
	void *left_data;
	/* The call at hand. */
	const struct hostcall *host;
};

/* ---- things (trace_memory.c) */

struct things *things_new(void);
void things_free(struct things *t);
/* The id of what is at the address; *ret_fresh if it was not known. A struct and its first member are two things. */
uint32_t things_id(struct things *t, uint32_t address, const struct shape *type, bool *ret_fresh);
/* All of them are gone, without a word to the trace; numbers go on. */
void things_forget(struct things *t);
/* Ends those in the range, and tells the trace. */
void things_end(struct things *t, uint32_t address, uint32_t len, struct trace *trace);

/* ---- reading values (trace_walk.c) */

/* The place that an argument leads to and the address lies in, or NULL. */
struct span *recorder_span(struct open_call *call, uint32_t address);
void walk_arguments(struct recorder *r, struct open_call *call, const struct shape_signature *g);
void walk_results(struct recorder *r, struct open_call *call, const struct shape_signature *g, bool callback);

/* ---- callbacks (trace_callbacks.c) */

void callbacks_exchange(struct recorder *r, struct open_call *call, const struct shape_signature *g);
void callbacks_give_back(struct recorder *r, struct open_call *call, const struct shape_signature *g);

/* ---- the test's own memory (trace_guard.c) */

void guard_begin(struct guard *g, const struct hostcall *c, const struct trace *trace);
void guard_release(struct guard *g);
void guard_take(struct guard *g, const struct hostcall *c, uint32_t frame);
/* Notes what has changed since then and lies where none of these calls' arguments lead. */
void guard_compare(struct guard *g, const struct hostcall *c, const struct open_call *calls, size_t calls_len,
		   struct trace *trace, struct trace_event *event);
/* Before what is not put down: the next that is will have these changes with its own. */
void guard_compare_early(struct guard *g, const struct hostcall *c, const struct open_call *calls, size_t calls_len);
/* Lets later calls write there, too, in place of what was lent from there before. */
void guard_lend(struct guard *g, uint32_t address, uint32_t len);
/* What lies below is no longer anybody's stack. */
void guard_drop_stack(struct guard *g, uint32_t below);

/* The segments of the tests in the linker's map: what no call may write, then the data of the tests' objects. */
void trace_map_read(struct str map, size_t test_objects, struct arena *a, struct trace_segment **ret, size_t *ret_len);

#endif
