#include "cli/bench_stage.h"

#include "core/clock.h"
#include "harness/projectkey.h"

/* Those who are to be measured, with their files. */
struct parties {
	struct benched_party items[BENCHED_PARTIES_MAX];
	struct tree *files[BENCHED_PARTIES_MAX];
	struct hash key;
};

static int read_parties(struct work *w, const struct bench_wish *wish, struct parties *p, struct err *err)
{
	if (work_read(w, err) < 0 || work_ledger(w, err) < 0)
		return -1;
	for (size_t i = 0; i < wish->parties_len; i++) {
		p->items[i].selection = &wish->parties[i];
		if (wish->parties[i].kind == SELECTION_ORIGINAL)
			continue;
		p->items[i].files = p->files[i] = tree_new();
		if (selection_read(work_folder(w), &wish->parties[i], p->files[i], err) < 0)
			return -1;
	}
	p->key = benched_key(&w->original.project, w->original.tree, p->items, wish->parties_len, &wish->only,
			     wish->budget_ns);
	return 0;
}

static void free_parties(struct parties *p)
{
	for (size_t i = 0; i < countof(p->files); i++)
		tree_free(p->files[i]);
}

static int measure(struct work *w, const struct bench_wish *wish, struct parties *p, json_t **out, struct err *err)
{
	if (read_parties(w, wish, p, err) < 0 || work_extract(w, err) < 0)
		return -1;
	const struct benched_ask ask = {
		.suite = &w->original.suite,
		.extracted = &w->extracted,
		.parties = p->items,
		.parties_len = wish->parties_len,
		.only = wish->only,
		.budget_ns = wish->budget_ns,
		.seed = clock_monotonic_ns(),
		.ledger = w->ledger,
		.key = p->key,
		.library = project_key(&w->original.project, w->original.tree),
	};
	return benched_find_out(&ask, out, err);
}

int bench_stage(struct work *w, const struct bench_wish *wish, json_t **out, struct err *err)
{
	struct parties p = {0};
	int result = measure(w, wish, &p, out, err);
	free_parties(&p);
	return result;
}

static int recall(struct work *w, const struct parties *p, json_t **out, struct err *err)
{
	struct finding finding;
	SCOPED_JSON json_t *value = NULL;
	bool is = false;
	if (findings_find(w->ledger, BENCH_FINDING, NULL, &p->key, &w->arena, &is, &finding, err) < 0)
		return -1;
	if (is && json_parse(finding.result, LEDGER_FILE, &value, NULL) == 0 &&
	    findings_renew(w->ledger, &finding, err) < 0)
		return -1;
	*out = take(value);
	return 0;
}

int bench_stage_recall(struct work *w, const struct bench_wish *wish, json_t **out, struct err *err)
{
	struct parties p = {0};
	int result = read_parties(w, wish, &p, err) < 0 || recall(w, &p, out, err) < 0 ? -1 : 0;
	free_parties(&p);
	return result;
}
