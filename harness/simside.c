#include "harness/simside.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/cdirective.h"
#include "harness/rewrite.h"
#include "harness/view.h"

#include <strings.h>

/* A file or link of the tree. */
struct entry {
	const char *path; /* below the side's root */
	struct str text;
	bool nowhere; /* a link that leads to no file of the tree */
	bool is_link, taken;
};

struct reading {
	const struct tree *tree;
	const char *at;
	const struct strings *include; /* folders */
	struct arena *a;
	bool by_macro; /* some #include names a macro */
	struct {
		struct entry *items; /* by path, once all are listed */
		size_t len, cap;
	} all;
	struct {
		size_t *items; /* of those that were taken, in the order in which they were */
		size_t len, cap;
	} taken;
	struct err *err;
};

bool simside_counts(const char *path)
{
	static const char *const endings[] = {
		".c",	".h",	".inc", ".inl", ".def", ".tbl", ".cc",	".cpp",
		".cxx", ".c++", ".hh",	".hpp", ".hxx", ".h++", ".ipp", ".tpp",
	};
	const char *dot = strrchr(path_base_of(path), '.');
	for (size_t i = 0; dot && i < countof(endings); i++) {
		if (strcasecmp(dot, endings[i]) == 0)
			return true;
	}
	return false;
}

/* ---- what there is */

/* UTF-16 with its mark in front would be no C at all: its ASCII is what tells anything. */
static struct str in_bytes(struct str text, struct arena *a)
{
	bool little = str_starts(text, STR("\xFF\xFE")), big = str_starts(text, STR("\xFE\xFF"));
	if (!little && !big)
		return text;
	char *bytes = arena_array(a, text.len / 2 + 1, char);
	size_t len = 0;
	for (size_t i = 2; i + 1 < text.len; i += 2) {
		char low = text.ptr[little ? i : i + 1], high = text.ptr[little ? i + 1 : i];
		bytes[len++] = high || (unsigned char)low > 127 ? '?' : low;
	}
	return (struct str){bytes, len};
}

/* A file or folder that nobody lists: it counts where it is included. */
static bool is_hidden(const char *path)
{
	return path[0] == '.' || strstr(path, "/.");
}

/* A link to a folder shows nothing that is not listed where it stands. */
static void list_link(struct reading *r, const char *path)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct tree_node *to = view_resolve(r->tree, arena_printf(&scratch, "%s/%s", r->at, path));
	if (to && to->type == TREE_FOLDER)
		return;
	*vec_push(&r->all) = (struct entry){path, to ? to->content : STR(""), .nowhere = !to, .is_link = true};
}

/* Depth is bounded by TREE_DEPTH_MAX. */
static void list_below(struct reading *r, const struct tree_node *folder, const char *prefix)
{
	for (size_t i = 0; i < folder->children_len; i++) {
		const struct tree_node *node = folder->children[i];
		const char *path = arena_printf(r->a, "%s%s", prefix, node->name);
		if (node->type == TREE_FOLDER)
			list_below(r, node, arena_printf(r->a, "%s/", path));
		else if (node->type == TREE_LINK)
			list_link(r, path);
		else
			*vec_push(&r->all) = (struct entry){path, in_bytes(node->content, r->a), .nowhere = false};
	}
}

