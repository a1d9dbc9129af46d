#include "cli/generate_report.h"

#include "cli/candidate_report.h"
#include "cli/figures.h"
#include "cli/judgement_report.h"
#include "cli/terminal.h"

enum { TITLE_COLUMNS_MAX = 44 };

/* ---- attempts */

static const struct candidate *candidate_of(const struct generate_outcome *o, const struct attempt *attempt)
{
	for (size_t i = 0; i < o->candidates->len; i++) {
		if (strcmp(o->candidates->items[i].commit, attempt->commit) == 0)
			return &o->candidates->items[i];
	}
	return NULL;
}

static bool is_best(const struct generate_outcome *o, const struct attempt *attempt)
{
	return o->run->best && strcmp(o->run->best->candidate.commit, attempt->commit) == 0;
}

static const char *what_it_was(const struct attempt *attempt, struct arena *a)
{
	const char *file = attempt->unit[0] ? attempt->unit : "all files together";
	const char *slot = attempt->slot > 1 ? arena_printf(a, "#%u ", attempt->slot) : "";
	if (attempt->round)
		return arena_printf(a, "%s%s, repair %u", slot, file, attempt->round);
	return attempt->sample > 1 && attempt->unit[0] ? arena_printf(a, "%s%s, sample %u", slot, file, attempt->sample)
						       : arena_printf(a, "%s%s", slot, file);
}

static void print_attempts(const struct generate_outcome *o)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t columns = 0, width = terminal_width();
	for (size_t i = 0; i < o->attempts_len; i++)
		columns = max_size(columns, terminal_columns(what_it_was(&o->attempts[i], &scratch)));
	columns = min_size(columns, TITLE_COLUMNS_MAX);
	for (size_t i = 0; i < o->attempts_len; i++) {
		const struct attempt *attempt = &o->attempts[i];
		const struct candidate *c = candidate_of(o, attempt);
		char name[CANDIDATE_NAME_MAX] = "";
		if (c)
			candidate_name(c, name);
		printf("  %s%-4s%s  ", terminal_style(is_best(o, attempt) ? STYLE_BOLD : STYLE_PLAIN), name,
		       terminal_style(STYLE_PLAIN));
		terminal_print_padded(stdout, what_it_was(attempt, &scratch), columns);
		fputs("  ", stdout);
		terminal_print(stdout, attempt->outcome, width > columns + 10 ? width - columns - 10 : 20);
		putchar('\n');
	}
}

/* ---- what it took */

static void print_spending(const struct spending *s)
{
	SCOPED_ARENA struct arena scratch = {0};
	char input[FIGURE_MAX], cached[FIGURE_MAX], output[FIGURE_MAX];
	figure_count(s->input, input);
	figure_count(s->cached, cached);
	figure_count(s->output, output);
	printf("\n  requests   %llu answered, %llu not", (unsigned long long)s->requests, (unsigned long long)s->failed);
	if (s->input || s->output)
		printf("; tokens: %s in (%s cached), %s out", input, cached, output);
	putchar('\n');
	printf("  cost       %s\n", s->priced ? price_text(s->cost, &scratch) : "not known; config.json can have prices");
	if (s->recited)
		printf("  recited    %llu passages of its own that are in the original too\n", (unsigned long long)s->recited);
}

static void print_provenance(const struct generate_outcome *o)
{
	static const char *const meanings[] = {
		[PROVENANCE_NONE] = "nothing was asked",
		[PROVENANCE_UNATTESTED] = "who answered could have seen other things, too",
		[PROVENANCE_RECORDED] = "every byte sent and received is kept",
	};
	char head[HASH_HEX];
	hash_hex(&o->run->head, head);
	printf("  provenance %s: %s\n", provenance_name(o->run->provenance), meanings[o->run->provenance]);
	printf("  transcript %.12s; recast log --provenance verifies it\n", head);
	printf("  licence    of the original: ");
	terminal_print(stdout, o->licence[0] ? o->licence : "not known", 30);
	fputs("; of the rewrite: ", stdout);
	terminal_print(stdout, o->rewrite_licence[0] ? o->rewrite_licence : "not chosen", 30);
	putchar('\n');
	fputs("             This is evidence of how it came about, and no legal advice.\n", stdout);
}

void generate_report_text(const struct generate_outcome *o)
{
	const struct generated *r = o->run;
	printf("%s%s%s  run %llu%s, %zu file%s\n\n", terminal_style(STYLE_BOLD), o->library, terminal_style(STYLE_PLAIN),
	       (unsigned long long)r->run, r->resumed ? ", which went on" : "", r->plan.len, r->plan.len == 1 ? "" : "s");
	print_attempts(o);
	print_spending(&r->spending);
	print_provenance(o);
	putchar('\n');
	if (o->judgement)
		judgement_report_text(o->judgement, false);
	else
		printf("%sfail%s  nothing came that could be judged\n", terminal_style(STYLE_BAD), terminal_style(STYLE_PLAIN));
}

/* ---- JSON */

