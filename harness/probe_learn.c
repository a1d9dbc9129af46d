#include "harness/probe_grammar_parts.h"

/* ---- who ends what */

/* What tests were seen to do with what the function made. */
struct seen {
	size_t made, ended, freed;
};

static struct seen seen_of(const struct probe_grammar *g, uint32_t function)
{
	struct seen s = {0};
	for (size_t p = 0; p < g->heard_len; p++) {
		const struct micro_calls *h = &g->heard[p];
		for (size_t i = 0; i < h->objects_len; i++) {
			const struct micro_object *o = &h->objects[i];
			if (h->calls[o->maker].function != function)
				continue;
			s.made++;
			s.freed += o->ender == MICRO_FREE;
			s.ended += o->ender < h->calls_len;
		}
	}
	return s;
}

/* How often tests handed it an object there; how often that was over with the call, or with a later one. */
struct handed {
	size_t times, over, later;
};

static struct handed handed_to(const struct probe_grammar *g, uint32_t function, size_t index)
{
	struct handed n = {0};
	for (size_t p = 0; p < g->heard_len && g->functions[function].heard_len; p++) {
		const struct micro_calls *h = &g->heard[p];
		for (size_t i = 0; i < h->calls_len; i++) {
			const struct micro_call *c = &h->calls[i];
			if (c->function != function || c->args[index].kind != MICRO_OBJECT)
				continue;
			uint32_t ender = h->objects[c->args[index].object].ender;
			n.times++;
			n.over += ender == i;
			n.later += ender < h->calls_len && ender > i;
		}
	}
	return n;
}

/* A name that says so. What gives something else in return, or is only asked, has the word for another reason. */
static bool looks_like_ender(const struct probe_function *f)
{
	static const char *const words[] = {"free",  "destroy", "delete",  "close",  "release", "unref",
					    "decref", "dispose", "deinit", "fini",   "cleanup", "drop"};
	const struct shape_signature *g = f->shim->signature;
	if (!g->parameters_len || g->parameters_len > 2 || f->parameters[0].role != PROBE_IS_OBJECT)
		return false;
	bool asks = f->parameters[0].target->is_const && g->result->kind != SHAPE_VOID;
	return f->makes == PROBE_NONE && !asks && probe_says(f, words, countof(words));
}

/* How good it is as the one that ends things of a type. */
static unsigned fitness(const struct probe_function *f, size_t index)
{
	bool first = true;
	for (size_t i = 0; i < index; i++)
		first &= f->parameters[i].role != PROBE_IS_OBJECT;
	unsigned fit = first ? 5 : 1;
	fit += looks_like_ender(f) ? 2 : 0;
	return fit + (f->makes == PROBE_NONE ? 1 : 0);
}

/* Where tests saw that what was handed over was over then. The best of those ends all things of its type. */
static void find_heard_enders(struct probe_grammar *g)
{
	struct {
		unsigned fitness;
		size_t index;
	} best[PROBE_TYPES_MAX] = {{0}};
	for (size_t i = 0; i < g->functions_len; i++) {
		const struct probe_function *f = &g->functions[i];
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			struct probe_parameter *p = &f->parameters[k];
			struct handed n = p->role == PROBE_IS_OBJECT ? handed_to(g, (uint32_t)i, k) : (struct handed){0};
			p->ended = n.over && n.over >= n.times - n.over;
			if (!n.over || fitness(f, k) <= best[p->type].fitness)
				continue;
			best[p->type].fitness = fitness(f, k);
			best[p->type].index = k;
			g->types[p->type].ender = (uint32_t)i;
		}
	}
	for (size_t i = 0; i < g->types_len; i++) {
		if (!best[i].fitness)
			continue;
		struct probe_function *f = &g->functions[g->types[i].ender];
		f->ends = f->parameters[best[i].index].ended = true;
	}
}

static void find_named_enders(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		if (f->ends || !looks_like_ender(f))
			continue;
		struct probe_type *type = &g->types[f->parameters[0].type];
		bool alone = f->shim->signature->parameters_len == 1;
		if (type->ender == PROBE_NONE && alone && !type->frees)
			type->ender = (uint32_t)i;
		f->ends = f->parameters[0].ended = alone;
	}
}

static void find_enders(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		const struct probe_function *f = &g->functions[i];
		if (f->makes == PROBE_NONE)
			continue;
		g->types[f->makes].frees |= seen_of(g, (uint32_t)i).freed > 0;
		g->types[f->makes].is_made = true;
	}
	find_heard_enders(g);
	find_named_enders(g);
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

/* An object behind the first may become a part of it: then tests do not end it, unless they take it out again. */
static bool is_consumed(const struct probe_grammar *g, uint32_t function, size_t index)
{
	static const char *const words[] = {"add",  "append", "insert", "attach", "push",
					    "put",  "set",    "replace", "give",   "adopt"};
	struct handed n = handed_to(g, function, index);
	const struct probe_function *f = &g->functions[function];
	bool named = probe_says(f, words, countof(words)) && !f->parameters[index].target->is_const;
	return named && n.later <= n.times - n.later;
}

static void find_consumed(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		bool first = true;
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
			if (f->parameters[k].role != PROBE_IS_OBJECT)
				continue;
			f->parameters[k].consumed =
				!first && !f->parameters[k].ended && is_consumed(g, (uint32_t)i, k);
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

/* What callers fill is no object of the library's, so that it is written to changes none. */
static void find_changing(struct probe_grammar *g)
{
	for (size_t i = 0; i < g->functions_len; i++) {
		struct probe_function *f = &g->functions[i];
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++)
			f->changes |= f->parameters[k].role == PROBE_IS_OBJECT && !f->parameters[k].target->is_const;
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
	find_changing(g);
	find_asking(g);
}
