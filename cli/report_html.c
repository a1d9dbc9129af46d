#include "cli/report_html.h"

#include "cli/bench_figures.h"
#include "cli/report_html_parts.h"
#include "cli/report_summary.h"
#include "cli/similarity_page.h"

#include <math.h>

/* ---- the figures at the top */

static void add_tile(struct buf *out, const char *target, const char *class_name, const char *figure, const char *words)
{
	buf_printf(out, "<a class=\"tile\" href=\"#%s\">", target);
	page_element(out, "b", class_name, figure);
	page_element(out, "span", "", words);
	buf_append_cstr(out, "</a>\n");
}

static void add_tests(struct buf *out, const json_t *check, const char *kind, struct arena *a)
{
	const json_t *tests = json_object_get(json_object_get(check, "tests"), kind);
	size_t passed = json_count_of(tests, "passed"), failed = json_count_of(tests, "failed");
	if (passed + failed == 0)
		return;
	add_tile(out, "conformance", failed ? "bad" : "good", arena_printf(a, "%zu of %zu", passed, passed + failed),
		 arena_printf(a, "%s tests pass", kind));
}

static void add_speed(struct buf *out, const json_t *bench, struct arena *a)
{
	const json_t *means = json_object_get(bench, "geomean");
	double time = bench_real(means, "time"), fuel = bench_real(means, "fuel"), low = bench_real(means, "time_low"),
	       high = bench_real(means, "time_high");
	const char *range = isnan(low) || isnan(high) ? "of too few samples"
						      : arena_printf(a, "%s to %s", bench_ratio_text(low, a),
								     bench_ratio_text(high, a));
	const char *class_name = report_html_class(json_text_of(bench, "verdict"));
	if (!isnan(time))
		add_tile(out, "speed", class_name, arena_printf(a, "%s ×", bench_ratio_text(time, a)),
			 arena_printf(a, "the original's time (%s)", range));
	if (!isnan(fuel))
		add_tile(out, "speed", "", arena_printf(a, "%s ×", bench_ratio_text(fuel, a)),
			 "the original's fuel, which is exact");
}

static void add_similarity(struct buf *out, const json_t *similarity, struct arena *a)
{
	const char *rank = json_text_of(json_object_get(similarity, "rank"), "text");
	double share = bench_real(similarity, "original_in_candidate");
	if (isnan(share))
		return;
	const char *among = rank[0] ? arena_printf(a, "of the original is in it; %s", rank)
				    : "of the original is in it; no yardstick was given";
	add_tile(out, "similarity", "", arena_printf(a, "%.1f %%", 100 * share), among);
}

static void add_tiles(struct buf *out, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	const json_t *check = json_object_get(report, "check"), *trace = json_object_get(check, "trace");
	size_t calls = json_count_of(trace, "calls"), differ = json_count_of(trace, "total");
	buf_append_cstr(out, "<div class=\"tiles\">\n");
	add_tests(out, check, "visible", &scratch);
	add_tests(out, check, "sealed", &scratch);
	if (calls)
		add_tile(out, "conformance", differ ? "bad" : "good", arena_printf(&scratch, "%zu", differ),
			 arena_printf(&scratch, "of %zu calls differ", calls));
	add_speed(out, json_object_get(report, "bench"), &scratch);
	add_similarity(out, json_object_get(report, "similarity"), &scratch);
	buf_append_cstr(out, "</div>\n");
}

/* ---- the page */

static void add_head(struct buf *out, const json_t *report)
{
	const json_t *candidate = json_object_get(report, "candidate");
	const char *verdict = json_text_of(report, "verdict"), *reason = json_text_of(report, "reason"),
		   *origin = json_text_of(candidate, "origin");
	buf_append_cstr(out, "<header><h1>");
	page_cstr(out, json_text_of(report, "library"));
	buf_append_cstr(out, " <span class=\"dim\">rewritten</span></h1>\n<p class=\"dim\">");
	page_cstr(out, json_text_of(candidate, "candidate"));
	buf_append_cstr(out, ", commit <code>");
	page_text(out, str_first(str_of(json_text_of(candidate, "commit")), 12));
	buf_append_cstr(out, "</code>");
	if (origin[0])
		buf_append_cstr(out, ", from ");
	page_cstr(out, origin);
	buf_printf(out, "</p>\n<p class=\"verdict %s\">", report_html_class(verdict));
	page_cstr(out, verdict);
	if (reason[0])
		buf_append_cstr(out, ": ");
	page_cstr(out, reason);
	buf_append_cstr(out, "</p></header>\n");
}

static void add_outdated(struct buf *out, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *text = summary_outdated(report, &scratch);
	if (text[0])
		page_element(out, "p", "warn", arena_printf(&scratch, "Outdated: %s", text));
}

static void add_missing(struct buf *out, const json_t *report)
{
	const json_t *missing = json_object_get(report, "missing");
	for (size_t i = 0; i < json_array_size(missing); i++) {
		const json_t *row = json_array_get(missing, i);
		buf_append_cstr(out, "<p class=\"warn\">No ");
		page_cstr(out, json_text_of(row, "what"));
		buf_append_cstr(out, " yet: <code>");
		page_cstr(out, json_text_of(row, "command"));
		buf_append_cstr(out, "</code></p>\n");
	}
}

static const char *title_of(const json_t *report, struct arena *a)
{
	return arena_printf(a, "%s %s: %s", json_text_of(report, "library"),
			    json_text_of(json_object_get(report, "candidate"), "candidate"),
			    json_text_of(report, "verdict"));
}

/* Its own styles, and those of the similarity in it. */
static struct page_parts parts_of(struct arena *a)
{
	const char **items = arena_array(a, similarity_page_parts.len + 1, const char *);
	for (size_t i = 0; i < similarity_page_parts.len; i++)
		items[i] = similarity_page_parts.items[i];
	items[similarity_page_parts.len] = "report.css";
	return (struct page_parts){items, similarity_page_parts.len + 1};
}

void report_html(const json_t *report, const json_t *similarity, struct buf *out)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct page_parts parts = parts_of(&scratch);
	page_begin(out, title_of(report, &scratch), &parts);
	add_head(out, report);
	add_outdated(out, report);
	add_tiles(out, report);
	add_missing(out, report);
	report_html_check(out, report);
	report_html_bench(out, report);
	if (json_is_object(json_object_get(report, "similarity"))) {
		buf_append_cstr(out, "<section id=\"similarity\">\n");
		similarity_page_section(out, json_object_get(report, "similarity"), similarity, 1);
		buf_append_cstr(out, "</section>\n");
	}
	report_html_origin(out, report);
	buf_append_cstr(out, "<footer class=\"dim\">recast ");
	page_cstr(out, json_text_of(json_object_get(report, "recast"), "version"));
	buf_append_cstr(out, "</footer>\n");
	page_end(out);
}
