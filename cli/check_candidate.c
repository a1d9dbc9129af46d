#include "cli/check_candidate.h"

#include "cli/judgement_report.h"
#include "cli/original.h"
#include "core/clock.h"
#include "harness/judge.h"
#include "harness/judgement_json.h"
#include "harness/ledger.h"
#include "harness/selector.h"

/* One check, from what was asked to what is printed. */
struct checking {
	const struct check_values *values;
	struct selection selection;
	struct original original;
	struct tree *files; /* the rewrite */
	struct ledger *ledger;
	struct hash key;
	struct arena arena;
	uint64_t begun_ns;
};

static uint32_t count(size_t n)
{
	return (uint32_t)min_size(n, UINT32_MAX);
}

/* A folder is no candidate: there is nothing that a verdict could belong to. */
static bool is_kept(const struct checking *c)
{
	return c->selection.kind == SELECTION_CANDIDATE;
}

static int keep(struct checking *c, const struct judgement *j, const json_t *value, struct err *err)
{
	SCOPED_MEM char *text = json_print(value);
	struct ledger_verdict row = {
		.commit = c->selection.candidate.commit,
		.key = c->key,
		.judged_s = clock_now_s(),
		.verdict = j->verdict,
		.visible_passed = count(j->tests.visible_passed),
		.visible_failed = count(j->tests.visible_failed),
		.sealed_passed = count(j->tests.sealed_passed),
		.sealed_failed = count(j->tests.sealed_failed),
		.divergences = j->tests.divergences_total,
		.fuel = j->tests.fuel,
		.result = str_of(text),
	};
	return ledger_add_verdict(c->ledger, &row, err);
}

static int print(const struct checking *c, json_t *value)
{
	if (c->values->format == FORMAT_TEXT)
		judgement_report_text(value, c->values->all);
	else
		check_report_print(value, c->values->format);
	return judgement_report_exit_code(value);
}

/* What is known already, if nothing that it depends on has changed since. */
static int recall(struct checking *c, json_t **out, struct err *err)
{
	struct ledger_verdict row;
	bool is = false;
	uint64_t consulted;
	if (ledger_find_verdict(c->ledger, c->selection.candidate.commit, &c->key, &c->arena, &is, &row, err) < 0 ||
	    ledger_consulted(c->ledger, &consulted, err) < 0)
		return -1;
	if (!is || json_parse(row.result, LEDGER_FILE, out, NULL) < 0)
		return 0;
	judgement_json_recall(*out, &c->selection.candidate, consulted);
	return 0;
}

static int judge_now(struct checking *c, struct extracted *extracted, struct err *err)
{
	struct judgement j;
	uint64_t consulted = 0;
	if (judge_rewrite(&c->original.suite, extracted, c->files, &j, err) < 0)
		return -1;
	int code = c->ledger ? ledger_consulted(c->ledger, &consulted, err) : 0;
	if (code == 0) {
		struct judgement_subject subject = {
			.project = &c->original.project,
			.candidate = &c->selection.candidate,
			.consulted = consulted + (j.tests.sealed_passed + j.tests.sealed_failed > 0),
			.wall_ns = clock_monotonic_ns() - c->begun_ns,
		};
		SCOPED_JSON json_t *value = judgement_json(&subject, &j);
		code = c->ledger ? keep(c, &j, value, err) : 0;
		if (code == 0)
			code = print(c, value);
	}
	judgement_release(&j);
	return code;
}

static int judge(struct checking *c, struct err *err)
{
	struct extracted extracted;
	if (original_build(&c->original, err) < 0 ||
	    extract_run(&c->original.suite, &c->original.source, &extracted, err) < 0)
		return -1;
	int code = judge_now(c, &extracted, err);
	extract_release(&extracted);
	return code;
}

static int check(struct checking *c, const char *selector, struct err *err)
{
	const char *folder = c->values->common.folder;
	if (selector_find(folder, selector, &c->arena, &c->selection, err) < 0 ||
	    selection_read(folder, &c->selection, c->files, err) < 0 || original_read(&c->values->common, &c->original, err) < 0)
		return -1;
	if (!is_kept(c)) {
		c->selection.candidate.title = c->selection.name;
		return judge(c, err);
	}
	SCOPED_JSON json_t *known = NULL;
	c->key = judge_key(&c->original.project, c->original.tree, c->files);
	if (ledger_open(folder, &c->ledger, err) < 0 || recall(c, &known, err) < 0)
		return -1;
	return known ? print(c, known) : judge(c, err);
}

int check_candidate(const struct check_values *values, const char *selector, struct err *err)
{
	struct checking c = {.values = values, .files = tree_new(), .begun_ns = clock_monotonic_ns()};
	int code = check(&c, strcmp(selector, "best") == 0 ? NULL : selector, err);
	ledger_close(c.ledger);
	original_close(&c.original);
	tree_free(c.files);
	arena_release(&c.arena);
	return code;
}
