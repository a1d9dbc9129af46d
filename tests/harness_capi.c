#include "harness/capi.h"

#include "core/buf.h"
#include "tests/tap.h"

static struct arena arena;

/* Reads /src/a.h, which says `raw`, from its preprocessed text. */
static struct interface read_as(const char *preprocessed, const char *raw)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct interface api = {0};
	struct err err = {0};
	ok(tree_add_file(tree, "/src/a.h", str_of(raw), &err) == 0);
	struct capi_source source = {str_of(preprocessed), "/src/", tree};
	if (!ok(capi_read(&source, &arena, &api, &err) == 0))
		tap_print("# %s\n", err.text);
	return api;
}

/* A header that the preprocessor leaves as it is. */
static struct interface read_header(const char *text)
{
	return read_as(arena_printf(&arena, "# 1 \"/src/a.h\" 1\n%s\n", text), text);
}

static void show_type(struct buf *b, const struct api_type *t)
{
	buf_printf(b, "%s%s", t->kind == API_TYPEDEF ? "typedef " : "", t->spelling);
	if (t->target[0] != '\0')
		buf_printf(b, " = %s", t->target);
	buf_append_cstr(b, t->opaque ? " opaque" : "");
	buf_append_cstr(b, t->callback ? " callback" : "");
	for (size_t i = 0; i < t->fields_len; i++)
		buf_printf(b, " .%s:%s", t->fields[i].name, t->fields[i].type);
	for (size_t i = 0; i < t->fields_len; i++) {
		if (t->fields[i].bits)
			buf_printf(b, " bits(%s)=%u", t->fields[i].name, t->fields[i].bits);
	}
	for (size_t i = 0; i < t->enumerators_len; i++)
		buf_printf(b, " =%s", t->enumerators[i].name);
	buf_append_cstr(b, "; ");
}

/* Everything but macros, in one line. */
static const char *shown(const struct interface *api)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < api->functions_len; i++) {
		const struct api_function *f = &api->functions[i];
		buf_printf(&b, "%s%s%s", f->is_static ? "static " : "", f->declaration, f->has_body ? " {}" : "");
		for (size_t k = 0; k < f->attributes.len; k++)
			buf_printf(&b, " %s", f->attributes.items[k]);
		buf_append_cstr(&b, "; ");
	}
	for (size_t i = 0; i < api->types_len; i++)
		show_type(&b, &api->types[i]);
	for (size_t i = 0; i < api->globals_len; i++)
		buf_printf(&b, "var %s; ", api->globals[i].declaration);
	for (size_t i = 0; i < api->unclear.len; i++)
		buf_printf(&b, "?%.*s; ", (int)(strrchr(api->unclear.items[i], ':') - api->unclear.items[i]),
			   api->unclear.items[i]);
	return arena_str(&arena, buf_str(&b));
}

