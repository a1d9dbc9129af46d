#include "harness/unitplan.h"

#include "core/mem.h"
#include "core/path.h"
#include "core/utf8.h"
#include "harness/markdown.h"

enum { PROBLEMS_MAX = 50 };

/* What a line without a bullet goes on with. */
enum field { NOTHING, DEFINES, AFTER };

/* A unit, and the index of a function in `wanted`, or the path of another unit. */
struct entry {
	size_t unit, function;
	const char *path;
};

struct entries {
	struct entry *items; /* malloc'd */
	size_t len, cap;
};

struct reading {
	const struct spec *spec;
	struct arena *a;
	struct strings wanted; /* in byte order */
	size_t *owner;         /* of each of these, its unit from 1; 0: none yet */
	struct unit *units;    /* with room for one more than there may be */
	size_t len;
	size_t indent;         /* of the first item's bullet */
	enum field field;
	struct entries defines, after;
	struct strings *problems;
	size_t more;           /* problems that are not listed */
};

static void complain(struct reading *r, const char *text)
{
	if (r->problems->len < PROBLEMS_MAX)
		r->problems->items[r->problems->len++] = text;
	else
		r->more++;
}

/* One line that shows what it holds; what is too long is cut. */
static const char *shown(struct reading *r, struct str text, size_t max)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, max);
	utf8_append_line(&line, text);
	return arena_str(r->a, str_trim(str_whole_characters(buf_str(&line))));
}

static struct str without(struct str s, const char *ends)
{
	while (s.len && strchr(ends, s.ptr[0]) && s.ptr[0])
		s = str_from(s, 1);
	while (s.len && strchr(ends, s.ptr[s.len - 1]) && s.ptr[s.len - 1])
		s.len--;
	return s;
}

/* ---- lines */

static struct unit *last_unit(struct reading *r)
{
	return &r->units[r->len - 1];
}

static size_t index_of(const struct strings *sorted, struct str name)
{
	size_t low = 0, high = sorted->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(str_of(sorted->items[middle]), name);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return sorted->len;
}

static void take_function(struct reading *r, struct str name)
{
	const char *path = last_unit(r)->path;
	size_t index = index_of(&r->wanted, name);
	if (index == r->wanted.len) {
		complain(r, arena_printf(r->a, "%s: \"%s\" is nothing that the interface wants to be defined", path,
					 shown(r, name, UNITPLAN_PATH_MAX)));
	} else if (r->owner[index]) {
		complain(r, arena_printf(r->a, "%s: %s is defined by %s already", path, r->wanted.items[index],
					 r->units[r->owner[index] - 1].path));
	} else if (last_unit(r)->is_header) {
		complain(r, arena_printf(r->a, "%s: a header cannot define %s", path, r->wanted.items[index]));
	} else {
		r->owner[index] = r->len;
		*vec_push(&r->defines) = (struct entry){.unit = r->len - 1, .function = index};
	}
}

/* "a, `b`, c()", all of it or a part. */
static void take_names(struct reading *r, struct str list)
{
	while (list.len) {
		size_t end = 0;
		while (end < list.len && !strchr(", \t\r\n;", list.ptr[end]))
			end++;
		struct str name = without(str_first(list, end), "`*.");
		list = str_from(list, end + 1);
		if (str_ends(name, STR("()")))
			name.len -= 2;
		if (name.len && r->field == DEFINES)
			take_function(r, name);
		else if (name.len)
			*vec_push(&r->after) = (struct entry){.unit = r->len - 1, .path = shown(r, name, UNITPLAN_PATH_MAX + 1)};
	}
}

static bool is_known(const struct reading *r, const char *path)
{
	for (size_t i = 0; i < r->len; i++) {
		if (strcmp(r->units[i].path, path) == 0)
			return true;
	}
	return false;
}

/* "`src/ring.c`: the ring" */
static void take_unit(struct reading *r, struct str text)
{
	size_t end = text.len && text.ptr[0] == '`' ? str_index(str_from(text, 1), '`') + 2 : 0;
	if (end == 0) {
		while (end < text.len && !strchr(": \t", text.ptr[end]))
			end++;
	}
	struct str path = without(str_first(text, end), "`");
	const char *name = shown(r, path, UNITPLAN_PATH_MAX + 1);
	struct str purpose = str_trim(str_from(text, end));
	if (str_starts(purpose, STR(":")))
		purpose = str_trim(str_from(purpose, 1));
	r->field = NOTHING;
	if (r->len > UNITPLAN_UNITS_MAX)
		return;
	if (r->len == UNITPLAN_UNITS_MAX)
		complain(r, arena_printf(r->a, "there are more than %d files", UNITPLAN_UNITS_MAX));
	else if (!unitplan_path(path))
		complain(r, arena_printf(r->a, "\"%s\" is no path as \"src/ring.c\" or \"src/internal.h\"", name));
	else if (unitplan_is_taken(r->spec, name))
		complain(r, arena_printf(r->a, "%s: a file of the library's interface or tests is called so", name));
	else if (is_known(r, name))
		complain(r, arena_printf(r->a, "%s is there twice", name));
	r->units[r->len++] = (struct unit){
		.path = name,
		.purpose = shown(r, purpose, UNITPLAN_PURPOSE_MAX),
		.is_header = str_ends(path, STR(".h")),
	};
}

