#include "harness/view.h"

#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

enum { NODE_COST = 256, NOW = 1000 };

/* ---- the reference model: a disk in the plainest way, paths as they are written */

struct node {
	enum tree_type type;
	bool writable;
	bool owned;  /* its content costs quota */
	bool gone;   /* removed; descriptors may still hold it */
	unsigned opens;
	uint64_t changed_ns;
	char *name;
	struct buf content;
	struct node *parent; /* the root is its own parent */
	struct node **items; /* children, in byte order */
	size_t len, cap;
	struct vnode *twin; /* the view's node for this one, once it is known */
};

struct model {
	struct node root;
	uint64_t quota;
	struct {
		struct node **items;
		size_t len, cap;
	} all;
};

/* A node, or the name in a folder where one could be. */
struct place {
	struct node *node, *parent;
	char name[VIEW_NAME_MAX + 1];
};

static struct node *find(const struct node *folder, const char *name)
{
	for (size_t i = 0; i < folder->len; i++) {
		if (strcmp(folder->items[i]->name, name) == 0)
			return folder->items[i];
	}
	return NULL;
}

static void insert(struct node *folder, struct node *child, const char *name)
{
	free(child->name);
	child->name = mem_strdup(name);
	child->parent = folder;
	vec_push(folder);
	size_t at = folder->len - 1;
	for (; at > 0 && strcmp(folder->items[at - 1]->name, name) > 0; at--)
		folder->items[at] = folder->items[at - 1];
	folder->items[at] = child;
}

static void cut_out(struct node *child)
{
	struct node *folder = child->parent;
	size_t at = 0;
	while (folder->items[at] != child)
		at++;
	for (folder->len--; at < folder->len; at++)
		folder->items[at] = folder->items[at + 1];
}

static struct node *new_node(struct model *m, struct node *parent, const char *name, enum tree_type type,
			     struct str content)
{
	struct node *node = mem_zalloc(1, sizeof(*node));
	node->type = type;
	buf_init(&node->content, SIZE_MAX / 2);
	buf_append_str(&node->content, content);
	insert(parent, node, name);
	*vec_push(&m->all) = node;
	return node;
}

static void copy_tree(struct model *m, struct node *to, const struct tree_node *from)
{
	to->writable = from->writable || to->writable;
	for (size_t i = 0; i < from->children_len; i++) {
		const struct tree_node *child = from->children[i];
		struct node *copy = new_node(m, to, child->name, child->type, child->content);
		copy->writable = to->writable;
		copy_tree(m, copy, child);
	}
}

static void model_init(struct model *m, const struct tree *tree, uint64_t quota)
{
	*m = (struct model){.quota = quota};
	m->root.type = TREE_FOLDER;
	m->root.parent = &m->root;
	copy_tree(m, &m->root, tree_root(tree));
}

static void model_release(struct model *m)
{
	for (size_t i = 0; i < m->all.len; i++) {
		struct node *node = m->all.items[i];
		buf_release(&node->content);
		free(node->items);
		free(node->name);
		free(node);
	}
	free(m->root.items);
	vec_release(&m->all);
}

static uint64_t model_used(const struct model *m)
{
	uint64_t used = 0;
	for (size_t i = 0; i < m->all.len; i++) {
		const struct node *node = m->all.items[i];
		if (node->owned && !(node->gone && node->opens == 0))
			used += NODE_COST + node->content.len;
	}
	return used;
}

static int model_charge(const struct model *m, uint64_t more)
{
	return more > m->quota - model_used(m) ? VIEW_FULL : 0;
}

/* Substitutes links in the text itself until nothing is left of it. */
static int model_walk(struct node *start, struct str path, bool follow, struct place *ret)
{
	static char text[3 * VIEW_PATH_MAX];
	if (path.len == 0)
		return WASI_ENOENT;
	if (path.len > VIEW_PATH_MAX)
		return WASI_ENAMETOOLONG;
	if (path.ptr[0] == '/')
		return WASI_EPERM;
	if (str_index(path, '\0') != path.len)
		return WASI_EILSEQ;
	snprintf(text, sizeof(text), "%.*s", STR_ARG(path));
	struct place p = {.node = start, .parent = start->parent};
	p.node = start->gone ? NULL : start;
	int links = 0;
	char *rest = text;
	for (;;) {
		rest += strspn(rest, "/");
		if (*rest == '\0')
			break;
		size_t len = strcspn(rest, "/");
		if (!p.node)
			return WASI_ENOENT;
		if (p.node->type != TREE_FOLDER)
			return WASI_ENOTDIR;
		if (len > VIEW_NAME_MAX)
			return WASI_ENAMETOOLONG;
		snprintf(p.name, sizeof(p.name), "%.*s", (int)len, rest);
		rest += len;
		if (strcmp(p.name, ".") == 0)
			continue;
		if (strcmp(p.name, "..") == 0) {
			if (p.node == start)
				return WASI_EPERM;
			p.node = p.node->parent;
			continue;
		}
		struct node *child = find(p.node, p.name);
		if (child && child->type == TREE_LINK && (*rest || follow)) {
			if (++links > VIEW_LINKS_MAX)
				return WASI_ELOOP;
			if (child->content.ptr[0] == '/')
				return WASI_EPERM;
			size_t total = child->content.len + strlen(rest);
			if (total > VIEW_PATH_MAX)
				return WASI_ENAMETOOLONG;
			memmove(text + child->content.len, rest, strlen(rest) + 1);
			memcpy(text, child->content.ptr, child->content.len);
			rest = text;
			continue;
		}
		p.parent = p.node;
		p.node = child;
	}
	if (path.ptr[path.len - 1] == '/' && p.node && p.node->type != TREE_FOLDER)
		return WASI_ENOTDIR;
	*ret = p;
	return 0;
}

