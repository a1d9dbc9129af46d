#include "cli/candidate_report.h"
#include "cli/harden_report.h"
#include "cli/strength_stage.h"
#include "core/clock.h"
#include "harness/selector.h"
#include "harness/tasks.h"

enum { CANDIDATES_LOOKED_AT = 20, SEED = 1 };

struct harden_values {
	struct common common;
	unsigned tests, inputs, seed;
	bool dry_run;
};

/* All of them, the newest last; or those that were named. */
static int find_candidates(struct work *w, char **operands, size_t len, struct candidate_list *ret, struct err *err)
{
	if (len == 0) {
		if (candidates_list(work_folder(w), &w->arena, ret, err) < 0)
			return -1;
		size_t spare = ret->len - min_size(ret->len, CANDIDATES_LOOKED_AT);
		ret->items += spare;
		ret->len -= spare;
		return 0;
	}
	*ret = (struct candidate_list){arena_array(&w->arena, len, struct candidate), 0};
	for (size_t i = 0; i < len; i++) {
		struct selection s;
		if (selector_find(work_folder(w), operands[i], &w->arena, &s, err) < 0)
			return -1;
		if (s.kind == SELECTION_FOLDER)
			return err_set(err, ERR_USAGE, "%.200s is a folder; `recast add` makes it a candidate",
				       operands[i]);
		if (s.kind == SELECTION_CANDIDATE)
			ret->items[ret->len++] = s.candidate;
	}
	return 0;
}

static int make_ask(struct work *w, const struct harden_values *v, const struct candidate_list *candidates,
		    struct harden_ask *ret, struct err *err)
{
	if (v->tests > HARDEN_TESTS_MAX)
		return err_set(err, ERR_USAGE, "--tests takes at most %d", HARDEN_TESTS_MAX);
	size_t inputs = w->original.project.differential_inputs;
	*ret = (struct harden_ask){
		.tests = v->tests ? v->tests : HARDEN_TESTS,
		.inputs = v->inputs ? v->inputs : inputs ? inputs : PROJECT_INPUTS,
		.seed = v->seed ? v->seed : SEED,
		.candidates = candidates,
	};
	return 0;
}

/* The tests are there by then: that RECAST.md cannot be written is only said. */
static void note_action(struct work *w, const struct hardening *h)
{
	struct err why = {0};
	char date[11];
	clock_date(date);
	const char *action = arena_printf(&w->arena, "recast harden added %zu test%s as %s.", h->tests_len,
					  h->tests_len == 1 ? "" : "s", h->program);
	if (tasks_add_action(work_folder(w), date, action, &why) < 0)
		event_send(w->original.workshop.tools.observer, EVENT_NOTE, why.text, 0);
}

static int keep(struct work *w, const struct harden_values *v, const struct hardening *h, struct harden_result *r,
		struct harden_places *places, struct err *err)
{
	const struct project *project = &w->original.project;
	if (!h->tests_len)
		return 0;
	if (harden_plan(project, h, &w->arena, places, err) < 0)
		return -1;
	r->places = places;
	if (v->dry_run)
		return 0;
	if (harden_keep(project, h, places, err) < 0)
		return -1;
	r->written = true;
	note_action(w, h);
	return 0;
}

static int harden(struct work *w, const struct harden_values *v, char **operands, size_t len, struct err *err)
{
	SCOPED(hardening_release) struct hardening h = {0};
	SCOPED_JSON json_t *strength = NULL;
	struct candidate_list candidates;
	struct harden_places places;
	struct harden_ask ask;
	if (work_read(w, err) < 0 || find_candidates(w, operands, len, &candidates, err) < 0 ||
	    make_ask(w, v, &candidates, &ask, err) < 0 || strength_stage_known(w, &strength, err) < 0 ||
	    work_extract(w, err) < 0 ||
	    harden_run(&w->original.suite, &w->extracted, w->original.tree, &ask, &h, err) < 0)
		return -1;
	struct harden_result r = {.library = w->original.project.name, .h = &h, .strength = strength};
	if (keep(w, v, &h, &r, &places, err) < 0)
		return -1;
	if (v->common.json)
		candidate_report_print(harden_report_value(&r));
	else
		harden_report_text(&r, v->dry_run);
	return EXIT_GOOD;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct harden_values *v = values;
	struct work work;
	work_begin(&work, &v->common);
	int code = harden(&work, v, operands, operands_len, err);
	work_end(&work);
	return code;
}

static const struct option options[] = {
	{"tests", 0, OPTION_NUMBER, offsetof(struct harden_values, tests), "N", "add at most N tests (20)"},
	{"dry-run", 'n', OPTION_FLAG, offsetof(struct harden_values, dry_run), NULL,
	 "write nothing, and show what would be"},
	{"inputs", 0, OPTION_NUMBER, offsetof(struct harden_values, inputs), "N", "try N inputs with each rewrite"},
	{"seed", 0, OPTION_NUMBER, offsetof(struct harden_values, seed), "N", "of the inputs (1)"},
};

const struct command cmd_harden = {
	.name = "harden",
	.operands = "[CANDIDATE...]",
	.summary = "Add tests for what a library's tests do not notice",
	.detail = "Looks for calls by which candidates that pass the visible tests are told from\n"
		  "the original, and for calls that lead where tests do not; writes them down as C,\n"
		  "with what the original answers; and adds them to the project's tests, where\n"
		  "everybody sees them. Without CANDIDATE it looks at the newest 20; with\n"
		  "`original`, at none.\n\n"
		  "Exit status: 0 done, 2 wrong usage or configuration, 4 recast or the machine\n"
		  "failed, 130 interrupted.\n",
	.operands_max = 20,
	.options = {options, countof(options)},
	.values_size = sizeof(struct harden_values),
	.run = run,
};
