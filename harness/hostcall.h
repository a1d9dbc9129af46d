#ifndef RECAST_HARNESS_HOSTCALL_H
#define RECAST_HARNESS_HOSTCALL_H

/*
 * Functions of module "recast" that code of recast's own, linked into a guest,
 * calls on the host. They exist for every guest, but only a run that was given
 * something to hear them answers; in any other they trap. That nobody else can
 * import them is the symbols judge's business.
 */

#include "core/base.h"

enum hostcall_name {
	HOSTCALL_BEGIN, /* (trampolines, count, an address on the stack): once, before anything else; returns the byte to fill memory with */
	HOSTCALL_ENTER,    /* (function, frame, freed blocks, their count) */
	HOSTCALL_LEAVE,    /* the same */
	HOSTCALL_CALLBACK, /* (signature, slot, frame, 0): returns the function to call */
	HOSTCALL_RETURNED, /* the same, after it */
	HOSTCALL_FREED,    /* (0, 0, freed blocks, their count) */
	HOSTCALL_MARK, /* (0, 0, 0, 0): main begins; the engine answers it itself, in any run, and says it to who hears */
	HOSTCALL_ALLOCATED, /* (bytes taken, bytes given back, blocks taken, blocks given back) */
	HOSTCALL_NEXT, /* (room, its bytes, addresses of callbacks, what was compared): the driver's next call, as 1 + its number; 0 if it is over */
	/* (callback, frame, another frame, how often it has asked): the driver's function was called; what it returns is
	 * to be put there. Returns the call that it is to make before, as HOSTCALL_NEXT does, with arguments in the other
	 * frame. */
	HOSTCALL_ASKED,
	HOSTCALL_HEAP,      /* see enum heap_what */
	HOSTCALL_UNDEFINED, /* (enum undefined_kind, what the compiler has put down of the place, two operands) */
	HOSTCALL_REACHED, /* (number of a statement, 0, 0, 0): it is about to be executed for the first time, see instrument.h */
	HOSTCALL_MUTANT, /* (object, 0, 0, 0): returns which mutant of the object it is to be, see mutant.h; (object, 1, 0, 0): 1 */
	HOSTCALL_VARY, /* (number of a literal, where its value stands, room for longer ones, enum varied_form), see varied_guest.c */
	HOSTCALLS,
};

enum { HOSTCALL_PARAMS = 4 };

extern const char *const hostcall_names[HOSTCALLS];

struct hostcall {
	uint8_t *memory;
	size_t memory_len;
	uint32_t arg[HOSTCALL_PARAMS];
	size_t out_len, err_len; /* what the guest has printed so far */
	const char *out, *err;
	uint64_t fuel; /* of HOSTCALL_NEXT: what has been used since the one before */
};

struct hostcalls {
	void *data;
	/* The number that the guest gets, or -1 to end it with a trap. */
	int64_t (*call)(void *data, enum hostcall_name name, const struct hostcall *call);
	/* What the guest may use up to the next HOSTCALL_NEXT, asked for after each; NULL: its limits are for all of it. */
	uint64_t (*fuel)(void *data);
	/* The run is over, whatever its end; the memory is as it was left. May be NULL. */
	void (*over)(void *data, const struct hostcall *call);
};

#endif
