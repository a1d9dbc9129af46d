#include "harness/promptbuild.h"

#include "core/path.h"
#include "core/utf8.h"
#include "harness/markdown.h"
#include "harness/promptquote.h"
#include "harness/prompttests.h"

#include <assert.h>

enum { UNQUOTED_MAX = 100, FEEDBACK_MAX = 48 << 10, VALUES_MAX = 12, LINE_BYTES_MAX = 400 };

/* A plan comes from a model, and people can edit it; so it is looked at as what people write, without excuse. */
static const enum prompt_origin of_plan = PROMPT_HUMAN;

/* Values for one template. */
struct values {
	struct arena *a;
	struct template_value items[VALUES_MAX];
	size_t len;
};

static void set(struct values *v, const char *name, enum prompt_origin origin, struct str text)
{
	assert(v->len < VALUES_MAX);
	v->items[v->len++] = (struct template_value){name, origin, text};
}

/* Takes what the buffer holds, which is empty then. */
static void set_buf(struct values *v, const char *name, enum prompt_origin origin, struct buf *text)
{
	set(v, name, origin, (struct str){arena_str(v->a, buf_str(text)), text->len});
	buf_clear(text);
}

static void set_flag(struct values *v, const char *name, bool value)
{
	set(v, name, PROMPT_RECAST, value ? STR("yes") : STR(""));
}

static struct str one_line(struct str text, struct arena *a)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, LINE_BYTES_MAX);
	utf8_append_line(&line, str_trim(text));
	struct str whole = str_whole_characters(buf_str(&line));
	return (struct str){arena_str(a, whole), whole.len};
}

/* ---- the library, which is the same in all prompts of a run */

/* How users include a header: what is left of its path behind the longest folder that is searched. */
static const char *include_name(const struct spec *spec, const char *path)
{
	const char *name = NULL;
	for (size_t i = 0; i < spec->include.len; i++) {
		struct str folder = str_of(spec->include.items[i]);
		if (str_eq(folder, STR(".")))
			folder.len = 0;
		bool below = str_starts(str_of(path), folder) && (folder.len == 0 || path[folder.len] == '/');
		const char *rest = path + folder.len + (folder.len > 0);
		if (below && (!name || strlen(rest) < strlen(name)))
			name = rest;
	}
	return name ? name : path_base_of(path);
}

static void set_options(struct values *v, const struct spec *spec, struct buf *out)
{
	for (size_t i = 0; i < spec->flags.len + spec->defines.len; i++) {
		bool flag = i < spec->flags.len;
		buf_append_cstr(out, i ? ", " : "");
		const char *text = flag ? spec->flags.items[i] : spec->defines.items[i - spec->flags.len];
		promptquote_name(out, flag ? text : arena_printf(v->a, "-D%s", text));
	}
	set_buf(v, "options", PROMPT_SPEC, out);
}

static void set_ways(struct values *v, const struct spec *spec, struct buf *out)
{
	for (size_t i = 0; i < spec->ways.len; i++) {
		buf_append_cstr(out, i ? "\n- " : "- ");
		if (spec->ways.items[i][0])
			promptquote_name(out, spec->ways.items[i]);
		else
			buf_append_cstr(out, "without any of these");
	}
	set_buf(v, "ways", PROMPT_SPEC, out);
}

static void set_headers(struct values *v, const struct spec *spec, struct buf *out)
{
	SCOPED_BUF struct buf remark;
	buf_init(&remark, PROMPT_MAX);
	for (size_t i = 0; i < spec->headers.len; i++) {
		const struct spec_file *file = &spec->headers.items[i];
		buf_clear(&remark);
		buf_append_cstr(&remark, ", to be included as ");
		promptquote_name(&remark, arena_printf(v->a, "\"%s\"", include_name(spec, file->path)));
		promptquote_file(out, file->path, remark.ptr, file->text);
	}
	set_buf(v, "headers", PROMPT_SPEC, out);
}

static void set_documents(struct values *v, const struct spec *spec, struct buf *out)
{
	for (size_t i = 0; i < spec->documents.len; i++)
		promptquote_file(out, spec->documents.items[i].path, "", spec->documents.items[i].text);
	set_buf(v, "documents", PROMPT_SPEC, out);
}

static void set_tests(struct values *v, const struct spec *spec, struct buf *out)
{
	const size_t *bytes = prompttests_choose(spec, v->a);
	size_t left = 0;
	for (size_t i = 0; i < spec->tests.len; i++) {
		const struct spec_file *file = &spec->tests.items[i];
		const char *remark = bytes[i] < file->text.len ? ", its beginning" : "";
		if (bytes[i])
			promptquote_file(out, file->path, remark, str_first(file->text, bytes[i]));
	}
	set_buf(v, "tests", PROMPT_SPEC, out);
	for (size_t i = 0; i < spec->tests.len; i++) {
		if (bytes[i] || left++ >= UNQUOTED_MAX)
			continue;
		buf_append_cstr(out, left > 1 ? ", " : "");
		promptquote_name(out, spec->tests.items[i].path);
		buf_printf(out, " (%zu bytes)", spec->tests.items[i].text.len);
	}
	if (left > UNQUOTED_MAX)
		buf_printf(out, ", and %zu more", left - UNQUOTED_MAX);
	set_buf(v, "unquoted", PROMPT_SPEC, out);
}

