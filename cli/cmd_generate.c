#include "cli/candidate_report.h"
#include "cli/generate_report.h"
#include "cli/judgement_report.h"
#include "cli/original.h"
#include "cli/terminal.h"
#include "cli/userfile.h"
#include "core/clock.h"
#include "harness/judged.h"
#include "harness/rewrite.h"
#include "harness/tasks.h"
#include "harness/timestamp.h"
#include "harness/workfolder.h"

#include <time.h>
#include <unistd.h>

struct generate_values {
	struct common common;
	const char *provider, *model, *units, *budget, *record, *replay, *samples, *repairs;
	unsigned candidates, parallel;
	bool estimate, fresh;
};

/* A run from what was asked to what is printed. */
struct generating {
	const struct generate_values *values;
	struct original original;
	struct extracted extracted;
	struct extract_ids ids;
	struct userfile user;
	struct templates templates;
	struct provider *panel;
	struct secrets secrets;
	struct recording_job recorded; /* of a replay */
	struct generate ask;
	struct ledger *ledger;
	struct generated result;
	uint64_t begun_ns;
	struct arena arena;
};

/* ---- what was asked for */

static int read_number(const char *text, const char *option, uint64_t low, uint64_t high, unsigned *ret, struct err *err)
{
	uint64_t value;
	if (!text)
		return 0;
	if (!str_to_u64(str_of(text), &value) || value < low || value > high)
		return err_set(err, ERR_USAGE, "--%s takes a number from %llu to %llu, not %.40s", option,
			       (unsigned long long)low, (unsigned long long)high, text);
	*ret = (unsigned)value;
	return 0;
}

static int read_budget(const char *text, struct generate *g, struct err *err)
{
	if (!text)
		return 0;
	g->limited = true;
	return price_dollars(str_of(text), &g->budget)
		       ? 0
		       : err_set(err, ERR_USAGE, "--budget takes dollars, as 2.50, not %.40s", text);
}

static int read_values(struct generating *n, struct err *err)
{
	const struct generate_values *v = n->values;
	struct generate *g = &n->ask;
	g->candidates = v->candidates ? v->candidates : 1;
	g->samples = REGEN_SAMPLES;
	g->repairs = REGEN_REPAIRS;
	g->record = v->record;
	g->fresh = v->fresh;
	if (v->replay && (v->provider || v->model || v->record || v->budget || v->units || v->samples || v->repairs))
		return err_set(err, ERR_USAGE, "--replay does what the recording did; of the other options only -n, -C, --fresh, --json "
					       "and --quiet go with it");
	if (g->candidates > GENERATE_CANDIDATES_MAX)
		return err_set(err, ERR_USAGE, "--candidates takes at most %d", GENERATE_CANDIDATES_MAX);
	if (v->units && !generate_units_find(v->units, &g->units))
		return err_set(err, ERR_USAGE, "--units takes auto, one or plan, not %.40s", v->units);
	if (read_number(v->samples, "samples", 1, REGEN_SAMPLES_MAX, &g->samples, err) < 0 ||
	    read_number(v->repairs, "repairs", 0, REGEN_REPAIRS_MAX, &g->repairs, err) < 0)
		return -1;
	return read_budget(v->budget, g, err);
}

/* ---- who is asked */

static int add_provider(struct generating *n, const char *selector, struct err *err)
{
	struct provider *p = &n->panel[n->ask.panel_len];
	if (n->values->model && !strchr(selector, '/'))
		selector = arena_printf(&n->arena, "%s/%s", selector, n->values->model);
	if (userconfig_choose(&n->user.config, &n->user.world, selector, &n->arena, p, err) < 0)
		return -1;
	if (strcmp(p->row->name, "mailbox") == 0 && !p->folder)
		p->folder = arena_printf(&n->arena, "%s/" WORKFOLDER "/mailbox", n->values->common.folder);
	struct strings secret = userconfig_secrets(p, &n->arena);
	if (n->secrets.list.len + secret.len > SCRUB_SECRETS_MAX)
		return err_set(err, ERR_LIMIT, "all providers together have more than %d secrets", SCRUB_SECRETS_MAX);
	for (size_t i = 0; i < secret.len; i++)
		n->secrets.list.items[n->secrets.list.len++] = secret.items[i];
	n->ask.panel_len++;
	return 0;
}

