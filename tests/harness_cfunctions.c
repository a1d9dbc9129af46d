#include "harness/cfunctions.h"

#include "core/buf.h"
#include "tests/tap.h"

/* "name:line-end_line " for each, "static " in front. */
static const char *found(const char *text, struct arena *a)
{
	SCOPED_BUF struct buf out;
	struct source_functions functions;
	struct err err = {0};
	buf_init(&out, 1 << 20);
	if (cfunctions_find(str_of(text), a, &functions, &err) < 0)
		return arena_strdup(a, err.text);
	for (size_t i = 0; i < functions.len; i++) {
		const struct source_function *f = &functions.items[i];
		buf_printf(&out, "%s%s:%u-%u ", f->is_static ? "static " : "", f->name, f->line, f->end_line);
	}
	return arena_str(a, buf_str(&out));
}

static const struct {
	const char *text, *functions;
} cases[] = {
	{"", ""},
	{"int a;\nint f(void);\n", ""},
	{"int f(void) { return 1; }\n", "f:1-1 "},
	{"/* f */\nstatic int\nf(int a,\n  int b)\n{\n\treturn a + b;\n}\n\nint g(void)\n{\n}\n", "static f:2-7 g:9-11 "},
	{"char *f(void) { return 0; }", "f:1-1 "},
	{"int (f)(int a) { return a; }", "f:1-1 "},
	{"int (*f(int a))(void) { return 0; }", "f:1-1 "},
	{"struct s { int a; } *f(void) { return 0; }", "f:1-1 "},
	{"int (*callback)(int) = 0;\nint table[] = { 1, 2 };\n", ""},
	{"#ifdef A\nint f(void) { return 1; }\n#else\nint f(void) { return 2; }\n#endif\n", "f:2-2 f:4-4 "},
	{"extern \"C\" {\nint f(void) { return 1; }\n}\n", "f:2-2 "},
	{"int f(void) { return }\nint g(void) { return 1; }\n", "f:1-1 g:2-2 "},
	{"@@@ %% \n int g(void) { return 1; }\n", "g:2-2 "},
};

static void finds_definitions(void)
{
	SCOPED_ARENA struct arena a = {0};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(found(cases[i].text, &a), cases[i].functions);
}

static void is_bounded(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf text;
	struct source_functions functions;
	struct err err = {0};
	buf_init(&text, CFUNCTIONS_TEXT_MAX + 10);
	while (text.len <= CFUNCTIONS_TEXT_MAX)
		buf_append_cstr(&text, "a b; ");
	ok(cfunctions_find(buf_str(&text), &a, &functions, &err) < 0);
	is_int(err.kind, ERR_LIMIT);
	buf_clear(&text);
	for (size_t i = 0; i < 20000; i++)
		buf_append_cstr(&text, "((");
	ok(cfunctions_find(buf_str(&text), &a, &functions, &err) == 0 || err.kind == ERR_LIMIT);
}

int main(void)
{
	tap_run("definitions are found", finds_definitions);
	tap_run("work is bounded", is_bounded);
	return tap_done();
}
