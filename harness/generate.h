#ifndef RECAST_HARNESS_GENERATE_H
#define RECAST_HARNESS_GENERATE_H

/*
 * A run of `recast generate`: begins it or goes on with one that was stopped,
 * has a plan made if the library needs one, writes the candidates one after the other,
 * and says which came furthest by the visible tests. It does not know the sealed
 * ones; judging is a step behind it.
 */

#include "harness/regen.h"

enum generate_units { UNITS_AUTO, UNITS_ONE, UNITS_PLAN };

/* "auto", "one", "plan". */
const char *generate_units_name(enum generate_units units);
bool generate_units_find(const char *name, enum generate_units *ret);

struct generate {
	const char *project;         /* the folder */
	const struct suite *suite;
	const struct extracted *extracted;
	const struct tree *source;   /* that the suite was built from */
	struct hash spec;
	const struct provider *panel;
	size_t panel_len;
	const struct templates *templates;
	const struct secrets *secrets;
	const struct signer *signer; /* or NULL */
	unsigned candidates, samples, repairs, parallel;
	enum generate_units units;
	bool fresh;                  /* begin a run, although one of the same job was stopped */
	bool limited;                /* by `budget`, in nano-dollars */
	uint64_t budget;
	const char *record;          /* folder, or NULL */
	bool is_replay;              /* the panel answers from a recording */
	const char *date;            /* for RECAST.md */
	const atomic_bool *cancelled;
	void (*wait)(void *data, uint64_t ms);
	void *wait_data;
};

enum { GENERATE_CANDIDATES_MAX = 100 };

/* What all requests of a run took. */
struct spending {
	uint64_t requests, failed; /* those that were answered, those that were not */
	uint64_t input, cached, output; /* tokens */
	uint64_t cost;             /* nano-dollars */
	bool priced;               /* each of them had a price */
	uint64_t recited;
};

struct generated {
	uint64_t run;
	bool resumed;
	struct unitplan plan;
	bool planned; /* by a model, in this run */
	struct regen_candidate *candidates;
	size_t candidates_len;
	const struct regen_candidate *best; /* NULL if there is none */
	struct spending spending;
	enum provenance provenance; /* of the least that can be said of its exchanges */
	struct hash head;           /* of the transcript */
	const char *result, *action; /* for the ledger, and for RECAST.md */
};

/* A run that cannot go on ends with an error and is stopped: asked for again it goes on. One that is through stays open,
 * until what came of it was judged and generate_end is called: whoever is killed before finds it again. */
int generate_run(const struct generate *g, struct ledger *ledger, struct arena *a, struct generated *ret, struct err *err);

int generate_end(const struct generate *g, struct ledger *ledger, const struct generated *result, struct err *err);

/* Considerations as prompts have them. Questions that init left open are for people: as long as nobody has answered one it
 * is no consideration. */
struct str generate_without_questions(struct str considerations, struct arena *a);

/* What it would take: from one request a unit, to all samples and repairs. */
struct estimate {
	size_t units;
	bool guessed_units; /* a model has still to make the plan */
	struct {
		uint64_t requests, input, output; /* tokens */
		uint64_t cost;                    /* nano-dollars, by the first of the panel */
	} least, most;
};

int generate_estimate(const struct generate *g, struct arena *a, struct estimate *ret, struct err *err);

#endif