static int by_path(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static void list_all(struct reading *r)
{
	const struct tree_node *root = tree_find(r->tree, r->at);
	if (root && root->type == TREE_FOLDER)
		list_below(r, root, "");
	if (r->all.len)
		qsort(r->all.items, r->all.len, sizeof(*r->all.items), by_path);
}

static struct entry *find(const struct reading *r, const char *path)
{
	struct entry key = {.path = path};
	return path && r->all.len ? bsearch(&key, r->all.items, r->all.len, sizeof(key), by_path) : NULL;
}

/* ---- what counts */

static int take_entry(struct reading *r, struct entry *e)
{
	if (e->taken)
		return 0;
	if (e->nowhere)
		return err_set(r->err, ERR_USAGE,
			       "%.300s is a link that leads to no file in there, so it cannot be compared", e->path);
	if (r->taken.len == SIM_FILES_MAX)
		return err_set(r->err, ERR_LIMIT, "more than %d files of C; name a folder with the library alone",
			       SIM_FILES_MAX);
	e->taken = true;
	*vec_push(&r->taken) = (size_t)(e - r->all.items);
	return 0;
}

/* A link whose name does not tell may lead to a folder with sources, outside. */
static bool could_count(const struct entry *e)
{
	return !is_hidden(e->path) && (simside_counts(e->path) || (e->nowhere && !strchr(path_base_of(e->path), '.')));
}

static bool stands_aside(const struct entry *e)
{
	return rewrite_is_aside(e->path);
}

static int take_by_name(struct reading *r, bool aside)
{
	for (size_t i = 0; i < r->all.len; i++) {
		struct entry *e = &r->all.items[i];
		if (could_count(e) && (aside || !stands_aside(e)) && take_entry(r, e) < 0)
			return -1;
	}
	return 0;
}

/* The name behind #include, or in the body of a macro; empty where there is none, since another macro stands for it. */
static struct str included_name(const struct cdirective *d, bool *ret_quoted)
{
	struct str rest = str_from(d->text, (size_t)(d->word.ptr + d->word.len - d->text.ptr));
	while (rest.len && rest.ptr[0] != '"' && rest.ptr[0] != '<')
		rest = str_from(rest, 1);
	*ret_quoted = rest.len && rest.ptr[0] == '"';
	rest = str_from(rest, 1);
	size_t end = str_index(rest, *ret_quoted ? '"' : '>');
	return end < rest.len ? str_first(rest, end) : STR("");
}

static int take_included(struct reading *r, const char *from, struct str name, bool quoted)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct entry *e = NULL;
	if (quoted)
		e = find(r, path_join(&scratch, arena_str(&scratch, path_folder(str_of(from))), name));
	for (size_t i = 0; !e && i < r->include->len; i++)
		e = find(r, path_join(&scratch, r->include->items[i], name));
	return e ? take_entry(r, e) : 0;
}

static bool is_include(const struct cdirective *d)
{
	return str_eq(d->word, STR("include")) || str_eq(d->word, STR("include_next")) ||
	       str_eq(d->word, STR("import"));
}

/* Where some #include names a macro, what macros are defined as is included, too. */
static int take_includes_of(struct reading *r, const struct entry *e)
{
	struct ctoken_reader reader = ctoken_reader(e->text);
	struct ctoken token;
	while (ctoken_next(&reader, &token)) {
		bool quoted = false;
		if (token.kind != CTOKEN_HASH)
			continue;
		struct cdirective d = cdirective_read(&reader, &token);
		if (!is_include(&d) && !(r->by_macro && str_eq(d.word, STR("define"))))
			continue;
		struct str name = included_name(&d, &quoted);
		r->by_macro |= !name.len;
		if (name.len && take_included(r, e->path, name, quoted) < 0)
			return -1;
	}
	return 0;
}

/* Grows while it is walked, and is walked once more if it turns out that macros stand for names. */
static int take_all_includes(struct reading *r)
{
	bool by_macro = r->by_macro;
	for (size_t i = 0; i < r->taken.len; i++) {
		if (take_includes_of(r, &r->all.items[r->taken.items[i]]) < 0)
			return -1;
	}
	return r->by_macro == by_macro ? 0 : take_all_includes(r);
}

/* A file that a link shows once more counts once. */
static void drop_links(struct reading *r)
{
	for (size_t i = 0; i < r->all.len; i++) {
		struct entry *link = &r->all.items[i];
		for (size_t k = 0; link->taken && link->is_link && k < r->all.len; k++) {
			const struct entry *other = &r->all.items[k];
			bool counted = k != i && other->taken && (!other->is_link || k < i);
			if (counted && other->text.ptr == link->text.ptr)
				link->taken = false;
		}
	}
}

