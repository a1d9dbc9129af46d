#include "harness/probe_row.h"

#include "core/mem.h"
#include "harness/probe_within.h"

enum {
	BLOCK_MORE = 64,
	NULL_SHARE = 3, /* one in so many objects is a null pointer, where tests hand over such: else it may be forbidden */
	LOOKS = 6, /* for what was given before */
};

static struct probe_thing *thing_of(struct probe_row *s, uint32_t call)
{
	return call < s->len && s->thing[call] ? &s->things[s->thing[call] - 1] : NULL;
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

static const struct probe_function *function_of(const struct probe_row *s, const struct probe_call *c)
{
	return &s->m->g->functions[c->function];
}

/* ---- calls from within others */

uint32_t probe_row_outer(const struct probe_row *s)
{
	size_t at = s->len;
	while (at > 0 && s->calls[at - 1].within)
		at--;
	return at ? (uint32_t)at - 1 : PROBE_NONE;
}

/* Whether the outer call was given something that belongs together with this; `got`: and that was got from it. */
static bool is_under_way(struct probe_row *s, uint32_t root, bool got)
{
	const struct probe_call *outer = &s->calls[probe_row_outer(s)];
	for (size_t i = 0; i < function_of(s, outer)->shim->signature->parameters_len; i++) {
		struct probe_thing *t = outer->args[i].kind == PROBE_OBJECT ? thing_of(s, outer->args[i].object) : NULL;
		if (t && root_of(s, index_of(s, t)) == root && !(got && t->owned))
			return true;
	}
	return false;
}

/* What it is given must have been there before the outer call. */
static bool may_reach(struct probe_row *s, const struct probe_call *c, const struct probe_thing *t)
{
	bool shares;
	if (!c->within)
		return true;
	uint32_t outer = probe_row_outer(s);
	return t->call < outer && probe_within_any(s->m->g, s->calls[outer].function, c->function, &shares) &&
	       (shares || !is_under_way(s, root_of(s, index_of(s, t)), false));
}

/* It may be made there, and the outer call keeps what it was given: that is not got from something that is changed. */
static bool fits_within(struct probe_row *s, const struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	uint32_t outer = probe_row_outer(s);
	bool shares;
	if (outer == PROBE_NONE || !probe_within_any(s->m->g, s->calls[outer].function, c->function, &shares))
		return false;
	for (size_t i = 0; f->changes && i < f->shim->signature->parameters_len; i++) {
		if (c->args[i].kind == PROBE_OBJECT && !f->parameters[i].target->is_const &&
		    is_under_way(s, root_of(s, index_of(s, thing_of(s, c->args[i].object))), true))
			return false;
	}
	return true;
}

/* ---- things */

/* One that the call may be given; `c` is NULL for an ordinary one. */
static struct probe_thing *any_thing(struct probe_row *s, const struct probe_call *c, uint32_t type, bool owned)
{
	size_t seen = 0;
	struct probe_thing *found = NULL;
	for (size_t i = 0; i < s->things_len; i++) {
		struct probe_thing *t = &s->things[i];
		if (t->live && t->type == type && (t->owned || !owned) && (!c || may_reach(s, c, t)) &&
		    prng_below(s->m->lot, ++seen) == 0)
			found = t;
	}
	return found;
}

/* Whether it was got from the other, or has become a part of it, at however many removes. */
static bool hangs_on(const struct probe_row *s, uint32_t thing, uint32_t other, bool through_owned)
{
	while (thing != PROBE_NONE && (through_owned || !s->things[thing].owned)) {
		thing = s->things[thing].parent;
		if (thing == other)
			return true;
	}
	return false;
}

/* What hangs on it is over with it. */
static void end_below(struct probe_row *s, uint32_t thing, bool owned_too)
{
	for (uint32_t i = 0; i < s->things_len; i++) {
		if (s->things[i].live && hangs_on(s, i, thing, owned_too))
			s->things[i].live = false;
	}
}

struct probe_call probe_row_copy(struct probe_row *s, const struct probe_call *c)
{
	return probe_call_copy(c, s->m->g, s->m->a);
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
	bool placed = false;
	for (size_t i = 0; i < function_of(s, &end)->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &function_of(s, &end)->parameters[i];
		if (p->role != PROBE_IS_OBJECT)
			continue;
		/* What it was got from takes it back. */
		if (!p->ended && t->parent != PROBE_NONE)
			end.args[i] = (struct probe_value){.kind = PROBE_OBJECT, .object = s->things[t->parent].call};
		if (!p->ended || p->type != t->type || placed)
			continue;
		end.args[i] = (struct probe_value){.kind = PROBE_OBJECT, .object = t->call};
		placed = true;
	}
	return placed && probe_row_append(s, &end);
}

/* Things that hang on it and are the caller's go first. */
static void end_dependent(struct probe_row *s, uint32_t thing)
{
	for (uint32_t i = (uint32_t)s->things_len; i-- > 0;) {
		if (s->things[i].live && s->things[i].owned && hangs_on(s, i, thing, true))
			append_ender(s, &s->things[i]);
	}
}

/* Puts a thing of the right type in each place that needs one. False if there is none. */
static bool settle_objects(struct probe_row *s, struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		struct probe_value *v = &c->args[i];
		if (p->role != PROBE_IS_OBJECT || v->kind == PROBE_PLACE)
			continue;
		bool takes = p->consumed || p->ended;
		if (v->kind == PROBE_NULL && !p->ended && p->may_be_null && prng_below(s->m->lot, NULL_SHARE) == 0)
			continue;
		struct probe_thing *t = v->kind == PROBE_OBJECT ? thing_of(s, v->object) : NULL;
		if (!t || !t->live || t->type != p->type || (takes && !t->owned) || !may_reach(s, c, t))
			t = any_thing(s, c, p->type, takes);
		if (!t)
			return false;
		*v = (struct probe_value){.kind = PROBE_OBJECT, .object = t->call};
	}
	return true;
}