static int model_make(struct model *m, struct place *p, enum tree_type type, struct str content, uint64_t now)
{
	if (!p->parent->writable)
		return WASI_EROFS;
	if (model_charge(m, NODE_COST + content.len))
		return VIEW_FULL;
	p->node = new_node(m, p->parent, p->name, type, content);
	p->node->writable = p->node->owned = true;
	p->node->changed_ns = p->parent->changed_ns = now;
	return 0;
}

static int model_remove(struct node *node, uint64_t now)
{
	if (node->parent == node)
		return WASI_EBUSY;
	if (!node->parent->writable)
		return WASI_EROFS;
	if (node->len)
		return WASI_ENOTEMPTY;
	cut_out(node);
	node->gone = true;
	node->parent->changed_ns = now;
	return 0;
}

static int model_rename(struct node *from, const struct place *to, uint64_t now)
{
	if (from == to->node)
		return 0;
	if (from->parent == from || (to->node && to->node->parent == to->node))
		return WASI_EBUSY;
	struct node *parent = to->node ? to->node->parent : to->parent;
	if (!from->parent->writable || !parent->writable)
		return WASI_EROFS;
	for (struct node *n = parent; n != n->parent; n = n->parent) {
		if (n == from)
			return WASI_EINVAL;
	}
	if (to->node) {
		if (from->type == TREE_FOLDER && to->node->type != TREE_FOLDER)
			return WASI_ENOTDIR;
		if (from->type != TREE_FOLDER && to->node->type == TREE_FOLDER)
			return WASI_EISDIR;
		int error = model_remove(to->node, now);
		if (error)
			return error;
	}
	from->parent->changed_ns = now;
	cut_out(from);
	char name[VIEW_NAME_MAX + 1];
	snprintf(name, sizeof(name), "%s", to->node ? to->node->name : to->name);
	insert(parent, from, name);
	from->changed_ns = parent->changed_ns = now;
	return 0;
}

static void set_len(struct node *file, uint64_t size)
{
	struct buf *b = &file->content;
	if (size < b->len) {
		b->len = size;
		b->ptr[size] = '\0';
	}
	while (b->len < size)
		buf_append_char(b, '\0');
}

static int model_own(struct model *m, struct node *file, uint64_t keep)
{
	if (file->owned)
		return 0;
	keep = min_size(keep, file->content.len);
	if (model_charge(m, NODE_COST + keep))
		return VIEW_FULL;
	file->owned = true;
	set_len(file, keep);
	return 0;
}

static int model_resize(struct model *m, struct node *file, uint64_t size, uint64_t now)
{
	if (model_own(m, file, size))
		return VIEW_FULL;
	if (size > file->content.len && model_charge(m, size - file->content.len))
		return VIEW_FULL;
	set_len(file, size);
	file->changed_ns = now;
	return 0;
}

static int model_write(struct model *m, struct node *file, uint64_t offset, struct str bytes, uint64_t now)
{
	if (model_own(m, file, UINT64_MAX))
		return VIEW_FULL;
	if (bytes.len == 0)
		return 0;
	if (offset > INT64_MAX - bytes.len)
		return WASI_EFBIG;
	if (offset + bytes.len > file->content.len && model_resize(m, file, offset + bytes.len, now))
		return VIEW_FULL;
	memcpy(file->content.ptr + offset, bytes.ptr, bytes.len);
	file->changed_ns = now;
	return 0;
}

/* ---- view and model side by side */

enum { HANDLES = 6 };

struct pair {
	struct tree *tree;
	struct view view;
	struct model model;
	struct prng random;
	uint64_t now;
	struct {
		struct vnode *v;
		struct node *m;
	} handles[HANDLES];
	size_t wrong;
	char did[6000]; /* the last operation, for people */
	uint64_t seen[12]; /* how often each answer came: 0, full, and the errors */
};