/* "claude/large,box" */
static struct strings split(const char *text, struct arena *a)
{
	struct str rest = str_of(text);
	struct strings list = {arena_array(a, str_count(rest, ',') + 1, const char *), 0};
	while (rest.len) {
		size_t comma = str_index(rest, ',');
		struct str name = str_trim(str_first(rest, comma));
		if (name.len)
			list.items[list.len++] = arena_str(a, name);
		rest = str_from(rest, comma + 1);
	}
	return list;
}

static int choose_panel(struct generating *n, struct err *err)
{
	const char *provider = n->values->provider;
	struct strings use = provider ? split(provider, &n->arena) : n->user.config.use;
	if (use.len == 0 && !n->values->estimate)
		return err_set(err, ERR_USAGE,
			       "no model is named: say --provider NAME/MODEL, or put \"use\" into %s/config.json; recast-config(5) has "
			       "examples, and \"mailbox\" needs nothing but a person or a program that answers",
			       n->user.world.folder ? n->user.world.folder : "~/.config/recast");
	n->panel = arena_array(&n->arena, use.len, struct provider);
	n->secrets.list.items = arena_array(&n->arena, SCRUB_SECRETS_MAX, const char *);
	for (size_t i = 0; i < use.len; i++) {
		if (add_provider(n, use.items[i], err) < 0)
			return -1;
	}
	return 0;
}

/* With the recording's own templates and settings. */
static int choose_replay(struct generating *n, struct err *err)
{
	struct generate *g = &n->ask;
	struct recording_job job;
	if (recording_open(n->values->replay, &n->arena, &job, &n->templates, err) < 0)
		return -1;
	n->panel = arena_array(&n->arena, 1, struct provider);
	n->panel[0] = (struct provider){.name = "replay", .row = provider_row_find(STR("replay")), .model = "", .folder = n->values->replay, .tries = 1};
	g->panel_len = 1;
	g->is_replay = true;
	g->candidates = n->values->candidates ? n->values->candidates : job.candidates;
	g->samples = job.samples;
	g->repairs = job.repairs;
	if (g->candidates < 1 || g->candidates > GENERATE_CANDIDATES_MAX || g->samples < 1 || g->samples > REGEN_SAMPLES_MAX ||
	    g->repairs > REGEN_REPAIRS_MAX)
		return err_set(err, ERR_USAGE, "%s: its numbers of candidates, samples or repairs are none that generate takes",
			       n->values->replay);
	n->recorded = job;
	if (!generate_units_find(job.units, &g->units))
		return err_set(err, ERR_PARSE, "%s: units are neither auto, one nor plan", n->values->replay);
	return 0;
}

/* Where the user's own words for prompts would be. */
static int read_templates(struct generating *n, struct err *err)
{
	const char *folder = n->user.world.folder;
	return folder ? templates_read(arena_printf(&n->arena, "%s/prompts", folder), &n->arena, &n->templates, err)
		      : templates_embedded(&n->arena, &n->templates, err);
}

static int choose(struct generating *n, struct err *err)
{
	struct generate *g = &n->ask;
	if (userfile_read(&n->user, err) < 0)
		return -1;
	n->user.world.keyless = n->values->estimate;
	if (n->values->replay ? choose_replay(n, err) < 0 : choose_panel(n, err) < 0 || read_templates(n, err) < 0)
		return -1;
	g->panel = n->panel;
	g->templates = &n->templates;
	g->secrets = &n->secrets;
	g->signer = userfile_signer(&n->user);
	g->parallel = n->values->parallel ? n->values->parallel : n->user.config.parallel;
	return 0;
}

/* ---- what it works on */

