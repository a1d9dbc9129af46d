#include "harness/scout_parts.h"

#include "core/mem.h"

#include <strings.h>

/* Programs are run as `recast check` would run them, and again in other ways, until they pass or
 * nothing is left to try. */

enum { OUTPUT_KEPT = 16 * 1024, FOLDERS_MAX = 4, STRINGS_MAX = 2000, DEADLINE_S = 120 };

/* What no build file calls a test has so much less of what a test may take; most end long before. */
enum { TRIAL_SHARE = 10 };

/* ---- where a program may have to start */

/* How many of the source's string literals are files when it starts in the folder. */
static size_t files_from(const struct scout *s, const struct scout_list *strings, const char *folder)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct tree_node *root = tree_find(s->tree, PROJECT_ROOT);
	size_t count = 0;
	for (size_t i = 0; i < strings->len; i++) {
		const char *path = path_join(&scratch, folder, str_of(strings->items[i]));
		if (path && path[0] && root && tree_find(s->tree, arena_printf(&scratch, PROJECT_ROOT "/%s", path)))
			count++;
	}
	return count;
}

static void list_folders(struct scout *s, struct scout_program *p)
{
	struct scout_list strings = {0};
	const struct scout_file *main = scout_file(s, p->source);
	if (p->cwd && p->said) {
		scout_list_add(&p->folders, p->cwd);
		return;
	}
	if (main)
		scout_strings(s, main, &strings, STRINGS_MAX);
	/* The project's folder, then those on the way to the source's own. */
	size_t best = 0;
	scout_list_add(&p->folders, "");
	for (const char *folder = arena_str(s->a, path_folder(str_of(p->source))); folder[0] && p->folders.len < FOLDERS_MAX;
	     folder = arena_str(s->a, path_folder(str_of(folder))))
		scout_list_add(&p->folders, folder);
	size_t most = files_from(s, &strings, p->folders.items[0]);
	for (size_t i = 1; i < p->folders.len; i++) {
		size_t count = files_from(s, &strings, p->folders.items[i]);
		if (count > most) {
			most = count;
			best = i;
		}
	}
	const char *first = p->folders.items[0];
	p->folders.items[0] = p->folders.items[best];
	p->folders.items[best] = first;
	vec_release(&strings);
}

/* The next way to run it; false if there is none. */
static bool next_attempt(struct scout_program *p)
{
	if (++p->attempt >= 2 * p->folders.len)
		return false;
	p->cwd = p->folders.items[p->attempt / 2];
	p->writable = p->attempt % 2;
	return true;
}

static void first_attempt(struct scout_program *p)
{
	p->attempt = 0;
	p->cwd = p->folders.items[0];
	p->writable = false;
}

/* ---- what its output says */

static bool fits_report(const char *name, struct str output, size_t *ret_tests)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct testreport report;
	struct err err = {0};
	const struct testreport_format *format = testreport_find(name);
	if (!format || testreport_read(format, output, 100000, &scratch, &report, &err) < 0 || !report.complete)
		return false;
	*ret_tests = max_size(report.len, report.declared > 100000 ? 0 : report.declared);
	return *ret_tests > 0;
}

/* The format in which the output names most tests. */
static const char *report_of(const struct program_result *r, struct arena *a)
{
	const char *best = NULL;
	size_t most = 0, tests = 0;
	struct str output = str_of(arena_printf(a, "%.*s\n%.*s", STR_ARG(r->output), STR_ARG(r->errors)));
	for (size_t i = 0; testreport_names(i); i++) {
		if (fits_report(testreport_names(i), output, &tests) && tests > most) {
			best = testreport_names(i);
			most = tests;
		}
	}
	return best;
}

/* A file of the project that holds exactly what was printed; one that is named like the way in which
 * it was built before others. */