static const int answers[12] = {
	0,	      VIEW_FULL,      WASI_EBUSY,	 WASI_EILSEQ, WASI_EINVAL,  WASI_EISDIR,
	WASI_ELOOP, WASI_ENAMETOOLONG, WASI_ENOENT, WASI_ENOTDIR, WASI_ENOTEMPTY, WASI_EROFS,
};

static void wrong(struct pair *p, const char *what)
{
	if (p->wrong++ < 5)
		tap_print("# %s: %.300s\n", what, p->did);
}

static bool expect(struct pair *p, int got, int want)
{
	for (size_t i = 0; i < countof(answers); i++)
		p->seen[i] += got == answers[i];
	if (got != want) {
		wrong(p, "other answer");
		tap_print("#   got %d, want %d\n", got, want);
	}
	return got == 0 && want == 0;
}

/* The same node must always be the same vnode, wherever it is moved. */
static void is_twin(struct pair *p, struct node *m, struct vnode *v)
{
	if (!m->twin)
		m->twin = v;
	if (m->twin != v)
		wrong(p, "another vnode");
}

static void compare_node(struct pair *p, struct node *m, struct vnode *v)
{
	is_twin(p, m, v);
	if (v->type != m->type || v->absent != m->gone)
		wrong(p, "type or absence");
	if (m->type != TREE_FOLDER && !str_eq(view_content(v), buf_str(&m->content)))
		wrong(p, "content");
	if (v->writable != m->writable || v->changed_ns != m->changed_ns || v->opens != m->opens)
		wrong(p, "state");
}

static void compare_below(struct pair *p, struct node *m, struct vnode *v)
{
	struct vnode **list;
	size_t len;
	if (view_list(&p->view, v, &list, &len) != 0) {
		wrong(p, "cannot list");
		return;
	}
	if (len != m->len)
		wrong(p, "length of a list");
	for (size_t i = 0; i < len && i < m->len; i++) {
		if (strcmp(list[i]->name, m->items[i]->name) != 0 || list[i]->parent != v)
			wrong(p, "order of a list");
		compare_node(p, m->items[i], list[i]);
		if (m->items[i]->type == TREE_FOLDER)
			compare_below(p, m->items[i], list[i]);
	}
	free(list);
}

static void compare(struct pair *p)
{
	if (p->view.used_bytes != model_used(&p->model))
		wrong(p, "used bytes");
	if (p->view.used_bytes > p->view.quota_bytes)
		wrong(p, "above the quota");
	for (size_t i = 0; i < HANDLES; i++) {
		if (p->handles[i].v)
			compare_node(p, p->handles[i].m, p->handles[i].v);
	}
}

/* ---- random operations */

static size_t pick(struct pair *p, size_t bound)
{
	return (size_t)prng_below(&p->random, bound);
}

/* Long enough to be wrong now and then. */
static struct str random_path(struct pair *p, char *path, size_t size)
{
	static const char *const names[] = {
		"a", "b", "c", "d", "e", "w", "ro", "l", "f", "..", ".", "loop", "up", "dangling", "abs", "deep", "big",
	};
	struct buf b;
	buf_init(&b, size - 1);
	if (pick(p, 100) == 0)
		buf_append_char(&b, '/');
	if (pick(p, 4))
		buf_append_cstr(&b, pick(p, 3) ? "w/" : "w/b/");
	for (size_t n = pick(p, 20) ? 1 + pick(p, 3) : pick(p, 2); n > 0; n--)
		buf_printf(&b, "%s%s", names[pick(p, countof(names))], n > 1 ? pick(p, 10) ? "/" : "//" : "");
	if (pick(p, 12) == 0)
		buf_append_char(&b, '/');
	if (pick(p, 100) == 0) {
		for (size_t n = 250 + pick(p, 10); n > 0; n--)
			buf_append_char(&b, 'n');
	}
	if (pick(p, 200) == 0) {
		for (size_t n = 1360 + pick(p, 8); n > 0; n--)
			buf_append_cstr(&b, "/./");
	}
	if (pick(p, 100) == 0)
		buf_append(&b, "", 1);
	memcpy(path, b.ptr, b.len);
	struct str result = {path, b.len};
	buf_release(&b);
	return result;
}

