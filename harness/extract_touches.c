#include "harness/extract_parts.h"

#include "core/mem.h"

/* A macro of the interface, and the names that its body uses. */
struct macro {
	const char *name; /* first, for str_find_name */
	struct strings names;
};

struct touch_map {
	struct macro **macros; /* in byte order of their names */
	size_t len;
};

static int by_name(const void *a, const void *b)
{
	const struct macro *const *x = a, *const *y = b;
	return strcmp((*x)->name, (*y)->name);
}

struct touch_map *extract_touch_map(struct extraction *x)
{
	const struct interface *api = &x->e->spec.api;
	struct touch_map *map = arena_new(x->a, struct touch_map);
	map->len = api->macros_len;
	map->macros = arena_array(x->a, map->len, struct macro *);
	for (size_t i = 0; i < map->len; i++) {
		struct ctest_source body = {api->macros[i].name, str_of(api->macros[i].body)};
		map->macros[i] = arena_new(x->a, struct macro);
		*map->macros[i] = (struct macro){api->macros[i].name, x->language->names(&body, 1, x->a)};
	}
	if (map->len)
		qsort(map->macros, map->len, sizeof(*map->macros), by_name);
	return map;
}

static void touch(struct interface *api, const char *name, bool *seen, struct touches *t)
{
	struct api_function *f = interface_function(api, str_of(name));
	size_t index = f ? (size_t)(f - api->functions) : 0;
	if (!f || seen[index])
		return;
	seen[index] = true;
	t->items[t->len++] = index;
}

struct touches extract_touches(struct extraction *x, const struct touch_map *map, const struct strings *names)
{
	struct interface *api = &x->e->spec.api;
	SCOPED_MEM bool *seen = mem_zalloc(api->functions_len, sizeof(*seen));
	SCOPED_MEM size_t *items = mem_zalloc(api->functions_len, sizeof(*items));
	struct touches t = {.items = items};
	for (size_t i = 0; i < names->len; i++) {
		bool is_macro;
		size_t at = str_find_name(map->macros, map->len, str_of(names->items[i]), &is_macro);
		touch(api, names->items[i], seen, &t);
		for (size_t k = 0; is_macro && k < map->macros[at]->names.len; k++)
			touch(api, map->macros[at]->names.items[k], seen, &t);
	}
	/* Only as much as there is: units and functions can both be thousands. */
	t.items = arena_array(x->a, t.len, size_t);
	for (size_t i = 0; i < t.len; i++)
		t.items[i] = items[i];
	t.names = (struct strings){arena_array(x->a, t.len, const char *), t.len};
	for (size_t i = 0; i < t.len; i++)
		t.names.items[i] = api->functions[t.items[i]].name;
	strings_sort(&t.names);
	return t;
}
