#include "harness/sim_match.h"

#include <math.h>

enum {
	GAP_LEFT = SIM_BIT / 2,      /* what an operation costs that has no twin */
	GAP_RIGHT = SIM_BIT * 3 / 8, /* and one in the window that was put in */
	ONLY_KIND = 3,               /* one in so many bits counts where only the kind agrees */
};

/*
 * Scores are filled in by strips of so many operations of the left. In a strip those of one diagonal do not depend on
 * one another, so all of them are a single value for the machine: one lane for each operation.
 */
enum { LANES = 8 };

typedef int16_t lanes __attribute__((vector_size(LANES * sizeof(int16_t))));

_Static_assert(SIM_STRETCH * 160 < INT16_MAX, "the best score, by what bits_of has at most, fits a lane");

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
		  uint32_t **ret_right, size_t *ret_len, struct arena *a)
{
	const struct sim_alphabet *x = shapes ? &left->shapes : &left->kinds,
				  *y = shapes ? &right->shapes : &right->kinds;
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
	*ret_len = len;
	return bits;
}

struct sim_sides sim_sides(const struct sim_text *left, const struct sim_text *right, struct arena *a)
{
	struct sim_sides s = {.left.side = left, .right.side = right};
	size_t kinds;
	s.bits.shapes = unite(left, right, true, &s.left.shapes, &s.right.shapes, &s.bits.shapes_len, a);
	s.bits.kinds = unite(left, right, false, &s.left.kinds, &s.right.kinds, &kinds, a);
	return s;
}

/* ---- laying side by side */

/* Letters that are in no alphabet, and are not each other. */
enum { NO_LEFT = -1, NO_RIGHT = -2 };

/* Operations of a stretch that are not taken, each a row of scores. */
struct sim_rows {
	size_t len;
	uint32_t ops[SIM_STRETCH + LANES];
	int16_t shapes[SIM_STRETCH + LANES], kinds[SIM_STRETCH + LANES];
	int16_t same[SIM_STRETCH + LANES], only_kind[SIM_STRETCH + LANES]; /* what it gains */
	int16_t skipped[SIM_STRETCH + LANES]; /* what those cost that are taken, in front of it */
};

struct sim_aligner *sim_aligner_new(const struct sim_sides *sides, struct arena *a)
{
	struct sim_aligner *g = arena_new(a, struct sim_aligner);
	g->sides = sides;
	g->rows = arena_new(a, struct sim_rows);
	g->letters = arena_array(a, sides->bits.shapes_len, int16_t);
	g->shapes = arena_array(a, SIM_WINDOW + 2 * LANES, int16_t);
	g->kinds = arena_array(a, SIM_WINDOW + 2 * LANES, int16_t);
	g->scores = arena_array(a, (SIM_STRETCH / LANES + 1) * (SIM_WINDOW + 2 * LANES) * LANES, int16_t);
	return g;
}

static void add_row(struct sim_aligner *g, uint32_t op, size_t skipped)
{
	const struct sim_sides *s = g->sides;
	struct sim_rows *rows = g->rows;
	uint32_t shape = s->left.shapes[op], kind = s->left.kinds[op];
	size_t at = rows->len++;
	rows->ops[at] = op;
	rows->shapes[at] = g->letters[shape];
	rows->kinds[at] = (int16_t)kind;
	rows->same[at] = (int16_t)s->bits.shapes[shape];
	rows->only_kind[at] = (int16_t)min_size((size_t)s->bits.kinds[kind] / ONLY_KIND, (size_t)s->bits.shapes[shape]);
	rows->skipped[at] = (int16_t)(skipped * GAP_LEFT);
}

/* Rows up to the end of a strip gain nothing. */
static void fill_rows(struct sim_aligner *g, uint32_t first, uint32_t end, const bool *taken)
{
	struct sim_rows *rows = g->rows;
	size_t skipped = 0;
	rows->len = 0;
	for (uint32_t op = first; op < end; op++) {
		if (taken[op - first]) {
			skipped++;
			continue;
		}
		add_row(g, op, skipped);
		skipped = 0;
	}
	for (size_t i = rows->len; i % LANES; i++) {
		rows->kinds[i] = rows->shapes[i] = NO_LEFT;
		rows->skipped[i] = 0;
	}
}

/* The window's letters from its end to its begin, so that a diagonal has them in the order of its lanes. */
static void fill_columns(struct sim_aligner *g, const struct sim_window *w)
{
	const struct sim_numbers *right = &g->sides->right;
	size_t len = w->end - w->op;
	for (size_t i = 0; i < LANES; i++) {
		g->shapes[i] = g->kinds[i] = NO_RIGHT;
		g->shapes[LANES + len + i] = g->kinds[LANES + len + i] = NO_RIGHT;
	}
	for (size_t i = 0; i < len; i++) {
		g->shapes[LANES + i] = g->letters[right->shapes[w->end - 1 - i]];
		g->kinds[LANES + i] = (int16_t)right->kinds[w->end - 1 - i];
	}
}

static lanes load(const int16_t *from)
{
	lanes v;
	memcpy(&v, from, sizeof(v));
	return v;
}

static lanes all(int16_t value)
{
	return (lanes){value, value, value, value, value, value, value, value};
}

static lanes larger(lanes a, lanes b)
{
	lanes v;
	for (size_t i = 0; i < LANES; i++) /* one instruction */
		v[i] = a[i] > b[i] ? a[i] : b[i];
	return v;
}