static json_t *attempt_value(const struct generate_outcome *o, const struct attempt *attempt)
{
	const struct candidate *c = candidate_of(o, attempt);
	char name[CANDIDATE_NAME_MAX] = "";
	if (c)
		candidate_name(c, name);
	return json_pack("{s:s, s:s, s:o, s:i, s:i, s:i, s:o}", "candidate", name, "commit", attempt->commit, "unit",
			 json_text(attempt->unit), "slot", (int)attempt->slot, "sample", (int)attempt->sample, "repair",
			 (int)attempt->round, "outcome", json_text(attempt->outcome));
}

static json_t *candidate_value(const struct regen_candidate *c)
{
	char name[CANDIDATE_NAME_MAX] = "";
	if (c->is_kept)
		candidate_name(&c->candidate, name);
	return json_pack("{s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:i, s:i, s:o}", "candidate", name, "commit",
			 c->is_kept ? c->candidate.commit : "", "slot", (int)c->slot, "passed", (json_int_t)c->look.passed, "failed",
			 (json_int_t)c->look.failed, "divergences", (json_int_t)c->look.divergences, "fuel",
			 (json_int_t)c->look.fuel, "requests", (int)c->requests, "repairs", (int)c->repairs, "why",
			 json_text(c->look.why ? c->look.why : ""));
}

static json_t *dollars(uint64_t nano, bool known)
{
	return known ? json_real((double)nano / NANO_DOLLAR) : json_null();
}

static json_t *spending_value(const struct spending *s)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "requests", (json_int_t)s->requests, "failed",
			 (json_int_t)s->failed, "input", (json_int_t)s->input, "cached", (json_int_t)s->cached, "output",
			 (json_int_t)s->output, "recited", (json_int_t)s->recited, "cost", dollars(s->cost, s->priced));
}

json_t *generate_report_value(const struct generate_outcome *o)
{
	const struct generated *r = o->run;
	json_t *attempts = json_array(), *candidates = json_array();
	char head[HASH_HEX], best[CANDIDATE_NAME_MAX] = "";
	hash_hex(&r->head, head);
	if (r->best)
		candidate_name(&r->best->candidate, best);
	for (size_t i = 0; i < o->attempts_len; i++)
		json_array_append_new(attempts, attempt_value(o, &o->attempts[i]));
	for (size_t i = 0; i < r->candidates_len; i++)
		json_array_append_new(candidates, candidate_value(&r->candidates[i]));
	return json_pack("{s:i, s:o, s:I, s:b, s:i, s:s, s:o, s:o, s:o, s:s, s:s, s:{s:o, s:o}, s:O?}", "version", 1, "library",
			 json_text(o->library), "run", (json_int_t)r->run, "resumed", r->resumed, "units", (int)r->plan.len,
			 "candidate", best, "candidates", candidates, "attempts", attempts, "spending",
			 spending_value(&r->spending), "provenance", provenance_name(r->provenance), "transcript", head,
			 "licences", "original", json_text(o->licence), "rewrite", json_text(o->rewrite_licence), "check",
			 o->judgement);
}

/* ---- estimates */

static void print_estimate_row(const char *what, uint64_t requests, uint64_t input, uint64_t output, const char *cost)
{
	char in[FIGURE_MAX], out[FIGURE_MAX];
	figure_count(input, in);
	figure_count(output, out);
	printf("  %-9s  %8llu  %9s  %9s  %s\n", what, (unsigned long long)requests, in, out, cost);
}

static void print_estimate(const struct generate *g, const struct estimate *e)
{
	SCOPED_ARENA struct arena scratch = {0};
	bool priced = g->panel_len && g->panel[0].price.known;
	const char *least = priced ? price_text(e->least.cost, &scratch) : "no price known";
	const char *most = priced ? price_text(e->most.cost, &scratch) : "no price known";
	printf("%s%s%s  %zu file%s%s, %u candidate%s\n\n", terminal_style(STYLE_BOLD), g->extracted->spec.name,
	       terminal_style(STYLE_PLAIN), e->units, e->units == 1 ? "" : "s", e->guessed_units ? " at a guess" : "", g->candidates,
	       g->candidates == 1 ? "" : "s");
	printf("  %-9s  %8s  %9s  %9s  %s\n", "", "requests", "tokens in", "out", "cost");
	print_estimate_row("at best", e->least.requests, e->least.input, e->least.output, least);
	print_estimate_row("at worst", e->most.requests, e->most.input, e->most.output, most);
	printf("\n  at best: each file is right at once; at worst: %u samples of each, with %u repairs.\n"
	       "  Tokens are guessed from bytes; caches of providers are left out of account.\n", g->samples, g->repairs);
}

void generate_report_estimate(const struct generate *g, const struct estimate *e, bool as_json)
{
	bool priced = g->panel_len && g->panel[0].price.known;
	if (!as_json) {
		print_estimate(g, e);
		return;
	}
	candidate_report_print(json_pack(
		"{s:i, s:i, s:b, s:{s:I, s:I, s:I, s:o}, s:{s:I, s:I, s:I, s:o}}", "version", 1, "units", (int)e->units,
		"guessed_units", e->guessed_units, "least", "requests", (json_int_t)e->least.requests, "input",
		(json_int_t)e->least.input, "output", (json_int_t)e->least.output, "cost", dollars(e->least.cost, priced), "most",
		"requests", (json_int_t)e->most.requests, "input", (json_int_t)e->most.input, "output",
		(json_int_t)e->most.output, "cost", dollars(e->most.cost, priced)));
}
