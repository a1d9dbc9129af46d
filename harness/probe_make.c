#include "harness/probe_row.h"

#include "core/mem.h"

enum {
	FRESH_CALLS = 8,
	BEFORE_MAX = 12,  /* calls of a test that are taken over */
	LONG = 16,
	SPLICED_MAX = 30, /* calls of a probe that is still lent some by another */
	LONG_ONES = 5,   /* one in so many fresh probes does the same for long */
	ASKED_MAX = 30,
	ASKED_FEW = 5,
	PLACES_TRIED = 3,
	SWEPT_LETTERS = 64,
	SWEPT_LENGTHS = 12,
	AGAIN_SHARE = 3,  /* one in so many values was given before */
	ASKED_AGAIN_SHARE = 2,
	LIMIT_LEAST = 500,
	LIMIT_DOUBLINGS = 8,
	CHAIN_MAX = 6,    /* objects that are made one for the other */
	WITHIN_SHARE = 6, /* one in so many changes adds some */
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
	for (size_t i = 0; i < m->g->functions_len; i++) {
		const struct probe_function *f = &m->g->functions[i];
		m->wanted[i] = f->refused || f->zeroes ? 0 : f->ends ? 1 : 8;
	}
}

/* ---- fresh ones */

static const struct probe_function *function_of(const struct probe_row *s, const struct probe_call *c)
{
	return &s->m->g->functions[c->function];
}

/* How often something is done again and again: what is kept in blocks changes at powers of two. */
static uint64_t many(struct probe_maker *m)
{
	uint64_t power = (uint64_t)1 << (3 + below(m, 7));
	if (one_in(m, 4))
		return UINT8_MAX + below(m, 8);
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

static void append_needed(struct probe_row *s, uint32_t function, unsigned depth);

/* Makes what a call of the function takes, as far as there is none. */
static void append_makers(struct probe_row *s, uint32_t function, unsigned depth)
{
	const struct probe_function *f = &s->m->g->functions[function];
	for (size_t i = 0; i < f->shim->signature->parameters_len && depth < CHAIN_MAX; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		bool place = i == 0 && f->makes_in_place, takes = p->consumed || p->ended;
		bool needs = p->role == PROBE_IS_OBJECT && !place &&
			     (!probe_row_has(s, p->type, takes) || (p->consumed && one_in(s->m, 2)));
		uint32_t maker = needs ? maker_of(s->m, p->type) : PROBE_NONE;
		if (maker != PROBE_NONE)
			append_needed(s, maker, depth + 1);
	}
}

/* What was put somewhere is found where it is asked for again. */
static void take_over_values(struct probe_row *s, struct probe_call *call, uint64_t share)
{
	for (size_t i = 0; i < function_of(s, call)->shim->signature->parameters_len; i++) {
		const struct probe_value *v = one_in(s->m, share) ? probe_row_given(s, call, i) : NULL;
		if (v)
			call->args[i] = *v;
	}
	probe_values_fit(s->m, call);
}

/* The call, after those that make what it takes. */
static void append_needed(struct probe_row *s, uint32_t function, unsigned depth)
{
	struct probe_call call = {.function = function};
	append_makers(s, function, depth);
	probe_values_make(s->m, &call);
	/* Who only asks, asks for what was put there. */
	take_over_values(s, &call, s->m->g->functions[function].asks ? ASKED_AGAIN_SHARE : AGAIN_SHARE);
	probe_row_append(s, &call);
}

/* Whatever there is to ask, or some of it. */
static void ask(struct probe_row *s, size_t most)
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

/* What was made for few holds few: the objects that the call takes are made with larger numbers, mostly limits. */
static void enlarge(struct probe_row *s, const struct probe_call *call)
{
	for (size_t i = 0; i < function_of(s, call)->shim->signature->parameters_len; i++) {
		if (call->args[i].kind != PROBE_OBJECT || call->args[i].object >= s->len)
			continue;
		struct probe_call *maker = &s->calls[call->args[i].object];
		const struct probe_function *f = function_of(s, maker);
		uint64_t limit = (uint64_t)LIMIT_LEAST << below(s->m, LIMIT_DOUBLINGS);
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			bool plain = f->parameters[k].role == PROBE_IS_NUMBER && !f->parameters[k].is_length &&
				     !f->parameters[k].choices;
			if (plain && maker->args[k].kind == PROBE_NUMBER && maker->args[k].number < limit)
				maker->args[k].number = limit;
		}
	}
}

