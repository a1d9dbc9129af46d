#include "cli/report_value.h"

#include "cli/log_report.h"
#include "cli/strength_report.h"
#include "core/clock.h"
#include "harness/findings.h"
#include "harness/judgement_json.h"
#include "harness/strength.h"
#include "harness/tasks.h"
#include "parts.h"

struct reporting {
	const char *project;
	const struct candidate *candidate;
	struct ledger *ledger;
	struct taskfile tasks;
	json_t *extract; /* of the original; or null */
	struct arena *a;
	json_t *value;  /* of the whole */
	json_t *detail; /* of the similarity; or NULL */
};

static json_t *time_value(int64_t time_s)
{
	char text[21];
	clock_utc(time_s, text);
	return json_string(text);
}

/* ---- findings */

/* A ledger is a file that somebody can change: what is no object is not known. */
static json_t *parse_object(struct str text)
{
	json_t *value = NULL;
	if (json_parse(text, LEDGER_FILE, &value, NULL) == 0 && json_is_object(value))
		return value;
	json_decref(value);
	return json_null();
}

/* The newest, and when it was found. */
static int find(struct reporting *r, const char *kind, const char *subject, json_t **out, struct err *err)
{
	struct finding finding;
	bool is = false;
	if (r->ledger && findings_find(r->ledger, kind, subject, NULL, r->a, &is, &finding, err) < 0)
		return -1;
	json_object_set_new(json_object_get(r->value, "found_at"), kind,
			    is ? time_value(finding.found_s) : json_null());
	*out = is ? parse_object(finding.result) : json_null();
	if (is && finding.detail.len)
		json_parse(finding.detail, LEDGER_FILE, &r->detail, NULL);
	return 0;
}

static int set_finding(struct reporting *r, const char *kind, struct err *err)
{
	json_t *value = NULL;
	if (find(r, kind, r->candidate->commit, &value, err) < 0)
		return -1;
	json_object_set_new(r->value, kind, value);
	return 0;
}

/* Of the library's tests, the newest that is about all of it. */
static int set_strength(struct reporting *r, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	if (find(r, STRENGTH_FINDING, STRENGTH_SUBJECT, &value, err) < 0)
		return -1;
	json_object_set_new(r->value, "strength", strength_brief(json_is_object(value) ? value : NULL));
	return 0;
}

static int set_check(struct reporting *r, const struct ledger_verdict *verdict, struct err *err)
{
	uint64_t consulted;
	json_t *check = verdict ? parse_object(verdict->result) : json_null();
	json_object_set_new(r->value, "check", check);
	json_object_set_new(json_object_get(r->value, "found_at"), "check",
			    verdict ? time_value(verdict->judged_s) : json_null());
	if (!json_is_object(check))
		return 0;
	if (ledger_consulted(r->ledger, &consulted, err) < 0)
		return -1;
	judgement_json_recall(check, r->candidate, consulted);
	return 0;
}

/* ---- how it came about */

static const struct provenance_row *row_of(const struct provenance_report *report, const struct candidate *c)
{
	for (size_t i = 0; i < report->len; i++) {
		if (strcmp(report->rows[i].candidate->commit, c->commit) == 0)
			return &report->rows[i];
	}
	return NULL;
}

/* Its row, the chain and the licences, as `recast log --provenance` has them. *ret_run is 0 if it is no run's. */
static int set_provenance(struct reporting *r, uint64_t *ret_run, struct err *err)
{
	struct candidate_list list;
	struct provenance_report report;
	if (candidates_list(r->project, r->a, &list, err) < 0 ||
	    provenance_read(r->project, &list, r->ledger, r->a, &report, err) < 0)
		return -1;
	const struct provenance_row *found = row_of(&report, r->candidate);
	struct provenance_row row = found ? *found : (struct provenance_row){.candidate = r->candidate, .key = ""};
	report.rows = &row;
	report.len = 1;
	SCOPED_JSON json_t *all = provenance_report_value(&report);
	json_object_set(r->value, "provenance", json_array_get(json_object_get(all, "provenance"), 0));
	json_object_set(r->value, "chain", json_object_get(all, "chain"));
	json_object_set(r->value, "licences", json_object_get(all, "licences"));
	*ret_run = row.run;
	return 0;
}

/* As `recast log --runs` has it. */
static int set_run(struct reporting *r, uint64_t number, struct err *err)
{
	struct run_report report;
	if (runs_list(r->ledger, r->a, &report.runs, &report.runs_len, err) < 0 ||
	    transcript_list(r->ledger, number, r->a, &report.exchanges, &report.exchanges_len, err) < 0)
		return -1;
	SCOPED_JSON json_t *all = run_report_value(&report);
	json_t *runs = json_object_get(all, "runs"), *found = json_null();
	for (size_t i = 0; i < json_array_size(runs) && number; i++) {
		json_t *run = json_array_get(runs, i);
		if (json_count_of(run, "run") == number)
			found = json_incref(run);
	}
	json_object_set_new(r->value, "run", found);
	return 0;
}

