#include "harness/judged.h"

#include "core/clock.h"

int judged_recall(struct ledger *ledger, const struct candidate *candidate, const struct hash *key, struct arena *a,
		  json_t **out, struct err *err)
{
	struct ledger_verdict row;
	SCOPED_JSON json_t *value = NULL;
	uint64_t consulted;
	bool is = false;
	if (ledger_find_verdict(ledger, candidate->commit, key, a, &is, &row, err) < 0 ||
	    ledger_consulted(ledger, &consulted, err) < 0)
		return -1;
	if (is && json_parse(row.result, LEDGER_FILE, &value, NULL) == 0) {
		if (ledger_renew_verdict(ledger, candidate->commit, key, err) < 0)
			return -1;
		judgement_json_recall(value, candidate, consulted);
	}
	*out = take(value);
	return 0;
}

static uint32_t count(size_t n)
{
	return (uint32_t)min_size(n, UINT32_MAX);
}

static int keep(const struct judged_ask *ask, const struct judgement *j, const json_t *value, struct err *err)
{
	SCOPED_MEM char *text = json_print(value);
	struct ledger_verdict row = {
		.commit = ask->candidate->commit,
		.key = ask->key,
		.judged_s = clock_now_s(),
		.verdict = j->verdict,
		.visible_passed = count(j->tests.visible_passed),
		.visible_failed = count(j->tests.visible_failed),
		.sealed_passed = count(j->tests.sealed_passed),
		.sealed_failed = count(j->tests.sealed_failed),
		.divergences = j->tests.divergences_total + j->differential.differences_len,
		.fuel = j->tests.fuel,
		.result = str_of(text),
	};
	return ledger_add_verdict(ask->ledger, &row, err);
}

static int judge(const struct judged_ask *ask, const struct judgement *j, json_t **out, struct err *err)
{
	uint64_t consulted = 0;
	if (ask->ledger && ledger_consulted(ask->ledger, &consulted, err) < 0)
		return -1;
	struct judgement_subject subject = {
		.project = ask->suite->project,
		.candidate = ask->candidate,
		.consulted = consulted + (j->tests.sealed_passed + j->tests.sealed_failed > 0),
		.wall_ns = clock_monotonic_ns() - ask->begun_ns,
	};
	SCOPED_JSON json_t *value = judgement_json(&subject, j);
	/* With fewer inputs, or the seed that one likes best, a pass is no answer. */
	bool is_kept = ask->ledger && (!ask->by_hand || j->verdict == VERDICT_FAIL);
	if (is_kept && keep(ask, j, value, err) < 0)
		return -1;
	*out = take(value);
	return 0;
}

int judged_find_out(const struct judged_ask *ask, json_t **out, struct err *err)
{
	struct judgement j;
	if (judge_rewrite(ask->suite, ask->extracted, ask->files, &ask->differential, &j, err) < 0)
		return -1;
	int result = judge(ask, &j, out, err);
	judgement_release(&j);
	return result;
}
