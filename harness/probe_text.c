#include "harness/probe_text.h"

#include "harness/differential_examples.h"

enum { TEXT_MAX = 1 << 20, LINE_MAX = 600, SHOWN = 40, LITERAL_LINE = 90 };

static const struct probe_call *call_of(const struct probe_writer *w, size_t call)
{
	return &w->p->calls[call];
}

static const struct probe_function *function_of(const struct probe_writer *w, size_t call)
{
	return &w->g->functions[call_of(w, call)->function];
}

/* ---- values */

static void put_letter(struct buf *out, unsigned char c, unsigned char next)
{
	bool digit_follows = next >= '0' && next <= '9';
	if (c == '\n')
		buf_append_cstr(out, "\\n");
	else if (c == '\t')
		buf_append_cstr(out, "\\t");
	else if (c == '"' || c == '\\' || c == '?')
		buf_printf(out, "\\%c", c);
	else if (c < 0x20 || c > 0x7E)
		buf_printf(out, digit_follows || c > 077 ? "\\%03o" : "\\%o", c);
	else
		buf_append_char(out, (char)c);
}

static void put_literal(struct probe_writer *w, struct str bytes)
{
	size_t len = w->brief ? min_size(bytes.len, SHOWN) : bytes.len;
	buf_append_char(&w->out, '"');
	for (size_t i = 0; i < len; i++) {
		if (i && i % LITERAL_LINE == 0)
			buf_append_cstr(&w->out, "\"\n\t\t\"");
		put_letter(&w->out, (unsigned char)bytes.ptr[i], i + 1 < bytes.len ? (unsigned char)bytes.ptr[i + 1] : 0);
	}
	buf_append_cstr(&w->out, len < bytes.len ? "\"…" : "\"");
}

static void put_integer(struct probe_writer *w, const struct shape *s, uint64_t number)
{
	unsigned unused = s->size < 8 ? 64 - 8 * s->size : 0;
	int64_t value = (int64_t)(number << unused) >> unused;
	if (!s->is_signed)
		buf_printf(&w->out, s->size == 8 ? "%lluu" : "%llu", (unsigned long long)(number << unused >> unused));
	else if (value == INT64_MIN)
		buf_append_cstr(&w->out, "(-9223372036854775807 - 1)");
	else
		buf_printf(&w->out, "%lld", (long long)value);
}

static void put_real(struct probe_writer *w, uint64_t bits)
{
	double value;
	memcpy(&value, &bits, sizeof(value));
	if (value != value)
		buf_append_cstr(&w->out, "(0.0 / 0.0)");
	else if (value - value != 0)
		buf_append_cstr(&w->out, value > 0 ? "(1.0 / 0.0)" : "(-1.0 / 0.0)");
	else
		buf_printf(&w->out, "%.17g", value);
}

/* Whether the argument can stand in the call as a literal. */
static bool is_literal(const struct probe_parameter *p, const struct shape *s, const struct probe_value *v)
{
	return v->kind == PROBE_BYTES && p->role == PROBE_IS_TEXT && s->target->is_const;
}

static struct str without_nul(const struct probe_parameter *p, struct str bytes)
{
	return p->length == SIZE_MAX && bytes.len && bytes.ptr[bytes.len - 1] == 0 ? str_first(bytes, bytes.len - 1) : bytes;
}

static void put_callback(struct probe_writer *w, const struct shape *s)
{
	size_t index = probe_grammar_callback(w->g, s);
	if (index < w->g->callbacks_len) {
		w->used[index] = true;
		buf_printf(&w->out, "callback_%zu", index);
	} else {
		buf_append_cstr(&w->out, "NULL");
	}
}

