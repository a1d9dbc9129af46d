#include "cli/run_stages.h"
#include "harness/simask.h"

static void describe(struct running *r, const json_t *value, struct stage_result *ret)
{
	struct arena *a = &r->work.arena;
	const char *rank = json_text_of(json_object_get(value, "rank"), "text");
	double share = json_number_value(json_object_get(value, "original_in_candidate"));
	size_t findings = json_array_size(json_object_get(value, "findings"));
	ret->text = arena_printf(a, "%.1f %% of the original stands in it; %s; %zu finding%s", 100 * share,
				 rank[0] ? rank : "no yardstick", findings, findings == 1 ? "" : "s");
}

static int compare(struct running *r, struct simstudy *study, struct stage_result *ret, struct err *err)
{
	struct simresult result = {0};
	if (simstudy_run(study, 0, r->work.ledger, &result, err) < 0)
		return -1;
	ret->state = result.known ? STAGE_UNCHANGED : STAGE_DONE;
	describe(r, result.value, ret);
	simresult_release(&result);
	return 0;
}

static struct strings strings_from(const struct option_list *list, struct arena *a)
{
	return (struct strings){arena_copy(a, list->items, list->len, sizeof(*list->items)), list->len};
}

int run_stage_similarity(struct running *r, struct stage_result *ret, struct err *err)
{
	struct simstudy study;
	const char *rewrites[] = {r->selection.name};
	const struct simask ask = {
		.folder = work_folder(&r->work),
		.rewrites = {rewrites, 1},
		.nulls = strings_from(r->nulls, &r->work.arena),
		.common = strings_from(r->common_code, &r->work.arena),
	};
	*ret = (struct stage_result){.state = STAGE_SKIPPED, .mark = "", .text = "there is no candidate"};
	if (!r->has_candidate)
		return 0;
	struct err why = {0};
	if (simask_read(&ask, &study, &why) < 0) {
		/* A rewrite without C, say, which other stages have said enough about. */
		ret->text = arena_strdup(&r->work.arena, why.text);
		return why.kind == ERR_USAGE && !r->nulls->len && !r->common_code->len ? 0 : err_copy(err, &why);
	}
	study.tools = &r->work.original.workshop.tools;
	int result = compare(r, &study, ret, err);
	simstudy_release(&study);
	return result;
}
