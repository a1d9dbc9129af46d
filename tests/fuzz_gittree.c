/*
 * The input is a tree object in which every id that begins with an odd byte is the
 * tree itself, and every other one a short file: trees without end are bounded, and
 * no name leads out of the folder.
 */

#include "harness/gittree.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int examine(void *data, const struct gittree_id *id, enum gittree_object *ret_type, size_t *ret_size,
		   struct err *err)
{
	const struct str *tree = data;
	(void)err;
	*ret_type = id->bytes[0] & 1 ? GITTREE_TREE : GITTREE_BLOB;
	*ret_size = id->bytes[0] & 1 ? tree->len : 2;
	return 0;
}

static int read_object(void *data, const struct gittree_id *id, struct buf *out, struct err *err)
{
	buf_clear(out);
	if (buf_append_str(out, id->bytes[0] & 1 ? *(const struct str *)data : STR("hi")) == 0)
		return 0;
	return err_set(err, ERR_LIMIT, "larger than the limit");
}

static int visit(void *data, const struct gittree_entry *entry, struct err *err)
{
	size_t *visited = data;
	struct str rest = str_of(entry->path);
	(void)err;
	++*visited;
	while (rest.len) {
		struct str name = str_first(rest, str_index(rest, '/'));
		assert(name.len && !str_eq(name, STR("..")) && !str_eq(name, STR(".")) && !str_eq(name, STR(".git")));
		rest = str_from(rest, name.len + 1);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str tree = {(const char *)data, min_size(size, 4000)};
	size_t visited = 0;
	struct err err = {0};
	struct gittree_store store = {.data = &tree, .examine = examine, .read = read_object};
	struct fs_walk_limits limits = {.entries = 500, .file_bytes = 5000, .total_bytes = 100000, .depth = 10};
	struct gittree_walk walk = {.from = &store, .limits = &limits, .visit = visit, .data = &visited};
	struct gittree_id root = {{1}};
	int result = gittree_walk(&walk, &root, &err);
	assert(result == 0 || err.kind != ERR_NONE);
	assert(visited <= limits.entries);
	bool has;
	gittree_has(&store, &root, "a/b", &has, &err);
	return 0;
}
