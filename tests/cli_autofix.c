/* Sources as models write them, with what needs no model to be repaired, by the real compiler. */

#include "harness/autofix.h"
#include "core/mem.h"
#include "tests/sandbox.h"

static struct spec spec;

static struct autofix fix_with(struct sandbox *s, const struct draft *draft, const char *only)
{
	struct err err = {0};
	struct autofix fix;
	sandbox_check(autofix_run(s->tools.toolchain, &build_default_limits, &spec, draft, only, &s->arena, &fix, &err), &err);
	return fix;
}

static struct autofix fix(struct sandbox *s, const char *text)
{
	struct draft none = {0}, draft = draft_with(&none, "src/a.c", str_of(text), &s->arena);
	return fix_with(s, &draft, NULL);
}

static const char *text_of(struct sandbox *s, const struct autofix *f)
{
	return arena_str(&s->arena, draft_text(&f->draft, "src/a.c"));
}

static bool has_done(const struct autofix *f, const char *what)
{
	for (size_t i = 0; i < f->done.len; i++) {
		if (strstr(f->done.items[i], what))
			return true;
	}
	return false;
}

static void leaves_alone_what_compiles(struct sandbox *s)
{
	static const char text[] = "#include \"shape.h\"\nint area(const struct shape *s) { return s->w * s->h; }\n";
	struct autofix f = fix(s, text);
	ok(f.ok);
	is_int(f.done.len, 0);
	is_str(text_of(s, &f), text);
}

static void includes(struct sandbox *s)
{
	struct autofix f = fix(s, "#include \"shape.h\"\n\n"
				  "int area(const struct shape *s)\n{\n\tchar text[20];\n\tuint32_t n = 0;\n"
				  "\tif (!s || s->w == INT_MAX)\n\t\treturn -1;\n\tmemset(text, 0, sizeof(text));\n"
				  "\tn = (uint32_t)strlen(text);\n\treturn isdigit(text[0]) ? 1 : (int)n;\n}\n");
	ok(f.ok);
	ok(has_done(&f, "#include <string.h>"));
	ok(has_done(&f, "#include <stdint.h>"));
	ok(has_done(&f, "#include <limits.h>"));
	ok(has_done(&f, "#include <ctype.h>"));
	/* Behind those that are there, and each once. */
	ok(strncmp(text_of(s, &f), "#include \"shape.h\"\n#include <", 28) == 0);
	const char *first = strstr(text_of(s, &f), "<string.h>");
	ok(first && !strstr(first + 1, "<string.h>"));
}

/* Text behind "src/a.c: " of each thing done. */
static const char *done(struct sandbox *s, const struct autofix *f)
{
	const char *all = "";
	for (size_t i = 0; i < f->done.len; i++)
		all = arena_printf(&s->arena, "%s%s%s", all, i ? " | " : "", f->done.items[i] + strlen("src/a.c: "));
	return all;
}

