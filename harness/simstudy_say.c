#include "harness/simstudy_parts.h"

#include "core/mem.h"

json_t *simstudy_thresholds(void)
{
	return json_pack("{s:f, s:i, s:i, s:f, s:i, s:i, s:f, s:i}", "share", SIMSTUDY_SHARE, "run", SIMSTUDY_RUN,
			 "shape", SIMSTUDY_SHAPE, "function", SIMSTUDY_FUNCTION, "function_tokens",
			 SIMSTUDY_FUNCTION_TOKENS, "table", SIMSTUDY_TABLE, "kin", SIMSTUDY_KIN, "kin_run",
			 SIMSTUDY_KIN_RUN);
}

static void add(json_t *findings, const char *kind, const char *text, const struct place *original,
		const struct place *candidate)
{
	json_t *row = json_pack("{s:s, s:o}", "kind", kind, "text", json_text(text));
	if (original)
		json_object_set_new(row, "original", simstudy_place(original));
	if (candidate)
		json_object_set_new(row, "candidate", simstudy_place(candidate));
	json_array_append_new(findings, row);
}

/* ---- each kind of finding */

static void say_share(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	const struct similarity *s = m->figures;
	if (s->original_in_candidate >= SIMSTUDY_SHARE)
		add(findings, "share",
		    arena_printf(a, "%.1f %% of the original stands in the rewrite", 100 * s->original_in_candidate),
		    NULL, NULL);
	if (s->candidate_in_original >= SIMSTUDY_SHARE)
		add(findings, "share",
		    arena_printf(a, "%.1f %% of the rewrite stands in the original", 100 * s->candidate_in_original),
		    NULL, NULL);
}

/* What is left of both once a compiler is through with them; of a few functions it says nothing. */
static void say_compiled(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	const struct simwasm *c = &m->compiled;
	if (c->original_instructions >= SIMSTUDY_INSTRUCTIONS && c->original_in_candidate >= SIMSTUDY_SHARE)
		add(findings, "compiled",
		    arena_printf(a, "%.1f %% of the original's compiled code stands in the rewrite's",
				 100 * c->original_in_candidate),
		    NULL, NULL);
}

static void say_run(const struct sim_run *run, const char *kind, size_t least, const char *how, json_t *findings,
		    struct arena *a)
{
	if (run->tokens >= least && !run->forced)
		add(findings, kind, arena_printf(a, "%zu tokens in a row are the same %s", run->tokens, how),
		    &run->original, &run->candidate);
}

static void say_functions(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	const struct sim_function *first = NULL;
	size_t alike = 0;
	for (size_t i = 0; i < m->figures->functions_len; i++) {
		const struct sim_function *f = &m->figures->functions[i];
		if (f->score < SIMSTUDY_FUNCTION || f->forced || f->tokens < SIMSTUDY_FUNCTION_TOKENS)
			continue;
		first = first ? first : f;
		alike++;
	}
	if (first)
		add(findings, "functions",
		    arena_printf(a, "%zu function%s at least %.0f %% like one of the original's, first %s", alike,
				 alike == 1 ? " is" : "s are", 100 * SIMSTUDY_FUNCTION, first->candidate),
		    &first->original_place, &first->candidate_place);
}

static void say_tables(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	for (size_t i = 0; i < m->figures->tables_len; i++) {
		const struct sim_table *t = &m->figures->tables[i];
		if (t->shared >= SIMSTUDY_TABLE)
			add(findings, "table",
			    arena_printf(a, "%zu of %zu elements of a table stand in the same order", t->shared,
					 t->elements),
			    &t->original, &t->candidate);
	}
}

static void say_comments(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	const struct sim_words *c = &m->figures->comments;
	if (c->shared)
		add(findings, "comments",
		    arena_printf(a, "%zu sentence%s of comments stand%s in both", c->shared, c->shared == 1 ? "" : "s",
				 c->shared == 1 ? "s" : ""),
		    c->len ? &c->items[0].original : NULL, c->len ? &c->items[0].candidate : NULL);
}

static void say_rank(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	size_t above, ranked = simstudy_ranked(m, &above);
	if (ranked && above == 0 && m->figures->original_in_candidate >= SIMSTUDY_NOISE)
		add(findings, "rank",
		    arena_printf(a, "it has more of the original than %s",
				 ranked == 1 ? "the one other implementation"
					     : arena_printf(a, "each of %zu other implementations", ranked)),
		    NULL, NULL);
}

/* Closer to the original than to what the same model made of the same prompts. */
static void say_siblings(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	double nearest = 0;
	size_t siblings = 0;
	for (size_t i = 0; i < m->others.len; i++) {
		const struct simother *o = &m->others.items[i];
		siblings += o->is_sibling;
		nearest = o->is_sibling && o->in_candidate > nearest ? o->in_candidate : nearest;
	}
	if (siblings && m->figures->original_in_candidate > nearest)
		add(findings, "siblings",
		    arena_printf(a, "it is closer to the original (%.1f %%) than to its siblings (%.1f %%)",
				 100 * m->figures->original_in_candidate, 100 * nearest),
		    NULL, NULL);
}

json_t *simstudy_findings(const struct simmeasured *m)
{
	SCOPED_ARENA struct arena scratch = {0};
	json_t *findings = json_array();
	say_share(m, findings, &scratch);
	say_compiled(m, findings, &scratch);
	say_run(&m->figures->verbatim, "verbatim", SIMSTUDY_RUN, "word for word", findings, &scratch);
	say_run(&m->figures->shape, "shape", SIMSTUDY_SHAPE, "but for names and literals", findings, &scratch);
	say_functions(m, findings, &scratch);
	say_tables(m, findings, &scratch);
	say_comments(m, findings, &scratch);
	say_rank(m, findings, &scratch);
	say_siblings(m, findings, &scratch);
	return findings;
}

/* ---- the whole */

static const char *ordinal(size_t n, struct arena *a)
{
	static const char *const endings[] = {"th", "st", "nd", "rd"};
	bool teens = n % 100 >= 11 && n % 100 <= 13;
	return arena_printf(a, "%zu%s", n, endings[!teens && n % 10 < countof(endings) ? n % 10 : 0]);
}

json_t *simstudy_rank(const struct simmeasured *m)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t above, ranked = simstudy_ranked(m, &above);
	if (!ranked)
		return json_null();
	const char *text = arena_printf(&scratch, "%s of %zu", ordinal(above + 1, &scratch), ranked + 1);
	return json_pack("{s:I, s:I, s:s}", "place", (json_int_t)above + 1, "of", (json_int_t)ranked + 1, "text", text);
}

const char *simstudy_conclusion(const json_t *findings, struct arena *a)
{
	size_t len = json_array_size(findings);
	if (!len)
		return "no evidence of copying at these thresholds";
	return arena_printf(a, "%zu finding%s to look at", len, len == 1 ? "" : "s");
}