static void put_argument(struct probe_writer *w, size_t call, size_t index)
{
	const struct probe_parameter *p = &function_of(w, call)->parameters[index];
	const struct shape_signature *g = function_of(w, call)->shim->signature;
	const struct shape *s = g->parameters[index];
	const struct probe_value *v = &call_of(w, call)->args[index];
	const char *mark = p->role == PROBE_IS_CELL || v->kind == PROBE_OUT || v->kind == PROBE_PLACE ||
					   (v->kind == PROBE_RECORD && s->kind == SHAPE_POINTER) ? "&" : "";
	switch (v->kind) {
	case PROBE_NULL:
		buf_append_cstr(&w->out, s->kind == SHAPE_POINTER ? "NULL" : "0");
		return;
	case PROBE_NUMBER:
		put_integer(w, s, v->number);
		return;
	case PROBE_REAL:
		put_real(w, v->number);
		return;
	case PROBE_OBJECT:
		if (!w->brief && strcmp(g->texts[index], function_of(w, v->object)->shim->signature->result_text) != 0)
			buf_printf(&w->out, "(void *)");
		buf_printf(&w->out, "o%u", v->object);
		return;
	case PROBE_CALLBACK:
		put_callback(w, s);
		return;
	case PROBE_USER:
		w->users[v->number % PROBE_USERS] = true;
		buf_printf(&w->out, "user_%u", (unsigned)(v->number % PROBE_USERS));
		return;
	case PROBE_BYTES:
		if (w->brief || is_literal(p, s, v)) {
			buf_append_cstr(&w->out, w->brief || s->target->is_char ? "" : "(const void *)");
			put_literal(w, without_nul(p, v->bytes));
			return;
		}
		break;
	default:
		break;
	}
	if (w->brief)
		buf_append_cstr(&w->out, "…");
	else
		buf_printf(&w->out, "%sv%zu_%zu", mark, call, index);
}

/* ---- variables */

static void put_fields(struct probe_writer *w, const struct shape *record, const struct probe_value *v, const char *name)
{
	for (size_t i = 0; record->record && i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		uint64_t number = 0;
		if (f->shared || f->bits || f->offset + f->shape->size > v->bytes.len)
			continue;
		memcpy(&number, v->bytes.ptr + f->offset, min_size(f->shape->size, sizeof(number)));
		if (f->shape->kind == SHAPE_INTEGER && number) {
			buf_printf(&w->out, "\t%s.%s = ", name, f->name);
			put_integer(w, f->shape, number);
		} else if (f->shape->kind == SHAPE_FLOAT && f->shape->size == 8 && number) {
			buf_printf(&w->out, "\t%s.%s = ", name, f->name);
			put_real(w, number);
		} else if (f->shape->kind == SHAPE_POINTER && v->fields && v->fields[i].kind == PROBE_CALLBACK) {
			buf_printf(&w->out, "\t%s.%s = ", name, f->name);
			put_callback(w, f->shape);
		} else if (f->shape->kind == SHAPE_POINTER && v->fields && v->fields[i].kind == PROBE_BYTES) {
			buf_printf(&w->out, "\t%s.%s = ", name, f->name);
			put_literal(w, str_first(v->fields[i].bytes, v->fields[i].bytes.len - 1));
		} else if (f->shape->kind == SHAPE_POINTER && v->fields && v->fields[i].kind == PROBE_USER) {
			w->users[v->fields[i].number % PROBE_USERS] = true;
			buf_printf(&w->out, "\t%s.%s = user_%u", name, f->name, (unsigned)(v->fields[i].number % PROBE_USERS));
		} else {
			continue;
		}
		buf_append_cstr(&w->out, ";\n");
	}
}

static void put_elements(struct probe_writer *w, const struct shape *element, struct str bytes)
{
	size_t each = element->size;
	for (size_t at = 0; at + each <= bytes.len; at += each) {
		uint64_t number = 0;
		memcpy(&number, bytes.ptr + at, min_size(each, sizeof(number)));
		buf_append_cstr(&w->out, at ? ", " : "");
		if (element->kind == SHAPE_FLOAT && each == 8) {
			put_real(w, number);
		} else if (element->kind == SHAPE_FLOAT) {
			float narrow;
			memcpy(&narrow, &number, sizeof(narrow));
			buf_printf(&w->out, "%.9g", (double)narrow);
		} else {
			put_integer(w, element, number);
		}
	}
}

/* The type of what a parameter leads to, without const, as C can write it. */
static const char *pointed_type(struct probe_writer *w, const char *pointer)
{
	return arena_printf(w->a, "__typeof_unqual__(*(__typeof__(%s))0)", pointer);
}