/* Walks both from a random folder; says whether both arrived. */
static bool walk_both(struct pair *p, bool follow, struct vnode **ret_v, struct place *ret_m)
{
	char path[5000];
	struct vnode *start_v = p->view.root;
	struct node *start_m = &p->model.root;
	size_t h = pick(p, 2 * HANDLES);
	if (h < HANDLES && p->handles[h].v && p->handles[h].v->type == TREE_FOLDER) {
		start_v = p->handles[h].v;
		start_m = p->handles[h].m;
	}
	struct str text = random_path(p, path, sizeof(path));
	size_t used = strlen(p->did);
	snprintf(p->did + used, sizeof(p->did) - used, " %.*s%s from %s", (int)min_size(text.len, 200),
		 text.len ? text.ptr : "", follow ? " (follow)" : "", start_m->name ? start_m->name : "/");
	*ret_v = NULL;
	int error = view_walk(&p->view, start_v, text, follow, ret_v);
	if (!expect(p, error, model_walk(start_m, text, follow, ret_m))) {
		if (*ret_v)
			wrong(p, "a result beside an error");
		return false;
	}
	const struct vnode *up = *ret_v;
	while (up != start_v && up != up->parent)
		up = up->parent;
	if (up != start_v)
		wrong(p, "outside of its start");
	if ((*ret_v)->absent != (ret_m->node == NULL))
		wrong(p, "there or not");
	else if (ret_m->node)
		compare_node(p, ret_m->node, *ret_v);
	else if (strcmp((*ret_v)->name, ret_m->name) != 0)
		wrong(p, "name of what is not there");
	return (*ret_v)->absent == (ret_m->node == NULL);
}

static void op_make(struct pair *p)
{
	static const char *const targets[] = {"a", "b/c", "../w/b", "..", "l", "../../..", "/etc/passwd", ".", "b/"};
	struct vnode *v;
	struct place m;
	if (!walk_both(p, pick(p, 2), &v, &m) || m.node)
		return;
	enum tree_type type = (enum tree_type)pick(p, 3);
	struct str content = type == TREE_LINK ? str_of(targets[pick(p, countof(targets))]) : (struct str){0};
	int error = view_make(&p->view, v, type, content, p->now);
	if (expect(p, error, model_make(&p->model, &m, type, content, p->now)))
		compare_node(p, m.node, v);
}

static void op_write(struct pair *p)
{
	char bytes[300];
	memset(bytes, 'A' + (int)pick(p, 26), sizeof(bytes));
	struct vnode *v;
	struct place m = {0};
	size_t h = pick(p, HANDLES);
	if (pick(p, 2) && p->handles[h].v) {
		v = p->handles[h].v;
		m.node = p->handles[h].m;
	} else if (!walk_both(p, true, &v, &m)) {
		return;
	}
	if (!m.node || m.node->type != TREE_FILE || !m.node->writable)
		return;
	static const uint64_t far[] = {UINT64_MAX, INT64_MAX};
	uint64_t offset = pick(p, 50) ? pick(p, 500) : far[pick(p, 2)] - pick(p, 400);
	struct str s = {bytes, pick(p, sizeof(bytes))};
	if (pick(p, 3))
		expect(p, view_write(&p->view, v, offset, s, p->now),
		       model_write(&p->model, m.node, offset, s, p->now));
	else
		expect(p, view_resize(&p->view, v, offset, p->now), model_resize(&p->model, m.node, offset, p->now));
	compare_node(p, m.node, v);
}

static void op_remove(struct pair *p)
{
	struct vnode *v;
	struct place m;
	if (!walk_both(p, false, &v, &m) || !m.node)
		return;
	expect(p, view_remove(&p->view, v, p->now), model_remove(m.node, p->now));
}

static void op_rename(struct pair *p)
{
	struct vnode *from_v, *to_v;
	struct place from, to;
	if (!walk_both(p, false, &from_v, &from) || !from.node || !walk_both(p, false, &to_v, &to))
		return;
	expect(p, view_rename(&p->view, from_v, to_v, p->now), model_rename(from.node, &to, p->now));
}

static void op_open(struct pair *p)
{
	struct vnode *v;
	struct place m;
	size_t h = pick(p, HANDLES);
	if (p->handles[h].v || !walk_both(p, true, &v, &m) || !m.node)
		return;
	v->opens++;
	m.node->opens++;
	p->handles[h].v = v;
	p->handles[h].m = m.node;
}

static void op_close(struct pair *p)
{
	size_t h = pick(p, HANDLES);
	if (!p->handles[h].v)
		return;
	view_close(&p->view, p->handles[h].v);
	p->handles[h].m->opens--;
	p->handles[h].v = NULL;
}

static const struct {
	const char *name;
	void (*run)(struct pair *p);
} ops[] = {
	{"make", op_make},   {"make", op_make}, {"write", op_write}, {"remove", op_remove},
	{"rename", op_rename}, {"open", op_open}, {"close", op_close},
};

/* ---- the base beneath */

