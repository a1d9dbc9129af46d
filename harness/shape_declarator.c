#include "harness/shape_parts.h"

#include <ctype.h>

struct type_reader {
	struct shapes *s;
	const char *at;
	unsigned depth;
};

static void skip_blanks(struct type_reader *r)
{
	while (*r->at == ' ')
		r->at++;
}

static struct str next_word(struct type_reader *r)
{
	skip_blanks(r);
	const char *start = r->at;
	while (isalnum((unsigned char)*r->at) || *r->at == '_')
		r->at++;
	return (struct str){start, (size_t)(r->at - start)};
}

static bool is_qualifier(struct str word)
{
	return str_eq(word, STR("const")) || str_eq(word, STR("volatile")) || str_eq(word, STR("restrict")) ||
	       str_eq(word, STR("_Atomic"));
}

static bool is_odd(struct str word)
{
	return str_eq(word, STR("_Complex")) || str_eq(word, STR("_Imaginary")) || str_eq(word, STR("__int128"));
}

/* Returns a name behind the type, as a parameter may have; else it is empty. */
static struct str read_base(struct type_reader *r, struct words *w)
{
	struct str name = {r->at, 0};
	for (struct str word = next_word(r); word.len; word = next_word(r)) {
		bool is_struct = str_eq(word, STR("struct")), is_union = str_eq(word, STR("union"));
		if (is_struct || is_union || str_eq(word, STR("enum"))) {
			w->tag_kind = is_struct ? API_STRUCT : is_union ? API_UNION : API_ENUM;
			w->tag = next_word(r);
		} else if (is_qualifier(word)) {
			w->is_const |= str_eq(word, STR("const"));
		} else if (is_odd(word)) {
			w->builtin = w->odd = true;
		} else if (shape_count_builtin(w, word)) {
			continue;
		} else if (w->builtin || w->tag.len || w->name.len) {
			name = word;
		} else {
			w->name = word;
		}
	}
	return name;
}

/* `whole` is the shape of the whole text: if there is nothing but a base, that. */
static struct shape *base_shape(struct type_reader *r, struct shape *whole)
{
	const char *start = r->at;
	struct words w = {0};
	read_base(r, &w);
	struct str text = str_trim((struct str){start, (size_t)(r->at - start)});
	if (text.len == strlen(start)) {
		shape_fill_base(r->s, &w, whole);
		return whole;
	}
	return text.len ? shape_find(r->s, arena_str(r->s->a, text)) : shape_new(r->s, SHAPE_UNKNOWN, 0);
}

static struct shape *declarator(struct type_reader *r, struct shape *base);

static struct shape *pointer_to(struct type_reader *r, struct shape *target)
{
	struct shape *shape = shape_new(r->s, SHAPE_POINTER, SHAPE_POINTER_BYTES);
	shape->target = target;
	bool plain = target->kind != SHAPE_FUNCTION && target->kind != SHAPE_ARRAY && target->text[0];
	if (plain)
		shape->text = arena_printf(r->s->a, "%s%s", target->text, target->kind == SHAPE_POINTER ? "*" : " *");
	return shape;
}

static struct shape *array_of(struct type_reader *r, struct shape *element, uint32_t count)
{
	struct shape *shape = shape_new(r->s, SHAPE_ARRAY, 0);
	bool fits = element->size && count <= UINT32_MAX / element->size;
	shape->target = element;
	shape->count = fits ? count : 0;
	shape->size = fits ? count * element->size : 0;
	return shape;
}

/* From behind "(" to behind the ")" that closes it, or the end. */
static void skip_group(struct type_reader *r)
{
	for (int open = 1; *r->at && open; r->at++)
		open += (*r->at == '(') - (*r->at == ')');
}

/* Up to the next "," or ")" of this level. */
static struct str one_parameter(struct type_reader *r)
{
	int open = 0;
	skip_blanks(r);
	const char *start = r->at;
	for (; *r->at && (open || (*r->at != ',' && *r->at != ')')); r->at++)
		open += (*r->at == '(') - (*r->at == ')');
	return str_trim((struct str){start, (size_t)(r->at - start)});
}

static const struct shape *decayed(struct shapes *s, const struct shape *shape)
{
	if (shape->kind != SHAPE_ARRAY && shape->kind != SHAPE_FUNCTION)
		return shape;
	struct shape *pointer = shape_new(s, SHAPE_POINTER, SHAPE_POINTER_BYTES);
	pointer->text = shape->text;
	pointer->target = shape->kind == SHAPE_ARRAY ? shape->target : shape;
	return pointer;
}

struct shape_signature *shape_new_signature(struct shapes *s, size_t parameters)
{
	struct shape_signature *g = arena_new(s->a, struct shape_signature);
	*g = (struct shape_signature){
		.texts = arena_array(s->a, parameters, const char *),
		.parameters = arena_array(s->a, parameters, const struct shape *),
		.names = arena_array(s->a, parameters, const char *),
		.says_length = arena_array(s->a, parameters, bool),
	};
	return g;
}

