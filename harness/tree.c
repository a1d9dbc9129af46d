#include "harness/tree.h"

#include "core/mem.h"

#include <stdatomic.h>

struct tree {
	struct arena arena; /* nodes, names, copied bytes */
	struct tree_node root;
	struct nodes {
		struct tree_node **items;
		size_t len, cap;
	} owned; /* nodes whose children and hash are freed with the tree */
};

struct tree *tree_new(void)
{
	struct tree *tree = mem_zalloc(1, sizeof(*tree));
	tree->root = (struct tree_node){.name = "", .type = TREE_FOLDER};
	return tree;
}

static void release_node(struct tree_node *node)
{
	free(node->children);
	free(atomic_load(&node->hash));
}

void tree_free(struct tree *tree)
{
	if (!tree)
		return;
	for (size_t i = 0; i < tree->owned.len; i++)
		release_node(tree->owned.items[i]);
	release_node(&tree->root);
	vec_release(&tree->owned);
	arena_release(&tree->arena);
	free(tree);
}

void tree_free_pointer(struct tree **tree)
{
	tree_free(*tree);
	*tree = NULL;
}

/* Where `name` is among the children, or where it would go. */
static size_t child_position(const struct tree_node *folder, struct str name, bool *ret_found)
{
	return str_find_name(folder->children, folder->children_len, name, ret_found);
}

const struct tree_node *tree_child(const struct tree_node *folder, struct str name)
{
	bool found;
	size_t at = child_position(folder, name, &found);
	return found ? folder->children[at] : NULL;
}

/* Cuts the next name off the front, without the slashes before it. */
static bool next_name(struct str *path, struct str *ret_name)
{
	do {
		while (path->len && path->ptr[0] == '/')
			*path = str_from(*path, 1);
		if (path->len == 0)
			return false;
		*ret_name = str_first(*path, str_index(*path, '/'));
		*path = str_from(*path, ret_name->len);
	} while (str_eq(*ret_name, STR(".")));
	return true;
}

static bool is_last_name(struct str rest)
{
	struct str name;
	return !next_name(&rest, &name);
}

const struct tree_node *tree_root(const struct tree *tree)
{
	return &tree->root;
}

const struct tree_node *tree_find(const struct tree *tree, const char *path)
{
	const struct tree_node *node = &tree->root;
	struct str rest = str_of(path), name;
	while (node && next_name(&rest, &name))
		node = node->type == TREE_FOLDER ? tree_child(node, name) : NULL;
	return node;
}

static struct tree_node *new_node(struct tree *tree, struct str name, enum tree_type type)
{
	struct tree_node *node = arena_new(&tree->arena, struct tree_node);
	node->name = arena_str(&tree->arena, name);
	node->type = type;
	*vec_push(&tree->owned) = node;
	return node;
}

static void insert_child(struct tree_node *folder, size_t at, struct tree_node *child)
{
	folder->children = mem_grow(folder->children, folder->children_len, &folder->children_cap,
				    sizeof(*folder->children));
	memmove(&folder->children[at + 1], &folder->children[at],
		(folder->children_len - at) * sizeof(*folder->children));
	folder->children[at] = child;
	folder->children_len++;
}

static int check_name(const char *path, struct str name, size_t depth, struct err *err)
{
	if (str_eq(name, STR("..")))
		return err_set(err, ERR_PARSE, "%.300s: a path cannot go upwards", path);
	if (name.len > TREE_NAME_MAX)
		return err_set(err, ERR_LIMIT, "%.300s: a name longer than %d bytes", path, TREE_NAME_MAX);
	if (depth > TREE_DEPTH_MAX)
		return err_set(err, ERR_LIMIT, "%.300s: more than %d folders deep", path, TREE_DEPTH_MAX);
	return 0;
}

/* The node at `path`, made as `type` if it is not there, together with its
 * parents; an existing file may become a link and the other way round. */
