#include "harness/autofix_parts.h"

#include "core/mem.h"
#include "harness/cprose.h"
#include "harness/ctoken.h"

enum { ROUNDS = 5, LINE_MAX_BYTES = 300 };

/* ---- what the ways of repairing use */

bool fixing_edit(struct fixing *f, size_t start, size_t end, const char *insert, const char *what)
{
	if (f->done.len == AUTOFIX_DONE_MAX || strings_have(&f->done, what))
		return false;
	f->done.items[f->done.len++] = what;
	textedit_add(&f->edits, start, end, insert);
	return true;
}

bool fixing_is_here(const struct fixing *f, const struct diag *d)
{
	return d->severity == DIAG_ERROR && strcmp(d->file, f->path) == 0;
}

size_t fixing_offset(struct str text, unsigned line, unsigned column)
{
	struct str rest = text, this;
	for (unsigned i = 1; i < line; i++) {
		if (!str_next_line(&rest, &this))
			return SIZE_MAX;
	}
	size_t start = text.len - rest.len;
	return column > 0 && column - 1 <= str_index(rest, '\n') ? start + column - 1 : SIZE_MAX;
}

static struct str quoted_behind(const char *message, const char *beginning)
{
	struct str rest = str_of(message);
	if (!str_starts(rest, str_of(beginning)))
		return (struct str){0};
	rest = str_from(rest, strlen(beginning));
	return str_first(rest, str_index(rest, '\''));
}

/* A macro that is not there is no error by itself: what follows is not as it should be. */
static struct str name_at(struct str text, const struct diag *d)
{
	size_t at = fixing_offset(text, d->line, d->column);
	struct ctoken_reader r = ctoken_reader(at < text.len ? str_from(text, at) : (struct str){0});
	struct ctoken t;
	return ctoken_next(&r, &t) && t.kind == CTOKEN_NAME ? t.text : (struct str){0};
}

struct str fixing_missing(const struct fixing *f, const struct diag *d)
{
	static const char *const beginnings[] = {
		"call to undeclared library function '", "call to undeclared function '", "use of undeclared identifier '",
		"unknown type name '",
	};
	for (size_t i = 0; i < countof(beginnings); i++) {
		struct str name = quoted_behind(d->message, beginnings[i]);
		if (name.len)
			return name;
	}
	bool stuck = str_starts(str_of(d->message), STR("expected ")) || strstr(d->message, "type specifier");
	return stuck && fixing_is_here(f, d) ? name_at(f->text, d) : (struct str){0};
}

/* Only if the compiler was stuck in it. */
void fix_prose(struct fixing *f)
{
	struct str code = cprose_code(f->text);
	size_t start = code.len ? (size_t)(code.ptr - f->text.ptr) : 0, end = start + code.len;
	bool stuck = false;
	for (size_t i = 0; i < f->diags->len; i++) {
		const struct diag *d = &f->diags->items[i];
		size_t at = fixing_is_here(f, d) ? fixing_offset(f->text, d->line, 1) : SIZE_MAX;
		stuck |= at < start || (at >= end && at != SIZE_MAX);
	}
	if (!stuck || code.len == 0 || code.len == f->text.len)
		return;
	fixing_edit(f, 0, start, "", "prose around the code");
	textedit_add(&f->edits, end, f->text.len, "");
}

/* ---- attempts */

typedef void way(struct fixing *f);

static way *const ways[] = {fix_prose, fix_header_names, fix_includes, fix_prototypes, fix_as_told};

enum { PROSE = 1, HEADER_NAMES = 2, INCLUDES = 4, PROTOTYPES = 8, AS_TOLD = 16 };

/* What was left out before the compiler came to the rest goes first. Where all together do not help, one alone may. */
static const unsigned attempts[] = {PROSE | HEADER_NAMES, INCLUDES | PROTOTYPES | AS_TOLD, INCLUDES | PROTOTYPES,
				    INCLUDES, PROTOTYPES, AS_TOLD, HEADER_NAMES};

/* A draft while it is repaired. */
struct repairing {
	struct compiling compiling;
	struct draft draft;
	struct strings done; /* room for AUTOFIX_DONE_MAX */
	struct arena *a;
};

static void repair_file(struct repairing *r, const struct draft *from, const struct draft_file *file,
			const char *source, const struct diag_list *diags, unsigned chosen)
{
	struct fixing f = {.spec = r->compiling.spec, .draft = from, .source = source, .path = file->path, .a = r->a};
	f.text = file->text;
	f.diags = diags;
	f.done.items = arena_array(r->a, AUTOFIX_DONE_MAX, const char *);
	for (size_t i = 0; i < countof(ways); i++) {
		if (chosen & 1u << i)
			ways[i](&f);
	}
	if (f.edits.len)
		r->draft = draft_with(&r->draft, file->path, textedit_make(&f.edits, f.text, r->a), r->a);
	for (size_t i = 0; i < f.done.len && r->done.len < AUTOFIX_DONE_MAX; i++) {
		const char *line = arena_printf(r->a, "%s: %s", file->path, f.done.items[i]);
		struct str shown = str_whole_characters(str_first(str_of(line), LINE_MAX_BYTES));
		r->done.items[r->done.len++] = arena_str(r->a, shown);
	}
	vec_release(&f.edits);
}

