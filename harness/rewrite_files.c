#include "harness/rewrite_parts.h"

#include "core/mem.h"
#include "core/path.h"
#include "core/utf8.h"
#include "harness/ctoken.h"
#include "harness/glob.h"
#include "harness/language.h"
#include "harness/view.h"

enum { FOLDERS_MAX = 200 };

/* Folders whose sources are no part of a library, unless recast.json says that they are. */
static const char *const other_folders[] = {
	"test",    "tests",   "testing", "unittest", "unittests", "unit_tests", "t",    "example", "examples", "sample",
	"samples", "bench",   "benches", "benchmark", "benchmarks", "fuzz",     "fuzzing", "fuzzer", "demo", "demos",
	"doc",     "docs",
};

const char *rewrite_own_path(struct str path, struct arena *a)
{
	static const char root[] = REWRITE_ROOT "/";
	const char *plain = path.len && path.ptr[0] == '/' ? path_join(a, "", path) : NULL;
	return plain && str_starts(str_of(plain), STR(root + 1)) ? plain + strlen(root + 1) : NULL;
}

/* ---- the tree */

struct laying {
	struct rewrite *r;
	struct tree *own; /* the rewrite alone, so that no link leads elsewhere */
	struct {
		const char **items;
		size_t len, cap;
	} paths, armed;
	struct err *err;
};

static int add_file(struct laying *l, const char *path, struct str content)
{
	unsigned armed;
	if (l->paths.len == REWRITE_FILES_MAX) {
		struct remark many = {.place = {.file = ""}, .remedy = "leave out what is no part of the library"};
		many.text = arena_printf(&l->r->arena, "it has more than %d files", REWRITE_FILES_MAX);
		if (!l->r->trouble.len)
			remarks_add(&l->r->trouble, &many);
		return 0;
	}
	struct str text = rewrite_disarm(content, &l->r->arena, &armed);
	if (tree_add_file(l->r->tree, arena_printf(&l->r->arena, REWRITE_ROOT "/%s", path), text, l->err) < 0)
		return -1;
	*vec_push(&l->paths) = path;
	if (armed)
		*vec_push(&l->armed) = path;
	return 0;
}

/* Links to files become files, so that each line has one place; links to folders are left out. */
static int add_below(struct laying *l, const struct tree_node *folder, const char *path)
{
	for (size_t i = 0; i < folder->children_len; i++) {
		const struct tree_node *node = folder->children[i];
		const char *below = path[0] ? arena_printf(&l->r->arena, "%s/%s", path, node->name) : node->name;
		if (node->name[0] == '.')
			continue;
		if (node->type == TREE_LINK) {
			SCOPED_ARENA struct arena scratch = {0};
			node = view_resolve(l->own, arena_printf(&scratch, REWRITE_ROOT "/%s", below));
		}
		if (!node || (node->type == TREE_FOLDER && node != folder->children[i]))
			continue;
		if (node->type == TREE_FILE ? add_file(l, below, node->content) < 0 : add_below(l, node, below) < 0)
			return -1;
	}
	return 0;
}

/* ---- what it may see of the original */

static bool is_source(const char *path)
{
	return str_ends(str_of(path), STR(".c"));
}

/* Public headers, and those that they include, as anyone may see them. */
static int add_public(struct rewrite *r, struct err *err)
{
	const struct suite *s = r->suite;
	struct arena *a = &r->arena;
	const struct language *language = language_find(s->project->language);
	struct strings paths = {arena_array(a, s->plan.headers_len + s->headers.inputs.len, const char *), 0}, once = {0};
	for (size_t i = 0; i < s->plan.headers_len; i++)
		paths.items[paths.len++] = s->plan.headers[i];
	for (size_t i = 0; i < s->headers.inputs.len; i++)
		paths.items[paths.len++] = s->headers.inputs.items[i];
	strings_sort(&paths);
	once.items = paths.items;
	for (size_t i = 0; i < paths.len; i++) {
		if (!once.len || strcmp(once.items[once.len - 1], paths.items[i]) != 0)
			once.items[once.len++] = paths.items[i];
	}
	struct headercut *cut = arena_array(a, once.len, struct headercut);
	if (language->show_headers(s, &once, a, cut, err) < 0)
		return -1;
	for (size_t i = 0; i < once.len; i++) {
		if (tree_add_file(r->tree, arena_printf(a, PROJECT_ROOT "/%s", once.items[i]), cut[i].text, err) < 0)
			return -1;
	}
	return 0;
}

