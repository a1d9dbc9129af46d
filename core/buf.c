#include "core/buf.h"

#include "core/mem.h"

#include <assert.h>

/* What an empty buffer points at, so that ptr is a string from the start. */
static char nothing[1];

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.ptr = nothing, .max = max};
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->ptr);
	*b = (struct buf){0};
}

char *buf_reserve(struct buf *b, size_t len)
{
	assert(b->ptr);
	if (len > b->max - b->len || len >= SIZE_MAX - b->len)
		return NULL;
	size_t need = b->len + len + 1;
	if (need > b->cap) {
		size_t most = max_size(b->max, b->max + 1); /* which wraps around at the top */
		size_t cap = max_size(need, min_size(b->cap * 2, most));
		cap = max_size(cap, min_size(64, most));
		b->ptr = mem_realloc(b->cap ? b->ptr : NULL, cap, 1);
		b->cap = cap;
		b->ptr[b->len] = '\0';
	}
	return b->ptr + b->len;
}

void buf_grew(struct buf *b, size_t len)
{
	if (!b->cap)
		return;
	assert(b->len + len < b->cap);
	b->len += len;
	b->ptr[b->len] = '\0';
}

int buf_append(struct buf *b, const void *data, size_t len)
{
	if (b->full)
		return -1;
	size_t fits = min_size(len, b->max - b->len);
	if (fits) {
		memcpy(buf_reserve(b, fits), data, fits);
		buf_grew(b, fits);
	}
	b->full = fits < len;
	return b->full ? -1 : 0;
}

int buf_append_str(struct buf *b, struct str s)
{
	return buf_append(b, s.ptr, s.len);
}

int buf_append_cstr(struct buf *b, const char *s)
{
	return buf_append(b, s, strlen(s));
}

int buf_append_char(struct buf *b, char c)
{
	return buf_append(b, &c, 1);
}

int buf_vprintf(struct buf *b, const char *format, va_list args)
{
	char small[256];
	va_list again;
	va_copy(again, args);
	int n = vsnprintf(small, sizeof(small), format, args);
	int result = -1;
	if (n >= 0 && (size_t)n < sizeof(small)) {
		result = buf_append(b, small, (size_t)n);
	} else if (n >= 0) {
		char *large = mem_zalloc((size_t)n + 1, 1);
		vsnprintf(large, (size_t)n + 1, format, again);
		result = buf_append(b, large, (size_t)n);
		free(large);
	}
	va_end(again);
	return result;
}

int buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int result = buf_vprintf(b, format, args);
	va_end(args);
	return result;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->cap)
		b->ptr[0] = '\0';
}

int buf_check(const struct buf *b, const char *what, struct err *err)
{
	if (b->full)
		return err_set(err, ERR_LIMIT, "%s is larger than its limit of %zu bytes", what, b->max);
	return 0;
}

void buf_append_quoted(struct buf *b, struct str text, size_t from, size_t shown)
{
	size_t to = from + min_size(shown, text.len - min_size(from, text.len));
	buf_append_cstr(b, from ? "…\"" : "\"");
	for (size_t i = from; i < to; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c == '\n')
			buf_append_cstr(b, "\\n");
		else if (c == '\t')
			buf_append_cstr(b, "\\t");
		else if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < 0x20 || c >= 0x7F)
			buf_printf(b, "\\x%02x", c);
		else
			buf_append_char(b, (char)c);
	}
	buf_append_cstr(b, to < text.len ? "\"…" : "\"");
}
