#include "harness/generate.h"

#include "core/clock.h"
#include "core/mem.h"
#include "harness/tasks.h"

static const char *const units_names[] = {[UNITS_AUTO] = "auto", [UNITS_ONE] = "one", [UNITS_PLAN] = "plan"};

const char *generate_units_name(enum generate_units units)
{
	return units_names[units];
}

bool generate_units_find(const char *name, enum generate_units *ret)
{
	for (size_t i = 0; i < countof(units_names); i++) {
		if (strcmp(units_names[i], name) == 0) {
			*ret = (enum generate_units)i;
			return true;
		}
	}
	return false;
}

/* A run in the making. */
struct generating {
	const struct generate *g;
	struct ledger *ledger;
	struct visible visible;
	struct taskfile tasks;
	struct unitplan plan;
	struct transcript *transcript;
	struct cleanroom *room;
	struct budget budget;
	struct asker asker;
	struct regen regen;
	struct generated result;
	struct arena *a;
};

struct str generate_without_questions(struct str text, struct arena *a)
{
	char *out = arena_array(a, text.len + 1, char);
	size_t len = 0;
	for (struct str rest = text, line; rest.len;) {
		const char *from = rest.ptr;
		str_next_line(&rest, &line);
		if (str_starts(line, STR("- [ ] ")))
			continue;
		memcpy(out + len, from, (size_t)(rest.ptr - from));
		len += (size_t)(rest.ptr - from);
	}
	return str_trim((struct str){out, len});
}

/* ---- which run */

/* All that prompts are made of, but for the plan, which a run may add itself. */
static struct hash job_of(const struct generating *n)
{
	const struct generate *g = n->g;
	struct hash templates = templates_hash(g->templates);
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("job-1"));
	hasher_bytes(&h, g->spec.bytes, HASH_BYTES);
	hasher_bytes(&h, templates.bytes, HASH_BYTES);
	hasher_field(&h, generate_without_questions(n->tasks.considerations, n->a));
	hasher_field(&h, str_trim(n->tasks.decisions));
	hasher_field(&h, str_of(generate_units_name(g->units)));
	/* What was played goes on with what is played, and what was asked with what is asked. */
	hasher_field_u64(&h, g->is_replay);
	return hasher_finish(&h);
}

static char *settings_of(const struct generate *g)
{
	json_t *panel = json_array();
	for (size_t i = 0; i < g->panel_len; i++)
		json_array_append_new(panel, json_pack("{s:o, s:s, s:o}", "provider", json_text(g->panel[i].name), "kind",
						       g->panel[i].row->name, "model",
						       json_text(g->panel[i].model ? g->panel[i].model : "")));
	SCOPED_JSON json_t *value =
		json_pack("{s:o, s:i, s:i, s:i, s:s}", "panel", panel, "candidates", (int)g->candidates, "samples", (int)g->samples,
			  "repairs", (int)g->repairs, "units", generate_units_name(g->units));
	return json_print(value);
}

static int find_run(struct generating *n, struct err *err)
{
	SCOPED_MEM char *settings = settings_of(n->g);
	struct run run = {.job = job_of(n), .settings = settings, .begun_s = clock_now_s()};
	struct run known;
	bool is = false;
	if (!n->g->fresh && runs_resume(n->ledger, &run.job, n->a, &is, &known, err) < 0)
		return -1;
	if (!is && runs_begin(n->ledger, &run, err) < 0)
		return -1;
	n->result.run = is ? known.number : run.number;
	n->result.resumed = is;
	return 0;
}

