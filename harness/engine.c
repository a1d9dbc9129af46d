#include "harness/engine.h"

#include "core/clock.h"
#include "core/mem.h"
#include "core/process.h"
#include "core/ticker.h"
#include "harness/wasmcode.h"
#include "harness/wasmcount.h"

#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wasm.h>
#include <wasmtime.h>

enum {
	MIB = 1024 * 1024,
	PAGE_BYTES = 65536,
	TICK_MS = 5, /* how exact a deadline is */
	POOL_INSTANCES = 64,
	POOL_RESIDENT_BYTES = 16 * 1024, /* zeroed by hand instead of unmapped; more costs every run */
	TABLE_ELEMENTS_MAX = 1 << 20,
	FRAMES_SHOWN = 4,
	GAP_PAGES = 4096,
};

struct settings {
	const char *name; /* with the version, a part of each cache key */
	wasmtime_strategy_t strategy;
	bool counts_fuel, guest; /* a guest: pooled, deterministic, with recast's own host functions and exceptions */
	size_t wasm_stack_bytes;
};

/* Change a row's name with anything that shapes code. Winch knows no
 * exceptions, and clang does not need them. */
static const struct settings profiles[] = {
	[ENGINE_GUEST] = {"guest-1", WASMTIME_STRATEGY_CRANELIFT, true, true, 2 * MIB},
	[ENGINE_TIMED] = {"timed-1", WASMTIME_STRATEGY_CRANELIFT, false, true, 2 * MIB},
	[ENGINE_COMPILER] = {"compiler-1", WASMTIME_STRATEGY_CRANELIFT, false, false, 16 * MIB},
	[ENGINE_COMPILER_BASELINE] = {"baseline-1", WASMTIME_STRATEGY_WINCH, false, false, 32 * MIB},
};

struct engine {
	enum engine_profile profile;
	const struct settings *settings;
	wasm_engine_t *engine;
	wasmtime_linker_t *linker; /* our WASI; shared by all modules */
	struct ticker *ticker;
	sem_t room; /* instances that the pool can still take: more must wait, not fail */
};

struct module {
	struct engine *engine;
	wasmtime_module_t *module;
	wasmtime_instance_pre_t *pre;
	struct hash key;  /* in the cache */
	struct str bytes; /* borrowed */
};

/* What a host function finds behind its store. */
struct run {
	struct wasi *w;
	const struct hostcalls *hostcalls; /* or NULL */
	const struct limits *limits;
	wasmtime_memory_t memory;
	wasmtime_global_t bulk; /* bytes that bulk operations have moved, where a module counts them */
	bool counts_fuel, has_memory, has_bulk, marked;
	uint64_t begun_ns, begun_cpu_ns;
	uint64_t fuel_given, fuel_over; /* what it may use now; what it used of what it was given before */
	struct run_start start;
};

const char *engine_version(void)
{
	return WASMTIME_VERSION;
}

const char *engine_library_path(struct arena *a)
{
	return process_library_path(PROCESS_ADDRESS(wasm_engine_new), a);
}

size_t engine_stack_bytes(enum engine_profile profile)
{
	return profiles[profile].wasm_stack_bytes + 2 * MIB; /* and room for host functions */
}

/* Takes the engine's error and turns it into one of ours: its lines, which may
 * hold names out of the module, as one. */
static int engine_error(struct err *err, enum err_kind kind, wasmtime_error_t *error, const char *what)
{
	SCOPED_BUF struct buf text;
	wasm_byte_vec_t message;
	struct str rest, word;
	buf_init(&text, sizeof(err->text));
	wasmtime_error_message(error, &message);
	rest = (struct str){message.data, message.size};
	while (str_next_word(&rest, &word))
		buf_printf(&text, "%s%.*s", text.len ? " " : "", STR_ARG(word));
	err_set(err, kind, "%s: %s", what, text.ptr);
	wasm_byte_vec_delete(&message);
	wasmtime_error_delete(error);
	return -1;
}

/* ---- the engine */