static const struct {
	const char *header, *wanted;
} headers[] = {
	{"", ""},
	/* functions */
	{"int f(void);", "int f(void); "},
	{"int f();", "int f(); "},
	{"extern int (f)(int);", "int f(int); "},
	{"int ((*f(void)))[3];", "int (*f(void))[3]; "},
	{"void (*signal(int sig, void (*func)(int)))(int);", "void (*signal(int sig, void (*func)(int)))(int); "},
	{"int f(char*s,...) , *g ( void ),h;", "int f(char *s, ...); int *g(void); var int h; "},
	{"char const*const*f(int a[static 4], int b[const restrict], char *c[]);",
	 "char const *const *f(int a[static 4], int b[const restrict], char *c[]); "},
	{"unsigned long int f(_BitInt(7) x, long double _Complex y, bool z);",
	 "unsigned long int f(_BitInt(7) x, long double _Complex y, bool z); "},
	{"__const char *f(const char *__restrict a, int *_Nonnull b, __signed__ char c);",
	 "const char *f(const char *restrict a, int *b, signed char c); "},
	{"static inline int f(int a) { if (a) { return 1; } return g(\"}\"); } int g(void);",
	 "static int f(int a) {}; int g(void); "},
	{"extern inline int f(void) {}; __extension__ long long g(void);", "int f(void) {}; long long g(void); "},
	{"int f(a, b) int a; char *b; { return a; } int g(void);", "int f() {}; int g(void); "},
	{"int f(void); int f(void) { } int f();", "int f(void) {}; "},
	{"int f(); int f(int a);", "int f(int a); "},
	{"struct s { int x; } f(void); int g(struct s, union u *);",
	 "struct s f(void); int g(struct s, union u *); struct s .x:int; union u opaque; "},
	{"typedef int fn(int a); fn f, *g; typedef fn *fp; fp h(fn, fp x); typeof(f) i;",
	 "int f(int a); fp h(fn, fp x); int i(int a); typedef fn = int (int a) callback; typedef fp = fn * callback; "
	 "var fn *g; "},
	{"typedef int T; T (f)(T (*)(T), int (T), int (x));",
	 "T f(T (*)(T), int (T), int x); typedef T = int; "},
	{"int f(int (*)(void), void (*cb)(int, void (*)(char)));",
	 "int f(int (*)(void), void (*cb)(int, void (*)(char))); "},
	/* attributes, wherever they stand */
	{"__attribute__((a)) int __attribute__((b(1, \"x\"))) f(int x __attribute__((c))) "
	 "__asm__(\"n\") __attribute__((d));",
	 "int f(int x) __attribute__((a)) __attribute__((b(1, \"x\"))) __asm__(\"n\") __attribute__((d)); "},
	{"[[nodiscard]] int f [[x::y]] (void); _Noreturn void g(void); __declspec(dllimport) void __cdecl h(void);",
	 "int f(void) [[nodiscard]] [[x::y]]; void g(void) _Noreturn; void h(void) __declspec(dllimport); "},
	{"_Alignas(16) extern int x; _Static_assert(sizeof(int) == 4, \"f(;)\"); __asm__(\"nop\"); ; int f(void);",
	 "int f(void); var int x; "},
	/* types */
	{"struct a; struct b; struct b { int x, *y, z[2]; int (*f)(int); };",
	 "struct a opaque; struct b .x:int .y:int * .z:int [2] .f:int (*)(int); "},
	{"typedef struct { int x; } a, *b; typedef struct c c; typedef struct c { c *n; } *d;",
	 "typedef a = struct .x:int; typedef b = a *; typedef c = struct c; struct c .n:c *; "
	 "typedef d = struct c *; "},
	{"struct a { union { int x; struct { int y; }; }; struct { int z; } p, q[2][3], *r; };",
	 "struct a .x:int .y:int .p:struct .p.z:int .q:struct [2][3] .q[0][0].z:int .r:struct *; "},
	{"struct a { struct b { int x; } in; enum { A, B = 1 << 2, } e; int f[]; };",
	 "struct b .x:int;  =A =B; struct a .in:struct b .e:enum .f:int []; "},
	{"struct a { unsigned x : 3, : 0, y : N + 1; int z; };",
	 "struct a .x:unsigned .y:unsigned .z:int bits(x)=3 bits(y)=1; "},
	{"enum a { A, B = (1, 2), C }; enum { D }; typedef enum { E } b; typedef enum { F } *c; enum d : long { G };",
	 "enum a =A =B =C;  =D; typedef b = enum =E; typedef c = enum *;  =F; enum d =G; "},
	{"typedef int a[3], b(void), (*c)(int), (*(*d)(void))(int);",
	 "typedef a = int [3]; typedef b = int (void) callback; typedef c = int (*)(int) callback; "
	 "typedef d = int (*(*)(void))(int) callback; "},
	{"typedef float _Float32; typedef int bool; bool f(_Float32);",
	 "bool f(_Float32); typedef _Float32 = float; typedef bool = int; "},
	/* globals */
	{"extern const char *const names[2]; extern int (*hook)(int), x; static const int y = 3; int z = {1};",
	 "var const char *const names[2]; var int (*hook)(int); var int x; var int z; "},
	{"extern int x; extern int x; extern struct { int y; } s;", "var int x; var struct s; "},
	{"extern \"C\" { int f(void); extern \"C\" int g(void); }", "int f(void); int g(void); "},
	/* what is broken leaves its neighbours alone */
	{"int f(void);\n@ ];\nint g(void);", "int f(void); int g(void); ?a.h:2; "},
	{"int f(\nint g(void);\nint h(void);", "int g(void); int h(void); ?a.h:1; "},
	{"LEFTOVER int f(void);", "int f(void); ?a.h:1; "},
	{"LEFTOVER(x, y)\nint f(void);", "int f(void); ?a.h:1; "},
	{"foo(bar); return f(1); x y z; int g(void);", "int g(void); ?a.h:1; ?a.h:1; ?a.h:1; "},
	{"struct s { @; int x; int +; int y; }; int f(void);",
	 "int f(void); struct s .x:int .y:int; ?a.h:1; ?a.h:1; "},
	{"int f(void) {\nint g(void);", "int f(void) {}; int g(void); ?a.h:1; "},
	{"struct s {\nint g(void);\nint h(void);", "int g(void); int h(void); ?a.h:1; "},
	{"} int f(void); }}} int g(void);", "int f(void); int g(void); "},
	{"int f(void)", "int f(void); "},
	{"int f(int", "?a.h:1; "},
};

