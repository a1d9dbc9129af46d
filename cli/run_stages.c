#include "cli/run_stages.h"

#include "cli/extract_stage.h"

static const char *const state_names[] = {
	[STAGE_DONE] = "done",
	[STAGE_UNCHANGED] = "unchanged",
	[STAGE_SKIPPED] = "skipped",
};

const char *stage_state_name(enum stage_state state)
{
	return state_names[state];
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* ---- extract */

static void describe_extraction(struct running *r, const json_t *value, struct stage_result *ret)
{
	const json_t *tests = json_object_get(value, "tests"), *baseline = json_object_get(value, "baseline");
	const char *impossible = json_text_of(value, "impossible");
	size_t functions = json_array_size(json_object_get(value, "functions")), len = json_array_size(tests),
	       visible = 0;
	for (size_t i = 0; i < len; i++)
		visible += json_is(json_array_get(tests, i), "visible");
	ret->text = arena_printf(&r->work.arena, "%zu function%s; %zu test%s, %zu visible and %zu sealed", functions,
				 plural(functions), len, plural(len), visible, len - visible);
	if (impossible[0]) {
		ret->mark = "no clean room";
		ret->text = arena_strdup(&r->work.arena, impossible);
	} else if (json_count_of(baseline, "passed") == 0) {
		ret->mark = "no test passes";
	}
	ret->style = STYLE_WARN;
}

static int run_extract(struct running *r, struct stage_result *ret, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	struct extract_result result;
	if (extract_stage_recall(&r->work, &value, err) < 0)
		return -1;
	ret->state = value ? STAGE_UNCHANGED : STAGE_DONE;
	if (!value) {
		if (extract_stage(&r->work, &result, err) < 0)
			return -1;
		value = extract_report_value(&result);
	}
	describe_extraction(r, value, ret);
	return hash_from_hex(str_of(json_text_of(value, "spec")), &r->spec)
		       ? 0
		       : err_set(err, ERR_BUG, "an extraction without a specification");
}

/* ---- generate */

/* The row of the best candidate, or NULL. */
static const json_t *best_of(const json_t *value)
{
	const json_t *rows = json_object_get(value, "candidates");
	const char *best = json_text_of(value, "candidate");
	for (size_t i = 0; i < json_array_size(rows) && best[0]; i++) {
		if (strcmp(json_text_of(json_array_get(rows, i), "candidate"), best) == 0)
			return json_array_get(rows, i);
	}
	return NULL;
}

static void describe_generation(struct running *r, const json_t *value, struct stage_result *ret)
{
	struct arena *a = &r->work.arena;
	const json_t *best = best_of(value), *spending = json_object_get(value, "spending"),
		     *cost = json_object_get(spending, "cost");
	size_t attempts = json_array_size(json_object_get(value, "attempts")), passed = json_count_of(best, "passed");
	r->generated = arena_strdup(a, json_text_of(best, "commit"));
	if (best)
		ret->text = arena_printf(a, "%s passes %zu of %zu visible tests; %zu attempt%s",
					 json_text_of(best, "candidate"), passed,
					 passed + json_count_of(best, "failed"), attempts, plural(attempts));
	else
		ret->text = "nothing came that could be judged; --fresh begins anew";
	if (json_is_number(cost))
		ret->text = arena_printf(a, "%s, $%.4g", ret->text, json_number_value(cost));
}

static int generate_anew(struct running *r, json_t **out, struct err *err)
{
	struct generate_outcome outcome;
	if (generation_run(&r->generation, err) < 0 || generation_outcome(&r->generation, &outcome, err) < 0 ||
	    generation_end(&r->generation, &outcome, err) < 0)
		return -1;
	*out = generate_report_value(&outcome);
	return 0;
}

/* To record what is done would mean to do it, and to pay for it, again. */
static int check_record(const struct generation *g, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *record = g->values->record;
	if (!record || fs_exists(arena_printf(&scratch, "%s/recording.json", record)))
		return 0;
	return err_set(err, ERR_USAGE,
		       "what would be recorded was done before; --fresh does it again, and --record %.200s with it",
		       record);
}

static int run_generate(struct running *r, struct stage_result *ret, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	r->generated = "";
	ret->state = STAGE_SKIPPED;
	ret->text = r->selector ? arena_printf(&r->work.arena, "%.40s was named", r->selector) : "no model is named";
	if (r->selector || r->generation.ask.panel_len == 0)
		return 0;
	if (generation_recall(&r->generation, &r->spec, &value, err) < 0 ||
	    (value && check_record(&r->generation, err) < 0))
		return -1;
	if (!value && !r->may_ask) {
		ret->text = "a rewrite was taken in; --provider or --candidates has another written";
		return 0;
	}
	ret->state = value ? STAGE_UNCHANGED : STAGE_DONE;
	if (!value && generate_anew(r, &value, err) < 0)
		return -1;
	describe_generation(r, value, ret);
	return 0;
}

const struct run_stage run_stages[RUN_STAGES] = {
	{"extract", run_extract}, {"generate", run_generate}, {"check", run_stage_check},
	{"bench", run_stage_bench},	  {"similarity", run_stage_similarity},	      {"report", run_stage_report},
};
