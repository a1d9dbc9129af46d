#include "cli/work.h"

#include "core/clock.h"

void work_begin(struct work *w, const struct common *common)
{
	*w = (struct work){.common = common, .begun_ns = clock_monotonic_ns()};
}

const char *work_folder(const struct work *w)
{
	return w->common->folder;
}

int work_check(const struct work *w, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct project project;
	return project_read(work_folder(w), &scratch, &project, err);
}

int work_read(struct work *w, struct err *err)
{
	if (w->is_read)
		return 0;
	if (original_read(w->common, &w->original, err) < 0)
		return -1;
	w->is_read = true;
	return 0;
}

int work_build(struct work *w, struct err *err)
{
	if (w->is_built)
		return 0;
	if (work_read(w, err) < 0 || original_build(&w->original, err) < 0)
		return -1;
	w->is_built = true;
	return 0;
}

int work_extract(struct work *w, struct err *err)
{
	if (w->is_extracted)
		return 0;
	if (work_build(w, err) < 0 || extract_run(&w->original.suite, &w->original.source, &w->extracted, err) < 0)
		return -1;
	w->is_extracted = true;
	return 0;
}

int work_ledger(struct work *w, struct err *err)
{
	return w->ledger ? 0 : ledger_open(work_folder(w), &w->ledger, err);
}

void work_end(struct work *w)
{
	ledger_close(w->ledger);
	if (w->is_extracted)
		extract_release(&w->extracted);
	original_close(&w->original);
	arena_release(&w->arena);
	*w = (struct work){0};
}
