#include "harness/split.h"

#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

enum { UNITS = 12, FUNCTIONS = 10, NAME_BYTES = 24 };

/* A small suite made at random. */
struct suite {
	struct split_unit units[UNITS];
	char names[UNITS][NAME_BYTES];
	size_t touches[UNITS][FUNCTIONS];
	size_t len, functions, sealed;
};

static void make_suite(struct suite *s, struct prng *random)
{
	memset(s, 0, sizeof(*s));
	s->len = 2 + prng_below(random, UNITS - 1);
	s->functions = 1 + prng_below(random, FUNCTIONS);
	for (size_t i = 0; i < s->len; i++) {
		struct split_unit *u = &s->units[i];
		snprintf(s->names[i], NAME_BYTES, "test_%u", (unsigned)(i * 7));
		for (size_t f = 0; f < s->functions; f++) {
			if (prng_below(random, 3) == 0)
				s->touches[i][u->touches_len++] = f;
		}
		u->name = s->names[i];
		u->touches = s->touches[i];
		u->fixed = prng_below(random, 6) == 0;
	}
}

/* Functions left without a visible unit, and functions that both parts touch. */
struct worth {
	size_t stripped, both;
};

static struct worth worth_of(const struct suite *s, unsigned sealed)
{
	struct worth w = {0};
	for (size_t f = 0; f < s->functions; f++) {
		size_t parts[2] = {0};
		for (size_t i = 0; i < s->len; i++) {
			for (size_t k = 0; k < s->units[i].touches_len; k++)
				parts[sealed >> i & 1] += s->units[i].touches[k] == f;
		}
		w.stripped += parts[0] == 0 && parts[1] > 0;
		w.both += parts[0] > 0 && parts[1] > 0;
	}
	return w;
}

static bool is_better(struct worth a, struct worth b)
{
	return a.stripped != b.stripped ? a.stripped < b.stripped : a.both > b.both;
}

static unsigned chosen(const struct suite *s)
{
	unsigned sealed = 0;
	for (size_t i = 0; i < s->len; i++)
		sealed |= (unsigned)s->units[i].sealed << i;
	return sealed;
}

/* Of all ways to seal as many. */
static struct worth best_of(const struct suite *s, unsigned as_many_as)
{
	struct worth best = {.stripped = SIZE_MAX};
	unsigned fixed = 0;
	for (size_t i = 0; i < s->len; i++)
		fixed |= (unsigned)s->units[i].fixed << i;
	for (unsigned way = 0; way < 1u << s->len; way++) {
		if ((way & fixed) || __builtin_popcount(way) != __builtin_popcount(as_many_as))
			continue;
		struct worth w = worth_of(s, way);
		if (is_better(w, best))
			best = w;
	}
	return best;
}

static void small_suites_are_split_as_well_as_can_be(void)
{
	struct prng random = {1};
	struct suite s;
	int stripped_more = 0, less_in_both = 0, fixed_sealed = 0;
	for (int i = 0; i < 400; i++) {
		make_suite(&s, &random);
		unsigned percent = 10 + 10 * (unsigned)prng_below(&random, 5);
		split_choose(s.units, s.len, s.functions, percent, prng_next(&random));
		struct worth got = worth_of(&s, chosen(&s)), best = best_of(&s, chosen(&s));
		stripped_more += got.stripped > best.stripped;
		less_in_both += got.stripped == best.stripped && got.both < best.both;
		for (size_t k = 0; k < s.len; k++)
			fixed_sealed += s.units[k].fixed && s.units[k].sealed;
	}
	is_int(stripped_more, 0);
	is_int(less_in_both, 0);
	is_int(fixed_sealed, 0);
}

static void the_order_of_units_does_not_matter(void)
{
	struct prng random = {2};
	struct suite s, turned;
	int different = 0;
	for (int i = 0; i < 200; i++) {
		make_suite(&s, &random);
		turned = s;
		for (size_t k = 0; k < s.len; k++) {
			turned.units[k] = s.units[(k + 5) % s.len];
			size_t other = prng_below(&random, k + 1);
			struct split_unit unit = turned.units[k];
			turned.units[k] = turned.units[other];
			turned.units[other] = unit;
		}
		uint64_t seed = prng_next(&random);
		split_choose(s.units, s.len, s.functions, 30, seed);
		split_choose(turned.units, s.len, s.functions, 30, seed);
		for (size_t k = 0; k < s.len * s.len; k++) {
			const struct split_unit *a = &s.units[k / s.len], *b = &turned.units[k % s.len];
			different += strcmp(a->name, b->name) == 0 && a->sealed != b->sealed;
		}
	}
	is_int(different, 0);
}

static size_t count_sealed(const struct split_unit *units, size_t len)
{
	size_t sealed = 0;
	for (size_t i = 0; i < len; i++)
		sealed += units[i].sealed;
	return sealed;
}

