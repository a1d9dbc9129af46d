#ifndef RECAST_CORE_CLOCK_H
#define RECAST_CORE_CLOCK_H

/* The host's clocks. Guests never see them: theirs is virtual (harness/wasi.h). */

#include "core/base.h"

uint64_t clock_monotonic_ns(void);
uint64_t clock_thread_cpu_ns(void);

/* "2026-01-31", where the user is. */
void clock_date(char ret_date[static 11]);

/* Seconds since 1970, UTC. */
int64_t clock_now_s(void);

/* "2026-01-31T09:05:00Z"; for times before 1970 and after 9999 the nearest that there is. */
void clock_utc(int64_t time_s, char ret_text[static 21]);

#endif
