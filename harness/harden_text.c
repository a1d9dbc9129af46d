#include "harness/harden_text_parts.h"

#include "harness/probe_text_parts.h"

enum { DEPTH_MAX = 2, ELEMENTS_MAX = 16, CHECKS_MAX = 200 };

static const struct probe_function *function_of(const struct harden_writing *t, size_t call)
{
	return &t->w.g->functions[t->w.p->calls[call].function];
}

/* ---- notes, and the conditions that come of them */

/* What is only a mark is not to be looked at: it hangs on what memory held before. */
static bool next_answer(struct harden_writing *t, struct str *ret)
{
	*ret = STR("");
	t->wrong |= !str_next_line(&t->answers, ret);
	return !str_eq(*ret, STR(HARDEN_OPEN));
}

static void put_condition(struct harden_writing *t, const char *condition)
{
	const char *begin = t->needed && t->style->need ? t->style->need : t->style->check;
	t->wrong |= t->checks++ == CHECKS_MAX;
	buf_printf(&t->w.out, "\t%s%s);\n", begin, condition);
}

/* False if there is nothing to compare, or the answer was written down as a note; else it is in *ret. */
static bool has_answer(struct harden_writing *t, const char *note, const char *expression, struct str *ret)
{
	if (t->style)
		return next_answer(t, ret);
	buf_printf(&t->w.out, "\t%s(%s);\n", note, expression);
	return false;
}

/* The same of a value that nobody need have written. */
static bool has_written(struct harden_writing *t, const char *note, const char *expression, struct str *ret)
{
	if (t->in_place && !t->style)
		buf_printf(&t->w.out, "\tif (untouched(&%s, sizeof(%s)))\n\t\tputs(\"%s\");\n\telse\n\t", expression,
			   expression, HARDEN_OPEN);
	return has_answer(t, note, expression, ret);
}

static void check_number(struct harden_writing *t, const struct shape *s, const char *expression)
{
	struct str answer;
	bool wide = s->size == 8 && !s->is_signed;
	const char *note = s->kind == SHAPE_FLOAT ? "note_real" : wide ? "note_unsigned" : "note_signed";
	if (s->size > 8 || !has_written(t, note, expression, &answer))
		return;
	if (str_eq(answer, STR("NAN")))
		put_condition(t, arena_printf(t->w.a, "%s != %s", expression, expression));
	else
		put_condition(t, arena_printf(t->w.a, "%s == %.*s", expression, STR_ARG(answer)));
}

/* Texts and memory: what is expected stands behind a letter that says how to compare. */
static void check_text(struct harden_writing *t, const char *note, const char *expression, const char *name)
{
	struct str answer;
	if (!has_answer(t, note, expression, &answer))
		return;
	t->same_text |= str_starts(answer, STR("T"));
	t->untouched |= str_starts(answer, STR("U")) && !t->in_place;
	struct str text = str_from(answer, min_size(answer.len, 1));
	switch (answer.len ? answer.ptr[0] : 0) {
	case 'N':
		put_condition(t, arena_printf(t->w.a, "%s == NULL", name));
		return;
	case 'T':
		put_condition(t, arena_printf(t->w.a, "same_text(%s, %.*s)", name, STR_ARG(text)));
		return;
	case 'B':
		put_condition(t, arena_printf(t->w.a, "memcmp(%s, %.*s, sizeof(%s)) == 0", name, STR_ARG(text), name));
		return;
	case 'Z': /* and zero behind that */
		put_condition(t, arena_printf(t->w.a, "memcmp(%s, (const char[sizeof(%s)]){%.*s}, sizeof(%s)) == 0", name,
					      name, STR_ARG(text), name));
		return;
	case 'U':
		if (!t->in_place)
			put_condition(t, arena_printf(t->w.a, "untouched(%s, sizeof(%s))", name, name));
		return;
	default:
		t->wrong = true;
	}
}

static void check_value(struct harden_writing *t, const struct shape *s, const char *expression, unsigned depth);

static void check_fields(struct harden_writing *t, const struct shape *record, const char *expression, const char *link,
			 unsigned depth)
{
	for (size_t i = 0; record->record && i < record->record->fields_len && depth < DEPTH_MAX; i++) {
		const struct shape_field *f = &record->record->fields[i];
		if (!f->shared && f->name[0] && !(f->bits && t->in_place))
			check_value(t, f->shape, arena_printf(t->w.a, "%s%s%s", expression, link, f->name), depth + 1);
	}
}

