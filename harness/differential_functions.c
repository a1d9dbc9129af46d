#include "harness/differential_functions.h"

#include "core/mem.h"

static struct function_row *row_of(struct differential_functions *f, const char *name, struct arena *a)
{
	for (size_t i = 0; i < f->len; i++) {
		if (strcmp(f->items[i].name, name) == 0)
			return &f->items[i];
	}
	struct function_row *row = vec_push(f);
	*row = (struct function_row){.name = arena_strdup(a, name), .why = ""};
	return row;
}

/* What was found out first stands. */
static void note_why(struct function_row *row, const char *why, struct arena *a)
{
	if (row->why && !row->why[0])
		row->why = arena_strdup(a, why);
}

static const char *why_not(const struct probe_setup *setup, const struct probe_exploration *e, size_t function,
			   struct arena *a)
{
	const struct probe_function *f = &setup->grammar.functions[function];
	bool tried = e->tried && e->tried[function];
	if (f->missing && !f->refused)
		return arena_printf(a, "it leads to %s, which the sandbox does not have", f->missing);
	return f->refused ? f->refused
	       : tried    ? "no call of it came back with a defined answer"
			  : "no call of it was made";
}

void differential_functions_take(struct differential_functions *f, const struct probe_setup *setup,
				 const struct probe_exploration *e, struct arena *a)
{
	const struct probe_grammar *g = &setup->grammar;
	for (size_t i = 0; i < g->shims->functions_len; i++) {
		struct function_row *row = row_of(f, g->functions[i].shim->function->name, a);
		if (e->called && e->called[i] > 0)
			row->why = NULL;
		else
			note_why(row, why_not(setup, e, i, a), a);
	}
	for (size_t i = 0; i < setup->shims.untold.len; i++)
		note_why(row_of(f, setup->shims.untold.items[i], a), "its types are not known", a);
}

void differential_functions_varied(struct differential_functions *f, const struct probe_grammar *g, const bool *called,
				   struct arena *a)
{
	for (size_t i = 0; i < g->shims->functions_len; i++)
		row_of(f, g->functions[i].shim->function->name, a)->varied |= called[i];
}

void differential_functions_tell(const struct differential_functions *f, struct differential *ret)
{
	ret->functions_len = f->len;
	ret->left_out = arena_array(&ret->arena, f->len + 1, struct function_left_out);
	for (size_t i = 0; i < f->len; i++) {
		const struct function_row *row = &f->items[i];
		const char *varied = row->varied ? "; only test programs call it, with other inputs" : "";
		ret->functions_called += !row->why;
		ret->functions_varied += row->varied;
		if (row->why)
			ret->left_out[ret->left_out_len++] = (struct function_left_out){
				row->name, arena_printf(&ret->arena, "%s%s", row->why, varied)};
	}
}

void differential_functions_release(struct differential_functions *f)
{
	vec_release(f);
}
