#include "harness/sim_parts.h"

/*
 * Runs of tokens, as the known tools have them: how much of a side stands in the other in pieces of k tokens in a
 * row, and the longest run. Nothing is seen through here but names and literals.
 */

/* What of a side is compared: code without what is shared, and without tables. */
struct row {
	uint64_t *sums;   /* sums[i]: a hash of the first i tokens */
	uint32_t *at;     /* which token of the side */
	size_t len;
};

static const uint64_t BASE = 0x9E3779B97F4A7C15u;

static uint64_t power(size_t n)
{
	uint64_t result = 1, factor = BASE;
	for (; n; n >>= 1, factor *= factor)
		result *= n & 1 ? factor : 1;
	return result;
}

/* Without names and values. */
static uint64_t shape_of(const struct sim_token *t)
{
	switch (t->class) {
	case SIM_ID:
	case SIM_CALLED:
	case SIM_LIBC:
		return SIM_ID;
	case SIM_VALUE:
	case SIM_TEXT:
		return SIM_VALUE;
	default:
		return t->exact;
	}
}

static struct row row_of(const struct sim_text *side, bool exact)
{
	const struct sim_tokens *t = &side->tokens;
	struct row r = {mem_zalloc(t->len + 1, sizeof(*r.sums)), mem_zalloc(t->len + 1, sizeof(*r.at)), 0};
	bool left_out = false;
	for (size_t i = 0; i < t->len; i++) {
		bool leave = t->items[i].flags & (SIM_IS_SHARED | SIM_IS_TABLE);
		/* One in the place of all that is left out, whatever it was. */
		uint64_t value = exact ? t->items[i].exact : shape_of(&t->items[i]);
		if (leave || t->items[i].class == SIM_BREAK)
			value = SIM_BREAK;
		if (!leave || !left_out) {
			r.at[r.len] = (uint32_t)i;
			r.sums[r.len + 1] = r.sums[r.len] * BASE + sim_mix(1, value);
			r.len++;
		}
		left_out = leave;
	}
	return r;
}

static void free_row(struct row *r)
{
	free(r->sums);
	free(r->at);
}

static uint64_t piece(const struct row *r, size_t at, size_t k, uint64_t pow)
{
	return r->sums[at + k] - r->sums[at] * pow;
}

/* ---- sets of pieces */

struct pieces {
	uint64_t *slots; /* 0: free */
	uint32_t *where;
	size_t mask;
};

static struct pieces pieces_new(size_t len)
{
	size_t size = 64;
	while (size < 2 * len)
		size *= 2;
	return (struct pieces){mem_zalloc(size, sizeof(uint64_t)), mem_zalloc(size, sizeof(uint32_t)), size - 1};
}

static void pieces_free(struct pieces *p)
{
	free(p->slots);
	free(p->where);
}

static size_t slot_of(const struct pieces *p, uint64_t hash)
{
	size_t at = (size_t)(hash ^ (hash >> 31)) & p->mask;
	while (p->slots[at] && p->slots[at] != hash)
		at = (at + 1) & p->mask;
	return at;
}

static void pieces_add(struct pieces *p, uint64_t hash, uint32_t where)
{
	size_t at = slot_of(p, hash | 1);
	if (!p->slots[at])
		p->where[at] = where;
	p->slots[at] = hash | 1;
}

static bool pieces_have(const struct pieces *p, uint64_t hash, uint32_t *ret_where)
{
	size_t at = slot_of(p, hash | 1);
	*ret_where = p->where[at];
	return p->slots[at] != 0;
}

static struct pieces pieces_of(const struct row *r, size_t k)
{
	struct pieces p = pieces_new(r->len >= k ? r->len - k + 1 : 0);
	uint64_t pow = power(k);
	for (size_t i = 0; i + k <= r->len; i++)
		pieces_add(&p, piece(r, i, k, pow), (uint32_t)i);
	return p;
}

