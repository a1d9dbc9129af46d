#include "core/mem.h"
#include "core/path.h"
#include "harness/memorywatch.h"
#include "harness/varied_parts.h"

/* What takes much longer than the test itself is not worth it. */
enum { FUEL_TIMES = 3, FUEL_MORE = 20000000 };

static const struct memory_orders watched_orders = {.heap = {.fill = 0xCD, .guard = 0xFB, .freed = 0xDD}};
static const struct variation nothing = {.len = 0};

/* ---- linking */

static const struct link_input *own_objects(const struct varied_program *p, struct arena *a)
{
	const struct suite *suite = p->ask->rewrite->suite;
	struct link_input *inputs = arena_array(a, p->planned->objects_len + 1, struct link_input);
	for (size_t i = 0; i < p->planned->objects_len; i++) {
		const struct plan_object *planned = &suite->plan.objects[p->planned->objects[i]];
		size_t index = p->objects->of_planned[p->planned->objects[i]];
		bool own = index != SIZE_MAX && !p->objects->items[index].failure;
		inputs[i] = (struct link_input){planned->name,
						own ? p->objects->items[index].object.bytes : planned->built.bytes};
	}
	return inputs;
}

/* The library of that side, with room for three more; or NULL if it does not compile that way. */
static struct link_input *library_of(const struct varied_program *p, enum varied_side side, struct arena *a,
				     size_t *ret_len)
{
	const struct suite *suite = p->ask->rewrite->suite;
	const struct rewrite *r = p->ask->rewrite;
	const struct rewrite_variant *v = &r->variants[r->variant_of[p->planned - suite->plan.programs]];
	const char *why;
	if (side == VARIED_WATCHED) {
		struct link_input *inputs = sidebuild_inputs(p->ask->watched, p->planned, 3, a, ret_len, &why);
		if (!inputs)
			return NULL;
		probe_counters_apart(inputs, *ret_len, a);
		inputs[(*ret_len)++] = p->ask->heap;
		inputs[(*ret_len)++] = p->ask->undefined;
		return inputs;
	}
	size_t len = side == VARIED_REWRITE ? v->objects_len : p->planned->library_len;
	struct link_input *inputs = arena_array(a, len + 3, struct link_input);
	for (size_t i = 0; i < len; i++) {
		const struct plan_object *o = side == VARIED_REWRITE ? NULL
								     : &suite->plan.objects[p->planned->library[i]];
		inputs[i] = o ? (struct link_input){o->name, o->built.bytes} :
				(struct link_input){v->objects[i].name, v->objects[i].object.bytes};
	}
	*ret_len = len;
	return inputs;
}

static void linked(void *data, struct str map, size_t test_objects)
{
	struct varied_linked *l = ((void **)data)[0];
	struct arena *a = ((void **)data)[1];
	l->map = (struct str){arena_str(a, map), map.len};
	l->test_objects = test_objects;
}

int varied_program_link(struct varied_program *p, enum varied_side side, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct varied_linked *l = &p->linked[side];
	void *data[] = {l, &p->arena};
	struct program_other other = {
		.objects = own_objects(p, &scratch),
		.shims = p->ask->grammar->shims->object,
		.wrapped = &p->ask->grammar->shims->wrapped,
		.linked = linked,
		.hostcalls = {.data = data},
	};
	if (l->made)
		return 0;
	l->made = true;
	struct link_input *library = library_of(p, side, &scratch, &other.library_len);
	if (!library)
		return 0;
	library[other.library_len++] = *p->guest;
	other.library = library;
	return program_ready_make(p->ask->rewrite->suite, p->planned, &other, &l->ready, err);
}

/* ---- running */

void varied_run_release(struct varied_run *run)
{
	trace_release(&run->trace);
	*run = (struct varied_run){0};
}

/* Whether the library was at work when it ended. */
static bool ended_within(const struct trace *t)
{
	const struct trace_event *last = t->events_len ? &t->events[t->events_len - 1] : NULL;
	return last && (last->kind == TRACE_CALL || last->kind == TRACE_CALLBACK_RETURN);
}

static void tell_end(struct varied_run *r)
{
	const struct run_result *run = &r->result;
	struct probe_outcome *o = &r->outcome;
	bool within = ended_within(&r->trace);
	o->events = (struct trace_range){0, r->trace.events_len};
	o->fuel = run->fuel;
	snprintf(o->why, sizeof(o->why), "%s", run->trap[0] ? run->trap : outcome_name(run->outcome));
	if (run->outcome == OUTCOME_OUT_OF_FUEL || run->outcome == OUTCOME_OUT_OF_TIME)
		o->end = PROBE_ENDLESS;
	else if (run->outcome == OUTCOME_TRAPPED && within)
		o->end = PROBE_TRAPPED;
	else if (run->outcome == OUTCOME_TRAPPED || (run->outcome == OUTCOME_EXITED && !within))
		o->end = PROBE_RAN;
	else
		o->end = PROBE_LEFT;
	r->answers = o->end == PROBE_RAN && !r->trace.cut && !r->trace.raw_callbacks;
}

