#ifndef RECAST_HARNESS_TRACE_H
#define RECAST_HARNESS_TRACE_H

/*
 * What passed between a test program and the library, as the host saw it: each
 * outermost call with its arguments, its result, what was written through
 * pointers and what was printed meanwhile, and each callback. The guest's memory
 * is read by the host, never by code in the guest, and each read is checked.
 *
 * Addresses do not stand in a trace. A pointer is NULL, a place inside what an
 * argument points to, or a thing with a number, in order of appearance; the
 * number ends with the thing: when its memory is freed, or when it is handed to
 * a function whose name says so. What a library hands to a callback from its own
 * stack is a thing for so long only.
 */

#include "core/buf.h"
#include "harness/program.h"
#include "harness/shim.h"

enum {
	TRACE_EVENTS_MAX = 1000000,
	TRACE_ITEMS_MAX = 8000000,
	TRACE_BYTES_MAX = 192 << 20,
	TRACE_KEPT = 4096,        /* bytes of a text that are kept as they are; more are hashed */
	TRACE_BUFFER_MAX = 65536, /* bytes of a buffer that are compared one by one; more are hashed */
};

enum trace_kind { TRACE_CALL, TRACE_RETURN, TRACE_CALLBACK, TRACE_CALLBACK_RETURN };

enum trace_value {
	TRACE_NUMBER,
	TRACE_REAL,
	TRACE_NULL,
	TRACE_THING,   /* number: its id */
	TRACE_INSIDE,  /* of what an argument points to; number: argument << 32 | offset */
	TRACE_TEXT,    /* up to its NUL */
	TRACE_BYTES,   /* what a buffer holds, then what it held before */
	TRACE_HASHED,  /* 32 bytes of hash; number: the length */
	TRACE_ADDRESS, /* of a function, or one that leads nowhere: only that it is there */
};

/* Parameters by their number, and these. */
enum { TRACE_RESULT = 0xFFFF, TRACE_OUTPUT = 0xFFFE, TRACE_ERRORS = 0xFFFD };

/* In the place of an argument's number in TRACE_INSIDE: memory that lies the same whoever runs; see recorder_know. */
enum { TRACE_KNOWN = 0xFFFF };

struct trace_item {
	uint16_t parameter;
	uint8_t value;     /* enum trace_value */
	uint8_t depth;     /* pointers followed to come here, and fields */
	uint16_t element;  /* of an array */
	bool input;        /* what the test gave */
	bool changed;      /* the call has written it; always so for results */
	bool fresh;        /* a thing not seen before */
	bool passing; /* a thing on the library's own stack, which is over when its function is: what is in it counts */
	uint64_t number;
	uint32_t at, len;  /* in the trace's bytes */
	const struct shape_field *field; /* the innermost, or NULL */
};

/* Memory of the test that a call has written and no argument leads to. */
struct trace_write {
	uint32_t segment; /* of the map, or TRACE_STACK */
	uint32_t offset, len;
};

enum { TRACE_STACK = UINT32_MAX };

struct trace_event {
	uint8_t kind;       /* enum trace_kind */
	uint8_t nesting;    /* callbacks that are open */
	bool starved;       /* of a return: the test's allocator gave nothing meanwhile */
	bool ends;          /* of a return: the function's name says that what it gets is gone */
	uint64_t freed;     /* of a return, a bit for each parameter: what it leads to was freed meanwhile */
	uint16_t index;     /* of the function or the callback */
	uint32_t items, items_len;
	uint32_t writes, writes_len;
	uint32_t out_len, err_len; /* what the program had printed */
};

struct trace_end {
	uint32_t event, id; /* the thing of that id ended before the event was over */
};

/* A part of the module's data that belongs to the tests. */
struct trace_segment {
	uint32_t address, len;
	uint32_t gap;  /* bytes at its end that alignment has left free */
	bool constant;
	bool libc;     /* what the tests print goes through it */
	const char *name; /* "failures (tests/t.c)" */
};

struct trace {
	struct trace_event *events;
	size_t events_len, events_cap;
	struct trace_item *items;
	size_t items_len, items_cap;
	struct trace_write *writes;
	size_t writes_len, writes_cap;
	struct trace_end *ends;
	size_t ends_len, ends_cap;
	struct buf bytes;
	struct trace_segment *segments;
	size_t segments_len;
	size_t calls;      /* outermost, also those past the bound */
	bool cut;          /* a bound was hit; calls from there on are not in it */
	bool sampled;      /* the tests' memory was not compared at each call */
	bool raw_callbacks; /* more callbacks of one type at once than there are trampolines */
	void (*tell_known)(uint32_t behind, struct buf *out); /* see recorder_know; or NULL */
	bool *called;      /* for each function of the shims */
	struct str out, err; /* all that the program printed */
	struct arena arena;
};

/* Hears one run. */
struct recorder;

/* The bytes that the unused stack and that fresh blocks are filled with, or 0. */
struct recorder *recorder_new(const struct shims *shims, uint8_t stack_fill, uint8_t fill);
void recorder_free(struct recorder *recorder);

/* Nothing of the guest's data is the test's: only its stack is watched. To be said before the run. */
void recorder_watch_stack_only(struct recorder *recorder);

/*
 * What lies there lies at the same place beside any other library: pointers to it are compared by where they lead. `tell`
 * says what is so far behind the address, or nothing.
 */
void recorder_know(struct recorder *recorder, uint32_t address, uint32_t len,
		   void (*tell)(uint32_t behind, struct buf *out));
/* Who can tell how much there is from an address to the end of what it belongs to; UINT32_MAX: nobody knows. */
void recorder_ask(struct recorder *recorder, uint32_t (*left)(void *data, uint32_t address), void *data);

/* Another instance of the same module takes over: what was recorded stays, and nothing that it was about is there. */
void recorder_go_on(struct recorder *recorder);

/* What comes now has nothing to do with what was before, though it may have the same addresses. Returns where it begins. */
size_t recorder_begin_part(struct recorder *recorder);

/* What program_check_with is to be told. */
void recorder_hear(struct recorder *recorder, struct program_other *ret);

/* Hands out what was recorded. */
struct trace recorder_take(struct recorder *recorder);
void trace_release(struct trace *trace);

#endif
