/* Types as the interface writes them, and where their bytes lie in a guest. */

#include "harness/shape.h"

#include "tests/tap.h"

#define FIELD(name, type, offset, size) {name, type, true, offset, size, 0}
#define BITS(name, type, offset, bits) {name, type, true, offset, 0, bits}

static struct api_field point_fields[] = {FIELD("x", "int", 0, 4), FIELD("y", "short", 4, 2)};
static struct api_field list_fields[] = {FIELD("next", "struct list *", 0, 4), FIELD("at", "struct point", 4, 8),
					 FIELD("name", "char [16]", 12, 16)};
static struct api_field tree_fields[] = {FIELD("child", "tree [2]", 0, 8), FIELD("value", "int", 8, 4)};
static struct api_field hooks_fields[] = {FIELD("table", "hook [4]", 0, 16), FIELD("last", "hook", 16, 4)};
static struct api_field value_fields[] = {FIELD("i", "long long", 0, 8), FIELD("d", "double", 0, 8)};
static struct api_field single_fields[] = {FIELD("only", "int", 0, 4)};
static struct api_field packed_fields[] = {BITS("a", "unsigned", 0, 3), BITS("b", "int", 3, 5),
					   FIELD("c", "unsigned char", 1, 1)};
static struct api_field variant_fields[] = {FIELD("kind", "int", 0, 4), FIELD("u", "union", 8, 8),
					    FIELD("u.i", "int", 8, 4), FIELD("u.d", "double", 8, 8),
					    FIELD("after", "int", 16, 4)};
static struct api_field grid_fields[] = {FIELD("cells", "struct [4]", 0, 32), FIELD("cells[0].x", "int", 0, 4),
					 {"untold", "int", false, 0, 0, 0}};
static struct api_field endless_fields[] = {FIELD("none", "struct [4000000000]", 0, 0), FIELD("many", "struct [1000]", 0, 4000),
					    FIELD("many[0].x", "int", 0, 4), FIELD("two", "union [2][2]", 4000, 16),
					    FIELD("two[0][0].i", "int", 4000, 4)};
static struct api_enumerator signed_levels[] = {{"LOW", true, -1}, {"HIGH", true, 7}};
static struct api_enumerator plain_levels[] = {{"ONE", true, 1}};

#define ROW(kind_, name_, target_, size_, fields_) \
	{.kind = kind_, .name = name_, .spelling = "", .written = "", .doc = "", .target = target_, .known = true, \
	 .size = size_, .fields = fields_, .fields_len = countof(fields_)}
#define NAMED(name_, target_) {.kind = API_TYPEDEF, .name = name_, .target = target_}
#define LEVELS(name_, size_, rows) \
	{.kind = API_ENUM, .name = name_, .target = "", .known = true, .size = size_, .enumerators = rows, \
	 .enumerators_len = countof(rows)}

static struct api_type types[] = {
	ROW(API_STRUCT, "point", "", 8, point_fields),
	ROW(API_STRUCT, "list", "", 28, list_fields),
	ROW(API_STRUCT, "node", "", 12, tree_fields),
	ROW(API_STRUCT, "hooks", "", 20, hooks_fields),
	ROW(API_UNION, "value", "", 8, value_fields),
	ROW(API_UNION, "single", "", 4, single_fields),
	ROW(API_STRUCT, "packed", "", 4, packed_fields),
	ROW(API_STRUCT, "variant", "", 24, variant_fields),
	ROW(API_STRUCT, "grid", "", 32, grid_fields),
	ROW(API_STRUCT, "endless", "", 4016, endless_fields),
	ROW(API_TYPEDEF, "untagged", "struct", 8, point_fields),
	ROW(API_TYPEDEF, "any", "union", 8, value_fields),
	LEVELS("levels", 4, signed_levels),
	LEVELS("plain", 4, plain_levels),
	LEVELS("small", 1, plain_levels),
	{.kind = API_TYPEDEF, .name = "level", .target = "enum", .known = true, .size = 4, .enumerators = signed_levels,
	 .enumerators_len = countof(signed_levels)},
	{.kind = API_STRUCT, .name = "hidden", .target = "", .opaque = true},
	{.kind = API_STRUCT, .name = "untold", .target = ""},
	NAMED("point_t", "struct point"),
	NAMED("tree", "struct node *"),
	NAMED("hook", "void (*)(struct hooks *, int)"),
	NAMED("row", "int [3]"),
	NAMED("text", "const char *"),
	NAMED("callback", "int (*)(void *data, size_t n)"),
	NAMED("function", "int (const char *)"),
	NAMED("itself", "itself"),
	NAMED("ping", "pong"),
	NAMED("pong", "ping"),
	NAMED("u8", "uint8_t"),
};

