#ifndef RECAST_HARNESS_PROBE_PAIR_H
#define RECAST_HARNESS_PROBE_PAIR_H

/* Original and rewrite, each linked with the driver, and probes put to both. */

#include "harness/probe_run.h"

struct probe_pair {
	const struct probe_grammar *g;
	const struct strings *declared; /* what may differ, as recast.json has it */
	/* As they are judged otherwise, and with code that tells of itself. Those of a rewrite are NULL if there is none. */
	struct probe_side *original, *rewrite, *original_watched, *rewrite_watched;
};

enum probe_verdict {
	PROBE_SAME,
	PROBE_DIFFERS,
	PROBE_UNDEFINED, /* the original does what C does not define, or does not come back: it gives no answer */
	PROBE_UNSTABLE,  /* the original answers otherwise when memory holds other bytes */
};

/* A difference, for people; strings live in the arena that it was told to. */
struct probe_difference {
	struct trace_text text;
	const char *cause;   /* what differences of one kind have in common */
	uint32_t call;       /* of the probe */
	bool in_end;         /* it is not what it answers, but that it does not come back as the original does */
};

/* In a fresh instance each, the original also with other memory. *ret_difference is set for PROBE_DIFFERS. */
int probe_confirm(const struct probe_pair *pair, const struct probe *p, struct arena *a, enum probe_verdict *ret,
		  struct probe_difference *ret_difference, struct err *err);

/* Whether the original alone gives an answer that can be relied on: PROBE_SAME if so. */
int probe_confirm_original(const struct probe_pair *pair, const struct probe *p, enum probe_verdict *ret,
			   struct err *err);

/* The same, quicker, and once each: what hangs on memory that was never written is not told from the rest. */
int probe_ask(const struct probe_pair *pair, const struct probe *p, struct arena *a, enum probe_verdict *ret,
	      struct probe_difference *ret_difference, struct err *err);

/* Whether it still differs so, asked as quickly. */
int probe_still_differs(const struct probe_pair *pair, const struct probe *p, const char *cause, bool *ret,
			struct err *err);

/* Makes a probe as small as it can be made so that `shows` still says so; -1 from there ends it. */
int probe_shrink(const struct probe_pair *pair, const struct probe *p, int (*shows)(void *data, const struct probe *p),
		 void *data, struct arena *a, struct probe *ret);
/* Only calls are left out; values stay as they are. */
int probe_shrink_calls(const struct probe_pair *pair, const struct probe *p,
		       int (*shows)(void *data, const struct probe *p), void *data, struct arena *a, struct probe *ret);

/*
 * Compares what both sides did of one probe. `c` is of their traces; `d` borrows from it. True if they differ.
 * What the original's outcome says about its own worth nobody looks at here.
 */
bool probe_compare(struct comparison *c, const struct probe_outcome *original, const struct trace_range *noise,
		   const struct probe_outcome *rewrite, struct arena *a, struct probe_difference *ret);

/* Fuel that a rewrite may use where the original has used so much; less as long as nothing hangs on it. */
uint64_t probe_fuel_of_rewrite(uint64_t original, bool patient);

#endif