/* Headers that only say how the library is configured, as the library's sources read them. */
static int add_configuration(struct rewrite *r, struct err *err)
{
	const struct suite *s = r->suite;
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		const struct plan_object *o = &s->plan.objects[i];
		for (size_t k = 0; o->of_library && k < o->built.inputs.len; k++) {
			const char *input = o->built.inputs.items[k];
			if (is_source(input) || nameset_has(&s->private_files, str_of(input)) || suite_is_public(s, input))
				continue;
			const char *path = arena_printf(&r->arena, PROJECT_ROOT "/%s", input);
			if (!tree_find(r->tree, path) &&
			    tree_add_file(r->tree, path, plan_text(s->plan.library_tree, input), err) < 0)
				return -1;
		}
	}
	return 0;
}

int rewrite_lay_out(struct rewrite *r, const struct tree *files, struct strings *ret_paths, struct strings *ret_armed,
		    struct err *err)
{
	SCOPED_TREE struct tree *own = tree_new();
	struct laying l = {.r = r, .own = own, .err = err};
	int result = -1;
	if (build_tree(r->suite->tools->toolchain, NULL, &r->tree, err) == 0 &&
	    tree_add_folder(r->tree, PROJECT_ROOT, false, err) == 0 &&
	    tree_add_folder(r->tree, REWRITE_ROOT, false, err) == 0 && add_public(r, err) == 0 &&
	    add_configuration(r, err) == 0)
		result = 0;
	const struct tree_node *root = tree_find(files, REWRITE_ROOT);
	if (result == 0 && root && root->type == TREE_FOLDER)
		result = tree_graft(own, REWRITE_ROOT, files, REWRITE_ROOT, err) < 0 ? -1 : add_below(&l, root, "");
	*ret_paths = (struct strings){arena_array(&r->arena, l.paths.len, const char *), l.paths.len};
	*ret_armed = (struct strings){arena_array(&r->arena, l.armed.len, const char *), l.armed.len};
	for (size_t i = 0; i < l.paths.len; i++)
		ret_paths->items[i] = l.paths.items[i];
	for (size_t i = 0; i < l.armed.len; i++)
		ret_armed->items[i] = l.armed.items[i];
	vec_release(&l.paths);
	vec_release(&l.armed);
	strings_sort(ret_paths);
	strings_sort(ret_armed);
	return result;
}

/* ---- headers */

static bool is_header(const char *path)
{
	static const char *const endings[] = {".h", ".inc", ".def", ".hh", ".ipp"};
	for (size_t i = 0; i < countof(endings); i++) {
		if (str_ends(str_of(path), str_of(endings[i])))
			return true;
	}
	return false;
}

bool rewrite_is_aside(const char *path)
{
	struct str rest = path_folder(str_of(path));
	while (rest.len) {
		struct str name = str_first(rest, str_index(rest, '/'));
		for (size_t i = 0; i < countof(other_folders); i++) {
			if (str_eq(name, str_of(other_folders[i])))
				return true;
		}
		rest = str_from(rest, name.len + 1);
	}
	return false;
}

/* The rewrite's own copy of a public header: at the same path, or else of the same name. */
static const char *own_header(const struct strings *paths, const char *header)
{
	const char *found = NULL;
	for (size_t i = 0; i < paths->len; i++) {
		const char *path = paths->items[i];
		if (strcmp(path, header) == 0)
			return path;
		if (strcmp(path_base_of(path), path_base_of(header)) == 0 && !rewrite_is_aside(path) &&
		    (!found || strlen(path) < strlen(found)))
			found = path;
	}
	return found;
}

