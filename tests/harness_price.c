#include "harness/price.h"

#include "core/parallel.h"
#include "core/prng.h"
#include "tests/tap.h"

static struct arena arena;

/* $3 and $15 a million. */
static const struct price usual = {.known = true, .input = 3000, .output = 15000, .cache_read = 300, .cache_write = 3750};

static void costs(void)
{
	const uint64_t most = INT64_MAX;
	struct usage usage = {.known = true, .fresh = 1000, .cache_read = 20000, .cache_write = 400, .output = 100,
			      .reasoning = 60};
	is_int(price_of(&usual, &usage), 3000000 + 6000000 + 1500000 + 1500000);
	is_int(price_of(&usual, &(struct usage){.known = true}), 0);
	is_int(price_of(&(struct price){0}, &usage), 0);
	ok(price_of(&usual, &(struct usage){.fresh = UINT64_MAX}) == most);
	ok(price_of(&usual, &(struct usage){.output = most / 15000 + 1}) == most);
	is_int(price_of(&usual, &(struct usage){.output = most / 15000}), most / 15000 * 15000);
	ok(price_of(&(struct price){.input = 1, .output = 1}, &(struct usage){.fresh = most, .output = 1}) == most);
	ok(price_of(&(struct price){.input = UINT64_MAX}, &(struct usage){.fresh = 1}) == most);
}

static void costs_at_most(void)
{
	is_int(price_at_most(&usual, 1000, 100), 3750 * 1000 + 15000 * 100);
	is_int(price_at_most(&(struct price){.input = 2, .cache_read = 5}, 10, 0), 50);
	is_int(price_at_most(&(struct price){.input = 2, .cache_read = 1, .cache_write = 1}, 10, 0), 20);
	ok(price_at_most(&usual, SIZE_MAX, 1) == INT64_MAX);
	ok(price_at_most(&usual, 1, UINT64_MAX) == INT64_MAX);
}

static void dollars_are_read(void)
{
	static const struct {
		const char *text;
		uint64_t nano;
	} good[] = {
		{"1", 1000000000},
		{"12.50", 12500000000},
		{"0.03", 30000000},
		{"0.000000001", 1},
		{"00.5", 500000000},
		{"9223372036.854775806", INT64_MAX - 1},
	};
	static const char *const bad[] = {
		"",	"0",	 "0.0",	 "0.0000000001", "1.0000000000", ".5",	"5.",	".",
		"-1",	"+1",	 " 1",	 "1 ",		 "1,5",		 "1e3", "$1",	"1.2.3",
		"1.-2", "0x1",	 "1.5a", "9223372036.854775807",	 "9223372037",	"99999999999999999999",
	};
	for (size_t i = 0; i < countof(good); i++) {
		uint64_t nano = 0;
		tap_ok(price_dollars(str_of(good[i].text), &nano), good[i].text, __FILE__, __LINE__);
		is_int(nano, good[i].nano);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		uint64_t nano = 7;
		tap_ok(!price_dollars(str_of(bad[i]), &nano) && nano == 7, bad[i], __FILE__, __LINE__);
	}
	ok(!price_dollars((struct str){"1\0002", 3}, &(uint64_t){0}));
}

static void dollars_are_shown(void)
{
	static const struct {
		uint64_t nano;
		const char *text;
	} rows[] = {
		{0, "$0"},
		{1, "$0.000000001"},
		{99, "$0.000000099"},
		{104, "$0.0000001"},
		{3100000, "$0.0031"},
		{3149999, "$0.0031"},
		{3150000, "$0.0032"},
		{9960000, "$0.01"},
		{30000000, "$0.03"},
		{31400000, "$0.031"},
		{99500000, "$0.10"},
		{500000000, "$0.50"},
		{1265000000, "$1.27"},
		{1264999999, "$1.26"},
		{1999999999, "$2.00"},
		{12500000000, "$12.50"},
		{INT64_MAX, "$9223372036.85"},
		{UINT64_MAX, "$9223372036.85"},
	};
	for (size_t i = 0; i < countof(rows); i++)
		is_str(price_text(rows[i].nano, &arena), rows[i].text);
}

/* ---- a limit */

static void limit_is_kept(void)
{
	struct budget b;
	budget_init(&b, true, 100, 10);
	ok(!budget_reserve(&b, 91));
	is_int(b.reserved, 0);
	ok(budget_reserve(&b, 60));
	ok(budget_reserve(&b, 30));
	ok(budget_reserve(&b, 0));
	budget_settle(&b, 60, 5);
	is_int(b.spent, 15);
	is_int(b.reserved, 30);
	ok(budget_reserve(&b, 55));
	budget_settle(&b, 30, 30);
	budget_settle(&b, 55, 55);
	is_int(b.spent, 100);
	ok(!budget_reserve(&b, 1));
	ok(!budget_reserve(&b, UINT64_MAX));
	budget_release(&b);
}

