#include "harness/source.h"

const struct fs_walk_limits source_limits = {
	.entries = 200000,
	.file_bytes = 64 << 20,
	.total_bytes = 1 << 30,
	.depth = 64,
};

/* Neither history nor recast's own files belong to the library. */
static bool enter_folder(const char *path)
{
	return strcmp(path, ".git") != 0 && strcmp(path, ".recast") != 0;
}

int source_load(const struct project *project, struct tree *tree, struct arena *a, struct source *ret,
		struct err *err)
{
	(void)a;
	if (tree_add_host(tree, PROJECT_ROOT, project->folder, &source_limits, enter_folder, err) < 0)
		return -1;
	*ret = (struct source){.id = "folder"};
	return 0;
}
