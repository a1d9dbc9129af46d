/*
 * Any bytes as what the program that asks about headers prints. Whatever is
 * taken is true of some machine, and strings hold nothing that a terminal obeys.
 */

#include "harness/layout_parts.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		assert(*c >= 0x20 && *c != 0x7F && !(*c == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0));
}

static void check_type(const struct api_type *t)
{
	for (size_t i = 0; i < t->fields_len; i++) {
		const struct api_field *f = &t->fields[i];
		uint64_t unit = f->bits ? 8 : 1, end = f->offset + (f->bits ? f->bits : f->size);
		assert(!f->known || (t->known && end <= t->size * unit));
	}
	assert(!t->known || (t->size < (uint64_t)1 << 32 && t->align && (t->align & (t->align - 1)) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct api_field fields[] = {{.name = "a", .type = "int"}, {.name = "b", .type = "int", .bits = 1}};
	struct api_enumerator enumerators[] = {{.name = "E"}};
	struct api_type types[] = {
		{.spelling = "", .enumerators = enumerators, .enumerators_len = 1},
		{.spelling = "struct s", .fields = fields, .fields_len = 2},
	};
	struct api_macro macros[] = {{.name = "M", .body = "1"}, {.name = "N", .body = "1"}};
	struct api_global globals[] = {{.name = "g"}};
	struct interface api = {
		.types = types, .types_len = 2, .macros = macros, .macros_len = 2, .globals = globals, .globals_len = 1,
	};
	struct layout_items items = layout_list(&api, &a);
	assert(items.len == 7);
	assert(layout_read((struct str){(const char *)data, size}, "abc", &items, &a, &api) <= items.len);
	check_type(&types[1]);
	for (size_t i = 0; i < 2; i++) {
		assert((macros[i].kind == API_NO_VALUE) == (macros[i].value == NULL));
		if (macros[i].value)
			check_text(macros[i].value);
	}
	return 0;
}
