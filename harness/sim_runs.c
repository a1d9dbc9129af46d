#include "harness/sim_parts.h"

/*
 * Runs of tokens, as the known tools have them: how much of a side stands in the other in pieces of k tokens in a
 * row, and the longest run. Nothing is seen through here but names and literals.
 */

enum { EXACT_FIRST = 12 }; /* where the search for the longest run of the very same tokens begins */

static const uint64_t BASE = 0x9E3779B97F4A7C15u;

static uint64_t power(size_t n)
{
	uint64_t result = 1, factor = BASE;
	for (; n; n >>= 1, factor *= factor)
		result *= n & 1 ? factor : 1;
	return result;
}

/* ---- rows */

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

/* Code without what is shared, and without tables: one in the place of all that is left out, whatever it was. */
static struct sim_row row_of(const struct sim_text *side, struct sim_set *alphabet, struct arena *a)
{
	const struct sim_tokens *t = &side->tokens;
	struct sim_row r = {arena_array(a, t->len + 1, uint8_t), arena_array(a, t->len + 1, uint32_t),
			    arena_array(a, t->len + 1, uint8_t), 0};
	bool left_out = false;
	for (size_t i = 0; i < t->len; i++) {
		bool leave = t->items[i].flags & (SIM_IS_SHARED | SIM_IS_TABLE);
		if (!leave || !left_out) {
			bool gap = leave || t->items[i].class == SIM_BREAK;
			uint32_t letter = sim_set_add(alphabet, gap ? SIM_BREAK : shape_of(&t->items[i]));
			/* C has far fewer than there is room for. */
			r.letters[r.len] = (uint8_t)min_size(letter + SIM_LETTER_FIRST, UINT8_MAX);
			r.gaps[r.len] = gap;
			r.at[r.len++] = (uint32_t)i;
		}
		left_out = leave;
	}
	return r;
}

/* ---- the curve */

/* Which share of a row stands in pieces of k letters that the other has, for each k up to SIM_K_MAX. */
static void find_shares(const struct sim_row *r, const uint8_t *common, double ret[SIM_K_MAX + 1])
{
	enum { LENGTHS = SIM_K_MAX + 1 };
	uint8_t to_go[LENGTHS] = {0}; /* of each length: letters from here on that are in a piece */
	uint32_t covered[LENGTHS] = {0};
	for (size_t i = 0; i < r->len; i++) {
		for (size_t k = 1; k < LENGTHS; k++) {
			uint8_t one_less = (uint8_t)(to_go[k] - (to_go[k] > 0));
			to_go[k] = common[i] >= k ? (uint8_t)k : one_less;
			covered[k] += to_go[k] > 0;
		}
	}
	for (size_t k = 1; k < LENGTHS; k++)
		ret[k] = r->len ? (double)covered[k] / (double)r->len : 0;
}

/* ---- sets of pieces */

struct pieces {
	uint64_t *slots; /* 0: free */
	size_t mask;
};

static struct pieces pieces_new(size_t len)
{
	size_t size = 64;
	while (size < 2 * len)
		size *= 2;
	return (struct pieces){mem_zalloc(size, sizeof(uint64_t)), size - 1};
}

static uint64_t *slot_of(const struct pieces *p, uint64_t hash)
{
	size_t at = (size_t)(hash ^ (hash >> 31)) & p->mask;
	while (p->slots[at] && p->slots[at] != (hash | 1))
		at = (at + 1) & p->mask;
	return &p->slots[at];
}

/* ---- the longest run */

/* A row in which it is searched. */
struct half {
	const struct sim_row *row;
	const uint8_t *common; /* of each place: how long the longest run of the same shape is, up to SIM_K_MAX */
	uint64_t *sums;        /* sums[i]: a hash of the first i letters */
	uint32_t *left;        /* so many places from here on, runs of the known length begin at each */
	bool *found;           /* scratch: places with a run of the length that is tried */
};

struct search {
	struct half halves[2];
	size_t known, most; /* its length is at least and at most so */
};

static struct half half_of(const struct sim_row *row, const uint8_t *common, const struct sim_text *exact,
			   struct arena *a)
{
	struct half h = {row, common, arena_array(a, row->len + 1, uint64_t), arena_array(a, row->len + 1, uint32_t),
			 arena_array(a, row->len, bool)};
	for (size_t i = 0; i < row->len; i++) {
		h.left[i] = (uint32_t)(row->len - i + 1);
		uint64_t value = exact && !row->gaps[i] ? exact->tokens.items[row->at[i]].exact : row->letters[i];
		h.sums[i + 1] = h.sums[i] * BASE + sim_mix(1, value);
	}
	return h;
}

static uint64_t piece(const struct half *h, size_t at, size_t len, uint64_t pow)
{
	return h->sums[at + len] - h->sums[at] * pow;
}

/* Of a run, all that is in it must be known to be one. */
static bool may_begin(const struct half *h, size_t at, size_t known, size_t len)
{
	return h->left[at] > len - known && h->common[at] >= min_size(len, SIM_K_MAX);
}

/* Which of the places that come into question have a piece that is in question in the other, too. */
static bool find_pieces(struct half *h, const struct half *other, const bool *in_question, size_t known, size_t len)
{
	uint64_t pow = power(len);
	bool any = false;
	size_t count = 0;
	for (size_t i = 0; i < other->row->len; i++)
		count += in_question ? in_question[i] : may_begin(other, i, known, len);
	struct pieces p = pieces_new(count);
	for (size_t i = 0; i < other->row->len; i++) {
		if (in_question ? in_question[i] : may_begin(other, i, known, len))
			*slot_of(&p, piece(other, i, len, pow)) = piece(other, i, len, pow) | 1;
	}
	for (size_t i = 0; i < h->row->len; i++) {
		h->found[i] = may_begin(h, i, known, len) && *slot_of(&p, piece(h, i, len, pow));
		any |= h->found[i];
	}
	free(p.slots);
	return any;
}

