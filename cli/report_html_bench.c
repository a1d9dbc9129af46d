#include "cli/report_html_parts.h"

#include "cli/bench_figures.h"
#include "core/mem.h"

#include <math.h>

enum {
	PLOT_WIDTH = 260, /* of an interval's cell */
	PLOT_HEIGHT = 18,
	GROWTH_WIDTH = 220,
	GROWTH_HEIGHT = 150,
	GROWTH_EDGE = 14,
	GROWTHS_SHOWN = 12,
	SIZES_MAX = 16,
	ROWS_OPEN = 40, /* more are behind a fold */
};

/* Which ratios the plot shows, as logarithms. */
struct scale {
	double low, high;
};

/* ---- intervals */

static void widen(struct scale *s, double ratio)
{
	if (isnan(ratio) || ratio <= 0)
		return;
	s->low = fmin(s->low, log(ratio));
	s->high = fmax(s->high, log(ratio));
}

static struct scale scale_of(const json_t *rows)
{
	struct scale s = {log(0.8), log(1.25)};
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *time = json_object_get(json_array_get(rows, i), "time");
		widen(&s, bench_real(time, "low"));
		widen(&s, bench_real(time, "high"));
	}
	return s;
}

static double at(const struct scale *s, double ratio)
{
	enum { EDGE = 6 };
	double share = (log(ratio) - s->low) / (s->high - s->low);
	return EDGE + fmin(fmax(share, 0), 1) * (PLOT_WIDTH - 2 * EDGE);
}

static void add_interval(struct buf *out, const struct scale *s, const json_t *time)
{
	double low = bench_real(time, "low"), high = bench_real(time, "high"), middle = bench_real(time, "ratio");
	if (!(low > 0 && middle >= low && high >= middle)) {
		page_element(out, "span", "dim", isnan(middle) ? "not taken" : "too few samples");
		return;
	}
	buf_printf(
		out,
		"<svg class=\"interval %s\" width=\"%d\" height=\"%d\" role=\"img\"><title>%.3f (%.3f to %.3f)</title>",
		report_html_class(json_text_of(time, "verdict")), PLOT_WIDTH, PLOT_HEIGHT, middle, low, high);
	buf_printf(out, "<line class=\"one\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>", at(s, 1), at(s, 1),
		   PLOT_HEIGHT);
	buf_printf(
		out,
		"<line class=\"reach\" x1=\"%.1f\" x2=\"%.1f\" y1=\"9\" y2=\"9\"/><circle cx=\"%.1f\" cy=\"9\" r=\"4\"/></svg>",
		at(s, low), at(s, high), at(s, middle));
}

/* What the ends of the plot stand for. */
static void add_axis(struct buf *out, const struct scale *s)
{
	buf_printf(out, "<span class=\"axis\"><span>%.2g faster</span><span>%.2g slower</span></span>", exp(s->low),
		   exp(s->high));
}

/* ---- the table */

static void add_ratio(struct buf *out, double ratio, struct arena *a)
{
	page_element(out, "td", "n", bench_ratio_text(ratio, a));
}

static double ratio_of(const json_t *row, const char *key)
{
	const json_t *pair = json_object_get(row, key);
	double left = bench_real(pair, "a"), right = bench_real(pair, "b");
	return left > 0 ? right / left : NAN;
}

static void add_row(struct buf *out, const struct scale *s, const json_t *row, struct arena *a)
{
	const json_t *time = json_object_get(row, "time");
	const char *remark = bench_remark(row, a), *verdict = json_text_of(time, "verdict");
	buf_append_cstr(out, "<tr><td>");
	page_element(out, "code", "", json_text_of(row, "name"));
	buf_append_cstr(out, " ");
	page_element(out, "span", "dim", json_text_of(row, "kind"));
	if (remark[0]) {
		buf_append_cstr(out, "<br>");
		page_element(out, "span",
			     json_is_true(json_object_get(row, "wrong")) || bench_failed(row) ? "bad" : "warn", remark);
	}
	buf_append_cstr(out, "</td><td>");
	add_interval(out, s, time);
	buf_append_cstr(out, "</td>");
	add_ratio(out, bench_real(time, "ratio"), a);
	buf_printf(out, "<td class=\"word %s\">", report_html_class(verdict));
	page_cstr(out, verdict);
	buf_append_cstr(out, "</td>");
	add_ratio(out, bench_real(json_object_get(row, "fuel"), "ratio"), a);
	add_ratio(out, ratio_of(row, "peak_bytes"), a);
	add_ratio(out, ratio_of(row, "allocations"), a);
	buf_append_cstr(out, "</tr>\n");
}

