#ifndef RECAST_HARNESS_STRENGTH_H
#define RECAST_HARNESS_STRENGTH_H

/*
 * How much the tests of a library find: mutants of the original are run against them, and those that no test notices
 * say what a rewrite could get wrong and still pass. Only programs that judge rewrites count, by what they say
 * themselves, as for a user; calls are not compared. And which statements of the original they execute.
 *
 * specs/strength.schema.json describes the value.
 */

#include "core/json.h"
#include "harness/findings.h"
#include "harness/suite.h"

#define STRENGTH_FINDING "strength"
#define STRENGTH_SUBJECT "original" /* of what is about the whole library; a function has its own */

enum { STRENGTH_SAMPLE = 2000 };

struct strength_ask {
	size_t sample;        /* mutants that are run at most, drawn by lot; 0 for all */
	uint64_t seed;        /* of the lot */
	const char *function; /* whose mutants only; or NULL */
};

extern const struct strength_ask strength_default_ask;

/* The hash of all that the value depends on. */
struct hash strength_key(const struct project *project, const struct tree *source, const struct strength_ask *ask);

/* Measures it. A library that does not build, or has no tests or code, gives a value without a score. The caller owns
 * the value. */
int strength_measure(const struct suite *suite, const struct suite_result *baseline, const struct strength_ask *ask,
		     json_t **out, struct err *err);

/* Names the project in the value, so that strength_known finds it. */
void strength_set_project(json_t *value, const struct project *project, const struct tree *source);

/* Keeps it in the ledger; and looks whether it is known there: *out is NULL if not. */
int strength_keep(struct ledger *ledger, const struct strength_ask *ask, const struct hash *key, const json_t *value,
		  struct err *err);
int strength_recall(struct ledger *ledger, const struct strength_ask *ask, const struct hash *key, json_t **out,
		    struct err *err);

/* The newest about the whole of this library as it is now, however many mutants were run; *out is NULL if there is
 * none. A ledger of NULL knows nothing. */
int strength_known(struct ledger *ledger, const struct project *project, const struct tree *source, json_t **out,
		   struct err *err);

#endif
