#include "core/mem.h"

static void *or_die(void *p)
{
	if (!p) {
		fputs("recast: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *mem_zalloc(size_t count, size_t size)
{
	return or_die(calloc(max_size(count, 1), max_size(size, 1)));
}

void *mem_realloc(void *p, size_t count, size_t size)
{
	return or_die(reallocarray(p, max_size(count, 1), max_size(size, 1)));
}

char *mem_strdup(const char *s)
{
	return or_die(strdup(s));
}

void mem_free_pointer(void *variable)
{
	free(take_pointer(variable));
}

void *mem_grow(void *items, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 8;
	return mem_realloc(items, *cap, size);
}

size_t mem_first_from(const void *items, size_t len, size_t size, uint64_t key)
{
	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t there;
		memcpy(&there, (const char *)items + middle * size, sizeof(there));
		if (there < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
