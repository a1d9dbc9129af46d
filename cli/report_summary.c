#include "cli/report_summary.h"

#include "cli/bench_figures.h"
#include "cli/figures.h"
#include "cli/judgement_report.h"
#include "cli/strength_report.h"
#include "harness/price.h"

enum { DIFFERENCES_SHOWN = 2, OUTDATED_SHOWN = 3 };

struct summing {
	const json_t *report, *check;
	struct arena *a;
	struct summary *summary;
};

static void add(struct summing *s, const char *label, enum style style, const char *mark, const char *text)
{
	if (s->summary->len < SUMMARY_LINES_MAX)
		s->summary->lines[s->summary->len++] = (struct summary_line){label, text, mark, style};
}

static void add_plain(struct summing *s, const char *label, const char *text)
{
	add(s, label, STYLE_PLAIN, "", text);
}

/* What brings what is not there. */
static void add_missing(struct summing *s, const char *label, const char *what)
{
	const json_t *rows = json_object_get(s->report, "missing");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		if (strcmp(json_text_of(row, "what"), what) == 0)
			add(s, label, STYLE_DIM, "missing", json_text_of(row, "command"));
	}
}

/* ---- the verdict */

static enum style style_of(enum verdict verdict)
{
	static const enum style styles[] = {[VERDICT_PASS] = STYLE_GOOD, [VERDICT_FAIL] = STYLE_BAD,
					    [VERDICT_INCONCLUSIVE] = STYLE_WARN, [VERDICT_NOT_JUDGED] = STYLE_WARN};
	return styles[verdict];
}

static void add_verdict(struct summing *s)
{
	if (!json_is_object(s->check)) {
		add_missing(s, "verdict", "check");
		return;
	}
	enum verdict verdict = judgement_report_verdict(s->check);
	add(s, "verdict", style_of(verdict), verdict_name(verdict), json_text_of(s->check, "reason"));
}

const char *summary_outdated(const json_t *report, struct arena *a)
{
	const json_t *rows = json_object_get(report, "outdated"), *first = json_array_get(rows, 0);
	const char *words = json_text_of(first, "what");
	size_t len = json_array_size(rows);
	if (!words[0])
		return "";
	for (size_t i = 1; i < min_size(len, OUTDATED_SHOWN); i++)
		words = arena_printf(a, "%s%s%s", words, i + 1 < len ? ", " : " and ",
				     json_text_of(json_array_get(rows, i), "what"));
	return arena_printf(a, "%s: recast, recast.json, the library or its tests have changed since; recast run %s",
			    words, json_text_of(json_object_get(report, "candidate"), "candidate"));
}

static void add_outdated(struct summing *s)
{
	const char *text = summary_outdated(s->report, s->a);
	if (text[0])
		add(s, "outdated", STYLE_WARN, "", text);
}

static const char *passed_of(const json_t *counts, struct arena *a)
{
	size_t passed = json_count_of(counts, "passed"), failed = json_count_of(counts, "failed");
	return arena_printf(a, "%zu of %zu", passed, passed + failed);
}

static void add_tests(struct summing *s)
{
	const json_t *tests = json_object_get(s->check, "tests"), *sealed = json_object_get(tests, "sealed");
	size_t consulted = json_count_of(sealed, "consulted");
	if (!json_is_object(s->check))
		return;
	const char *said = json_is(sealed, "applicable") ? arena_printf(s->a, "consulted %zu time%s so far", consulted,
									consulted == 1 ? "" : "s")
							 : "its author may have seen them";
	add_plain(s, "tests",
		  arena_printf(s->a, "visible %s, sealed %s (%s)", passed_of(json_object_get(tests, "visible"), s->a),
			       passed_of(sealed, s->a), said));
}

/* Beside the tests, since it says what their passing is worth. */
static void add_strength(struct summing *s)
{
	if (json_is_object(s->check))
		add_plain(s, "strength", strength_sentence(json_object_get(s->report, "strength"), s->a));
}

static void add_calls(struct summing *s)
{
	const json_t *trace = json_object_get(s->check, "trace"), *exercised = json_object_get(s->check, "exercised");
	size_t total = json_count_of(trace, "total");
	if (json_count_of(trace, "calls") == 0)
		return;
	add_plain(s, "calls",
		  arena_printf(s->a, "%zu compared, %zu differ%s; %zu of %zu public functions are called",
			       json_count_of(trace, "calls"), total, total == 1 ? "s" : "",
			       json_count_of(exercised, "functions"), json_count_of(exercised, "of")));
}

/* The first that answer otherwise, or what a gate found first. */
static void add_differences(struct summing *s)
{
	const json_t *rows = json_object_get(json_object_get(s->check, "trace"), "divergences");
	for (size_t i = 0; i < min_size(json_array_size(rows), DIFFERENCES_SHOWN); i++) {
		const json_t *d = json_array_get(rows, i);
		add_plain(s, i ? "" : "differs",
			  arena_printf(s->a, "%s: %s: expected %s, got %s", json_text_of(d, "call"),
				       json_text_of(d, "what"), json_text_of(d, "expected"), json_text_of(d, "got")));
	}
}

/* ---- speed */

static void add_speed(struct summing *s)
{
	const json_t *bench = json_object_get(s->report, "bench");
	const char *verdict = json_text_of(bench, "verdict");
	if (json_is_object(bench))
		add(s, "speed", bench_verdict_style(verdict), verdict, bench_sentence(bench, bench, s->a));
	else
		add_missing(s, "speed", "bench");
}

/* ---- similarity */

