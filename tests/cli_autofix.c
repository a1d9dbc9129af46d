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
	*vec_push(&spec.headers) = (struct spec_file){"include/shape.h", STR("struct shape { int w, h; };\nint area(const struct shape *s);\n")};
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
	a_header_by_itself(s);
	spec_release(&spec);
}

int main(void)
{
	return sandbox_main(autofix);
}
