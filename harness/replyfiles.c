#include "harness/replyfiles.h"

#include "core/buf.h"
#include "core/mem.h"
#include "core/path.h"
#include "harness/cfunctions.h"
#include "harness/cprose.h"
#include "harness/ctoken.h"
#include "harness/fences.h"
#include "harness/replyedits.h"
#include "harness/unitplan.h"

enum block_use { UNUSED_BLOCK, WHOLE, CHANGES };

struct use {
	enum block_use kind;
	const char *path;
};

struct list {
	const char **items;
	size_t len, cap;
};

struct reader {
	struct str reply;
	bool cut, may_edit;
	const char *unit;
	const struct draft *old;
	struct arena *a;
	struct fences blocks;
	struct use *uses;   /* of each block */
	size_t changes;     /* made so far */
	struct draft draft;
	struct list written, ignored, problems;
};

/* One encoding of lines, and nothing that ends a text early. */
static struct str cleaned(struct str s, struct arena *a)
{
	if (str_starts(s, STR("\xEF\xBB\xBF")))
		s = str_from(s, 3);
	char *text = arena_alloc(a, s.len + 1, 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		bool pair = s.ptr[i] == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n';
		if (s.ptr[i] != '\0' && !pair)
			text[len++] = s.ptr[i] == '\r' ? '\n' : s.ptr[i];
	}
	return (struct str){text, len};
}

static void ignore(struct reader *r, const struct fence *b, const char *why)
{
	*vec_push(&r->ignored) = arena_printf(r->a, "line %u of the reply: %s", b->line, why);
}

static void complain(struct reader *r, const char *path, const char *what)
{
	*vec_push(&r->problems) = arena_printf(r->a, "%s: %s", path, what);
}

/* ---- which block is which file */

static bool is_folder_of(const char *folder, const char *path)
{
	size_t len = strlen(folder);
	return strncmp(folder, path, len) == 0 && path[len] == '/';
}

/* A file that would be a folder, or the other way round, can stand nowhere. */
static bool has_room_for(const struct draft *draft, const char *path)
{
	for (size_t i = 0; i < draft->len; i++) {
		if (is_folder_of(draft->items[i].path, path) || is_folder_of(path, draft->items[i].path))
			return false;
	}
	return true;
}

/* Why a block with a path is passed over, or NULL. */
static const char *use_named(struct reader *r, const struct fence *b, struct use *use)
{
	const char *path = arena_str(r->a, b->named), *shown = replyedits_shown(b->named, r->a);
	bool changes = replyedits_are(b->text);
	if (!unitplan_path(b->named))
		return arena_printf(r->a, "\"%s\" is no path that a file may have", shown);
	if (strcmp(path, path_base_of(r->unit)) == 0 && !draft_has(r->old, path))
		path = r->unit;
	bool own = strcmp(path, r->unit) == 0, there = draft_has(r->old, path);
	bool new_header = !there && !changes && str_ends(b->named, STR(".h")) && has_room_for(r->old, path) &&
			  !is_folder_of(r->unit, path) && !is_folder_of(path, r->unit);
	if (!own && !new_header && !(changes && there && r->may_edit))
		return arena_printf(r->a, "%s was not asked for", shown);
	*use = (struct use){changes ? CHANGES : WHOLE, path};
	return NULL;
}

/* Changes need no path: they are of the file that was asked for. */
static void use_named_ones(struct reader *r)
{
	for (size_t i = 0; i < r->blocks.len; i++) {
		const struct fence *b = &r->blocks.items[i];
		const char *why = NULL;
		if (b->other)
			why = "it is not C";
		else if (str_trim(b->text).len == 0)
			why = "it is empty";
		else if (b->named.len)
			why = use_named(r, b, &r->uses[i]);
		else if (replyedits_are(b->text))
			r->uses[i] = (struct use){CHANGES, r->unit};
		if (why)
			ignore(r, b, why);
	}
}

static bool is_used(const struct reader *r, const char *path)
{
	for (size_t i = 0; i < r->blocks.len; i++) {
		if (r->uses[i].kind != UNUSED_BLOCK && strcmp(r->uses[i].path, path) == 0)
			return true;
	}
	return false;
}

static bool is_without_path(const struct reader *r, size_t i)
{
	const struct fence *b = &r->blocks.items[i];
	return r->uses[i].kind == UNUSED_BLOCK && !b->named.len && !b->other && str_trim(b->text).len > 0;
}

