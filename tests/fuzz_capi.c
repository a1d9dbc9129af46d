/*
 * Any bytes as preprocessed headers: in front of a line of "---" the
 * preprocessed text, behind it the header /src/a.h as written. Every item has
 * all its strings, a place in one of the files, and a name that is a name.
 */

#include "harness/capi.h"
#include "harness/ctoken.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const char *name)
{
	assert(name && name[0]);
	for (; *name; name++)
		assert(ctoken_name_byte(*name));
}

static void check_place(const struct interface *api, const struct place *place)
{
	bool found = false;
	for (size_t i = 0; i < api->files.len && !found; i++)
		found = place->file == api->files.items[i];
	assert(found && place->line <= place->end_line);
}

static void check_signature(const struct signature *s)
{
	assert(s->result && s->result[0]);
	for (size_t i = 0; i < s->parameters_len; i++)
		assert(s->parameters[i].type[0] && s->parameters[i].name);
}

static void check_types(const struct interface *api)
{
	for (size_t i = 0; i < api->types_len; i++) {
		const struct api_type *t = &api->types[i];
		check_place(api, &t->place);
		assert(t->name && t->spelling && t->written && t->doc && t->target);
		assert(t->name[0] || t->kind == API_ENUM);
		assert(!t->opaque || (t->fields_len == 0 && t->enumerators_len == 0));
		if (t->callback)
			check_signature(t->callback);
		for (size_t k = 0; k < t->fields_len; k++)
			assert(t->fields[k].name[0] && t->fields[k].type[0]);
		for (size_t k = 0; k < t->enumerators_len; k++)
			check_name(t->enumerators[k].name);
	}
}

static void check(const struct interface *api)
{
	for (size_t i = 0; i < api->functions_len; i++) {
		struct api_function *f = &api->functions[i];
		check_name(f->name);
		check_place(api, &f->place);
		check_signature(&f->signature);
		assert(f->declaration && f->written && f->doc);
		assert(interface_function(api, str_of(f->name)) == f);
	}
	for (size_t i = 0; i < api->macros_len; i++) {
		check_name(api->macros[i].name);
		check_place(api, &api->macros[i].place);
		assert(api->macros[i].body && api->macros[i].doc);
	}
	for (size_t i = 0; i < api->globals_len; i++) {
		check_name(api->globals[i].name);
		check_place(api, &api->globals[i].place);
		assert(api->globals[i].declaration && api->globals[i].type && api->globals[i].written);
	}
	check_types(api);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, raw = text;
	const char *line = size ? memmem(data, size, "\n---\n", 5) : NULL;
	if (line) {
		text.len = (size_t)(line - text.ptr) + 1;
		raw = str_from(raw, text.len + 4);
	}
	SCOPED_ARENA struct arena a = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	struct err err = {0};
	struct interface api = {0};
	if (tree_add_file(tree, "/src/a.h", raw, &err) < 0)
		assert(false);
	struct capi_source source = {text, "/src/", tree};
	if (capi_read(&source, &a, &api, &err) == 0)
		check(&api);
	else
		assert(err.kind == ERR_LIMIT);
	return 0;
}
