#ifndef RECAST_HARNESS_TREE_H
#define RECAST_HARNESS_TREE_H

/*
 * A file tree in memory: what a guest will see as its whole disk. It is put
 * together once (from host folders, an archive, single files, other trees) and
 * then read by any number of runs at once; nobody changes it after that. Each
 * run lays a writable layer of its own over it (harness/view.h).
 *
 * Paths are absolute within the tree ("/src/ini.c"); "." in them is passed over,
 * ".." is refused, since to a guest it is a step and no name. A later addition at the same
 * path replaces an earlier one, which is how overlays work. Symbolic links are
 * nodes like others and are only ever resolved inside the tree.
 */

#include "core/fs.h"
#include "core/hash.h"

struct tree;

/* Longer names and deeper folders are ERR_LIMIT: guests get names in buffers of
 * that size, and what walks a tree recurses. */
enum { TREE_NAME_MAX = 255, TREE_DEPTH_MAX = 256 };

enum tree_type { TREE_FOLDER, TREE_FILE, TREE_LINK };

struct tree_node {
	const char *name; /* first, for str_find_name */
	enum tree_type type;
	bool writable;      /* a guest may write here; for a folder, also everywhere below */
	struct str content; /* a file's bytes, or a link's target */
	struct tree_node **children; /* a folder's, in byte order of their names */
	size_t children_len, children_cap;
	_Atomic(struct hash *) hash; /* of the content, made when first asked for */
};

struct tree *tree_new(void);
void tree_free(struct tree *tree);
void tree_free_pointer(struct tree **tree);
#define SCOPED_TREE SCOPED(tree_free_pointer)

/* Missing parents are made. The bytes are copied. A path that runs through a
 * file fails. */
int tree_add_file(struct tree *tree, const char *path, struct str bytes, struct err *err);
int tree_add_link(struct tree *tree, const char *path, struct str target, struct err *err);
int tree_add_folder(struct tree *tree, const char *path, bool writable, struct err *err);

/* Copies a host folder's contents to `at`, over what is there. `enter` as in
 * fs_walk; NULL takes everything. */
int tree_add_host(struct tree *tree, const char *at, const char *host_folder, const struct fs_walk_limits *limits,
		  bool (*enter)(const char *path), struct err *err);

/* Adds a POSIX tar archive's folders and files; it must be whole, up to the empty
 * block at its end. Their bytes are borrowed from `archive`, which must outlive
 * the tree. */
int tree_add_tar(struct tree *tree, const char *at, struct str archive, struct err *err);

/* Adds another tree's folder `from` as `at`, over what is there. Nodes are copied, so more may be
 * added below; contents are borrowed, so the other tree must outlive this one. */
int tree_add_tree(struct tree *tree, const char *at, const struct tree *other, const char *from, struct err *err);

/* Shows another tree's folder `from` as the folder `at`, without copying; the
 * other tree must outlive this one. Nothing may be added below `at` later. */
int tree_graft(struct tree *tree, const char *at, const struct tree *other, const char *from, struct err *err);

/* The node at a path, or NULL. Follows no links. */
const struct tree_node *tree_find(const struct tree *tree, const char *path);
const struct tree_node *tree_root(const struct tree *tree);
const struct tree_node *tree_child(const struct tree_node *folder, struct str name);

/* Hash of a file's content, kept with the node. Safe from several threads. */
struct hash tree_file_hash(const struct tree_node *file);

/* Feeds names, types and contents of everything below the node. */
void tree_hash_into(const struct tree_node *node, struct hasher *h);

#endif
