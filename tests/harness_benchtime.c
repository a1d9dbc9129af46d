/* Comparisons of things that take made-up times: what is found, and what is not. */

#include "harness/benchtime.h"

#include "core/prng.h"
#include "tests/tap.h"

#include <math.h>

/* A machine: noise, moments in which it does something else, and a clock that goes slower by and by. */
struct machine {
	struct prng prng;
	double noise, drift, spikes;
	double age;
};

struct thing {
	struct machine *machine;
	double ns;
	size_t runs, fails_at;
	uint64_t rounds[8]; /* the first it was given */
};

static double normal(struct prng *p)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += (double)prng_below(p, 1 << 30) / (1 << 30);
	return sum;
}

static int run(void *data, uint64_t round, uint64_t *ret_ns, struct err *err)
{
	struct thing *t = data;
	struct machine *m = t->machine;
	if (t->runs < countof(t->rounds))
		t->rounds[t->runs] = round;
	if (++t->runs == t->fails_at)
		return err_set(err, ERR_BUG, "it broke");
	m->age += 1;
	double ns = t->ns * exp(m->noise * normal(&m->prng)) * (1 + m->drift * m->age);
	if (m->spikes > 0 && (double)prng_below(&m->prng, 1000) < 1000 * m->spikes)
		ns *= 3;
	*ret_ns = (uint64_t)ns;
	return 0;
}

static const struct benchtime_limits limits = {
	.budget_ns = UINT64_MAX / 2, .tight = 0.003, .blocks_min = 12, .blocks_max = 150, .sample_ns = 1000};

static struct benchtime measured(double ratio, double noise, double drift, double spikes, uint64_t seed)
{
	struct machine m = {.prng = {seed}, .noise = noise, .drift = drift, .spikes = spikes};
	struct thing a = {.machine = &m, .ns = 1e6}, b = {.machine = &m, .ns = 1e6 * ratio};
	struct bench_subject left = {.run = run, .data = &a}, right = {.run = run, .data = &b};
	struct benchtime time = {0};
	struct err err = {0};
	is_int(benchtime_measure(&left, &right, &limits, seed, &time, &err), 0);
	return time;
}

static int count(double ratio, double noise, double drift, double spikes, enum bench_verdict verdict, int of)
{
	int found = 0;
	for (int i = 0; i < of; i++) {
		struct benchtime time = measured(ratio, noise, drift, spikes, (uint64_t)i * 7919 + 13);
		found += benchtime_verdict(&time, time.p, 0.005) == verdict;
	}
	tap_print("# %d of %d\n", found, of);
	return found;
}

static void nothing_is_found_where_nothing_is(void)
{
	is_int(count(1, 0.02, 0, 0, BENCH_SLOWER, 60), 0);
	is_int(count(1, 0.02, 1e-4, 0.03, BENCH_FASTER, 60), 0);
	ok(count(1, 0.01, 0, 0, BENCH_SAME, 50) >= 48);
	is_int(count(1.004, 0.01, 0, 0, BENCH_SLOWER, 50), 0);
}

/* Of p-values below a twentieth there is one in twenty, and not more, where nothing is. */
static void chance_is_what_it_says(void)
{
	int small = 0;
	for (int i = 0; i < 400; i++) {
		struct machine m = {.prng = {(uint64_t)i}, .noise = 0.02, .drift = 1e-4, .spikes = 0.03};
		struct thing a = {.machine = &m, .ns = 1e6}, b = {.machine = &m, .ns = 1e6};
		struct bench_subject left = {.run = run, .data = &a}, right = {.run = run, .data = &b};
		struct benchtime_limits few = limits;
		struct benchtime time = {.p = 0};
		few.blocks_max = few.blocks_min = 20;
		benchtime_measure(&left, &right, &few, (uint64_t)i, &time, NULL);
		small += time.p < 0.05;
	}
	tap_print("# %d of 400\n", small);
	ok(small > 8 && small < 32);
}

