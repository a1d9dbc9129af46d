#include "harness/simstudy_parts.h"

#include <math.h>

/* More are counted, and not listed. */
enum { MATCHES_MAX = 20000, WORDS_MAX = 1000, TABLES_MAX = 1000 };

json_t *simstudy_place(const struct place *place)
{
	return json_pack("{s:o, s:I, s:I}", "file", json_text(place->file ? place->file : ""), "line",
			 (json_int_t)place->line, "end_line", (json_int_t)place->end_line);
}

/* JSON has no NaN. */
static json_t *share(double value)
{
	return json_real(isfinite(value) ? value : 0);
}

static json_t *count(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *run_json(const struct sim_run *run)
{
	json_t *row = json_pack("{s:o, s:b}", "tokens", count(run->tokens), "forced", run->forced);
	if (run->tokens) {
		json_object_set_new(row, "original", simstudy_place(&run->original));
		json_object_set_new(row, "candidate", simstudy_place(&run->candidate));
	}
	return row;
}

static json_t *curve_json(const struct sim_curve *c)
{
	json_t *k = json_array(), *there = json_array(), *back = json_array();
	for (int i = SIM_K_MIN; i <= SIM_K_MAX; i++) {
		json_array_append_new(k, json_integer(i));
		json_array_append_new(there, share(c->original_in_candidate[i - SIM_K_MIN]));
		json_array_append_new(back, share(c->candidate_in_original[i - SIM_K_MIN]));
	}
	return json_pack("{s:o, s:o, s:o}", "k", k, "original_in_candidate", there, "candidate_in_original", back);
}

static json_t *functions_json(const struct similarity *s)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < s->functions_len; i++) {
		const struct sim_function *f = &s->functions[i];
		bool like = f->original && f->original[0];
		json_t *row =
			json_pack("{s:o, s:o, s:o, s:b, s:o, s:o}", "candidate", json_text(f->candidate), "original",
				  json_text(like ? f->original : ""), "score", share(f->score), "forced", f->forced,
				  "tokens", count(f->tokens), "candidate_place", simstudy_place(&f->candidate_place));
		if (like)
			json_object_set_new(row, "original_place", simstudy_place(&f->original_place));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *words_json(const struct sim_words *w)
{
	json_t *items = json_array();
	for (size_t i = 0; i < min_size(w->len, WORDS_MAX); i++) {
		const struct sim_word *word = &w->items[i];
		json_array_append_new(items, json_pack("{s:o, s:o, s:o}", "text", json_text(word->text), "original",
						       simstudy_place(&word->original), "candidate",
						       simstudy_place(&word->candidate)));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "original", count(w->original), "candidate", count(w->candidate),
			 "shared", count(w->shared), "share", share(w->share), "items", items);
}

static json_t *tables_json(const struct similarity *s)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < min_size(s->tables_len, TABLES_MAX); i++) {
		const struct sim_table *t = &s->tables[i];
		json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:o}", "original", simstudy_place(&t->original),
						      "candidate", simstudy_place(&t->candidate), "elements",
						      count(t->elements), "shared", count(t->shared)));
	}
	return rows;
}

static json_t *interpreters_json(const struct similarity *s)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < s->interpreters_len; i++) {
		const struct sim_interpreter *p = &s->interpreters[i];
		json_t *row = json_pack("{s:o, s:o, s:o, s:o, s:s, s:b}", "table", simstudy_place(&p->table),
					"elements", count(p->elements), "function", json_text(p->function), "place",
					simstudy_place(&p->place), "by", sim_dispatch_name(p->how), "in_original",
					p->in_original);
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *matches_json(const struct similarity *s)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < min_size(s->matches_len, MATCHES_MAX); i++) {
		const struct sim_match *m = &s->matches[i];
		json_array_append_new(rows,
				      json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind", sim_kind_name(m->kind), "tokens",
						count(m->tokens), "original", simstudy_place(&m->original), "candidate",
						simstudy_place(&m->candidate), "why", json_text(m->why ? m->why : "")));
	}
	return rows;
}

