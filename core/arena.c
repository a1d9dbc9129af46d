#include "core/arena.h"

#include "core/mem.h"

#include <stdalign.h>
#include <stdarg.h>

enum { BLOCK_BYTES = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

void arena_release(struct arena *a)
{
	struct arena_block *b = a->blocks;
	while (b) {
		struct arena_block *next = b->next;
		free(b);
		b = next;
	}
	a->blocks = NULL;
}

void arena_adopt(struct arena *a, struct arena *other)
{
	struct arena_block **last = &a->blocks;
	while (*last)
		last = &(*last)->next;
	*last = other->blocks;
	other->blocks = NULL;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		bytes = SIZE_MAX / 2; /* fails in mem_realloc, where out of memory ends */
	bytes = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_block *b = a->blocks;
	if (!b || b->size - b->used < bytes) {
		size_t room = max_size(bytes, BLOCK_BYTES);
		b = mem_realloc(NULL, sizeof(*b) + room, 1);
		b->used = 0;
		b->size = room;
		b->next = a->blocks;
		a->blocks = b;
	}
	void *p = b->bytes + b->used;
	b->used += bytes;
	memset(p, 0, bytes);
	return p;
}

char *arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1, 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_str(a, str_of(s));
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *text = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1, 1);
	if (n >= 0)
		vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return text;
}

void *arena_copy(struct arena *a, const void *items, size_t count, size_t size)
{
	void *copy = arena_alloc(a, count, size);
	if (count)
		memcpy(copy, items, count * size);
	return copy;
}

struct strings arena_joined(struct arena *a, const struct strings *first, const struct strings *second)
{
	struct strings all = {arena_array(a, first->len + second->len, const char *), 0};
	for (size_t i = 0; i < first->len; i++)
		all.items[all.len++] = first->items[i];
	for (size_t i = 0; i < second->len; i++)
		all.items[all.len++] = second->items[i];
	return all;
}