static void add_table(struct buf *out, const json_t *rows, size_t from, size_t to, const struct scale *s,
		      struct arena *a)
{
	buf_append_cstr(out, "<div class=\"wide\"><table><thead><tr><th>Workload</th><th>Time, rewrite / original");
	add_axis(out, s);
	buf_append_cstr(out, "</th><th class=\"n\"></th><th></th><th class=\"n\">Fuel</th><th class=\"n\">Memory</th>"
			     "<th class=\"n\">Allocations</th></tr></thead><tbody>\n");
	for (size_t i = from; i < to; i++)
		add_row(out, s, json_array_get(rows, i), a);
	buf_append_cstr(out, "</tbody></table></div>\n");
}

static void add_rows(struct buf *out, const json_t *rows, struct arena *a)
{
	size_t len = json_array_size(rows), open = min_size(len, ROWS_OPEN);
	struct scale s = scale_of(rows);
	add_table(out, rows, 0, open, &s, a);
	if (open == len)
		return;
	buf_printf(out, "<details><summary>%zu more workloads</summary>\n", len - open);
	add_table(out, rows, open, len, &s, a);
	buf_append_cstr(out, "</details>\n");
}

/* ---- growth */

struct curve {
	double n[SIZES_MAX], fuel[SIZES_MAX];
	size_t len;
};

static struct curve curve_of(const json_t *side)
{
	const json_t *sizes = json_object_get(side, "sizes");
	struct curve c = {0};
	for (size_t i = 0; i < json_array_size(sizes) && c.len < SIZES_MAX; i++) {
		double n = bench_real(json_array_get(sizes, i), "n"),
		       fuel = bench_real(json_array_get(sizes, i), "fuel");
		if (!(n > 0) || !(fuel > 0))
			continue;
		c.n[c.len] = log(n);
		c.fuel[c.len++] = log(fuel);
	}
	return c;
}

/* Both axes are logarithms, so that an order is a slope. */
static void add_curve(struct buf *out, const struct curve *c, const char *class_name, const struct scale *x,
		      const struct scale *y)
{
	double width = fmax(x->high - x->low, 1e-9), height = fmax(y->high - y->low, 1e-9);
	buf_printf(out, "<polyline class=\"%s\" points=\"", class_name);
	for (size_t i = 0; i < c->len; i++)
		buf_printf(out, "%.1f,%.1f ",
			   GROWTH_EDGE + (c->n[i] - x->low) / width * (GROWTH_WIDTH - 2 * GROWTH_EDGE),
			   GROWTH_HEIGHT - GROWTH_EDGE -
				   (c->fuel[i] - y->low) / height * (GROWTH_HEIGHT - 2 * GROWTH_EDGE));
	buf_append_cstr(out, "\"/>");
}

static void stretch(struct scale *s, const double *values, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		s->low = fmin(s->low, values[i]);
		s->high = fmax(s->high, values[i]);
	}
}

static void add_growth(struct buf *out, const json_t *row)
{
	const json_t *growth = json_object_get(row, "growth"),
		     *side[] = {json_object_get(growth, "a"), json_object_get(growth, "b")};
	struct curve a = curve_of(side[0]), b = curve_of(side[1]);
	struct scale x = {INFINITY, -INFINITY}, y = x;
	bool faster = json_is_true(json_object_get(growth, "faster"));
	if (a.len < 2)
		return;
	stretch(&x, a.n, a.len);
	stretch(&x, b.n, b.len);
	stretch(&y, a.fuel, a.len);
	stretch(&y, b.fuel, b.len);
	buf_printf(
		out,
		"<figure class=\"growth%s\"><svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\"><title>Fuel over n, both as "
		"logarithms</title>",
		faster ? " bad" : "", GROWTH_WIDTH, GROWTH_HEIGHT, GROWTH_WIDTH, GROWTH_HEIGHT);
	add_curve(out, &a, "a", &x, &y);
	add_curve(out, &b, "b", &x, &y);
	buf_append_cstr(out, "</svg><figcaption>");
	page_element(out, "code", "", json_text_of(row, "name"));
	buf_append_cstr(out, "<br><span class=\"a\">original: ");
	page_cstr(out, json_text_of(side[0], "order"));
	buf_append_cstr(out, "</span><br><span class=\"b\">rewrite: ");
	page_cstr(out, b.len < a.len ? "does not end" : json_text_of(side[1], "order"));
	buf_append_cstr(out, "</span></figcaption></figure>\n");
}

