#include "harness/simask.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/gittree.h"
#include "harness/licence.h"
#include "harness/rewrite.h"
#include "harness/selector.h"
#include "harness/simproject.h"
#include "harness/source.h"

struct asking {
	const struct simask *ask;
	struct simstudy *study;
	struct arena *a; /* the study's */
	bool is_project;
	struct err *err;
};

bool simask_is_project(const char *folder)
{
	SCOPED_ARENA struct arena scratch = {0};
	return fs_exists(arena_printf(&scratch, "%s/recast.json", folder));
}

/* ---- a side by its name */

/* The tree lives as long as the study. */
static struct tree *new_tree(struct asking *k)
{
	struct tree *tree = tree_new();
	*vec_push(&k->study->trees) = tree;
	return tree;
}

static int read_tree(struct asking *k, const struct tree *tree, bool whole, struct simside *ret)
{
	const char *name = ret->name;
	return simside_read(tree, REWRITE_ROOT, whole, k->a, ret, k->err) < 0 ? err_wrap(k->err, "%.200s", name) : 0;
}

static int read_candidate(struct asking *k, const struct candidate *c, struct simside *ret)
{
	struct tree *tree = new_tree(k);
	char *name = arena_array(k->a, CANDIDATE_NAME_MAX, char);
	candidate_name(c, name);
	*ret = (struct simside){
		.name = name,
		.origin = c->origin,
		.commit = arena_strdup(k->a, c->commit),
		.run = c->run,
	};
	if (candidates_read(k->ask->folder, c, tree, k->err) < 0)
		return -1;
	return read_tree(k, tree, false, ret);
}

/* What is on the host by that name. */
static int read_host(struct asking *k, const char *path, bool whole, struct tree **ret_tree, struct simside *ret)
{
	*ret = (struct simside){.name = path, .origin = "", .commit = "", .run = ""};
	*ret_tree = NULL;
	if (!fs_exists(arena_printf(k->a, "%s/.", path)))
		return simside_read_file(path, k->a, ret, k->err);
	struct tree *tree = *ret_tree = new_tree(k);
	/* With the slash a link to a folder is that folder. */
	if (tree_add_folder(tree, REWRITE_ROOT, false, k->err) < 0)
		return -1;
	if (tree_add_host(tree, REWRITE_ROOT, arena_printf(k->a, "%s/", path), &source_limits, gittree_snapshot_enters,
			  k->err) < 0)
		return source_too_much(k->err);
	return read_tree(k, tree, whole, ret);
}

/* *ret_is says whether there is such a commit; `why` gets what git says if not. */
static int read_commit(struct asking *k, const char *name, bool *ret_is, struct simside *ret, struct err *why)
{
	struct repo_source found;
	bool is_repository = false;
	*ret_is = false;
	if (repo_find(k->ask->folder, name, k->a, &is_repository, &found, why) < 0)
		return why->kind == ERR_USAGE ? 0 : err_copy(k->err, why);
	if (!is_repository)
		return 0;
	struct tree *tree = new_tree(k);
	*ret_is = true;
	*ret = (struct simside){
		.name = name, .origin = arena_printf(k->a, "commit %s", found.id), .commit = "", .run = ""};
	if (tree_add_folder(tree, REWRITE_ROOT, false, k->err) < 0)
		return -1;
	if (repo_read_tree(k->ask->folder, found.id, &source_limits, tree, REWRITE_ROOT, k->err) < 0)
		return source_too_much(k->err);
	return read_tree(k, tree, false, ret);
}

static int read_other(struct asking *k, const char *name, struct simside *ret)
{
	struct tree *tree;
	struct err why = {0};
	bool is_commit = false;
	if (fs_exists(name))
		return read_host(k, name, false, &tree, ret);
	if (read_commit(k, name, &is_commit, ret, &why) < 0)
		return -1;
	if (is_commit)
		return 0;
	return err_set(k->err, ERR_USAGE, "there is no %sfolder, file or commit %.300s%s%.300s",
		       k->is_project ? "candidate, " : "", name, why.text[0] ? ": " : "", why.text);
}

static int read_named(struct asking *k, const char *name, struct simside *ret)
{
	struct selection found;
	struct err why = {0};
	if (!k->is_project || strchr(name, '/'))
		return read_other(k, name, ret);
	if (strcmp(name, "original") == 0) {
		*ret = k->study->original;
		return 0;
	}
	if (selector_find(k->ask->folder, name, k->a, &found, &why) == 0)
		return read_candidate(k, &found.candidate, ret);
	if (why.kind != ERR_USAGE || strcmp(name, "best") == 0)
		return err_copy(k->err, &why);
	return read_other(k, name, ret);
}

static int read_all(struct asking *k, const struct strings *names, struct simsides *ret)
{
	*ret = (struct simsides){arena_array(k->a, names->len, struct simside), 0};
	for (size_t i = 0; i < names->len; i++) {
		if (read_named(k, names->items[i], &ret->items[i]) < 0)
			return -1;
		ret->len++;
	}
	return 0;
}

