#include "harness/probe_driver.h"
#include "harness/probe_text_parts.h"
#include "harness/probe_within.h"

/* What a callback answers must be what the driver's function answered; see probe_answer.c. */

static const char COMPARES[] =
	"\tconst unsigned char *x = (const void *)a0, *y = (const void *)a1;\n"
	"\tsize_t i = 0;\n"
	"\twhile (i < 63 && x[i] && x[i] == y[i])\n"
	"\t\ti++;\n"
	"\treturn x[i] - y[i];\n";

static const char HASHES[] =
	"\tunsigned hash = 2166136261u;\n"
	"\tfor (size_t i = 0; i < %s && ((const unsigned char *)a0)[i]; i++)\n"
	"\t\thash = (hash ^ ((const unsigned char *)a0)[i]) * 16777619u;\n"
	"\treturn hash;\n";

/* Which way its answers go. */
static uint64_t way_of(const struct probe_writer *w)
{
	return w->p->answers >> 32;
}

/* Whether they change with the number of calls. */
static bool changes(const struct probe_writer *w)
{
	return way_of(w) % 8 >= 5;
}

static bool counts(const struct probe_writer *w, size_t index)
{
	return changes(w) && !w->g->callback_steady[index];
}

static const char *number_text(struct probe_writer *w, size_t index)
{
	uint64_t way = way_of(w);
	const char *calls = counts(w, index) ? "calls++" : "0";
	switch (way % 8) {
	case 0:
	case 1:
	case 2:
		return "0";
	case 3:
	case 4:
		return "1";
	case 5:
		return arena_printf(w->a, "%s < %llu", calls, (unsigned long long)(1 + way / 8 % 8));
	case 6:
		return arena_printf(w->a, "%s >= %llu", calls, (unsigned long long)(1 + way / 8 % 8));
	default:
		return arena_printf(w->a, "answers[(%llu + %s * 7) %% 6]", (unsigned long long)(way * 31 % 6), calls);
	}
}

static void put_answer(struct probe_writer *w, size_t index)
{
	const struct shape *s = w->g->callbacks[index]->result;
	const char *number = number_text(w, index);
	bool text = s->kind == SHAPE_POINTER && (s->target->is_byte || s->target->kind == SHAPE_VOID);
	if (s->kind == SHAPE_VOID) {
		buf_append_cstr(&w->out, counts(w, index) ? "\tcalls++;\n" : "");
	} else if (text && strcmp(number, "0") != 0) {
		w->users[1] = true;
		buf_printf(&w->out, "\treturn (void *)(%s ? user_1 : NULL);\n", number);
	} else if (s->kind == SHAPE_POINTER) {
		buf_printf(&w->out, "%s\treturn NULL;\n", counts(w, index) ? "\tcalls++;\n" : "");
	} else {
		buf_printf(&w->out, s->kind == SHAPE_FLOAT ? "\treturn (%s) / 2.0;\n" : "\treturn %s;\n", number);
	}
}

/* ---- calls from within: `now` is the next one, or 0 if none may be made; `backs` counts functions that are called */

static bool has_within(const struct probe_writer *w)
{
	bool any = false;
	for (size_t i = 0; w->from_within && i < w->p->len; i++)
		any |= w->p->calls[i].within > 0;
	return any;
}

static bool is_within(const struct probe_writer *w, size_t call)
{
	return w->from_within && call < w->p->len && w->p->calls[call].within;
}

void probe_write_before(struct probe_writer *w, size_t call)
{
	if (!is_within(w, call) && is_within(w, call + 1))
		buf_printf(&w->out, "\tbacks = 0;\n\tnow = %zu;\n", call + 1);
}

void probe_write_behind(struct probe_writer *w, size_t call)
{
	if (!is_within(w, call) && is_within(w, call + 1))
		buf_append_cstr(&w->out, "\tnow = 0;\n");
}

/* A function for each of them. Its variables stay as they are, since the library may keep what it is given. */
static void put_calls_within(struct probe_writer *w)
{
	w->storage = "static ";
	for (size_t i = 0; i < w->p->len; i++) {
		if (!is_within(w, i))
			continue;
		buf_printf(&w->out, "static void call_%zu(void)\n{\n\tnow = 0;\n", i);
		w->from_within(w, i);
		buf_printf(&w->out, "\tnow = %zu;\n}\n\n", is_within(w, i + 1) ? i + 1 : 0);
	}
	w->storage = NULL;
}

/* Where a function that is called back makes them. */
static void put_making(struct probe_writer *w, size_t index)
{
	uint32_t outer = 0;
	if (!has_within(w) || !probe_within_calls(w->g, index))
		return;
	buf_append_cstr(&w->out, "\tbacks += now != 0;\n");
	for (size_t i = 0; i < w->p->len; i++) {
		const struct probe_call *c = &w->p->calls[i];
		outer = c->within ? outer : c->function;
		if (c->within && probe_within_may(w->g, outer, index, c->function))
			buf_printf(&w->out, "\tif (now == %zu && backs >= %u)\n\t\tcall_%zu();\n", i, c->within, i);
	}
}

