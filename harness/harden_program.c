#include "harness/harden_text.h"

#include "harness/differential_examples.h"
#include "harness/probe_text.h"

enum { PROGRAM_MAX = 4 << 20 };

/* ---- what tests of a program share */

static const char LOG[] =
	"static char log_text[16384];\n"
	"static size_t log_len;\n\n"
	"static void hear(const char *format, ...)\n"
	"{\n"
	"\tva_list args;\n"
	"\tva_start(args, format);\n"
	"\tint len = vsnprintf(log_text + log_len, sizeof(log_text) - log_len, format, args);\n"
	"\tva_end(args);\n"
	"\tif (len > 0 && log_len + (size_t)len < sizeof(log_text))\n"
	"\t\tlog_len += (size_t)len;\n"
	"}\n\n";

static const char HEARD[] =
	"/* Whether that was called back since it was last asked, a line for each call. */\n"
	"static int heard(const char *text)\n"
	"{\n"
	"\tint same = strcmp(log_text, text) == 0;\n"
	"\tlog_len = 0;\n"
	"\tlog_text[0] = 0;\n"
	"\treturn same;\n"
	"}\n\n";

static const char SAME_TEXT[] =
	"static int same_text(const void *got, const char *expected)\n"
	"{\n"
	"\treturn got && strcmp(got, expected) == 0;\n"
	"}\n\n";

/* What a test fills with 0xCD before is as it was. */
static const char UNTOUCHED[] =
	"static int untouched(const void *memory, size_t len)\n"
	"{\n"
	"\tfor (size_t i = 0; i < len; i++) {\n"
	"\t\tif (((const unsigned char *)memory)[i] != 0xCD)\n"
	"\t\t\treturn 0;\n"
	"\t}\n"
	"\treturn 1;\n"
	"}\n\n";

void harden_put_includes(struct buf *out, const struct suite *suite, struct arena *a)
{
	struct strings headers = example_headers(&suite->plan, a);
	for (size_t i = 0; i < headers.len; i++)
		buf_printf(out, "#include \"%s\"\n", headers.items[i]);
	buf_append_cstr(out, "#include <stdarg.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\n");
}

void harden_put_users(struct buf *out, const bool *users)
{
	for (size_t i = 0; i < PROBE_USERS; i++) {
		if (users[i])
			buf_printf(out, "static char user_%zu[32] = \"%s\";\n", i, probe_user_texts[i]);
	}
}

void harden_put_log(struct buf *out, const bool *users)
{
	buf_append_cstr(out, "\n/* Addresses differ from run to run; whether they are the caller's own does not. */\n"
			     "static const char *named(const void *p)\n{\n");
	for (size_t i = 0; i < PROBE_USERS; i++) {
		if (users[i])
			buf_printf(out, "\tif (p == user_%zu)\n\t\treturn \"user_%zu\";\n", i, i);
	}
	buf_printf(out, "\treturn p ? \"there\" : \"NULL\";\n}\n\n%s", LOG);
}

/* ---- frameworks */

#define MAIN "int main(void)\n{\n"

