/*
 * Whether what is said about time can be trusted on this machine: nothing is found between two that are the same, 2 % more
 * work is found while the other core is busy, and the ratio comes out alike each time, beside what hyperfine
 * says of the same programs as native ones.
 *
 *	bench_full SOURCES NATIVE SAME SLOWER TIMES
 *
 * SOURCES has main.c and the programs' files; NATIVE what cc made of them, as NAME-UNITS. The others are how often.
 */

#include "cli/workshop.h"
#include "core/clock.h"
#include "core/fs.h"
#include "core/json.h"
#include "core/machine.h"
#include "core/mem.h"
#include "core/parallel.h"
#include "core/process.h"
#include "harness/benchtime.h"
#include "harness/build.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

/* A program in several amounts of work. */
enum amount { SHORT, SHORT_SLOWER, LONG, LONG_SLOWER, AMOUNTS };

static const unsigned units[AMOUNTS] = {100, 102, 1000, 1020};
static const char *const names[] = {"sort", "hash", "search", "tree"};

enum {
	PROGRAMS = countof(names),
	BUDGET_MS = 1500, /* of a comparison: what one gets where 30 seconds are shared by a dozen workloads */
	HYPERFINE_RUNS = 50,
	HYPERFINE_WARM = 3,
};

struct program {
	const char *name;
	struct str modules[AMOUNTS];
	uint64_t fuel[AMOUNTS];
};

struct bench {
	struct workshop w;
	struct engine *timed;
	struct arena arena;
	const char *sources, *native;
	size_t same, slower, times;
	struct program programs[PROGRAMS];
	uint64_t seed;
};

static void must(int result, const struct err *err)
{
	if (result < 0) {
		fprintf(stderr, "bench: %s\n", err->text);
		exit(1);
	}
}

/* ---- the programs */

static void add_source(const struct bench *b, struct tree *tree, const char *name)
{
	char path[4096], in_tree[64];
	struct err err = {0};
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	snprintf(path, sizeof(path), "%s/%s.c", b->sources, name);
	snprintf(in_tree, sizeof(in_tree), PROJECT_ROOT "/%s.c", name);
	must(fs_read(path, &text, &err), &err);
	must(tree_add_file(tree, in_tree, buf_str(&text), &err), &err);
}

static struct str compiled(struct bench *b, const struct tree *tree, const char *name, const char *define)
{
	char source[64];
	struct built object;
	struct err err = {0};
	struct compile c = {.source = source, .defines = &define, .defines_len = 1};
	snprintf(source, sizeof(source), PROJECT_ROOT "/%s.c", name);
	must(build_compile(b->w.toolchain, tree, &c, &build_default_limits, &b->arena, &object, &err), &err);
	must(object.ok ? 0 : err_set(&err, ERR_BUG, "%s does not compile", name), &err);
	return object.bytes;
}

static struct str built(struct bench *b, const struct tree *tree, const char *name, unsigned amount)
{
	char define[32];
	struct built module;
	struct err err = {0};
	snprintf(define, sizeof(define), "UNITS=%u", amount);
	const struct link_input inputs[] = {{"main", compiled(b, tree, "main", define)},
					    {name, compiled(b, tree, name, define)}};
	must(build_link(b->w.toolchain, inputs, countof(inputs), &build_default_limits, &b->arena, &module, &err),
	     &err);
	must(module.ok ? 0 : err_set(&err, ERR_BUG, "%s does not link", name), &err);
	return module.bytes;
}

/* ---- a run */

static const struct wasi_world world_of_all = {
	.output_max = 1 << 10, .disk_max = 1 << 10, .clock_max_ns = 1000000000, .args_len = 2};

static int run_once(void *module, uint64_t round, struct run_result *ret, struct err *err)
{
	char number[32];
	const char *const args[] = {"bench", number};
	const struct limits limits = {.fuel = 100000000000, .deadline_ns = 60000000000u, .memory_bytes = 64 << 20};
	struct wasi_world world = world_of_all;
	SCOPED(wasi_release) struct wasi w;
	SCOPED_TREE struct tree *tree = tree_new();
	world.tree = tree;
	world.args = args;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)round);
	wasi_init(&w, &world);
	if (engine_run(module, &limits, &w, ret, err) < 0)
		return -1;
	return ret->outcome == OUTCOME_EXITED ? 0 : err_set(err, ERR_BUG, "a program %s", outcome_name(ret->outcome));
}

