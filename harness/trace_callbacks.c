#include "harness/trace_parts.h"

/*
 * Before a call, functions of the test that the library may call back are exchanged for trampolines: those in
 * arguments, and those in structs that arguments are or lead to. After it the test gets its own back wherever it can
 * see them.
 */

/* A trampoline for the test's function, of its type, or 0 if all are in use. */
static uint32_t trampoline_for(struct recorder *r, size_t callback, uint32_t function)
{
	uint32_t *targets = &r->targets[callback * SHIM_TRAMPOLINES];
	for (unsigned i = 0; i < SHIM_TRAMPOLINES; i++) {
		if (!targets[i])
			targets[i] = function;
		if (targets[i] == function)
			return r->trampolines[callback * SHIM_TRAMPOLINES + i];
	}
	r->trace.raw_callbacks = true;
	return 0;
}

/* The test's function behind a trampoline, or 0. */
static uint32_t behind_trampoline(const struct recorder *r, uint32_t function)
{
	for (size_t i = 0; i < r->trampolines_len; i++) {
		if (r->trampolines[i] == function)
			return r->targets[i];
	}
	return 0;
}

static void store(const struct hostcall *c, uint32_t address, uint32_t value)
{
	if (guest_holds(c, address, sizeof(value)))
		memcpy(c->memory + address, &value, sizeof(value));
}

/* Returns whether the address now holds a trampoline in place of a function. */
static bool exchange(struct recorder *r, const struct shape *shape, enum shim_callback_mode mode, uint32_t address)
{
	const struct shape_signature *g = shape_callback(shape);
	size_t callback = g ? shims_callback(r->shims, g) : r->shims->callbacks_len;
	uint64_t function;
	if (callback == r->shims->callbacks_len || (mode != SHIM_TRACED && mode != SHIM_ALLOCATOR) ||
	    !guest_number(r->host, address, SHAPE_POINTER_BYTES, &function) || !function ||
	    behind_trampoline(r, (uint32_t)function))
		return false;
	uint32_t trampoline = trampoline_for(r, callback, (uint32_t)function);
	if (!trampoline)
		return false;
	r->silent[callback] |= mode == SHIM_ALLOCATOR;
	store(r->host, address, trampoline);
	return true;
}

static bool may_hold_callback(const struct shape_field *f)
{
	return !f->shared && !f->bits && shape_callback(f->shape);
}

static void exchange_fields(struct recorder *r, struct open_call *call, const struct shape_record *record, uint32_t address)
{
	for (size_t i = 0; i < record->fields_len && call->exchanged_len < SPAN_MAX; i++) {
		const struct shape_field *f = &record->fields[i];
		if (may_hold_callback(f) && exchange(r, f->shape, shim_field_mode(record, i), address + f->offset))
			call->exchanged[call->exchanged_len++] = address + f->offset;
	}
}

void callbacks_exchange(struct recorder *r, struct open_call *call, const struct shape_signature *g)
{
	for (size_t i = 0; i < g->parameters_len; i++) {
		const struct shape *s = g->parameters[i];
		uint32_t slot = call->frame + shim_slot(g, i);
		uint64_t to;
		exchange(r, s, shim_parameter_mode(g, i), slot);
		if (s->record)
			exchange_fields(r, call, s->record, slot);
		else if (s->kind == SHAPE_POINTER && s->target->record &&
			 guest_number(r->host, slot, SHAPE_POINTER_BYTES, &to) && to)
			exchange_fields(r, call, s->target->record, (uint32_t)to);
	}
}

static void give_back(struct recorder *r, struct open_call *call, uint32_t address)
{
	const struct span *span = recorder_span(call, address);
	uint64_t now;
	if ((span && span->freed) || !guest_number(r->host, address, SHAPE_POINTER_BYTES, &now) || !now)
		return;
	uint32_t own = behind_trampoline(r, (uint32_t)now);
	if (own)
		store(r->host, address, own);
}

/* What an argument leads to, which the call may have filled in. */
static void give_back_behind(struct recorder *r, struct open_call *call, const struct shape *target, uint32_t address)
{
	const struct shape_record *record = target->record;
	if (target->is_const || !recorder_span(call, address))
		return;
	if (shape_callback(target))
		give_back(r, call, address);
	for (size_t i = 0; record && i < record->fields_len; i++) {
		if (may_hold_callback(&record->fields[i]))
			give_back(r, call, address + record->fields[i].offset);
	}
}

void callbacks_give_back(struct recorder *r, struct open_call *call, const struct shape_signature *g)
{
	uint64_t to;
	for (size_t i = 0; i < call->exchanged_len; i++)
		give_back(r, call, call->exchanged[i]);
	for (size_t i = 0; i < g->parameters_len; i++) {
		if (g->parameters[i]->kind == SHAPE_POINTER &&
		    guest_number(r->host, call->frame + shim_slot(g, i), SHAPE_POINTER_BYTES, &to) && to)
			give_back_behind(r, call, g->parameters[i]->target, (uint32_t)to);
	}
	if (shape_callback(g->result))
		give_back(r, call, call->frame + shim_slot(g, g->parameters_len));
}
