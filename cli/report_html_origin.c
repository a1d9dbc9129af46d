#include "cli/report_html_parts.h"

#include "cli/figures.h"
#include "harness/price.h"

static void add_row(struct buf *out, const char *label, const char *text)
{
	if (!text[0])
		return;
	buf_append_cstr(out, "<tr>");
	page_element(out, "th", "", label);
	page_element(out, "td", "", text);
	buf_append_cstr(out, "</tr>\n");
}

static const char *joined(const json_t *list, struct arena *a)
{
	const char *text = "";
	for (size_t i = 0; i < json_array_size(list) && i < 20; i++)
		text = arena_printf(a, "%s%s%s", text, text[0] ? ", " : "", json_text_item(list, i));
	return text;
}

/* ---- who wrote it */

static void add_provenance(struct buf *out, const json_t *report, struct arena *a)
{
	static const struct {
		const char *level, *meaning;
	} meanings[] = {
		{"recorded", "every byte that was sent and received is kept"},
		{"unattested", "who answered could have seen other things, too"},
		{"none", "recast asked nobody for it, and knows nothing of how it was made"},
	};
	const json_t *provenance = json_object_get(report, "provenance"), *chain = json_object_get(report, "chain");
	const char *level = json_text_of(provenance, "level"), *meaning = "";
	for (size_t i = 0; i < countof(meanings); i++) {
		if (strcmp(level, meanings[i].level) == 0)
			meaning = meanings[i].meaning;
	}
	add_row(out, "origin", json_text_of(json_object_get(report, "candidate"), "origin"));
	add_row(out, "answered by", joined(json_object_get(provenance, "answered_by"), a));
	add_row(out, "provenance", arena_printf(a, "%s: %s", level, meaning));
	if (json_count_of(chain, "exchanges") == 0)
		return;
	bool intact = json_is(chain, "intact");
	buf_append_cstr(out, "<tr><th>transcript</th><td>");
	page_element(out, "span", intact ? "good" : "bad", intact ? "intact" : "not intact");
	buf_printf(out, ": %zu exchanges; head <code>", json_count_of(chain, "exchanges"));
	page_text(out, str_first(str_of(json_text_of(chain, "head")), 16));
	buf_append_cstr(out, "</code></td></tr>\n");
}

/* ---- what it took */

static const char *cost_text(const json_t *cost, struct arena *a)
{
	if (!json_is(cost, "known"))
		return "not known: a provider has no price in the user's config.json";
	return arena_printf(a, "%s%s at list price", json_is(cost, "at_most") ? "at most " : "",
			    price_text(json_count_of(cost, "nano_dollars"), a));
}

static void add_run(struct buf *out, const json_t *run, struct arena *a)
{
	const json_t *tokens = json_object_get(run, "tokens");
	char in[FIGURE_MAX], written[FIGURE_MAX];
	if (!json_is_object(run))
		return;
	figure_count(json_count_of(tokens, "fresh") + json_count_of(tokens, "cache_read") +
			     json_count_of(tokens, "cache_write"),
		     in);
	figure_count(json_count_of(tokens, "output"), written);
	const char *counted = json_is(tokens, "known") ? arena_printf(a, "; %s tokens in, %s out", in, written) : "";
	add_row(out, "run",
		arena_printf(a, "%zu, begun %s; %zu exchanges%s", json_count_of(run, "run"),
			     json_text_of(run, "begun_at"), json_count_of(run, "exchanges"), counted));
	add_row(out, "cost", cost_text(json_object_get(run, "cost"), a));
}

static const char *or_unknown(const char *text)
{
	return text[0] ? text : "not known";
}

void report_html_origin(struct buf *out, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	const json_t *licences = json_object_get(report, "licences"), *original = json_object_get(report, "original");
	const json_t *extract = json_object_get(original, "extract"), *recast = json_object_get(report, "recast");
	buf_append_cstr(
		out,
		"<section id=\"origin\"><h2>Where it comes from</h2>\n<div class=\"wide\"><table class=\"facts\"><tbody>\n");
	add_row(out, "original", json_text_of(original, "source"));
	add_row(out, "from", json_text_of(original, "address"));
	if (json_is_object(extract))
		add_row(out, "shown",
			arena_printf(&scratch,
				     "%zu functions, %zu types, %zu macros; %zu tests, and %zu more were sealed",
				     json_count_of(extract, "functions"), json_count_of(extract, "types"),
				     json_count_of(extract, "macros"), json_count_of(extract, "visible"),
				     json_count_of(extract, "sealed")));
	add_provenance(out, report, &scratch);
	add_run(out, json_object_get(report, "run"), &scratch);
	add_row(out, "licences",
		arena_printf(&scratch, "of the original: %s; of the rewrite: %s",
			     or_unknown(json_text_of(licences, "original")),
			     or_unknown(json_text_of(licences, "rewrite"))));
	add_row(out, "judged on",
		arena_printf(&scratch, "%s, %s, %s", json_text_of(recast, "platform"), json_text_of(recast, "engine"),
			     json_text_of(recast, "compiler")));
	buf_append_cstr(
		out,
		"</tbody></table></div>\n<p class=\"dim\">This is evidence of how it came about, and no legal advice.</p></section>\n");
}
