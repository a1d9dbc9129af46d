#include "harness/sim_match.h"

#include <math.h>

enum { ROUNDS = 3, SCORE_LEAST = 20 * SIM_BIT };

/*
 * What is evidence enough. By itself an alignment must be well above what chance gives in a side of that size, and
 * much of what a copy would give. Where so much of a side is found that it is a copy, little is asked of what
 * remains, since functions of a line or two can never be evidence by themselves. The bounds lie between what was
 * measured on independent implementations, which hardly pass 0.12, and on disguised copies, which are above 0.3.
 */
static const double share_least = 0.6, bits_least = 22, share_of_copy = 0.15, bits_of_copy = 0;
static const double little = 0.12, much = 0.27;

/* A great deal of evidence may be a smaller share of what there could be. */
static const double strong = 80;

struct alignment {
	struct sim_weight weight;
	size_t first, len; /* pairs */
	bool whole;        /* the function is there word for word */
};

struct covering {
	const struct sim_sides *sides;
	struct sim_scale scale;
	struct sim_lookup *lookup;
	struct sim_aligner *aligner;
	struct sim_set exact;    /* of the right side's functions, */
	uint32_t *exact_bodies;  /* and which has it first */
	size_t exact_len;        /* further values are none of theirs */
	struct {
		struct alignment *items;
		size_t len, cap;
	} alignments;
	struct sim_pairs pairs, found; /* of all alignments; of the one at hand */
};

static void keep(struct covering *c, struct sim_weight weight, bool whole)
{
	*vec_push(&c->alignments) = (struct alignment){weight, c->pairs.len, c->found.len, whole};
	for (size_t i = 0; i < c->found.len; i++)
		*vec_push(&c->pairs) = c->found.items[i];
}

/* What an alignment leaves may be elsewhere in the same window: in another order, or in two pieces. */
static void align_in_window(struct covering *c, uint32_t first, uint32_t end, const struct sim_window *window)
{
	bool taken[SIM_STRETCH] = {false};
	for (int round = 0; round < ROUNDS; round++) {
		int score = sim_align(c->aligner, first, end, taken, window, &c->found);
		if (c->found.len == 0)
			return;
		keep(c, sim_weigh(&c->scale, &c->found, score), false);
		for (size_t i = 0; i < c->found.len; i++)
			taken[c->found.items[i].left - first] = true;
		if (score < SCORE_LEAST)
			return;
	}
}

static void align_stretch(struct covering *c, uint32_t first, uint32_t end)
{
	uint32_t windows[SIM_WINDOWS_FOUND];
	const struct sim_text *right = c->sides->right.side;
	size_t found = sim_look_up(c->lookup, c->sides->left.side, first, end, windows);
	for (size_t i = 0; i < found; i++)
		align_in_window(c, first, end, &right->windows.items[windows[i]]);
}

static bool find_whole(struct covering *c, const struct sim_body *body)
{
	uint32_t number = sim_set_add(&c->exact, body->exact);
	if (number >= c->exact_len)
		return false;
	const struct sim_body *twin = &c->sides->right.side->bodies.items[c->exact_bodies[number]];
	c->found.len = 0;
	for (uint32_t i = 0; i < body->ops && twin->ops == body->ops; i++)
		*vec_push(&c->found) = (struct sim_pair){body->op + i, twin->op + i, true};
	return c->found.len > 0;
}

static void align_body(struct covering *c, const struct sim_body *body)
{
	if (find_whole(c, body)) {
		double bits = 0;
		for (uint32_t at = 0; at < body->ops; at += SIM_STRETCH)
			bits += sim_weigh_whole(&c->scale, body->op + at,
						body->op + (uint32_t)min_size(at + SIM_STRETCH, body->ops))
					.bits;
		keep(c, (struct sim_weight){bits, 1}, true);
		return;
	}
	uint32_t pieces = (body->ops + SIM_STRETCH - 1) / SIM_STRETCH, length = (body->ops + pieces - 1) / pieces;
	for (uint32_t at = 0; at < body->ops; at += length)
		align_stretch(c, body->op + at, body->op + (uint32_t)min_size(at + length, body->ops));
}

static void begin(struct covering *c, const struct sim_sides *sides, struct arena *a)
{
	const struct sim_text *right = sides->right.side;
	*c = (struct covering){.sides = sides, .scale = sim_scale(sides, a), .lookup = sim_lookup_new(right, a)};
	c->aligner = sim_aligner_new(sides, a);
	c->exact_bodies = arena_array(a, right->bodies.len, uint32_t);
	for (uint32_t i = 0; i < right->bodies.len; i++) {
		uint32_t number = sim_set_add(&c->exact, right->bodies.items[i].exact);
		if (number == c->exact_len)
			c->exact_bodies[c->exact_len++] = i;
	}
}

