#include "cli/check_stage.h"

#include "harness/differences.h"
#include "harness/judged.h"

#include <unistd.h>

enum { SEEDS = 999999999 }; /* short enough to be typed */

/* A rewrite that is looked at, with what a verdict on it is kept by. */
struct checking {
	struct work *work;
	struct candidate candidate;
	struct tree *files;
	bool is_kept; /* a folder is no candidate: there is nothing that a verdict could belong to */
	struct hash key;
	struct check_effort effort;
};

static bool is_by_hand(const struct checking *c)
{
	return c->effort.inputs || c->effort.seed;
}

/* One that nobody can know before. */
static int draw_seed(uint64_t *ret, struct err *err)
{
	uint64_t number;
	if (getentropy(&number, sizeof(number)) < 0)
		return err_errno(err, "no random numbers from the system");
	*ret = 1 + number % SEEDS;
	return 0;
}

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
	struct differential_effort effort = {.seed = c->effort.seed};
	if (work_extract(w, err) < 0 || (!effort.seed && draw_seed(&effort.seed, err) < 0))
		return -1;
	effort.inputs = c->effort.inputs ? c->effort.inputs : w->original.project.differential_inputs;
	struct judged_ask ask = {
		.suite = &w->original.suite,
		.extracted = &w->extracted,
		.candidate = &c->candidate,
		.files = c->files,
		.ledger = c->is_kept ? w->ledger : NULL,
		.key = c->key,
		.begun_ns = w->begun_ns,
		.differential = effort,
		.by_hand = is_by_hand(c),
	};
	return judged_find_out(&ask, out, err);
}

/* Somebody who chose the effort wants to see what comes of it. */
static int recall_or_find_out(struct checking *c, json_t **out, struct err *err)
{
	if (c->is_kept && recall(c, out, err) < 0)
		return -1;
	if (is_by_hand(c)) {
		json_decref(*out);
		*out = NULL;
	}
	return *out ? 0 : find_out(c, out, err);
}

int check_stage(struct work *w, const struct selection *selection, const struct check_effort *effort, json_t **out,
		struct err *err)
{
	SCOPED_TREE struct tree *files = tree_new();
	struct checking c = {
		.work = w,
		.candidate = selection->candidate,
		.files = files,
		.is_kept = selection->kind == SELECTION_CANDIDATE,
		.effort = *effort,
	};
	SCOPED_JSON json_t *value = NULL;
	if (selection_read(work_folder(w), selection, files, err) < 0)
		return -1;
	if (!c.is_kept)
		c.candidate.title = selection->name;
	if (recall_or_find_out(&c, &value, err) < 0)
		return -1;
	/* Nothing that was found before is gone because it is not found now. */
	bool is_to_stay = is_by_hand(&c) && differences_len(value) == 0;
	if (!is_to_stay && differences_save(work_folder(w), value, err) < 0)
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
