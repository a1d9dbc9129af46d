#ifndef RECAST_HARNESS_RUNS_H
#define RECAST_HARNESS_RUNS_H

/*
 * Runs of `recast generate` and their attempts, in the ledger. A run does a job:
 * the hash of what it depends on. One that was stopped goes on where the same
 * job is asked for again.
 */

#include "harness/ledger.h"

enum run_state { RUN_OPEN, RUN_STOPPED, RUN_DONE };

const char *run_state_name(enum run_state state);

struct run {
	uint64_t number; /* from 1 */
	struct hash job;
	enum run_state state;
	const char *settings; /* JSON: what was asked for, for people */
	const char *reason;   /* it was stopped; or "" */
	int64_t begun_s, ended_s;
	const char *result;   /* JSON, once done; or "" */
};

/* The newest run of that job that is not done. */
int runs_resume(struct ledger *ledger, const struct hash *job, struct arena *a, bool *ret_is, struct run *ret,
		struct err *err);

/* `number` is set. */
int runs_begin(struct ledger *ledger, struct run *run, struct err *err);
int runs_end(struct ledger *ledger, uint64_t number, enum run_state state, const char *reason, const char *result,
	     int64_t now_s, struct err *err);
/* By number; a ledger of NULL has none. */
int runs_list(struct ledger *ledger, struct arena *a, struct run **ret, size_t *ret_len, struct err *err);

/* One try at a unit, or at the whole: a commit. */
struct attempt {
	uint64_t run;
	const char *key;      /* as that of its exchange: "c1/whole/s1/r0" */
	const char *unit;     /* the file, or "" for the whole */
	unsigned slot, sample, round;
	const char *commit;   /* whole id */
	uint64_t exchange;    /* the number of the one that gave it */
	const char *outcome;  /* "compiles", "does not compile", "passes 12 of 14", … */
	const char *result;   /* JSON: visible tests, feedback, autofixes, what was ignored */
};

/* One with the same run and key is replaced. */
int runs_attempt(struct ledger *ledger, const struct attempt *attempt, struct err *err);
/* Those of a run, or of all if it is 0, in the order in which they were first made. */
int runs_attempts(struct ledger *ledger, uint64_t run, struct arena *a, struct attempt **ret, size_t *ret_len,
		  struct err *err);

#endif