static void end(struct covering *c)
{
	sim_scale_release(&c->scale);
	sim_set_release(&c->exact);
	vec_release(&c->alignments);
	vec_release(&c->pairs);
	vec_release(&c->found);
}

/* ---- what counts */

struct bounds {
	double share, bits;
};

static bool is_enough(const struct alignment *a, const struct bounds *b)
{
	const struct sim_weight *w = &a->weight;
	bool usual = w->bits >= b->bits && w->share >= b->share;
	return a->whole || usual || (w->share >= b->share / 2 && w->bits * w->share >= strong);
}

/* What the interface dictates does not count. */
static double share_of(const struct sim_text *side, struct sim_cover *cover)
{
	size_t in = 0;
	cover->tokens = 0;
	for (size_t i = 0; i < side->ops.len; i++) {
		const struct sim_op *op = &side->ops.items[i];
		size_t weight = side->bodies.items[op->body].forced ? 0 : op->weight;
		cover->tokens += weight;
		in += cover->twins[i] ? weight : 0;
	}
	return cover->tokens ? (double)in / (double)cover->tokens : 0;
}

/* The best alignment of each operation has it. */
static double share_with(const struct covering *c, const struct bounds *b, struct sim_cover *cover)
{
	const struct sim_text *left = c->sides->left.side;
	memset(cover->twins, 0, left->ops.len * sizeof(*cover->twins));
	for (size_t i = 0; i < c->alignments.len; i++) {
		const struct alignment *a = &c->alignments.items[i];
		for (size_t k = a->first; is_enough(a, b) && k < a->first + a->len; k++) {
			const struct sim_pair *p = &c->pairs.items[k];
			if (!cover->twins[p->left])
				cover->twins[p->left] = p->right + 1;
		}
	}
	return share_of(left, cover);
}

static int by_bits(const void *left, const void *right)
{
	const struct alignment *a = left, *b = right;
	if (a->weight.bits > b->weight.bits || a->weight.bits < b->weight.bits)
		return a->weight.bits > b->weight.bits ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

static struct sim_cover cover_one_way(const struct sim_sides *sides, struct arena *a)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct sim_text *left = sides->left.side;
	struct sim_cover cover = {.twins = arena_array(a, left->ops.len, uint32_t)};
	struct covering c;
	begin(&c, sides, &scratch);
	for (size_t i = 0; i < left->bodies.len; i++)
		align_body(&c, &left->bodies.items[i]);
	if (c.alignments.len)
		qsort(c.alignments.items, c.alignments.len, sizeof(*c.alignments.items), by_bits);
	struct bounds strict = {share_least, bits_least + log2((double)sides->right.side->ops.len + 1)};
	double part = (share_with(&c, &strict, &cover) - little) / (much - little);
	part = part < 0 ? 0 : part > 1 ? 1 : part;
	struct bounds eased = {strict.share + part * (share_of_copy - strict.share),
			       strict.bits + part * (bits_of_copy - strict.bits)};
	cover.share = share_with(&c, &eased, &cover);
	cover.copied = part > 0;
	end(&c);
	return cover;
}

static void add_twins(const struct sim_text *side, struct sim_cover *cover, const uint32_t *of_other, size_t len)
{
	for (uint32_t i = 0; i < len; i++) {
		if (of_other[i] && !cover->twins[of_other[i] - 1])
			cover->twins[of_other[i] - 1] = i + 1;
	}
	cover->share = share_of(side, cover);
}

/* What was put in between hides the parts of a copy when they are looked for in the original, but not the other
 * way round. */
void sim_cover(const struct sim_sides *sides, struct arena *a, struct sim_cover *ret_left, struct sim_cover *ret_right)
{
	const struct sim_text *left = sides->left.side, *right = sides->right.side;
	struct sim_sides back = {sides->right, sides->left, sides->bits};
	struct sim_cover of_left = cover_one_way(sides, a), of_right = cover_one_way(&back, a);
	if (of_left.copied || of_right.copied) {
		uint32_t *own = arena_copy(a, of_left.twins, left->ops.len, sizeof(*own));
		add_twins(left, &of_left, of_right.twins, right->ops.len);
		add_twins(right, &of_right, own, left->ops.len);
	}
	*ret_left = of_left;
	*ret_right = of_right;
}