/* A source, what is done about it, and with what it begins then. */
static const struct {
	const char *text, *done, *start;
} sources[] = {
	/* Macros that are not there, where the compiler only wonders about what follows. */
	{"#include <stdio.h>\n#include <stdint.h>\nint f(char *b, uint64_t v) { return snprintf(b, 9, \"%\" PRIu64 \"!\", v); }\n",
	 "#include <inttypes.h>", "#include <stdio.h>\n#include <stdint.h>\n#include <inttypes.h>\nint f"},
	{"struct s { int a, b; };\nunsigned long f(void) { return offsetof(struct s, b); }\n", "#include <stddef.h>",
	 "#include <stddef.h>\nstruct s"},
	{"int f(int n, ...)\n{\n\tva_list ap;\n\tva_start(ap, n);\n\tint v = va_arg(ap, int);\n\tva_end(ap);\n\treturn v;\n}\n",
	 "#include <stdarg.h>", "#include <stdarg.h>\nint f"},
	{"bool f(void) { return true; }\n", "#include <stdbool.h>", "#include <stdbool.h>\nbool"},
	{"int f(void *p) { assert(p != NULL); errno = EINVAL; return errno; }\n",
	 "#include <assert.h> | #include <stddef.h> | #include <errno.h>", "#include <assert.h>\n#include <stddef.h>\n#include <errno.h>\n"},
	{"int f(double x) { return isnan(x) && fabs(x) < DBL_MAX; }\n", "#include <math.h> | #include <float.h>", "#include <math.h>\n"},
	/* Where they go. */
	{"/* Licence. */\n\n/* About. */\nsize_t f(void) { return 0; }\n", "#include <stddef.h>",
	 "/* Licence. */\n\n/* About. */\n#include <stddef.h>\nsize_t"},
	{"#define _GNU_SOURCE\nsize_t f(void) { return 0; }\n", "#include <stddef.h>", "#define _GNU_SOURCE\n#include <stddef.h>\nsize_t"},
	{"#include <ctype.h>\n#define A 1\n#ifdef B\n#include <math.h>\n#endif\nuint8_t f(void) { return 0; }\n", "#include <stdint.h>",
	 "#include <ctype.h>\n#include <stdint.h>\n#define A"},
	{"#ifdef B\n#include <math.h>\n#endif\nsize_t f(void) { return 0; }", "#include <stddef.h>",
	 "#ifdef B\n#include <math.h>\n#endif\n#include <stddef.h>\nsize_t"},
	/* What the library declares. */
	{"int area(const struct shape *s) { return s ? SHAPE_SIDES : 0; }\n", "#include \"shape.h\"", "#include \"shape.h\"\nint area"},
	{"shape_handle f(shape_handle h) { return h; }\n", "#include \"shape.h\"", "#include \"shape.h\"\nshape_handle"},
	/* A public header that wants something in front of it. */
	{"#include \"sized.h\"\nint f(void) { return 0; }\n", "#include <stddef.h>", "#include <stddef.h>\n#include \"sized.h\"\n"},
	/* One step makes the next one possible. */
	{"Sure, here it is:\n\n#include \"Shape.h\"\n\nint area(const struct shape *s) { return s->w + (int)strlen(\"a\") + later(); }\n\n"
	 "/* Comes later. */\nstatic int later(void) { return 1; }\n```\nHope this helps!\n",
	 "prose around the code | \"shape.h\" in place of \"Shape.h\" | #include <string.h> | a prototype of later",
	 "#include \"shape.h\"\n#include <string.h>\n\nstatic int later(void);\n\nint area"},
	/* Prototypes stand behind the types that they need, and above a comment. */
	{"#include <stddef.h>\nint early(void) { return 1; }\nstruct own { int a; };\n/* Uses it. */\nint f(struct own *o) { return g(o, 1); }\n"
	 "static int g(struct own *o, /* how many */\n\t     int n)\n{\n\treturn o->a + n;\n}\n",
	 "a prototype of g",
	 "#include <stddef.h>\nint early(void) { return 1; }\nstruct own { int a; };\nstatic int g(struct own *o, int n);\n\n/* Uses it. */\nint f"},
	{"int f(void) { return table(1) + size(); }\nint (*table(int a))(void) { return 0; }\nunsigned size(void) { return 0; }\n", NULL, NULL},
	/* A name that is nearly right is what the compiler says only where nothing else is. */
	{"static int count_all = 1;\nint f(void) { return cuont_all; }\n", NULL,
	 "static int count_all = 1;\nint f(void) { return count_all; }\n"},
	{"typedef int uint8_x;\nuint8_t f(void) { return 0; }\n", "#include <stdint.h>", "#include <stdint.h>\ntypedef"},
	{"struct p { int x; } p;\nint f(struct p *a) { int n = a.x; return n + a.x\n; }\n", NULL,
	 "struct p { int x; } p;\nint f(struct p *a) { int n = a->x; return n + a->x\n; }\n"},
};

static void all_kinds_of_sources(struct sandbox *s)
{
	for (size_t i = 0; i < countof(sources); i++) {
		struct autofix f = fix(s, sources[i].text);
		if (!sources[i].start) {
			ok(!f.ok); /* its types do not fit: not for us to say */
			continue;
		}
		tap_ok(f.ok, arena_printf(&s->arena, "row %zu", i), __FILE__, __LINE__);
		if (sources[i].done)
			is_str(done(s, &f), sources[i].done);
		const char *start = arena_str(&s->arena, str_first(str_of(text_of(s, &f)), strlen(sources[i].start)));
		is_str(start, sources[i].start);
	}
}

