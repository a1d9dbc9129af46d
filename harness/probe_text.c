#include "harness/probe_text_parts.h"

#include "core/mem.h"

enum { LINE_MAX = 600, SHOWN = 40, LITERAL_LINE = 90, ELEMENTS_MAX = 64 };

static const struct probe_call *call_of(const struct probe_writer *w, size_t call)
{
	return &w->p->calls[call];
}

static const struct probe_function *function_of(const struct probe_writer *w, size_t call)
{
	return &w->g->functions[call_of(w, call)->function];
}

/* ---- types */

const char *probe_declared(struct probe_writer *w, const char *type, const char *name)
{
	size_t len = strlen(type);
	if (strpbrk(type, "(["))
		return arena_printf(w->a, "__typeof__(%s) %s", type, name);
	return arena_printf(w->a, "%s%s%s", type, len && type[len - 1] == '*' ? "" : " ", name);
}

static bool is_qualifier(struct str word)
{
	return str_eq(word, STR("const")) || str_eq(word, STR("volatile")) || str_eq(word, STR("restrict"));
}

/* The words of it that are no qualifiers. */
static const char *unqualified(struct probe_writer *w, struct str type)
{
	SCOPED_BUF struct buf out;
	struct str word;
	buf_init(&out, 1000);
	while (str_next_word(&type, &word)) {
		if (!is_qualifier(word))
			buf_printf(&out, "%s%.*s", out.len ? " " : "", STR_ARG(word));
	}
	return arena_str(w->a, buf_str(&out));
}

/* What a pointer leads to, so that a variable of it can be written. */
static const char *pointed_type(struct probe_writer *w, const char *pointer)
{
	struct str text = str_trim(str_of(pointer));
	bool plain = text.len && text.ptr[text.len - 1] == '*' && !strpbrk(pointer, "([");
	if (!plain)
		return arena_printf(w->a, "__typeof__(*(__typeof__(%s))0)", pointer);
	text = str_trim(str_first(text, text.len - 1));
	if (!memchr(text.ptr, '*', text.len))
		return unqualified(w, text);
	while (str_ends(text, STR("const")))
		text = str_trim(str_first(text, text.len - strlen("const")));
	return arena_str(w->a, text);
}

bool probe_is_shared(const struct probe_writer *w, size_t call)
{
	for (size_t i = call + 1; w->from_within && i < w->p->len; i++) {
		size_t parameters = w->p->calls[i].within ? function_of(w, i)->shim->signature->parameters_len : 0;
		for (size_t k = 0; k < parameters; k++) {
			const struct probe_value *v = &w->p->calls[i].args[k];
			if (v->kind == PROBE_OBJECT && v->object == call)
				return true;
		}
	}
	return false;
}

const char *probe_object_type(struct probe_writer *w, size_t call)
{
	const struct probe_function *f = function_of(w, call);
	const struct shape_signature *s = f->shim->signature;
	if (f->makes_in_place)
		return arena_printf(w->a, "%s *", pointed_type(w, s->texts[0]));
	return f->makes_out != SIZE_MAX ? pointed_type(w, s->texts[f->makes_out]) : s->result_text;
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
		put_letter(&w->out, (unsigned char)bytes.ptr[i],
			   i + 1 < bytes.len ? (unsigned char)bytes.ptr[i + 1] : 0);
	}
	buf_append_cstr(&w->out, len < bytes.len ? "\"…" : "\"");
}

static void put_integer(struct probe_writer *w, const struct shape *s, uint64_t number)
{
	unsigned unused = s->size < 8 ? 64 - 8 * s->size : 0;
	int64_t value = (int64_t)(number << unused) >> unused;
	if (probe_is_bool(s))
		buf_append_char(&w->out, number ? '1' : '0');
	else if (!s->is_signed)
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
	else if (value == 0 && bits)
		buf_append_cstr(&w->out, "-0.0"); /* an integer has no such zero */
	else
		buf_printf(&w->out, "%.17g", value);
}

/* Whether the argument can stand in the call as a literal. */
static bool is_literal(const struct probe_parameter *p, const struct shape *s, const struct probe_value *v)
{
	return v->kind == PROBE_BYTES && p->role == PROBE_IS_TEXT && s->target->is_const;
}

/* For people the room behind it is none of its letters. */
static struct str without_nul(const struct probe_writer *w, const struct probe_parameter *p, struct str bytes)
{
	if (w->brief && p->role == PROBE_IS_OPEN)
		return str_first(bytes, str_index(bytes, '\0'));
	return p->length == SIZE_MAX && bytes.len && bytes.ptr[bytes.len - 1] == 0 ? str_first(bytes, bytes.len - 1)
										   : bytes;
}

