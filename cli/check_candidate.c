#include "cli/check_candidate.h"

#include "cli/judgement_report.h"
#include "cli/original.h"
#include "core/clock.h"
#include "harness/judged.h"
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

/* A folder is no candidate: there is nothing that a verdict could belong to. */
static bool is_kept(const struct checking *c)
{
	return c->selection.kind == SELECTION_CANDIDATE;
}

static int print(const struct checking *c, json_t *value)
{
	if (c->values->format == FORMAT_TEXT)
		judgement_report_text(value, c->values->all);
	else
		check_report_print(value, c->values->format);
	return judgement_report_exit_code(value);
}

static int judge(struct checking *c, struct err *err)
{
	struct extracted extracted;
	SCOPED_JSON json_t *value = NULL;
	struct judged_ask ask = {
		.suite = &c->original.suite,
		.extracted = &extracted,
		.candidate = &c->selection.candidate,
		.files = c->files,
		.ledger = c->ledger,
		.key = c->key,
		.begun_ns = c->begun_ns,
	};
	if (original_build(&c->original, err) < 0 ||
	    extract_run(&c->original.suite, &c->original.source, &extracted, err) < 0)
		return -1;
	int code = judged_find_out(&ask, &value, err);
	extract_release(&extracted);
	return code < 0 ? -1 : print(c, value);
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
	if (ledger_open(folder, &c->ledger, err) < 0 ||
	    judged_recall(c->ledger, &c->selection.candidate, &c->key, &c->arena, &known, err) < 0)
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
