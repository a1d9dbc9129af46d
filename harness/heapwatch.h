#ifndef RECAST_HARNESS_HEAPWATCH_H
#define RECAST_HARNESS_HEAPWATCH_H

/*
 * An allocator in the place of libc's, for guests whose use of memory is to be judged. What stands in the guest only
 * asks: where blocks lie, whose they are and what became of them is known to the host alone, so nothing that a rewrite
 * can write decides it, and nothing of it is lost where a module's data is put back.
 *
 * Each block has a guard zone at both ends, the one behind it beginning right after its last byte. Blocks are not used
 * again before a good deal more has been freed. What is found is a value; wrong use by the guest is never an error.
 */

#include "harness/build.h"
#include "harness/hostcall.h"
#include "harness/tools.h"

/* What HOSTCALL_HEAP is told first. */
enum heap_what {
	HEAP_ALLOCATE, /* (what, 0, size, alignment): returns an address, or 0 */
	HEAP_ZEROED,   /* the same */
	HEAP_RESIZE,   /* (what, address or 0, size, 0): the same */
	HEAP_FREE,     /* (what, address, 0, 0) */
	HEAP_SIZE,     /* (what, address, 0, 0): returns how many bytes were asked for */
	HEAP_ROOM, /* (what, where memory ended before it grew or all ones, where the heap begins, 0): see heapwatch.c */
};

/* An object that defines malloc and all that goes with it. */
int heap_object(const struct tools *tools, struct arena *a, struct link_input *ret, struct err *err);

enum heap_fault_kind {
	HEAP_OVERRUN,          /* bytes behind a block were written */
	HEAP_UNDERRUN,         /* in front of it */
	HEAP_WRITE_AFTER_FREE,
	HEAP_DOUBLE_FREE,
	HEAP_FOREIGN_FREE,     /* what was never allocated, or the middle of a block */
	HEAP_FAULTS,
};

/* "writes behind a block", … */
const char *heap_fault_name(enum heap_fault_kind kind);

/* Blocks and faults have a number that the caller gives: 0 for the test, others for the library. */
struct heap_fault {
	enum heap_fault_kind kind;
	uint32_t address, size; /* of the block; size is 0 where there is none */
	int64_t offset;         /* of the byte in question, from the block's first */
	uint32_t serial;        /* of the allocation, among those of its side, from 1 */
	uint32_t owner;         /* who allocated it */
	uint32_t finder;        /* who ran when it was found */
};

struct heap_block {
	uint32_t address, size, serial, owner;
};

enum { HEAP_FAULTS_KEPT = 32, HEAP_LEAKS_KEPT = 32, HEAP_BLOCKS_MAX = 4 << 20 };

/* What came of it. Only blocks of the library count; faults are everybody's. */
struct heap_account {
	uint64_t allocations, frees;
	uint64_t live_blocks, live_bytes, peak_bytes;
	bool denied;  /* the allocation that was to fail came */
	bool refused; /* one failed for want of room: of memory, of what orders allow, or of HEAP_BLOCKS_MAX */
	uint64_t fault_counts[HEAP_FAULTS];
	const struct heap_fault *faults; /* the first of them; until the watch begins anew */
	size_t faults_len;
	const struct heap_block *leaks; /* the first that the library allocated and that are still there */
	size_t leaks_len;
};

struct heap_orders {
	uint8_t fill, guard,
		freed; /* bytes that fresh blocks, guard zones and freed blocks are filled with; large ones in part */
	uint64_t fail;       /* of the library's allocations the one that fails, from 1; or 0 */
	uint64_t live_bytes; /* more than that is not given, the test's included; or 0 */
};

extern const struct heap_orders heap_default_orders;

struct heap_watch;

struct heap_watch *heap_watch_new(void);
void heap_watch_free(struct heap_watch *w);

/* For a fresh instance: forgets everything. */
void heap_watch_begin(struct heap_watch *w, const struct heap_orders *orders);

/*
 * What is there now belongs to the instance's start: heap_watch_again goes back to it, contents included, as often as
 * one likes, so that addresses are the same each time. All else is forgotten, counts and faults with it.
 */
void heap_watch_keep(struct heap_watch *w, const uint8_t *memory, size_t len);
void heap_watch_again(struct heap_watch *w, const struct heap_orders *orders, uint8_t *memory, size_t len);

/* Answers HOSTCALL_HEAP; `who` is 0 unless the library runs. -1 is for what no guest with that object would ask. */
int64_t heap_watch_hear(struct heap_watch *w, const struct hostcall *call, uint32_t who);

/* Looks at all guard zones and all that was freed; what is found is found once. Costs time by the bytes that are there. */
void heap_watch_check(struct heap_watch *w, const uint8_t *memory, size_t len, uint32_t who);

/* Bytes that such a look would have to pass over. */
uint64_t heap_watch_bytes(const struct heap_watch *w);

/* How much there is from there to the end of the block; 0 if it is not in a block any more, or in a guard zone, and
 * UINT32_MAX if that is not the heap's. */
uint32_t heap_watch_left(struct heap_watch *w, uint32_t address);

/* Its counts so far; without the lists. */
const struct heap_account *heap_watch_counts(const struct heap_watch *w);

/* Looks once more, and tells. */
void heap_watch_end(struct heap_watch *w, const uint8_t *memory, size_t len, struct heap_account *ret);

/* Blocks of the library's that nothing leads to any more: nothing in the data in front of the heap, and nothing
 * in a block that something leads to or that the test has. */
struct heap_lost {
	uint64_t blocks, bytes;
	struct heap_block first;
};

struct heap_roots {
	uint32_t data;     /* where the stack ends and data begins */
	uint32_t from, to; /* memory of the test's that is elsewhere */
};

void heap_watch_lost(struct heap_watch *w, const uint8_t *memory, size_t len, const struct heap_roots *roots,
		     struct heap_lost *ret);

#endif
