#include "cli/judgement_report_parts.h"

enum { UNSEEN_SHOWN = 4, FREE_SHOWN = 8, NAMES_SHOWN = 30 };

struct rows {
	const char **items; /* in the arena */
	size_t len, cap;
};

/* ---- what was not looked at */

static void add_gates(struct report *r, struct rows *rows)
{
	const json_t *gates = json_object_get(r->value, "gates");
	for (size_t i = 0; i < json_array_size(gates); i++) {
		const json_t *gate = json_array_get(gates, i);
		if (!report_in_table(gate))
			*vec_push(rows) = arena_printf(&r->arena, "%s: %s", json_text_of(gate, "name"), json_text_of(gate, "detail"));
	}
}

void report_unseen(struct report *r)
{
	const json_t *unjudged = json_object_get(r->value, "unjudged"), *unseen = json_object_get(r->value, "unseen"),
		     *freed = json_object_get(json_object_get(r->value, "trace"), "free");
	struct rows rows = {0};
	add_gates(r, &rows);
	if (json_array_size(freed))
		*vec_push(&rows) = arena_printf(&r->arena, "by trace.free in recast.json: %s",
						report_names(r, freed, NAMES_SHOWN));
	for (size_t i = 0; i < json_array_size(unjudged); i++)
		*vec_push(&rows) = arena_printf(&r->arena, "%s, which the preprocessor leaves out",
						report_place(r, json_array_get(unjudged, i)));
	for (size_t i = 0; i < json_array_size(unseen); i++)
		*vec_push(&rows) = json_text_item(unseen, i);
	size_t shown = report_rows(r, rows.len, UNSEEN_SHOWN);
	if (rows.len)
		report_heading("not looked at");
	for (size_t i = 0; i < shown; i++)
		report_row(r, rows.items[i]);
	report_more(shown, rows.len);
	vec_release(&rows);
}

/* ---- what can be declared */

/* An item as JSON in ASCII; the arena's. */
static const char *quoted(struct report *r, const json_t *item)
{
	SCOPED_MEM char *text = json_dumps(item, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	return text ? arena_strdup(&r->arena, text) : "\"\"";
}

/* Those that hold already, then the proposed ones: a key can stand in a file once. */
static size_t collect_free(struct report *r, struct rows *rows)
{
	const json_t *lists[] = {json_object_get(json_object_get(r->value, "trace"), "free"), json_object_get(r->value, "free")};
	for (size_t l = 0; l < countof(lists); l++) {
		for (size_t i = 0; i < json_array_size(lists[l]); i++) {
			if (json_is_string(json_array_get(lists[l], i)))
				*vec_push(rows) = quoted(r, json_array_get(lists[l], i));
		}
	}
	return rows->len;
}

/* One line if it fits; else an item a line, which is not cut, since it is to be pasted. */
void report_free(struct report *r)
{
	SCOPED_BUF struct buf line;
	struct rows rows = {0};
	if (json_array_size(json_object_get(r->value, "free")) == 0)
		return;
	size_t len = collect_free(r, &rows), shown = report_rows(r, len, FREE_SHOWN);
	buf_init(&line, SIZE_MAX / 2);
	for (size_t i = 0; i < len; i++)
		buf_printf(&line, "%s%s", i ? ", " : "", rows.items[i]);
	report_heading("to let these differ, if the documentation leaves them open, put into recast.json");
	if (INDENT + line.len + strlen("\"trace\": { \"free\": [] }") <= terminal_width()) {
		printf("%*s\"trace\": { \"free\": [%s] }\n", INDENT, "", line.ptr);
	} else {
		printf("%*s\"trace\": { \"free\": [\n", INDENT, "");
		for (size_t i = 0; i < shown; i++)
			printf("%*s%s%s\n", INDENT + 2, "", rows.items[i], i + 1 < len ? "," : "");
		report_more(shown, len);
		printf("%*s] }\n", INDENT, "");
	}
	vec_release(&rows);
}
