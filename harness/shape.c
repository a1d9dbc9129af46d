#include "harness/shape.h"

#include "core/mem.h"

#include <ctype.h>
#include <strings.h>

enum { SHAPES_MAX = 20000, TEXT_MAX = 4096 };

/* A record whose fields are not read yet. */
struct unread {
	const struct api_type *type;
	struct shape_record *record;
	struct unread *next;
};

struct shapes {
	const struct interface *api;
	struct arena *a;
	struct shape **items; /* in byte order of their texts; in the arena */
	size_t len, cap;
	unsigned depth;
	struct unread *unread;
};

/* What system headers call the types that interfaces use, on wasm32-wasip1. */
static const struct {
	const char *name;
	enum shape_kind kind;
	uint32_t size;
	bool is_signed, is_byte;
} system_types[] = {
	{"size_t", SHAPE_INTEGER, 4, false, false},	{"ssize_t", SHAPE_INTEGER, 4, true, false},
	{"ptrdiff_t", SHAPE_INTEGER, 4, true, false},	{"rsize_t", SHAPE_INTEGER, 4, false, false},
	{"int8_t", SHAPE_INTEGER, 1, true, true},	{"uint8_t", SHAPE_INTEGER, 1, false, true},
	{"int16_t", SHAPE_INTEGER, 2, true, false},	{"uint16_t", SHAPE_INTEGER, 2, false, false},
	{"int32_t", SHAPE_INTEGER, 4, true, false},	{"uint32_t", SHAPE_INTEGER, 4, false, false},
	{"int64_t", SHAPE_INTEGER, 8, true, false},	{"uint64_t", SHAPE_INTEGER, 8, false, false},
	{"intptr_t", SHAPE_INTEGER, 4, true, false},	{"uintptr_t", SHAPE_INTEGER, 4, false, false},
	{"intmax_t", SHAPE_INTEGER, 8, true, false},	{"uintmax_t", SHAPE_INTEGER, 8, false, false},
	{"int_least8_t", SHAPE_INTEGER, 1, true, true}, {"uint_least8_t", SHAPE_INTEGER, 1, false, true},
	{"int_least16_t", SHAPE_INTEGER, 2, true, false}, {"uint_least16_t", SHAPE_INTEGER, 2, false, false},
	{"int_least32_t", SHAPE_INTEGER, 4, true, false}, {"uint_least32_t", SHAPE_INTEGER, 4, false, false},
	{"int_least64_t", SHAPE_INTEGER, 8, true, false}, {"uint_least64_t", SHAPE_INTEGER, 8, false, false},
	{"int_fast8_t", SHAPE_INTEGER, 1, true, true},	{"uint_fast8_t", SHAPE_INTEGER, 1, false, true},
	{"int_fast16_t", SHAPE_INTEGER, 4, true, false}, {"uint_fast16_t", SHAPE_INTEGER, 4, false, false},
	{"int_fast32_t", SHAPE_INTEGER, 4, true, false}, {"uint_fast32_t", SHAPE_INTEGER, 4, false, false},
	{"int_fast64_t", SHAPE_INTEGER, 8, true, false}, {"uint_fast64_t", SHAPE_INTEGER, 8, false, false},
	{"wchar_t", SHAPE_INTEGER, 4, true, false},	{"wint_t", SHAPE_INTEGER, 4, false, false},
	{"char16_t", SHAPE_INTEGER, 2, false, false},	{"char32_t", SHAPE_INTEGER, 4, false, false},
	{"time_t", SHAPE_INTEGER, 8, true, false},	{"off_t", SHAPE_INTEGER, 8, true, false},
	{"clock_t", SHAPE_INTEGER, 8, true, false},	{"mode_t", SHAPE_INTEGER, 4, false, false},
	{"bool", SHAPE_INTEGER, 1, false, false},	{"FILE", SHAPE_FILE, 0, false, false},
	{"va_list", SHAPE_VA_LIST, 4, false, false},	{"__builtin_va_list", SHAPE_VA_LIST, 4, false, false},
	{"__gnuc_va_list", SHAPE_VA_LIST, 4, false, false},
};

static struct shape *new_shape(struct shapes *s, enum shape_kind kind, uint32_t size)
{
	struct shape *shape = arena_new(s->a, struct shape);
	*shape = (struct shape){.kind = kind, .size = size, .text = ""};
	return shape;
}

struct shapes *shapes_new(const struct interface *api, struct arena *a)
{
	struct shapes *s = arena_new(a, struct shapes);
	*s = (struct shapes){.api = api, .a = a};
	return s;
}

/* ---- records */