static void put_variable(struct probe_writer *w, size_t call, size_t index)
{
	const struct probe_parameter *p = &function_of(w, call)->parameters[index];
	const struct shape_signature *g = function_of(w, call)->shim->signature;
	const struct shape *s = g->parameters[index];
	const struct probe_value *v = &call_of(w, call)->args[index];
	const char *name = arena_printf(w->a, "v%zu_%zu", call, index);
	bool numbers = s->kind == SHAPE_POINTER && (s->target->kind == SHAPE_INTEGER || s->target->kind == SHAPE_FLOAT) && !s->target->is_byte;
	switch (v->kind) {
	case PROBE_BYTES:
		if (is_literal(p, s, v))
			return;
		if (p->role == PROBE_IS_CELL) {
			buf_printf(&w->out, "\t%s %s = ", pointed_type(w, g->texts[index]), name);
			put_elements(w, s->target, v->bytes);
		} else if (numbers) {
			buf_printf(&w->out, "\t%s %s[] = {", pointed_type(w, g->texts[index]), name);
			put_elements(w, s->target, v->bytes);
			buf_append_cstr(&w->out, v->bytes.len ? "}" : "0}");
		} else {
			buf_printf(&w->out, "\tchar %s[%zu] = ", name, v->bytes.len + (v->bytes.len == 0));
			put_literal(w, without_nul(p, v->bytes));
		}
		break;
	case PROBE_ROOM: {
		uint64_t each = numbers || s->target->kind == SHAPE_RECORD ? s->target->size : 1;
		const char *type = each > 1 ? pointed_type(w, g->texts[index]) : "char";
		buf_printf(&w->out, "\t%s %s[%llu] = {0}", type, name, (unsigned long long)(v->number / each + (v->number < each)));
		break;
	}
	case PROBE_PLACE:
		buf_printf(&w->out, "\t%s %s", pointed_type(w, g->texts[index]), name);
		break;
	case PROBE_OUT:
		buf_printf(&w->out, "\t%s %s = NULL", pointed_type(w, g->texts[index]), name);
		break;
	case PROBE_RECORD:
		buf_printf(&w->out, "\t%s %s = {0};\n",
			   s->kind == SHAPE_POINTER ? pointed_type(w, g->texts[index]) : g->texts[index], name);
		put_fields(w, s->kind == SHAPE_POINTER ? s->target : s, v, name);
		return;
	default:
		return;
	}
	buf_append_cstr(&w->out, ";\n");
}

void probe_write_variables(struct probe_writer *w, size_t call)
{
	for (size_t i = 0; i < function_of(w, call)->shim->signature->parameters_len; i++)
		put_variable(w, call, i);
}

void probe_write_call(struct probe_writer *w, size_t call)
{
	buf_printf(&w->out, "%s(", function_of(w, call)->shim->function->name);
	for (size_t i = 0; i < function_of(w, call)->shim->signature->parameters_len; i++) {
		buf_append_cstr(&w->out, i ? ", " : "");
		put_argument(w, call, i);
	}
	buf_append_char(&w->out, ')');
}

const char *probe_result_name(struct probe_writer *w, size_t call)
{
	const struct probe_function *f = function_of(w, call);
	bool object = f->makes != PROBE_NONE && !f->makes_in_place && f->makes_out == SIZE_MAX;
	return arena_printf(w->a, object ? "o%zu" : "r%zu", call);
}

/* ---- functions that are called back */

static void put_told_argument(struct probe_writer *w, const struct shape *s, size_t index)
{
	if (s->kind == SHAPE_INTEGER)
		buf_printf(&w->out, "\tprintf(\" %%lld\", (long long)a%zu);\n", index);
	else if (s->kind == SHAPE_FLOAT)
		buf_printf(&w->out, "\tprintf(\" %%.17g\", (double)a%zu);\n", index);
	else if (s->kind == SHAPE_POINTER && s->target->is_char && s->target->is_const)
		buf_printf(&w->out, "\tprintf(\" \\\"%%s\\\"\", a%zu ? a%zu : \"(null)\");\n", index, index);
	else if (s->kind == SHAPE_POINTER)
		buf_printf(&w->out, "\tprintf(\" %%s\", a%zu ? \"there\" : \"NULL\");\n", index);
}

