#include "cli/candidate_report.h"
#include "cli/terminal.h"

struct log_values {
	struct common common;
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

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct log_values *v = values;
	SCOPED_ARENA struct arena arena = {0};
	struct candidate_row *rows = NULL;
	size_t len = 0;
	(void)operands;
	(void)operands_len;
	if (read_rows(v->common.folder, &arena, &rows, &len, err) < 0)
		return -1;
	if (v->common.json)
		print_json(rows, len);
	else if (len)
		candidate_report_table(rows, len);
	else
		terminal_say("there are no candidates yet; `recast add DIR` takes one in");
	return EXIT_GOOD;
}

const struct command cmd_log = {
	.name = "log",
	.operands = "",
	.summary = "List the candidates, with the last verdict on each",
	.detail = "The newest candidate comes last. Tests are shown as passed/all, visible and\n"
		  "sealed ones apart; `recast show` says more of one.\n\n"
		  "Exit status: 0 done, 2 wrong usage, 4 recast or the machine failed.\n",
	.values_size = sizeof(struct log_values),
	.run = run,
};
