#include "core/prng.h"

#include "tests/tap.h"

/* The published values of splitmix64 for the seed 1234567. */
static void known_values(void)
{
	static const uint64_t want[] = {
		6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u,
		16408922859458223821u,
	};
	struct prng prng = {1234567};
	for (size_t i = 0; i < countof(want); i++)
		ok(prng_next(&prng) == want[i]);
}

static void repeats(void)
{
	struct prng a = {99}, b = {99}, other = {100};
	int same = 0, equal = 0;
	for (int i = 0; i < 1000; i++) {
		uint64_t x = prng_next(&a);
		same += x == prng_next(&b);
		equal += x == prng_next(&other);
	}
	is_int(same, 1000);
	is_int(equal, 0);
}

static void stays_below(void)
{
	static const uint64_t bounds[] = {1, 2, 3, 7, 100, 1u << 31, UINT64_MAX};
	struct prng prng = {0};
	int bad = 0;
	for (int i = 0; i < 20000; i++) {
		uint64_t bound = bounds[prng_below(&prng, countof(bounds))];
		bad += prng_below(&prng, bound) >= bound;
	}
	is_int(bad, 0);
	is_int(prng_below(&prng, 1), 0);
}

/* Each of ten values comes about as often as the others; the seed 0 is no worse. */
static void spreads(void)
{
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct prng prng = {seed};
		int counts[10] = {0}, bad = 0;
		for (int i = 0; i < 100000; i++)
			counts[prng_below(&prng, countof(counts))]++;
		for (size_t i = 0; i < countof(counts); i++)
			bad += counts[i] < 9500 || counts[i] > 10500;
		is_int(bad, 0);
	}
}

int main(void)
{
	tap_run("known values", known_values);
	tap_run("repeats", repeats);
	tap_run("stays below", stays_below);
	tap_run("spreads", spreads);
	return tap_done();
}