static struct tree *new_base(bool all_writable)
{
	struct tree *tree = tree_new();
	char big[400];
	memset(big, 'B', sizeof(big));
	tree_add_file(tree, "/ro/f", STR("read only"), NULL);
	tree_add_file(tree, "/ro/d/e", STR("deeper"), NULL);
	tree_add_file(tree, "/w/a", STR("a file"), NULL);
	tree_add_file(tree, "/w/b/c", STR("c"), NULL);
	tree_add_file(tree, "/w/b/deep/e", STR("e"), NULL);
	tree_add_file(tree, "/w/big", (struct str){big, sizeof(big)}, NULL);
	tree_add_folder(tree, "/w/d", false, NULL);
	tree_add_folder(tree, all_writable ? "/" : "/w", true, NULL);
	return tree;
}

/* Links come into a tree only from the host. */
static void add_links(struct view *view, struct model *m)
{
	static const char *const links[][2] = {
		{"w/l", "b"}, {"w/loop", "loop"}, {"w/up", "../ro"}, {"w/dangling", "d/new"}, {"w/abs", "/ro/f"},
	};
	for (size_t i = 0; i < countof(links); i++) {
		struct vnode *v;
		struct place p;
		view_walk(view, view->root, str_of(links[i][0]), false, &v);
		model_walk(&m->root, str_of(links[i][0]), false, &p);
		view_make(view, v, TREE_LINK, str_of(links[i][1]), NOW);
		model_make(m, &p, TREE_LINK, str_of(links[i][1]), NOW);
	}
}

static struct hash hash_tree(const struct tree *tree)
{
	struct hasher h;
	hasher_init(&h);
	tree_hash_into(tree_root(tree), &h);
	return hasher_finish(&h);
}

/* Inodes and places of everything that was ever made. */
static struct hash hash_view(const struct view *view)
{
	struct arena a = {0};
	struct hasher h;
	hasher_init(&h);
	for (const struct vnode *v = view->made; v; v = v->next_made) {
		hasher_field(&h, str_of(view_path(v, &a)));
		hasher_field_u64(&h, v->inode);
		hasher_field_u64(&h, v->changed_ns);
	}
	arena_release(&a);
	return hasher_finish(&h);
}

static struct hash run_round(uint64_t seed, uint64_t seen[12], size_t *ret_wrong)
{
	static struct pair p;
	p = (struct pair){.tree = new_base(seed % 4 == 0), .random = {seed}, .now = NOW};
	uint64_t quota = 3000 + seed % 3 * 3000;
	view_init(&p.view, p.tree, quota);
	model_init(&p.model, p.tree, quota);
	add_links(&p.view, &p.model);
	struct hash before = hash_tree(p.tree);
	for (size_t i = 0; i < 400 && !p.wrong; i++) {
		size_t op = pick(&p, countof(ops));
		p.now++;
		snprintf(p.did, sizeof(p.did), "seed %llu, step %zu: %s", (unsigned long long)seed, i, ops[op].name);
		ops[op].run(&p);
		compare(&p);
		if (i % 16 == 15)
			compare_below(&p, &p.model.root, p.view.root);
	}
	struct hash after = hash_tree(p.tree);
	if (!hash_eq(&before, &after))
		wrong(&p, "the base has changed");
	struct hash result = hash_view(&p.view);
	for (size_t i = 0; i < countof(p.seen); i++)
		seen[i] += p.seen[i];
	*ret_wrong += p.wrong;
	view_release(&p.view);
	model_release(&p.model);
	tree_free(p.tree);
	return result;
}

static void behaves_like_the_model(void)
{
	enum { ROUNDS = 40 };
	uint64_t seen[12] = {0};
	size_t wrong_rounds = 0, other = 0;
	for (uint64_t seed = 0; seed < ROUNDS; seed++) {
		struct hash first = run_round(seed, seen, &wrong_rounds);
		if (seed % 10 == 0) {
			struct hash again = run_round(seed, seen, &wrong_rounds);
			other += !hash_eq(&first, &again);
		}
	}
	is_int(wrong_rounds, 0);
	is_int(other, 0); /* the same operations give the same inodes and times */
	for (size_t i = 0; i < countof(answers); i++) {
		if (!ok(seen[i] > 0)) /* or the test does not test */
			tap_print("# answer %d never came\n", answers[i]);
	}
}

/* ---- single cases */

static struct tree *base;
static struct view view;

static void start(uint64_t quota)
{
	base = new_base(true);
	view_init(&view, base, quota);
}

static void stop(void)
{
	view_release(&view);
	tree_free(base);
}

static struct vnode *at(const char *path)
{
	struct vnode *node = NULL;
	int error = view_walk(&view, view.root, str_of(path), false, &node);
	if (error)
		tap_print("# %s: %d\n", path, error);
	return node;
}

static int walks(const char *path, bool follow)
{
	struct vnode *node;
	return view_walk(&view, view.root, str_of(path), follow, &node);
}

static int make(const char *path, enum tree_type type, const char *content)
{
	return view_make(&view, at(path), type, str_of(content), NOW);
}

static int move(const char *from, const char *to)
{
	return view_rename(&view, at(from), at(to), NOW);
}