/* ---- the curve */

/* Which share of a row stands in pieces of k that the other has. */
static double share_at(const struct row *r, const struct row *other, size_t k)
{
	struct pieces p = pieces_of(other, k);
	uint64_t pow = power(k);
	size_t covered = 0, to = 0;
	uint32_t where;
	for (size_t i = 0; i + k <= r->len; i++) {
		if (!pieces_have(&p, piece(r, i, k, pow), &where))
			continue;
		covered += i + k - max_size(to, i);
		to = i + k;
	}
	pieces_free(&p);
	return r->len ? (double)covered / (double)r->len : 0;
}

/* ---- the longest run: whether there is one of a length is the same for all shorter ones */

static bool has_run(const struct row *a, const struct row *b, size_t k, size_t *ret_a, size_t *ret_b)
{
	if (k > a->len || k > b->len)
		return false;
	struct pieces p = pieces_of(b, k);
	uint64_t pow = power(k);
	bool found = false;
	uint32_t where;
	for (size_t i = 0; i + k <= a->len && !found; i++) {
		found = pieces_have(&p, piece(a, i, k, pow), &where);
		*ret_a = i;
		*ret_b = where;
	}
	pieces_free(&p);
	return found;
}

static bool is_forced(const struct sim_text *side, const struct row *r, size_t at, size_t k)
{
	for (size_t i = at; i < at + k; i++) {
		if (!(side->tokens.items[r->at[i]].flags & SIM_IS_FORCED))
			return false;
	}
	return true;
}

static struct sim_run longest(const struct sim_text *original, const struct row *a, const struct sim_text *candidate,
			      const struct row *b)
{
	size_t low = 0, high = min_size(a->len, b->len), at_a = 0, at_b = 0;
	while (low < high) {
		size_t middle = low + (high - low + 1) / 2, x, y;
		if (has_run(a, b, middle, &x, &y)) {
			low = middle;
			at_a = x;
			at_b = y;
		} else {
			high = middle - 1;
		}
	}
	struct sim_run run = {.tokens = low};
	if (low) {
		run.forced = is_forced(original, a, at_a, low);
		run.original = sim_place(original, a->at[at_a], a->at[at_a + low - 1]);
		run.candidate = sim_place(candidate, b->at[at_b], b->at[at_b + low - 1]);
	}
	return run;
}

/* Of a side without any code, as a header can be, runs of tokens say how much is in the other. */
static void stand_in(const struct sim_text *side, const struct row *r, const struct row *other, double *share,
		     size_t *tokens)
{
	enum { RUN = 12 };
	if (side->ops.len || side->tables.len)
		return;
	for (size_t i = 0; i < r->len; i++) {
		const struct sim_token *t = &side->tokens.items[r->at[i]];
		*tokens += t->class != SIM_BREAK && !(t->flags & SIM_IS_SHARED);
	}
	*share = *tokens ? share_at(r, other, min_size(RUN, r->len)) : 0;
}

void sim_compare_runs(const struct sim_text *original, const struct sim_text *candidate, struct similarity *ret)
{
	struct row a = row_of(original, false), b = row_of(candidate, false);
	for (size_t k = SIM_K_MIN; k <= SIM_K_MAX; k++) {
		ret->curve.original_in_candidate[k - SIM_K_MIN] = share_at(&a, &b, k);
		ret->curve.candidate_in_original[k - SIM_K_MIN] = share_at(&b, &a, k);
	}
	stand_in(original, &a, &b, &ret->original_in_candidate, &ret->original_tokens);
	stand_in(candidate, &b, &a, &ret->candidate_in_original, &ret->candidate_tokens);
	ret->shape = longest(original, &a, candidate, &b);
	free_row(&a);
	free_row(&b);
	a = row_of(original, true);
	b = row_of(candidate, true);
	ret->verbatim = longest(original, &a, candidate, &b);
	free_row(&a);
	free_row(&b);
}