static void set_human(struct values *v, const char *name, struct str text, struct buf *out)
{
	if (str_trim(text).len)
		promptquote_append(out, "markdown", text);
	set_buf(v, name, PROMPT_HUMAN, out);
}

static void set_library(struct values *v, const struct prompt_ask *ask)
{
	const struct spec *spec = ask->spec;
	SCOPED_BUF struct buf out;
	buf_init(&out, PROMPT_MAX + 1);
	set(v, "name", PROMPT_SPEC, one_line(str_of(spec->name), v->a));
	set_options(v, spec, &out);
	set_ways(v, spec, &out);
	set_headers(v, spec, &out);
	set_documents(v, spec, &out);
	set_tests(v, spec, &out);
	if (spec->sealed_len)
		set(v, "sealed", PROMPT_SPEC, str_of(arena_printf(v->a, "%zu", spec->sealed_len)));
	set_human(v, "considerations", ask->considerations, &out);
	set_human(v, "decisions", ask->decisions, &out);
}

/* ---- a whole prompt */

static struct str join(const struct prompt_part *parts, size_t len, struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, PROMPT_MAX);
	for (size_t i = 0; i < len; i++)
		buf_append_str(&text, parts[i].text);
	return (struct str){arena_str(a, buf_str(&text)), text.len};
}

static int fill_alone(const struct templates *t, const char *name, const struct values *v, struct arena *a,
		      struct str *ret, struct err *err)
{
	struct prompt_part *parts;
	size_t len;
	if (templates_fill(t, name, v ? v->items : NULL, v ? v->len : 0, a, &parts, &len, err) < 0)
		return -1;
	*ret = join(parts, len, a);
	return 0;
}

static int check_size(const struct prompt *prompt, struct err *err)
{
	size_t size = prompt->system.len;
	for (size_t i = 0; i < prompt->parts_len; i++)
		size += prompt->parts[i].text.len;
	if (size > PROMPT_MAX)
		return err_set(err, ERR_LIMIT, "the prompt has more than %d bytes: headers, documents and tests are too large",
			       PROMPT_MAX);
	return 0;
}

/* System, library, and behind these what the template says. */
static int build(const struct prompt_ask *ask, const struct templates *t, const char *name, const struct values *v,
		 const char *title, struct prompt *ret, struct err *err)
{
	struct values library = {.a = v->a};
	struct prompt prompt = {.title = title};
	struct prompt_part *first, *second;
	size_t first_len, second_len;
	set_library(&library, ask);
	if (fill_alone(t, "system", NULL, v->a, &prompt.system, err) < 0 ||
	    templates_fill(t, "library", library.items, library.len, v->a, &first, &first_len, err) < 0 ||
	    templates_fill(t, name, v->items, v->len, v->a, &second, &second_len, err) < 0)
		return -1;
	prompt.parts = arena_array(v->a, first_len + second_len, struct prompt_part);
	prompt.parts_len = first_len + second_len;
	for (size_t i = 0; i < prompt.parts_len; i++)
		prompt.parts[i] = i < first_len ? first[i] : second[i - first_len];
	if (check_size(&prompt, err) < 0)
		return -1;
	*ret = prompt;
	return 0;
}

/* ---- what differs */

static void add_declaration(struct buf *out, const struct spec *spec, const char *name)
{
	const struct api_function *f = interface_function(&spec->api, str_of(name));
	for (size_t i = 0; !f && i < spec->api.globals_len; i++) {
		if (strcmp(spec->api.globals[i].name, name) == 0) {
			buf_printf(out, "extern %s;\n", spec->api.globals[i].declaration);
			return;
		}
	}
	buf_printf(out, "%s;\n", f ? f->declaration : name);
}

/* Declarations, as the compiler sees them. */
static void set_functions(struct values *v, const struct spec *spec, const struct strings *names)
{
	SCOPED_BUF struct buf list, out;
	buf_init(&list, PROMPT_MAX + 1);
	buf_init(&out, PROMPT_MAX + 1);
	for (size_t i = 0; i < names->len; i++)
		add_declaration(&list, spec, names->items[i]);
	if (names->len)
		promptquote_append(&out, "c", buf_str(&list));
	set_buf(v, "functions", PROMPT_SPEC, &out);
}