static bool holds(const struct vnode *node, const char *text)
{
	return str_eq(view_content(node), str_of(text));
}

static void links_are_followed_so_far(void)
{
	start(1 << 20);
	make("x", TREE_LINK, "y");
	make("y", TREE_LINK, "x");
	is_int(walks("x", true), WASI_ELOOP);
	is_int(walks("x", false), 0);
	is_int(walks("x/z", false), WASI_ELOOP);
	make("self", TREE_LINK, "self/self");
	is_int(walks("self", true), WASI_ELOOP);
	make("0", TREE_FILE, "the end");
	char name[16], target[16];
	for (int i = 1; i <= VIEW_LINKS_MAX + 1; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(target, sizeof(target), "%d", i - 1);
		make(name, TREE_LINK, target);
	}
	snprintf(name, sizeof(name), "%d", VIEW_LINKS_MAX);
	struct vnode *node;
	is_int(view_walk(&view, view.root, str_of(name), true, &node), 0);
	ok(holds(node, "the end"));
	snprintf(name, sizeof(name), "%d", VIEW_LINKS_MAX + 1);
	is_int(walks(name, true), WASI_ELOOP);

	make("tree", TREE_FOLDER, "");
	make("tree/out", TREE_LINK, "../w/a");
	is_int(walks("tree/out", true), 0);
	is_int(view_walk(&view, at("tree"), STR("out"), true, &node), WASI_EPERM);
	is_int(view_walk(&view, at("tree"), STR("out"), false, &node), 0);
	is_int(view_walk(&view, at("tree"), STR(".."), true, &node), WASI_EPERM);
	is_int(view_walk(&view, at("tree"), STR("./x/../.."), true, &node), WASI_ENOENT);
	is_int(view_walk(&view, at("tree"), STR("out/../out"), true, &node), WASI_EPERM);
	make("tree/root", TREE_LINK, "/w/a");
	is_int(walks("tree/root", true), WASI_EPERM);
	stop();
}

static void paths_of_any_length(void)
{
	start(1 << 20);
	char path[VIEW_PATH_MAX + 2];
	for (size_t i = 0; i < sizeof(path); i++)
		path[i] = "./"[i % 2];
	struct vnode *node;
	path[VIEW_PATH_MAX - 1] = 'w';
	is_int(view_walk(&view, view.root, (struct str){path, VIEW_PATH_MAX}, true, &node), 0);
	ok(node == at(".w"));
	is_int(view_walk(&view, view.root, (struct str){path, VIEW_PATH_MAX + 1}, true, &node), WASI_ENAMETOOLONG);
	for (size_t i = 0; i < VIEW_PATH_MAX; i++)
		path[i] = "w/../"[i % 5]; /* 819 times down and up, then "w" */
	is_int(view_walk(&view, view.root, (struct str){path, VIEW_PATH_MAX}, true, &node), 0);
	ok(node == at("w"));

	char target[VIEW_PATH_MAX + 1];
	for (size_t i = 0; i < VIEW_PATH_MAX; i++)
		target[i] = "./"[i % 2];
	target[VIEW_PATH_MAX] = '\0';
	is_int(make("link", TREE_LINK, target), 0);
	is_int(walks("link", true), 0);
	is_int(walks("link/", true), WASI_ENAMETOOLONG);
	is_int(walks("link/w", true), WASI_ENAMETOOLONG);
	target[VIEW_PATH_MAX - 2] = '\0';
	is_int(make("shorter", TREE_LINK, target), 0);
	is_int(walks("shorter/w", true), 0);
	is_int(walks("shorter/ww", true), WASI_ENAMETOOLONG);

	char name[VIEW_NAME_MAX + 2];
	memset(name, 'n', sizeof(name));
	name[VIEW_NAME_MAX + 1] = '\0';
	is_int(walks(name, true), WASI_ENAMETOOLONG);
	name[VIEW_NAME_MAX] = '\0';
	is_int(make(name, TREE_FILE, "x"), 0);
	ok(holds(at(name), "x"));
	is_int(view_walk(&view, view.root, (struct str){"w\0x", 3}, true, &node), WASI_EILSEQ);
	is_int(view_walk(&view, view.root, (struct str){0}, true, &node), WASI_ENOENT);
	stop();
}

