/*
 * Projects that nobody has described, each a handful of files, and what recast proposes for them. What
 * is proposed is then built and run as `recast check` does it.
 */

#include "harness/build.h"
#include "harness/scout.h"
#include "harness/suite.h"
#include "tests/sandbox.h"

enum { FILES_MAX = 14 };

struct project_file {
	const char *path, *text;
};

/* What is expected: parts of the proposal by a path of keys, as compact JSON, and the suite's figures. */
struct sample {
	const char *name;
	struct project_file files[FILES_MAX];
	struct {
		const char *keys, *json; /* NULL: the key is not there */
	} parts[8];
	size_t passed, programs;
	const char *finding; /* a part of one, or NULL */
};

#define HEADER "int twice(int);\n"
#define SOURCE "#include \"twice.h\"\nint twice(int n) { return 2 * n; }\n"
#define TEST "#include \"twice.h\"\nint main(void) { return twice(2) != 4; }\n"

static const struct sample samples[] = {
	{
		.name = "twice",
		.files = {{"twice.h", HEADER}, {"twice.c", SOURCE}, {"test.c", TEST}, {"main.c", "int main(void) { return 1; }"}},
		.parts = {{"name", "\"twice\""},
			  {"library.sources", "[\"twice.c\"]"},
			  {"library.headers", "[\"twice.h\"]"},
			  {"tests.programs", "[{\"name\":\"test\",\"sources\":[\"test.c\"]}]"}},
		.passed = 1,
		.programs = 1,
		.finding = "1 program where tests lie; the original passes",
	},
	{
		/* Only what is needed, from where it is; the copy in contrib and the platform's variant are not. */
		.name = "many",
		.files = {{"include/many/many.h", "int many(void);\n"},
			  {"src/many.c", "#include <many/many.h>\n#include \"part.h\"\nint many(void) { return part() + 1; }\n"},
			  {"src/part.h", "int part(void);\n"},
			  {"src/part.c", "#include \"part.h\"\nint part(void) { return 1; }\n"},
			  {"src/part_win.c", "#include <windows.h>\nint part(void) { return 2; }\n"},
			  {"src/tool.c", "int many(void);\nint main(void) { return many(); }\n"},
			  {"contrib/old.c", "int many(void) { return 3; }\n"},
			  {"tests/test_a.c", "#include <many/many.h>\n#include \"help.h\"\nint main(void) { return help(many() != 2); }\n"},
			  {"tests/test_b.c", "#include <many/many.h>\n#include \"help.h\"\nint main(void) { return help(many() == 1); }\n"},
			  {"tests/test_c.c", "#include <many/many.h>\n#include \"help.h\"\nint main(void) { return help(many() > 2); }\n"},
			  {"tests/support/help.h", "int help(int);\n"},
			  {"tests/support/help.c", "#include \"help.h\"\nint help(int n) { return n; }\n"}},
		.parts = {{"library.sources", "[\"src/many.c\",\"src/part.c\"]"},
			  {"library.include", "[\"include\"]"},
			  {"tests.sources", "[\"tests/support/help.c\"]"},
			  {"tests.include", "[\"tests/support\"]"},
			  {"tests.programs", "[{\"each\":[\"tests/test_*.c\"]}]"}},
		.passed = 3,
		.programs = 3,
	},
	{
		.name = "single",
		.files = {{"single.h", "#ifndef SINGLE_H\n#define SINGLE_H\nint single(void);\n#ifdef SINGLE_IMPLEMENTATION\n"
				       "int single(void) { return 5; }\n#endif\n#endif\n"},
			  {"tests/test.c", "#define SINGLE_IMPLEMENTATION\n#include \"single.h\"\n"
					   "int main(void) { return single() != 5; }\n"}},
		.parts = {{"library.sources", "[\"recast_single.c\"]"},
			  {"library.files", "{\"recast_single.c\":[\"#define SINGLE_IMPLEMENTATION\",\"#include \\\"single.h\\\"\"]}"}},
		.passed = 1,
		.programs = 1,
		.finding = "where SINGLE_IMPLEMENTATION is defined",
	},
	{
		.name = "plain",
		.files = {{"plain.h", "#ifndef PLAIN_H\n#define PLAIN_H\nint plain(void);\n#ifndef PLAIN_HEADER\n"
				      "int plain(void) { return 5; }\n#endif\n#endif\n"},
			  {"tests/test.c", "#include \"plain.h\"\nint main(void) { return plain() != 5; }\n"}},
		.parts = {{"tests.defines", "[\"PLAIN_HEADER\"]"}},
		.passed = 1,
		.programs = 1,
		.finding = "unless PLAIN_HEADER is defined",
	},
	{
		.name = "macros",
		.files = {{"macros.h", "#define TWICE(n) (2 * (n))\n"},
			  {"test.c", "#include \"macros.h\"\nint main(void) { return TWICE(2) != 4; }\n"}},
		.parts = {{"library.sources", "[\"recast_macros.c\"]"}},
		.passed = 1,
		.programs = 1,
		.finding = "macros or static functions only",
	},
	{
		.name = "configured",
		.files = {{"configured.h", HEADER},
			  {"configured.c", "#ifdef HAVE_CONFIG_H\n#include \"config.h\"\n#endif\n#include \"configured.h\"\n"
					   "#ifndef HAVE_STDINT_H\n#error no config\n#endif\n"
					   "int twice(int n) { return 2 * n; }\n"},
			  {"config.h.in", "/* Define to 1 if you have <stdint.h>. */\n#undef HAVE_STDINT_H\n#undef HAVE_NO_SUCH_H\n"},
			  {"test.c", "#include \"configured.h\"\nint main(void) { return twice(2) != 4; }\n"}},
		.parts = {{"library.defines", "[\"HAVE_CONFIG_H\"]"}},
		.passed = 1,
		.programs = 1,
		.finding = "config.h: made from config.h.in",
	},
	{
		.name = "whitebox",
		.files = {{"whitebox.h", "#define WANTED 3\nint wanted(void);\n"},
			  {"whitebox.c", "#include <stddef.h>\n#include \"whitebox.h\"\nstatic int hidden(void) { return 3; }\n"
					 "int wanted(void) { return hidden(); }\n"},
			  {"tests/common.h", "#include \"../whitebox.c\"\nstatic inline int nosy(void)\n{\n\treturn hidden();\n}\n"},
			  {"tests/test_public.c", "#include \"common.h\"\nint main(void) { return wanted() != WANTED; }\n"},
			  {"tests/test_private.c", "#include \"common.h\"\nint main(void) { return hidden() != 3; }\n"}},
		.parts = {{"tests.files.whitebox\\.c", "[\"#include <stddef.h>\",\"#include \\\"whitebox.h\\\"\"]"},
			  {"tests.programs", "[{\"name\":\"test_public\",\"sources\":[\"tests/test_public.c\"]}]"}},
		.passed = 1,
		.programs = 1,
		.finding = "the function at line 4 of tests/common.h needs private parts",
	},
	{
		/* Where it starts, whether it writes, and how it reports are found out by running it. */
		.name = "places",
		.files = {{"places.h", HEADER},
			  {"places.c", "#include \"places.h\"\nint twice(int n) { return 2 * n; }\n"},
			  {"tests/data/in.txt", "x"},
			  {"tests/test_reads.c",
			   "#include <stdio.h>\n#include \"places.h\"\nint main(void) { return twice(1) != 2 || !fopen(\"data/in.txt\", "
			   "\"r\"); }\n"},
			  {"tests/test_writes.c",
			   "#include <stdio.h>\n#include \"places.h\"\nint main(void) { return twice(1) != 2 || "
			   "!fopen(\"out.txt\", \"w\"); }\n"},
			  {"tests/test_tap.c",
			   "#include <stdio.h>\n#include \"places.h\"\nint main(void) { printf(\"1..2\\nok 1 - a\\nok 2 - b\\n\"); "
			   "return twice(1) != 2; }\n"},
			  {"tests/test_prints.c",
			   "#include <stdio.h>\n#include \"places.h\"\nint main(void) { printf(\"the output of this\\n%d\\n\", twice(4)); "
			   "}\n"},
			  {"tests/test_prints.expected", "the output of this\n8\n"}},
		.parts = {{"tests.programs",
			   "[{\"name\":\"test_prints\",\"sources\":[\"tests/test_prints.c\"],\"expect\":{\"stdout\":\"tests/"
			   "test_prints.expected\"}},{\"name\":\"test_reads\",\"sources\":[\"tests/test_reads.c\"],\"cwd\":\"tests\"},{"
			   "\"name\":\"test_tap\",\"sources\":[\"tests/test_tap.c\"],\"report\":\"tap\"},{\"name\":\"test_writes\","
			   "\"sources\":[\"tests/test_writes.c\"],\"writable\":true}]"}},
		.passed = 5,
		.programs = 4,
	},
	{
		.name = "gnu",
		.files = {{"gnu.h", "int twice(int);\n"},
			  {"gnu.c", "#include <string.h>\n#include \"gnu.h\"\nint twice(int n) { return strcasestr(\"aB\", \"b\") ? 2 * n : 0; "
				    "}\n"},
			  {"test.c", "#include \"gnu.h\"\nint main(void) { return twice(2) != 4; }\n"}},
		.parts = {{"library.defines", "[\"_GNU_SOURCE\"]"}},
		.passed = 1,
		.programs = 1,
		.finding = "_GNU_SOURCE, without which 1 source does not compile",
	},
	{
		/* Ways to build one program, library and all, are configurations of it. */
		.name = "ways",
		.files = {{"ways.h", "int way(void);\n"},
			  {"ways.c", "#include \"ways.h\"\n#ifndef WAY\n#define WAY 1\n#endif\nint way(void) { return WAY; }\n"},
			  {"test.c", "#include \"ways.h\"\n#ifndef WAY\n#define WAY 1\n#endif\nint main(void) { return way() != WAY; }\n"},
			  {"Makefile", "check: test_one test_two\ntest_one: test.c ways.c\n\t$(CC) -o $@ $^\n\t./$@\n"
				       "test_two: test.c ways.c\n\t$(CC) -DWAY=2 -o $@ $^\n\t./$@\n"}},
		.parts = {{"tests.programs",
			   "[{\"name\":\"test\",\"sources\":[\"test.c\"],\"configurations\":[{\"name\":\"one\"},{\"name\":\"two\","
			   "\"defines\":[\"WAY=2\"]}]}]"}},
		.passed = 2,
		.programs = 2,
	},
	{
		/* What the original fails judges nobody, whoever calls it a test. */
		.name = "failing",
		.files = {{"failing.h", HEADER},
			  {"failing.c", "#include \"failing.h\"\nint twice(int n) { return 2 * n; }\n"},
			  {"test_good.c", "#include \"failing.h\"\nint main(void) { return twice(2) != 4; }\n"},
			  {"test_bad.c", "#include \"failing.h\"\nint main(int argc, char **argv) { (void)argv; return twice(argc) - 5; }\n"},
			  {"test_usage.c", "#include <stdio.h>\n#include \"failing.h\"\nint main(void) { printf(\"Usage: %d\\n\", twice(1)); }\n"},
			  {"Makefile", "check: test_good test_bad\n\t./test_good\n\t./test_bad\n"
				       "test_good: test_good.c failing.c\n\t$(CC) -o $@ $^\n"
				       "test_bad: test_bad.c failing.c\n\t$(CC) -o $@ $^\n"}},
		.parts = {{"tests.programs", "[{\"name\":\"test_good\",\"sources\":[\"test_good.c\"]}]"}},
		.passed = 1,
		.programs = 1,
		.finding = "test_bad: left out, as the original fails: exit code 253",
	},
	{
		.name = "all_failing",
		.files = {{"all_failing.h", HEADER},
			  {"all_failing.c", "#include \"all_failing.h\"\nint twice(int n) { return 2 * n; }\n"},
			  {"test.c", "#include \"all_failing.h\"\nint main(void) { return twice(2); }\n"}},
		.parts = {{"tests.programs", "[]"}},
		.finding = "none is left that can judge a rewrite: the original fails 1 of 1 programs",
	},
	{
		/* Headers that the build makes, one of them for users. */
		.name = "repo",
		.files = {{"part.h", "#include \"part_export.h\"\nPART_EXPORT int twice(int) PART_DEPRECATED PART_API_OLD;\n"},
			  {"part.c", "#include \"part.h\"\nint twice(int n) { return 2 * n; }\n"},
			  {"all.h.in", "#define ALL_VERSION \"@PROJECT_VERSION@\"\n#include \"part.h\"\n"},
			  {"tests/test.c", "#include \"all.h\"\nint main(void) { return twice(2) != 4 || ALL_VERSION[0] != '3'; }\n"},
			  {"CMakeLists.txt", "project(made VERSION 3.1)\nadd_library(part part.c)\ngenerate_export_header(part)\n"
					     "configure_file(all.h.in ${CMAKE_CURRENT_BINARY_DIR}/all.h @ONLY)\n"
					     "install(FILES part.h ${CMAKE_CURRENT_BINARY_DIR}/all.h DESTINATION include)\n"}},
		.parts = {{"name", "\"made\""},
			  {"library.headers", "[\"part.h\",\"all.h\",\"part_export.h\"]"},
			  {"library.files.part_export\\.h",
			   "[\"#pragma once\",\"#define PART_API_OLD\",\"#define PART_DEPRECATED\",\"#define PART_DEPRECATED_EXPORT\","
			   "\"#define PART_DEPRECATED_NO_EXPORT\",\"#define PART_EXPORT\",\"#define PART_NO_EXPORT\"]"}},
		.passed = 1,
		.programs = 1,
		.finding = "part_export.h: made",
	},
	{
		/* A configure script that has no template to fill in. */
		.name = "asked",
		.files = {{"asked.h", HEADER},
			  {"asked.c", "#include \"config.h\"\n#include \"asked.h\"\n#if !HAVE_STDINT_H || defined HAVE_NO_SUCH_H\n#error\n"
				      "#endif\nint twice(int n) { return PACKAGE_NAME[0] == 'a' ? 2 * n : 0; }\n"},
			  {"configure.ac", "AC_INIT([asked], [1.0])\nAC_CONFIG_HEADERS([config.h])\nAC_PROG_CC\n"
					   "AC_CHECK_HEADERS([stdint.h no/such.h])\nAC_OUTPUT\n"},
			  {"Makefile.am", "lib_LTLIBRARIES = libasked.la\nlibasked_la_SOURCES = asked.c asked.h\n"
					  "include_HEADERS = asked.h\ncheck_PROGRAMS = t\nTESTS = t\nt_SOURCES = t.c\nt_LDADD = libasked.la\n"},
			  {"t.c", "#include \"asked.h\"\nint main(void) { return twice(2) != 4; }\n"}},
		.parts = {{"library.headers", "[\"asked.h\"]"},
			  {"tests.programs", "[{\"name\":\"t\",\"sources\":[\"t.c\"]}]"}},
		.passed = 1,
		.programs = 1,
		.finding = "config.h: made from configure.ac",
	},
	{
		/* A main that only the target's defines bring forth, and one that is built with the library. */
		.name = "library",
		.files = {{"hidden.h", "int hidden(void);\n"},
			  {"hidden.c", "#include \"hidden.h\"\n#ifdef TWICE\n#define N 2\n#else\n#define N 1\n#endif\n"
				       "int hidden(void) { return N; }\n"},
			  {"tests.c", "#include \"hidden.h\"\n#ifdef TESTS_MAIN\nint main(void) { return hidden() != 1; }\n#endif\n"},
			  {"hidden-test.c", "#include \"hidden.h\"\nint main(void) { return hidden() != 2; }\n"},
			  {"Makefile", "CFLAGS = -DTESTS_MAIN\nall: lib hidden-test\ntest: tests.c hidden.c\n\t$(CC) $(CFLAGS) -o $@ "
				       "tests.c hidden.c\n\t./$@\nhidden-test: hidden-test.c hidden.c\n\t$(CC) -DTWICE -o $@ $^\n"}},
		.parts = {{"name", "\"hidden\""},
			  {"tests.programs",
			   "[{\"name\":\"test\",\"sources\":[\"tests.c\"],\"configurations\":[{\"name\":\"default\",\"defines\":["
			   "\"TESTS_MAIN\"]}]},{\"name\":\"hidden-test\",\"sources\":[\"hidden-test.c\"],\"configurations\":[{\"name\":"
			   "\"default\",\"defines\":[\"TWICE\"]}]}]"}},
		.passed = 2,
		.programs = 2,
	},
	{
		.name = "platform",
		.files = {{"platform.h", HEADER},
			  {"platform.c", "#include \"platform.h\"\nint twice(int n) { return 2 * n; }\n"},
			  {"tests/frame.h", "#if !defined __unix__ && !defined _WIN32\n#error no such platform\n#endif\n"},
			  {"tests/test.c", "#include \"frame.h\"\n#include \"platform.h\"\nint main(void) { return twice(2) != 4; }\n"}},
		.parts = {{"tests.defines", "[\"__unix__\"]"}, {"library.defines", NULL}},
		.passed = 1,
		.programs = 1,
		.finding = "__unix__, without which 1 of",
	},
	{
		.name = "untested",
		.files = {{"untested.h", HEADER}, {"untested.c", "#include \"untested.h\"\nint twice(int n) { return 2 * n; }\n"}},
		.parts = {{"library.sources", "[\"untested.c\"]"}, {"tests.programs", "[]"}},
		.finding = "no test program was found",
	},
	{
		.name = "odd",
		.files = {{"odd.h", "#pragma once\n#include \"odd.h\"\nint odd(int);\n"},
			  {"a[1]*?.c", "#include \"odd.h\"\nint odd(int n) { return n & 1; }\n"},
			  {"b\"c.c", "int unused(void) { return 1; }\n"},
			  {"new\nline.c", "int odd(int n) { return n; }\n"},
			  {"broken.c", "int odd(int n) { return n; \n#error broken\n#include \"broken.c\"\n"},
			  {"tests/test.c", "#include \"odd.h\"\nint main(void) { return odd(3) != 1; }\n"},
			  {"tests/broken.c", "}}}} int main( \"\n"}},
		.parts = {{"library.sources", "[\"a[[]1][*][?].c\"]"}},
		.passed = 1,
		.programs = 1,
		.finding = "1 files were not looked at",
	},
};

