#include "harness/view.h"

#include "core/mem.h"

#include <assert.h>

/* What a file costs besides its bytes, so that empty files are not free. */
enum { NODE_COST_BYTES = 256 };

static struct vnode *new_vnode(struct view *view, struct vnode *parent, struct str name,
			       const struct tree_node *base)
{
	struct vnode *node = arena_new(&view->arena, struct vnode);
	node->base = base;
	node->parent = parent ? parent : node;
	node->name = base ? base->name : arena_str(&view->arena, name);
	node->absent = base == NULL;
	node->type = base ? base->type : TREE_FILE;
	node->writable = (parent && parent->writable) || (base && base->writable);
	/* Numbered as they are first looked at: the same in each run, and nothing that
	 * a guest could make equal for two files. */
	node->inode = ++view->next_inode;
	node->next_made = view->made;
	view->made = node;
	view->nodes++;
	return node;
}

void view_init(struct view *view, const struct tree *tree, uint64_t quota_bytes)
{
	*view = (struct view){.quota_bytes = quota_bytes};
	view->root = new_vnode(view, NULL, STR(""), tree_root(tree));
}

void view_release(struct view *view)
{
	for (struct vnode *node = view->made; node; node = node->next_made) {
		buf_release(&node->data);
		free(node->children);
	}
	arena_release(&view->arena);
	*view = (struct view){0};
}

/* Where `name` is among the children that were looked at, or would go. */
static size_t child_position(const struct vnode *folder, struct str name, bool *ret_found)
{
	return str_find_name(folder->children, folder->children_len, name, ret_found);
}

static struct vnode **slot_of(const struct vnode *node)
{
	bool found;
	size_t at = child_position(node->parent, str_of(node->name), &found);
	assert(found);
	return &node->parent->children[at];
}

int view_child(struct view *view, struct vnode *folder, struct str name, struct vnode **ret_child)
{
	bool found;
	size_t at = child_position(folder, name, &found);
	if (!found) {
		if (view->nodes >= VIEW_NODES_MAX)
			return VIEW_FULL;
		struct vnode *child =
			new_vnode(view, folder, name, folder->base ? tree_child(folder->base, name) : NULL);
		folder->children = mem_grow(folder->children, folder->children_len, &folder->children_cap,
					    sizeof(struct vnode *));
		memmove(&folder->children[at + 1], &folder->children[at],
			(folder->children_len - at) * sizeof(struct vnode *));
		folder->children[at] = child;
		folder->children_len++;
	}
	*ret_child = folder->children[at];
	return WASI_SUCCESS;
}

struct str view_content(const struct vnode *node)
{
	if (node->written)
		return buf_str(&node->data);
	return node->base ? node->base->content : (struct str){0};
}

/* A walk in progress: a link's target is put in front of what is left. */
struct walk {
	struct str rest;
	struct vnode *start, *node;
	unsigned links;
	bool follow;      /* also through a link at the very end */
	char *rest_bytes; /* what `rest` points into after a link; owned */
};

static bool next_name(struct walk *w, struct str *ret_name)
{
	while (w->rest.len && w->rest.ptr[0] == '/')
		w->rest = str_from(w->rest, 1);
	if (w->rest.len == 0)
		return false;
	*ret_name = str_first(w->rest, str_index(w->rest, '/'));
	w->rest = str_from(w->rest, ret_name->len);
	return true;
}

static int enter_link(struct walk *w, const struct vnode *link)
{
	struct str target = view_content(link);
	if (++w->links > VIEW_LINKS_MAX)
		return WASI_ELOOP;
	if (target.len && target.ptr[0] == '/')
		return WASI_EPERM;
	size_t len = target.len + w->rest.len;
	if (len > VIEW_PATH_MAX)
		return WASI_ENAMETOOLONG;
	char *joined = mem_zalloc(len + 1, 1);
	snprintf(joined, len + 1, "%.*s%.*s", STR_ARG(target), STR_ARG(w->rest));
	free(w->rest_bytes);
	w->rest_bytes = joined;
	w->rest = str_of(joined);
	return WASI_SUCCESS;
}

static int step(struct view *view, struct walk *w, struct str name)
{
	if (w->node->absent)
		return WASI_ENOENT;
	if (w->node->type != TREE_FOLDER)
		return WASI_ENOTDIR;
	if (name.len > VIEW_NAME_MAX)
		return WASI_ENAMETOOLONG;
	if (str_eq(name, STR(".")))
		return WASI_SUCCESS;
	if (str_eq(name, STR(".."))) {
		if (w->node == w->start)
			return WASI_EPERM;
		w->node = w->node->parent;
		return WASI_SUCCESS;
	}
	struct vnode *child;
	int error = view_child(view, w->node, name, &child);
	if (error)
		return error;
	bool last = w->rest.len == 0;
	if (!child->absent && child->type == TREE_LINK && (!last || w->follow))
		return enter_link(w, child);
	w->node = child;
	return WASI_SUCCESS;
}

