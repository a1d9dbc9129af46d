#include "cli/extract_report.h"
#include "cli/original.h"
#include "cli/terminal.h"

struct extract_values {
	struct common common;
	bool all;
};

static int extract(const struct extract_values *v, const struct original *o, struct extracted *e, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct extract_places places = original_places(o, &scratch);
	struct extract_ids ids;
	if (extract_store(&o->suite, &o->source, e, &places, &ids, err) < 0)
		return -1;
	struct extract_result r = {
		.e = e,
		.spec_id = ids.spec,
		.oracle_id = ids.oracle,
		.sealing = &o->project.sealed,
		.specs = places.specs,
		.oracles = places.oracles,
		.width = terminal_width(),
		.all = v->all,
	};
	if (v->common.json)
		extract_report_json(&r);
	else
		extract_report_text(&r);
	if (e->spec.impossible)
		return EXIT_NEGATIVE;
	return e->baseline.passed ? EXIT_GOOD : EXIT_INCONCLUSIVE;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	(void)operands;
	(void)operands_len;
	const struct extract_values *v = values;
	struct original original;
	struct extracted extracted;
	if (original_check_places(err) < 0 || original_open(&v->common, &original, err) < 0)
		return -1;
	int code = extract_run(&original.suite, &original.source, &extracted, err);
	if (code == 0) {
		code = extract(v, &original, &extracted, err);
		extract_release(&extracted);
	}
	original_close(&original);
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
