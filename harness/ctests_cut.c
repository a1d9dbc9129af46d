#include "harness/ctests.h"

#include "core/mem.h"

struct cuts {
	struct ctest_range *items;
	size_t len, cap;
};

static int by_start(const void *a, const void *b)
{
	const struct ctest_range *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

static void collect(const struct ctests *tests, size_t source, const bool *sealed, struct cuts *cuts)
{
	for (size_t i = 0; i < tests->len; i++) {
		for (size_t k = 0; sealed[i] && k < tests->items[i].cuts_len; k++) {
			if (tests->items[i].cuts[k].source == source)
				*vec_push(cuts) = tests->items[i].cuts[k];
		}
	}
	if (cuts->len)
		qsort(cuts->items, cuts->len, sizeof(*cuts->items), by_start);
}

/* How long an empty line at the front is, with its end; 0 if there is none. */
static size_t empty_line(struct str text)
{
	size_t at = 0;
	while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t' || text.ptr[at] == '\r'))
		at++;
	return at < text.len && text.ptr[at] == '\n' ? at + 1 : 0;
}

static bool ends_with_empty_line(struct str text)
{
	if (text.len == 0)
		return true;
	if (text.ptr[text.len - 1] != '\n')
		return false;
	size_t at = text.len - 1;
	while (at > 0 && (text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '\t' || text.ptr[at - 1] == '\r'))
		at--;
	return at == 0 || text.ptr[at - 1] == '\n';
}

struct str ctests_cut(const struct ctest_source *sources, size_t source, const struct ctests *tests,
		      const bool *sealed, struct arena *a)
{
	struct str text = sources[source].text;
	struct cuts cuts = {0};
	collect(tests, source, sealed, &cuts);
	char *out = arena_array(a, text.len + 1, char);
	size_t len = 0, at = 0;
	for (size_t i = 0; i <= cuts.len; i++) {
		size_t end = i < cuts.len ? cuts.items[i].start : text.len;
		if (end > at) {
			memcpy(out + len, text.ptr + at, end - at);
			len += end - at;
			at = end;
		}
		if (i == cuts.len)
			break;
		at = max_size(at, cuts.items[i].end);
		size_t empty;
		while (ends_with_empty_line((struct str){out, len}) && (empty = empty_line(str_from(text, at))) > 0)
			at += empty;
	}
	vec_release(&cuts);
	return (struct str){out, len};
}