/* A module that can be loaded again elsewhere. */
struct loaded {
	struct module *module;
	struct cache *cache;
};

static void move(void *data, uint64_t lot)
{
	struct loaded *l = data;
	module_move(&l->module, l->cache, lot);
}

/* As harness/bench_clock.c takes it: by the thread's own clock. */
static int run_timed(void *data, uint64_t round, uint64_t *ret_ns, struct err *err)
{
	const struct loaded *l = data;
	struct run_result r;
	if (run_once(l->module, round, &r, err) < 0)
		return -1;
	*ret_ns = r.cpu_ns;
	return 0;
}

static uint64_t fuel_of(struct bench *b, struct str bytes)
{
	struct run_result r;
	struct module *module;
	struct err err = {0};
	must(module_load(b->w.engine, b->w.cache, NULL, bytes, &module, &err), &err);
	must(run_once(module, 0, &r, &err), &err);
	module_free(module);
	return r.fuel;
}

static void make_programs(struct bench *b)
{
	struct err err = {0};
	for (size_t i = 0; i < PROGRAMS; i++) {
		struct program *p = &b->programs[i];
		SCOPED_TREE struct tree *tree = NULL;
		must(toolchain_tree(b->w.toolchain, &tree, &err), &err);
		add_source(b, tree, "main");
		add_source(b, tree, names[i]);
		p->name = names[i];
		for (int amount = 0; amount < AMOUNTS; amount++) {
			p->modules[amount] = built(b, tree, names[i], units[amount]);
			p->fuel[amount] = fuel_of(b, p->modules[amount]);
		}
	}
}

/* ---- a comparison: both are loaded for it alone, even if they are the same */

static struct benchtime compare(struct bench *b, struct str left, struct str right,
				const struct benchtime_limits *limits)
{
	struct loaded l = {.cache = b->w.cache}, r = l;
	struct benchtime time;
	struct err err = {0};
	must(module_load(b->timed, b->w.cache, NULL, left, &l.module, &err), &err);
	must(module_load(b->timed, b->w.cache, NULL, right, &r.module, &err), &err);
	const struct bench_subject subjects[] = {{run_timed, move, &l}, {run_timed, move, &r}};
	must(benchtime_measure(&subjects[0], &subjects[1], limits, ++b->seed, &time, &err), &err);
	module_free(l.module);
	module_free(r.module);
	return time;
}

static struct benchtime compare_short(struct bench *b, const struct program *p, enum amount right)
{
	struct benchtime_limits limits = benchtime_default_limits;
	limits.budget_ns = BUDGET_MS * (uint64_t)1000000;
	return compare(b, p->modules[SHORT], p->modules[right], &limits);
}

static double noise_of(const struct benchtime *time)
{
	return expm1(fmax(fabs(log(time->ratio.high)), fabs(log(time->ratio.low))));
}

static bool is_finding(enum bench_verdict verdict)
{
	return verdict == BENCH_FASTER || verdict == BENCH_SLOWER;
}

/* ---- the same beside the same: what one comes to is the noise that the next one knows of */

static void find_nothing(struct bench *b)
{
	double noises[PROGRAMS];
	size_t found = 0, same = 0, blocks = 0;
	uint64_t begun_ns = clock_monotonic_ns();
	for (size_t i = 0; i < b->same + PROGRAMS; i++) {
		struct benchtime time = compare_short(b, &b->programs[i % PROGRAMS], SHORT);
		if (i >= PROGRAMS) {
			enum bench_verdict verdict = benchtime_verdict(&time, time.p, noises[i % PROGRAMS]);
			found += is_finding(verdict);
			same += verdict == BENCH_SAME;
			blocks += time.blocks;
		}
		noises[i % PROGRAMS] = noise_of(&time);
	}
	double n = (double)b->same;
	printf("the same, called different\t%zu of %zu\tgoal 1 %%\t%.3f\t0.01\n", found, b->same, (double)found / n);
	printf("  called the same; blocks, time of each\t%zu of %zu\t%.0f, %.2f s\t-\t-\n", same, b->same,
	       (double)blocks / n, (double)(clock_monotonic_ns() - begun_ns) / 1e9 / (n + PROGRAMS));
}