struct waiting {
	struct budget *budget;
	bool got;
};

static void *reserve_sixty(void *data)
{
	struct waiting *w = data;
	w->got = budget_reserve(w->budget, 60);
	return NULL;
}

/* What is reserved is the most that it can be: whoever needs more than is left waits for what comes back of it. */
static void waits_for_what_comes_back(void)
{
	static const struct {
		uint64_t spent;
		bool got;
	} rows[] = {{10, true}, {40, true}, {41, false}, {60, false}};
	for (size_t i = 0; i < countof(rows); i++) {
		struct budget b;
		struct waiting w = {.budget = &b};
		pthread_t thread;
		budget_init(&b, true, 100, 0);
		ok(budget_reserve(&b, 60));
		if (!ok(pthread_create(&thread, NULL, reserve_sixty, &w) == 0))
			return;
		budget_settle(&b, 60, rows[i].spent);
		pthread_join(thread, NULL);
		ok(w.got == rows[i].got);
		is_int(b.reserved, rows[i].got ? 60 : 0);
		budget_release(&b);
	}
}

static void who_has_spent_more_may_spend_nothing(void)
{
	struct budget b;
	budget_init(&b, true, 100, 0);
	ok(budget_reserve(&b, 10));
	budget_settle(&b, 10, 150);
	is_int(b.spent, 150);
	ok(!budget_reserve(&b, 0));
	budget_release(&b);
	budget_init(&b, true, 100, UINT64_MAX);
	ok(!budget_reserve(&b, 1));
	budget_release(&b);
}

static void no_limit(void)
{
	struct budget b;
	budget_init(&b, false, 0, 0);
	ok(budget_reserve(&b, INT64_MAX));
	ok(budget_reserve(&b, UINT64_MAX));
	ok(b.reserved == INT64_MAX);
	budget_settle(&b, INT64_MAX, INT64_MAX);
	budget_settle(&b, UINT64_MAX, 1);
	ok(b.spent == INT64_MAX);
	is_int(b.reserved, 0);
	budget_release(&b);
}

enum { LIMIT = 1000000, SPENDERS = 8, ROUNDS = 4000 };

struct spending {
	struct budget budget;
	uint64_t spent[SPENDERS];
	unsigned passed[SPENDERS]; /* how often the limit was */
	unsigned refused[SPENDERS];
};

static void spend(void *data, size_t index)
{
	struct spending *s = data;
	struct budget *b = &s->budget;
	struct prng chance = {index};
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t most = 1 + prng_below(&chance, LIMIT / 100), part = prng_below(&chance, most + 1);
		if (!budget_reserve(b, most)) {
			s->refused[index]++;
			continue;
		}
		pthread_mutex_lock(&b->lock);
		s->passed[index] += b->spent + b->reserved > b->limit;
		pthread_mutex_unlock(&b->lock);
		budget_settle(b, most, part);
		s->spent[index] += part;
	}
}

static void threads_never_pass_it(void)
{
	struct spending s = {0};
	struct parallel p = {.threads = SPENDERS, .stack_bytes = 256 << 10, .work = spend, .data = &s};
	uint64_t spent = 0;
	unsigned passed = 0, refused = 0;
	budget_init(&s.budget, true, LIMIT, 0);
	is_int(parallel_run(&p, SPENDERS, NULL), 0);
	for (size_t i = 0; i < SPENDERS; i++) {
		spent += s.spent[i];
		passed += s.passed[i];
		refused += s.refused[i];
	}
	is_int(passed, 0);
	ok(refused > 0);
	is_int(s.budget.spent, spent);
	is_int(s.budget.reserved, 0);
	ok(spent <= LIMIT && spent > LIMIT * 9 / 10);
	budget_release(&s.budget);
}

int main(void)
{
	tap_run("what a request costs", costs);
	tap_run("at the most", costs_at_most);
	tap_run("dollars are read", dollars_are_read);
	tap_run("dollars are shown", dollars_are_shown);
	tap_run("a limit is kept", limit_is_kept);
	tap_run("waits for what comes back", waits_for_what_comes_back);
	tap_run("more was spent than reserved", who_has_spent_more_may_spend_nothing);
	tap_run("no limit", no_limit);
	tap_run("threads never pass it", threads_never_pass_it);
	arena_release(&arena);
	return tap_done();
}
