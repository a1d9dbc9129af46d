#ifndef RECAST_TESTS_PROBE_RULES_H
#define RECAST_TESTS_PROBE_RULES_H

/*
 * The rules that every probe keeps, said once more and in another way than where probes are made: what a call is handed
 * is of the right kind and as long as is said, and an object is made before it is used, by a call that makes such, and
 * used no more once it, or what it hangs on, is over.
 */

#include "harness/probe_make.h"

#include <stdio.h>

/* What became of the object that each call has made. */
struct probe_rules {
	const struct probe_grammar *g;
	const struct probe *p;
	bool over[PROBE_CALLS_MAX], owned[PROBE_CALLS_MAX];
	uint32_t holder[PROBE_CALLS_MAX]; /* the call that has made what it hangs on, or PROBE_NONE */
	char broken[200];
};

static inline bool probe_rules_break(struct probe_rules *r, size_t call, size_t argument, const char *what)
{
	snprintf(r->broken, sizeof(r->broken), "call %zu of %zu, %s, argument %zu: %s", call, r->p->len,
		 r->g->functions[r->p->calls[call].function].shim->function->name, argument + 1, what);
	return false;
}

static inline bool probe_rules_is_over(const struct probe_rules *r, uint32_t call)
{
	while (call != PROBE_NONE && !r->over[call])
		call = r->holder[call];
	return call != PROBE_NONE;
}

/* ---- one argument */

static inline uint64_t probe_rules_told(const struct probe_rules *r, size_t call, const struct probe_parameter *p)
{
	const struct probe_value *told = &r->p->calls[call].args[p->length];
	uint64_t number = told->kind == PROBE_NUMBER ? told->number : 0;
	if (told->kind == PROBE_BYTES)
		memcpy(&number, told->bytes.ptr, told->bytes.len < 8 ? told->bytes.len : 8);
	return number;
}

static inline bool probe_rules_is_terminated(struct str bytes)
{
	return bytes.len && memchr(bytes.ptr, 0, bytes.len) == bytes.ptr + bytes.len - 1;
}

/* No other value of such a type may be read. */
static inline bool probe_rules_holds_flags(const struct probe_parameter *p, struct str bytes)
{
	for (size_t i = 0; p->target && probe_is_bool(p->target) && i < bytes.len; i++) {
		if ((unsigned char)bytes.ptr[i] > 1)
			return false;
	}
	return true;
}

static inline const char *probe_rules_memory(const struct probe_rules *r, size_t call, const struct probe_parameter *p,
					     const struct probe_value *v)
{
	size_t each = p->target && p->target->size && p->target->kind != SHAPE_VOID ? p->target->size : 1, texts = 0;
	uint64_t told = p->length != SIZE_MAX ? probe_rules_told(r, call, p) : 0;
	for (size_t i = 0; v->kind == PROBE_TEXTS && i < v->bytes.len; i++)
		texts += v->bytes.ptr[i] == 0;
	if (v->kind == PROBE_NULL)
		return told ? "nothing is there, and a length is told" : NULL;
	if (v->kind == PROBE_TEXTS && (texts < v->number || v->number > PROBE_TEXTS_IN_ARRAY))
		return "there are fewer texts than it says";
	if (v->kind == PROBE_TEXTS && told > v->number)
		return "more texts are told than there are";
	if (v->kind == PROBE_BYTES && told > v->bytes.len / each)
		return "more is told than there is";
	if (v->kind == PROBE_ROOM && (told > v->number / each || v->number > PROBE_BYTES_MAX))
		return "more room is told than there is";
	if (p->role == PROBE_IS_TEXT && p->length == SIZE_MAX && !probe_rules_is_terminated(v->bytes))
		return "the text does not end in its only NUL";
	if (p->role == PROBE_IS_OPEN &&
	    (v->bytes.len <= PROBE_ROOM_MAX || !memchr(v->bytes.ptr, 0, v->bytes.len - PROBE_ROOM_MAX)))
		return "the text has no room behind it";
	if (v->kind == PROBE_BYTES && !probe_rules_holds_flags(p, v->bytes))
		return "something between true and false";
	return p->role == PROBE_IS_CELL && v->bytes.len != p->target->size ? "a cell of another size" : NULL;
}

