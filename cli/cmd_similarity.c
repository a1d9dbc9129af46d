#include "cli/command.h"
#include "cli/similarity_page.h"
#include "cli/similarity_report.h"
#include "cli/terminal.h"
#include "cli/workshop.h"
#include "core/fs.h"
#include "core/mem.h"
#include "harness/simask.h"

enum format { TEXT, JSON, HTML };

struct similarity_values {
	struct common common;
	const char *format_name, *output, *fail_above;
	struct option_list nulls, common_code, open;
	bool all, no_compile;
	enum format format;
	double limit; /* 0 to 1; above 1 for none */
};

/* ---- what was asked */

static int find_format(struct similarity_values *v, struct err *err)
{
	static const char *const names[] = {[TEXT] = "text", [JSON] = "json", [HTML] = "html"};
	size_t form;
	if (options_form(names, countof(names), v->format_name, v->common.json, &form, err) < 0)
		return -1;
	if (v->output && v->format_name && form == TEXT)
		return err_set(err, ERR_USAGE, "--output is for json and html; text goes to standard output anyway");
	v->format = v->output && form == TEXT ? HTML : (enum format)form;
	return 0;
}

/* "0.2" or "20%". */
static int find_limit(struct similarity_values *v, struct err *err)
{
	char *end = NULL;
	v->limit = 2;
	if (!v->fail_above)
		return 0;
	double number = strtod(v->fail_above, &end);
	if (end != v->fail_above && strcmp(end, "%") == 0) {
		number /= 100;
		end++;
	}
	if (end == v->fail_above || *end || !(number >= 0 && number <= 1))
		return err_set(err, ERR_USAGE, "--fail-above takes a share from 0 to 1, or 0%% to 100%%, not %s",
			       v->fail_above);
	v->limit = number;
	return 0;
}

static struct strings list_of(const struct option_list *list, struct arena *a)
{
	return (struct strings){arena_copy(a, list->items, list->len, sizeof(*list->items)), list->len};
}

/* With a project, a single name is a rewrite, unless it is the original's. */
static void find_operands(struct simask *ask, char **operands, size_t len, struct arena *a)
{
	bool one_rewrite = len == 1 && simask_is_project(ask->folder) && strcmp(operands[0], "original") != 0;
	size_t first = len && !one_rewrite;
	ask->original = first ? operands[0] : NULL;
	ask->rewrites = (struct strings){arena_array(a, len, const char *), len - first};
	for (size_t i = first; i < len; i++)
		ask->rewrites.items[i - first] = operands[i];
}

/* ---- what came of it */

static int write_page(const struct simresult *results, size_t len, struct buf *out, struct err *err)
{
	buf_init(out, SIMILARITY_PAGE_MAX);
	return similarity_page(out, results, len, err);
}

static int write_json(const json_t *value, struct buf *out)
{
	SCOPED_MEM char *text = json_print(value);
	buf_init(out, SIZE_MAX / 2);
	return buf_append_cstr(out, text);
}

static int print(const struct similarity_values *v, const struct simresult *results, size_t len, struct err *err)
{
	SCOPED_JSON json_t *value = simstudy_join(results, len);
	SCOPED_BUF struct buf out = {0};
	if (v->format == TEXT || v->output)
		similarity_report_text(value, v->all);
	if (v->format == TEXT)
		return 0;
	if ((v->format == HTML ? write_page(results, len, &out, err) : write_json(value, &out)) < 0)
		return -1;
	if (v->output)
		return fs_write(v->output, buf_str(&out), err);
	fwrite(out.ptr, 1, out.len, stdout);
	return 0;
}

static int exit_code(const struct similarity_values *v, const struct simresult *results, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (simstudy_share(results[i].value) > v->limit)
			return EXIT_NEGATIVE;
	}
	return EXIT_GOOD;
}

/* ---- the whole */

static bool has_candidate(const struct simstudy *study)
{
	for (size_t i = 0; i < study->rewrites.len; i++) {
		if (study->rewrites.items[i].commit[0])
			return true;
	}
	return false;
}

