#include "cli/strength_stage.h"

static int measure(struct work *w, const struct strength_ask *ask, json_t **out, struct err *err)
{
	SCOPED(suite_result_release) struct suite_result baseline = {0};
	if (work_build(w, err) < 0 || suite_run(&w->original.suite, &baseline, err) < 0)
		return -1;
	return strength_measure(&w->original.suite, &baseline, ask, out, err);
}

int strength_stage(struct work *w, const struct strength_ask *ask, json_t **out, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	if (work_read(w, err) < 0 || work_ledger(w, err) < 0)
		return -1;
	struct hash key = strength_key(&w->original.project, w->original.tree, ask);
	if (strength_recall(w->ledger, ask, &key, &value, err) < 0)
		return -1;
	if (!value) {
		if (measure(w, ask, &value, err) < 0)
			return -1;
		strength_set_project(value, &w->original.project, w->original.tree);
		if (strength_keep(w->ledger, ask, &key, value, err) < 0)
			return -1;
	}
	*out = take(value);
	return 0;
}

int strength_stage_known(struct work *w, json_t **out, struct err *err)
{
	SCOPED_LEDGER struct ledger *existing = NULL;
	if (work_read(w, err) < 0 || (!w->ledger && ledger_open_existing(work_folder(w), &existing, err) < 0))
		return -1;
	return strength_known(w->ledger ? w->ledger : existing, &w->original.project, w->original.tree, out, err);
}