static int extract(struct generating *n, struct err *err)
{
	struct original *o = &n->original;
	struct extract_places places = original_places(o, &n->arena);
	if (extract_store(&o->suite, &o->source, &n->extracted, &places, &n->ids, err) < 0)
		return -1;
	if (n->extracted.spec.impossible)
		return err_set(err, ERR_USAGE, "no clean room is possible: %s", n->extracted.spec.impossible);
	if (n->extracted.spec.visible_len == 0)
		return err_set(err, ERR_USAGE, "no test may be shown, so there is nothing to go by; `recast extract` says why");
	return 0;
}

static void wait_ms(void *data, uint64_t ms)
{
	(void)data;
	nanosleep(&(struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000}, NULL);
}

static void complete_ask(struct generating *n)
{
	char *date = arena_array(&n->arena, 11, char);
	clock_date(date);
	n->ask.project = n->values->common.folder;
	n->ask.suite = &n->original.suite;
	n->ask.extracted = &n->extracted;
	n->ask.source = n->original.tree;
	n->ask.spec = n->ids.spec;
	n->ask.date = date;
	n->ask.wait = wait_ms;
}

/* ---- judging what came of it */

static int judge_best(struct generating *n, json_t **out, struct err *err)
{
	SCOPED_TREE struct tree *files = tree_new();
	const struct candidate *best = &n->result.best->candidate;
	if (candidates_read(n->values->common.folder, best, files, err) < 0)
		return -1;
	struct judged_ask ask = {
		.suite = &n->original.suite,
		.extracted = &n->extracted,
		.candidate = best,
		.files = files,
		.ledger = n->ledger,
		.key = judge_key(&n->original.project, n->original.tree, files),
		.begun_ns = n->begun_ns,
	};
	if (judged_recall(n->ledger, best, &ask.key, &n->arena, out, err) < 0)
		return -1;
	return *out ? 0 : judged_find_out(&ask, out, err);
}

/* By the authority that the user has named, if any. One that does not answer costs no more than the date. */
static void date_best(struct generating *n)
{
	const char *url = n->user.config.timestamp_url;
	struct timestamp stamp;
	struct err why = {0};
	uint64_t nonce;
	if (!url || !n->result.best)
		return;
	if (getentropy(&nonce, sizeof(nonce)) < 0 ||
	    timestamp_candidate(n->values->common.folder, &n->result.best->candidate, url, nonce, NULL, &n->arena, &stamp, &why) < 0)
		event_send(n->original.workshop.tools.observer, EVENT_NOTE, arena_printf(&n->arena, "no date for the commit: %s", why.text), 0);
}

static const char *front_value(struct generating *n, const struct taskfile *tasks, const char *key)
{
	return arena_str(&n->arena, taskfile_value(tasks, key, &n->arena));
}

static int report(struct generating *n, struct err *err)
{
	const char *folder = n->values->common.folder;
	struct generate_outcome o = {.library = n->extracted.spec.name, .run = &n->result};
	struct attempt *attempts;
	struct candidate_list candidates;
	struct taskfile tasks;
	SCOPED_JSON json_t *judgement = NULL;
	date_best(n);
	if ((n->result.best && judge_best(n, &judgement, err) < 0) || generate_end(&n->ask, n->ledger, &n->result, err) < 0)
		return -1;
	if (runs_attempts(n->ledger, n->result.run, &n->arena, &attempts, &o.attempts_len, err) < 0 ||
	    candidates_list(folder, &n->arena, &candidates, err) < 0 || tasks_read(folder, &n->arena, &tasks, err) < 0)
		return -1;
	o.attempts = attempts;
	o.candidates = &candidates;
	o.licence = front_value(n, &tasks, "licence");
	o.rewrite_licence = front_value(n, &tasks, "rewrite-licence");
	o.judgement = judgement;
	if (n->values->common.json)
		candidate_report_print(generate_report_value(&o));
	else
		generate_report_text(&o);
	return judgement ? (int)judgement_report_exit_code(judgement) : EXIT_NEGATIVE;
}

/* ---- the whole */

static int estimate(struct generating *n, struct err *err)
{
	struct estimate e;
	if (generate_estimate(&n->ask, &n->arena, &e, err) < 0)
		return -1;
	generate_report_estimate(&n->ask, &e, n->values->common.json);
	return EXIT_GOOD;
}