static bool grows_faster(const json_t *row)
{
	return json_is_true(json_object_get(json_object_get(row, "growth"), "faster"));
}

static void add_growths(struct buf *out, const json_t *rows)
{
	size_t shown = 0, there = 0;
	for (size_t i = 0; i < json_array_size(rows); i++)
		there += json_is_object(json_object_get(json_array_get(rows, i), "growth"));
	if (!there)
		return;
	buf_append_cstr(
		out,
		"<h3>How cost grows with size</h3><p class=\"dim\">Fuel at n, 2n, 4n and 8n; both axes are logarithms, so a "
		"higher order is a steeper line.</p><div class=\"growths\">\n");
	for (int faster = 1; faster >= 0; faster--) {
		for (size_t i = 0; i < json_array_size(rows) && shown < GROWTHS_SHOWN; i++) {
			const json_t *row = json_array_get(rows, i);
			if (!json_is_object(json_object_get(row, "growth")) || grows_faster(row) != (faster == 1))
				continue;
			add_growth(out, row);
			shown++;
		}
	}
	buf_append_cstr(out, "</div>\n");
	if (shown < there)
		buf_printf(out, "<p class=\"dim\">%zu of %zu are shown, those that grow faster first.</p>\n", shown,
			   there);
}

/* ---- the section */

static void add_trust(struct buf *out, const json_t *bench, struct arena *a)
{
	const json_t *aa = json_object_get(bench, "aa"), *machine = json_object_get(bench, "machine"),
		     *left = json_object_get(bench, "left_out");
	if (json_count_of(aa, "comparisons")) {
		buf_printf(
			out,
			"<p>The original beside itself: %zu of %zu comparisons were called different; noise up to %s. ",
			json_count_of(aa, "false_positives"), json_count_of(aa, "comparisons"),
			bench_percent_text(bench_real(aa, "noise"), a));
		buf_append_cstr(out, "Measured as Wasm on ");
		page_cstr(out, json_text_of(machine, "processor"));
		buf_printf(out, ", %zu cores, load %s.</p>\n", json_count_of(machine, "cores"),
			   bench_ratio_text(bench_real(machine, "load"), a));
	}
	if (!json_array_size(left))
		return;
	buf_printf(out, "<details><summary>%zu left out</summary><ul>\n", json_array_size(left));
	for (size_t i = 0; i < json_array_size(left); i++)
		page_element(out, "li", "", json_text_item(left, i));
	buf_append_cstr(out, "</ul></details>\n");
}

void report_html_bench(struct buf *out, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	const json_t *bench = json_object_get(report, "bench"), *rows = json_object_get(bench, "benchmarks"),
		     *refused = json_object_get(bench, "refused");
	if (!json_is_object(bench))
		return;
	const char *verdict = json_text_of(bench, "verdict");
	buf_append_cstr(out, "<section id=\"speed\"><h2>Speed</h2>\n<p class=\"verdict ");
	buf_append_cstr(out, report_html_class(verdict));
	buf_append_cstr(out, "\">");
	page_cstr(out, verdict);
	buf_append_cstr(out, ": ");
	page_cstr(out, bench_sentence(bench, bench, &scratch));
	buf_append_cstr(out, "</p>\n");
	for (size_t i = 0; i < json_array_size(refused); i++)
		page_element(out, "p", "bad", json_text_of(json_array_get(refused, i), "why"));
	if (json_array_size(rows)) {
		add_rows(out, rows, &scratch);
		add_growths(out, rows);
	}
	add_trust(out, bench, &scratch);
	buf_append_cstr(out, "</section>\n");
}
