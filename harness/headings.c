#include "harness/headings.h"

#include "core/mem.h"
#include "harness/markdown.h"

struct line {
	struct str text; /* without its end */
	size_t start, next;
	unsigned number;
	char under; /* the mark that it is a row of, or NUL */
};

struct reader {
	struct str text;
	enum headings_format format;
	struct markdown code;
	char marks[16]; /* of underlines, in order of appearance: levels */
	size_t marks_len;
	struct headings *found;
};

static bool is_blank(struct str line)
{
	return str_trim(line).len == 0;
}

/* A row of the same mark, three or more. */
static char underline(struct str text, enum headings_format format)
{
	text = str_trim(text);
	const char *marks = format == HEADINGS_MARKDOWN ? "=-" : "=-~^\"*+#:._`";
	if (text.len < 3 || text.ptr[0] == '\0' || !strchr(marks, text.ptr[0]))
		return '\0';
	for (size_t i = 1; i < text.len; i++) {
		if (text.ptr[i] != text.ptr[0])
			return '\0';
	}
	return text.ptr[0];
}

static bool next_line(const struct reader *r, const struct line *before, struct line *ret)
{
	struct str rest = str_from(r->text, before->next);
	struct line line = {.start = before->next, .number = before->number + 1};
	if (!str_next_line(&rest, &line.text))
		return false;
	line.next = r->text.len - rest.len;
	line.under = line.text.len && line.text.ptr[0] != ' ' ? underline(line.text, r->format) : '\0';
	*ret = line;
	return true;
}

static unsigned level_of(struct reader *r, char mark)
{
	if (r->format == HEADINGS_MARKDOWN)
		return mark == '=' ? 1 : 2;
	size_t i = 0;
	while (i < r->marks_len && r->marks[i] != mark)
		i++;
	if (i == r->marks_len && i < sizeof(r->marks))
		r->marks[r->marks_len++] = mark;
	return (unsigned)i + 1;
}

/* Not a list, a table, a quotation or indented code, and not much longer than the row below. */
static bool may_be_title(const struct line *title, const struct line *row)
{
	struct str text = title->text;
	if (is_blank(text) || title->under || strchr(" \t|>", text.ptr[0]) || text.ptr[0] == '\0')
		return false;
	bool list = text.len > 1 && strchr("-*+", text.ptr[0]) && text.ptr[1] == ' ';
	return !list && (row->under == '=' || row->text.len * 2 >= text.len);
}

static bool is_capitals(struct str text)
{
	size_t letters = 0;
	if (text.len > 60 || text.ptr[0] < 'A' || text.ptr[0] > 'Z')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if ((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') || strchr(";{}=", text.ptr[i]))
			return false;
		letters += text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
	}
	return letters >= 3;
}

static void add(struct reader *r, struct str title, unsigned level, const struct line *first, const struct line *last)
{
	*vec_push(r->found) = (struct heading){str_trim(title), level, first->number, last->number + 1,
		first->start, last->next};
}

/* A heading that begins with this line; *last is its last line then. */
static bool read_heading(struct reader *r, const struct line *before, const struct line *line, struct line *last)
{
	struct str title;
	bool outside = !markdown_is_open(&r->code);
	struct markdown ignored = {0};
	unsigned level = markdown_line(r->format == HEADINGS_MARKDOWN ? &r->code : &ignored, line->text, &title);
	*last = *line;
	if (level && r->format != HEADINGS_RST && !line->under) {
		add(r, title, level, line, line);
		return true;
	}
	struct line below = {0}, row = {0};
	if (!outside || markdown_is_open(&r->code) || is_blank(line->text))
		return false;
	bool follows = next_line(r, line, &below);
	/* reStructuredText: a row above as well. */
	if (line->under && r->format != HEADINGS_MARKDOWN && follows && next_line(r, &below, &row) &&
	    row.under == line->under && !is_blank(below.text) && !below.under) {
		add(r, below.text, level_of(r, row.under), line, &row);
		*last = row;
		return true;
	}
	if (follows && below.under && may_be_title(line, &below)) {
		add(r, line->text, level_of(r, below.under), line, &below);
		*last = below;
		return true;
	}
	bool alone = is_blank(before->text) && (!follows || is_blank(below.text));
	if (r->format != HEADINGS_PLAIN || !alone || !is_capitals(line->text))
		return false;
	add(r, line->text, 2, line, line);
	return true;
}

void headings_find(struct str text, enum headings_format format, struct headings *ret)
{
	struct reader r = {.text = text, .format = format, .found = ret};
	struct line before = {0}, line = {0}, last;
	while (next_line(&r, &before, &line)) {
		read_heading(&r, &before, &line, &last);
		before = last;
	}
}

void headings_release(struct headings *h)
{
	vec_release(h);
}
