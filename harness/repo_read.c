#include "harness/repo.h"

#include "core/mem.h"
#include "harness/repo_door.h"

bool repo_is_address(const char *source)
{
	return address_is_one(source);
}

const char *repo_clean_address(const char *source, struct arena *a)
{
	return address_clean(source, a);
}

/* ---- reading */

struct reading {
	const struct gittree_store *from;
	struct tree *tree;
	const char *at;
	struct buf content;
};

static int add_folder(struct tree *tree, const char *path, struct err *err)
{
	const struct tree_node *node = tree_find(tree, path);
	return node && node->type == TREE_FOLDER ? 0 : tree_add_folder(tree, path, false, err);
}

static int add_entry(void *data, const struct gittree_entry *e, struct err *err)
{
	struct reading *r = data;
	SCOPED_ARENA struct arena scratch = {0};
	const char *path = arena_printf(&scratch, "%s/%s", r->at, e->path);
	/* A submodule's files are elsewhere. */
	if (e->kind == GITTREE_FOLDER || e->kind == GITTREE_SUBMODULE)
		return add_folder(r->tree, path, err);
	if (r->from->read(r->from->data, &e->id, &r->content, err) < 0)
		return err_wrap(err, "%.300s", e->path);
	if (e->kind == GITTREE_LINK)
		return tree_add_link(r->tree, path, buf_str(&r->content), err);
	return tree_add_file(r->tree, path, buf_str(&r->content), err);
}

static int read_tree(struct door *door, const struct gittree_id *id, const struct fs_walk_limits *limits,
		     struct tree *tree, const char *at, struct err *err)
{
	struct gittree_id found, root;
	struct reading r = {.from = &door->store, .tree = tree, .at = at};
	struct gittree_walk walk = {.from = &door->store, .limits = limits, .visit = add_entry, .data = &r};
	if (door_peel(door, id, GITTREE_TREE, &found, &root, err) < 0 || add_folder(tree, at, err) < 0)
		return -1;
	buf_init(&r.content, limits->file_bytes);
	int result = gittree_walk(&walk, &root, err);
	buf_release(&r.content);
	return result;
}

int repo_read_tree(const char *repository, const char *id, const struct fs_walk_limits *limits, struct tree *tree,
		   const char *at, struct err *err)
{
	SCOPED_DOOR struct door door = {0};
	struct gittree_id raw;
	bool is_there;
	if (door_open(repository, repository, &door, err) < 0)
		return -1;
	if (!door.git)
		return err_set(err, ERR_PARSE, "there is no repository in %.300s", repository);
	if (door_find(&door, id, &is_there, &raw, err) < 0)
		return -1;
	if (!is_there)
		return err_set(err, ERR_PARSE, "the repository %.300s has no object %.100s", repository, id);
	return read_tree(&door, &raw, limits, tree, at, err);
}

/* ---- what git tracks */

/* The names of a relative path, with one "/" between them. */
static int append_names(struct buf *out, const char *path, struct err *err)
{
	for (struct str rest = str_of(path); rest.len;) {
		struct str name = str_first(rest, str_index(rest, '/'));
		rest = str_from(rest, name.len + 1);
		if (str_eq(name, STR("..")))
			return err_set(err, ERR_USAGE, "%.300s: a path that goes upwards", path);
		if (name.len && !str_eq(name, STR(".")))
			buf_printf(out, "%s%.*s", out->len ? "/" : "", STR_ARG(name));
	}
	return buf_check(out, "a path", err);
}

/* The nearest folder upwards that is a work tree's root; the rest of the path is left in *ret_below. */
static int find_root(const char *folder, struct arena *a, struct door *ret, const char **ret_below, struct err *err)
{
	for (size_t len = strlen(folder);; len--) {
		const char *root = arena_printf(a, "%.*s", (int)len, folder);
		if (fs_exists(arena_printf(a, "%s/.git", root)) && door_open(len ? root : "/", root, ret, err) < 0)
			return -1;
		*ret_below = folder + len;
		while (len > 0 && folder[len - 1] != '/')
			len--;
		if (ret->git || len == 0)
			return 0;
	}
}

struct search {
	const char *path; /* from the work tree's root; "" is the root itself */
	bool found;
};

static void compare(void *data, const char *path)
{
	struct search *s = data;
	size_t len = strlen(s->path);
	s->found |= len == 0 || (strncmp(path, s->path, len) == 0 && (path[len] == '/' || path[len] == '\0'));
}

static int search_head(struct door *door, struct search *s, struct arena *a, struct err *err)
{
	struct gitref head;
	struct gittree_id commit, tree;
	if (door_head(door, a, &head, err) < 0)
		return -1;
	if (!head.name)
		return 0;
	if (door_peel(door, &head.id, GITTREE_COMMIT, &commit, &tree, err) < 0)
		return -1;
	return gittree_has(&door->store, &tree, s->path, &s->found, err);
}

int repo_tracks(const char *folder, const char *path, bool *ret_tracked, struct err *err)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_DOOR struct door door = {0};
	SCOPED_BUF struct buf whole;
	SCOPED_MEM char *real = realpath(folder, NULL);
	const char *below;
	buf_init(&whole, 1 << 16);
	if (!real)
		return err_errno(err, "cannot find %.300s", folder);
	if (find_root(real, &a, &door, &below, err) < 0)
		return -1;
	if (append_names(&whole, below, err) < 0 || append_names(&whole, path, err) < 0)
		return -1;
	struct search search = {.path = whole.ptr};
	if (door.git && door_index(&door, compare, &search, err) < 0)
		return -1;
	if (door.git && !search.found && search_head(&door, &search, &a, err) < 0)
		return -1;
	*ret_tracked = search.found;
	return 0;
}

const char *repo_changes(const struct repo_source *s, struct arena *a)
{
	if (s->changed_len == 0)
		return NULL;
	return arena_printf(a, "the work tree has changes that are not committed (%s%s); its HEAD is what is read",
			    s->changed[0], s->changed_len > 1 ? ", …" : "");
}
