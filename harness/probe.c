#include "harness/probe.h"

bool probe_is_bool(const struct shape *shape)
{
	const char *type = str_starts(str_of(shape->text), STR("const ")) ? shape->text + strlen("const ") : shape->text;
	return shape->kind == SHAPE_INTEGER && (strcmp(type, "_Bool") == 0 || strcmp(type, "bool") == 0);
}

bool probe_makes(const struct probe_function *f, const struct probe_call *call)
{
	return f->makes != PROBE_NONE && (f->makes_out == SIZE_MAX || call->args[f->makes_out].kind == PROBE_OUT);
}

static struct probe_value copy_value(const struct probe_value *v, const struct shape *shape, struct arena *a)
{
	struct probe_value copy = *v;
	copy.bytes = (struct str){v->bytes.len ? arena_str(a, v->bytes) : "", v->bytes.len};
	const struct shape *record = shape->kind == SHAPE_POINTER ? shape->target : shape;
	if (!v->fields || !record->record)
		return copy;
	copy.fields = arena_array(a, record->record->fields_len, struct probe_value);
	for (size_t i = 0; i < record->record->fields_len; i++)
		copy.fields[i] = copy_value(&v->fields[i], record->record->fields[i].shape, a);
	return copy;
}

struct probe probe_copy(const struct probe *p, const struct probe_grammar *grammar, struct arena *a)
{
	struct probe copy = {arena_array(a, p->len + 1, struct probe_call), p->len, p->answers};
	for (size_t i = 0; i < p->len; i++) {
		const struct shape_signature *g = grammar->functions[p->calls[i].function].shim->signature;
		copy.calls[i] = (struct probe_call){p->calls[i].function,
						    arena_array(a, g->parameters_len + 1, struct probe_value),
						    p->calls[i].within};
		for (size_t k = 0; k < g->parameters_len; k++)
			copy.calls[i].args[k] = copy_value(&p->calls[i].args[k], g->parameters[k], a);
	}
	return copy;
}

struct probe_call probe_call_copy(const struct probe_call *c, const struct probe_grammar *g, struct arena *a)
{
	size_t parameters = g->functions[c->function].shim->signature->parameters_len;
	struct probe_call copy = {c->function, arena_array(a, parameters + 1, struct probe_value), c->within};
	if (parameters)
		memcpy(copy.args, c->args, parameters * sizeof(*c->args));
	return copy;
}

struct probe probe_only(const struct probe *p, const struct probe_grammar *g, const bool *kept, struct arena *a)
{
	uint32_t moved[PROBE_CALLS_MAX];
	struct probe less = {arena_array(a, p->len + 1, struct probe_call), 0, p->answers};
	bool outer_gone = true;
	for (size_t i = 0; i < p->len; i++) {
		struct probe_call copy = probe_call_copy(&p->calls[i], g, a);
		bool gone = !kept[i] || (copy.within && outer_gone);
		for (size_t k = 0; k < g->functions[copy.function].shim->signature->parameters_len; k++) {
			if (copy.args[k].kind != PROBE_OBJECT)
				continue;
			gone |= moved[copy.args[k].object] == PROBE_NONE;
			copy.args[k].object = moved[copy.args[k].object];
		}
		moved[i] = gone ? PROBE_NONE : (uint32_t)less.len;
		outer_gone = copy.within ? outer_gone : gone;
		if (!gone)
			less.calls[less.len++] = copy;
	}
	return less;
}

size_t probe_heard_call(const struct probe *p, const struct probe_grammar *g, size_t n)
{
	size_t found = 0;
	for (size_t i = 0; i < p->len; i++) {
		if (g->functions[p->calls[i].function].zeroes)
			continue;
		found = i;
		if (n <= 1)
			break;
		n--;
	}
	return found;
}
