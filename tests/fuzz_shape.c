/*
 * Each line is a type, or "name = type" for a typedef of it. Every type has a
 * shape, the same one each time, and what hangs on it is whole.
 */

#include "core/mem.h"
#include "harness/shape.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TYPES_MAX = 64, LINES_MAX = 200 };

static struct api_field fields[] = {
	{"next", "struct node *", true, 0, 4, 0}, {"x", "a [2]", true, 4, 8, 0},
	{"f", "b", true, 12, 4, 0},		  {"bit", "unsigned", true, 128, 0, 3},
};

static void check(const struct shape *s, unsigned depth);

static void check_signature(const struct shape_signature *g, unsigned depth)
{
	assert(g && g->result && g->result_text && g->parameters_len <= SHAPE_PARAMETERS_MAX);
	check(g->result, depth);
	for (size_t i = 0; i < g->parameters_len; i++) {
		assert(g->texts[i] && g->names[i]);
		assert(g->parameters[i]->kind != SHAPE_ARRAY && g->parameters[i]->kind != SHAPE_FUNCTION);
		check(g->parameters[i], depth);
	}
}

static void check(const struct shape *s, unsigned depth)
{
	assert(s && s->text && s->kind <= SHAPE_VA_LIST);
	if (!depth)
		return;
	if (s->kind == SHAPE_POINTER) {
		assert(s->target && s->size == SHAPE_POINTER_BYTES);
		check(s->target, depth - 1);
	} else if (s->kind == SHAPE_ARRAY) {
		assert(s->target && s->size == (uint64_t)s->count * s->target->size);
		check(s->target, depth - 1);
	} else if (s->kind == SHAPE_FUNCTION) {
		check_signature(s->signature, depth - 1);
	} else if (s->kind == SHAPE_RECORD) {
		assert(s->is_opaque == !s->record);
		for (size_t i = 0; s->record && i < s->record->fields_len; i++)
			check(s->record->fields[i].shape, depth - 1);
	} else if (s->kind == SHAPE_INTEGER || s->kind == SHAPE_FLOAT) {
		assert(s->size == 1 || s->size == 2 || s->size == 4 || s->size == 8 || s->size == 16);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct api_type types[TYPES_MAX] = {{.kind = API_STRUCT, .name = "node", .target = "", .known = true, .size = 20,
					     .fields = fields, .fields_len = countof(fields)}};
	struct interface api = {.types = types, .types_len = 1};
	struct shapes *shapes = shapes_new(&api, &a);
	struct str rest = {(const char *)data, min_size(size, 20000)}, line;
	const char *lines[LINES_MAX];
	size_t len = 0;
	while (len < LINES_MAX && str_next_line(&rest, &line)) {
		size_t equals = str_index(line, '=');
		if (equals < line.len && api.types_len < TYPES_MAX) {
			struct api_type *t = &types[api.types_len++];
			*t = (struct api_type){.kind = API_TYPEDEF, .name = arena_str(&a, str_trim(str_first(line, equals)))};
			line = str_trim(str_from(line, equals + 1));
			t->target = arena_str(&a, line);
		}
		lines[len++] = arena_str(&a, line);
	}
	for (size_t i = 0; i < len; i++) {
		const struct shape *s = shape_of(shapes, lines[i]);
		assert(strcmp(s->text, lines[i]) == 0);
		assert(strlen(lines[i]) > 4096 || shape_of(shapes, lines[i]) == s || s->kind == SHAPE_UNKNOWN);
		check(s, 4);
		if (shape_callback(s))
			check_signature(shape_callback(s), 3);
	}
	return 0;
}
