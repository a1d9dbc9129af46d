#include "core/sse.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What came, as one text in which nothing can be taken for another. */
struct record {
	struct buf text;
	size_t max, events, stop_after;
};

static int keep(void *data, struct str event, struct str text)
{
	struct record *r = data;
	assert(event.len <= r->max && text.len <= r->max);
	buf_printf(&r->text, "%zu %zu ", event.len, text.len);
	buf_append_str(&r->text, event);
	buf_append_str(&r->text, text);
	return ++r->events == r->stop_after ? -1 : 0;
}

static void read_pieces(struct record *r, enum sse_framing framing, struct str stream, struct str lengths)
{
	struct sse s;
	struct err err = {0};
	bool cut = false;
	int result = 0;
	buf_init(&r->text, SIZE_MAX - 1);
	sse_init(&s, framing, r->max);
	s.notify = keep;
	s.data = r;
	for (size_t i = 0; result == 0 && stream.len; i++) {
		size_t len = stream.len;
		if (lengths.len)
			len = 1 + (unsigned char)lengths.ptr[i % lengths.len] % 17u;
		result = sse_feed(&s, str_first(stream, len), &err);
		stream = str_from(stream, len);
	}
	if (result == 0)
		result = sse_finish(&s, &cut, &err);
	assert(result == 0 || err.kind == ERR_LIMIT || err.kind == ERR_CANCELLED);
	buf_printf(&r->text, "%d %d", (int)err.kind, cut);
	sse_release(&s);
}

/* Byte 0: what kind of stream; byte 1: how many lengths of pieces follow. They must make no difference. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size};
	if (size < 2)
		return 0;
	struct record whole = {.max = data[0] & 2 ? 20 : 1000, .stop_after = data[0] & 4 ? 3 : 0}, pieces = whole;
	enum sse_framing framing = data[0] & 1 ? SSE_LINES : SSE_EVENTS;
	struct str lengths = str_first(str_from(bytes, 2), data[1] % 16);
	bytes = str_from(bytes, 2 + lengths.len);
	read_pieces(&whole, framing, bytes, (struct str){0});
	read_pieces(&pieces, framing, bytes, lengths);
	assert(str_eq(buf_str(&whole.text), buf_str(&pieces.text)));
	buf_release(&whole.text);
	buf_release(&pieces.text);
	return 0;
}
