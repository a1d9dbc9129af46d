#include "cli/similarity_page_parts.h"

#include "core/mem.h"

static const char *const part_names[] = {"similarity.css", "similarity.js"};
const struct page_parts similarity_page_parts = {part_names, countof(part_names)};

const char *page_side_key(enum page_side side)
{
	return side == ORIGINAL ? "original" : "candidate";
}

char page_side_letter(enum page_side side)
{
	return side == ORIGINAL ? 'o' : 'c';
}

double page_number(const json_t *object, const char *key)
{
	double n = json_number_value(json_object_get(object, key));
	return n > -1e15 && n < 1e15 ? n : 0;
}

/* ---- places */

size_t page_file(const struct sim_page *p, enum page_side side, const char *path)
{
	size_t low = 0, high = json_array_size(p->files[side]);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(json_text_of(json_array_get(p->files[side], middle), "path"), path);
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

void page_place(struct sim_page *p, enum page_side side, const json_t *place)
{
	const char *path = json_text_of(place, "file");
	size_t line = json_count_of(place, "line"), end = json_count_of(place, "end_line"),
	       file = page_file(p, side, path);
	if (!path[0])
		return;
	if (file != SIZE_MAX)
		buf_printf(p->out, "<a class=\"mono\" href=\"#%c%u.%zu.%zu\">", page_side_letter(side), p->number, file,
			   line);
	page_cstr(p->out, path);
	buf_printf(p->out, end > line ? ":%zu-%zu" : ":%zu", line, end);
	if (file != SIZE_MAX)
		buf_append_cstr(p->out, "</a>");
}

/* ---- the head of a section */

static void add_tile(struct sim_page *p, const char *figure, const char *what)
{
	buf_append_cstr(p->out, "<div class=\"tile\"><b>");
	buf_append_cstr(p->out, figure);
	buf_append_cstr(p->out, "</b><span>");
	page_cstr(p->out, what);
	buf_append_cstr(p->out, "</span></div>\n");
}

static void add_share_of(struct sim_page *p, const json_t *object, const char *key, const char *what)
{
	SCOPED_BUF struct buf figure;
	buf_init(&figure, 100);
	page_percent(&figure, page_number(object, key));
	add_tile(p, figure.ptr, what);
}

static void add_share(struct sim_page *p, const char *key, const char *what)
{
	add_share_of(p, p->value, key, what);
}

static void add_run(struct sim_page *p, const char *key, const char *what)
{
	const json_t *run = json_object_get(p->value, key);
	SCOPED_ARENA struct arena scratch = {0};
	add_tile(p, arena_printf(&scratch, "%zu tokens", json_count_of(run, "tokens")),
		 arena_printf(&scratch, "%s%s", what, json_is(run, "forced") ? "; the interface dictates it" : ""));
}

static void add_rank(struct sim_page *p)
{
	SCOPED_BUF struct buf figure;
	buf_init(&figure, 100);
	page_cstr(&figure, json_text_of(json_object_get(p->value, "rank"), "text"));
	if (json_is(p->value, "yardstick"))
		add_tile(p, figure.ptr, "among other implementations, by how much of the original is in each");
	else
		add_tile(p, "no yardstick",
			 "no other implementation was measured, so these numbers have nothing to be compared with");
}

static void add_tiles(struct sim_page *p)
{
	const json_t *compiled = json_object_get(p->value, "compiled");
	buf_append_cstr(p->out, "<div class=\"tiles\">\n");
	add_share(p, "original_in_candidate", "of the original stands in the rewrite");
	add_share(p, "candidate_in_original", "of the rewrite stands in the original");
	add_run(p, "longest_verbatim", "longest run word for word");
	add_run(p, "longest_shape", "longest run but for names and literals");
	if (json_is_object(compiled))
		add_share_of(p, compiled, "original_in_candidate", "of the original's code, as compiled at -O2");
	add_rank(p);
	buf_append_cstr(p->out, "</div>\n");
}

static void add_findings(struct sim_page *p)
{
	const json_t *findings = json_object_get(p->value, "findings"), *t = json_object_get(p->value, "thresholds");
	size_t len = json_array_size(findings);
	page_element(p->out, "div", len ? "verdict warn" : "verdict good", json_text_of(p->value, "conclusion"));
	if (len)
		buf_append_cstr(p->out, "<ul>\n");
	for (size_t i = 0; i < len; i++) {
		const json_t *f = json_array_get(findings, i);
		buf_append_cstr(p->out, "<li>");
		page_cstr(p->out, json_text_of(f, "text"));
		for (int side = 0; side < SIDES; side++) {
			const json_t *place = json_object_get(f, page_side_key((enum page_side)side));
			bool both = side && json_object_get(f, page_side_key(ORIGINAL));
			buf_append_cstr(p->out, place ? both ? " = " : " " : "");
			page_place(p, (enum page_side)side, place);
		}
		buf_append_cstr(p->out, "</li>\n");
	}
	if (len)
		buf_append_cstr(p->out, "</ul>\n");
	buf_append_cstr(p->out, "<p class=\"dim\">Thresholds: ");
	page_percent(p->out, page_number(t, "share"));
	buf_printf(p->out,
		   " of a side shared, %zu tokens word for word, %zu of one shape, functions of at least %zu tokens ",
		   json_count_of(t, "run"), json_count_of(t, "shape"), json_count_of(t, "function_tokens"));
	page_percent(p->out, page_number(t, "function"));
	buf_printf(p->out, " alike, %zu elements of a table. A yardstick that shares ", json_count_of(t, "table"));
	page_percent(p->out, page_number(t, "kin"));
	buf_printf(p->out, " or %zu tokens in a row is a relative, and refused.</p>\n", json_count_of(t, "kin_run"));
}

static void add_side(struct sim_page *p, const char *label, const char *key)
{
	const json_t *side = json_object_get(p->value, key), *left_out = json_object_get(side, "left_out");
	const char *origin = json_text_of(side, "origin");
	buf_printf(p->out, "<tr><td>%s</td><td>", label);
	page_cstr(p->out, json_text_of(side, "name"));
	buf_append_cstr(p->out, origin[0] ? ", from " : "");
	page_cstr(p->out, origin);
	buf_printf(p->out, "</td><td class=\"n\">%zu files</td><td class=\"n\">%zu tokens</td><td>",
		   json_count_of(side, "files"), json_count_of(side, "tokens"));
	for (size_t i = 0; i < json_array_size(left_out); i++) {
		buf_append_cstr(p->out, i ? ", " : "without ");
		page_cstr(p->out, json_text_item(left_out, i));
	}
	buf_append_cstr(p->out, "</td></tr>\n");
}

static void add_sides(struct sim_page *p)
{
	const json_t *out = json_object_get(p->value, "left_out"), *common = json_object_get(p->value, "common");
	const char *from = json_text_of(out, "from");
	buf_append_cstr(p->out, "<div class=\"wide\"><table>\n");
	add_side(p, "original", "original");
	add_side(p, "rewrite", "candidate");
	buf_append_cstr(p->out, "</table></div>\n<p class=\"dim\">Of the original, ");
	buf_printf(p->out, "%zu tokens are not counted, since both sides have them by design",
		   json_count_of(out, "tokens"));
	buf_append_cstr(p->out, from[0] ? " (" : "");
	page_cstr(p->out, from);
	buf_printf(p->out,
		   "%s; %zu are dictated by the interface, and %zu are data in tables: these are counted apart.</p>\n",
		   from[0] ? ")" : "", json_count_of(out, "forced"), json_count_of(out, "tables"));
	for (size_t i = 0; i < json_array_size(common); i++) {
		const json_t *c = json_array_get(common, i);
		buf_append_cstr(p->out, "<p class=\"dim\">Common code, not counted: ");
		page_cstr(p->out, json_text_of(c, "name"));
		buf_append_cstr(p->out, ", licence ");
		page_cstr(p->out, json_text_of(c, "licence"));
		buf_append_cstr(p->out, ", <span class=\"mono\">");
		page_cstr(p->out, json_text_of(c, "hash"));
		buf_append_cstr(p->out, "</span></p>\n");
	}
}

static void add_title(struct buf *out, const json_t *value)
{
	const char *library = json_text_of(value, "library");
	page_cstr(out, library);
	buf_append_cstr(out, library[0] ? ": " : "");
	page_cstr(out, json_text_of(json_object_get(value, "candidate"), "name"));
	buf_append_cstr(out, " beside ");
	page_cstr(out, json_text_of(json_object_get(value, "original"), "name"));
}

/* ---- the whole */

void similarity_page_section(struct buf *out, const json_t *value, const json_t *detail, unsigned number)
{
	struct sim_page p = {.out = out, .value = value, .number = number};
	for (int side = 0; side < SIDES; side++)
		p.files[side] = json_object_get(detail, page_side_key((enum page_side)side));
	page_marks(&p);
	buf_printf(out, "<section class=\"similarity\" id=\"similarity%u\">\n<h2>Similarity: ", number);
	add_title(out, value);
	buf_append_cstr(out, "</h2>\n");
	add_findings(&p);
	add_tiles(&p);
	buf_append_cstr(out, "<div class=\"charts\">\n");
	page_curve(&p);
	page_nulls(&p);
	buf_append_cstr(out, "</div>\n");
	page_lists(&p);
	buf_append_cstr(out, "<h3>What was compared</h3>\n");
	add_sides(&p);
	page_code(&p);
	buf_append_cstr(out, "</section>\n");
	for (int side = 0; side < SIDES; side++)
		vec_release(&p.marks[side]);
}

int similarity_page(struct buf *out, const struct simresult *results, size_t len, struct err *err)
{
	SCOPED_BUF struct buf title;
	buf_init(&title, 10000);
	for (size_t i = 0; i < len; i++) {
		buf_append_cstr(&title, i ? ", " : "");
		buf_append_cstr(&title, json_text_of(json_object_get(results[i].value, "candidate"), "name"));
	}
	buf_printf(&title, " beside %s", json_text_of(json_object_get(results[0].value, "original"), "name"));
	page_begin(out, title.ptr, &similarity_page_parts);
	for (size_t i = 0; i < len; i++)
		similarity_page_section(out, results[i].value, results[i].detail, (unsigned)i);
	buf_append_cstr(
		out, "<p class=\"dim\">Made by recast. That nothing is found at these thresholds does not prove that "
		     "nothing was copied; that something is found does not prove that it was.</p>\n");
	page_end(out);
	return buf_check(out, "the page", err);
}
