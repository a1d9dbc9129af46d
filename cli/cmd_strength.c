#include "cli/candidate_report.h"
#include "cli/strength_report.h"
#include "cli/strength_stage.h"

struct strength_values {
	struct common common;
	const char *function;
	unsigned sample, seed;
	bool all, survivors;
};

static int strength(const struct strength_values *v, struct work *work, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	struct strength_ask ask = strength_default_ask;
	if (v->all && v->sample)
		return err_set(err, ERR_USAGE, "--all and --sample say different things");
	ask.sample = v->all ? 0 : v->sample ? v->sample : ask.sample;
	ask.seed = v->seed ? v->seed : ask.seed;
	ask.function = v->function;
	if (strength_stage(work, &ask, &value, err) < 0)
		return -1;
	if (v->common.json)
		candidate_report_print(json_incref(value));
	else
		strength_report_text(value, v->survivors);
	return json_is_number(json_object_get(value, "score")) ? EXIT_GOOD : EXIT_INCONCLUSIVE;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	(void)operands;
	(void)operands_len;
	const struct strength_values *v = values;
	struct work work;
	work_begin(&work, &v->common);
	int code = strength(v, &work, err);
	work_end(&work);
	return code;
}

static const struct option options[] = {
	{"all", 'a', OPTION_FLAG, offsetof(struct strength_values, all), NULL, "run every mutant"},
	{"sample", 0, OPTION_NUMBER, offsetof(struct strength_values, sample), "N",
	 "run N mutants, drawn by lot (2000)"},
	{"seed", 0, OPTION_NUMBER, offsetof(struct strength_values, seed), "N", "of the lot (1)"},
	{"function", 0, OPTION_TEXT, offsetof(struct strength_values, function), "NAME",
	 "mutants of one function only"},
	{"survivors", 0, OPTION_FLAG, offsetof(struct strength_values, survivors), NULL,
	 "show every function, and every mutant that is not found"},
};

const struct command cmd_strength = {
	.name = "strength",
	.operands = "",
	.summary = "Say how much a library's tests find",
	.detail = "Puts small mistakes into the original, one at a time: another operator, another\n"
		  "constant, a statement left out. Each that its tests do not notice is one that a\n"
		  "rewrite could make and still pass. What was found out is kept, and stands beside\n"
		  "the results of check, report and run.\n\n"
		  "Exit status: 0 done, 2 wrong usage or configuration, 3 nothing could be tried,\n"
		  "4 recast or the machine failed, 130 interrupted.\n",
	.options = {options, countof(options)},
	.values_size = sizeof(struct strength_values),
	.run = run,
};