/* ---- 2 % more work, while another core is busy */

static atomic_bool load_on;

static void *burn(void *core)
{
	volatile unsigned sink = 0;
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET((size_t)*(const int *)core, &one);
	sched_setaffinity(0, sizeof(one), &one);
	while (atomic_load(&load_on))
		sink++;
	return NULL;
}

/* One of the others that this process may use, or -1. */
static int another_core(const cpu_set_t *allowed, int own)
{
	for (int core = 0; core < CPU_SETSIZE; core++) {
		if (core != own && CPU_ISSET((size_t)core, allowed))
			return core;
	}
	return -1;
}

static size_t count_slower(struct bench *b, size_t *ret_wrong)
{
	size_t slower = 0;
	for (size_t i = 0; i < b->slower; i++) {
		const struct program *p = &b->programs[i % PROGRAMS];
		struct benchtime itself = compare_short(b, p, SHORT);
		struct benchtime time = compare_short(b, p, SHORT_SLOWER);
		enum bench_verdict verdict = benchtime_verdict(&time, time.p, noise_of(&itself));
		slower += verdict == BENCH_SLOWER;
		*ret_wrong += verdict == BENCH_FASTER || verdict == BENCH_SAME;
	}
	return slower;
}

static void find_slower(struct bench *b, int other_core)
{
	pthread_t burner;
	size_t wrong = 0;
	bool is_loaded = other_core >= 0;
	atomic_store(&load_on, is_loaded);
	if (is_loaded)
		is_loaded = pthread_create(&burner, NULL, burn, &other_core) == 0;
	uint64_t begun_ns = clock_monotonic_ns();
	size_t slower = count_slower(b, &wrong);
	double s = (double)(clock_monotonic_ns() - begun_ns) / 1e9;
	atomic_store(&load_on, false);
	if (is_loaded)
		pthread_join(burner, NULL);
	printf("2 %% slower, not found%s\t%zu of %zu\tgoal 5 %%\t%.3f\t0.05\n", is_loaded ? ", other core busy" : "",
	       b->slower - slower, b->slower, (double)(b->slower - slower) / (double)b->slower);
	printf("  called the same or faster; time of each\t%zu of %zu\t%.2f s\t-\t-\n", wrong, b->slower,
	       s / (double)b->slower);
}

static void show_fuel(const struct bench *b)
{
	double ratios[PROGRAMS];
	for (size_t i = 0; i < PROGRAMS; i++)
		ratios[i] = (double)b->programs[i].fuel[SHORT_SLOWER] / (double)b->programs[i].fuel[SHORT];
	printf("  its work by fuel\t%llu\t%llu\t%.4f\t-\n", (unsigned long long)b->programs[0].fuel[SHORT_SLOWER],
	       (unsigned long long)b->programs[0].fuel[SHORT], stats_geomean(ratios, PROGRAMS));
}

/* ---- the same pair again and again, beside hyperfine */

static double hyperfine(const struct bench *b, const char *name)
{
	SCOPED_ARENA struct arena a = {0};
	const char *file = arena_printf(&a, "%s/hyperfine.json", b->native);
	const char *const args[] = {"hyperfine",
				    "--shell=none",
				    "--style=none",
				    "--export-json",
				    file,
				    "--warmup",
				    arena_printf(&a, "%d", HYPERFINE_WARM),
				    "--runs",
				    arena_printf(&a, "%d", HYPERFINE_RUNS),
				    arena_printf(&a, "%s/%s-%u", b->native, name, units[LONG]),
				    arena_printf(&a, "%s/%s-%u", b->native, name, units[LONG_SLOWER]),
				    NULL};
	const char *const env[] = {arena_printf(&a, "PATH=%s", getenv("PATH")), NULL};
	const struct process_run run = {.args = args, .env = env, .output_max = 1 << 16};
	struct process_result r;
	struct err err = {0};
	SCOPED_BUF struct buf text;
	SCOPED_JSON json_t *json = NULL;
	buf_init(&text, 1 << 20);
	must(process_run(&run, &a, &r, &err), &err);
	must(r.end == PROCESS_EXITED && r.code == 0 ? 0 : err_set(&err, ERR_TOOL, "hyperfine: %s", r.why), &err);
	must(fs_read(file, &text, &err), &err);
	must(json_parse(buf_str(&text), file, &json, &err), &err);
	const json_t *results = json_object_get(json, "results");
	return json_number_value(json_object_get(json_array_get(results, 1), "mean")) /
	       json_number_value(json_object_get(json_array_get(results, 0), "mean"));
}

