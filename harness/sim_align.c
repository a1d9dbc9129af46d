#include "harness/sim_match.h"

#include <math.h>

enum {
	GAP_LEFT = SIM_BIT / 2,      /* what an operation costs that has no twin */
	GAP_RIGHT = SIM_BIT * 3 / 8, /* and one in the window that was put in */
	ONLY_KIND = 3,               /* one in so many bits counts where only the kind agrees */
};

enum { MOVE_END, MOVE_LEFT, MOVE_RIGHT, MOVE_SAME, MOVE_KIND };

/* ---- numbers that both sides have in common */

static int bits_of(double left, size_t left_len, double right, size_t right_len)
{
	double often = (left / (double)max_size(left_len, 1) + right / (double)max_size(right_len, 1)) / 2;
	return (int)(-log2(often + 1e-3) * SIM_BIT + 0.5);
}

static uint32_t *translated(const struct sim_alphabet *alphabet, size_t ops, const uint32_t *to, struct arena *a)
{
	uint32_t *numbers = arena_array(a, ops, uint32_t);
	for (size_t i = 0; i < ops; i++)
		numbers[i] = to[alphabet->of[i]];
	return numbers;
}

/* Both alphabets as one: bits of each letter, and of each operation its letter. */
static int *unite(const struct sim_text *left, const struct sim_text *right, bool shapes, uint32_t **ret_left,
		  uint32_t **ret_right, struct arena *a)
{
	const struct sim_alphabet *x = shapes ? &left->shapes : &left->kinds, *y = shapes ? &right->shapes : &right->kinds;
	uint32_t *of_x = arena_array(a, x->len, uint32_t), *of_y = arena_array(a, y->len, uint32_t), len = 0;
	int *bits = arena_array(a, x->len + y->len, int);
	for (size_t i = 0, k = 0; i < x->len || k < y->len; len++) {
		bool in_x = i < x->len && (k == y->len || x->values[i] <= y->values[k]);
		bool in_y = k < y->len && (i == x->len || y->values[k] <= x->values[i]);
		bits[len] = bits_of(in_x ? x->counts[i] : 0, left->ops.len, in_y ? y->counts[k] : 0, right->ops.len);
		if (in_x)
			of_x[i++] = len;
		if (in_y)
			of_y[k++] = len;
	}
	*ret_left = translated(x, left->ops.len, of_x, a);
	*ret_right = translated(y, right->ops.len, of_y, a);
	return bits;
}

struct sim_sides sim_sides(const struct sim_text *left, const struct sim_text *right, struct arena *a)
{
	struct sim_sides s = {.left.side = left, .right.side = right};
	s.bits.shapes = unite(left, right, true, &s.left.shapes, &s.right.shapes, a);
	s.bits.kinds = unite(left, right, false, &s.left.kinds, &s.right.kinds, a);
	return s;
}

/* ---- laying side by side */

static void make_room(struct sim_aligner *g, size_t height, size_t width)
{
	if (width > g->width) {
		g->rows[0] = mem_realloc(g->rows[0], width, sizeof(int));
		g->rows[1] = mem_realloc(g->rows[1], width, sizeof(int));
		g->width = width;
	}
	if (height * width > g->size) {
		g->moves = mem_realloc(g->moves, height, width);
		g->size = height * width;
	}
}

/* An operation of the left, and what it gains. */
struct gain {
	uint32_t shape, kind;
	int same, only_kind;
	bool taken;
};

static struct gain gain_of(const struct sim_sides *s, uint32_t op, bool taken)
{
	struct gain g = {s->left.shapes[op], s->left.kinds[op], 0, 0, taken};
	g.same = s->bits.shapes[g.shape];
	g.only_kind = (int)min_size((size_t)(s->bits.kinds[g.kind] / ONLY_KIND), (size_t)g.same);
	return g;
}

/* One row of scores; the result is the best in it, and where. */
static int fill_row(const struct sim_sides *s, const struct gain *g, const struct sim_window *w, const int *above,
		    int *row, uint8_t *moves,
		    size_t *ret_at)
{
	int best = 0;
	const uint32_t *shapes = s->right.shapes + w->op, *kinds = s->right.kinds + w->op;
	row[0] = 0;
	for (size_t k = 1; k <= w->end - w->op; k++) {
		int score = above[k] - GAP_LEFT, other = row[k - 1] - GAP_RIGHT;
		uint8_t move = MOVE_LEFT;
		if (other > score) {
			score = other;
			move = MOVE_RIGHT;
		}
		if (!g->taken && kinds[k - 1] == g->kind) {
			bool same = shapes[k - 1] == g->shape;
			other = above[k - 1] + (same ? g->same : g->only_kind);
			if (other > score) {
				score = other;
				move = same ? MOVE_SAME : MOVE_KIND;
			}
		}
		moves[k] = score > 0 ? move : MOVE_END;
		row[k] = score > 0 ? score : 0;
		if (row[k] > best) {
			best = row[k];
			*ret_at = k;
		}
	}
	return best;
}

static void trace_back(const uint8_t *moves, size_t width, size_t i, size_t k, uint32_t left, uint32_t right,
		       struct sim_pairs *ret)
{
	while (i && k && moves[i * width + k] != MOVE_END) {
		uint8_t move = moves[i * width + k];
		i -= move != MOVE_RIGHT;
		k -= move != MOVE_LEFT;
		if (move >= MOVE_SAME)
			*vec_push(ret) = (struct sim_pair){left + (uint32_t)i, right + (uint32_t)k, move == MOVE_SAME};
	}
	for (size_t x = 0, y = ret->len; x + 1 < y; x++) {
		struct sim_pair pair = ret->items[x];
		ret->items[x] = ret->items[--y];
		ret->items[y] = pair;
	}
}

int sim_align(struct sim_aligner *g, const struct sim_sides *sides, uint32_t first, uint32_t end, const bool *taken,
	      const struct sim_window *window, struct sim_pairs *ret)
{
	size_t width = window->end - window->op + 1, at_left = 0, at_right = 0, k = 0;
	int best = 0;
	make_room(g, end - first + 1, width);
	memset(g->rows[0], 0, width * sizeof(int));
	for (size_t i = 1; i <= end - first; i++) {
		struct gain gain = gain_of(sides, first + (uint32_t)i - 1, taken[i - 1]);
		int score = fill_row(sides, &gain, window, g->rows[(i - 1) & 1], g->rows[i & 1], g->moves + i * width, &k);
		if (score > best) {
			best = score;
			at_left = i;
			at_right = k;
		}
	}
	ret->len = 0;
	trace_back(g->moves, width, at_left, at_right, first, window->op, ret);
	return best;
}

void sim_aligner_release(struct sim_aligner *g)
{
	free(g->rows[0]);
	free(g->rows[1]);
	free(g->moves);
	*g = (struct sim_aligner){0};
}
