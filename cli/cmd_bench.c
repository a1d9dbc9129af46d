#include "cli/bench_report.h"
#include "cli/bench_stage.h"
#include "cli/candidate_report.h"
#include "harness/benchgate.h"

struct bench_values {
	struct common common;
	const char *format, *baseline, *time;
	struct option_list only, fail_if;
	bool all, no_time, history;
};

enum { TIME_DEFAULT_S = 30, TIME_MAX_S = 86400 };

enum format { AS_TEXT, AS_JSON, AS_MARKDOWN };

/* A benchmark from what was asked to what is printed. */
struct benching {
	const struct bench_values *values;
	enum format format;
	struct benchgate gates[OPTION_LIST_MAX];
	json_t *baseline; /* or NULL */
	struct selection parties[BENCHED_PARTIES_MAX];
	struct bench_wish wish;
	struct work work;
};

/* ---- what was asked for */

static int read_format(struct benching *b, struct err *err)
{
	static const char *const names[] = {[AS_TEXT] = "text", [AS_JSON] = "json", [AS_MARKDOWN] = "md"};
	size_t form;
	if (options_form(names, countof(names), b->values->format, b->values->common.json, &form, err) < 0)
		return -1;
	b->format = (enum format)form;
	return 0;
}

static int read_time(struct benching *b, struct err *err)
{
	uint64_t seconds = TIME_DEFAULT_S;
	const char *text = b->values->time;
	if (text && b->values->no_time)
		return err_set(err, ERR_USAGE, "--time and --no-time contradict each other");
	if (text && (!str_to_u64(str_of(text), &seconds) || seconds == 0 || seconds > TIME_MAX_S))
		return err_set(err, ERR_USAGE, "--time takes seconds from 1 to %d, not %.40s", TIME_MAX_S, text);
	b->wish.budget_ns = b->values->no_time ? 0 : seconds * 1000000000;
	return 0;
}

static int read_values(struct benching *b, struct err *err)
{
	const struct bench_values *v = b->values;
	if (read_format(b, err) < 0 || read_time(b, err) < 0)
		return -1;
	for (size_t i = 0; i < v->fail_if.len; i++) {
		if (benchgate_parse(v->fail_if.items[i], &b->gates[i], err) < 0)
			return -1;
	}
	return v->baseline ? benchgate_read(v->baseline, &b->baseline, err) : 0;
}

/* One name alone is measured beside the original. */
static int find_parties(struct benching *b, char **operands, size_t len, struct err *err)
{
	const char *names[BENCHED_PARTIES_MAX] = {"original", "best"};
	b->wish.parties = b->parties;
	b->wish.parties_len = max_size(len, 2);
	for (size_t i = 0; i < len; i++)
		names[len == 1 ? 1 : i] = operands[i];
	for (size_t i = 0; i < b->wish.parties_len; i++) {
		if (selector_find(work_folder(&b->work), names[i], &b->work.arena, &b->parties[i], err) < 0)
			return -1;
	}
	return 0;
}

/* ---- what it comes to */

/* What conditions say of a comparison; adds them to it. */
static enum benchgate_verdict check_gates(const struct benching *b, json_t *comparison)
{
	SCOPED_JSON json_t *beside = b->baseline ? benchgate_beside(comparison, b->baseline) : NULL;
	json_t *rows = json_array();
	enum benchgate_verdict worst = BENCHGATE_GOOD;
	bool unsure = false;
	for (size_t i = 0; i < b->values->fail_if.len; i++) {
		enum benchgate_verdict verdict = benchgate_check(&b->gates[i], beside ? beside : comparison);
		json_array_append_new(rows, json_pack("{s:o, s:s}", "condition", json_text(b->gates[i].text), "verdict",
						      benchgate_verdict_name(verdict)));
		worst = verdict == BENCHGATE_BAD ? BENCHGATE_BAD : worst;
		unsure |= verdict == BENCHGATE_UNSURE;
	}
	json_object_set_new(comparison, "conditions", rows);
	json_object_set(comparison, "baseline", beside ? beside : json_null());
	return worst == BENCHGATE_GOOD && unsure ? BENCHGATE_UNSURE : worst;
}

static enum exit_code exit_code_of(const struct benching *b, json_t *value)
{
	json_t *more = json_object_get(value, "more");
	enum benchgate_verdict verdicts[1 + BENCHED_PARTIES_MAX] = {check_gates(b, value)};
	size_t len = 1;
	for (size_t i = 0; i < json_array_size(more) && len < countof(verdicts); i++)
		verdicts[len++] = check_gates(b, json_array_get(more, i));
	enum exit_code code = benched_is_good(value) ? EXIT_GOOD : EXIT_NEGATIVE;
	for (size_t i = 0; i < len; i++) {
		if (verdicts[i] == BENCHGATE_BAD)
			return EXIT_NEGATIVE;
		if (verdicts[i] == BENCHGATE_UNSURE && code == EXIT_GOOD)
			code = EXIT_INCONCLUSIVE;
	}
	return code;
}

