/*
 * What the sandbox's compiler says about an interface, also when the headers
 * are at war with it.
 */

#include "core/clock.h"
#include "harness/build.h"
#include "harness/capi.h"
#include "harness/layout.h"
#include "harness/ownsource.h"
#include "tests/sandbox.h"

struct attempt {
	const char *headers[3]; /* texts of h0.h, h1.h, … */
	const char *flags[2];
	const char *defines[2];
	struct interface api;
	const char *trouble;
};

static struct tree *make_tree(struct sandbox *s, const struct attempt *t)
{
	struct err err = {0};
	struct tree *tree = tree_new();
	for (size_t i = 0; i < sandbox_count(t->headers); i++) {
		const char *path = arena_printf(&s->arena, "/src/h%zu.h", i);
		sandbox_check(tree_add_file(tree, path, str_of(t->headers[i]), &err), &err);
	}
	return tree;
}

static void fill(struct sandbox *s, struct attempt *t)
{
	static const char *const names[] = {"h0.h", "h1.h", "h2.h"};
	struct err err = {0};
	SCOPED_TREE struct tree *tree = make_tree(s, t);
	struct compile options = {
		.flags = t->flags, .flags_len = sandbox_count(t->flags),
		.defines = t->defines, .defines_len = sandbox_count(t->defines),
	};
	struct layout_source source = {
		.tree = tree, .headers = names, .headers_len = sandbox_count(t->headers), .options = &options,
	};
	t->trouble = "nothing was done";
	sandbox_check(layout_fill(&source, &s->tools.tools, &s->arena, &t->api, &t->trouble, &err), &err);
}

/* The interface is read from the headers themselves. */
static void fill_read(struct sandbox *s, struct attempt *t)
{
	struct err err = {0};
	struct built built;
	SCOPED_TREE struct tree *tree = make_tree(s, t);
	struct own_source source = {.path = "/recast/h.c", .text = "#include \"/src/h0.h\"\n", .project = tree};
	source.options.keep_defines = true;
	sandbox_check(own_preprocess(&s->tools.tools, &source, &s->arena, &built, &err), &err);
	struct capi_source headers = {.preprocessed = built.bytes, .below = "/src/", .tree = tree};
	sandbox_check(capi_read(&headers, &s->arena, &t->api, &err), &err);
	fill(s, t);
}

static const char *value_of(const struct attempt *t, const char *name)
{
	for (size_t i = 0; i < t->api.macros_len; i++) {
		if (strcmp(t->api.macros[i].name, name) == 0)
			return t->api.macros[i].value;
	}
	return "no such macro";
}

/* ---- types */

static void is_field(const struct api_type *type, size_t i, uint64_t offset, uint64_t size, unsigned bits)
{
	const struct api_field *f = &type->fields[i];
	tap_print("# %s\n", f->name);
	ok(f->known && f->offset == offset && f->size == size && f->bits == bits);
}

