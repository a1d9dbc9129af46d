#ifndef RECAST_HARNESS_VIEW_H
#define RECAST_HARNESS_VIEW_H

/*
 * A tree as one run sees it: the shared tree beneath, a writable layer with a
 * quota on top. Nodes of the view come into being when the guest first looks
 * at them, so a run that opens nothing costs nothing, and afterwards they tell
 * exactly what the guest has seen: which files it found and which it asked for
 * in vain. The compiler's cache is built on that.
 *
 * Errors are WASI's numbers (enum wasi_errno); VIEW_FULL says that the quota of
 * bytes or of names is used up, which ends a guest instead of being reported.
 */

#include "core/arena.h"
#include "harness/tree.h"
#include "harness/wasi_abi.h"

enum { VIEW_FULL = -1 };

enum {
	VIEW_NAME_MAX = TREE_NAME_MAX,
	VIEW_PATH_MAX = 4096,
	VIEW_LINKS_MAX = 40,
	VIEW_NODES_MAX = 1 << 18, /* names that a guest can look at or make */
};

struct vnode {
	const char *name; /* first, for str_find_name */
	const struct tree_node *base; /* what lies beneath; NULL for one that the guest made */
	struct vnode *parent;         /* the root is its own parent */
	enum tree_type type;
	bool absent;   /* asked for and not there, or removed */
	bool writable;
	bool listed;   /* the guest has read the folder's whole list of names */
	bool written;  /* content is in `data`, not in the base */
	uint64_t inode;
	uint64_t changed_ns; /* by the guest's clock */
	uint64_t accessed_ns; /* only if the guest has set it: else reading leaves no trace */
	unsigned opens;      /* descriptors on it, ended by view_close: a removed file lives as long */
	struct buf data;
	struct vnode **children; /* those that were looked at, in byte order */
	size_t children_len, children_cap;
	struct vnode *next_made; /* chain of all nodes, for the clean-up */
};

struct view {
	struct arena arena;
	struct vnode *root;
	struct vnode *made; /* newest first */
	uint64_t quota_bytes, used_bytes;
	uint64_t next_inode;
	size_t nodes;
};

void view_init(struct view *view, const struct tree *tree, uint64_t quota_bytes);
void view_release(struct view *view);

/*
 * Walks `path` from `start`, through links (the last one only if `follow`).
 * Absolute paths and ".." above `start` are refused: WASI_EPERM. On success
 * *ret_node is the node, possibly an absent one whose parent exists, where
 * something could be made.
 */
int view_walk(struct view *view, struct vnode *start, struct str path, bool follow, struct vnode **ret_node);

/* The child of that name, absent or not, of a folder that exists. */
int view_child(struct view *view, struct vnode *folder, struct str name, struct vnode **ret_child);

/* The node that a guest would come to by this path from the root, through links,
 * or NULL. For the host's own look-ups. */
const struct tree_node *view_resolve(const struct tree *tree, const char *path);

/* A node's content as it is now. */
struct str view_content(const struct vnode *node);

/* Makes an absent node a file, folder or link. */
int view_make(struct view *view, struct vnode *node, enum tree_type type, struct str content, uint64_t now_ns);
int view_remove(struct view *view, struct vnode *node, uint64_t now_ns);
int view_rename(struct view *view, struct vnode *from, struct vnode *to, uint64_t now_ns);

/* One descriptor on the node is gone; if it was the last on a removed file, so
 * is its content. */
void view_close(struct view *view, struct vnode *node);

int view_write(struct view *view, struct vnode *file, uint64_t offset, struct str bytes, uint64_t now_ns);
int view_resize(struct view *view, struct vnode *file, uint64_t size, uint64_t now_ns);

/* What is in a folder, in byte order of the names; the caller frees the array. */
int view_list(struct view *view, struct vnode *folder, struct vnode ***ret_nodes, size_t *ret_len);

/* Files of the tree beneath that the guest has looked at, as paths from the root, in byte
 * order. */
struct strings view_files(const struct view *view, struct arena *a);

/* The path from the root, in the arena given. */
const char *view_path(const struct vnode *node, struct arena *a);

#endif
