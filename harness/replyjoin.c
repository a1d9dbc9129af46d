#include "harness/replyfiles.h"

#include "harness/fences.h"

enum {
	OVERLAP_MAX = 4096,
	REPEATED_MIN = 4,
	OVERLAP_MIN = 12, /* fewer bytes are the same by accident: "}\n\n" */
};

/* The fence that is open where the text ends. */
static bool ends_open(struct str text, struct fence *ret)
{
	bool open = false;
	while (fences_next(&text, ret))
		open = ret->is_open;
	return open;
}

/* Within an open fence a second piece sometimes opens it anew: that line, and blank ones in front of it, go. */
static struct str without_opening(struct str first, struct str second)
{
	struct fence open;
	struct str rest = second, line;
	if (!ends_open(first, &open))
		return second;
	while (str_next_line(&rest, &line) && str_trim(line).len == 0)
		continue;
	struct str trimmed = str_trim(line);
	size_t marks = 0;
	while (marks < trimmed.len && trimmed.ptr[marks] == open.mark)
		marks++;
	/* With nothing behind the marks it is the end of the fence. */
	return marks >= 3 && marks < trimmed.len ? rest : second;
}

/* How much of the end of the one the other begins with. */
static size_t overlap_of(struct str first, struct str second)
{
	for (size_t len = min_size(min_size(first.len, second.len), OVERLAP_MAX); len >= OVERLAP_MIN; len--) {
		if (memcmp(first.ptr + first.len - len, second.ptr, len) == 0)
			return len;
	}
	return 0;
}

/* The last line, which was cut, begun anew. */
static size_t repeated_line(struct str first, struct str second)
{
	size_t start = first.len;
	while (start > 0 && first.ptr[start - 1] != '\n')
		start--;
	struct str line = str_from(first, start);
	return str_trim(line).len >= REPEATED_MIN && line.len < second.len && str_starts(second, line) ? line.len : 0;
}

struct str replyfiles_join(struct str first, struct str second, struct arena *a)
{
	second = without_opening(first, second);
	size_t again = overlap_of(first, second);
	if (again == 0)
		again = repeated_line(first, second);
	second = str_from(second, again);
	char *text = arena_array(a, first.len + second.len + 1, char);
	memcpy(text, first.ptr, first.len);
	if (second.len)
		memcpy(text + first.len, second.ptr, second.len);
	return (struct str){text, first.len + second.len};
}
