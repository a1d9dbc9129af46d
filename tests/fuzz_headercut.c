/*
 * The first byte says how, the rest is a header. Whatever it is, its end is
 * reached; where it is balanced, so is what is left, and there is no body left to
 * be cut.
 */

#include "harness/headercut.h"
#include "tests/balance.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines that somebody took something from: some, by a pattern of the byte. */
static struct headercut_lines lines(struct arena *a, size_t len, unsigned pattern)
{
	struct headercut_lines l = {arena_array(a, len, bool), len};
	for (size_t i = 0; i < len; i++)
		l.taken[i] = pattern >> (i % 3) & 1;
	return l;
}

static void check_pieces(const struct headercut *h)
{
	for (size_t i = 0; i < h->pieces_len; i++) {
		const struct headercut_piece *p = &h->pieces[i];
		assert(p->name && p->place.line > 0 && p->place.end_line >= p->place.line);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	if (size == 0)
		return 0;
	struct str text = {(const char *)data + 1, size - 1};
	enum headercut_mode mode = data[0] & 1 ? HEADERCUT_ALL : HEADERCUT_KEEP_INLINE;
	struct headercut_lines none = {0}, user = lines(&a, size, data[0] >> 1 & 7), library = lines(&a, size,
		data[0] >> 4 & 7);
	struct headercut first, second;
	struct err err = {0};
	bool with_lines = data[0] >> 7;
	if (headercut_make("a.h", text, mode, with_lines ? &user : &none, with_lines ? &library : &none, &a, &first,
			   &err) < 0) {
		assert(err.kind == ERR_LIMIT && err.text[0]);
		return 0;
	}
	assert(first.text.len <= 2 * size);
	check_pieces(&first);
	if (!is_balanced(text))
		return 0;
	assert(is_balanced(first.text));
	assert(headercut_make("a.h", first.text, mode, &none, &none, &a, &second, &err) == 0);
	for (size_t i = 0; i < second.pieces_len; i++)
		assert(second.pieces[i].kept);
	return 0;
}
