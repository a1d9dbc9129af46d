#include "harness/probe_make.h"

#include "core/mem.h"

enum {
	FRESH_CALLS = 8,
	BEFORE_MAX = 12,  /* calls of a test that are taken over */
	LONG = 60,
	REPEATS = 160,    /* of a call, at the most */
	SPLICED_MAX = 30, /* calls of a probe that is still lent some by another */
	LONG_ONES = 10,   /* one in so many fresh probes does the same for long */
	ASKED_MAX = 30,
	ASKED_FEW = 5,
	PLACES_TRIED = 3,
	CHAIN_MAX = 6,    /* objects that are made one for the other */
	BYTES_MAX = PROBE_BYTES_MAX / 2,
};

static uint64_t below(struct probe_maker *m, uint64_t bound)
{
	return prng_below(m->lot, bound);
}

static bool one_in(struct probe_maker *m, uint64_t n)
{
	return below(m, n) == 0;
}

void probe_maker_init(struct probe_maker *m, struct arena *a)
{
	m->wanted = arena_array(a, m->g->functions_len + 1, unsigned);
	for (size_t i = 0; i < m->g->functions_len; i++)
		m->wanted[i] = m->g->functions[i].refused ? 0 : m->g->functions[i].ends ? 1 : 8;
}

/* ---- a probe that keeps the rules */

/* What a call has made, as far as it may be used. */
struct thing {
	uint32_t call, type;
	uint32_t parent; /* the thing that it was got from, or PROBE_NONE */
	bool owned, live;
};

struct settling {
	struct probe_maker *m;
	struct probe_call calls[PROBE_CALLS_MAX];
	size_t len, bytes;
	struct thing things[PROBE_CALLS_MAX];
	size_t things_len;
	uint32_t moved[PROBE_CALLS_MAX]; /* where a call of the old probe stands now */
};

static struct thing *thing_of(struct settling *s, uint32_t call)
{
	for (size_t i = 0; i < s->things_len; i++) {
		if (s->things[i].call == call)
			return &s->things[i];
	}
	return NULL;
}

static struct thing *any_thing(struct settling *s, uint32_t type, bool owned)
{
	size_t seen = 0;
	struct thing *found = NULL;
	for (size_t i = 0; i < s->things_len; i++) {
		struct thing *t = &s->things[i];
		if (t->live && t->type == type && (t->owned || !owned) && below(s->m, ++seen) == 0)
			found = t;
	}
	return found;
}

static uint32_t index_of(const struct settling *s, const struct thing *t)
{
	return t ? (uint32_t)(t - s->things) : PROBE_NONE;
}

static uint32_t root_of(const struct settling *s, uint32_t thing)
{
	while (thing != PROBE_NONE && !s->things[thing].owned && s->things[thing].parent != PROBE_NONE)
		thing = s->things[thing].parent;
	return thing;
}

/* Whatever was got from it is over with it. */
static void end_below(struct settling *s, uint32_t thing, bool owned_too)
{
	for (size_t i = thing + 1; i < s->things_len; i++) {
		struct thing *t = &s->things[i];
		if (t->live && t->parent == thing && (owned_too || !t->owned)) {
			t->live = false;
			end_below(s, (uint32_t)i, owned_too);
		}
	}
}

static const struct probe_function *function_of(const struct settling *s, const struct probe_call *c)
{
	return &s->m->g->functions[c->function];
}

static size_t bytes_of(const struct settling *s, const struct probe_call *c)
{
	size_t bytes = 64;
	for (size_t i = 0; i < function_of(s, c)->shim->signature->parameters_len; i++) {
		const struct probe_value *v = &c->args[i];
		bytes += v->bytes.len + 64 + (v->kind == PROBE_ROOM || v->kind == PROBE_PLACE ? (size_t)v->number : 0);
	}
	return bytes;
}

static bool append(struct settling *s, const struct probe_call *c);

