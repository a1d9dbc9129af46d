#ifndef RECAST_HARNESS_SIMSTUDY_H
#define RECAST_HARNESS_SIMSTUDY_H

/*
 * What rewrites share with an original, beside what others share with it: a study. A number alone says little, so
 * the same figures are made for yardsticks (nulls): implementations of the same thing by somebody else. One that is
 * a relative of the original or of the rewrite is none, and is refused: SIMSTUDY_KIN. Other rewrites of the same run
 * (siblings) are shown, but never ranked: what all of a model's rewrites share with the original exonerates none.
 *
 * specs/similarity.schema.json describes the values.
 */

#include "core/json.h"
#include "harness/findings.h"
#include "harness/simside.h"

/* Above these, something is a finding. Independent implementations of the same interface stay below them. */
#define SIMSTUDY_SHARE 0.2    /* of one side's tokens that stand in the other */
#define SIMSTUDY_APART 0.05   /* and twice what is in any yardstick: far from them */
#define SIMSTUDY_FUNCTION 0.8 /* how like a function is to one of the original's */
#define SIMSTUDY_KIN 0.25     /* a yardstick that shares as much is a relative, and none */
enum {
	SIMSTUDY_RUN = 60,	       /* tokens in a row, word for word */
	SIMSTUDY_SHAPE = 100,	       /* the same under other names */
	SIMSTUDY_FUNCTION_TOKENS = 60, /* functions below are like many others */
	SIMSTUDY_INSTRUCTIONS = 200,   /* of the original, so that what is compiled says something */
	SIMSTUDY_TABLE = 16,	       /* elements of a table in the same order */
	SIMSTUDY_KIN_RUN = 100,	       /* tokens in a row that make a relative */
};

/* Third-party code that both sides may have. */
struct simcommon {
	const char *name;
	struct hash hash;    /* of its paths and texts */
	const char *licence; /* SPDX */
};

struct simsides {
	struct simside *items;
	size_t len;
};

struct simstudy {
	const char *library; /* "name" in recast.json, or "" */
	struct simside original;
	struct simsides rewrites, nulls;
	struct simsides siblings; /* beside the rewrites themselves, which are siblings of each other */
	struct sim_files shared;  /* by design: public headers, visible tests, common code */
	const char *shared_from;  /* "the specification", "--public"; or "" */
	struct strings interface; /* names of its functions */
	struct strings defines, flags; /* with which the original is compiled */
	const struct tools *tools; /* for the view of what is compiled; NULL: there is none */
	struct simcommon *common;
	size_t common_len;
	struct {
		struct tree **items; /* own the texts */
		size_t len, cap;
	} trees;
	struct arena arena;
};

/* Also for zeroed ones. */
void simstudy_release(struct simstudy *study);

/* The hash of all that the result for this rewrite depends on: this recast, all texts and names. */
struct hash simstudy_key(const struct simstudy *study, size_t rewrite);

/* What came of one rewrite. */
struct simresult {
	json_t *value;	/* as printed */
	json_t *detail; /* texts of both sides, as far as a page shows them (simdetail.h) */
	bool known;	/* from the ledger */
};

/*
 * Measures it, or recalls what is known of it. With a ledger, what is found out of a candidate is kept there, as a
 * finding "similarity" on its commit; NULL keeps nothing.
 */
int simstudy_run(struct simstudy *study, size_t rewrite, struct ledger *ledger, struct simresult *ret, struct err *err);
void simresult_release(struct simresult *result);

/* The larger share of the two ways. */
double simstudy_share(const json_t *value);

/* One value for all rewrites: the first, with the others in "more". */
json_t *simstudy_join(const struct simresult *results, size_t len);

#endif
