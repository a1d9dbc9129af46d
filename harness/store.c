#include "harness/store.h"

#include "core/fs.h"

#include <errno.h>
#include <unistd.h>

enum { FOLDER_MODE = 0755 };

/* Depth is bounded by TREE_DEPTH_MAX. */
static int write_node(const struct tree_node *node, const char *path, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (node->type == TREE_FILE)
		return fs_write(path, node->content, err);
	if (node->type == TREE_LINK)
		return symlink(arena_str(&scratch, node->content), path) == 0 ? 0 : err_errno(err, "cannot write %s", path);
	if (fs_mkdirs(path, FOLDER_MODE, err) < 0)
		return -1;
	for (size_t i = 0; i < node->children_len; i++) {
		const struct tree_node *child = node->children[i];
		if (write_node(child, arena_printf(&scratch, "%s/%s", path, child->name), err) < 0)
			return -1;
	}
	return 0;
}

/* Another process may have been quicker, with the same content. */
static int move_in(const char *from, const char *to, struct err *err)
{
	if (rename(from, to) == 0)
		return 0;
	if (errno != EEXIST && errno != ENOTEMPTY)
		return err_errno(err, "cannot write %s", to);
	return fs_remove(from, err);
}

static struct hash content_hash(const struct tree *tree)
{
	struct hasher h;
	hasher_init(&h);
	tree_hash_into(tree_root(tree), &h);
	return hasher_finish(&h);
}

/* Whether the folder holds just that: one that was brought along need not. */
static bool is_intact(const char *path, const struct hash *id)
{
	const struct fs_walk_limits limits = {.entries = 1 << 20, .file_bytes = 1 << 30, .total_bytes = 1 << 30,
					      .depth = TREE_DEPTH_MAX};
	SCOPED_TREE struct tree *tree = tree_new();
	if (!fs_is_folder(path) || tree_add_host(tree, "/", path, &limits, NULL, NULL) < 0)
		return false;
	struct hash found = content_hash(tree);
	return hash_eq(&found, id);
}

int store_save(const struct tree *tree, const char *folder, struct hash *ret_id, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	char hex[HASH_HEX];
	struct hash id = content_hash(tree);
	hash_hex(&id, hex);
	const char *path = arena_printf(&scratch, "%s/%s", folder, hex);
	if (!is_intact(path, &id)) {
		const char *temporary = arena_printf(&scratch, "%s/.new-%ld-%.16s", folder, (long)getpid(), hex);
		if (fs_mkdirs(folder, FOLDER_MODE, err) < 0 || fs_remove(path, err) < 0 ||
		    fs_remove(temporary, err) < 0)
			return -1;
		if (write_node(tree_root(tree), temporary, err) < 0 || move_in(temporary, path, err) < 0) {
			fs_remove(temporary, NULL);
			return -1;
		}
	}
	*ret_id = id;
	return 0;
}

int store_point(const char *folder, const struct hash *id, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	char hex[HASH_HEX];
	hash_hex(id, hex);
	const char *link = arena_printf(&scratch, "%s/current", folder);
	const char *temporary = arena_printf(&scratch, "%s/.current-%ld", folder, (long)getpid());
	if (fs_remove(temporary, err) < 0)
		return -1;
	if (symlink(hex, temporary) == 0 && rename(temporary, link) == 0)
		return 0;
	err_errno(err, "cannot write %s", link);
	fs_remove(temporary, NULL);
	return -1;
}