/* The call that ends it, with arguments of its own; false if nothing is known to. */
static bool append_ender(struct settling *s, struct thing *t)
{
	const struct probe_type *type = &s->m->g->types[t->type];
	if (!t->owned || !t->live || type->ender == PROBE_NONE || s->m->g->functions[type->ender].refused)
		return false;
	struct probe_call end = {.function = type->ender};
	probe_values_make(s->m, &end);
	for (size_t i = 0; i < function_of(s, &end)->shim->signature->parameters_len; i++) {
		if (function_of(s, &end)->parameters[i].role == PROBE_IS_OBJECT && function_of(s, &end)->parameters[i].type == t->type) {
			end.args[i] = (struct probe_value){.kind = PROBE_OBJECT, .object = t->call};
			return append(s, &end);
		}
	}
	return false;
}

/* Things that hang on it and are the caller's go first. */
static void end_dependent(struct settling *s, uint32_t thing)
{
	for (size_t i = s->things_len; i-- > thing + 1;) {
		if (s->things[i].live && s->things[i].owned && s->things[i].parent == thing)
			append_ender(s, &s->things[i]);
	}
}

/* Puts a thing of the right type in each place that needs one. False if there is none. */
static bool settle_objects(struct settling *s, struct probe_call *c)
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
		if (v->kind == PROBE_NULL && !f->ends && p->may_be_null && one_in(s->m, 3))
			continue;
		struct thing *t = v->kind == PROBE_OBJECT ? thing_of(s, v->object) : NULL;
		if (!t || !t->live || t->type != p->type || (takes && !t->owned))
			t = any_thing(s, p->type, takes);
		if (!t)
			return false;
		*v = (struct probe_value){.kind = PROBE_OBJECT, .object = t->call};
	}
	return true;
}