static wasm_config_t *make_config(const struct settings *s)
{
	wasm_config_t *config = wasm_config_new();
	wasmtime_config_strategy_set(config, s->strategy);
	wasmtime_config_epoch_interruption_set(config, true);
	wasmtime_config_consume_fuel_set(config, s->counts_fuel);
	/* Both, or the engine aborts when one passes the other. */
	wasmtime_config_async_stack_size_set(config, s->wasm_stack_bytes + MIB);
	wasmtime_config_max_wasm_stack_set(config, s->wasm_stack_bytes);
	wasmtime_config_wasm_threads_set(config, false);
	wasmtime_config_wasm_relaxed_simd_set(config, false);
	wasmtime_config_wasm_memory64_set(config, false);
	wasmtime_config_wasm_exceptions_set(config, s->guest);
	wasmtime_config_memory_init_cow_set(config, true);
	if (s->strategy == WASMTIME_STRATEGY_CRANELIFT) {
		wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_SPEED);
		wasmtime_config_cranelift_nan_canonicalization_set(config, s->guest);
	}
	if (s->guest) {
		wasmtime_pooling_allocation_config_t *pool = wasmtime_pooling_allocation_config_new();
		wasmtime_pooling_allocation_config_total_core_instances_set(pool, POOL_INSTANCES);
		/* One for the guest, one for the exceptions behind its longjmp. */
		wasmtime_pooling_allocation_config_total_memories_set(pool, 2 * POOL_INSTANCES);
		wasmtime_pooling_allocation_config_total_tables_set(pool, POOL_INSTANCES);
		wasmtime_pooling_allocation_config_table_elements_set(pool, TABLE_ELEMENTS_MAX);
		wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, POOL_RESIDENT_BYTES);
		wasmtime_pooling_allocation_config_table_keep_resident_set(pool, PAGE_BYTES);
		/* Whoever is timed gets the same memory as whoever was before: pages, too, are lucky or not. */
		if (!s->counts_fuel)
			wasmtime_pooling_allocation_config_max_unused_warm_slots_set(pool, 0);
		wasmtime_pooling_allocation_strategy_set(config, pool);
		wasmtime_pooling_allocation_config_delete(pool);
	}
	return config;
}

/* A deadline is a number of ticks. */
static void tick(void *data)
{
	struct engine *e = data;
	wasmtime_engine_increment_epoch(e->engine);
}

static wasm_trap_t *on_wasi_call(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t len);

static wasm_trap_t *on_hostcall(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t len);

/* `params` as in struct wasi_function. */
static int define(struct engine *e, const char *module, const char *name, const char *params, bool returns,
		  wasmtime_func_unchecked_callback_t call, const void *env, struct err *err)
{
	wasm_valtype_t *types[WASI_PARAMS_MAX], *result[1] = {returns ? wasm_valtype_new(WASM_I32) : NULL};
	size_t len = strlen(params);
	for (size_t p = 0; p < len; p++)
		types[p] = wasm_valtype_new(params[p] == 'I' ? WASM_I64 : WASM_I32);
	wasm_valtype_vec_t in, out;
	wasm_valtype_vec_new(&in, len, types);
	wasm_valtype_vec_new(&out, returns, result);
	wasm_functype_t *type = wasm_functype_new(&in, &out);
	wasmtime_error_t *error = wasmtime_linker_define_func_unchecked(
		e->linker, module, strlen(module), name, strlen(name), type, call, (void *)(uintptr_t)env, NULL);
	wasm_functype_delete(type);
	return error ? engine_error(err, ERR_BUG, error, name) : 0;
}

static int define_wasi(struct engine *e, struct err *err)
{
	for (size_t i = 0; i < WASI_FUNCTIONS; i++) {
		const struct wasi_function *f = &wasi_functions[i];
		if (define(e, "wasi_snapshot_preview1", f->name, f->params, strcmp(f->name, "proc_exit") != 0,
			   on_wasi_call, f, err) < 0)
			return -1;
	}
	return 0;
}

static int define_hostcalls(struct engine *e, struct err *err)
{
	for (size_t i = 0; e->settings->guest && i < HOSTCALLS; i++) {
		if (define(e, "recast", hostcall_names[i], "iiii", true, on_hostcall, &hostcall_names[i], err) < 0)
			return -1;
	}
	return 0;
}