struct folders {
	const char *items[FOLDERS_MAX];
	size_t len;
	struct arena *a;
};

static void add_folder(struct folders *f, const char *prefix, struct str folder)
{
	const char *path = folder.len ? arena_printf(f->a, "%s/%.*s", prefix, STR_ARG(folder)) : prefix;
	for (size_t i = 0; i < f->len; i++) {
		if (strcmp(f->items[i], path) == 0)
			return;
	}
	if (f->len < FOLDERS_MAX)
		f->items[f->len++] = path;
}

static struct strings folder_list(const struct folders *f, const char *const *flags, size_t flags_len)
{
	struct strings list = {arena_array(f->a, f->len * flags_len, const char *), 0};
	for (size_t k = 0; k < flags_len; k++) {
		for (size_t i = 0; i < f->len; i++)
			list.items[list.len++] = arena_printf(f->a, "%s%s", flags[k], f->items[i]);
	}
	return list;
}

static bool is_copy(const struct rewrite *r, const char *path)
{
	const struct suite *s = r->suite;
	struct str text = rewrite_text(r, path);
	for (size_t i = 0; i < s->plan.headers_len + s->headers.inputs.len; i++) {
		const char *header = i < s->plan.headers_len ? s->plan.headers[i]
							     : s->headers.inputs.items[i - s->plan.headers_len];
		if (strcmp(path_base_of(header), path_base_of(path)) == 0 && !is_source(path) &&
		    str_eq(plan_text(s->plan.library_tree, header), text))
			return true;
	}
	return false;
}

static void find_copies(struct rewrite *r, const struct strings *paths)
{
	/* Room for sources that recast.json brings. */
	r->copies.items = arena_array(&r->arena, paths->len + r->suite->project->library.overlay.files_len, const char *);
	for (size_t i = 0; i < paths->len; i++) {
		if (is_copy(r, paths->items[i]))
			r->copies.items[r->copies.len++] = paths->items[i];
	}
}

void rewrite_find_headers(struct rewrite *r, const struct strings *paths)
{
	static const char *const none[] = {""}, *const searched[] = {"-iquote", "-idirafter"};
	const struct plan *plan = &r->suite->plan;
	const struct strings *include = &r->suite->project->library.options.include;
	struct folders first = {.a = &r->arena}, other = {.a = &r->arena};
	r->headers = arena_array(&r->arena, plan->headers_len, const char *);
	for (size_t i = 0; i < include->len; i++) {
		const char *path = arena_printf(&r->arena, REWRITE_ROOT "/%s", include->items[i]);
		const struct tree_node *node = tree_find(r->tree, path);
		if (node && node->type == TREE_FOLDER)
			add_folder(&first, REWRITE_ROOT, str_of(include->items[i]));
	}
	for (size_t i = 0; i < plan->headers_len; i++) {
		r->headers[i] = own_header(paths, plan->headers[i]);
		if (r->headers[i])
			add_folder(&first, REWRITE_ROOT, path_folder(str_of(r->headers[i])));
	}
	for (size_t i = 0; i < include->len; i++)
		add_folder(&first, PROJECT_ROOT, str_of(include->items[i]));
	for (size_t i = 0; i < plan->headers_len; i++)
		add_folder(&first, PROJECT_ROOT, path_folder(str_of(plan->headers[i])));
	for (size_t i = 0; i < paths->len; i++) {
		struct str folder = path_folder(str_of(paths->items[i]));
		bool taken = is_header(paths->items[i]) && !rewrite_is_aside(paths->items[i]);
		for (bool more = taken; more; more = folder.len > 0, folder = path_folder(folder))
			add_folder(&other, REWRITE_ROOT, folder);
	}
	r->include = folder_list(&first, none, 1);
	r->include_flags = folder_list(&other, searched, 2);
	find_copies(r, paths);
}

/* ---- sources */

