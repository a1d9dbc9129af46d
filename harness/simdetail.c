#include "harness/simstudy_parts.h"

#include "core/mem.h"
#include "core/utf8.h"

/*
 * A side of so many bytes is shown whole. Of a larger one, lines around what both have: a long piece by its beginning
 * and end, since nobody reads a table of megabytes; and of the whole no more than a page can bear.
 */
enum {
	WHOLE_BYTES = 600 << 10,
	SHOWN_BYTES = 3 << 20,
	LINE_BYTES = 400,
	AROUND = 8,
	HEAD_LINES = 120,
	TAIL_LINES = 20,
};

struct wanted {
	const char *file;
	unsigned from, to; /* lines, both included */
};

struct detailing {
	bool of_original;
	bool whole;
	struct {
		struct wanted *items; /* by file and line */
		size_t len, cap;
	} wanted;
	size_t bytes; /* that are shown */
};

/* ---- what is worth being shown */

static void want(struct detailing *d, const char *file, unsigned from, unsigned to)
{
	*vec_push(&d->wanted) = (struct wanted){file, from > AROUND ? from - AROUND : 1, to + AROUND};
}

static void want_place(struct detailing *d, const struct place *place)
{
	if (!place->file || !place->line)
		return;
	unsigned end = place->end_line < place->line ? place->line : place->end_line;
	if (end - place->line <= HEAD_LINES + TAIL_LINES) {
		want(d, place->file, place->line, end);
		return;
	}
	want(d, place->file, place->line, place->line + HEAD_LINES);
	want(d, place->file, end - TAIL_LINES, end);
}

static void want_words(struct detailing *d, const struct sim_words *words)
{
	for (size_t i = 0; i < words->len; i++)
		want_place(d, d->of_original ? &words->items[i].original : &words->items[i].candidate);
}

static int by_place(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	int order = strcmp(x->file, y->file);
	return order ? order : (x->from > y->from) - (x->from < y->from);
}

static void want_all(struct detailing *d, const struct similarity *s)
{
	for (size_t i = 0; i < s->matches_len; i++)
		want_place(d, d->of_original ? &s->matches[i].original : &s->matches[i].candidate);
	for (size_t i = 0; i < s->tables_len; i++)
		want_place(d, d->of_original ? &s->tables[i].original : &s->tables[i].candidate);
	for (size_t i = 0; i < s->functions_len; i++)
		want_place(d, d->of_original ? &s->functions[i].original_place : &s->functions[i].candidate_place);
	want_words(d, &s->identifiers);
	want_words(d, &s->strings);
	want_words(d, &s->comments);
	if (d->wanted.len)
		qsort(d->wanted.items, d->wanted.len, sizeof(*d->wanted.items), by_place);
}

/* ---- files */

/* A NUL can stand in no text of the ledger, and a page has no use for what ends a line otherwise. */
static void append_line(struct buf *out, struct str line)
{
	SCOPED_BUF struct buf shown;
	buf_init(&shown, LINE_BYTES);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	utf8_append(&shown, str_first(line, LINE_BYTES));
	struct str text = shown.full || line.len > LINE_BYTES ? str_whole_characters(buf_str(&shown)) : buf_str(&shown);
	for (size_t i = 0; i < text.len; i++)
		buf_append_char(out, text.ptr[i] ? text.ptr[i] : ' ');
	buf_append_cstr(out, line.len > LINE_BYTES ? " …\n" : "\n");
}

struct part {
	json_t *list;
	struct buf text;
	unsigned line; /* its first; 0: it is not begun */
};

static void end_part(struct part *p)
{
	if (p->line)
		json_array_append_new(p->list, json_pack("{s:I, s:o}", "line", (json_int_t)p->line, "text",
							 json_stringn(p->text.ptr, p->text.len)));
	buf_clear(&p->text);
	p->line = 0;
}

/* Whether the line is wanted; *at moves on, since lines come in their order. */
static bool is_wanted(const struct detailing *d, const char *path, unsigned line, size_t *at)
{
	if (d->whole)
		return true;
	for (size_t i = *at; i < d->wanted.len; i++) {
		const struct wanted *w = &d->wanted.items[i];
		if (strcmp(w->file, path) != 0 || w->from > line)
			return false;
		if (line <= w->to)
			return true;
		if (i == *at)
			++*at;
	}
	return false;
}

static size_t first_wanted(const struct detailing *d, const char *path)
{
	size_t low = 0, high = d->wanted.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(d->wanted.items[middle].file, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static json_t *file_json(struct detailing *d, const struct sim_file *file)
{
	struct part part = {.list = json_array()};
	struct str rest = file->text, line;
	size_t at = first_wanted(d, file->path);
	unsigned number = 0;
	buf_init(&part.text, SHOWN_BYTES + LINE_BYTES + 8);
	while (str_next_line(&rest, &line)) {
		if (!is_wanted(d, file->path, ++number, &at) || d->bytes > SHOWN_BYTES) {
			end_part(&part);
			continue;
		}
		size_t before = part.text.len;
		part.line = part.line ? part.line : number;
		append_line(&part.text, line);
		d->bytes += part.text.len - before;
	}
	end_part(&part);
	buf_release(&part.text);
	return json_pack("{s:o, s:I, s:o}", "path", json_text(file->path), "lines", (json_int_t)number, "parts",
			 part.list);
}

static json_t *side_json(const struct simside *side, const struct similarity *s, bool of_original)
{
	struct detailing d = {.of_original = of_original};
	json_t *files = json_array();
	size_t bytes = 0;
	for (size_t i = 0; i < side->files.len; i++)
		bytes += side->files.items[i].text.len;
	d.whole = bytes <= WHOLE_BYTES;
	if (!d.whole)
		want_all(&d, s);
	for (size_t i = 0; i < side->files.len; i++)
		json_array_append_new(files, file_json(&d, &side->files.items[i]));
	vec_release(&d.wanted);
	return files;
}

json_t *simdetail(const struct simmeasured *m)
{
	return json_pack("{s:o, s:o}", "original", side_json(&m->study->original, m->figures, true), "candidate",
			 side_json(m->rewrite, m->figures, false));
}
