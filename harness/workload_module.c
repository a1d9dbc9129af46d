#include "harness/workload_parts.h"

#include "core/mem.h"
#include "core/parallel.h"
#include "harness/measure.h"
#include "harness/programworld.h"
#include "harness/wasmcount.h"

enum {
	FUEL_TIMES = 4, /* what counts bulk bytes or allocations takes more fuel than what is counted */
};

struct bench_module {
	const struct workload *workload;
	struct module *modules[LENSES]; /* LENS_TIME may be NULL */
	struct cache *cache;
	struct program_world world;
	struct limits limits;
	size_t code_bytes;
	struct arena arena;
};

/* ---- making one */

/* A module in the making, on a thread that has the stack which the linker needs. */
struct making {
	const struct bench_side *side;
	const struct workload *workload;
	struct engine *timed;
	struct bench_module *module;
	const char *why; /* it cannot be made, or NULL */
	struct err error;
	int result;
};

static size_t variant_of(const struct rewrite *rewrite, const struct plan_program *planned)
{
	const struct plan *plan = &rewrite->suite->plan;
	for (size_t i = 0; i < plan->programs_len; i++) {
		if (plan->programs[i].configuration == planned->configuration)
			return rewrite->variant_of[i];
	}
	return 0;
}

/* The side's objects, behind those of the workload. */
static size_t add_library(const struct making *m, struct link_input *inputs)
{
	const struct plan_program *planned = m->workload->planned;
	const struct rewrite *rewrite = m->side->rewrite;
	size_t len = 0;
	if (rewrite) {
		const struct rewrite_variant *v = &rewrite->variants[variant_of(rewrite, planned)];
		for (; len < v->objects_len; len++)
			inputs[len] = (struct link_input){v->objects[len].name, v->objects[len].object.bytes};
		return len;
	}
	for (; len < planned->library_len; len++) {
		const struct plan_object *o = &m->side->suite->plan.objects[planned->library[len]];
		inputs[len] = (struct link_input){o->name, o->built.bytes};
	}
	return len;
}

static size_t library_len(const struct making *m)
{
	const struct plan_program *planned = m->workload->planned;
	const struct rewrite *rewrite = m->side->rewrite;
	return rewrite ? rewrite->variants[variant_of(rewrite, planned)].objects_len : planned->library_len;
}

