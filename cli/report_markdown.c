#include "cli/report_markdown.h"

#include "cli/failed_tests.h"
#include "cli/judgement_report.h"
#include "cli/markdown.h"
#include "cli/report_summary.h"

/* Rows of a table; room for what says that something was left out. */
enum { ROWS_SHOWN = 20, ROOM_KEPT = 500 };

/* What ends up in `out` does so piece by piece, each whole or not at all. */
struct page {
	struct buf *out;
	struct buf piece;
	bool is_cut;
};

static void add_words(struct page *p, const char *text)
{
	markdown_text(&p->piece, text);
}

static void add_code(struct page *p, const char *text)
{
	markdown_code(&p->piece, text);
}

/* Our own words, which may be Markdown. */
static void add(struct page *p, const char *text)
{
	buf_append_cstr(&p->piece, text);
}

/* False if there is no room for the piece; then it is left out. */
static bool end_piece(struct page *p)
{
	bool fits = !p->piece.full && p->out->len + p->piece.len <= REPORT_MARKDOWN_MAX - ROOM_KEPT;
	if (fits)
		buf_append_str(p->out, buf_str(&p->piece));
	p->is_cut |= !fits;
	buf_clear(&p->piece);
	return fits;
}

/* ---- parts */

static void add_heading(struct page *p, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	add(p, "## ");
	add_words(p, summary_library(report));
	add(p, ": ");
	add_words(p, json_text_of(report, "verdict"));
	add(p, "\n\n");
	add_words(p, summary_candidate(report, &scratch));
	add(p, "\n\n");
	end_piece(p);
}

static void add_summary(struct page *p, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct summary summary;
	summary_of(report, &scratch, &summary);
	add(p, "| | |\n|---|---|\n");
	for (size_t i = 0; i < summary.len; i++) {
		const struct summary_line *line = &summary.lines[i];
		add(p, "| ");
		add_words(p, line->label);
		add(p, line->mark[0] ? " | **" : " | ");
		add_words(p, line->mark);
		add(p, line->mark[0] ? "** " : "");
		add_words(p, line->text);
		add(p, " |\n");
	}
	end_piece(p);
}

/* Rows of a table, as many as there is room for. */
static void add_rows(struct page *p, const json_t *rows, bool (*add_row)(struct page *p, const json_t *row))
{
	size_t shown = 0, left_out = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (!add_row(p, json_array_get(rows, i)))
			continue;
		if (shown == ROWS_SHOWN || !end_piece(p))
			left_out++;
		else
			shown++;
		buf_clear(&p->piece);
	}
	if (left_out) {
		buf_printf(&p->piece, "\n… and %zu more\n", left_out);
		end_piece(p);
	}
}

static bool add_gate(struct page *p, const json_t *gate)
{
	const json_t *finding = json_array_get(json_object_get(gate, "findings"), 0);
	add(p, "| ");
	add_words(p, json_text_of(gate, "name"));
	add(p, " | ");
	add_words(p, json_text_of(gate, "verdict"));
	add(p, " | ");
	add_words(p, json_text_of(gate, "detail"));
	if (finding && strcmp(json_text_of(gate, "verdict"), "pass") != 0) {
		add(p, "<br>");
		add_code(p, json_text_of(finding, "file"));
		add(p, " ");
		add_words(p, json_text_of(finding, "text"));
	}
	add(p, " |\n");
	return true;
}

static bool add_failure(struct page *p, const json_t *test)
{
	if (json_is(test, "unstable"))
		return false;
	add(p, "| ");
	add_code(p, json_text_of(test, "program"));
	add(p, " | ");
	add_code(p, json_text_of(test, "name"));
	add(p, " | ");
	add_words(p, json_text_of(test, "why"));
	add(p, " |\n");
	return true;
}

static bool add_divergence(struct page *p, const json_t *d)
{
	static const char *const columns[] = {"test", "call", "what", "expected", "got"};
	for (size_t i = 0; i < countof(columns); i++) {
		add(p, i ? " | " : "| ");
		add_code(p, json_text_of(d, columns[i]));
	}
	if (json_text_of(d, "ended")[0]) {
		add(p, ", then the program ");
		add_words(p, json_text_of(d, "ended"));
	}
	add(p, " |\n");
	return true;
}

/* A heading and a table below it, if it has rows. */
static void add_table(struct page *p, const char *head, const json_t *rows,
		      bool (*add_row)(struct page *p, const json_t *row))
{
	bool is_empty = true;
	for (size_t i = 0; i < json_array_size(rows) && is_empty; i++)
		is_empty = !add_row(p, json_array_get(rows, i));
	buf_clear(&p->piece);
	if (is_empty)
		return;
	add(p, head);
	if (end_piece(p))
		add_rows(p, rows, add_row);
}

static void add_unseen(struct page *p, const json_t *report)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct strings unseen = judgement_report_unseen(json_object_get(report, "check"), &scratch);
	if (unseen.len)
		add(p, "\n### Not looked at\n\n");
	for (size_t i = 0; i < min_size(unseen.len, ROWS_SHOWN); i++) {
		add(p, "- ");
		add_words(p, unseen.items[i]);
		add(p, "\n");
	}
	if (unseen.len > ROWS_SHOWN)
		buf_printf(&p->piece, "- … and %zu more\n", unseen.len - ROWS_SHOWN);
	end_piece(p);
}

static void add_missing(struct page *p, const json_t *report)
{
	const json_t *rows = json_object_get(report, "missing");
	if (json_array_size(rows))
		add(p, "\n### Missing\n\n");
	for (size_t i = 0; i < min_size(json_array_size(rows), ROWS_SHOWN); i++) {
		add(p, "- ");
		add_words(p, json_text_of(json_array_get(rows, i), "what"));
		add(p, ": ");
		add_code(p, json_text_of(json_array_get(rows, i), "command"));
		add(p, "\n");
	}
	end_piece(p);
}

/* With what it was judged, where somebody judged it. */
static void add_tools(struct page *p, const json_t *report)
{
	const json_t *on = json_object_get(json_object_get(report, "check"), "judged_on");
	if (!json_is_object(on))
		return;
	add(p, "\nJudged with ");
	add_words(p, json_text_of(on, "engine"));
	add(p, " and ");
	add_words(p, json_text_of(on, "compiler"));
	add(p, ".\n");
	end_piece(p);
}

void report_markdown(const json_t *report, struct buf *out)
{
	const json_t *check = json_object_get(report, "check");
	SCOPED_JSON json_t *failed = failed_tests(check);
	struct page p = {.out = out};
	buf_init(&p.piece, 4 * REPORT_MARKDOWN_MAX);
	add_heading(&p, report);
	add_summary(&p, report);
	add_table(&p, "\n### Gates\n\n| gate | verdict | |\n|---|---|---|\n", json_object_get(check, "gates"),
		  add_gate);
	add_table(&p, "\n### Tests that fail\n\n| program | test | why |\n|---|---|---|\n", failed,
		  add_failure);
	add_table(&p,
		  "\n### First answers that differ\n\n| test | call | what | expected | got |\n|---|---|---|---|---|\n",
		  json_object_get(json_object_get(check, "trace"), "divergences"), add_divergence);
	add_unseen(&p, report);
	add_missing(&p, report);
	add_tools(&p, report);
	if (p.is_cut)
		buf_append_cstr(
			out, "\nSome of it had no room here; the whole is what `recast report --format json` gives.\n");
	buf_append_cstr(out, "\nThis is evidence of how a rewrite came about and behaves, and no legal advice.\n");
	buf_release(&p.piece);
}