static int run_all(const struct similarity_values *v, struct simstudy *study, struct simresult *results,
		   struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	const struct observer *observer = v->common.quiet ? terminal_notes() : terminal_progress();
	if (has_candidate(study) && ledger_open(v->common.folder, &ledger, err) < 0)
		return -1;
	event_send(observer, EVENT_STAGE, "comparing", study->rewrites.len);
	for (size_t i = 0; i < study->rewrites.len; i++) {
		if (simstudy_run(study, i, ledger, &results[i], err) < 0)
			return -1;
		event_send(observer, EVENT_STEP, study->rewrites.items[i].name, 0);
	}
	event_send(observer, EVENT_DONE, "", 0);
	return 0;
}

static int compare(const struct similarity_values *v, const struct simask *ask, const struct tools *tools,
		   struct err *err)
{
	struct simstudy study;
	if (simask_read(ask, &study, err) < 0)
		return -1;
	study.tools = tools;
	size_t len = study.rewrites.len;
	struct simresult *results = mem_zalloc(len, sizeof(*results));
	int code = -1;
	if (run_all(v, &study, results, err) == 0 && print(v, results, len, err) == 0)
		code = exit_code(v, results, len);
	for (size_t i = 0; i < len; i++)
		simresult_release(&results[i]);
	free(results);
	simstudy_release(&study);
	return code;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	struct similarity_values *v = values;
	SCOPED_ARENA struct arena arena = {0};
	if (find_format(v, err) < 0 || find_limit(v, err) < 0)
		return -1;
	struct simask ask = {
		.folder = v->common.folder,
		.nulls = list_of(&v->nulls, &arena),
		.common = list_of(&v->common_code, &arena),
		.open = list_of(&v->open, &arena),
	};
	find_operands(&ask, operands, operands_len, &arena);
	if (v->no_compile)
		return compare(v, &ask, NULL, err);
	struct workshop workshop;
	if (workshop_open(&v->common, &workshop, err) < 0)
		return err_wrap(err, "--no-compile does without it");
	int code = compare(v, &ask, &workshop.tools, err);
	workshop_close(&workshop);
	return code;
}

static const struct option options[] = {
	{"null", 'n', OPTION_LIST, offsetof(struct similarity_values, nulls), "DIR",
	 "another implementation, as a yardstick; repeatable"},
	{"common", 0, OPTION_LIST, offsetof(struct similarity_values, common_code), "DIR",
	 "third-party code that both may have; repeatable"},
	{"public", 'p', OPTION_LIST, offsetof(struct similarity_values, open), "PATH",
	 "what both share by design, as headers; repeatable"},
	{"fail-above", 0, OPTION_TEXT, offsetof(struct similarity_values, fail_above), "SHARE",
	 "exit with 1 if more is shared, either way"},
	{"format", 0, OPTION_TEXT, offsetof(struct similarity_values, format_name), "FORMAT",
	 "text, json or html (text)"},
	{"output", 'o', OPTION_TEXT, offsetof(struct similarity_values, output), "FILE",
	 "write the page or JSON there, and print the text"},
	{"no-compile", 0, OPTION_FLAG, offsetof(struct similarity_values, no_compile), NULL,
	 "compare the texts alone, not what they compile to"},
	{"all", 'a', OPTION_FLAG, offsetof(struct similarity_values, all), NULL, "show whole lists"},
};

const struct command cmd_similarity = {
	.name = "similarity",
	.operands = "[ORIGINAL] [REWRITE]...",
	.summary = "Say what rewrites share with an original, and what others do",
	.detail = "In a project the default is the original beside the best candidate, and a single\n"
		  "name is a rewrite. A name is \"original\", \"best\", cN, the beginning of a\n"
		  "candidate's commit, a folder, a file, or a commit of the git repository here.\n"
		  "Without a project, name both sides.\n\n"
		  "Exit status: 0 done, 1 more is shared than --fail-above, 2 wrong usage,\n"
		  "4 recast or the machine failed, 130 interrupted.\n",
	.operands_max = 33,
	.options = {options, countof(options)},
	.values_size = sizeof(struct similarity_values),
	.run = run,
};
