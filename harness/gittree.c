#include "harness/gittree.h"

#include "core/mem.h"

/* One step down: where it came from is put back when it is left. */
struct walker {
	const struct gittree_walk *walk;
	struct buf path;
	size_t entries, total_bytes;
};

enum { PATH_MAX_BYTES = 1 << 16, TREE_BYTES_MAX = 64 << 20 };

void gittree_hex(const struct gittree_id *id, char ret_hex[static GITTREE_HEX])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < GITTREE_ID_BYTES; i++) {
		ret_hex[2 * i] = digits[id->bytes[i] >> 4];
		ret_hex[2 * i + 1] = digits[id->bytes[i] & 15];
	}
	ret_hex[GITTREE_HEX - 1] = '\0';
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool gittree_from_hex(struct str hex, struct gittree_id *ret)
{
	struct gittree_id id;
	if (hex.len != GITTREE_HEX - 1)
		return false;
	for (size_t i = 0; i < GITTREE_ID_BYTES; i++) {
		int high = digit_of(hex.ptr[2 * i]), low = digit_of(hex.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		id.bytes[i] = (unsigned char)(high * 16 + low);
	}
	*ret = id;
	return true;
}

/* Cuts one entry off the front of a tree's bytes. */
static int next_entry(struct str *bytes, struct str *ret_name, unsigned *ret_mode, struct gittree_id *ret_id)
{
	size_t blank = str_index(str_first(*bytes, 8), ' '), nul = str_index(*bytes, '\0');
	if (blank == 0 || blank > 6 || nul < blank + 2 || nul >= bytes->len ||
	    bytes->len - nul - 1 < GITTREE_ID_BYTES)
		return -1;
	unsigned mode = 0;
	for (size_t i = 0; i < blank; i++) {
		if (bytes->ptr[i] < '0' || bytes->ptr[i] > '7')
			return -1;
		mode = mode * 8 + (unsigned)(bytes->ptr[i] - '0');
	}
	*ret_name = (struct str){bytes->ptr + blank + 1, nul - blank - 1};
	*ret_mode = mode;
	memcpy(ret_id->bytes, bytes->ptr + nul + 1, GITTREE_ID_BYTES);
	*bytes = str_from(*bytes, nul + 1 + GITTREE_ID_BYTES);
	return 0;
}

static int kind_of(unsigned mode, enum gittree_kind *ret)
{
	switch (mode & 0170000) {
	case 0040000:
		*ret = GITTREE_FOLDER;
		return 0;
	case 0100000:
		*ret = GITTREE_FILE;
		return 0;
	case 0120000:
		*ret = GITTREE_LINK;
		return 0;
	case 0160000:
		*ret = GITTREE_SUBMODULE;
		return 0;
	default:
		return -1;
	}
}

static bool is_left_out(struct str name)
{
	return str_eq(name, STR(".git")) || str_eq(name, STR(".recast"));
}

static bool is_name(struct str name)
{
	return name.len && !memchr(name.ptr, '/', name.len) && !str_eq(name, STR(".")) && !str_eq(name, STR("..")) &&
	       !str_eq(name, STR(".git"));
}

/* Files and links, before anybody reads them. */
static int check_size(struct walker *w, const struct gittree_entry *e, struct err *err)
{
	const struct fs_walk_limits *limits = w->walk->limits;
	enum gittree_object type;
	size_t size;
	if (w->walk->from->examine(w->walk->from->data, &e->id, &type, &size, err) < 0)
		return err_wrap(err, "%.300s", e->path);
	if (type != GITTREE_BLOB)
		return err_set(err, ERR_PARSE, "%.300s should be a file and is another kind of object", e->path);
	if (size > limits->file_bytes)
		return err_set(err, ERR_LIMIT, "%.300s has %zu bytes, more than the limit of %zu", e->path, size,
			       limits->file_bytes);
	if (size > limits->total_bytes - w->total_bytes)
		return err_set(err, ERR_LIMIT, "more than %zu bytes in all, from %.300s on", limits->total_bytes,
			       e->path);
	w->total_bytes += size;
	return 0;
}

static int walk_tree(struct walker *w, const struct gittree_id *id, unsigned depth, struct err *err);

static int visit_entry(struct walker *w, struct gittree_entry *e, unsigned depth, struct err *err)
{
	const struct gittree_walk *walk = w->walk;
	if ((e->kind == GITTREE_FILE || e->kind == GITTREE_LINK) && check_size(w, e, err) < 0)
		return -1;
	if (walk->visit(walk->data, e, err) < 0)
		return -1;
	return e->kind == GITTREE_FOLDER ? walk_tree(w, &e->id, depth + 1, err) : 0;
}

static int walk_entry(struct walker *w, struct str name, unsigned mode, struct gittree_id id, unsigned depth,
		      struct err *err)
{
	size_t before = w->path.len;
	struct gittree_entry e = {.id = id};
	if (depth == 0 && is_left_out(name))
		return 0;
	if (!is_name(name))
		return err_set(err, ERR_PARSE, "%.300s%s\"%.*s\" is no name for a file", w->path.ptr,
			       before ? "/: " : "", STR_ARG(str_first(name, 100)));
	if (++w->entries > w->walk->limits->entries)
		return err_set(err, ERR_LIMIT, "more than %zu files and folders", w->walk->limits->entries);
	if (buf_printf(&w->path, "%s%.*s", before ? "/" : "", STR_ARG(name)) < 0)
		return err_set(err, ERR_LIMIT, "a path of more than %d bytes: %.300s", PATH_MAX_BYTES, w->path.ptr);
	e.path = w->path.ptr;
	if (kind_of(mode, &e.kind) < 0)
		return err_set(err, ERR_PARSE, "%.300s: mode %o is neither file, folder, link nor submodule", e.path,
			       mode);
	if (visit_entry(w, &e, depth, err) < 0)
		return -1;
	w->path.len = before;
	w->path.ptr[before] = '\0';
	return 0;
}

static int walk_tree(struct walker *w, const struct gittree_id *id, unsigned depth, struct err *err)
{
	const struct gittree_walk *walk = w->walk;
	if (depth > walk->limits->depth)
		return err_set(err, ERR_LIMIT, "%.300s: more than %u folders deep", w->path.ptr, walk->limits->depth);
	SCOPED_BUF struct buf bytes;
	buf_init(&bytes, walk->limits->file_bytes);
	enum gittree_object type;
	size_t size;
	if (walk->from->examine(walk->from->data, id, &type, &size, err) < 0)
		return w->path.len ? err_wrap(err, "%.300s", w->path.ptr) : -1;
	if (type != GITTREE_TREE)
		return err_set(err, ERR_PARSE, "%.300s: not a tree, where there should be one", w->path.ptr);
	if (walk->from->read(walk->from->data, id, &bytes, err) < 0)
		return w->path.len ? err_wrap(err, "%.300s", w->path.ptr) : -1;
	struct str rest = buf_str(&bytes), name;
	unsigned mode;
	struct gittree_id child;
	while (rest.len) {
		if (next_entry(&rest, &name, &mode, &child) < 0)
			return err_set(err, ERR_PARSE, "%.300s: a tree that cannot be read", w->path.ptr);
		if (walk_entry(w, name, mode, child, depth, err) < 0)
			return -1;
	}
	return walk->leave ? walk->leave(walk->data, buf_str(&bytes), err) : 0;
}

int gittree_walk(const struct gittree_walk *walk, const struct gittree_id *root, struct err *err)
{
	struct walker w = {.walk = walk};
	buf_init(&w.path, PATH_MAX_BYTES);
	int result = walk_tree(&w, root, 0, err);
	buf_release(&w.path);
	return result;
}

/* A tree need not be in order, so each entry is looked at. */
static int find_entry(struct str bytes, struct str name, bool *ret_found, unsigned *ret_mode,
		      struct gittree_id *ret_id)
{
	struct str other;
	while (bytes.len) {
		if (next_entry(&bytes, &other, ret_mode, ret_id) < 0)
			return -1;
		if ((*ret_found = str_eq(other, name)))
			return 0;
	}
	*ret_found = false;
	return 0;
}

int gittree_has(const struct gittree_store *from, const struct gittree_id *root, const char *path, bool *ret_has,
		struct err *err)
{
	SCOPED_BUF struct buf bytes;
	struct gittree_id id = *root;
	unsigned mode = 0040000;
	bool found = true;
	buf_init(&bytes, TREE_BYTES_MAX);
	for (struct str rest = str_of(path); found && rest.len;) {
		struct str name = str_first(rest, str_index(rest, '/'));
		if (mode != 0040000) {
			found = false;
			break;
		}
		if (from->read(from->data, &id, &bytes, err) < 0)
			return -1;
		if (find_entry(buf_str(&bytes), name, &found, &mode, &id) < 0)
			return err_set(err, ERR_PARSE, "%.300s: a tree on the way cannot be read", path);
		rest = str_from(rest, name.len + 1);
	}
	*ret_has = found;
	return 0;
}

struct copy {
	const struct gittree_store *from, *to;
	struct buf content;
	struct arena *a;
	struct {
		const char **items;
		size_t len, cap;
	} submodules;
};

static int copy_entry(void *data, const struct gittree_entry *e, struct err *err)
{
	struct copy *c = data;
	struct gittree_id id;
	if (e->kind == GITTREE_SUBMODULE)
		*vec_push(&c->submodules) = arena_strdup(c->a, e->path);
	if (e->kind == GITTREE_SUBMODULE || e->kind == GITTREE_FOLDER || c->to->has(c->to->data, &e->id))
		return 0;
	if (c->from->read(c->from->data, &e->id, &c->content, err) < 0)
		return err_wrap(err, "%.300s", e->path);
	return c->to->write(c->to->data, GITTREE_BLOB, buf_str(&c->content), &id, err);
}

static int copy_tree(void *data, struct str bytes, struct err *err)
{
	struct copy *c = data;
	struct gittree_id id;
	return c->to->write(c->to->data, GITTREE_TREE, bytes, &id, err);
}

int gittree_copy(const struct gittree_store *from, const struct gittree_store *to, const struct gittree_id *root,
		 const struct fs_walk_limits *limits, struct arena *a, struct strings *ret_submodules,
		 struct err *err)
{
	struct copy c = {.from = from, .to = to, .a = a};
	struct gittree_walk walk = {.from = from, .limits = limits, .visit = copy_entry, .leave = copy_tree,
				    .data = &c};
	buf_init(&c.content, limits->file_bytes);
	int result = gittree_walk(&walk, root, err);
	if (result == 0) {
		ret_submodules->items = arena_array(a, c.submodules.len, const char *);
		ret_submodules->len = c.submodules.len;
		for (size_t i = 0; i < c.submodules.len; i++)
			ret_submodules->items[i] = c.submodules.items[i];
	}
	vec_release(&c.submodules);
	buf_release(&c.content);
	return result;
}
