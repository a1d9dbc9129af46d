#include "harness/simstudy_parts.h"

/* The longest run word for word that no interface dictates. */
static size_t longest_run(const struct similarity *s)
{
	size_t longest = 0;
	for (size_t i = 0; i < s->matches_len; i++) {
		if (s->matches[i].kind == SIM_VERBATIM)
			longest = max_size(longest, s->matches[i].tokens);
	}
	return longest;
}

/* Why two that should know nothing of each other are relatives, or NULL. */
static const char *kinship(const struct similarity *s, const char *whose, struct arena *a)
{
	double there = s->original_in_candidate, back = s->candidate_in_original, share = there > back ? there : back;
	size_t run = longest_run(s);
	if (share >= SIMSTUDY_KIN)
		return arena_printf(a,
				    "a relative of %s: it shares %.0f %% with it, and from %.0f %% on is no yardstick",
				    whose, 100 * share, 100 * SIMSTUDY_KIN);
	if (run >= SIMSTUDY_KIN_RUN)
		return arena_printf(
			a, "a relative of %s: it shares %zu tokens in a row with it, and from %d on is no yardstick",
			whose, run, SIMSTUDY_KIN_RUN);
	return NULL;
}

static const struct simside *same_as(const struct simothers *before, const struct simside *side)
{
	for (size_t i = 0; i < before->len; i++) {
		if (!before->items[i].is_sibling && hash_eq(&before->items[i].side->hash, &side->hash))
			return before->items[i].side;
	}
	return NULL;
}

/* Beside the original, and beside the rewrite: a yardstick that is kin to either measures nothing. */
static int measure(struct simstudy *study, struct simside *rewrite, struct simside *side, bool is_sibling,
		   struct simothers *others, struct arena *a, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct similarity with_original, with_rewrite;
	if (simstudy_text(study, side, err) < 0)
		return -1;
	sim_compare(study->original.text, side->text, &scratch, &with_original);
	sim_compare(side->text, rewrite->text, &scratch, &with_rewrite);
	if (simstudy_compiled(study, side, &study->arena, err) < 0)
		return -1;
	struct simwasm compiled = {0};
	if (study->tools)
		simwasm_compare(study->original.compiled.side, side->compiled.side, &scratch, &compiled);
	struct simother other = {
		.side = side,
		.is_sibling = is_sibling,
		.original_in_candidate = with_original.original_in_candidate,
		.in_candidate = with_rewrite.original_in_candidate,
		.compiled = compiled.original_in_candidate,
	};
	const struct simside *same = same_as(others, side);
	if (!is_sibling && same)
		other.refused = arena_printf(a, "the same files as %s", same->name);
	if (!is_sibling && !other.refused)
		other.refused = kinship(&with_original, "the original", a);
	if (!is_sibling && !other.refused)
		other.refused = kinship(&with_rewrite, "the rewrite", a);
	others->items[others->len++] = other;
	return 0;
}

static bool is_sibling_of(const struct simside *side, const struct simside *rewrite)
{
	return side != rewrite && !hash_eq(&side->hash, &rewrite->hash);
}

int simstudy_others(struct simstudy *study, size_t rewrite, struct arena *a, struct simothers *ret, struct err *err)
{
	struct simside *own = &study->rewrites.items[rewrite];
	struct simsides *const lists[] = {&study->nulls, &study->rewrites, &study->siblings};
	size_t len = study->nulls.len + study->rewrites.len + study->siblings.len;
	struct simothers others = {arena_array(a, len, struct simother), 0};
	for (size_t i = 0; i < countof(lists); i++) {
		for (size_t k = 0; k < lists[i]->len; k++) {
			struct simside *side = &lists[i]->items[k];
			if (i > 0 && !is_sibling_of(side, own))
				continue;
			if (measure(study, own, side, i > 0, &others, a, err) < 0)
				return -1;
		}
	}
	*ret = others;
	return 0;
}

size_t simstudy_ranked(const struct simmeasured *m, size_t *ret_above)
{
	size_t ranked = 0, above = 0;
	for (size_t i = 0; i < m->others.len; i++) {
		const struct simother *o = &m->others.items[i];
		if (o->is_sibling || o->refused)
			continue;
		ranked++;
		above += o->original_in_candidate > m->figures->original_in_candidate;
	}
	*ret_above = above;
	return ranked;
}
