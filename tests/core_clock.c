#include "core/clock.h"

#include "tests/tap.h"

static void times_as_text(void)
{
	static const struct {
		int64_t time_s;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00Z"},           {1000000000, "2001-09-09T01:46:40Z"},
		{4102444800, "2100-01-01T00:00:00Z"},  {253402300799, "9999-12-31T23:59:59Z"},
		{INT64_MAX, "9999-12-31T23:59:59Z"},   {-1, "1970-01-01T00:00:00Z"},
		{INT64_MIN, "1970-01-01T00:00:00Z"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		char text[21];
		clock_utc(cases[i].time_s, text);
		is_str(text, cases[i].text);
	}
}

static void now(void)
{
	char date[11];
	uint64_t before_ns = clock_monotonic_ns();
	ok(clock_now_s() > 1700000000);
	ok(clock_monotonic_ns() >= before_ns);
	clock_date(date);
	is_int(strlen(date), 10);
}

int main(void)
{
	tap_run("times as text", times_as_text);
	tap_run("now", now);
	return tap_done();
}
