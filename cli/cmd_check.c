#include "cli/check_report.h"
#include "cli/check_stage.h"
#include "cli/judgement_report.h"
#include "cli/strength_report.h"
#include "cli/strength_stage.h"

enum { SEED_MAX = 999999999 };

struct check_values {
	struct common common;
	const char *format_name; /* --format; NULL if it is not given */
	enum report_format format; /* from that and --json */
	bool output, all;
	const char *inputs, *seed; /* --inputs, --seed; NULL if they are not given */
	struct check_effort effort; /* from these */
};

static int print_result(const struct check_values *v, const struct suite *suite, const json_t *strength,
			struct err *err)
{
	struct suite_result result;
	if (suite_run(suite, &result, err) < 0)
		return -1;
	if (v->format == FORMAT_TEXT) {
		check_report_text(suite->project, &result, strength, v->output);
	} else {
		SCOPED_JSON json_t *value = check_report_value(suite->project, &result);
		json_object_set_new(value, "strength", strength_brief(strength));
		check_report_print(value, v->format);
	}
	int code = (int)check_exit_code(check_verdict(&result));
	suite_result_release(&result);
	return code;
}

static int check_original(const struct check_values *v, struct work *work, struct err *err)
{
	SCOPED_JSON json_t *strength = NULL;
	if (strength_stage_known(work, &strength, err) < 0 || work_build(work, err) < 0)
		return -1;
	return print_result(v, &work->original.suite, strength, err);
}

static int check_rewrite(const struct check_values *v, struct work *work, const char *selector, struct err *err)
{
	SCOPED_JSON json_t *value = NULL, *strength = NULL;
	struct selection selection;
	if (selector_find(work_folder(work), selector, &work->arena, &selection, err) < 0 ||
	    check_stage(work, &selection, &v->effort, &value, err) < 0 ||
	    strength_stage_known(work, &strength, err) < 0)
		return -1;
	json_object_set_new(value, "strength", strength_brief(strength));
	if (v->format == FORMAT_TEXT)
		judgement_report_text(value, v->all);
	else
		check_report_print(value, v->format);
	return (int)judgement_report_exit_code(value);
}

/* Sets `format`. */
static int find_format(struct check_values *v, struct err *err)
{
	static const char *const names[] = {[FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_JUNIT] = "junit"};
	size_t form;
	if (options_form(names, countof(names), v->format_name, v->common.json, &form, err) < 0)
		return -1;
	v->format = (enum report_format)form;
	return 0;
}

static int read_number(const char *option, const char *text, uint64_t max, uint64_t *ret, struct err *err)
{
	uint64_t number;
	if (!text)
		return 0;
	if (!str_to_u64(str_of(text), &number) || number == 0 || number > max)
		return err_set(err, ERR_USAGE, "--%s takes a number from 1 to %llu, not %.100s", option,
			       (unsigned long long)max, text);
	*ret = number;
	return 0;
}

/* Sets `effort`. */
static int find_effort(struct check_values *v, bool of_original, struct err *err)
{
	uint64_t inputs = 0, seed = 0;
	if (of_original && (v->inputs || v->seed))
		return err_set(err, ERR_USAGE,
			       "--inputs and --seed are for rewrites, which are compared with the original");
	if (read_number("inputs", v->inputs, PROJECT_INPUTS_MAX, &inputs, err) < 0 ||
	    read_number("seed", v->seed, SEED_MAX, &seed, err) < 0)
		return -1;
	v->effort = (struct check_effort){(size_t)inputs, seed};
	return 0;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	struct check_values *v = values;
	const char *selector = operands_len ? operands[0] : "best";
	struct work work;
	bool of_original = strcmp(selector, "original") == 0;
	if (find_format(v, err) < 0 || find_effort(v, of_original, err) < 0)
		return -1;
	work_begin(&work, &v->common);
	int code = of_original ? check_original(v, &work, err) : check_rewrite(v, &work, selector, err);
	work_end(&work);
	return code;
}

static const struct option options[] = {
	{"format", 0, OPTION_TEXT, offsetof(struct check_values, format_name), "FORMAT", "text, json or junit (text)"},
	{"all", 'a', OPTION_FLAG, offsetof(struct check_values, all), NULL, "show whole lists of what a rewrite does"},
	{"inputs", 0, OPTION_TEXT, offsetof(struct check_values, inputs), "N",
	 "generate N inputs past the tests, for once"},
	{"seed", 0, OPTION_TEXT, offsetof(struct check_values, seed), "N", "of these inputs, to have the same again"},
	{"output", 'o', OPTION_FLAG, offsetof(struct check_values, output), NULL,
	 "of the original: show what failed programs printed"},
};

const struct command cmd_check = {
	.name = "check",
	.operands = "[CANDIDATE]",
	.summary = "Judge a rewrite beside the original, or the original by its tests",
	.detail = "Compiles with the sandbox's own clang, and runs each test program in a fresh\n"
		  "instance that sees no file, clock or network of this machine. A rewrite passes\n"
		  "if it builds, refers only to what it may, has the interface, and if the tests\n"
		  "pass and each of their calls is answered as the original answers it. So must\n"
		  "calls be that no test makes, and memory must be used as it may.\n\n"
		  "CANDIDATE is \"original\", \"best\" (which is the default), cN, or the beginning\n"
		  "of a commit.\n\n"
		  "Exit status: 0 pass, 1 fail, 2 wrong usage or configuration, 3 inconclusive,\n"
		  "4 recast or the machine failed, 130 interrupted.\n",
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct check_values),
	.run = run,
};
