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

/* ---- fix-its */

/* "   12 | source" and what stands below it: text of the source, which can look like anything. */
static bool is_shown_source(struct str line)
{
	size_t at = 0, blanks = 0;
	for (; at < line.len && line.ptr[at] == ' '; at++)
		blanks++;
	for (; at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9'; at++)
		continue;
	return blanks + at > 0 && str_starts(str_from(line, at), at == blanks ? STR("| ") : STR(" | "));
}

/* Cuts a text in quotes off the front, as LLVM escapes it. NULL if it is none, or none for a source. */
static const char *cut_quoted(struct str *rest, struct arena *a)
{
	char text[DIAG_TEXT_MAX + 1];
	size_t len = 0, at = 1;
	for (; at < rest->len && rest->ptr[at] != '"' && len < DIAG_TEXT_MAX; at++) {
		char c = rest->ptr[at], next = at + 1 < rest->len ? rest->ptr[at + 1] : '\0';
		if (c == '\\') {
			/* Others are written as numbers: bytes above ASCII, which are not worth it. */
			if (!next || !strchr("\\\"tn", next))
				return NULL;
			c = next == 't' ? '\t' : next == 'n' ? '\n' : next;
			at++;
		} else if ((unsigned char)c < 0x20 || (unsigned char)c >= 0x7F) {
			return NULL;
		}
		text[len++] = c;
	}
	if (rest->len == 0 || rest->ptr[0] != '"' || at >= rest->len || rest->ptr[at] != '"')
		return NULL;
	*rest = str_from(*rest, at + 1);
	return arena_str(a, (struct str){text, len});
}

/* "12:5" and the byte behind it. */
static bool cut_place(struct str *rest, char behind, unsigned *ret_line, unsigned *ret_column)
{
	size_t end = str_index(*rest, behind);
	struct str place = str_first(*rest, min_size(end, 30));
	uint64_t line;
	size_t colon = str_index(place, ':');
	if (end == rest->len || !cut_number(&place, ret_column) || place.len != colon || !str_to_u64(place, &line) ||
	    line > 1000000000)
		return false;
	*ret_line = (unsigned)line;
	*rest = str_from(*rest, end + 1);
	return true;
}

/* fix-it:"/src/a.c":{3:5-3:8}:"text", of the file in which the diagnostic is. */
static bool parse_fixit(struct str line, const struct diag *d, struct arena *a, struct fixit *ret)
{
	static const char mark[] = "fix-it:";
	struct fixit f = {0};
	struct str rest = str_from(line, strlen(mark));
	const char *file = str_starts(line, STR(mark)) ? cut_quoted(&rest, a) : NULL;
	if (!file || strcmp(file, d->file) != 0 || !str_starts(rest, STR(":{")))
		return false;
	rest = str_from(rest, 2);
	if (!cut_place(&rest, '-', &f.line, &f.column) || !cut_place(&rest, '}', &f.end_line, &f.end_column) ||
	    !str_starts(rest, STR(":\"")))
		return false;
	rest = str_from(rest, 1);
	f.text = cut_quoted(&rest, a);
	bool forward = f.end_line > f.line || (f.end_line == f.line && f.end_column >= f.column);
	if (!f.text || rest.len || !f.line || !f.column || !forward)
		return false;
	*ret = f;
	return true;
}

/* ---- the whole */

struct parsing {
	struct arena *a;
	struct diag_list list;
	struct {
		struct diag *items;
		size_t len, cap;
	} found;
	struct {
		struct fixit *items;
		size_t len, cap;
	} fixits; /* in the order of what they belong to */
	bool kept;  /* the last diagnostic is in `found`, and all its fix-its were understood */
};

static void take_fixit(struct parsing *p, struct str line)
{
	struct diag *d = p->kept ? &p->found.items[p->found.len - 1] : NULL;
	struct fixit f;
	if (!d)
		return;
	if (p->fixits.len < DIAG_FIXITS_MAX && parse_fixit(line, d, p->a, &f)) {
		*vec_push(&p->fixits) = f;
		d->fixits_len++;
		return;
	}
	/* Half of a fix is none. */
	p->fixits.len -= d->fixits_len;
	d->fixits_len = 0;
	p->kept = false;
}

static void take_line(struct parsing *p, struct str line)
{
	size_t at = 0, mark = 0;
	if (str_starts(line, STR("fix-it:\""))) {
		take_fixit(p, line);
		return;
	}
	line = str_whole_characters(str_first(line, 2 * DIAG_TEXT_MAX));
	bool known = !is_shown_source(line) && find_mark(line, &at, &mark);
	bool error = known && marks[mark].severity == DIAG_ERROR;
	/* An error finds room even behind a flood of warnings. */
	bool room = known && p->found.len < (error ? 2 * DIAG_MAX : DIAG_MAX);
	p->list.errors += error;
	p->list.left_out += !room;
	if (room)
		*vec_push(&p->found) = parse_line(line, at, mark, p->a);
	if (known)
		p->kept = room;
}

static void give_fixits(struct parsing *p)
{
	struct fixit *all = arena_array(p->a, p->fixits.len, struct fixit);
	if (p->fixits.len)
		memcpy(all, p->fixits.items, p->fixits.len * sizeof(*all));
	for (size_t i = 0; i < p->found.len; i++) {
		p->found.items[i].fixits = all;
		all += p->found.items[i].fixits_len;
	}
}

struct diag_list diag_parse(struct str text, struct arena *a)
{
	struct parsing p = {.a = a};
	struct str line;
	while (str_next_line(&text, &line)) {
		if (line.len)
			take_line(&p, line);
	}
	give_fixits(&p);
	p.list.items = arena_array(a, p.found.len, struct diag);
	p.list.len = p.found.len;
	if (p.found.len)
		memcpy(p.list.items, p.found.items, p.found.len * sizeof(*p.list.items));
	vec_release(&p.found);
	vec_release(&p.fixits);
	return p.list;
}

const struct diag *diag_first_error(const struct diag_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].severity == DIAG_ERROR)
			return &list->items[i];
	}
	return NULL;
}

const char *diag_undefined_symbol(const struct diag *d)
{
	static const char before[] = "undefined symbol: ";
	const char *found = strstr(d->message, before);
	return found ? found + strlen(before) : NULL;
}

struct strings diag_undefined_symbols(const struct diag_list *list, struct arena *a)
{
	struct strings names = {arena_array(a, list->len + 1, const char *), 0};
	for (size_t i = 0; i < list->len; i++) {
		const char *name = diag_undefined_symbol(&list->items[i]);
		if (name && !strings_have(&names, name))
			names.items[names.len++] = name;
	}
	return names;
}