static struct arena arena;
static struct shapes *shapes;

static const struct shape *of(const char *text)
{
	return shape_of(shapes, text);
}

static void is_shape(const char *text, enum shape_kind kind, uint32_t size)
{
	const struct shape *s = of(text);
	tap_print("# %s\n", text);
	is_int(s->kind, kind);
	is_int(s->size, size);
	is_str(s->text, text);
	ok(of(text) == s);
}

static void scalars(void)
{
	static const struct {
		const char *text;
		enum shape_kind kind;
		uint32_t size;
		bool is_signed;
	} rows[] = {
		{"char", SHAPE_INTEGER, 1, true}, {"signed char", SHAPE_INTEGER, 1, true},
		{"unsigned char", SHAPE_INTEGER, 1, false}, {"_Bool", SHAPE_INTEGER, 1, false},
		{"short", SHAPE_INTEGER, 2, true}, {"short int", SHAPE_INTEGER, 2, true},
		{"unsigned short", SHAPE_INTEGER, 2, false}, {"int", SHAPE_INTEGER, 4, true},
		{"unsigned", SHAPE_INTEGER, 4, false}, {"signed", SHAPE_INTEGER, 4, true},
		{"long", SHAPE_INTEGER, 4, true}, {"unsigned long", SHAPE_INTEGER, 4, false},
		{"long unsigned int", SHAPE_INTEGER, 4, false}, {"long long", SHAPE_INTEGER, 8, true},
		{"long long unsigned int", SHAPE_INTEGER, 8, false}, {"long int long", SHAPE_INTEGER, 8, true},
		{"size_t", SHAPE_INTEGER, 4, false}, {"ssize_t", SHAPE_INTEGER, 4, true},
		{"time_t", SHAPE_INTEGER, 8, true}, {"uint64_t", SHAPE_INTEGER, 8, false},
		{"int8_t", SHAPE_INTEGER, 1, true}, {"u8", SHAPE_INTEGER, 1, false},
		{"wchar_t", SHAPE_INTEGER, 4, true}, {"volatile int", SHAPE_INTEGER, 4, true},
		{"float", SHAPE_FLOAT, 4, true}, {"double", SHAPE_FLOAT, 8, true},
		{"long double", SHAPE_FLOAT, 16, true}, {"double long", SHAPE_FLOAT, 16, true},
		{"void", SHAPE_VOID, 0, true}, {"FILE", SHAPE_FILE, 0, false}, {"va_list", SHAPE_VA_LIST, 4, false},
		{"enum plain", SHAPE_INTEGER, 4, false}, {"enum small", SHAPE_INTEGER, 1, false},
		{"enum levels", SHAPE_INTEGER, 4, true}, {"level", SHAPE_INTEGER, 4, true},
		{"enum nowhere", SHAPE_INTEGER, 4, false},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		is_shape(rows[i].text, rows[i].kind, rows[i].size);
		if (rows[i].kind == SHAPE_INTEGER)
			is_int(of(rows[i].text)->is_signed, rows[i].is_signed);
	}
	ok(of("char")->is_char && of("char")->is_byte && !of("signed char")->is_char && of("signed char")->is_byte);
	ok(of("unsigned char")->is_byte && of("uint8_t")->is_byte && of("u8")->is_byte && !of("_Bool")->is_byte);
	ok(of("const char")->is_char && of("char const")->is_char && of("const char")->is_const && !of("char")->is_const);
}