/* Each lane's value in the next one, and another in the first. */
static lanes moved(lanes v, int16_t first)
{
	const lanes none = {0};
	v = __builtin_shufflevector(none, v, 0, 8, 9, 10, 11, 12, 13, 14);
	v[0] = first;
	return v;
}

/*
 * Scores of a strip from row `row` on, one diagonal behind the other: diagonal d has in lane i column d - i. `above`
 * are those of the strip before. What stands beside the window gains nothing and reaches nothing within. The result is
 * the best of each row.
 */
static lanes fill_strip(const struct sim_aligner *g, size_t row, size_t columns, const int16_t *above, int16_t *scores)
{
	const struct sim_rows *rows = g->rows;
	const lanes none = {0}, shapes = load(rows->shapes + row), kinds = load(rows->kinds + row);
	const lanes gain_same = load(rows->same + row), gain_kind = load(rows->only_kind + row);
	const lanes skipped = load(rows->skipped + row);
	const int16_t *last_shapes = g->shapes + LANES + columns, *last_kinds = g->kinds + LANES + columns;
	lanes score = none, diagonal = none, best = none;
	for (size_t d = 1; d < columns + LANES; d++) {
		lanes same = load(last_shapes - d) == shapes, kind = load(last_kinds - d) == kinds;
		lanes up = larger(moved(score, above[(d + LANES - 1) * LANES + LANES - 1]) - skipped, none);
		lanes matched = (diagonal + ((same & gain_same) | (~same & gain_kind))) & kind;
		score = larger(larger(up - all(GAP_LEFT), score - all(GAP_RIGHT)), matched);
		best = larger(best, score);
		memcpy(scores + d * LANES, &score, sizeof(score));
		diagonal = up;
	}
	return best;
}

/* Scores as a matrix with a row and a column of zeros in front. */
struct scores {
	const struct sim_aligner *aligner;
	size_t columns;
};

/* Where a strip begins; the first has nothing but zeros. */
static int16_t *strip(const struct scores *s, size_t index)
{
	size_t before = index ? SIM_WINDOW + 2 * LANES + (index - 1) * (s->columns + 2 * LANES) : 0;
	return s->aligner->scores + before * LANES;
}

static int score_at(const struct scores *s, size_t row, size_t column)
{
	size_t lane = (row - 1) % LANES;
	return row && column ? strip(s, (row - 1) / LANES + 1)[(column + lane) * LANES + lane] : 0;
}

/* The best score; the first row that has it, and there the first column. */
static int fill_all(const struct scores *s, size_t *ret_row, size_t *ret_column)
{
	const struct sim_aligner *g = s->aligner;
	int best = 0;
	for (size_t row = 0; row < g->rows->len; row += LANES) {
		int16_t *scores = strip(s, row / LANES + 1);
		memset(scores + (s->columns + LANES) * LANES, 0, LANES * LANES * sizeof(*scores));
		lanes of_rows = fill_strip(g, row, s->columns, strip(s, row / LANES), scores);
		for (size_t i = 0; i < LANES; i++) {
			if (of_rows[i] > best) {
				best = of_rows[i];
				*ret_row = row + i + 1;
			}
		}
	}
	for (*ret_column = 1; best && score_at(s, *ret_row, *ret_column) != best;)
		++*ret_column;
	return best;
}

/* By the same rules as scores were made, which prefer gaps where all is equal. */
static void trace_back(const struct scores *s, size_t row, size_t column, const struct sim_window *w,
		       struct sim_pairs *ret)
{
	const struct sim_rows *rows = s->aligner->rows;
	for (int score = score_at(s, row, column); score > 0;) {
		size_t r = row - 1, letter = LANES + s->columns - column;
		int above = score_at(s, r, column) - rows->skipped[r], left = score_at(s, row, column - 1);
		int diagonal = score_at(s, r, column - 1) - rows->skipped[r];
		bool same = rows->shapes[r] == s->aligner->shapes[letter];
		bool kind = rows->kinds[r] == s->aligner->kinds[letter];
		int matched = (diagonal > 0 ? diagonal : 0) + (same ? rows->same[r] : rows->only_kind[r]);
		above = above > 0 ? above : 0;
		bool gap = !kind || matched <= above - GAP_LEFT || matched <= left - GAP_RIGHT;
		if (!gap)
			*vec_push(ret) = (struct sim_pair){rows->ops[r], w->op + (uint32_t)column - 1, same};
		bool right = gap && left - GAP_RIGHT > above - GAP_LEFT;
		score = !gap ? diagonal : right ? left : above;
		row -= !right;
		column -= !gap || right;
	}
	for (size_t x = 0, y = ret->len; x + 1 < y; x++) {
		struct sim_pair pair = ret->items[x];
		ret->items[x] = ret->items[--y];
		ret->items[y] = pair;
	}
}

int sim_align(struct sim_aligner *g, uint32_t first, uint32_t end, const bool *taken, const struct sim_window *window,
	      struct sim_pairs *ret)
{
	struct scores s = {g, window->end - window->op};
	const uint32_t *shapes = g->sides->left.shapes;
	size_t row = 0, column = 0;
	for (uint32_t i = first; i < end; i++) /* equal shapes are one letter: that of the last */
		g->letters[shapes[i]] = (int16_t)(i - first + 1);
	fill_rows(g, first, end, taken);
	fill_columns(g, window);
	for (uint32_t i = first; i < end; i++)
		g->letters[shapes[i]] = 0;
	int best = fill_all(&s, &row, &column);
	ret->len = 0;
	trace_back(&s, row, column, window, ret);
	return best;
}
