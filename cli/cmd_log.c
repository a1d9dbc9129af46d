#include "cli/log_report.h"
#include "cli/terminal.h"

#include <stddef.h>

struct log_values {
	struct common common;
	bool provenance, runs;
};

static int read_rows(const char *project, struct arena *a, struct candidate_row **ret, size_t *ret_len, struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct candidate_list list;
	struct ledger_verdict *verdicts = NULL;
	size_t verdicts_len = 0;
	if (candidates_list(project, a, &list, err) < 0 || ledger_open_existing(project, &ledger, err) < 0 ||
	    ledger_newest_verdicts(ledger, a, &verdicts, &verdicts_len, err) < 0)
		return -1;
	struct candidate_row *rows = arena_array(a, list.len, struct candidate_row);
	for (size_t i = 0; i < list.len; i++)
		rows[i] = (struct candidate_row){&list.items[i],
						 ledger_verdict_of(verdicts, verdicts_len, list.items[i].commit)};
	*ret = rows;
	*ret_len = list.len;
	return 0;
}

static void print_json(const struct candidate_row *rows, size_t len)
{
	json_t *list = json_array();
	for (size_t i = 0; i < len; i++)
		json_array_append_new(list, candidate_report_value(&rows[i]));
	candidate_report_print(json_pack("{s:i, s:o}", "version", 1, "candidates", list));
}

static int show_candidates(const struct common *common, struct arena *a, struct err *err)
{
	struct candidate_row *rows = NULL;
	size_t len = 0;
	if (read_rows(common->folder, a, &rows, &len, err) < 0)
		return -1;
	if (common->json)
		print_json(rows, len);
	else if (len)
		candidate_report_table(rows, len);
	else
		terminal_say("there are no candidates yet; `recast generate` has one written, `recast add DIR` takes one in");
	return EXIT_GOOD;
}

static int show_provenance(const struct common *common, struct arena *a, struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct provenance_report report;
	struct candidate_list list;
	if (candidates_list(common->folder, a, &list, err) < 0 || ledger_open_existing(common->folder, &ledger, err) < 0 ||
	    provenance_read(common->folder, &list, ledger, a, &report, err) < 0)
		return -1;
	if (common->json)
		candidate_report_print(provenance_report_value(&report));
	else
		provenance_report_text(&report);
	return report.is_intact ? EXIT_GOOD : EXIT_NEGATIVE;
}

static int show_runs(const struct common *common, struct arena *a, struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct run_report report;
	if (ledger_open_existing(common->folder, &ledger, err) < 0 ||
	    runs_list(ledger, a, &report.runs, &report.runs_len, err) < 0 ||
	    transcript_list(ledger, 0, a, &report.exchanges, &report.exchanges_len, err) < 0)
		return -1;
	if (common->json)
		candidate_report_print(run_report_value(&report));
	else if (report.runs_len)
		run_report_text(&report);
	else
		terminal_say("there are no runs yet; `recast generate` begins one");
	return EXIT_GOOD;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct log_values *v = values;
	SCOPED_ARENA struct arena arena = {0};
	(void)operands;
	(void)operands_len;
	if (v->provenance && v->runs)
		return err_set(err, ERR_USAGE, "log: --provenance or --runs, and not both");
	if (v->provenance)
		return show_provenance(&v->common, &arena, err);
	return v->runs ? show_runs(&v->common, &arena, err) : show_candidates(&v->common, &arena, err);
}

static const struct option options[] = {
	{"provenance", 0, OPTION_FLAG, offsetof(struct log_values, provenance), NULL,
	 "say how each came about, and verify what is kept"},
	{"runs", 0, OPTION_FLAG, offsetof(struct log_values, runs), NULL, "list runs of `recast generate` instead"},
};

const struct command cmd_log = {
	.name = "log",
	.operands = "",
	.summary = "List the candidates, with the last verdict on each",
	.detail = "The newest candidate comes last. Tests are shown as passed/all, visible and\n"
		  "sealed ones apart; `recast show` says more of one.\n\n"
		  "Exit status: 0 done, 1 what is kept of exchanges was changed (--provenance),\n"
		  "2 wrong usage, 4 recast or the machine failed.\n",
	.options = {options, countof(options)},
	.values_size = sizeof(struct log_values),
	.run = run,
};