static bool overlaps(const struct api_field *a, const struct api_field *b)
{
	uint64_t a_start = a->bits ? a->offset : a->offset * 8, a_len = a->bits ? a->bits : a->size * 8;
	uint64_t b_start = b->bits ? b->offset : b->offset * 8, b_len = b->bits ? b->bits : b->size * 8;
	return a_start < b_start + b_len && b_start < a_start + a_len;
}

/* What a nested struct without a tag holds is listed as well. */
static bool is_nameless_record(const char *type)
{
	return strcmp(type, "struct") == 0 || strcmp(type, "union") == 0 ||
	       str_starts(str_of(type), STR("struct [")) || str_starts(str_of(type), STR("union ["));
}

/* "struct [4]": 4; 1 for what is no array, or one of several dimensions. */
static uint64_t elements_of(const char *type)
{
	const char *open = strchr(type, '[');
	struct str digits = str_of(open ? open + 1 : "");
	uint64_t count;
	digits = str_first(digits, str_index(digits, ']'));
	return is_nameless_record(type) && open && !strchr(open + 1, '[') && str_to_u64(digits, &count) && count ? count : 1;
}

/* Of an array of structs without a tag only the first one's fields are listed; the others have the same. */
static void repeat_fields(struct shapes *s, const struct api_field *array, struct shape_field *fields, size_t *len)
{
	uint64_t count = elements_of(array->type), stride = array->size / count;
	struct str prefix = str_of(arena_printf(s->a, "%s[0].", array->name));
	size_t own = *len;
	for (uint64_t k = 1; k < count && k < SHAPE_FIELDS_MAX && array->known; k++) {
		for (size_t i = 0; i < own && *len < SHAPE_FIELDS_MAX; i++) {
			if (!str_starts(str_of(fields[i].name), prefix))
				continue;
			struct shape_field f = fields[i];
			f.name = arena_printf(s->a, "%s[%u].%s", array->name, (unsigned)k, fields[i].name + prefix.len);
			f.offset += (uint32_t)(k * stride * (f.bits ? 8 : 1));
			fields[(*len)++] = f;
		}
	}
}

static void read_fields(struct shapes *s, const struct api_type *type, struct shape_record *record)
{
	size_t count = min_size(type->fields_len, SHAPE_FIELDS_MAX), len = 0;
	bool repeated = false;
	for (size_t i = 0; i < count; i++)
		repeated |= elements_of(type->fields[i].type) > 1;
	struct shape_field *fields = arena_array(s->a, repeated ? SHAPE_FIELDS_MAX : count, struct shape_field);
	const struct api_field **taken = arena_array(s->a, count, const struct api_field *);
	for (size_t i = 0; i < count; i++) {
		const struct api_field *f = &type->fields[i];
		if (!f->known || is_nameless_record(f->type))
			continue;
		taken[len] = f;
		fields[len++] = (struct shape_field){f->name, shape_of(s, f->type), (uint32_t)f->offset, f->bits,
						     type->kind == API_UNION || strcmp(type->target, "union") == 0};
	}
	for (size_t i = 0; i < len; i++) {
		for (size_t k = 0; k < i; k++) {
			bool shared = overlaps(taken[i], taken[k]);
			fields[i].shared |= shared;
			fields[k].shared |= shared;
		}
	}
	for (size_t i = 0; repeated && i < count; i++)
		repeat_fields(s, &type->fields[i], fields, &len);
	record->fields = fields;
	record->fields_len = len;
}

/* Fields can lead back to the record, and to a type that is only being read: they wait until it is. */
static void fill_record(struct shapes *s, const struct api_type *type, struct shape *shape)
{
	struct shape_record *record = arena_new(s->a, struct shape_record);
	struct unread *unread = arena_new(s->a, struct unread);
	*record = (struct shape_record){0};
	*unread = (struct unread){type, record, s->unread};
	s->unread = unread;
	shape->record = record;
}

static void read_waiting(struct shapes *s)
{
	s->depth++;
	while (s->unread) {
		struct unread *first = s->unread;
		s->unread = first->next;
		read_fields(s, first->type, first->record);
	}
	s->depth--;
}

static const struct api_type *find_row(const struct shapes *s, enum api_type_kind kind, struct str name)
{
	for (size_t i = 0; i < s->api->types_len; i++) {
		const struct api_type *t = &s->api->types[i];
		if (t->kind == kind && str_eq(str_of(t->name), name))
			return t;
	}
	return NULL;
}

