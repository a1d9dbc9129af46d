#include "harness/intake.h"

#include "core/path.h"
#include "harness/gittree.h"
#include "harness/rewrite.h"

#include <limits.h>

/* A bound that is hit is the user's to mend. */
static int too_much(struct err *err)
{
	if (!err || err->kind != ERR_LIMIT)
		return -1;
	err->kind = ERR_USAGE;
	return err_wrap(err, "too much for a rewrite; name a folder or commit that holds its sources alone");
}

int intake_folder(const char *folder, struct tree *tree, struct err *err)
{
	if (tree_add_folder(tree, REWRITE_ROOT, false, err) < 0)
		return -1;
	return tree_add_host(tree, REWRITE_ROOT, folder, &candidates_limits, gittree_snapshot_enters, err) < 0 ?
		       too_much(err) : 0;
}

/* All that recast made there would be taken for the rewrite's. */
static int refuse_around(const char *project, const char *folder, const char *what, struct err *err)
{
	char inner[PATH_MAX];
	size_t len = strlen(folder);
	if (!realpath(project, inner) || strncmp(inner, folder, len) != 0 ||
	    (inner[len] != '/' && !(len == 1 && inner[1])))
		return 0;
	return err_set(err, ERR_USAGE, "the project's own folder lies in %.300s; name the folder of the rewrite alone",
		       what);
}

static int read_folder(const char *project, const char *what, struct tree *tree, struct arena *a,
		       struct candidate *ret, struct err *err)
{
	char real[PATH_MAX];
	if (!realpath(what, real))
		return err_errno(err, "cannot find the folder %.300s", what);
	if (refuse_around(project, real, what, err) < 0 || intake_folder(real, tree, err) < 0)
		return -1;
	ret->title = arena_strdup(a, path_base_of(real));
	ret->origin = arena_printf(a, "folder %s", ret->title);
	return 0;
}

static int read_commit(const char *project, const char *what, struct tree *tree, struct arena *a,
		       struct candidate *ret, struct err *err)
{
	struct repo_source found;
	struct err why = {0};
	bool is_repository = false;
	const char *there = arena_printf(a, fs_exists(what) ? "%.200s is no folder" : "there is no folder %.200s", what);
	int result = repo_find(project, what, a, &is_repository, &found, &why);
	if (result < 0 && why.kind != ERR_USAGE)
		return err_copy(err, &why);
	if (result < 0)
		return err_set(err, ERR_USAGE, "%s, and as a commit: %.400s", there, why.text);
	if (!is_repository)
		return err_set(err, ERR_USAGE,
			       "%s, and no commit either: the project's folder is no git repository", there);
	if (repo_read_tree(project, found.id, &candidates_limits, tree, REWRITE_ROOT, err) < 0) {
		err_wrap(err, "commit %.12s", found.id);
		return too_much(err);
	}
	ret->title = found.branch[0] ? found.branch : arena_printf(a, "commit %.12s", found.id);
	ret->origin = arena_printf(a, "commit %s%s%s", found.id, found.branch[0] ? " " : "", found.branch);
	return 0;
}

static bool has_source(const struct tree *tree, struct arena *a)
{
	struct candidate_file *files;
	size_t len = candidate_files(tree, a, &files);
	for (size_t i = 0; i < len; i++) {
		if (files[i].node->type == TREE_FILE && str_ends(str_of(files[i].path), STR(".c")))
			return true;
	}
	return false;
}

int intake_read(const char *project, const char *what, struct tree *tree, struct arena *a, struct candidate *ret,
		struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct candidate about = {.title = "", .origin = "", .run = "", .round = "", .provider = "", .model = "",
				  .prompt = "", .reply = ""};
	bool is_folder = what[0] && fs_exists(arena_printf(&scratch, "%s/.", what));
	if ((is_folder ? read_folder : read_commit)(project, what, tree, a, &about, err) < 0)
		return -1;
	if (!has_source(tree, &scratch))
		return err_set(err, ERR_USAGE, "%.300s holds no C source, that is, no file whose name ends in .c", what);
	*ret = about;
	return 0;
}
