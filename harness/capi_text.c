#include "harness/capi_parts.h"

const char *capi_keep(struct capi *c, struct str text)
{
	c->strings_bytes += text.len + 1;
	if (c->strings_bytes > CAPI_STRINGS_MAX) {
		capi_give_up(c, "text");
		return "";
	}
	return text.len ? arena_str(c->a, text) : "";
}

static bool is_word(char byte)
{
	return ctoken_name_byte(byte) || byte == '"' || byte == '\'';
}

/* Words stand apart, and operators that would make another one. */
void text_token(struct buf *b, struct str text)
{
	char last = b->len ? b->ptr[b->len - 1] : '(', next = text.len ? text.ptr[0] : ')';
	bool operators = strchr("+-&|<>=*/.%#", last) && strchr("+-&|<>=*/.%#", next);
	if ((is_word(last) && is_word(next)) || last == ',' || (operators && (last == next || next == '=')))
		buf_append_char(b, ' ');
	buf_append_str(b, text);
}

const char *capi_join(struct capi *c, const struct capi_token *from, const struct capi_token *end)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, CAPI_STRINGS_MAX);
	for (; from < end; from++)
		text_token(&b, from->text);
	return capi_keep(c, buf_str(&b));
}

/* ---- types */

static void write_parameters(const struct ctype_part *function, struct buf *b)
{
	buf_append_char(b, '(');
	for (size_t i = 0; i < function->parameters_len; i++) {
		buf_append_cstr(b, i ? ", " : "");
		text_type(&function->parameters[i].type, function->parameters[i].name, b);
	}
	if (function->variadic)
		buf_append_cstr(b, function->parameters_len ? ", ..." : "...");
	else if (function->parameters_len == 0 && !function->unspecified)
		buf_append_cstr(b, "void");
	buf_append_char(b, ')');
}

/* Whether a pointer needs parentheses, because an array or function is what it points to. */
static bool is_wrapped(const struct ctype *type, size_t i)
{
	return type->parts[i]->kind == PART_POINTER && i + 1 < type->parts_len &&
	       type->parts[i + 1]->kind != PART_POINTER;
}

/* The base and the pointers stand before the name, from the base on; arrays and
 * parameters behind it, from the name on. */
void text_type(const struct ctype *type, struct str name, struct buf *b)
{
	buf_append_cstr(b, type->base);
	bool blank = type->parts_len || name.len;
	for (size_t i = type->parts_len; i-- > 0;) {
		const struct ctype_part *part = type->parts[i];
		if (part->kind != PART_POINTER)
			continue;
		buf_append_cstr(b, blank ? " " : "");
		buf_append_cstr(b, is_wrapped(type, i) ? "(*" : "*");
		buf_append_cstr(b, part->text);
		blank = part->text[0] != '\0' && (name.len || i > 0);
	}
	buf_append_cstr(b, blank ? " " : "");
	buf_append_str(b, name);
	for (size_t i = 0; i < type->parts_len; i++) {
		const struct ctype_part *part = type->parts[i];
		if (part->kind == PART_ARRAY)
			buf_printf(b, "[%s]", part->text);
		else if (part->kind == PART_FUNCTION)
			write_parameters(part, b);
		else
			buf_append_cstr(b, is_wrapped(type, i) ? ")" : "");
	}
}

const char *capi_type(struct capi *c, const struct ctype *type, struct str name)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, CAPI_STRINGS_MAX);
	text_type(type, name, &b);
	return capi_keep(c, buf_str(&b));
}

/* ---- signatures */

enum { ALIASES_MAX = 100 };

const struct ctype *type_through(const struct ctype *type, const struct ctype_part **ret_function,
				 size_t *ret_pointers)
{
	size_t pointers = 0;
	for (size_t i = 0; type && i < ALIASES_MAX; type = type->alias, i++) {
		size_t at = 0;
		while (at < type->parts_len && type->parts[at]->kind == PART_POINTER)
			at++;
		pointers += at;
		if (at == type->parts_len)
			continue;
		*ret_function = type->parts[at];
		*ret_pointers = pointers;
		return type->parts[at]->kind == PART_FUNCTION ? type : NULL;
	}
	return NULL;
}

static bool is_callback(const struct ctype *type)
{
	const struct ctype_part *function;
	size_t pointers;
	return type_through(type, &function, &pointers) && pointers <= 1;
}

/* What the function that stands in the type returns. */
static struct ctype result_of(const struct ctype *type, const struct ctype_part *function)
{
	struct ctype result = *type;
	while (result.parts[0] != function) {
		result.parts++;
		result.parts_len--;
	}
	result.parts++;
	result.parts_len--;
	return result;
}

/* NULL if it is neither a function nor a pointer to one. */
struct signature *capi_signature(struct capi *c, const struct ctype *type)
{
	const struct ctype_part *function;
	size_t pointers;
	type = type_through(type, &function, &pointers);
	if (!type || pointers > 1)
		return NULL;
	struct ctype result = result_of(type, function);
	struct signature *s = arena_new(c->a, struct signature);
	s->result = capi_type(c, &result, (struct str){0});
	s->parameters = arena_array(c->a, function->parameters_len, struct parameter);
	s->parameters_len = function->parameters_len;
	s->variadic = function->variadic;
	s->unspecified = function->unspecified;
	for (size_t i = 0; i < s->parameters_len; i++) {
		const struct ctype_parameter *parameter = &function->parameters[i];
		s->parameters[i].name = capi_keep(c, parameter->name);
		s->parameters[i].type = capi_type(c, &parameter->type, (struct str){0});
		s->parameters[i].callback = is_callback(&parameter->type);
	}
	return s;
}
