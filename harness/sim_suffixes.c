#include "harness/sim_parts.h"

/*
 * Both rows stand behind one another in a circle, each with a letter of its own at its end. All places are put in the
 * order of what stands from there on, two letters at a time from the last to the first; then what a place has in
 * common with the other row is in common with the nearest place of that row in front of it or behind it.
 */

enum {
	STEPS = (SIM_K_MAX + 1) / 2, /* pairs of letters by which places are in order */
	BEYOND = 2 * STEPS,          /* letters of the begin that are there again at the end */
	LETTERS_MAX = 256,
};

struct circle {
	uint8_t *letters;
	uint16_t *pairs;          /* of the letters here and behind it, as one number */
	uint32_t *order, *spare;
	uint8_t *common;          /* letters that a place in order has in common with the one before it */
	size_t len, left_len;
	uint32_t *counts;         /* places with smaller pairs */
	size_t pairs_len;
};

static struct circle circle_of(const struct sim_row *left, const struct sim_row *right, struct arena *a)
{
	struct circle c = {.len = left->len + right->len + 2, .left_len = left->len};
	size_t most = 2, room = c.len + BEYOND;
	c.letters = arena_array(a, room, uint8_t);
	memcpy(c.letters, left->letters, left->len);
	memcpy(c.letters + left->len + 1, right->letters, right->len);
	c.letters[left->len] = SIM_LETTER_END;
	c.letters[c.len - 1] = SIM_LETTER_END + 1;
	for (size_t i = 0; i < c.len; i++)
		most = max_size(most, c.letters[i] + 1u);
	for (size_t i = c.len; i < room; i++)
		c.letters[i] = c.letters[i - c.len];
	c.pairs = arena_array(a, room, uint16_t);
	for (size_t i = 0; i + 1 < room; i++)
		c.pairs[i] = (uint16_t)(c.letters[i] * most + c.letters[i + 1]);
	c.pairs_len = most * most;
	c.counts = arena_array(a, 2 * c.pairs_len, uint32_t);
	c.order = arena_array(a, c.len, uint32_t);
	c.spare = arena_array(a, c.len, uint32_t);
	c.common = arena_array(a, c.len, uint8_t);
	return c;
}

/* In a circle, pairs are as often everywhere: what is counted once holds for each step. */
static void put_in_order(struct circle *c)
{
	uint32_t *next = c->counts + c->pairs_len, sum = 0;
	for (size_t i = 0; i < c->len; i++) {
		c->order[i] = (uint32_t)i;
		c->counts[c->pairs[i]]++;
	}
	for (size_t i = 0; i < c->pairs_len; i++) {
		uint32_t count = c->counts[i];
		c->counts[i] = sum;
		sum += count;
	}
	for (size_t step = STEPS; step-- > 0;) {
		const uint16_t *pairs = c->pairs + 2 * step;
		memcpy(next, c->counts, c->pairs_len * sizeof(*next));
		for (size_t i = 0; i < c->len; i++)
			c->spare[next[pairs[c->order[i]]]++] = c->order[i];
		uint32_t *swap = c->order;
		c->order = c->spare;
		c->spare = swap;
	}
}

static size_t in_common(const uint8_t *a, const uint8_t *b)
{
	enum { WORD = sizeof(uint64_t) };
	size_t len = 0;
	while (len + WORD <= SIM_K_MAX && memcmp(a + len, b + len, WORD) == 0)
		len += WORD;
	while (len < SIM_K_MAX && a[len] == b[len])
		len++;
	return len;
}

struct sweep {
	const struct circle *c;
	uint8_t *ret[2];
	size_t near[2]; /* what the place at hand has in common with the last one of each row */
};

static void visit(struct sweep *s, uint32_t place, size_t common)
{
	bool right = place > s->c->left_len;
	size_t at = right ? place - s->c->left_len - 1 : place;
	s->near[0] = min_size(s->near[0], common);
	s->near[1] = min_size(s->near[1], common);
	s->ret[right][at] = (uint8_t)max_size(s->ret[right][at], s->near[!right]);
	s->near[right] = SIM_K_MAX;
}

void sim_common_runs(const struct sim_row *left, const struct sim_row *right, uint8_t *ret_left, uint8_t *ret_right)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct circle c = circle_of(left, right, &scratch);
	put_in_order(&c);
	struct sweep s = {&c, {ret_left, ret_right}, {0, 0}};
	memset(ret_left, 0, left->len + 1);
	memset(ret_right, 0, right->len + 1);
	for (size_t i = 0; i < c.len; i++) {
		c.common[i] = (uint8_t)(i ? in_common(c.letters + c.order[i], c.letters + c.order[i - 1]) : 0);
		visit(&s, c.order[i], c.common[i]);
	}
	s.near[0] = s.near[1] = 0;
	for (size_t i = c.len; i-- > 0;)
		visit(&s, c.order[i], i + 1 < c.len ? c.common[i + 1] : 0);
}