/* What does not help leaves no trace, whatever the compiler was made to say. */
static void what_does_not_help_is_taken_back(struct sandbox *s)
{
	static const char *const texts[] = {
		"int f(void) { return strlen; }\n#include <nothing.h>\n",
		"#error \"call to undeclared function 'f'\"\nint f(void) { return 0; }\n",
		"#line 9999 \"/candidate/src/a.c\"\nint f(void) { return strlen(1, 2, 3); }\n",
		"#line 1 \"/candidate/src/none.c\"\nsize_t f(void) { return 0; }\n",
		"#line 1 \"/src/include/shape.h\"\nint f(void) { return q; }\n",
		"int f(int a, int b, int c) { return g(a; }\n",
		"static void h(void) { undefined_type x; }\nint i(a) int a; { return j(1); }\nint j(b) int b; { return z; }\n",
		"int f(\n", "}", "{", "\\", "#include \"", "#include <", "\"", "'", "/*", "int x = 0x;\n", "#if\n",
	};
	for (size_t i = 0; i < countof(texts); i++) {
		struct autofix f = fix(s, texts[i]);
		tap_ok(!f.ok, arena_printf(&s->arena, "row %zu", i), __FILE__, __LINE__);
		ok(f.failure != NULL || diag_first_error(&f.diags) != NULL);
	}
	struct autofix f = fix(s, "#error \"call to undeclared function 'strlen'\"\nint f(void) { return 0; }\n");
	is_int(f.done.len, 0);
	is_str(text_of(s, &f), "#error \"call to undeclared function 'strlen'\"\nint f(void) { return 0; }\n");
}

static void tells_what_no_compiler_says(struct sandbox *s)
{
	static const char *const wrong[][2] = {
		{"#include \"shape.h\"\nint main(void) { return 0; }\n", "src/a.c: it defines main, as the tests do; a library has none"},
		{"#include \"../tests/check.h\"\n", "src/a.c: it includes \"../tests/check.h\", which is a file of the tests"},
	};
	for (size_t i = 0; i < countof(wrong); i++) {
		struct autofix f = fix(s, wrong[i][0]);
		ok(!f.ok);
		is_int(f.problems.len, 1);
		is_str(f.problems.len ? f.problems.items[0] : "", wrong[i][1]);
	}
}

/* A header that lacks something is repaired once, for all who include it. */
static void headers_are_repaired_too(struct sandbox *s)
{
	struct draft d = {0};
	d = draft_with(&d, "src/a.c", STR("#include \"own.h\"\nint a(struct own *o) { return (int)o->n; }\n"), &s->arena);
	d = draft_with(&d, "src/b.c", STR("#include \"../src/own.h\"\nint b(struct own *o) { return (int)o->n; }\n"), &s->arena);
	d = draft_with(&d, "src/own.h", STR("/* Own. */\n#ifndef OWN_H\n#define OWN_H\nstruct own { size_t n; };\n#endif\n"), &s->arena);
	struct autofix f = fix_with(s, &d, NULL);
	ok(f.ok);
	is_int(f.done.len, 1);
	is_str(f.done.items[0], "src/own.h: #include <stddef.h>");
	is_str(arena_str(&s->arena, draft_text(&f.draft, "src/own.h")),
	       "/* Own. */\n#ifndef OWN_H\n#define OWN_H\n#include <stddef.h>\nstruct own { size_t n; };\n#endif\n");
	/* What is wrong in it is said once. */
	d = draft_with(&d, "src/own.h", STR("struct own { unknown_t n; };\n"), &s->arena);
	f = fix_with(s, &d, NULL);
	is_int(f.diags.errors, 1);
	is_str(f.diags.items[0].file, "src/own.h");
}

static void prototypes(struct sandbox *s)
{
	struct autofix f = fix(s, "#include \"shape.h\"\n"
				  "int area(const struct shape *s) { return times(s->w, s->h); }\n"
				  "static int times(int a,\n\tint b)\n{\n\treturn a * b;\n}\n");
	ok(f.ok);
	ok(has_done(&f, "a prototype of times"));
	/* A function that is handed on. */
	f = fix(s, "#include \"shape.h\"\n#include <stdlib.h>\n"
		   "int area(const struct shape *s) { int v[2] = {s->w, s->h}; qsort(v, 2, sizeof(*v), compare); return v[0] * v[1]; }\n"
		   "static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }\n");
	ok(f.ok);
	ok(has_done(&f, "a prototype of compare"));
}

static void names_of_headers(struct sandbox *s)
{
	static const char *const wrong[] = {"\"Shape.h\"", "<shapes.h>", "\"shape/shape.h\""};
	for (size_t i = 0; i < countof(wrong); i++) {
		struct autofix f = fix(s, arena_printf(&s->arena, "#include %s\nint area(const struct shape *s) { return s->w; }\n", wrong[i]));
		ok(f.ok);
		is_int(f.done.len, 1);
	}
	struct autofix f = fix(s, "#include \"quite-another.h\"\nint area(const struct shape *s) { return s->w; }\n");
	ok(!f.ok);
}

static void as_the_compiler_says(struct sandbox *s)
{
	struct autofix f = fix(s, "#include \"shape.h\"\nint area(const struct shape *s)\n{\n\tint n = s.w\n\treturn n;\n}\n");
	ok(f.ok);
	ok(strstr(text_of(s, &f), "s->w;") != NULL);
}

