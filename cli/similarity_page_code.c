#include "cli/similarity_page_parts.h"

#include "core/mem.h"

enum { LINES_MAX = 16 << 20, PIECES_MAX = 1 << 20 };

/* ---- pieces: the matches, and behind them the tables */

static size_t matches_of(const struct sim_page *p)
{
	return min_size(json_array_size(json_object_get(p->value, "matches")), PIECES_MAX);
}

static size_t pieces_of(const struct sim_page *p)
{
	return matches_of(p) + min_size(json_array_size(json_object_get(p->value, "tables")), PIECES_MAX);
}

static const json_t *piece(const struct sim_page *p, size_t number)
{
	size_t matches = matches_of(p);
	return number < matches ? json_array_get(json_object_get(p->value, "matches"), number) :
				  json_array_get(json_object_get(p->value, "tables"), number - matches);
}

static enum sim_kind kind_of(const struct sim_page *p, size_t number)
{
	int kind = 0;
	if (number >= matches_of(p))
		return SIM_TABLE;
	while (kind < SIM_KINDS &&
	       strcmp(json_text_of(piece(p, number), "kind"), sim_kind_name((enum sim_kind)kind)) != 0)
		kind++;
	return (enum sim_kind)kind;
}

/* How much of it there is. */
static size_t size_of(const struct sim_page *p, size_t number)
{
	return json_count_of(piece(p, number), number < matches_of(p) ? "tokens" : "shared");
}

/* ---- where links lead */

static void mark(struct sim_page *p, enum page_side side, const json_t *place, bool is_piece, size_t number)
{
	size_t line = json_count_of(place, "line"), file = page_file(p, side, json_text_of(place, "file"));
	if (file == SIZE_MAX || !line || line > LINES_MAX)
		return;
	*vec_push(&p->marks[side]) = (struct line_mark){file, (unsigned)line, is_piece, is_piece ? number : line};
}

static void mark_rows(struct sim_page *p, const json_t *rows, const char *original, const char *candidate)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		mark(p, ORIGINAL, json_object_get(json_array_get(rows, i), original), false, 0);
		mark(p, CANDIDATE, json_object_get(json_array_get(rows, i), candidate), false, 0);
	}
}

static void mark_pieces(struct sim_page *p)
{
	for (size_t i = 0; i < pieces_of(p); i++) {
		mark(p, ORIGINAL, json_object_get(piece(p, i), "original"), true, i);
		mark(p, CANDIDATE, json_object_get(piece(p, i), "candidate"), true, i);
	}
}

static int by_line(const void *a, const void *b)
{
	const struct line_mark *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->is_piece != y->is_piece)
		return x->is_piece - y->is_piece;
	return (x->number > y->number) - (x->number < y->number);
}

/* An id stands once in a page. */
static void sort_marks(struct sim_page *p, int side)
{
	struct line_mark *items = p->marks[side].items;
	size_t kept = 0;
	if (p->marks[side].len)
		qsort(items, p->marks[side].len, sizeof(*items), by_line);
	for (size_t i = 0; i < p->marks[side].len; i++) {
		if (!kept || by_line(&items[kept - 1], &items[i]) != 0)
			items[kept++] = items[i];
	}
	p->marks[side].len = kept;
}

void page_marks(struct sim_page *p)
{
	static const char *const words[] = {"identifiers", "strings", "comments"};
	SCOPED_JSON json_t *runs = json_pack("[O*, O*]", json_object_get(p->value, "longest_verbatim"),
					     json_object_get(p->value, "longest_shape"));
	mark_pieces(p);
	mark_rows(p, json_object_get(p->value, "findings"), "original", "candidate");
	mark_rows(p, json_object_get(p->value, "tables"), "original", "candidate");
	mark_rows(p, json_object_get(p->value, "functions"), "original_place", "candidate_place");
	mark_rows(p, runs, "original", "candidate");
	for (size_t i = 0; i < countof(words); i++) {
		const json_t *list = json_object_get(p->value, words[i]);
		mark_rows(p, json_object_get(list, "items"), "original", "candidate");
	}
	for (int side = 0; side < SIDES; side++)
		sort_marks(p, side);
}

