#include "harness/sim_parts.h"

#include <math.h>

/*
 * The fingerprint of code: two units near each other, in either order. A single statement has been written by many, two that
 * are telling and near each other hardly. Renaming changes no unit; what is put in between, what is moved about,
 * and functions that are cut up or put together leave most pairs as they were.
 */

enum {
	REACH = 5,       /* units that are looked at in front of each */
	REACH_FOUND = 14, /* in what is looked through: there is room for what was put in between */
	HITS = 2,        /* pairs that must be found, so that a unit counts as found */
	GAP = 3,         /* units that are not found, between two that are of one match */
	BITS_BASE = 16,  /* and as many as it takes to name a pair of the other side */
};

static bool in_order(const struct sim_unit *a, const struct sim_unit *b)
{
	return a->shape <= b->shape;
}

size_t sim_pairs_of(const struct sim_text *side, unsigned reach, float least, struct arena *a, struct sim_pair **ret)
{
	const struct sim_unit *units = side->units.items;
	struct sim_pair *pairs = NULL;
	size_t len = 0, cap = 0;
	for (uint32_t i = 0; i < side->units.len; i++) {
		for (uint32_t k = i + 1;
		     k < side->units.len && k <= i + reach && units[k].function == units[i].function; k++) {
			bool first = in_order(&units[i], &units[k]);
			const struct sim_unit *left = first ? &units[i] : &units[k],
					      *right = first ? &units[k] : &units[i];
			if (units[i].bits + units[k].bits < least)
				continue;
			pairs = mem_grow(pairs, len, &cap, sizeof(*pairs));
			pairs[len++] = (struct sim_pair){sim_mix(sim_mix(1, left->shape), right->shape), first ? i : k,
							 first ? k : i};
		}
	}
	*ret = arena_copy(a, pairs, len, sizeof(*pairs));
	free(pairs);
	return len;
}

static int by_hash(const void *left, const void *right)
{
	const struct sim_pair *a = left, *b = right;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->left != b->left ? (a->left > b->left) - (a->left < b->left)
				  : (a->right > b->right) - (a->right < b->right);
}

void sim_index_pairs(struct sim_text *side)
{
	side->pairs_len = sim_pairs_of(side, REACH_FOUND, BITS_BASE, &side->arena, &side->pairs);
	if (side->pairs_len)
		qsort(side->pairs, side->pairs_len, sizeof(*side->pairs), by_hash);
}

