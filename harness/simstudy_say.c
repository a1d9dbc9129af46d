#include "harness/simstudy_parts.h"

#include "core/mem.h"

json_t *simstudy_thresholds(void)
{
	return json_pack("{s:f, s:f, s:i, s:i, s:f, s:i, s:i, s:f, s:i}", "share", SIMSTUDY_SHARE, "apart",
			 SIMSTUDY_APART, "run", SIMSTUDY_RUN, "shape", SIMSTUDY_SHAPE, "function", SIMSTUDY_FUNCTION,
			 "function_tokens", SIMSTUDY_FUNCTION_TOKENS, "table", SIMSTUDY_TABLE, "kin", SIMSTUDY_KIN,
			 "kin_run", SIMSTUDY_KIN_RUN);
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

/* One finding for all: a format's tables often come by the dozen. */
static void say_tables(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	const struct sim_table *longest = NULL;
	size_t tables = 0;
	for (size_t i = 0; i < m->figures->tables_len; i++) {
		const struct sim_table *t = &m->figures->tables[i];
		if (t->shared < SIMSTUDY_TABLE)
			continue;
		longest = longest && longest->shared >= t->shared ? longest : t;
		tables++;
	}
	if (longest)
		add(findings, "table",
		    arena_printf(a, "%zu table%s of data %s in both, %s %zu of %zu elements in the same order", tables,
				 tables == 1 ? "" : "s", tables == 1 ? "stands" : "stand",
				 tables == 1 ? "with" : "the longest with", longest->shared, longest->elements),
		    &longest->original, &longest->candidate);
}

/* A program in a table is compared as data only. Where the original has one like it, that is its way, too. */
static void say_interpreters(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	for (size_t i = 0; i < m->figures->interpreters_len; i++) {
		const struct sim_interpreter *p = &m->figures->interpreters[i];
		if (p->in_original)
			continue;
		add(findings, "interpreter",
		    arena_printf(
			    a,
			    "a table of %zu values, %s:%u, is interpreted by %s, %s:%u: it may be a program; text says "
			    "little of it, the compiled view and the differential more",
			    p->elements, p->table.file, p->table.line, p->function, p->place.file, p->place.line),
		    NULL, &p->table);
	}
}

/* What licences say is in half of all sources. Whose copyright it is, with a year, says more. */
static bool is_legal(const char *sentence)
{
	static const char *const words[] = {"warrant",	   "licen",	 "permission",	     "liab",
					    "redistribut", "merchantab", "copyright notice", "all rights reserved",
					    "damages"};
	return str_mentions(sentence, words, countof(words));
}

static void say_comments(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	const struct sim_word *first = NULL;
	size_t telling = 0;
	for (size_t i = 0; i < m->figures->comments.len; i++) {
		const struct sim_word *word = &m->figures->comments.items[i];
		if (is_legal(word->text))
			continue;
		first = first ? first : word;
		telling++;
	}
	if (first)
		add(findings, "comments",
		    arena_printf(a, "%zu sentence%s of comments, other than of licences, stand%s in both", telling,
				 telling == 1 ? "" : "s", telling == 1 ? "s" : ""),
		    &first->original, &first->candidate);
}

/* To be the first of few says nothing: somebody must be. To be far from all others does. */
static void say_rank(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	size_t above, ranked = simstudy_ranked(m, &above);
	double mine = m->figures->original_in_candidate, most = 0;
	for (size_t i = 0; i < m->others.len; i++) {
		const struct simother *o = &m->others.items[i];
		if (!o->is_sibling && !o->refused && o->original_in_candidate > most)
			most = o->original_in_candidate;
	}
	if (ranked && mine >= SIMSTUDY_APART && mine >= 2 * most)
		add(findings, "rank",
		    arena_printf(a,
				 "it has more than twice as much of the original as any other implementation: %.1f %%, "
				 "and %.1f %%",
				 100 * mine, 100 * most),
		    NULL, NULL);
}

/* Closer to the original than to what the same model made of the same prompts. */
static void say_siblings(const struct simmeasured *m, json_t *findings, struct arena *a)
{
	double mine = m->figures->original_in_candidate, nearest = 0;
	size_t siblings = 0;
	for (size_t i = 0; i < m->others.len; i++) {
		const struct simother *o = &m->others.items[i];
		siblings += o->is_sibling;
		nearest = o->is_sibling && o->in_candidate > nearest ? o->in_candidate : nearest;
	}
	if (siblings && mine >= SIMSTUDY_APART && mine > nearest)
		add(findings, "siblings",
		    arena_printf(a, "it is closer to the original (%.1f %%) than to its siblings (%.1f %%)", 100 * mine,
				 100 * nearest),
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
	say_interpreters(m, findings, &scratch);
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
