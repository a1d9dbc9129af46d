#include "harness/language_c.h"

#include "core/mem.h"
#include "harness/cdirective.h"
#include "harness/ownsource.h"

/*
 * A header can hold parts that only the library's own sources switch on, with a
 * #define in front of the #include. What these take and users do not is found by
 * preprocessing such sources; of those that switch the same, as many as are
 * needed to see every header once.
 */

/* What sources take from the headers, by what they have switched. */
struct view_of_library {
	struct hash switched; /* of the names */
	bool *seen;           /* by header */
};

/* A file that is none of the headers, and what it switches. */
struct defining {
	const char *path;
	struct nameset names;
};

struct showing {
	const struct suite *suite;
	const struct strings *paths; /* in byte order */
	struct arena *a;
	struct nameset conditions;       /* names in the headers' conditions */
	struct {
		struct defining *items; /* in byte order of their paths */
		size_t len, cap;
	} files;
	struct headercut_lines *library; /* by header; empty where nobody switches anything */
	struct {
		struct view_of_library *items;
		size_t len, cap;
	} views;
};

static void add_conditions(struct nameset *names, struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind != CTOKEN_HASH || !ctoken_next(&r, &t) ||
		    !(str_starts(t.text, STR("if")) || str_starts(t.text, STR("elif"))))
			continue;
		while (ctoken_next(&r, &t) && t.kind != CTOKEN_END) {
			if (t.kind == CTOKEN_NAME)
				nameset_add(names, t.text);
		}
	}
}

/* ---- what a source switches */

/* Names of conditions that the text defines or undefines. */
static void add_defined(const struct showing *w, struct str text, struct nameset *names)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_HASH && ctoken_next(&r, &t) && (ctoken_is(&t, "define") || ctoken_is(&t, "undef")) &&
		    ctoken_next(&r, &t) && t.kind == CTOKEN_NAME && nameset_has(&w->conditions, t.text))
			nameset_add(names, t.text);
	}
}

static int by_path(const void *a, const void *b)
{
	const struct defining *x = a, *y = b;
	return strcmp(x->path, y->path);
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

/* The header's number, or their number if it is none. */
static size_t header_index(const struct showing *w, const char *path)
{
	const char **found = w->paths->len ? bsearch(&path, w->paths->items, w->paths->len, sizeof(path), by_text) : NULL;
	return found ? (size_t)(found - w->paths->items) : w->paths->len;
}

/* Reads each file once. */
static void read_files(struct showing *w)
{
	const struct plan *plan = &w->suite->plan;
	for (size_t i = 0; i < plan->objects_len; i++) {
		const struct plan_object *o = &plan->objects[i];
		for (size_t k = 0; o->of_library && k < o->built.inputs.len; k++)
			*vec_push(&w->files) = (struct defining){.path = o->built.inputs.items[k]};
	}
	if (w->files.len)
		qsort(w->files.items, w->files.len, sizeof(*w->files.items), by_path);
	size_t kept = 0;
	for (size_t i = 0; i < w->files.len; i++) {
		struct defining *f = &w->files.items[i];
		if ((kept && strcmp(f->path, w->files.items[kept - 1].path) == 0) ||
		    header_index(w, f->path) < w->paths->len)
			continue;
		add_defined(w, plan_text(plan->library_tree, f->path), &f->names);
		w->files.items[kept++] = *f;
	}
	w->files.len = kept;
}

static bool defines(const struct compile *c, const char *definition)
{
	for (size_t i = 0; i < c->defines_len; i++) {
		if (strcmp(c->defines[i], definition) == 0)
			return true;
	}
	return false;
}

/* Those that one of the two has and the other has not. */
static void add_options(const struct showing *w, const struct compile *one, const struct compile *other,
			struct nameset *names)
{
	for (size_t i = 0; i < one->defines_len; i++) {
		struct str name = str_of(one->defines[i]);
		name = str_first(name, str_index(name, '='));
		if (!defines(other, one->defines[i]) && nameset_has(&w->conditions, name))
			nameset_add(names, name);
	}
}

static void add_switched(const struct showing *w, const struct plan_object *o, struct nameset *names)
{
	struct compile user = plan_compile(&w->suite->plan.user, w->a);
	add_options(w, &o->compile, &user, names);
	add_options(w, &user, &o->compile, names);
	for (size_t i = 0; i < o->built.inputs.len; i++) {
		struct defining key = {.path = o->built.inputs.items[i]}, *f;
		f = w->files.len ? bsearch(&key, w->files.items, w->files.len, sizeof(key), by_path) : NULL;
		for (size_t k = 0; f && k < f->names.len; k++)
			nameset_add(names, f->names.items[k]);
	}
	nameset_seal(names);
}

static struct view_of_library *view_for(struct showing *w, const struct nameset *names)
{
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < names->len; i++) {
		if (i == 0 || !str_eq(names->items[i], names->items[i - 1]))
			hasher_field(&h, names->items[i]);
	}
	struct hash switched = hasher_finish(&h);
	for (size_t i = 0; i < w->views.len; i++) {
		if (hash_eq(&w->views.items[i].switched, &switched))
			return &w->views.items[i];
	}
	struct view_of_library *view = vec_push(&w->views);
	*view = (struct view_of_library){switched, arena_array(w->a, w->paths->len, bool)};
	return view;
}

