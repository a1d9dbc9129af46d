#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/ctoken.h"

/* Which headers are for users: what a build file installs; else what lies in a folder "include";
 * else the one that is named like the project, with those that examples and tests include beside it. */

static bool may_be_public(const struct scout_file *f)
{
	return f->header && f->place == PLACE_LIBRARY && !scout_is_private(f->base);
}

/* C's own headers have a suffix, C++'s have none. */
static bool is_cpp(const struct scout_file *f)
{
	for (size_t i = 0; i < f->includes_len; i++) {
		if (!f->includes[i].quoted && str_index(f->includes[i].name, '.') == f->includes[i].name.len)
			return true;
	}
	return false;
}

/* Installed headers, as far as they are there or can be made. */
static void take_installed(struct scout *s)
{
	for (size_t i = 0; i < s->facts.headers.len; i++) {
		const struct scout_file *f = scout_file(s, s->facts.headers.items[i]);
		if (f && f->header && f->place != PLACE_TEST && !is_cpp(f))
			scout_list_add(&s->headers, f->path);
	}
}

static bool is_in_include(const char *path)
{
	return strncmp(path, "include/", 8) == 0 || strstr(path, "/include/") != NULL;
}

static void take_include_folder(struct scout *s)
{
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (may_be_public(f) && is_in_include(f->path))
			scout_list_add(&s->headers, f->path);
	}
}

/* A header of the project's name, the highest one. */
static void take_named(struct scout *s)
{
	const struct scout_file *best = NULL;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (may_be_public(f) && scout_is_named(f->base, s->name) &&
		    (!best || strlen(f->folder) < strlen(best->folder)))
			best = f;
	}
	if (best)
		scout_list_add(&s->headers, best->path);
}

/* Headers that others than the library itself include. */
static void take_used(struct scout *s, enum scout_place by)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct nameset names = {0};
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		for (size_t k = 0; f->place == by && k < f->includes_len; k++)
			nameset_add(&names, str_of(path_base_of(arena_str(&scratch, f->includes[k].name))));
	}
	nameset_seal(&names);
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (may_be_public(f) && nameset_has(&names, str_of(f->base)))
			scout_list_add(&s->headers, f->path);
	}
	nameset_release(&names);
}

static void take_highest(struct scout *s)
{
	size_t least = SIZE_MAX;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < s->files.len; i++) {
			const struct scout_file *f = &s->files.items[i];
			size_t depth = strlen(f->folder);
			if (!may_be_public(f))
				continue;
			if (pass == 0)
				least = min_size(least, depth);
			else if (depth == least)
				scout_list_add(&s->headers, f->path);
		}
	}
}

static void take_guessed(struct scout *s)
{
	take_include_folder(s);
	if (s->headers.len == 0) {
		take_named(s);
		take_used(s, PLACE_EXAMPLE);
		if (s->headers.len == 0 || !s->facts.targets_len)
			take_used(s, PLACE_TEST);
	}
	if (s->headers.len == 0)
		take_highest(s);
}

/* ---- what they declare */

/* Whether what stands behind a name, and maybe a macro, makes it look like a declared one: a
 * parameter's name is followed by "," and ")". "name OF((int))" and "EXPORT(int, name, (int))"
 * are ways to write that too. */
static bool is_declared(const struct ctoken *next, const struct ctoken *second)
{
	if (ctoken_is(next, "(") || ctoken_is(next, ";") || ctoken_is(next, "["))
		return true;
	bool opens = ctoken_is(second, "(");
	return opens && (next->kind == CTOKEN_NAME || ctoken_is(next, ",") || ctoken_is(next, ")"));
}

static void read_declared(struct scout *s, const struct scout_file *f)
{
	struct ctoken_reader r = ctoken_reader(str_first(f->text, SCOUT_SCAN_MAX));
	struct ctoken window[3] = {0};
	bool more = true;
	while (more) {
		window[0] = window[1];
		window[1] = window[2];
		do {
			more = ctoken_next(&r, &window[2]);
		} while (more && (window[2].kind == CTOKEN_COMMENT || r.in_directive));
		if (!more)
			window[2] = (struct ctoken){0};
		if (window[0].kind == CTOKEN_NAME && window[0].text.len && is_declared(&window[1], &window[2]))
			nameset_add(&s->declared, window[0].text);
	}
}

/* All that public headers include of the project declares for them too. */
static void read_with_included(struct scout *s)
{
	struct scout_reach reach;
	const struct scout_file *f;
	scout_reach_init(&reach, s, &s->library.include, NULL);
	for (size_t i = 0; i < s->headers.len; i++)
		scout_reach_add(&reach, s->headers.items[i]);
	while ((f = scout_reach_next(&reach))) {
		if (f->header)
			read_declared(s, f);
	}
	nameset_seal(&s->declared);
	scout_reach_release(&reach);
}

int scout_expanded_names(struct scout *s, struct err *err)
{
	SCOPED_BUF struct buf text;
	struct str expanded;
	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < s->headers.len; i++)
		buf_printf(&text, "#include \"" PROJECT_ROOT "/%s\"\n", s->headers.items[i]);
	if (scout_preprocess_text(s, text.ptr, &expanded, err) < 0)
		return -1;
	nameset_add_identifiers_from(&s->declared, expanded, STR(PROJECT_ROOT "/"));
	nameset_seal(&s->declared);
	return 0;
}

/* ---- folders */

/* "include/x/y.h" is included as "x/y.h", others as "y.h"; what else is needed the compiler asks for. */
static void add_roots(struct scout *s)
{
	for (size_t i = 0; i < s->headers.len; i++) {
		const char *path = s->headers.items[i], *inside = strstr(path, "/include/");
		if (strncmp(path, "include/", 8) == 0)
			scout_list_add(&s->library.include, "include");
		else if (inside)
			scout_list_add(&s->library.include,
				       arena_str(s->a, (struct str){path, (size_t)(inside - path) + 8}));
		else
			scout_list_add(&s->library.include, arena_str(s->a, path_folder(str_of(path))));
	}
}

int scout_headers(struct scout *s, struct err *err)
{
	if (scout_make_installed(s, err) < 0)
		return -1;
	take_installed(s);
	bool installed = s->headers.len > 0;
	if (!installed)
		take_guessed(s);
	add_roots(s);
	read_with_included(s);
	if (installed)
		scout_find(s, FINDING_FOUND, "library.headers", "%zu %s, as build files install %s", s->headers.len,
			   s->headers.len == 1 ? "header" : "headers", s->headers.len == 1 ? "it" : "them");
	else if (s->headers.len)
		scout_find(s, FINDING_GUESSED, "library.headers",
			   "%s%s, by name and place; no build file says which are public",
			   s->headers.items[0], s->headers.len > 1 ? " and others" : "");
	else
		scout_find(s, FINDING_OPEN, "library.headers",
			   "no header looks public; name those that users include");
	return 0;
}
