#include "cli/report_html_parts.h"

#include "cli/failed_tests.h"
#include "cli/judgement_report.h"
#include "cli/strength_report.h"
#include "harness/differences.h"
#include "harness/verdict.h"

enum { OPEN = 12, SHOWN_MAX = 500 };

const char *report_html_class(const char *verdict)
{
	static const struct {
		const char *word, *class_name;
	} rows[] = {
		{"pass", "good"},   {"fail", "bad"},      {"inconclusive", "warn"}, {"not judged", "dim"},
		{"faster", "good"}, {"slower", "bad"},    {"same", "dim"},          {"wrong", "bad"},
		{"refused", "bad"}, {"recorded", "good"}, {"unattested", "warn"},   {"none", "warn"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		if (strcmp(verdict, rows[i].word) == 0)
			return rows[i].class_name;
	}
	return "warn";
}

void report_html_place(struct buf *out, const json_t *row)
{
	const char *file = json_text_of(row, "file");
	size_t line = json_count_of(row, "line"), end = json_count_of(row, "end_line");
	if (!file[0])
		return;
	buf_append_cstr(out, "<code>");
	page_cstr(out, file);
	if (line)
		buf_printf(out, end > line ? ":%zu-%zu" : ":%zu", line, end);
	buf_append_cstr(out, "</code>");
}

/* Rows as a list: the first ones open, the others behind a fold. */
static void add_list(struct buf *out, const json_t *rows, void (*add)(struct buf *out, const json_t *row))
{
	size_t len = min_size(json_array_size(rows), SHOWN_MAX);
	for (size_t from = 0; from < len;) {
		size_t to = from ? len : min_size(len, OPEN);
		if (from)
			buf_printf(out, "<details><summary>%zu more</summary>\n", json_array_size(rows) - from);
		buf_append_cstr(out, "<ul>\n");
		for (size_t i = from; i < to; i++) {
			buf_append_cstr(out, "<li>");
			add(out, json_array_get(rows, i));
			buf_append_cstr(out, "</li>\n");
		}
		buf_append_cstr(out, from ? "</ul></details>\n" : "</ul>\n");
		from = to;
	}
}

static void add_fold(struct buf *out, const json_t *rows, const char *summary,
		     void (*add)(struct buf *out, const json_t *row))
{
	if (!json_array_size(rows))
		return;
	buf_printf(out, "<details><summary>%zu %s</summary>\n", json_array_size(rows), summary);
	add_list(out, rows, add);
	buf_append_cstr(out, "</details>\n");
}

/* ---- gates */

static void add_remark(struct buf *out, const json_t *remark)
{
	const char *remedy = json_text_of(remark, "remedy");
	report_html_place(out, remark);
	buf_append_cstr(out, " ");
	page_cstr(out, json_text_of(remark, "text"));
	if (!remedy[0])
		return;
	buf_append_cstr(out, "<br>");
	page_element(out, "span", "dim", remedy);
}

static void add_gate(struct buf *out, const json_t *gate)
{
	const char *verdict = json_text_of(gate, "verdict");
	const json_t *findings = json_object_get(gate, "findings"), *notes = json_object_get(gate, "notes");
	buf_append_cstr(out, "<tr>");
	page_element(out, "th", "", json_text_of(gate, "name"));
	page_element(out, "td", report_html_class(verdict), verdict);
	buf_append_cstr(out, "<td>");
	page_cstr(out, json_text_of(gate, "detail"));
	add_list(out, findings, add_remark);
	if (json_array_size(notes)) {
		buf_printf(out, "<details><summary>%zu note%s</summary>\n", json_array_size(notes),
			   json_array_size(notes) == 1 ? "" : "s");
		add_list(out, notes, add_remark);
		buf_append_cstr(out, "</details>\n");
	}
	buf_append_cstr(out, "</td></tr>\n");
}

static void add_gates(struct buf *out, const json_t *check)
{
	const json_t *gates = json_object_get(check, "gates");
	buf_append_cstr(out, "<div class=\"wide\"><table class=\"gates\"><tbody>\n");
	for (size_t i = 0; i < json_array_size(gates); i++)
		add_gate(out, json_array_get(gates, i));
	buf_append_cstr(out, "</tbody></table></div>\n");
}

/* ---- tests and calls */

static void add_test_name(struct buf *out, const json_t *test)
{
	page_element(out, "code", "", json_text_of(test, "program"));
	if (json_text_of(test, "name")[0]) {
		buf_append_cstr(out, " ");
		page_element(out, "code", "", json_text_of(test, "name"));
	}
	page_element(out, "span", "dim", json_is(test, "sealed") ? " sealed" : "");
}

static void add_test(struct buf *out, const json_t *test)
{
	add_test_name(out, test);
	if (!json_text_of(test, "why")[0])
		return;
	buf_append_cstr(out, "<br>");
	page_cstr(out, json_text_of(test, "why"));
}

static void add_beside(struct buf *out, const json_t *d)
{
	buf_append_cstr(out, "<table class=\"beside\"><tbody><tr>");
	page_element(out, "th", "", json_text_of(d, "what"));
	buf_append_cstr(out, "<td class=\"dim\">expected</td><td><code>");
	page_cstr(out, json_text_of(d, "expected"));
	buf_append_cstr(out, "</code></td></tr><tr><th></th><td class=\"dim\">got</td><td class=\"bad\"><code>");
	page_cstr(out, json_text_of(d, "got"));
	buf_append_cstr(out, "</code></td></tr></tbody></table>");
}

static void add_divergence(struct buf *out, const json_t *d)
{
	page_element(out, "pre", "call", json_text_of(d, "call"));
	add_beside(out, d);
	if (json_text_of(d, "ended")[0]) {
		buf_append_cstr(out, "<p>the program then ");
		page_cstr(out, json_text_of(d, "ended"));
		buf_append_cstr(out, "</p>");
	}
	buf_printf(out, "<p class=\"dim\">call %zu of ", json_count_of(d, "index"));
	page_cstr(out, json_text_of(d, "program"));
	if (json_text_of(d, "test")[0]) {
		buf_append_cstr(out, ", in ");
		page_cstr(out, json_text_of(d, "test"));
	}
	buf_append_cstr(out, "</p>");
}

static void add_tests(struct buf *out, const json_t *check)
{
	const json_t *trace = json_object_get(check, "trace"), *divergences = json_object_get(trace, "divergences");
	SCOPED_JSON json_t *failed = failed_tests(check);
	if (json_array_size(failed)) {
		buf_append_cstr(out, "<h3>Tests that did not pass</h3>\n");
		add_list(out, failed, add_test);
	}
	if (json_array_size(divergences)) {
		buf_append_cstr(out, "<h3>Calls that are answered differently</h3>\n");
		add_list(out, divergences, add_divergence);
	}
}

/* ---- past the tests */

static void add_difference(struct buf *out, const json_t *d)
{
	const json_t *printed = json_object_get(d, "printed");
	page_element(out, "pre", "call", json_text_of(d, "calls"));
	add_beside(out, d);
	SCOPED_ARENA struct arena scratch = {0};
	const char *also = differences_also(d, &scratch);
	buf_printf(out, "<p class=\"dim\">in %zu input%s%s", json_count_of(d, "inputs"),
		   json_count_of(d, "inputs") == 1 ? "" : "s", also[0] ? "; also shows in " : "");
	page_cstr(out, also);
	if (json_count_of(d, "way")) {
		buf_append_cstr(out, ", built with ");
		page_cstr(out, json_text_of(d, "flags"));
	}
	buf_append_cstr(out, "</p>\n");
	buf_append_cstr(out, "<details><summary>as a program</summary>\n");
	page_element(out, "pre", "call", json_text_of(d, "program"));
	if (json_is(d, "reproduced")) {
		buf_append_cstr(out, "<p>With the original it prints</p>");
		page_element(out, "pre", "call", json_text_of(printed, "original"));
		buf_append_cstr(out, "<p>and with the rewrite</p>");
		page_element(out, "pre", "call", json_text_of(printed, "rewrite"));
	} else {
		buf_append_cstr(
			out,
			"<p>By itself it prints the same with both; the judge sees it where memory is watched.</p>");
	}
	buf_append_cstr(out, "</details>\n");
}

static void add_left_out(struct buf *out, const json_t *function)
{
	page_element(out, "code", "", json_text_of(function, "name"));
	buf_append_cstr(out, " ");
	page_cstr(out, json_text_of(function, "why"));
}

static void add_way(struct buf *out, const json_t *way)
{
	const char *flags = json_text_of(way, "flags");
	page_element(out, "code", "", flags[0] ? flags : "no flags of its own");
	buf_printf(out, " %zu ", json_count_of(way, "inputs"));
	page_cstr(out, json_text_of(way, "why"));
}

static void add_differential(struct buf *out, const json_t *check)
{
	const json_t *d = json_object_get(check, "differential"), *functions = json_object_get(d, "functions"),
		     *rows = json_object_get(d, "divergences");
	if (json_count_of(d, "inputs") == 0)
		return;
	buf_printf(
		out,
		"<h3>Past the tests</h3>\n<p>%zu inputs were generated with seed %zu: %zu calls of %zu of %zu functions. "
		"%zu inputs differ; to %zu the original gives no defined answer.</p>\n",
		json_count_of(d, "inputs"), json_count_of(d, "seed"), json_count_of(d, "calls"),
		json_count_of(functions, "called"), json_count_of(functions, "of"), json_count_of(d, "differing"),
		json_count_of(d, "undefined"));
	if (json_array_size(json_object_get(d, "ways")) > 1)
		add_fold(out, json_object_get(d, "ways"), "ways of building, with their inputs", add_way);
	add_list(out, rows, add_difference);
	add_fold(out, json_object_get(functions, "left_out"), "functions that were not called", add_left_out);
}

/* ---- what was not looked at */

static void add_text(struct buf *out, const json_t *text)
{
	page_cstr(out, json_is_string(text) ? json_string_value(text) : "");
}

/* As on a screen. */
static void add_unseen(struct buf *out, const json_t *check)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct strings unseen = judgement_report_unseen(check, &scratch);
	json_t *rows = json_texts(&unseen);
	const json_t *missing = json_object_get(json_object_get(check, "exercised"), "missing");
	if (unseen.len || json_array_size(missing))
		buf_append_cstr(out, "<h3>What was not looked at</h3>\n");
	add_list(out, rows, add_text);
	add_fold(out, missing, "public functions that no test calls", add_text);
	json_decref(rows);
}

