#include "harness/spec.h"

/* Adds a key only where there is something to say. */
static void set_text(json_t *object, const char *key, const char *text)
{
	if (text && text[0])
		json_object_set_new(object, key, json_text(text));
}

static void set_texts(json_t *object, const char *key, const struct strings *list)
{
	if (list->len)
		json_object_set_new(object, key, json_texts(list));
}

static void set_true(json_t *object, const char *key, bool value)
{
	if (value)
		json_object_set_new(object, key, json_true());
}

static void set_number(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static void set_place(json_t *object, const char *key, const struct place *place)
{
	json_object_set_new(object, key, json_text(place->file));
	set_number(object, "line", place->line);
	set_number(object, "end_line", place->end_line);
}

static void set_signature(json_t *object, const struct signature *s)
{
	json_t *parameters = json_array();
	for (size_t i = 0; i < s->parameters_len; i++) {
		const struct parameter *p = &s->parameters[i];
		json_t *row = json_pack("{s:o, s:o}", "name", json_text(p->name), "type", json_text(p->type));
		set_true(row, "callback", p->callback);
		json_array_append_new(parameters, row);
	}
	json_object_set_new(object, "result", json_text(s->result));
	json_object_set_new(object, "parameters", parameters);
	set_true(object, "variadic", s->variadic);
	set_true(object, "unspecified", s->unspecified);
}

static json_t *functions_json(const struct interface *api)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < api->functions_len; i++) {
		const struct api_function *f = &api->functions[i];
		json_t *row = json_pack("{s:o, s:o, s:o}", "name", json_text(f->name), "declaration",
					json_text(f->declaration), "written", json_text(f->written));
		set_place(row, "header", &f->place);
		json_object_set_new(row, "doc", json_text(f->doc));
		json_object_set_new(row, "tested", json_boolean(f->tested));
		set_signature(row, &f->signature);
		set_texts(row, "attributes", &f->attributes);
		set_true(row, "has_body", f->has_body);
		set_true(row, "static", f->is_static);
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *fields_json(const struct api_type *t)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < t->fields_len; i++) {
		const struct api_field *f = &t->fields[i];
		json_t *row = json_pack("{s:o, s:o}", "name", json_text(f->name), "type", json_text(f->type));
		if (f->bits)
			set_number(row, "bits", f->bits);
		if (f->known)
			set_number(row, f->bits ? "offset_bits" : "offset", f->offset);
		if (f->known && !f->bits)
			set_number(row, "size", f->size);
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *enumerators_json(const struct api_type *t)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < t->enumerators_len; i++) {
		const struct api_enumerator *e = &t->enumerators[i];
		json_t *row = json_pack("{s:o}", "name", json_text(e->name));
		if (e->known)
			json_object_set_new(row, "value", json_integer(e->value));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *types_json(const struct interface *api)
{
	static const char *const kinds[] = {
		[API_STRUCT] = "struct",
		[API_UNION] = "union",
		[API_ENUM] = "enum",
		[API_TYPEDEF] = "typedef",
	};
	json_t *rows = json_array();
	for (size_t i = 0; i < api->types_len; i++) {
		const struct api_type *t = &api->types[i];
		json_t *row = json_pack("{s:o, s:s, s:o, s:o}", "name", json_text(t->name), "kind", kinds[t->kind],
					"spelling", json_text(t->spelling), "written", json_text(t->written));
		set_place(row, "header", &t->place);
		set_text(row, "doc", t->doc);
		set_text(row, "target", t->target);
		set_true(row, "opaque", t->opaque);
		if (t->known) {
			set_number(row, "size", t->size);
			set_number(row, "align", t->align);
		}
		if (t->fields_len)
			json_object_set_new(row, "fields", fields_json(t));
		if (t->enumerators_len)
			json_object_set_new(row, "enumerators", enumerators_json(t));
		if (t->callback) {
			json_t *callback = json_object();
			set_signature(callback, t->callback);
			json_object_set_new(row, "callback", callback);
		}
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *macros_json(const struct interface *api)
{
	static const char *const kinds[] = {
		[API_NO_VALUE] = "text",
		[API_INTEGER] = "integer",
		[API_UNSIGNED] = "unsigned",
		[API_FLOAT] = "float",
		[API_STRING] = "string",
	};
	json_t *rows = json_array();
	for (size_t i = 0; i < api->macros_len; i++) {
		const struct api_macro *m = &api->macros[i];
		json_t *row = json_pack("{s:o, s:s, s:o}", "name", json_text(m->name), "kind",
					m->function_like ? "function" : kinds[m->kind], "body", json_text(m->body));
		set_place(row, "header", &m->place);
		set_text(row, "doc", m->doc);
		if (m->function_like)
			json_object_set_new(row, "parameters", json_texts(&m->parameters));
		if (m->kind != API_NO_VALUE)
			json_object_set_new(row, "value", json_text(m->value));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *globals_json(const struct interface *api)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < api->globals_len; i++) {
		const struct api_global *g = &api->globals[i];
		json_t *row = json_pack("{s:o, s:o, s:o, s:o}", "name", json_text(g->name), "declaration",
					json_text(g->declaration), "type", json_text(g->type), "written",
					json_text(g->written));
		set_place(row, "header", &g->place);
		set_text(row, "doc", g->doc);
		if (g->known)
			set_number(row, "size", g->size);
		json_array_append_new(rows, row);
	}
	return rows;
}

void spec_json_interface(json_t *object, const struct interface *api)
{
	json_object_set_new(object, "functions", functions_json(api));
	json_object_set_new(object, "types", types_json(api));
	json_object_set_new(object, "macros", macros_json(api));
	json_object_set_new(object, "globals", globals_json(api));
	json_object_set_new(object, "unclear", json_texts(&api->unclear));
}

json_t *spec_json_exposed(const struct exposure *rows, size_t len)
{
	json_t *array = json_array();
	for (size_t i = 0; i < len; i++) {
		const struct exposure *e = &rows[i];
		json_t *row = json_pack("{s:s, s:o, s:b, s:o}", "what", e->what, "name", json_text(e->name), "shown",
					e->shown, "why", json_text(e->why));
		set_place(row, "file", &e->place);
		json_array_append_new(array, row);
	}
	return array;
}

static json_t *paths_json(const struct spec_files *files)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < files->len; i++)
		json_array_append_new(rows, json_text(files->items[i].path));
	return rows;
}

static json_t *tests_json(const struct spec *spec)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < spec->visible_len; i++) {
		const struct spec_test *t = &spec->visible[i];
		json_t *row = json_pack("{s:o, s:o, s:o}", "name", json_text(t->name), "program", json_text(t->program),
					"calls", json_texts(&t->calls));
		set_place(row, "file", &t->place);
		json_array_append_new(rows, row);
	}
	return rows;
}

json_t *spec_json(const struct spec *spec)
{
	json_t *object = json_pack("{s:i, s:o, s:s, s:o}", "version", 1, "name", json_text(spec->name), "language",
				   spec->language, "source", json_text(spec->source));
	set_text(object, "impossible", spec->impossible);
	spec_json_interface(object, &spec->api);
	json_object_set_new(object, "ways", json_texts(&spec->ways));
	json_object_set_new(object, "user", json_pack("{s:o, s:o, s:o}", "include", json_texts(&spec->include), "defines",
						      json_texts(&spec->defines), "flags", json_texts(&spec->flags)));
	json_object_set_new(object, "headers", paths_json(&spec->headers));
	json_object_set_new(object, "documents", paths_json(&spec->documents));
	json_object_set_new(object, "test_files", paths_json(&spec->tests));
	json_object_set_new(object, "tests", tests_json(spec));
	set_number(object, "sealed", spec->sealed_len);
	json_object_set_new(object, "exposed", spec_json_exposed(spec->exposed, spec->exposed_len));
	return object;
}
