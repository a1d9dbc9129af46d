#include "cli/generate_stage.h"

#include "cli/extract_stage.h"
#include "core/clock.h"
#include "harness/findings.h"
#include "harness/generate_key.h"
#include "harness/timestamp.h"

#include <time.h>
#include <unistd.h>

static const char KIND[] = "generate";

/* ---- what is known */

/* The best candidate is still there, or there never was one. */
static int is_there(struct generation *g, const struct finding *finding, bool *ret, struct err *err)
{
	struct work *w = g->work;
	struct candidate_list list;
	if (candidates_list(work_folder(w), &w->arena, &list, err) < 0)
		return -1;
	*ret = finding->subject[0] == '\0';
	for (size_t i = 0; i < list.len; i++)
		*ret |= strcmp(list.items[i].commit, finding->subject) == 0;
	return 0;
}

int generation_recall(struct generation *g, const struct hash *spec, json_t **out, struct err *err)
{
	struct work *w = g->work;
	SCOPED_JSON json_t *value = NULL;
	struct finding finding;
	struct hash key;
	bool is;
	g->ask.spec = *spec;
	if (work_ledger(w, err) < 0 || generate_key(&g->ask, &g->tasks, &key, err) < 0 ||
	    findings_find(w->ledger, KIND, NULL, &key, &w->arena, &is, &finding, err) < 0)
		return -1;
	if (is && is_there(g, &finding, &is, err) < 0)
		return -1;
	*out = is && !g->ask.fresh && json_parse(finding.result, LEDGER_FILE, &value, NULL) == 0 ? take(value) : NULL;
	return 0;
}

/* ---- the run */

static void wait_ms(void *data, uint64_t ms)
{
	(void)data;
	nanosleep(&(struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

static int check_library(const struct generation *g, struct err *err)
{
	const struct spec *spec = &g->work->extracted.spec;
	if (spec->impossible)
		return err_set(err, ERR_USAGE, "no clean room is possible: %s", spec->impossible);
	if (spec->visible_len == 0)
		return err_set(err, ERR_USAGE, "no test may be shown, so there is nothing to go by; `recast extract` says why");
	if (g->values->replay && strcmp(g->recorded.library, spec->name) != 0)
		return err_set(err, ERR_USAGE, "%s was recorded for %.100s, and this project is %.100s", g->values->replay,
			       g->recorded.library, spec->name);
	return 0;
}

int generation_prepare(struct generation *g, struct err *err)
{
	struct work *w = g->work;
	struct extract_ids ids;
	char *date = arena_array(&w->arena, 11, char);
	if (extract_stage_ids(w, &ids, err) < 0 || check_library(g, err) < 0)
		return -1;
	clock_date(date);
	g->ask.project = work_folder(w);
	g->ask.suite = &w->original.suite;
	g->ask.extracted = &w->extracted;
	g->ask.source = w->original.tree;
	g->ask.spec = ids.spec;
	g->ask.date = date;
	g->ask.wait = wait_ms;
	return 0;
}

/* By the authority that the user has named, if any. One that does not answer costs no more than the date. */
static void date_best(struct generation *g)
{
	struct work *w = g->work;
	const char *url = g->user.config.timestamp_url;
	struct timestamp stamp;
	struct err why = {0};
	uint64_t nonce;
	if (!url || !g->result.best)
		return;
	if (getentropy(&nonce, sizeof(nonce)) < 0 ||
	    timestamp_candidate(work_folder(w), &g->result.best->candidate, url, nonce, NULL, &w->arena, &stamp, &why) < 0)
		event_send(w->original.workshop.tools.observer, EVENT_NOTE,
			   arena_printf(&w->arena, "no date for the commit: %s", why.text), 0);
}

int generation_run(struct generation *g, struct err *err)
{
	struct work *w = g->work;
	if (generation_prepare(g, err) < 0 || work_ledger(w, err) < 0 ||
	    generate_run(&g->ask, w->ledger, &w->arena, &g->result, err) < 0)
		return -1;
	date_best(g);
	return 0;
}

/* ---- what came of it */

int generation_outcome(struct generation *g, struct generate_outcome *ret, struct err *err)
{
	struct work *w = g->work;
	struct generate_outcome o = {.library = w->extracted.spec.name, .run = &g->result};
	struct candidate_list *candidates = arena_new(&w->arena, struct candidate_list);
	struct attempt *attempts;
	if (runs_attempts(w->ledger, g->result.run, &w->arena, &attempts, &o.attempts_len, err) < 0 ||
	    candidates_list(work_folder(w), &w->arena, candidates, err) < 0)
		return -1;
	o.attempts = attempts;
	o.candidates = candidates;
	o.licence = arena_str(&w->arena, taskfile_value(&g->tasks, "licence", &w->arena));
	o.rewrite_licence = arena_str(&w->arena, taskfile_value(&g->tasks, "rewrite-licence", &w->arena));
	*ret = o;
	return 0;
}

/* The tasks as the same job will find them: with the plan that this run has put there. */
static int tasks_behind(struct generation *g, struct taskfile *ret, struct err *err)
{
	struct taskfile now;
	if (tasks_read(work_folder(g->work), &g->work->arena, &now, err) < 0)
		return -1;
	*ret = g->tasks;
	if (g->result.planned)
		ret->plan = now.plan;
	return 0;
}

static int keep(struct generation *g, const struct generate_outcome *outcome, struct err *err)
{
	SCOPED_JSON json_t *value = generate_report_value(outcome);
	SCOPED_MEM char *text = json_print(value);
	struct finding finding = {
		.kind = KIND,
		.subject = g->result.best ? g->result.best->candidate.commit : "",
		.found_s = clock_now_s(),
		.result = str_of(text),
	};
	struct taskfile tasks;
	return tasks_behind(g, &tasks, err) < 0 || generate_key(&g->ask, &tasks, &finding.key, err) < 0 ||
			       findings_add(g->work->ledger, &finding, err) < 0
		       ? -1
		       : 0;
}

/* Kept first: a run that is over and not known would be paid for again. */
int generation_end(struct generation *g, const struct generate_outcome *outcome, struct err *err)
{
	return keep(g, outcome, err) < 0 ? -1 : generate_end(&g->ask, g->work->ledger, &g->result, err);
}

void generation_release(struct generation *g)
{
	userfile_release(&g->user);
	*g = (struct generation){0};
}