/* ---- looking into a proposal */

/* "tests.files.a\.c": keys with dots between them, a backslash in front of one that is part of a key. */
static const json_t *part_of(const json_t *value, const char *keys)
{
	while (value && *keys) {
		char key[200];
		size_t len = 0;
		for (; *keys && *keys != '.' && len < sizeof(key) - 1; keys++) {
			keys += *keys == '\\';
			key[len++] = *keys;
		}
		key[len] = '\0';
		keys += *keys == '.';
		value = json_object_get(value, key);
	}
	return value;
}

static void is_part(const json_t *json, const char *keys, const char *expected)
{
	const json_t *part = part_of(json, keys);
	char *text = part ? json_dumps(part, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	is_str(text, expected);
	free(text);
}

static bool has_finding(const struct scouted *found, const char *text)
{
	for (size_t i = 0; i < found->findings_len; i++) {
		if (strstr(found->findings[i].text, text))
			return true;
	}
	return false;
}

static void check_suite(struct sandbox *s, const struct sample *sample, const struct tree *tree, const json_t *json)
{
	struct project project;
	struct suite suite;
	struct suite_result result;
	struct err err = {0};
	char *text = json_dumps(json, 0);
	sandbox_check(project_parse(str_of(text), ".", &s->arena, &project, &err), &err);
	free(text);
	sandbox_check(suite_build(&project, tree, &s->tools.tools, &suite, &err), &err);
	sandbox_check(suite_run(&suite, &result, &err), &err);
	is_int(result.programs_len, sample->programs);
	is_int(result.passed, sample->passed);
	is_int(result.failed, 0);
	suite_result_release(&result);
	suite_release(&suite);
}

static void try_sample(struct sandbox *s, const struct sample *sample)
{
	struct err err = {0};
	struct scouted found = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	tap_print("# %s\n", sample->name);
	sandbox_check(tree_add_folder(tree, PROJECT_ROOT, false, &err), &err);
	for (size_t i = 0; i < FILES_MAX && sample->files[i].path; i++)
		sandbox_check(tree_add_file(tree, arena_printf(&s->arena, PROJECT_ROOT "/%s", sample->files[i].path),
					    str_of(sample->files[i].text), &err), &err);
	sandbox_check(scout_run(tree, sample->name, &s->tools.tools, &s->arena, &found, &err), &err);
	if (!ok(found.recast_json != NULL))
		return;
	for (size_t i = 0; i < countof(sample->parts) && sample->parts[i].keys; i++)
		is_part(found.recast_json, sample->parts[i].keys, sample->parts[i].json);
	if (sample->finding && !ok(has_finding(&found, sample->finding))) {
		for (size_t i = 0; i < found.findings_len; i++)
			tap_print("# %s: %s\n", found.findings[i].key, found.findings[i].text);
	}
	if (sample->programs)
		check_suite(s, sample, tree, found.recast_json);
	json_decref(found.recast_json);
}

/* ---- where there is nothing to propose */

static void nothing(struct sandbox *s, const char *path, const char *text)
{
	struct err err = {0};
	struct scouted found = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	sandbox_check(tree_add_folder(tree, PROJECT_ROOT, false, &err), &err);
	if (path)
		sandbox_check(tree_add_file(tree, arena_printf(&s->arena, PROJECT_ROOT "/%s", path), str_of(text), &err), &err);
	is_int(scout_run(tree, "", &s->tools.tools, &s->arena, &found, &err), 0);
	ok(found.recast_json == NULL);
	ok(has_finding(&found, "no source that compiles"));
}

static void scouts(struct sandbox *s)
{
	for (size_t i = 0; i < countof(samples); i++)
		try_sample(s, &samples[i]);
	nothing(s, NULL, NULL);
	nothing(s, "README", "int x;");
	nothing(s, "a.c", "#error\n");
	nothing(s, "a.c", "int main(void) { return 0; }\n");
	struct err err = {0};
	struct scouted found = {0};
	SCOPED_TREE struct tree *empty = tree_new();
	is_int(scout_run(empty, "x", &s->tools.tools, &s->arena, &found, &err), -1);
	is_int(err.kind, ERR_USAGE);
}

int main(void)
{
	return sandbox_main(scouts);
}
