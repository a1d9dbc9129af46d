#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/confheader.h"
#include "harness/ctoken.h"

#include <ctype.h>

/* Headers that a build makes: from a template, from what a configure script asks, or those that say
 * which symbols a shared library exports. */

enum { CONFIG_MAX = 1 << 20 };

/* What a header can be made of. */
struct recipe {
	const struct scout_file *template; /* or NULL */
	const struct fact_template *said;  /* or NULL */
	bool exports;
};

/* ---- recipes */

static bool is_template_of(const char *path, const char *name)
{
	static const char *const ends[] = {".in", ".cmake", ".cmake.in", ".cmakein", ".meson", ".meson.in", "_in",
					   ".template"};
	const char *base = path_base_of(path), *wanted = path_base_of(name);
	if (strncmp(base, wanted, strlen(wanted)) != 0) {
		/* "config-cmake.h.in", "config.in.h" are found by what a build file says. */
		return false;
	}
	for (size_t i = 0; i < countof(ends); i++) {
		if (strcmp(base + strlen(wanted), ends[i]) == 0)
			return true;
	}
	return false;
}

/* One with a template goes before one that is made of questions alone. */
static const struct fact_template *said_template(const struct scout *s, const char *name)
{
	const struct fact_template *found = NULL;
	for (size_t i = 0; i < s->facts.templates_len; i++) {
		const struct fact_template *t = &s->facts.templates[i];
		if (strcmp(path_base_of(t->to), path_base_of(name)) != 0)
			continue;
		if (t->from && scout_file(s, t->from))
			return t;
		if (!t->from && !found && t->asks.len + t->values.len)
			found = t;
	}
	return found;
}

static size_t nearness(const struct scout_file *f, const char *from)
{
	size_t place = f->place == PLACE_LIBRARY ? 100000 : f->place == PLACE_VENDOR ? 50000 : 0;
	return place + scout_shared(f->path, from) * 100 + (99 - min_size(strlen(f->folder), 99));
}

/* "x_export.h", "x-exports.h", "export.h". */
static bool is_export_header(const char *name)
{
	struct str stem = path_stem(str_of(name));
	return str_ends(str_of(name), STR(".h")) && (str_ends(stem, STR("export")) || str_ends(stem, STR("exports")));
}

static bool find_recipe(const struct scout *s, const char *name, const char *from, struct recipe *ret)
{
	struct recipe r = {.said = said_template(s, name)};
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		if (is_template_of(f->path, name) && confheader_is_template(f->text) &&
		    (!r.template || nearness(f, from) > nearness(r.template, from)))
			r.template = f;
	}
	if (!r.template && r.said)
		r.template = scout_file(s, r.said->from);
	r.exports = !r.template && !r.said && is_export_header(name);
	*ret = r;
	return r.template || r.said || r.exports;
}

bool scout_can_make(const struct scout *s, const char *name, const char *from)
{
	struct recipe r;
	return find_recipe(s, name, from, &r) && !r.exports;
}

/* ---- where they go */

/* Beside the file that asks if that finds it, else beside the template. */
static const char *place_of_made(struct scout *s, const struct recipe *r, const char *name, const char *from)
{
	const struct scout_file *asks = scout_file(s, from);
	if (asks && !strchr(name, '/'))
		return path_join(s->a, asks->folder, str_of(name));
	if (strchr(name, '/'))
		return path_join(s->a, s->library.include.len ? s->library.include.items[0] : "", str_of(name));
	if (r->template)
		return path_join(s->a, r->template->folder, str_of(name));
	return r->said ? path_join(s->a, "", str_of(r->said->to)) : name;
}

static bool is_made(const struct scout *s, const char *path)
{
	for (size_t i = 0; i < s->library_files.len; i++) {
		if (strcmp(s->library_files.items[i].path, path) == 0)
			return true;
	}
	return false;
}

/* ---- of templates and questions */

