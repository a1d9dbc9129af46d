#ifndef RECAST_HARNESS_PROBE_PARTS_H
#define RECAST_HARNESS_PROBE_PARTS_H

/* What the files behind probe_run.h share: the driver's memory (probe_area.c), what its functions answer
 * (probe_answer.c), and the run (probe_run.c). */

#include "core/prng.h"
#include "harness/guestmemory.h"
#include "harness/probe_run.h"

enum { AREA_BLOCKS_MAX = 4096 };

/* The driver's memory while one probe runs: a frame, then blocks with guard zones. */
struct probe_area {
	const struct probe_grammar *g;
	uint32_t address, len; /* in the guest */
	uint32_t at;           /* where the next block goes */
	uint32_t backs;        /* the driver's table of functions that are called back */
	uint32_t users;        /* its texts */
	uint32_t made[PROBE_CALLS_MAX]; /* what each call has made; 0: nothing */
	uint32_t out;          /* where the call at hand puts a pointer to what it makes */
	uint8_t guard;
	bool full;
	struct {
		uint32_t address, len, call, parameter;
	} blocks[AREA_BLOCKS_MAX];
	size_t blocks_len;
	size_t own; /* the first of the call at hand */
};

/* For a new probe. */
void area_begin(struct probe_area *area, const struct hostcall *c);

/* Puts the frame of a call and all that its arguments lead to into memory. False if the call cannot be made: what it takes
 * was not made, or memory is full. */
bool area_put_call(struct probe_area *area, const struct hostcall *c, const struct probe *probe, uint32_t call);

/* Takes from the frame what the call has made. */
void area_take_made(struct probe_area *area, const struct hostcall *c, const struct probe *probe, uint32_t call);

/* Of the blocks from there on, the first behind which somebody has written, or blocks_len. */
size_t area_overrun(const struct probe_area *area, const struct hostcall *c, size_t from);

/* How much there is from there to the end of the block; 0 if it lies in none. For recorder_ask. */
uint32_t area_left(const void *area, uint32_t address);

/* Where one of the caller's texts lies. */
uint32_t area_user(const struct probe_area *area, uint64_t which);

/* Puts what the driver's function answers into its frame. */
void probe_answer(const struct probe_area *area, const struct hostcall *c, struct prng *answers, unsigned *count);

#endif
