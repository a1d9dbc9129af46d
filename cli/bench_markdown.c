#include "cli/bench_report.h"

#include "cli/bench_figures.h"
#include "cli/markdown.h"

#include <math.h>

enum { ROWS_SHOWN = 100, TEXT_MAX = 64000 };

static void add_row(struct buf *out, const json_t *row, struct arena *a)
{
	const json_t *time = json_object_get(row, "time"), *peak = json_object_get(row, "peak_bytes");
	double low = bench_real(time, "low"), high = bench_real(time, "high"), held = bench_real(peak, "a");
	buf_append_cstr(out, "| ");
	markdown_code(out, json_text_of(row, "name"));
	buf_printf(out, " | %s", bench_ratio_text(bench_real(time, "ratio"), a));
	if (!isnan(low) && !isnan(high))
		buf_printf(out, " (%s to %s)", bench_ratio_text(low, a), bench_ratio_text(high, a));
	buf_printf(out, " | %s | %s | ", bench_ratio_text(bench_real(json_object_get(row, "fuel"), "ratio"), a),
		   bench_ratio_text(held > 0 ? bench_real(peak, "b") / held : NAN, a));
	markdown_text(out, json_text_of(time, "verdict"));
	buf_append_cstr(out, bench_remark(row, a)[0] ? " **" : "");
	markdown_text(out, bench_remark(row, a));
	buf_append_cstr(out, bench_remark(row, a)[0] ? "** |\n" : " |\n");
}

/* What decides about the exit status. */
static void add_gates(struct buf *out, const json_t *comparison, struct arena *a)
{
	const json_t *conditions = json_object_get(comparison, "conditions");
	const char *baseline = bench_baseline_text(comparison, a);
	if (baseline[0]) {
		buf_append_cstr(out, "Now beside the earlier result: ");
		markdown_text(out, baseline);
		buf_append_cstr(out, "\n\n");
	}
	for (size_t i = 0; i < json_array_size(conditions); i++) {
		const json_t *row = json_array_get(conditions, i);
		buf_append_cstr(out, "- fail if ");
		markdown_code(out, json_text_of(row, "condition"));
		buf_printf(out, ": **%s**\n", bench_condition_word(row));
	}
	if (json_array_size(conditions))
		buf_append_cstr(out, "\n");
}

static void add_comparison(struct buf *out, const json_t *value, const json_t *comparison)
{
	SCOPED_ARENA struct arena scratch = {0};
	const json_t *rows = json_object_get(comparison, "benchmarks");
	size_t len = json_array_size(rows);
	buf_append_cstr(out, "### ");
	markdown_text(out, json_text_of(value, "library"));
	buf_append_cstr(out, ", ");
	markdown_text(out, json_text_of(json_object_get(comparison, "b"), "name"));
	buf_append_cstr(out, " beside ");
	markdown_text(out, json_text_of(json_object_get(value, "a"), "name"));
	buf_append_cstr(out, ": ");
	markdown_text(out, json_text_of(comparison, "verdict"));
	buf_append_cstr(out, "\n\n");
	markdown_text(out, bench_sentence(value, comparison, &scratch));
	buf_append_cstr(out, "\n\n");
	add_gates(out, comparison, &scratch);
	buf_append_cstr(out, "| workload | time B/A | fuel | memory | |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < len && i < ROWS_SHOWN; i++)
		add_row(out, json_array_get(rows, i), &scratch);
	if (len > ROWS_SHOWN)
		buf_printf(out, "\n… and %zu more\n", len - ROWS_SHOWN);
	buf_append_cstr(out, "\n");
}

void bench_report_markdown(const json_t *value, FILE *to)
{
	SCOPED_BUF struct buf text;
	const json_t *refused = json_object_get(value, "refused"), *more = json_object_get(value, "more");
	buf_init(&text, TEXT_MAX);
	for (size_t i = 0; i < json_array_size(refused); i++) {
		markdown_text(&text, json_text_of(json_array_get(refused, i), "name"));
		buf_append_cstr(&text, " was not measured: ");
		markdown_text(&text, json_text_of(json_array_get(refused, i), "why"));
		buf_append_cstr(&text, "\n\n");
	}
	if (strcmp(json_text_of(value, "verdict"), "refused") != 0)
		add_comparison(&text, value, value);
	for (size_t i = 0; i < json_array_size(more); i++)
		add_comparison(&text, value, json_array_get(more, i));
	fwrite(text.ptr, 1, text.len, to);
}