static void renames(void)
{
	start(1 << 20);
	is_int(move("w/a", "w/a"), 0);
	ok(holds(at("w/a"), "a file"));
	is_int(move("w/b", "w/b/deep/new"), WASI_EINVAL);
	is_int(move("w/b", "w/b/deep"), WASI_EINVAL);
	is_int(move("w", "w/b"), WASI_EINVAL);
	is_int(move("w/b/deep", "w/b"), WASI_ENOTEMPTY);
	is_int(move("w/b/c", "w/b"), WASI_EISDIR);
	is_int(move("w/b", "w/a"), WASI_ENOTDIR);
	is_int(move(".", "x"), WASI_EBUSY);
	is_int(move("w", "."), WASI_EBUSY);
	is_int(move("w/b", "w/d"), 0); /* over an empty folder */
	ok(at("w/b")->absent);
	ok(holds(at("w/d/deep/e"), "e"));

	/* Over a file that is open: its descriptors keep it. */
	struct vnode *open = at("w/a");
	open->opens++;
	make("w/new", TREE_FILE, "new");
	uint64_t used = view.used_bytes;
	is_int(move("w/new", "w/a"), 0);
	ok(holds(open, "a file"));
	ok(holds(at("w/a"), "new"));
	ok(at("w/new")->absent);
	is_int(view_write(&view, open, 6, STR("!"), NOW), 0);
	ok(holds(open, "a file!"));
	is_int(view.used_bytes, used + NODE_COST + 7);
	view_close(&view, open);
	is_int(view.used_bytes, used);

	/* A folder that is open stays the same one elsewhere. */
	struct vnode *folder = at("w/d"), *node;
	folder->opens++;
	is_int(move("w/d", "ro/d2"), 0);
	is_int(view_walk(&view, folder, STR("deep/e"), true, &node), 0);
	ok(holds(node, "e"));
	struct arena a = {0};
	is_str(view_path(node, &a), "/ro/d2/deep/e");
	is_str(view_path(view.root, &a), "/");
	arena_release(&a);
	/* What is made in the old place is another one. */
	is_int(make("w/d", TREE_FOLDER, ""), 0);
	ok(at("w/d")->inode != folder->inode);
	is_int(walks("w/d/deep/e", true), WASI_ENOENT);
	stop();
}

static void removed_files_live_as_long_as_they_are_open(void)
{
	start(4000);
	/* As tmpfile does it: this leaves nothing behind, however often. */
	size_t failed = 0;
	for (int i = 0; i < 100; i++) {
		char text[3000];
		memset(text, 'a' + i % 26, sizeof(text));
		failed += make("w/tmp", TREE_FILE, "") != 0;
		struct vnode *file = at("w/tmp");
		file->opens += 2;
		failed += view_remove(&view, file, NOW) != 0 || !at("w/tmp")->absent;
		failed += view_write(&view, file, 0, (struct str){text, sizeof(text)}, NOW) != 0;
		view_close(&view, file);
		failed += !str_eq(view_content(file), (struct str){text, sizeof(text)});
		view_close(&view, file);
		failed += view.used_bytes != 0;
	}
	is_int(failed, 0);

	struct vnode *folder = at("w/d"), *node;
	folder->opens++;
	is_int(view_remove(&view, folder, NOW), 0);
	is_int(view_walk(&view, folder, STR("x"), true, &node), WASI_ENOENT);
	is_int(view_walk(&view, folder, STR("."), true, &node), WASI_ENOENT);
	is_int(view_walk(&view, folder, STR(".."), true, &node), WASI_ENOENT);
	is_int(make("w/d", TREE_FOLDER, ""), 0);
	is_int(make("w/d/x", TREE_FILE, "x"), 0);
	struct vnode **list;
	size_t len;
	is_int(view_list(&view, folder, &list, &len), 0);
	is_int(len, 0);
	free(list);
	view_close(&view, folder);

	/* A folder of the base, emptied, removed and made again, is empty. */
	is_int(view_remove(&view, at("w/b/deep/e"), NOW), 0);
	is_int(view_remove(&view, at("w/b/deep"), NOW), 0);
	is_int(make("w/b/deep", TREE_FOLDER, ""), 0);
	ok(at("w/b/deep/e")->absent);
	stop();
}