/* Of "in.scale", the part that C can name. */
static const char *last_part(const char *name)
{
	const char *dot = strrchr(name, '.');
	return dot ? dot + 1 : name;
}

const char *probe_callback_name(struct probe_writer *w, size_t index)
{
	const char *name = last_part(w->g->callback_names[index]);
	bool again = false;
	for (size_t i = 0; i < index; i++)
		again |= strcmp(last_part(w->g->callback_names[i]), name) == 0;
	const char *suffix = w->suffix ? w->suffix : "";
	return again ? arena_printf(w->a, "my_%s_%zu%s", name, index, suffix)
		     : arena_printf(w->a, "my_%s%s", name, suffix);
}

static void put_callback(struct probe_writer *w, const struct shape *s)
{
	size_t index = probe_grammar_callback(w->g, s);
	if (index < w->g->callbacks_len) {
		w->used[index] = true;
		buf_append_cstr(&w->out, probe_callback_name(w, index));
	} else {
		buf_append_cstr(&w->out, "NULL");
	}
}

static void put_user(struct probe_writer *w, uint64_t number)
{
	w->users[number % PROBE_USERS] = true;
	buf_printf(&w->out, "user_%u", (unsigned)(number % PROBE_USERS));
}

static void put_object(struct probe_writer *w, const char *wanted, uint32_t object)
{
	const char *is = unqualified(w, str_of(probe_object_type(w, object)));
	if (!w->brief && strcmp(unqualified(w, str_of(wanted)), is) != 0)
		buf_append_cstr(&w->out, "(void *)");
	buf_printf(&w->out, "o%u", object);
}

const char *probe_variable(struct probe_writer *w, size_t call, size_t index)
{
	return arena_printf(w->a, "v%zu_%zu", call, index);
}

bool probe_has_beyond(const struct probe_writer *w, size_t call, size_t index)
{
	const struct shape *s = function_of(w, call)->shim->signature->parameters[index];
	return w->beyond && call_of(w, call)->args[index].kind == PROBE_RECORD && s->kind == SHAPE_POINTER;
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
		put_object(w, g->texts[index], v->object);
		return;
	case PROBE_CALLBACK:
		put_callback(w, s);
		return;
	case PROBE_USER:
		put_user(w, v->number);
		return;
	case PROBE_BYTES:
		if (w->brief || is_literal(p, s, v)) {
			buf_append_cstr(&w->out, w->brief || s->target->is_char ? "" : "(const void *)");
			put_literal(w, without_nul(w, p, v->bytes));
			return;
		}
		break;
	default:
		break;
	}
	if (w->brief)
		buf_append_cstr(&w->out, "…");
	else
		buf_printf(&w->out, "%s%s%s", mark, probe_variable(w, call, index),
			   probe_has_beyond(w, call, index) ? "[0]" : "");
}

/* ---- variables */

static void put_scalar(struct probe_writer *w, const struct shape *s, uint64_t number)
{
	if (s->kind == SHAPE_FLOAT && s->size == sizeof(float)) {
		float narrow;
		memcpy(&narrow, &number, sizeof(narrow));
		double wide = (double)narrow;
		memcpy(&number, &wide, sizeof(number));
	}
	if (s->kind == SHAPE_FLOAT)
		put_real(w, number);
	else
		put_integer(w, s, number);
}

/* What comes between gives the place its value, also where it is constant for all who come later. */
static void begin_giving(struct probe_writer *w, const struct shape *s, const char *place)
{
	const char *type = s->kind == SHAPE_POINTER ? "const void *" : unqualified(w, str_of(s->text));
	if (s->is_const)
		buf_printf(&w->out, "\tmemcpy((void *)&%s, &(%s){", place, type);
	else
		buf_printf(&w->out, "\t%s = ", place);
}

static void end_giving(struct probe_writer *w, const struct shape *s, const char *place)
{
	if (s->is_const)
		buf_printf(&w->out, "}, sizeof(%s))", place);
	buf_append_cstr(&w->out, ";\n");
}

static void put_pointer(struct probe_writer *w, const struct shape_field *f, const struct probe_value *v,
			const char *name)
{
	const char *place = arena_printf(w->a, "%s.%s", name, f->name);
	if (v->kind == PROBE_NULL)
		return;
	begin_giving(w, f->shape, place);
	if (v->kind == PROBE_CALLBACK) {
		put_callback(w, f->shape);
	} else if (v->kind == PROBE_BYTES && v->bytes.len) {
		buf_append_cstr(&w->out, f->shape->target->is_char ? "" : "(void *)");
		put_literal(w, str_first(v->bytes, v->bytes.len - 1));
	} else if (v->kind == PROBE_USER) {
		put_user(w, v->number);
	} else if (v->kind == PROBE_OBJECT) {
		put_object(w, f->shape->text, v->object);
	} else {
		buf_append_cstr(&w->out, "NULL");
	}
	end_giving(w, f->shape, place);
}

