#include "harness/scout_parts.h"

#include "core/mem.h"

static int by_name(const void *a, const void *b)
{
	const struct scout_definition *x = a, *y = b;
	int order = strcmp(x->name, y->name);
	return order ? order : (x->file > y->file) - (x->file < y->file);
}

void scout_index_make(const struct scout *s, bool (*wanted)(const struct scout_file *), struct scout_index *index)
{
	index->len = 0;
	for (size_t i = 0; i < s->files.len; i++) {
		const struct scout_file *f = &s->files.items[i];
		for (size_t k = 0; wanted(f) && k < f->object.defined.len; k++)
			*vec_push(index) = (struct scout_definition){f->object.defined.items[k], i};
	}
	if (index->len)
		qsort(index->items, index->len, sizeof(*index->items), by_name);
}

size_t scout_index_first(const struct scout_index *index, const char *name)
{
	size_t low = 0, high = index->len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(index->items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
