#include "harness/projectkey.h"

#include "core/fs.h"
#include "parts.h"

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
	tree_hash_into(tree_root(source), &h);
	return hasher_finish(&h);
}