int engine_new(enum engine_profile profile, struct engine **out, struct err *err)
{
	struct engine *e = mem_zalloc(1, sizeof(*e));
	e->profile = profile;
	e->settings = &profiles[profile];
	e->engine = wasm_engine_new_with_config(make_config(e->settings));
	if (!e->engine) {
		free(e);
		return err_set(err, ERR_TOOL, "the Wasm engine does not start with recast's settings");
	}
	e->linker = wasmtime_linker_new(e->engine);
	sem_init(&e->room, 0, POOL_INSTANCES);
	if (define_wasi(e, err) < 0 || define_hostcalls(e, err) < 0 ||
	    ticker_start(TICK_MS, tick, e, &e->ticker, err) < 0) {
		engine_free(e);
		return -1;
	}
	*out = e;
	return 0;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	ticker_stop(e->ticker);
	wasmtime_linker_delete(e->linker);
	wasm_engine_delete(e->engine);
	sem_destroy(&e->room);
	free(e);
}

/* ---- modules */

struct hash module_key(enum engine_profile profile, const struct hash *content)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("module"));
	hasher_field(&h, str_of(WASMTIME_VERSION));
	hasher_field(&h, str_of(profiles[profile].name));
	hasher_bytes(&h, content->bytes, HASH_BYTES);
	return hasher_finish(&h);
}

/* Takes the compiled module and resolves its imports. */
static int make_module(struct engine *e, wasmtime_module_t *compiled, const struct hash *key, struct str bytes,
		       struct module **out, struct err *err)
{
	wasmtime_instance_pre_t *pre;
	wasmtime_error_t *error = wasmtime_linker_instantiate_pre(e->linker, compiled, &pre);
	if (error) {
		wasmtime_module_delete(compiled);
		return engine_error(err, ERR_PARSE, error, "the module cannot be linked");
	}
	struct module *m = mem_zalloc(1, sizeof(*m));
	*m = (struct module){.engine = e, .module = compiled, .pre = pre, .key = *key, .bytes = bytes};
	*out = m;
	return 0;
}

bool module_cached(struct engine *e, struct cache *cache, const struct hash *key, struct str bytes,
			struct module **out)
{
	char path[CACHE_PATH_MAX];
	wasmtime_module_t *compiled;
	if (!cache || !cache_find(cache, CACHE_MODULE, key, path))
		return false;
	wasmtime_error_t *error = wasmtime_module_deserialize_file(e->engine, path, &compiled);
	if (error) {
		/* Whole, but made by another engine or for another processor. */
		wasmtime_error_delete(error);
		cache_drop(cache, CACHE_MODULE, key);
		return false;
	}
	return make_module(e, compiled, key, bytes, out, NULL) == 0;
}

static int compile(struct engine *e, struct cache *cache, const struct hash *key, struct str bytes,
		   struct module **out, struct err *err)
{
	wasmtime_module_t *compiled;
	wasm_byte_vec_t code;
	/* Nothing stops the engine while it compiles. */
	if (e->settings->guest && wasmcode_check(bytes, err) < 0)
		return -1;
	wasmtime_error_t *error =
		wasmtime_module_new(e->engine, (const uint8_t *)bytes.ptr, bytes.len, &compiled);
	if (error)
		return engine_error(err, ERR_PARSE, error, "not a module that the engine accepts");
	if (cache && !(error = wasmtime_module_serialize(compiled, &code))) {
		/* A full disk costs time, not the result. */
		cache_put(cache, CACHE_MODULE, key, (struct str){code.data, code.size}, NULL);
		wasm_byte_vec_delete(&code);
	}
	if (error)
		wasmtime_error_delete(error);
	return make_module(e, compiled, key, bytes, out, err);
}

int module_load(struct engine *e, struct cache *cache, const struct hash *content, struct str bytes,
		struct module **out, struct err *err)
{
	struct hash own = content ? *content : hash_of(bytes), key = module_key(e->profile, &own);
	if (module_cached(e, cache, &key, bytes, out))
		return 0;
	return compile(e, cache, &key, bytes, out, err);
}

void module_forget_bytes(struct module *m)
{
	m->bytes = (struct str){0};
}

