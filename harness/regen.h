#ifndef RECAST_HARNESS_REGEN_H
#define RECAST_HARNESS_REGEN_H

/*
 * The loop that writes a rewrite: asks for each unit of the plan, compiles what
 * comes, has the visible tests judge the whole, and asks for repairs or for
 * a fresh start until it stands or all tries are used up. This file turns the
 * crank; each step is another's.
 *
 * The loop depends on nothing but its inputs and the replies. So a run that was
 * stopped goes on by beginning anew: what was answered before is known to the
 * asker, and what was compiled and judged before stands in the cache.
 */

#include "harness/asker.h"
#include "harness/candidates.h"
#include "harness/judgefeedback.h"
#include "harness/runs.h"
#include "harness/visible.h"

struct regen {
	const char *project;
	const struct visible *visible;
	const struct templates *templates;
	struct str considerations, decisions; /* of RECAST.md */
	const struct unitplan *plan;
	struct asker *asker;
	struct ledger *ledger;
	uint64_t run;
	unsigned samples; /* of a unit: fresh starts */
	unsigned repairs; /* of each sample */
	unsigned parallel; /* requests at once */
	const struct signer *signer; /* of commits; or NULL */
};

/* Inputs past the tests are fewer than those of a verdict: each look has a price in time. */
enum {
	REGEN_INPUTS = 4000,
	REGEN_PLAN_TRIES = 3,
	REGEN_SAMPLES = 4,
	REGEN_REPAIRS = 3,
	REGEN_SAMPLES_MAX = 16,
	REGEN_REPAIRS_MAX = 16
};

/* How far a rewrite came, by the visible tests alone. */
struct regen_look {
	enum gate_name reached; /* the gate that it fails, GATES if none */
	size_t passed, failed;  /* visible tests */
	uint64_t divergences, fuel;
	const char *why;        /* what is wrong first, one line; or "" */
};

/* What became of one candidate: the best that it came to. */
struct regen_candidate {
	unsigned slot;        /* from 1 */
	bool is_kept;         /* there was something to keep */
	struct candidate candidate;
	struct draft draft;
	struct regen_look look;
	unsigned requests;    /* units that were asked for, repairs among them */
	unsigned repairs, samples;
};

/* Asks for a plan, again if it is not one. What people wrote in RECAST.md comes before; that is the caller's matter. */
int regen_plan(const struct regen *regen, struct arena *a, struct unitplan *ret, struct err *err);

/* Whatever the model does is in the result. */
int regen_candidate(const struct regen *regen, unsigned slot, struct arena *a, struct regen_candidate *ret,
		    struct err *err);

/* Whether the one came further than the other; of equals the one that came first. */
bool regen_is_better(const struct regen_candidate *one, const struct regen_candidate *other);

#endif
