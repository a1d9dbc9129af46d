#include "harness/autofix_parts.h"

#include "core/path.h"

/*
 * As harness/rewrite_files.c has it, so that what compiles here does so there: the library's
 * folders as its users search them, also where the draft has them, then those of the draft's own headers.
 */

enum { FOLDERS_MAX = 128 };

struct folders {
	struct strings list;
	struct arena *a;
};

static void add(struct folders *f, const char *prefix, const char *root, struct str folder)
{
	const char *item = folder.len ? arena_printf(f->a, "%s%s/%.*s", prefix, root, STR_ARG(folder))
				      : arena_printf(f->a, "%s%s", prefix, root);
	if (f->list.len < FOLDERS_MAX && !strings_have(&f->list, item))
		f->list.items[f->list.len++] = item;
}

static bool has_folder(const struct draft *draft, const char *folder)
{
	size_t len = strlen(folder);
	for (size_t i = 0; i < draft->len; i++) {
		const char *path = draft->items[i].path;
		if (strncmp(path, folder, len) == 0 && path[len] == '/')
			return true;
	}
	return false;
}

static struct strings searched_first(const struct compiling *c, const struct draft *draft)
{
	const struct spec *spec = c->spec;
	struct folders f = {{arena_array(c->a, FOLDERS_MAX, const char *), 0}, c->a};
	for (size_t i = 0; i < spec->include.len; i++) {
		if (has_folder(draft, spec->include.items[i]))
			add(&f, "", REWRITE_ROOT, str_of(spec->include.items[i]));
	}
	for (size_t i = 0; i < spec->include.len; i++)
		add(&f, "", PROJECT_ROOT, str_of(spec->include.items[i]));
	for (size_t i = 0; i < spec->headers.len; i++)
		add(&f, "", PROJECT_ROOT, path_folder(str_of(spec->headers.items[i].path)));
	return f.list;
}

static void add_own(struct folders *f, const char *flag, const struct draft *draft)
{
	for (size_t i = 0; i < draft->len; i++) {
		struct str folder = path_folder(str_of(draft->items[i].path));
		bool more = str_ends(str_of(draft->items[i].path), STR(".h"));
		for (; more; more = folder.len > 0, folder = path_folder(folder))
			add(f, flag, REWRITE_ROOT, folder);
	}
}

/* A warning is no reason to refuse a rewrite. */
static struct strings flags_for(const struct compiling *c, const struct draft *draft)
{
	const struct strings *given = &c->spec->flags;
	struct folders f = {{arena_array(c->a, FOLDERS_MAX + given->len, const char *), 0}, c->a};
	add_own(&f, "-iquote", draft);
	add_own(&f, "-idirafter", draft);
	for (size_t i = 0; i < given->len; i++) {
		if (strncmp(given->items[i], "-Werror", 7) != 0 && strcmp(given->items[i], "-pedantic-errors") != 0)
			f.list.items[f.list.len++] = given->items[i];
	}
	return f.list;
}

/* A header is compiled by a source that includes it. */
#define HEADER_SOURCE "/recast/header.c"

static int make_tree(const struct compiling *c, const struct draft *draft, const char *path, struct tree **out,
		     struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *tree = NULL;
	const char *line = arena_printf(&scratch, "#include \"" REWRITE_ROOT "/%s\"\n", path);
	if (build_tree(c->toolchain, NULL, &tree, err) < 0 || draft_tree(draft, REWRITE_ROOT, tree, err) < 0 ||
	    tree_add_file(tree, HEADER_SOURCE, str_of(line), err) < 0)
		return -1;
	for (size_t i = 0; i < c->spec->headers.len; i++) {
		const struct spec_file *header = &c->spec->headers.items[i];
		if (tree_add_file(tree, arena_printf(&scratch, PROJECT_ROOT "/%s", header->path), header->text, err) < 0)
			return -1;
	}
	*out = take(tree);
	return 0;
}

/* Files of the draft get their paths in it, however the compiler came there. */
static void name_files(struct diag_list *diags, struct arena *a)
{
	static const char root[] = REWRITE_ROOT "/";
	for (size_t i = 0; i < diags->len; i++) {
		struct diag *d = &diags->items[i];
		const char *path = d->file[0] == '/' ? path_join(a, "", str_of(d->file)) : NULL;
		if (!path)
			continue;
		bool own = str_starts(str_of(path), str_of(root + 1));
		d->file = own ? path + strlen(root) - 1 : arena_printf(a, "/%s", path);
	}
}

int compiling_run(const struct compiling *c, const struct draft *draft, const char *path, struct built *ret,
		  struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	struct strings include = searched_first(c, draft), flags = flags_for(c, draft);
	struct compile options = {
		.source = str_ends(str_of(path), STR(".h")) ? HEADER_SOURCE : arena_printf(c->a, REWRITE_ROOT "/%s", path),
		.include = include.items,
		.include_len = include.len,
		.defines = c->spec->defines.items,
		.defines_len = c->spec->defines.len,
		.flags = flags.items,
		.flags_len = flags.len,
		.fixits = true,
	};
	if (make_tree(c, draft, path, &tree, err) < 0 ||
	    build_check(c->toolchain, tree, &options, c->limits, c->a, ret, err) < 0)
		return -1;
	name_files(&ret->diags, c->a);
	return 0;
}