/* Names that nobody could answer for, as one text. */
static void say_made(struct scout *s, const char *path, const char *of, const struct confheader *made)
{
	SCOPED_BUF struct buf names;
	size_t guessed = 0;
	buf_init(&names, 80);
	for (size_t i = 0; i < made->answers_len; i++) {
		if (!made->answers[i].guessed)
			continue;
		if (guessed++ < 3)
			buf_printf(&names, "%s%.40s", guessed > 1 ? ", " : "", made->answers[i].name);
	}
	if (guessed == 0)
		scout_find(s, FINDING_FOUND, "library.files", "%s: made from %s; the sandbox answered all of it", path,
			   of);
	else
		scout_find(s, FINDING_GUESSED, "library.files", "%s: made from %s; %s%s could not be asked and %s off",
			   path, of, names.ptr, guessed > 3 ? " and others" : "", guessed > 1 ? "are" : "is");
}

/* What autoheader would write. */
static struct str questions_of(struct scout *s, const struct fact_template *said)
{
	SCOPED_BUF struct buf text;
	struct nameset names = {0};
	buf_init(&text, CONFIG_MAX);
	for (size_t i = 0; i < said->asks.len; i++)
		nameset_add(&names, str_of(said->asks.items[i]));
	for (size_t i = 0; i < said->values.len; i++) {
		struct str value = str_of(said->values.items[i]);
		nameset_add(&names, str_first(value, str_index(value, '=')));
	}
	nameset_seal(&names);
	for (size_t i = 0; i < names.len; i++) {
		if (i == 0 || !str_eq(names.items[i], names.items[i - 1]))
			buf_printf(&text, "#undef %.*s\n", STR_ARG(names.items[i]));
	}
	nameset_release(&names);
	return (struct str){arena_str(s->a, buf_str(&text)), text.len};
}

static int make_config(struct scout *s, const struct recipe *r, const char *path, struct str *ret, struct err *err)
{
	static const struct strings none = {0};
	struct confheader made;
	struct str from = r->template ? r->template->text : questions_of(s, r->said);
	const char *of = r->template ? r->template->path : r->said->file;
	if (r->template && r->said && r->said->verbatim) {
		scout_find(s, FINDING_FOUND, "library.files", "%s: copied from %s", path, of);
		*ret = from;
		return 0;
	}
	if (confheader_make(from, r->said ? &r->said->values : &none, s->tools, s->a, &made, err) < 0)
		return -1;
	say_made(s, path, of, &made);
	*ret = made.text;
	return 0;
}

/* ---- of what is exported */

/* "MY_LIB" of "my-lib_export.h"; "" of "export.h". */
static const char *export_prefix(struct scout *s, const char *name)
{
	struct str stem = path_stem(str_of(name));
	stem = str_first(stem, stem.len - (str_ends(stem, STR("exports")) ? 7 : 6));
	while (stem.len && !isalnum((unsigned char)stem.ptr[stem.len - 1]))
		stem.len--;
	char *prefix = arena_str(s->a, stem);
	for (char *c = prefix; *c; c++)
		*c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
	return prefix;
}

static bool is_export_macro(struct str name, const char *prefix)
{
	static const char *const words[] = {"EXPORT", "API", "PUBLIC", "DEPRECATED", "IMPORT"};
	bool says = false;
	for (size_t i = 0; i < countof(words); i++)
		says = says || memmem(name.ptr, name.len, words[i], strlen(words[i]));
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		if (!isupper(c) && !isdigit(c) && c != '_')
			return false;
	}
	return says && name.len < 100 && str_starts(name, str_of(prefix));
}

/* Such macros that a header uses, and those that it defines. */
static void read_export_macros(const struct scout_file *f, const char *prefix, struct nameset *used,
			       struct nameset *defined)
{
	struct ctoken_reader r = ctoken_reader(str_first(f->text, SCOUT_SCAN_MAX));
	struct ctoken token;
	bool defines = false;
	while (ctoken_next(&r, &token)) {
		if (token.kind == CTOKEN_NAME && is_export_macro(token.text, prefix)) {
			if (defines)
				nameset_add(defined, token.text);
			else if (!r.in_directive)
				nameset_add(used, token.text);
		}
		defines = r.in_directive && ctoken_is(&token, "define");
	}
}

