#include "harness/executed.h"

#include "core/mem.h"
#include "harness/instrument.h"
#include "harness/program.h"
#include "harness/rewrite_parts.h"

#include <stdatomic.h>

enum {
	STATEMENT_BITS = 20,
	OBJECTS_MAX = 1 << (32 - STATEMENT_BITS),
	FUEL_TIMES = 30, /* counting costs something */
	FUEL_MORE = 1000000000,
};

struct executed_object {
	const struct rewrite_object *from;
	struct expanded source;
	struct instrumented counted;
	struct built built;
	_Atomic bool *seen; /* of each statement */
	struct arena arena;
	struct err error;
};

struct executed {
	const struct rewrite *rewrite;
	struct executed_object *objects; /* variant by variant */
	size_t objects_len, per_variant;
	/* While tests run. */
	const struct suite_result *baseline;
	struct err *errors;
};

/* ---- making it */

static void make(void *data, size_t index)
{
	struct executed *e = data;
	struct executed_object *o = &e->objects[index];
	const struct rewrite_variant *v = &e->rewrite->variants[index / e->per_variant];
	static const char *quiet[] = {"-w"};
	const struct strings flags = {quiet, countof(quiet)};
	struct err unreadable = {0};
	o->from = &v->objects[index % e->per_variant];
	struct rewrite_object with = *o->from;
	if (expanded_read(o->from->text.bytes, &o->arena, &o->source, &unreadable) == 0 &&
	    instrument(&o->source, REWRITE_ROOT "/", (unsigned)(index << STATEMENT_BITS), &o->arena, &o->counted,
		       &unreadable) == 0) {
		o->seen = arena_alloc(&o->arena, o->counted.statements_len + 1, sizeof(*o->seen));
		with.text.bytes = o->counted.text;
	}
	rewrite_compile(e->rewrite, v, &with, &flags, &o->arena, &o->built, &o->error);
	event_send(e->rewrite->suite->tools->observer, EVENT_STEP, o->from->name, 0);
}

int executed_make(const struct rewrite *rewrite, struct executed **out, struct err *err)
{
	struct executed *e = mem_zalloc(1, sizeof(*e));
	e->rewrite = rewrite;
	e->per_variant = rewrite->variants[0].objects_len;
	e->objects_len = min_size(rewrite->variants_len * e->per_variant, OBJECTS_MAX);
	e->objects = mem_zalloc(e->objects_len + 1, sizeof(*e->objects));
	int result = tools_stage(rewrite->suite->tools, "compiling", e->objects_len, make, e, err);
	for (size_t i = 0; result == 0 && i < e->objects_len; i++) {
		if (e->objects[i].error.kind != ERR_NONE)
			result = err_copy(err, &e->objects[i].error);
	}
	if (result < 0)
		executed_free(e);
	else
		*out = e;
	return result;
}

void executed_free(struct executed *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->objects_len; i++)
		arena_release(&e->objects[i].arena);
	free(e->objects);
	free(e);
}

struct link_input *executed_inputs(const struct executed *e, const struct plan_program *planned, struct arena *a,
				   size_t *ret_len)
{
	const struct rewrite *r = e->rewrite;
	size_t first = r->variant_of[planned - r->suite->plan.programs] * e->per_variant;
	struct link_input *inputs = arena_array(a, e->per_variant + 1, struct link_input);
	for (size_t i = 0; i < e->per_variant; i++) {
		if (first + i >= e->objects_len || !e->objects[first + i].built.ok)
			return NULL;
		inputs[i] = (struct link_input){e->objects[first + i].from->name, e->objects[first + i].built.bytes};
	}
	*ret_len = e->per_variant;
	return inputs;
}

/* ---- running it */

int64_t executed_hear(struct executed *e, const struct hostcall *call)
{
	size_t object = call->arg[0] >> STATEMENT_BITS, number = call->arg[0] & ((1u << STATEMENT_BITS) - 1);
	if (object < e->objects_len && number < e->objects[object].counted.statements_len)
		atomic_store_explicit(&e->objects[object].seen[number], true, memory_order_relaxed);
	return 0;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	return name == HOSTCALL_REACHED ? executed_hear(data, call) : -1;
}

