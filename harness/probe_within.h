#ifndef RECAST_HARNESS_PROBE_WITHIN_H
#define RECAST_HARNESS_PROBE_WITHIN_H

/*
 * Calls from within callbacks. Whether a visitor may change what is being walked stands in documentation, which nobody
 * here reads. So only what tests were seen to do is done: a function is called from within a callback of one type while
 * one function is under way, and is given an object that is under way only if a test gave it one.
 */

#include "harness/probe.h"

enum { PROBE_WITHIN_FRAME = 2048 }; /* bytes of the arguments and the result of a call from within, at most */

/* What one program was seen to do; `callback` is of the shims. */
struct within_heard {
	struct within_seen {
		uint32_t outer, callback, function;
		bool shares;
	} *items;
	size_t len, cap;
};

void within_heard_release(struct within_heard *heard);

/* Runs the program with the original. Nothing is seen where no callback of the library's is heard. */
int probe_within_listen(const struct suite *suite, const struct plan_program *planned, const struct shims *shims,
			struct within_heard *ret, struct err *err);

/* Takes from it what may be done into the grammar. What ends an object, takes one over or makes one that must be
 * ended is never called from within; nor does a callback call anything whose calls are the library's own affair, or whose
 * type stands for several things. */
void probe_within_learn(struct probe_grammar *g, const struct within_heard *heard, size_t heard_len, struct arena *a);

/* ---- asking */

/* Whether callbacks of that type call anything at all. */
bool probe_within_calls(const struct probe_grammar *g, size_t callback);
bool probe_within_may(const struct probe_grammar *g, uint32_t outer, size_t callback, uint32_t function);
/* By any callback; *ret_shares is whether all of these may share objects. */
bool probe_within_any(const struct probe_grammar *g, uint32_t outer, uint32_t function, bool *ret_shares);

#endif
