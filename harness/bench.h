#ifndef RECAST_HARNESS_BENCH_H
#define RECAST_HARNESS_BENCH_H

/*
 * How fast one library is beside others that offer the same: every workload linked with each, run, answers compared on the
 * way. Fuel, memory, size and growth are exact; times are taken in pairs, after the first party was compared with
 * itself, so that the machine's own noise is known. Who answers differently is not faster but wrong, and counts in no mean.
 */

#include "core/machine.h"
#include "harness/benchtime.h"
#include "harness/workload.h"

/* Somebody who is measured. */
struct bench_party {
	const char *name;              /* "original", "c1", "./mine" */
	const char *commit;            /* or "" */
	const struct rewrite *rewrite; /* NULL: the original */
};

struct bench_ask {
	const struct suite *suite;
	const struct extracted *extracted;
	const struct bench_party *parties; /* the first is what the others are compared with */
	size_t parties_len;
	struct strings only; /* workloads of these names, or all */
	uint64_t budget_ns;  /* for taking times, of all together; 0: none are taken */
	uint64_t seed;
};

enum { BENCH_SIZES = 4 };

/* Of one party with one workload. */
struct bench_measure {
	const char *failure;           /* why there are no figures, or NULL */
	struct hash answers;           /* of all that it printed, in all runs but those of `sizes` */
	uint64_t fuel, bulk_bytes;     /* bulk bytes are a part of the fuel */
	uint64_t first_fuel;           /* of the first call alone; 0 if that is not told apart */
	double later_fuel;             /* of each of the others */
	uint64_t memory_bytes;         /* peak of the linear memory */
	uint64_t allocations, live_bytes; /* how many; the most that were held at once */
	uint64_t code_bytes, start_fuel;
	double start_ns;               /* median, until main begins, making the instance included; 0 without times */
	struct bench_size {
		uint64_t n, fuel;
		bool ended;          /* within the limits; otherwise it grew too large to be run */
		struct hash answer;
	} sizes[BENCH_SIZES];  /* of a workload that is sized: n, 2n, 4n, 8n */
	struct growth growth;  /* of those that ended */
};

struct bench_row {
	struct bench_measure a, b;
	bool wrong;      /* both ran, and b answers differently */
	bool cached;     /* b's later calls are cheaper than its first by far more than a's are */
	bool grows_faster; /* by a higher order, or so much that it did not end */
	bool timed;
	struct benchtime time;
	double p;        /* corrected */
	enum bench_verdict verdict;
};

/* Whether its figures count in means. */
bool bench_row_counts(const struct bench_row *row);

struct bench_comparison {
	const struct bench_party *b;
	struct bench_row *rows; /* a row for each workload */
	struct interval time;   /* geometric mean of the ratios; of no workload 1 */
	double fuel, memory, allocations, code, start; /* the same */
	size_t counted, timed, wrong, grows_faster; /* rows in the means of figures, and of times */
};

/* The first party beside itself. */
struct bench_self {
	size_t comparisons, false_positives;
	double noise;       /* how far from 1 the worst interval reached */
	double *noises;     /* of each workload */
};

struct bench {
	const struct bench_party *a;
	struct workloads workloads; /* those that were asked for */
	struct bench_comparison *comparisons;
	size_t comparisons_len;
	struct bench_self self;
	struct machine_state machine;
	uint64_t wall_ns;
	struct arena arena;
};

/* The result borrows from what was asked. What a party does is in the result. */
int bench_run(const struct bench_ask *ask, struct bench *ret, struct err *err);
void bench_release(struct bench *bench);

#endif
