#include "harness/rewrite_parts.h"
#include "tests/tap.h"

/* Texts, what is left of them, and the line that could not be made harmless. */
static const struct {
	const char *text, *left;
	unsigned armed;
} rows[] = {
	{"int a;\n", "int a;\n", 0},
	{"#line 5 \"x\"\nint a;\n", "           \nint a;\n", 0},
	{"  # 33 \"x\" 1\n", "            \n", 0},
	{"#/* b */ line 4\n", "               \n", 0},
	{"# \\\n line 4\n", "   \n       \n", 0},
	{"#li\\\nne 4\n", "    \n    \n", 0},
	{"/* issue #12 */ // #line\n", "/* issue  12 */ //  line\n", 0},
	{"f(\"#1\", '#', \"#line\");\n", "f(\"#1\", '#', \"#line\");\n", 0},
	{"#define S(line) #line\n", "#define S(line) #line\n", 0},
	{"#define S(lines) #lines\n#linear\n", "#define S(lines) #lines\n#linear\n", 0},
	{"#if 1\n#pragma once\n#include <a.h>\n", "#if 1\n#pragma once\n#include <a.h>\n", 0},
	/* digraphs */
	{"int a;\n%:line 3\n", "int a;\n%:line 3\n", 2},
	{"%: 3\n", "%: 3\n", 1},
	{"f(\"%:1\");\n", "f(\"%:1\");\n", 0},
	/* raw strings and trigraphs */
	{"R\"(\" /* )\" /*\n*/ \"#line 1\";\n", "R\"(\" /* )\" /*\n*/ \"#line 1\";\n", 2},
	{"\"R\"; \"ERR\"; \"#1\";\n", "\"R\"; \"ERR\"; \"#1\";\n", 0},
	{"// a ?\?/\n\"#line 3\"\n", "// a ?\?/\n\"#line 3\"\n", 2},
	{"?\?=line 3\n", "?\?=line 3\n", 1},
	{"/* what?? */ \"#1\"\n", "/* what?? */ \"#1\"\n", 0},
};

int main(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		SCOPED_ARENA struct arena a = {0};
		unsigned armed = 77;
		is_str(arena_str(&a, rewrite_disarm(str_of(rows[i].text), &a, &armed)), rows[i].left);
		is_int(armed, rows[i].armed);
	}
	return tap_done();
}
