#include "harness/replyfiles.h"

#include "core/buf.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "harness/ctoken.h"
#include "harness/fences.h"
#include "harness/replyedits.h"
#include "harness/unitplan.h"

enum { QUOTED_MAX = 80 };

struct list {
	const char **items;
	size_t len, cap;
};

/* A reply that is being read. */
struct reading {
	const char *unit;
	bool may_edit, cut;
	struct draft draft;
	struct list written, ignored, problems;
	struct arena *a;
};

static void add(struct list *list, const char *text)
{
	*vec_push(list) = text;
}

static struct strings take_list(struct list *list, struct arena *a)
{
	struct strings strings = {arena_array(a, list->len, const char *), list->len};
	for (size_t i = 0; i < list->len; i++)
		strings.items[i] = list->items[i];
	vec_release(list);
	return strings;
}

static const char *quoted(struct str text, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, QUOTED_MAX);
	utf8_append_line(&out, text);
	return arena_str(a, str_whole_characters(buf_str(&out)));
}

/* ---- texts */

/* Line ends of one kind, no byte order mark, no NUL. */
static struct str clean(struct str text, struct arena *a)
{
	char *out = arena_array(a, text.len + 2, char);
	size_t len = 0;
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_from(text, 3);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool before_feed = c == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n';
		if (!before_feed && c != '\0')
			out[len++] = c == '\r' ? '\n' : c;
	}
	if (len && out[len - 1] != '\n')
		out[len++] = '\n';
	return (struct str){out, len};
}

/* "// ... rest of the code unchanged ...": a comment that stands for code which is not there. */
static bool is_elision(struct str comment)
{
	static const char *const words[] = {"rest of", "remain", "unchanged", "as before", "existing", "same as", "omitted"};
	const char *end = comment.ptr + comment.len;
	char text[200];
	bool dots = false;
	for (const char *c = comment.ptr; c + 2 < end && !dots; c++)
		dots = memcmp(c, "...", 3) == 0 || memcmp(c, "\xE2\x80\xA6", 3) == 0;
	snprintf(text, sizeof(text), "%.*s", (int)min_size(comment.len, sizeof(text) - 1), comment.ptr);
	return dots && str_mentions(text, words, countof(words));
}

static unsigned elision_in(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	while (ctoken_next(&r, &token)) {
		if (token.kind == CTOKEN_COMMENT && is_elision(token.text))
			return token.line;
	}
	return 0;
}

/* Brackets that are balanced, or a directive at least: what prose does not have. */
static bool has_c(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	size_t marks = 0;
	bool directive = false;
	while (ctoken_next(&r, &token)) {
		marks += token.kind == CTOKEN_PUNCT && strchr(";{}", token.text.ptr[0]);
		directive |= token.kind == CTOKEN_HASH;
	}
	return marks > 0 || directive;
}

/* ---- files */

static void put_file(struct reading *r, const char *path, struct str text)
{
	struct strings written = {r->written.items, r->written.len};
	r->draft = draft_with(&r->draft, path, text, r->a);
	if (!strings_have(&written, path))
		add(&r->written, path);
}

static void take_edits(struct reading *r, const char *path, struct str body)
{
	const char *problem = NULL;
	struct str text;
	if (!r->may_edit || !draft_has(&r->draft, path)) {
		add(&r->problems, arena_printf(r->a, "%s: there is no file that could be changed by blocks; give it as a whole", path));
		return;
	}
	replyedits_make(draft_text(&r->draft, path), body, r->a, &text, &problem);
	if (problem)
		add(&r->problems, arena_printf(r->a, "%s: %s", path, problem));
	else
		put_file(r, path, text);
}

static void take_file(struct reading *r, const char *path, struct str body)
{
	struct str text = clean(body, r->a);
	unsigned elided = elision_in(text);
	if (replyedits_are(text))
		take_edits(r, path, text);
	else if (text.len > REPLYFILES_FILE_MAX)
		add(&r->problems, arena_printf(r->a, "%s: more than %d bytes", path, REPLYFILES_FILE_MAX));
	else if (elided)
		add(&r->problems, arena_printf(r->a, "%s:%u: a comment stands for code that is left out; give the whole file", path,
					       elided));
	else if (str_trim(text).len == 0)
		add(&r->ignored, arena_printf(r->a, "%s: an empty block", path));
	else
		put_file(r, path, text);
}