/* That there is one is needed by all that goes on with it. */
static void put_pointer(struct harden_writing *t, const char *expression, struct str answer)
{
	bool needed = t->needed;
	if (str_eq(answer, STR("there"))) {
		t->needed = true;
		put_condition(t, arena_printf(t->w.a, "%s != NULL", expression));
		t->needed = needed;
		return;
	}
	put_condition(t, arena_printf(t->w.a, "%s == %.*s", expression, STR_ARG(answer)));
	for (size_t i = 0; i < PROBE_USERS; i++)
		t->w.users[i] |= str_eq(answer, str_of(arena_printf(t->w.a, "user_%zu", i)));
}

/* Which address it is nobody knows; that it is one of the caller's own texts can be told. */
static void check_pointer(struct harden_writing *t, const struct shape *s, const char *expression, unsigned depth)
{
	struct str answer;
	bool leads = s->target->kind == SHAPE_RECORD && s->target->record && depth < DEPTH_MAX;
	if (has_answer(t, "note_pointer", expression, &answer)) {
		put_pointer(t, expression, answer);
		leads = leads && !str_eq(answer, STR("NULL"));
	} else {
		leads = leads && !t->style;
	}
	if (leads && !t->style)
		buf_printf(&t->w.out, "\tif (leads(%s)) {\n", expression);
	if (leads)
		check_fields(t, s->target, expression, "->", depth);
	if (leads && !t->style)
		buf_append_cstr(&t->w.out, "\t}\n");
}

/* What stands behind a text's NUL is of no value; where there are no texts, every byte is. */
static void check_buffer(struct harden_writing *t, bool text, const char *name)
{
	check_text(t, text ? "note_room" : "note_memory", arena_printf(t->w.a, "%s, sizeof(%s)", name, name), name);
}

static void check_value(struct harden_writing *t, const struct shape *s, const char *expression, unsigned depth)
{
	switch (s->kind) {
	case SHAPE_INTEGER:
	case SHAPE_FLOAT:
		check_number(t, s, expression);
		return;
	case SHAPE_POINTER:
		if (s->target->is_char)
			check_text(t, "note_text", expression, expression);
		else if (s->target->kind != SHAPE_FUNCTION)
			check_pointer(t, s, expression, depth);
		return;
	case SHAPE_RECORD:
		check_fields(t, s, expression, ".", depth);
		return;
	case SHAPE_ARRAY:
		if (s->target->is_byte)
			check_buffer(t, s->target->is_char, expression);
		for (size_t i = 0; !s->target->is_byte && i < min_size(s->count, ELEMENTS_MAX); i++)
			check_value(t, s->target, arena_printf(t->w.a, "%s[%zu]", expression, i), depth);
		return;
	default:
		return;
	}
}

/* ---- arguments */

static void check_room(struct harden_writing *t, const struct shape *target, const struct probe_value *v, const char *name)
{
	bool numbers = (target->kind == SHAPE_INTEGER || target->kind == SHAPE_FLOAT) && !target->is_byte &&
		       target->size;
	size_t bytes = v->kind == PROBE_ROOM ? (size_t)v->number : v->bytes.len;
	if (!numbers && target->kind != SHAPE_RECORD) {
		check_buffer(t, target->is_char, name);
		return;
	}
	/* What was not written is memory of no value. */
	for (size_t i = 0; numbers && i < min_size(bytes / target->size, ELEMENTS_MAX); i++)
		check_value(t, target, arena_printf(t->w.a, "%s[%zu]", name, i), DEPTH_MAX);
}

static void check_argument(struct harden_writing *t, size_t call, size_t i)
{
	const struct probe_function *f = function_of(t, call);
	const struct shape *target = f->shim->signature->parameters[i]->target;
	const struct probe_value *v = &t->w.p->calls[call].args[i];
	const char *name = arena_printf(t->w.a, "v%zu_%zu", call, i);
	if (v->kind == PROBE_ROOM || (v->kind == PROBE_BYTES && f->parameters[i].role != PROBE_IS_CELL))
		check_room(t, target, v, name);
	else if (v->kind == PROBE_BYTES || v->kind == PROBE_OUT || v->kind == PROBE_RECORD)
		check_value(t, target, name, 0);
}

static void check_arguments(struct harden_writing *t, size_t call)
{
	const struct probe_function *f = function_of(t, call);
	const struct shape_signature *s = f->shim->signature;
	for (size_t i = 0; i < s->parameters_len; i++) {
		bool gone = f->parameters[i].consumed || f->parameters[i].ended;
		if (s->parameters[i]->kind == SHAPE_POINTER && !s->parameters[i]->target->is_const && !gone)
			check_argument(t, call, i);
	}
}

