#include "cli/bench_figures.h"
#include "cli/bench_stage.h"
#include "cli/run_stages.h"

int run_stage_bench(struct running *r, struct stage_result *ret, struct err *err)
{
	const struct selection parties[] = {{.kind = SELECTION_ORIGINAL, .name = "original"}, r->selection};
	const struct bench_wish wish = {
		.parties = parties, .parties_len = countof(parties), .budget_ns = r->bench_s * (uint64_t)1000000000};
	SCOPED_JSON json_t *value = NULL;
	*ret = (struct stage_result){.state = STAGE_SKIPPED, .mark = "", .text = "there is no candidate"};
	if (!r->has_candidate)
		return 0;
	if (bench_stage_recall(&r->work, &wish, &value, err) < 0)
		return -1;
	ret->state = value ? STAGE_UNCHANGED : STAGE_DONE;
	if (!value && bench_stage(&r->work, &wish, &value, err) < 0)
		return -1;
	const char *verdict = json_text_of(value, "verdict");
	ret->mark = arena_strdup(&r->work.arena, verdict);
	ret->style = bench_verdict_style(verdict);
	ret->text = arena_strdup(&r->work.arena, bench_sentence(value, value, &r->work.arena));
	return 0;
}