static void run_test(void *data, size_t index)
{
	struct executed *e = data;
	const struct suite *suite = e->rewrite->suite;
	const struct plan_program *planned = &suite->plan.programs[index];
	const struct program_result *baseline = &e->baseline->programs[index];
	SCOPED_ARENA struct arena scratch = {0};
	struct program_other other = {.hostcalls = {.data = e, .call = hear}};
	struct program_result result = {0};
	bool counts = baseline->status == PROGRAM_PASSED || baseline->passed;
	other.library = counts ? executed_inputs(e, planned, &scratch, &other.library_len) : NULL;
	other.fuel_max = FUEL_MORE + FUEL_TIMES * baseline->run.fuel;
	if (other.library)
		program_check_with(suite, planned, &other, &result, &e->errors[index]);
	arena_release(&result.arena);
	event_send(suite->tools->observer, EVENT_STEP, planned->name, 0);
}

int executed_run_tests(struct executed *e, const struct suite_result *baseline, struct err *err)
{
	const struct suite *suite = e->rewrite->suite;
	SCOPED_MEM struct err *errors = mem_zalloc(suite->plan.programs_len + 1, sizeof(*errors));
	e->baseline = baseline;
	e->errors = errors;
	int result = tools_stage(suite->tools, "counting", suite->plan.programs_len, run_test, e, err);
	for (size_t i = 0; result == 0 && i < suite->plan.programs_len; i++) {
		if (errors[i].kind != ERR_NONE)
			result = err_copy(err, &errors[i]);
	}
	return result;
}

/* ---- what it came to */

struct line {
	const char *file;
	unsigned number;
	bool seen;
};

static int by_place(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = strcmp(x->file, y->file);
	return order ? order : x->number < y->number ? -1 : x->number > y->number;
}

static size_t collect(const struct executed *e, struct line *lines, struct arena *a)
{
	size_t len = 0;
	for (size_t i = 0; i < e->objects_len; i++) {
		const struct executed_object *o = &e->objects[i];
		for (size_t k = 0; k < o->counted.statements_len; k++) {
			struct expanded_place place = expanded_place(&o->source, o->counted.statements[k].start);
			const char *own = rewrite_own_path(str_of(place.file), a);
			if (own && place.line)
				lines[len++] = (struct line){own, place.line, o->seen[k]};
		}
	}
	return len;
}

/* A line counts as executed if something on it was, in whichever way of building. */
static size_t join_lines(struct line *lines, size_t len)
{
	size_t kept = 0;
	for (size_t i = 0; i < len; i++) {
		if (kept && by_place(&lines[kept - 1], &lines[i]) == 0)
			lines[kept - 1].seen |= lines[i].seen;
		else
			lines[kept++] = lines[i];
	}
	return kept;
}

void executed_tell(const struct executed *e, struct arena *a, struct executed_statements *ret)
{
	size_t all = 0;
	for (size_t i = 0; i < e->objects_len; i++)
		all += e->objects[i].counted.statements_len;
	SCOPED_MEM struct line *lines = mem_zalloc(all + 1, sizeof(*lines));
	size_t len = collect(e, lines, a);
	if (len)
		qsort(lines, len, sizeof(*lines), by_place);
	len = join_lines(lines, len);
	*ret = (struct executed_statements){.lines = len, .missed = arena_array(a, len + 1, struct place)};
	const struct line *before = NULL;
	for (size_t i = 0; i < len; before = &lines[i], i++) {
		ret->executed += lines[i].seen;
		if (lines[i].seen)
			continue;
		/* One behind the other, as far as statements go. */
		if (before && !before->seen && strcmp(before->file, lines[i].file) == 0)
			ret->missed[ret->missed_len - 1].end_line = lines[i].number;
		else
			ret->missed[ret->missed_len++] =
				(struct place){lines[i].file, lines[i].number, lines[i].number};
	}
}
