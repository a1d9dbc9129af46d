#include "cli/check_report.h"

#include "cli/figures.h"
#include "cli/junit_report.h"
#include "cli/strength_report.h"
#include "cli/terminal.h"
#include "core/json.h"
#include "harness/judgement_json.h"

enum {
	NAME_MAX_COLUMNS = 30,
	FAILURES_SHOWN = 5,
	OUTPUT_SHOWN = 20, /* lines */
	BRIEF_ROWS = 10,
};

static const char *const verdict_names[] = {
	[CHECK_PASS] = "pass",
	[CHECK_FAIL] = "fail",
	[CHECK_INCONCLUSIVE] = "inconclusive",
};

enum check_verdict check_verdict(const struct suite_result *result)
{
	if (result->library_failure || result->failed)
		return CHECK_FAIL;
	return result->passed ? CHECK_PASS : CHECK_INCONCLUSIVE;
}

enum exit_code check_exit_code(enum check_verdict verdict)
{
	switch (verdict) {
	case CHECK_PASS:
		return EXIT_GOOD;
	case CHECK_FAIL:
		return EXIT_NEGATIVE;
	default:
		return EXIT_INCONCLUSIVE;
	}
}

/* ---- text */

static size_t name_width(const struct suite_result *result)
{
	size_t width = strlen("program");
	for (size_t i = 0; i < result->programs_len; i++)
		width = max_size(width, strlen(result->programs[i].name));
	return min_size(width, NAME_MAX_COLUMNS);
}

static enum style status_style(enum program_status status)
{
	static const enum style styles[] = {
		[PROGRAM_PASSED] = STYLE_GOOD,
		[PROGRAM_FAILED] = STYLE_BAD,
		[PROGRAM_WHITE_BOX] = STYLE_WARN,
		[PROGRAM_NOT_RUNNABLE] = STYLE_WARN,
	};
	return styles[status];
}

static size_t named_failures(const struct program_result *r)
{
	size_t failures = 0;
	for (size_t i = 0; i < r->tests_len; i++)
		failures += r->tests[i].verdict == TEST_FAILED;
	return failures;
}

static void print_failures(const struct program_result *r, size_t width)
{
	size_t shown = 0;
	for (size_t i = 0; i < r->tests_len && shown < FAILURES_SHOWN; i++) {
		const struct test_line *t = &r->tests[i];
		if (t->verdict != TEST_FAILED)
			continue;
		char line[400];
		snprintf(line, sizeof(line), "%s%s%s", t->name, t->message[0] ? ": " : "", t->message);
		fputs("      ", stdout);
		terminal_print(stdout, line, width - 6);
		putchar('\n');
		shown++;
	}
	if (named_failures(r) > shown)
		printf("      … and %zu more\n", named_failures(r) - shown);
}

/* The last lines of what a program wrote, which is where it went wrong. */
static void print_tail(const char *label, struct str text, size_t width)
{
	if (text.len == 0)
		return;
	size_t lines = 0, start = text.len - (text.ptr[text.len - 1] == '\n');
	while (start > 0 && (text.ptr[start - 1] != '\n' || ++lines < OUTPUT_SHOWN))
		start--;
	struct str rest = str_from(text, start), line;
	printf("    %s%s%s\n", terminal_style(STYLE_DIM), label, terminal_style(STYLE_PLAIN));
	while (str_next_line(&rest, &line)) {
		char copy[512];
		snprintf(copy, sizeof(copy), "%.*s", (int)min_size(line.len, 500), line.ptr);
		fputs("    | ", stdout);
		terminal_print(stdout, copy, width - 6);
		putchar('\n');
	}
}

static bool was_judged(const struct program_result *r)
{
	return r->status == PROGRAM_PASSED || r->status == PROGRAM_FAILED;
}

static void print_judged(const struct program_result *r, size_t names, size_t width, bool with_output)
{
	char time[FIGURE_MAX], fuel[FIGURE_MAX], counts[48];
	figure_time((double)r->run.wall_ns / 1e6, time);
	figure_count(r->run.fuel, fuel);
	snprintf(counts, sizeof(counts), "%zu of %zu", r->passed, r->passed + r->failed);
	fputs("  ", stdout);
	terminal_print_padded(stdout, r->name, names);
	printf("  %s%s%s  %-14s%9s  %7s\n", terminal_style(status_style(r->status)), program_status_name(r->status),
	       terminal_style(STYLE_PLAIN), counts, time, fuel);
	if (r->status == PROGRAM_PASSED)
		return;
	/* With several failures the list says more than the first of them. */
	bool listed = named_failures(r) > 1;
	if (listed)
		print_failures(r, width);
	if (!listed || r->run.outcome != OUTCOME_EXITED) {
		fputs("      ", stdout);
		terminal_print_words(stdout, r->reason, 6, 6);
		putchar('\n');
	}
	if (with_output) {
		print_tail("stdout", r->output, width);
		print_tail("stderr", r->errors, width);
	}
}