static struct tree_node *make_node(struct tree *tree, const char *path, enum tree_type type, struct err *err)
{
	struct tree_node *node = &tree->root;
	struct str rest = str_of(path), name;
	for (size_t depth = 1; next_name(&rest, &name); depth++) {
		if (check_name(path, name, depth, err) < 0)
			return NULL;
		if (node->type != TREE_FOLDER) {
			err_set(err, ERR_PARSE, "%.300s: %s is not a folder", path, node->name);
			return NULL;
		}
		bool found;
		size_t at = child_position(node, name, &found);
		if (!found)
			insert_child(node, at, new_node(tree, name, is_last_name(rest) ? type : TREE_FOLDER));
		node = node->children[at];
	}
	if ((node->type == TREE_FOLDER) != (type == TREE_FOLDER)) {
		err_set(err, ERR_PARSE, "%.300s is a folder in one place and a file in another", path);
		return NULL;
	}
	node->type = type;
	return node;
}

static struct str copy_bytes(struct tree *tree, struct str bytes)
{
	return (struct str){arena_str(&tree->arena, bytes), bytes.len};
}

static int set_content(struct tree *tree, const char *path, enum tree_type type, struct str content, struct err *err)
{
	struct tree_node *node = make_node(tree, path, type, err);
	if (!node)
		return -1;
	node->content = content;
	free(atomic_exchange(&node->hash, NULL));
	return 0;
}

int tree_add_file(struct tree *tree, const char *path, struct str bytes, struct err *err)
{
	return set_content(tree, path, TREE_FILE, copy_bytes(tree, bytes), err);
}

int tree_add_link(struct tree *tree, const char *path, struct str target, struct err *err)
{
	return set_content(tree, path, TREE_LINK, copy_bytes(tree, target), err);
}

int tree_add_folder(struct tree *tree, const char *path, bool writable, struct err *err)
{
	struct tree_node *node = make_node(tree, path, TREE_FOLDER, err);
	if (!node)
		return -1;
	node->writable = writable;
	return 0;
}

struct host_copy {
	struct tree *tree;
	const char *at;
};

static int copy_entry(void *data, const struct fs_entry *entry, struct err *err)
{
	static const enum tree_type types[] = {
		[FS_FILE] = TREE_FILE,
		[FS_FOLDER] = TREE_FOLDER,
		[FS_LINK] = TREE_LINK,
	};
	struct host_copy *copy = data;
	SCOPED_ARENA struct arena scratch = {0};
	const char *path = arena_printf(&scratch, "%s/%s", copy->at, entry->path);
	return set_content(copy->tree, path, types[entry->type], copy_bytes(copy->tree, entry->content), err);
}

int tree_add_host(struct tree *tree, const char *at, const char *host_folder, const struct fs_walk_limits *limits,
		  bool (*enter)(const char *path), struct err *err)
{
	if (!make_node(tree, at, TREE_FOLDER, err))
		return -1;
	struct host_copy copy = {.tree = tree, .at = at};
	struct fs_walk walk = {.limits = *limits, .enter = enter, .visit = copy_entry, .data = &copy};
	return fs_walk(host_folder, &walk, err);
}

/* Depth is bounded by TREE_DEPTH_MAX, which make_node has checked. */
static int add_nodes(struct tree *tree, const char *at, const struct tree_node *node, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (set_content(tree, at, node->type, node->content, err) < 0)
		return -1;
	for (size_t i = 0; i < node->children_len; i++) {
		const struct tree_node *child = node->children[i];
		if (add_nodes(tree, arena_printf(&scratch, "%s/%s", at, child->name), child, err) < 0)
			return -1;
	}
	return 0;
}

int tree_add_tree(struct tree *tree, const char *at, const struct tree *other, const char *from, struct err *err)
{
	const struct tree_node *node = tree_find(other, from);
	if (!node)
		return err_set(err, ERR_BUG, "%s is not in the tree to be added", from);
	return add_nodes(tree, at, node, err);
}

/* Offsets of the fields of a ustar header. */
enum { TAR_NAME = 0, TAR_SIZE = 124, TAR_TYPE = 156, TAR_MAGIC = 257, TAR_PREFIX = 345, TAR_BLOCK = 512 };

