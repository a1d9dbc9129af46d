#include "harness/simpublic.h"

#include "core/json.h"
#include "core/mem.h"
#include "core/path.h"
#include "harness/cfunctions.h"
#include "harness/ctoken.h"
#include "harness/workfolder.h"

enum { SPEC_MAX = 256 << 20, FILE_MAX = 64 << 20 };

#define CURRENT WORKFOLDER "/spec/current"

/* ---- from headers */

struct str simpublic_header(struct str text, struct arena *a)
{
	struct source_functions functions;
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_BUF struct buf cut;
	/* A header that is too much to parse is shared by nobody. */
	if (cfunctions_find(text, &scratch, &functions, NULL) < 0)
		return STR("");
	buf_init(&cut, FILE_MAX);
	size_t at = 0;
	for (size_t i = 0; i < functions.len; i++) {
		const struct source_function *f = &functions.items[i];
		struct str whole = str_first(str_from(text, f->start), f->end - f->start);
		size_t body = f->start + str_index(whole, '{');
		if (f->start < at || body >= f->end)
			continue;
		buf_append_str(&cut, str_first(str_from(text, at), body - at));
		buf_append_char(&cut, ';');
		at = f->end;
	}
	buf_append_str(&cut, str_from(text, at));
	return (struct str){arena_str(a, buf_str(&cut)), cut.len};
}

static bool is_word_before(struct str name)
{
	static const char *const words[] = {"if",     "while",	"for",	   "switch",
					    "sizeof", "return", "defined", "__attribute__"};
	for (size_t i = 0; i < countof(words); i++) {
		if (str_eq(name, str_of(words[i])))
			return true;
	}
	return false;
}

struct names {
	const char **items;
	size_t len, cap;
};

/* A name, a bracket, and behind that no "*", which would make it a pointer to a function. */
static void add_functions_of(struct str text, struct arena *a, struct names *names)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t, before = {.kind = CTOKEN_PUNCT};
	struct str opened = STR(""); /* the name in front of a bracket that was the last token */
	bool in_directive = false;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_COMMENT)
			continue;
		if (opened.len && !ctoken_is(&t, "*"))
			*vec_push(names) = arena_str(a, opened);
		if (t.kind == CTOKEN_HASH || t.kind == CTOKEN_END)
			in_directive = t.kind == CTOKEN_HASH;
		bool opens = !in_directive && ctoken_is(&t, "(") && before.kind == CTOKEN_NAME;
		opened = opens && !is_word_before(before.text) ? before.text : STR("");
		before = t;
	}
}

struct strings simpublic_functions(const struct sim_files *headers, struct arena *a)
{
	struct names names = {0};
	for (size_t i = 0; i < headers->len; i++)
		add_functions_of(headers->items[i].text, a, &names);
	struct strings sorted = {arena_copy(a, names.items, names.len, sizeof(*names.items)), names.len},
		       once = {sorted.items, 0};
	vec_release(&names);
	strings_sort(&sorted);
	for (size_t i = 0; i < sorted.len; i++) {
		if (!once.len || strcmp(once.items[once.len - 1], sorted.items[i]) != 0)
			once.items[once.len++] = sorted.items[i];
	}
	return once;
}

static void read_headers(const struct plan *plan, struct arena *a, struct simpublic *ret)
{
	struct sim_files files = {arena_array(a, plan->headers_len, struct sim_file), plan->headers_len};
	for (size_t i = 0; i < plan->headers_len; i++) {
		struct str text = plan_text(plan->library_tree, plan->headers[i]);
		files.items[i] = (struct sim_file){arena_strdup(a, plan->headers[i]), simpublic_header(text, a)};
	}
	*ret = (struct simpublic){files, simpublic_functions(&files, a), "the public headers"};
}

/* ---- from a specification */

struct reading {
	const char *folder; /* of the specification */
	struct arena *a;
	struct sim_files files;
	struct err *err;
};

static int read_file(struct reading *r, const char *where, const char *path)
{
	SCOPED_BUF struct buf text;
	const char *clean = path_join(r->a, "", str_of(path));
	buf_init(&text, FILE_MAX);
	if (!clean || !clean[0])
		return err_set(r->err, ERR_PARSE, CURRENT "/spec.json names the file %.200s; run `recast extract` anew",
			       path);
	if (fs_read(arena_printf(r->a, "%s/%s/%s", r->folder, where, clean), &text, r->err) < 0)
		return -1;
	r->files.items[r->files.len++] = (struct sim_file){clean, {arena_str(r->a, buf_str(&text)), text.len}};
	return 0;
}

static int read_listed(struct reading *r, const char *where, const json_t *paths)
{
	for (size_t i = 0; i < json_array_size(paths); i++) {
		if (read_file(r, where, json_text_item(paths, i)) < 0)
			return -1;
	}
	return 0;
}

static struct strings names_of(const json_t *functions, struct arena *a)
{
	struct strings names = {arena_array(a, json_array_size(functions), const char *), json_array_size(functions)};
	for (size_t i = 0; i < names.len; i++)
		names.items[i] = arena_strdup(a, json_text_of(json_array_get(functions, i), "name"));
	strings_sort(&names);
	return names;
}

static int read_spec(const char *folder, const json_t *spec, struct arena *a, struct simpublic *ret, struct err *err)
{
	const json_t *headers = json_object_get(spec, "headers"), *tests = json_object_get(spec, "test_files");
	size_t len = json_array_size(headers) + json_array_size(tests);
	struct reading r = {.folder = folder, .a = a, .files = {arena_array(a, len, struct sim_file), 0}, .err = err};
	if (read_listed(&r, "headers", headers) < 0 || read_listed(&r, "tests", tests) < 0)
		return -1;
	*ret = (struct simpublic){r.files, names_of(json_object_get(spec, "functions"), a), "the specification"};
	return 0;
}

int simpublic_read(const struct plan *plan, const char *project, const char *source, struct arena *a,
		   struct simpublic *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	SCOPED_JSON json_t *spec = NULL;
	const char *folder = arena_printf(a, "%s/" CURRENT, project), *file = arena_printf(a, "%s/spec.json", folder);
	buf_init(&text, SPEC_MAX);
	if (workfolder_check(project, err) < 0)
		return -1;
	if (fs_exists(file) && (fs_read(file, &text, err) < 0 || json_parse(buf_str(&text), file, &spec, err) < 0))
		return -1;
	/* One of another commit says nothing of this one. */
	if (spec && strcmp(json_text_of(spec, "source"), source) == 0)
		return read_spec(folder, spec, a, ret, err);
	read_headers(plan, a, ret);
	return 0;
}
