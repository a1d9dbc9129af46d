#include "cli/generate_stage.h"

#include "harness/recording.h"
#include "harness/workfolder.h"

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

static int read_budget(const char *text, struct generate *ask, struct err *err)
{
	if (!text)
		return 0;
	ask->limited = true;
	return price_dollars(str_of(text), &ask->budget)
		       ? 0
		       : err_set(err, ERR_USAGE, "--budget takes dollars, as 2.50, not %.40s", text);
}

static int read_values(struct generation *g, struct err *err)
{
	const struct generate_values *v = g->values;
	struct generate *ask = &g->ask;
	ask->candidates = v->candidates ? v->candidates : 1;
	ask->samples = REGEN_SAMPLES;
	ask->repairs = REGEN_REPAIRS;
	ask->record = v->record;
	ask->fresh = v->fresh;
	if (v->replay && (v->provider || v->model || v->record || v->budget || v->units || v->samples || v->repairs))
		return err_set(err, ERR_USAGE, "--replay does what the recording did; of the other options only -n, -C, --fresh, --json "
					       "and --quiet go with it");
	if (ask->candidates > GENERATE_CANDIDATES_MAX)
		return err_set(err, ERR_USAGE, "--candidates takes at most %d", GENERATE_CANDIDATES_MAX);
	if (v->units && !generate_units_find(v->units, &ask->units))
		return err_set(err, ERR_USAGE, "--units takes auto, one or plan, not %.40s", v->units);
	if (read_number(v->samples, "samples", 1, REGEN_SAMPLES_MAX, &ask->samples, err) < 0 ||
	    read_number(v->repairs, "repairs", 0, REGEN_REPAIRS_MAX, &ask->repairs, err) < 0)
		return -1;
	return read_budget(v->budget, ask, err);
}

/* ---- who is asked */

static int add_provider(struct generation *g, const char *selector, struct err *err)
{
	struct provider *p = &g->panel[g->ask.panel_len];
	if (g->values->model && !strchr(selector, '/'))
		selector = arena_printf(&g->work->arena, "%s/%s", selector, g->values->model);
	if (userconfig_choose(&g->user.config, &g->user.world, selector, &g->work->arena, p, err) < 0)
		return -1;
	if (strcmp(p->row->name, "mailbox") == 0 && !p->folder)
		p->folder = arena_printf(&g->work->arena, "%s/" WORKFOLDER "/mailbox", g->values->common.folder);
	struct strings secret = userconfig_secrets(p, &g->work->arena);
	if (g->secrets.list.len + secret.len > SCRUB_SECRETS_MAX)
		return err_set(err, ERR_LIMIT, "all providers together have more than %d secrets", SCRUB_SECRETS_MAX);
	for (size_t i = 0; i < secret.len; i++)
		g->secrets.list.items[g->secrets.list.len++] = secret.items[i];
	g->ask.panel_len++;
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

static int choose_panel(struct generation *g, struct err *err)
{
	const char *provider = g->values->provider;
	struct strings use = provider ? split(provider, &g->work->arena) : g->user.config.use;
	g->panel = arena_array(&g->work->arena, use.len, struct provider);
	g->secrets.list.items = arena_array(&g->work->arena, SCRUB_SECRETS_MAX, const char *);
	for (size_t i = 0; i < use.len; i++) {
		if (add_provider(g, use.items[i], err) < 0)
			return -1;
	}
	return 0;
}

/* With the recording's own templates and settings. */
static int choose_replay(struct generation *g, struct err *err)
{
	struct generate *ask = &g->ask;
	struct recording_job job;
	if (recording_open(g->values->replay, &g->work->arena, &job, &g->templates, err) < 0)
		return -1;
	g->panel = arena_array(&g->work->arena, 1, struct provider);
	g->panel[0] = (struct provider){
		.name = "replay",
		.row = provider_row_find(STR("replay")),
		.model = "",
		.folder = g->values->replay,
		.tries = 1,
	};
	ask->panel_len = 1;
	ask->is_replay = true;
	ask->candidates = g->values->candidates ? g->values->candidates : job.candidates;
	ask->samples = job.samples;
	ask->repairs = job.repairs;
	if (ask->candidates < 1 || ask->candidates > GENERATE_CANDIDATES_MAX || ask->samples < 1 || ask->samples > REGEN_SAMPLES_MAX ||
	    ask->repairs > REGEN_REPAIRS_MAX)
		return err_set(err, ERR_USAGE, "%s: its numbers of candidates, samples or repairs are none that generate takes",
			       g->values->replay);
	g->recorded = job;
	if (!generate_units_find(job.units, &ask->units))
		return err_set(err, ERR_PARSE, "%s: units are neither auto, one nor plan", g->values->replay);
	return 0;
}

/* Where the user's own words for prompts would be. */
static int read_templates(struct generation *g, struct err *err)
{
	const char *folder = g->user.world.folder;
	return folder ? templates_read(arena_printf(&g->work->arena, "%s/prompts", folder), &g->work->arena, &g->templates, err)
		      : templates_embedded(&g->work->arena, &g->templates, err);
}

static int choose(struct generation *g, struct err *err)
{
	struct generate *ask = &g->ask;
	if (userfile_read(&g->user, err) < 0)
		return -1;
	g->user.world.keyless = g->values->estimate;
	if (g->values->replay ? choose_replay(g, err) < 0 : choose_panel(g, err) < 0 || read_templates(g, err) < 0)
		return -1;
	ask->panel = g->panel;
	ask->templates = &g->templates;
	ask->secrets = &g->secrets;
	ask->signer = userfile_signer(&g->user);
	ask->parallel = g->values->parallel ? g->values->parallel : g->user.config.parallel;
	return 0;
}

int generation_choose(struct generation *g, struct work *work, const struct generate_values *values, struct err *err)
{
	*g = (struct generation){.values = values, .work = work};
	return read_values(g, err) < 0 || choose(g, err) < 0 || tasks_read(work_folder(work), &work->arena, &g->tasks, err) < 0
		       ? -1
		       : 0;
}

int generation_check_panel(const struct generation *g, struct err *err)
{
	if (g->ask.panel_len)
		return 0;
	return err_set(err, ERR_USAGE,
		       "no model is named: say --provider NAME/MODEL, or put \"use\" into %s/config.json; recast-config(5) has "
		       "examples, and \"mailbox\" needs nothing but a person or a program that answers",
		       g->user.world.folder ? g->user.world.folder : "~/.config/recast");
}