static void append_many(struct probe_row *s, const struct probe_call *call)
{
	struct probe_call copy = *call;
	uint64_t times = many(s->m);
	enum { ALL_CHANGE, ONE_CHANGES, WAYS = 4 };
	uint64_t way = below(s->m, WAYS);
	if (one_in(s->m, 2))
		enlarge(s, call);
	for (uint64_t i = 0; i < times; i++) {
		if (way == ONE_CHANGES)
			copy = probe_row_copy(s, call);
		if (way == ALL_CHANGE)
			probe_values_make(s->m, &copy);
		else if (way == ONE_CHANGES)
			probe_values_change(s->m, &copy);
		probe_row_append(s, &copy);
	}
	ask(s, ASKED_MAX);
}

/* The last call that may have changed something. */
static void append_last_many(struct probe_row *s)
{
	size_t at = s->len;
	while (at > 0 && !(function_of(s, &s->calls[at - 1])->changes && !function_of(s, &s->calls[at - 1])->ends))
		at--;
	if (!at)
		return;
	struct probe_call last = s->calls[at - 1];
	last.within = 0;
	append_many(s, &last);
}

/* A call in which callbacks call, after those that make what it takes. */
static void append_outer(struct probe_row *s, uint32_t outer)
{
	append_needed(s, outer, 0);
	probe_row_append_within(s, outer);
}

struct probe probe_make_fresh(struct probe_maker *m)
{
	struct probe_row *s = probe_row_begin(m);
	uint64_t calls = 1 + below(m, FRESH_CALLS);
	for (uint64_t i = 0; i < calls; i++) {
		uint32_t function = wanted_function(m);
		if (function != PROBE_NONE)
			append_needed(s, function, 0);
	}
	if (m->g->within_len && one_in(m, 4))
		append_outer(s, probe_row_an_outer(m));
	if (one_in(m, LONG_ONES))
		append_last_many(s);
	else if (one_in(m, 3))
		ask(s, ASKED_FEW);
	return probe_row_finish(s, prng_next(m->lot));
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

static void repeat(struct probe_row *s, const struct probe *from, size_t at, size_t to)
{
	uint64_t times = one_in(s->m, 12) ? many(s->m) : 1 + below(s->m, 4);
	bool changes = one_in(s->m, 2);
	for (uint64_t n = 0; n < times; n++) {
		for (size_t i = at; i < to; i++) {
			struct probe_call copy = probe_row_copy(s, &from->calls[i]);
			if (changes)
				probe_values_change(s->m, &copy);
			probe_row_append_moved(s, &copy, (uint32_t)i);
		}
	}
}

static void splice(struct probe_row *s, const struct probe *other)
{
	uint32_t before[PROBE_CALLS_MAX];
	size_t len = s->len < SPLICED_MAX ? body_len(s->m, other) : 0;
	memcpy(before, s->moved, sizeof(before));
	for (size_t i = 0; i < len; i++)
		probe_row_append_moved(s, &other->calls[i], (uint32_t)i);
	memcpy(s->moved, before, sizeof(before));
}

/* What happens to the probe at one of its calls. */
enum change {
	CHANGE_VALUE,
	CHANGE_MORE_VALUES,
	CHANGE_DROP,
	CHANGE_INSERT,
	CHANGE_REPEAT,
	CHANGE_SPLICE,
	CHANGE_CUT,
	CHANGE_LONG,
	CHANGE_SWEEP,
	CHANGES
};

/* Again and again: what code looks for or headers limit is tried at one place of a text, one after the other. */
static void sweep(struct probe_row *s, const struct probe *from, size_t at)
{
	const struct probe_words *w = s->m->words;
	bool by_length = w->lengths_len && one_in(s->m, 4);
	size_t len = by_length ? w->lengths_len : w->letters_len, first = len ? below(s->m, len) : 0;
	struct probe_place place = probe_values_place(s->m, &from->calls[at]);
	for (size_t i = 0; place.is_there && i < min_size(len, by_length ? SWEPT_LENGTHS : SWEPT_LETTERS); i++) {
		struct probe_call copy = probe_row_copy(s, &from->calls[at]);
		size_t chosen = (first + i) % len;
		if (by_length)
			probe_values_put_word(s->m, &copy, &place, w->lengths[chosen]);
		else
			probe_values_put_letter(s->m, &copy, &place, w->letters[chosen]);
		probe_row_append_moved(s, &copy, (uint32_t)at);
	}
}

static void change_at(struct probe_row *s, const struct probe *from, const struct probe *other, size_t *at, size_t len,
		      enum change change)
{
	struct probe_call copy = probe_row_copy(s, &from->calls[*at]);
	size_t to;
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
	case CHANGE_SWEEP:
		sweep(s, from, *at);
		break;
	case CHANGE_LONG:
		if (one_in(s->m, LONG_ONES))
			append_last_many(s);
		break;
	default:
		break;
	}
	probe_row_append_moved(s, &copy, (uint32_t)*at);
}

