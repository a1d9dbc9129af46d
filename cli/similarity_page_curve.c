#include "cli/similarity_page_parts.h"

enum { LEFT = 44, RIGHT = 590, TOP = 12, BOTTOM = 190, LINES = 4, LENGTH_MAX = 1000 };

struct scale {
	double top;	    /* share at the upper end */
	double first, last; /* k at both sides */
};

static double x_of(const struct scale *s, double k)
{
	return LEFT + (RIGHT - LEFT) * (s->last > s->first ? (k - s->first) / (s->last - s->first) : 0);
}

static double y_of(const struct scale *s, double share)
{
	return BOTTOM - (BOTTOM - TOP) * (share > s->top ? 1 : share < 0 ? 0 : share / s->top);
}

/* Shares and lengths of runs; what is neither counts as 0. */
static double item(const json_t *curve, const char *key, size_t i)
{
	double value = json_number_value(json_array_get(json_object_get(curve, key), i));
	return value >= 0 && value <= LENGTH_MAX ? value : 0;
}

static struct scale scale_of(const json_t *curve, size_t len)
{
	static const double tops[] = {0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1};
	struct scale s = {0, item(curve, "k", 0), item(curve, "k", len - 1)};
	double most = 0;
	for (size_t i = 0; i < len; i++) {
		double a = item(curve, "original_in_candidate", i), b = item(curve, "candidate_in_original", i);
		most = a > most ? a : most;
		most = b > most ? b : most;
	}
	for (size_t i = 0; i < countof(tops) && s.top < most; i++)
		s.top = tops[i];
	s.top = s.top > 0 ? s.top : tops[0];
	return s;
}

static void add_grid(struct buf *out, const struct scale *s)
{
	for (int i = 0; i <= LINES; i++) {
		double share = s->top * i / LINES, y = y_of(s, share);
		buf_printf(out,
			   "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
			   "<text class=\"end\" x=\"%d\" y=\"%.1f\">",
			   LEFT, RIGHT, y, y, LEFT - 6, y + 4);
		buf_printf(out, "%.4g\u00a0%%</text>\n", 100 * share);
	}
	for (double k = s->first; k <= s->last; k += 5)
		buf_printf(out, "<text class=\"middle\" x=\"%.1f\" y=\"%d\">%.0f</text>\n", x_of(s, k), BOTTOM + 18, k);
	buf_printf(out, "<text class=\"middle\" x=\"%d\" y=\"%d\">tokens in a row</text>\n", (LEFT + RIGHT) / 2,
		   BOTTOM + 36);
}

static void add_line(struct buf *out, const struct scale *s, const json_t *curve, const char *key,
		     const char *class_name, const char *what, size_t len)
{
	buf_printf(out, "<polyline class=\"%s\" points=\"", class_name);
	for (size_t i = 0; i < len; i++)
		buf_printf(out, "%.1f,%.1f ", x_of(s, item(curve, "k", i)), y_of(s, item(curve, key, i)));
	buf_append_cstr(out, "\"/>\n");
	for (size_t i = 0; i < len; i++) {
		buf_printf(out,
			   "<circle class=\"%s\" r=\"3\" cx=\"%.1f\" cy=\"%.1f\"><title>%s, in runs of %.0f tokens: ",
			   class_name, x_of(s, item(curve, "k", i)), y_of(s, item(curve, key, i)), what,
			   item(curve, "k", i));
		page_percent(out, item(curve, key, i));
		buf_append_cstr(out, "</title></circle>\n");
	}
}

void page_curve(struct sim_page *p)
{
	const json_t *curve = json_object_get(p->value, "curve");
	size_t len = json_array_size(json_object_get(curve, "k"));
	if (len < 2 || len > 100)
		return;
	struct scale s = scale_of(curve, len);
	buf_append_cstr(p->out,
			"<figure><h3>How much, by the length of runs</h3>\n"
			"<svg viewBox=\"0 0 600 232\" role=\"img\" aria-label=\"Shares by the length of runs\">\n");
	add_grid(p->out, &s);
	add_line(p->out, &s, curve, "candidate_in_original", "two", "rewrite in original", len);
	add_line(p->out, &s, curve, "original_in_candidate", "one", "original in rewrite", len);
	buf_append_cstr(p->out, "</svg>\n<figcaption><span class=\"one\">━</span> original in rewrite "
				"<span class=\"two\">━</span> rewrite in original; names and literals do not "
				"count</figcaption></figure>\n");
}

/* ---- nulls */

static void add_bar(struct sim_page *p, const char *class_name, const char *name, const char *note, double share)
{
	double width = share > 1 ? 100 : share < 0 ? 0 : 100 * share;
	buf_printf(p->out, "<tr class=\"%s\"><td>", class_name);
	page_cstr(p->out, name);
	if (note[0])
		page_element(p->out, "div", "dim", note);
	buf_append_cstr(p->out, "</td><td class=\"n\">");
	page_percent(p->out, share);
	buf_printf(p->out,
		   "</td><td class=\"bar\"><svg width=\"100%%\" height=\"14\" role=\"presentation\">"
		   "<rect class=\"back\" width=\"100%%\" height=\"14\"/><rect class=\"fill\" width=\"%.1f%%\" "
		   "height=\"14\"/></svg></td></tr>\n",
		   width);
}

static const char *note_of(const json_t *null)
{
	if (json_text_of(null, "refused")[0])
		return json_text_of(null, "refused");
	return strcmp(json_text_of(null, "kind"), "sibling") == 0 ? "a sibling: it informs, and is not ranked" : "";
}

static void add_others(struct sim_page *p, bool ranked)
{
	const json_t *nulls = json_object_get(p->value, "nulls");
	for (size_t i = 0; i < json_array_size(nulls); i++) {
		const json_t *null = json_array_get(nulls, i);
		if (json_is(null, "ranked") == ranked)
			add_bar(p, ranked ? "null" : "aside", json_text_of(null, "name"), note_of(null),
				page_number(null, "original_in_candidate"));
	}
}

void page_nulls(struct sim_page *p)
{
	buf_append_cstr(p->out, "<figure><h3>How much of the original is in others</h3>\n<table class=\"nulls\">\n");
	add_bar(p, "self", json_text_of(json_object_get(p->value, "candidate"), "name"), "this rewrite",
		page_number(p->value, "original_in_candidate"));
	add_others(p, true);
	add_others(p, false);
	buf_append_cstr(p->out, "</table>\n<figcaption>");
	if (json_is(p->value, "yardstick")) {
		buf_append_cstr(p->out, "Rank: ");
		page_cstr(p->out, json_text_of(json_object_get(p->value, "rank"), "text"));
	} else {
		buf_append_cstr(p->out, "No yardstick: name other implementations with --null.");
	}
	buf_append_cstr(p->out, "</figcaption></figure>\n");
}