static json_t *nulls_json(const struct simmeasured *m)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < m->others.len; i++) {
		const struct simother *o = &m->others.items[i];
		json_t *row = json_pack("{s:o, s:s, s:o, s:o, s:b}", "name", json_text(o->side->name), "kind",
					o->is_sibling ? "sibling" : "null", "original_in_candidate",
					share(o->original_in_candidate), "in_candidate", share(o->in_candidate),
					"ranked", !o->is_sibling && !o->refused);
		if (m->study->tools)
			json_object_set_new(row, "compiled", share(o->compiled));
		if (o->refused)
			json_object_set_new(row, "refused", json_text(o->refused));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *common_json(const struct simstudy *study)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < study->common_len; i++) {
		char hex[HASH_HEX];
		hash_hex(&study->common[i].hash, hex);
		json_array_append_new(rows, json_pack("{s:o, s:s, s:o}", "name", json_text(study->common[i].name),
						      "hash", hex, "licence", json_text(study->common[i].licence)));
	}
	return rows;
}

static json_t *side_json(const struct simside *side, size_t tokens)
{
	char hex[HASH_HEX];
	hash_hex(&side->hash, hex);
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:s, s:o}", "name", json_text(side->name), "origin",
			 json_text(side->origin), "commit", side->commit, "files", count(side->files.len), "tokens",
			 count(tokens), "hash", hex, "left_out", json_texts(&side->left_out));
}

/* Below the keys that say the most. */
static void add_lists(const struct simmeasured *m, json_t *value)
{
	const struct similarity *s = m->figures;
	json_object_set_new(value, "functions", functions_json(s));
	json_object_set_new(value, "identifiers", words_json(&s->identifiers));
	json_object_set_new(value, "strings", words_json(&s->strings));
	json_object_set_new(value, "comments", words_json(&s->comments));
	json_object_set_new(value, "tables", tables_json(s));
	json_object_set_new(value, "interpreters", interpreters_json(s));
	json_object_set_new(value, "curve", curve_json(&s->curve));
	json_object_set_new(value, "matches", matches_json(s));
	json_object_set_new(value, "matches_total", count(s->matches_len));
	json_object_set_new(value, "common", common_json(m->study));
	json_object_set_new(value, "skipped", json_array());
}

json_t *simstudy_json(const struct simmeasured *m)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct similarity *s = m->figures;
	json_t *value = json_pack("{s:i, s:o, s:o, s:o}", "version", 1, "library", json_text(m->study->library),
				  "original", side_json(&m->study->original, s->original_tokens), "candidate",
				  side_json(m->rewrite, s->candidate_tokens));
	json_t *findings = simstudy_findings(m), *rank = simstudy_rank(m);
	json_object_set_new(value, "conclusion", json_text(simstudy_conclusion(findings, &scratch)));
	json_object_set_new(value, "findings", findings);
	json_object_set_new(value, "thresholds", simstudy_thresholds());
	json_object_set_new(value, "original_in_candidate", share(s->original_in_candidate));
	json_object_set_new(value, "candidate_in_original", share(s->candidate_in_original));
	json_object_set_new(value, "symmetric", share(s->symmetric));
	json_object_set_new(value, "longest_verbatim", run_json(&s->verbatim));
	json_object_set_new(value, "longest_shape", run_json(&s->shape));
	json_object_set_new(value, "yardstick", json_boolean(!json_is_null(rank)));
	json_object_set_new(value, "rank", rank);
	json_object_set_new(value, "nulls", nulls_json(m));
	json_object_set_new(
		value, "compiled",
		m->study->tools ? simcompiled_json(&m->study->original.compiled, &m->rewrite->compiled, &m->compiled)
				: json_null());
	json_object_set_new(value, "left_out",
			    json_pack("{s:o, s:o, s:o, s:o}", "tokens", count(s->shared_tokens), "from",
				      json_text(m->study->shared_from), "forced", count(s->forced_tokens), "tables",
				      count(s->table_tokens)));
	add_lists(m, value);
	return value;
}
