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

/* What is touched, and the macros that are still to be looked into. */
struct touching {
	struct interface *api;
	const struct touch_map *map;
	bool *seen_functions, *seen_macros;
	size_t *functions; /* touched, in order */
	size_t functions_len;
	size_t *open; /* macros */
	size_t open_len;
};

static void touch(struct touching *t, const char *name)
{
	bool is_macro;
	size_t macro = str_find_name(t->map->macros, t->map->len, str_of(name), &is_macro);
	struct api_function *f = interface_function(t->api, str_of(name));
	size_t index = f ? (size_t)(f - t->api->functions) : 0;
	if (f && !t->seen_functions[index]) {
		t->seen_functions[index] = true;
		t->functions[t->functions_len++] = index;
	}
	if (is_macro && !t->seen_macros[macro]) {
		t->seen_macros[macro] = true;
		t->open[t->open_len++] = macro;
	}
}

/* Macros lead to macros; each is looked into once. */
static void touch_all(struct touching *t, const struct strings *names)
{
	for (size_t i = 0; i < names->len; i++)
		touch(t, names->items[i]);
	while (t->open_len) {
		const struct strings *body = &t->map->macros[t->open[--t->open_len]]->names;
		for (size_t i = 0; i < body->len; i++)
			touch(t, body->items[i]);
	}
}

struct touches extract_touches(struct extraction *x, const struct touch_map *map, const struct strings *names)
{
	struct interface *api = &x->e->spec.api;
	SCOPED_MEM bool *seen_functions = mem_zalloc(api->functions_len, sizeof(bool));
	SCOPED_MEM bool *seen_macros = mem_zalloc(map->len, sizeof(bool));
	SCOPED_MEM size_t *functions = mem_zalloc(api->functions_len, sizeof(size_t));
	SCOPED_MEM size_t *open = mem_zalloc(map->len, sizeof(size_t));
	struct touching touching = {
		.api = api,
		.map = map,
		.seen_functions = seen_functions,
		.seen_macros = seen_macros,
		.functions = functions,
		.open = open,
	};
	touch_all(&touching, names);
	struct touches t = {.len = touching.functions_len};
	/* Only as much as there is: units and functions can both be thousands. */
	t.items = arena_array(x->a, t.len, size_t);
	for (size_t i = 0; i < t.len; i++)
		t.items[i] = functions[i];
	t.names = (struct strings){arena_array(x->a, t.len, const char *), t.len};
	for (size_t i = 0; i < t.len; i++)
		t.names.items[i] = api->functions[t.items[i]].name;
	strings_sort(&t.names);
	return t;
}