static inline const char *probe_rules_record(const struct probe_parameter *p, const struct probe_value *v)
{
	const struct shape_record *record = p->target->record;
	if (v->bytes.len != p->target->size)
		return "a struct of another size";
	for (size_t i = 0; v->fields && i < record->fields_len; i++) {
		const struct probe_value *f = &v->fields[i];
		if (f->kind == PROBE_BYTES && !probe_rules_is_terminated(f->bytes))
			return "the text of a field does not end";
		if (f->kind == PROBE_CALLBACK && !shape_callback(record->fields[i].shape))
			return "a function in a field of another type";
		if (f->kind == PROBE_USER && f->number >= PROBE_USERS)
			return "there is no such text of the caller's";
	}
	return NULL;
}

static inline const char *probe_rules_value(const struct probe_rules *r, size_t call, size_t index)
{
	static const enum probe_kind kinds[] = {
		[PROBE_IS_NUMBER] = PROBE_NUMBER, [PROBE_IS_REAL] = PROBE_REAL,	    [PROBE_IS_TEXT] = PROBE_BYTES,
		[PROBE_IS_BYTES] = PROBE_BYTES,	  [PROBE_IS_ROOM] = PROBE_ROOM,	    [PROBE_IS_OPEN] = PROBE_BYTES,
		[PROBE_IS_CELL] = PROBE_BYTES,	  [PROBE_IS_OUT] = PROBE_OUT,	    [PROBE_IS_TEXTS] = PROBE_TEXTS,
		[PROBE_IS_OBJECT] = PROBE_OBJECT, [PROBE_IS_RECORD] = PROBE_RECORD, [PROBE_IS_CALLBACK] = PROBE_CALLBACK,
		[PROBE_IS_USER] = PROBE_USER,
	};
	const struct probe_function *f = &r->g->functions[r->p->calls[call].function];
	const struct probe_parameter *p = &f->parameters[index];
	const struct probe_value *v = &r->p->calls[call].args[index];
	enum probe_kind wanted = index == 0 && f->makes_in_place ? PROBE_PLACE : kinds[p->role];
	if (v->kind == PROBE_NULL && (!p->may_be_null || p->ended))
		return "nothing is there, and no test has done so";
	if (v->kind != PROBE_NULL && v->kind != wanted)
		return "a value of another kind";
	if (v->kind == PROBE_RECORD)
		return probe_rules_record(p, v);
	if (v->kind == PROBE_PLACE && v->number != p->target->size)
		return "a place of another size";
	if (v->kind == PROBE_USER && v->number >= PROBE_USERS)
		return "there is no such text of the caller's";
	bool memory = p->length != SIZE_MAX || v->kind == PROBE_BYTES || v->kind == PROBE_TEXTS || v->kind == PROBE_ROOM;
	return memory ? probe_rules_memory(r, call, p, v) : NULL;
}

/* ---- objects */

static inline const char *probe_rules_object(const struct probe_rules *r, size_t call, size_t index)
{
	const struct probe_parameter *p = &r->g->functions[r->p->calls[call].function].parameters[index];
	uint32_t object = r->p->calls[call].args[index].object;
	if (object >= call)
		return "an object that is not made yet";
	const struct probe_function *maker = &r->g->functions[r->p->calls[object].function];
	if (maker->makes != p->type || !probe_makes(maker, &r->p->calls[object]))
		return "what another call has made, of another type";
	if (probe_rules_is_over(r, object))
		return "an object that is over";
	return (p->consumed || p->ended) && !r->owned[object] ? "what is another's is given away" : NULL;
}

