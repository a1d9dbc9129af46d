#include "harness/judge_tests_parts.h"

#include "core/mem.h"
#include "harness/judge_literals.h"

enum {
	FILL = 0xA5,
	/* A rewrite that takes so many times the original's fuel, and this on top, is taken for endless. */
	FUEL_TIMES = 25,
	FUEL_MORE = 1000000000,
};

static void run_side(struct judging *j, struct judged_program *p, enum side_name name)
{
	struct side *side = &p->sides[name];
	const struct suite *suite = j->rewrite->suite;
	size_t index = (size_t)(p->planned - suite->plan.programs);
	struct recorder *recorder = recorder_new(&j->shims, name == SIDE_ORIGINAL ? 0 : FILL, name == SIDE_NOISE ? FILL : 0);
	struct program_other other = {0};
	recorder_hear(recorder, &other);
	if (name == SIDE_REWRITE) {
		const struct rewrite_variant *v = &j->rewrite->variants[j->rewrite->variant_of[index]];
		struct link_input *library = arena_array(&p->arena, v->objects_len, struct link_input);
		for (size_t i = 0; i < v->objects_len; i++)
			library[i] = (struct link_input){v->objects[i].name, v->objects[i].object.bytes};
		other.fuel_max = FUEL_MORE + FUEL_TIMES * p->sides[SIDE_ORIGINAL].result.run.fuel;
		other.library = library;
		other.library_len = v->objects_len;
	}
	program_check_with(suite, p->planned, &other, &side->result, &side->error);
	side->trace = recorder_take(recorder);
	recorder_free(recorder);
}

static void judge_program(void *data, size_t index)
{
	struct judging *j = data;
	struct judged_program *p = &j->programs[index];
	for (size_t i = 0; i < SIDES; i++) {
		run_side(j, p, (enum side_name)i);
		if (p->sides[i].error.kind != ERR_NONE) {
			p->error = p->sides[i].error;
			break;
		}
	}
	if (p->error.kind == ERR_NONE)
		judged_program_compare(j, p);
	event_send(j->rewrite->suite->tools->observer, EVENT_STEP, p->planned->name, 0);
}

static void release(struct judging *j)
{
	for (size_t i = 0; i < j->programs_len; i++) {
		for (size_t k = 0; k < SIDES; k++) {
			trace_release(&j->programs[i].sides[k].trace);
			arena_release(&j->programs[i].sides[k].result.arena);
		}
		arena_release(&j->programs[i].arena);
	}
	free(j->programs);
	arena_release(&j->arena);
}

static int run_all(struct judging *j, struct err *err)
{
	int result = tools_stage(j->rewrite->suite->tools, "comparing", j->programs_len, judge_program, j, err);
	for (size_t i = 0; result == 0 && i < j->programs_len; i++) {
		if (j->programs[i].error.kind != ERR_NONE) {
			err_copy(err, &j->programs[i].error);
			result = err_wrap(err, "%s", j->programs[i].planned->name);
		}
	}
	return result;
}

/* Those that the original passes, as a whole or in part. */
static void choose_programs(struct judging *j)
{
	const struct suite *suite = j->rewrite->suite;
	j->programs = mem_zalloc(suite->plan.programs_len + 1, sizeof(*j->programs));
	for (size_t i = 0; i < suite->plan.programs_len; i++) {
		const struct program_result *baseline = &j->extracted->baseline.programs[i];
		bool partly = baseline->status == PROGRAM_FAILED && baseline->passed && suite->plan.programs[i].program->report;
		if (baseline->status != PROGRAM_PASSED && !partly)
			continue;
		struct judged_program *p = &j->programs[j->programs_len++];
		p->planned = &suite->plan.programs[i];
		p->baseline = baseline;
	}
}

int judge_tests(const struct rewrite *rewrite, const struct extracted *extracted, struct tests_judgement *ret,
		struct err *err)
{
	struct judging j = {.rewrite = rewrite, .extracted = extracted};
	struct tests_judgement t = {0};
	struct shapes *shapes = shapes_new(&extracted->spec.api, &j.arena);
	choose_programs(&j);
	int result = shims_build(rewrite->suite, &extracted->spec.api, shapes, &j.arena, &j.shims, err);
	if (result == 0)
		result = run_all(&j, err);
	if (result == 0) {
		judging_collect(&j, &t);
		size_t literals = judge_literals(rewrite, extracted, &t.arena, &t.gate.notes);
		if (literals)
			t.gate.detail = arena_printf(&t.arena, "%s; %zu literal%s of the tests stand%s in it", t.gate.detail,
						     literals, literals == 1 ? "" : "s", literals == 1 ? "s" : "");
	}
	release(&j);
	if (result < 0) {
		tests_judgement_release(&t);
		return -1;
	}
	*ret = t;
	return 0;
}
