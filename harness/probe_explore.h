#ifndef RECAST_HARNESS_PROBE_EXPLORE_H
#define RECAST_HARNESS_PROBE_EXPLORE_H

/*
 * Probes by the thousand, guided by where they lead: one that reaches new code on either side is kept, and others are
 * made from it. The work is done in lanes that know nothing of each other, so what is found follows from the seed alone,
 * however many threads there are.
 */

#include "harness/probe_make.h"
#include "harness/probe_pair.h"

enum { PROBE_LANES = 8, PROBE_KEPT_PER_CAUSE = 3, PROBE_CAUSES_MAX = 200, PROBE_SUSPICIONS_MAX = 64 };

/* Differences of one kind, as they were met. */
struct probe_cause {
	const char *cause;
	size_t count;
	struct probe kept[PROBE_KEPT_PER_CAUSE];
	size_t kept_len;
};

/* What a rewrite did to memory and the original did not: kinds as bits, by the smallest probe of each set of them. */
struct probe_suspicion {
	uint64_t faults, undefined;
	bool lost;
	struct probe probe;
};

/* What a lane, or all of them, came to. */
struct probe_exploration {
	struct probe_cause *causes;
	size_t causes_len;
	struct probe_suspicion *suspicions;
	size_t suspicions_len;
	size_t inputs, calls;
	size_t undefined;         /* the original gave no answer */
	size_t skipped;           /* memory did not do, or it was too large */
	struct probe *corpus;     /* those that led to new code, or there in another number of times */
	size_t corpus_len;
	uint64_t fuel;            /* of both sides */
	size_t *called;           /* for each function of the grammar: inputs in which it came back */
	bool *tried;              /* those that were called at all */
	uint8_t *original_seen, *rewrite_seen; /* where code was */
	bool cut;                 /* fuel ran out before all inputs were made */
	struct arena arena;
};

struct probe_effort {
	size_t inputs;
	uint64_t seed;
	uint64_t fuel; /* of both sides together */
};

/* A stage that the observer hears of. Where there is no rewrite the original is explored alone. */
int probe_explore(const struct probe_pair *pair, const struct probe_words *words, const struct probe_effort *effort,
		  struct probe_exploration *ret, struct err *err);
void probe_exploration_release(struct probe_exploration *e);

#endif
