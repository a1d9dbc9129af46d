#include "harness/probe_repeats.h"

#include "core/hash.h"
#include "harness/probe_make.h"

struct repeats {
	const struct probe_grammar *g;
	const struct probe *p;
	uint64_t *pasts;  /* what each object has been through */
	uint64_t *calls;  /* the call with what it is given, objects by their pasts */
	bool *repeated;
	bool *kept;
};

static const struct probe_function *function_of(const struct repeats *r, size_t call)
{
	return &r->g->functions[r->p->calls[call].function];
}

static size_t parameters_of(const struct repeats *r, size_t call)
{
	return function_of(r, call)->shim->signature->parameters_len;
}

/* As much of it as the parameter takes. */
static uint64_t number_of(const struct shape *s, uint64_t number)
{
	unsigned unused = s->kind == SHAPE_INTEGER && s->size < 8 ? 64 - 8 * s->size : 0;
	return number << unused;
}

/* A text without the room behind it. */
static struct str bytes_of(const struct repeats *r, size_t call, size_t i)
{
	const struct probe_value *v = &r->p->calls[call].args[i];
	struct str text;
	return probe_value_text(&function_of(r, call)->parameters[i], v, &text) ? text : v->bytes;
}

static bool same_arguments(const struct repeats *r, size_t x, size_t y)
{
	const struct shape_signature *s = function_of(r, x)->shim->signature;
	for (size_t i = 0; i < s->parameters_len; i++) {
		const struct probe_value *v = &r->p->calls[x].args[i], *w = &r->p->calls[y].args[i];
		if (v->kind != w->kind || number_of(s->parameters[i], v->number) != number_of(s->parameters[i], w->number) ||
		    v->object != w->object || v->fields || w->fields || !str_eq(bytes_of(r, x, i), bytes_of(r, y, i)))
			return false;
	}
	return true;
}

static uint64_t hash_call(const struct repeats *r, size_t call)
{
	const struct probe_call *c = &r->p->calls[call];
	struct hasher h;
	uint64_t ret;
	hasher_init(&h);
	for (size_t i = 0; i < parameters_of(r, call); i++) {
		const struct shape *s = function_of(r, call)->shim->signature->parameters[i];
		const struct probe_value *v = &c->args[i];
		uint64_t past = v->kind != PROBE_OBJECT ? 0 : v->object < call ? r->pasts[v->object] : 1;
		uint64_t parts[] = {(uint64_t)v->kind, number_of(s, v->number), past, v->fields ? call + 1 : 0};
		hasher_bytes(&h, parts, sizeof(parts));
		hasher_field(&h, bytes_of(r, call, i));
	}
	uint64_t function = c->function;
	hasher_bytes(&h, &function, sizeof(function));
	struct hash hash = hasher_finish(&h);
	memcpy(&ret, hash.bytes, sizeof(ret));
	return ret;
}

static void find_repeats(struct repeats *r)
{
	for (size_t i = 0; i < r->p->len; i++) {
		const struct probe_function *f = function_of(r, i);
		r->pasts[i] = r->calls[i] = hash_call(r, i);
		for (size_t k = 0; k < i && !r->repeated[i]; k++)
			r->repeated[i] = r->calls[k] == r->calls[i] || (r->p->calls[k].function == r->p->calls[i].function &&
									same_arguments(r, k, i));
		for (size_t k = 0; k < parameters_of(r, i) && !f->asks; k++) {
			const struct probe_value *v = &r->p->calls[i].args[k];
			if (v->kind == PROBE_OBJECT && v->object < i)
				r->pasts[v->object] = r->calls[i] + k;
		}
	}
}

/* Whether a call behind it that is kept takes what that call made. */
static bool is_taken(const struct repeats *r, size_t call, uint32_t object)
{
	for (size_t i = call + 1; i < r->p->len; i++) {
		for (size_t k = 0; k < parameters_of(r, i) && r->kept[i]; k++) {
			const struct probe_value *v = &r->p->calls[i].args[k];
			if (v->kind == PROBE_OBJECT && v->object == object)
				return true;
		}
	}
	return false;
}

/* One that was done with the very same object before is no loss, whatever is done with that then. */
static bool is_done_again(const struct repeats *r, size_t call)
{
	for (size_t k = 0; k < call && function_of(r, call)->makes == PROBE_NONE; k++) {
		if (r->p->calls[k].function == r->p->calls[call].function && same_arguments(r, k, call))
			return true;
	}
	return false;
}

static bool is_wanted(const struct repeats *r, size_t call)
{
	if (!r->repeated[call] || is_taken(r, call, (uint32_t)call))
		return true;
	bool again = is_done_again(r, call);
	for (size_t i = 0; i < parameters_of(r, call) && !again; i++) {
		const struct probe_value *v = &r->p->calls[call].args[i];
		if (v->kind == PROBE_OBJECT && is_taken(r, call, v->object))
			return true;
	}
	return false;
}

struct probe probe_without_repeats(const struct probe_grammar *g, const struct probe *p, struct arena *a)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct repeats r = {.g = g, .p = p};
	r.pasts = arena_array(&scratch, p->len + 1, uint64_t);
	r.calls = arena_array(&scratch, p->len + 1, uint64_t);
	r.repeated = arena_array(&scratch, p->len + 1, bool);
	r.kept = arena_array(&scratch, p->len + 1, bool);
	find_repeats(&r);
	for (size_t i = p->len; i-- > 0;)
		r.kept[i] = is_wanted(&r, i);
	return probe_only(p, g, r.kept, a);
}
