#include "harness/projectkey.h"

#include "core/fs.h"
#include "harness/tasks.h"
#include "parts.h"

/* Where the project's folder is the library's own, RECAST.md stands among its files. It judges nothing, and recast
 * itself writes into it. */
static void add_files(const struct tree *source, struct hasher *h)
{
	const struct tree_node *root = tree_find(source, PROJECT_ROOT);
	for (size_t i = 0; root && i < root->children_len; i++) {
		if (strcmp(root->children[i]->name, TASKS_FILE) != 0)
			tree_hash_into(root->children[i], h);
	}
}

struct hash project_key(const struct project *project, const struct tree *source)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_BUF struct buf text;
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR(RECAST_VERSION));
	hasher_field(&h, STR(PART_CLANG_WASM_SHA256));
	hasher_field(&h, str_of(engine_version()));
	buf_init(&text, PROJECT_FILE_MAX);
	if (fs_read(arena_printf(&scratch, "%s/recast.json", project->folder), &text, NULL) == 0)
		hasher_field(&h, buf_str(&text));
	add_files(source, &h);
	return hasher_finish(&h);
}