/* Nothing is better than something that lies elsewhere. */
static void what_is_not_known(void)
{
	static const char *const texts[] = {"", " ", "nowhere", "itself", "ping", "pong", "struct", "union", "enum", "__int128",
					    "unsigned __int128", "double _Complex", "_Complex double",
					    "long double _Complex"};
	for (size_t i = 0; i < countof(texts); i++)
		is_shape(texts[i], SHAPE_UNKNOWN, 0);
	static const char *const opaque[] = {"struct hidden", "struct untold", "struct nowhere", "union nowhere"};
	for (size_t i = 0; i < countof(opaque); i++) {
		is_shape(opaque[i], SHAPE_RECORD, 0);
		ok(of(opaque[i])->is_opaque && !of(opaque[i])->record);
	}
}

static void pointers(void)
{
	const struct shape *s = of("const char *");
	is_shape("const char *", SHAPE_POINTER, 4);
	ok(s->target->is_const && s->target->is_char && !s->is_const && s->target == of("const char"));
	s = of("char *const *");
	ok(s->target->kind == SHAPE_POINTER && s->target->is_const && !s->is_const && !s->target->target->is_const);
	is_str(s->target->text, "char *");
	s = of("struct hidden *restrict");
	ok(s->kind == SHAPE_POINTER && s->target->is_opaque && !s->is_const);
	ok(of("char *const restrict volatile")->is_const);
	s = of("const point_t *");
	ok(s->target->is_const && s->target->record == of("struct point")->record && !of("point_t")->is_const);
	s = of("text");
	ok(s->kind == SHAPE_POINTER && s->target->is_const && s->target->is_char);
	s = of("const text *");
	ok(s->target->is_const && s->target->kind == SHAPE_POINTER && s->target->target->is_const);
	s = of("void ***");
	ok(s->target->target->target->kind == SHAPE_VOID);
	is_int(of("FILE *")->target->kind, SHAPE_FILE);
	is_int(of("unsigned __int128 *")->target->kind, SHAPE_UNKNOWN);
}

static void arrays(void)
{
	const struct shape *s = of("int [3][4]");
	is_shape("int [3][4]", SHAPE_ARRAY, 48);
	ok(s->count == 3 && s->target->count == 4 && s->target->size == 16 && s->target->target == of("int"));
	is_shape("char []", SHAPE_ARRAY, 0);
	is_shape("struct point [2]", SHAPE_ARRAY, 16);
	is_shape("row [2]", SHAPE_ARRAY, 24);
	is_shape("struct hidden [2]", SHAPE_ARRAY, 0);
	is_shape("int [4294967295]", SHAPE_ARRAY, 0);
	is_shape("int [99999999999999999999999]", SHAPE_ARRAY, 0);
	is_shape("char *[5]", SHAPE_ARRAY, 20);
	s = of("int (*)[3]");
	ok(s->kind == SHAPE_POINTER && s->target->kind == SHAPE_ARRAY && s->target->count == 3);
	s = of("int (*[2])[3]");
	ok(s->kind == SHAPE_ARRAY && s->count == 2 && s->size == 8 && s->target->target->count == 3);
	s = of("char (*(*)[2])[7]");
	ok(s->kind == SHAPE_POINTER && s->target->count == 2 && s->target->target->target->count == 7);
}

static void is_parameters(const struct shape_signature *g, const char *want)
{
	const char *got = "";
	if (!ok(g != NULL))
		return;
	for (size_t i = 0; i < g->parameters_len; i++)
		got = arena_printf(&arena, "%s%s{%s|%s}", got, i ? " " : "", g->texts[i], g->names[i]);
	got = arena_printf(&arena, "%s: %s%s%s", g->result_text, got, g->variadic ? " ..." : "", g->unspecified ? " ?" : "");
	is_str(got, want);
}

