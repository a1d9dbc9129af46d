#include "harness/extract_parts.h"

#include "core/mem.h"

void extract_release(struct extracted *e)
{
	spec_release(&e->spec);
	fingerprints_release(&e->implementation);
	free(e->functions);
	suite_result_release(&e->baseline);
	arena_release(&e->arena);
	*e = (struct extracted){0};
}

void extract_expose(struct extraction *x, const struct exposure *exposure)
{
	*vec_push(&x->exposed) = *exposure;
}

bool extract_consented(const struct extraction *x, const char *path)
{
	return strings_have(&x->suite->project->consent, path);
}

void extract_add_file(struct spec_files *files, const char *path, struct str text)
{
	for (size_t i = 0; i < files->len; i++) {
		if (strcmp(files->items[i].path, path) == 0)
			return;
	}
	*vec_push(files) = (struct spec_file){path, text};
}

/* ---- headers */

static void note_pieces(struct extraction *x, const struct headercut *cut)
{
	for (size_t i = 0; i < cut->pieces_len; i++) {
		const struct headercut_piece *piece = &cut->pieces[i];
		extract_expose(x, &(struct exposure){
					  .what = piece->kept ? "inline function" : "body",
					  .name = piece->name,
					  .place = piece->place,
					  .shown = piece->kept,
					  .why = piece->kept ? "callers are compiled with it" : "it is implementation",
				  });
	}
}

/* Public headers, and what they include of the project. */
static struct strings public_files(const struct suite *suite, struct arena *a)
{
	const struct plan *plan = &suite->plan;
	struct strings all = {arena_array(a, plan->headers_len + suite->headers.inputs.len, const char *), 0};
	for (size_t i = 0; i < plan->headers_len; i++)
		all.items[all.len++] = plan->headers[i];
	for (size_t i = 0; i < suite->headers.inputs.len; i++) {
		if (!strings_have(&all, suite->headers.inputs.items[i]))
			all.items[all.len++] = suite->headers.inputs.items[i];
	}
	strings_sort(&all);
	return all;
}

/* Fills the spec's headers; *ret_macro_lines is what would be left of one that is all macros. */
static int show_headers(struct extraction *x, size_t *ret_macro_lines, struct err *err)
{
	struct strings files = public_files(x->suite, x->a);
	struct headercut *cuts = arena_array(x->a, files.len, struct headercut);
	*ret_macro_lines = 0;
	if (x->language->show_headers(x->suite, &files, x->a, cuts, err) < 0)
		return -1;
	for (size_t i = 0; i < files.len; i++) {
		extract_add_file(&x->e->spec.headers, files.items[i], cuts[i].text);
		note_pieces(x, &cuts[i]);
		*ret_macro_lines += cuts[i].macro_lines;
	}
	return 0;
}

/* A macro of several lines is code that users are compiled with, like the body of an inline function. */
static void note_macros(struct extraction *x)
{
	const struct interface *api = &x->e->spec.api;
	for (size_t i = 0; i < api->macros_len; i++) {
		const struct api_macro *m = &api->macros[i];
		if (m->function_like && m->place.end_line > m->place.line)
			extract_expose(x, &(struct exposure){
						  .what = "macro",
						  .name = m->name,
						  .place = m->place,
						  .shown = true,
						  .why = "callers are compiled with it",
					  });
	}
}

/* ---- the implementation, as a judge of texts knows it */

static void add_original(struct extraction *x, const char *path)
{
	struct extracted *e = x->e;
	struct str text = plan_text(x->suite->plan.library_tree, path);
	struct source_functions functions = {0};
	fingerprints_add(&e->implementation, path, text);
	/* Generated tables of many megabytes have no functions worth the time. */
	if (x->language->find_functions(text, x->a, &functions, NULL) < 0)
		return;
	for (size_t i = 0; i < functions.len; i++) {
		const struct source_function *f = &functions.items[i];
		e->functions = mem_grow(e->functions, e->functions_len, &e->functions_cap, sizeof(*e->functions));
		e->functions[e->functions_len++] =
			(struct original_function){f->name, {path, f->line, f->end_line}, f->is_static};
	}
}

const char *extract_quoted(const struct extraction *x, const struct shared_run *run)
{
	const struct extracted *e = x->e;
	for (size_t i = 0; i < e->functions_len; i++) {
		const struct original_function *f = &e->functions[i];
		if (strcmp(f->place.file, run->file) == 0 && f->place.line <= run->file_line &&
		    run->file_line <= f->place.end_line)
			return arena_printf(x->a, "%s in %s:%u", f->name, run->file, run->file_line);
	}
	return arena_printf(x->a, "%s:%u", run->file, run->file_line);
}

