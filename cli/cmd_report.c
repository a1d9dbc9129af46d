#include "cli/report_forms.h"
#include "cli/report_outdated.h"
#include "harness/selector.h"
#include "harness/workfolder.h"

struct report_values {
	struct common common;
	const char *format, *output;
};

static int read_and_date(const char *folder, const struct candidate *candidate, struct ledger *ledger, struct arena *a,
			 struct report *ret, struct err *err)
{
	SCOPED_REPORT struct report report = {0};
	if (report_read(folder, candidate, ledger, a, &report, err) < 0 ||
	    report_outdated(folder, candidate, ledger, &report, err) < 0)
		return -1;
	*ret = (struct report){take(report.value), take(report.detail)};
	return 0;
}

static int read_report(const struct common *common, const char *selector, struct arena *a, struct report *ret,
		       struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct selection selection;
	if (workfolder_check(common->folder, err) < 0 ||
	    selector_find(common->folder, selector, a, &selection, err) < 0)
		return -1;
	if (selection.kind != SELECTION_CANDIDATE)
		return err_set(err, ERR_USAGE, "%.300s is no candidate; `recast log` lists those that there are",
			       selector);
	return ledger_open_existing(common->folder, &ledger, err) < 0
		       ? -1
		       : read_and_date(common->folder, &selection.candidate, ledger, a, ret, err);
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct report_values *v = values;
	SCOPED_ARENA struct arena arena = {0};
	SCOPED_REPORT struct report report = {0};
	const struct report_form *form;
	if (v->common.json && v->format && strcmp(v->format, "json") != 0)
		return err_set(err, ERR_USAGE, "--json and --format %.100s contradict each other", v->format);
	const char *name = v->common.json ? "json" : v->format ? v->format : report_forms[0].name;
	if (report_form_find(name, &form, err) < 0 ||
	    read_report(&v->common, operands_len ? operands[0] : "best", &arena, &report, err) < 0)
		return -1;
	if (v->output && report_form_save(form, &report, v->output, err) < 0)
		return -1;
	if (!v->output)
		report_form_print(form, &report);
	return EXIT_GOOD;
}

static const struct option options[] = {
	{"format", 'f', OPTION_TEXT, offsetof(struct report_values, format), "FORMAT",
	 "text, json, md, junit or html (text)"},
	{"output", 'o', OPTION_TEXT, offsetof(struct report_values, output), "FILE", "write it there instead"},
};

const struct command cmd_report = {
	.name = "report",
	.operands = "[CANDIDATE]",
	.summary = "Put together all that is known of a candidate",
	.detail = "Verdict, tests, speed, similarity, what it cost and how it came about, from what\n"
		  "other commands found out and kept: nothing is built or run, and the library's\n"
		  "source need not be there. What is missing is named, with the command that brings\n"
		  "it. CANDIDATE is a name like c3, the beginning of a commit, or best, which is\n"
		  "also what is shown without one.\n\n"
		  "Exit status: 0 done, whatever the verdict, 2 wrong usage, 4 recast or the\n"
		  "machine failed.\n",
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct report_values),
	.run = run,
};