static bool take_key(struct reading *r, struct str text, const char *key, enum field field)
{
	if (r->len == 0 || !str_starts(text, str_of(key)))
		return false;
	struct str list = str_from(text, strlen(key)), none = STR("none");
	r->field = field;
	if (!str_eq(without(list, " .()"), none) || index_of(&r->wanted, none) < r->wanted.len)
		take_names(r, list);
	return true;
}

/* "-" or "*" and a blank, behind blanks. */
static bool take_bullet(struct str line, size_t *ret_indent, struct str *ret_text)
{
	size_t indent = 0;
	while (indent < line.len && (line.ptr[indent] == ' ' || line.ptr[indent] == '\t'))
		indent++;
	struct str text = str_from(line, indent);
	if (!str_starts(text, STR("- ")) && !str_starts(text, STR("* ")))
		return false;
	*ret_indent = indent;
	*ret_text = str_trim(str_from(text, 2));
	return true;
}

static void take_line(struct reading *r, struct str line)
{
	size_t indent;
	struct str text;
	if (!take_bullet(line, &indent, &text)) {
		bool goes_on = line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\t') && r->field != NOTHING;
		if (goes_on)
			take_names(r, line);
		else
			r->field = NOTHING;
		return;
	}
	if (take_key(r, text, "defines:", DEFINES) || take_key(r, text, "after:", AFTER))
		return;
	if (r->len == 0)
		r->indent = indent;
	if (indent <= r->indent)
		take_unit(r, text);
	else
		r->field = NOTHING;
}

static void read_lines(struct reading *r, struct str text)
{
	struct markdown m = {0};
	struct str line, title;
	while (str_next_line(&text, &line)) {
		bool comment = m.comment;
		markdown_line(&m, line, &title);
		if (!comment && !m.comment)
			take_line(r, line);
	}
}

/* ---- what belongs together */

static void give_functions(struct reading *r)
{
	size_t *counts = arena_array(r->a, r->len + 1, size_t);
	for (size_t i = 0; i < r->defines.len; i++)
		counts[r->defines.items[i].unit]++;
	for (size_t i = 0; i < r->len; i++)
		r->units[i].functions.items = arena_array(r->a, counts[i], const char *);
	for (size_t i = 0; i < r->defines.len; i++) {
		struct strings *list = &r->units[r->defines.items[i].unit].functions;
		list->items[list->len++] = r->wanted.items[r->defines.items[i].function];
	}
	for (size_t i = 0; i < r->wanted.len; i++) {
		if (!r->owner[i])
			complain(r, arena_printf(r->a, "%s is defined by no file", r->wanted.items[i]));
	}
}

/* Public headers are seen anyway. */
static bool is_public(const struct reading *r, const char *path)
{
	for (size_t i = 0; i < r->spec->headers.len; i++) {
		if (strcmp(path_base_of(r->spec->headers.items[i].path), path_base_of(path)) == 0)
			return true;
	}
	return false;
}

static void give_after(struct reading *r, const struct entry *e)
{
	struct unit *unit = &r->units[e->unit];
	const struct unit *other = NULL;
	for (size_t i = 0; i < r->len && !other; i++) {
		if (strcmp(r->units[i].path, e->path) == 0)
			other = &r->units[i];
	}
	if (!other && is_public(r, e->path))
		return;
	if (!other)
		complain(r, arena_printf(r->a, "%s: after \"%s\", which is no file of the plan", unit->path, e->path));
	else if (unit->is_header && !other->is_header)
		complain(r, arena_printf(r->a, "%s: a header stands in front of sources, not behind %s", unit->path,
					 other->path));
	for (size_t i = 0; i < unit->after.len; i++) {
		if (strcmp(unit->after.items[i], e->path) == 0)
			return;
	}
	if (other)
		unit->after.items[unit->after.len++] = other->path;
}

