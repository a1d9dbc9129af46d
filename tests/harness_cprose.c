#include "harness/cprose.h"

#include "tests/tap.h"

static struct arena arena;

static const struct {
	const char *text, *code;
} texts[] = {
	{"", ""},
	{"Nothing but words.\n", ""},
	{"int a;\n", "int a;\n"},
	{"int a;", "int a;"},
	{"Here is the file:\n\n#include <a.h>\nint a;\n\nIt has one variable.\n", "#include <a.h>\nint a;\n"},
	{"# The file\n\nIn short:\n\n/* A. */\nint a;\n", "/* A. */\nint a;\n"},
	{"Use `int b;` as in\nstatic int a = 1;\n- `a` is one;\n", "static int a = 1;\n"},
	{"The code (see below):\nmy_type *make(int a)\n{\n}\nDone.", "my_type *make(int a)\n{\n}\n"},
	{"static int\nf(void)\n{\n}\n", "static int\nf(void)\n{\n}\n"},
	{"static data is used here, as said\nint a;\n", "int a;\n"},
	{"const char *const names[] = {\n\t\"a\",\n};\n#endif\nThat is it\n", "const char *const names[] = {\n\t\"a\",\n};\n#endif\n"},
	{"int a;\n} // namespace\n", "int a;\n} // namespace\n"},
	{"See http://example.org/;\nint a;\nSee http://example.org/.\n", "int a;\n"},
	{"```c\nint a;\n```\n", "int a;\n"},
};

static void cuts_words_off(void)
{
	for (size_t i = 0; i < countof(texts); i++) {
		char name[32];
		snprintf(name, sizeof(name), "row %zu", i);
		tap_str(arena_str(&arena, cprose_code(str_of(texts[i].text))), texts[i].code, name, __FILE__, __LINE__);
	}
}

static void knows_c(void)
{
	static const char *const c[] = {
		"int a;", "#include <a.h>\n", "int f(void) { return 1; }", "struct s { int a; };", "typedef int t;\n", "#define A 1\n",
		"#ifndef A\n#define A\nint f(void);\n#endif\n", "MACRO(x)\nint a;\nint f(void) { return a; }\n",
		"int f(void) { return }\nint g(void) { return 1; }\n",
	};
	static const char *const other[] = {
		"", "// nothing\n", "Just words here.", "make && ./test", "def f():\n    return 1\n", "{\"a\": 1}", "$ gcc -o a a.c",
		"return 1;\n", "- one\n- two\n",
	};
	for (size_t i = 0; i < countof(c); i++)
		tap_ok(cprose_is_c(str_of(c[i]), NULL), "is C", c[i], __LINE__);
	for (size_t i = 0; i < countof(other); i++)
		tap_ok(!cprose_is_c(str_of(other[i]), NULL), "is none", other[i], __LINE__);
	bool defines = true;
	ok(cprose_is_c(STR("int f(void);"), &defines) && !defines);
	ok(cprose_is_c(STR("#ifdef A\nint f(void) { return 1; }\n#endif\n"), &defines) && defines);
}

static void finds_what_was_left_out(void)
{
	static const char *const left_out[] = {
		"// ... rest of the code unchanged ...", "/* existing code */", "// ...", "\t...", "\t// … other functions …",
		"/* ... implementation of the other cases ... */", "// Rest of the code remains the same", "/* unchanged */",
		"// [... the rest is as before ...]", "// --- remaining code ---", "/*\n * ... omitted ...\n */", "\xE2\x80\xA6",
		"    // (same as before...)", "// ... existing code here",
	};
	static const char *const said[] = {
		"/* The rest of the buffer is unchanged. */", "// existing entries are kept", "int f(int a, ...);",
		"int f(int a,\n\t...\n);", "#define F(a, \\\n\t...\\\n\t)", "/* 1, 2, ... n */", "f(\"...\");", "x = 1; /* ... */",
		"/* implementation */ int a;", "// ... and so it goes on", "/* remaining bytes */", "/* omitted from the list */",
	};
	unsigned line = 0;
	for (size_t i = 0; i < countof(left_out); i++) {
		const char *text = arena_printf(&arena, "int a;\n%s\nint b;\n", left_out[i]);
		tap_ok(cprose_elision(str_of(text), &line).len > 0 && line == 2, "is left out", left_out[i], __LINE__);
	}
	for (size_t i = 0; i < countof(said); i++) {
		const char *text = arena_printf(&arena, "int a;\n%s\nint b;\n", said[i]);
		tap_ok(cprose_elision(str_of(text), &line).len == 0, "is said", said[i], __LINE__);
	}
}

int main(void)
{
	tap_run("cuts words off", cuts_words_off);
	tap_run("knows C", knows_c);
	tap_run("finds what was left out", finds_what_was_left_out);
	arena_release(&arena);
	return tap_done();
}
