#include "harness/diag.h"

#include "core/mem.h"

static const struct {
	const char *mark; /* stands between the place and the message */
	enum diag_severity severity;
} marks[] = {
	{": fatal error: ", DIAG_ERROR},
	{": error: ", DIAG_ERROR},
	{": warning: ", DIAG_WARNING},
	{": note: ", DIAG_NOTE},
	/* at the beginning of a line, without a place: "error: cannot open file" */
	{"fatal error: ", DIAG_ERROR},
	{"error: ", DIAG_ERROR},
	{"warning: ", DIAG_WARNING},
	/* the last words of a tool that breaks down */
	{"LLVM ERROR: ", DIAG_ERROR},
	{"Assertion failed: ", DIAG_ERROR},
};

/* Bounded, and with anything a terminal could take as a command removed; the C1
 * control characters stand behind 0xC2 in UTF-8. */
static const char *clean(struct str s, struct arena *a)
{
	if (s.len > DIAG_TEXT_MAX)
		s = str_whole_characters(str_first(s, DIAG_TEXT_MAX));
	char *text = arena_str(a, s);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)text[i], next = (unsigned char)text[i + 1];
		if (c < 0x20 || c == 0x7F)
			text[i] = ' ';
		else if (c == 0xC2 && next >= 0x80 && next < 0xA0)
			text[i] = text[i + 1] = ' ';
	}
	return text;
}

/* Takes ":NUMBER" off the end of the place. */
static bool cut_number(struct str *place, unsigned *ret)
{
	size_t at = place->len;
	while (at > 0 && place->ptr[at - 1] >= '0' && place->ptr[at - 1] <= '9')
		at--;
	uint64_t number;
	if (at < 2 || place->ptr[at - 1] != ':' || !str_to_u64(str_from(*place, at), &number) || number > 1000000000)
		return false;
	*ret = (unsigned)number;
	*place = str_first(*place, at - 1);
	return true;
}

static void set_place(struct diag *d, struct str place, struct arena *a)
{
	unsigned last, first;
	if (cut_number(&place, &last)) {
		d->line = last;
		if (cut_number(&place, &first)) {
			d->line = first;
			d->column = last;
		}
	}
	d->file = clean(place, a);
}

/* The first mark in the line: what comes behind it is text. */
static bool find_mark(struct str line, size_t *ret_at, size_t *ret_mark)
{
	size_t first = line.len;
	for (size_t i = 0; i < countof(marks); i++) {
		struct str mark = str_of(marks[i].mark);
		const char *found = line.len ? memmem(line.ptr, line.len, mark.ptr, mark.len) : NULL;
		size_t at = found ? (size_t)(found - line.ptr) : line.len;
		if (at >= first || (mark.ptr[0] != ':' && at > 0))
			continue;
		first = *ret_at = at;
		*ret_mark = i;
	}
	return first < line.len;
}

static struct diag parse_line(struct str line, size_t at, size_t mark, struct arena *a)
{
	struct diag d = {.severity = marks[mark].severity};
	set_place(&d, str_first(line, at), a);
	d.message = clean(str_from(line, at + strlen(marks[mark].mark)), a);
	return d;
}

/* ---- fix-its: fix-it:"a.c":{3:5-3:9}:"text", with backslashes in front of what C escapes */

/* Cuts a quoted text off the front. */
static bool cut_quoted(struct str *rest, struct arena *a, const char **ret)
{
	char *out = arena_array(a, rest->len + 1, char);
	size_t len = 0, at = 1;
	if (rest->len == 0 || rest->ptr[0] != '"')
		return false;
	for (; at < rest->len && rest->ptr[at] != '"'; at++) {
		char c = rest->ptr[at];
		if (c == '\\' && at + 1 < rest->len) {
			c = rest->ptr[++at];
			c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
		}
		out[len++] = c;
	}
	if (at >= rest->len)
		return false;
	*ret = out;
	*rest = str_from(*rest, at + 1);
	return true;
}

/* Cuts a number and the byte behind it off the front. */
static bool cut_place(struct str *rest, char behind, unsigned *ret)
{
	uint64_t number;
	size_t len = str_index(*rest, behind);
	if (len == rest->len || !str_to_u64(str_first(*rest, len), &number) || number > 1000000000)
		return false;
	*ret = (unsigned)number;
	*rest = str_from(*rest, len + 1);
	return true;
}

static bool parse_fixit(struct str line, struct arena *a, struct fixit *f)
{
	struct str rest = str_from(line, strlen("fix-it:"));
	if (!cut_quoted(&rest, a, &f->file) || !str_starts(rest, STR(":{")))
		return false;
	rest = str_from(rest, 2);
	if (!cut_place(&rest, ':', &f->line) || !cut_place(&rest, '-', &f->column) || !cut_place(&rest, ':', &f->end_line) ||
	    !cut_place(&rest, '}', &f->end_column) || !str_starts(rest, STR(":")))
		return false;
	rest = str_from(rest, 1);
	return cut_quoted(&rest, a, &f->text) && f->line && f->column && f->end_line >= f->line && f->end_column;
}

static void add_fixit(struct diag *d, struct str line, struct arena *a)
{
	struct fixit f;
	if (d->fixits_len == FIXITS_MAX || !parse_fixit(line, a, &f))
		return;
	if (!d->fixits)
		d->fixits = arena_array(a, FIXITS_MAX, struct fixit);
	d->fixits[d->fixits_len++] = f;
}

struct diag_list diag_parse(struct str text, struct arena *a)
{
	struct {
		struct diag *items;
		size_t len, cap;
	} found = {0};
	struct diag_list list = {0};
	struct str line;
	size_t at = 0, mark = 0;
	while (str_next_line(&text, &line)) {
		if (line.len == 0)
			continue;
		line = str_whole_characters(str_first(line, 2 * DIAG_TEXT_MAX));
		if (str_starts(line, STR("fix-it:"))) {
			if (found.len)
				add_fixit(&found.items[found.len - 1], line, a);
			continue;
		}
		bool known = find_mark(line, &at, &mark);
		list.errors += known && marks[mark].severity == DIAG_ERROR;
		/* An error finds room even behind a flood of warnings. */
		size_t room = known && marks[mark].severity == DIAG_ERROR ? 2 * DIAG_MAX : DIAG_MAX;
		if (known && found.len < room)
			*vec_push(&found) = parse_line(line, at, mark, a);
		else
			list.left_out++;
	}
	list.items = arena_array(a, found.len, struct diag);
	list.len = found.len;
	if (found.len)
		memcpy(list.items, found.items, found.len * sizeof(*list.items));
	vec_release(&found);
	return list;
}

const struct diag *diag_first_error(const struct diag_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].severity == DIAG_ERROR)
			return &list->items[i];
	}
	return NULL;
}