/* Texts can be changed in more ways than all else. */
static size_t a_place(struct probe_maker *m, const struct probe *p, size_t len)
{
	size_t at = below(m, len);
	for (unsigned tries = 0; tries < PLACES_TRIED; tries++) {
		const struct probe_call *c = &p->calls[at];
		const struct probe_function *f = &m->g->functions[c->function];
		for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
			struct str text;
			if (probe_value_text(&f->parameters[i], &c->args[i], &text))
				return at;
		}
		at = below(m, len);
	}
	return at;
}

/* With calls from within one that is there, or from within a new one. */
static struct probe with_more_within(struct probe_maker *m, const struct probe *from)
{
	struct probe_row *s = probe_row_begin(m);
	uint32_t outer = probe_row_an_outer(m);
	size_t len = body_len(m, from), place = SIZE_MAX;
	uint64_t seen = 1;
	for (size_t i = 0; i < len; i++) {
		if (from->calls[i].function == outer && !from->calls[i].within && below(m, ++seen) == 0)
			place = i;
	}
	memset(s->moved, 0xFF, sizeof(s->moved));
	for (size_t i = 0; i < len; i++) {
		probe_row_append_moved(s, &from->calls[i], (uint32_t)i);
		if (i == place)
			probe_row_append_within(s, outer);
	}
	if (place == SIZE_MAX)
		append_outer(s, outer);
	return probe_row_finish(s, one_in(m, 4) ? prng_next(m->lot) : from->answers);
}

struct probe probe_make_changed(struct probe_maker *m, const struct probe *from, const struct probe *other)
{
	if (m->g->within_len && one_in(m, WITHIN_SHARE))
		return with_more_within(m, from);
	struct probe_row *s = probe_row_begin(m);
	size_t len = one_in(m, 8) ? from->len : body_len(m, from);
	/* What has grown long is better cut. */
	enum change change = len > LONG && one_in(m, 3) ? CHANGE_CUT
			     : one_in(m, 3)             ? CHANGE_VALUE
							: (enum change)below(m, CHANGES);
	bool values = change <= CHANGE_MORE_VALUES, texts = values || change == CHANGE_SWEEP;
	size_t places[] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
	for (size_t i = 0; len && i < countof(places) && (i == 0 || (values && one_in(m, 3))); i++)
		places[i] = texts ? a_place(m, from, len) : below(m, len);
	/* Calls cost time, and one that is as before tells nothing new. */
	bool everywhere = values && one_in(m, 2);
	memset(s->moved, 0xFF, sizeof(s->moved));
	for (size_t i = 0; i < len; i++) {
		bool here = i == places[0] || i == places[1] || i == places[2] || (everywhere && one_in(m, 2));
		if (here && change == CHANGE_CUT && i)
			break;
		if (here)
			change_at(s, from, other, &i, len, change);
		else
			probe_row_append_moved(s, &from->calls[i], (uint32_t)i);
	}
	if (one_in(m, 4))
		ask(s, ASKED_FEW);
	return probe_row_finish(s, one_in(m, 4) ? prng_next(m->lot) : from->answers);
}