static void the_quota_is_exact(void)
{
	start(NODE_COST + 100);
	char text[200] = {0};
	is_int(make("w/x", TREE_FILE, ""), 0);
	struct vnode *x = at("w/x");
	is_int(view_write(&view, x, 0, (struct str){text, 100}, NOW), 0);
	is_int(view.used_bytes, NODE_COST + 100);
	is_int(view_write(&view, x, 100, (struct str){text, 1}, NOW), VIEW_FULL);
	is_int(view_write(&view, x, 99, (struct str){text, 1}, NOW), 0);
	is_int(view_resize(&view, x, 101, NOW), VIEW_FULL);
	is_int(view_resize(&view, x, UINT64_MAX, NOW), VIEW_FULL);
	is_int(view_resize(&view, x, (uint64_t)1 << 63, NOW), VIEW_FULL);
	is_int(view_write(&view, x, UINT64_MAX, (struct str){text, 1}, NOW), WASI_EFBIG);
	is_int(view_write(&view, x, INT64_MAX, (struct str){text, 1}, NOW), WASI_EFBIG);
	is_int(view_write(&view, x, INT64_MAX - 1, (struct str){text, 1}, NOW), VIEW_FULL);
	is_int(view.used_bytes, NODE_COST + 100);
	is_int(view_resize(&view, x, 0, NOW), 0);
	is_int(view.used_bytes, NODE_COST);
	is_int(view_resize(&view, x, 50, NOW), 0);
	ok(view_content(x).len == 50 && memcmp(view_content(x).ptr, (char[50]){0}, 50) == 0);
	is_int(view_remove(&view, x, NOW), 0);
	is_int(view.used_bytes, 0);

	/* Emptying a file of the base costs nothing but the file. */
	is_int(view_resize(&view, at("w/big"), 0, NOW), 0);
	is_int(view.used_bytes, NODE_COST);
	is_int(tree_find(base, "/w/big")->content.len, 400);
	stop();

	start(0);
	is_int(make("w/x", TREE_FILE, ""), VIEW_FULL);
	is_int(view_write(&view, at("w/a"), 0, STR("x"), NOW), VIEW_FULL);
	ok(holds(at("w/a"), "a file"));
	is_int(view_remove(&view, at("w/a"), NOW), 0);
	is_int(view.used_bytes, 0);
	stop();
}

/* Memory of the host is not more than a few times the quota, whatever is
 * written and cut again. */
static void memory_follows_the_quota(void)
{
	enum { LARGE = 100000 };
	start(2 * LARGE);
	SCOPED_MEM char *large = mem_zalloc(LARGE, 1);
	char name[16];
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "w/%d", i);
		make(name, TREE_FILE, "");
		view_write(&view, at(name), 0, (struct str){large, LARGE}, NOW);
		view_resize(&view, at(name), i % 2 ? 0 : 1, NOW);
	}
	size_t held = 0;
	const struct vnode *made = view.made;
	for (; made; made = made->next_made)
		held += made->data.cap;
	ok(held < 100 * NODE_COST);
	is_int(view.used_bytes, 100 * NODE_COST + 50);
	view_write(&view, at("w/0"), 0, (struct str){large, LARGE}, NOW);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "w/%d", i);
		view_remove(&view, at(name), NOW);
	}
	for (held = 0, made = view.made; made; made = made->next_made)
		held += made->data.cap;
	is_int(held, 0);
	is_int(view.used_bytes, 0);
	stop();
}

static void the_number_of_names_is_bounded(void)
{
	start(1 << 20);
	make("w/open", TREE_FILE, "");
	struct vnode *open = at("w/open"), *unread = at("ro"), *node;
	open->opens++;
	char name[16];
	int error = 0;
	size_t looks = 0;
	for (; !error && looks < VIEW_NODES_MAX + 10; looks++) {
		int len = snprintf(name, sizeof(name), "%07zu", looks);
		error = view_child(&view, view.root, (struct str){name, (size_t)len}, &node);
	}
	is_int(error, VIEW_FULL);
	is_int(view.nodes, VIEW_NODES_MAX);
	is_int(walks("never-seen", true), VIEW_FULL);
	is_int(walks("0000000", true), 0); /* what was seen stays */
	is_int(view_remove(&view, open, NOW), VIEW_FULL);
	ok(!open->absent);
	struct vnode **list;
	size_t len;
	is_int(view_list(&view, unread, &list, &len), VIEW_FULL);
	is_int(view_remove(&view, unread, NOW), VIEW_FULL);
	ok(!unread->absent);
	stop();
}

static void folders_nest_deeply(void)
{
	enum { DEPTH = 3000 };
	start(1 << 20);
	struct vnode *folder = view.root;
	for (int i = 0; i < DEPTH; i++) {
		view_child(&view, folder, STR("d"), &folder);
		view_make(&view, folder, TREE_FOLDER, (struct str){0}, NOW);
	}
	struct arena a = {0};
	is_int(strlen(view_path(folder, &a)), 2 * DEPTH);
	arena_release(&a);
	is_int(view_rename(&view, at("d"), at("w/d"), NOW), 0);
	struct vnode *above;
	view_child(&view, folder, STR("x"), &above);
	is_int(view_rename(&view, at("w/d"), above, NOW), WASI_EINVAL);
	stop();
}

int main(void)
{
	tap_run("behaves like the model", behaves_like_the_model);
	tap_run("links are followed so far", links_are_followed_so_far);
	tap_run("paths of any length", paths_of_any_length);
	tap_run("renames", renames);
	tap_run("removed files live as long as they are open", removed_files_live_as_long_as_they_are_open);
	tap_run("the quota is exact", the_quota_is_exact);
	tap_run("memory follows the quota", memory_follows_the_quota);
	tap_run("the number of names is bounded", the_number_of_names_is_bounded);
	tap_run("folders nest deeply", folders_nest_deeply);
	return tap_done();
}