/* Statements that give a variable, all zero so far, the value that these bytes are. */
static void put_value(struct probe_writer *w, const struct shape *s, struct str bytes, const char *name)
{
	uint64_t number = 0;
	if (s->size > bytes.len)
		return;
	memcpy(&number, bytes.ptr, min_size(s->size, sizeof(number)));
	if ((s->kind == SHAPE_INTEGER || s->kind == SHAPE_FLOAT) && number && s->size <= sizeof(number)) {
		begin_giving(w, s, name);
		put_scalar(w, s, number);
		end_giving(w, s, name);
	}
	for (size_t i = 0; s->kind == SHAPE_ARRAY && i < min_size(s->count, ELEMENTS_MAX); i++)
		put_value(w, s->target, str_from(bytes, i * s->target->size), arena_printf(w->a, "%s[%zu]", name, i));
	for (size_t i = 0; s->kind == SHAPE_RECORD && s->record && i < s->record->fields_len; i++) {
		const struct shape_field *f = &s->record->fields[i];
		if (!f->shared && !f->bits && f->name[0] && f->shape->kind != SHAPE_POINTER)
			put_value(w, f->shape, str_from(bytes, f->offset), arena_printf(w->a, "%s.%s", name, f->name));
	}
}

static void put_fields(struct probe_writer *w, const struct shape *record, const struct probe_value *v,
		       const char *name)
{
	put_value(w, record, v->bytes, name);
	for (size_t i = 0; record->record && v->fields && i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		if (!f->shared && f->shape->kind == SHAPE_POINTER)
			put_pointer(w, f, &v->fields[i], name);
	}
}

static void put_elements(struct probe_writer *w, const struct shape *element, struct str bytes)
{
	size_t each = element->size;
	for (size_t at = 0; at + each <= bytes.len; at += each) {
		uint64_t number = 0;
		memcpy(&number, bytes.ptr + at, min_size(each, sizeof(number)));
		buf_append_cstr(&w->out, at ? ", " : "");
		put_scalar(w, element, number);
	}
}

static bool leads_to_numbers(const struct shape *s)
{
	return s->kind == SHAPE_POINTER && (s->target->kind == SHAPE_INTEGER || s->target->kind == SHAPE_FLOAT) &&
	       !s->target->is_byte;
}

static const char *storage(const struct probe_writer *w)
{
	return w->storage ? w->storage : "";
}

/* A variable in the making: what a call takes as one of its arguments. */
struct variable {
	const struct probe_parameter *parameter;
	const struct shape *shape;
	const struct probe_value *value;
	const char *name, *type;
};

static void put_bytes(struct probe_writer *w, const struct variable *v)
{
	struct str bytes = v->value->bytes;
	if (v->parameter->role == PROBE_IS_CELL) {
		buf_printf(&w->out, "\t%s%s = ", storage(w), probe_declared(w, v->type, v->name));
		put_elements(w, v->shape->target, bytes);
	} else if (leads_to_numbers(v->shape)) {
		buf_printf(&w->out, "\t%s%s[] = {", storage(w), probe_declared(w, v->type, v->name));
		put_elements(w, v->shape->target, bytes);
		buf_append_cstr(&w->out, bytes.len ? "}" : "0}");
	} else {
		buf_printf(&w->out, "\t%schar %s[%zu] = ", storage(w), v->name, bytes.len + (bytes.len == 0));
		/* What no literal says is zero. */
		while (bytes.len && bytes.ptr[bytes.len - 1] == '\0')
			bytes.len--;
		put_literal(w, bytes);
	}
}

static void put_texts(struct probe_writer *w, const struct variable *v)
{
	struct str rest = v->value->bytes;
	buf_printf(&w->out, "\t%sconst char *%s[] = {", storage(w), v->name);
	for (uint64_t k = 0; k < v->value->number; k++) {
		size_t len = str_index(rest, '\0');
		buf_append_cstr(&w->out, k ? ", " : "");
		put_literal(w, str_first(rest, len));
		rest = str_from(rest, len + 1);
	}
	buf_append_cstr(&w->out, v->value->number ? "}" : "NULL}");
}

static void put_room(struct probe_writer *w, const struct variable *v)
{
	const struct shape *target = v->shape->target;
	bool counted = leads_to_numbers(v->shape) || target->kind == SHAPE_RECORD;
	uint64_t each = counted ? max_size(target->size, 1) : 1, bytes = v->value->number;
	buf_printf(&w->out, "\t%s%s[%llu%s];\n", storage(w), probe_declared(w, each > 1 ? v->type : "char", v->name),
		   (unsigned long long)(bytes / each + (bytes < each)), w->beyond && each == 1 ? " + 8" : "");
	buf_printf(&w->out, "\tmemset(%s, 0xCD, sizeof(%s))", v->name, v->name);
}

