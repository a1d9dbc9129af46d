#include "cli/run_stages.h"

#include "cli/judgement_report.h"
#include "core/clock.h"

/*
 * Who is judged: the best one of the model's attempts, and each rewrite that somebody took in; never the other
 * attempts, since whoever asks about all of them chooses by the sealed tests.
 */
struct judging {
	struct running *r;
	struct candidate_list list;
	struct attempt *attempts;
	size_t attempts_len;
	bool *done; /* of each candidate: its verdict is of today */
	bool is_new; /* one of them was found out now */
};

static int judge(struct judging *j, size_t index, struct err *err)
{
	struct selection selection = {.kind = SELECTION_CANDIDATE, .candidate = j->list.items[index]};
	SCOPED_JSON json_t *value = NULL;
	if (j->done[index])
		return 0;
	j->r->work.begun_ns = clock_monotonic_ns();
	if (check_stage(&j->r->work, &selection, &(struct check_effort){0}, &value, err) < 0)
		return -1;
	j->done[index] = true;
	j->is_new |= !json_is(value, "cached");
	return 0;
}

/* By the ledger: anybody could have written a trailer. */
static bool is_attempt(const struct judging *j, const struct candidate *c)
{
	for (size_t i = 0; i < j->attempts_len; i++) {
		if (strcmp(j->attempts[i].commit, c->commit) == 0)
			return true;
	}
	return false;
}

static bool is_wanted(const struct judging *j, const struct candidate *c)
{
	return strcmp(c->commit, j->r->generated) == 0 || !is_attempt(j, c);
}

static size_t index_of(const struct judging *j, const char *commit)
{
	size_t i = 0;
	while (i < j->list.len && strcmp(j->list.items[i].commit, commit) != 0)
		i++;
	return i;
}

/* The best by what was found out now; which is judged anew if its verdict is not of today, and then another may be. */
static int settle(struct judging *j, struct err *err)
{
	struct running *r = j->r;
	for (;;) {
		if (selector_find(work_folder(&r->work), r->selector, &r->work.arena, &r->selection, err) < 0)
			return -1;
		size_t index = index_of(j, r->selection.candidate.commit);
		if (index == j->list.len)
			return err_set(err, ERR_USAGE, "%.40s has come just now; the same command goes on with it",
				       r->selection.name);
		if (j->done[index])
			return 0;
		if (judge(j, index, err) < 0)
			return -1;
	}
}

static int judge_all(struct judging *j, struct err *err)
{
	for (size_t i = 0; i < j->list.len && !j->r->selector; i++) {
		if (is_wanted(j, &j->list.items[i]) && judge(j, i, err) < 0)
			return -1;
	}
	return settle(j, err);
}

static int describe(struct running *r, struct stage_result *ret, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	if (check_stage_recall(&r->work, &r->selection.candidate, &value, err) < 0)
		return -1;
	static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_WARN, STYLE_WARN};
	enum verdict verdict = judgement_report_verdict(value);
	ret->mark = verdict_name(verdict);
	ret->style = styles[verdict];
	ret->text = arena_printf(&r->work.arena, "%s: %s", r->selection.name, json_text_of(value, "reason"));
	return 0;
}

int run_stage_check(struct running *r, struct stage_result *ret, struct err *err)
{
	struct work *w = &r->work;
	struct judging j = {.r = r};
	if (work_ledger(w, err) < 0 || candidates_list(work_folder(w), &w->arena, &j.list, err) < 0 ||
	    runs_attempts(w->ledger, 0, &w->arena, &j.attempts, &j.attempts_len, err) < 0)
		return -1;
	j.done = arena_array(&w->arena, j.list.len, bool);
	*ret = (struct stage_result){.state = STAGE_SKIPPED, .mark = "", .text = "there is no candidate"};
	if (j.list.len == 0)
		return 0;
	if (judge_all(&j, err) < 0)
		return -1;
	r->has_candidate = true;
	ret->state = j.is_new ? STAGE_DONE : STAGE_UNCHANGED;
	return describe(r, ret, err);
}