/* The files that are changed; the others stay as they are. */
static size_t changed_files(const struct varied_program *p, const struct variation *v, struct changed_file *files)
{
	size_t len = 0;
	for (size_t i = 0; i < v->len; i++) {
		const struct varied_input *input = &p->inputs[v->changes[i].input];
		if (input->path)
			files[len++] = (struct changed_file){input->path, v->changes[i].text};
	}
	return len;
}

/* What the original did to memory counts for what it answers. */
static void take_memory(struct memory_watch *watch, struct varied_run *r)
{
	struct memory_account account = {0};
	memory_watch_end(watch, &r->result, &account);
	for (size_t i = 0; i < HEAP_FAULTS; i++)
		r->outcome.faults |= (uint64_t)(account.heap.fault_counts[i] != 0) << i;
	for (size_t i = 0; i < account.undefined_len; i++)
		r->outcome.undefined |= account.undefined[i].who != 0;
	r->outcome.starved = account.heap.refused;
	memory_account_release(&account);
}

static int run(const struct varied_program *p, enum varied_side side, struct varied_hearing *h,
	       struct recorder *recorder, const struct varied_conditions *conditions, struct program_result *result,
	       struct varied_run *ret, struct err *err)
{
	const struct varied_linked *l = &p->linked[side];
	struct changed_file files[VARIED_CHANGES_MAX];
	struct program_other other = {.fuel_max = conditions->fuel, .files = files};
	other.files_len = changed_files(p, h->variation, files);
	recorder_watch_stack_only(recorder);
	recorder_hear(recorder, &h->inner);
	h->inner.linked(h->inner.hostcalls.data, l->map, l->test_objects);
	h->watch = side == VARIED_WATCHED ? memory_watch_new(p->ask->grammar->shims) : NULL;
	if (h->watch)
		memory_watch_begin(h->watch, &watched_orders, &h->watching);
	varied_hear(h, &other);
	int failed = program_ready_run(&l->ready, &other, result, err);
	ret->trace = recorder_take(recorder);
	ret->result = result->run;
	tell_end(ret);
	if (h->watch)
		take_memory(h->watch, ret);
	memory_watch_free(h->watch);
	return failed;
}

int varied_program_run(const struct varied_program *p, enum varied_side side, const struct variation *v,
		       const struct varied_conditions *conditions, struct varied_run *ret, struct err *err)
{
	struct varied_hearing h = {.program = p, .variation = v};
	struct recorder *recorder = recorder_new(p->ask->grammar->shims, conditions->stack_fill, conditions->fill);
	struct program_result result = {0};
	int failed = run(p, side, &h, recorder, conditions, &result, ret, err);
	arena_release(&result.arena);
	recorder_free(recorder);
	return failed;
}

int varied_program_listen(const struct varied_program *p, const struct variation *v, struct micro_calls *ret,
			  struct err *err)
{
	struct micro_listener *listener = micro_listener_new(p->ask->grammar->shims, p->planned);
	struct varied_hearing h = {.program = p, .variation = v, .inner = {.hostcalls = micro_listener_hear(listener)}};
	struct changed_file files[VARIED_CHANGES_MAX];
	struct program_other other = {.fuel_max = varied_fuel_of_original(p), .files = files};
	struct program_result result = {0};
	other.files_len = changed_files(p, v, files);
	varied_hear(&h, &other);
	int failed = program_ready_run(&p->linked[VARIED_ORIGINAL].ready, &other, &result, err);
	arena_release(&result.arena);
	micro_listener_end(listener, ret);
	return failed;
}

uint64_t varied_fuel_of_original(const struct varied_program *p)
{
	return p->fuel * FUEL_TIMES + FUEL_MORE;
}

/* ---- a program with nothing changed */

static size_t count_literals(struct varied_program *p)
{
	size_t len = 0;
	p->first_of = arena_array(&p->arena, p->objects->len + 1, size_t);
	for (size_t i = 0; i < p->objects->len; i++)
		p->first_of[i] = SIZE_MAX;
	for (size_t i = 0; i < p->planned->objects_len; i++) {
		size_t index = p->objects->of_planned[p->planned->objects[i]];
		if (index == SIZE_MAX || p->objects->items[index].failure || p->first_of[index] != SIZE_MAX)
			continue;
		p->first_of[index] = len;
		len += p->objects->items[index].literals.numbers;
	}
	return len;
}

static const char *path_in_project(const char *file, struct arena *a)
{
	static const char root[] = PROJECT_ROOT "/";
	struct str path = str_of(file);
	if (str_starts(path, STR(root)))
		path = str_from(path, sizeof(root) - 1);
	const char *clean = path_join(a, "", path);
	return clean ? clean : arena_str(a, path);
}

