#include "harness/split.h"

#include "core/arena.h"
#include "core/prng.h"

/* Steps of searching after the first choice, and how often it begins anew elsewhere. */
enum { WORK_MAX = 40 * 1000 * 1000, STARTS_MAX = 24 };

/* A function without a visible unit weighs more than all that could be gained elsewhere. */
#define STRIPPED ((int64_t)1 << 32)

struct function {
	uint32_t visible, sealed; /* units that touch it */
	uint32_t units, units_len; /* of split.touching */
};

struct unit {
	struct split_unit *given;
	uint64_t rank;
	const uint32_t *touches; /* each function once */
	size_t touches_len;
	bool sealed;
	int64_t gain; /* of the value, if it were sealed now; only while the first choice is made */
};

struct split {
	struct arena arena;
	struct unit *units; /* in an order that follows from seed and names */
	size_t len, want;
	struct function *functions;
	uint32_t *touching; /* units, by function */
	int64_t value;
	size_t work;
	bool *best;
	int64_t best_value;
};

/* ---- what a choice is worth */

static int64_t value_of(uint32_t visible, uint32_t sealed)
{
	if (visible == 0)
		return sealed ? -STRIPPED : 0;
	return sealed ? 1 : 0;
}

static void set_sealed(struct split *s, struct unit *u, bool sealed)
{
	for (size_t i = 0; i < u->touches_len; i++) {
		struct function *f = &s->functions[u->touches[i]];
		s->value -= value_of(f->visible, f->sealed);
		f->visible += sealed ? UINT32_MAX : 1;
		f->sealed += sealed ? 1 : UINT32_MAX;
		s->value += value_of(f->visible, f->sealed);
	}
	u->sealed = sealed;
	s->work += u->touches_len + 1;
}

/* ---- setting up */

static uint64_t rank_of(const char *name, uint64_t seed)
{
	uint64_t hash = 0xCBF29CE484222325u;
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001B3u;
	struct prng mixed = {hash ^ seed * 0x9E3779B97F4A7C15u};
	return prng_next(&mixed);
}

static int by_rank(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return strcmp(x->given->name, y->given->name);
}

/* `seen` holds for each function the last unit, from 1, that was found to touch it. */
static void copy_touches(struct split *s, struct unit *u, size_t functions, uint32_t *seen, uint32_t mark)
{
	uint32_t *copy = arena_array(&s->arena, u->given->touches_len, uint32_t);
	for (size_t i = 0; i < u->given->touches_len; i++) {
		size_t function = u->given->touches[i];
		if (function >= functions || seen[function] == mark)
			continue;
		seen[function] = mark;
		copy[u->touches_len++] = (uint32_t)function;
	}
	u->touches = copy;
}

static void index_functions(struct split *s, size_t functions)
{
	uint32_t total = 0;
	for (size_t i = 0; i < s->len; i++) {
		for (size_t k = 0; k < s->units[i].touches_len; k++)
			s->functions[s->units[i].touches[k]].visible++;
	}
	for (size_t f = 0; f < functions; f++) {
		s->functions[f].units = total;
		total += s->functions[f].visible;
	}
	s->touching = arena_array(&s->arena, total, uint32_t);
	for (uint32_t i = 0; i < s->len; i++) {
		for (size_t k = 0; k < s->units[i].touches_len; k++) {
			struct function *f = &s->functions[s->units[i].touches[k]];
			s->touching[f->units + f->units_len++] = i;
		}
	}
}

static void set_up(struct split *s, struct split_unit *units, size_t len, size_t functions, uint64_t seed)
{
	s->len = len;
	s->units = arena_array(&s->arena, len, struct unit);
	s->functions = arena_array(&s->arena, functions, struct function);
	s->best = arena_array(&s->arena, len, bool);
	for (size_t i = 0; i < len; i++)
		s->units[i] = (struct unit){.given = &units[i], .rank = rank_of(units[i].name, seed)};
	qsort(s->units, len, sizeof(*s->units), by_rank);
	uint32_t *seen = arena_array(&s->arena, functions, uint32_t);
	for (uint32_t i = 0; i < len; i++)
		copy_touches(s, &s->units[i], functions, seen, i + 1);
	index_functions(s, functions);
}

/* ---- the first choice: one after the other, each time the best */

/* What the function adds to the gain of each visible unit that touches it. */
static int64_t part_of_gain(const struct function *f)
{
	return value_of(f->visible - 1, f->sealed + 1) - value_of(f->visible, f->sealed);
}

static void add_gain(struct split *s, const struct function *f, int64_t more)
{
	for (uint32_t i = 0; more && i < f->units_len; i++)
		s->units[s->touching[f->units + i]].gain += more;
}

