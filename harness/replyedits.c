#include "harness/replyedits.h"

#include "core/buf.h"
#include "core/utf8.h"

enum mark { NO_MARK, SEARCH, DIVIDER, REPLACE };

/* "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE": some marks of a kind, and a word or none. */
static enum mark mark_of(struct str line)
{
	enum { MARKS_MIN = 5, MARKS_MAX = 9 };
	static const char *const words[] = {"SEARCH", "ORIGINAL", "HEAD", "REPLACE", "UPDATED"};
	char c = line.len ? line.ptr[0] : '\0';
	size_t len = 0;
	while (len < line.len && line.ptr[len] == c)
		len++;
	struct str word = str_trim(str_from(line, len));
	if (c == '=')
		return len == 7 && word.len == 0 ? DIVIDER : NO_MARK; /* comments have such lines, too */
	if (len < MARKS_MIN || len > MARKS_MAX || (c != '<' && c != '>'))
		return NO_MARK;
	bool known = word.len == 0;
	for (size_t i = 0; i < countof(words); i++)
		known |= str_eq(word, str_of(words[i]));
	if (!known)
		return NO_MARK;
	return c == '<' ? SEARCH : REPLACE;
}

bool replyedits_are(struct str block)
{
	struct str line;
	while (str_next_line(&block, &line)) {
		if (mark_of(line) == SEARCH)
			return true;
	}
	return false;
}

const char *replyedits_shown(struct str line, struct arena *a)
{
	enum { SHOWN_MAX = 120 };
	SCOPED_BUF struct buf shown;
	buf_init(&shown, SHOWN_MAX);
	line = str_trim(line);
	utf8_append_line(&shown, str_first(line, str_index(line, '\n')));
	return arena_str(a, str_whole_characters(buf_str(&shown)));
}

/* ---- finding lines */

/* With a line end in front, so that a match begins with a line, and one behind the last line. */
static void fill_lines(struct buf *out, struct str text, bool without_trailing)
{
	struct str line;
	buf_clear(out);
	buf_append_char(out, '\n');
	while (str_next_line(&text, &line)) {
		while (without_trailing && line.len && strchr(" \t", line.ptr[line.len - 1]) && line.ptr[line.len - 1])
			line.len--;
		buf_append_str(out, line);
		buf_append_char(out, '\n');
	}
}

/* How often they stand there, up to some number; and the line of the first, from 0. */
static unsigned count_matches(struct str text, struct str lines, size_t *ret_line)
{
	enum { COUNT_MAX = 10 };
	unsigned count = 0;
	struct str rest = text;
	while (count < COUNT_MAX) {
		const char *found = rest.len ? memmem(rest.ptr, rest.len, lines.ptr, lines.len) : NULL;
		if (!found)
			break;
		if (count++ == 0)
			*ret_line = str_count(str_first(text, (size_t)(found - text.ptr)), '\n');
		rest = (struct str){found + 1, (size_t)(text.ptr + text.len - found) - 1};
	}
	return count;
}

/* Where line `number` begins, counted from 0. */
static size_t line_start(struct str text, size_t number)
{
	struct str rest = text, line;
	while (number-- > 0 && str_next_line(&rest, &line))
		continue;
	return text.len - rest.len;
}

/* ---- making changes */

struct change {
	struct str search, replace;
};

struct making {
	struct replyedits *ret;
	struct buf text, other; /* the text as it is now; as it is compared */
	struct buf lines;       /* that are searched */
	struct arena *a;
};

static void replace_lines(struct making *m, size_t first, size_t len, struct str replace)
{
	struct str text = buf_str(&m->text);
	size_t start = line_start(text, first), end = start + line_start(str_from(text, start), len);
	buf_clear(&m->other);
	buf_append_str(&m->other, str_first(text, start));
	buf_append_str(&m->other, replace);
	if (replace.len && replace.ptr[replace.len - 1] != '\n')
		buf_append_char(&m->other, '\n');
	buf_append_str(&m->other, str_from(text, end));
	struct buf made = m->other;
	m->other = m->text;
	m->text = made;
}

static const char *why_not(unsigned count, struct str search, struct arena *a)
{
	const char *line = replyedits_shown(search, a);
	if (count == 0)
		return arena_printf(a, "the lines to be replaced do not stand there: %s", line);
	return arena_printf(a, "the lines to be replaced stand there %s%u times: %s", count >= 10 ? "at least " : "", count,
			    line);
}

/* Exactly, or else without what is at the ends of lines. */
static void make_one(struct making *m, const struct change *c)
{
	size_t line = 0;
	unsigned count = 0;
	if (str_trim(c->search).len == 0) {
		m->ret->problem = "there is nothing to be searched in front of \"=======\"";
		return;
	}
	for (int loose = 0; loose < 2 && count == 0 && c->search.len <= REPLYEDITS_FILE_MAX; loose++) {
		fill_lines(&m->other, buf_str(&m->text), loose);
		fill_lines(&m->lines, c->search, loose);
		count = count_matches(buf_str(&m->other), buf_str(&m->lines), &line);
	}
	if (count == 1 && m->text.len + c->replace.len < REPLYEDITS_FILE_MAX)
		replace_lines(m, line, str_count(buf_str(&m->lines), '\n') - 1, c->replace);
	else
		m->ret->problem = count == 1 ? "it becomes too large" : why_not(count, c->search, m->a);
}

/* Cuts the next one off the front. False at the end, where *ret_open says that it is the end of half a change. */
static bool next_change(struct str *rest, struct change *ret, bool *ret_open)
{
	enum mark in = NO_MARK;
	const char *start = NULL;
	struct str line;
	while (str_next_line(rest, &line)) {
		enum mark mark = mark_of(line);
		if (mark == SEARCH && in != DIVIDER) {
			in = SEARCH;
			start = rest->ptr;
		} else if (mark == DIVIDER && in == SEARCH) {
			in = DIVIDER;
			ret->search = (struct str){start, (size_t)(line.ptr - start)};
			start = rest->ptr;
		} else if (mark == REPLACE && in == DIVIDER) {
			ret->replace = (struct str){start, (size_t)(line.ptr - start)};
			return true;
		}
	}
	*ret_open = in != NO_MARK;
	return false;
}

void replyedits_make(struct str file, struct str blocks, size_t room, struct arena *a, struct replyedits *ret)
{
	struct making m = {.ret = ret, .a = a};
	struct change change;
	*ret = (struct replyedits){0};
	buf_init(&m.text, 2 * (size_t)REPLYEDITS_FILE_MAX);
	buf_init(&m.other, 2 * (size_t)REPLYEDITS_FILE_MAX);
	buf_init(&m.lines, 2 * (size_t)REPLYEDITS_FILE_MAX);
	buf_append_str(&m.text, file);
	if (file.len > REPLYEDITS_FILE_MAX)
		ret->problem = "it is too large to be changed";
	while (!ret->problem && next_change(&blocks, &change, &ret->open)) {
		if (ret->len++ < room)
			make_one(&m, &change);
		else
			ret->problem = arena_printf(a, "these are more than %d changes", REPLYEDITS_MAX);
	}
	ret->text = (struct str){arena_str(a, buf_str(&m.text)), m.text.len};
	buf_release(&m.text);
	buf_release(&m.other);
	buf_release(&m.lines);
}