static void print(const struct benching *b, const json_t *value)
{
	if (b->format == AS_TEXT)
		bench_report_text(value, b->values->all);
	else if (b->format == AS_MARKDOWN)
		bench_report_markdown(value, stdout);
	else
		json_dumpf(value, stdout, JSON_INDENT(2)), putchar('\n');
}

static int bench(struct benching *b, char **operands, size_t operands_len, struct err *err)
{
	const struct option_list *only = &b->values->only;
	SCOPED_JSON json_t *value = NULL;
	if (read_values(b, err) < 0 || work_check(&b->work, err) < 0 || find_parties(b, operands, operands_len, err) < 0)
		return -1;
	b->wish.only = (struct strings){arena_copy(&b->work.arena, only->items, only->len, sizeof(char *)), only->len};
	if (bench_stage(&b->work, &b->wish, &value, err) < 0)
		return -1;
	int code = (int)exit_code_of(b, value);
	print(b, value);
	return code;
}

/* Needs only the ledger; where there is nothing in it, a project at least. */
static int history(struct benching *b, struct err *err)
{
	const char *folder = work_folder(&b->work);
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct finding *findings;
	size_t len;
	if (read_format(b, err) < 0 || ledger_open_existing(folder, &ledger, err) < 0 ||
	    findings_list(ledger, BENCH_FINDING, NULL, &b->work.arena, &findings, &len, err) < 0 ||
	    (len == 0 && work_check(&b->work, err) < 0))
		return -1;
	if (b->format == AS_MARKDOWN)
		return err_set(err, ERR_USAGE, "--history has no Markdown; it takes --format text or json");
	if (b->format == AS_JSON)
		candidate_report_print(bench_report_history_value(findings, len));
	else
		bench_report_history(findings, len);
	return EXIT_GOOD;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	struct benching b = {.values = values};
	if (b.values->history && operands_len)
		return err_set(err, ERR_USAGE, "--history takes no names");
	work_begin(&b.work, &b.values->common);
	int code = b.values->history ? history(&b, err) : bench(&b, operands, operands_len, err);
	json_decref(b.baseline);
	work_end(&b.work);
	return code;
}

#define AT(member) offsetof(struct bench_values, member)

static const struct option options[] = {
	{"all", 'a', OPTION_FLAG, AT(all), NULL, "show each workload, and what is left out"},
	{"time", 't', OPTION_TEXT, AT(time), "SECONDS", "for taking times, of all together (30)"},
	{"no-time", 0, OPTION_FLAG, AT(no_time), NULL, "only what is exact: fuel, memory, size, growth"},
	{"only", 'w', OPTION_LIST, AT(only), "WORKLOAD", "measure this one; can be given several times"},
	{"baseline", 0, OPTION_TEXT, AT(baseline), "FILE", "compare with what --json printed earlier"},
	{"fail-if", 0, OPTION_LIST, AT(fail_if), "CONDITION", "exit with 1 if it holds: 'time>1.05', 'fuel>1'"},
	{"format", 0, OPTION_TEXT, AT(format), "FORMAT", "text, json or md (text)"},
	{"history", 0, OPTION_FLAG, AT(history), NULL, "show earlier ones, and measure nothing"},
};

const struct command cmd_bench = {
	.name = "bench",
	.operands = "[A] [B…]",
	.summary = "Measure rewrites beside the original, or beside each other",
	.detail = "Runs the library's tests, the programs that \"workloads\" in recast.json names,\n"
		  "and small ones made from its interface, linked with A and with each B. Fuel\n"
		  "(executed instructions), memory, size and growth are exact; times are taken in\n"
		  "pairs after A was compared with itself. Who answers differently is wrong.\n\n"
		  "A and B are \"original\", \"best\", cN, the beginning of a commit, or a folder. One\n"
		  "name alone is measured beside the original; without any, best is.\n\n"
		  "Exit status: 0 measured, and no condition holds; 1 a condition holds, or\n"
		  "somebody answers differently or was not measured; 2 wrong usage or\n"
		  "configuration, 3 a condition that cannot be decided, 4 recast or the machine\n"
		  "failed, 130 interrupted.\n",
	.operands_max = BENCHED_PARTIES_MAX,
	.options = {options, countof(options)},
	.values_size = sizeof(struct bench_values),
	.run = run,
};