static void prose(struct sandbox *s)
{
	struct autofix f = fix(s, "Here is the file that you asked for:\n\n#include \"shape.h\"\n"
				  "int area(const struct shape *s) { return s->w; }\n\nThis should be all that is needed here\n");
	ok(f.ok);
	is_str(text_of(s, &f), "#include \"shape.h\"\nint area(const struct shape *s) { return s->w; }\n");
}

static void a_public_header_goes(struct sandbox *s)
{
	struct draft none = {0};
	struct draft draft = draft_with(&none, "src/a.c", STR("#include \"shape.h\"\nint area(const struct shape *s) { return s->w; }\n"), &s->arena);
	draft = draft_with(&draft, "src/shape.h", STR("struct shape { long w; };\n"), &s->arena);
	struct autofix f = fix_with(s, &draft, NULL);
	ok(f.ok);
	ok(!draft_has(&f.draft, "src/shape.h"));
	ok(has_done(&f, "public header"));
}

static void tells_what_is_left(struct sandbox *s)
{
	struct autofix f = fix(s, "#include \"shape.h\"\nint area(const struct shape *s) { return s->depth; }\n");
	ok(!f.ok);
	const struct diag *d = diag_first_error(&f.diags);
	if (!ok(d != NULL))
		return;
	is_str(d->file, "src/a.c");
	is_int(d->line, 2);
	ok(strstr(d->message, "depth") != NULL);
	/* Nothing at all, and bytes that are no C. */
	ok(fix(s, "").ok);
	ok(!fix(s, "\x01\x02 } } ```\n").ok);
	ok(!fix(s, "#include \"a.c\"\n").ok);
}

static void only_what_was_asked_for(struct sandbox *s)
{
	struct draft none = {0};
	struct draft draft = draft_with(&none, "src/a.c", STR("int a(void) { return 1; }\n"), &s->arena);
	draft = draft_with(&draft, "src/b.c", STR("this is broken\n"), &s->arena);
	ok(fix_with(s, &draft, "src/a.c").ok);
	ok(!fix_with(s, &draft, NULL).ok);
}

static void a_header_by_itself(struct sandbox *s)
{
	struct draft none = {0};
	struct draft draft = draft_with(&none, "src/own.h", STR("#include \"shape.h\"\nuint8_t depth_of(const struct shape *s);\n"), &s->arena);
	struct autofix f = fix_with(s, &draft, "src/own.h");
	ok(f.ok);
	ok(has_done(&f, "src/own.h: #include <stdint.h>"));
	draft = draft_with(&none, "src/own.h", STR("depth_t depth_of(void);\n"), &s->arena);
	f = fix_with(s, &draft, "src/own.h");
	ok(!f.ok);
	const struct diag *d = diag_first_error(&f.diags);
	ok(d && strcmp(d->file, "src/own.h") == 0);
}

static void autofix(struct sandbox *s)
{
	*vec_push(&spec.headers) = (struct spec_file){"include/shape.h", STR("#define SHAPE_SIDES 4\nstruct shape { int w, h; };\n"
	    "typedef struct shape *shape_handle;\nint area(const struct shape *s);\n")};
	*vec_push(&spec.headers) = (struct spec_file){"include/sized.h", STR("size_t shape_size(void);\n")};
	*vec_push(&spec.tests) = (struct spec_file){"tests/check.h", STR("#define CHECK 1\n")};
	static struct api_type types[] = {{.name = "shape", .place = {"include/shape.h", 2, 2}},
					  {.name = "shape_handle", .place = {"include/shape.h", 3, 3}}};
	static struct api_macro macros[] = {{.name = "SHAPE_SIDES", .place = {"include/shape.h", 1, 1}}};
	spec.api = (struct interface){.types = types, .types_len = countof(types), .macros = macros, .macros_len = 1};
	static const char *include[] = {"include"};
	spec.include = (struct strings){include, 1};
	leaves_alone_what_compiles(s);
	includes(s);
	prototypes(s);
	names_of_headers(s);
	as_the_compiler_says(s);
	prose(s);
	a_public_header_goes(s);
	tells_what_is_left(s);
	only_what_was_asked_for(s);
	all_kinds_of_sources(s);
	what_does_not_help_is_taken_back(s);
	tells_what_no_compiler_says(s);
	headers_are_repaired_too(s);
	a_header_by_itself(s);
	spec_release(&spec);
}

int main(void)
{
	return sandbox_main(autofix);
}
