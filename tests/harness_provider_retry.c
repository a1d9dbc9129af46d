/* When a provider is asked again. */
#include "core/prng.h"
#include "harness/provider_parts.h"
#include "tests/tap.h"

static struct provider_result with(const char *name, const char *value, const char *date)
{
	struct http_header items[] = {{name, value}, {"date", date}};
	struct http_headers headers = {items, date ? 2 : 1};
	struct provider_result result = {.outcome = PROVIDER_BUSY};
	provider_read_retry(&headers, 784111770, &result); /* 1994-11-06T08:49:30Z */
	return result;
}

static void reads_what_the_server_says(void)
{
	static const struct {
		const char *name, *value, *date;
		int64_t wait_ms; /* -1: none */
	} cases[] = {
		{"retry-after", "0", NULL, 0},
		{"retry-after", "7", NULL, 7000},
		{"retry-after", " 7 ", NULL, 7000},
		{"retry-after", "1.5", NULL, 1500},
		{"retry-after", "1.", NULL, -1},
		{"retry-after", "0.0625", NULL, 62},
		{"retry-after", "100000000000", NULL, 100000000000000},
		{"retry-after", "99999999999999999999", NULL, -1},
		{"retry-after", "18446744073709551615", NULL, -1},
		{"retry-after", "-1", NULL, -1},
		{"retry-after", "soon", NULL, -1},
		{"retry-after", "", NULL, -1},
		{"retry-after", "1.x", NULL, -1},
		{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", NULL, 7000},
		{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", 30000},
		{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", "now", 7000},
		{"retry-after", "Sun, 06 Nov 1994 08:49:07 GMT", NULL, 0},
		{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT+1", NULL, -1},
		{"retry-after", "Sun, 06 anF 1994 08:49:37 GMT", NULL, -1},
		{"retry-after", "Sun, 06 Nov 1994 08:49", NULL, -1},
		{"retry-after-ms", "250", NULL, 250},
		{"retry-after-ms", "250.7", NULL, 250},
		{"retry-after-ms", "x", NULL, -1},
		{"x-other", "7", NULL, -1},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct provider_result r = with(cases[i].name, cases[i].value, cases[i].date);
		tap_int(r.has_wait ? (intmax_t)r.wait_ms : -1, cases[i].wait_ms, cases[i].value, __FILE__, __LINE__);
	}
	ok(with("x-should-retry", "true", NULL).retry);
	ok(with("x-should-retry", "false", NULL).no_retry);
	ok(!with("x-should-retry", "maybe", NULL).retry && !with("x-should-retry", "maybe", NULL).no_retry);
}

static void tries_again(void)
{
	static const struct {
		enum provider_outcome outcome;
		bool retry, no_retry;
		unsigned tries;
		bool again;
	} cases[] = {
		{PROVIDER_BUSY, false, false, 1, true},      {PROVIDER_BUSY, false, false, 2, true},
		{PROVIDER_BUSY, false, false, 3, false},     {PROVIDER_BUSY, true, false, 3, false},
		{PROVIDER_BUSY, false, true, 1, false},      {PROVIDER_BROKEN, false, false, 1, true},
		{PROVIDER_BROKEN, false, true, 1, false},    {PROVIDER_DOWN, false, false, 1, false},
		{PROVIDER_DOWN, true, false, 1, false},      {PROVIDER_REJECTED, false, false, 1, false},
		{PROVIDER_REJECTED, true, false, 1, true},   {PROVIDER_DECLINED, true, false, 1, false},
		{PROVIDER_ANSWERED, true, false, 1, false},  {PROVIDER_CANCELLED, true, false, 1, false},
	};
	struct provider p = {.tries = 3};
	for (size_t i = 0; i < countof(cases); i++) {
		struct provider_result r = {.outcome = cases[i].outcome, .retry = cases[i].retry,
					    .no_retry = cases[i].no_retry};
		uint64_t wait_ms = 77;
		bool again = provider_again(&p, &r, cases[i].tries, 5, &wait_ms);
		is_int(again, cases[i].again);
		ok(again || wait_ms == 77);
	}
}

static void waits_twice_as_long_each_time(void)
{
	static const struct {
		unsigned tries;
		uint64_t low, high;
	} cases[] = {{1, 500, 1000}, {2, 1000, 2000}, {3, 2000, 4000}, {4, 4000, 8000}, {5, 4000, 8000}, {99, 4000, 8000}};
	struct provider p = {.tries = 100};
	struct provider_result r = {.outcome = PROVIDER_BUSY};
	struct prng prng = {7};
	for (size_t i = 0; i < countof(cases); i++) {
		uint64_t low = UINT64_MAX, high = 0, wait_ms;
		for (unsigned k = 0; k < 2000; k++) {
			if (!provider_again(&p, &r, cases[i].tries, prng_next(&prng), &wait_ms))
				break;
			low = wait_ms < low ? wait_ms : low;
			high = wait_ms > high ? wait_ms : high;
		}
		ok(low >= cases[i].low && high <= cases[i].high);
		ok(high - low > (cases[i].high - cases[i].low) * 9 / 10);
	}
}

static void comes_when_it_is_told(void)
{
	struct provider p = {.tries = 2};
	struct provider_result r = {.outcome = PROVIDER_BUSY, .has_wait = true, .wait_ms = 7000};
	uint64_t wait_ms = 0;
	ok(provider_again(&p, &r, 1, 9, &wait_ms));
	is_int(wait_ms, 7000);
	r.wait_ms = 3600000;
	ok(provider_again(&p, &r, 1, 9, &wait_ms));
	is_int(wait_ms, 60000);
	r.wait_ms = 0;
	ok(provider_again(&p, &r, 1, 9, &wait_ms));
	is_int(wait_ms, 0);
}

static void statuses_are_taken_so(void)
{
	static const struct {
		unsigned status;
		enum provider_outcome outcome;
	} cases[] = {
		{0, PROVIDER_BUSY},       {204, PROVIDER_DOWN},     {301, PROVIDER_DOWN},     {308, PROVIDER_DOWN},
		{400, PROVIDER_REJECTED}, {401, PROVIDER_DOWN},     {402, PROVIDER_DOWN},     {403, PROVIDER_DOWN},
		{404, PROVIDER_REJECTED}, {407, PROVIDER_DOWN},     {408, PROVIDER_BUSY},     {409, PROVIDER_BUSY},
		{413, PROVIDER_REJECTED}, {422, PROVIDER_REJECTED}, {425, PROVIDER_BUSY},     {429, PROVIDER_BUSY},
		{500, PROVIDER_BUSY},     {503, PROVIDER_BUSY},     {529, PROVIDER_BUSY},     {999, PROVIDER_BUSY},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_int(provider_status_outcome(cases[i].status), cases[i].outcome);
	is_str(provider_outcome_name(PROVIDER_DECLINED), "declined");
	is_str(provenance_name(PROVENANCE_UNATTESTED), "unattested");
}

int main(void)
{
	tap_run("what the server says of it", reads_what_the_server_says);
	tap_run("who is asked again", tries_again);
	tap_run("each wait is twice as long", waits_twice_as_long_each_time);
	tap_run("a time that is told is kept", comes_when_it_is_told);
	tap_run("what a status means", statuses_are_taken_so);
	return tap_done();
}
