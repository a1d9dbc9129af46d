#include "harness/sim_match.h"

#include <math.h>

/*
 * What a place is found by: one, two and three operations in a row. A stretch is looked up by those of its
 * features that are in the fewest windows, so that the work for each is bounded, however large the other side is.
 */

enum {
	RUN = 3,
	FEATURES_LEAST = 128, /* of a stretch that are looked up, where there are so many, */
	POSTINGS_MAX = 512,   /* each in at most so many windows */
};

/* ---- one side, for whoever looks in it */

/* In which place of the alphabet each letter is that was numbered by when it came. */
static uint32_t *places_of(const struct sim_set *letters, const uint64_t *in_order, struct arena *a)
{
	uint32_t *places = arena_array(a, letters->len, uint32_t);
	for (size_t i = 0; i < letters->len; i++)
		places[i] = (uint32_t)mem_first_from(in_order, letters->len, sizeof(*in_order), letters->values[i]);
	return places;
}

static void number(const struct sim_ops *ops, bool shapes, struct sim_alphabet *ret, struct arena *a)
{
	SCOPED(sim_set_release) struct sim_set letters = {0};
	struct sim_alphabet all = {.of = arena_array(a, ops->len, uint32_t)};
	for (size_t i = 0; i < ops->len; i++)
		all.of[i] = sim_set_add(&letters, shapes ? ops->items[i].shape : ops->items[i].kind);
	all.len = letters.len;
	all.values = arena_copy(a, letters.values, letters.len, sizeof(*all.values));
	all.counts = arena_array(a, letters.len, uint32_t);
	if (all.len)
		qsort(all.values, all.len, sizeof(*all.values), sim_by_value);
	const uint32_t *places = places_of(&letters, all.values, a);
	for (size_t i = 0; i < ops->len; i++) {
		all.of[i] = places[all.of[i]];
		all.counts[all.of[i]]++;
	}
	*ret = all;
}

/* Of functions that are there several times, only the first is looked in. */
static void find_windows(struct sim_text *side)
{
	SCOPED(sim_set_release) struct sim_set seen = {0};
	for (uint32_t i = 0; i < side->bodies.len; i++) {
		const struct sim_body *body = &side->bodies.items[i];
		size_t known = seen.len;
		sim_set_add(&seen, body->exact);
		if (seen.len == known)
			continue;
		uint32_t end = body->op + body->ops;
		for (uint32_t at = body->op;; at += SIM_WINDOW / 2) {
			uint32_t past = (uint32_t)min_size(at + SIM_WINDOW, end);
			*vec_push(&side->windows) = (struct sim_window){at, past, i};
			if (past == end)
				break;
		}
	}
}

/* One to RUN operations from `at` on; the result is how many there are before the end. */
static size_t features_at(const struct sim_text *side, uint32_t at, uint32_t end, uint64_t ret[RUN])
{
	size_t len = min_size(RUN, end - at);
	uint64_t h = 0;
	for (size_t i = 0; i < len; i++)
		ret[i] = h = sim_mix(h, side->ops.items[at + i].shape);
	return len;
}

struct posting {
	uint32_t feature, window;
};

/* Each once for each window, window by window; counts the windows of each feature. */
static struct posting *find_postings(struct sim_text *side, size_t most, struct arena *a, size_t *ret_len)
{
	struct posting *postings = arena_array(a, most, struct posting);
	uint32_t *last = arena_array(a, most, uint32_t); /* window that has the feature, + 1 */
	uint64_t features[RUN];
	size_t len = 0;
	for (uint32_t i = 0; i < side->windows.len; i++) {
		const struct sim_window *w = &side->windows.items[i];
		for (uint32_t at = w->op; at < w->end; at++) {
			size_t runs = features_at(side, at, w->end, features);
			for (size_t run = 0; run < runs; run++) {
				uint32_t feature = sim_set_add(&side->index.features, features[run]);
				if (last[feature] == i + 1)
					continue;
				last[feature] = i + 1;
				postings[len++] = (struct posting){feature, i};
			}
		}
	}
	*ret_len = len;
	return postings;
}

static void sort_postings(struct sim_index *index, const struct posting *postings, size_t len, struct arena *a)
{
	index->begins = arena_array(a, index->features.len + 2, uint32_t);
	index->windows = arena_array(a, len, uint32_t);
	for (size_t i = 0; i < len; i++)
		index->begins[postings[i].feature + 2]++;
	for (size_t i = 2; i < index->features.len + 2; i++)
		index->begins[i] += index->begins[i - 1];
	for (size_t i = 0; i < len; i++)
		index->windows[index->begins[postings[i].feature + 1]++] = postings[i].window;
}

void sim_index(struct sim_text *side)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t most = 0, len;
	number(&side->ops, true, &side->shapes, &side->arena);
	number(&side->ops, false, &side->kinds, &side->arena);
	find_windows(side);
	for (size_t i = 0; i < side->windows.len; i++)
		most += RUN * (side->windows.items[i].end - side->windows.items[i].op);
	const struct posting *postings = find_postings(side, most, &scratch, &len);
	sort_postings(&side->index, postings, len, &side->arena);
}

