#include "cli/similarity_page_parts.h"

#include "core/mem.h"

enum { LINES_MAX = 16 << 20, MATCHES_MAX = 1 << 20 };

/* ---- where links lead */

static void mark(struct sim_page *p, enum page_side side, const json_t *place, bool is_match, size_t number)
{
	size_t line = json_count_of(place, "line"), file = page_file(p, side, json_text_of(place, "file"));
	if (file == SIZE_MAX || !line || line > LINES_MAX)
		return;
	*vec_push(&p->marks[side]) = (struct line_mark){file, (unsigned)line, is_match, is_match ? number : line};
}

static void mark_rows(struct sim_page *p, const json_t *rows, const char *original, const char *candidate,
		      bool are_matches)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		mark(p, ORIGINAL, json_object_get(json_array_get(rows, i), original), are_matches, i);
		mark(p, CANDIDATE, json_object_get(json_array_get(rows, i), candidate), are_matches, i);
	}
}

static int by_line(const void *a, const void *b)
{
	const struct line_mark *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->is_match != y->is_match)
		return x->is_match - y->is_match;
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
	const json_t *runs = json_pack("[O*, O*]", json_object_get(p->value, "longest_verbatim"),
				       json_object_get(p->value, "longest_shape"));
	mark_rows(p, json_object_get(p->value, "matches"), "original", "candidate", true);
	mark_rows(p, json_object_get(p->value, "findings"), "original", "candidate", false);
	mark_rows(p, json_object_get(p->value, "tables"), "original", "candidate", false);
	mark_rows(p, json_object_get(p->value, "functions"), "original_place", "candidate_place", false);
	mark_rows(p, runs, "original", "candidate", false);
	for (size_t i = 0; i < countof(words); i++)
		mark_rows(p, json_object_get(json_object_get(p->value, words[i]), "items"), "original", "candidate",
			  false);
	for (int side = 0; side < SIDES; side++)
		sort_marks(p, side);
	json_decref((json_t *)(uintptr_t)runs);
}

/* ---- which match a line belongs to */

/* A match on one side. */
struct owner {
	size_t file, line, end_line, tokens;
	uint32_t number; /* of the match, from 1 */
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
	if (x->tokens != y->tokens)
		return x->tokens < y->tokens ? -1 : 1;
	return (x->number < y->number) - (x->number > y->number);
}

static void find_owners(const struct sim_page *p, enum page_side side, struct owners *owners)
{
	const json_t *matches = json_object_get(p->value, "matches");
	for (size_t i = 0; i < min_size(json_array_size(matches), MATCHES_MAX); i++) {
		const json_t *m = json_array_get(matches, i), *place = json_object_get(m, page_side_key(side));
		size_t file = page_file(p, side, json_text_of(place, "file"));
		if (file != SIZE_MAX)
			*vec_push(owners) = (struct owner){file, json_count_of(place, "line"),
							   json_count_of(place, "end_line"), json_count_of(m, "tokens"),
							   (uint32_t)i + 1};
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
	uint32_t *lines; /* of the file, from 1: the number of the match that a line belongs to, or 0 */
	size_t lines_len;
	uint32_t open; /* whose link is open, or 0 */
};

/* A line that several matches touch belongs to the largest. */
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
		if (m->is_match)
			buf_printf(c->p->out, "<b id=\"m%c%u.%zu\"></b>", letter, c->p->number, m->number);
		else
			buf_printf(c->p->out, "<b id=\"%c%u.%zu.%zu\"></b>", letter, c->p->number, m->file, m->number);
		c->next_mark++;
	}
}

static const char *class_of(const char *kind)
{
	for (int i = 0; i < SIM_KINDS; i++) {
		if (strcmp(kind, sim_kind_name((enum sim_kind)i)) == 0)
			return sim_kind_name((enum sim_kind)i);
	}
	return "";
}

static void switch_owner(struct coding *c, uint32_t owner)
{
	struct buf *out = c->p->out;
	if (c->open == owner)
		return;
	if (c->open)
		buf_append_cstr(out, "</a>");
	c->open = owner;
	if (!owner)
		return;
	const json_t *m = json_array_get(json_object_get(c->p->value, "matches"), owner - 1);
	char twin = page_side_letter(c->side == ORIGINAL ? CANDIDATE : ORIGINAL);
	buf_printf(out, "<a class=\"%s\" href=\"#m%c%u.%u\" title=\"", class_of(json_text_of(m, "kind")), twin,
		   c->p->number, owner - 1);
	page_cstr(out, json_text_of(m, "kind"));
	buf_printf(out, ", %zu tokens: ", json_count_of(m, "tokens"));
	page_cstr(out, json_text_of(m, "why"));
	buf_append_cstr(out, "\">");
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
		[SIM_VERBATIM] = "word for word",
		[SIM_RENAMED] = "under other names and literals",
		[SIM_EDITED] = "with changes in between",
		[SIM_TABLE] = "rows of data",
		[SIM_FORCED] = "dictated by the interface",
	};
	return meanings[kind];
}

static void add_key(struct sim_page *p)
{
	const json_t *matches = json_object_get(p->value, "matches");
	size_t counts[SIM_KINDS] = {0};
	for (size_t i = 0; i < json_array_size(matches); i++) {
		for (int k = 0; k < SIM_KINDS; k++)
			counts[k] += strcmp(json_text_of(json_array_get(matches, i), "kind"),
					    sim_kind_name((enum sim_kind)k)) == 0;
	}
	buf_append_cstr(p->out, "<p class=\"key\">");
	for (int k = 0; k < SIM_KINDS; k++)
		buf_printf(
			p->out,
			"<label><input type=\"checkbox\" checked data-kind=\"%s\"><span class=\"%s\">%s</span> %zu %s</label> ",
			sim_kind_name((enum sim_kind)k), sim_kind_name((enum sim_kind)k),
			sim_kind_name((enum sim_kind)k), counts[k], meaning_of((enum sim_kind)k));
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
