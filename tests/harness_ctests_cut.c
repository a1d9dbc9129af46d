#include "harness/ctests.h"

#include "tests/tap.h"

static struct arena arena;

/* A program, the names of its tests, and what is left when the first of them is cut out. */
static const struct {
	const char *what, *source, *names, *left;
} cases[] = {
	{"the comment above goes with its function; empty lines become one",
	 "int x;\n\n/* Not this one. */\n\n/* This\n * one. */\n// And this.\nvoid test_a(void)\n{\n}\n\n"
	 "void test_b(void) {}\n"
	 "\nint main(void)\n{\n\ttest_a(); /* here */\n\ttest_b();\n}\n",
	 "test_a test_b",
	 "int x;\n\n/* Not this one. */\n\nvoid test_b(void) {}\n\nint main(void)\n{\n\ttest_b();\n}\n"},
	{"a comment behind something else is not above",
	 "int x; /* x */\nvoid test_a(void) {}\nint main(void) { test_a(); }\n", "test_a",
	 "int x; /* x */\nint main(void) { }\n"},
	{"several on one line",
	 "void test_a(void) {} void test_b(void) {}\nint main(void)\n{\n\ttest_a(); /* a */ test_b(); /* b */\n}\n",
	 "test_a test_b", "void test_b(void) {}\nint main(void)\n{\n\ttest_b(); /* b */\n}\n"},
	{"a statement that must be there leaves its semicolon",
	 "void test_a(void) {}\nint main(int n)\n{\n\tif (n)\n\t\ttest_a();\n\telse\n\t\tn++;\n\treturn n;\n"
	 "}\n", "test_a",
	 "int main(int n)\n{\n\tif (n)\n\t\t;\n\telse\n\t\tn++;\n\treturn n;\n}\n"},
	{"a label too",
	 "void test_a(void) {}\nint main(void)\n{\nagain:\n\ttest_a();\n}\n", "test_a", "int main(void)\n{\n"
	 "again:\n\t;\n}\n"},
	{"a loop too",
	 "void test_a(void) {}\nint main(void)\n{\n\tfor (;;) test_a();\n\tdo test_a(); while (0);\n}\n", "test_a",
	 "int main(void)\n{\n\tfor (;;) ;\n\tdo ; while (0);\n}\n"},
	{"an if around the call goes whole",
	 "int test_a(void) { return 0; }\nint main(void)\n{\n\tif (test_a() != 0) { return 1; }\n\treturn 0;\n"
	 "}\n", "test_a",
	 "int main(void)\n{\n\treturn 0;\n}\n"},
	{"with an else it stays",
	 "int test_a(void) { return 0; }\nint main(void)\n{\n\tif (test_a()) return 1; else return 0;\n"
	 "}\n", "", NULL},
	{"results that are used keep the test",
	 "int test_a(void) { return 0; }\nint main(void) { int n = test_a(); return n; }\n", "", NULL},
	{"returned ones too", "int test_a(void) { return 0; }\nint main(void) { return test_a(); }\n", "", NULL},
	{"results that are added up do not",
	 "int test_a(void) { return 0; }\nint main(void)\n{\n\tint n = 0;\n\tn += test_a();\n\t(void)test_a();\n"
	 "\treturn n;\n}\n",
	 "test_a", "int main(void)\n{\n\tint n = 0;\n\treturn n;\n}\n"},
	{"in some member of something",
	 "int test_a(void) { return 0; }\nint main(void)\n{\n\ts.list[1]->n |= test_a();\n}\n", "test_a",
	 "int main(void)\n{\n}\n"},
	{"arguments that only the runner has keep the test",
	 "void test_a(int *n) {}\nint main(void) { int n; test_a(&n); }\n", "", NULL},
	{"a call in a condition's other part keeps nothing, but two tests keep each other",
	 "int test_a(void) { return 0; }\nint test_b(void) { return 0; }\n"
	 "int main(void)\n{\n\tif (test_a() || test_b()) return 1;\n\treturn 0;\n}\n",
	 "", NULL},
	{"the last element without a comma",
	 "void test_a(void) {}\nvoid test_b(void) {}\nint main(void)\n{\n\tfn t[] = {test_b, test_a};\n\trun(t);\n"
	 "}\n",
	 "test_a test_b", "void test_b(void) {}\nint main(void)\n{\n\tfn t[] = {test_b, };\n\trun(t);\n}\n"},
	{"the first element",
	 "void test_a(void) {}\nvoid test_b(void) {}\nint main(void)\n{\n\tfn t[] = {\n\t\t&test_a, /* a */\n"
	 "\t\t&test_b\n\t};\n}\n",
	 "test_a test_b", "void test_b(void) {}\nint main(void)\n{\n\tfn t[] = {\n\t\t&test_b\n\t};\n}\n"},
	{"an array of a fixed length keeps its tests",
	 "void test_a(void) {}\nvoid test_b(void) {}\nint main(void)\n{\n\tfn t[2] = {test_a, test_b};\n"
	 "}\n", "", NULL},
	{"so does a structure", "void test_a(void) {}\nint main(void)\n{\n\tstruct ops o = {test_a, 0};\n}\n", "",
	 NULL},
	{"and an element with a number",
	 "void test_a(void) {}\nint main(void)\n{\n\tfn t[] = {[3] = test_a, 0};\n}\n", "", NULL},
	{"an element beside a directive stays within its branch",
	 "void test_a(void) {}\nvoid test_b(void) {}\nint main(void)\n{\n\tfn t[] = {\n#ifdef A\n\t\ttest_a,\n"
	 "#endif\n\t\ttest_b,\n\t};\n}\n",
	 "test_a test_b",
	 "void test_b(void) {}\nint main(void)\n{\n\tfn t[] = {\n#ifdef A\n#endif\n\t\ttest_b,\n\t};\n}\n"},
	{"an element across directives stays",
	 "void test_a(void) {}\nvoid test_b(void) {}\nint main(void)\n{\n\tfn t[] = {\n\t\ttest_a\n#ifdef A\n"
	 "\t\t, test_b\n#endif\n\t};\n}\n",
	 "test_b", "void test_a(void) {}\nint main(void)\n{\n\tfn t[] = {\n\t\ttest_a\n#ifdef A\n\t\t, \n#endif\n"
	 "\t};\n}\n"},
	{"two definitions of one test go together",
	 "#ifdef A\nvoid test_a(void) { a(); }\n#else\nvoid test_a(void) {}\n#endif\n"
	 "int main(void) { test_a(); }\n", "test_a",
	 "#ifdef A\n#else\n#endif\nint main(void) { }\n"},
	{"a head that depends on directives keeps its function",
	 "#ifdef A\nvoid test_a(int n)\n#else\nvoid test_a(void)\n#endif\n{\n}\n"
	 "int main(void) { test_a(); }\n", "", NULL},
	{"braces in two branches are read apart",
	 "#ifdef A\nint main(int n) {\n#else\nint main(void) {\n#endif\n\ttest_a();\n}\nvoid test_a(void)\n{\n"
	 "#if 1\n\tif (x) {\n#else\n"
	 "\tif (y) {\n#endif\n\t}\n}\n",
	 "test_a", "#ifdef A\nint main(int n) {\n#else\nint main(void) {\n#endif\n}\n"},
	{"a macro that mentions a test keeps it",
	 "#define ALL test_a();\nvoid test_a(void) {}\nvoid test_b(void) {}\nint main(void)\n{\n\ttest_a();\n"
	 "\ttest_b();\n\tALL\n}\n",
	 "test_b", "#define ALL test_a();\nvoid test_a(void) {}\nint main(void)\n{\n\ttest_a();\n\tALL\n}\n"},
	{"a macro's call on the line above keeps a test, an empty line frees it",
	 "SOMETHING(x)\nvoid test_a(void) {}\nSOMETHING(y)\n\nvoid test_b(void) {}\nint main(void)\n{\n"
	 "\ttest_a();\n\ttest_b();\n}\n",
	 "test_b", "SOMETHING(x)\nvoid test_a(void) {}\nSOMETHING(y)\n\nint main(void)\n{\n\ttest_a();\n}\n"},
	{"declarations go, also those in blocks",
	 "extern void test_a(void) UNUSED;\nint main(void)\n{\n\tvoid test_a(void);\n\ttest_a();\n}\n"
	 "void test_a(void) {}\n",
	 "test_a", "int main(void)\n{\n}\n"},
	{"a declaration of several keeps them",
	 "void test_a(void), test_b(void);\nvoid test_a(void) {}\nint main(void) { test_a(); }\n", "", NULL},
	{"names of members and tags are none",
	 "struct test_a { int test_a; };\nvoid test_a(void) {}\nint main(void)\n{\n\ttest_a();\n"
	 "\ts.test_a = t->test_a;\n}\n",
	 "", NULL},
	{"behind a point they are not",
	 "void test_a(void) {}\nint main(void)\n{\n\ttest_a();\n\ts.test_a = t->test_a;\n}\n", "test_a",
	 "int main(void)\n{\n\ts.test_a = t->test_a;\n}\n"},
	{"linkage blocks are seen through",
	 "#ifdef __cplusplus\nextern \"C\" {\n#endif\nvoid test_a(void) {}\n#ifdef __cplusplus\n}\n#endif\n"
	 "int main(void) { test_a(); }\n",
	 "test_a",
	 "#ifdef __cplusplus\nextern \"C\" {\n#endif\n#ifdef __cplusplus\n}\n#endif\nint main(void) { }\n"},
	{"old definitions keep their function",
	 "int test_a(n) int n; { return n; }\nint main(void) { test_a(); }\n", "", NULL},
	{"what is set up and reported is no test",
	 "void setup(void) {}\nvoid issue1(void) {}\nvoid issue2(void) {}\nvoid print_all(void) {}\n"
	 "int main(void)\n{\n\tsetup();\n\tissue1();\n\tissue2();\n\tprint_all();\n}\n",
	 "issue1 issue2",
	 "void setup(void) {}\nvoid issue2(void) {}\nvoid print_all(void) {}\nint main(void)\n{\n\tsetup();\n"
	 "\tissue2();\n\tprint_all();\n}\n"},
	{"a runner's runner",
	 "void test_a(void) {}\nvoid test_b(void) {}\nvoid all(void) { test_a(); test_b(); }\n"
	 "void more(void) { all(); }\n"
	 "int main(void) { more(); }\n",
	 "test_a test_b",
	 "void test_b(void) {}\nvoid all(void) { test_b(); }\nvoid more(void) { all(); }\n"
	 "int main(void) { more(); }\n"},
	{"line ends of two bytes",
	 "void test_a(void)\r\n{\r\n}\r\n\r\nint main(void)\r\n{\r\n\ttest_a();\r\n"
	 "}\r\n", "test_a", "int main(void)\r\n{\r\n}\r\n"},
	{"no line end at the end", "int main(void) { test_a(); }\nvoid test_a(void) {}", "test_a",
	 "int main(void) { }\n"},
	{"nothing at all", "", "", NULL},
	{"no test at all", "int main(void) { return lib(); }\n", "", NULL},
};

static const char *join(const struct ctests *tests)
{
	const char *names = "";
	for (size_t i = 0; i < tests->len; i++)
		names = arena_printf(&arena, "%s%s%s", names, *names ? " " : "", tests->items[i].name);
	return names;
}

static void cuts_what_belongs_to_a_test(void)
{
	for (size_t i = 0; i < countof(cases); i++) {
		struct ctest_source source = {"test.c", str_of(cases[i].source)};
		struct ctests tests;
		tap_print("# %s\n", cases[i].what);
		bool found = ok(ctests_find(&source, 1, &arena, &tests, NULL) == 0);
		if (!found || !is_str(join(&tests), cases[i].names) || !tests.len)
			continue;
		bool *sealed = arena_array(&arena, tests.len, bool);
		is_str(arena_str(&arena, ctests_cut(&source, 0, &tests, sealed, &arena)), cases[i].source);
		sealed[0] = true;
		is_str(arena_str(&arena, ctests_cut(&source, 0, &tests, sealed, &arena)), cases[i].left);
	}
}

int main(void)
{
	tap_run("cuts what belongs to a test", cuts_what_belongs_to_a_test);
	arena_release(&arena);
	return tap_done();
}
