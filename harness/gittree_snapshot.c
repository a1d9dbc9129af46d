#include "harness/gittree.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/tree.h"

#include <sys/stat.h>

/* A name in a folder that is being put together. */
struct item {
	struct str name;
	const char *mode;
	struct gittree_id id;
};

/* Folders from the root down to where the walk is. */
struct level {
	const char *path; /* "" for the root */
	struct item *items;
	size_t len, cap;
};

struct snapshot {
	const char *folder;
	const struct gittree_store *to;
	struct arena a;
	struct {
		struct level *items;
		size_t len, cap;
	} levels;
};

static const char folder_mode[] = "40000";

/* git sorts a folder as if its name ended in "/". */
static int by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	size_t len = min_size(x->name.len, y->name.len);
	int order = memcmp(x->name.ptr, y->name.ptr, len);
	if (order)
		return order;
	int end_x = len < x->name.len ? (unsigned char)x->name.ptr[len] : x->mode == folder_mode ? '/' : '\0';
	int end_y = len < y->name.len ? (unsigned char)y->name.ptr[len] : y->mode == folder_mode ? '/' : '\0';
	return end_x - end_y;
}

static int write_level(const struct gittree_store *to, struct level *level, struct gittree_id *ret, struct err *err)
{
	SCOPED_BUF struct buf bytes;
	buf_init(&bytes, SIZE_MAX / 2);
	if (level->len)
		qsort(level->items, level->len, sizeof(*level->items), by_name);
	for (size_t i = 0; i < level->len; i++) {
		const struct item *item = &level->items[i];
		buf_printf(&bytes, "%s %.*s", item->mode, STR_ARG(item->name));
		buf_append(&bytes, "", 1);
		buf_append(&bytes, item->id.bytes, GITTREE_ID_BYTES);
	}
	return to->write(to->data, GITTREE_TREE, buf_str(&bytes), ret, err);
}

static void add_item(struct snapshot *s, const char *path, const char *mode, const struct gittree_id *id)
{
	struct level *top = &s->levels.items[s->levels.len - 1];
	*vec_push(top) = (struct item){str_of(arena_strdup(&s->a, path_base_of(path))), mode, *id};
}

/* Ends the innermost folder. git knows none that is empty, except for the root. */
static int close_level(struct snapshot *s, struct gittree_id *ret_id, struct err *err)
{
	struct level level = s->levels.items[--s->levels.len];
	int result = 0;
	if (level.len || !level.path[0])
		result = write_level(s->to, &level, ret_id, err);
	if (result == 0 && level.len && level.path[0])
		add_item(s, level.path, folder_mode, ret_id);
	vec_release(&level);
	return result;
}

/* Ends the folders that do not hold `path`. */
static int close_levels(struct snapshot *s, const char *path, struct err *err)
{
	struct str parent = path_folder(str_of(path));
	struct gittree_id id;
	while (s->levels.len > 1 && !str_eq(str_of(s->levels.items[s->levels.len - 1].path), parent)) {
		if (close_level(s, &id, err) < 0)
			return -1;
	}
	return 0;
}

static bool is_executable(const struct snapshot *s, const char *path)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct stat st;
	return lstat(arena_printf(&scratch, "%s/%s", s->folder, path), &st) == 0 && (st.st_mode & S_IXUSR);
}

static int visit(void *data, const struct fs_entry *e, struct err *err)
{
	struct snapshot *s = data;
	struct gittree_id id;
	if (close_levels(s, e->path, err) < 0)
		return -1;
	if (e->type == FS_FOLDER) {
		*vec_push(&s->levels) = (struct level){.path = arena_strdup(&s->a, e->path)};
		return 0;
	}
	if (s->to->write(s->to->data, GITTREE_BLOB, e->content, &id, err) < 0)
		return -1;
	const char *mode = e->type == FS_LINK ? "120000" : is_executable(s, e->path) ? "100755" : "100644";
	add_item(s, e->path, mode, &id);
	return 0;
}

bool gittree_snapshot_enters(const char *path)
{
	return strcmp(path_base_of(path), ".git") != 0 && strcmp(path, ".recast") != 0;
}

