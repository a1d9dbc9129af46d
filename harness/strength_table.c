#include "harness/strength_parts.h"

/*
 * A header is read by several sources, and a source is compiled in several ways: what stands at the same place of the
 * same file is one thing. What stands at the same place of one object several times, as what a file included twice
 * defines, is told apart by its order.
 */

struct ref {
	struct strength_place place;
	const char *text;
	size_t object, index;
};

struct refs {
	struct ref *items;
	size_t len, cap;
};

static int by_identity(const struct ref *a, const struct ref *b)
{
	int order = strcmp(a->place.file, b->place.file);
	if (order == 0)
		order = (a->place.line > b->place.line) - (a->place.line < b->place.line);
	if (order == 0)
		order = (a->place.column > b->place.column) - (a->place.column < b->place.column);
	return order ? order : strcmp(a->text, b->text);
}

static int by_ref(const void *a, const void *b)
{
	const struct ref *x = a, *y = b;
	int order = by_identity(x, y);
	if (order == 0)
		order = (x->object > y->object) - (x->object < y->object);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static void add_ref(struct refs *refs, struct strength *s, size_t object, size_t index, size_t at, const char *text)
{
	*vec_push(refs) = (struct ref){strength_place(&s->objects[object], at, &s->arena), text, object, index};
}

/* Gives each ref the number of what it is; `number` is called with it. Returns how many things there are. */
static size_t unify(struct refs *refs, void (*number)(struct strength *s, const struct ref *ref, size_t number),
		    struct strength *s)
{
	size_t next = 0, first = 0, nth = 0;
	if (refs->len)
		qsort(refs->items, refs->len, sizeof(*refs->items), by_ref);
	for (size_t i = 0; i < refs->len; i++) {
		const struct ref *ref = &refs->items[i];
		if (i == 0 || by_identity(ref, ref - 1) != 0) {
			first = next;
			nth = 0;
		} else {
			nth = ref->object == ref[-1].object ? nth + 1 : 0;
		}
		number(s, ref, first + nth);
		next = max_size(next, first + nth + 1);
	}
	return next;
}

/* ---- functions */

/* A header's inline functions are compiled into the tests themselves, where no mutant stands. */
static bool is_of_tests(const struct strength *s, const struct strength_place *place, bool is_static)
{
	return is_static && suite_is_public(s->suite, place->file);
}

static void number_function(struct strength *s, const struct ref *ref, size_t number)
{
	struct strength_object *o = &s->objects[ref->object];
	const struct mutant_function *f = &o->mutants.functions[ref->index];
	const struct nameset *names = &s->suite->public_names;
	o->function_of[ref->index] = number;
	s->functions[number] = (struct strength_function){
		.name = f->name,
		.place = ref->place,
		.is_public = !f->is_static && (!names->len || nameset_has(names, str_of(f->name))),
	};
}

static void tabulate_functions(struct strength *s)
{
	struct refs refs = {0};
	for (size_t i = 0; i < s->objects_len; i++) {
		struct strength_object *o = &s->objects[i];
		o->function_of = arena_array(&o->arena, o->mutants.functions_len, size_t);
		for (size_t k = 0; k < o->mutants.functions_len; k++) {
			const struct mutant_function *f = &o->mutants.functions[k];
			struct strength_place place = strength_place(o, f->start, &s->arena);
			o->function_of[k] = SIZE_MAX;
			if (!is_of_tests(s, &place, f->is_static))
				add_ref(&refs, s, i, k, f->start, f->name);
		}
	}
	s->functions = arena_array(&s->arena, refs.len, struct strength_function);
	s->functions_len = unify(&refs, number_function, s);
	vec_release(&refs);
}

/* ---- statements */

/* The function around a byte of the object, or SIZE_MAX. */
static size_t function_at(const struct strength_object *o, size_t at)
{
	size_t low = 0, high = o->mutants.functions_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (o->mutants.functions[middle].start <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low && at < o->mutants.functions[low - 1].end ? o->function_of[low - 1] : SIZE_MAX;
}

static void number_statement(struct strength *s, const struct ref *ref, size_t number)
{
	struct strength_object *o = &s->objects[ref->object];
	o->statement_of[ref->index] = number;
	s->statements[number] = (struct strength_statement){
		.place = ref->place,
		.function = function_at(o, o->counted.statements[ref->index].start),
	};
}

static void tabulate_statements(struct strength *s)
{
	struct refs refs = {0};
	for (size_t i = 0; i < s->objects_len; i++) {
		struct strength_object *o = &s->objects[i];
		o->statement_of = arena_array(&o->arena, o->counted.statements_len, size_t);
		for (size_t k = 0; k < o->counted.statements_len; k++) {
			size_t start = o->counted.statements[k].start;
			o->statement_of[k] = SIZE_MAX;
			if (function_at(o, start) != SIZE_MAX)
				add_ref(&refs, s, i, k, start, "");
		}
	}
	s->statements = arena_array(&s->arena, refs.len, struct strength_statement);
	s->statements_len = unify(&refs, number_statement, s);
	for (size_t i = 0; i < s->statements_len; i++)
		s->functions[s->statements[i].function].statements++;
	vec_release(&refs);
}

/* ---- mutants */

static void number_mutant(struct strength *s, const struct ref *ref, size_t number)
{
	struct strength_object *o = &s->objects[ref->object];
	struct strength_mutant *m = &s->mutants[number];
	const struct mutant *found = &o->mutants.items[ref->index];
	o->mutant_of[ref->index] = number;
	if (m->place.file)
		return;
	size_t statement = instrumented_at(&o->counted, found->from);
	*m = (struct strength_mutant){
		.object = ref->object,
		.index = ref->index,
		.place = ref->place,
		.statement = statement < o->counted.statements_len ? o->statement_of[statement] : SIZE_MAX,
		.function = o->function_of[o->mutants.sites[found->site].function],
	};
}

static void tabulate_mutants(struct strength *s)
{
	struct refs refs = {0};
	for (size_t i = 0; i < s->objects_len; i++) {
		struct strength_object *o = &s->objects[i];
		o->mutant_of = arena_array(&o->arena, o->mutants.len, size_t);
		for (size_t k = 0; k < o->mutants.len; k++) {
			struct mutant *m = &o->mutants.items[k];
			o->mutant_of[k] = SIZE_MAX;
			if (o->function_of[o->mutants.sites[m->site].function] == SIZE_MAX)
				m->dropped = true;
			else
				add_ref(&refs, s, i, k, m->from,
					arena_printf(&s->arena, "%d %s", (int)m->kind, m->text));
		}
	}
	s->mutants = arena_array(&s->arena, refs.len, struct strength_mutant);
	s->mutants_len = unify(&refs, number_mutant, s);
	vec_release(&refs);
}

void strength_tabulate(struct strength *s)
{
	tabulate_functions(s);
	tabulate_statements(s);
	tabulate_mutants(s);
}
