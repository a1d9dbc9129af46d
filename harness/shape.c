#include "harness/shape_parts.h"

enum { SHAPES_MAX = 20000, TEXT_MAX = 4096 };

struct shape *shape_new(struct shapes *s, enum shape_kind kind, uint32_t size)
{
	struct shape *shape = arena_new(s->a, struct shape);
	*shape = (struct shape){.kind = kind, .size = size, .text = ""};
	return shape;
}

struct shapes *shapes_new(const struct interface *api, struct arena *a)
{
	struct shapes *s = arena_new(a, struct shapes);
	*s = (struct shapes){.api = api, .a = a};
	return s;
}

static size_t place_of(const struct shapes *s, const char *text, bool *ret_is)
{
	size_t low = 0, high = s->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(s->items[middle]->text, text);
		if (order == 0) {
			*ret_is = true;
			return middle;
		}
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	*ret_is = false;
	return low;
}

static void keep(struct shapes *s, size_t at, struct shape *shape)
{
	if (s->len == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct shape **items = arena_array(s->a, cap, struct shape *);
		if (s->len)
			memcpy(items, s->items, s->len * sizeof(struct shape *));
		s->items = items;
		s->cap = cap;
	}
	memmove(&s->items[at + 1], &s->items[at], (s->len - at) * sizeof(struct shape *));
	s->items[at] = shape;
	s->len++;
}

struct shape *shape_find(struct shapes *s, const char *text)
{
	bool is;
	size_t at = place_of(s, text, &is);
	if (is)
		return s->items[at];
	struct shape *shape = shape_new(s, SHAPE_UNKNOWN, 0);
	shape->text = arena_strdup(s->a, text);
	if (s->len >= SHAPES_MAX || s->depth >= SHAPE_DEPTH_MAX || strlen(text) > TEXT_MAX)
		return shape;
	/* Entered first, since a record can lead back to itself. */
	keep(s, at, shape);
	s->depth++;
	shape_read(s, shape);
	if (--s->depth == 0)
		shape_read_waiting(s);
	return shape;
}

const struct shape *shape_of(struct shapes *s, const char *text)
{
	return shape_find(s, text);
}

const struct shape_signature *shape_signature(struct shapes *s, const struct signature *signature)
{
	size_t len = min_size(signature->parameters_len, SHAPE_PARAMETERS_MAX);
	struct shape_signature *g = shape_new_signature(s, len);
	g->result_text = signature->result;
	g->result = shape_of(s, signature->result);
	g->variadic = signature->variadic;
	g->unspecified = signature->unspecified || signature->parameters_len > len;
	for (size_t i = 0; i < len; i++)
		shape_add_parameter(s, g, signature->parameters[i].type, signature->parameters[i].name);
	return g;
}

const struct shape_signature *shape_callback(const struct shape *shape)
{
	bool is = shape->kind == SHAPE_POINTER && shape->target && shape->target->kind == SHAPE_FUNCTION;
	return is ? shape->target->signature : NULL;
}

bool shape_may_be_several(const struct shape_signature *g, size_t index)
{
	struct str name = str_of(g->names[index]);
	return !g->parameters[index]->target->record || str_ends(name, STR("s")) || str_ends(name, STR("array")) ||
	       str_ends(name, STR("vec"));
}
