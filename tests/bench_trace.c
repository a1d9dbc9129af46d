/*
 * What it costs to hear each call between tests and library: the programs of a project, run as they
 * are and behind shims, in turns.
 */

#include "cli/original.h"
#include "core/clock.h"
#include "core/parallel.h"
#include "harness/extract.h"
#include "harness/program.h"
#include "harness/trace.h"

enum { ROUNDS = 9 };

struct bench {
	struct original original;
	struct extracted extracted;
	struct shims shims;
	double plain_ms[ROUNDS], traced_ms[ROUNDS];
	uint64_t fuel, traced_fuel;
	size_t calls;
};

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

/* The time of the run alone; building and compiling come from the cache. */
static double run(struct bench *b, const struct plan_program *planned, bool traced, uint64_t *fuel)
{
	struct err err = {0};
	struct program_result result = {0};
	struct program_other other = {0};
	struct recorder *recorder = traced ? recorder_new(&b->shims, 0, 0) : NULL;
	if (traced)
		recorder_hear(recorder, &other);
	must(program_check_with(&b->original.suite, planned, traced ? &other : NULL, &result, &err), &err);
	if (traced) {
		struct trace trace = recorder_take(recorder);
		b->calls += trace.calls;
		trace_release(&trace);
		recorder_free(recorder);
	}
	double ms = (double)result.run.cpu_ns / 1e6;
	*fuel += result.run.fuel;
	arena_release(&result.arena);
	return ms;
}

static void all_rounds(void *data, size_t index)
{
	(void)index;
	struct bench *b = data;
	for (size_t round = 0; round < ROUNDS; round++) {
		b->calls = 0;
		b->fuel = b->traced_fuel = 0;
		for (size_t i = 0; i < b->original.suite.plan.programs_len; i++) {
			const struct plan_program *p = &b->original.suite.plan.programs[i];
			if (b->extracted.baseline.programs[i].status != PROGRAM_PASSED)
				continue;
			b->plain_ms[round] += run(b, p, false, &b->fuel);
			b->traced_ms[round] += run(b, p, true, &b->traced_fuel);
		}
	}
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), by_size);
	return values[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	struct common common = {.folder = argc > 1 ? argv[1] : ".", .quiet = true};
	struct arena a = {0};
	struct err err = {0};
	struct bench b = {0};
	must(original_open(&common, &b.original, &err), &err);
	must(extract_run(&b.original.suite, &b.original.source, &b.extracted, &err), &err);
	must(shims_build(&b.original.suite, &b.extracted.spec.api, shapes_new(&b.extracted.spec.api, &a), &a, &b.shims, &err),
	     &err);
	struct parallel parallel = {1, tools_stack_bytes(), all_rounds, &b};
	must(parallel_run(&parallel, 1, &err), &err);
	double plain = median(b.plain_ms), traced = median(b.traced_ms);
	printf("tests of %s, traced / not\t%.1f ms\t%.1f ms\t%.2f\t2\n", b.original.project.name, traced, plain, traced / plain);
	printf("  calls a second, traced\t%.0f\t%zu calls\t-\t-\n", (double)b.calls * 1e3 / traced, b.calls);
	extract_release(&b.extracted);
	original_close(&b.original);
	arena_release(&a);
	return 0;
}