/* *ret is empty where it cannot be linked. */
static int link_it(struct making *m, bool counting, struct str *ret, struct err *err)
{
	const struct workload *w = m->workload;
	struct arena *a = &m->module->arena;
	struct link_input *inputs = arena_array(a, w->objects_len + 1 + library_len(m), struct link_input);
	struct strings wrapped = counting ? arena_joined(a, w->wrapped, &measure_allocators) : *w->wrapped;
	struct built built;
	size_t len = 0;
	for (; len < w->objects_len; len++)
		inputs[len] = w->objects[len];
	if (counting)
		inputs[len++] = w->counter;
	len += add_library(m, inputs + len);
	if (build_link_wrapped(m->side->suite->tools->toolchain, inputs, len, &wrapped,
			       &m->side->suite->project->limits.build, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		m->why = built.failure;
	*ret = built.ok ? built.bytes : (struct str){0};
	return 0;
}

/* For one lens. What the engine refuses is a result, too. */
static int load(struct making *m, struct engine *engine, struct str bytes, struct module **out, struct err *err)
{
	struct err refusal = {0};
	if (m->why || module_load(engine, m->side->suite->tools->cache, NULL, bytes, out, &refusal) == 0)
		return 0;
	if (refusal.kind != ERR_PARSE)
		return err_copy(err, &refusal);
	m->why = arena_strdup(&m->module->arena, refusal.text);
	return 0;
}

static int load_all(struct making *m, struct err *err)
{
	struct bench_module *b = m->module;
	struct engine *engine = m->side->suite->tools->engine;
	struct wasmfile file;
	struct str plain, counting, bulk;
	if (link_it(m, false, &plain, err) < 0 || m->why)
		return m->why ? 0 : -1;
	if (link_it(m, true, &counting, err) < 0 || m->why)
		return m->why ? 0 : -1;
	if (wasmfile_read(plain, &b->arena, &file, err) < 0 || wasmcount_bulk(plain, &b->arena, &bulk, err) < 0)
		return -1;
	b->code_bytes = file.code.len;
	if (load(m, engine, plain, &b->modules[LENS_FUEL], err) < 0 ||
	    load(m, engine, bulk, &b->modules[LENS_BULK], err) < 0 ||
	    load(m, engine, counting, &b->modules[LENS_ALLOCATIONS], err) < 0)
		return -1;
	return m->timed ? load(m, m->timed, plain, &b->modules[LENS_TIME], err) : 0;
}

static void make(void *data, size_t index)
{
	struct making *m = data;
	(void)index;
	m->result = load_all(m, &m->error);
	if (m->result == 0 && !m->why)
		m->result = program_world_make(m->side->suite, m->workload->planned, NULL, 0, &m->module->arena,
					       &m->module->world, &m->error);
}

int bench_module_make(const struct bench_side *side, const struct workload *workload, struct engine *timed,
		      struct arena *a, struct bench_module **out, const char **ret_why, struct err *err)
{
	struct bench_module *module = mem_zalloc(1, sizeof(*module));
	*module = (struct bench_module){
		.workload = workload, .cache = side->suite->tools->cache, .limits = side->suite->project->limits.run};
	struct making m = {.side = side, .workload = workload, .timed = timed, .module = module};
	struct parallel p = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = make, .data = &m};
	int result = parallel_run(&p, 1, err);
	if (result == 0 && m.result < 0)
		result = err_copy(err, &m.error);
	if (result == 0) {
		*ret_why = m.why ? arena_strdup(a, m.why) : NULL;
		*out = m.why ? NULL : module;
	}
	if (result < 0 || m.why)
		bench_module_free(module);
	return result;
}

void bench_module_free(struct bench_module *module)
{
	if (!module)
		return;
	for (size_t i = 0; i < LENSES; i++)
		module_free(module->modules[i]);
	program_world_release(&module->world);
	arena_release(&module->arena);
	free(module);
}

void bench_module_limit(struct bench_module *module, uint64_t fuel)
{
	module->limits.fuel = fuel < module->limits.fuel ? fuel : module->limits.fuel;
}

void bench_module_move(struct bench_module *module, uint64_t lot)
{
	module_move(&module->modules[LENS_TIME], module->cache, lot);
}

size_t bench_module_code_bytes(const struct bench_module *module)
{
	return module->code_bytes;
}

/* ---- running it */

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t product;
	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static struct limits limits_of(const struct bench_module *module, enum bench_lens lens)
{
	struct limits limits = module->limits;
	if (lens == LENS_BULK || lens == LENS_ALLOCATIONS)
		limits.fuel = times(limits.fuel, FUEL_TIMES);
	return limits;
}

/* The program's name, its arguments or others in their place, and what it is to do this time. */
static struct strings arguments(const struct bench_module *module, uint64_t n, uint64_t round, struct arena *a)
{
	const struct workload *w = module->workload;
	const struct wasi_world *world = &module->world.world;
	struct strings own = {(const char **)(uintptr_t)world->args + 1, world->args_len - 1};
	const struct strings *given = w->args ? w->args : &own;
	struct strings all = {arena_array(a, given->len + 3, const char *), 0};
	all.items[all.len++] = world->args[0];
	for (size_t i = 0; i < given->len; i++)
		all.items[all.len++] = given->items[i];
	if (w->sized) {
		all.items[all.len++] = arena_printf(a, "%llu", (unsigned long long)n);
		all.items[all.len++] = arena_printf(a, "%llu", (unsigned long long)round);
	}
	return all;
}

static struct hash output_of(const struct wasi *w, const struct run_result *r)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, buf_str(&w->out));
	hasher_field(&h, buf_str(&w->err));
	hasher_field_u64(&h, r->outcome);
	hasher_field_u64(&h, (uint64_t)r->exit_code);
	hasher_field_u64(&h, r->exited_by_call);
	hasher_field(&h, str_of(r->trap));
	return hasher_finish(&h);
}

static void take_start_out(struct bench_run *r)
{
	r->start_fuel = r->run.start.fuel;
	r->start_ns = r->run.start.ns;
	r->run.fuel -= r->run.start.fuel;
	r->run.bulk_bytes -= r->run.start.bulk_bytes;
	r->run.wall_ns -= r->run.start.ns;
	r->run.cpu_ns -= r->run.start.cpu_ns;
}

int bench_module_run(struct bench_module *module, enum bench_lens lens, uint64_t n, uint64_t round,
		     struct bench_run *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct strings args = arguments(module, n, round, &scratch);
	struct wasi_world world = module->world.world;
	struct limits limits = limits_of(module, lens);
	struct allocations allocations;
	struct hostcalls hostcalls = allocations_hear(&allocations);
	struct bench_run r = {0};
	world.args = args.items;
	world.args_len = args.len;
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &world);
	const struct hostcalls *heard = lens == LENS_ALLOCATIONS ? &hostcalls : NULL;
	if (engine_run_heard(module->modules[lens], &limits, &w, heard, &r.run, err) < 0)
		return -1;
	take_start_out(&r);
	r.output = output_of(&w, &r.run);
	if (lens == LENS_ALLOCATIONS) {
		r.allocations = allocations.taken;
		r.freed = allocations.given_back;
		r.peak_live_bytes = allocations.peak_bytes;
	}
	*ret = r;
	return 0;
}