static bool is_new_header(const struct reading *r, struct str path)
{
	return str_ends(path, STR(".h")) && !draft_has(&r->draft, arena_str(r->a, path));
}

static void take_named(struct reading *r, const struct fence *f)
{
	const char *path = quoted(f->path, r->a);
	struct strings written = {r->written.items, r->written.len};
	if (f->is_open && !r->cut)
		add(&r->problems, arena_printf(r->a, "%s: the block has no end", path));
	else if (!unitplan_path(f->path))
		add(&r->ignored, arena_printf(r->a, "%s: not a path that a file of the rewrite can have", path));
	else if (strcmp(path, r->unit) != 0 && !is_new_header(r, f->path) && !strings_have(&written, path))
		add(&r->ignored, arena_printf(r->a, "%s: it was not asked for", path));
	else
		take_file(r, path, f->body);
}

static bool names_unit(struct str reply, const char *unit)
{
	struct fence f;
	while (fences_next(&reply, &f)) {
		if (str_eq(f.path, str_of(unit)))
			return true;
	}
	return false;
}

static bool is_other_language(struct str info)
{
	static const char *const other[] = {"sh", "bash", "text", "console", "make", "makefile", "diff", "json", "plan", "markdown", "md"};
	struct str word = {0}, rest = info;
	str_next_word(&rest, &word);
	for (size_t i = 0; i < countof(other); i++) {
		if (str_eq(word, str_of(other[i])))
			return true;
	}
	return false;
}

static void read_fences(struct reading *r, struct str reply)
{
	struct str rest = reply;
	struct fence f;
	bool named = names_unit(reply, r->unit), taken = false;
	for (size_t i = 0; i < REPLYFILES_FENCES_MAX && fences_next(&rest, &f); i++) {
		if (f.path.len) {
			take_named(r, &f);
			continue;
		}
		bool fits = !named && !taken && !is_other_language(f.info) && has_c(f.body);
		if (!fits) {
			add(&r->ignored, arena_printf(r->a, "a block without a path: %s", quoted(str_trim(str_first(f.body, 200)), r->a)));
			continue;
		}
		taken = true;
		f.path = str_of(r->unit);
		take_named(r, &f);
	}
}

/* The first line that begins like C, and all behind it. */
static struct str code_alone(struct str reply)
{
	struct str rest = reply, line;
	while (rest.len) {
		struct str from = rest;
		str_next_line(&rest, &line);
		if (str_starts(line, STR("#include")) || str_starts(line, STR("#ifndef")) || str_starts(line, STR("/*")) ||
		    str_starts(line, STR("//")))
			return from;
	}
	return (struct str){0};
}

static bool has_fence(struct str reply)
{
	struct fence f;
	return fences_next(&reply, &f);
}

void replyfiles_read(struct str reply, const char *unit, const struct draft *old, bool may_edit, bool cut,
		     struct arena *a, struct replyfiles *ret)
{
	struct reading r = {.unit = unit, .may_edit = may_edit, .cut = cut, .draft = *old, .a = a};
	struct str alone = has_fence(reply) ? (struct str){0} : code_alone(reply);
	if (alone.len && has_c(alone))
		take_file(&r, unit, alone);
	else
		read_fences(&r, reply);
	struct strings written = {r.written.items, r.written.len};
	if (r.problems.len == 0 && !strings_have(&written, unit))
		add(&r.problems, arena_printf(a, "the reply has no block for %s: give it in a fence with \"c path=%s\"", unit, unit));
	*ret = (struct replyfiles){
		.draft = r.problems.len ? *old : r.draft,
		.written = take_list(&r.written, a),
		.ignored = take_list(&r.ignored, a),
		.problems = take_list(&r.problems, a),
	};
}
