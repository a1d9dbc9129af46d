/*
 * How many generated inputs one core puts to both sides, as `recast check` does past the tests: made, executed, and what
 * was heard compared.
 *
 *	bench_probe PROJECT REWRITE NATIVE
 *
 * NATIVE is how many the same two do a second, compiled natively, in a fuzzer's loop.
 */

#include "cli/work.h"
#include "harness/intake.h"
#include "harness/probe_explore.h"
#include "harness/probe_setup.h"

#include <time.h>

enum { INPUTS = 40000, FUEL_PER_INPUT = 2000000, SEED = 1, ROUNDS = 5, GOAL = 20000 };

struct bench {
	struct work work;
	struct rewrite rewrite;
	struct probe_setup setup;
	double inputs_per_s, calls_per_s; /* of the core's time, in the best round */
};

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

static void explore_once(struct bench *b)
{
	struct err err = {0};
	struct probe_exploration e;
	struct probe_effort effort = {.inputs = INPUTS, .seed = SEED, .fuel = (uint64_t)INPUTS * FUEL_PER_INPUT};
	clock_t begun = clock();
	must(probe_explore(&b->setup.pair, &b->setup.words, &effort, &e, &err), &err);
	double seconds = (double)(clock() - begun) / CLOCKS_PER_SEC;
	must(e.inputs == INPUTS && !e.causes_len ? 0 : err_set(&err, ERR_BUG, "these two answer alike"), &err);
	if ((double)e.inputs / seconds > b->inputs_per_s) {
		b->inputs_per_s = (double)e.inputs / seconds;
		b->calls_per_s = (double)e.calls / seconds;
	}
	probe_exploration_release(&e);
}

static void prepare(struct bench *b, const char *rewrite, struct tree *files)
{
	struct err err = {0};
	must(work_extract(&b->work, &err), &err);
	must(intake_folder(rewrite, files, &err), &err);
	const struct suite *suite = &b->work.original.suite;
	must(rewrite_build(suite, files, &b->rewrite, &err), &err);
	b->setup = (struct probe_setup){
		.suite = suite, .extracted = &b->work.extracted, .rewrite = &b->rewrite, .words_of_original = true};
	must(probe_setup_make(&b->setup, &err), &err);
	must(b->setup.why ? err_set(&err, ERR_BUG, "%s", b->setup.why) : 0, &err);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fputs("usage: bench_probe PROJECT REWRITE NATIVE\n", stderr);
		return 2;
	}
	struct common common = {.folder = argv[1], .quiet = true, .jobs = 1};
	struct bench b = {0};
	SCOPED_TREE struct tree *files = tree_new();
	double native = strtod(argv[3], NULL);
	work_begin(&b.work, &common);
	prepare(&b, argv[2], files);
	for (unsigned round = 0; round < ROUNDS; round++)
		explore_once(&b);
	printf("inputs to both sides, one core\t%.0f/s\tgoal %d/s\t%.2f\t1\n", b.inputs_per_s, GOAL, GOAL / b.inputs_per_s);
	printf("  of how many calls\t%.0f/s\t%.1f an input\t-\t-\n", b.calls_per_s, b.calls_per_s / b.inputs_per_s);
	printf("  the same natively, libFuzzer's calls\t%.0f/s\t%.0f/s\t%.4f\t-\n", b.calls_per_s, native,
	       b.calls_per_s / native);
	probe_setup_release(&b.setup);
	rewrite_release(&b.rewrite);
	work_end(&b.work);
	return 0;
}
