/*
 * The curve and the longest runs are what trying all places one by one gives. Texts are of few different tokens, so
 * that there are many runs of all lengths.
 */

#include "tests/tap.h"

#include "core/mem.h"
#include "core/prng.h"
#include "harness/similarity.h"

enum { TOKENS_MAX = 120, PAIRS = 150 };

/* One token, without a name and with it. */
struct letter {
	char shape;
	const char *text;
};

static const struct letter letters[] = {{'a', "x "}, {'a', "y "}, {'+', "+ "}, {'*', "* "}, {'1', "1 "}, {'1', "2 "}};

struct row {
	struct letter tokens[TOKENS_MAX + 1]; /* with what stands at the end of a file */
	size_t len;
	char text[4 * TOKENS_MAX];
};

static void add(struct row *r, struct letter l)
{
	memcpy(r->text + strlen(r->text), l.text, strlen(l.text) + 1);
	r->tokens[r->len++] = l;
}

static struct row random_row(struct prng *p, size_t different)
{
	struct row r = {.len = 0};
	size_t len = prng_below(p, TOKENS_MAX);
	for (size_t i = 0; i < len; i++)
		add(&r, letters[prng_below(p, different)]);
	r.tokens[r.len++] = (struct letter){'$', "$"};
	return r;
}

static bool same(const struct letter *a, const struct letter *b, bool exact)
{
	return exact ? strcmp(a->text, b->text) == 0 : a->shape == b->shape;
}

static size_t common_at(const struct row *a, size_t i, const struct row *b, size_t k, bool exact)
{
	size_t len = 0;
	while (i + len < a->len && k + len < b->len && same(&a->tokens[i + len], &b->tokens[k + len], exact))
		len++;
	return len;
}

/* The longest run from each place on that is somewhere in the other. */
static size_t find_common(const struct row *a, const struct row *b, bool exact, size_t *ret)
{
	size_t most = 0;
	for (size_t i = 0; i < a->len; i++) {
		ret[i] = 0;
		for (size_t k = 0; k < b->len; k++)
			ret[i] = max_size(ret[i], common_at(a, i, b, k, exact));
		most = max_size(most, ret[i]);
	}
	return most;
}

static double share_at(const struct row *a, const size_t *common, size_t k)
{
	size_t covered = 0, to = 0;
	for (size_t i = 0; i < a->len; i++) {
		to = common[i] >= k ? i + k : to;
		covered += i < to;
	}
	return (double)covered / (double)a->len;
}

static struct sim_text *prepare(const struct sim_files *files)
{
	struct sim_text *side = NULL;
	struct err err = {0};
	if (sim_prepare("side", files, NULL, NULL, &side, &err) < 0)
		abort();
	return side;
}

static struct similarity compare(const struct row *left, const struct row *right, struct arena *a)
{
	struct sim_file files[2] = {{"a.c", str_of(left->text)}, {"b.c", str_of(right->text)}};
	struct sim_text *x = prepare(&(struct sim_files){&files[0], 1}), *y = prepare(&(struct sim_files){&files[1], 1});
	struct similarity s = {0};
	sim_compare(x, y, a, &s);
	sim_free(x);
	sim_free(y);
	return s;
}

static void check(const struct row *a, const struct row *b)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t common[2][TOKENS_MAX + 1];
	struct similarity s = compare(a, b, &scratch);
	bool curve = true;
	is_int(s.verbatim.tokens, find_common(a, b, true, common[0]));
	is_int(s.shape.tokens, find_common(a, b, false, common[0]));
	find_common(b, a, false, common[1]);
	for (size_t k = SIM_K_MIN; k <= SIM_K_MAX; k++) {
		double there = share_at(a, common[0], k) - s.curve.original_in_candidate[k - SIM_K_MIN];
		double back = share_at(b, common[1], k) - s.curve.candidate_in_original[k - SIM_K_MIN];
		curve &= there < 1e-9 && there > -1e-9 && back < 1e-9 && back > -1e-9;
	}
	ok(curve);
}

static void as_by_trying_all(void)
{
	struct prng p = {7};
	for (size_t i = 0; i < PAIRS; i++) {
		struct row a = random_row(&p, 2 + i % (countof(letters) - 1)), b = random_row(&p, 2 + i % (countof(letters) - 1));
		check(&a, &b);
	}
}

/* Also for runs that are longer than the curve goes. */
static void of_copies(void)
{
	struct prng p = {8};
	for (size_t i = 0; i < PAIRS; i++) {
		struct row a = random_row(&p, countof(letters)), b = {.len = 0};
		for (size_t k = 0; k + 1 < a.len; k++) {
			if (prng_below(&p, 40))
				add(&b, a.tokens[k]);
		}
		b.tokens[b.len++] = a.tokens[a.len - 1];
		check(&a, &b);
		check(&a, &a);
	}
}

int main(void)
{
	tap_run("as by trying all", as_by_trying_all);
	tap_run("of copies", of_copies);
	return tap_done();
}