static double variance(const double *values, size_t len)
{
	double mean = 0, squares = 0;
	for (size_t i = 0; i < len; i++)
		mean += values[i] / (double)len;
	for (size_t i = 0; i < len; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return len > 1 ? squares / (double)(len - 1) : 0;
}

/* Both in turn, so that they meet the same machine. What hyperfine has taken is what we may take. */
static void compare_with_hyperfine(struct bench *b)
{
	double ours = 0, theirs = 0, seconds = 0;
	SCOPED_MEM double *own = mem_zalloc(b->times, sizeof(*own));
	SCOPED_MEM double *other = mem_zalloc(b->times, sizeof(*other));
	for (size_t i = 0; i < PROGRAMS; i++) {
		const struct program *p = &b->programs[i];
		for (size_t time = 0; time < b->times; time++) {
			struct benchtime_limits limits = benchtime_default_limits;
			uint64_t begun_ns = clock_monotonic_ns();
			other[time] = log(hyperfine(b, p->name));
			limits.budget_ns = clock_monotonic_ns() - begun_ns;
			limits.tight = 0;
			own[time] = log(compare(b, p->modules[LONG], p->modules[LONG_SLOWER], &limits).ratio.middle);
			seconds += (double)limits.budget_ns / 1e9;
		}
		ours += variance(own, b->times) / PROGRAMS;
		theirs += variance(other, b->times) / PROGRAMS;
		printf("  of %s\t%.3f %%\t%.3f %%\t%.2f\t-\n", p->name, 100 * sqrt(variance(own, b->times)),
		       100 * sqrt(variance(other, b->times)),
		       sqrt(variance(own, b->times) / variance(other, b->times)));
	}
	printf("spread of a ratio, ours / hyperfine's\t%.3f %%\t%.3f %%\t%.2f\t0.33\n", 100 * sqrt(ours),
	       100 * sqrt(theirs), sqrt(ours / theirs));
	printf("  time of each\t%.2f s\t%zu times\t-\t-\n", seconds / (double)(b->times * PROGRAMS),
	       b->times * PROGRAMS);
}

/* ---- */

static void measure(void *data, size_t index)
{
	struct bench *b = data;
	cpu_set_t allowed;
	(void)index;
	make_programs(b);
	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	machine_pin();
	fprintf(stderr, "bench: the same beside the same, %zu times\n", b->same);
	find_nothing(b);
	fprintf(stderr, "bench: 2 %% more work, %zu times\n", b->slower);
	find_slower(b, another_core(&allowed, machine_state(&b->arena).pinned));
	show_fuel(b);
	fprintf(stderr, "bench: beside hyperfine, %zu times\n", b->times * PROGRAMS);
	compare_with_hyperfine(b);
	machine_unpin();
}

static void tell_waiting(void *data)
{
	(void)data;
	fputs("bench: somebody else measures on this machine, waiting\n", stderr);
}

static size_t number(const char *text, size_t least)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	if (value < least || value > 100000 || *end) {
		fprintf(stderr, "bench: not how often something can be done: %s\n", text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	struct common common = {.folder = ".", .quiet = true};
	struct bench b = {0};
	struct err err = {0};
	int held;
	if (argc != 6) {
		fputs("usage: bench_full SOURCES NATIVE SAME SLOWER TIMES\n", stderr);
		return 2;
	}
	b.sources = argv[1];
	b.native = argv[2];
	b.same = number(argv[3], 1);
	b.slower = number(argv[4], 1);
	b.times = number(argv[5], 2); /* one has no spread */
	must(workshop_open(&common, &b.w, &err), &err);
	must(engine_new(ENGINE_TIMED, &b.timed, &err), &err);
	must(machine_hold(tell_waiting, NULL, &held, &err), &err);
	struct parallel alone = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = measure, .data = &b};
	must(parallel_run(&alone, 1, &err), &err);
	engine_free(b.timed);
	workshop_close(&b.w);
	arena_release(&b.arena);
	return 0;
}
