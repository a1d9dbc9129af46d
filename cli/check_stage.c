#include "cli/check_stage.h"

#include "harness/judged.h"

/* A rewrite that is looked at, with what a verdict on it is kept by. */
struct checking {
	struct work *work;
	struct candidate candidate;
	struct tree *files;
	bool is_kept; /* a folder is no candidate: there is nothing that a verdict could belong to */
	struct hash key;
};

static int recall(struct checking *c, json_t **out, struct err *err)
{
	struct work *w = c->work;
	if (work_read(w, err) < 0 || work_ledger(w, err) < 0)
		return -1;
	c->key = judge_key(&w->original.project, w->original.tree, c->files);
	return judged_recall(w->ledger, &c->candidate, &c->key, &w->arena, out, err);
}

static int find_out(struct checking *c, json_t **out, struct err *err)
{
	struct work *w = c->work;
	if (work_extract(w, err) < 0)
		return -1;
	struct judged_ask ask = {
		.suite = &w->original.suite,
		.extracted = &w->extracted,
		.candidate = &c->candidate,
		.files = c->files,
		.ledger = c->is_kept ? w->ledger : NULL,
		.key = c->key,
		.begun_ns = w->begun_ns,
	};
	return judged_find_out(&ask, out, err);
}

int check_stage(struct work *w, const struct selection *selection, json_t **out, struct err *err)
{
	SCOPED_TREE struct tree *files = tree_new();
	struct checking c = {
		.work = w,
		.candidate = selection->candidate,
		.files = files,
		.is_kept = selection->kind == SELECTION_CANDIDATE,
	};
	SCOPED_JSON json_t *value = NULL;
	if (selection_read(work_folder(w), selection, files, err) < 0)
		return -1;
	if (!c.is_kept)
		c.candidate.title = selection->name;
	else if (recall(&c, &value, err) < 0)
		return -1;
	if (!value && find_out(&c, &value, err) < 0)
		return -1;
	*out = take(value);
	return 0;
}

int check_stage_recall(struct work *w, const struct candidate *candidate, json_t **out, struct err *err)
{
	SCOPED_TREE struct tree *files = tree_new();
	struct checking c = {.work = w, .candidate = *candidate, .files = files, .is_kept = true};
	return candidates_read(work_folder(w), candidate, files, err) < 0 ? -1 : recall(&c, out, err);
}
