#include "cli/check_report.h"
#include "cli/original.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "core/json.h"
#include "harness/init.h"
#include "harness/suitefiles.h"

struct init_values {
	struct common common;
	const char *ref;
	bool force;
};

static const char *const kind_names[] = {
	[FINDING_FOUND] = "found",
	[FINDING_GUESSED] = "guessed",
	[FINDING_OPEN] = "open",
};

/* ---- what was found, as text */

enum { KEY_COLUMNS_MAX = 24 };

/* The widest key of all, so that the texts of all lists stand in one column. */
static size_t key_columns(const struct init_result *r)
{
	size_t columns = 0;
	for (size_t i = 0; i < r->findings_len; i++)
		columns = max_size(columns, strlen(r->findings[i].key));
	return min_size(columns, KEY_COLUMNS_MAX);
}

static bool is_first_of_its_key(const struct init_result *r, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (r->findings[i].kind == r->findings[index].kind &&
		    strcmp(r->findings[i].key, r->findings[index].key) == 0)
			return false;
	}
	return true;
}

/* A key is said once, in front of the first of its findings. */
static void print_key(const struct init_result *r, size_t first, size_t columns)
{
	const char *key = r->findings[first].key;
	for (size_t i = first; i < r->findings_len; i++) {
		const struct scout_finding *f = &r->findings[i];
		if (f->kind != r->findings[first].kind || strcmp(f->key, key) != 0)
			continue;
		printf("    %-*s  ", (int)columns, i == first ? key : "");
		terminal_print_words(stdout, f->text, 6 + columns, 8 + columns);
		putchar('\n');
	}
}

static void print_findings(const struct init_result *r, enum finding_kind kind, const char *title, enum style style)
{
	bool any = false;
	for (size_t i = 0; i < r->findings_len; i++) {
		if (r->findings[i].kind != kind || !is_first_of_its_key(r, i))
			continue;
		if (!any)
			printf("\n  %s%s%s\n", terminal_style(style), title, terminal_style(STYLE_PLAIN));
		any = true;
		print_key(r, i, key_columns(r));
	}
}

static void print_source(const struct init_result *r, const char *name)
{
	const struct repo_source *s = &r->source;
	bool is_known = strcmp(r->licence.spdx, "NOASSERTION") != 0;
	fputs(terminal_style(STYLE_BOLD), stdout);
	terminal_print(stdout, name, 60);
	printf("%s  ", terminal_style(STYLE_PLAIN));
	if (r->as_it_stands) {
		puts("this folder, as it stands");
	} else {
		printf("%s %.12s%s", s->kind == REPO_COMMIT ? "commit" : "tree", s->id, s->branch[0] ? ", " : "");
		terminal_print(stdout, s->branch, 40);
		putchar('\n');
	}
	printf("  licence: %s%s\n", is_known ? r->licence.spdx : "none found",
	       is_known && !r->licence.certain ? " (not certain)" : "");
	if (r->again)
		puts("  recast.json: as it was; the source that it names is here again");
	if (r->brought)
		puts("  recast.json: the source brought one, which was taken over");
}

static const char *next_step(enum check_verdict verdict)
{
	static const char *const steps[] = {
		[CHECK_PASS] = "recast extract",
		[CHECK_FAIL] = "recast check original --output, which shows what fails",
		[CHECK_INCONCLUSIVE] = "say in recast.json how the tests are built, see recast.json(5)",
	};
	return steps[verdict];
}

/* What belongs to the library and its tests without a key of recast.json. */
struct unlisted {
	struct strings private_headers, data_files;
};

static void print_unlisted(const char *what, const struct strings *files)
{
	if (files->len == 0)
		return;
	printf("  %s: %zu, ", what, files->len);
	terminal_print(stdout, files->items[0], 50);
	puts(files->len > 1 ? ", …" : "");
}

static void print_result(const struct init_result *r, const char *name, const struct unlisted *unlisted,
			 const struct suite_result *baseline)
{
	print_source(r, name);
	print_unlisted("private headers", &unlisted->private_headers);
	print_unlisted("data files of the tests", &unlisted->data_files);
	print_findings(r, FINDING_FOUND, "found", STYLE_GOOD);
	print_findings(r, FINDING_GUESSED, "guessed: have a look", STYLE_WARN);
	print_findings(r, FINDING_OPEN, "not settled: recast.json needs your word", STYLE_BAD);
	putchar('\n');
	check_report_brief(baseline, r->brought || r->again);
	printf("\n%sNext: %s\n", r->again ? "" : "recast.json and RECAST.md are written.\n",
	       next_step(check_verdict(baseline)));
}

/* ---- as JSON: specs/init.schema.json */