static bool share_reason(const struct program_result *a, const struct program_result *b)
{
	return a->status == b->status && strcmp(a->reason, b->reason) == 0;
}

static size_t count_of_reason(const struct suite_result *result, const struct program_result *r)
{
	size_t count = 0;
	for (size_t i = 0; i < result->programs_len; i++)
		count += share_reason(&result->programs[i], r);
	return count;
}

static bool is_first_of_its_reason(const struct suite_result *result, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (share_reason(&result->programs[i], &result->programs[index]))
			return false;
	}
	return true;
}

static void print_names_of_reason(const struct suite_result *result, const struct program_result *r, size_t width)
{
	enum { INDENT = 6 };
	size_t column = width;
	for (size_t i = 0; i < result->programs_len; i++) {
		const struct program_result *same = &result->programs[i];
		if (!share_reason(same, r))
			continue;
		size_t len = min_size(strlen(same->name), width - INDENT);
		bool wraps = column + 2 + len > width;
		printf("%s", wraps ? "\n      " : "  ");
		terminal_print(stdout, same->name, width - INDENT);
		column = (wraps ? INDENT : column + 2) + len;
	}
	putchar('\n');
}

/* Programs that are left out come by reason: often many share one. */
static void print_left_out(const struct suite_result *result, const struct program_result *r, size_t width)
{
	bool alone = count_of_reason(result, r) == 1;
	const char *status = program_status_name(r->status);
	SCOPED_ARENA struct arena scratch = {0};
	const char *text = arena_printf(&scratch, "%s%s%s", alone ? r->name : "", alone ? ": " : "", r->reason);
	printf("  %s%s%s  ", terminal_style(status_style(r->status)), status, terminal_style(STYLE_PLAIN));
	terminal_print_words(stdout, text, 4 + strlen(status), 6);
	if (alone)
		putchar('\n');
	else
		print_names_of_reason(result, r, width);
}

/* Those that passed as far as `max`, and whatever failed. Returns whether there was any. */
static bool print_table(const struct suite_result *result, bool with_output, size_t max)
{
	size_t width = terminal_width(), names = name_width(result), passed = 0;
	bool headed = false;
	for (size_t i = 0; i < result->programs_len; i++) {
		const struct program_result *r = &result->programs[i];
		if (!was_judged(r) || (r->status == PROGRAM_PASSED && passed++ >= max))
			continue;
		if (!headed)
			printf("  %s%-*s  %-6s  %-14s%9s  %7s%s\n", terminal_style(STYLE_DIM), (int)names, "program",
			       "result", "tests", "time", "fuel", terminal_style(STYLE_PLAIN));
		headed = true;
		print_judged(r, names, width, with_output);
	}
	if (passed > max)
		printf("  … and %zu more that passed; recast check original shows them\n", passed - max);
	return headed;
}

static void print_others(const struct suite_result *result, bool behind_table)
{
	for (size_t i = 0; i < result->programs_len; i++) {
		const struct program_result *r = &result->programs[i];
		if (was_judged(r) || !is_first_of_its_reason(result, i))
			continue;
		if (behind_table)
			putchar('\n');
		behind_table = false;
		print_left_out(result, r, terminal_width());
	}
}

static void print_summary(const struct suite_result *result)
{
	static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_WARN};
	enum check_verdict verdict = check_verdict(result);
	char time[FIGURE_MAX];
	figure_time((double)result->wall_ns / 1e6, time);
	printf("%s%s%s  %zu passed, %zu failed", terminal_style(styles[verdict]), verdict_names[verdict],
	       terminal_style(STYLE_PLAIN), result->passed, result->failed);
	if (result->skipped)
		printf(", %zu skipped by the tests themselves", result->skipped);
	printf("  %s%s%s\n", terminal_style(STYLE_DIM), time, terminal_style(STYLE_PLAIN));
	if (result->white_box)
		printf("      %zu program%s left out as white-box: neither passed nor failed\n", result->white_box,
		       result->white_box == 1 ? "" : "s");
	if (result->not_runnable)
		printf("      %zu program%s could not be built or run here\n", result->not_runnable,
		       result->not_runnable == 1 ? "" : "s");
	if (verdict == CHECK_INCONCLUSIVE)
		puts("      no test could be judged");
	printf("      judged on %s\n", JUDGED_ON_PLATFORM);
}