static bool says_length(const char *text, const char *name)
{
	static const char *const words[] = {"len", "size", "count", "num", "cap", "max", "bytes", "sz", "room", "avail"};
	return strcmp(text, "size_t") == 0 || strcmp(name, "n") == 0 || str_mentions(name, words, countof(words));
}

void shape_add_parameter(struct shapes *s, struct shape_signature *g, const char *text, const char *name)
{
	g->texts[g->parameters_len] = text;
	g->names[g->parameters_len] = name;
	g->says_length[g->parameters_len] = says_length(text, name);
	g->parameters[g->parameters_len++] = decayed(s, shape_of(s, text));
}

/* In the type of a parameter that is written with its name, where that is: behind the first "*" that no other
 * follows, or the last of several words. Empty if there is none. */
static struct str declared_name(struct shapes *s, struct str text)
{
	const char *whole = arena_str(s->a, text), *star = strrchr(whole, '*'), *open = strstr(whole, "(*");
	struct type_reader r = {.s = s, .at = open ? open + 1 : star ? star + 1 : whole};
	struct words w = {0};
	while (open && *r.at == '*')
		r.at++;
	struct str name = next_word(&r);
	while (is_qualifier(name) && (open || star))
		name = next_word(&r);
	if (!open && !star) {
		r.at = whole;
		name = read_base(&r, &w);
	}
	return (struct str){text.ptr + (name.ptr - whole), name.len};
}

static void add_declared(struct shapes *s, struct shape_signature *g, struct str text)
{
	struct str name = declared_name(s, text);
	size_t before = (size_t)(name.ptr - text.ptr), behind = before + name.len;
	struct str first = name.len ? str_first(text, before) : text, rest = str_from(text, name.len ? behind : text.len);
	const char *type = arena_printf(s->a, "%.*s%.*s", STR_ARG(rest.len ? first : str_trim(first)), STR_ARG(rest));
	shape_add_parameter(s, g, type, arena_str(s->a, name));
}

/* Behind the "(" of a list of parameters. */
static struct shape *function_returning(struct type_reader *r, struct shape *result)
{
	struct shape *shape = shape_new(r->s, SHAPE_FUNCTION, 0);
	struct shape_signature *g = shape_new_signature(r->s, SHAPE_PARAMETERS_MAX);
	g->result = result;
	g->result_text = result->text;
	g->unspecified = *r->at == ')';
	while (*r->at && *r->at != ')') {
		struct str text = one_parameter(r);
		if (str_eq(text, STR("...")))
			g->variadic = true;
		else if (!str_eq(text, STR("void")) && g->parameters_len < SHAPE_PARAMETERS_MAX)
			add_declared(r->s, g, text);
		if (*r->at == ',')
			r->at++;
	}
	if (*r->at == ')')
		r->at++;
	shape->signature = g;
	return shape;
}

static struct shape *suffix(struct type_reader *r, struct shape *base)
{
	skip_blanks(r);
	if (*r->at == '[') {
		uint64_t count = 0;
		for (r->at++; *r->at && *r->at != ']'; r->at++)
			count = isdigit((unsigned char)*r->at) ? count * 10 + (uint64_t)(*r->at - '0') : count;
		r->at += *r->at == ']';
		return array_of(r, suffix(r, base), count < UINT32_MAX ? (uint32_t)count : 0);
	}
	if (*r->at == '(') {
		r->at++;
		return function_returning(r, base);
	}
	return base;
}

/* "(*" begins a declarator within, "(int" a list of parameters. */
static bool begins_inner(const struct type_reader *r)
{
	const char *at = r->at + 1;
	while (*at == ' ')
		at++;
	return *r->at == '(' && (*at == '*' || *at == '(');
}

static struct shape *inner(struct type_reader *r, struct shape *base)
{
	struct type_reader within = *r;
	within.at++;
	within.depth++;
	r->at++;
	skip_group(r);
	struct shape *outer = suffix(r, base);
	return declarator(&within, outer);
}

static struct shape *declarator(struct type_reader *r, struct shape *base)
{
	if (r->depth > SHAPE_DEPTH_MAX)
		return shape_new(r->s, SHAPE_UNKNOWN, 0);
	skip_blanks(r);
	while (*r->at == '*') {
		r->at++;
		base = pointer_to(r, base);
		struct type_reader ahead = *r;
		for (struct str word = next_word(&ahead); is_qualifier(word); word = next_word(&ahead)) {
			base->is_const |= str_eq(word, STR("const"));
			*r = ahead;
		}
		skip_blanks(r);
	}
	if (begins_inner(r))
		return inner(r, base);
	next_word(r); /* a name that may be left */
	return suffix(r, base);
}

void shape_read(struct shapes *s, struct shape *whole)
{
	const char *text = whole->text;
	struct type_reader r = {.s = s, .at = text};
	struct shape *made = declarator(&r, base_shape(&r, whole));
	if (made != whole)
		*whole = *made;
	whole->text = text;
}