/* What was kept may come from anywhere; that nobody is asked for it again is said. */
static int tell_resumed(struct generating *n, struct err *err)
{
	struct exchange *exchanges;
	size_t len, answered = 0;
	if (!n->result.resumed)
		return 0;
	if (transcript_list(n->ledger, n->result.run, n->a, &exchanges, &len, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++)
		answered += exchanges[i].state == EXCHANGE_ANSWERED;
	event_send(n->g->suite->tools->observer, EVENT_NOTE,
		   arena_printf(n->a, "going on with run %llu, in which %zu request%s answered before", (unsigned long long)n->result.run,
				answered, answered == 1 ? " was" : "s were"), 0);
	return 0;
}

/* ---- what it works with */

/* A reply that is longer than max_tokens, or is several, or comes of another model, costs more than was reserved. */
static int check_body(const struct provider *p, struct err *err)
{
	static const char *const members[] = {"max_tokens", "max_completion_tokens", "max_output_tokens", "n", "model",
					      "options", "generationConfig", "service_tier"};
	for (size_t i = 0; i < countof(members); i++) {
		if (p->body && json_object_get(p->body, members[i]))
			return err_set(err, ERR_USAGE,
				       "--budget cannot be kept with \"%s\" in the body of provider %s; \"model\" and \"max_tokens\" "
				       "beside it are what is counted with", members[i], p->name);
	}
	return 0;
}

static int check_prices(const struct generate *g, struct err *err)
{
	for (size_t i = 0; i < g->panel_len && g->limited; i++) {
		const struct provider *p = &g->panel[i];
		if (!p->price.known)
			return err_set(err, ERR_USAGE,
				       "--budget needs the price of every model, and that of %s%s%s is not known; give it under "
				       "\"prices\" in config.json, recast-config(5) says how",
				       p->name, p->model && p->model[0] ? "/" : "", p->model ? p->model : "");
		if (check_body(p, err) < 0)
			return -1;
	}
	return 0;
}

static void prepare_asker(struct generating *n)
{
	const struct generate *g = n->g;
	n->asker = (struct asker){
		.project = g->project,
		.run = n->result.run,
		.panel = g->panel,
		.panel_len = g->panel_len,
		.down = arena_array(n->a, g->panel_len, atomic_bool),
		.transcript = n->transcript,
		.room = n->room,
		.budget = &n->budget,
		.templates = g->templates,
		.secrets = g->secrets,
		.record = g->record,
		.observer = g->suite->tools->observer,
		.cancelled = g->cancelled,
		.wait = g->wait,
		.wait_data = g->wait_data,
	};
	n->regen = (struct regen){
		.project = g->project,
		.visible = &n->visible,
		.templates = g->templates,
		.considerations = generate_without_questions(n->tasks.considerations, n->a),
		.decisions = str_trim(n->tasks.decisions),
		.plan = &n->plan,
		.asker = &n->asker,
		.ledger = n->ledger,
		.run = n->result.run,
		.samples = g->samples,
		.repairs = g->repairs,
		.parallel = g->parallel,
		.signer = g->signer,
	};
}

static int prepare_record(const struct generating *n, struct err *err)
{
	const struct generate *g = n->g;
	struct recording_job job = {
		.library = n->visible.extracted.spec.name,
		.spec = g->spec,
		.candidates = g->candidates,
		.samples = g->samples,
		.repairs = g->repairs,
		.units = generate_units_name(g->units),
	};
	return g->record ? recording_begin(g->record, &job, g->templates, err) : 0;
}

static int prepare(struct generating *n, struct err *err)
{
	uint64_t spent;
	bool known;
	if (find_run(n, err) < 0 ||
	    transcript_open(n->g->project, n->ledger, n->result.run, &n->transcript, err) < 0 ||
	    transcript_recover(n->transcript, err) < 0 ||
	    tell_resumed(n, err) < 0 || transcript_spent(n->transcript, &spent, &known, err) < 0 || prepare_record(n, err) < 0)
		return -1;
	if (n->g->limited && !known)
		return err_set(err, ERR_USAGE, "run %llu has asked somebody without a price before, so nobody knows what is left of "
			       "--budget; go on without it, or begin anew with --fresh", (unsigned long long)n->result.run);
	budget_init(&n->budget, n->g->limited, n->g->budget, spent);
	n->room = cleanroom_new(&n->g->extracted->implementation, &n->g->extracted->spec);
	prepare_asker(n);
	return 0;
}

/* ---- the plan */

static bool is_small(const struct generating *n)
{
	return n->g->extracted->spec.api.functions_len <= UNITPLAN_SMALL;
}

/* That of RECAST.md, if somebody wrote one or a run has. *ret_is says whether there is one. */
static int plan_of_tasks(struct generating *n, bool *ret_is, struct err *err)
{
	struct strings problems;
	*ret_is = str_trim(n->tasks.plan).len > 0;
	if (!*ret_is)
		return 0;
	unitplan_parse(n->tasks.plan, &n->g->extracted->spec, n->a, &n->plan, &problems);
	return problems.len ? err_set(err, ERR_USAGE, "RECAST.md: Plan: %s", problems.items[0]) : 0;
}

static int make_plan(struct generating *n, struct err *err)
{
	enum generate_units units = n->g->units;
	bool is = false;
	if (units == UNITS_ONE || (units == UNITS_AUTO && is_small(n) && str_trim(n->tasks.plan).len == 0)) {
		n->plan = unitplan_whole(&n->g->extracted->spec, n->a);
		return 0;
	}
	if (plan_of_tasks(n, &is, err) < 0)
		return -1;
	if (is)
		return 0;
	const struct observer *observer = n->asker.observer;
	event_send(observer, EVENT_STAGE, "planning", 0);
	int result = regen_plan(&n->regen, n->a, &n->plan, err);
	event_send(observer, EVENT_DONE, "planning", 0);
	n->result.planned = result == 0;
	return result < 0 ? -1 : tasks_add_plan(n->g->project, unitplan_text(&n->plan, n->a), err);
}

/* ---- what came of it */

static void count_exchange(struct generated *r, const struct exchange *e)
{
	struct spending *s = &r->spending;
	bool answered = e->state == EXCHANGE_ANSWERED;
	*(answered ? &s->requests : &s->failed) += 1;
	s->input += e->usage.fresh + e->usage.cache_read + e->usage.cache_write;
	s->cached += e->usage.cache_read;
	s->output += e->usage.output;
	s->cost += e->cost;
	s->priced &= e->cost_known;
	s->recited += e->recited;
	if (answered && e->provenance < r->provenance)
		r->provenance = e->provenance;
}

static int count_spending(struct generating *n, struct err *err)
{
	struct exchange *exchanges;
	size_t len;
	uint64_t place;
	if (transcript_list(n->ledger, n->result.run, n->a, &exchanges, &len, err) < 0 ||
	    transcript_head(n->ledger, &n->result.head, &place, err) < 0)
		return -1;
	n->result.provenance = len ? PROVENANCE_RECORDED : PROVENANCE_NONE;
	n->result.spending.priced = len > 0;
	for (size_t i = 0; i < len; i++)
		count_exchange(&n->result, &exchanges[i]);
	return 0;
}

static void choose_best(struct generated *r)
{
	for (size_t i = 0; i < r->candidates_len; i++) {
		const struct regen_candidate *c = &r->candidates[i];
		if (c->is_kept && (!r->best || regen_is_better(c, r->best)))
			r->best = c;
	}
}

static const char *describe(const struct generating *n)
{
	const struct generated *r = &n->result;
	const char *who = n->g->panel_len ? n->g->panel[0].name : "nobody";
	if (!r->best)
		return arena_printf(n->a, "generate, run %llu by %s: nothing came of it", (unsigned long long)r->run, who);
	const struct regen_look *look = &r->best->look;
	return arena_printf(n->a, "generate, run %llu by %s, %llu requests: c%u passes %zu of %zu visible tests",
			    (unsigned long long)r->run, who, (unsigned long long)r->spending.requests,
			    r->best->candidate.number, look->passed, look->passed + look->failed);
}

static int write_candidates(struct generating *n, struct err *err)
{
	struct generated *r = &n->result;
	r->candidates = arena_array(n->a, n->g->candidates, struct regen_candidate);
	for (unsigned slot = 1; slot <= n->g->candidates; slot++) {
		if (regen_candidate(&n->regen, slot, n->a, &r->candidates[r->candidates_len], err) < 0)
			return -1;
		r->candidates_len++;
	}
	choose_best(r);
	return 0;
}

static int finish(struct generating *n, struct err *err)
{
	struct generated *r = &n->result;
	if (count_spending(n, err) < 0)
		return -1;
	SCOPED_JSON json_t *value = json_pack("{s:i, s:s*}", "candidates", (int)r->candidates_len, "best",
					      r->best ? r->best->candidate.commit : NULL);
	SCOPED_MEM char *text = json_print(value);
	r->result = arena_strdup(n->a, text);
	r->action = describe(n);
	return 0;
}

static int work(struct generating *n, struct err *err)
{
	if (make_plan(n, err) < 0 || write_candidates(n, err) < 0) {
		runs_end(n->ledger, n->result.run, RUN_STOPPED, err->text, "", clock_now_s(), NULL);
		return -1;
	}
	n->result.plan = n->plan;
	return finish(n, err);
}

int generate_end(const struct generate *g, struct ledger *ledger, const struct generated *result, struct err *err)
{
	struct err why = {0};
	SCOPED_ARENA struct arena scratch = {0};
	/* A line that cannot be written is no reason to do all of it again. */
	if (tasks_add_action(g->project, g->date, result->action, &why) < 0)
		event_send(g->suite->tools->observer, EVENT_NOTE,
			   arena_printf(&scratch, "nothing was added to RECAST.md: %s", why.text), 0);
	return runs_end(ledger, result->run, RUN_DONE, "", result->result, clock_now_s(), err);
}

static int begin(struct generating *n, struct err *err)
{
	const struct generate *g = n->g;
	return check_prices(g, err) < 0 || tasks_read(g->project, n->a, &n->tasks, err) < 0 ||
			       visible_build(g->suite, g->extracted, g->source, &n->visible, err) < 0 || prepare(n, err) < 0
		       ? -1
		       : 0;
}

int generate_run(const struct generate *g, struct ledger *ledger, struct arena *a, struct generated *ret, struct err *err)
{
	struct generating n = {.g = g, .ledger = ledger, .a = a};
	int result = begin(&n, err);
	if (result == 0)
		result = work(&n, err);
	transcript_close(n.transcript);
	cleanroom_free(n.room);
	budget_release(&n.budget);
	visible_release(&n.visible);
	if (result == 0)
		*ret = n.result;
	return result;
}