static const struct sim_pair *find(const struct sim_text *side, uint64_t hash)
{
	size_t low = 0, high = side->pairs_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (side->pairs[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < side->pairs_len && side->pairs[low].hash == hash ? &side->pairs[low] : NULL;
}

/* In a large text more is found by chance. */
static float least_bits(const struct sim_text *looked_through)
{
	return BITS_BASE + (float)log2((double)looked_through->pairs_len + 2);
}

/* ---- which units of a side are in the other */

struct found {
	unsigned pairs, hits; /* of a unit: those that are telling, and of them those that the other side has */
	uint32_t twin;        /* the unit there that is most likely it */
	bool has_twin;
};

/* Of several the one that goes on where the last one was. */
static void take_twin(struct found *f, uint32_t twin, uint32_t wanted)
{
	uint32_t now = twin > wanted ? twin - wanted : wanted - twin,
		 before = f->twin > wanted ? f->twin - wanted : wanted - f->twin;
	if (!f->has_twin || now < before)
		f->twin = twin;
	f->has_twin = true;
}

static bool is_found(const struct found *f)
{
	return f->pairs && f->hits >= (f->pairs < HITS ? f->pairs : HITS);
}

static void look_up(const struct sim_text *other, const struct sim_pair *pair, struct found *found, uint32_t wanted)
{
	const struct sim_pair *end = other->pairs + other->pairs_len;
	for (const struct sim_pair *p = find(other, pair->hash); p && p < end && p->hash == pair->hash; p++) {
		take_twin(&found[pair->left], p->left, wanted);
		take_twin(&found[pair->right], p->right, wanted);
	}
}

static struct found *find_units(const struct sim_text *side, const struct sim_text *other)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct found *found = mem_zalloc(side->units.len + 1, sizeof(*found));
	struct sim_pair *pairs;
	size_t len = sim_pairs_of(side, REACH, least_bits(other), &scratch, &pairs);
	uint32_t wanted = 0;
	for (size_t i = 0; i < len; i++) {
		bool hit = find(other, pairs[i].hash) != NULL;
		found[pairs[i].left].pairs++;
		found[pairs[i].right].pairs++;
		found[pairs[i].left].hits += hit;
		found[pairs[i].right].hits += hit;
		if (!hit)
			continue;
		look_up(other, &pairs[i], found, wanted);
		wanted = found[pairs[i].left].twin;
	}
	return found;
}

/* Units that have no telling pair say nothing, and count in no share. */
static double share_of(const struct sim_text *side, const struct found *found, size_t *ret_tokens)
{
	size_t all = 0, in = 0;
	for (size_t i = 0; i < side->units.len; i++) {
		if (!found[i].pairs)
			continue;
		all += side->units.items[i].tokens;
		in += is_found(&found[i]) ? side->units.items[i].tokens : 0;
	}
	*ret_tokens = all;
	return all ? (double)in / (double)all : 0;
}

/* ---- matches: found units that go together */

struct matching {
	const struct sim_text *original, *candidate;
	const struct found *found;
	struct {
		struct sim_match *items;
		size_t len, cap;
	} matches;
};

static const struct sim_unit *twin_of(const struct matching *m, uint32_t unit)
{
	return &m->candidate->units.items[m->found[unit].twin];
}

static bool same_tokens(const struct matching *m, uint32_t first, uint32_t last, uint32_t first_twin,
			uint32_t last_twin)
{
	uint32_t a = m->original->units.items[first].first, b = m->candidate->units.items[first_twin].first;
	uint32_t end = m->original->units.items[last].last;
	if (end - a != m->candidate->units.items[last_twin].last - b)
		return false;
	for (; a <= end; a++, b++) {
		if (m->original->tokens.items[a].exact != m->candidate->tokens.items[b].exact)
			return false;
	}
	return true;
}

static bool same_units(const struct matching *m, uint32_t first, uint32_t last, uint32_t first_twin, uint32_t last_twin)
{
	if (last - first != last_twin - first_twin)
		return false;
	for (uint32_t i = first; i <= last; i++) {
		if (m->original->units.items[i].shape != m->candidate->units.items[first_twin + (i - first)].shape)
			return false;
	}
	return true;
}

static void add_match(struct matching *m, uint32_t first, uint32_t last)
{
	uint32_t low = UINT32_MAX, high = 0;
	size_t tokens = 0;
	for (uint32_t i = first; i <= last; i++) {
		if (!is_found(&m->found[i]))
			continue;
		low = m->found[i].twin < low ? m->found[i].twin : low;
		high = m->found[i].twin > high ? m->found[i].twin : high;
		tokens += m->original->units.items[i].tokens;
	}
	const struct sim_unit *from = &m->original->units.items[first], *twin = &m->candidate->units.items[low];
	struct sim_match match = {
		.tokens = tokens,
		.original = sim_place(m->original, from->first, m->original->units.items[last].last),
		.candidate = sim_place(m->candidate, twin->first, m->candidate->units.items[high].last),
	};
	if (m->original->bodies.items[from->function].forced) {
		match.kind = SIM_FORCED;
		match.why = "the interface dictates it";
	} else if (same_tokens(m, first, last, low, high)) {
		match.kind = SIM_VERBATIM;
		match.why = "the same, token by token";
	} else if (same_units(m, first, last, low, high)) {
		match.kind = SIM_RENAMED;
		match.why = "the same statements under other names, values or spellings";
	} else {
		match.kind = SIM_EDITED;
		match.why = "the same statements near each other, with others in between or in another order";
	}
	*vec_push(&m->matches) = match;
}

/* Up to where a match goes on that begins here. */
static uint32_t end_of_match(const struct matching *m, uint32_t first)
{
	uint32_t last = first;
	for (uint32_t i = first + 1; i < m->original->units.len && i <= last + GAP; i++) {
		if (m->original->units.items[i].function != m->original->units.items[first].function)
			break;
		if (is_found(&m->found[i]) && twin_of(m, i)->function == twin_of(m, first)->function)
			last = i;
		else if (is_found(&m->found[i]))
			break;
	}
	return last;
}

static void find_matches(struct matching *m)
{
	for (uint32_t i = 0; i < m->original->units.len; i++) {
		if (!is_found(&m->found[i]))
			continue;
		uint32_t last = end_of_match(m, i);
		add_match(m, i, last);
		i = last;
	}
}

/* ---- functions */

static size_t telling_tokens(const struct sim_text *side, const struct found *found, const struct sim_body *body)
{
	size_t tokens = 0;
	for (uint32_t i = body->unit; i < body->unit + body->units; i++)
		tokens += found[i].pairs ? side->units.items[i].tokens : 0;
	return tokens;
}

/* For each of the candidate's functions the original's of which most is in it. `in` has, for each unit of the candidate, what
 * find_units says. */
static struct sim_function best_of(const struct sim_text *original, const struct sim_text *candidate,
				   const struct found *in, size_t index, size_t *votes, struct arena *a)
{
	const struct sim_body *body = &candidate->bodies.items[index];
	struct sim_function f = {.candidate = arena_strdup(a, body->name),
				 .original = "",
				 .forced = body->forced,
				 .candidate_place = sim_place(candidate, body->first, body->last)};
	size_t best = 0, telling = telling_tokens(candidate, in, body);
	uint32_t at = 0;
	memset(votes, 0, original->bodies.len * sizeof(*votes));
	for (uint32_t i = body->unit; i < body->unit + body->units; i++) {
		f.tokens += candidate->units.items[i].tokens;
		if (!is_found(&in[i]))
			continue;
		uint32_t there = original->units.items[in[i].twin].function;
		votes[there] += candidate->units.items[i].tokens;
		if (votes[there] > best) {
			best = votes[there];
			at = there;
		}
	}
	if (best) {
		const struct sim_body *twin = &original->bodies.items[at];
		f.original = arena_strdup(a, twin->name);
		f.original_place = sim_place(original, twin->first, twin->last);
		f.score = (double)best / (double)max_size(telling, best);
	}
	return f;
}

static int by_score(const void *left, const void *right)
{
	const struct sim_function *a = left, *b = right;
	if (a->score > b->score || a->score < b->score)
		return a->score > b->score ? -1 : 1;
	return a->tokens != b->tokens ? (a->tokens < b->tokens) - (a->tokens > b->tokens)
				      : strcmp(a->candidate, b->candidate);
}

static void compare_functions(const struct sim_text *original, const struct sim_text *candidate, const struct found *in,
			      struct arena *a, struct similarity *ret)
{
	SCOPED_MEM size_t *votes = mem_zalloc(original->bodies.len + 1, sizeof(*votes));
	ret->functions = arena_array(a, candidate->bodies.len, struct sim_function);
	for (size_t i = 0; i < candidate->bodies.len; i++) {
		if (candidate->bodies.items[i].name[0])
			ret->functions[ret->functions_len++] = best_of(original, candidate, in, i, votes, a);
	}
	if (ret->functions_len)
		qsort(ret->functions, ret->functions_len, sizeof(*ret->functions), by_score);
}

void sim_compare_units(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		       struct similarity *ret)
{
	struct found *out = find_units(original, candidate), *in = find_units(candidate, original);
	struct matching m = {.original = original, .candidate = candidate, .found = out};
	ret->original_in_candidate = share_of(original, out, &ret->original_tokens);
	ret->candidate_in_original = share_of(candidate, in, &ret->candidate_tokens);
	double all = (double)ret->original_tokens + (double)ret->candidate_tokens;
	if (all > 0)
		ret->symmetric = (ret->original_in_candidate * (double)ret->original_tokens +
				  ret->candidate_in_original * (double)ret->candidate_tokens) / all;
	find_matches(&m);
	ret->matches = arena_copy(a, m.matches.items, m.matches.len, sizeof(*m.matches.items));
	ret->matches_len = m.matches.len;
	compare_functions(original, candidate, in, a, ret);
	for (size_t i = 0; i < original->bodies.len; i++) {
		const struct sim_body *body = &original->bodies.items[i];
		ret->forced_tokens += body->forced ? body->last - body->first + 1 : 0;
	}
	free(m.matches.items);
	free(out);
	free(in);
}
