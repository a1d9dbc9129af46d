/*
 * What our sandbox costs above the engine itself. A bare loop over the engine's
 * own C API runs an empty command under fuel, with the engine's WASI; ours runs
 * the same module with every limit on. Also: fuel is one number whatever else
 * the machine does, and a thousand instances leave no memory behind.
 */

#include "cli/workshop.h"
#include "harness/build.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>
#include <wasi.h>
#include <wasmtime.h>

enum { ROUNDS = 21, RUNS = 1000, FUEL_RUNS = 100 };

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

static void must_wasm(const void *error)
{
	if (error) {
		fputs("bench: the engine refused\n", stderr);
		exit(1);
	}
}

struct job {
	struct workshop *w;
	const char *source;
	struct arena arena;
	struct built module;
	struct err err;
};

static void build(void *data, size_t index)
{
	struct job *job = data;
	struct toolchain *tc = job->w->toolchain;
	SCOPED_TREE struct tree *tree = NULL;
	struct compile c = {.source = "/src/bench.c"};
	struct built object;
	(void)index;
	if (toolchain_tree(tc, &tree, &job->err) < 0 ||
	    tree_add_file(tree, c.source, str_of(job->source), &job->err) < 0 ||
	    build_compile(tc, tree, &c, &build_default_limits, &job->arena, &object, &job->err) < 0)
		return;
	struct link_input input = {"bench", object.bytes};
	build_link(tc, &input, 1, &build_default_limits, &job->arena, &job->module, &job->err);
}

static struct str build_module(struct workshop *w, struct job *job, const char *source)
{
	*job = (struct job){.w = w, .source = source};
	struct parallel p = {
		.threads = 1, .stack_bytes = engine_stack_bytes(ENGINE_COMPILER_BASELINE), .work = build, .data = job};
	must(parallel_run(&p, 1, &job->err), &job->err);
	if (!job->module.ok)
		must(job->err.kind ? -1 : err_set(&job->err, ERR_BUG, "%s", job->module.failure), &job->err);
	return job->module.bytes;
}

/* ---- the engine alone */

struct bare {
	wasm_engine_t *engine;
	wasmtime_instance_pre_t *pre;
};

static struct bare bare_new(struct str bytes)
{
	struct bare b;
	wasm_config_t *config = wasm_config_new();
	wasmtime_pooling_allocation_config_t *pool = wasmtime_pooling_allocation_config_new();
	wasmtime_config_consume_fuel_set(config, true);
	wasmtime_pooling_allocation_strategy_set(config, pool);
	wasmtime_pooling_allocation_config_delete(pool);
	b.engine = wasm_engine_new_with_config(config);
	wasmtime_module_t *module;
	wasmtime_linker_t *linker = wasmtime_linker_new(b.engine);
	must_wasm(wasmtime_module_new(b.engine, (const uint8_t *)bytes.ptr, bytes.len, &module));
	must_wasm(wasmtime_linker_define_wasi(linker));
	must_wasm(wasmtime_linker_instantiate_pre(linker, module, &b.pre));
	wasmtime_module_delete(module);
	wasmtime_linker_delete(linker);
	return b;
}

static void bare_run(struct bare *b)
{
	wasmtime_store_t *store = wasmtime_store_new(b->engine, NULL, NULL);
	wasmtime_context_t *context = wasmtime_store_context(store);
	wasmtime_instance_t instance;
	wasmtime_extern_t start;
	wasm_trap_t *trap = NULL;
	must_wasm(wasmtime_context_set_wasi(context, wasi_config_new()));
	must_wasm(wasmtime_context_set_fuel(context, 1000000000));
	must_wasm(wasmtime_instance_pre_instantiate(b->pre, context, &instance, &trap));
	wasmtime_instance_export_get(context, &instance, "_start", 6, &start);
	must_wasm(wasmtime_func_call(context, &start.of.func, NULL, 0, NULL, 0, &trap));
	must_wasm(trap);
	wasmtime_store_delete(store);
}

/* ---- ours */

static uint64_t own_run(struct module *module, const struct tree *tree)
{
	static const char *const args[] = {"bench"};
	struct wasi_world world = {.tree = tree,
				   .args = args,
				   .args_len = 1,
				   .output_max = 1 << 20,
				   .disk_max = 1 << 20,
				   .clock_max_ns = 1000000000};
	struct limits limits = {.fuel = 10000000000, .deadline_ns = 60000000000u, .memory_bytes = 64 << 20};
	struct wasi w;
	struct run_result r;
	struct err err = {0};
	wasi_init(&w, &world);
	must(engine_run(module, &limits, &w, &r, &err), &err);
	if (r.outcome != OUTCOME_EXITED)
		must(err_set(&err, ERR_BUG, "the guest %s", outcome_name(r.outcome)), &err);
	wasi_release(&w);
	return r.fuel;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, size_t len)
{
	qsort(values, len, sizeof(*values), by_value);
	return values[len / 2];
}

