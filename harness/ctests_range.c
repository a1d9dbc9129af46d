#include "harness/ctests_scan.h"

/* Which bytes go with something that is cut out. */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Back over blanks; the result begins a line if a line end or the text's begin stands before it. */
static uint32_t skip_back(struct str text, uint32_t at)
{
	while (at > 0 && is_blank(text.ptr[at - 1]))
		at--;
	return at;
}

static bool begins_line(struct str text, uint32_t at)
{
	return at == 0 || text.ptr[at - 1] == '\n';
}

/* The first comment that begins at this byte or behind it. */
static size_t comment_from(const struct ctscan_file *f, uint32_t start)
{
	size_t low = 0, high = f->comments.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (f->comments.items[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* From a line's begin back over the comments that stand alone on the lines directly above. */
static uint32_t with_comments_above(const struct ctscan_file *f, uint32_t start)
{
	for (size_t i = comment_from(f, start); i-- > 0;) {
		const struct ctscan_token *comment = &f->comments.items[i];
		uint32_t line = skip_back(f->text, comment->start);
		if (start == 0 || skip_back(f->text, start - 1) != comment->end || !begins_line(f->text, line))
			break;
		start = line;
	}
	return start;
}

/* Over blanks, and comments that begin on the same line. */
static uint32_t skip_rest(const struct ctscan_file *f, uint32_t end)
{
	for (size_t i = comment_from(f, end);; i++) {
		while (end < f->text.len && is_blank(f->text.ptr[end]))
			end++;
		if (i == f->comments.len || f->comments.items[i].start != end)
			return end;
		end = f->comments.items[i].end;
	}
}

struct ctest_range ctscan_range(const struct ctscan_file *f, uint32_t start, uint32_t end, bool definition)
{
	uint32_t line = skip_back(f->text, start), rest = skip_rest(f, end);
	bool alone = rest >= f->text.len || f->text.ptr[rest] == '\n';
	if (!begins_line(f->text, line)) {
		while (!alone && end < rest && is_blank(f->text.ptr[end]))
			end++;
	} else {
		if (alone)
			start = definition ? with_comments_above(f, line) : line;
		else if (definition)
			start = line;
		end = rest + (rest < f->text.len && alone);
	}
	return (struct ctest_range){.start = start, .end = end};
}