static void set_plan(struct values *v, const struct unitplan *plan)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, PROMPT_MAX + 1);
	if (plan && plan->len > 1)
		promptquote_append(&out, "", unitplan_text(plan, v->a));
	set_buf(v, "plan", of_plan, &out);
}

/* Headers of the rewrite's own, and what the unit wants to see. */
static void set_files(struct values *v, const struct prompt_ask *ask, const char *path)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, PROMPT_MAX + 1);
	for (size_t i = 0; ask->draft && i < ask->draft->len; i++) {
		const struct draft_file *file = &ask->draft->items[i];
		bool wanted = str_ends(str_of(file->path), STR(".h")) ||
			      (ask->unit && strings_have(&ask->unit->after, file->path));
		if (wanted && strcmp(file->path, path) != 0)
			promptquote_file(&out, file->path, "", file->text);
	}
	set_buf(v, "files", PROMPT_OWN, &out);
}

/* Problems in their order, as far as there is room. */
static void set_problems(struct values *v, const char *const *problems, size_t len)
{
	SCOPED_BUF struct buf list, out;
	size_t shown = 0;
	buf_init(&list, FEEDBACK_MAX + 200);
	buf_init(&out, 4 * FEEDBACK_MAX); /* bytes that are no UTF-8 become longer */
	for (; shown < len && list.len + strlen(problems[shown]) < FEEDBACK_MAX; shown++)
		buf_printf(&list, "%s%s\n", shown ? "\n" : "", problems[shown]);
	if (shown == 0 && len > 0) {
		buf_append_str(&list, str_whole_characters(str_first(str_of(problems[0]), FEEDBACK_MAX)));
		buf_append_cstr(&list, "…\n");
		shown = 1;
	}
	if (shown < len)
		buf_printf(&list, "\nand %zu more\n", len - shown);
	if (len)
		promptquote_append(&out, "", buf_str(&list));
	set_buf(v, "problems", PROMPT_FEEDBACK, &out);
}

int prompt_plan(const struct prompt_ask *ask, const struct templates *t, struct arena *a, struct prompt *ret,
		struct err *err)
{
	struct values v = {.a = a};
	struct strings wanted = unitplan_wanted(ask->spec, a);
	set_functions(&v, ask->spec, &wanted);
	set_problems(&v, ask->problems, ask->problems_len);
	return build(ask, t, "plan", &v, "planning the files", ret, err);
}

int prompt_unit(const struct prompt_ask *ask, const struct templates *t, struct arena *a, struct prompt *ret,
		struct err *err)
{
	const struct unit *unit = ask->unit;
	struct values v = {.a = a};
	set(&v, "path", of_plan, str_of(unit->path));
	set_flag(&v, "header", unit->is_header);
	set_functions(&v, ask->spec, &unit->functions);
	set_plan(&v, ask->plan);
	set_files(&v, ask, unit->path);
	return build(ask, t, "unit", &v, arena_printf(a, "writing %s", unit->path), ret, err);
}

int prompt_repair(const struct prompt_ask *ask, const struct templates *t, struct arena *a, struct prompt *ret,
		  struct err *err)
{
	const struct feedback *feedback = ask->feedback;
	const char *path = feedback->file ? feedback->file : ask->unit->path;
	struct str text = draft_text(ask->draft, path);
	struct values v = {.a = a};
	SCOPED_BUF struct buf file;
	buf_init(&file, PROMPT_MAX + 1);
	set(&v, "path", of_plan, str_of(path));
	if (ask->unit && strcmp(ask->unit->path, path) == 0)
		set_functions(&v, ask->spec, &ask->unit->functions);
	set_plan(&v, ask->plan);
	set_files(&v, ask, path);
	if (draft_has(ask->draft, path))
		promptquote_append(&file, "c", text);
	set_buf(&v, "file", PROMPT_OWN, &file);
	set_flag(&v, "large", str_count(text, '\n') >= PROMPT_LARGE_LINES);
	set(&v, "summary", PROMPT_FEEDBACK, one_line(str_of(feedback->summary), a));
	set_problems(&v, feedback->problems.items, feedback->problems.len);
	return build(ask, t, "repair", &v, arena_printf(a, "repairing %s", path), ret, err);
}

static bool ends_in_code(struct str text)
{
	struct markdown m = {0};
	struct str line, title;
	while (str_next_line(&text, &line))
		markdown_line(&m, line, &title);
	return m.fence != '\0';
}

int prompt_continue(const struct prompt *prompt, struct str so_far, const struct templates *t, struct arena *a,
		    struct prompt *ret, struct err *err)
{
	struct prompt next = *prompt;
	struct values v = {.a = a};
	set_flag(&v, "open", ends_in_code(so_far));
	if (fill_alone(t, "continue", &v, a, &next.go_on, err) < 0)
		return -1;
	next.so_far = so_far;
	if (prompt->so_far.len == 0)
		next.title = arena_printf(a, "%s, continued", prompt->title);
	*ret = next;
	return 0;
}
