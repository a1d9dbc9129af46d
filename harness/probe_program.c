#include "harness/differential_examples.h"
#include "harness/probe_text_parts.h"

static const struct probe_function *function_of(const struct probe_writer *w, size_t call)
{
	return &w->g->functions[w->p->calls[call].function];
}

static bool is_object(const struct probe_function *f, size_t argument)
{
	return f->parameters[argument].role == PROBE_IS_OBJECT;
}

/* What the call returned. */
static void put_told_result(struct probe_writer *w, size_t call, bool whole)
{
	const struct probe_function *f = function_of(w, call);
	const struct shape *s = f->shim->signature->result;
	const char *name = f->shim->function->name, *r = probe_result_name(w, call);
	bool made = f->makes != PROBE_NONE && !f->makes_in_place && f->makes_out == SIZE_MAX;
	if (whole && !(made && s->kind == SHAPE_POINTER && s->target->is_opaque))
		probe_tell(w, s, name, r);
	else
		probe_tell_briefly(w, s, name, r);
}

/* What it may have written to the argument. */
static void put_told_argument(struct probe_writer *w, size_t call, size_t i, bool whole)
{
	const struct probe_function *f = function_of(w, call);
	const struct shape *s = f->shim->signature->parameters[i];
	const struct probe_value *v = &w->p->calls[call].args[i];
	const char *name = f->shim->signature->names[i], *variable = probe_variable(w, call, i);
	name = name[0] ? name : "argument";
	if (probe_has_beyond(w, call, i)) {
		probe_tell_bytes(w, arena_printf(w->a, "  behind %s", name), arena_printf(w->a, "%s[1]", variable));
		variable = arena_printf(w->a, "%s[0]", variable);
	}
	if (v->kind == PROBE_ROOM || (v->kind == PROBE_BYTES && f->parameters[i].role != PROBE_IS_CELL)) {
		probe_tell_bytes(w, arena_printf(w->a, "  %s", name), variable);
	} else if (v->kind == PROBE_BYTES || (v->kind == PROBE_OUT && s->target->kind == SHAPE_POINTER && !whole)) {
		probe_tell_briefly(w, s->target, arena_printf(w->a, "  *%s", name), variable);
	} else if (v->kind == PROBE_OUT) {
		probe_tell(w, s->target, arena_printf(w->a, "  *%s", name), variable);
	} else if (v->kind == PROBE_RECORD || v->kind == PROBE_PLACE) {
		if (whole || v->kind == PROBE_RECORD)
			probe_tell(w, s->target, arena_printf(w->a, "  %s", name), variable);
	} else if (v->kind == PROBE_OBJECT && is_object(f, i) && whole && !s->target->is_opaque) {
		probe_tell(w, s, arena_printf(w->a, "  %s", name), arena_printf(w->a, "o%u", v->object));
	}
}

static void put_told_arguments(struct probe_writer *w, size_t call, bool whole)
{
	const struct probe_function *f = function_of(w, call);
	const struct shape_signature *s = f->shim->signature;
	for (size_t i = 0; i < s->parameters_len; i++) {
		bool gone = f->parameters[i].ended || f->parameters[i].consumed;
		bool written = s->parameters[i]->kind == SHAPE_POINTER && !s->parameters[i]->target->is_const;
		if (written && !gone)
			put_told_argument(w, call, i, whole);
	}
}

static void put_statement(struct probe_writer *w, size_t call, bool whole)
{
	const struct probe_function *f = function_of(w, call);
	const struct shape_signature *s = f->shim->signature;
	const char *result = probe_result_name(w, call);
	bool declared = result[0] == 'o' && probe_is_shared(w, call);
	probe_write_variables(w, call);
	if (f->zeroes) {
		probe_write_made(w, call);
		return;
	}
	probe_write_before(w, call);
	buf_append_char(&w->out, '\t');
	if (s->result->kind != SHAPE_VOID)
		buf_printf(&w->out, "%s = ", declared ? result : probe_declared(w, s->result_text, result));
	probe_write_call(w, call);
	buf_append_cstr(&w->out, ";\n");
	probe_write_behind(w, call);
	probe_write_made(w, call);
	put_told_result(w, call, whole);
	put_told_arguments(w, call, whole);
}

static void put_from_within(struct probe_writer *w, size_t call)
{
	put_statement(w, call, true);
}

/* What they need stands in front of all functions. */
static void put_shared(struct probe_writer *w)
{
	for (size_t i = 0; i < w->p->len; i++) {
		if (probe_is_shared(w, i))
			buf_printf(&w->out, "static %s;\n",
				   probe_declared(w, probe_object_type(w, i), arena_printf(w->a, "o%zu", i)));
	}
}

const char *probe_program(const struct probe_grammar *g, const struct probe *p, size_t from, bool beyond,
			  struct arena *a)
{
	struct probe_writer w = {
		.g = g, .p = p, .a = a, .used = arena_array(a, g->callbacks_len + 1, bool), .beyond = beyond,
		.from_within = put_from_within};
	struct strings headers = example_headers(&g->suite->plan, a);
	SCOPED_BUF struct buf body;
	buf_init(&w.out, PROBE_PROGRAM_MAX);
	for (size_t i = 0; i < p->len; i++) {
		if (!p->calls[i].within)
			put_statement(&w, i, i >= from);
	}
	body = w.out;
	buf_init(&w.out, PROBE_PROGRAM_MAX);
	for (size_t i = 0; i < headers.len; i++)
		buf_printf(&w.out, "#include \"%s\"\n", headers.items[i]);
	buf_append_cstr(&w.out, "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\n");
	put_shared(&w);
	probe_write_callbacks(&w, true);
	/* What was printed before it crashes is not to be lost. */
	buf_append_cstr(&w.out, "int main(void)\n{\n\tsetvbuf(stdout, NULL, _IOLBF, 0);\n");
	buf_append_str(&w.out, buf_str(&body));
	buf_append_cstr(&w.out, "\treturn 0;\n}\n");
	const char *text = arena_str(a, buf_str(&w.out));
	buf_release(&w.out);
	return text;
}
