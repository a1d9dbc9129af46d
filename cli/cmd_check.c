#include "cli/check_report.h"
#include "cli/original.h"

struct check_values {
	struct common common;
	bool output;
};

static int print_result(const struct check_values *v, const struct suite *suite, struct err *err)
{
	struct suite_result result;
	if (suite_run(suite, &result, err) < 0)
		return -1;
	if (v->common.json)
		check_report_json(suite->project, &result);
	else
		check_report_text(suite->project, &result, v->output);
	int code = (int)check_exit_code(check_verdict(&result));
	suite_result_release(&result);
	return code;
}

static int check_original(const struct check_values *v, struct err *err)
{
	struct original original;
	if (original_open(&v->common, &original, err) < 0)
		return -1;
	int code = print_result(v, &original.suite, err);
	original_close(&original);
	return code;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	if (operands_len && strcmp(operands[0], "original") != 0)
		return err_set(err, ERR_USAGE, "check: there are no candidates yet; `recast check original` checks the "
					       "library itself");
	return check_original(values, err);
}

static const struct option options[] = {
	{"output", 'o', OPTION_FLAG, offsetof(struct check_values, output), NULL, "show what failed programs printed"},
};

const struct command cmd_check = {
	.name = "check",
	.operands = "original",
	.summary = "Build a library in the sandbox and run its tests there",
	.detail = "Reads recast.json in the project's folder, compiles the library and its test\n"
		  "programs with the sandbox's own clang, and runs each program in a fresh instance\n"
		  "that sees no file, clock or network of this machine.\n\n"
		  "Exit status: 0 all tests pass, 1 some fail, 2 wrong usage or configuration,\n"
		  "3 nothing could be judged, 4 recast or the machine failed, 130 interrupted.\n",
	.operands_min = 1,
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct check_values),
	.run = run,
};