static void reads_declarations(void)
{
	for (size_t i = 0; i < countof(headers); i++) {
		struct interface api = read_header(headers[i].header);
		is_str(shown(&api), headers[i].wanted);
	}
}

static void tells_signatures(void)
{
	struct interface api = read_header("typedef void fn(int); typedef fn *fp;\n"
					   "char *f(const char *s, int (*cb)(void), fp g, fn h, fn **i, ...);\n"
					   "typedef int (*cmp)(const void *a, const void *);\n"
					   "void g(void), h();");
	static const bool callbacks[] = {false, true, true, true, false};
	struct signature *s = &interface_function(&api, STR("f"))->signature;
	is_str(s->result, "char *");
	ok(s->variadic && !s->unspecified);
	if (!is_int(s->parameters_len, countof(callbacks)))
		return;
	for (size_t i = 0; i < countof(callbacks); i++)
		is_int(s->parameters[i].callback, callbacks[i]);
	is_str(s->parameters[0].name, "s");
	is_str(s->parameters[0].type, "const char *");
	is_str(s->parameters[1].type, "int (*)(void)");
	s = api.types[2].callback;
	is_str(s->result, "int");
	is_str(s->parameters[0].name, "a");
	is_str(s->parameters[1].name, "");
	ok(!interface_function(&api, STR("g"))->signature.unspecified);
	ok(interface_function(&api, STR("h"))->signature.unspecified);
	ok(!interface_function(&api, STR("ff")) && !interface_function(&api, (struct str){0}));
	api.functions_by_name = NULL; /* slower, but the same */
	ok(interface_function(&api, STR("h")) == &api.functions[2] && !interface_function(&api, STR("i")));
}

/* As clang -E -dD writes it. */
static const char preprocessed[] = "# 1 \"/build/all.c\"\n"
				   "# 1 \"<built-in>\" 1\n"
				   "#define __clang__ 1\n"
				   "# 1 \"/build/all.c\" 2\n"
				   "int own;\n"
				   "# 1 \"/src/x/../a.h\" 1\n\n\n\n"
				   "#define A_H\n"
				   "# 1 \"/usr/include/stddef.h\" 1 3\n"
				   "typedef unsigned long size_t;\n"
				   "struct tm { int sec; }; int puts(const char *);\n"
				   "#define NULL ((void *)0)\n"
				   "# 7 \"/src/a.h\" 2\n"
				   "#define API(t) extern t\n"
				   "#define MAX 10\n"
				   "#define ADD(a,b...) ((a) + f(b))\n"
				   "# 14 \"/src/a.h\"\n"
				   "extern size_t f(struct tm *);\n"
				   "#define GONE 1\n"
				   "#undef GONE\n\n"
				   "int made_x(void); int made_y(void);\n"
				   "# 23 \"/src/a.h\"\n"
				   "int\n"
				   "g(void) { return 0; }\n"
				   "int last(void);\n";

static const char raw[] = "/* A licence. */\n"
			  "\n"
			  "#ifndef A_H\n"
			  "#define A_H\n"
			  "\n"
			  "#include <stddef.h>\n"
			  "#define API(t) extern t\n"
			  "#define MAX 10 /* most */\n"
			  "/* Sums. */\n"
			  "#define ADD(a, b...) \\\n"
			  "\t((a) + /* then */ \\\n"
			  "\tf(b))\n"
			  "/** Does f. */\n"
			  "API(size_t) f(struct tm * /* t */); // behind\n"
			  "#define GONE 1\n"
			  "#undef GONE\n"
			  "\n"
			  "BOTH(made, x, y)\n"
			  "/* apart */\n"
			  "\n"
			  "/* of */\n"
			  "// g\n"
			  "int\n"
			  "g(void) { return 0; }\n"
			  "int last(void); /**< the last */\n"
			  "#endif\n";

static void finds_what_was_written(void)
{
	struct interface api = read_as(preprocessed, raw);
	is_str(shown(&api),
	       "size_t f(struct tm *); int made_x(void); int made_y(void); int g(void) {}; int last(void); ");
	if (!is_int(api.functions_len, 5))
		return;
	const struct api_function *f = api.functions;
	is_str(f[0].written, "API(size_t) f(struct tm * /* t */);");
	is_str(f[0].doc, "/** Does f. */");
	is_str(f[0].place.file, "a.h");
	is_int(f[0].place.line, 14);
	is_str(f[1].written, "BOTH(made, x, y)");
	is_int(f[1].place.line, 18);
	is_str(f[1].doc, "");
	is_str(f[3].written, "int\ng(void)");
	is_str(f[3].doc, "// g");
	is_int(f[3].place.line, 23);
	is_int(f[3].place.end_line, 24);
	is_str(f[4].written, "int last(void);");
	is_str(f[4].doc, "/**< the last */");
	is_int(api.files.len, 1);
	is_str(api.files.items[0], "a.h");
}