static bool matches(const struct strings *patterns, const char *path)
{
	for (size_t i = 0; i < patterns->len; i++) {
		if (glob_matches(patterns->items[i], path))
			return true;
	}
	return false;
}

static bool is_test(const struct tests *tests, const char *path)
{
	if (matches(&tests->sources, path))
		return true;
	for (size_t i = 0; i < tests->programs_len; i++) {
		const struct program *p = &tests->programs[i];
		if (matches(&p->sources, path) || matches(&p->each, path))
			return true;
	}
	return false;
}

/* Folders of those sources that recast.json names. */
static void find_folders(const struct rewrite *r, const struct strings *paths, struct nameset *ret)
{
	for (size_t i = 0; i < paths->len; i++) {
		if (is_source(paths->items[i]) && matches(&r->suite->project->library.sources, paths->items[i]))
			nameset_add(ret, path_folder(str_of(paths->items[i])));
	}
	nameset_seal(ret);
}

/* Why a source is none of the library's, or NULL. */
static const char *other_purpose(const struct rewrite *r, const struct nameset *folders, const char *path)
{
	const struct strings *patterns = &r->suite->project->library.sources;
	if (matches(patterns, path))
		return NULL;
	if (is_test(&r->suite->project->tests, path))
		return "recast.json names it as a test";
	if (folders->len && !nameset_has(folders, path_folder(str_of(path))))
		return "it stands in none of the folders that library.sources in recast.json names";
	if (!folders->len && rewrite_is_aside(path))
		return "it stands in a folder of tests, examples or the like";
	return NULL;
}

struct strings rewrite_sources(struct rewrite *r, const struct strings *paths)
{
	struct strings sources = {arena_array(&r->arena, paths->len, const char *), 0};
	SCOPED(nameset_release) struct nameset folders = {0};
	find_folders(r, paths, &folders);
	/* Room for those that turn out to be something else. */
	r->left_out.items = arena_array(&r->arena, 2 * paths->len, const char *);
	for (size_t i = 0; i < paths->len; i++) {
		const char *path = paths->items[i];
		const char *why = is_source(path) ? other_purpose(r, &folders, path) : NULL;
		if (why)
			r->left_out.items[r->left_out.len++] =
				arena_printf(&r->arena, "%s: %s", rewrite_printable(path, &r->arena), why);
		else if (is_source(path))
			sources.items[sources.len++] = path;
	}
	return sources;
}

int rewrite_supplied(struct rewrite *r, struct strings *ret, struct err *err)
{
	const struct library *library = &r->suite->project->library;
	const struct overlay *overlay = &library->overlay;
	struct strings sources = {arena_array(&r->arena, overlay->files_len, const char *), 0};
	for (size_t i = 0; i < overlay->files_len; i++) {
		const struct overlay_file *file = &overlay->files[i];
		const char *path = arena_printf(&r->arena, REWRITE_ROOT "/%s", file->path);
		if (!is_source(file->path) || !matches(&library->sources, file->path) || tree_find(r->tree, path))
			continue;
		if (tree_add_file(r->tree, path, file->content, err) < 0)
			return -1;
		sources.items[sources.len++] = file->path;
		r->copies.items[r->copies.len++] = file->path;
	}
	strings_sort(&r->copies);
	*ret = sources;
	return 0;
}

const char *rewrite_printable(const char *text, struct arena *a)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, 1000);
	utf8_append_line(&line, str_of(text));
	return arena_str(a, str_whole_characters(buf_str(&line)));
}

void rewrite_remark(struct remarks *list, struct place place, const char *text, const char *remedy, struct arena *a)
{
	struct remark remark = {place, rewrite_printable(text, a), rewrite_printable(remedy, a)};
	remark.place.file = rewrite_printable(place.file, a);
	for (size_t i = 0; i < list->len; i++) {
		const struct remark *other = &list->items[i];
		if (other->place.line == place.line && strcmp(other->place.file, remark.place.file) == 0 &&
		    strcmp(other->text, remark.text) == 0)
			return;
	}
	remarks_add(list, &remark);
}