static void fill_tagged(struct shapes *s, enum api_type_kind kind, const struct api_type *row, struct shape *shape)
{
	if (kind == API_ENUM) {
		shape->kind = SHAPE_INTEGER;
		shape->size = row && row->known ? (uint32_t)row->size : 4;
		for (size_t i = 0; row && i < row->enumerators_len; i++)
			shape->is_signed |= row->enumerators[i].known && row->enumerators[i].value < 0;
		return;
	}
	shape->kind = SHAPE_RECORD;
	shape->is_opaque = !row || row->opaque || !row->known;
	if (shape->is_opaque)
		return;
	shape->size = (uint32_t)row->size;
	fill_record(s, row, shape);
}

/* ---- words of a base type */

struct words {
	unsigned longs, shorts, chars, ints, unsigneds, signeds, floats, doubles, bools, voids;
	bool is_const, builtin;
	bool odd; /* a word that makes it another type, which is not known here */
	enum api_type_kind tag_kind;
	struct str tag, name; /* "struct x": x; a typedef's name */
};

static bool count_builtin(struct words *w, struct str word)
{
	const struct {
		const char *text;
		unsigned *count;
	} rows[] = {
		{"long", &w->longs},	     {"short", &w->shorts},   {"char", &w->chars},   {"int", &w->ints},
		{"unsigned", &w->unsigneds}, {"signed", &w->signeds}, {"float", &w->floats}, {"double", &w->doubles},
		{"_Bool", &w->bools},	     {"void", &w->voids},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		if (str_eq(word, str_of(rows[i].text))) {
			++*rows[i].count;
			w->builtin = true;
			return true;
		}
	}
	return false;
}

static void basic_shape(const struct words *w, struct shape *shape)
{
	shape->kind = SHAPE_INTEGER;
	shape->is_signed = !w->unsigneds && !w->bools;
	if (w->voids) {
		shape->kind = SHAPE_VOID;
	} else if (w->floats || w->doubles) {
		shape->kind = SHAPE_FLOAT;
		shape->size = w->floats ? 4 : w->longs ? 16 : 8;
	} else if (w->chars || w->bools) {
		shape->size = 1;
		shape->is_byte = w->chars > 0;
		shape->is_char = w->chars && !w->unsigneds && !w->signeds;
	} else {
		shape->size = w->shorts ? 2 : w->longs > 1 ? 8 : 4;
	}
}

static void system_shape(struct str name, struct shape *shape)
{
	for (size_t i = 0; i < countof(system_types); i++) {
		if (str_eq(name, str_of(system_types[i].name))) {
			shape->kind = system_types[i].kind;
			shape->size = system_types[i].size;
			shape->is_signed = system_types[i].is_signed;
			shape->is_byte = system_types[i].is_byte;
			return;
		}
	}
}

static void named_shape(struct shapes *s, struct str name, struct shape *shape)
{
	const struct api_type *row = find_row(s, API_TYPEDEF, name);
	if (!row) {
		system_shape(name, shape);
		return;
	}
	if (strcmp(row->target, "struct") == 0 || strcmp(row->target, "union") == 0) {
		fill_tagged(s, API_STRUCT, row, shape);
	} else if (strcmp(row->target, "enum") == 0) {
		fill_tagged(s, API_ENUM, row, shape);
	} else if (s->depth < SHAPE_DEPTH_MAX && !str_eq(name, str_of(row->target))) {
		const char *text = shape->text;
		*shape = *shape_of(s, row->target);
		shape->text = text;
	}
}

/* ---- declarators */

static struct shape *find_or_make(struct shapes *s, const char *text);

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
		} else if (count_builtin(w, word)) {
			continue;
		} else if (w->builtin || w->tag.len || w->name.len) {
			name = word;
		} else {
			w->name = word;
		}
	}
	return name;
}

static void fill_base(struct shapes *s, const struct words *w, struct shape *shape)
{
	if (w->odd)
		shape->kind = SHAPE_UNKNOWN;
	else if (w->tag.len)
		fill_tagged(s, w->tag_kind, find_row(s, w->tag_kind, w->tag), shape);
	else if (w->builtin)
		basic_shape(w, shape);
	else if (w->name.len)
		named_shape(s, w->name, shape);
	shape->is_const |= w->is_const;
}

/* `whole` is the shape of the whole text: if there is nothing but a base, that. */
static struct shape *base_shape(struct type_reader *r, struct shape *whole)
{
	const char *start = r->at;
	struct words w = {0};
	read_base(r, &w);
	struct str text = str_trim((struct str){start, (size_t)(r->at - start)});
	if (text.len == strlen(start)) {
		fill_base(r->s, &w, whole);
		return whole;
	}
	return text.len ? find_or_make(r->s, arena_str(r->s->a, text)) : new_shape(r->s, SHAPE_UNKNOWN, 0);
}