/* Nothing may belong to two, or to itself. */
static bool is_sound(struct settling *s, const struct probe_call *c)
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
static void note_effects(struct settling *s, const struct probe_call *c)
{
	const struct probe_function *f = function_of(s, c);
	uint32_t first = PROBE_NONE;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		if (c->args[i].kind != PROBE_OBJECT)
			continue;
		struct thing *t = thing_of(s, c->args[i].object);
		uint32_t at = index_of(s, t);
		if (f->ends && first == PROBE_NONE && t) {
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
		s->things[s->things_len++] = (struct thing){(uint32_t)s->len, f->makes, f->makes_in_place ? PROBE_NONE : first, f->owned, true};
}

static bool append(struct settling *s, const struct probe_call *c)
{
	struct probe_call copy = *c;
	const struct probe_function *f = function_of(s, c);
	size_t parameters = f->shim->signature->parameters_len;
	copy.args = arena_copy(s->m->a, c->args, parameters + 1, sizeof(*c->args));
	if (f->refused || s->len == PROBE_CALLS_MAX || s->bytes + bytes_of(s, c) > BYTES_MAX || !settle_objects(s, &copy) ||
	    !is_sound(s, &copy))
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

static struct settling *begin(struct probe_maker *m)
{
	struct settling *s = mem_zalloc(1, sizeof(*s));
	s->m = m;
	return s;
}

static struct probe finish(struct settling *s, uint64_t answers)
{
	for (size_t i = s->things_len; i-- > 0;)
		append_ender(s, &s->things[i]);
	struct probe p = {arena_copy(s->m->a, s->calls, s->len + 1, sizeof(*s->calls)), s->len, answers};
	free(s);
	return p;
}

/* A call of another probe, whose things stand elsewhere now. */
static void append_moved(struct settling *s, const struct probe_call *c, uint32_t from)
{
	size_t parameters = function_of(s, c)->shim->signature->parameters_len;
	struct probe_call copy = *c;
	copy.args = arena_copy(s->m->a, c->args, parameters + 1, sizeof(*c->args));
	for (size_t i = 0; i < parameters; i++) {
		struct probe_value *v = &copy.args[i];
		if (v->kind == PROBE_OBJECT)
			v->object = v->object < from ? s->moved[v->object] : PROBE_NONE;
	}
	s->moved[from] = append(s, &copy) ? (uint32_t)s->len - 1 : PROBE_NONE;
}

/* ---- fresh ones */

/* How often something is done again and again: what is kept in blocks changes at powers of two. */
static uint64_t many(struct probe_maker *m)
{
	uint64_t power = (uint64_t)1 << (3 + below(m, 7));
	return one_in(m, 2) ? power + below(m, 4) - 1 : 1 + below(m, 300);
}

static uint32_t wanted_function(struct probe_maker *m)
{
	uint64_t all = 0;
	for (size_t i = 0; i < m->g->functions_len; i++)
		all += m->wanted[i];
	uint64_t drawn = all ? below(m, all) : 0;
	for (size_t i = 0; i < m->g->functions_len; i++) {
		if (drawn < m->wanted[i])
			return (uint32_t)i;
		drawn -= m->wanted[i];
	}
	return PROBE_NONE;
}

static uint32_t maker_of(struct probe_maker *m, uint32_t type)
{
	uint32_t found = PROBE_NONE;
	uint64_t weight = 0;
	for (size_t i = 0; i < m->g->functions_len; i++) {
		const struct probe_function *f = &m->g->functions[i];
		uint64_t own = f->refused || f->makes != type ? 0 : f->owned ? 8 : 1;
		weight += own;
		if (own && below(m, weight) < own)
			found = (uint32_t)i;
	}
	return found;
}

/* The call, after those that make what it takes. */
static void append_needed(struct settling *s, uint32_t function, unsigned depth)
{
	const struct probe_function *f = &s->m->g->functions[function];
	struct probe_call call = {.function = function};
	for (size_t i = 0; i < f->shim->signature->parameters_len && depth < CHAIN_MAX; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		bool place = i == 0 && f->makes_in_place;
		bool needs = p->role == PROBE_IS_OBJECT && !place && (!any_thing(s, p->type, p->consumed) || (p->consumed && one_in(s->m, 2)));
		uint32_t maker = needs ? maker_of(s->m, p->type) : PROBE_NONE;
		if (maker != PROBE_NONE)
			append_needed(s, maker, depth + 1);
	}
	probe_values_make(s->m, &call);
	append(s, &call);
}

/* Whatever there is to ask, or some of it. */
static void ask(struct settling *s, size_t most)
{
	size_t len = s->m->g->functions_len, first = below(s->m, len ? len : 1), asked = 0;
	for (size_t i = 0; i < len && asked < most; i++) {
		uint32_t function = (uint32_t)((first + i) % len);
		if (!s->m->g->functions[function].asks)
			continue;
		append_needed(s, function, CHAIN_MAX);
		asked++;
	}
}

static void append_many(struct settling *s, const struct probe_call *call)
{
	struct probe_call copy = *call;
	uint64_t times = many(s->m);
	bool changes = one_in(s->m, 2);
	for (uint64_t i = 0; i < times; i++) {
		if (changes)
			probe_values_make(s->m, &copy);
		append(s, &copy);
	}
	ask(s, ASKED_MAX);
}

static void append_last_many(struct settling *s)
{
	struct probe_call last;
	if (!s->len)
		return;
	last = s->calls[s->len - 1];
	append_many(s, &last);
}

struct probe probe_make_fresh(struct probe_maker *m)
{
	struct settling *s = begin(m);
	uint64_t calls = 1 + below(m, FRESH_CALLS);
	for (uint64_t i = 0; i < calls; i++) {
		uint32_t function = wanted_function(m);
		if (function != PROBE_NONE)
			append_needed(s, function, 0);
	}
	if (one_in(m, LONG_ONES))
		append_last_many(s);
	else if (one_in(m, 3))
		ask(s, ASKED_FEW);
	return finish(s, prng_next(m->lot));
}

/* ---- changed ones */

/* Without the enders that it ends with: those come by themselves. */
static size_t body_len(const struct probe_maker *m, const struct probe *p)
{
	size_t len = p->len;
	while (len > 0 && m->g->functions[p->calls[len - 1].function].ends)
		len--;
	return len;
}

static void repeat(struct settling *s, const struct probe *from, size_t at, size_t to)
{
	uint64_t times = one_in(s->m, 12) ? many(s->m) : 1 + below(s->m, 4);
	bool changes = one_in(s->m, 2);
	for (uint64_t n = 0; n < times; n++) {
		for (size_t i = at; i < to; i++) {
			struct probe_call copy = from->calls[i];
			size_t parameters = function_of(s, &copy)->shim->signature->parameters_len;
			copy.args = arena_copy(s->m->a, copy.args, parameters + 1, sizeof(*copy.args));
			if (changes)
				probe_values_change(s->m, &copy);
			append_moved(s, &copy, (uint32_t)i);
		}
	}
}

static void splice(struct settling *s, const struct probe *other)
{
	uint32_t before[PROBE_CALLS_MAX];
	size_t len = s->len < SPLICED_MAX ? body_len(s->m, other) : 0;
	memcpy(before, s->moved, sizeof(before));
	for (size_t i = 0; i < len; i++)
		append_moved(s, &other->calls[i], (uint32_t)i);
	memcpy(s->moved, before, sizeof(before));
}

/* What happens to the probe at one of its calls. */
enum change { CHANGE_VALUE, CHANGE_MORE_VALUES, CHANGE_DROP, CHANGE_INSERT, CHANGE_REPEAT, CHANGE_SPLICE, CHANGE_CUT, CHANGE_LONG, CHANGES };

static void change_at(struct settling *s, const struct probe *from, const struct probe *other, size_t *at, size_t len,
		      enum change change)
{
	struct probe_call copy = from->calls[*at];
	size_t parameters = function_of(s, &copy)->shim->signature->parameters_len, to;
	copy.args = arena_copy(s->m->a, copy.args, parameters + 1, sizeof(*copy.args));
	switch (change) {
	case CHANGE_VALUE:
		probe_values_change(s->m, &copy);
		break;
	case CHANGE_MORE_VALUES:
		for (uint64_t n = 1 + below(s->m, 5); n > 0; n--)
			probe_values_change(s->m, &copy);
		break;
	case CHANGE_DROP:
		s->moved[*at] = PROBE_NONE;
		return;
	case CHANGE_INSERT: {
		uint32_t function = wanted_function(s->m);
		if (function != PROBE_NONE)
			append_needed(s, function, 0);
		break;
	}
	case CHANGE_REPEAT:
		to = *at + 1 + below(s->m, min_size(4, len - *at));
		repeat(s, from, *at, to);
		break;
	case CHANGE_SPLICE:
		splice(s, other);
		break;
	case CHANGE_LONG:
		if (one_in(s->m, LONG_ONES))
			append_last_many(s);
		break;
	default:
		break;
	}
	append_moved(s, &copy, (uint32_t)*at);
}

/* Texts can be changed in more ways than all else. */
static size_t a_place(struct probe_maker *m, const struct probe *p, size_t len)
{
	size_t at = below(m, len);
	for (unsigned tries = 0; tries < PLACES_TRIED; tries++) {
		const struct probe_call *c = &p->calls[at];
		const struct probe_function *f = &m->g->functions[c->function];
		for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
			enum probe_role role = f->parameters[i].role;
			if (c->args[i].kind == PROBE_BYTES && (role == PROBE_IS_TEXT || role == PROBE_IS_BYTES))
				return at;
		}
		at = below(m, len);
	}
	return at;
}

struct probe probe_make_changed(struct probe_maker *m, const struct probe *from, const struct probe *other)
{
	struct settling *s = begin(m);
	size_t len = one_in(m, 8) ? from->len : body_len(m, from);
	/* What has grown long is better cut. */
	enum change change = len > LONG && one_in(m, 3) ? CHANGE_CUT : one_in(m, 3) ? CHANGE_VALUE : (enum change)below(m, CHANGES);
	bool values = change <= CHANGE_MORE_VALUES;
	size_t places[] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
	for (size_t i = 0; len && i < countof(places) && (i == 0 || (values && one_in(m, 3))); i++)
		places[i] = values ? a_place(m, from, len) : below(m, len);
	memset(s->moved, 0xFF, sizeof(s->moved));
	for (size_t i = 0; i < len; i++) {
		bool here = i == places[0] || i == places[1] || i == places[2];
		if (here && change == CHANGE_CUT && i)
			break;
		if (here)
			change_at(s, from, other, &i, len, change);
		else
			append_moved(s, &from->calls[i], (uint32_t)i);
	}
	if (one_in(m, 4))
		ask(s, ASKED_FEW);
	return finish(s, one_in(m, 4) ? prng_next(m->lot) : from->answers);
}

/* ---- what tests did */

static bool takes_one_of(const struct micro_call *c, size_t parameters, const bool *objects)
{
	for (size_t i = 0; i < parameters; i++) {
		if (c->args[i].kind == MICRO_OBJECT && objects[c->args[i].object])
			return true;
	}
	return false;
}

/* The calls from the first on that have to do with what it makes, and those that make what these take. */
bool probe_make_heard(struct probe_maker *m, const struct micro_calls *heard, uint32_t first, struct probe *ret)
{
	SCOPED_MEM bool *objects = mem_zalloc(heard->objects_len + 1, sizeof(bool));
	SCOPED_MEM uint32_t *at = mem_zalloc(heard->objects_len + 1, sizeof(uint32_t));
	struct settling *s = begin(m);
	memset(at, 0xFF, (heard->objects_len + 1) * sizeof(uint32_t));
	unsigned taken = 0;
	for (uint32_t i = first; i < heard->calls_len && taken < BEFORE_MAX; i++) {
		const struct micro_call *c = &heard->calls[i];
		const struct probe_function *f = &m->g->functions[c->function];
		size_t parameters = f->shim->signature->parameters_len;
		/* Another object may become a part of it: what makes that belongs here, too. */
		if (f->refused || (i != first && c->made == MICRO_NONE && !takes_one_of(c, parameters, objects)))
			continue;
		struct probe_call call = {.function = c->function};
		probe_values_make(m, &call);
		for (size_t k = 0; k < parameters; k++) {
			struct probe_value v = probe_value_heard(m, c->function, k, &c->args[k]);
			bool known = c->args[k].kind != MICRO_UNKNOWN && f->parameters[k].role != PROBE_IS_CALLBACK &&
				     f->parameters[k].role != PROBE_IS_USER && f->parameters[k].role != PROBE_IS_OUT &&
				     f->parameters[k].role != PROBE_IS_OPEN;
			if (v.kind == PROBE_OBJECT)
				v.object = at[c->args[k].object];
			if (known)
				call.args[k] = v;
		}
		probe_values_fit(m, &call);
		if (!append(s, &call))
			continue;
		taken++;
		if (c->made != MICRO_NONE) {
			at[c->made] = (uint32_t)s->len - 1;
			objects[c->made] = true;
		}
	}
	*ret = finish(s, prng_next(m->lot));
	return ret->len > 0;
}

struct probe probe_settle(struct probe_maker *m, const struct probe *p)
{
	struct settling *s = begin(m);
	memset(s->moved, 0xFF, sizeof(s->moved));
	for (size_t i = 0; i < p->len; i++)
		append_moved(s, &p->calls[i], (uint32_t)i);
	return finish(s, p->answers);
}