static const struct harden_style styles[] = {
	{
		.name = "unity",
		.report = "unity",
		.sign = "unity.h",
		.top = "#include \"unity.h\"\n\nvoid setUp(void)\n{\n}\n\nvoid tearDown(void)\n{\n}\n\n",
		.check = "TEST_ASSERT_TRUE(",
		.begin = "static void @(void)\n{\n",
		.end = "}\n\n",
		.main_begin = MAIN "\tUNITY_BEGIN();\n",
		.main_each = "\tRUN_TEST(@);\n",
		.main_end = "\treturn UNITY_END();\n}\n",
	},
	{
		.name = "cmocka",
		.report = "cmocka",
		.sign = "cmocka.h",
		.top = "#include <setjmp.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <cmocka.h>\n\n",
		.check = "assert_true(",
		.begin = "static void @(void **state)\n{\n\t(void)state;\n",
		.end = "}\n\n",
		.main_begin = MAIN "\tconst struct CMUnitTest tests[] = {\n",
		.main_each = "\t\tcmocka_unit_test(@),\n",
		.main_end = "\t};\n\treturn cmocka_run_group_tests(tests, NULL, NULL);\n}\n",
	},
	{
		.name = "check",
		.report = "check",
		.sign = "check.h",
		.top = "#include <check.h>\n\n",
		.check = "ck_assert(",
		.begin = "START_TEST(@)\n{\n",
		.end = "}\nEND_TEST\n\n",
		.main_begin = MAIN
		"\tSuite *suite = suite_create(\"hardened\");\n\tTCase *tests = tcase_create(\"hardened\");\n",
		.main_each = "\ttcase_add_test(tests, @);\n",
		.main_end =
			"\tsuite_add_tcase(suite, tests);\n\tSRunner *runner = srunner_create(suite);\n"
			"\tsrunner_set_fork_status(runner, CK_NOFORK);\n\tsrunner_run_all(runner, CK_VERBOSE);\n"
			"\tint failed = srunner_ntests_failed(runner);\n\tsrunner_free(runner);\n\treturn failed != 0;\n}\n",
	},
	{
		.name = "greatest",
		.report = "greatest",
		.sign = "greatest.h",
		.top = "#include \"greatest.h\"\n\n",
		.check = "ASSERT(",
		.begin = "TEST @(void)\n{\n",
		.end = "\tPASS();\n}\n\n",
		.main_begin = "GREATEST_MAIN_DEFS();\n\nint main(int argc, char **argv)\n{\n\tGREATEST_MAIN_BEGIN();\n",
		.main_each = "\tRUN_TEST(@);\n",
		.main_end = "\tGREATEST_MAIN_END();\n}\n",
	},
	{
		.name = "plain C",
		.report = "tap",
		.top = "static int wrong; /* conditions of the test that runs */\n\n"
		       "static int is(int holds, const char *what, int line)\n{\n\tif (!holds) {\n"
		       "\t\twrong++;\n\t\tprintf(\"# line %d: not so: %s\\n\", line, what);\n\t}\n\treturn holds;\n}\n\n"
		       "#define IS(condition) is((condition), #condition, __LINE__)\n"
		       "/* What stands behind it goes on with that. */\n"
		       "#define NEED(condition) \\\n\tdo { \\\n\t\tif (!IS(condition)) \\\n\t\t\treturn; \\\n\t} while (0)\n\n",
		.check = "IS(",
		.need = "NEED(",
		.begin = "static void @(void)\n{\n",
		.end = "}\n\n",
		.main_begin = "static const struct {\n\tconst char *name;\n\tvoid (*run)(void);\n} tests[] = {\n",
		.main_each = "\t{\"@\", @},\n",
		.main_end = "};\n\n" MAIN "\tint failed = 0, count = (int)(sizeof(tests) / sizeof(tests[0]));\n"
			    "\tprintf(\"1..%d\\n\", count);\n"
			    "\tfor (int i = 0; i < count; i++) {\n"
			    "\t\twrong = 0;\n\t\ttests[i].run();\n\t\tfailed += wrong > 0;\n"
			    "\t\tprintf(\"%s %d - %s\\n\", wrong ? \"not ok\" : \"ok\", i + 1, tests[i].name);\n"
			    "\t\tfflush(stdout);\n\t}\n\treturn failed > 0;\n}\n",
	},
};

const struct harden_style *harden_style(size_t index)
{
	return index < countof(styles) ? &styles[index] : NULL;
}

const struct harden_style *harden_plain(void)
{
	return &styles[countof(styles) - 1];
}

/* ---- the program */

void harden_put_named(struct buf *out, const char *text, const char *name)
{
	for (; *text; text++) {
		if (*text == '@')
			buf_append_cstr(out, name);
		else
			buf_append_char(out, *text);
	}
}

void harden_put_helpers(struct buf *out, const struct harden_function *f)
{
	buf_append_cstr(out, f->hears ? HEARD : "");
	buf_append_cstr(out, f->same_text ? SAME_TEXT : "");
	buf_append_cstr(out, f->untouched ? UNTOUCHED : "");
}

/* What any of them needs. */
static struct harden_function needs_of(const struct harden_function *tests, size_t len)
{
	struct harden_function all = {0};
	for (size_t i = 0; i < len; i++) {
		all.log |= tests[i].log;
		all.hears |= tests[i].hears;
		all.same_text |= tests[i].same_text;
		all.untouched |= tests[i].untouched;
		for (size_t k = 0; k < PROBE_USERS; k++)
			all.users[k] |= tests[i].users[k];
	}
	return all;
}

static bool some_text_has(const struct harden_function *tests, size_t len, const char *word)
{
	bool has = false;
	for (size_t i = 0; i < len; i++)
		has |= strstr(tests[i].text, word) != NULL;
	return has;
}

const char *harden_program(const struct suite *suite, const struct harden_style *style,
			   const struct harden_function *tests, const char *const *comments, size_t len,
			   const char *comment, struct arena *a)
{
	struct harden_function needs = needs_of(tests, len);
	SCOPED_BUF struct buf out;
	buf_init(&out, PROGRAM_MAX);
	buf_printf(&out, "/*\n%s */\n", comment);
	harden_put_includes(&out, suite, a);
	buf_append_cstr(&out, style->top);
	buf_append_cstr(&out, some_text_has(tests, len, "calls++") ? PROBE_CALLBACK_CALLS : "");
	buf_append_cstr(&out, some_text_has(tests, len, "answers[") ? PROBE_CALLBACK_ANSWERS : "");
	harden_put_users(&out, needs.users);
	if (needs.log)
		harden_put_log(&out, needs.users);
	harden_put_helpers(&out, &needs);
	for (size_t i = 0; i < len; i++)
		buf_printf(&out, "%s%s", comments[i], tests[i].text);
	buf_append_cstr(&out, style->main_begin);
	for (size_t i = 0; i < len; i++)
		harden_put_named(&out, style->main_each, tests[i].name);
	buf_append_cstr(&out, style->main_end);
	return out.full ? NULL : arena_str(a, buf_str(&out));
}
