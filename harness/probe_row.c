#include "harness/probe_row.h"

#include "core/mem.h"

enum {
	BYTES_MAX = PROBE_AREA_BYTES / 2,
	BLOCK_MORE = 64,
	/* One in so many objects is a null pointer, where tests hand over such and where they do not. */
	NULL_HEARD = 3,
	NULL_NEVER = 400,
};

static struct probe_thing *thing_of(struct probe_row *s, uint32_t call)
{
	for (size_t i = 0; i < s->things_len; i++) {
		if (s->things[i].call == call)
			return &s->things[i];
	}
	return NULL;
}

static struct probe_thing *any_thing(struct probe_row *s, uint32_t type, bool owned)
{
	size_t seen = 0;
	struct probe_thing *found = NULL;
	for (size_t i = 0; i < s->things_len; i++) {
		struct probe_thing *t = &s->things[i];
		if (t->live && t->type == type && (t->owned || !owned) && prng_below(s->m->lot, ++seen) == 0)
			found = t;
	}
	return found;
}

static uint32_t index_of(const struct probe_row *s, const struct probe_thing *t)
{
	return t ? (uint32_t)(t - s->things) : PROBE_NONE;
}

static uint32_t root_of(const struct probe_row *s, uint32_t thing)
{
	while (thing != PROBE_NONE && !s->things[thing].owned && s->things[thing].parent != PROBE_NONE)
		thing = s->things[thing].parent;
	return thing;
}

/* Whatever was got from it is over with it. */
static void end_below(struct probe_row *s, uint32_t thing, bool owned_too)
{
	for (size_t i = thing + 1; i < s->things_len; i++) {
		struct probe_thing *t = &s->things[i];
		if (t->live && t->parent == thing && (owned_too || !t->owned)) {
			t->live = false;
			end_below(s, (uint32_t)i, owned_too);
		}
	}
}

static const struct probe_function *function_of(const struct probe_row *s, const struct probe_call *c)
{
	return &s->m->g->functions[c->function];
}

struct probe_call probe_row_copy(struct probe_row *s, const struct probe_call *c)
{
	size_t parameters = function_of(s, c)->shim->signature->parameters_len;
	return (struct probe_call){c->function, arena_copy(s->m->a, c->args, parameters + 1, sizeof(*c->args))};
}

/* Of the driver's memory. */
static size_t bytes_of(const struct probe_row *s, const struct probe_call *c)
{
	size_t bytes = 0;
	for (size_t i = 0; i < function_of(s, c)->shim->signature->parameters_len; i++) {
		const struct probe_value *v = &c->args[i];
		if (v->kind == PROBE_BYTES || v->kind == PROBE_RECORD || v->kind == PROBE_OUT)
			bytes += v->bytes.len + BLOCK_MORE;
		else if (v->kind == PROBE_ROOM || v->kind == PROBE_PLACE)
			bytes += (size_t)v->number + BLOCK_MORE;
		else if (v->kind == PROBE_TEXTS)
			bytes += v->bytes.len + (size_t)v->number * BLOCK_MORE + BLOCK_MORE;
	}
	return bytes;
}

/* The call that ends it, with arguments of its own; false if nothing is known to. */
static bool append_ender(struct probe_row *s, struct probe_thing *t)
{
	const struct probe_type *type = &s->m->g->types[t->type];
	if (!t->owned || !t->live || type->ender == PROBE_NONE || s->m->g->functions[type->ender].refused)
		return false;
	struct probe_call end = {.function = type->ender};
	probe_values_make(s->m, &end);
	for (size_t i = 0; i < function_of(s, &end)->shim->signature->parameters_len; i++) {
		if (function_of(s, &end)->parameters[i].role == PROBE_IS_OBJECT &&
		    function_of(s, &end)->parameters[i].type == t->type) {
			end.args[i] = (struct probe_value){.kind = PROBE_OBJECT, .object = t->call};
			return probe_row_append(s, &end);
		}
	}
	return false;
}

/* Things that hang on it and are the caller's go first. */
static void end_dependent(struct probe_row *s, uint32_t thing)
{
	for (size_t i = s->things_len; i-- > thing + 1;) {
		if (s->things[i].live && s->things[i].owned && s->things[i].parent == thing)
			append_ender(s, &s->things[i]);
	}
}