/* ---- objects that a call has changed */

/* What the fields of such an object are, or NULL if headers do not show it. */
static const struct shape *record_of(const struct harden_writing *t, size_t maker)
{
	const struct probe_function *f = function_of(t, maker);
	const struct shape_signature *s = f->shim->signature;
	const struct shape *pointer = f->makes_in_place              ? s->parameters[0]
				      : f->makes_out != SIZE_MAX ? s->parameters[f->makes_out]->target
								 : s->result;
	return pointer->kind == SHAPE_POINTER && pointer->target->kind == SHAPE_RECORD && pointer->target->record
		       ? pointer->target
		       : NULL;
}

/* Whether it is there behind the call, and may be another than before. What gives an object of the same kind back may have
 * put that in its place. */
static bool changes(const struct harden_writing *t, size_t call, uint32_t object)
{
	const struct probe_function *f = function_of(t, call);
	bool is = false, first = true;
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &f->parameters[i];
		const struct probe_value *v = &t->w.p->calls[call].args[i];
		if (v->kind != PROBE_OBJECT)
			continue;
		bool gone = p->consumed || p->ended || (f->ends && first) || f->makes == p->type;
		first = false;
		if (v->object != object)
			continue;
		if (gone)
			return false;
		is |= p->role == PROBE_IS_OBJECT && !p->target->is_const;
	}
	return is;
}

/* Where nothing changes it any more: what its fields are then. */
static void check_object(struct harden_writing *t, size_t call, uint32_t object)
{
	const struct shape *record = record_of(t, object);
	for (size_t i = call + 1; i < t->w.p->len; i++) {
		if (changes(t, i, object))
			return;
	}
	t->in_place = function_of(t, object)->makes_in_place;
	if (record)
		check_fields(t, record, arena_printf(t->w.a, "o%u", object), "->", 0);
	t->in_place = false;
}

static void check_objects(struct harden_writing *t, size_t call)
{
	const struct probe_function *f = function_of(t, call);
	const struct probe_value *args = t->w.p->calls[call].args;
	if (f->makes_in_place && args[0].kind == PROBE_PLACE)
		check_object(t, call, (uint32_t)call);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again |= args[k].kind == PROBE_OBJECT && args[k].object == args[i].object;
		if (args[i].kind == PROBE_OBJECT && !again && changes(t, call, args[i].object))
			check_object(t, call, args[i].object);
	}
}

/* ---- calls */

static bool hands_over_callback(const struct harden_writing *t, size_t call)
{
	const struct probe_call *c = &t->w.p->calls[call];
	for (size_t i = 0; i < function_of(t, call)->shim->signature->parameters_len; i++) {
		if (c->args[i].kind == PROBE_CALLBACK)
			return true;
	}
	return false;
}

static void check_heard(struct harden_writing *t, size_t call)
{
	struct str answer;
	if (!has_answer(t, "note_heard", "", &answer))
		return;
	bool any = !str_eq(answer, STR("\"\""));
	if (!any && !hands_over_callback(t, call))
		return;
	t->hears = true;
	put_condition(t, arena_printf(t->w.a, "heard(%.*s)", STR_ARG(answer)));
}

/* "f.result" and "f.*" let all that f answers alone. */
static bool may_differ(const struct harden_writing *t, const char *function)
{
	size_t len = strlen(function);
	for (size_t i = 0; i < t->free->len; i++) {
		const char *item = t->free->items[i];
		if (strncmp(item, function, len) == 0 && item[len] == '.')
			return true;
	}
	return false;
}

static void put_call(struct harden_writing *t, size_t call)
{
	const struct probe_function *f = function_of(t, call);
	const struct shape_signature *s = f->shim->signature;
	const char *result = probe_result_name(&t->w, call);
	bool object = f->makes != PROBE_NONE && !f->makes_in_place && f->makes_out == SIZE_MAX;
	probe_write_variables(&t->w, call);
	if (f->zeroes) {
		probe_write_made(&t->w, call);
		return;
	}
	buf_append_char(&t->w.out, '\t');
	if (s->result->kind != SHAPE_VOID)
		buf_printf(&t->w.out, "%s = ", probe_declared(&t->w, s->result_text, result));
	probe_write_call(&t->w, call);
	buf_append_cstr(&t->w.out, ";\n");
	probe_write_made(&t->w, call);
	if (!may_differ(t, f->shim->function->name)) {
		t->needed = f->makes_if;
		check_value(t, s->result, result,
			    object && s->result->kind == SHAPE_POINTER && s->result->target->is_opaque ? DEPTH_MAX : 0);
		t->needed = false;
		check_arguments(t, call);
		check_objects(t, call);
	}
	check_heard(t, call);
}