static void types(struct sandbox *s)
{
	struct api_field fields[] = {
		{.name = "a", .type = "int"},		{.name = "p.x", .type = "short"},
		{.name = "q[1].y", .type = "char [3]"}, {.name = "b1", .type = "unsigned int", .bits = 3},
		{.name = "b2", .type = "int", .bits = 1}, {.name = "b3", .type = "_Bool", .bits = 1},
		{.name = "b4", .type = "const unsigned long long", .bits = 50}, {.name = "flexible", .type = "char []"},
		{.name = "missing", .type = "int"},
	};
	struct api_enumerator values[] = {{.name = "LOW"}, {.name = "HIGH"}, {.name = "MISSING"}};
	struct api_enumerator large[] = {{.name = "MOST"}};
	struct api_type rows[] = {
		{.kind = API_STRUCT, .name = "s", .spelling = "struct s", .fields = fields, .fields_len = countof(fields)},
		{.kind = API_ENUM, .name = "", .spelling = "", .enumerators = values, .enumerators_len = 3},
		{.kind = API_ENUM, .name = "large", .spelling = "enum large", .enumerators = large, .enumerators_len = 1},
		{.kind = API_TYPEDEF, .name = "callback", .spelling = "callback"},
		{.kind = API_TYPEDEF, .name = "hidden", .spelling = "hidden"},
		{.kind = API_STRUCT, .name = "opaque", .spelling = "struct opaque", .opaque = true},
	};
	struct api_global globals[] = {{.name = "array"}, {.name = "unsized"}};
	struct attempt t = {
		.headers = {"struct s { int a; struct { short x; } p; struct { char y[3]; } q[2]; unsigned b1 : 3; int b2 : 7;"
			    " _Bool b3 : 1; const unsigned long long b4 : 50; char flexible[]; };\n"
			    "enum { LOW = -5, HIGH = 1 << 30 };\nenum large { MOST = 0xFFFFFFFFFFFFFFFF };\n"
			    "typedef int (*callback)(struct s *);\ntypedef struct hidden hidden;\n"
			    "extern int array[7]; extern const char *const unsized[];\n"},
		.api = {.types = rows, .types_len = countof(rows), .globals = globals, .globals_len = 2},
	};
	fill(s, &t);
	is_str(t.trouble, NULL);
	ok(rows[0].known && rows[0].align == 8 && rows[0].size % 8 == 0);
	is_field(&rows[0], 0, 0, 4, 0);
	is_field(&rows[0], 1, 4, 2, 0);
	is_field(&rows[0], 2, 9, 3, 0);
	is_field(&rows[0], 3, 96, 0, 3);
	is_field(&rows[0], 4, 99, 0, 7);
	is_field(&rows[0], 5, 106, 0, 1);
	is_field(&rows[0], 6, 128, 0, 50);
	is_field(&rows[0], 7, 23, 0, 0);
	ok(!fields[8].known);
	ok(values[0].known && values[0].value == -5 && values[1].known && values[1].value == 1 << 30);
	ok(!values[2].known && !large[0].known);
	ok(rows[2].known && rows[2].size == 8);
	ok(rows[3].known && rows[3].size == 4);
	ok(!rows[4].known && !rows[5].known);
	ok(globals[0].known && globals[0].size == 28 && !globals[1].known);
}

/* ---- macros */

static const struct {
	const char *name, *body;
	enum api_value_kind kind;
	const char *value;
} constants[] = {
	{"NEGATIVE", "-5", API_INTEGER, "-5"},
	{"GREATEST", "0xffffffffffffffffULL", API_UNSIGNED, "18446744073709551615"},
	{"LEAST", "(-0x7fffffffffffffffLL-1)", API_INTEGER, "-9223372036854775808"},
	{"CHARACTER", "'x'", API_INTEGER, "120"},
	{"SMALL", "((unsigned char)200)", API_UNSIGNED, "200"},
	{"OTHER", "(NEGATIVE * 2)", API_INTEGER, "-10"},
	{"SIZE", "sizeof(struct s)", API_UNSIGNED, "8"},
	{"REAL", "1.5f", API_FLOAT, "0x1.8p+0 (1.5)"},
	{"LONG_REAL", "0.1L", API_FLOAT, "0x1.999999999999ap-4 (0.1)"},
	{"TEXT", "\"a\\0b\\n\\xff\" \"9\"", API_STRING, "a\\000b\\n\\3779"},
	{"NOTHING", "\"\"", API_STRING, ""},
	{"printf", "3", API_INTEGER, "3"},
	{"main", "4", API_INTEGER, "4"},
	{"write", "5", API_INTEGER, "5"},
	{"size_t", "6", API_INTEGER, "6"},
	/* no constants, or no expressions */
	{"CALL", "f(3)", API_NO_VALUE, NULL},
	{"VARIABLE", "variable", API_NO_VALUE, NULL},
	{"ADDRESS", "(&variable)", API_NO_VALUE, NULL},
	{"FUNCTION", "f", API_NO_VALUE, NULL},
	{"ARRAY", "array", API_NO_VALUE, NULL},
	{"POINTER", "((void *)0)", API_NO_VALUE, NULL},
	{"WIDE", "L\"x\"", API_NO_VALUE, NULL},
	{"TYPE", "struct s", API_NO_VALUE, NULL},
	{"LITERAL", "((struct s){1})", API_NO_VALUE, NULL},
	{"INITIALISER", "{1, 2}", API_NO_VALUE, NULL},
	{"STATEMENT", "do {} while (0)", API_NO_VALUE, NULL},
	{"OPEN", "(", API_NO_VALUE, NULL},
	{"BRACE", "{", API_NO_VALUE, NULL},
	{"END", "};", API_NO_VALUE, NULL},
	{"UNKNOWN", "nobody_knows", API_NO_VALUE, NULL},
	{"UNDEFINED", "(1 / 0)", API_NO_VALUE, NULL},
	{"LINE", "__LINE__", API_NO_VALUE, NULL},
	{"LAST", "77", API_INTEGER, "77"},
};

