#include "harness/generate.h"

#include "harness/tasks.h"

/* What is known of C that models write and read: rough, and said to be. */
enum {
	BYTES_A_TOKEN_TENTHS = 34,
	OUTPUT_A_FUNCTION = 400, /* tokens */
	OUTPUT_A_UNIT = 600,
	FUNCTIONS_A_UNIT = 12,   /* where there is no plan yet */
	FEEDBACK = 300,          /* tokens */
};

static uint64_t tokens_of(size_t bytes)
{
	return (uint64_t)bytes * 10 / BYTES_A_TOKEN_TENTHS;
}

struct estimating {
	const struct generate *g;
	struct taskfile tasks;
	struct estimate estimate;
	uint64_t plan_input; /* tokens, if a plan is to be asked for */
	struct arena *a;
};

static void add(struct estimating *e, uint64_t input, uint64_t output)
{
	const struct generate *g = e->g;
	struct estimate *s = &e->estimate;
	uint64_t tries = (uint64_t)g->samples * (1 + g->repairs), repairs = (uint64_t)g->samples * g->repairs;
	s->least.requests++;
	s->least.input += input;
	s->least.output += output;
	s->most.requests += tries;
	s->most.input += tries * input + repairs * (output + FEEDBACK);
	s->most.output += tries * output;
}

static uint64_t output_of(size_t functions)
{
	return OUTPUT_A_UNIT + (uint64_t)functions * OUTPUT_A_FUNCTION;
}

static int add_units(struct estimating *e, const struct unitplan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->len; i++) {
		struct draft draft = {0};
		struct prompt prompt;
		struct prompt_ask ask = {
			.spec = &e->g->extracted->spec,
			.considerations = str_trim(e->tasks.considerations),
			.decisions = str_trim(e->tasks.decisions),
			.plan = plan,
			.unit = &plan->items[i],
			.draft = &draft,
		};
		if (prompt_unit(&ask, e->g->templates, e->a, &prompt, err) < 0)
			return -1;
		add(e, tokens_of(prompt_text(&prompt, e->a).len), output_of(plan->items[i].functions.len));
	}
	e->estimate.units = plan->len;
	return 0;
}

/* As if somebody had cut it into files of a dozen functions, with a header of their own. */
static int add_guessed_units(struct estimating *e, struct err *err)
{
	struct unitplan whole = unitplan_whole(&e->g->extracted->spec, e->a);
	struct estimating one = *e;
	size_t functions = e->g->extracted->spec.api.functions_len, units = functions / FUNCTIONS_A_UNIT + 2;
	if (add_units(&one, &whole, err) < 0)
		return -1;
	for (size_t i = 0; i < units; i++)
		add(e, one.estimate.least.input, output_of(i ? functions / (units - 1) : 0));
	e->plan_input = one.estimate.least.input;
	e->estimate.units = units;
	e->estimate.guessed_units = true;
	return 0;
}

static int add_all(struct estimating *e, struct err *err)
{
	const struct spec *spec = &e->g->extracted->spec;
	enum generate_units units = e->g->units;
	bool has_plan = str_trim(e->tasks.plan).len > 0;
	struct unitplan plan;
	struct strings problems = {0};
	if (units == UNITS_ONE || (units == UNITS_AUTO && spec->api.functions_len <= UNITPLAN_SMALL && !has_plan))
		plan = unitplan_whole(spec, e->a);
	else if (!has_plan)
		return add_guessed_units(e, err);
	else
		unitplan_parse(e->tasks.plan, spec, e->a, &plan, &problems);
	return problems.len ? err_set(err, ERR_USAGE, "RECAST.md: Plan: %s", problems.items[0]) : add_units(e, &plan, err);
}

static uint64_t cost_of(const struct generate *g, uint64_t input, uint64_t output)
{
	struct usage usage = {.known = true, .fresh = input, .output = output};
	return g->panel_len ? price_of(&g->panel[0].price, &usage) : 0;
}

int generate_estimate(const struct generate *g, struct arena *a, struct estimate *ret, struct err *err)
{
	struct estimating e = {.g = g, .a = a};
	if (tasks_read(g->project, a, &e.tasks, err) < 0 || add_all(&e, err) < 0)
		return -1;
	struct estimate *s = &e.estimate;
	s->least.requests *= g->candidates;
	s->least.input *= g->candidates;
	s->least.output *= g->candidates;
	s->most.requests *= g->candidates;
	s->most.input *= g->candidates;
	s->most.output *= g->candidates;
	/* The plan is one for all candidates. */
	if (e.plan_input) {
		s->least.requests++;
		s->least.input += e.plan_input;
		s->least.output += OUTPUT_A_UNIT;
		s->most.requests += REGEN_PLAN_TRIES;
		s->most.input += REGEN_PLAN_TRIES * e.plan_input;
		s->most.output += REGEN_PLAN_TRIES * OUTPUT_A_UNIT;
	}
	s->least.cost = cost_of(g, s->least.input, s->least.output);
	s->most.cost = cost_of(g, s->most.input, s->most.output);
	*ret = *s;
	return 0;
}