/* ---- looking up */

struct sim_lookup {
	const struct sim_text *in;
	uint32_t *scores;  /* of each window, for the stretch at hand */
	uint32_t *touched; /* windows with a score */
	size_t touched_len;
	uint32_t *seen;    /* of each feature: the last stretch that has it */
	uint32_t stretch;
	uint32_t features[RUN * SIM_STRETCH]; /* of the stretch at hand, */
	size_t features_len;
	uint32_t often[POSTINGS_MAX + 1];     /* and how many of them are in so many windows */
	uint32_t worth[POSTINGS_MAX + 1];     /* what a feature of so many windows says, in parts of a bit */
};

struct sim_lookup *sim_lookup_new(const struct sim_text *in, struct arena *a)
{
	enum { PARTS = 1024 };
	struct sim_lookup *l = arena_new(a, struct sim_lookup);
	l->in = in;
	l->scores = arena_array(a, in->windows.len, uint32_t);
	l->touched = arena_array(a, in->windows.len, uint32_t);
	l->seen = arena_array(a, in->index.features.len, uint32_t);
	for (size_t i = 1; i <= POSTINGS_MAX; i++)
		l->worth[i] = 1 + (uint32_t)(PARTS * fmax(0, log2((double)(in->windows.len + 1) / (double)i)));
	return l;
}

static uint32_t windows_of(const struct sim_index *index, uint32_t feature)
{
	return index->begins[feature + 1] - index->begins[feature];
}

/* Those that the other side has, too, each once, unless they are in too many of its windows. */
static void find_features(struct sim_lookup *l, const struct sim_text *side, uint32_t first, uint32_t end)
{
	uint64_t values[RUN];
	uint32_t feature;
	l->features_len = 0;
	l->stretch++;
	memset(l->often, 0, sizeof(l->often));
	for (uint32_t at = first; at < end; at++) {
		size_t runs = features_at(side, at, end, values);
		for (size_t run = 0; run < runs && sim_set_find(&l->in->index.features, values[run], &feature); run++) {
			uint32_t windows = windows_of(&l->in->index, feature);
			if (windows > POSTINGS_MAX || l->seen[feature] == l->stretch)
				continue;
			l->seen[feature] = l->stretch;
			l->features[l->features_len++] = feature;
			l->often[windows]++;
		}
	}
}

/* In how many windows a feature may be to be looked up: the rarest are, until they are enough. */
static uint32_t most_windows(const struct sim_lookup *l)
{
	uint32_t windows = 0, features = 0;
	while (windows < POSTINGS_MAX && features < FEATURES_LEAST)
		features += l->often[++windows];
	return windows;
}

static void add_scores(struct sim_lookup *l, uint32_t feature)
{
	const struct sim_index *index = &l->in->index;
	uint32_t worth = l->worth[windows_of(index, feature)];
	for (uint32_t i = index->begins[feature]; i < index->begins[feature + 1]; i++) {
		uint32_t window = index->windows[i];
		if (l->scores[window] == 0)
			l->touched[l->touched_len++] = window;
		l->scores[window] += worth;
	}
}

/* Large windows have more by chance. */
static double rating(const struct sim_lookup *l, uint32_t window, uint32_t stretch)
{
	const struct sim_window *w = &l->in->windows.items[window];
	return l->scores[window] / sqrt((double)(w->end - w->op) + stretch);
}

struct rated {
	double rating;
	uint32_t window;
};

static bool is_better(const struct rated *a, const struct rated *b)
{
	return a->rating > b->rating || (a->rating >= b->rating && a->window < b->window);
}

/* Into the list of the best, if it is one of them. */
static size_t insert(struct rated *best, size_t len, struct rated r)
{
	size_t at = len;
	while (at > 0 && is_better(&r, &best[at - 1]))
		at--;
	if (at == SIM_WINDOWS_FOUND)
		return len;
	len = min_size(len + 1, SIM_WINDOWS_FOUND);
	for (size_t i = len - 1; i > at; i--)
		best[i] = best[i - 1];
	best[at] = r;
	return len;
}

size_t sim_look_up(struct sim_lookup *l, const struct sim_text *side, uint32_t first, uint32_t end,
		   uint32_t ret_windows[SIM_WINDOWS_FOUND])
{
	struct rated best[SIM_WINDOWS_FOUND];
	size_t found = 0;
	find_features(l, side, first, end);
	uint32_t most = most_windows(l);
	l->touched_len = 0;
	for (size_t i = 0; i < l->features_len; i++) {
		if (windows_of(&l->in->index, l->features[i]) <= most)
			add_scores(l, l->features[i]);
	}
	for (size_t i = 0; i < l->touched_len; i++) {
		uint32_t window = l->touched[i];
		found = insert(best, found, (struct rated){rating(l, window, end - first), window});
		l->scores[window] = 0;
	}
	for (size_t i = 0; i < found; i++)
		ret_windows[i] = best[i].window;
	return found;
}
