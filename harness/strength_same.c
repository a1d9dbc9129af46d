#include "harness/strength_parts.h"

/* Mutants that compile to the same bytes as the original: no test can find them. */

struct same {
	struct strength *strength;
	struct built *plain; /* of each object; made when the first of its mutants is asked about */
	size_t *objects;     /* with survivors */
	size_t *survivors;
	size_t survivors_len;
	struct err *errors;
	struct arena *arenas;
};

static bool survived(const struct strength_mutant *m)
{
	return m->fate == FATE_SURVIVED || m->fate == FATE_NOT_EXECUTED;
}

static void compile_plain(void *data, size_t index)
{
	struct same *same = data;
	const struct strength_object *o = &same->strength->objects[same->objects[index]];
	struct built *plain = &same->plain[same->objects[index]];
	strength_compile(same->strength, o, o->source.text, STRENGTH_AS_IT_IS, &same->arenas[index], plain,
			 &same->errors[index]);
}

/* Whether the mutant changes nothing in that object. */
static int is_same_in(const struct same *same, size_t object, size_t index, bool *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct strength_object *o = &same->strength->objects[object];
	struct built built;
	struct str text = mutant_alone(&o->source, &o->mutants.items[index], &scratch);
	if (strength_compile(same->strength, o, text, STRENGTH_AS_IT_IS, &scratch, &built, err) < 0)
		return -1;
	*ret = built.ok && same->plain[object].ok && str_eq(built.bytes, same->plain[object].bytes);
	return 0;
}

static int compare_mutant(const struct same *same, size_t number, struct err *err)
{
	struct strength *s = same->strength;
	struct strength_mutant *m = &s->mutants[number];
	bool equal = false;
	if (is_same_in(same, m->object, m->index, &equal, err) < 0)
		return -1;
	for (size_t i = 0; equal && m->elsewhere && i < s->objects_len; i++) {
		const struct strength_object *o = &s->objects[i];
		for (size_t k = 0; equal && i != m->object && k < o->mutants.len && !o->failure; k++) {
			if (o->mutant_of[k] == number && is_same_in(same, i, k, &equal, err) < 0)
				return -1;
		}
	}
	if (equal)
		m->fate = FATE_EQUIVALENT;
	return 0;
}

static void compare_one(void *data, size_t index)
{
	struct same *same = data;
	compare_mutant(same, same->survivors[index], &same->errors[index]);
	event_send(same->strength->suite->tools->observer, EVENT_STEP, "", 0);
}

static int first_error(const struct same *same, size_t len, struct err *err)
{
	for (size_t i = 0; i < len; i++) {
		if (same->errors[i].kind != ERR_NONE)
			return err_copy(err, &same->errors[i]);
	}
	return 0;
}

int strength_find_equivalent(struct strength *s, struct err *err)
{
	struct same same = {
		.strength = s,
		.plain = mem_zalloc(s->objects_len + 1, sizeof(struct built)),
		.objects = mem_zalloc(s->objects_len + 1, sizeof(size_t)),
		.arenas = mem_zalloc(s->objects_len + 1, sizeof(struct arena)),
		.survivors = mem_zalloc(s->drawn_len + 1, sizeof(size_t)),
		.errors = mem_zalloc(max_size(s->drawn_len, s->objects_len) + 1, sizeof(struct err)),
	};
	for (size_t i = 0; i < s->objects_len; i++)
		same.objects[i] = i;
	for (size_t i = 0; i < s->drawn_len; i++) {
		if (survived(&s->mutants[s->drawn[i]]))
			same.survivors[same.survivors_len++] = s->drawn[i];
	}
	size_t objects = same.survivors_len ? s->objects_len : 0;
	int result = tools_stage(s->suite->tools, "compiling", objects, compile_plain, &same, err);
	if (result == 0)
		result = first_error(&same, objects, err);
	if (result == 0)
		result = tools_stage(s->suite->tools, "comparing survivors", same.survivors_len, compare_one, &same, err);
	if (result == 0)
		result = first_error(&same, same.survivors_len, err);
	for (size_t i = 0; i < s->objects_len; i++)
		arena_release(&same.arenas[i]);
	free(same.plain);
	free(same.objects);
	free(same.arenas);
	free(same.survivors);
	free(same.errors);
	return result;
}
