#include "harness/sim_match.h"

#include <math.h>

/*
 * What names say is what it would save to know the left side's when the right side's are told: each is told by
 * what the same name was told as before, and by how common it is. In independent code that saves nothing, and on
 * the average costs a little; so bits of it are evidence as they stand, without a correction for the number of
 * names.
 */

enum {
	TALLY = 4096, /* more than twice the names of a stretch, a power of two */
	GRAMS = 3,    /* operations in a row that are rarely twice in a function, unless it is a table */
};

/* How often keys were counted. `round` tells what is of this count. */
struct sim_tally {
	struct {
		uint64_t key;
		uint32_t round, count;
	} slots[TALLY];
	uint32_t round;
	struct {
		struct name_pair {
			uint32_t left, right;
		} *items;
		size_t len, cap;
	} names;
};

static uint32_t *count_of(struct sim_tally *t, uint64_t key)
{
	size_t at = sim_mix(7, key) & (TALLY - 1);
	while (t->slots[at].round == t->round && t->slots[at].key != key)
		at = (at + 1) & (TALLY - 1);
	if (t->slots[at].round != t->round) {
		t->slots[at].round = t->round;
		t->slots[at].key = key;
		t->slots[at].count = 0;
	}
	return &t->slots[at].count;
}

/* ---- operations */

/* How often each of some values was seen. */
struct seen {
	struct sim_set set;
	uint32_t *counts;
	size_t cap;
};

static uint32_t see(struct seen *s, uint64_t value)
{
	size_t known = s->set.len;
	uint32_t number = sim_set_add(&s->set, value);
	s->counts = mem_grow(s->counts, number, &s->cap, sizeof(*s->counts));
	if (s->set.len > known)
		s->counts[number] = 0;
	return s->counts[number]++;
}

/* Rows of the same, as in a long "switch", say little more than one of them. */
static void find_telling(const struct sim_sides *s, const struct sim_body *body, struct seen *seen, float *telling)
{
	for (uint32_t i = body->op; i < body->op + body->ops; i++) {
		uint64_t h = body->op;
		for (uint32_t k = i < body->op + GRAMS - 1 ? body->op : i - (GRAMS - 1); k <= i; k++)
			h = sim_mix(h, s->left.shapes[k]);
		double again = see(seen, sim_mix(h, 5));
		telling[i] = (float)((double)s->bits.shapes[s->left.shapes[i]] / SIM_BIT / (1 + again * again / 2));
	}
}

struct sim_scale sim_scale(const struct sim_sides *sides, struct arena *a)
{
	const struct sim_text *left = sides->left.side, *right = sides->right.side;
	struct sim_scale scale = {sides, arena_array(a, left->ops.len, float), arena_array(a, left->names.len, bool),
				  arena_new(a, struct sim_tally)};
	struct seen seen = {0};
	for (size_t i = 0; i < left->bodies.len; i++)
		find_telling(sides, &left->bodies.items[i], &seen, scale.telling);
	for (size_t i = 0; i < left->names.len; i++)
		scale.everyone[i] = sim_sorted_have(right->names.sorted, right->names.len, left->names.exact.values[i]);
	sim_set_release(&seen.set);
	free(seen.counts);
	return scale;
}

void sim_scale_release(struct sim_scale *scale)
{
	vec_release(&scale->tally->names);
}

/* ---- names */

/* Fields and functions that both sides call the same may be of an interface. */
static bool says_something(const struct sim_scale *scale, const struct sim_op *op, size_t i)
{
	return op->names[i] && !((op->global >> i & 1) && scale->everyone[op->names[i] - 1]);
}

static void add_names(const struct sim_scale *scale, const struct sim_op *left, const struct sim_op *right)
{
	for (size_t i = 0; i < SIM_OPERANDS; i++) {
		if (right->names[i] && says_something(scale, left, i) && !(left->told & right->told & 1u << i))
			*vec_push(&scale->tally->names) = (struct name_pair){left->names[i], right->names[i]};
	}
}

/* What the names save, in bits; forgets them. */
static double names_bits(struct sim_tally *t)
{
	enum { SEEN, BOTH, RIGHT };
	double bits = 0, all = (double)t->names.len;
	t->round++;
	for (size_t i = 0; i < t->names.len; i++)
		++*count_of(t, (uint64_t)RIGHT << 62 | t->names.items[i].right);
	for (size_t i = 0; i < t->names.len; i++) {
		const struct name_pair *p = &t->names.items[i];
		double common = *count_of(t, (uint64_t)RIGHT << 62 | p->right) / all;
		uint32_t seen = (*count_of(t, (uint64_t)SEEN << 62 | p->left))++;
		uint32_t both = (*count_of(t, (uint64_t)BOTH << 62 | (uint64_t)p->left << 31 | p->right))++;
		bits += log2((both + common) / (seen + 1) / common);
	}
	t->names.len = 0;
	return bits;
}

/* ---- both */

/* What a perfect copy of these operations would save by its names. */
static double names_of_whole(const struct sim_scale *scale, uint32_t first, uint32_t end)
{
	const struct sim_op *ops = scale->sides->left.side->ops.items;
	for (uint32_t i = first; i < end; i++)
		add_names(scale, &ops[i], &ops[i]);
	return names_bits(scale->tally);
}

struct sim_weight sim_weigh_whole(const struct sim_scale *scale, uint32_t first, uint32_t end)
{
	double telling = 0;
	for (uint32_t i = first; i < end; i++)
		telling += (double)scale->telling[i];
	return (struct sim_weight){names_of_whole(scale, first, end) + telling / 2, 1};
}

/* Independent functions that do the same agree in up to half of what their operations say; what is above it counts. */
struct sim_weight sim_weigh(const struct sim_scale *scale, const struct sim_pairs *pairs, int score)
{
	const struct sim_sides *s = scale->sides;
	uint32_t first = pairs->items[0].left, end = pairs->items[pairs->len - 1].left + 1;
	double telling = 0, plain = 0;
	for (uint32_t i = first; i < end; i++) {
		telling += (double)scale->telling[i];
		plain += (double)s->bits.shapes[s->left.shapes[i]] / SIM_BIT;
	}
	for (size_t i = 0; i < pairs->len; i++) {
		const struct sim_pair *p = &pairs->items[i];
		if (p->same)
			add_names(scale, &s->left.side->ops.items[p->left], &s->right.side->ops.items[p->right]);
	}
	double agree = plain > 0 ? (double)score / SIM_BIT * telling / plain : 0;
	double bits = names_bits(scale->tally) + agree - telling / 2;
	double whole = names_of_whole(scale, first, end) + telling / 2;
	return (struct sim_weight){bits, whole > 0 ? bits / whole : 0};
}