static void check_folders(struct reading *r)
{
	struct str first = r->len ? path_folder(str_of(r->units[0].path)) : (struct str){0};
	for (size_t i = 1; i < r->len; i++) {
		if (!str_eq(path_folder(str_of(r->units[i].path)), first))
			complain(r, arena_printf(r->a, "%s is in another folder than %s", r->units[i].path,
						 r->units[0].path));
	}
}

/* ---- order */

static bool is_placed(const struct unitplan *plan, const char *path)
{
	for (size_t i = 0; i < plan->len; i++) {
		if (strcmp(plan->items[i].path, path) == 0)
			return true;
	}
	return false;
}

static bool is_ready(const struct unitplan *plan, const struct unit *unit)
{
	for (size_t i = 0; i < unit->after.len; i++) {
		if (!is_placed(plan, unit->after.items[i]))
			return false;
	}
	return !is_placed(plan, unit->path);
}

/* The first that can come next, headers before sources; or NULL. */
static const struct unit *next_unit(const struct reading *r, const struct unitplan *plan)
{
	for (int headers = 1; headers >= 0; headers--) {
		for (size_t i = 0; i < r->len; i++) {
			if (r->units[i].is_header == (headers == 1) && is_ready(plan, &r->units[i]))
				return &r->units[i];
		}
	}
	return NULL;
}

static struct unitplan put_in_order(struct reading *r)
{
	struct unitplan plan = {arena_array(r->a, r->len, struct unit), 0};
	const struct unit *next;
	while ((next = next_unit(r, &plan)) != NULL)
		plan.items[plan.len++] = *next;
	for (size_t i = 0; i < r->len; i++) {
		if (!is_placed(&plan, r->units[i].path))
			complain(r, arena_printf(r->a, "%s: what it stands behind leads round in a circle", r->units[i].path));
	}
	return plan;
}

static struct unitplan make_plan(struct reading *r)
{
	give_functions(r);
	for (size_t i = 0; i < r->len; i++)
		r->units[i].after.items = arena_array(r->a, r->len, const char *);
	for (size_t i = 0; i < r->after.len; i++)
		give_after(r, &r->after.items[i]);
	check_folders(r);
	/* Paths that come twice would not be placed twice. */
	return r->problems->len ? (struct unitplan){0} : put_in_order(r);
}

static struct strings sorted_once(struct strings list)
{
	struct strings once = {list.items, 0};
	strings_sort(&list);
	for (size_t i = 0; i < list.len; i++) {
		if (once.len == 0 || strcmp(once.items[once.len - 1], list.items[i]) != 0)
			once.items[once.len++] = list.items[i];
	}
	return once;
}

void unitplan_parse(struct str text, const struct spec *spec, struct arena *a, struct unitplan *ret,
		    struct strings *ret_problems)
{
	struct strings problems = {arena_array(a, PROBLEMS_MAX + 1, const char *), 0};
	struct reading r = {.spec = spec, .a = a, .problems = &problems};
	r.wanted = sorted_once(unitplan_wanted(spec, a));
	r.owner = arena_array(a, r.wanted.len, size_t);
	r.units = arena_array(a, UNITPLAN_UNITS_MAX + 1, struct unit);
	struct unitplan plan = {0};
	read_lines(&r, text);
	if (r.len == 0)
		complain(&r, "there is no list of files, with lines as \"- `src/ring.c`: the ring\"");
	else
		plan = make_plan(&r);
	if (r.more)
		problems.items[problems.len++] = arena_printf(a, "and %zu more", r.more);
	*ret = problems.len ? (struct unitplan){0} : plan;
	*ret_problems = problems;
	vec_release(&r.defines);
	vec_release(&r.after);
}

/* ---- replies */

static bool holds_list(struct str text)
{
	struct str line, item;
	size_t indent;
	while (str_next_line(&text, &line)) {
		if (!take_bullet(line, &indent, &item))
			continue;
		struct str path = without(str_first(item, str_index(item, ':')), "` ");
		if (unitplan_path(path))
			return true;
	}
	return false;
}

struct str unitplan_of_reply(struct str reply)
{
	struct markdown m = {0};
	struct str rest = reply, line, title;
	const char *start = NULL;
	while (str_next_line(&rest, &line)) {
		bool was_open = m.fence != '\0';
		markdown_line(&m, line, &title);
		if (!was_open && m.fence)
			start = rest.ptr;
		struct str inside = {start, start ? (size_t)(line.ptr - start) : 0};
		if (was_open && !m.fence && holds_list(inside))
			return inside;
	}
	/* One without an end, of a reply that was cut. */
	struct str inside = {start, start ? (size_t)(reply.ptr + reply.len - start) : 0};
	return m.fence && holds_list(inside) ? inside : reply;
}
