#include "harness/scout_parts.h"

#include "core/mem.h"

/* Headers that the compiler did not find: a folder of the project has them, or they are made from
 * a template as a configure script would do, or another platform's stands in. */

enum { ASKED_MAX = 200 };

struct search {
	struct scout *s;
	const char *name, *from;
	bool tests;
	const struct scout_file *best;
	size_t best_score;
};

/* Whether `path` is `name` in some folder, which is then *ret_folder. */
static bool is_below(struct arena *a, const char *path, const char *name, const char **ret_folder)
{
	size_t path_len = strlen(path), name_len = strlen(name);
	if (path_len < name_len || strcmp(path + path_len - name_len, name) != 0)
		return false;
	if (path_len == name_len)
		*ret_folder = "";
	else if (path[path_len - name_len - 1] != '/')
		return false;
	else
		*ret_folder = arena_str(a, (struct str){path, path_len - name_len - 1});
	return true;
}

static size_t depth_of(const char *path)
{
	size_t depth = 0;
	for (; *path; path++)
		depth += *path == '/';
	return depth;
}

/* The more, the nearer: what lies beside the file that asks, then what lies high. */
static size_t nearness(const struct search *search, const struct scout_file *f)
{
	bool fits = f->place == PLACE_LIBRARY || (search->tests && f->place == PLACE_TEST);
	return (fits ? 100000 : f->place == PLACE_VENDOR ? 50000 : 0) + scout_shared(f->path, search->from) * 100 +
	       (99 - min_size(depth_of(f->path), 99));
}

static void consider(struct search *search, const struct scout_file *f)
{
	size_t score = 1 + nearness(search, f);
	if (score > search->best_score) {
		search->best = f;
		search->best_score = score;
	}
}

/* "../lib/x.h" as "lib/x.h": where it starts is not known. */
static const char *without_dots(const char *name)
{
	for (;;) {
		if (strncmp(name, "../", 3) == 0)
			name += 3;
		else if (strncmp(name, "./", 2) == 0)
			name += 2;
		else
			return name;
	}
}

static const struct scout_file *find_as_it_is(struct scout *s, const char *name, const char *from, bool tests)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct search search = {.s = s, .name = name, .from = from, .tests = tests};
	const char *folder;
	for (size_t i = 0; i < s->files.len; i++) {
		if (is_below(&scratch, s->files.items[i].path, name, &folder))
			consider(&search, &s->files.items[i]);
	}
	return search.best;
}

/* ---- the search */

static bool add_folder(struct scout *s, const struct scout_file *f, const char *name, bool tests)
{
	const char *folder;
	if (!f || !is_below(s->a, f->path, name, &folder) || scout_list_has(&s->library.include, folder) ||
	    (tests && scout_list_has(&s->tests.include, folder)))
		return false;
	/* What tests find in the library's own folders they find for all. */
	bool own = tests && f->place != PLACE_LIBRARY;
	return scout_list_add(own ? &s->tests.include : &s->library.include, folder);
}

int scout_find_header(struct scout *s, const char *name, const char *from, bool tests, bool *ret_found,
		      struct err *err)
{
	*ret_found = false;
	name = without_dots(name);
	const struct scout_file *f = find_as_it_is(s, name, from, tests);
	bool usual = f &&
		     (f->place == PLACE_LIBRARY || f->place == PLACE_VENDOR || (tests && f->place == PLACE_TEST));
	if (usual) {
		*ret_found = add_folder(s, f, name, tests);
		return 0;
	}
	if (scout_make_header(s, name, from, ret_found, err) < 0)
		return -1;
	if (*ret_found || !f)
		return 0;
	*ret_found = add_folder(s, f, name, tests);
	if (*ret_found)
		scout_find(s, FINDING_GUESSED, tests ? "tests.include" : "library.include",
			   "%s, which %s asks for, is taken from %s", name, from, f->path);
	return 0;
}

/* ---- headers that are only asked for under a macro */

/* Whether a library's source includes a header that only a template can give, and asks HAVE_CONFIG_H first. */
static const char *wants_config(struct scout *s, const struct scout_file *f, struct scout_list *asked)
{
	bool concerns = f->in_library || (f->source && f->place == PLACE_LIBRARY && f->object.tried && !f->object.ok);
	if (!concerns || !memmem(f->text.ptr, f->text.len, "HAVE_CONFIG_H", 13))
		return NULL;
	for (size_t i = 0; i < f->includes_len && asked->len < ASKED_MAX; i++) {
		const char *name = arena_str(s->a, f->includes[i].name);
		if (scout_list_add(asked, name) && !scout_included(s, f, &f->includes[i], &s->library.include) &&
		    scout_can_make(s, name, f->path))
			return name;
	}
	return NULL;
}

int scout_config_header(struct scout *s, struct err *err)
{
	struct scout_list asked = {0};
	const char *name = NULL, *from = NULL;
	bool found = false;
	for (size_t i = 0; !name && i < s->files.len; i++) {
		from = s->files.items[i].path;
		name = wants_config(s, &s->files.items[i], &asked);
	}
	vec_release(&asked);
	if (!name)
		return 0;
	if (scout_make_header(s, name, from, &found, err) < 0)
		return -1;
	if (found)
		scout_list_add(&s->library.defines, "HAVE_CONFIG_H");
	return 0;
}