/* What the tests find at all says what it is worth that they pass. */
static void add_strength(struct buf *out, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	buf_append_cstr(out, "<p>Strength of the tests: ");
	page_cstr(out, strength_sentence(json_object_get(report, "strength"), &scratch));
	buf_append_cstr(out, ".</p>\n");
}

void report_html_check(struct buf *out, const json_t *report)
{
	const json_t *check = json_object_get(report, "check"), *exercised = json_object_get(check, "exercised");
	const json_t *trace = json_object_get(check, "trace"),
		     *consulted = json_object_get(json_object_get(check, "tests"), "sealed");
	if (!json_is_object(check))
		return;
	buf_append_cstr(out, "<section id=\"conformance\"><h2>Is it right?</h2>\n");
	add_gates(out, check);
	buf_printf(
		out,
		"<p>%zu calls were compared with the original's, %zu differ; %zu of %zu public functions are called by tests. ",
		json_count_of(trace, "calls"), json_count_of(trace, "total"), json_count_of(exercised, "functions"),
		json_count_of(exercised, "of"));
	if (json_is(consulted, "applicable"))
		buf_printf(out, "Sealed tests, which no model saw, were consulted %zu time%s.</p>\n",
			   json_count_of(consulted, "consulted"),
			   json_count_of(consulted, "consulted") == 1 ? "" : "s");
	else
		buf_append_cstr(out, "Sealing is not applicable: its author may have seen every test.</p>\n");
	add_strength(out, report);
	add_tests(out, check);
	add_differential(out, check);
	add_unseen(out, check);
	buf_append_cstr(out, "</section>\n");
}