/* ---- which piece a line belongs to */

/* A piece on one side. */
struct owner {
	size_t file, line, end_line, size;
	uint32_t number; /* from 1 */
};

struct owners {
	struct owner *items; /* by file; within it the largest last */
	size_t len, cap;
};

static int by_size(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->number < y->number) - (x->number > y->number);
}

static void find_owners(const struct sim_page *p, enum page_side side, struct owners *owners)
{
	for (size_t i = 0; i < pieces_of(p); i++) {
		const json_t *place = json_object_get(piece(p, i), page_side_key(side));
		struct owner owner = {.size = size_of(p, i), .number = (uint32_t)i + 1};
		owner.file = page_file(p, side, json_text_of(place, "file"));
		owner.line = json_count_of(place, "line");
		owner.end_line = json_count_of(place, "end_line");
		if (owner.file != SIZE_MAX)
			*vec_push(owners) = owner;
	}
	if (owners->len)
		qsort(owners->items, owners->len, sizeof(*owners->items), by_size);
}

/* ---- a file */

struct coding {
	struct sim_page *p;
	enum page_side side;
	size_t file, next_mark, next_owner;
	struct owners owners;
	uint32_t *lines; /* of the file, from 1: the number of the piece that a line belongs to, or 0 */
	size_t lines_len;
	uint32_t open; /* whose link is open, or 0 */
};

/* A line that several pieces touch belongs to the largest. */
static void give_lines(struct coding *c)
{
	for (; c->next_owner < c->owners.len && c->owners.items[c->next_owner].file <= c->file; c->next_owner++) {
		const struct owner *o = &c->owners.items[c->next_owner];
		for (size_t line = max_size(o->line, 1);
		     o->file == c->file && line <= o->end_line && line <= c->lines_len; line++)
			c->lines[line] = o->number;
	}
}

static void add_marks(struct coding *c, size_t upto)
{
	char letter = page_side_letter(c->side);
	while (c->next_mark < c->p->marks[c->side].len) {
		const struct line_mark *m = &c->p->marks[c->side].items[c->next_mark];
		if (m->file > c->file || (m->file == c->file && m->line > upto))
			return;
		if (m->is_piece)
			buf_printf(c->p->out, "<b id=\"m%c%u.%zu\"></b>", letter, c->p->number, m->number);
		else
			buf_printf(c->p->out, "<b id=\"%c%u.%zu.%zu\"></b>", letter, c->p->number, m->file, m->number);
		c->next_mark++;
	}
}

static void open_link(struct coding *c, size_t number)
{
	struct buf *out = c->p->out;
	char twin = page_side_letter(c->side == ORIGINAL ? CANDIDATE : ORIGINAL);
	enum sim_kind kind = kind_of(c->p, number);
	const char *name = kind < SIM_KINDS ? sim_kind_name(kind) : "";
	buf_printf(out, "<a class=\"%s\" href=\"#m%c%u.%zu\" title=\"%s, %zu %s", name, twin, c->p->number, number,
		   name, size_of(c->p, number), kind == SIM_TABLE ? "elements" : "tokens");
	page_cstr(out, json_text_of(piece(c->p, number), "why")[0] ? ": " : "");
	page_cstr(out, json_text_of(piece(c->p, number), "why"));
	buf_append_cstr(out, "\">");
}

static void switch_owner(struct coding *c, uint32_t owner)
{
	if (c->open == owner)
		return;
	if (c->open)
		buf_append_cstr(c->p->out, "</a>");
	if (owner)
		open_link(c, owner - 1);
	c->open = owner;
}

static void add_lines(struct coding *c, const json_t *part)
{
	struct str rest = str_of(json_text_of(part, "text")), line;
	for (size_t number = json_count_of(part, "line"); str_next_line(&rest, &line); number++) {
		uint32_t owner = number <= c->lines_len ? c->lines[number] : 0;
		if (c->open != owner)
			switch_owner(c, 0);
		add_marks(c, number);
		switch_owner(c, owner);
		buf_printf(c->p->out, "<i>%zu</i>", number);
		page_text(c->p->out, line);
		buf_append_char(c->p->out, '\n');
	}
	switch_owner(c, 0);
}