/* Alternating rounds, so that the machine's drift meets both alike. */
static void compare_empty_runs(struct workshop *w)
{
	struct job job;
	struct err err = {0};
	struct str bytes = build_module(w, &job, "int main(void) { return 0; }\n");
	struct bare bare = bare_new(bytes);
	struct module *module;
	struct tree *tree = tree_new();
	double ratios[ROUNDS], own_us[ROUNDS], bare_us[ROUNDS];
	must(module_load(w->engine, w->cache, NULL, bytes, &module, &err), &err);
	for (size_t round = 0; round < ROUNDS; round++) {
		uint64_t t0 = clock_monotonic_ns();
		for (int i = 0; i < RUNS; i++)
			bare_run(&bare);
		uint64_t t1 = clock_monotonic_ns();
		for (int i = 0; i < RUNS; i++)
			own_run(module, tree);
		uint64_t t2 = clock_monotonic_ns();
		bare_us[round] = (double)(t1 - t0) / 1e3 / RUNS;
		own_us[round] = (double)(t2 - t1) / 1e3 / RUNS;
		ratios[round] = own_us[round] / bare_us[round];
	}
	printf("empty command, fresh instance\tours %.1f us\tbare loop %.1f us\t%.2f\t1.5\n", median(own_us, ROUNDS),
	       median(bare_us, ROUNDS), median(ratios, ROUNDS));
	module_free(module);
	tree_free(tree);
	arena_release(&job.arena);
}

/* ---- small writes */

static void time_writes(struct workshop *w)
{
	enum { WRITES = 20000 };
	struct job job;
	struct err err = {0};
	struct module *module;
	struct tree *tree = tree_new();
	double us[ROUNDS];
	struct str bytes = build_module(w, &job,
					"#include <unistd.h>\n"
					"int main(void) { for (int i = 0; i < 20000; i++) write(1, \"x\\n\", 2); return 0; }\n");
	must(module_load(w->engine, w->cache, NULL, bytes, &module, &err), &err);
	for (size_t round = 0; round < ROUNDS; round++) {
		uint64_t t0 = clock_monotonic_ns();
		own_run(module, tree);
		us[round] = (double)(clock_monotonic_ns() - t0) / 1e3 / WRITES;
	}
	printf("one small write by a guest\t%.3f us\tgoal 20 us\t%.4f\t1\n", median(us, ROUNDS), median(us, ROUNDS) / 20);
	module_free(module);
	tree_free(tree);
	arena_release(&job.arena);
}

/* ---- fuel is one number */

static atomic_bool load_on;

static void *burn(void *data)
{
	volatile unsigned sink = 0;
	(void)data;
	while (atomic_load(&load_on))
		sink++;
	return NULL;
}

static void count_fuel_values(struct workshop *w)
{
	struct job job;
	struct err err = {0};
	struct module *module;
	uint64_t first = 0;
	size_t different = 0;
	struct str bytes = build_module(w, &job,
					"#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>\n"
					"int main(void) { unsigned n = 0; FILE *f = fopen(\"/tmp/t\", \"w+\");\n"
					"for (int i = 0; i < 2000; i++) { char *p = malloc((size_t)rand() % 500 + 1); n += (unsigned)p[0];\n"
					"fprintf(f, \"%d %ld\\n\", i, (long)time(0)); if (i % 3) free(p); }\n"
					"printf(\"%u\\n\", n); return 0; }\n");
	must(module_load(w->engine, w->cache, NULL, bytes, &module, &err), &err);
	pthread_t burners[2];
	for (size_t i = 0; i < FUEL_RUNS; i++) {
		char folder[64];
		struct tree *tree = tree_new();
		/* Another disk each time, and from the middle on a busy machine. */
		snprintf(folder, sizeof(folder), "/somewhere/%zu/else", i);
		must(tree_add_folder(tree, folder, false, &err), &err);
		must(tree_add_folder(tree, "/tmp", true, &err), &err);
		if (i == FUEL_RUNS / 2) {
			atomic_store(&load_on, true);
			for (size_t b = 0; b < countof(burners); b++)
				pthread_create(&burners[b], NULL, burn, NULL);
		}
		uint64_t fuel = own_run(module, tree);
		first = i ? first : fuel;
		different += fuel != first;
		tree_free(tree);
	}
	atomic_store(&load_on, false);
	for (size_t b = 0; b < countof(burners); b++)
		pthread_join(burners[b], NULL);
	printf("fuel of 100 runs, idle and loaded\t%llu\t%zu runs differ\t%zu\t0\n", (unsigned long long)first, different,
	       different);
	module_free(module);
	arena_release(&job.arena);
}

/* ---- memory */

static long resident_kib(void)
{
	long pages = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f || fscanf(f, "%ld %ld", &pages, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void measure_memory(struct workshop *w)
{
	struct job job;
	struct err err = {0};
	struct module *module;
	struct tree *tree = tree_new();
	struct str bytes = build_module(w, &job,
					"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
					"int main(void) { char *p = malloc(8 << 20); memset(p, 1, 8 << 20);\n"
					"FILE *f = fopen(\"/tmp/t\", \"w\"); if (f) fwrite(p, 1, 500000, f); puts(\"done\"); return p[5] - 1; }\n");
	must(tree_add_folder(tree, "/tmp", true, &err), &err);
	must(module_load(w->engine, w->cache, NULL, bytes, &module, &err), &err);
	for (int i = 0; i < 50; i++)
		own_run(module, tree);
	long before = resident_kib();
	for (int i = 0; i < 1000; i++)
		own_run(module, tree);
	long after = resident_kib();
	printf("resident memory over 1,000 instances\t%ld KiB before\t%ld KiB after\t%.3f\t1.02\n", before, after,
	       (double)after / (double)before);
	module_free(module);
	tree_free(tree);
	arena_release(&job.arena);
}

int main(void)
{
	struct common common = {.folder = ".", .quiet = true};
	struct workshop w;
	struct err err = {0};
	must(workshop_open(&common, &w, &err), &err);
	compare_empty_runs(&w);
	time_writes(&w);
	count_fuel_values(&w);
	measure_memory(&w);
	workshop_close(&w);
	return 0;
}