static void add_similarity(struct summing *s)
{
	const json_t *similarity = json_object_get(s->report, "similarity");
	const json_t *share = json_object_get(similarity, "original_in_candidate");
	if (!json_is_object(similarity)) {
		add_missing(s, "similarity", "similarity");
		return;
	}
	const char *rank = json_text_of(json_object_get(similarity, "rank"), "text");
	const char *words = json_is_number(share) ? arena_printf(s->a, "%.3g %% of the original is in it",
								 100 * json_number_value(share))
						  : "no figure";
	words = rank[0] ? arena_printf(s->a, "%s, %s among other implementations", words, rank)
			: arena_printf(s->a, "%s; without a yardstick: no other implementation was named", words);
	size_t longest = json_count_of(json_object_get(similarity, "longest_verbatim"), "tokens");
	add_plain(s, "similarity", arena_printf(s->a, "%s; longest run %zu tokens", words, longest));
}

/* ---- how it came about */

static const char *cost_words(const json_t *run, struct arena *a)
{
	const json_t *cost = json_object_get(run, "cost");
	const char *dollars = price_text(json_count_of(cost, "nano_dollars"), a);
	if (!json_is(cost, "known"))
		return "price not known";
	return json_is(cost, "at_most") ? arena_printf(a, "%s at most", dollars) : dollars;
}

static void add_cost(struct summing *s)
{
	const json_t *run = json_object_get(s->report, "run"), *tokens = json_object_get(run, "tokens");
	char in[FIGURE_MAX], out[FIGURE_MAX];
	if (!json_is_object(run)) {
		add_plain(s, "cost", "no model was asked for it");
		return;
	}
	size_t asked = json_count_of(run, "exchanges");
	const char *words = arena_printf(s->a, "%s; %zu request%s in run %zu", cost_words(run, s->a), asked,
					 asked == 1 ? "" : "s", json_count_of(run, "run"));
	figure_count(json_count_of(tokens, "fresh") + json_count_of(tokens, "cache_read") +
			     json_count_of(tokens, "cache_write"),
		     in);
	figure_count(json_count_of(tokens, "output"), out);
	if (json_is(tokens, "known"))
		words = arena_printf(s->a, "%s, %s tokens in, %s out", words, in, out);
	add_plain(s, "cost", words);
}

static enum style style_of_level(const char *level)
{
	return strcmp(level, "recorded") == 0 ? STYLE_GOOD : strcmp(level, "none") == 0 ? STYLE_DIM : STYLE_WARN;
}

static void add_provenance(struct summing *s)
{
	const json_t *row = json_object_get(s->report, "provenance"), *chain = json_object_get(s->report, "chain");
	const char *level = json_text_of(row, "level"), *head = json_text_of(chain, "head");
	bool is_intact = json_is(chain, "intact"), is_run = json_is_integer(json_object_get(row, "run"));
	size_t len = json_count_of(chain, "exchanges");
	const char *of = head[0] ? arena_printf(s->a, ", head %.12s", head) : "";
	const char *words = arena_printf(s->a, "chain of %zu exchange%s %s%s", len, len == 1 ? "" : "s",
					 is_intact ? "intact" : "not intact: recast log --provenance", of);
	if (!is_run && is_intact)
		words = "nothing is known of how it was written";
	add(s, "provenance", is_intact ? style_of_level(level) : STYLE_BAD, level[0] ? level : "none", words);
}

static void add_licences(struct summing *s)
{
	const json_t *licences = json_object_get(s->report, "licences");
	const char *original = json_text_of(licences, "original"), *rewrite = json_text_of(licences, "rewrite");
	add_plain(s, "licences",
		  arena_printf(s->a, "original %s; rewrite %s", original[0] ? original : "not known",
			       rewrite[0] ? rewrite : "not chosen"));
}

/* ---- what it does not say */

static void add_unseen(struct summing *s)
{
	struct strings unseen = judgement_report_unseen(s->check, s->a);
	if (unseen.len == 1)
		add_plain(s, "unseen", unseen.items[0]);
	else if (unseen.len)
		add_plain(s, "unseen", arena_printf(s->a, "%s; and %zu more", unseen.items[0], unseen.len - 1));
}

static void add_judged_on(struct summing *s)
{
	const json_t *on = json_object_get(s->check, "judged_on");
	const json_t *is = json_is_object(on) ? on : json_object_get(s->report, "recast");
	add_plain(s, "measured on",
		  arena_printf(s->a, "%s; recast %s", json_text_of(is, "platform"),
			       json_text_of(json_object_get(s->report, "recast"), "version")));
}

/* ---- the whole */

void summary_of(const json_t *report, struct arena *a, struct summary *ret)
{
	struct summing s = {.report = report, .check = json_object_get(report, "check"), .a = a, .summary = ret};
	ret->len = 0;
	add_verdict(&s);
	add_outdated(&s);
	add_tests(&s);
	add_strength(&s);
	add_calls(&s);
	add_differences(&s);
	add_speed(&s);
	add_similarity(&s);
	add_cost(&s);
	add_provenance(&s);
	add_licences(&s);
	add_unseen(&s);
	add_judged_on(&s);
}

const char *summary_library(const json_t *report)
{
	const char *name = json_text_of(report, "library");
	return name[0] ? name : "library";
}

const char *summary_candidate(const json_t *report, struct arena *a)
{
	const json_t *c = json_object_get(report, "candidate"), *trailers = json_object_get(c, "trailers");
	const char *origin = json_text_of(c, "origin"), *model = json_text_of(trailers, "model");
	return arena_printf(a, "%s  commit %.12s%s%s%s%s", json_text_of(c, "candidate"), json_text_of(c, "commit"),
			    origin[0] ? "  from " : "", origin, model[0] ? ", by " : "", model);
}
