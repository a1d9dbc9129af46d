#include "harness/strength_parts.h"

/* ---- hearing */

struct hearing {
	const struct strength *strength;
	bool *reached;
};

/* A guest may say anything. */
static void note_reached(const struct hearing *h, uint32_t number)
{
	size_t object = number >> STATEMENT_BITS, index = number & ((1u << STATEMENT_BITS) - 1);
	const struct strength *s = h->strength;
	if (object >= s->objects_len || index >= s->objects[object].counted.statements_len)
		return;
	size_t statement = s->objects[object].statement_of[index];
	if (statement != SIZE_MAX)
		h->reached[statement] = true;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	const struct hearing *h = data;
	if (name == HOSTCALL_REACHED && h->reached) {
		note_reached(h, call->arg[0]);
		return 0;
	}
	/* No mutant; and the number that they count up by. */
	return name == HOSTCALL_MUTANT ? call->arg[1] == 1 : -1;
}

/* ---- one program */

/* The library with its sources in one of the two ways, or as it is where that did not work. */
static struct program_other made_of(const struct strength *s, const struct plan_program *planned, bool counted,
				    struct arena *a)
{
	struct link_input *library = arena_array(a, planned->library_len, struct link_input);
	for (size_t i = 0; i < planned->library_len; i++) {
		const struct plan_object *o = &s->suite->plan.objects[planned->library[i]];
		size_t index = s->object_of[planned->library[i]];
		const struct strength_object *own =
			index == SIZE_MAX || s->objects[index].failure ? NULL : &s->objects[index];
		library[i] = (struct link_input){o->name, !own      ? o->built.bytes
							  : counted ? own->counted_object.bytes
								    : own->mutated_object.bytes};
	}
	return (struct program_other){.library = library, .library_len = planned->library_len};
}

static int make_ready(const struct strength *s, struct strength_program *p, bool counted, struct program_ready *ret,
		      struct err *err)
{
	const struct program_other other = made_of(s, p->planned, counted, &p->arena);
	if (program_ready_make(s->suite, p->planned, &other, ret, err) < 0)
		return -1;
	if (!ret->module && !p->left_out)
		p->left_out = arena_printf(&p->arena, "with its mutants, %s", ret->refusal);
	return 0;
}

static int run_plain(const struct strength *s, struct strength_program *p, const struct program_ready *ready,
		     bool *reached, struct program_result *ret, struct err *err)
{
	struct hearing hearing = {s, reached};
	const struct program_other other = {
		.fuel_max = STRENGTH_FUEL_MORE + STRENGTH_FUEL_TIMES * p->baseline->run.fuel,
		.hostcalls = {&hearing, hear},
	};
	return program_ready_run(ready, &other, ret, err) < 0 ? err_wrap(err, "%s", p->planned->name) : 0;
}

static bool same_verdicts(const struct program_result *a, const struct program_result *b)
{
	return a->status == b->status && a->run.outcome == b->run.outcome && a->run.exit_code == b->run.exit_code &&
	       a->passed == b->passed && a->failed == b->failed;
}

/* With counters and with mutants of which none is selected, a program must say what it says of the original. */
static int try_program(struct strength *s, struct strength_program *p, struct err *err)
{
	struct program_result counted = {0};
	p->reached = arena_array(&p->arena, s->statements_len, bool);
	if (make_ready(s, p, true, &p->counted, err) < 0 || make_ready(s, p, false, &p->mutated, err) < 0)
		return -1;
	if (p->left_out)
		return 0;
	int result = run_plain(s, p, &p->counted, p->reached, &counted, err);
	if (result == 0)
		result = run_plain(s, p, &p->mutated, NULL, &p->plain, err);
	if (result == 0 && !same_verdicts(&p->plain, p->baseline))
		p->left_out = arena_printf(&p->arena, "built another way it says something else%s%s",
					   p->plain.reason[0] ? ": " : "", p->plain.reason);
	else if (result == 0 && !same_verdicts(&counted, p->baseline))
		p->left_out = arena_printf(&p->arena, "with counters it says something else%s%s",
					   counted.reason[0] ? ": " : "", counted.reason);
	program_ready_release(&p->counted);
	arena_release(&counted.arena);
	return result;
}

static void try_one(void *data, size_t index)
{
	struct strength *s = data;
	struct strength_program *p = &s->programs[index];
	try_program(s, p, &p->error);
	event_send(s->suite->tools->observer, EVENT_STEP, p->planned->name, 0);
}

/* ---- all */

static int by_cost(const void *a, const void *b)
{
	const struct strength_program *x = a, *y = b;
	uint64_t fx = x->plain.run.fuel, fy = y->plain.run.fuel;
	if (fx != fy)
		return fx < fy ? -1 : 1;
	return (x->planned > y->planned) - (x->planned < y->planned);
}

static void note_executed(struct strength *s)
{
	for (size_t p = 0; p < s->programs_len; p++) {
		for (size_t i = 0; i < s->statements_len && !s->programs[p].left_out; i++)
			s->statements[i].executed |= s->programs[p].reached[i];
	}
	for (size_t i = 0; i < s->statements_len; i++)
		s->functions[s->statements[i].function].executed += s->statements[i].executed;
}

int strength_ready_programs(struct strength *s, struct err *err)
{
	if (tools_stage(s->suite->tools, "running with counters", s->programs_len, try_one, s, err) < 0)
		return -1;
	for (size_t i = 0; i < s->programs_len; i++) {
		if (s->programs[i].error.kind != ERR_NONE)
			return err_copy(err, &s->programs[i].error);
	}
	note_executed(s);
	if (s->programs_len)
		qsort(s->programs, s->programs_len, sizeof(*s->programs), by_cost);
	return 0;
}
