#include "core/clock.h"

#include <time.h>

static uint64_t now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t clock_monotonic_ns(void)
{
	return now(CLOCK_MONOTONIC);
}

uint64_t clock_thread_cpu_ns(void)
{
	return now(CLOCK_THREAD_CPUTIME_ID);
}

void clock_date(char ret_date[static 11])
{
	time_t now = time(NULL);
	struct tm parts;
	if (!localtime_r(&now, &parts) || strftime(ret_date, 11, "%Y-%m-%d", &parts) == 0)
		memcpy(ret_date, "1970-01-01", 11);
}

int64_t clock_now_s(void)
{
	return (int64_t)time(NULL);
}

void clock_utc(int64_t time_s, char ret_text[static 21])
{
	static const int64_t last_s = 253402300799;
	time_t t = (time_t)(time_s < 0 ? 0 : time_s > last_s ? last_s : time_s);
	struct tm parts;
	if (!gmtime_r(&t, &parts) || strftime(ret_text, 21, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		memcpy(ret_text, "1970-01-01T00:00:00Z", 21);
}