/* ---- bodies */

static void put_told(struct probe_writer *w, size_t index)
{
	const struct shape_signature *s = w->g->callbacks[index];
	const char *name = w->g->callback_names[index];
	buf_printf(&w->out, "\tputs(\"  %s is called\");\n", name);
	for (size_t i = 0; i < s->parameters_len; i++) {
		const char *label = s->names[i][0] ? arena_printf(w->a, "    %s", s->names[i])
						   : arena_printf(w->a, "    argument %zu", i + 1);
		probe_tell(w, s->parameters[i], label, arena_printf(w->a, "a%zu", i));
	}
}

static void put_compares(struct probe_writer *w, const struct shape_signature *s)
{
	bool sized = s->parameters_len > 1 && s->parameters[1]->kind == SHAPE_INTEGER;
	if (s->parameters_len > 1 && s->parameters[1]->kind == SHAPE_POINTER)
		buf_append_cstr(&w->out, COMPARES);
	else
		buf_printf(&w->out, HASHES, sized ? "a1 && i < 64" : "64");
}

static void put_body(struct probe_writer *w, size_t index, bool tell)
{
	const struct shape_signature *s = w->g->callbacks[index];
	enum shim_callback_mode mode = w->g->callback_modes[index];
	size_t block = probe_driver_block(s);
	if (mode == SHIM_COMPARATOR && s->parameters_len && s->parameters[0]->kind == SHAPE_POINTER) {
		put_compares(w, s);
	} else if (mode == SHIM_ALLOCATOR) {
		buf_append_char(&w->out, '\t');
		probe_driver_allocate(&w->out, s, "\n\t");
		buf_append_char(&w->out, '\n');
	} else if (mode == SHIM_RELEASER && block != SIZE_MAX) {
		buf_printf(&w->out, "\tfree((void *)a%zu);\n", block);
	} else {
		if (tell && mode == SHIM_TRACED)
			(w->told ? w->told : put_told)(w, index);
		put_making(w, index);
		put_answer(w, index);
	}
}

static void put_head(struct probe_writer *w, size_t index)
{
	const struct shape_signature *s = w->g->callbacks[index];
	buf_printf(&w->out, "static %s(", probe_declared(w, s->result_text, probe_callback_name(w, index)));
	for (size_t k = 0; k < s->parameters_len; k++)
		buf_printf(&w->out, "%s%s", k ? ", " : "",
			   probe_declared(w, s->texts[k], arena_printf(w->a, "a%zu", k)));
	buf_append_cstr(&w->out, s->parameters_len ? ")" : "void)");
}

static void put_callback(struct probe_writer *w, size_t index, bool tell)
{
	put_head(w, index);
	buf_append_cstr(&w->out, "\n{\n");
	put_body(w, index, tell);
	buf_append_cstr(&w->out, "}\n\n");
}

/* `ahead` are functions that are mentioned before they are there. */
static void put_state(struct probe_writer *w, const bool *ahead)
{
	bool any = false;
	for (size_t i = 0; i < w->g->callbacks_len; i++)
		any |= w->used[i];
	if (any && changes(w))
		buf_append_cstr(&w->out, PROBE_CALLBACK_CALLS);
	if (any && way_of(w) % 8 == 7)
		buf_append_cstr(&w->out, PROBE_CALLBACK_ANSWERS);
	if (has_within(w))
		buf_append_cstr(&w->out,
				"/* The next call from within a function that is called back, and how often one was. */\n"
				"static unsigned now, backs;\n");
	for (size_t i = 0; i < w->g->callbacks_len; i++) {
		if (ahead[i]) {
			put_head(w, i);
			buf_append_cstr(&w->out, ";\n");
		}
	}
	if ((any && changes(w)) || has_within(w))
		buf_append_char(&w->out, '\n');
}

void probe_write_callback_functions(struct probe_writer *w, bool tell)
{
	for (size_t i = 0; i < w->g->callbacks_len; i++) {
		if (w->used[i])
			put_callback(w, i, tell);
	}
}

void probe_write_callbacks(struct probe_writer *w, bool tell)
{
	/* What they need stands in front of them, and is known behind. */
	struct buf before = w->out;
	bool *used = w->used, *ahead = arena_array(w->a, w->g->callbacks_len + 1, bool);
	buf_init(&w->out, PROBE_PROGRAM_MAX);
	w->used = ahead;
	put_calls_within(w);
	w->used = used;
	for (size_t i = 0; i < w->g->callbacks_len; i++)
		used[i] |= ahead[i];
	probe_write_callback_functions(w, tell);
	struct buf functions = w->out;
	w->out = before;
	for (size_t i = 0; i < PROBE_USERS; i++) {
		if (w->users[i])
			buf_printf(&w->out, "static char user_%zu[32] = \"%s\";\n", i, probe_user_texts[i]);
	}
	buf_append_char(&w->out, '\n');
	if (tell)
		probe_put_tellers(w);
	put_state(w, ahead);
	buf_append_str(&w->out, buf_str(&functions));
	buf_release(&functions);
}