static int work(struct generating *n, struct err *err)
{
	if (extract(n, err) < 0)
		return -1;
	if (n->values->replay && strcmp(n->recorded.library, n->extracted.spec.name) != 0)
		return err_set(err, ERR_USAGE, "%s was recorded for %.100s, and this project is %.100s", n->values->replay,
			       n->recorded.library, n->extracted.spec.name);
	complete_ask(n);
	if (n->values->estimate)
		return estimate(n, err);
	terminal_on_interrupt("recast: interrupted; the same command goes on\n");
	if (ledger_open(n->values->common.folder, &n->ledger, err) < 0 ||
	    generate_run(&n->ask, n->ledger, &n->arena, &n->result, err) < 0)
		return -1;
	return report(n, err);
}

/* What is asked for is looked at before anything is built. */
static int generate(struct generating *n, struct err *err)
{
	if (original_check_places(err) < 0 || read_values(n, err) < 0 || choose(n, err) < 0 ||
	    original_read(&n->values->common, &n->original, err) < 0 || original_build(&n->original, err) < 0 ||
	    extract_run(&n->original.suite, &n->original.source, &n->extracted, err) < 0)
		return -1;
	return work(n, err);
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	(void)operands;
	(void)operands_len;
	struct generating n = {.values = values, .begun_ns = clock_monotonic_ns()};
	int code = generate(&n, err);
	ledger_close(n.ledger);
	extract_release(&n.extracted);
	original_close(&n.original);
	userfile_release(&n.user);
	arena_release(&n.arena);
	return code;
}

#define AT(member) offsetof(struct generate_values, member)

static const struct option options[] = {
	{"provider", 'p', OPTION_TEXT, AT(provider), "LIST", "who is asked: NAME/MODEL, and who is next (config)"},
	{"model", 'm', OPTION_TEXT, AT(model), "MODEL", "of the providers that are named without one"},
	{"candidates", 'n', OPTION_NUMBER, AT(candidates), "N", "how many to write; the best is judged (1)"},
	{"samples", 0, OPTION_TEXT, AT(samples), "N", "fresh starts of each file (4)"},
	{"repairs", 0, OPTION_TEXT, AT(repairs), "N", "repairs of each start (3)"},
	{"units", 0, OPTION_TEXT, AT(units), "HOW", "one file, a plan of several, or auto (auto)"},
	{"parallel", 0, OPTION_NUMBER, AT(parallel), "N", "requests at once (4)"},
	{"budget", 0, OPTION_TEXT, AT(budget), "USD", "stop before it could cost more"},
	{"estimate", 0, OPTION_FLAG, AT(estimate), NULL, "say what it would cost, and ask nothing"},
	{"record", 0, OPTION_TEXT, AT(record), "DIR", "write each exchange there, to be replayed"},
	{"replay", 0, OPTION_TEXT, AT(replay), "DIR", "answer from a recording; no network"},
	{"fresh", 0, OPTION_FLAG, AT(fresh), NULL, "do not go on with a run that was stopped"},
};

const struct command cmd_generate = {
	.name = "generate",
	.operands = "",
	.summary = "Have a language model write the library anew, in a clean room",
	.detail = "Asks for each file from interface, documentation and visible tests alone;\n"
		  "compiles what comes, runs the visible tests, and asks for repairs or starts\n"
		  "afresh. Every attempt becomes a candidate. The one that comes furthest is then\n"
		  "judged with all tests. What was answered is kept: when interrupted, the same\n"
		  "command goes on where it stopped.\n\n"
		  "Who can be asked, with keys and prices, stands in the user's config.json; see\n"
		  "recast-config(5).\n\n"
		  "Exit status: 0 pass, 1 fail, 2 wrong usage or configuration, 3 inconclusive,\n"
		  "4 recast, the machine or a provider failed, 130 interrupted.\n",
	.options = {options, countof(options)},
	.values_size = sizeof(struct generate_values),
	.run = run,
};