static void two_percent_are_found(void)
{
	ok(count(1.02, 0.01, 0, 0, BENCH_SLOWER, 60) >= 59);
	ok(count(1.02, 0.02, 1e-4, 0.02, BENCH_SLOWER, 60) >= 58);
	ok(count(0.98, 0.02, 1e-4, 0.02, BENCH_FASTER, 60) >= 58);
	is_int(count(1.02, 0.02, 0, 0, BENCH_FASTER, 50), 0);
}

static void much_noise_is_no_finding(void)
{
	ok(count(1.01, 0.3, 0, 0.1, BENCH_INCONCLUSIVE, 30) >= 28);
	struct benchtime time = {.ratio = {1.05, 1.03, 1.07}, .p = 0.0001};
	is_int(benchtime_verdict(&time, 0.0001, 0.01), BENCH_SLOWER);
	is_int(benchtime_verdict(&time, 0.0001, 0.06), BENCH_INCONCLUSIVE);
	is_int(benchtime_verdict(&time, 0.5, 0.01), BENCH_INCONCLUSIVE);
	is_str(bench_verdict_name(BENCH_INCONCLUSIVE), "inconclusive");
}

static void both_see_the_same_inputs(void)
{
	struct machine m = {.prng = {1}};
	struct thing a = {.machine = &m, .ns = 500}, b = {.machine = &m, .ns = 500};
	struct bench_subject left = {.run = run, .data = &a}, right = {.run = run, .data = &b};
	struct benchtime time;
	struct err err = {0};
	is_int(benchtime_measure(&left, &right, &limits, 5, &time, &err), 0);
	is_int(time.repeats, 2);
	is_int(a.runs, b.runs);
	for (size_t i = 0; i < countof(a.rounds); i++)
		is_int(a.rounds[i], b.rounds[i]);
	is_int(time.blocks, 12);
	ok(time.tight);
}

/* Things of which it depends on the place how long they take, by up to a tenth. */
struct placed {
	struct thing thing;
	size_t moves;
	double luck;
};

static void move(void *data, uint64_t lot)
{
	struct placed *p = data;
	p->moves++;
	p->luck = (double)(lot % 1000) / 10000;
}

static int run_placed(void *data, uint64_t round, uint64_t *ret_ns, struct err *err)
{
	struct placed *p = data;
	int result = run(&p->thing, round, ret_ns, err);
	*ret_ns = (uint64_t)((double)*ret_ns * (1 + p->luck));
	return result;
}

static void luck_is_noise(void)
{
	int different = 0;
	for (uint64_t i = 0; i < 40; i++) {
		struct machine m = {.prng = {i}, .noise = 0.005};
		struct placed a = {.thing = {.machine = &m, .ns = 1e6}}, b = {.thing = {.machine = &m, .ns = 1e6}};
		struct bench_subject left = {run_placed, move, &a}, right = {run_placed, move, &b};
		struct benchtime time = {0};
		is_int(benchtime_measure(&left, &right, &limits, i, &time, NULL), 0);
		different += time.p < 0.005;
		if (i == 0) {
			is_int(a.moves, time.blocks);
			is_int(b.moves, time.blocks);
			is_int(a.thing.runs, b.thing.runs);
		}
	}
	ok(different <= 2);
}

static void what_fails_is_told(void)
{
	struct machine m = {.prng = {1}};
	for (size_t at = 1; at < 28; at += 7) {
		struct thing a = {.machine = &m, .ns = 1e6, .fails_at = at}, b = {.machine = &m, .ns = 1e6};
		struct bench_subject left = {.run = run, .data = &a}, right = {.run = run, .data = &b};
		struct benchtime time;
		struct err err = {0};
		is_int(benchtime_measure(&left, &right, &limits, 5, &time, &err), -1);
		is_str(err.text, "it broke");
	}
}

int main(void)
{
	tap_run("nothing", nothing_is_found_where_nothing_is);
	tap_run("chance", chance_is_what_it_says);
	tap_run("two percent", two_percent_are_found);
	tap_run("noise", much_noise_is_no_finding);
	tap_run("inputs", both_see_the_same_inputs);
	tap_run("luck", luck_is_noise);
	tap_run("failures", what_fails_is_told);
	return tap_done();
}
