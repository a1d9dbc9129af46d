#include "harness/autofix_parts.h"

#include "core/mem.h"
#include "core/path.h"

enum { ROUNDS = 5, INCLUDE_MAX = 256 };

/* A draft that is being repaired. */
struct repairing {
	struct toolchain *toolchain;
	const struct build_limits *limits;
	const struct spec *spec;
	const char *only; /* or NULL */
	struct autofix fix;
	struct strings include;
	size_t errors; /* of the last compilation */
	size_t done_cap;
	struct arena *a;
};

/* ---- what the ways of repairing use */

void fixing_edit(struct fixing *f, size_t start, size_t end, const char *insert, const char *what)
{
	if (f->done.len == AUTOFIX_DONE_MAX || strings_have(&f->done, what))
		return;
	f->done.items[f->done.len++] = what;
	textedit_add(&f->edits, start, end, insert);
}

bool fixing_is_here(const struct fixing *f, const struct diag *d)
{
	return strcmp(d->file, f->path) == 0;
}

struct str fixing_quoted(const char *message, const char *beginning)
{
	const char *at = strstr(message, beginning);
	struct str rest = str_of(at ? at + strlen(beginning) : "");
	size_t len = str_index(rest, '\'');
	return len < rest.len ? str_first(rest, len) : (struct str){0};
}

size_t fixing_line(struct str text, unsigned line)
{
	struct str rest = text, unused;
	for (unsigned i = 1; i < line; i++) {
		if (!str_next_line(&rest, &unused))
			return text.len;
	}
	return text.len - rest.len;
}

/* ---- what is done */

static void tell(struct repairing *r, const char *text)
{
	struct strings *done = &r->fix.done;
	if (done->len < r->done_cap)
		done->items[done->len++] = text;
}

/* ---- before anything is compiled */

static bool is_public(const struct spec *spec, const char *path)
{
	struct str name = path_base(str_of(path));
	for (size_t i = 0; i < spec->headers.len; i++) {
		if (str_eq(path_base(str_of(spec->headers.items[i].path)), name))
			return true;
	}
	return false;
}

/* A public header that was written again would hide the real one. */
static struct draft without_public(struct repairing *r, const struct draft *old)
{
	struct draft kept = {arena_array(r->a, old->len, struct draft_file), 0};
	for (size_t i = 0; i < old->len; i++) {
		if (is_public(r->spec, old->items[i].path))
			tell(r, arena_printf(r->a, "%s: left out, it is a public header", old->items[i].path));
		else
			kept.items[kept.len++] = old->items[i];
	}
	return kept;
}

static void trim_prose(struct repairing *r)
{
	struct draft old = r->fix.draft;
	for (size_t i = 0; i < old.len; i++) {
		struct str text = fix_prose(old.items[i].text);
		if (text.len == 0 || text.len == old.items[i].text.len)
			continue;
		r->fix.draft = draft_with(&r->fix.draft, old.items[i].path, text, r->a);
		tell(r, arena_printf(r->a, "%s: prose around the code", old.items[i].path));
	}
}

/* ---- compiling */

static void add_include(struct repairing *r, const char *folder)
{
	if (r->include.len < INCLUDE_MAX && !strings_have(&r->include, folder))
		r->include.items[r->include.len++] = folder;
}

/* As users of the library find its headers, then where the rewrite's own are. */
static void find_includes(struct repairing *r)
{
	r->include = (struct strings){arena_array(r->a, INCLUDE_MAX, const char *), 0};
	for (size_t i = 0; i < r->spec->include.len; i++)
		add_include(r, arena_printf(r->a, PROJECT_ROOT "/%s", r->spec->include.items[i]));
	for (size_t i = 0; i < r->spec->headers.len; i++) {
		struct str folder = path_folder(str_of(r->spec->headers.items[i].path));
		add_include(r, arena_printf(r->a, PROJECT_ROOT "/%.*s", STR_ARG(folder)));
	}
	add_include(r, REWRITE_ROOT);
	for (size_t i = 0; i < r->fix.draft.len; i++) {
		struct str folder = path_folder(str_of(r->fix.draft.items[i].path));
		add_include(r, arena_printf(r->a, REWRITE_ROOT "/%.*s", STR_ARG(folder)));
	}
}

/* A header is compiled by a source that includes it. */
static const char HEADER_SOURCE[] = REWRITE_ROOT "/recast-includes-it.c";

static bool is_header(const char *path)
{
	return path && str_ends(str_of(path), STR(".h"));
}

static int make_tree(const struct repairing *r, struct tree **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *tree = NULL;
	if (build_tree(r->toolchain, NULL, &tree, err) < 0 || draft_tree(&r->fix.draft, REWRITE_ROOT, tree, err) < 0)
		return -1;
	if (is_header(r->only) && tree_add_file(tree, HEADER_SOURCE, str_of(arena_printf(&scratch, "#include \"%s\"\n", r->only)), err) < 0)
		return -1;
	for (size_t i = 0; i < r->spec->headers.len; i++) {
		const struct spec_file *header = &r->spec->headers.items[i];
		if (tree_add_file(tree, arena_printf(&scratch, PROJECT_ROOT "/%s", header->path), header->text, err) < 0)
			return -1;
	}
	*out = take(tree);
	return 0;
}