static void values(struct sandbox *s)
{
	SCOPED_BUF struct buf text;
	struct api_macro rows[countof(constants)] = {0};
	buf_init(&text, 1 << 16);
	buf_append_cstr(&text, "struct s { int a, b; };\nint f(int);\nextern int variable;\nextern char array[4];\n");
	for (size_t i = 0; i < countof(constants); i++) {
		buf_printf(&text, "#define %s %s\n", constants[i].name, constants[i].body);
		rows[i] = (struct api_macro){.name = constants[i].name, .body = constants[i].body};
	}
	struct attempt t = {
		.headers = {text.ptr},
		.flags = {"-pedantic-errors", "-Werror"},
		.api = {.macros = rows, .macros_len = countof(rows)},
	};
	fill(s, &t);
	is_str(t.trouble, NULL);
	for (size_t i = 0; i < countof(constants); i++) {
		tap_ok(rows[i].kind == constants[i].kind, constants[i].name, __FILE__, __LINE__);
		is_str(rows[i].value, constants[i].value);
	}
}

/* ---- headers that make trouble */

static const char *const good = "struct s { int a; };\n#define M 42\n";

static void some_headers_do_not_compile(struct sandbox *s)
{
	struct attempt t = {.headers = {good, "#error \"not here\"\n", "struct t { char c; };\n#define N 43\n"}};
	struct api_type rows[] = {{.name = "s", .spelling = "struct s"}, {.name = "t", .spelling = "struct t"}};
	t.api = (struct interface){.types = rows, .types_len = 2};
	fill(s, &t);
	ok(rows[0].known && rows[0].size == 4 && rows[1].known && rows[1].size == 1);
	is_str(t.trouble, "the public headers do not compile together: /src/h1.h:1:2: \"not here\"");
}

/* What a header does while the program runs, and whether M is known afterwards. */
static const struct {
	const char *what, *text;
	bool known;
	const char *trouble; /* begins so; NULL for none */
} wars[] = {
	{"prints first",
	 "#include <stdio.h>\n__attribute__((constructor)) static void f(void) { puts(\"abc 0 5 1 1 1 1 =\"); fflush(stdout); }\n",
	 true, NULL},
	{"ends it", "#include <unistd.h>\n__attribute__((constructor)) static void f(void) { _exit(0); }\n", false,
	 "the program that asks about the headers: no answers"},
	{"does not end", "__attribute__((constructor)) static void f(void) { for (;;) ; }\n", false,
	 "the program that asks about the headers did not end well: out of fuel"},
	{"traps", "__attribute__((constructor)) static void f(void) { __builtin_trap(); }\n", false,
	 "the program that asks about the headers did not end well: trapped"},
	{"has a main", "int main(void) { return 0; }\n", false,
	 "the program that asks about the headers cannot be linked: duplicate symbol: "},
	{"calls what is not there", "int elsewhere(void); int f(void) { return elsewhere(); }\n"
	 "static inline int g(void) { return elsewhere(); }\n", true, NULL},
	{"is huge", "static char huge[10000000] = {1}; char *p = huge;\n", true, NULL},
	{"bends words", "#define const\n#define static\n#define sizeof(x) 7\n#define struct union\n", false, ""},
	{"ends in a comment", "/* ", false, "the public headers do not compile together: /src/h0.h:"},
	{"leaves a brace open", "struct open {\n", false, "the public headers do not compile together: "},
};