static void put_record(struct probe_writer *w, const struct variable *v, bool beyond)
{
	const struct shape *record = v->shape->kind == SHAPE_POINTER ? v->shape->target : v->shape;
	const char *declared = probe_declared(w, v->type, v->name);
	if (beyond)
		buf_printf(&w->out, "\t%s%s[2] = {0};\n\tmemset(&%s[1], 0xCD, sizeof(%s[1]));\n", storage(w), declared,
			   v->name, v->name);
	else
		buf_printf(&w->out, "\t%s%s = {0};\n", storage(w), declared);
	put_fields(w, record, v->value, beyond ? arena_printf(w->a, "%s[0]", v->name) : v->name);
}

static void put_variable(struct probe_writer *w, size_t call, size_t index)
{
	const struct shape_signature *g = function_of(w, call)->shim->signature;
	struct variable v = {
		.parameter = &function_of(w, call)->parameters[index],
		.shape = g->parameters[index],
		.value = &call_of(w, call)->args[index],
		.name = probe_variable(w, call, index),
	};
	v.type = v.shape->kind == SHAPE_POINTER ? pointed_type(w, g->texts[index]) : g->texts[index];
	switch (v.value->kind) {
	case PROBE_BYTES:
		if (is_literal(v.parameter, v.shape, v.value))
			return;
		put_bytes(w, &v);
		break;
	case PROBE_TEXTS:
		put_texts(w, &v);
		break;
	case PROBE_ROOM:
		put_room(w, &v);
		break;
	case PROBE_PLACE:
		if (v.value->bytes.len) {
			buf_printf(&w->out, "\t%s%s = {0}", storage(w), probe_declared(w, v.type, v.name));
			break;
		}
		buf_printf(&w->out, "\t%s%s;\n\tmemset(&%s, 0xCD, sizeof(%s))", storage(w),
			   probe_declared(w, v.type, v.name), v.name, v.name);
		break;
	case PROBE_OUT:
		buf_printf(&w->out, "\t%s%s = NULL", storage(w), probe_declared(w, v.type, v.name));
		break;
	case PROBE_RECORD:
		put_record(w, &v, probe_has_beyond(w, call, index));
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

void probe_write_made(struct probe_writer *w, size_t call)
{
	const struct probe_function *f = function_of(w, call);
	const char *object = arena_printf(w->a, "o%zu", call);
	bool in_place = f->makes_in_place,
	     out = f->makes_out != SIZE_MAX && call_of(w, call)->args[f->makes_out].kind == PROBE_OUT;
	if (!probe_is_shared(w, call) && (in_place || out))
		object = probe_declared(w, probe_object_type(w, call), object);
	if (in_place)
		buf_printf(&w->out, "\t%s = &v%zu_0;\n", object, call);
	else if (out)
		buf_printf(&w->out, "\t%s = v%zu_%zu;\n", object, call, f->makes_out);
}

const char *probe_result_name(struct probe_writer *w, size_t call)
{
	const struct probe_function *f = function_of(w, call);
	bool object = f->makes != PROBE_NONE && !f->makes_in_place && f->makes_out == SIZE_MAX;
	return arena_printf(w->a, object ? "o%zu" : "r%zu", call);
}

/* ---- one line */

const char *probe_line(const struct probe_grammar *g, const struct probe *p, struct arena *a)
{
	struct probe_writer w = {
		.g = g, .p = p, .a = a, .used = arena_array(a, g->callbacks_len + 1, bool), .brief = true};
	buf_init(&w.out, LINE_MAX);
	for (size_t i = 0; i < p->len && !w.out.full; i++) {
		bool within = p->calls[i].within, opens = !within && i + 1 < p->len && p->calls[i + 1].within,
		     closes = within && !(i + 1 < p->len && p->calls[i + 1].within);
		if (within)
			buf_printf(&w.out, "%u: ", p->calls[i].within);
		if (probe_makes(function_of(&w, i), call_of(&w, i)))
			buf_printf(&w.out, "o%zu = ", i);
		if (function_of(&w, i)->zeroes)
			buf_append_cstr(&w.out, "{0}");
		else
			probe_write_call(&w, i);
		buf_append_cstr(&w.out, opens ? " { " : closes ? " }" : "");
		buf_append_cstr(&w.out, i + 1 < p->len && !opens ? "; " : "");
	}
	const char *text = arena_printf(a, "%.*s%s", STR_ARG(buf_str(&w.out)), w.out.full ? "…" : "");
	buf_release(&w.out);
	return text;
}
