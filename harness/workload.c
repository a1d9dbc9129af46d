#include "harness/micro.h"

#include "core/mem.h"

const char *workload_kind_name(enum workload_kind kind)
{
	static const char *const names[] = {
		[WORKLOAD_TEST] = "test",
		[WORKLOAD_USER] = "user",
		[WORKLOAD_MICRO] = "micro",
	};
	return names[kind];
}

void workloads_release(struct workloads *w)
{
	free(w->items);
	arena_release(&w->arena);
	*w = (struct workloads){0};
}

/* ---- the list */

struct workload *workloads_add(struct gathering *g, struct workload workload)
{
	workload.counter = g->measure.allocations;
	struct workloads *w = g->ret;
	w->items = mem_grow(w->items, w->len, &g->cap, sizeof(*w->items));
	w->items[w->len] = workload;
	return &w->items[w->len++];
}

void workloads_leave_out(struct gathering *g, const char *name, const char *why)
{
	*vec_push(&g->left_out) = arena_printf(&g->ret->arena, "%s: %s", name, why);
}

/* ---- programs of the project */

static bool defines(const struct link_input *object, const char *name)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct wasmfile file;
	if (wasmfile_read(object->bytes, &scratch, &file, NULL) < 0)
		return false;
	for (size_t i = 0; i < file.symbols_len; i++) {
		if (file.symbols[i].defined && strcmp(file.symbols[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Which name of its main goes through the object that marks where it begins. */
static const struct strings *wrapped_main(struct gathering *g, const struct link_input *objects, size_t len)
{
	struct strings *wrapped = arena_new(&g->ret->arena, struct strings);
	*wrapped = (struct strings){arena_array(&g->ret->arena, 1, const char *), 1};
	wrapped->items[0] = MEASURE_MAIN;
	for (size_t i = 0; i < len; i++) {
		if (defines(&objects[i], MEASURE_MAIN_ARGUMENTS))
			wrapped->items[0] = MEASURE_MAIN_ARGUMENTS;
	}
	return wrapped;
}

static struct workload program_workload(struct gathering *g, const struct plan_program *planned,
					const struct plan_object *made)
{
	struct link_input *objects = arena_array(&g->ret->arena, planned->objects_len + 2, struct link_input);
	size_t len = 0;
	objects[len++] = g->suite->start;
	objects[len++] = g->measure.mark;
	for (size_t i = 0; i < planned->objects_len; i++) {
		const struct plan_object *o = &made[planned->objects[i]];
		objects[len++] = (struct link_input){o->name, o->built.bytes};
	}
	return (struct workload){
		.name = planned->name,
		.objects = objects,
		.objects_len = len,
		.wrapped = wrapped_main(g, objects + 2, len - 2),
		.planned = planned,
		.unit = "",
	};
}

static void add_tests(struct gathering *g)
{
	const struct plan *plan = &g->suite->plan;
	for (size_t i = 0; i < plan->programs_len; i++) {
		const struct program_result *baseline = &g->extracted->baseline.programs[i];
		if (baseline->status != PROGRAM_PASSED) {
			workloads_leave_out(g, plan->programs[i].name, baseline->reason);
			continue;
		}
		struct workload w = program_workload(g, &plan->programs[i], plan->objects);
		w.kind = WORKLOAD_TEST;
		workloads_add(g, w);
	}
}

/* ---- programs of the user's */

struct compiling {
	struct gathering *g;
	struct tree *tree; /* with the sysroot */
};

static void compile(void *data, size_t index)
{
	struct compiling *c = data;
	const struct suite *suite = c->g->suite;
	struct plan_object *o = &c->g->made[index];
	build_compile(suite->tools->toolchain, c->tree, &o->compile, &suite->project->limits.build, &o->arena, &o->built,
		      &o->error);
	event_send(suite->tools->observer, EVENT_STEP, o->name, 0);
}

/* The plan only says how. */
static int make_objects(struct gathering *g, struct err *err)
{
	const struct plan *plan = &g->suite->plan;
	size_t len = plan->workload_objects_len;
	SCOPED_TREE struct tree *tree = NULL;
	g->made = arena_copy(&g->ret->arena, plan->workload_objects, len, sizeof(*g->made));
	if (len == 0)
		return 0;
	if (build_tree(g->suite->tools->toolchain, plan->tests_tree, &tree, err) < 0)
		return -1;
	struct compiling c = {g, tree};
	int result = tools_stage(g->suite->tools, "compiling workloads", len, compile, &c, err);
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && g->made[i].error.kind != ERR_NONE)
			result = err_copy(err, &g->made[i].error);
		arena_adopt(&g->ret->arena, &g->made[i].arena);
	}
	return result;
}

static const char *trouble(const struct gathering *g, const struct plan_program *planned)
{
	if (planned->library_len == 0)
		return "there is no test program, as which the library would be built for it";
	for (size_t i = 0; i < planned->objects_len; i++) {
		if (!g->made[planned->objects[i]].built.ok)
			return g->made[planned->objects[i]].built.failure;
	}
	return NULL;
}

static void add_users(struct gathering *g)
{
	const struct plan *plan = &g->suite->plan;
	for (size_t i = 0; i < plan->workloads_len; i++) {
		const char *why = trouble(g, &plan->workloads[i]);
		if (why) {
			workloads_leave_out(g, plan->workloads[i].name, why);
			continue;
		}
		struct workload w = program_workload(g, &plan->workloads[i], g->made);
		w.kind = WORKLOAD_USER;
		w.sized = w.inputs_vary = true;
		w.n = g->suite->project->workloads[i].n;
		workloads_add(g, w);
	}
}

/* ---- the whole */

static int gather(struct gathering *g, struct err *err)
{
	if (measure_build(g->suite->tools, &g->ret->arena, &g->measure, err) < 0)
		return -1;
	add_tests(g);
	if (make_objects(g, err) < 0)
		return -1;
	add_users(g);
	return micro_add(g, err);
}

int workloads_find(const struct suite *suite, const struct extracted *extracted, struct workloads *ret, struct err *err)
{
	struct workloads w = {0};
	struct gathering g = {.suite = suite, .extracted = extracted, .ret = &w};
	int result = gather(&g, err);
	w.left_out = (struct strings){arena_copy(&w.arena, g.left_out.items, g.left_out.len, sizeof(char *)), g.left_out.len};
	vec_release(&g.left_out);
	if (result < 0) {
		workloads_release(&w);
		return -1;
	}
	*ret = w;
	return 0;
}