/* Behind a header that is not there the compiler looks at nothing. */
static size_t badness(const struct built *built)
{
	enum { FATAL = 1000000 };
	size_t bad = built->diags.errors;
	for (size_t i = 0; i < built->diags.len; i++) {
		if (str_ends(str_of(built->diags.items[i].message), STR("' file not found")))
			bad += FATAL;
	}
	return bad;
}

/* One attempt; what does not help is taken back. */
static int attempt(struct repairing *r, const char *source, unsigned chosen, struct built *built, bool *ret_better,
		   struct err *err)
{
	struct draft before = r->draft;
	struct built now;
	size_t done = r->done.len;
	*ret_better = false;
	for (size_t i = 0; i < before.len; i++)
		repair_file(r, &before, &before.items[i], source, &built->diags, chosen);
	if (r->draft.items == before.items)
		return 0;
	if (compiling_run(&r->compiling, &r->draft, source, &now, err) < 0)
		return -1;
	*ret_better = now.ok || (now.diags.errors > 0 && badness(&now) < badness(built));
	if (*ret_better) {
		*built = now;
		return 0;
	}
	r->draft = before;
	r->done.len = done;
	return 0;
}

static int repair_source(struct repairing *r, const char *source, struct err *err)
{
	struct built built;
	bool better = true;
	if (compiling_run(&r->compiling, &r->draft, source, &built, err) < 0)
		return -1;
	for (unsigned round = 0; round < ROUNDS && better && !built.ok; round++) {
		better = false;
		for (size_t i = 0; i < countof(attempts) && !better; i++) {
			if (attempt(r, source, attempts[i], &built, &better, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* ---- what is left */

static bool is_asked(const char *path, const char *only)
{
	return only ? strcmp(path, only) == 0 : str_ends(str_of(path), STR(".c"));
}

static bool has_diag(const struct diag_list *list, const struct diag *d)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct diag *other = &list->items[i];
		if (other->line == d->line && other->column == d->column && other->severity == d->severity &&
		    strcmp(other->file, d->file) == 0 && strcmp(other->message, d->message) == 0)
			return true;
	}
	return false;
}

/* What several sources say of a header is said once. */
static void add_diags(struct diag_list *all, const struct diag_list *more, struct arena *a)
{
	static const char root[] = PROJECT_ROOT "/";
	struct diag_list both = *all;
	both.items = arena_array(a, all->len + more->len, struct diag);
	for (size_t i = 0; i < all->len; i++)
		both.items[i] = all->items[i];
	for (size_t i = 0; i < more->len && both.len < 2 * DIAG_MAX; i++) {
		struct diag d = more->items[i];
		bool twice = false;
		d.file += str_starts(str_of(d.file), STR(root)) ? strlen(root) : 0;
		if (d.severity != DIAG_NOTE)
			twice = has_diag(&both, &d);
		for (; twice && i + 1 < more->len && more->items[i + 1].severity == DIAG_NOTE; i++)
			continue;
		both.errors += !twice && d.severity == DIAG_ERROR;
		if (!twice)
			both.items[both.len++] = d;
	}
	both.left_out += more->left_out;
	*all = both;
}

/* A header that was repaired for one source may be another's; what was compiled before costs nothing. */
static int look_at_all(const struct repairing *r, const char *only, struct autofix *fix, struct err *err)
{
	fix->ok = true;
	for (size_t i = 0; i < fix->draft.len; i++) {
		struct built built;
		if (!is_asked(fix->draft.items[i].path, only))
			continue;
		if (compiling_run(&r->compiling, &fix->draft, fix->draft.items[i].path, &built, err) < 0)
			return -1;
		if (built.ok)
			continue;
		const struct diag *first = diag_first_error(&built.diags);
		fix->ok = false;
		add_diags(&fix->diags, &built.diags, r->a);
		if (!fix->failure && (!first || !first->line))
			fix->failure = arena_printf(r->a, "%s: %s", fix->draft.items[i].path, built.failure);
	}
	return 0;
}

int autofix_run(struct toolchain *toolchain, const struct build_limits *limits, const struct spec *spec,
		const struct draft *draft, const char *only, struct arena *a, struct autofix *ret, struct err *err)
{
	struct repairing r = {.compiling = {toolchain, limits, spec, a}, .a = a};
	r.done.items = arena_array(a, AUTOFIX_DONE_MAX, const char *);
	r.draft = autofix_without_public(spec, draft, &r.done, a);
	for (size_t i = 0; i < draft->len; i++) {
		const char *path = draft->items[i].path;
		if (is_asked(path, only) && draft_has(&r.draft, path) && repair_source(&r, path, err) < 0)
			return -1;
	}
	struct autofix fix = {.draft = r.draft, .done = r.done};
	fix.problems = autofix_problems(spec, &fix.draft, only, a);
	if (look_at_all(&r, only, &fix, err) < 0)
		return -1;
	fix.ok &= fix.problems.len == 0;
	*ret = fix;
	return 0;
}
