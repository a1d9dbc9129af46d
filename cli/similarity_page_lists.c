#include "cli/similarity_page_parts.h"

enum { ROWS_OPEN = 12 };

static void add_both(struct sim_page *p, const json_t *row, const char *original, const char *candidate)
{
	page_place(p, ORIGINAL, json_object_get(row, original));
	buf_append_cstr(p->out, "</td><td>");
	page_place(p, CANDIDATE, json_object_get(row, candidate));
}

/* ---- functions */

static void add_function(struct sim_page *p, const json_t *f)
{
	buf_append_cstr(p->out, "<tr><td class=\"n\">");
	page_percent(p->out, page_number(f, "score"));
	buf_append_cstr(p->out, "</td><td>");
	page_element(p->out, "code", "", json_text_of(f, "candidate"));
	buf_append_cstr(p->out, json_is(f, "forced") ? " <span class=\"dim\">dictated</span></td><td>" : "</td><td>");
	page_element(p->out, "code", "", json_text_of(f, "original"));
	buf_printf(p->out, "</td><td class=\"n\">%zu</td><td>", json_count_of(f, "tokens"));
	add_both(p, f, "original_place", "candidate_place");
	buf_append_cstr(p->out, "</td></tr>\n");
}

static void add_function_rows(struct sim_page *p, const json_t *list, size_t from, size_t to)
{
	buf_append_cstr(p->out,
			"<div class=\"wide\"><table><tr><th class=\"n\">like</th><th>in the rewrite</th>"
			"<th>in the original</th><th class=\"n\">tokens</th><th>original</th><th>rewrite</th></tr>\n");
	for (size_t i = from; i < to; i++)
		add_function(p, json_array_get(list, i));
	buf_append_cstr(p->out, "</table></div>\n");
}

static void add_functions(struct sim_page *p)
{
	const json_t *list = json_object_get(p->value, "functions");
	size_t len = json_array_size(list), some = 0;
	while (some < len && json_text_of(json_array_get(list, some), "original")[0])
		some++;
	buf_printf(p->out, "<h3>Functions</h3>\n<p>Of %zu in the rewrite, %zu have some likeness to one of the "
			   "original's.</p>\n", len, some);
	if (some)
		add_function_rows(p, list, 0, min_size(some, ROWS_OPEN));
	if (some > ROWS_OPEN) {
		buf_printf(p->out, "<details><summary>%zu more</summary>\n", some - ROWS_OPEN);
		add_function_rows(p, list, ROWS_OPEN, some);
		buf_append_cstr(p->out, "</details>\n");
	}
}

/* ---- words */

static void add_words(struct sim_page *p, const char *key, const char *what)
{
	const json_t *words = json_object_get(p->value, key), *items = json_object_get(words, "items");
	buf_printf(p->out, "<details%s><summary>%s: %zu of the original's %zu stand in both (",
		   json_array_size(items) && json_array_size(items) <= 10 ? " open" : "", what,
		   json_count_of(words, "shared"), json_count_of(words, "original"));
	page_percent(p->out, page_number(words, "share"));
	buf_append_cstr(p->out, ")</summary>\n");
	if (json_array_size(items))
		buf_append_cstr(p->out, "<div class=\"wide\"><table>\n");
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *word = json_array_get(items, i);
		buf_append_cstr(p->out, "<tr><td>");
		page_element(p->out, "code", "", json_text_of(word, "text"));
		buf_append_cstr(p->out, "</td><td>");
		add_both(p, word, "original", "candidate");
		buf_append_cstr(p->out, "</td></tr>\n");
	}
	buf_append_cstr(p->out, json_array_size(items) ? "</table></div></details>\n" : "</details>\n");
}

/* ---- tables */

static void add_table_rows(struct sim_page *p, const json_t *list, size_t from, size_t to)
{
	buf_append_cstr(p->out, "<div class=\"wide\"><table><tr><th class=\"n\">in the same order</th><th class=\"n\">"
				"elements</th><th>original</th><th>rewrite</th></tr>\n");
	for (size_t i = from; i < to; i++) {
		const json_t *t = json_array_get(list, i);
		buf_printf(p->out, "<tr><td class=\"n\">%zu</td><td class=\"n\">%zu</td><td>",
			   json_count_of(t, "shared"), json_count_of(t, "elements"));
		add_both(p, t, "original", "candidate");
		buf_append_cstr(p->out, "</td></tr>\n");
	}
	buf_append_cstr(p->out, "</table></div>\n");
}

static void add_tables(struct sim_page *p)
{
	const json_t *list = json_object_get(p->value, "tables");
	size_t len = json_array_size(list), shown = min_size(len, ROWS_OPEN);
	buf_append_cstr(p->out, "<h3>Tables of data</h3>\n");
	if (shown)
		add_table_rows(p, list, 0, shown);
	else
		buf_append_cstr(p->out, "<p>None in common.</p>\n");
	if (len == shown)
		return;
	buf_printf(p->out, "<details><summary>%zu more</summary>\n", len - shown);
	add_table_rows(p, list, shown, len);
	buf_append_cstr(p->out, "</details>\n");
}

/* Only where there are some. */
static void add_interpreters(struct sim_page *p)
{
	const json_t *list = json_object_get(p->value, "interpreters");
	if (!json_array_size(list))
		return;
	buf_append_cstr(p->out,
			"<h3>Tables that are interpreted</h3>\n<p class=\"dim\">Each may be a program, of which the "
			"text says little.</p>\n<div class=\"wide\"><table><tr><th class=\"n\">values</th>"
			"<th>table</th><th>interpreted by</th><th>at</th><th>in the original</th></tr>\n");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		buf_printf(p->out, "<tr><td class=\"n\">%zu</td><td>", json_count_of(row, "elements"));
		page_place(p, CANDIDATE, json_object_get(row, "table"));
		buf_append_cstr(p->out, "</td><td>");
		page_element(p->out, "code", "", json_text_of(row, "function"));
		buf_append_cstr(p->out, "</td><td>");
		page_place(p, CANDIDATE, json_object_get(row, "place"));
		buf_printf(p->out, "</td><td>%s</td></tr>\n", json_is(row, "in_original") ? "one like it" : "none");
	}
	buf_append_cstr(p->out, "</table></div>\n");
}

void page_lists(struct sim_page *p)
{
	add_functions(p);
	buf_append_cstr(p->out, "<h3>Words that both have</h3>\n<p class=\"dim\">Those of the interface and of the C "
				"library do not count.</p>\n");
	add_words(p, "identifiers", "Identifiers");
	add_words(p, "strings", "Strings");
	add_words(p, "comments", "Sentences of comments");
	add_tables(p);
	add_interpreters(p);
}
