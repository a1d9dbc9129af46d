#include "harness/shape_parts.h"

#include "core/mem.h"

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
		const struct shape *shape = shape_of(s, f->type);
		fields[len++] = (struct shape_field){
			.name = f->name,
			.shape = shape,
			.offset = (uint32_t)f->offset,
			.bits = f->bits,
			.shared = type->kind == API_UNION || strcmp(type->target, "union") == 0,
			.hidden = shape_is_hidden(s, type, f, shape),
		};
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

void shape_read_waiting(struct shapes *s)
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

static void fill_tagged(struct shapes *s, enum api_type_kind kind, const struct api_type *row, struct str name,
			struct shape *shape)
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
	shape->opaque_name = row && row->opaque ? arena_str(s->a, name) : NULL;
	if (shape->is_opaque)
		return;
	shape->size = (uint32_t)row->size;
	fill_record(s, row, shape);
}

/* ---- words of a base type */

bool shape_count_builtin(struct words *w, struct str word)
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
		fill_tagged(s, API_STRUCT, row, name, shape);
	} else if (strcmp(row->target, "enum") == 0) {
		fill_tagged(s, API_ENUM, row, name, shape);
	} else if (s->depth < SHAPE_DEPTH_MAX && !str_eq(name, str_of(row->target))) {
		const char *text = shape->text;
		*shape = *shape_of(s, row->target);
		shape->text = text;
	}
}

void shape_fill_base(struct shapes *s, const struct words *w, struct shape *shape)
{
	if (w->odd)
		shape->kind = SHAPE_UNKNOWN;
	else if (w->tag.len)
		fill_tagged(s, w->tag_kind, find_row(s, w->tag_kind, w->tag), w->tag, shape);
	else if (w->builtin)
		basic_shape(w, shape);
	else if (w->name.len)
		named_shape(s, w->name, shape);
	shape->is_const |= w->is_const;
}
