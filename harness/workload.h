#ifndef RECAST_HARNESS_WORKLOAD_H
#define RECAST_HARNESS_WORKLOAD_H

/*
 * What two sides are measured with: programs that call the library. The library's own tests, programs that the user
 * named in recast.json ("workloads"), and small ones that recast makes from the interface and from what tests were seen to
 * call. A workload is objects without the library; each side is linked to them.
 */

#include "harness/extract.h"
#include "harness/rewrite.h"

enum workload_kind { WORKLOAD_TEST, WORKLOAD_USER, WORKLOAD_MICRO };

const char *workload_kind_name(enum workload_kind kind); /* "test", "user", "micro" */

struct workload {
	enum workload_kind kind;
	const char *name;                   /* "test_parse", "parse_big", "td_edit", "td_edit, growing" */
	const struct link_input *objects;   /* its own, and those that measure */
	size_t objects_len;
	struct link_input counter;          /* one more, for LENS_ALLOCATIONS */
	const struct strings *wrapped;      /* names that go through the objects that measure */
	const struct plan_program *planned; /* whose configuration, library, arguments, files and environment */
	const struct strings *args;         /* instead of that program's; NULL: those of the program */
	bool sized;       /* takes two more arguments: n, and a number by which its inputs vary */
	uint64_t n;       /* to begin with; of one that is sized */
	const char *unit; /* what n counts: "calls", "bytes" of each text; "" where nobody knows */
	bool inputs_vary; /* with the second of these */
	size_t inputs;    /* different ones that a micro workload has; else 0 */
};

struct workloads {
	struct workload *items;
	size_t len;
	struct strings left_out; /* "td_open: it takes a callback" */
	struct arena arena;
};

/* Programs that the original fails are left out, as are functions that cannot be called blindly. The suite and what was
 * extracted of it must outlive the result. */
int workloads_find(const struct suite *suite, const struct extracted *extracted, struct workloads *ret,
		   struct err *err);
void workloads_release(struct workloads *w);

/* Who is measured: the original where `rewrite` is NULL. */
struct bench_side {
	const struct suite *suite;
	const struct rewrite *rewrite; /* one that builds */
};

enum bench_lens {
	LENS_FUEL,        /* exact; start-up taken out */
	LENS_BULK,        /* the same run again, for bulk bytes alone */
	LENS_ALLOCATIONS, /* and for what it allocates */
	LENS_TIME,        /* without fuel */
	LENSES,
};

/* A workload linked with a side, ready to run. */
struct bench_module;

/*
 * `timed` is an engine of ENGINE_TIMED; where it is NULL there is no LENS_TIME. That it cannot be linked is a result: *out is
 * NULL and *ret_why, in the arena, says why. The workload, the side and the engine must outlive the module.
 */
int bench_module_make(const struct bench_side *side, const struct workload *workload, struct engine *timed,
		      struct arena *a, struct bench_module **out, const char **ret_why, struct err *err);
void bench_module_free(struct bench_module *module);

/* To another place in memory, which `lot` chooses, for LENS_TIME; see module_move. */
void bench_module_move(struct bench_module *module, uint64_t lot);

size_t bench_module_code_bytes(const struct bench_module *module); /* of the code section */

struct bench_run {
	struct run_result run;      /* fuel, times and bulk bytes without those of the start */
	uint64_t start_fuel, start_ns; /* until main begins, the instance included */
	struct hash output;         /* of all that it printed, and how it ended: what must be equal */
	uint64_t allocations, freed, peak_live_bytes; /* of LENS_ALLOCATIONS, since main began; blocks, blocks, bytes */
};

/*
 * A fresh instance. n is ignored unless the workload is sized. With LENS_TIME nothing is done that another run of it could gain
 * from, and nothing between the clock's two looks but to make the instance and to run it. One thread at a time; its stack
 * must have engine_stack_bytes(ENGINE_GUEST).
 */
int bench_module_run(struct bench_module *module, enum bench_lens lens, uint64_t n, uint64_t round,
		     struct bench_run *ret, struct err *err);

#endif