int view_walk(struct view *view, struct vnode *start, struct str path, bool follow, struct vnode **ret_node)
{
	if (path.len == 0)
		return WASI_ENOENT;
	if (path.len > VIEW_PATH_MAX)
		return WASI_ENAMETOOLONG;
	if (path.ptr[0] == '/')
		return WASI_EPERM;
	if (memchr(path.ptr, '\0', path.len))
		return WASI_EILSEQ;
	struct walk w = {.rest = path, .start = start, .node = start, .follow = follow};
	int error = WASI_SUCCESS;
	struct str name;
	while (!error && next_name(&w, &name))
		error = step(view, &w, name);
	free(w.rest_bytes);
	bool must_be_folder = path.ptr[path.len - 1] == '/';
	if (!error && must_be_folder && !w.node->absent && w.node->type != TREE_FOLDER)
		error = WASI_ENOTDIR;
	if (!error)
		*ret_node = w.node;
	return error;
}

const struct tree_node *view_resolve(const struct tree *tree, const char *path)
{
	struct view view;
	struct vnode *node;
	view_init(&view, tree, 0);
	int error = view_walk(&view, view.root, str_of(path + (path[0] == '/')), true, &node);
	const struct tree_node *found = error || node->absent ? NULL : node->base;
	view_release(&view);
	return found;
}

/* Takes or gives back quota. */
static int charge(struct view *view, uint64_t before, uint64_t after)
{
	if (after > before && after - before > view->quota_bytes - view->used_bytes)
		return VIEW_FULL;
	view->used_bytes = after > before ? view->used_bytes + (after - before)
					  : view->used_bytes - min_size(before - after, view->used_bytes);
	return WASI_SUCCESS;
}

static void forget_children(struct vnode *node)
{
	for (size_t i = 0; i < node->children_len; i++) {
		struct vnode *child = node->children[i];
		child->absent = true;
		child->base = NULL;
	}
}

int view_make(struct view *view, struct vnode *node, enum tree_type type, struct str content, uint64_t now_ns)
{
	assert(node->absent);
	if (!node->parent->writable)
		return WASI_EROFS;
	if (node->parent->absent)
		return WASI_ENOENT;
	if (charge(view, 0, NODE_COST_BYTES + content.len) == VIEW_FULL)
		return VIEW_FULL;
	forget_children(node);
	node->base = NULL;
	node->absent = false;
	node->listed = false;
	node->type = type;
	node->writable = true;
	node->written = true;
	node->changed_ns = now_ns;
	node->inode = ++view->next_inode;
	node->parent->changed_ns = now_ns;
	buf_release(&node->data);
	buf_init(&node->data, view->quota_bytes);
	buf_append_str(&node->data, content);
	return WASI_SUCCESS;
}

static int refuse_full_folder(struct view *view, struct vnode *folder)
{
	struct vnode **nodes;
	size_t len;
	int error = view_list(view, folder, &nodes, &len);
	if (error)
		return error;
	free(nodes);
	return len ? WASI_ENOTEMPTY : WASI_SUCCESS;
}

/* Takes what a node that nobody can reach any more holds. */
static void discard(struct view *view, struct vnode *node)
{
	charge(view, node->written ? NODE_COST_BYTES + node->data.len : 0, 0);
	buf_release(&node->data);
	node->written = false;
}

int view_remove(struct view *view, struct vnode *node, uint64_t now_ns)
{
	if (node->parent == node)
		return WASI_EBUSY;
	if (!node->parent->writable)
		return WASI_EROFS;
	int error = node->type == TREE_FOLDER ? refuse_full_folder(view, node) : WASI_SUCCESS;
	if (error)
		return error;
	if (!node->opens) {
		discard(view, node);
	} else if (view->nodes >= VIEW_NODES_MAX) {
		return VIEW_FULL;
	} else {
		/* Its descriptors keep this node; the name gets one that is absent. */
		*slot_of(node) = new_vnode(view, node->parent, str_of(node->name), NULL);
	}
	node->absent = true;
	node->parent->changed_ns = now_ns;
	return WASI_SUCCESS;
}

void view_close(struct view *view, struct vnode *node)
{
	assert(node->opens > 0);
	if (--node->opens == 0 && node->absent)
		discard(view, node);
}

static bool is_inside(const struct vnode *node, const struct vnode *folder)
{
	for (; node != node->parent; node = node->parent) {
		if (node == folder)
			return true;
	}
	return node == folder;
}

/* Exchanges the places of two nodes, so that open descriptors keep theirs. */
static void swap_places(struct vnode *a, struct vnode *b)
{
	struct vnode **in_a = slot_of(a), **in_b = slot_of(b);
	*in_a = b;
	*in_b = a;
	struct vnode *parent = a->parent;
	const char *name = a->name;
	a->parent = b->parent;
	a->name = b->name;
	b->parent = parent;
	b->name = name;
}

