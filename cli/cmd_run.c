#include "cli/candidate_report.h"
#include "cli/judgement_report.h"
#include "cli/report_text.h"
#include "cli/run_stages.h"
#include "core/clock.h"

struct run_values {
	struct generate_values generate; /* its struct common is the command's */
	struct option_list nulls, common_code;
	unsigned time; /* seconds; 0: the default */
};

/* A first impression; `recast bench` takes more. */
enum { BENCH_DEFAULT_S = 10 };

/* What came of a stage, with the time that it took. */
struct stage_row {
	bool is_there;
	struct stage_result result;
	double seconds;
};

/* ---- the stages */

static int check_selector(struct running *r, struct err *err)
{
	struct selection selection;
	if (selector_find(work_folder(&r->work), r->selector, &r->work.arena, &selection, err) < 0)
		return -1;
	return selection.kind == SELECTION_CANDIDATE
		       ? 0
		       : err_set(err, ERR_USAGE, "%.300s is no candidate; `recast log` lists those that there are",
				 r->selector);
}

/* A model that is only configured is not asked, and paid, where somebody has taken in a rewrite. That one is of no run
 * is what its trailers say; whoever made them up gains nothing. */
static bool may_ask(const struct generate_values *v, const struct candidate_list *list)
{
	if (v->provider || v->model || v->candidates || v->budget || v->record || v->replay || v->fresh)
		return true;
	for (size_t i = 0; i < list->len; i++) {
		if (!list->items[i].run[0])
			return false;
	}
	return true;
}

/* Before anything is built: whether there is, or will be, anything to judge. */
static int check_beginning(struct running *r, const struct generate_values *v, struct err *err)
{
	struct candidate_list list;
	const struct generation *g = &r->generation;
	if (work_check(&r->work, err) < 0)
		return -1;
	if (r->selector)
		return check_selector(r, err);
	if (candidates_list(work_folder(&r->work), &r->work.arena, &list, err) < 0)
		return -1;
	r->may_ask = may_ask(v, &list);
	if (g->ask.panel_len || list.len)
		return 0;
	return err_set(
		err, ERR_USAGE,
		"there is nothing to judge yet. If there is a rewrite, `recast add DIR` takes it in. To have one written, "
		"say --provider NAME/MODEL, or put \"use\" into %s/config.json, as recast-config(5) has it; with "
		"--provider mailbox a person or any program answers, and nothing needs to be configured",
		g->user.world.folder ? g->user.world.folder : "~/.config/recast");
}

static void show(const struct stage_row *row)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct stage_result *s = &row->result;
	struct terminal_result shown = {
		.mark = s->mark,
		.style = s->style,
		.text = s->text,
		.is_over = s->state == STAGE_DONE,
		.seconds = row->seconds,
	};
	if (s->state != STAGE_DONE) {
		shown.mark = stage_state_name(s->state);
		shown.style = STYLE_DIM;
		shown.text = arena_printf(&scratch, "%s%s%s", s->mark, s->mark[0] ? "  " : "", s->text);
	}
	terminal_task_end(&shown);
}

static int run_stage(struct running *r, const struct run_stage *stage, struct stage_row *row, bool quiet,
		     struct err *err)
{
	uint64_t begun_ns = clock_monotonic_ns();
	if (!quiet)
		terminal_task_begin(stage->name);
	row->result.mark = "";
	if (stage->run(r, &row->result, err) < 0) {
		if (!quiet)
			terminal_task_end(NULL);
		return err_wrap(err, "%s", stage->name);
	}
	row->is_there = true;
	row->seconds = (double)(clock_monotonic_ns() - begun_ns) / 1e9;
	if (!quiet)
		show(row);
	return 0;
}

