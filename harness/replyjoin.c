#include "harness/replyfiles.h"

#include "core/mem.h"
#include "harness/cprose.h"
#include "harness/fences.h"

/*
 * A model that goes on in a new message may repeat some of what it said, and a
 * clean continuation may look as if it did: in a table each row repeats the one
 * above. So what repeats itself is left as it is, and short repetitions count
 * only where C does not have them: from the beginning of a line.
 */

enum {
	WINDOW = 16 << 10,  /* of the end of the first piece, that is looked at */
	INNER_MIN = 20,     /* bytes that begin within a line */
	PARTIAL_MIN = 4,    /* bytes of a line without indentation */
	AGAIN_MIN = 64,     /* bytes of a file's beginning */
	PROSE_LINES = 5,    /* in front of a fence that is opened anew */
};

/* The fence that is open at the end of whole lines, and where its text begins. */
static bool find_open(struct str text, struct fence_mark *ret, size_t *ret_start)
{
	struct str rest = text, line;
	bool open = false;
	while (str_next_line(&rest, &line)) {
		bool ended = text.ptr[text.len - rest.len - 1] == '\n';
		if (open && ended && fence_ends(ret, line)) {
			open = false;
		} else if (!open && ended && fence_opens(line, ret)) {
			open = true;
			*ret_start = text.len - rest.len;
		}
	}
	return open;
}

static bool is_same_file(struct str path, struct str open)
{
	return path.len == 0 || open.len == 0 || str_ends(path, open) || str_ends(open, path);
}

/* Without a fence that is opened anew, and the words in front of it. Without a word behind it, it ends the open one. */
static struct str without_fence(struct str second, const struct fence_mark *open)
{
	struct str rest = second, line;
	for (unsigned number = 0; number <= PROSE_LINES && str_next_line(&rest, &line); number++) {
		struct fence_mark f;
		bool ended = rest.ptr > second.ptr && rest.ptr[-1] == '\n';
		struct str before = {second.ptr, (size_t)(line.ptr - second.ptr)};
		if (!ended || !fence_opens(line, &f))
			continue;
		bool anew = f.info.len && is_same_file(fence_path(f.info), fence_path(open->info)) &&
			    cprose_code(before).len == 0;
		return anew ? rest : second;
	}
	return second;
}

/* ---- what is there twice */

/* A name, as tables of numbers have none: "0xff" is none either. */
static bool has_name(struct str s)
{
	size_t letters = 0;
	bool in_number = false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_', digit = c >= '0' && c <= '9';
		in_number = (letter || digit) && (in_number || (digit && letters == 0));
		letters = letter && !in_number ? letters + 1 : 0;
		if (letters >= 2)
			return true;
	}
	return false;
}

static bool is_only(struct str s, const char *bytes)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\0' || !strchr(bytes, s.ptr[i]))
			return false;
	}
	return true;
}

/* Some stretch that the first piece ends with and the second begins with. */
struct overlap {
	struct str first, second;
	size_t len, period;
};

/* Bytes in front of both that go on as they do, and bytes behind them: rows of a table are more than two. */
static bool repeats_itself(const struct overlap *o)
{
	struct str a = o->first, b = o->second;
	size_t front = 0, behind = 0;
	while (front < o->len && a.len > o->len + front && a.ptr[a.len - 1 - front] == a.ptr[a.len - 1 - front - o->len])
		front++;
	while (behind < o->len && b.len > o->len + behind && b.ptr[behind] == b.ptr[behind + o->len])
		behind++;
	return 2 * o->period <= o->len || 2 * (front + behind) >= o->len;
}

static bool is_repeated(const struct overlap *o)
{
	struct str s = str_first(o->second, o->len), before = str_first(o->first, o->first.len - o->len);
	bool at_line = before.len == 0 || before.ptr[before.len - 1] == '\n';
	bool indented = s.ptr[0] == ' ' || s.ptr[0] == '\t', lines = str_index(s, '\n') < s.len;
	if (str_trim(s).len == 0)
		return false;
	if (at_line && is_only(s, "`~"))
		return o->len >= 2 && o->second.len > 2 && o->second.ptr[2] == s.ptr[0];
	/* Two brackets below one another close nothing. */
	if (at_line && is_only(s, " \t{}();,\n"))
		return indented || lines;
	if ((!has_name(s) && str_count(s, '\n') < 2) || repeats_itself(o))
		return false;
	return at_line ? indented || lines || o->len >= PARTIAL_MIN : o->len >= INNER_MIN;
}

/* How many bytes at the beginning of the second piece stand at the end of the first: of all such stretches the longest
 * that cannot be meant so. */
static size_t find_overlap(struct str first, struct str second)
{
	size_t len = min_size(min_size(first.len, second.len), WINDOW), matched = 0;
	/* Of each beginning of the second, the longest shorter one that also ends it. */
	SCOPED_MEM size_t *border = mem_zalloc(len + 1, sizeof(*border));
	for (size_t i = 1; i < len; i++) {
		size_t k = border[i];
		while (k > 0 && second.ptr[k] != second.ptr[i])
			k = border[k];
		border[i + 1] = second.ptr[k] == second.ptr[i] ? k + 1 : 0;
	}
	for (size_t i = first.len - len; i < first.len; i++) {
		while (matched > 0 && (matched == len || second.ptr[matched] != first.ptr[i]))
			matched = border[matched];
		matched += second.ptr[matched] == first.ptr[i];
	}
	for (; matched > 0; matched = border[matched]) {
		struct overlap o = {first, second, matched, matched - border[matched]};
		if (is_repeated(&o))
			return matched;
	}
	return 0;
}

static bool begins_again(struct str open_text, struct str second)
{
	size_t len = min_size(min_size(open_text.len, second.len), 4 * (size_t)AGAIN_MIN);
	return len >= AGAIN_MIN && str_eq(str_first(open_text, len), str_first(second, len));
}

struct str replyfiles_join(struct str first, struct str second, struct arena *a)
{
	struct fence_mark open;
	size_t start = 0;
	if (find_open(first, &open, &start)) {
		second = without_fence(second, &open);
		if (begins_again(str_from(first, start), second))
			first = str_first(first, start);
	}
	if (first.len && second.len)
		second = str_from(second, find_overlap(first, second));
	char *text = arena_alloc(a, first.len + second.len + 1, 1);
	if (first.len)
		memcpy(text, first.ptr, first.len);
	if (second.len)
		memcpy(text + first.len, second.ptr, second.len);
	return (struct str){text, first.len + second.len};
}