static void add_gap(struct coding *c, size_t lines)
{
	if (lines)
		buf_printf(c->p->out, "<em>… %zu line%s not shown</em>\n", lines, lines == 1 ? "" : "s");
}

static void add_file(struct coding *c, const json_t *file)
{
	const json_t *parts = json_object_get(file, "parts");
	size_t last = 0, lines = min_size(json_count_of(file, "lines"), LINES_MAX);
	SCOPED_MEM uint32_t *owned = mem_zalloc(lines + 1, sizeof(*owned));
	c->lines = owned;
	c->lines_len = lines;
	give_lines(c);
	page_element(c->p->out, "h4", "", json_text_of(file, "path"));
	buf_append_cstr(c->p->out, "<pre>");
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i);
		size_t line = json_count_of(part, "line");
		add_gap(c, line > last + 1 ? line - last - 1 : 0);
		add_lines(c, part);
		last = line + str_count(str_of(json_text_of(part, "text")), '\n') - 1;
	}
	add_gap(c, lines > last ? lines - last : 0);
	add_marks(c, SIZE_MAX);
	buf_append_cstr(c->p->out, "</pre>\n");
}

static void add_side(struct sim_page *p, enum page_side side)
{
	struct coding c = {.p = p, .side = side};
	buf_printf(p->out, "<div class=\"side\"><h3>%s: ", side == ORIGINAL ? "Original" : "Rewrite");
	page_cstr(p->out, json_text_of(json_object_get(p->value, page_side_key(side)), "name"));
	buf_append_cstr(p->out, "</h3>\n<div class=\"pane\" tabindex=\"0\">\n");
	find_owners(p, side, &c.owners);
	for (c.file = 0; c.file < json_array_size(p->files[side]); c.file++)
		add_file(&c, json_array_get(p->files[side], c.file));
	vec_release(&c.owners);
	buf_append_cstr(p->out, "</div></div>\n");
}

/* ---- both sides */

static const char *meaning_of(enum sim_kind kind)
{
	static const char *const meanings[SIM_KINDS] = {
		[SIM_VERBATIM] = "word for word",	    [SIM_RENAMED] = "under other names and literals",
		[SIM_EDITED] = "with changes in between",   [SIM_TABLE] = "rows of data",
		[SIM_FORCED] = "dictated by the interface",
	};
	return meanings[kind];
}

static void add_key(struct sim_page *p)
{
	size_t counts[SIM_KINDS + 1] = {0};
	for (size_t i = 0; i < pieces_of(p); i++)
		counts[kind_of(p, i)]++;
	buf_append_cstr(p->out, "<p class=\"key\">");
	for (int k = 0; k < SIM_KINDS; k++) {
		const char *name = sim_kind_name((enum sim_kind)k);
		buf_printf(p->out,
			   "<label><input type=\"checkbox\" checked data-kind=\"%s\"><span class=\"%s\">%s</span> ",
			   name, name, name);
		buf_printf(p->out, "%zu %s</label> ", counts[k], meaning_of((enum sim_kind)k));
	}
	buf_append_cstr(p->out, "</p>\n");
}

void page_code(struct sim_page *p)
{
	if (!json_array_size(p->files[ORIGINAL]) && !json_array_size(p->files[CANDIDATE]))
		return;
	buf_append_cstr(p->out,
			"<h3>Both sides</h3>\n<p class=\"dim\">A coloured piece leads to its twin on the other side"
			"<span class=\"scripted\">; n and p go to the next and the one before</span>.</p>\n");
	add_key(p);
	buf_append_cstr(p->out, "<div class=\"sides\">\n");
	add_side(p, ORIGINAL);
	add_side(p, CANDIDATE);
	buf_append_cstr(p->out, "</div>\n");
}