static struct str tar_field(const char *header, size_t offset, size_t len)
{
	struct str field = {header + offset, len};
	return str_first(field, str_index(field, '\0'));
}

static int tar_size(const char *header, size_t *ret_size)
{
	struct str digits = str_trim(tar_field(header, TAR_SIZE, 12));
	size_t size = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '7')
			return -1;
		size = size * 8 + (size_t)(digits.ptr[i] - '0');
	}
	*ret_size = size;
	return 0;
}

static int add_tar_member(struct tree *tree, const char *at, const char *header, struct str content, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str prefix = tar_field(header, TAR_PREFIX, 155), name = tar_field(header, TAR_NAME, 100);
	const char *path = arena_printf(&scratch, "%s/%.*s%s%.*s", at, STR_ARG(prefix), prefix.len ? "/" : "",
					STR_ARG(name));
	switch (header[TAR_TYPE]) {
	case '0':
	case '\0':
		return set_content(tree, path, TREE_FILE, content, err);
	case '5':
		return make_node(tree, path, TREE_FOLDER, err) ? 0 : -1;
	default:
		return err_set(err, ERR_PARSE, "%s: a member of a kind that is not read here", path);
	}
}

static bool is_tar_end(const char *block)
{
	static const char zeros[TAR_BLOCK];
	return memcmp(block, zeros, TAR_BLOCK) == 0;
}

int tree_add_tar(struct tree *tree, const char *at, struct str archive, struct err *err)
{
	while (archive.len < TAR_BLOCK || !is_tar_end(archive.ptr)) {
		const char *header = archive.ptr;
		size_t size;
		if (archive.len < TAR_BLOCK || memcmp(header + TAR_MAGIC, "ustar", 5) != 0 || tar_size(header, &size) < 0 ||
		    size > archive.len - TAR_BLOCK)
			return err_set(err, ERR_PARSE, "not a complete tar archive");
		struct str content = {header + TAR_BLOCK, size};
		if (add_tar_member(tree, at, header, content, err) < 0)
			return -1;
		archive = str_from(archive, TAR_BLOCK + (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK);
	}
	return 0;
}

int tree_graft(struct tree *tree, const char *at, const struct tree *other, const char *from, struct err *err)
{
	const struct tree_node *source = tree_find(other, from);
	if (!source || source->type != TREE_FOLDER)
		return err_set(err, ERR_BUG, "no folder %s to show at %s", from, at);
	struct tree_node *node = make_node(tree, at, TREE_FOLDER, err);
	if (!node)
		return -1;
	free(node->children);
	node->children_len = source->children_len;
	node->children_cap = source->children_len;
	node->children = mem_zalloc(source->children_len, sizeof(*node->children));
	if (source->children_len)
		memcpy(node->children, source->children, source->children_len * sizeof(*node->children));
	return 0;
}

struct hash tree_file_hash(const struct tree_node *file)
{
	struct tree_node *node = (struct tree_node *)(uintptr_t)file;
	struct hash *known = atomic_load(&node->hash);
	if (known)
		return *known;
	struct hash *fresh = mem_zalloc(1, sizeof(*fresh));
	*fresh = hash_of(file->content);
	struct hash result = *fresh;
	/* Another thread may have been as quick; then its copy stays. */
	if (!atomic_compare_exchange_strong(&node->hash, &known, fresh))
		free(fresh);
	return result;
}

void tree_hash_into(const struct tree_node *node, struct hasher *h)
{
	hasher_field(h, str_of(node->name));
	hasher_field_u64(h, (uint64_t)node->type | (uint64_t)node->writable << 8);
	if (node->type != TREE_FOLDER) {
		struct hash content = tree_file_hash(node);
		hasher_bytes(h, content.bytes, HASH_BYTES);
	}
	hasher_field_u64(h, node->children_len);
	for (size_t i = 0; i < node->children_len; i++)
		tree_hash_into(node->children[i], h);
}