/* ---- what it takes */

static void add_lines(struct headercut_lines *all, struct headercut_lines more, struct arena *a)
{
	if (more.len > all->len) {
		struct headercut_lines longer = {arena_array(a, more.len, bool), more.len};
		for (size_t i = 0; i < all->len; i++)
			longer.taken[i] = all->taken[i];
		*all = longer;
	}
	for (size_t i = 0; i < more.len; i++)
		all->taken[i] |= more.taken[i];
}

static int preprocess(struct showing *w, const struct plan_object *o, struct arena *a, struct built *ret,
		      struct err *err)
{
	struct own_source source = {
		.path = "/recast/library.c",
		.text = arena_printf(a, "#include \"%s\"\n", o->compile.source),
		.project = w->suite->plan.library_tree,
		.options = o->compile,
		.limits = &w->suite->project->limits.build,
	};
	source.options.keep_defines = true;
	return own_preprocess(w->suite->tools, &source, a, ret, err);
}

static bool is_news(const struct showing *w, const struct plan_object *o, const struct view_of_library *view)
{
	for (size_t i = 0; i < o->built.inputs.len; i++) {
		size_t header = header_index(w, o->built.inputs.items[i]);
		if (header < w->paths->len && !view->seen[header])
			return true;
	}
	return false;
}

static int read_object(struct showing *w, const struct plan_object *o, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED(nameset_release) struct nameset names = {0};
	struct built built;
	add_switched(w, o, &names);
	struct view_of_library *view = view_for(w, &names);
	if (names.len == 0 || !is_news(w, o, view))
		return 0;
	if (preprocess(w, o, &scratch, &built, err) < 0)
		return -1;
	for (size_t i = 0; i < o->built.inputs.len; i++) {
		size_t header = header_index(w, o->built.inputs.items[i]);
		if (header == w->paths->len || view->seen[header])
			continue;
		view->seen[header] = true;
		const char *path = arena_printf(&scratch, PROJECT_ROOT "/%s", o->built.inputs.items[i]);
		add_lines(&w->library[header], headercut_lines(built.bytes, path, &scratch), w->a);
	}
	return 0;
}

/* ---- the headers */

static int show(struct showing *w, size_t index, struct headercut *ret, struct err *err)
{
	const char *path = w->paths->items[index];
	const struct suite *suite = w->suite;
	struct headercut_lines user = {0};
	struct str text = plan_text(suite->plan.library_tree, path);
	if (w->library[index].len)
		user = headercut_lines(suite->headers.bytes, arena_printf(w->a, PROJECT_ROOT "/%s", path), w->a);
	enum headercut_mode mode = language_c_header_only(suite) ? HEADERCUT_ALL : HEADERCUT_KEEP_CONFIGURED;
	if (headercut_make(path, text, mode, &user, &w->library[index], w->a, ret, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

static int show_all(struct showing *w, struct headercut *ret, struct err *err)
{
	const struct plan *plan = &w->suite->plan;
	for (size_t i = 0; i < w->paths->len; i++)
		add_conditions(&w->conditions, plan_text(plan->library_tree, w->paths->items[i]));
	nameset_seal(&w->conditions);
	read_files(w);
	for (size_t i = 0; i < plan->objects_len; i++) {
		const struct plan_object *o = &plan->objects[i];
		if (o->of_library && read_object(w, o, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < w->paths->len; i++) {
		if (show(w, i, &ret[i], err) < 0)
			return -1;
	}
	return 0;
}

int language_c_show_headers(const struct suite *suite, const struct strings *paths, struct arena *a,
			    struct headercut *ret, struct err *err)
{
	struct showing w = {.suite = suite, .paths = paths, .a = a};
	w.library = arena_array(a, paths->len, struct headercut_lines);
	int result = show_all(&w, ret, err);
	nameset_release(&w.conditions);
	for (size_t i = 0; i < w.files.len; i++)
		nameset_release(&w.files.items[i].names);
	vec_release(&w.files);
	vec_release(&w.views);
	return result;
}
