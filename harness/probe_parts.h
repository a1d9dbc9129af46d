#ifndef RECAST_HARNESS_PROBE_PARTS_H
#define RECAST_HARNESS_PROBE_PARTS_H

/* What the files behind probe_run.h share: one side (probe_side.c), the driver's memory (probe_area.c), what its
 * functions answer (probe_answer.c), and the run (probe_run.c). */

#include "core/prng.h"
#include "harness/guestmemory.h"
#include "harness/probe_run.h"
#include "harness/programworld.h"

enum { AREA_BLOCKS_MAX = 4096, DATA_RANGES_MAX = 16 };

struct probe_side {
	const struct probe_grammar *g;
	struct module *module;
	struct program_world world;
	/* Parts of the module's data that are put back before each probe. */
	struct data_range {
		uint32_t address, len;
		uint8_t *held;
	} data[DATA_RANGES_MAX];
	size_t data_len;
	uint32_t counters, counters_len;
	struct str map;
	struct strings undefined; /* symbols that nothing defines: whoever calls them traps */
	struct arena arena;
};

/* The driver's memory while one probe runs: a frame, then blocks with guard zones. */
struct probe_area {
	const struct probe_grammar *g;
	uint32_t address, len; /* in the guest */
	uint32_t at;           /* where the next block goes */
	uint32_t backs;        /* the driver's table of functions that are called back */
	uint32_t users;        /* its texts */
	uint32_t made[PROBE_CALLS_MAX]; /* what each call has made; 0: nothing */
	uint8_t guard;
	bool full;
	struct {
		uint32_t address, len, call, parameter;
	} blocks[AREA_BLOCKS_MAX];
	size_t blocks_len;
};

/* A call that is under way. */
struct area_call {
	uint32_t index; /* in the probe */
	uint32_t frame;
	uint32_t out;   /* where it puts a pointer to what it makes */
	size_t own;     /* its first block */
};

/* For a new probe. */
void area_begin(struct probe_area *area, const struct hostcall *c);

/* Puts a call's arguments into its frame, which has `room` bytes, and all that they lead to into memory; `index` and
 * `frame` of it are given. False if the call cannot be made: what it takes was not made, or memory is full. */
bool area_put_call(struct probe_area *area, const struct hostcall *c, const struct probe *probe, uint32_t room,
		   struct area_call *call);
/* An ordinary one: its frame stands at the beginning. */
bool area_put_ordinary(struct probe_area *area, const struct hostcall *c, const struct probe *probe, uint32_t index,
		       struct area_call *ret);

/* Takes from the frame what the call has made. */
void area_take_made(struct probe_area *area, const struct hostcall *c, const struct probe *probe,
		    const struct area_call *call);

/* Of the blocks from there on, the first behind which somebody has written, or blocks_len. */
size_t area_overrun(const struct probe_area *area, const struct hostcall *c, size_t from);

/* How much there is from there to the end of the block; 0 if it lies in none. */
uint32_t area_left(const struct probe_area *area, uint32_t address);

/* Structs of the caller's that the call has ended hold nothing any more: what they still lead to is lost. */
void area_wipe_ended(struct probe_area *area, const struct hostcall *c, const struct probe_call *call);

/* For recorder_know: the caller's text that lies there has a name. */
void area_tell(uint32_t behind, struct buf *out);

/* Where one of the caller's texts lies. */
uint32_t area_user(const struct probe_area *area, uint64_t which);

/* Puts what the driver's function answers into its frame. */
void probe_answer(const struct probe_area *area, const struct hostcall *c, struct prng *answers, unsigned *count);

#endif
