#include "harness/textedit.h"

#include "core/buf.h"
#include "core/mem.h"

void textedit_add(struct textedits *edits, size_t start, size_t end, const char *insert)
{
	if (end > start || insert[0])
		*vec_push(edits) = (struct textedit){start, max_size(start, end), insert, edits->len};
}

static int by_place(const void *a, const void *b)
{
	const struct textedit *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

struct str textedit_make(struct textedits *edits, struct str text, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, SIZE_MAX / 4);
	if (edits->len)
		qsort(edits->items, edits->len, sizeof(*edits->items), by_place);
	size_t at = 0;
	for (size_t i = 0; i < edits->len; i++) {
		const struct textedit *e = &edits->items[i];
		if (e->start >= at) {
			buf_append_str(&out, str_first(str_from(text, at), e->start - at));
			buf_append_cstr(&out, e->insert);
		}
		at = max_size(at, e->end);
	}
	buf_append_str(&out, str_from(text, at));
	return (struct str){arena_str(a, buf_str(&out)), out.len};
}