/* ---- the library */

static json_t *task_text(const struct reporting *r, const char *key)
{
	return json_text(arena_str(r->a, taskfile_value(&r->tasks, key, r->a)));
}

/* As the last verdict, extraction or RECAST.md call it. */
static json_t *library_name(const struct reporting *r)
{
	const char *checked = json_text_of(json_object_get(r->value, "check"), "library");
	const char *extracted = json_text_of(r->extract, "name");
	const char *name = checked[0] ? checked : extracted;
	return name[0] ? json_text(name) : task_text(r, "name");
}

static json_t *count_value(const json_t *object, const char *key)
{
	return json_integer((json_int_t)json_array_size(json_object_get(object, key)));
}

/* What the extraction came to, without the interface itself; null where there was none. */
static json_t *extract_value(const struct reporting *r)
{
	const json_t *tests = json_object_get(r->extract, "tests");
	size_t visible = 0;
	if (!json_is_object(r->extract))
		return json_null();
	for (size_t i = 0; i < json_array_size(tests); i++)
		visible += json_is(json_array_get(tests, i), "visible");
	json_t *value = json_pack("{s:I, s:I, s:O?}", "visible", (json_int_t)visible, "sealed",
				  (json_int_t)(json_array_size(tests) - visible), "baseline",
				  json_object_get(r->extract, "baseline"));
	static const char *const lists[] = {"functions", "types", "macros", "globals", "exposed"};
	for (size_t i = 0; i < countof(lists); i++)
		json_object_set_new(value, lists[i], count_value(r->extract, lists[i]));
	return value;
}

static json_t *original_value(const struct reporting *r)
{
	return json_pack("{s:o, s:o, s:o}", "source", json_text(json_text_of(r->extract, "source")), "address",
			 task_text(r, "source"), "extract", extract_value(r));
}

/* ---- what is missing */

/* What a report should have, and the command that brings it. */
static const struct {
	const char *what, *command;
} wanted[] = {
	{"check", "recast check"},
	{"bench", "recast bench original"},
	{"similarity", "recast similarity original"},
};

static json_t *missing_value(const struct reporting *r)
{
	json_t *rows = json_array();
	char name[CANDIDATE_NAME_MAX];
	candidate_name(r->candidate, name);
	for (size_t i = 0; i < countof(wanted); i++) {
		if (json_is_object(json_object_get(r->value, wanted[i].what)))
			continue;
		const char *command = arena_printf(r->a, "%s %s", wanted[i].command, name);
		json_array_append_new(rows, json_pack("{s:s, s:s}", "what", wanted[i].what, "command", command));
	}
	return rows;
}

/* ---- the whole */

static json_t *recast_value(void)
{
	json_t *value = judged_on_json();
	json_object_set_new(value, "version", json_string(RECAST_VERSION));
	return value;
}

static int fill(struct reporting *r, struct err *err)
{
	struct ledger_verdict verdict;
	uint64_t run;
	bool is = false;
	if (r->ledger && ledger_find_verdict(r->ledger, r->candidate->commit, NULL, r->a, &is, &verdict, err) < 0)
		return -1;
	struct candidate_row row = {r->candidate, is ? &verdict : NULL};
	json_object_set_new(r->value, "candidate", candidate_report_value(&row));
	json_object_set_new(r->value, "found_at", json_object());
	if (set_check(r, row.verdict, err) < 0 || set_finding(r, "bench", err) < 0 ||
	    set_finding(r, "similarity", err) < 0 || set_strength(r, err) < 0 ||
	    find(r, "extract", "original", &r->extract, err) < 0 ||
	    set_provenance(r, &run, err) < 0 || set_run(r, run, err) < 0)
		return -1;
	const json_t *check = json_object_get(r->value, "check");
	const char *said = json_text_of(check, "verdict");
	json_object_set_new(r->value, "library", library_name(r));
	json_object_set_new(r->value, "original", original_value(r));
	json_object_set_new(r->value, "verdict", json_text(said[0] ? said : verdict_name(VERDICT_NOT_JUDGED)));
	json_object_set_new(r->value, "reason", json_text(json_text_of(check, "reason")));
	json_object_set_new(r->value, "missing", missing_value(r));
	json_object_set_new(r->value, "recast", recast_value());
	return 0;
}

void report_release(struct report *report)
{
	json_decref(report->value);
	json_decref(report->detail);
	*report = (struct report){0};
}

int report_read(const char *project, const struct candidate *candidate, struct ledger *ledger, struct arena *a,
		struct report *ret, struct err *err)
{
	SCOPED_REPORT struct report report = {.value = json_pack("{s:i}", "version", 1)};
	struct reporting r = {
		.project = project, .candidate = candidate, .ledger = ledger, .a = a, .value = report.value};
	int result = tasks_read(project, a, &r.tasks, err) < 0 || fill(&r, err) < 0 ? -1 : 0;
	json_decref(r.extract);
	report.detail = r.detail;
	if (result == 0)
		*ret = (struct report){take(report.value), take(report.detail)};
	return result;
}
