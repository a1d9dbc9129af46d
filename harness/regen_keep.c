#include "harness/regen_parts.h"

#include "core/clock.h"
#include "harness/rewrite.h"

static const char *hex_of(const struct hash *hash, struct arena *a)
{
	char *text = arena_array(a, HASH_HEX, char);
	hash_hex(hash, text);
	return text;
}

/* "sample 1, repair 2: src/ring.c": what differs stands in front, where lists cut nothing. */
static const char *title_of(const struct unit_work *w, struct arena *a)
{
	if (w->is_whole)
		return "all files together";
	if (w->round == 0)
		return arena_printf(a, "sample %u: %s", w->sample, w->unit->path);
	return arena_printf(a, "sample %u, repair %u: %s", w->sample, w->round, w->unit->path);
}

static int commit(struct unit_work *w, struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct arena *a = &w->arena;
	struct candidate about = {
		.title = title_of(w, a),
		.origin = arena_printf(a, "run %llu", (unsigned long long)w->regen->run),
		.run = arena_printf(a, "%llu", (unsigned long long)w->regen->run),
		.round = arena_printf(a, "%s", unit_key(w, a)),
		.unit = w->is_whole ? "" : w->unit->path,
		.provider = w->exchange.provider,
		.model = w->exchange.model,
		.prompt = hex_of(&w->exchange.prompt, a),
		.reply = hex_of(&w->exchange.received, a),
		.transcript = hex_of(&w->exchange.head, a),
	};
	bool is_new;
	/* A reply without code is an attempt, too, without files. */
	if (tree_add_folder(tree, REWRITE_ROOT, false, err) < 0 || draft_tree(&w->draft, REWRITE_ROOT, tree, err) < 0)
		return -1;
	return candidates_add_signed(w->regen->project, tree, &about, clock_now_s(), w->regen->signer, a, &w->candidate,
				     &is_new, err);
}

static const char *first_problem(const struct unit_work *w)
{
	return w->feedback.problems.len ? w->feedback.problems.items[0] : "";
}

static int keep(const struct unit_work *w, const char *outcome, json_t *look, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_JSON json_t *result = json_pack("{s:o, s:o, s:o, s:o*}", "fixes", json_texts(&w->fixes), "ignored",
					       json_texts(&w->ignored), "problems", json_texts(&w->feedback.problems),
					       "visible", look);
	SCOPED_MEM char *text = json_print(result);
	struct attempt attempt = {
		.run = w->regen->run,
		.key = unit_key(w, &scratch),
		.unit = w->is_whole ? "" : w->unit->path,
		.slot = w->slot,
		.sample = w->sample,
		.round = w->round,
		.commit = w->candidate.commit,
		.exchange = w->exchange.number,
		.outcome = outcome,
		.result = text,
	};
	return runs_attempt(w->regen->ledger, &attempt, err);
}

int unit_keep(struct unit_work *w, struct err *err)
{
	if (commit(w, err) < 0)
		return -1;
	struct str first = str_of(first_problem(w));
	first = str_first(first, min_size(str_index(first, '\n'), 200));
	const char *outcome = w->is_sound ? "compiles"
					  : arena_printf(&w->arena, "%.*s", STR_ARG(str_whole_characters(first)));
	return keep(w, outcome, NULL, err);
}

int unit_keep_whole(struct unit_work *w, const struct draft *whole, struct err *err)
{
	w->is_whole = true;
	w->draft = *whole;
	return unit_keep(w, err);
}

int unit_keep_look(const struct unit_work *w, const struct regen_look *look, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t all = look->passed + look->failed;
	const char *outcome = look->reached < GATE_TESTS
				      ? look->why
				      : arena_printf(&scratch, "passes %zu of %zu visible tests", look->passed, all);
	if (look->reached == GATE_DIFFERENTIAL)
		outcome = arena_printf(&scratch, "%s, differs past them", outcome);
	return keep(w, outcome,
		    json_pack("{s:I, s:I, s:I, s:I}", "passed", (json_int_t)look->passed, "failed",
			      (json_int_t)look->failed, "divergences", (json_int_t)look->divergences, "fuel",
			      (json_int_t)look->fuel),
		    err);
}