static struct shape *declarator(struct type_reader *r, struct shape *base);

static struct shape *pointer_to(struct type_reader *r, struct shape *target)
{
	struct shape *shape = new_shape(r->s, SHAPE_POINTER, SHAPE_POINTER_BYTES);
	shape->target = target;
	bool plain = target->kind != SHAPE_FUNCTION && target->kind != SHAPE_ARRAY && target->text[0];
	if (plain)
		shape->text = arena_printf(r->s->a, "%s%s", target->text, target->kind == SHAPE_POINTER ? "*" : " *");
	return shape;
}

static struct shape *array_of(struct type_reader *r, struct shape *element, uint32_t count)
{
	struct shape *shape = new_shape(r->s, SHAPE_ARRAY, 0);
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
	struct shape *pointer = new_shape(s, SHAPE_POINTER, SHAPE_POINTER_BYTES);
	pointer->text = shape->text;
	pointer->target = shape->kind == SHAPE_ARRAY ? shape->target : shape;
	return pointer;
}

static struct shape_signature *new_signature(struct shapes *s, size_t parameters)
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
	if (strcmp(text, "size_t") == 0 || strcmp(name, "n") == 0)
		return true;
	for (size_t i = 0; i < countof(words); i++) {
		for (const char *at = name; *at; at++) {
			if (strncasecmp(at, words[i], strlen(words[i])) == 0)
				return true;
		}
	}
	return false;
}

static void add_parameter(struct shapes *s, struct shape_signature *g, const char *text, const char *name)
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
	add_parameter(s, g, type, arena_str(s->a, name));
}

/* Behind the "(" of a list of parameters. */
static struct shape *function_returning(struct type_reader *r, struct shape *result)
{
	struct shape *shape = new_shape(r->s, SHAPE_FUNCTION, 0);
	struct shape_signature *g = new_signature(r->s, SHAPE_PARAMETERS_MAX);
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
		return new_shape(r->s, SHAPE_UNKNOWN, 0);
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

/* ---- finding them again */

static size_t place_of(const struct shapes *s, const char *text, bool *ret_is)
{
	size_t low = 0, high = s->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(s->items[middle]->text, text);
		if (order == 0) {
			*ret_is = true;
			return middle;
		}
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	*ret_is = false;
	return low;
}

static void keep(struct shapes *s, size_t at, struct shape *shape)
{
	if (s->len == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		struct shape **items = arena_array(s->a, cap, struct shape *);
		if (s->len)
			memcpy(items, s->items, s->len * sizeof(struct shape *));
		s->items = items;
		s->cap = cap;
	}
	memmove(&s->items[at + 1], &s->items[at], (s->len - at) * sizeof(struct shape *));
	s->items[at] = shape;
	s->len++;
}

static struct shape *find_or_make(struct shapes *s, const char *text)
{
	bool is;
	size_t at = place_of(s, text, &is);
	if (is)
		return s->items[at];
	struct shape *shape = new_shape(s, SHAPE_UNKNOWN, 0);
	shape->text = arena_strdup(s->a, text);
	if (s->len >= SHAPES_MAX || s->depth >= SHAPE_DEPTH_MAX || strlen(text) > TEXT_MAX)
		return shape;
	/* Entered first, since a record can lead back to itself. */
	keep(s, at, shape);
	s->depth++;
	struct type_reader r = {.s = s, .at = shape->text};
	const char *own = shape->text;
	struct shape *made = declarator(&r, base_shape(&r, shape));
	if (made != shape)
		*shape = *made;
	shape->text = own;
	if (--s->depth == 0)
		read_waiting(s);
	return shape;
}

const struct shape *shape_of(struct shapes *s, const char *text)
{
	return find_or_make(s, text);
}

const struct shape_signature *shape_signature(struct shapes *s, const struct signature *signature)
{
	size_t len = min_size(signature->parameters_len, SHAPE_PARAMETERS_MAX);
	struct shape_signature *g = new_signature(s, len);
	g->result_text = signature->result;
	g->result = shape_of(s, signature->result);
	g->variadic = signature->variadic;
	g->unspecified = signature->unspecified || signature->parameters_len > len;
	for (size_t i = 0; i < len; i++)
		add_parameter(s, g, signature->parameters[i].type, signature->parameters[i].name);
	return g;
}

const struct shape_signature *shape_callback(const struct shape *shape)
{
	bool is = shape->kind == SHAPE_POINTER && shape->target && shape->target->kind == SHAPE_FUNCTION;
	return is ? shape->target->signature : NULL;
}
