#include "cli/candidate_report.h"
#include "cli/extract_stage.h"
#include "cli/terminal.h"

struct extract_values {
	struct common common;
	bool all;
};

static int extract(const struct extract_values *v, struct work *work, struct err *err)
{
	struct extract_result r;
	if (extract_stage(work, &r, err) < 0)
		return -1;
	r.width = terminal_width();
	r.all = v->all;
	if (v->common.json)
		candidate_report_print(extract_report_value(&r));
	else
		extract_report_text(&r);
	if (r.e->spec.impossible)
		return EXIT_NEGATIVE;
	return r.e->baseline.passed ? EXIT_GOOD : EXIT_INCONCLUSIVE;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	(void)operands;
	(void)operands_len;
	const struct extract_values *v = values;
	struct work work;
	work_begin(&work, &v->common);
	int code = extract(v, &work, err);
	work_end(&work);
	return code;
}

static const struct option options[] = {
	{"all", 'a', OPTION_FLAG, offsetof(struct extract_values, all), NULL, "show every row of long lists"},
};

const struct command cmd_extract = {
	.name = "extract",
	.operands = "",
	.summary = "Take a library apart: what may be shown, and what only judges see",
	.detail = "Reads recast.json in the project's folder, builds the original and runs its\n"
		  "tests as the baseline. What its public headers offer, their documentation and\n"
		  "the visible tests become the specification, in .recast/spec. The other tests,\n"
		  "the original's objects and the fingerprints of its text become the oracle,\n"
		  "outside the project.\n\n"
		  "Exit status: 0 done, 1 no clean room is possible, 2 wrong usage or\n"
		  "configuration, 3 no test passed, 4 recast or the machine failed, 130\n"
		  "interrupted.\n",
	.options = {options, countof(options)},
	.values_size = sizeof(struct extract_values),
	.run = run,
};
