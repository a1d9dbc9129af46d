#include "harness/autofix_parts.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/cdirective.h"
#include "harness/cfunctions.h"

struct problems {
	const struct spec *spec;
	const struct draft *draft;
	struct arena *a;
	struct strings list; /* room for AUTOFIX_DONE_MAX */
};

static void complain(struct problems *p, const char *problem)
{
	if (p->list.len < AUTOFIX_DONE_MAX && !strings_have(&p->list, problem))
		p->list.items[p->list.len++] = problem;
}

static bool has_base(const struct spec_files *files, struct str base)
{
	for (size_t i = 0; i < files->len; i++) {
		if (str_eq(path_base(str_of(files->items[i].path)), base))
			return true;
	}
	return false;
}

static bool has_own(const struct draft *draft, struct str base)
{
	for (size_t i = 0; i < draft->len; i++) {
		if (str_eq(path_base(str_of(draft->items[i].path)), base))
			return true;
	}
	return false;
}

/* What stands in quotes or angle brackets. */
static struct str included(const struct cdirective *d)
{
	size_t open = min_size(str_index(d->text, '"'), str_index(d->text, '<'));
	struct str rest = str_from(d->text, open + 1);
	size_t end = min_size(str_index(rest, '"'), str_index(rest, '>'));
	return str_eq(d->word, STR("include")) && end < rest.len ? str_first(rest, end) : (struct str){0};
}

/* Tests are shown, but are not there when the rewrite is built. */
static void check_includes(struct problems *p, const struct draft_file *file)
{
	struct ctoken_reader r = ctoken_reader(file->text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind != CTOKEN_HASH)
			continue;
		struct cdirective d = cdirective_read(&r, &t);
		struct str name = included(&d), base = path_base(name);
		if (name.len && has_base(&p->spec->tests, base) && !has_base(&p->spec->headers, base) &&
		    !has_own(p->draft, base))
			complain(p, arena_printf(p->a, "%s: it includes \"%.*s\", which is a file of the tests", file->path,
						 (int)min_size(name.len, 100), name.ptr));
	}
}

static void check_functions(struct problems *p, const struct draft_file *file)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct source_functions functions = {0};
	if (cfunctions_find(file->text, &scratch, &functions, NULL) < 0)
		return;
	for (size_t i = 0; i < functions.len; i++) {
		if (strcmp(functions.items[i].name, "main") == 0)
			complain(p, arena_printf(p->a, "%s: it defines main, as the tests do; a library has none", file->path));
	}
}

struct strings autofix_problems(const struct spec *spec, const struct draft *draft, const char *only, struct arena *a)
{
	struct problems p = {spec, draft, a, {arena_array(a, AUTOFIX_DONE_MAX, const char *), 0}};
	for (size_t i = 0; i < draft->len; i++) {
		if (only && strcmp(only, draft->items[i].path) != 0)
			continue;
		check_includes(&p, &draft->items[i]);
		check_functions(&p, &draft->items[i]);
	}
	return p.list;
}

struct draft autofix_without_public(const struct spec *spec, const struct draft *draft, struct strings *done,
				    struct arena *a)
{
	struct draft kept = {arena_array(a, draft->len, struct draft_file), 0};
	for (size_t i = 0; i < draft->len; i++) {
		const char *path = draft->items[i].path;
		if (!has_base(&spec->headers, path_base(str_of(path))))
			kept.items[kept.len++] = draft->items[i];
		else if (done->len < AUTOFIX_DONE_MAX)
			done->items[done->len++] = arena_printf(a, "%s: left out, since it is a public header", path);
	}
	return kept;
}
