#include "harness/unitplan.h"

#include "core/path.h"
#include "core/utf8.h"

/* ---- what is to be defined */

/* A body that is shown stays in the header. */
static bool has_shown_body(const struct spec *spec, const char *function)
{
	for (size_t i = 0; i < spec->exposed_len; i++) {
		const struct exposure *e = &spec->exposed[i];
		if (e->shown && strcmp(e->what, "inline function") == 0 && strcmp(e->name, function) == 0)
			return true;
	}
	return false;
}

static bool is_wanted(const struct spec *spec, const struct api_function *f)
{
	if (!f->has_body)
		return !f->is_static;
	return !has_shown_body(spec, f->name);
}

struct strings unitplan_wanted(const struct spec *spec, struct arena *a)
{
	const struct interface *api = &spec->api;
	struct strings wanted = {arena_array(a, api->functions_len + api->globals_len, const char *), 0};
	for (size_t i = 0; i < api->functions_len; i++) {
		if (is_wanted(spec, &api->functions[i]))
			wanted.items[wanted.len++] = api->functions[i].name;
	}
	for (size_t i = 0; i < api->globals_len; i++)
		wanted.items[wanted.len++] = api->globals[i].name;
	return wanted;
}

/* ---- paths */

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Each name begins with a letter, digit or "_", so none is hidden, "..", or an option. */
bool unitplan_path(struct str path)
{
	bool begins = true;
	if (path.len > UNITPLAN_PATH_MAX)
		return false;
	for (size_t i = 0; i < path.len; i++) {
		char c = path.ptr[i];
		if (!is_plain(c) && (begins || !strchr("-./", c) || c == '\0'))
			return false;
		begins = c == '/';
	}
	struct str base = path_base(path);
	return base.len > 2 && (str_ends(base, STR(".c")) || str_ends(base, STR(".h")));
}

bool unitplan_is_taken(const struct spec *spec, const char *path)
{
	const struct spec_files *all[] = {&spec->headers, &spec->tests, &spec->documents};
	for (size_t k = 0; k < countof(all); k++) {
		for (size_t i = 0; i < all[k]->len; i++) {
			const char *other = all[k]->items[i].path;
			if (strcmp(other, path) == 0 || (k == 0 && strcmp(path_base_of(other), path_base_of(path)) == 0))
				return true;
		}
	}
	return false;
}

/* ---- one file for all */

static const char *file_name(const char *library, struct arena *a)
{
	enum { LEN_MAX = 40 };
	char *name = arena_alloc(a, LEN_MAX + 1, 1);
	size_t len = 0;
	for (const char *c = library; *c && len < LEN_MAX; c++) {
		bool upper = *c >= 'A' && *c <= 'Z';
		if (is_plain(*c))
			name[len++] = (char)(upper ? *c - 'A' + 'a' : *c);
		else if (len > 0 && name[len - 1] != '-')
			name[len++] = '-';
	}
	while (len > 0 && name[len - 1] == '-')
		name[--len] = '\0';
	return len ? name : "library";
}

struct unitplan unitplan_whole(const struct spec *spec, struct arena *a)
{
	struct unit *unit = arena_new(a, struct unit);
	const char *name = file_name(spec->name, a);
	*unit = (struct unit){.path = arena_printf(a, "src/%s.c", name), .purpose = "", .functions = unitplan_wanted(spec, a)};
	for (unsigned n = 2; unitplan_is_taken(spec, unit->path); n++)
		unit->path = arena_printf(a, "src/%s-%u.c", name, n);
	return (struct unitplan){unit, 1};
}

/* ---- a plan that is there */

const struct unit *unitplan_owner(const struct unitplan *plan, const char *function)
{
	for (size_t i = 0; i < plan->len; i++) {
		const struct strings *functions = &plan->items[i].functions;
		for (size_t k = 0; k < functions->len; k++) {
			if (strcmp(functions->items[k], function) == 0)
				return &plan->items[i];
		}
	}
	return NULL;
}

static void write_list(struct buf *out, const char *key, const struct strings *list, const char *quote)
{
	for (size_t i = 0; i < list->len; i++)
		buf_printf(out, "%s%s%s%s", i ? ", " : key, quote, list->items[i], quote);
	buf_append_cstr(out, list->len ? "\n" : "");
}

struct str unitplan_text(const struct unitplan *plan, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, SIZE_MAX / 4);
	for (size_t i = 0; i < plan->len; i++) {
		const struct unit *u = &plan->items[i];
		buf_printf(&out, "- `%s`%s%s\n", u->path, u->purpose[0] ? ": " : "", u->purpose);
		write_list(&out, "  - defines: ", &u->functions, "");
		write_list(&out, "  - after: ", &u->after, "`");
	}
	return (struct str){arena_str(a, buf_str(&out)), out.len};
}
