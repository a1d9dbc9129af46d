#include "harness/selector.h"

#include "harness/intake.h"
#include "harness/ledger.h"

#include <assert.h>

/* What decides between two candidates, in this order. */
struct rank {
	bool passes;
	uint32_t visible;
	uint64_t divergences, fuel;
};

/* Fuel that was not measured, since nothing ran, is no merit. */
static struct rank rank_of(const struct ledger_verdict *v)
{
	if (!v)
		return (struct rank){.fuel = UINT64_MAX};
	return (struct rank){v->verdict == VERDICT_PASS, v->visible_passed, v->divergences,
			     v->fuel ? v->fuel : UINT64_MAX};
}

static bool is_better(const struct rank *a, const struct rank *b)
{
	if (a->passes != b->passes)
		return a->passes;
	if (a->visible != b->visible)
		return a->visible > b->visible;
	if (a->divergences != b->divergences)
		return a->divergences < b->divergences;
	return a->fuel < b->fuel;
}

/* The list is by number, so of equals the first is the oldest. */
static const struct candidate *best_of(const struct candidate_list *list, const struct ledger_verdict *rows, size_t len)
{
	const struct candidate *best = &list->items[0];
	struct rank best_rank = rank_of(ledger_verdict_of(rows, len, best->commit));
	for (size_t i = 1; i < list->len; i++) {
		struct rank rank = rank_of(ledger_verdict_of(rows, len, list->items[i].commit));
		if (is_better(&rank, &best_rank)) {
			best = &list->items[i];
			best_rank = rank;
		}
	}
	return best;
}

static int find_best(const char *project, struct arena *a, struct candidate *ret, struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct candidate_list list;
	struct ledger_verdict *rows = NULL;
	size_t len = 0;
	if (candidates_list(project, a, &list, err) < 0)
		return -1;
	if (list.len == 0)
		return candidates_none(project, err);
	if (ledger_open_existing(project, &ledger, err) < 0 || ledger_newest_verdicts(ledger, a, &rows, &len, err) < 0)
		return -1;
	*ret = *best_of(&list, rows, len);
	return 0;
}

static int find_folder(const char *path, struct arena *a, struct selection *ret, struct err *err)
{
	if (!fs_exists(arena_printf(a, "%s/.", path)))
		return err_set(err, ERR_USAGE, "there is no folder %.300s", path);
	*ret = (struct selection){.kind = SELECTION_FOLDER, .name = arena_strdup(a, path)};
	return 0;
}

int selector_find(const char *project, const char *text, struct arena *a, struct selection *ret, struct err *err)
{
	struct selection found = {.kind = SELECTION_CANDIDATE};
	char name[CANDIDATE_NAME_MAX];
	bool is_best = !text || strcmp(text, "best") == 0;
	if (text && strcmp(text, "original") == 0) {
		*ret = (struct selection){.kind = SELECTION_ORIGINAL, .name = "original"};
		return 0;
	}
	if (text && strchr(text, '/'))
		return find_folder(text, a, ret, err);
	if (is_best ? find_best(project, a, &found.candidate, err) < 0 :
		      candidates_find(project, text, a, &found.candidate, err) < 0)
		return -1;
	candidate_name(&found.candidate, name);
	found.name = arena_strdup(a, name);
	*ret = found;
	return 0;
}

int selection_read(const char *project, const struct selection *s, struct tree *tree, struct err *err)
{
	assert(s->kind != SELECTION_ORIGINAL);
	return s->kind == SELECTION_FOLDER ? intake_folder(s->name, tree, err) :
					     candidates_read(project, &s->candidate, tree, err);
}
