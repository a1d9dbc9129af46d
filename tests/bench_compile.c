/*
 * Compiling and linking a small file, never seen before, in the sandbox and with
 * the native clang of the same major version, in turn.
 */

#include "cli/workshop.h"
#include "harness/build.h"
#include "core/clock.h"
#include "core/parallel.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 21 };

extern char **environ;

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

static const char PROGRAM[] =
	"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }\n"
	"int main(int argc, char **argv) { int v[64]; for (int i = 0; i < 64; i++) v[i] = (i * 37 + argc) %% 64;\n"
	"qsort(v, 64, sizeof(int), by_value); char text[100]; snprintf(text, sizeof text, \"%%d %%s\", v[%llu %% 64], argv[0]);\n"
	"puts(text); return (int)strlen(text) > %llu; }\n";

struct job {
	struct toolchain *tc;
	double own_ms[ROUNDS], native_ms[ROUNDS];
	const char *folder, *clang;
};

static void compile_here(struct toolchain *tc, struct str source)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_TREE struct tree *tree = NULL;
	struct err err = {0};
	struct compile c = {.source = "/src/small.c"};
	struct built object, module;
	must(toolchain_tree(tc, &tree, &err), &err);
	must(tree_add_file(tree, c.source, source, &err), &err);
	must(build_compile(tc, tree, &c, &build_default_limits, &a, &object, &err), &err);
	struct link_input input = {"small", object.bytes};
	must(build_link(tc, &input, 1, &build_default_limits, &a, &module, &err), &err);
	if (!module.ok)
		must(err_set(&err, ERR_BUG, "%s", object.ok ? module.failure : object.failure), &err);
}

static void compile_natively(const struct job *job, struct str source)
{
	SCOPED_ARENA struct arena a = {0};
	struct err err = {0};
	const char *file = arena_printf(&a, "%s/small.c", job->folder);
	const char *program = arena_printf(&a, "%s/small", job->folder);
	must(fs_write(file, source, &err), &err);
	const char *args[] = {job->clang, "-O2", "-w", file, "-o", program, NULL};
	pid_t child;
	int status = -1;
	if (posix_spawnp(&child, job->clang, NULL, NULL, (char *const *)(uintptr_t)args, environ) != 0 ||
	    waitpid(child, &status, 0) < 0 || status != 0)
		must(err_set(&err, ERR_TOOL, "%s did not compile the file", job->clang), &err);
}

static void measure(void *data, size_t index)
{
	struct job *job = data;
	uint64_t unique = (uint64_t)getpid() << 20 ^ clock_monotonic_ns();
	(void)index;
	for (size_t round = 0; round < ROUNDS; round++) {
		SCOPED_BUF struct buf source;
		buf_init(&source, 4096);
		buf_printf(&source, PROGRAM, (unsigned long long)(unique + round), (unsigned long long)(unique + round));
		uint64_t t0 = clock_monotonic_ns();
		compile_here(job->tc, buf_str(&source));
		uint64_t t1 = clock_monotonic_ns();
		compile_natively(job, buf_str(&source));
		job->own_ms[round] = (double)(t1 - t0) / 1e6;
		job->native_ms[round] = (double)(clock_monotonic_ns() - t1) / 1e6;
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), by_value);
	return values[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	struct common common = {.folder = ".", .quiet = true};
	struct workshop w;
	struct err err = {0};
	if (argc != 3) {
		fputs("usage: bench_compile CLANG FOLDER\n", stderr);
		return 2;
	}
	must(workshop_open(&common, &w, &err), &err);
	must(toolchain_prepare(w.toolchain, TOOLCHAIN_OPTIMISED, &err), &err);
	struct job job = {.tc = w.toolchain, .clang = argv[1], .folder = argv[2]};
	struct parallel p = {.threads = 1, .stack_bytes = engine_stack_bytes(ENGINE_COMPILER_BASELINE), .work = measure,
			     .data = &job};
	must(parallel_run(&p, 1, &err), &err);
	double ratios[ROUNDS];
	for (size_t i = 0; i < ROUNDS; i++)
		ratios[i] = job.own_ms[i] / job.native_ms[i];
	printf("compile and link a small file\tsandbox %.0f ms\tnative %.0f ms\t%.2f\t2.5\n", median(job.own_ms),
	       median(job.native_ms), median(ratios));
	workshop_close(&w);
	return 0;
}