static json_t *findings_json(const struct init_result *r)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < r->findings_len; i++)
		json_array_append_new(rows, json_pack("{s:s, s:s, s:o}", "kind", kind_names[r->findings[i].kind], "key",
						      r->findings[i].key, "text", json_text(r->findings[i].text)));
	return rows;
}

static json_t *result_json(const struct init_result *r)
{
	json_t *object = json_pack("{s:i, s:o, s:o, s:b, s:b, s:o}", "version", 1, "name", json_text(r->source.name),
				   "licence", json_text(r->licence.spdx), "licence_certain", r->licence.certain,
				   "brought", r->brought, "findings", findings_json(r));
	if (!r->as_it_stands)
		json_object_set_new(object, r->source.kind == REPO_COMMIT ? "commit" : "tree",
				    json_text(r->source.id));
	return object;
}

/* ---- the command */

/* What reading the project's own folder does not warn of anyhow. */
static void warn(const struct tools *tools, const struct init_result *r, struct arena *a)
{
	const struct repo_source *s = &r->source;
	const char *changes = repo_changes(s, a);
	if (changes && !r->in_place)
		event_send(tools->observer, EVENT_NOTE, changes, 0);
	if (s->submodules.len)
		event_send(tools->observer, EVENT_NOTE,
			   arena_printf(a, "submodules are not read: %s%s", s->submodules.items[0],
					s->submodules.len > 1 ? ", …" : ""),
			   0);
}

/* Builds what was described and runs its tests, which says best whether it is right. */
static int try_it(const struct init_values *v, const struct init_result *r, struct err *err)
{
	struct original original;
	struct suite_result baseline;
	if (original_open(&v->common, &original, err) < 0)
		return -1;
	int code = suite_run(&original.suite, &baseline, err);
	struct unlisted unlisted = {0};
	if (code == 0)
		unlisted = (struct unlisted){suite_private_headers(&original.suite, &original.arena),
					     suite_data_files(&original.suite, &baseline, &original.arena)};
	if (code == 0 && v->common.json) {
		SCOPED_JSON json_t *object = result_json(r);
		json_object_set_new(object, "private_headers", json_texts(&unlisted.private_headers));
		json_object_set_new(object, "data_files", json_texts(&unlisted.data_files));
		json_object_set_new(object, "check", check_report_value(&original.project, &baseline));
		json_dumpf(object, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (code == 0) {
		print_result(r, original.project.name, &unlisted, &baseline);
	}
	if (code == 0) {
		code = (int)check_exit_code(check_verdict(&baseline));
		suite_result_release(&baseline);
	}
	original_close(&original);
	return code;
}

static int begin(const struct init_values *v, const char *source, struct arena *a, struct init_result *ret,
		 struct err *err)
{
	struct workshop w;
	char date[11];
	clock_date(date);
	if (workshop_open(&v->common, &w, err) < 0)
		return -1;
	struct init_request request = {
		.project = v->common.folder,
		.source = source,
		.ref = v->ref,
		.date = date,
		.force = v->force,
		.limits = &repo_default_limits,
	};
	int result = init_run(&request, &w.tools, a, ret, err);
	if (result == 0)
		warn(&w.tools, ret, a);
	workshop_close(&w);
	return result;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct init_values *v = values;
	SCOPED_ARENA struct arena arena = {0};
	struct init_result result;
	if (begin(v, operands_len ? operands[0] : v->common.folder, &arena, &result, err) < 0)
		return -1;
	return try_it(v, &result, err);
}

static const struct option options[] = {
	{"ref", 0, OPTION_TEXT, offsetof(struct init_values, ref), "REF", "the branch, tag or commit to read (HEAD)"},
	{"force", 'f', OPTION_FLAG, offsetof(struct init_values, force), NULL, "write a recast.json that is there anew"},
};

const struct command cmd_init = {
	.name = "init",
	.operands = "[SOURCE]",
	.summary = "Describe a C library: find its headers, sources and tests",
	.detail = "SOURCE is a folder, a git repository or the address of one; without it, the\n"
		  "project's folder itself. Writes recast.json and RECAST.md in the project's\n"
		  "folder, then builds the library in the sandbox and runs its tests, and says what\n"
		  "was found, what was guessed, and what only you can say. Where a recast.json\n"
		  "names a source that is not here, as in a clone, SOURCE is brought in and nothing\n"
		  "else is changed.\n\n"
		  "Exit status: 0 all tests pass, 1 some fail, 2 wrong usage or no library found,\n"
		  "3 no tests to judge by, 4 recast or the machine failed, 130 interrupted.\n",
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct init_values),
	.run = run,
};