static const char *golden_file(const struct scout *s, const struct scout_program *p, const struct scout_variant *v,
			       const struct program_result *r)
{
	const char *best = NULL;
	size_t best_fit = 0;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		bool cut = r->output.len == OUTPUT_KEPT;
		bool same = cut ? str_ends(f->text, r->output) : str_eq(f->text, r->output);
		if (f->header || f->source || f->text.len < 16 || !same)
			continue;
		struct str stem = path_stem(str_of(f->path)), wanted = str_of(v->name[0] ? v->name : p->name);
		size_t fit = 1 + scout_shared(f->path, p->source);
		if (str_ends(stem, wanted))
			fit += stem.len == wanted.len ? 200 : 100;
		if (fit > best_fit) {
			best = f->path;
			best_fit = fit;
		}
	}
	return best;
}

/* Whether it says how it wants to be called, at the beginning of a line near the start. */
static bool prints_usage(const struct program_result *r)
{
	struct str texts[] = {r->output, r->errors};
	for (size_t i = 0; i < countof(texts); i++) {
		struct str line;
		for (size_t k = 0; k < 3 && str_next_line(&texts[i], &line); k++) {
			if (line.len >= 6 && strncasecmp(line.ptr, "usage", 5) == 0 && (line.ptr[5] == ':' || line.ptr[5] == ' '))
				return true;
		}
	}
	return false;
}

/* ---- one round */

/* What the results of all ways to build a program come to. */
static void read_results(struct scout *s, struct scout_program *p, const struct program_result *results)
{
	const char *first_reason = p->attempt && p->reason ? p->reason : "", *report = NULL;
	p->status = PROGRAM_PASSED;
	p->reason = "";
	p->named_passed = 0;
	p->retry = true;
	p->slow = false;
	for (size_t i = 0; i < p->variants_len; i++) {
		const struct program_result *r = &results[i];
		SCOPED_ARENA struct arena scratch = {0};
		if (i == 0 || r->status > p->status) {
			p->status = r->status;
			p->reason = arena_strdup(s->a, r->reason);
			p->unrelated = r->unrelated;
		}
		/* What ran into a limit does so in any folder. */
		bool ended = r->run.outcome == OUTCOME_EXITED || r->run.outcome == OUTCOME_TRAPPED;
		p->retry = p->retry && (r->status == PROGRAM_PASSED || (r->status == PROGRAM_FAILED && ended));
		p->variants[i].failed = r->status == PROGRAM_FAILED;
		p->slow = p->slow || r->run.outcome == OUTCOME_OUT_OF_FUEL || r->run.outcome == OUTCOME_OUT_OF_TIME;
		p->asks = i == 0 && p->args.len == 0 && prints_usage(r);
		const char *format = report_of(r, &scratch);
		report = i == 0 || (report && format && strcmp(report, format) == 0) ? format : NULL;
		p->named_passed += strcmp(p->report, "exit") == 0 ? 0 : r->passed;
	}
	/* Where it does not find its files it fails in yet another way. */
	if (p->status != PROGRAM_PASSED && first_reason[0])
		p->reason = first_reason;
	p->guess = strcmp(p->report, "exit") == 0 ? report : NULL;
	p->passed = p->status == PROGRAM_PASSED;
}

static void find_golden(struct scout *s, struct scout_program *p, const struct program_result *results)
{
	for (size_t i = 0; i < p->variants_len; i++) {
		struct scout_variant *v = &p->variants[i];
		if (p->passed && !v->expected_file && results[i].output.len >= 16)
			v->expected_file = golden_file(s, p, v, &results[i]);
	}
}

/* What to do next with a program that ran. */
static void decide(struct scout *s, struct scout_program *p, const struct program_result *results)
{
	if (p->slow && p->said && !p->patient) {
		p->patient = true;
		return;
	}
	bool reverted = p->tried_report && !p->passed && !scout_is_judge(p);
	reverted = reverted || (p->tried_report && !p->passed && p->passed_before);
	if (reverted) {
		/* It passed when its end was all that counted. */
		p->report = "exit";
		p->passed = p->passed_before;
		p->status = p->passed ? PROGRAM_PASSED : p->status;
		p->settled = true;
		return;
	}
	if (p->guess && !p->tried_report && (p->passed || p->attempt + 1 >= 2 * p->folders.len)) {
		p->tried_report = true;
		p->passed_before = p->passed;
		p->report = p->guess;
		return;
	}
	if (p->passed) {
		if (strcmp(p->report, "exit") == 0)
			find_golden(s, p, results);
		p->settled = true;
	} else if (!p->retry || !next_attempt(p)) {
		first_attempt(p);
		p->settled = true;
	}
}

