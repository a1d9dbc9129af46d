#include "core/utf8.h"

static unsigned byte_at(struct str s, size_t at)
{
	return at < s.len ? (unsigned char)s.ptr[at] : 0;
}

/* Bounds of the second byte keep out what is too long, a surrogate or too large. */
size_t utf8_length(struct str s)
{
	unsigned lead = byte_at(s, 0), second = byte_at(s, 1);
	if (s.len == 0 || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4)
		return 0;
	if (lead < 0x80)
		return 1;
	unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
	size_t len = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
	if (second < low || second > high)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if ((byte_at(s, i) & 0xC0) != 0x80)
			return 0;
	}
	return len;
}

int utf8_append(struct buf *out, struct str s)
{
	while (s.len) {
		size_t good = 0, len;
		while ((len = utf8_length(str_from(s, good))) > 0)
			good += len;
		buf_append(out, s.ptr, good);
		if (good < s.len)
			buf_append_cstr(out, UTF8_REPLACEMENT);
		s = str_from(s, good + 1);
	}
	return out->full ? -1 : 0;
}

bool utf8_is_control(struct str character)
{
	const unsigned char *b = (const unsigned char *)character.ptr;
	if (character.len == 1)
		return b[0] < 0x20 || b[0] == 0x7F;
	if (character.len == 2)
		return b[0] == 0xC2 && b[1] < 0xA0;
	if (character.len != 3 || b[0] != 0xE2)
		return false;
	return (b[1] == 0x80 && b[2] >= 0xA8 && b[2] <= 0xAE) || (b[1] == 0x81 && b[2] >= 0xA6 && b[2] <= 0xA9);
}

int utf8_append_line(struct buf *out, struct str s)
{
	while (s.len) {
		size_t len = utf8_length(s);
		if (len == 0)
			buf_append_cstr(out, UTF8_REPLACEMENT);
		else if (utf8_is_control(str_first(s, len)))
			buf_append_char(out, ' ');
		else
			buf_append(out, s.ptr, len);
		s = str_from(s, max_size(len, 1));
	}
	return out->full ? -1 : 0;
}