/* Nothing may belong to two, or to itself, or be ended while it is still used. */
static bool is_sound(struct probe_row *s, const struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		bool takes = f->parameters[i].consumed || f->parameters[i].ended;
		if (!takes || c->args[i].kind != PROBE_OBJECT)
			continue;
		uint32_t taken = index_of(s, thing_of(s, c->args[i].object)), root = root_of(s, taken);
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			if (k == i || c->args[k].kind != PROBE_OBJECT)
				continue;
			uint32_t beside = index_of(s, thing_of(s, c->args[k].object));
			if (root_of(s, beside) == root || hangs_on(s, beside, taken, true))
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
		if (p->ended && t) {
			t->live = false;
			end_below(s, at, true);
		} else if (p->consumed && t) {
			t->owned = false;
			t->parent = first;
			t->live = first != PROBE_NONE;
		} else if (!p->target->is_const && f->changes && at != PROBE_NONE) {
			end_below(s, root_of(s, at), false);
			if (t)
				t->live = true;
		}
		first = first == PROBE_NONE ? at : first;
	}
	/* What is made while another call is under way may be gone after it. */
	if (c->within || !probe_makes(f, c))
		return;
	s->things[s->things_len++] = (struct probe_thing){
		(uint32_t)s->len, f->makes, f->makes_in_place ? PROBE_NONE : first, f->owned, true};
	s->thing[s->len] = (uint32_t)s->things_len;
}

static bool has_room(const struct probe_row *s, const struct probe_call *c)
{
	return s->len < PROBE_CALLS_MAX && s->bytes + bytes_of(s, c) <= PROBE_BYTES_MAX;
}

/* Before what it ends. False if that is over which it takes beside it. */
static bool end_what_hangs_on(struct probe_row *s, const struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	bool live = true;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (f->parameters[i].ended && c->args[i].kind == PROBE_OBJECT)
			end_dependent(s, index_of(s, thing_of(s, c->args[i].object)));
	}
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++)
		live &= c->args[i].kind != PROBE_OBJECT || thing_of(s, c->args[i].object)->live;
	return live;
}

bool probe_row_append(struct probe_row *s, const struct probe_call *c)
{
	struct probe_call copy = probe_row_copy(s, c);
	bool outside = !c->within;
	if (function_of(s, c)->refused || !has_room(s, c) || (!outside && probe_row_outer(s) == PROBE_NONE) ||
	    !settle_objects(s, &copy) || !is_sound(s, &copy) || (!outside && !fits_within(s, &copy)) ||
	    !end_what_hangs_on(s, &copy) || !has_room(s, &copy))
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
	struct probe p = {arena_array(s->m->a, s->len + 1, struct probe_call), s->len, answers};
	memcpy(p.calls, s->calls, s->len * sizeof(*s->calls));
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
	return any_thing(s, NULL, type, owned) != NULL;
}

/* ---- what was given before */

/* Whether what was handed over as one parameter may be handed over as the other. */
static bool can_be_lent(const struct probe_value *v, const struct probe_parameter *from, const struct probe_parameter *to)
{
	bool as_long = from->target == to->target && (from->length == SIZE_MAX) == (to->length == SIZE_MAX);
	return from->role == to->role && from->is_length == to->is_length &&
	       (v->kind == PROBE_USER || v->kind == PROBE_NUMBER || (v->kind == PROBE_BYTES && as_long));
}

/* Where headers give no names, types have to do. */
static bool is_alike(const struct shape_signature *f, size_t i, const struct shape_signature *g, size_t k)
{
	bool named = f->names[i][0] && g->names[k][0];
	return named ? strcmp(f->names[i], g->names[k]) == 0
		     : strcmp(f->parameters[i]->text, g->parameters[k]->text) == 0;
}

const struct probe_value *probe_row_given(struct probe_row *s, const struct probe_call *call, size_t index)
{
	const struct probe_function *to = function_of(s, call);
	for (unsigned looks = 0; looks < LOOKS && s->len; looks++) {
		const struct probe_call *earlier = &s->calls[prng_below(s->m->lot, s->len)];
		const struct probe_function *from = function_of(s, earlier);
		for (size_t k = 0; k < from->shim->signature->parameters_len; k++) {
			if (is_alike(from->shim->signature, k, to->shim->signature, index) &&
			    can_be_lent(&earlier->args[k], &from->parameters[k], &to->parameters[index]))
				return &earlier->args[k];
		}
	}
	return NULL;
}