/* Puts a thing of the right type in each place that needs one. False if there is none. */
static bool settle_objects(struct probe_row *s, struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	bool first = true;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		struct probe_value *v = &c->args[i];
		if (p->role != PROBE_IS_OBJECT || v->kind == PROBE_PLACE)
			continue;
		bool takes = p->consumed || (f->ends && first);
		first = false;
		if (v->kind == PROBE_NULL && prng_below(s->m->lot, p->may_be_null && !f->ends ? NULL_HEARD : NULL_NEVER) == 0)
			continue;
		struct probe_thing *t = v->kind == PROBE_OBJECT ? thing_of(s, v->object) : NULL;
		if (!t || !t->live || t->type != p->type || (takes && !t->owned))
			t = any_thing(s, p->type, takes);
		if (!t)
			return false;
		*v = (struct probe_value){.kind = PROBE_OBJECT, .object = t->call};
	}
	return true;
}

/* Nothing may belong to two, or to itself. */
static bool is_sound(struct probe_row *s, const struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (!f->parameters[i].consumed || c->args[i].kind != PROBE_OBJECT)
			continue;
		uint32_t root = root_of(s, index_of(s, thing_of(s, c->args[i].object)));
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			if (k != i && c->args[k].kind == PROBE_OBJECT &&
			    root_of(s, index_of(s, thing_of(s, c->args[k].object))) == root)
				return false;
		}
	}
	return true;
}

/* What the call does to the things that it takes. */
static void note_effects(struct probe_row *s, const struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	uint32_t first = PROBE_NONE;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		if (c->args[i].kind != PROBE_OBJECT)
			continue;
		struct probe_thing *t = thing_of(s, c->args[i].object);
		uint32_t at = index_of(s, t);
		if (((f->ends && first == PROBE_NONE) || p->ended) && t) {
			t->live = false;
			end_below(s, at, true);
		} else if (p->consumed && t) {
			t->owned = false;
			t->parent = first;
		} else if (!p->target->is_const && f->changes && at != PROBE_NONE) {
			end_below(s, root_of(s, at), false);
			if (t)
				t->live = true;
		}
		first = first == PROBE_NONE ? at : first;
	}
	if (f->makes != PROBE_NONE && s->things_len < PROBE_CALLS_MAX)
		s->things[s->things_len++] = (struct probe_thing){
			(uint32_t)s->len, f->makes, f->makes_in_place ? PROBE_NONE : first, f->owned, true};
}

bool probe_row_append(struct probe_row *s, const struct probe_call *c)
{
	struct probe_call copy = probe_row_copy(s, c);
	const struct probe_function *f = function_of(s, c);
	size_t parameters = f->shim->signature->parameters_len;
	if (f->refused || s->len == PROBE_CALLS_MAX || s->bytes + bytes_of(s, c) > BYTES_MAX ||
	    !settle_objects(s, &copy) || !is_sound(s, &copy))
		return false;
	if (f->ends && parameters && copy.args[0].kind == PROBE_OBJECT)
		end_dependent(s, index_of(s, thing_of(s, copy.args[0].object)));
	if (s->len == PROBE_CALLS_MAX)
		return false;
	note_effects(s, &copy);
	s->bytes += bytes_of(s, &copy);
	s->calls[s->len++] = copy;
	return true;
}

void probe_row_take(struct probe_row *s, const struct probe_call *c)
{
	note_effects(s, c);
	s->bytes += bytes_of(s, c);
	s->calls[s->len++] = *c;
}

struct probe_row *probe_row_begin(struct probe_maker *m)
{
	struct probe_row *s = mem_zalloc(1, sizeof(*s));
	s->m = m;
	return s;
}

struct probe probe_row_finish(struct probe_row *s, uint64_t answers)
{
	for (size_t i = s->things_len; i-- > 0;)
		append_ender(s, &s->things[i]);
	struct probe p = {arena_copy(s->m->a, s->calls, s->len + 1, sizeof(*s->calls)), s->len, answers};
	free(s);
	return p;
}

/* A call of another probe, whose things stand elsewhere now. */
void probe_row_append_moved(struct probe_row *s, const struct probe_call *c, uint32_t from)
{
	size_t parameters = function_of(s, c)->shim->signature->parameters_len;
	struct probe_call copy = probe_row_copy(s, c);
	for (size_t i = 0; i < parameters; i++) {
		struct probe_value *v = &copy.args[i];
		if (v->kind == PROBE_OBJECT)
			v->object = v->object < from ? s->moved[v->object] : PROBE_NONE;
	}
	s->moved[from] = probe_row_append(s, &copy) ? (uint32_t)s->len - 1 : PROBE_NONE;
}

bool probe_row_has(struct probe_row *s, uint32_t type, bool owned)
{
	return any_thing(s, type, owned) != NULL;
}
