#include "harness/probe_grammar_parts.h"

/* ---- who ends what */

/* What tests were seen to do with what the function made. */
struct seen {
	size_t made, ended, freed;
	uint32_t ender; /* a function, or PROBE_NONE */
};

/* Of all objects that the call took, the first. */
static bool is_first_object(const struct probe_grammar *g, const struct micro_call *c, uint32_t object)
{
	size_t len = g->shims->functions[c->function].signature->parameters_len, i = 0;
	while (i < len && g->functions[c->function].parameters[i].role != PROBE_IS_OBJECT)
		i++;
	return i < len && c->args[i].kind == MICRO_OBJECT && c->args[i].object == object;
}

static struct seen seen_of(const struct probe_grammar *g, uint32_t function)
{
	struct seen s = {.ender = PROBE_NONE};
	for (size_t p = 0; p < g->heard_len; p++) {
		const struct micro_calls *h = &g->heard[p];
		for (size_t i = 0; i < h->objects_len; i++) {
			const struct micro_object *o = &h->objects[i];
			if (h->calls[o->maker].function != function)
				continue;
			s.made++;
			s.freed += o->ender == MICRO_FREE;
			if (o->ender >= h->calls_len)
				continue;
			s.ended++;
			if (is_first_object(g, &h->calls[o->ender], (uint32_t)i))
				s.ender = h->calls[o->ender].function;
		}
	}
	return s;
}

static bool looks_like_ender(const struct probe_function *f)
{
	static const char *const words[] = {"free",  "destroy", "delete",  "close",  "release", "unref",
					    "decref", "dispose", "deinit", "fini",   "cleanup", "drop"};
	const struct shape_signature *g = f->shim->signature;
	return g->parameters_len && g->parameters_len <= 2 && f->parameters[0].role == PROBE_IS_OBJECT &&
	       probe_says(f, words, countof(words));
}

static void find_enders(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct seen s = seen_of(g, (uint32_t)i);
		struct probe_function *f = &g->functions[i];
		if (f->makes == PROBE_NONE)
			continue;
		if (s.ender != PROBE_NONE && g->types[f->makes].ender == PROBE_NONE)
			g->types[f->makes].ender = s.ender;
		g->types[f->makes].frees |= s.freed > 0;
		g->types[f->makes].is_made = true;
	}
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		if (!looks_like_ender(f))
			continue;
		struct probe_type *type = &g->types[f->parameters[0].type];
		bool own = type->ender == i;
		bool better = type->ender == PROBE_NONE && f->shim->signature->parameters_len == 1 && !type->frees;
		if (better)
			type->ender = (uint32_t)i;
		f->ends = own || better || f->shim->signature->parameters_len == 1;
	}
	for (size_t i = 0; i < g->types_len; i++) {
		if (g->types[i].ender != PROBE_NONE)
			g->functions[g->types[i].ender].ends = true;
	}
}

/* What a function returns that takes an object need not be the caller's. Tests show it, or else names do. */
static void find_owned(struct probe_grammar *g)
{
	static const char *const words[] = {"new",  "create", "parse", "dup",  "copy", "clone",
					    "open", "load",   "make",  "build", "alloc", "print", "detach", "take"};
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		struct seen s = seen_of(g, (uint32_t)i);
		if (f->makes == PROBE_NONE)
			continue;
		if (s.made)
			f->owned = s.ended + s.freed > 0;
		else
			f->owned = !probe_has_object(f) || probe_says(f, words, countof(words));
		f->owned |= f->makes_in_place;
		f->owned &= f->makes_in_place || g->types[f->makes].ender != PROBE_NONE || g->types[f->makes].frees;
	}
}

/* An object behind the first may become a part of it: then tests do not end it themselves, if they do not get it back. */
static bool is_consumed(const struct probe_grammar *g, uint32_t function, size_t index)
{
	static const char *const words[] = {"add",  "append", "insert", "attach", "push",
					    "put",  "set",    "replace", "give",   "adopt"};
	size_t handed = 0, ended = 0;
	for (size_t p = 0; p < g->heard_len; p++) {
		const struct micro_calls *h = &g->heard[p];
		for (size_t i = 0; i < h->calls_len; i++) {
			const struct micro_call *c = &h->calls[i];
			if (c->function != function || c->args[index].kind != MICRO_OBJECT)
				continue;
			const struct micro_object *o = &h->objects[c->args[index].object];
			handed++;
			ended += o->ender < h->calls_len && o->ender > i;
		}
	}
	const struct probe_function *f = &g->functions[function];
	bool named = probe_says(f, words, countof(words)) && !f->parameters[index].target->is_const;
	return named && 2 * ended <= handed;
}

/* Whether what is handed over there was mostly gone behind the call. */
static bool is_ended(const struct probe_grammar *g, uint32_t function, size_t index)
{
	size_t handed = 0, ended = 0;
	for (size_t p = 0; p < g->heard_len; p++) {
		const struct micro_calls *h = &g->heard[p];
		for (size_t i = 0; i < h->calls_len; i++) {
			const struct micro_call *c = &h->calls[i];
			bool object = c->function == function && c->args[index].kind == MICRO_OBJECT;
			handed += object;
			ended += object && h->objects[c->args[index].object].ender == i;
		}
	}
	return ended && 2 * ended > handed;
}

static void find_consumed(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		bool first = true;
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			if (f->parameters[k].role != PROBE_IS_OBJECT)
				continue;
			f->parameters[k].ended = !first && is_ended(g, (uint32_t)i, k);
			f->parameters[k].consumed = !first && !f->parameters[k].ended && is_consumed(g, (uint32_t)i, k);
			first = false;
		}
	}
}

/* The parameter that says how many structs the library has room to write there, or SIZE_MAX. */
static size_t room_for(const struct probe_function *f, size_t index)
{
	const struct shape_signature *g = f->shim->signature;
	bool counted = index + 1 < g->parameters_len && g->says_length[index + 1] &&
		       f->parameters[index + 1].role == PROBE_IS_NUMBER;
	bool room = counted && !g->parameters[index]->target->is_const && shape_may_be_several(g, index);
	return room ? index + 1 : SIZE_MAX;
}

/* A struct that nothing makes is filled by whoever calls, and what has no type is the caller's own; what headers do not
 * show and nothing makes cannot be had. */
static void settle_objects(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			struct probe_parameter *p = &f->parameters[k];
			if (p->role != PROBE_IS_OBJECT || g->types[p->type].is_made)
				continue;
			size_t count = p->target->record ? room_for(f, k) : SIZE_MAX;
			if (count != SIZE_MAX) {
				p->role = PROBE_IS_ROOM;
				p->length = count;
				f->parameters[count].is_length = true;
			} else if (p->target->record)
				p->role = PROBE_IS_RECORD;
			else if (p->target->kind == SHAPE_VOID)
				p->role = PROBE_IS_USER;
			else if (!p->may_be_null)
				f->refused = "it takes an object that no function makes";
		}
	}
}

static void find_asking(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		f->asks = probe_has_object(f) && !f->refused && !f->ends && !f->changes &&
			  !(f->makes != PROBE_NONE && f->owned);
	}
}

void probe_learn(struct probe_grammar *g)
{
	find_enders(g);
	find_owned(g);
	find_consumed(g);
	settle_objects(g);
	find_asking(g);
}