static const char *answer_text(struct probe_writer *w, const struct shape *s)
{
	uint64_t way = w->p->answers >> 32;
	if (s->kind == SHAPE_POINTER)
		return "NULL";
	switch (way % 8) {
	case 0:
	case 1:
	case 2:
		return "0";
	case 3:
	case 4:
		return "1";
	case 5:
		return arena_printf(w->a, "calls++ < %llu", (unsigned long long)(1 + way / 8 % 8));
	case 6:
		return arena_printf(w->a, "calls++ >= %llu", (unsigned long long)(1 + way / 8 % 8));
	default:
		return arena_printf(w->a, "answers[(%lluu + calls++ * 7) %% 6]", (unsigned long long)(way * 31));
	}
}

static void put_body(struct probe_writer *w, size_t index, bool tell)
{
	const struct shape_signature *s = w->g->callbacks[index];
	enum shim_callback_mode mode = w->g->callback_modes[index];
	if (mode == SHIM_COMPARATOR && s->parameters_len > 1 && s->parameters[1]->kind == SHAPE_POINTER) {
		buf_append_cstr(&w->out, "\tint order = strncmp((const char *)a0, (const char *)a1, 64);\n"
					 "\treturn order < 0 ? -1 : order > 0;\n");
		return;
	}
	for (size_t i = 0; tell && mode == SHIM_TRACED && i < s->parameters_len; i++) {
		if (i == 0)
			buf_printf(&w->out, "\tprintf(\"  callback %s:\");\n", w->g->callback_names[index]);
		put_told_argument(w, s->parameters[i], i);
	}
	if (tell && mode == SHIM_TRACED && s->parameters_len)
		buf_append_cstr(&w->out, "\tputchar('\\n');\n");
	if (s->result->kind != SHAPE_VOID)
		buf_printf(&w->out, "\treturn %s;\n", answer_text(w, s->result));
}

void probe_write_callbacks(struct probe_writer *w, bool tell)
{
	for (size_t i = 0; i < PROBE_USERS; i++) {
		if (w->users[i])
			buf_printf(&w->out, "static char user_%zu[] = \"%s\";\n", i, probe_user_texts[i]);
	}
	uint64_t way = w->p->answers >> 32;
	bool any = false;
	for (size_t i = 0; i < w->g->callbacks_len; i++)
		any |= w->used[i] && w->g->callback_modes[i] == SHIM_TRACED && w->g->callbacks[i]->result->kind != SHAPE_VOID;
	if (any && way % 8 >= 5)
		buf_append_cstr(&w->out, "static unsigned calls;\n");
	if (any && way % 8 == 7)
		buf_append_cstr(&w->out, "static const int answers[] = {0, 1, -1, 2, 5, 100};\n");
	for (size_t i = 0; i < w->g->callbacks_len; i++) {
		const struct shape_signature *s = w->g->callbacks[i];
		if (!w->used[i])
			continue;
		buf_printf(&w->out, "\nstatic __typeof__(%s) callback_%zu(", s->result_text, i);
		for (size_t k = 0; k < s->parameters_len; k++)
			buf_printf(&w->out, "%s__typeof__(%s) a%zu", k ? ", " : "", s->texts[k], k);
		buf_append_cstr(&w->out, s->parameters_len ? ")\n{\n" : "void)\n{\n");
		put_body(w, i, tell);
		buf_append_cstr(&w->out, "}\n");
	}
}

/* ---- programs */

static void put_told_result(struct probe_writer *w, size_t call)
{
	const struct shape *s = function_of(w, call)->shim->signature->result;
	const char *name = function_of(w, call)->shim->function->name, *r = probe_result_name(w, call);
	if (s->kind == SHAPE_INTEGER)
		buf_printf(&w->out, "\tprintf(\"%s: %%lld\\n\", (long long)%s);\n", name, r);
	else if (s->kind == SHAPE_FLOAT)
		buf_printf(&w->out, "\tprintf(\"%s: %%.17g\\n\", (double)%s);\n", name, r);
	else if (s->kind == SHAPE_POINTER && s->target->is_char)
		buf_printf(&w->out, "\tprintf(\"%s: %%s\\n\", %s ? %s : \"NULL\");\n", name, r, r);
	else if (s->kind == SHAPE_POINTER)
		buf_printf(&w->out, "\tprintf(\"%s: %%s\\n\", %s ? \"an object\" : \"NULL\");\n", name, r);
}

