#include "harness/diag.h"

#include "core/mem.h"

static const struct {
	struct str mark; /* stands between the place and the message */
	enum diag_severity severity;
} marks[] = {
	{{": fatal error: ", 14}, DIAG_ERROR},
	{{": error: ", 9}, DIAG_ERROR},
	{{": warning: ", 11}, DIAG_WARNING},
	{{": note: ", 8}, DIAG_NOTE},
	/* without a place: "error: cannot open file" */
	{{"error: ", 7}, DIAG_ERROR},
	{{"warning: ", 9}, DIAG_WARNING},
};

/* Bounded, and with anything a terminal could take as a command removed. */
static const char *clean(struct str s, struct arena *a)
{
	char *text = arena_str(a, str_first(s, DIAG_TEXT_MAX));
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = ' ';
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

static bool parse_line(struct str line, struct arena *a, struct diag *ret)
{
	for (size_t i = 0; i < countof(marks); i++) {
		struct str mark = marks[i].mark;
		const char *found = line.len ? memmem(line.ptr, line.len, mark.ptr, mark.len) : NULL;
		bool anywhere = mark.ptr[0] == ':';
		if (!found || (!anywhere && found != line.ptr))
			continue;
		size_t at = (size_t)(found - line.ptr);
		*ret = (struct diag){.severity = marks[i].severity};
		set_place(ret, str_first(line, at), a);
		ret->message = clean(str_from(line, at + mark.len), a);
		return true;
	}
	return false;
}

struct diag_list diag_parse(struct str text, struct arena *a)
{
	struct {
		struct diag *items;
		size_t len, cap;
	} found = {0};
	struct diag_list list = {0};
	struct diag d;
	struct str line;
	while (str_next_line(&text, &line)) {
		if (line.len == 0)
			continue;
		if (!parse_line(str_first(line, 2 * DIAG_TEXT_MAX), a, &d) || found.len == DIAG_MAX) {
			list.left_out++;
			continue;
		}
		list.errors += d.severity == DIAG_ERROR;
		*vec_push(&found) = d;
	}
	list.items = arena_array(a, found.len, struct diag);
	list.len = found.len;
	if (found.len)
		memcpy(list.items, found.items, found.len * sizeof(d));
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
