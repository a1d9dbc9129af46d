#ifndef RECAST_HARNESS_BENCHED_H
#define RECAST_HARNESS_BENCHED_H

/* A benchmark as it is printed and kept: those who are measured, built; measured; and put into the ledger. */

#include "harness/bench_json.h"
#include "harness/findings.h"
#include "harness/selector.h"

#define BENCH_FINDING "bench"

enum { BENCHED_PARTIES_MAX = 16 };

struct benched_party {
	const struct selection *selection;
	const struct tree *files; /* at REWRITE_ROOT; NULL for the original */
};

struct benched_ask {
	const struct suite *suite;
	const struct extracted *extracted;
	const struct benched_party *parties; /* the first is what the others are compared with */
	size_t parties_len;                  /* 2 to BENCHED_PARTIES_MAX */
	struct strings only;
	uint64_t budget_ns, seed;            /* as in struct bench_ask */
	struct ledger *ledger;               /* NULL: nothing is kept */
	struct hash key;                     /* by which it is kept */
	struct hash library;                 /* project_key, which the value says as `library_hash` */
};

/* The hash of all that figures depend on but the machine: this recast, recast.json, the original with its tests, the rewrites,
 * and how long it may take. */
struct hash benched_key(const struct project *project, const struct tree *source, const struct benched_party *parties,
			size_t parties_len, const struct strings *only, uint64_t budget_ns);

/*
 * Measures, and keeps what comes of it as a finding about the first candidate among the parties that are compared, if there is
 * one. A rewrite that does not build, or refers to what it may not, is not measured: `refused` in the value says why.
 * The caller owns the value.
 */
int benched_find_out(const struct benched_ask *ask, json_t **out, struct err *err);

/* Whether it is good news: nobody was refused, or answers differently. */
bool benched_is_good(const json_t *value);

#endif
