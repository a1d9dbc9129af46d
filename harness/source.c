#include "harness/source.h"

#include "harness/gittree.h"
#include "harness/repo.h"
#include "harness/taskfile.h"

const struct fs_walk_limits source_limits = {
	.entries = 200000,
	.file_bytes = 64 << 20,
	.total_bytes = 1 << 30,
	.depth = 64,
};

/* What RECAST.md says of the source, or "". Anybody may have written it: it is only shown. */
static const char *told_address(const struct project *project, struct arena *a)
{
	SCOPED_BUF struct buf text;
	struct taskfile tasks;
	const char *path = arena_printf(a, "%s/RECAST.md", project->folder);
	buf_init(&text, TASKFILE_MAX);
	if (fs_is_link(path) || fs_read(path, &text, NULL) < 0 || taskfile_parse(buf_str(&text), &tasks, NULL) < 0)
		return "";
	struct str address = taskfile_value(&tasks, "source", a);
	return address.len ? arena_printf(a, ": %.300s", repo_clean_address(arena_str(a, address), a)) : "";
}

static int load_store(const struct project *project, struct tree *tree, struct arena *a, struct source *ret,
		      struct err *err)
{
	const char *id = project->source.id, *kind = project->source.is_tree ? "tree" : "commit";
	const char *store = arena_printf(a, "%s/" SOURCE_STORE, project->folder);
	if (!fs_exists(store))
		return err_set(err, ERR_USAGE,
			       "recast.json: source: %s %.12s is not in " SOURCE_STORE "; bring it with recast init SOURCE; "
			       "RECAST.md says where it came from%s",
			       kind, id, told_address(project, a));
	if (repo_read_tree(store, id, &source_limits, tree, PROJECT_ROOT, err) < 0)
		return err_wrap(err, "recast.json: source: %s %.12s", kind, id);
	*ret = (struct source){.id = arena_printf(a, "%s %s", kind, id)};
	return 0;
}

static int load_folder(const struct project *project, struct tree *tree, struct arena *a, struct source *ret,
		       struct err *err)
{
	struct repo_source head;
	bool is_repository;
	if (repo_head(project->folder, a, &is_repository, &head, err) < 0)
		return -1;
	if (is_repository) {
		if (repo_read_tree(project->folder, head.id, &source_limits, tree, PROJECT_ROOT, err) < 0)
			return -1;
		*ret = (struct source){arena_printf(a, "commit %s", head.id), repo_changes(&head, a)};
		return 0;
	}
	if (tree_add_host(tree, PROJECT_ROOT, project->folder, &source_limits, gittree_snapshot_enters, err) < 0)
		return -1;
	*ret = (struct source){.id = "this folder"};
	return 0;
}

int source_too_much(struct err *err)
{
	if (!err || err->kind != ERR_LIMIT)
		return -1;
	err->kind = ERR_USAGE;
	return err_wrap(err, "too much to read; take it out, or begin from a folder or branch without it");
}

int source_load(const struct project *project, struct tree *tree, struct arena *a, struct source *ret,
		struct err *err)
{
	if (tree_add_folder(tree, PROJECT_ROOT, false, err) < 0)
		return -1;
	int result = project->source.id ? load_store(project, tree, a, ret, err)
					: load_folder(project, tree, a, ret, err);
	return result < 0 ? source_too_much(err) : 0;
}
