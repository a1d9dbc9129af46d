#include "harness/shim.h"

/* A library allocates and compares as it likes; by their types, and where these say nothing by their names, callbacks for
 * that are told from others. */

static bool is_pointer(const struct shape *s)
{
	return s->kind == SHAPE_POINTER;
}

static bool allocates(const struct shape_signature *g)
{
	bool takes_size = false;
	for (size_t i = 0; i < g->parameters_len; i++)
		takes_size |= g->parameters[i]->kind == SHAPE_INTEGER;
	return takes_size && is_pointer(g->result) && g->result->target->kind == SHAPE_VOID;
}

/* `beside` is whether something that allocates stands with it. */
static bool releases(const struct shape_signature *g, const char *name, bool beside)
{
	bool takes_block = g->parameters_len > 0 && is_pointer(g->parameters[0]) &&
			   g->parameters[0]->target->kind == SHAPE_VOID && !g->parameters[0]->target->is_const;
	bool takes_block_last = g->parameters_len > 1 && is_pointer(g->parameters[g->parameters_len - 1]) && beside;
	return g->result->kind == SHAPE_VOID && (takes_block || takes_block_last) &&
	       (beside || strcasestr(name, "dealloc"));
}

static bool compares(const struct shape_signature *g, const char *name)
{
	if (g->result->kind != SHAPE_INTEGER || g->parameters_len == 0 || !is_pointer(g->parameters[0]))
		return false;
	if (strcasestr(name, "hash"))
		return true;
	return g->parameters_len >= 2 && is_pointer(g->parameters[1]) && g->parameters[0]->target->is_const &&
	       strcmp(g->texts[0], g->texts[1]) == 0;
}

static enum shim_callback_mode mode_of(const struct shape_signature *callback, const char *name, bool beside)
{
	if (!callback)
		return SHIM_TRACED;
	if (allocates(callback))
		return SHIM_ALLOCATOR;
	if (releases(callback, name, beside))
		return SHIM_RELEASER;
	return compares(callback, name) ? SHIM_COMPARATOR : SHIM_TRACED;
}

enum shim_callback_mode shim_parameter_mode(const struct shape_signature *g, size_t index)
{
	bool beside = false;
	for (size_t i = 0; i < g->parameters_len; i++) {
		const struct shape_signature *other = shape_callback(g->parameters[i]);
		beside |= other && allocates(other);
	}
	return mode_of(shape_callback(g->parameters[index]), g->names[index], beside);
}

enum shim_callback_mode shim_field_mode(const struct shape_record *record, size_t index)
{
	bool beside = false;
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct shape_signature *other = shape_callback(record->fields[i].shape);
		beside |= other && allocates(other);
	}
	return mode_of(shape_callback(record->fields[index].shape), record->fields[index].name, beside);
}