static void fingerprint_library(struct extraction *x)
{
	const struct suite *s = x->suite;
	struct fingerprints *set = &x->e->implementation;
	for (size_t i = 0; i < s->private_files.len; i++)
		add_original(x, arena_str(x->a, s->private_files.items[i]));
	/* What was cut out of headers is implementation too. */
	for (size_t i = 0; i < x->e->spec.headers.len; i++)
		add_original(x, x->e->spec.headers.items[i].path);
	fingerprints_seal(set);
	for (size_t i = 0; i < x->e->spec.headers.len; i++)
		fingerprints_without(set, x->e->spec.headers.items[i].text);
}

/* ---- documents */

static void show_document(struct extraction *x, const char *file, const struct readme_part *part, struct buf *shown)
{
	struct shared_runs runs =
		fingerprints_find(&x->e->implementation, part->text, FINGERPRINT_QUOTE, x->a);
	bool consented = extract_consented(x, file);
	for (size_t i = 0; i < runs.len; i++)
		extract_expose(x, &(struct exposure){
					  .what = "documentation",
					  .name = part->title,
					  .place = {file, part->line + runs.items[i].line - 1,
						    part->line + runs.items[i].end_line - 1},
					  .shown = consented,
					  .why = arena_printf(x->a, "it quotes %s%s", extract_quoted(x, &runs.items[i]),
							      consented ? "; recast.json consents" : ""),
				  });
	if (runs.len == 0 || consented)
		buf_append_str(shown, part->text);
}

static void show_readme(struct extraction *x)
{
	struct readme readme = {0};
	const struct tree_node *folder = tree_find(x->suite->plan.library_tree, PROJECT_ROOT);
	readme_find(folder, x->a, &readme);
	SCOPED_BUF struct buf shown;
	buf_init(&shown, README_MAX);
	for (size_t i = 0; i < readme.parts_len; i++)
		show_document(x, readme.file, &readme.parts[i], &shown);
	if (shown.len)
		extract_add_file(&x->e->spec.documents, readme.file,
				 (struct str){arena_str(x->a, buf_str(&shown)), shown.len});
}

/* ---- what is exported */

/* A symbol, and how many came before it. */
struct exported {
	const char *name, *source;
	size_t order;
};

struct exports {
	struct exported *items;
	size_t len, cap;
};

static int by_symbol(const void *a, const void *b)
{
	const struct exported *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b)
{
	const struct exported *x = a, *y = b;
	return (x->order > y->order) - (x->order < y->order);
}

static void add_exports(const struct plan_object *o, const struct wasmfile *symbols, struct exports *all)
{
	for (size_t i = 0; i < symbols->symbols_len; i++) {
		const struct wasmfile_symbol *s = &symbols->symbols[i];
		bool code = s->kind == WASMFILE_SYMBOL_FUNCTION || s->kind == WASMFILE_SYMBOL_DATA;
		if (s->defined && !s->local && code)
			*vec_push(all) = (struct exported){s->name, o->name, all->len};
	}
}

/* Keeps those that no public header declares, each once. */
static void keep_undeclared(const struct interface *api, struct exports *all)
{
	SCOPED(nameset_release) struct nameset globals = {0};
	size_t kept = 0;
	const char *last = NULL;
	for (size_t i = 0; i < api->globals_len; i++)
		nameset_add(&globals, str_of(api->globals[i].name));
	nameset_seal(&globals);
	if (all->len)
		qsort(all->items, all->len, sizeof(*all->items), by_symbol);
	for (size_t i = 0; i < all->len; i++) {
		struct str name = str_of(all->items[i].name);
		bool again = last && strcmp(last, name.ptr) == 0;
		last = name.ptr;
		if (!again && !interface_function(api, name) && !nameset_has(&globals, name))
			all->items[kept++] = all->items[i];
	}
	all->len = kept;
	if (kept)
		qsort(all->items, kept, sizeof(*all->items), by_order);
}

/* In the first configuration of each source. */
static void find_undeclared(struct extraction *x)
{
	const struct suite *s = x->suite;
	struct exports all = {0};
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		const struct plan_object *o = &s->plan.objects[i];
		if (o->of_library && o->built.ok)
			add_exports(o, &s->symbols[i], &all);
	}
	keep_undeclared(&x->e->spec.api, &all);
	x->e->undeclared = arena_array(x->a, all.len, struct undeclared);
	for (size_t i = 0; i < all.len; i++)
		x->e->undeclared[x->e->undeclared_len++] = (struct undeclared){all.items[i].name, all.items[i].source};
	vec_release(&all);
}

/* ---- the whole */