static void print_strength(const json_t *strength)
{
	SCOPED_ARENA struct arena scratch = {0};
	printf("      %s%s\n", json_is_object(strength) ? "" : "strength ", strength_sentence(strength, &scratch));
}

void check_report_text(const struct project *project, const struct suite_result *result, const json_t *strength,
		       bool with_output)
{
	fputs(terminal_style(STYLE_BOLD), stdout);
	terminal_print(stdout, project->name, terminal_width());
	printf("%s  original\n\n", terminal_style(STYLE_PLAIN));
	print_others(result, print_table(result, with_output, SIZE_MAX));
	if (result->programs_len)
		putchar('\n');
	print_summary(result);
	if (result->passed)
		print_strength(strength);
}

void check_report_brief(const struct suite_result *result, bool with_left_out)
{
	bool headed = print_table(result, false, BRIEF_ROWS);
	if (with_left_out)
		print_others(result, headed);
	if (headed || (with_left_out && result->programs_len))
		putchar('\n');
	print_summary(result);
}

/* ---- JSON: specs/check.schema.json */

static json_t *tests_json(const struct program_result *r)
{
	json_t *tests = json_array();
	for (size_t i = 0; i < r->tests_len; i++)
		json_array_append_new(tests, json_pack("{s:o, s:s, s:o}", "name", json_text(r->tests[i].name),
						       "verdict", test_verdict_name(r->tests[i].verdict), "message",
						       json_text(r->tests[i].message)));
	return tests;
}

static json_t *run_json(const struct run_result *run)
{
	return json_pack("{s:s, s:i, s:b, s:s, s:o, s:I, s:f, s:f, s:I, s:I, s:b}", "outcome",
			 outcome_name(run->outcome), "exit_code", run->exit_code, "exit_called", run->exited_by_call,
			 "trap", run->trap, "where", json_text(run->where), "fuel", (json_int_t)run->fuel, "wall_ms",
			 (double)run->wall_ns / 1e6, "cpu_ms", (double)run->cpu_ns / 1e6, "peak_bytes",
			 (json_int_t)run->memory_bytes, "written_bytes", (json_int_t)run->bytes_written,
			 "memory_near_limit", run->memory_near_limit);
}

static json_t *program_json(const struct program_result *r)
{
	return json_pack("{s:o, s:s, s:o, s:i, s:i, s:i, s:o, s:o}", "name", json_text(r->name), "status",
			 program_status_name(r->status), "reason", json_text(r->reason), "passed", (int)r->passed,
			 "failed", (int)r->failed, "skipped", (int)r->skipped, "tests", tests_json(r), "run",
			 was_judged(r) ? run_json(&r->run) : json_null());
}

static json_t *gate(const char *name, bool good, const char *detail)
{
	return json_pack("{s:s, s:s, s:o}", "name", name, "verdict", good ? "pass" : "fail", "detail",
			 json_text(detail ? detail : ""));
}

json_t *check_report_value(const struct project *project, const struct suite_result *result)
{
	json_t *programs = json_array(), *gates = json_array();
	for (size_t i = 0; i < result->programs_len; i++)
		json_array_append_new(programs, program_json(&result->programs[i]));
	json_array_append_new(gates, gate("build", !result->library_failure, result->library_failure));
	json_array_append_new(gates, gate("tests", result->failed == 0, NULL));
	return json_pack("{s:s, s:o, s:s, s:o, s:{s:i, s:i, s:i, s:i, s:i}, s:o, s:o, s:f}", "candidate", "original",
			 "library", json_text(project->name), "verdict", verdict_names[check_verdict(result)], "gates",
			 gates, "baseline", "passed", (int)result->passed, "failed", (int)result->failed, "skipped",
			 (int)result->skipped, "white_box", (int)result->white_box, "not_runnable",
			 (int)result->not_runnable, "programs", programs, "judged_on", judged_on_json(), "wall_ms",
			 (double)result->wall_ns / 1e6);
}

/* ---- either */

void check_report_print(const json_t *value, enum report_format format)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	if (format == FORMAT_JUNIT) {
		junit_report(value, &text);
		fwrite(text.ptr, 1, text.len, stdout);
		return;
	}
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	putchar('\n');
}