int view_rename(struct view *view, struct vnode *from, struct vnode *to, uint64_t now_ns)
{
	if (from == to)
		return WASI_SUCCESS;
	if (from->parent == from || to->parent == to)
		return WASI_EBUSY;
	if (!from->parent->writable || !to->parent->writable)
		return WASI_EROFS;
	if (to->parent->absent)
		return WASI_ENOENT;
	if (is_inside(to, from))
		return WASI_EINVAL;
	if (!to->absent) {
		if (from->type == TREE_FOLDER && to->type != TREE_FOLDER)
			return WASI_ENOTDIR;
		if (from->type != TREE_FOLDER && to->type == TREE_FOLDER)
			return WASI_EISDIR;
		int error = view_remove(view, to, now_ns);
		if (error)
			return error;
		to = *slot_of(to);
	}
	swap_places(from, to);
	from->changed_ns = now_ns;
	from->parent->changed_ns = now_ns;
	to->parent->changed_ns = now_ns;
	return WASI_SUCCESS;
}

/* Before a first change: the content, or as much of it as will stay, moves from
 * the base to the node. */
static int own_content(struct view *view, struct vnode *file, uint64_t keep)
{
	if (file->written)
		return WASI_SUCCESS;
	struct str content = str_first(view_content(file), keep);
	if (charge(view, 0, NODE_COST_BYTES + content.len) == VIEW_FULL)
		return VIEW_FULL;
	buf_init(&file->data, view->quota_bytes);
	buf_append_str(&file->data, content);
	file->written = true;
	return WASI_SUCCESS;
}

/* The memory becomes less too, or a guest could hold far more than its quota. */
static void cut(struct buf *data, uint64_t size)
{
	struct buf rest;
	buf_init(&rest, data->max);
	data->len = size;
	data->ptr[size] = '\0';
	if (size >= data->cap / 4)
		return;
	buf_append_str(&rest, buf_str(data));
	buf_release(data);
	*data = rest;
}

int view_resize(struct view *view, struct vnode *file, uint64_t size, uint64_t now_ns)
{
	int error = own_content(view, file, size);
	if (error)
		return error;
	if (charge(view, file->data.len, size) == VIEW_FULL)
		return VIEW_FULL;
	if (size > file->data.len) {
		size_t more = size - file->data.len;
		char *room = buf_reserve(&file->data, more);
		if (!room)
			return VIEW_FULL;
		memset(room, 0, more);
		buf_grew(&file->data, more);
	} else if (size < file->data.len) {
		cut(&file->data, size);
	}
	file->changed_ns = now_ns;
	return WASI_SUCCESS;
}

int view_write(struct view *view, struct vnode *file, uint64_t offset, struct str bytes, uint64_t now_ns)
{
	int error = own_content(view, file, UINT64_MAX);
	if (error || bytes.len == 0)
		return error;
	uint64_t end;
	if (__builtin_add_overflow(offset, bytes.len, &end) || end > INT64_MAX)
		return WASI_EFBIG;
	if (end > file->data.len && (error = view_resize(view, file, end, now_ns)) != 0)
		return error;
	memcpy(file->data.ptr + offset, bytes.ptr, bytes.len);
	file->changed_ns = now_ns;
	return WASI_SUCCESS;
}

int view_list(struct view *view, struct vnode *folder, struct vnode ***ret_nodes, size_t *ret_len)
{
	folder->listed = true;
	/* Looking at every name of the base makes the children complete. */
	for (size_t i = 0; folder->base && i < folder->base->children_len; i++) {
		struct vnode *child;
		int error = view_child(view, folder, str_of(folder->base->children[i]->name), &child);
		if (error)
			return error;
	}
	struct vnode **nodes = mem_zalloc(folder->children_len, sizeof(*nodes));
	size_t len = 0;
	for (size_t i = 0; i < folder->children_len; i++) {
		if (!folder->children[i]->absent)
			nodes[len++] = folder->children[i];
	}
	*ret_nodes = nodes;
	*ret_len = len;
	return WASI_SUCCESS;
}

/* Not recursive: a guest can nest folders as deep as its quota lets it. */
const char *view_path(const struct vnode *node, struct arena *a)
{
	size_t len = 0;
	for (const struct vnode *n = node; n != n->parent; n = n->parent)
		len += 1 + strlen(n->name);
	if (len == 0)
		return "/";
	char *path = arena_alloc(a, len + 1, 1);
	for (const struct vnode *n = node; n != n->parent; n = n->parent) {
		size_t name_len = strlen(n->name);
		len -= name_len + 1;
		path[len] = '/';
		memcpy(path + len + 1, n->name, name_len);
	}
	return path;
}

struct strings view_files(const struct view *view, struct arena *a)
{
	struct strings files = {arena_array(a, view->nodes, const char *), 0};
	for (const struct vnode *v = view->made; v; v = v->next_made) {
		if (v->base && v->base->type == TREE_FILE)
			files.items[files.len++] = view_path(v, a);
	}
	strings_sort(&files);
	return files;
}
