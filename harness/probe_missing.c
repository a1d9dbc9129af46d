#include "harness/probe_missing.h"

#include "core/mem.h"
#include "harness/wasmbody.h"

enum { TYPE_OF_CALL = 6 /* a relocation that speaks of no symbol */ };

/* Where a function stands: an object, and a body of it. */
struct place_of {
	const char *name;
	size_t object, body;
};

struct search {
	const struct strings *undefined;
	struct wasmbodies *objects;
	const char ***leads; /* of each body: to what that is defined nowhere, or NULL */
	size_t len;
	struct place_of *globals; /* by name */
	size_t globals_len;
};

static int by_name(const void *a, const void *b)
{
	const struct place_of *x = a, *y = b;
	return strcmp(x->name, y->name);
}

static bool has_body(const struct wasmbodies *b, const struct wasmfile_symbol *s)
{
	return s->kind == WASMFILE_SYMBOL_FUNCTION && s->defined && s->index >= b->imported &&
	       s->index - b->imported < b->len;
}

static void read_objects(struct search *s, const struct link_input *objects, size_t len, struct arena *a)
{
	size_t symbols = 0;
	s->objects = arena_array(a, len + 1, struct wasmbodies);
	s->leads = arena_array(a, len + 1, const char **);
	s->len = len;
	for (size_t i = 0; i < len; i++) {
		struct err unreadable = {0};
		if (wasmbodies_read(objects[i].bytes, a, &s->objects[i], &unreadable) < 0)
			s->objects[i] = (struct wasmbodies){.len = 0};
		s->leads[i] = arena_array(a, s->objects[i].len + 1, const char *);
		symbols += s->objects[i].file.symbols_len;
	}
	s->globals = arena_array(a, symbols + 1, struct place_of);
	for (size_t i = 0; i < len; i++) {
		const struct wasmbodies *b = &s->objects[i];
		for (size_t k = 0; k < b->file.symbols_len; k++) {
			const struct wasmfile_symbol *symbol = &b->file.symbols[k];
			if (has_body(b, symbol) && !symbol->local)
				s->globals[s->globals_len++] =
					(struct place_of){symbol->name, i, symbol->index - b->imported};
		}
	}
	if (s->globals_len)
		qsort(s->globals, s->globals_len, sizeof(*s->globals), by_name);
}

static const char *leads_of(const struct search *s, const char *name)
{
	struct place_of key = {.name = name};
	const struct place_of *at =
		s->globals_len ? bsearch(&key, s->globals, s->globals_len, sizeof(key), by_name) : NULL;
	return at ? s->leads[at->object][at->body] : NULL;
}

static const char *leads_by(const struct search *s, size_t object, const struct wasmbody_reference *r)
{
	const struct wasmbodies *b = &s->objects[object];
	if (r->type == TYPE_OF_CALL || r->index >= b->file.symbols_len)
		return NULL;
	const struct wasmfile_symbol *symbol = &b->file.symbols[r->index];
	if (has_body(b, symbol))
		return s->leads[object][symbol->index - b->imported];
	if (symbol->defined)
		return NULL;
	return strings_have(s->undefined, symbol->name) ? symbol->name : leads_of(s, symbol->name);
}

/* What a body leads to, those lead to that call it. Returns whether anything is new. */
static bool follow(struct search *s)
{
	bool any = false;
	for (size_t i = 0; i < s->len; i++) {
		const struct wasmbodies *b = &s->objects[i];
		for (size_t k = 0; k < b->len; k++) {
			for (size_t r = 0; r < b->items[k].references_len && !s->leads[i][k]; r++) {
				s->leads[i][k] = leads_by(s, i, &b->items[k].references[r]);
				any |= s->leads[i][k] != NULL;
			}
		}
	}
	return any;
}

void probe_missing_find(struct probe_grammar *g, const struct link_input *objects, size_t len,
			const struct strings *undefined, struct arena *a)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct search s = {.undefined = undefined};
	if (undefined->len == 0)
		return;
	read_objects(&s, objects, len, &scratch);
	while (follow(&s))
		continue;
	for (size_t i = 0; i < g->functions_len; i++) {
		const char *leads = leads_of(&s, g->functions[i].shim->function->name);
		g->functions[i].missing = leads ? arena_strdup(a, leads) : NULL;
	}
}