/* How many of `len` units, of which the first are fixed, are sealed. */
static const struct {
	size_t len, fixed;
	unsigned percent;
	size_t sealed;
} shares[] = {
	{0, 0, 30, 0}, {1, 0, 30, 0}, {2, 0, 30, 1}, {2, 0, 0, 1}, {2, 0, 100, 1}, {2, 1, 90, 1},
	{2, 2, 30, 0}, {3, 0, 50, 2}, {4, 0, 30, 1}, {5, 0, 30, 2}, {10, 0, 30, 3}, {10, 8, 30, 2},
	{10, 0, 99, 9}, {10, 0, 4, 1}, {11, 0, 30, 3}, {12, 0, 30, 4}, {12, 12, 30, 0}, {12, 0, 500, 11},
};

static void the_share_is_kept(void)
{
	static const char *const names[UNITS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
	for (size_t i = 0; i < countof(shares); i++) {
		struct split_unit units[UNITS] = {0};
		for (size_t k = 0; k < shares[i].len; k++)
			units[k] = (struct split_unit){
				.name = names[k], .fixed = k < shares[i].fixed, .sealed = true};
		split_choose(units, shares[i].len, 0, shares[i].percent, i);
		is_int(count_sealed(units, shares[i].len), shares[i].sealed);
	}
}

static void another_seed_chooses_others(void)
{
	static const char *const names[UNITS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
	unsigned often[UNITS] = {0}, least = UINT32_MAX;
	for (uint64_t seed = 0; seed < 300; seed++) {
		struct split_unit units[UNITS] = {0};
		for (size_t k = 0; k < UNITS; k++)
			units[k].name = names[k];
		split_choose(units, UNITS, 0, 30, seed);
		for (size_t k = 0; k < UNITS; k++)
			often[k] += units[k].sealed;
	}
	for (size_t k = 0; k < UNITS; k++)
		least = often[k] < least ? often[k] : least;
	ok(least > 50); /* of 100 expected */
}

/* Two units that touch the same are never sealed together. */
static void no_function_loses_its_last_visible_test(void)
{
	static const size_t functions[] = {0, 1, 2, 3};
	struct split_unit units[] = {
		{.name = "parse_a", .touches = functions, .touches_len = 1},
		{.name = "parse_b", .touches = functions, .touches_len = 1},
		{.name = "print_a", .touches = functions + 1, .touches_len = 1},
		{.name = "print_b", .touches = functions + 1, .touches_len = 1},
		{.name = "only", .touches = functions + 2, .touches_len = 1},
		{.name = "alone", .touches = functions + 3, .touches_len = 1},
	};
	int wrong = 0;
	for (uint64_t seed = 0; seed < 50; seed++) {
		split_choose(units, countof(units), 4, 33, seed);
		wrong += units[0].sealed == units[1].sealed || units[2].sealed == units[3].sealed;
	}
	is_int(wrong, 0);
}

static void odd_touches_are_harmless(void)
{
	static const size_t twice[] = {1, 1, 1, 99, SIZE_MAX};
	struct split_unit units[] = {
		{.name = "a", .touches = twice, .touches_len = countof(twice)},
		{.name = "b", .touches = twice, .touches_len = 1},
		{.name = "c"},
	};
	split_choose(units, countof(units), 2, 30, 7);
	is_int(count_sealed(units, countof(units)), 1);
	ok(!units[2].sealed); /* sealing a or b lets both parts touch what they touch */
}

enum { MANY = 10000, MANY_FUNCTIONS = 5000, TOUCHES = 20 };

static void large_suites_end(void)
{
	struct split_unit *units = mem_zalloc(MANY, sizeof(*units));
	size_t *touches = mem_zalloc((size_t)MANY * TOUCHES, sizeof(*touches));
	char(*names)[NAME_BYTES] = mem_zalloc(MANY, NAME_BYTES);
	struct prng random = {3};
	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], NAME_BYTES, "test_%zu", i);
		for (size_t k = 0; k < TOUCHES; k++)
			touches[i * TOUCHES + k] = prng_below(&random, MANY_FUNCTIONS);
		units[i] = (struct split_unit){
			.name = names[i], .touches = touches + i * TOUCHES, .touches_len = TOUCHES};
	}
	split_choose(units, MANY, MANY_FUNCTIONS, 30, 1);
	is_int(count_sealed(units, MANY), MANY * 3 / 10);

	/* A function that nothing visible touches can be avoided here. */
	unsigned char *parts = mem_zalloc(MANY_FUNCTIONS, 1);
	for (size_t i = 0; i < (size_t)MANY * TOUCHES; i++)
		parts[touches[i]] |= units[i / TOUCHES].sealed ? 2 : 1;
	int stripped = 0, both = 0;
	for (size_t f = 0; f < MANY_FUNCTIONS; f++) {
		stripped += parts[f] == 2;
		both += parts[f] == 3;
	}
	is_int(stripped, 0);
	is_int(both, MANY_FUNCTIONS);
	free(units);
	free(touches);
	free(names);
	free(parts);
}

int main(void)
{
	tap_run("small suites are split as well as can be", small_suites_are_split_as_well_as_can_be);
	tap_run("the order of units does not matter", the_order_of_units_does_not_matter);
	tap_run("the share is kept", the_share_is_kept);
	tap_run("another seed chooses others", another_seed_chooses_others);
	tap_run("no function loses its last visible test", no_function_loses_its_last_visible_test);
	tap_run("odd touches are harmless", odd_touches_are_harmless);
	tap_run("large suites end", large_suites_end);
	return tap_done();
}