/* The first that defines a function, before the first that has anything of C. */
static void use_one_without_path(struct reader *r)
{
	size_t chosen = r->blocks.len;
	bool wanted = !is_used(r, r->unit), defines = false;
	for (size_t i = 0; i < r->blocks.len && wanted && !defines; i++) {
		if (!is_without_path(r, i) || !cprose_is_c(r->blocks.items[i].text, &defines))
			continue;
		if (defines || chosen == r->blocks.len)
			chosen = i;
		defines |= str_ends(str_of(r->unit), STR(".h"));
	}
	if (chosen < r->blocks.len)
		r->uses[chosen] = (struct use){WHOLE, r->unit};
	for (size_t i = 0; i < r->blocks.len; i++) {
		if (is_without_path(r, i))
			ignore(r, &r->blocks.items[i], "it names no file");
	}
}

/* A reply that is nothing but a file, or nothing but changes. */
static struct fences without_fences(const struct reader *r)
{
	struct fence *b = arena_new(r->a, struct fence);
	struct str code = cprose_code(r->reply);
	*b = (struct fence){.text = r->reply, .named = str_of(r->unit), .line = 1, .open = true, .last = true};
	if (replyedits_are(r->reply))
		return (struct fences){b, 1, 0};
	/* What was cut ends anywhere. */
	if (r->cut && code.len)
		code.len = (size_t)(r->reply.ptr + r->reply.len - code.ptr);
	b->text = code;
	bool much = 4 * code.len > str_trim(r->reply).len;
	return (struct fences){b, much && cprose_is_c(code, NULL), 0};
}

/* ---- whole files */

/* As a file does: outside of brackets, behind the end of something. */
static bool ends_well(struct str text)
{
	struct ctoken_reader reader = ctoken_reader(text);
	struct ctoken t;
	size_t depth = 0;
	bool ended = false;
	while (ctoken_next(&reader, &t)) {
		if (t.kind == CTOKEN_COMMENT || reader.in_directive)
			continue;
		bool opens = ctoken_is(&t, "{") || ctoken_is(&t, "("), closes = ctoken_is(&t, "}") || ctoken_is(&t, ")");
		depth += opens;
		depth -= closes && depth > 0;
		ended = t.kind == CTOKEN_END || ctoken_is(&t, "}") || ctoken_is(&t, ";");
	}
	return ended && depth == 0;
}

static bool is_whole(const struct reader *r, const struct fence *b)
{
	return !b->open || (b->last && r->cut) || ends_well(b->text);
}

