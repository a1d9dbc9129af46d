#ifndef RECAST_HARNESS_HEAPWATCH_PARTS_H
#define RECAST_HARNESS_HEAPWATCH_PARTS_H

/* What the files behind heapwatch share. */

#include "harness/heapwatch.h"

enum { HEAP_CLASSES = 256 };

struct slot {
	uint32_t start, capacity;
	uint32_t address, size; /* of the block */
	uint32_t serial, owner;
	uint32_t next;          /* in its queue: the index plus one, or 0 */
	uint8_t class;
	bool live, told;        /* told: its guard zones or its freed bytes are spoilt, and that is known */
	bool reached;           /* something leads there */
};

struct queue {
	uint32_t first, last, len; /* indices plus one */
};

/* What the guest asked for. */
struct wish {
	enum heap_what what;
	uint32_t block, size, align, who;
	bool open; /* it waits for room */
};

struct heap_watch {
	struct heap_orders orders;
	struct slot *slots; /* by address */
	size_t slots_len, slots_cap, hint;
	uint32_t base, next, end; /* of the heap: where it begins, where the next slot does, where memory ends */
	struct queue queues[HEAP_CLASSES];
	struct wish wish;
	struct heap_account account;
	uint64_t live_bytes, test_serial; /* the test's included */
	struct heap_fault faults[HEAP_FAULTS_KEPT];
	struct heap_block leaks[HEAP_LEAKS_KEPT];
	/* As heap_watch_keep found it. */
	struct slot *kept;
	size_t kept_len;
	uint64_t kept_live;
	uint32_t kept_base, kept_next, kept_end;
	uint8_t *kept_bytes;
};

/* The one that the address lies in, or NULL. */
struct slot *heap_slot_at(struct heap_watch *w, uint32_t address);

#endif