static void describe_literals(struct varied_program *p, size_t object)
{
	const struct varied_object *o = &p->objects->items[object];
	for (size_t i = 0; i < o->literals.len; i++) {
		const struct varied_literal *l = &o->literals.items[i];
		struct varied_input *input = &p->inputs[p->first_of[object] + l->number];
		if (l->dropped || input->file)
			continue;
		struct expanded_place place = expanded_place(&o->source, l->start);
		input->form = l->form;
		input->downward = l->downward;
		input->file = path_in_project(place.file, &p->arena);
		input->line = place.line;
	}
}

static bool is_source(const struct suite *suite, const char *path)
{
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		if (strcmp(suite->plan.objects[i].name, path) == 0)
			return true;
	}
	return false;
}

static void add_file(struct varied_program *p, const char *path)
{
	const struct suite *suite = p->ask->rewrite->suite;
	SCOPED_ARENA struct arena scratch = {0};
	const struct tree_node *node = view_resolve(suite->disk, arena_printf(&scratch, PROJECT_ROOT "/%s", path));
	if (!node || node->type != TREE_FILE || !node->content.len || node->content.len > VARIED_FILE_MAX ||
	    is_source(suite, path))
		return;
	p->inputs[p->inputs_len++] = (struct varied_input){
		.path = arena_strdup(&p->arena, path), .text = node->content, .reached = true, .file = ""};
}

static void take_files(struct varied_program *p, const struct program_result *result)
{
	const char *input = p->planned->program->stdin_file;
	struct varied_input *more = arena_array(&p->arena, p->inputs_len + result->inputs.len + 2, struct varied_input);
	if (p->inputs_len)
		memcpy(more, p->inputs, p->inputs_len * sizeof(*more));
	p->inputs = more;
	for (size_t i = 0; i < result->inputs.len; i++)
		add_file(p, result->inputs.items[i]);
	if (input && !strings_have(&result->inputs, input))
		add_file(p, input);
}

static void take_reached(struct varied_program *p)
{
	p->reached = arena_array(&p->arena, p->inputs_len + 1, size_t);
	for (size_t i = 0; i < p->inputs_len; i++) {
		if (p->inputs[i].reached && p->inputs[i].file)
			p->reached[p->reached_len++] = i;
		if (i < p->literals_len)
			p->reached_literals = p->reached_len;
	}
	if (!p->left_out && !p->reached_len)
		p->left_out = "it has no input that could be changed";
}

/* The original, to see what is reached. */
static int run_base(struct varied_program *p, struct err *err)
{
	struct varied_hearing h = {.program = p, .variation = &nothing, .found = p->inputs, .arena = &p->arena};
	struct varied_conditions conditions = {.fuel = 0};
	struct recorder *recorder = recorder_new(p->ask->grammar->shims, 0, 0);
	struct program_result result = {0};
	struct varied_run base = {0};
	int failed = run(p, VARIED_ORIGINAL, &h, recorder, &conditions, &result, &base, err);
	recorder_free(recorder);
	if (failed == 0 && (result.status != PROGRAM_PASSED || !base.answers))
		p->left_out = "it does not pass when its literals are asked for";
	p->fuel = base.result.fuel;
	if (failed == 0)
		take_files(p, &result);
	p->base = base.trace;
	arena_release(&result.arena);
	return failed;
}

/* A difference that is there anyway is told by the tests. */
static int compare_base(struct varied_program *p, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct varied_run original = {0}, rewrite = {0};
	struct varied_conditions conditions = {.fuel = varied_fuel_of_original(p)};
	struct probe_difference d;
	int result = varied_program_run(p, VARIED_ORIGINAL, &nothing, &conditions, &original, err);
	conditions.fuel = probe_fuel_of_rewrite(p->fuel, true);
	if (result == 0)
		result = varied_program_run(p, VARIED_REWRITE, &nothing, &conditions, &rewrite, err);
	if (result == 0 && varied_differs(p, &original, &original, &rewrite, &scratch, &d))
		p->left_out = "it differs with nothing changed";
	varied_run_release(&original);
	varied_run_release(&rewrite);
	return result;
}

int varied_program_make(struct varied_program *p, struct err *err)
{
	p->literals_len = count_literals(p);
	p->inputs = arena_array(&p->arena, p->literals_len + 1, struct varied_input);
	p->inputs_len = p->literals_len;
	for (size_t i = 0; i < p->objects->len; i++) {
		if (p->first_of[i] != SIZE_MAX)
			describe_literals(p, i);
	}
	if (varied_program_link(p, VARIED_ORIGINAL, err) < 0 || varied_program_link(p, VARIED_REWRITE, err) < 0)
		return -1;
	if (!p->linked[VARIED_ORIGINAL].ready.module || !p->linked[VARIED_REWRITE].ready.module) {
		p->left_out = "it cannot be linked so that its literals are asked for";
		return 0;
	}
	if (run_base(p, err) < 0)
		return -1;
	take_reached(p);
	return p->left_out ? 0 : compare_base(p, err);
}

void varied_program_release(struct varied_program *p)
{
	for (size_t i = 0; i < VARIED_SIDES; i++)
		program_ready_release(&p->linked[i].ready);
	trace_release(&p->base);
	arena_release(&p->arena);
}
