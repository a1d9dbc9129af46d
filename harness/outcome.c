#include "harness/outcome.h"

#include "harness/wasmfile.h"

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

void outcome_where(struct str module, const uint32_t *functions, size_t len, struct run_result *ret)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_BUF struct buf text;
	struct wasmfile file = {0};
	buf_init(&text, sizeof(ret->where) - 1);
	if (module.len)
		wasmfile_read(module, &scratch, &file, NULL);
	for (size_t i = 0; i < len; i++) {
		const char *name = wasmfile_function_name(&file, functions[i]);
		buf_append_cstr(&text, i ? " < " : "");
		if (name)
			buf_append_cstr(&text, name);
		else
			buf_printf(&text, "function %u", functions[i]);
	}
	memcpy(ret->where, text.ptr, text.len + 1);
}
