#include "harness/mutantdiff.h"

#include "core/buf.h"
#include "harness/ctoken.h"

enum { CONTEXT_LINES = 3, TEXT_MAX = 64 << 10, EXPANDED_SHOWN = 2000 };

struct differ {
	const struct expanded *source;
	const struct mutant *mutant;
	struct str original;
	struct arena *a;
};

/* A stretch of the file. */
struct span {
	size_t start, end;
};

/* ---- lines of the file */

/* From 1; empty and at the text's end if there is none. */
static struct str line_of(struct str text, unsigned number, size_t *ret_start)
{
	struct str rest = text, line = {0};
	for (unsigned i = 0; i < number; i++) {
		if (!str_next_line(&rest, &line)) {
			*ret_start = text.len;
			return (struct str){0};
		}
	}
	*ret_start = (size_t)(line.ptr - text.ptr);
	return line;
}

static unsigned line_number(struct str text, size_t at)
{
	return (unsigned)str_count(str_first(text, at), '\n') + 1;
}

/* ---- the same token in the file */

static bool next_token(struct ctoken_reader *reader, struct ctoken *ret)
{
	while (ctoken_next(reader, ret)) {
		if (ret->kind != CTOKEN_COMMENT && ret->kind != CTOKEN_END)
			return true;
	}
	return false;
}

static size_t count_tokens(struct str line, const struct str *only)
{
	struct ctoken_reader reader = ctoken_reader(line);
	struct ctoken t;
	size_t count = 0;
	while (next_token(&reader, &t))
		count += !only || str_eq(t.text, *only);
	return count;
}

/* The token of that number among all, or among those with that text. */
static bool nth_token(struct str line, const struct str *only, size_t n, struct ctoken *ret)
{
	struct ctoken_reader reader = ctoken_reader(line);
	while (next_token(&reader, ret)) {
		if ((!only || str_eq(ret->text, *only)) && n-- == 0)
			return true;
	}
	return false;
}

static bool same_tokens(struct str a, size_t a_from, struct str b, size_t b_from, size_t len)
{
	struct ctoken x, y;
	for (size_t i = 0; i < len; i++) {
		if (!nth_token(a, NULL, a_from + i, &x) || !nth_token(b, NULL, b_from + i, &y) ||
		    !str_eq(x.text, y.text))
			return false;
	}
	return true;
}

/* Lines that agree in front of the token or behind it; or in how often they have it. */
static bool find_token(struct str expanded, const struct ctoken *token, struct str written, struct ctoken *ret)
{
	struct str before = str_first(expanded, token->offset);
	size_t index = count_tokens(before, NULL), len = count_tokens(expanded, NULL),
	       other = count_tokens(written, NULL);
	if (same_tokens(expanded, 0, written, 0, index + 1))
		return nth_token(written, NULL, index, ret);
	if (other >= len - index && same_tokens(expanded, index, written, other - (len - index), len - index))
		return nth_token(written, NULL, other - (len - index), ret);
	if (count_tokens(expanded, &token->text) != count_tokens(written, &token->text))
		return false;
	return nth_token(written, &token->text, count_tokens(before, &token->text), ret);
}

/* The token of the source that begins there, or that ends there, in the file. */
static bool locate(const struct differ *d, size_t at, bool is_end, struct span *ret)
{
	size_t start, written_start;
	struct str expanded = expanded_line_text(d->source, is_end ? at - 1 : at, &start);
	struct expanded_place place = expanded_place(d->source, is_end ? at - 1 : at);
	struct str written = line_of(d->original, place.line, &written_start);
	struct ctoken_reader reader = ctoken_reader(expanded);
	struct ctoken t, found;
	while (next_token(&reader, &t)) {
		size_t edge = start + t.offset + (is_end ? t.text.len : 0);
		if (edge != at)
			continue;
		if (!find_token(expanded, &t, written, &found))
			return false;
		*ret = (struct span){written_start + found.offset, written_start + found.offset + found.text.len};
		return true;
	}
	return false;
}

static bool locate_change(const struct differ *d, struct span *ret)
{
	struct span first, last;
	const struct mutant *m = d->mutant;
	if (m->from >= m->to || !locate(d, m->from, false, &first) || !locate(d, m->to, true, &last) ||
	    first.start >= last.end)
		return false;
	*ret = (struct span){first.start, last.end};
	return true;
}

