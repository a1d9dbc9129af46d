#include "cli/judgement_report.h"
#include "cli/judgement_report_parts.h"

enum { UNSEEN_SHOWN = 2, NAMES_SHOWN = 30, PLACES_SHOWN = 8 };

struct rows {
	const char **items; /* in the arena */
	size_t len, cap;
};

/* ---- what was not looked at */

/* Those that no judge looks at have the same to say, mostly. */
static void add_gates(struct report *r, struct rows *rows)
{
	const json_t *gates = json_object_get(r->value, "gates");
	const char *names = "", *last = NULL;
	for (size_t i = 0; i < json_array_size(gates); i++) {
		const json_t *gate = json_array_get(gates, i);
		const char *detail = json_text_of(gate, "detail");
		if (report_in_table(gate))
			continue;
		bool same = last && strcmp(detail, last) == 0;
		names = arena_printf(&r->arena, "%s%s%s", same ? names : "", same ? ", " : "",
				     json_text_of(gate, "name"));
		if (!same)
			vec_push(rows);
		rows->items[rows->len - 1] = arena_printf(&r->arena, "%s: %s", names, detail);
		last = detail;
	}
}

static void add_uncalled(struct report *r, struct rows *rows)
{
	const json_t *functions = json_object_get(json_object_get(r->value, "differential"), "functions"),
		     *left_out = json_object_get(functions, "left_out");
	for (size_t i = 0; i < json_array_size(left_out); i++) {
		const json_t *f = json_array_get(left_out, i);
		*vec_push(rows) = arena_printf(&r->arena, "%s past the tests: %s", json_text_of(f, "name"),
					       json_text_of(f, "why"));
	}
}

/* Ways of building that nothing was tried in; where nothing was at all, the gate says so. */
static void add_unexplored(struct report *r, struct rows *rows)
{
	const json_t *differential = json_object_get(r->value, "differential"),
		     *ways = json_object_get(differential, "ways");
	for (size_t i = 0; i < json_array_size(ways) && json_count_of(differential, "inputs"); i++) {
		const json_t *w = json_array_get(ways, i);
		const char *flags = json_text_of(w, "flags");
		if (json_count_of(w, "inputs") == 0)
			*vec_push(rows) = arena_printf(&r->arena, "calls past the tests, built with %s: %s",
						       flags[0] ? flags : "no flags of its own", json_text_of(w, "why"));
	}
}

/* All of them are in the JSON. */
static void add_not_executed(struct report *r, struct rows *rows)
{
	const json_t *executed = json_object_get(r->value, "executed"), *missed = json_object_get(executed, "missed");
	json_int_t lines = json_integer_value(json_object_get(executed, "lines")),
		   came = json_integer_value(json_object_get(executed, "executed"));
	const char *places = "";
	size_t shown = r->all ? json_array_size(missed) : min_size(PLACES_SHOWN, json_array_size(missed));
	if (came >= lines)
		return;
	for (size_t i = 0; i < shown; i++)
		places = arena_printf(&r->arena, "%s%s%s", places, i ? ", " : "",
				      report_place(r, json_array_get(missed, i)));
	*vec_push(rows) = arena_printf(&r->arena, "%lld of %lld lines with statements, which no judge executed: %s%s",
				       (long long)(lines - came), (long long)lines, places,
				       shown < json_array_size(missed) ? ", …" : "");
}

static void collect_unseen(struct report *r, struct rows *rows)
{
	const json_t *unjudged = json_object_get(r->value, "unjudged"), *unseen = json_object_get(r->value, "unseen"),
		     *freed = json_object_get(json_object_get(r->value, "trace"), "free");
	add_gates(r, rows);
	if (json_array_size(freed))
		*vec_push(rows) = arena_printf(&r->arena, "by trace.free in recast.json: %s",
					       report_names(r, freed, NAMES_SHOWN));
	for (size_t i = 0; i < json_array_size(unjudged); i++)
		*vec_push(rows) = arena_printf(&r->arena, "%s, which the preprocessor leaves out",
					       report_place(r, json_array_get(unjudged, i)));
	add_not_executed(r, rows);
	for (size_t i = 0; i < json_array_size(unseen); i++)
		*vec_push(rows) = json_text_item(unseen, i);
	add_unexplored(r, rows);
	add_uncalled(r, rows);
}

struct strings judgement_report_unseen(const json_t *judgement, struct arena *a)
{
	struct report r = {.value = judgement, .all = true};
	struct rows rows = {0};
	collect_unseen(&r, &rows);
	struct strings list = {arena_copy(a, rows.items, rows.len, sizeof(*rows.items)), rows.len};
	arena_adopt(a, &r.arena);
	vec_release(&rows);
	return list;
}

void report_unseen(struct report *r)
{
	struct rows rows = {0};
	collect_unseen(r, &rows);
	size_t shown = report_rows(r, rows.len, UNSEEN_SHOWN);
	if (rows.len)
		report_heading("not looked at");
	for (size_t i = 0; i < shown; i++)
		report_row(r, rows.items[i]);
	report_more(shown, rows.len);
	vec_release(&rows);
}

/* In one line, where there is something more urgent. */
void report_unseen_briefly(struct report *r)
{
	struct rows rows = {0};
	collect_unseen(r, &rows);
	if (rows.len == 1)
		report_labelled(r, "unseen", rows.items[0]);
	else if (rows.len)
		report_labelled(r, "unseen",
				arena_printf(&r->arena, "%s; and %zu more (--all)", rows.items[0], rows.len - 1));
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
	const json_t *lists[] = {json_object_get(json_object_get(r->value, "trace"), "free"),
				 json_object_get(r->value, "free")};
	for (size_t l = 0; l < countof(lists); l++) {
		for (size_t i = 0; i < json_array_size(lists[l]); i++) {
			if (json_is_string(json_array_get(lists[l], i)))
				*vec_push(rows) = quoted(r, json_array_get(lists[l], i));
		}
	}
	return rows->len;
}

/* To be pasted, so nothing is cut; lines end between items. */
void report_free(struct report *r)
{
	static const char front[] = "\"trace\": { \"free\": [";
	struct rows rows = {0};
	if (json_array_size(json_object_get(r->value, "free")) == 0)
		return;
	size_t len = collect_free(r, &rows), column = INDENT + strlen(front), width = terminal_width();
	report_heading("if the documentation lets these differ, recast.json can say so");
	printf("%*s%s", INDENT, "", front);
	for (size_t i = 0; i < len; i++) {
		const char *end = i + 1 < len ? "," : "] }";
		size_t columns = 1 + strlen(rows.items[i]) + strlen(end);
		bool wraps = i && column + columns > width;
		if (wraps)
			printf("\n%*s", INDENT + 2, "");
		printf("%s%s%s", i && !wraps ? " " : "", rows.items[i], end);
		column = (wraps ? INDENT + 1 : column) + columns;
	}
	printf("%s\n", len ? "" : "] }");
	vec_release(&rows);
}