static size_t count_left(struct half *h)
{
	size_t most = 0;
	for (size_t i = h->row->len; i-- > 0;) {
		h->left[i] = h->found[i] ? h->left[i + 1] + 1 : 0;
		most = max_size(most, h->left[i]);
	}
	return most;
}

/* Takes the length for known if there is a run of it; and that none is longer than places in a row allow. */
static void try_length(struct search *s, size_t len)
{
	struct half *a = &s->halves[0], *b = &s->halves[1];
	if (!find_pieces(a, b, NULL, s->known, len)) {
		s->most = len - 1;
		return;
	}
	find_pieces(b, a, a->found, s->known, len);
	a->left[a->row->len] = b->left[b->row->len] = 0;
	s->known = len;
	s->most = min_size(s->most, len - 1 + min_size(count_left(a), count_left(b)));
}

/* The longest possible one is tried first: there are few places for it, and in a copy it is often there. */
static void find_longest(struct search *s, size_t first)
{
	if (first && first < s->most)
		try_length(s, first);
	while (s->known < s->most) {
		try_length(s, s->most);
		size_t middle = s->known + (s->most - s->known + 1) / 2;
		if (s->known < s->most)
			try_length(s, s->known ? min_size(2 * s->known, middle) : middle);
	}
}

static bool is_forced(const struct sim_text *side, const struct sim_row *r, size_t at, size_t k)
{
	for (size_t i = at; i < at + k; i++) {
		if (!(side->tokens.items[r->at[i]].flags & SIM_IS_FORCED))
			return false;
	}
	return true;
}

/* The first one of this length in the original, and where it first is in the candidate. */
static struct sim_run describe(const struct search *s, const struct sim_text *original,
			       const struct sim_text *candidate)
{
	const struct half *a = &s->halves[0], *b = &s->halves[1];
	struct sim_run run = {.tokens = s->known};
	uint64_t pow = power(s->known);
	size_t x = 0, y = 0;
	if (s->known == 0)
		return run;
	while (!a->left[x])
		x++;
	while (!b->left[y] || piece(b, y, s->known, pow) != piece(a, x, s->known, pow))
		y++;
	run.forced = is_forced(original, a->row, x, s->known);
	run.original = sim_place(original, a->row->at[x], a->row->at[x + s->known - 1]);
	run.candidate = sim_place(candidate, b->row->at[y], b->row->at[y + s->known - 1]);
	return run;
}

/* ---- both */

/* A side as it is compared here. */
struct part {
	const struct sim_text *side;
	struct sim_row row;
	uint8_t *common;
	double shares[SIM_K_MAX + 1];
};

static struct part part_of(const struct sim_text *side, struct sim_set *alphabet, struct arena *a)
{
	struct part p = {.side = side, .row = row_of(side, alphabet, a)};
	p.common = arena_array(a, p.row.len + 1, uint8_t);
	return p;
}

static struct sim_run longest(const struct part *original, const struct part *candidate, bool exact, size_t first,
			      size_t most)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct part *parts[2] = {original, candidate};
	struct search s = {.most = most};
	for (size_t i = 0; i < countof(parts); i++)
		s.halves[i] = half_of(&parts[i]->row, parts[i]->common, exact ? parts[i]->side : NULL, &scratch);
	find_longest(&s, first);
	return describe(&s, original->side, candidate->side);
}

/* Of a side without any code, as a header can be, runs of tokens say how much is in the other. */
static void stand_in(const struct part *p, double *share, size_t *tokens)
{
	enum { RUN = 12 };
	if (p->side->ops.len || p->side->tables.len)
		return;
	for (size_t i = 0; i < p->row.len; i++) {
		const struct sim_token *t = &p->side->tokens.items[p->row.at[i]];
		*tokens += t->class != SIM_BREAK && !(t->flags & SIM_IS_SHARED);
	}
	*share = *tokens ? p->shares[min_size(RUN, p->row.len)] : 0;
}

void sim_compare_runs(const struct sim_text *original, const struct sim_text *candidate, struct similarity *ret)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED(sim_set_release) struct sim_set alphabet = {0};
	struct part a = part_of(original, &alphabet, &scratch), b = part_of(candidate, &alphabet, &scratch);
	size_t most = 0;
	sim_common_runs(&a.row, &b.row, a.common, b.common);
	find_shares(&a.row, a.common, a.shares);
	find_shares(&b.row, b.common, b.shares);
	for (size_t k = SIM_K_MIN; k <= SIM_K_MAX; k++) {
		ret->curve.original_in_candidate[k - SIM_K_MIN] = a.shares[k];
		ret->curve.candidate_in_original[k - SIM_K_MIN] = b.shares[k];
	}
	stand_in(&a, &ret->original_in_candidate, &ret->original_tokens);
	stand_in(&b, &ret->candidate_in_original, &ret->candidate_tokens);
	for (size_t i = 0; i < a.row.len; i++)
		most = max_size(most, a.common[i]);
	bool longer = most == SIM_K_MAX;
	ret->shape = longest(&a, &b, false, most, longer ? min_size(a.row.len, b.row.len) : most);
	ret->verbatim = longest(&a, &b, true, EXACT_FIRST, ret->shape.tokens);
}
