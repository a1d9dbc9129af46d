#include "harness/outcome.h"

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_EXITED] = "exited",
		[OUTCOME_TRAPPED] = "trapped",
		[OUTCOME_OUT_OF_FUEL] = "out of fuel",
		[OUTCOME_OUT_OF_TIME] = "out of time",
		[OUTCOME_OUTPUT_LIMIT] = "too much output",
		[OUTCOME_DISK_LIMIT] = "disk full",
		[OUTCOME_REFUSED] = "refused",
	};
	return names[outcome];
}

void outcome_of_wasi(const struct wasi *w, struct run_result *r)
{
	static const enum outcome outcomes[] = {
		[WASI_EXITED] = OUTCOME_EXITED,
		[WASI_ABORTED] = OUTCOME_TRAPPED,
		[WASI_OUTPUT_FULL] = OUTCOME_OUTPUT_LIMIT,
		[WASI_DISK_FULL] = OUTCOME_DISK_LIMIT,
		[WASI_CLOCK_RAN_OUT] = OUTCOME_OUT_OF_TIME,
	};
	r->outcome = outcomes[w->end];
	r->exit_code = (int)(w->exit_code & 0xFF);
	r->exited_by_call = w->end == WASI_EXITED;
	if (w->end == WASI_ABORTED)
		snprintf(r->trap, sizeof(r->trap), "raised a signal");
}
