#include "harness/splice.h"

#include "core/mem.h"

void splice_begin(struct splicing *s, const struct expanded *source, size_t max)
{
	*s = (struct splicing){.source = source};
	buf_init(&s->text, max);
	splice_piece(s, SIZE_MAX, SIZE_MAX);
}

void splice_piece(struct splicing *s, size_t owner, size_t part)
{
	*vec_push(&s->pieces) = (struct splice_piece){s->text.len, (uint32_t)s->at, owner, part};
}

struct str splice_source(const struct splicing *s, size_t start, size_t end)
{
	return str_first(str_from(s->source->text, start), end - start);
}

void splice_copy(struct splicing *s, size_t end)
{
	if (end <= s->at)
		return;
	splice_piece(s, SIZE_MAX, SIZE_MAX);
	buf_append_str(&s->text, splice_source(s, s->at, end));
	s->at = end;
}

/* Lines that say where the next ones come from would only mislead who reads the compiler's complaints. */
static void blank_markers(struct buf *text)
{
	struct str rest = buf_str(text), line;
	while (str_next_line(&rest, &line)) {
		if (str_starts(line, STR("# ")))
			memset(text->ptr + (line.ptr - text->ptr), ' ', line.len);
	}
}

int splice_finish(struct splicing *s, const char *what, struct arena *a, struct splice *ret, struct err *err)
{
	blank_markers(&s->text);
	int result = buf_check(&s->text, what, err);
	if (result == 0)
		*ret = (struct splice){
			.text = {arena_str(a, buf_str(&s->text)), s->text.len},
			.pieces = arena_copy(a, s->pieces.items, s->pieces.len, sizeof(*s->pieces.items)),
			.pieces_len = s->pieces.len,
		};
	buf_release(&s->text);
	vec_release(&s->pieces);
	return result;
}

static size_t offset_of(struct str text, unsigned line, unsigned column)
{
	struct str rest = text, found = {text.ptr, 0};
	for (unsigned i = 0; i < line && str_next_line(&rest, &found); i++)
		;
	return (size_t)(found.ptr - text.ptr) + (column ? column - 1 : 0);
}

const struct splice_piece *splice_at(const struct splice *splice, unsigned line, unsigned column, size_t *ret_at)
{
	size_t at = *ret_at = offset_of(splice->text, line, column), low = 0, high = splice->pieces_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (splice->pieces[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &splice->pieces[low - 1] : NULL;
}
