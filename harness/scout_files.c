#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/ctoken.h"

/* ---- what stands in a source */

/* The name behind #include, if the line has one in quotes or angles. */
static bool include_name(struct str line, struct scout_include *ret)
{
	line = str_trim(line);
	char close = line.len && line.ptr[0] == '"' ? '"' : '>';
	if (!line.len || (line.ptr[0] != '"' && line.ptr[0] != '<'))
		return false;
	line = str_from(line, 1);
	size_t len = str_index(line, close);
	if (len == line.len || len == 0 || len > 1000)
		return false;
	*ret = (struct scout_include){str_first(line, len), close == '"'};
	return true;
}

static void read_includes(struct scout *s, struct scout_file *f)
{
	struct {
		struct scout_include *items;
		size_t len, cap;
	} found = {0};
	struct scout_include one;
	struct str rest = str_first(f->text, SCOUT_SCAN_MAX), line;
	while (found.len < 1000 && str_next_line(&rest, &line)) {
		line = str_trim(line);
		if (!str_starts(line, STR("#")))
			continue;
		line = str_trim(str_from(line, 1));
		if (str_starts(line, STR("include")) && include_name(str_from(line, 7), &one))
			*vec_push(&found) = one;
	}
	f->includes = arena_array(s->a, found.len, struct scout_include);
	if (found.len)
		memcpy(f->includes, found.items, found.len * sizeof(one));
	f->includes_len = found.len;
	vec_release(&found);
}

bool scout_mentions(const struct scout_file *f, const struct nameset *names)
{
	struct ctoken_reader r = ctoken_reader(str_first(f->text, SCOUT_SCAN_MAX));
	struct ctoken token;
	size_t depth = 0;
	while (ctoken_next(&r, &token)) {
		if (r.in_directive)
			continue;
		if (token.kind == CTOKEN_PUNCT && ctoken_is(&token, "{"))
			depth++;
		else if (token.kind == CTOKEN_PUNCT && ctoken_is(&token, "}"))
			depth -= depth > 0;
		/* Conditions can hold one brace twice, so a little depth is still the outside. */
		else if (token.kind == CTOKEN_NAME && depth <= 1 && nameset_has(names, token.text))
			return true;
	}
	return false;
}

void scout_strings(struct scout *s, const struct scout_file *f, struct scout_list *list, size_t max)
{
	struct ctoken_reader r = ctoken_reader(str_first(f->text, SCOUT_SCAN_MAX));
	struct ctoken token;
	while (list->len < max && ctoken_next(&r, &token)) {
		struct str name = token.text;
		if (token.kind != CTOKEN_STRING || r.in_directive || name.len < 4 || name.len > 300 ||
		    name.ptr[0] != '"')
			continue;
		name = (struct str){name.ptr + 1, name.len - 2};
		bool is_path = str_index(name, '.') < name.len || str_index(name, '/') < name.len;
		if (is_path && str_index(name, '\\') == name.len && str_index(name, ' ') == name.len)
			scout_list_add(list, arena_str(s->a, name));
	}
}

/* ---- which files there are */

struct walk {
	struct scout *s;
	size_t left_out;
};

static bool is_plain(const char *name)
{
	for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
		if (*c < 0x20 || *c == 0x7F || *c == '\\')
			return false;
	}
	return true;
}

static void add(struct scout *s, const char *path, struct str text)
{
	struct scout_file f = {
		.path = path,
		.folder = arena_str(s->a, path_folder(str_of(path))),
		.base = path_base_of(path),
		.text = text,
		.place = scout_place(path),
		.header = str_ends(str_of(path), STR(".h")),
		.source = str_ends(str_of(path), STR(".c")),
	};
	if (f.header || f.source)
		read_includes(s, &f);
	*vec_push(&s->files) = f;
}

static void add_file(struct walk *w, const struct tree_node *node, const char *path)
{
	if (w->s->files.len >= SCOUT_FILES_MAX || !is_plain(node->name))
		w->left_out++;
	else
		add(w->s, path, node->content);
}

/* Folders that begin with a dot hold no sources. */
static void walk_folder(struct walk *w, const struct tree_node *folder, const char *path, unsigned depth)
{
	for (size_t i = 0; i < folder->children_len; i++) {
		const struct tree_node *child = folder->children[i];
		const char *child_path = path[0] ? arena_printf(w->s->a, "%s/%s", path, child->name) : child->name;
		if (child->type == TREE_FILE)
			add_file(w, child, child_path);
		else if (child->type == TREE_FOLDER && child->name[0] != '.' && depth < 64 && is_plain(child->name))
			walk_folder(w, child, child_path, depth + 1);
	}
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct scout_file *)a)->path, ((const struct scout_file *)b)->path);
}

struct scout_file *scout_file(const struct scout *s, const char *path)
{
	if (!path || !s->files.len)
		return NULL;
	struct scout_file key = {.path = path};
	return bsearch(&key, s->files.items, s->files.len, sizeof(key), by_path);
}

void scout_add_file(struct scout *s, const char *path, struct str text)
{
	add(s, path, text);
	qsort(s->files.items, s->files.len, sizeof(*s->files.items), by_path);
}

struct scout_file *scout_included(const struct scout *s, const struct scout_file *from,
				  const struct scout_include *include, const struct scout_list *folders)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct scout_file *found = NULL;
	if (include->quoted)
		found = scout_file(s, path_join(&scratch, from->folder, include->name));
	for (size_t i = 0; !found && i < folders->len; i++)
		found = scout_file(s, path_join(&scratch, folders->items[i], include->name));
	return found;
}

static void mark_included(struct scout *s)
{
	static const struct scout_list none = {0};
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		for (size_t k = 0; k < f->includes_len; k++) {
			if (!str_ends(f->includes[k].name, STR(".c")))
				continue;
			struct scout_file *part = scout_included(s, f, &f->includes[k], &none);
			if (part && part != f && f->place == PLACE_LIBRARY)
				part->included = true;
		}
	}
}

int scout_files(struct scout *s, struct err *err)
{
	struct walk w = {.s = s};
	const struct tree_node *root = tree_find(s->tree, PROJECT_ROOT);
	if (!root || root->type != TREE_FOLDER)
		return err_set(err, ERR_USAGE, "there is no project to look at");
	walk_folder(&w, root, "", 0);
	if (s->files.len)
		qsort(s->files.items, s->files.len, sizeof(*s->files.items), by_path);
	mark_included(s);
	if (w.left_out)
		scout_find(s, FINDING_OPEN, "library.sources",
			   "%zu files were not looked at: their names hold control characters or there are more than %d",
			   w.left_out, SCOUT_FILES_MAX);
	return 0;
}