static int run_all(struct running *r, const struct generate_values *v, struct stage_row *rows, struct err *err)
{
	if (original_check_places(err) < 0 || generation_choose(&r->generation, &r->work, v, err) < 0 ||
	    check_beginning(r, v, err) < 0)
		return -1;
	terminal_on_interrupt("recast: interrupted; `recast run` goes on\n");
	for (size_t i = 0; i < RUN_STAGES; i++) {
		if (run_stage(r, &run_stages[i], &rows[i], v->common.quiet, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- what is printed */

static json_t *value_of(const struct running *r, const struct stage_row *rows)
{
	json_t *stages = json_array();
	for (size_t i = 0; i < RUN_STAGES; i++) {
		const struct stage_result *s = &rows[i].result;
		if (rows[i].is_there)
			json_array_append_new(stages,
					      json_pack("{s:s, s:s, s:s, s:o, s:f}", "name", run_stages[i].name,
							"state", stage_state_name(s->state), "mark", s->mark, "result",
							json_text(s->text), "seconds", rows[i].seconds));
	}
	return json_pack("{s:i, s:o, s:O?}", "version", 1, "stages", stages, "report", r->report.value);
}

static void print_text(const struct running *r)
{
	if (!r->work.common->quiet)
		terminal_gap();
	if (!r->report.value) {
		printf("%sfail%s  nothing came that could be judged\n", terminal_style(STYLE_BAD),
		       terminal_style(STYLE_PLAIN));
		return;
	}
	report_text(r->report.value, stdout);
	printf("  %-11s  ", "report");
	terminal_print(stdout, r->report_file, SIZE_MAX);
	putchar('\n');
}

static int finish(const struct running *r, const struct stage_row *rows)
{
	if (r->work.common->json)
		candidate_report_print(value_of(r, rows));
	else
		print_text(r);
	return r->report.value ? (int)judgement_report_exit_code(json_object_get(r->report.value, "check"))
			       : EXIT_NEGATIVE;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	struct run_values *v = values;
	struct running r = {
		.nulls = &v->nulls, .common_code = &v->common_code, .bench_s = v->time ? v->time : BENCH_DEFAULT_S};
	struct stage_row rows[RUN_STAGES] = {0};
	r.selector = operands_len ? operands[0] : NULL;
	work_begin(&r.work, &v->generate.common);
	int code = run_all(&r, &v->generate, rows, err);
	if (code == 0)
		code = finish(&r, rows);
	report_release(&r.report);
	generation_release(&r.generation);
	work_end(&r.work);
	return code;
}

#define AT(member) offsetof(struct run_values, generate.member)

static const struct option options[] = {
	{"provider", 'p', OPTION_TEXT, AT(provider), "LIST", "who is asked: NAME/MODEL, and who is next (config)"},
	{"model", 'm', OPTION_TEXT, AT(model), "MODEL", "of the providers that are named without one"},
	{"candidates", 'n', OPTION_NUMBER, AT(candidates), "N", "how many to write; the best is judged (1)"},
	{"budget", 0, OPTION_TEXT, AT(budget), "USD", "stop before it could cost more"},
	{"record", 0, OPTION_TEXT, AT(record), "DIR", "write each exchange there, to be replayed"},
	{"replay", 0, OPTION_TEXT, AT(replay), "DIR", "answer from a recording; no network"},
	{"fresh", 0, OPTION_FLAG, AT(fresh), NULL, "have it written anew, although that was done"},
	{"time", 't', OPTION_NUMBER, offsetof(struct run_values, time), "SECONDS",
	 "for taking times, of all together (10)"},
	{"null", 0, OPTION_LIST, offsetof(struct run_values, nulls), "DIR",
	 "another implementation, as a yardstick; repeatable"},
	{"common", 0, OPTION_LIST, offsetof(struct run_values, common_code), "DIR",
	 "third-party code that both may have; repeatable"},
};

const struct command cmd_run = {
	.name = "run",
	.operands = "[CANDIDATE]",
	.summary = "Do all of it: extract, generate, check, bench, similarity, report",
	.detail = "Each stage is a line, and what is done and unchanged is not done again; so the\n"
		  "same command goes on where it was interrupted. A model that is named is asked;\n"
		  "one that is only configured, where no rewrite was taken in with `recast add`.\n"
		  "The best rewrite that it wrote is judged, and each that was taken in. With a\n"
		  "CANDIDATE nobody is asked, and it is about that one; else about the best.\n\n"
		  "Exit status: 0 pass, 1 fail, 2 wrong usage or configuration, 3 inconclusive,\n"
		  "4 recast, the machine or a provider failed, 130 interrupted.\n",
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct run_values),
	.run = run,
};
