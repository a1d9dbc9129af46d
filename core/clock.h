#ifndef RECAST_CORE_CLOCK_H
#define RECAST_CORE_CLOCK_H

/* The host's clocks. Guests never see them: theirs is virtual (harness/wasi.h). */

#include "core/base.h"

uint64_t clock_monotonic_ns(void);
uint64_t clock_thread_cpu_ns(void);

/* "2026-01-31", where the user is. */
void clock_date(char ret_date[static 11]);

#endif