static void functions(void)
{
	static const char *const rows[][2] = {
		{"int (*)(void *, size_t)", "int: {void *|} {size_t|}"},
		{"int (*)(void *data, size_t n)", "int: {void *|data} {size_t|n}"},
		{"void (*)(void)", "void: "},
		{"void (*)()", "void:  ?"},
		{"int (*)(const char *format, ...)", "int: {const char *|format} ..."},
		{"char *(*)(const char *const *names, int a[3])", "char *: {const char *const *|names} {int [3]|a}"},
		{"void (*)(char *const, char *const p, int *restrict out)", "void: {char *const|} {char *const|p} {int *restrict|out}"},
		{"int (*)(struct point, struct point at, enum plain, unsigned long n)",
		 "int: {struct point|} {struct point|at} {enum plain|} {unsigned long|n}"},
		{"void (*)(int (*f)(char *, int), void (*)(int *x), int)",
		 "void: {int (*)(char *, int)|f} {void (*)(int *x)|} {int|}"},
		{"void (*)(point_t p, nowhere)", "void: {point_t|p} {nowhere|}"},
		{"void (*)(int (*rows)[4], int (*)[4])", "void: {int (*)[4]|rows} {int (*)[4]|}"},
		{"void (*)(void (**slot)(int))", "void: {void (**)(int)|slot}"},
		{"void (*)(int (*const f)(void))", "void: {int (*const )(void)|f}"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		tap_print("# %s\n", rows[i][0]);
		is_parameters(shape_callback(of(rows[i][0])), rows[i][1]);
		ok(shape_callback(of(rows[i][0])) == shape_callback(of(rows[i][0])));
	}
	ok(shape_callback(of("callback")) == shape_callback(of("int (*)(void *data, size_t n)")));
	ok(shape_callback(of("function")) == NULL && of("function")->kind == SHAPE_FUNCTION);
	is_parameters(shape_callback(of("function *")), "int: {const char *|}");
	ok(shape_callback(of("int")) == NULL && shape_callback(of("nowhere")) == NULL);
	/* a function that gives a function */
	const struct shape_signature *g = shape_callback(of("void (*(*)(int sig, void (*func)(int)))(int)"));
	is_parameters(g, ": {int|sig} {void (*)(int)|func}");
	ok(g && shape_callback(g->result) && shape_callback(g->result)->parameters_len == 1);
	g = shape_callback(of("void (*)(row r, function f, int [])"));
	ok(g->parameters[0]->kind == SHAPE_POINTER && g->parameters[0]->target == of("int"));
	ok(shape_callback(g->parameters[1]) && g->parameters[2]->size == 4);
}

static void signatures(void)
{
	struct parameter p[SHAPE_PARAMETERS_MAX + 1];
	for (size_t i = 0; i < countof(p); i++)
		p[i] = (struct parameter){"a", "double", false};
	struct signature s = {"struct point", p, 2, true, false};
	is_parameters(shape_signature(shapes, &s), "struct point: {double|a} {double|a} ...");
	s.parameters_len = countof(p);
	ok(shape_signature(shapes, &s)->unspecified);
	is_int(shape_signature(shapes, &s)->parameters_len, SHAPE_PARAMETERS_MAX);
	s = (struct signature){"", NULL, 0, false, true};
	is_int(shape_signature(shapes, &s)->result->kind, SHAPE_UNKNOWN);
}

static void is_fields(const char *text, const char *want)
{
	const struct shape_record *r = of(text)->record;
	const char *got = "";
	tap_print("# %s\n", text);
	if (!ok(r != NULL))
		return;
	for (size_t i = 0; i < r->fields_len; i++) {
		const struct shape_field *f = &r->fields[i];
		got = arena_printf(&arena, "%s%s%s@%u:%u%s", got, i ? " " : "", f->name, f->offset,
				   f->bits ? f->bits : f->shape->size, f->shared ? "!" : "");
	}
	is_str(got, want);
}

static void records(void)
{
	is_shape("struct point", SHAPE_RECORD, 8);
	is_fields("struct point", "x@0:4 y@4:2");
	is_fields("untagged", "x@0:4 y@4:2");
	is_fields("struct list", "next@0:4 at@4:8 name@12:16");
	ok(of("struct list")->record->fields[0].shape->target->record == of("struct list")->record);
	ok(of("struct list")->record->fields[1].shape == of("struct point"));
	is_fields("union value", "i@0:8! d@0:8!");
	is_fields("any", "i@0:8! d@0:8!");
	is_fields("union single", "only@0:4!");
	is_fields("struct packed", "a@0:3 b@3:5 c@1:1");
	is_fields("struct variant", "kind@0:4 u.i@8:4! u.d@8:8! after@16:4");
	is_fields("struct grid", "cells[0].x@0:4 cells[1].x@8:4 cells[2].x@16:4 cells[3].x@24:4");
	is_int(of("struct endless")->record->fields_len, SHAPE_FIELDS_MAX);
	is_str(of("struct endless")->record->fields[255].name, "many[254].x");
	is_int(of("struct endless")->record->fields[255].offset, 1016);
}

/* Which comes first must not matter. */
static void records_that_lead_to_themselves(void)
{
	static const char *const first[] = {"struct node", "tree", "tree *", "struct hooks", "hook", "void (*)(hook, tree)"};
	for (size_t i = 0; i < countof(first); i++) {
		struct interface api = {.types = types, .types_len = countof(types)};
		shapes = shapes_new(&api, &arena);
		of(first[i]);
		tap_print("# after %s\n", first[i]);
		is_fields("struct node", "child@0:8 value@8:4");
		is_int(of("struct node")->record->fields[0].shape->count, 2);
		ok(of("tree")->target->record == of("struct node")->record);
		is_fields("struct hooks", "table@0:16 last@16:4");
		is_int(of("struct hooks")->record->fields[0].shape->count, 4);
		ok(shape_callback(of("struct hooks")->record->fields[0].shape->target) == shape_callback(of("hook")));
	}
}

static const char *repeated(const char *text, size_t times)
{
	size_t len = strlen(text);
	char *all = arena_alloc(&arena, len * times + 1, 1);
	for (size_t i = 0; i < times; i++)
		memcpy(all + i * len, text, len);
	return all;
}

static void hostile_texts(void)
{
	static const char *const pieces[] = {"(", ")", "[", "]", "*", "(*", "((*)", "int (*)(", "(*)(", "int [", ",", "...", "const ",
					     "struct ", "long ", "[3]", "()", "f(", "(*(", "x", "\x80\xff", "int *const(", "_"};
	static const size_t times[] = {1, 2, 3, 100, 190, 210, 400, 5000};
	for (size_t i = 0; i < countof(pieces); i++) {
		for (size_t k = 0; k < countof(times); k++) {
			const char *text = repeated(pieces[i], times[k]);
			const struct shape *s = of(text);
			if (strcmp(s->text, text) != 0 || s->kind > SHAPE_VA_LIST)
				ok(false);
			of(arena_printf(&arena, "int %s", text));
			of(arena_printf(&arena, "void (*)(%s)", text));
		}
	}
	is_int(of(repeated("x", 5000))->kind, SHAPE_UNKNOWN);
	is_int(of("void (*)(int")->kind, SHAPE_POINTER);
	is_int(of("int [3")->count, 3);
	/* more than the table holds */
	for (int i = 0; i < 21000; i++)
		of(arena_printf(&arena, "t%d", i));
	is_int(of("unsigned short")->size, 2);
}

/* A record that is reached over many others is known all the same. */
static void long_chains(void)
{
	enum { LINKS = 1000 };
	struct api_type *rows = arena_array(&arena, LINKS, struct api_type);
	struct api_field *fields = arena_array(&arena, LINKS, struct api_field);
	for (size_t i = 0; i < LINKS; i++) {
		fields[i] = (struct api_field)FIELD("to", arena_printf(&arena, "struct s%zu *", i + 1), 0, 4);
		rows[i] = (struct api_type){.kind = API_STRUCT, .name = arena_printf(&arena, "s%zu", i), .target = "",
					    .known = true, .size = 4, .fields = &fields[i], .fields_len = 1};
	}
	struct interface api = {.types = rows, .types_len = LINKS};
	shapes = shapes_new(&api, &arena);
	const struct shape *s = of("struct s0");
	size_t steps = 0;
	for (; s->record && s->record->fields_len && s->record->fields[0].shape->target; steps++)
		s = s->record->fields[0].shape->target;
	is_int(steps, LINKS);
}

int main(void)
{
	struct interface api = {.types = types, .types_len = countof(types)};
	shapes = shapes_new(&api, &arena);
	tap_run("scalars", scalars);
	tap_run("what is not known", what_is_not_known);
	tap_run("pointers", pointers);
	tap_run("arrays", arrays);
	tap_run("functions", functions);
	tap_run("signatures", signatures);
	tap_run("records", records);
	tap_run("hostile texts", hostile_texts);
	tap_run("records that lead to themselves", records_that_lead_to_themselves);
	tap_run("long chains", long_chains);
	arena_release(&arena);
	return tap_done();
}