static bool defines(const struct source_functions *functions, const char *name)
{
	for (size_t i = 0; i < functions->len; i++) {
		if (strcmp(functions->items[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Whether it defines what the other has for other files, if that is anything. */
static bool offers_as_much(struct str text, struct str other)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct source_functions own, wanted;
	size_t found = 0;
	if (cfunctions_find(text, &scratch, &own, NULL) < 0 || cfunctions_find(other, &scratch, &wanted, NULL) < 0)
		return false;
	for (size_t i = 0; i < wanted.len; i++) {
		if (!wanted.items[i].is_static && !defines(&own, wanted.items[i].name))
			return false;
		found += !wanted.items[i].is_static;
	}
	return found > 0;
}

static bool is_elided(struct str text)
{
	unsigned line;
	return cprose_elision(text, &line).len > 0;
}

static bool replaces(const struct fence *later, const struct fence *earlier)
{
	bool short_of = is_elided(later->text);
	if (short_of != is_elided(earlier->text))
		return !short_of;
	return 2 * later->text.len >= earlier->text.len || offers_as_much(later->text, earlier->text);
}

/* The index of the block with the whole text of a file, or the number of blocks. */
static size_t choose_whole(struct reader *r, const char *path, bool *ret_endless)
{
	size_t best = r->blocks.len;
	*ret_endless = false;
	for (size_t i = 0; i < r->blocks.len; i++) {
		const struct fence *b = &r->blocks.items[i];
		if (r->uses[i].kind != WHOLE || strcmp(r->uses[i].path, path) != 0)
			continue;
		if (!is_whole(r, b)) {
			*ret_endless = true;
			ignore(r, b, "it has no end");
		} else if (best == r->blocks.len) {
			best = i;
		} else if (replaces(b, &r->blocks.items[best])) {
			ignore(r, &r->blocks.items[best], arena_printf(r->a, "%s comes again in line %u", path, b->line));
			best = i;
		} else {
			ignore(r, b, arena_printf(r->a, "%s is in line %u already, and this is a part of it", path,
						  r->blocks.items[best].line));
		}
	}
	return best;
}

static void check_whole(struct reader *r, const char *path, struct str text)
{
	unsigned line;
	struct str elision = cprose_elision(text, &line);
	if (text.len > REPLYFILES_FILE_MAX)
		complain(r, path, arena_printf(r->a, "%zu bytes are too many for a file", text.len));
	else if (elision.len)
		complain(r, arena_printf(r->a, "%s:%u", path, line),
			 arena_printf(r->a, "code is left out here, so the file is not whole: %s",
				      replyedits_shown(elision, r->a)));
}

/* ---- changes */

static void make_changes(struct reader *r, const char *path, size_t first, struct str *text, bool *ret_some)
{
	for (size_t i = first; i < r->blocks.len; i++) {
		const struct fence *b = &r->blocks.items[i];
		struct replyedits made;
		if (r->uses[i].kind != CHANGES || strcmp(r->uses[i].path, path) != 0)
			continue;
		replyedits_make(*text, b->text, REPLYEDITS_MAX - r->changes, r->a, &made);
		r->changes += min_size(made.len, REPLYEDITS_MAX - r->changes);
		*text = made.text;
		*ret_some = true;
		if (made.problem)
			complain(r, path, made.problem);
		else if (made.open && !r->cut)
			complain(r, path, "a change has no end, a line of \">>>>>>> REPLACE\"");
		else if (made.open)
			ignore(r, b, "its last change has no end");
	}
}

static bool has_changes(const struct reader *r, const char *path)
{
	for (size_t i = 0; i < r->blocks.len; i++) {
		if (r->uses[i].kind == CHANGES && strcmp(r->uses[i].path, path) == 0)
			return true;
	}
	return false;
}

/* ---- files */

static void read_file(struct reader *r, const char *path)
{
	bool endless, some = false;
	size_t whole = choose_whole(r, path, &endless);
	bool found = whole < r->blocks.len;
	struct str text = found ? r->blocks.items[whole].text : draft_text(r->old, path);
	if (r->may_edit && (found || draft_has(r->old, path)))
		make_changes(r, path, found ? whole + 1 : 0, &text, &some);
	else if (!found && has_changes(r, path))
		complain(r, path, "changes cannot be made here; give the file as a whole");
	else if (!found && endless)
		complain(r, path, "its block has no end");
	if (!found && !some)
		return;
	check_whole(r, path, text);
	r->draft = draft_with(&r->draft, path, text, r->a);
	*vec_push(&r->written) = path;
}

static bool is_written(const struct reader *r, const char *path)
{
	struct strings written = {r->written.items, r->written.len};
	return strings_have(&written, path);
}

static void read_files(struct reader *r)
{
	struct list paths = {0};
	for (size_t i = 0; i < r->blocks.len; i++) {
		struct strings known = {paths.items, paths.len};
		const char *path = r->uses[i].kind == UNUSED_BLOCK ? NULL : r->uses[i].path;
		if (path && !strings_have(&known, path))
			*vec_push(&paths) = path;
	}
	for (size_t i = 0; i < paths.len; i++) {
		/* Headers that are new may be at odds with one another. */
		if (has_room_for(&r->draft, paths.items[i]))
			read_file(r, paths.items[i]);
	}
	vec_release(&paths);
	if (r->problems.len == 0 && !is_written(r, r->unit) && (!r->may_edit || r->written.len == 0))
		complain(r, r->unit, "the reply has no block with this file");
}

static struct strings kept(struct list *list, struct arena *a)
{
	struct strings copy = {arena_copy(a, list->items, list->len, sizeof(*list->items)), list->len};
	vec_release(list);
	return copy;
}

void replyfiles_read(struct str reply, const char *unit, const struct draft *old, bool may_edit, bool cut,
		     struct arena *a, struct replyfiles *ret)
{
	struct reader r = {
		.reply = cleaned(reply, a), .cut = cut, .may_edit = may_edit, .unit = arena_strdup(a, unit), .old = old, .a = a,
		.draft = *old,
	};
	r.blocks = fences_find(r.reply, a);
	if (r.blocks.len == 0)
		r.blocks = without_fences(&r);
	r.uses = arena_array(a, r.blocks.len, struct use);
	use_named_ones(&r);
	use_one_without_path(&r);
	read_files(&r);
	if (r.blocks.left_out)
		*vec_push(&r.ignored) = arena_printf(a, "%zu more blocks than %d", r.blocks.left_out, FENCES_MAX);
	struct replyfiles files = {.draft = r.draft, .written = kept(&r.written, a), .ignored = kept(&r.ignored, a)};
	files.problems = kept(&r.problems, a);
	strings_sort(&files.written);
	if (files.problems.len) {
		files.draft = *old;
		files.written.len = 0;
	}
	*ret = files;
}