void module_free(struct module *m)
{
	if (!m)
		return;
	wasmtime_instance_pre_delete(m->pre);
	wasmtime_module_delete(m->module);
	free(m);
}

bool module_move(struct module **module, struct cache *cache, uint64_t lot)
{
	struct module *moved;
	/* What is mapped while this piece of memory is taken comes to lie in front of it. */
	size_t gap = (1 + lot % GAP_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	void *taken = mmap(NULL, gap, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	bool loaded = module_cached((*module)->engine, cache, &(*module)->key, (*module)->bytes, &moved);
	if (taken != MAP_FAILED)
		munmap(taken, gap);
	if (!loaded)
		return false;
	module_free(*module);
	*module = moved;
	return true;
}

/* ---- host functions */

static bool find_memory(struct run *run, wasmtime_caller_t *caller)
{
	wasmtime_extern_t item;
	if (run->has_memory)
		return true;
	if (!wasmtime_caller_export_get(caller, "memory", 6, &item) || item.kind != WASMTIME_EXTERN_MEMORY)
		return false;
	run->memory = item.of.memory;
	run->has_memory = true;
	return true;
}

static wasm_trap_t *on_wasi_call(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t len)
{
	(void)len;
	const struct wasi_function *f = env;
	wasmtime_context_t *context = wasmtime_caller_context(caller);
	struct run *run = wasmtime_context_get_data(context);
	uint64_t args[WASI_PARAMS_MAX];
	for (size_t i = 0; f->params[i]; i++)
		args[i] = f->params[i] == 'I' ? (uint64_t)values[i].i64 : (uint32_t)values[i].i32;
	struct wasi_call call = {.w = run->w, .arg = args};
	if (find_memory(run, caller)) {
		call.memory = wasmtime_memory_data(context, &run->memory);
		call.memory_len = wasmtime_memory_data_size(context, &run->memory);
	}
	int result = wasi_invoke(f, &call);
	if (result == WASI_ENDED)
		return wasmtime_trap_new_code(WASMTIME_TRAP_CODE_INTERRUPT);
	values[0].i32 = result;
	return NULL;
}

static uint64_t fuel_used(wasmtime_context_t *context, const struct run *run)
{
	uint64_t left = 0;
	if (!run->counts_fuel)
		return 0;
	wasmtime_context_get_fuel(context, &left); /* fails only where it is not counted */
	return run->fuel_over + run->fuel_given - left;
}

/* From one call of the driver's to the next. */
static void give_fuel(wasmtime_context_t *context, struct run *run)
{
	run->fuel_over = fuel_used(context, run);
	run->fuel_given = run->hostcalls->fuel(run->hostcalls->data);
	wasmtime_error_t *error = wasmtime_context_set_fuel(context, run->fuel_given);
	if (error)
		wasmtime_error_delete(error);
}

static uint64_t bulk_bytes(wasmtime_context_t *context, const struct run *run)
{
	wasmtime_val_t value = {.kind = WASMTIME_I64};
	if (run->has_bulk)
		wasmtime_global_get(context, &run->bulk, &value);
	return value.kind == WASMTIME_I64 ? (uint64_t)value.of.i64 : 0;
}

/* The first mark counts. What it costs to come here belongs to the start. */
static void mark(wasmtime_context_t *context, struct run *run)
{
	if (run->marked)
		return;
	run->marked = true;
	run->start.fuel = fuel_used(context, run);
	run->start.bulk_bytes = bulk_bytes(context, run);
	run->start.ns = clock_monotonic_ns() - run->begun_ns;
	run->start.cpu_ns = clock_thread_cpu_ns() - run->begun_cpu_ns;
}

static struct hostcall hostcall_of(struct run *run, wasmtime_context_t *context)
{
	return (struct hostcall){
		.memory = wasmtime_memory_data(context, &run->memory),
		.memory_len = wasmtime_memory_data_size(context, &run->memory),
		.out = run->w->out.ptr,
		.out_len = run->w->out.len,
		.err = run->w->err.ptr,
		.err_len = run->w->err.len,
	};
}

static int64_t tell(struct run *run, enum hostcall_name name, wasmtime_context_t *context,
		    const wasmtime_val_raw_t *values, size_t len)
{
	struct hostcall call = hostcall_of(run, context);
	for (size_t i = 0; i < HOSTCALL_PARAMS && i < len; i++)
		call.arg[i] = (uint32_t)values[i].i32;
	bool driven = name == HOSTCALL_NEXT && run->hostcalls->fuel;
	call.fuel = driven ? fuel_used(context, run) - run->fuel_over : 0;
	int64_t result = run->hostcalls->call(run->hostcalls->data, name, &call);
	if (driven)
		give_fuel(context, run);
	return result;
}

static wasm_trap_t *on_hostcall(void *env, wasmtime_caller_t *caller, wasmtime_val_raw_t *values, size_t len)
{
	wasmtime_context_t *context = wasmtime_caller_context(caller);
	struct run *run = wasmtime_context_get_data(context);
	enum hostcall_name name = (enum hostcall_name)((const char *const *)env - hostcall_names);
	int64_t result = -1;
	if (run->hostcalls && find_memory(run, caller))
		result = tell(run, name, context, values, len);
	if (name == HOSTCALL_MARK) {
		mark(context, run);
		result = 0;
	}
	if (result < 0)
		return wasmtime_trap_new_code(WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED);
	values[0].i32 = (int32_t)(uint32_t)result;
	return NULL;
}

/* ---- runs */

static const char *trap_kind(wasmtime_trap_code_t code)
{
	static const char *const kinds[] = {
		[WASMTIME_TRAP_CODE_STACK_OVERFLOW] = "call stack exhausted",
		[WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS] = "access outside memory",
		[WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS] = "call through a pointer that is no function",
		[WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL] = "call through a null pointer",
		[WASMTIME_TRAP_CODE_BAD_SIGNATURE] = "call through a pointer of another type",
		[WASMTIME_TRAP_CODE_INTEGER_OVERFLOW] = "integer overflow",
		[WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO] = "division by zero",
		[WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER] = "conversion of a number out of range",
		[WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED] = "abort or unreachable code",
		[WASMTIME_TRAP_CODE_HEAP_MISALIGNED] = "misaligned atomic access",
	};
	return code < countof(kinds) && kinds[code] ? kinds[code] : "trap";
}

static void describe_place(const struct module *m, const wasm_trap_t *trap, struct run_result *r)
{
	uint32_t functions[FRAMES_SHOWN];
	size_t len = 0;
	wasm_frame_vec_t frames;
	wasm_trap_trace(trap, &frames);
	for (; len < frames.size && len < FRAMES_SHOWN; len++)
		functions[len] = wasm_frame_func_index(frames.data[len]);
	if (frames.size)
		r->offset = (uint32_t)wasm_frame_module_offset(frames.data[0]);
	wasm_frame_vec_delete(&frames);
	outcome_where(m->bytes, functions, len, r);
}

static void note_trap(const struct module *m, const struct wasi *w, wasm_trap_t *trap, struct run_result *r)
{
	wasmtime_trap_code_t code;
	if (w->end != WASI_RUNNING) {
		outcome_of_wasi(w, r);
	} else if (!wasmtime_trap_code(trap, &code)) {
		r->outcome = OUTCOME_TRAPPED;
		snprintf(r->trap, sizeof(r->trap), "uncaught exception");
	} else if (code == WASMTIME_TRAP_CODE_OUT_OF_FUEL) {
		r->outcome = OUTCOME_OUT_OF_FUEL;
	} else if (code == WASMTIME_TRAP_CODE_INTERRUPT) {
		r->outcome = OUTCOME_OUT_OF_TIME;
	} else {
		r->outcome = OUTCOME_TRAPPED;
		snprintf(r->trap, sizeof(r->trap), "%s", trap_kind(code));
	}
	if (r->outcome != OUTCOME_EXITED)
		describe_place(m, trap, r);
	wasm_trap_delete(trap);
}

static void note_refusal(wasmtime_error_t *error, struct run_result *r)
{
	struct err why = {0};
	engine_error(&why, ERR_PARSE, error, "refused");
	r->outcome = OUTCOME_REFUSED;
	snprintf(r->trap, sizeof(r->trap), "%.90s", why.text + strlen("refused: "));
}

static void call_start(const struct module *m, wasmtime_context_t *context, struct run *run,
		       struct run_result *r)
{
	wasmtime_instance_t instance;
	wasmtime_extern_t item;
	wasm_trap_t *trap = NULL;
	wasmtime_error_t *error = wasmtime_instance_pre_instantiate(m->pre, context, &instance, &trap);
	if (!error && !trap) {
		if (wasmtime_instance_export_get(context, &instance, "memory", 6, &item) &&
		    item.kind == WASMTIME_EXTERN_MEMORY) {
			run->memory = item.of.memory;
			run->has_memory = true;
		}
		if (wasmtime_instance_export_get(context, &instance, WASMCOUNT_EXPORT, strlen(WASMCOUNT_EXPORT),
						 &item) &&
		    item.kind == WASMTIME_EXTERN_GLOBAL) {
			run->bulk = item.of.global;
			run->has_bulk = true;
		}
		if (wasmtime_instance_export_get(context, &instance, "_start", 6, &item) &&
		    item.kind == WASMTIME_EXTERN_FUNC) {
			error = wasmtime_func_call(context, &item.of.func, NULL, 0, NULL, 0, &trap);
		} else {
			r->outcome = OUTCOME_REFUSED;
			snprintf(r->trap, sizeof(r->trap), "it has no _start to run");
		}
	}
	if (error)
		note_refusal(error, r);
	else if (trap)
		note_trap(m, run->w, trap, r);
}

static int run_in_store(struct module *m, const struct limits *limits, struct wasi *w,
			const struct hostcalls *hostcalls, struct run_result *ret_result, struct err *err)
{
	struct run_result r = {.outcome = OUTCOME_EXITED};
	uint64_t wall = clock_monotonic_ns(), cpu = clock_thread_cpu_ns();
	struct run run = {
		.w = w,
		.hostcalls = hostcalls,
		.limits = limits,
		.counts_fuel = m->engine->settings->counts_fuel,
		.fuel_given = limits->fuel,
		.begun_ns = wall,
		.begun_cpu_ns = cpu,
	};
	wasmtime_store_t *store = wasmtime_store_new(m->engine->engine, &run, NULL);
	wasmtime_context_t *context = wasmtime_store_context(store);
	wasmtime_store_limiter(store, (int64_t)limits->memory_bytes, TABLE_ELEMENTS_MAX, 1, 4, 1);
	wasmtime_context_set_epoch_deadline(context, limits->deadline_ns / (TICK_MS * 1000000u) + 2);
	wasmtime_error_t *error = run.counts_fuel ? wasmtime_context_set_fuel(context, limits->fuel) : NULL;
	if (error) {
		wasmtime_store_delete(store);
		return engine_error(err, ERR_BUG, error, "engine");
	}
	call_start(m, context, &run, &r);
	/* What follows is no work of the guest's. */
	r.wall_ns = clock_monotonic_ns() - wall;
	r.cpu_ns = clock_thread_cpu_ns() - cpu;
	r.fuel = fuel_used(context, &run);
	r.bulk_bytes = bulk_bytes(context, &run);
	r.start = run.start;
	if (run.has_memory)
		r.memory_bytes = wasmtime_memory_data_size(context, &run.memory);
	r.memory_near_limit = r.memory_bytes >= limits->memory_bytes / 10 * 9;
	r.bytes_written = w->bytes_written;
	if (hostcalls && hostcalls->over && run.has_memory) {
		struct hostcall last = hostcall_of(&run, context);
		hostcalls->over(hostcalls->data, &last);
	}
	wasmtime_store_delete(store);
	*ret_result = r;
	return 0;
}

int engine_run_heard(struct module *m, const struct limits *limits, struct wasi *w,
		     const struct hostcalls *hostcalls, struct run_result *ret_result, struct err *err)
{
	while (sem_wait(&m->engine->room) < 0)
		; /* a signal came in between */
	int result = run_in_store(m, limits, w, hostcalls, ret_result, err);
	sem_post(&m->engine->room);
	return result;
}

int engine_run(struct module *m, const struct limits *limits, struct wasi *w,
	     struct run_result *ret_result, struct err *err)
{
	return engine_run_heard(m, limits, w, NULL, ret_result, err);
}
