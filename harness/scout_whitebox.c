#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/view.h"

/*
 * Tests that include a source of the library would judge a copy of it. Many use its public side only,
 * so they get that instead: an overlay for tests puts headers in the source's place, and functions of
 * their helper headers that need more than that lose their bodies.
 */

enum { CUTS_MAX = 30 };

/* Whether the sandbox has this header of C or POSIX. */
static bool is_systems(const struct tree *tree, struct str name)
{
	static const char *const folders[] = {"/usr/include/wasm32-wasip1", "/usr/include/wasm32-wasi",
					      "/usr/include"};
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < countof(folders); i++) {
		const char *path = arena_printf(&scratch, "%s/%.*s", folders[i], STR_ARG(name));
		if (memmem(name.ptr, name.len, "..", 2) == NULL && view_resolve(tree, path))
			return true;
	}
	return false;
}

static bool defines_macro(const struct scout_file *f, struct str macro)
{
	struct ctoken_reader r = ctoken_reader(str_first(f->text, SCOUT_SCAN_MAX));
	struct ctoken token;
	bool defines = false;
	while (ctoken_next(&r, &token)) {
		if (defines && str_eq(token.text, macro))
			return true;
		defines = r.in_directive && ctoken_is(&token, "define");
	}
	return false;
}

/* What a user of the source would include, and what the source itself has of C's headers. */
static int stub_of(struct scout *s, const struct scout_file *f, struct str *ret, struct err *err)
{
	SCOPED_TREE struct tree *system = NULL;
	SCOPED_BUF struct buf text;
	buf_init(&text, 64 << 10);
	if (toolchain_tree(s->tools->toolchain, &system, err) < 0)
		return -1;
	for (size_t i = 0; i < f->includes_len; i++) {
		const struct scout_include *include = &f->includes[i];
		const struct scout_file *header = scout_included(s, f, include, &s->library.include);
		bool public = header && scout_list_has(&s->headers, header->path);
		if (public)
			buf_printf(&text, "#include \"%.*s\"\n", STR_ARG(include->name));
		else if (!header && is_systems(system, include->name))
			buf_printf(&text, "#include <%.*s>\n", STR_ARG(include->name));
	}
	/* One that makes these words itself has tests that use them. */
	if (defines_macro(f, STR("true")))
		buf_append_cstr(&text, "#include <stdbool.h>\n");
	*ret = (struct str){arena_str(s->a, buf_str(&text)), text.len};
	return 0;
}

/* The overlay of tests is not seen where the library is compiled, so what includes the source
 * gets its public side only. */
static int stub_sources(struct scout *s, bool *ret_any, struct err *err)
{
	size_t before = s->tests_files.len;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		for (size_t k = 0; f->place == PLACE_TEST && k < f->includes_len; k++) {
			struct scout_file *source = scout_included(s, f, &f->includes[k], &s->library.include);
			if (!source || !source->in_library || source->stubbed)
				continue;
			struct scout_made made = {.path = source->path};
			if (stub_of(s, source, &made.text, err) < 0)
				return -1;
			source->stubbed = true;
			*vec_push(&s->tests_files) = made;
		}
	}
	*ret_any = s->tests_files.len > before;
	return *ret_any ? scout_renew_trees(s, err) : 0;
}

/* ---- helpers that need private parts */

static struct scout_made *made_for(struct scout *s, const struct scout_file *f)
{
	for (size_t i = 0; i < s->tests_files.len; i++) {
		if (strcmp(s->tests_files.items[i].path, f->path) == 0)
			return &s->tests_files.items[i];
	}
	return NULL;
}

/* The body of the function in which the line lies: from its "{" to its "}". */
static bool find_body(struct str text, unsigned line, size_t *ret_from, size_t *ret_to)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	size_t depth = 0, from = 0;
	unsigned from_line = 0;
	bool behind_parameters = false, is_body = false;
	while (ctoken_next(&r, &token)) {
		if (token.kind == CTOKEN_COMMENT || r.in_directive || token.kind == CTOKEN_END)
			continue;
		if (ctoken_is(&token, "{") && depth++ == 0) {
			is_body = behind_parameters;
			from = token.offset;
			from_line = token.line;
		} else if (ctoken_is(&token, "}") && depth && --depth == 0 && is_body && from_line <= line &&
			   line <= token.line) {
			*ret_from = from;
			*ret_to = token.offset + 1;
			return true;
		}
		behind_parameters = ctoken_is(&token, ")");
	}
	return false;
}

/* The text with ";" for the body, on as many lines as before, so that messages still fit. */
static struct str without_body(struct scout *s, struct str text, size_t from, size_t to)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, SCOUT_SCAN_MAX);
	buf_append_str(&out, str_first(text, from));
	buf_append_char(&out, ';');
	for (size_t i = from; i < to; i++) {
		if (text.ptr[i] == '\n')
			buf_append_char(&out, '\n');
	}
	buf_append_str(&out, str_from(text, to));
	return (struct str){arena_str(s->a, buf_str(&out)), out.len};
}

/* Takes the body of the function in which the error is out of a header that tests share. */
static bool cut_function(struct scout *s, const struct scout_object *o)
{
	const struct scout_file *f = scout_file(s, o->failed_in);
	size_t from, to;
	if (!f || !f->header || f->place != PLACE_TEST || f->text.len > SCOUT_SCAN_MAX / 2)
		return false;
	struct scout_made *made = made_for(s, f);
	struct str text = made ? made->text : f->text;
	if (!find_body(text, o->failed_line, &from, &to))
		return false;
	if (!made) {
		made = vec_push(&s->tests_files);
		made->path = f->path;
	}
	made->text = without_body(s, text, from, to);
	scout_find(s, FINDING_GUESSED, "tests.files",
		   "the function at line %u of %s needs private parts; tests see it without its body", o->failed_line, f->path);
	return true;
}

/* One function for each round: the next error shows when this one is gone. */
static int cut_next(struct scout *s, const struct scout_job *job, bool *ret_any, struct err *err)
{
	struct scout_job again = {0};
	*ret_any = false;
	for (size_t i = 0; i < job->len; i++) {
		const struct scout_object *o = &s->files.items[job->items[i]].object;
		if (o->ok || !o->failed_in)
			continue;
		if (!*ret_any)
			*ret_any = cut_function(s, o);
		*vec_push(&again) = job->items[i];
	}
	int result = 0;
	if (*ret_any)
		result = scout_renew_trees(s, err) < 0 ? -1 : scout_compile_settle(s, &again, true, err);
	vec_release(&again);
	return result;
}

int scout_public_tests(struct scout *s, const struct scout_job *job, struct err *err)
{
	bool any = false;
	if (stub_sources(s, &any, err) < 0)
		return -1;
	if (any && scout_compile_settle(s, job, true, err) < 0)
		return -1;
	for (size_t round = 0; any && round < CUTS_MAX; round++) {
		if (cut_next(s, job, &any, err) < 0)
			return -1;
	}
	return 0;
}