static inline void probe_rules_effects(struct probe_rules *r, size_t call)
{
	const struct probe_call *c = &r->p->calls[call];
	const struct probe_function *f = &r->g->functions[c->function];
	uint32_t first = PROBE_NONE;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (c->args[i].kind != PROBE_OBJECT)
			continue;
		uint32_t object = c->args[i].object;
		if (f->parameters[i].ended || (f->parameters[i].consumed && first == PROBE_NONE)) {
			r->over[object] = true;
		} else if (f->parameters[i].consumed) {
			r->owned[object] = false;
			r->holder[object] = first;
		}
		first = first == PROBE_NONE ? object : first;
	}
	r->owned[call] = f->owned && probe_makes(f, c);
	r->holder[call] = f->makes_in_place ? PROBE_NONE : first;
}

/* Within one call nothing is both taken away and used. */
static inline bool probe_rules_is_apart(const struct probe_rules *r, size_t call, size_t index)
{
	const struct probe_call *c = &r->p->calls[call];
	const struct probe_function *f = &r->g->functions[c->function];
	for (size_t k = 0; k < f->shim->signature->parameters_len; k++) {
		uint32_t other = k != index && c->args[k].kind == PROBE_OBJECT ? c->args[k].object : PROBE_NONE;
		for (; other != PROBE_NONE; other = r->holder[other]) {
			if (other == c->args[index].object)
				return false;
		}
	}
	return true;
}

static inline bool probe_rules_call(struct probe_rules *r, size_t call)
{
	const struct probe_call *c = &r->p->calls[call];
	const struct probe_function *f = &r->g->functions[c->function];
	if (f->refused)
		return probe_rules_break(r, call, 0, "the function is refused");
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		bool object = c->args[i].kind == PROBE_OBJECT, taken = f->parameters[i].consumed || f->parameters[i].ended;
		const char *what = probe_rules_value(r, call, i);
		what = !what && object ? probe_rules_object(r, call, i) : what;
		if (!what && object && taken && !probe_rules_is_apart(r, call, i))
			what = "it is taken away while it is used";
		if (what)
			return probe_rules_break(r, call, i, what);
	}
	probe_rules_effects(r, call);
	return true;
}

static inline size_t probe_rules_bytes(const struct probe_rules *r)
{
	size_t bytes = 0;
	for (size_t i = 0; i < r->p->len; i++) {
		const struct probe_call *c = &r->p->calls[i];
		for (size_t k = 0; k < r->g->functions[c->function].shim->signature->parameters_len; k++)
			bytes += c->args[k].kind == PROBE_ROOM || c->args[k].kind == PROBE_PLACE ? (size_t)c->args[k].number
												  : c->args[k].bytes.len;
	}
	return bytes;
}

/* NULL if all are kept; else what is wrong, which lives in *r. */
static inline const char *probe_rules_broken(struct probe_rules *r, const struct probe_grammar *g,
					     const struct probe *p)
{
	*r = (struct probe_rules){.g = g, .p = p};
	if (p->len > PROBE_CALLS_MAX)
		return "there are too many calls";
	for (size_t i = 0; i < p->len; i++) {
		if (!probe_rules_call(r, i))
			return r->broken;
	}
	return probe_rules_bytes(r) > PROBE_BYTES_MAX ? "there are too many bytes" : NULL;
}

/* How many objects are left that somebody would have to end, after probe_rules_broken. */
static inline size_t probe_rules_left_over(const struct probe_rules *r)
{
	size_t left = 0;
	for (uint32_t i = 0; i < r->p->len; i++) {
		uint32_t type = r->g->functions[r->p->calls[i].function].makes;
		left += type != PROBE_NONE && r->owned[i] && !probe_rules_is_over(r, i) && r->g->types[type].ender != PROBE_NONE;
	}
	return left;
}

#endif
