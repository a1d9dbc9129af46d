#ifndef RECAST_HARNESS_WORKLOAD_PARTS_H
#define RECAST_HARNESS_WORKLOAD_PARTS_H

/* What those share that find workloads: programs of the project (workload.c), and such as recast makes (micro.c). */

#include "harness/measure.h"
#include "harness/workload.h"

/* Workloads that are being found. */
struct gathering {
	const struct suite *suite;
	const struct extracted *extracted;
	struct measure_objects measure;
	struct plan_object *made; /* of the user's workloads */
	struct workloads *ret;
	size_t cap; /* of its items */
	struct {
		const char **items;
		size_t len, cap;
	} left_out;
};

/* Less than the project's limit, to try things out (workload_module.c). */
void bench_module_limit(struct bench_module *module, uint64_t fuel);

struct workload *workloads_add(struct gathering *g, struct workload workload);
void workloads_leave_out(struct gathering *g, const char *name, const char *why);

#endif
