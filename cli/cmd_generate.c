#include "cli/candidate_report.h"
#include "cli/check_stage.h"
#include "cli/generate_stage.h"
#include "cli/judgement_report.h"
#include "cli/terminal.h"

static int estimate(struct generation *g, struct err *err)
{
	struct estimate e;
	if (generation_prepare(g, err) < 0 || generate_estimate(&g->ask, &g->work->arena, &e, err) < 0)
		return -1;
	generate_report_estimate(&g->ask, &e, g->values->common.json);
	return EXIT_GOOD;
}

static int judge_best(struct generation *g, json_t **out, struct err *err)
{
	if (!g->result.best)
		return 0;
	struct selection best = {.kind = SELECTION_CANDIDATE, .candidate = g->result.best->candidate};
	return check_stage(g->work, &best, &(struct check_effort){0}, out, err);
}

/* The run stays open until what came of it was judged: whoever is killed in between finds it again. */
static int write_and_judge(struct generation *g, struct err *err)
{
	struct generate_outcome outcome;
	SCOPED_JSON json_t *judgement = NULL;
	if (generation_run(g, err) < 0 || judge_best(g, &judgement, err) < 0 ||
	    generation_outcome(g, &outcome, err) < 0 || generation_end(g, &outcome, err) < 0)
		return -1;
	outcome.judgement = judgement;
	if (g->values->common.json)
		candidate_report_print(generate_report_value(&outcome));
	else
		generate_report_text(&outcome);
	return judgement ? (int)judgement_report_exit_code(judgement) : EXIT_NEGATIVE;
}

/* What is asked for is looked at before anything is built. */
static int generate(struct generation *g, const struct generate_values *v, struct work *work, struct err *err)
{
	if (original_check_places(err) < 0 || work_check(work, err) < 0 || generation_choose(g, work, v, err) < 0)
		return -1;
	if (v->estimate)
		return estimate(g, err);
	terminal_on_interrupt("recast: interrupted; the same command goes on\n");
	return generation_check_panel(g, err) < 0 ? -1 : write_and_judge(g, err);
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	(void)operands;
	(void)operands_len;
	struct generate_values *v = values;
	struct generation generation = {0};
	struct work work;
	work_begin(&work, &v->common);
	int code = generate(&generation, v, &work, err);
	generation_release(&generation);
	work_end(&work);
	return code;
}

#define AT(member) offsetof(struct generate_values, member)

static const struct option options[] = {
	{"provider", 'p', OPTION_TEXT, AT(provider), "LIST", "who is asked: NAME/MODEL, and who is next (config)"},
	{"model", 'm', OPTION_TEXT, AT(model), "MODEL", "of the providers that are named without one"},
	{"candidates", 'n', OPTION_NUMBER, AT(candidates), "N", "how many to write; the best is judged (1)"},
	{"samples", 0, OPTION_TEXT, AT(samples), "N", "fresh starts of each file (4)"},
	{"repairs", 0, OPTION_TEXT, AT(repairs), "N", "repairs of each start (3)"},
	{"units", 0, OPTION_TEXT, AT(units), "HOW", "one file, a plan of several, or auto (auto)"},
	{"parallel", 0, OPTION_NUMBER, AT(parallel), "N", "requests at once (4)"},
	{"budget", 0, OPTION_TEXT, AT(budget), "USD", "stop before it could cost more"},
	{"estimate", 0, OPTION_FLAG, AT(estimate), NULL, "say what it would cost, and ask nothing"},
	{"record", 0, OPTION_TEXT, AT(record), "DIR", "write each exchange there, to be replayed"},
	{"replay", 0, OPTION_TEXT, AT(replay), "DIR", "answer from a recording; no network"},
	{"fresh", 0, OPTION_FLAG, AT(fresh), NULL, "do not go on with a run that was stopped"},
};

const struct command cmd_generate = {
	.name = "generate",
	.operands = "",
	.summary = "Have a language model write the library anew, in a clean room",
	.detail = "Asks for each file from interface, documentation and visible tests alone;\n"
		  "compiles what comes, runs the visible tests, and asks for repairs or starts\n"
		  "afresh. Every attempt becomes a candidate. The one that comes furthest is then\n"
		  "judged with all tests. What was answered is kept: when interrupted, the same\n"
		  "command goes on where it stopped.\n\n"
		  "Who can be asked, with keys and prices, stands in the user's config.json; see\n"
		  "recast-config(5).\n\n"
		  "Exit status: 0 pass, 1 fail, 2 wrong usage or configuration, 3 inconclusive,\n"
		  "4 recast, the machine or a provider failed, 130 interrupted.\n",
	.options = {options, countof(options)},
	.values_size = sizeof(struct generate_values),
	.run = run,
};
