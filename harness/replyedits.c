#include "harness/replyedits.h"

#include "core/buf.h"
#include "core/utf8.h"

enum { MARKS = 7, MARKS_MIN = 5, QUOTED_MAX = 100 };

/* "<<<<<<< SEARCH": so many of a mark, and the word if there is one. */
static bool is_mark(struct str line, char mark, const char *word)
{
	size_t marks = 0;
	line = str_trim(line);
	while (marks < line.len && line.ptr[marks] == mark)
		marks++;
	struct str rest = str_trim(str_from(line, marks));
	return marks >= MARKS_MIN && marks <= 2 * MARKS && (rest.len == 0 || str_eq(rest, str_of(word)));
}

bool replyedits_are(struct str text)
{
	struct str line;
	while (str_next_line(&text, &line)) {
		if (is_mark(line, '<', "SEARCH"))
			return true;
	}
	return false;
}

struct edit {
	struct str search, replace; /* whole lines */
};

/* The lines up to a mark. */
static bool lines_upto(struct str *rest, char mark, const char *word, struct str *ret)
{
	struct str line;
	const char *from = rest->ptr;
	while (str_next_line(rest, &line)) {
		if (is_mark(line, mark, word)) {
			*ret = (struct str){from, (size_t)(line.ptr - from)};
			return true;
		}
	}
	return false;
}

/* Cuts the next block off the front. *ret_broken: it began and does not end. */
static bool next_edit(struct str *rest, struct edit *ret, bool *ret_broken)
{
	struct str line;
	*ret_broken = false;
	while (str_next_line(rest, &line)) {
		if (!is_mark(line, '<', "SEARCH"))
			continue;
		*ret_broken = !lines_upto(rest, '=', "", &ret->search) || !lines_upto(rest, '>', "REPLACE", &ret->replace);
		return !*ret_broken;
	}
	return false;
}

/* Whether the lines of `wanted` stand at the front of the text; the length of these. Blanks at their ends may differ if
 * `loose`. */
static size_t match_here(struct str text, struct str wanted, bool loose)
{
	const char *from = text.ptr;
	struct str line, want;
	while (str_next_line(&wanted, &want)) {
		if (!str_next_line(&text, &line))
			return 0;
		bool same = str_eq(line, want);
		if (!same && loose) {
			while (line.len && strchr(" \t\r", line.ptr[line.len - 1]))
				line.len--;
			while (want.len && strchr(" \t\r", want.ptr[want.len - 1]))
				want.len--;
			same = str_eq(line, want);
		}
		if (!same)
			return 0;
	}
	return (size_t)(text.ptr - from);
}

/* How often the lines stand in the file; where they do first. */
static size_t count_matches(struct str file, struct str wanted, bool loose, size_t *ret_at, size_t *ret_len)
{
	size_t found = 0;
	struct str rest = file, line;
	while (rest.len) {
		size_t len = match_here(rest, wanted, loose);
		if (len && found++ == 0) {
			*ret_at = (size_t)(rest.ptr - file.ptr);
			*ret_len = len;
		}
		str_next_line(&rest, &line);
	}
	return found;
}

static const char *first_line(struct str text, struct arena *a)
{
	struct str line = {0};
	SCOPED_BUF struct buf out;
	buf_init(&out, QUOTED_MAX);
	while (str_next_line(&text, &line) && str_trim(line).len == 0)
		continue;
	utf8_append_line(&out, str_trim(line));
	return arena_str(a, str_whole_characters(buf_str(&out)));
}

static const char *make_edit(struct str *file, const struct edit *e, struct arena *a)
{
	size_t at = 0, len = 0;
	if (str_trim(e->search).len == 0)
		return "a block of search and replace has nothing to search";
	size_t found = count_matches(*file, e->search, false, &at, &len);
	if (found == 0)
		found = count_matches(*file, e->search, true, &at, &len);
	if (found != 1)
		return arena_printf(a, "the lines to be replaced stand in the file %zu times, not once: \"%s\"", found,
				    first_line(e->search, a));
	struct buf out;
	buf_init(&out, file->len + e->replace.len + 1);
	buf_append_str(&out, str_first(*file, at));
	buf_append_str(&out, e->replace);
	buf_append_str(&out, str_from(*file, at + len));
	*file = (struct str){arena_str(a, buf_str(&out)), out.len};
	buf_release(&out);
	return NULL;
}

void replyedits_make(struct str file, struct str text, struct arena *a, struct str *ret, const char **ret_problem)
{
	struct edit e;
	bool broken;
	const char *problem = NULL;
	while (!problem && next_edit(&text, &e, &broken))
		problem = make_edit(&file, &e, a);
	if (!problem && broken)
		problem = "a block of search and replace has no end";
	*ret_problem = problem;
	if (!problem)
		*ret = file;
}