static void reads_macros(void)
{
	struct interface api = read_as(preprocessed, raw);
	if (!is_int(api.macros_len, 3)) /* neither the guard nor what is gone */
		return;
	const struct api_macro *m = api.macros;
	is_str(m[0].name, "API");
	ok(m[0].function_like && m[0].parameters.len == 1);
	is_str(m[0].body, "extern t");
	is_str(m[1].body, "10");
	is_str(m[1].doc, "/* most */");
	is_int(m[1].place.line, 8);
	is_str(m[2].body, "((a) + f(b))");
	is_str(m[2].doc, "/* Sums. */");
	is_str(m[2].parameters.items[2], "...");
	is_int(m[2].place.end_line, 12);
	api = read_header("#define A \"a  b\"   +/* c */ 1\n#define B (1)\n#define C\n"
			  "#define A 2\n#define\n#define 3\n");
	is_int(api.macros_len, 3);
	ok(!api.macros[0].function_like);
	is_str(api.macros[0].body, "(1)");
	is_str(api.macros[2].body, "2");
}

/* Where comments stand, and which one belongs to f. */
static const struct {
	const char *header, *doc;
} comments[] = {
	{"/* d */\nint f(void);", "/* d */"},
	{"/* licence */\n\nint f(void);", ""},
	{"/** d */\n\nint f(void);", "/** d */"},
	{"/** @file a.h */\n\nint f(void);", ""},
	{"// a\n\n// b\n// c\nint f(void);", "// b\n// c"},
	{"/* a */\nint e(void); /* b */\nint f(void);", ""},
	{"/* a */\nint e(void);\nint f(void); // c", "// c"},
	{"int f(void);\n/**< d\n */\nint e(void);", "/**< d\n */"},
	{"int e(void);\n/**< e */\nint f(void);", ""},
	{"/* d */ int f(void);", "/* d */"},
	{"int f(void); int e(void); /* e */", ""},
	{"/* d */\n#pragma x\nint f(void);", ""},
	{"int f(void);\n/* d */\nint f(void);", "/* d */"},
};

static void finds_comments(void)
{
	for (size_t i = 0; i < countof(comments); i++) {
		struct interface api = read_header(comments[i].header);
		is_str(interface_function(&api, STR("f"))->doc, comments[i].doc);
	}
}

static void is_bounded(void)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 64 << 20);
	buf_append_cstr(&b, "# 1 \"/src/a.h\"\n");
	for (int i = 0; i <= CAPI_ITEMS_MAX; i++)
		buf_printf(&b, "int f%d(void);", i);
	struct interface api = {.functions_len = 7};
	struct err err = {0};
	struct capi_source source = {buf_str(&b), "/src/", NULL};
	is_int(capi_read(&source, &arena, &api, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_int(api.functions_len, 7);

	buf_clear(&b);
	for (int i = 0; i <= CAPI_TOKENS_MAX; i++)
		buf_append_cstr(&b, "+ ");
	source.preprocessed = buf_str(&b);
	is_int(capi_read(&source, &arena, &api, &err), -1);
	source.preprocessed.len = CAPI_TEXT_MAX + 1; /* never looked at */
	is_int(capi_read(&source, &arena, &api, &err), -1);

	buf_clear(&b); /* deeper than is followed, and only that is lost */
	buf_append_cstr(&b, "int f");
	for (int i = 0; i < 1000; i++)
		buf_append_cstr(&b, "(int (*)");
	buf_append_cstr(&b, ";\nint g(void);");
	api = read_header(b.ptr);
	is_str(shown(&api), "int g(void); ?a.h:1; ");
}

static void fields_that_bodies_read(void)
{
	struct interface api = read_header("struct s { int a, b, c; };\n"
					   "static inline int f(struct s *x) { return x->a + x->a + c(x). d; }\n"
					   "int g(struct s *b);\n"
					   "extern inline int h(struct s x) { { return x.c; } }\n");
	SCOPED_BUF struct buf names;
	buf_init(&names, 1000);
	for (size_t i = 0; i < api.fields_read.len; i++)
		buf_printf(&names, "%s ", api.fields_read.items[i]);
	is_str(names.ptr, "a d c ");
}

int main(void)
{
	tap_run("reads declarations", reads_declarations);
	tap_run("tells signatures", tells_signatures);
	tap_run("fields that bodies read", fields_that_bodies_read);
	tap_run("finds what was written", finds_what_was_written);
	tap_run("reads macros", reads_macros);
	tap_run("finds comments", finds_comments);
	tap_run("is bounded", is_bounded);
	arena_release(&arena);
	return tap_done();
}