/* What a callback is told, into the log. */
static void put_told(struct probe_writer *w, size_t index)
{
	const struct shape_signature *s = w->g->callbacks[index];
	buf_printf(&w->out, "\thear(\"%s\");\n", w->g->callback_names[index]);
	for (size_t i = 0; i < s->parameters_len; i++) {
		const struct shape *p = s->parameters[i];
		bool counted = i + 1 < s->parameters_len && s->says_length[i + 1] &&
			       s->parameters[i + 1]->kind == SHAPE_INTEGER;
		if (p->kind == SHAPE_INTEGER)
			buf_printf(&w->out, "\thear(\" %%lld\", (long long)a%zu);\n", i);
		else if (p->kind == SHAPE_FLOAT)
			buf_printf(&w->out, "\thear(\" %%.17g\", (double)a%zu);\n", i);
		else if (p->kind == SHAPE_POINTER && p->target->is_char && p->target->is_const && counted)
			buf_printf(&w->out, "\thear(\" %%.*s\", a%zu ? (int)a%zu : 4, a%zu ? a%zu : \"NULL\");\n", i,
				   i + 1, i, i);
		else if (p->kind == SHAPE_POINTER && p->target->is_char && p->target->is_const)
			buf_printf(&w->out, "\thear(\" %%s\", a%zu ? a%zu : \"NULL\");\n", i, i);
		else if (p->kind == SHAPE_POINTER && p->target->kind != SHAPE_FUNCTION)
			buf_printf(&w->out, "\thear(\" %%s\", named((const void *)a%zu));\n", i);
	}
	buf_append_cstr(&w->out, "\thear(\"\\n\");\n");
}

void harden_writing_init(struct harden_writing *t, const struct probe_setup *s, const struct harden_probe *p,
			 struct arena *a)
{
	*t = (struct harden_writing){.w = {.g = &s->grammar, .p = &p->probe, .a = a, .told = put_told},
				     .probe = p,
				     .free = &s->suite->project->trace_free};
	t->w.used = arena_array(a, s->grammar.callbacks_len + 1, bool);
	buf_init(&t->w.out, PROBE_PROGRAM_MAX);
}

void harden_put_calls(struct harden_writing *t)
{
	for (size_t i = 0; i < t->w.p->len; i++)
		put_call(t, i);
	for (size_t i = t->w.p->len; i-- > 0;) {
		if (t->probe->freed[i])
			buf_printf(&t->w.out, "\tfree((void *)o%zu);\n", i);
	}
}

/* ---- the test */

bool harden_write(const struct probe_setup *s, const struct harden_probe *p, const struct harden_style *style,
		  const char *name, struct str answers, struct arena *a, struct harden_function *ret)
{
	struct harden_writing t;
	SCOPED_BUF struct buf body, functions, text;
	harden_writing_init(&t, s, p, a);
	t.style = style;
	t.answers = answers;
	t.w.suffix = strrchr(name, '_');
	harden_put_calls(&t);
	body = t.w.out;
	buf_init(&t.w.out, PROBE_PROGRAM_MAX);
	probe_write_callback_functions(&t.w, true);
	functions = t.w.out;
	buf_init(&text, PROBE_PROGRAM_MAX);
	buf_append_str(&text, buf_str(&functions));
	harden_put_named(&text, style->begin, name);
	buf_append_cstr(&text, memmem(functions.ptr, functions.len, "calls++", 7) ? "\tcalls = 0;\n" : "");
	buf_append_str(&text, buf_str(&body));
	buf_append_cstr(&text, style->end);
	*ret = (struct harden_function){
		.name = name,
		.text = arena_str(a, buf_str(&text)),
		.log = memmem(functions.ptr, functions.len, "hear(", 5) != NULL,
		.hears = t.hears,
		.same_text = t.same_text,
		.untouched = t.untouched,
		.checks = t.checks,
	};
	memcpy(ret->users, t.w.users, sizeof(ret->users));
	return !t.wrong && t.answers.len == 0 && t.checks > 0;
}