int gittree_snapshot(const char *folder, const struct fs_walk_limits *limits, const struct gittree_store *to,
		     struct gittree_id *ret, struct err *err)
{
	struct snapshot s = {.folder = folder, .to = to};
	struct fs_walk walk = {.limits = *limits, .enter = gittree_snapshot_enters, .visit = visit, .data = &s};
	struct gittree_id id;
	*vec_push(&s.levels) = (struct level){.path = ""};
	int result = fs_walk(folder, &walk, err);
	while (result == 0 && s.levels.len)
		result = close_level(&s, &id, err);
	for (size_t i = 0; i < s.levels.len; i++)
		vec_release(&s.levels.items[i]);
	vec_release(&s.levels);
	arena_release(&s.a);
	if (result == 0)
		*ret = id;
	return result;
}

/* ---- from a tree in memory */

struct check {
	const struct fs_walk_limits *limits;
	size_t entries, total_bytes;
};

static int check_node(struct check *c, const struct tree_node *node, unsigned depth, struct err *err)
{
	const struct fs_walk_limits *limits = c->limits;
	if (++c->entries > limits->entries)
		return err_set(err, ERR_LIMIT, "more than %zu files and folders", limits->entries);
	if (strcmp(node->name, ".git") == 0)
		return err_set(err, ERR_USAGE, "a file or folder called .git cannot be kept");
	if (node->type == TREE_FOLDER)
		return depth < limits->depth ? 0 : err_set(err, ERR_LIMIT, "more than %u folders deep", limits->depth);
	if (node->content.len > limits->file_bytes)
		return err_set(err, ERR_LIMIT, "%.200s has %zu bytes, more than the limit of %zu", node->name,
			       node->content.len, limits->file_bytes);
	c->total_bytes += node->content.len;
	if (c->total_bytes > limits->total_bytes)
		return err_set(err, ERR_LIMIT, "more than %zu bytes in all", limits->total_bytes);
	return 0;
}

static int check_folder(struct check *c, const struct tree_node *folder, unsigned depth, struct err *err)
{
	for (size_t i = 0; i < folder->children_len; i++) {
		const struct tree_node *node = folder->children[i];
		if (depth == 0 && strcmp(node->name, ".recast") == 0)
			continue;
		if (check_node(c, node, depth, err) < 0)
			return -1;
		if (node->type == TREE_FOLDER && check_folder(c, node, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

static int write_folder(const struct gittree_store *to, const struct tree_node *folder, bool is_root, bool *ret_is,
			struct gittree_id *ret, struct err *err);

/* *ret_is is false for a folder in which there is no file. */
static int write_node(const struct gittree_store *to, const struct tree_node *node, bool *ret_is,
		      struct gittree_id *ret, struct err *err)
{
	if (node->type == TREE_FOLDER)
		return write_folder(to, node, false, ret_is, ret, err);
	*ret_is = true;
	return to->write(to->data, GITTREE_BLOB, node->content, ret, err);
}

static int write_folder(const struct gittree_store *to, const struct tree_node *folder, bool is_root, bool *ret_is,
			struct gittree_id *ret, struct err *err)
{
	static const char *const modes[] = {[TREE_FOLDER] = folder_mode, [TREE_FILE] = "100644", [TREE_LINK] = "120000"};
	struct level level = {.path = ""};
	int result = 0;
	for (size_t i = 0; result == 0 && i < folder->children_len; i++) {
		const struct tree_node *node = folder->children[i];
		struct gittree_id id;
		bool is = false;
		if (is_root && strcmp(node->name, ".recast") == 0)
			continue;
		result = write_node(to, node, &is, &id, err);
		if (result == 0 && is)
			*vec_push(&level) = (struct item){str_of(node->name), modes[node->type], id};
	}
	*ret_is = level.len > 0;
	if (result == 0 && (level.len || is_root))
		result = write_level(to, &level, ret, err);
	vec_release(&level);
	return result;
}

int gittree_write(const struct tree *tree, const char *at, const struct fs_walk_limits *limits,
		  const struct gittree_store *to, struct gittree_id *ret, struct err *err)
{
	const struct tree_node *root = tree_find(tree, at);
	struct check check = {.limits = limits};
	struct gittree_id id;
	bool is;
	if (!root || root->type != TREE_FOLDER)
		return err_set(err, ERR_BUG, "no folder %s in a tree that is to be kept", at);
	if (check_folder(&check, root, 0, err) < 0)
		return -1;
	if (!to)
		return 0;
	if (write_folder(to, root, true, &is, &id, err) < 0)
		return -1;
	*ret = id;
	return 0;
}