static int run_project(struct scout *s, const struct project *project, struct err *err)
{
	struct suite suite;
	struct suite_result result;
	if (suite_build(project, s->tree, s->tools, &suite, err) < 0)
		return -1;
	if (suite_run(&suite, &result, err) < 0) {
		suite_release(&suite);
		return -1;
	}
	size_t at = 0;
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_program *p = &s->programs.items[i];
		if (p->drop)
			continue;
		if (at + p->variants_len > result.programs_len)
			break;
		read_results(s, p, &result.programs[at]);
		decide(s, p, &result.programs[at]);
		at += p->variants_len;
	}
	if (result.library_failure)
		s->library_failure = arena_strdup(s->a, result.library_failure);
	suite_result_release(&result);
	suite_release(&suite);
	return 0;
}

static bool takes_part(const struct scout_program *p, bool patient)
{
	return !p->drop && !p->settled && p->patient == patient;
}

static bool any_takes_part(const struct scout *s, bool patient)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		if (takes_part(&s->programs.items[i], patient))
			return true;
	}
	return false;
}

static void set_limits(struct project *project, bool patient)
{
	project->limits.run.deadline_ns = DEADLINE_S * (uint64_t)1000000000;
	if (patient)
		return;
	project->limits.run.deadline_ns /= TRIAL_SHARE;
	project->limits.run.fuel /= TRIAL_SHARE;
}

/* Only those that are not settled; the others are put aside for the round. */
static int run_round(struct scout *s, bool patient, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct project project;
	bool *dropped = mem_zalloc(s->programs.len + 1, sizeof(*dropped));
	for (size_t i = 0; i < s->programs.len; i++) {
		dropped[i] = s->programs.items[i].drop;
		s->programs.items[i].drop = !takes_part(&s->programs.items[i], patient);
	}
	json_t *json = scout_json(s, true);
	char *text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	int result = text ? project_parse(str_of(text), ".", &scratch, &project, err)
			  : err_set(err, ERR_BUG, "the proposal is no JSON");
	if (result == 0) {
		set_limits(&project, patient);
		result = run_project(s, &project, err);
	}
	free(text);
	for (size_t i = 0; i < s->programs.len; i++)
		s->programs.items[i].drop = dropped[i];
	free(dropped);
	return result;
}

/* ---- the whole */

static int run_all(struct scout *s, struct err *err)
{
	for (size_t round = 0; round < SCOUT_ROUNDS_MAX; round++) {
		bool quick = any_takes_part(s, false), patient = any_takes_part(s, true);
		if (!quick && !patient)
			break;
		if ((quick && run_round(s, false, err) < 0) || (patient && run_round(s, true, err) < 0))
			return -1;
	}
	return 0;
}

/* Overlays that make nothing judge a rewrite go: then programs are seen for what they are. */
static int drop_useless_overlay(struct scout *s, struct err *err)
{
	bool useful = s->is_single || s->tests_files.len == 0, any = false;
	for (size_t i = 0; !useful && i < s->programs.len; i++)
		useful = s->programs.items[i].passed && scout_reaches(s, s->programs.items[i].source,
								      &s->tests_files);
	if (useful)
		return 0;
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_program *p = &s->programs.items[i];
		bool concerned = !p->drop && scout_reaches(s, p->source, &s->tests_files);
		p->settled = p->settled && !concerned;
		any = any || concerned;
	}
	s->tests_files.len = 0;
	if (scout_renew_trees(s, err) < 0)
		return -1;
	if (any)
		scout_find(s, FINDING_FOUND, "tests.files",
			   "none: no test that includes the library's sources passes without their "
							    "private parts");
	return run_all(s, err);
}

int scout_trial(struct scout *s, struct err *err)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		if (s->programs.items[i].settled)
			continue;
		list_folders(s, &s->programs.items[i]);
		first_attempt(&s->programs.items[i]);
	}
	if (run_all(s, err) < 0 || drop_useless_overlay(s, err) < 0)
		return -1;
	scout_keep(s);
	return 0;
}
