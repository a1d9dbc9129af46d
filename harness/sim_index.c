#include "harness/sim_match.h"

#include <math.h>

/*
 * What a place is found by: one, two and three operations in a row. A stretch is looked up by those of its
 * features that are in the fewest windows, so that the work for each is bounded, however large the other side is.
 */

enum {
	RUN = 3,
	FEATURES_MAX = 128,  /* of a stretch that are looked up, */
	POSTINGS_MAX = 512,  /* each in at most so many windows */
};

/* ---- one side, for whoever looks in it */

static void number(const struct sim_ops *ops, bool shapes, struct sim_alphabet *ret, struct arena *a)
{
	struct sim_alphabet all = {arena_array(a, ops->len, uint64_t), arena_array(a, ops->len, uint32_t),
				   arena_array(a, ops->len, uint32_t), 0};
	for (size_t i = 0; i < ops->len; i++)
		all.values[i] = shapes ? ops->items[i].shape : ops->items[i].kind;
	if (ops->len)
		qsort(all.values, ops->len, sizeof(*all.values), sim_by_value);
	for (size_t i = 0; i < ops->len; i++) {
		if (all.len == 0 || all.values[all.len - 1] != all.values[i])
			all.values[all.len++] = all.values[i];
	}
	for (size_t i = 0; i < ops->len; i++) {
		uint64_t value = shapes ? ops->items[i].shape : ops->items[i].kind;
		size_t low = 0, high = all.len - 1;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (all.values[middle] < value)
				low = middle + 1;
			else
				high = middle;
		}
		all.of[i] = (uint32_t)low;
		all.counts[low]++;
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

static uint64_t feature_at(const struct sim_text *side, uint32_t at, size_t len)
{
	uint64_t h = len;
	for (uint32_t i = at; i < at + len; i++)
		h = sim_mix(h, side->ops.items[i].shape);
	return h;
}

static int by_hash(const void *left, const void *right)
{
	const struct sim_posting *a = left, *b = right;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->window > b->window) - (a->window < b->window);
}

/* Each once for each window. */
static size_t settle(struct sim_posting *items, size_t len)
{
	size_t kept = 0;
	if (len)
		qsort(items, len, sizeof(*items), by_hash);
	for (size_t i = 0; i < len; i++) {
		if (kept == 0 || by_hash(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	}
	return kept;
}

void sim_index(struct sim_text *side)
{
	size_t len = 0;
	number(&side->ops, true, &side->shapes, &side->arena);
	number(&side->ops, false, &side->kinds, &side->arena);
	find_windows(side);
	for (size_t i = 0; i < side->windows.len; i++)
		len += RUN * (side->windows.items[i].end - side->windows.items[i].op);
	side->postings = arena_array(&side->arena, len, struct sim_posting);
	len = 0;
	for (uint32_t i = 0; i < side->windows.len; i++) {
		const struct sim_window *w = &side->windows.items[i];
		for (uint32_t at = w->op; at < w->end; at++) {
			for (uint32_t run = 1; run <= RUN && at + run <= w->end; run++)
				side->postings[len++] = (struct sim_posting){feature_at(side, at, run), i};
		}
	}
	side->postings_len = settle(side->postings, len);
}

/* ---- looking up */

struct feature {
	const struct sim_posting *first;
	uint32_t windows;
};

struct sim_lookup {
	const struct sim_text *in;
	float *scores;     /* of each window, for the stretch at hand */
	uint32_t *touched; /* windows with a score */
	size_t touched_len;
	struct feature features[RUN * SIM_STRETCH];
	struct sim_posting own[RUN * SIM_STRETCH];
};

struct sim_lookup *sim_lookup_new(const struct sim_text *in, struct arena *a)
{
	struct sim_lookup *l = arena_new(a, struct sim_lookup);
	l->in = in;
	l->scores = arena_array(a, in->windows.len, float);
	l->touched = arena_array(a, in->windows.len, uint32_t);
	return l;
}

/* At most POSTINGS_MAX + 1 of them. */
static struct feature find_feature(const struct sim_text *in, uint64_t hash)
{
	size_t low = mem_first_from(in->postings, in->postings_len, sizeof(*in->postings), hash), end;
	for (end = low; end < in->postings_len && in->postings[end].hash == hash && end - low <= POSTINGS_MAX; end++)
		continue;
	return (struct feature){in->postings + low, (uint32_t)(end - low)};
}

static int by_windows(const void *left, const void *right)
{
	const struct feature *a = left, *b = right;
	if (a->windows != b->windows)
		return a->windows < b->windows ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

static size_t find_features(struct sim_lookup *l, const struct sim_text *side, uint32_t first, uint32_t end)
{
	size_t own = 0, len = 0;
	for (uint32_t at = first; at < end; at++) {
		for (uint32_t run = 1; run <= RUN && at + run <= end; run++)
			l->own[own++] = (struct sim_posting){feature_at(side, at, run), 0};
	}
	own = settle(l->own, own);
	for (size_t i = 0; i < own; i++) {
		struct feature f = find_feature(l->in, l->own[i].hash);
		if (f.windows && f.windows <= POSTINGS_MAX)
			l->features[len++] = f;
	}
	if (len)
		qsort(l->features, len, sizeof(*l->features), by_windows);
	return min_size(len, FEATURES_MAX);
}

static void add_scores(struct sim_lookup *l, const struct feature *f)
{
	float bits = (float)log2((double)(l->in->windows.len + 1) / f->windows);
	for (uint32_t i = 0; i < f->windows; i++) {
		uint32_t window = f->first[i].window;
		if (!(l->scores[window] > 0))
			l->touched[l->touched_len++] = window;
		l->scores[window] += bits;
	}
}

/* Large windows have more by chance. */
static double rating(const struct sim_lookup *l, uint32_t window, uint32_t stretch)
{
	const struct sim_window *w = &l->in->windows.items[window];
	return (double)l->scores[window] / sqrt((double)(w->end - w->op) + stretch);
}

/* Into the list of the best, if it is one of them. */
static size_t insert(double *ratings, uint32_t *windows, size_t len, double rated, uint32_t window)
{
	size_t at = len;
	while (at > 0 && rated > ratings[at - 1])
		at--;
	if (at == SIM_WINDOWS_FOUND)
		return len;
	len = min_size(len + 1, SIM_WINDOWS_FOUND);
	for (size_t i = len - 1; i > at; i--) {
		ratings[i] = ratings[i - 1];
		windows[i] = windows[i - 1];
	}
	ratings[at] = rated;
	windows[at] = window;
	return len;
}

size_t sim_look_up(struct sim_lookup *l, const struct sim_text *side, uint32_t first, uint32_t end,
		   uint32_t ret_windows[SIM_WINDOWS_FOUND])
{
	size_t features = find_features(l, side, first, end), found = 0;
	double ratings[SIM_WINDOWS_FOUND];
	l->touched_len = 0;
	for (size_t i = 0; i < features; i++)
		add_scores(l, &l->features[i]);
	for (size_t i = 0; i < l->touched_len; i++) {
		uint32_t window = l->touched[i];
		found = insert(ratings, ret_windows, found, rating(l, window, end - first), window);
		l->scores[window] = 0;
	}
	return found;
}