/* ---- a side of it */

static struct hash hash_of_files(const struct sim_files *files)
{
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < files->len; i++) {
		hasher_field(&h, str_of(files->items[i].path));
		hasher_field(&h, files->items[i].text);
	}
	return hasher_finish(&h);
}

/* The first folder of the path that stands aside. */
static const char *aside_folder(const char *path, struct arena *a)
{
	for (const char *end = strchr(path, '/'); end; end = strchr(end + 1, '/')) {
		const char *upto = arena_str(a, (struct str){path, (size_t)(end - path) + 1});
		if (rewrite_is_aside(upto))
			return upto;
	}
	return path;
}

static struct strings left_out(const struct reading *r)
{
	struct strings folders = {arena_array(r->a, r->all.len, const char *), 0};
	for (size_t i = 0; i < r->all.len; i++) {
		const struct entry *e = &r->all.items[i];
		if (e->taken || is_hidden(e->path) || !simside_counts(e->path) || !stands_aside(e))
			continue;
		const char *folder = aside_folder(e->path, r->a);
		if (!folders.len || strcmp(folders.items[folders.len - 1], folder) != 0)
			folders.items[folders.len++] = folder;
	}
	return folders;
}

static int make_side(struct reading *r, struct simside *ret)
{
	struct sim_files files = {arena_array(r->a, r->taken.len, struct sim_file), 0};
	drop_links(r);
	for (size_t i = 0; i < r->all.len; i++) {
		const struct entry *e = &r->all.items[i];
		if (e->taken)
			files.items[files.len++] = (struct sim_file){e->path, e->text};
	}
	if (!files.len)
		return err_set(r->err, ERR_USAGE,
			       "there is no C in it, that is, no file whose name ends in .c, .h or the like");
	ret->files = files;
	ret->left_out = left_out(r);
	ret->hash = hash_of_files(&files);
	return 0;
}

static int end_reading(struct reading *r, int result, struct simside *ret)
{
	if (result == 0)
		result = take_all_includes(r) < 0 ? -1 : make_side(r, ret);
	vec_release(&r->all);
	vec_release(&r->taken);
	return result;
}

int simside_read(const struct tree *tree, const char *at, bool whole, struct arena *a, struct simside *ret,
		 struct err *err)
{
	static const char *usual[] = {"", "include", "src"};
	static const struct strings folders = {usual, countof(usual)};
	struct reading r = {.tree = tree, .at = at, .include = &folders, .a = a, .err = err};
	list_all(&r);
	int result = take_by_name(&r, whole);
	if (result == 0 && r.taken.len == 0)
		result = take_by_name(&r, true);
	return end_reading(&r, result, ret);
}

int simside_read_from(const struct tree *tree, const char *at, const struct strings *sources,
		      const struct strings *include, struct arena *a, struct simside *ret, struct err *err)
{
	struct reading r = {.tree = tree, .at = at, .include = include, .a = a, .err = err};
	int result = 0;
	list_all(&r);
	for (size_t i = 0; result == 0 && i < sources->len; i++) {
		struct entry *e = find(&r, sources->items[i]);
		result = e ? take_entry(&r, e) : err_set(err, ERR_USAGE, "there is no file %.300s", sources->items[i]);
	}
	return end_reading(&r, result, ret);
}

int simside_read_file(const char *path, struct arena *a, struct simside *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, SIM_BYTES_MAX);
	if (fs_read(path, &text, err) < 0)
		return -1;
	struct sim_file *file = arena_new(a, struct sim_file);
	*file = (struct sim_file){arena_strdup(a, path_base_of(path)), {arena_str(a, buf_str(&text)), text.len}};
	ret->files = (struct sim_files){file, 1};
	ret->left_out = (struct strings){0};
	ret->hash = hash_of_files(&ret->files);
	return 0;
}

void simside_release(struct simside *side)
{
	sim_free(side->text);
	simwasm_free(side->compiled.side);
	side->text = NULL;
	side->compiled.side = NULL;
}
