#ifndef RECAST_HARNESS_PROBE_COMPARED_H
#define RECAST_HARNESS_PROBE_COMPARED_H

/*
 * What a library compared while a probe ran, and what it compared with. Where one of both stems from an argument, the
 * other one in its place leads elsewhere: to the letter that a parser would have taken, beyond the limit that a length was
 * held against. So a way is found that no lot would find soon.
 */

#include "harness/hostcall.h"
#include "harness/probe_make.h"

struct probe_compared {
	uint64_t wanted, had; /* not the same */
};

/* Definitions for the driver, which notes what code compiled with probe_counter_flags compares in `recast_compared`. */
extern const char probe_compared_driver[];
/* The same, for programs in which nobody asks; also of what counts where code was. */
extern const char probe_compared_nothing[];

/* Reads what was noted in the guest, at the address of `recast_compared`. */
size_t probe_compared_read(const struct hostcall *c, uint32_t address, struct arena *a, struct probe_compared **ret);

/* The probe with one of its arguments changed so, drawn by lot. False if no argument that was compared can be found. */
bool probe_make_led(struct probe_maker *m, const struct probe *from, const struct probe_compared *pairs, size_t pairs_len,
		    struct probe *ret);

#endif