/* What the call may have written. */
static void put_told_variables(struct probe_writer *w, size_t call)
{
	const struct probe_function *f = function_of(w, call);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		const struct shape *s = f->shim->signature->parameters[i];
		const struct probe_value *v = &call_of(w, call)->args[i];
		if (s->kind != SHAPE_POINTER || s->target->is_const || f->ends)
			continue;
		if (f->parameters[i].role == PROBE_IS_CELL && v->kind == PROBE_BYTES)
			buf_printf(&w->out, s->target->kind == SHAPE_FLOAT ? "\tprintf(\"  *%s: %%.17g\\n\", (double)v%zu_%zu);\n"
									   : "\tprintf(\"  *%s: %%lld\\n\", (long long)v%zu_%zu);\n",
				   f->shim->signature->names[i][0] ? f->shim->signature->names[i] : "argument", call, i);
		else if (v->kind == PROBE_ROOM || (v->kind == PROBE_BYTES && (f->parameters[i].role != PROBE_IS_CELL)))
			buf_printf(&w->out, "\tfor (size_t i = 0; i < sizeof(v%zu_%zu); i++)\n"
					    "\t\tprintf(\"%%s%%02x\", i ? \" \" : \"  \", ((unsigned char *)v%zu_%zu)[i]);\n"
					    "\tputchar('\\n');\n", call, i, call, i);
	}
}

static void put_statement(struct probe_writer *w, size_t call)
{
	const struct probe_function *f = function_of(w, call);
	const struct shape_signature *s = f->shim->signature;
	probe_write_variables(w, call);
	buf_append_char(&w->out, '\t');
	if (s->result->kind != SHAPE_VOID)
		buf_printf(&w->out, "__typeof__(%s) %s = ", s->result_text, probe_result_name(w, call));
	probe_write_call(w, call);
	buf_append_cstr(&w->out, ";\n");
	if (f->makes_in_place)
		buf_printf(&w->out, "\tvoid *o%zu = &v%zu_0;\n", call, call);
	else if (f->makes_out != SIZE_MAX && call_of(w, call)->args[f->makes_out].kind == PROBE_OUT)
		buf_printf(&w->out, "\tvoid *o%zu = v%zu_%zu;\n", call, call, f->makes_out);
	put_told_result(w, call);
	put_told_variables(w, call);
}

const char *probe_program(const struct probe_grammar *g, const struct probe *p, struct arena *a)
{
	struct probe_writer w = {.g = g, .p = p, .a = a, .used = arena_array(a, g->callbacks_len + 1, bool)};
	SCOPED_BUF struct buf body;
	buf_init(&body, TEXT_MAX);
	buf_init(&w.out, TEXT_MAX);
	for (size_t i = 0; i < p->len; i++)
		put_statement(&w, i);
	buf_append_str(&body, buf_str(&w.out));
	buf_clear(&w.out);
	struct strings headers = example_headers(&g->suite->plan, a);
	for (size_t i = 0; i < headers.len; i++)
		buf_printf(&w.out, "#include \"%s\"\n", headers.items[i]);
	buf_append_cstr(&w.out, "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n");
	buf_append_char(&w.out, '\n');
	probe_write_callbacks(&w, true);
	buf_append_cstr(&w.out, "\nint main(void)\n{\n");
	buf_append_str(&w.out, buf_str(&body));
	buf_append_cstr(&w.out, "\treturn 0;\n}\n");
	const char *text = arena_str(a, buf_str(&w.out));
	buf_release(&w.out);
	return text;
}

const char *probe_line(const struct probe_grammar *g, const struct probe *p, struct arena *a)
{
	struct probe_writer w = {.g = g, .p = p, .a = a, .used = arena_array(a, g->callbacks_len + 1, bool), .brief = true};
	buf_init(&w.out, LINE_MAX);
	for (size_t i = 0; i < p->len && !w.out.full; i++) {
		if (function_of(&w, i)->makes != PROBE_NONE)
			buf_printf(&w.out, "o%zu = ", i);
		probe_write_call(&w, i);
		buf_append_cstr(&w.out, i + 1 < p->len ? "; " : "");
	}
	const char *text = arena_printf(a, "%.*s%s", STR_ARG(buf_str(&w.out)), w.out.full ? "…" : "");
	buf_release(&w.out);
	return text;
}
