#include "core/prng.h"
#include "harness/strength_parts.h"

/* ---- which are run */

static bool is_asked(const struct strength *s, const struct strength_mutant *m)
{
	const char *only = s->ask->function;
	return !only || strcmp(s->functions[m->function].name, only) == 0;
}

/* Of the objects in which it stands, the first in which it compiles. */
static void settle_places(struct strength *s, bool *kept)
{
	for (size_t i = 0; i < s->objects_len; i++) {
		const struct strength_object *o = &s->objects[i];
		for (size_t k = 0; k < o->mutants.len && !o->failure; k++) {
			size_t number = o->mutants.items[k].dropped ? SIZE_MAX : o->mutant_of[k];
			if (number == SIZE_MAX || kept[number])
				continue;
			kept[number] = true;
			s->mutants[number].object = i;
			s->mutants[number].index = k;
		}
	}
}

/* One of each of as many equal parts, in the order of functions: each gets its share. */
void strength_draw(struct strength *s)
{
	bool *kept = arena_array(&s->arena, s->mutants_len, bool);
	size_t *all = arena_array(&s->arena, s->mutants_len, size_t), len = 0;
	struct prng prng = {s->ask->seed};
	settle_places(s, kept);
	for (size_t i = 0; i < s->mutants_len; i++) {
		if (kept[i] && is_asked(s, &s->mutants[i]))
			all[len++] = i;
	}
	s->candidates_len = len;
	s->drawn = all;
	s->drawn_len = len;
	if (!s->ask->sample || len <= s->ask->sample)
		return;
	for (size_t i = 0; i < s->ask->sample; i++) {
		size_t low = i * len / s->ask->sample, high = (i + 1) * len / s->ask->sample;
		all[i] = all[low + prng_below(&prng, high - low)];
	}
	s->drawn_len = s->ask->sample;
}

/* ---- running one */

struct selection {
	const struct strength *strength;
	size_t mutant;
};

static int64_t select_mutant(void *data, enum hostcall_name name, const struct hostcall *call)
{
	const struct selection *selection = data;
	const struct strength *s = selection->strength;
	if (name != HOSTCALL_MUTANT)
		return -1;
	if (call->arg[1] == 1)
		return 1;
	if (call->arg[0] >= s->objects_len)
		return -1;
	const struct strength_object *o = &s->objects[call->arg[0]];
	for (size_t i = 0; i < o->mutants.len; i++) {
		if (o->mutant_of[i] == selection->mutant)
			return (int64_t)i + 1;
	}
	return 0;
}

static const struct test_line *line_named(const struct program_result *r, const char *name, size_t likely)
{
	if (likely < r->tests_len && strcmp(r->tests[likely].name, name) == 0)
		return &r->tests[likely];
	for (size_t i = 0; i < r->tests_len; i++) {
		if (strcmp(r->tests[i].name, name) == 0)
			return &r->tests[i];
	}
	return NULL;
}

/* A test that passed does not, or the program ends in another way. */
static bool notices(const struct program_result *plain, const struct program_result *r)
{
	if (r->run.outcome != plain->run.outcome || r->run.exit_code != plain->run.exit_code ||
	    (plain->status == PROGRAM_PASSED && r->status != PROGRAM_PASSED))
		return true;
	for (size_t i = 0; i < plain->tests_len; i++) {
		if (plain->tests[i].verdict != TEST_PASSED)
			continue;
		const struct test_line *line = line_named(r, plain->tests[i].name, i);
		if (!line || line->verdict != TEST_PASSED)
			return true;
	}
	return false;
}

static int run_program(const struct strength *s, const struct strength_program *p, size_t mutant, bool *ret_killed,
		       struct err *err)
{
	struct selection selection = {s, mutant};
	struct program_result result = {0};
	const struct program_other other = {
		.fuel_max = STRENGTH_FUEL_MORE + STRENGTH_FUEL_TIMES * p->plain.run.fuel,
		.hostcalls = {&selection, select_mutant},
	};
	int outcome = program_ready_run(&p->mutated, &other, &result, err);
	if (outcome == 0)
		*ret_killed = notices(&p->plain, &result);
	arena_release(&result.arena);
	return outcome;
}

static bool reaches(const struct strength_program *p, const struct strength_mutant *m)
{
	return !p->left_out && (m->statement == SIZE_MAX || p->reached[m->statement]);
}

static int run_mutant(struct strength *s, size_t number, struct err *err)
{
	struct strength_mutant *m = &s->mutants[number];
	bool killed = false;
	m->fate = FATE_NOT_EXECUTED;
	for (size_t i = 0; i < s->programs_len && !killed; i++) {
		if (!reaches(&s->programs[i], m))
			continue;
		m->fate = FATE_SURVIVED;
		if (run_program(s, &s->programs[i], number, &killed, err) < 0)
			return err_wrap(err, "%s", s->programs[i].planned->name);
	}
	if (killed)
		m->fate = FATE_KILLED;
	return 0;
}

/* ---- all */

struct running {
	struct strength *strength;
	struct err *errors;
};

static void run_one(void *data, size_t index)
{
	struct running *r = data;
	run_mutant(r->strength, r->strength->drawn[index], &r->errors[index]);
	event_send(r->strength->suite->tools->observer, EVENT_STEP, "", 0);
}

int strength_run_mutants(struct strength *s, struct err *err)
{
	struct running r = {s, mem_zalloc(s->drawn_len + 1, sizeof(struct err))};
	int result = tools_stage(s->suite->tools, "running mutants", s->drawn_len, run_one, &r, err);
	for (size_t i = 0; i < s->drawn_len && result == 0; i++) {
		if (r.errors[i].kind != ERR_NONE)
			result = err_copy(err, &r.errors[i]);
	}
	free(r.errors);
	return result;
}