/* The same call again would come to the same. */
struct probe probe_make_without(struct probe_maker *m, const struct probe *from, size_t at)
{
	struct probe_row *s = probe_row_begin(m);
	size_t to = at;
	while (to < from->len && from->calls[to].function == from->calls[at].function)
		to++;
	memset(s->moved, 0xFF, sizeof(s->moved));
	for (size_t i = 0; i < from->len; i++) {
		if (i < at || i >= to)
			probe_row_append_moved(s, &from->calls[i], (uint32_t)i);
	}
	return probe_row_finish(s, from->answers);
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

/* The call with what the test handed over, as far as that is known. */
static struct probe_call heard_call(struct probe_maker *m, const struct micro_call *c)
{
	const struct probe_function *f = &m->g->functions[c->function];
	struct probe_call call = {.function = c->function};
	probe_values_make(m, &call);
	for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
		enum probe_role role = f->parameters[k].role;
		bool own = role == PROBE_IS_CALLBACK || role == PROBE_IS_USER || role == PROBE_IS_OUT ||
			   role == PROBE_IS_TEXTS;
		bool known = c->args[k].kind != MICRO_UNKNOWN || (role == PROBE_IS_OPEN && c->args[k].bytes.ptr);
		if (known && !own)
			call.args[k] = probe_value_heard(m, c->function, k, &c->args[k]);
		if (c->args[k].is_null && f->parameters[k].may_be_null)
			call.args[k] = (struct probe_value){.kind = PROBE_NULL};
	}
	probe_values_fit(m, &call);
	return call;
}

struct probe probe_make_alone(struct probe_maker *m, const struct micro_call *c)
{
	struct probe_row *s = probe_row_begin(m);
	const struct probe_function *f = &m->g->functions[c->function];
	if (f->refused)
		return probe_row_finish(s, 0);
	struct probe_call call = heard_call(m, c);
	append_makers(s, c->function, 0);
	/* Which object it was does not matter. */
	for (size_t k = 0; k < f->shim->signature->parameters_len; k++)
		call.args[k].object = call.args[k].kind == PROBE_OBJECT ? PROBE_NONE : 0;
	probe_row_append(s, &call);
	return probe_row_finish(s, prng_next(m->lot));
}

/* The calls from the first on that have to do with what it makes, and those that make what these take. */
bool probe_make_heard(struct probe_maker *m, const struct micro_calls *heard, uint32_t first, struct probe *ret)
{
	SCOPED_MEM bool *objects = mem_zalloc(heard->objects_len + 1, sizeof(bool));
	SCOPED_MEM uint32_t *at = mem_zalloc(heard->objects_len + 1, sizeof(uint32_t));
	struct probe_row *s = probe_row_begin(m);
	memset(at, 0xFF, (heard->objects_len + 1) * sizeof(uint32_t));
	unsigned taken = 0;
	for (uint32_t i = first; i < heard->calls_len && taken < BEFORE_MAX; i++) {
		const struct micro_call *c = &heard->calls[i];
		const struct probe_function *f = &m->g->functions[c->function];
		size_t parameters = f->shim->signature->parameters_len;
		/* Another object may become a part of it: what makes that belongs here, too. */
		if (f->refused || (i != first && c->made == MICRO_NONE && !takes_one_of(c, parameters, objects)))
			continue;
		struct probe_call call = heard_call(m, c);
		for (size_t k = 0; k < parameters; k++) {
			if (call.args[k].kind == PROBE_OBJECT)
				call.args[k].object = c->args[k].kind == MICRO_OBJECT ? at[c->args[k].object]
										      : PROBE_NONE;
		}
		if (!probe_row_append(s, &call))
			continue;
		taken++;
		if (c->made != MICRO_NONE) {
			at[c->made] = (uint32_t)s->len - 1;
			objects[c->made] = true;
		}
	}
	*ret = probe_row_finish(s, prng_next(m->lot));
	return ret->len > 0;
}
