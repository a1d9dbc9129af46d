#include "core/buf.h"
#include "harness/strength_parts.h"
#include "harness/textedit.h"
#include "harness/wasmbody.h"

/*
 * Mutants that no test can find, because they compile to the same bytes. A compiler run takes as long as hundreds of
 * test runs; so many of them are compiled in one: behind its function each mutant has a copy of it under another name,
 * and one copy has no mutant. What these compile to is compared, and what it refers to.
 */

enum { COPIES_MAX = 100, COPIES_BYTES_MAX = 400 << 10 };

/* Mutants of one object, some of those that `survivors` lists. */
struct batch {
	size_t object;
	size_t first, len;
};

struct survivor {
	size_t object, index;
	bool same;
};

struct same {
	struct strength *strength;
	struct {
		struct survivor *items;
		size_t len, cap;
	} survivors; /* by object and function */
	struct {
		struct batch *items;
		size_t len, cap;
	} batches;
	struct err *errors; /* of each batch */
};

static const struct mutant_function *function_of(const struct strength_object *o, size_t mutant)
{
	return &o->mutants.functions[o->mutants.sites[o->mutants.items[mutant].site].function];
}

/* ---- what is compared together */

static bool survived(const struct strength_mutant *m)
{
	return m->fate == FATE_SURVIVED || m->fate == FATE_NOT_EXECUTED;
}

static void find_survivors(struct same *same)
{
	struct strength *s = same->strength;
	for (size_t i = 0; i < s->objects_len; i++) {
		const struct strength_object *o = &s->objects[i];
		for (size_t k = 0; k < o->mutants.len && !o->failure; k++) {
			if (!o->mutants.items[k].dropped && survived(&s->mutants[o->mutant_of[k]]))
				*vec_push(&same->survivors) = (struct survivor){.object = i, .index = k};
		}
	}
}

static void make_batches(struct same *same)
{
	size_t bytes = 0;
	for (size_t i = 0; i < same->survivors.len; i++) {
		size_t object = same->survivors.items[i].object;
		const struct strength_object *o = &same->strength->objects[object];
		const struct mutant_function *f = function_of(o, same->survivors.items[i].index);
		struct batch *last = same->batches.len ? &same->batches.items[same->batches.len - 1] : NULL;
		bytes += f->end - f->start;
		if (last && last->object == object && last->len < COPIES_MAX && bytes <= COPIES_BYTES_MAX) {
			last->len++;
			continue;
		}
		*vec_push(&same->batches) = (struct batch){object, i, 1};
		bytes = f->end - f->start;
	}
}

/* ---- the text */

/* A copy of the function under that name, with the mutant if there is one. */
static const char *copy_of(const struct strength_object *o, const struct mutant_function *f, const struct mutant *m,
			   const char *name, struct arena *a)
{
	struct textedits edits = {0};
	struct str text = str_first(str_from(o->source.text, f->start), f->end - f->start);
	textedit_add(&edits, f->name_start - f->start, f->name_end - f->start, name);
	if (m)
		textedit_add(&edits, m->from - f->start, m->to - f->start, m->text);
	struct str copy = textedit_make(&edits, text, a);
	vec_release(&edits);
	return arena_printf(a, "\n__attribute__((used, noinline)) %.*s\n", STR_ARG(copy));
}

static const char *copy_name(size_t number, struct arena *a)
{
	return arena_printf(a, "recast_same_%zu", number);
}

/* The copy without a mutant has the number of the function's first mutant. */
static const char *plain_name(size_t number, struct arena *a)
{
	return arena_printf(a, "recast_same_%zu_plain", number);
}

static struct str text_of(const struct same *same, const struct batch *b, size_t *plain_of, struct arena *a)
{
	const struct strength_object *o = &same->strength->objects[b->object];
	struct textedits edits = {0};
	for (size_t i = b->first, plain = b->first; i < b->first + b->len; i++) {
		size_t index = same->survivors.items[i].index;
		const struct mutant_function *f = function_of(o, index);
		if (i == b->first || f != function_of(o, same->survivors.items[plain].index)) {
			plain = i;
			textedit_add(&edits, f->end, f->end, copy_of(o, f, NULL, plain_name(i, a), a));
		}
		plain_of[i - b->first] = plain;
		textedit_add(&edits, f->end, f->end, copy_of(o, f, &o->mutants.items[index], copy_name(i, a), a));
	}
	struct str text = textedit_make(&edits, o->source.text, a);
	vec_release(&edits);
	return text;
}

/* ---- comparing */

static void compare_copies(struct same *same, const struct batch *b, const size_t *plain_of, struct str object)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct wasmbodies bodies;
	struct err why = {0};
	if (wasmbodies_read(object, &scratch, &bodies, &why) < 0)
		return;
	for (size_t i = b->first; i < b->first + b->len; i++) {
		const struct wasmbody *copy = wasmbodies_find(&bodies, copy_name(i, &scratch));
		const struct wasmbody *plain = wasmbodies_find(&bodies, plain_name(plain_of[i - b->first], &scratch));
		same->survivors.items[i].same = copy && plain && wasmbody_same(copy, plain);
	}
}

static int compare_batch(struct same *same, const struct batch *b, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct strength *s = same->strength;
	size_t *plain_of = arena_array(&scratch, b->len, size_t);
	struct str text = text_of(same, b, plain_of, &scratch);
	struct built built;
	if (strength_compile(s, &s->objects[b->object], text, STRENGTH_AS_IT_IS, &scratch, &built, err) < 0)
		return -1;
	if (built.ok) {
		compare_copies(same, b, plain_of, built.bytes);
		return 0;
	}
	/* One that does not compile is found by halves. */
	size_t half = b->len / 2;
	if (!half)
		return 0;
	const struct batch front = {b->object, b->first, half}, back = {b->object, b->first + half, b->len - half};
	return compare_batch(same, &front, err) < 0 ? -1 : compare_batch(same, &back, err);
}

static void compare_one(void *data, size_t index)
{
	struct same *same = data;
	compare_batch(same, &same->batches.items[index], &same->errors[index]);
	event_send(same->strength->suite->tools->observer, EVENT_STEP, "", 0);
}

/* One that stands in several objects must change nothing in any of them. */
static void settle(struct same *same)
{
	struct strength *s = same->strength;
	for (size_t i = 0; i < same->survivors.len; i++) {
		const struct strength_object *o = &s->objects[same->survivors.items[i].object];
		s->mutants[o->mutant_of[same->survivors.items[i].index]].changes |= !same->survivors.items[i].same;
	}
	for (size_t i = 0; i < s->drawn_len; i++) {
		struct strength_mutant *m = &s->mutants[s->drawn[i]];
		if (survived(m) && !m->changes)
			m->fate = FATE_EQUIVALENT;
	}
}

int strength_find_equivalent(struct strength *s, struct err *err)
{
	struct same same = {.strength = s};
	find_survivors(&same);
	make_batches(&same);
	same.errors = mem_zalloc(same.batches.len + 1, sizeof(struct err));
	int result = tools_stage(s->suite->tools, "comparing survivors", same.batches.len, compare_one, &same, err);
	for (size_t i = 0; i < same.batches.len && result == 0; i++) {
		if (same.errors[i].kind != ERR_NONE)
			result = err_copy(err, &same.errors[i]);
	}
	if (result == 0)
		settle(&same);
	vec_release(&same.survivors);
	vec_release(&same.batches);
	free(same.errors);
	return result;
}