/* Seals a unit; gains follow where a function's part has changed, which it does three times at most. */
static void choose(struct split *s, struct unit *u)
{
	for (size_t i = 0; i < u->touches_len; i++) {
		struct function *f = &s->functions[u->touches[i]];
		int64_t before = part_of_gain(f);
		f->visible--;
		f->sealed++;
		int64_t after = f->visible ? part_of_gain(f) : before;
		f->visible++;
		f->sealed--;
		add_gain(s, f, after - before);
	}
	set_sealed(s, u, true);
}

static void choose_first(struct split *s)
{
	for (size_t i = 0; i < s->len; i++) {
		for (size_t k = 0; k < s->units[i].touches_len; k++)
			s->units[i].gain += part_of_gain(&s->functions[s->units[i].touches[k]]);
	}
	for (size_t n = 0; n < s->want; n++) {
		struct unit *best = NULL;
		for (size_t i = 0; i < s->len; i++) {
			struct unit *u = &s->units[i];
			if (!u->sealed && !u->given->fixed && (!best || u->gain > best->gain))
				best = u;
		}
		choose(s, best);
	}
}

static void choose_randomly(struct split *s, struct prng *random)
{
	size_t chosen = 0, left = 0;
	for (size_t i = 0; i < s->len; i++) {
		if (s->units[i].sealed)
			set_sealed(s, &s->units[i], false);
		left += !s->units[i].given->fixed;
	}
	for (size_t i = 0; i < s->len; i++) {
		if (s->units[i].given->fixed)
			continue;
		if (prng_below(random, left--) < s->want - chosen) {
			set_sealed(s, &s->units[i], true);
			chosen++;
		}
	}
}

/* ---- improving a choice: one in, one out, while that helps */

/* Whether the other side would do some function of the unit good. Without that for one of the
 * two, no exchange helps. */
static bool is_needed_elsewhere(struct split *s, const struct unit *u)
{
	s->work += u->touches_len;
	for (size_t i = 0; i < u->touches_len; i++) {
		const struct function *f = &s->functions[u->touches[i]];
		if (u->sealed ? f->visible == 0 : f->sealed == 0 && f->visible > 1)
			return true;
	}
	return false;
}

static bool exchange(struct split *s, struct unit *out, struct unit *in)
{
	int64_t before = s->value;
	set_sealed(s, out, false);
	set_sealed(s, in, true);
	if (s->value > before)
		return true;
	set_sealed(s, in, false);
	set_sealed(s, out, true);
	return false;
}

static bool improve_by(struct split *s, struct unit *in)
{
	bool needed = is_needed_elsewhere(s, in);
	for (size_t i = 0; i < s->len && s->work < WORK_MAX; i++) {
		struct unit *out = &s->units[i];
		s->work++;
		if (out->sealed && (needed || is_needed_elsewhere(s, out)) && exchange(s, out, in))
			return true;
	}
	return false;
}

static void improve(struct split *s)
{
	for (bool better = true; better && s->work < WORK_MAX;) {
		better = false;
		for (size_t i = 0; i < s->len && s->work < WORK_MAX; i++) {
			if (!s->units[i].sealed && !s->units[i].given->fixed)
				better = improve_by(s, &s->units[i]) || better;
		}
	}
}

static void keep_if_best(struct split *s, bool first)
{
	if (!first && s->value <= s->best_value)
		return;
	s->best_value = s->value;
	for (size_t i = 0; i < s->len; i++)
		s->best[i] = s->units[i].sealed;
}

/* ---- */

static size_t how_many(const struct split_unit *units, size_t len, unsigned percent)
{
	size_t loose = 0, want = (len * (percent > 100 ? 100 : percent) + 50) / 100;
	for (size_t i = 0; i < len; i++)
		loose += !units[i].fixed;
	want = min_size(max_size(want, 1), len - 1);
	return min_size(want, loose);
}

void split_choose(struct split_unit *units, size_t len, size_t functions, unsigned percent, uint64_t seed)
{
	for (size_t i = 0; i < len; i++)
		units[i].sealed = false;
	if (len < 2)
		return;
	struct split s = {.want = how_many(units, len, percent)};
	struct prng random = {seed};
	set_up(&s, units, len, functions, seed);
	choose_first(&s);
	improve(&s);
	keep_if_best(&s, true);
	for (int i = 1; i < STARTS_MAX && s.work < WORK_MAX; i++) {
		choose_randomly(&s, &random);
		improve(&s);
		keep_if_best(&s, false);
	}
	for (size_t i = 0; i < len; i++)
		s.units[i].given->sealed = s.best[i];
	arena_release(&s.arena);
}
