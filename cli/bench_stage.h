#ifndef RECAST_CLI_BENCH_STAGE_H
#define RECAST_CLI_BENCH_STAGE_H

/* What rewrites are measured to be: known from before, or found out now and kept. */

#include "cli/work.h"
#include "harness/benched.h"

struct bench_wish {
	const struct selection *parties; /* the first is what the others are compared with */
	size_t parties_len;              /* 2 to BENCHED_PARTIES_MAX */
	struct strings only;             /* workloads, or all */
	uint64_t budget_ns;              /* for taking times; 0: none are taken */
};

/* As specs/bench.schema.json has it. Always measured anew. */
int bench_stage(struct work *work, const struct bench_wish *wish, json_t **out, struct err *err);

/* Only what is known; *out is NULL if nothing is. Builds nothing. */
int bench_stage_recall(struct work *work, const struct bench_wish *wish, json_t **out, struct err *err);

#endif