static void wars_of_headers(struct sandbox *s)
{
	for (size_t i = 0; i < countof(wars); i++) {
		struct api_macro rows[] = {{.name = "M", .body = "42"}, {.name = "OPEN", .body = "("}};
		const char *text = arena_printf(&s->arena, "#define M 42\n#define OPEN (\n%s", wars[i].text);
		struct attempt t = {.headers = {text}, .api = {.macros = rows, .macros_len = 2}};
		uint64_t start = clock_monotonic_ns();
		fill(s, &t);
		tap_print("# %s: %s, %llu ms\n", wars[i].what, t.trouble ? t.trouble : "no trouble",
			  (unsigned long long)(clock_monotonic_ns() - start) / 1000000);
		ok(!wars[i].known || (rows[0].kind == API_INTEGER && strcmp(rows[0].value, "42") == 0));
		if (!wars[i].trouble)
			is_str(t.trouble, NULL);
		else if (wars[i].trouble[0])
			ok(t.trouble && strncmp(t.trouble, wars[i].trouble, strlen(wars[i].trouble)) == 0);
		ok(rows[1].kind == API_NO_VALUE);
	}
}

/* ---- as it is used */

static void reads_and_fills(struct sandbox *s)
{
	struct attempt t = {
		.headers = {"#ifndef H\n#define H\n#include <stddef.h>\n#define FLAG 0x10u\n"
			    "#ifdef WIDE\ntypedef long long number;\n#else\ntypedef int number;\n#endif\n"
			    "typedef struct point { number x, y; struct { unsigned on : 1; } state; } point;\n"
			    "typedef enum { RED, GREEN = 7 } colour;\nvoid draw(const point *p, colour c);\n#endif\n"},
		.defines = {"WIDE"},
	};
	fill_read(s, &t);
	is_str(t.trouble, NULL);
	is_str(value_of(&t, "FLAG"), "16");
	size_t known = 0, opaque = 0;
	for (size_t i = 0; i < t.api.types_len; i++) {
		known += t.api.types[i].known;
		opaque += t.api.types[i].opaque;
		if (strcmp(t.api.types[i].spelling, "struct point") == 0)
			is_int(t.api.types[i].size, 24);
	}
	ok(known >= 4 && opaque == 0);
}

static void many_items(struct sandbox *s)
{
	enum { MANY = 5000 };
	SCOPED_BUF struct buf text;
	struct api_macro *rows = arena_array(&s->arena, MANY, struct api_macro);
	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < MANY; i++) {
		rows[i].name = arena_printf(&s->arena, "NAME_%zu", i);
		/* Two commas are many errors where the macro is an argument; they must not use up all rounds. */
		rows[i].body = i % 8 ? "1" : i % 16 ? "missing" : "1, 2";
		buf_printf(&text, "#define %s %s\n", rows[i].name, rows[i].body);
	}
	struct attempt t = {.headers = {text.ptr}, .api = {.macros = rows, .macros_len = MANY}};
	uint64_t start = clock_monotonic_ns();
	fill(s, &t);
	tap_print("# %d macros took %llu ms\n", MANY, (unsigned long long)(clock_monotonic_ns() - start) / 1000000);
	size_t known = 0;
	for (size_t i = 0; i < MANY; i++)
		known += rows[i].kind == API_INTEGER;
	is_int(known, MANY - MANY / 8);
	is_str(t.trouble, NULL);
}

static void layout(struct sandbox *s)
{
	types(s);
	values(s);
	some_headers_do_not_compile(s);
	wars_of_headers(s);
	reads_and_fills(s);
	many_items(s);
}

int main(void)
{
	return sandbox_main(layout);
}