static void add_options(struct buf *out, const char *before, const struct strings *list)
{
	for (size_t i = 0; i < list->len; i++)
		buf_printf(out, "%s%s%s", out->len ? " " : "", before, list->items[i]);
}

/* What a rewrite has to know of them: macros and flags that differ. Each once, in the order of the programs. */
static struct strings ways_of(const struct extraction *x)
{
	const struct plan *plan = &x->suite->plan;
	struct strings ways = {arena_array(x->a, plan->programs_len, const char *), 0};
	for (size_t i = 0; i < plan->programs_len; i++) {
		const struct configuration *c = plan->programs[i].configuration;
		SCOPED_BUF struct buf text;
		buf_init(&text, PROJECT_FILE_MAX);
		add_options(&text, "-D", &x->suite->project->library.options.defines);
		add_options(&text, "-D", &c->defines);
		add_options(&text, "", &c->flags);
		const char *way = arena_str(x->a, buf_str(&text));
		if (!strings_have(&ways, way))
			ways.items[ways.len++] = way;
	}
	if (ways.len == 1)
		ways.len = 0;
	return ways;
}

static void begin_spec(struct extraction *x, const struct source *source)
{
	const struct build_options *user = &x->suite->plan.user;
	struct spec *spec = &x->e->spec;
	spec->name = x->suite->project->name;
	spec->language = x->language->name;
	spec->source = source->id;
	spec->include = user->include;
	spec->defines = user->defines;
	spec->flags = user->flags;
	spec->ways = ways_of(x);
}

/* A library of macros can have a function or two beside them. */
enum { MACRO_LINES_A_FUNCTION = 10 };

static const char *why_impossible(const struct extraction *x, size_t macro_lines)
{
	const struct interface *api = &x->e->spec.api;
	bool all_macros = macro_lines > MACRO_LINES_A_FUNCTION * (api->functions_len + api->globals_len);
	if (all_macros && x->language->is_header_only(x->suite))
		return arena_printf(x->a,
				    "the library is %zu lines of macros in its headers: whoever may see its interface has "
				    "seen its implementation",
				    macro_lines);
	if (api->functions_len || api->globals_len)
		return NULL;
	return "its public headers declare no function; library.headers names them";
}

/* What was left out is no part of the specification, not even its name. */
static void keep_overlaps(struct extraction *x)
{
	struct extracted *e = x->e;
	size_t len = x->exposed.len;
	e->overlaps = arena_array(x->a, len, struct exposure);
	e->overlaps_len = len;
	e->spec.exposed = arena_array(x->a, len, struct exposure);
	for (size_t i = 0; i < len; i++) {
		e->overlaps[i] = x->exposed.items[i];
		if (x->exposed.items[i].shown)
			e->spec.exposed[e->spec.exposed_len++] = x->exposed.items[i];
	}
}

static int take_apart(struct extraction *x, const struct source *source, struct err *err)
{
	struct extracted *e = x->e;
	size_t macro_lines;
	begin_spec(x, source);
	if (suite_run(x->suite, &e->baseline, err) < 0 ||
	    x->language->read_interface(x->suite, x->a, &e->spec.api, &e->layout_trouble, err) < 0 ||
	    show_headers(x, &macro_lines, err) < 0)
		return -1;
	note_macros(x);
	e->spec.impossible = why_impossible(x, macro_lines);
	fingerprint_library(x);
	extract_hide_comments(x);
	show_readme(x);
	find_undeclared(x);
	if (extract_tests(x, err) < 0)
		return -1;
	keep_overlaps(x);
	return 0;
}

static int check_suite(const struct suite *suite, struct err *err)
{
	if (suite->library_failure)
		return err_set(err, ERR_USAGE, "the library does not build: %s", suite->library_failure);
	if (suite->plan.headers_len == 0)
		return err_set(err, ERR_USAGE, "recast.json: library.headers: no public headers, so there is nothing to "
					       "specify; name those that a user of the library includes");
	if (!suite->headers.ok)
		return err_set(err, ERR_USAGE,
			       "recast.json: library.headers: the public headers cannot be read together: %s; "
			       "library.include, library.defines or a shorter list may help",
			       suite->headers.failure);
	return 0;
}

int extract_run(const struct suite *suite, const struct source *source, struct extracted *ret, struct err *err)
{
	struct extracted e = {0};
	struct extraction x = {
		.suite = suite,
		.language = language_find(suite->project->language),
		.e = &e,
		.a = &e.arena,
	};
	if (check_suite(suite, err) < 0)
		return -1;
	int result = take_apart(&x, source, err);
	vec_release(&x.exposed);
	if (result < 0) {
		extract_release(&e);
		return -1;
	}
	*ret = e;
	return 0;
}