/* ---- what both have by design */

static void share(struct asking *k, const struct sim_files *files)
{
	struct sim_files *shared = &k->study->shared,
			 all = {arena_array(k->a, shared->len + files->len, struct sim_file), 0};
	for (size_t i = 0; i < shared->len; i++)
		all.items[all.len++] = shared->items[i];
	for (size_t i = 0; i < files->len; i++)
		all.items[all.len++] = files->items[i];
	*shared = all;
}

static void add_names(struct asking *k, const struct strings *names)
{
	struct strings *interface = &k->study->interface;
	const char **all = arena_array(k->a, interface->len + names->len, const char *);
	for (size_t i = 0; i < interface->len + names->len; i++)
		all[i] = i < interface->len ? interface->items[i] : names->items[i - interface->len];
	*interface = (struct strings){all, interface->len + names->len};
	strings_sort(interface);
}

static int read_public(struct asking *k)
{
	const struct strings *paths = &k->ask->open;
	for (size_t i = 0; i < paths->len; i++) {
		struct simside side;
		struct tree *tree;
		if (read_host(k, paths->items[i], true, &tree, &side) < 0)
			return -1;
		struct strings names = simpublic_functions(&side.files, k->a);
		share(k, &side.files);
		add_names(k, &names);
	}
	if (paths->len && !k->study->shared_from[0])
		k->study->shared_from = "--public";
	return 0;
}

static int read_common(struct asking *k)
{
	const struct strings *paths = &k->ask->common;
	struct simstudy *study = k->study;
	study->common = arena_array(k->a, paths->len, struct simcommon);
	for (size_t i = 0; i < paths->len; i++) {
		struct simside side;
		struct licence licence = {.spdx = "NOASSERTION"};
		struct tree *tree;
		if (read_host(k, paths->items[i], true, &tree, &side) < 0)
			return -1;
		if (tree)
			licence_find(tree_find(tree, REWRITE_ROOT), k->a, &licence);
		share(k, &side.files);
		study->common[study->common_len++] = (struct simcommon){side.name, side.hash, licence.spdx};
	}
	return 0;
}

/* ---- siblings */

static bool is_among(const struct simsides *sides, const char *commit)
{
	for (size_t i = 0; i < sides->len; i++) {
		if (strcmp(sides->items[i].commit, commit) == 0)
			return true;
	}
	return false;
}

static int add_siblings(struct asking *k, const struct candidate_list *found)
{
	struct simsides *old = &k->study->siblings,
			all = {arena_array(k->a, old->len + found->len, struct simside), old->len};
	for (size_t i = 0; i < old->len; i++)
		all.items[i] = old->items[i];
	for (size_t i = 0; i < found->len; i++) {
		if (is_among(&all, found->items[i].commit) || is_among(&k->study->rewrites, found->items[i].commit))
			continue;
		if (read_candidate(k, &found->items[i], &all.items[all.len]) < 0)
			return -1;
		all.len++;
	}
	*old = all;
	return 0;
}

static int read_siblings(struct asking *k)
{
	const struct simsides *rewrites = &k->study->rewrites;
	for (size_t i = 0; i < rewrites->len; i++) {
		struct candidate_list found;
		if (simproject_siblings(k->ask->folder, &rewrites->items[i], k->a, &found, k->err) < 0 ||
		    add_siblings(k, &found) < 0)
			return -1;
	}
	return 0;
}

/* ---- the whole */

static int read_sides(struct asking *k)
{
	static const char *best[] = {"best"};
	const struct simask *ask = k->ask;
	struct strings rewrites = ask->rewrites.len ? ask->rewrites : (struct strings){best, 1};
	if (!k->is_project && (!ask->original || !ask->rewrites.len))
		return err_set(
			k->err, ERR_USAGE,
			"there is no recast.json in %.300s, so name two things to compare: folders, files or commits",
			ask->folder);
	if (k->is_project && simproject_read(ask->folder, k->study, k->err) < 0)
		return -1;
	if (ask->original && read_named(k, ask->original, &k->study->original) < 0)
		return -1;
	if (read_all(k, &rewrites, &k->study->rewrites) < 0 || read_all(k, &ask->nulls, &k->study->nulls) < 0)
		return -1;
	return k->is_project ? read_siblings(k) : 0;
}

int simask_read(const struct simask *ask, struct simstudy *ret, struct err *err)
{
	struct simstudy study = {.library = "", .shared_from = ""};
	struct asking k = {.ask = ask, .study = &study, .is_project = simask_is_project(ask->folder), .err = err};
	k.a = &study.arena;
	if (read_sides(&k) < 0 || read_public(&k) < 0 || read_common(&k) < 0) {
		simstudy_release(&study);
		return -1;
	}
	*ret = study;
	return 0;
}