/* Warnings that are errors would refuse what is right. */
static struct strings without_errors(const struct strings *flags, struct arena *a)
{
	struct strings kept = {arena_array(a, flags->len, const char *), 0};
	for (size_t i = 0; i < flags->len; i++) {
		if (!str_starts(str_of(flags->items[i]), STR("-Werror")))
			kept.items[kept.len++] = flags->items[i];
	}
	return kept;
}

static int compile(struct repairing *r, const struct tree *tree, const char *path, struct built *ret, struct err *err)
{
	struct strings flags = without_errors(&r->spec->flags, r->a);
	struct compile c = {
		.source = is_header(path) ? HEADER_SOURCE : arena_printf(r->a, REWRITE_ROOT "/%s", path),
		.include = r->include.items,
		.include_len = r->include.len,
		.defines = r->spec->defines.items,
		.defines_len = r->spec->defines.len,
		.flags = flags.items,
		.flags_len = flags.len,
		.shown_below = REWRITE_ROOT "/",
		.fixits = true,
	};
	return build_compile(r->toolchain, tree, &c, r->limits, r->a, ret, err);
}

static bool is_asked(const struct repairing *r, const char *path)
{
	return r->only ? strcmp(path, r->only) == 0 : str_ends(str_of(path), STR(".c"));
}

/* Puts what was said of one source behind what was said of those before. */
static void add_diags(struct diag_list *all, const struct diag_list *more, struct arena *a)
{
	struct diag *items = arena_array(a, all->len + more->len, struct diag);
	for (size_t i = 0; i < all->len + more->len; i++)
		items[i] = i < all->len ? all->items[i] : more->items[i - all->len];
	all->items = items;
	all->len += more->len;
	all->errors += more->errors;
	all->left_out += more->left_out;
}

static int compile_all(struct repairing *r, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	struct autofix *fix = &r->fix;
	fix->ok = true;
	fix->diags = (struct diag_list){0};
	fix->failure = NULL;
	find_includes(r);
	if (make_tree(r, &tree, err) < 0)
		return -1;
	for (size_t i = 0; i < fix->draft.len; i++) {
		struct built built;
		if (!is_asked(r, fix->draft.items[i].path))
			continue;
		if (compile(r, tree, fix->draft.items[i].path, &built, err) < 0)
			return -1;
		add_diags(&fix->diags, &built.diags, r->a);
		fix->ok &= built.ok;
		if (!built.ok && !fix->failure)
			fix->failure = built.failure;
	}
	r->errors = fix->diags.errors;
	return 0;
}

/* ---- repairing */

/* The ways are tried one after the other, the surest first: what one repairs is not for the next to guess. */
static bool repair_file(struct repairing *r, const struct draft_file *file)
{
	static void (*const ways[])(struct fixing *) = {fix_header_names, fix_includes, fix_prototypes, fix_as_told};
	struct fixing f = {.spec = r->spec, .draft = &r->fix.draft, .path = file->path, .text = file->text,
			   .diags = &r->fix.diags, .a = r->a};
	f.done.items = arena_array(r->a, AUTOFIX_DONE_MAX, const char *);
	for (size_t i = 0; i < countof(ways) && f.edits.len == 0; i++)
		ways[i](&f);
	bool any = f.edits.len > 0;
	if (any) {
		struct str text = textedit_make(&f.edits, f.text, r->a);
		r->fix.draft = draft_with(&r->fix.draft, file->path, text, r->a);
	}
	for (size_t i = 0; i < f.done.len; i++)
		tell(r, arena_printf(r->a, "%s: %s", file->path, f.done.items[i]));
	vec_release(&f.edits);
	return any;
}

static bool repair(struct repairing *r)
{
	struct draft old = r->fix.draft;
	bool any = false;
	for (size_t i = 0; i < old.len; i++)
		any |= repair_file(r, &old.items[i]);
	return any;
}

/* A repair that makes it worse is taken back. */
static int repair_while_it_helps(struct repairing *r, struct err *err)
{
	for (unsigned round = 0; round < ROUNDS && !r->fix.ok; round++) {
		struct autofix before = r->fix;
		size_t errors = r->errors;
		if (!repair(r))
			return 0;
		if (compile_all(r, err) < 0)
			return -1;
		if (!r->fix.ok && r->errors > errors) {
			r->fix = before;
			return 0;
		}
	}
	return 0;
}

int autofix_run(struct toolchain *toolchain, const struct build_limits *limits, const struct spec *spec,
		const struct draft *draft, const char *only, struct arena *a, struct autofix *ret, struct err *err)
{
	struct repairing r = {
		.toolchain = toolchain, .limits = limits, .spec = spec, .only = only, .done_cap = AUTOFIX_DONE_MAX, .a = a};
	r.fix.done.items = arena_array(a, AUTOFIX_DONE_MAX, const char *);
	r.fix.draft = without_public(&r, draft);
	trim_prose(&r);
	if (compile_all(&r, err) < 0 || repair_while_it_helps(&r, err) < 0)
		return -1;
	*ret = r.fix;
	return 0;
}