static struct str export_text(struct scout *s, const char *name)
{
	static const char *const usual[] = {"EXPORT", "NO_EXPORT", "DEPRECATED", "DEPRECATED_EXPORT",
					    "DEPRECATED_NO_EXPORT"};
	SCOPED_BUF struct buf text;
	struct nameset used = {0}, defined = {0};
	const char *prefix = export_prefix(s, name);
	buf_init(&text, CONFIG_MAX);
	buf_append_cstr(&text, "#pragma once\n");
	for (size_t i = 0; i < countof(usual) && prefix[0]; i++)
		nameset_add(&used, str_of(arena_printf(s->a, "%s_%s", prefix, usual[i])));
	for (size_t i = 0; i < s->files.len; i++) {
		if (s->files.items[i].header && s->files.items[i].place == PLACE_LIBRARY)
			read_export_macros(&s->files.items[i], prefix, &used, &defined);
	}
	nameset_seal(&used);
	nameset_seal(&defined);
	for (size_t i = 0; i < used.len; i++) {
		bool again = i > 0 && str_eq(used.items[i], used.items[i - 1]);
		if (!again && !nameset_has(&defined, used.items[i]))
			buf_printf(&text, "#define %.*s\n", STR_ARG(used.items[i]));
	}
	nameset_release(&used);
	nameset_release(&defined);
	return (struct str){arena_str(s->a, buf_str(&text)), text.len};
}

/* ---- making */

static int make_at(struct scout *s, const struct recipe *r, const char *path, struct err *err)
{
	struct scout_made made = {.path = path, .of = r->template ? r->template->path : NULL};
	if (r->exports) {
		made.text = export_text(s, path);
		scout_find(s, FINDING_FOUND, "library.files", "%s: made; its macros for exports are empty", path);
	} else if (make_config(s, r, path, &made.text, err) < 0) {
		return -1;
	}
	*vec_push(&s->library_files) = made;
	scout_list_add(&s->library.include, arena_str(s->a, path_folder(str_of(path))));
	return scout_renew_trees(s, err);
}

int scout_make_header(struct scout *s, const char *name, const char *from, bool *ret_found, struct err *err)
{
	struct recipe r;
	if (!find_recipe(s, name, from, &r))
		return 0;
	const char *path = place_of_made(s, &r, name, from);
	if (!path || is_made(s, path))
		return 0;
	if (make_at(s, &r, path, err) < 0)
		return -1;
	*ret_found = true;
	return 0;
}

/* Two build files may put what they make of one template into different folders. */
static bool is_made_of(const struct scout *s, const struct recipe *r, const char *path)
{
	for (size_t i = 0; r->template && i < s->library_files.len; i++) {
		const struct scout_made *m = &s->library_files.items[i];
		bool same = m->of && strcmp(m->of, r->template->path) == 0;
		if (same && strcmp(path_base_of(m->path), path_base_of(path)) == 0)
			return true;
	}
	return false;
}

int scout_make_installed(struct scout *s, struct err *err)
{
	for (size_t i = 0; i < s->facts.headers.len; i++) {
		const char *path = s->facts.headers.items[i];
		struct recipe r;
		if (scout_file(s, path) || is_made(s, path) || scout_place(path) != PLACE_LIBRARY ||
		    !find_recipe(s, path, path, &r) || is_made_of(s, &r, path))
			continue;
		if (make_at(s, &r, path, err) < 0)
			return -1;
		scout_add_file(s, path, s->library_files.items[s->library_files.len - 1].text);
	}
	return 0;
}

/* ---- which of them are public */

static bool is_included_by(const struct scout_file *f, const char *path)
{
	for (size_t i = 0; i < f->includes_len; i++) {
		const char *base = path_base_of(path);
		struct str name = f->includes[i].name;
		if (str_ends(name, str_of(base)) &&
		    (name.len == strlen(base) || name.ptr[name.len - strlen(base) - 1] == '/'))
			return true;
	}
	return false;
}

void scout_publish_made(struct scout *s)
{
	size_t said = s->headers.len;
	for (size_t i = 0; i < s->library_files.len; i++) {
		const char *path = s->library_files.items[i].path;
		for (size_t k = 0; k < said && str_ends(str_of(path), STR(".h")); k++) {
			const struct scout_file *f = scout_file(s, s->headers.items[k]);
			if (f && is_included_by(f, path))
				scout_list_add(&s->headers, path);
		}
	}
}