/* ---- the diff */

static void put_lines(struct buf *out, char mark, struct str text)
{
	struct str line;
	while (str_next_line(&text, &line))
		buf_printf(out, "%c%.*s\n", mark, STR_ARG(line));
}

/* Whole lines of the file are replaced by a text. */
static void put_hunk(const struct differ *d, struct buf *out, unsigned first, unsigned last, struct str changed,
		     const char *heading)
{
	size_t start, end, from, to;
	unsigned above = first > CONTEXT_LINES ? first - CONTEXT_LINES : 1;
	line_of(d->original, above, &from);
	line_of(d->original, first, &start);
	line_of(d->original, last + 1, &end);
	line_of(d->original, last + 1 + CONTEXT_LINES, &to);
	struct str before = str_first(str_from(d->original, from), start - from),
		   old = str_first(str_from(d->original, start), end - start),
		   after = str_first(str_from(d->original, end), to - end);
	size_t context =
		str_count(before, '\n') + str_count(after, '\n') + (after.len && after.ptr[after.len - 1] != '\n');
	size_t added = str_count(changed, '\n') + (changed.len && changed.ptr[changed.len - 1] != '\n');
	buf_printf(out, "@@ -%u,%zu +%u,%zu @@%s\n", above, context + (last - first + 1), above, context + added,
		   heading);
	put_lines(out, ' ', before);
	put_lines(out, '-', old);
	put_lines(out, '+', changed);
	put_lines(out, ' ', after);
}

static void change_file(const struct differ *d, const struct span *change, struct buf *out)
{
	SCOPED_BUF struct buf changed;
	unsigned first = line_number(d->original, change->start), last = line_number(d->original, change->end - 1);
	size_t start, end;
	line_of(d->original, first, &start);
	line_of(d->original, last + 1, &end);
	buf_init(&changed, TEXT_MAX);
	buf_append_str(&changed, str_first(str_from(d->original, start), change->start - start));
	buf_append_cstr(&changed, d->mutant->text);
	buf_append_str(&changed, str_first(str_from(d->original, change->end), end - change->end));
	put_hunk(d, out, first, last, buf_str(&changed), "");
}

/* The lines of the source in which the change stands, with the change and without empty ones. */
static void show_expanded(const struct differ *d, struct buf *out)
{
	SCOPED_BUF struct buf changed, shown;
	size_t start, last;
	struct str end_line = expanded_line_text(d->source, d->mutant->to ? d->mutant->to - 1 : 0, &last), rest, line;
	unsigned number = expanded_place(d->source, d->mutant->from).line;
	expanded_line_text(d->source, d->mutant->from, &start);
	buf_init(&changed, TEXT_MAX);
	buf_init(&shown, EXPANDED_SHOWN);
	buf_append_str(&changed, str_first(str_from(d->source->text, start), d->mutant->from - start));
	buf_append_cstr(&changed, d->mutant->text);
	if (last + end_line.len > d->mutant->to)
		buf_append_str(&changed, str_first(str_from(d->source->text, d->mutant->to),
						   last + end_line.len - d->mutant->to));
	rest = buf_str(&changed);
	while (str_next_line(&rest, &line)) {
		struct str trimmed = str_trim(line);
		if (trimmed.len && trimmed.ptr[0] != '#')
			buf_printf(&shown, "%.*s\n", STR_ARG(line));
	}
	put_hunk(d, out, number, number, buf_str(&shown), " behind the preprocessor");
}

const char *mutant_diff(const struct expanded *source, const struct mutant *mutant, const char *file,
			struct str original, struct arena *a)
{
	struct differ d = {source, mutant, original, a};
	SCOPED_BUF struct buf out;
	struct span change;
	buf_init(&out, TEXT_MAX);
	buf_printf(&out, "--- a/%s\n+++ b/%s\n", file, file);
	if (locate_change(&d, &change))
		change_file(&d, &change, &out);
	else
		show_expanded(&d, &out);
	return arena_str(a, str_whole_characters(buf_str(&out)));
}
