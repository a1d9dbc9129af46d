#include "harness/simproject.h"

#include "core/mem.h"
#include "harness/glob.h"
#include "harness/runs.h"
#include "harness/source.h"

enum { SIBLINGS_MAX = 16 };

/* ---- the original */

static void add_matches(const struct plan *plan, const struct strings *patterns, struct arena *a,
			struct glob_list *list)
{
	const struct tree_node *root = tree_find(plan->library_tree, PROJECT_ROOT);
	for (size_t i = 0; i < patterns->len; i++)
		glob_expand(root, patterns->items[i], a, list);
}

/* As the compiler looks for headers; the project's own folder comes last. */
static struct strings include_folders(const struct project *project, struct arena *a)
{
	const struct strings *own = &project->library.options.include;
	struct strings folders = {arena_array(a, own->len + 1, const char *), own->len + 1};
	for (size_t i = 0; i < own->len; i++)
		folders.items[i] = own->items[i];
	folders.items[own->len] = "";
	return folders;
}

static int read_original(const struct project *project, const struct plan *plan, const struct source *source,
			 struct simstudy *study, struct err *err)
{
	struct arena *a = &study->arena;
	struct glob_list found = {0};
	add_matches(plan, &project->library.sources, a, &found);
	add_matches(plan, &project->library.headers, a, &found);
	struct strings sources = {found.items, found.len}, folders = include_folders(project, a);
	struct simside *side = &study->original;
	*side = (struct simside){.name = "original", .origin = arena_strdup(a, source->id), .commit = "", .run = ""};
	int result = simside_read_from(plan->library_tree, PROJECT_ROOT, &sources, &folders, a, side, err);
	vec_release(&found);
	return result < 0 ? err_wrap(err, "the original") : 0;
}

static int read_public(const struct project *project, const struct plan *plan, const struct source *source,
		       struct simstudy *study, struct err *err)
{
	static const struct strings none = {0};
	struct simpublic public;
	if (simpublic_read(plan, project->folder, source->id, &study->arena, &public, err) < 0)
		return -1;
	study->shared = public.files;
	study->defines = arena_joined(&study->arena, &project->library.options.defines, &none);
	study->flags = arena_joined(&study->arena, &project->library.options.flags, &none);
	study->shared_from = public.from;
	study->interface = public.functions;
	return 0;
}

/* The study's texts are borrowed from it. */
static void keep_library_tree(struct plan *plan, struct simstudy *study)
{
	*vec_push(&study->trees) = plan->library_tree;
	if (plan->tests_tree == plan->library_tree)
		plan->tests_tree = NULL;
	plan->library_tree = NULL;
}

static int read_planned(const struct project *project, const struct tree *tree, const struct source *source,
			struct simstudy *study, struct err *err)
{
	struct plan plan = {0};
	int result = plan_make(project, tree, &plan, err);
	if (result == 0)
		result = read_original(project, &plan, source, study, err);
	if (result == 0)
		result = read_public(project, &plan, source, study, err);
	if (plan.library_tree)
		keep_library_tree(&plan, study);
	plan_release(&plan);
	return result;
}

int simproject_read(const char *folder, struct simstudy *study, struct err *err)
{
	struct project project;
	struct source source;
	struct tree *tree = tree_new();
	*vec_push(&study->trees) = tree;
	if (project_read(folder, &study->arena, &project, err) < 0 ||
	    source_load(&project, tree, &study->arena, &source, err) < 0)
		return -1;
	study->library = project.name;
	return read_planned(&project, tree, &source, study, err);
}

/* ---- siblings */

static const struct attempt *own_attempt(const struct attempt *attempts, size_t len, const char *commit)
{
	for (size_t i = 0; i < len; i++) {
		if (strcmp(attempts[i].commit, commit) == 0)
			return &attempts[i];
	}
	return NULL;
}

static const struct candidate *candidate_of(const struct candidate_list *all, const char *commit)
{
	for (size_t i = 0; i < all->len; i++) {
		if (strcmp(all->items[i].commit, commit) == 0)
			return &all->items[i];
	}
	return NULL;
}

/* Attempts come in the order in which they were made. Where a rewrite has several files, the last that was made of
 * all of them counts more than a try at one. */
static const struct candidate *last_of_slot(const struct attempt *attempts, size_t len, unsigned slot,
					    const struct candidate_list *all)
{
	const struct candidate *whole = NULL, *last = NULL;
	for (size_t i = 0; i < len; i++) {
		const struct candidate *c = attempts[i].slot == slot ? candidate_of(all, attempts[i].commit) : NULL;
		last = c ? c : last;
		whole = c && !attempts[i].unit[0] ? c : whole;
	}
	return whole ? whole : last;
}

static struct candidate_list last_of_slots(const struct attempt *attempts, size_t len, unsigned own,
					   const struct candidate_list *all, struct arena *a)
{
	struct candidate_list list = {arena_array(a, SIBLINGS_MAX + 1, struct candidate), 0};
	for (unsigned slot = 0; slot <= SIBLINGS_MAX; slot++) {
		const struct candidate *last = slot == own ? NULL : last_of_slot(attempts, len, slot, all);
		if (last)
			list.items[list.len++] = *last;
	}
	return list;
}

int simproject_siblings(const char *folder, const struct simside *rewrite, struct arena *a, struct candidate_list *ret,
			struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct candidate_list all;
	struct attempt *attempts = NULL;
	uint64_t run = 0;
	size_t len = 0;
	*ret = (struct candidate_list){0};
	if (!rewrite->commit[0] || !str_to_u64(str_of(rewrite->run), &run) || !run)
		return 0;
	if (ledger_open_existing(folder, &ledger, err) < 0 || candidates_list(folder, a, &all, err) < 0)
		return -1;
	if (ledger && runs_attempts(ledger, run, a, &attempts, &len, err) < 0)
		return -1;
	const struct attempt *own = own_attempt(attempts, len, rewrite->commit);
	if (own)
		*ret = last_of_slots(attempts, len, own->slot, &all, a);
	return 0;
}
