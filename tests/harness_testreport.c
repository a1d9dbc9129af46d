/*
 * The cases are in tests/data/testreport/NAME.cases. A case begins with
 * "@ FORMAT: what it shows"; for the format "patterns" there follow lines
 * "@pass EXPRESSION", "@fail …" and "@skip …". Then comes the program's output
 * as it is, save that ␛, ␇, ␍ and ␀ stand for those control characters. What
 * is read from it comes last, each line behind "= ": the tests in order as
 * "VERDICT NAME" or "VERDICT NAME | MESSAGE", "declared N" and
 * "unnamed_failed N" unless 0, "unended" if it is so, and "complete" or "incomplete"; or "error TEXT".
 */

#include "harness/testreport.h"

#include <dirent.h>

#include "core/fs.h"
#include "core/prng.h"
#include "tests/tap.h"

enum { MAX_TESTS = 1000, TEXT_MAX = 1 << 20 };

struct test_case {
	struct str title;
	struct str format;
	char *expressions[TEST_FAILED + 1];
	struct buf output, want;
};

static const char *const verdicts[] = {"passed", "skipped", "failed"};

static void print_report(const struct testreport *report, struct buf *out)
{
	for (size_t i = 0; i < report->len; i++) {
		const struct test_line *t = &report->tests[i];
		buf_printf(out, "%s %s%s%s\n", verdicts[t->verdict], t->name, t->message[0] ? " | " : "", t->message);
	}
	if (report->declared)
		buf_printf(out, "declared %zu\n", report->declared);
	if (report->unnamed_failed)
		buf_printf(out, "unnamed_failed %zu\n", report->unnamed_failed);
	if (report->unended)
		buf_append_cstr(out, "unended\n");
	buf_printf(out, "%s\n", report->complete ? "complete" : "incomplete");
}

static int read_case(const struct test_case *c, struct arena *a, struct testreport *ret, struct err *err)
{
	const struct testreport_format *format = testreport_find(arena_str(a, c->format));
	if (str_eq(c->format, STR("patterns")) &&
	    testreport_pattern(a, c->expressions[TEST_PASSED], c->expressions[TEST_FAILED],
			       c->expressions[TEST_SKIPPED], &format, err) < 0)
		return -1;
	if (!format)
		return err_set(err, ERR_USAGE, "no format %.*s", STR_ARG(c->format));
	return testreport_read(format, buf_str(&c->output), MAX_TESTS, a, ret, err);
}

static void run_case(struct test_case *c)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf got;
	struct testreport report;
	struct err err = {0};
	buf_init(&got, TEXT_MAX);
	if (read_case(c, &a, &report, &err) < 0)
		buf_printf(&got, "error %s\n", err.text);
	else
		print_report(&report, &got);
	tap_str(got.ptr, c->want.ptr, arena_str(&a, c->title), __FILE__, __LINE__);
	buf_clear(&c->output);
	buf_clear(&c->want);
	for (size_t i = 0; i < countof(c->expressions); i++) {
		free(c->expressions[i]);
		c->expressions[i] = NULL;
	}
}

/* The control pictures U+2400 to U+241F stand for what they show. */
static void append_output(struct buf *out, struct str line)
{
	for (size_t i = 0; i < line.len; i++) {
		bool picture = line.len - i >= 3 && memcmp(line.ptr + i, "\xE2\x90", 2) == 0;
		buf_append_char(out, picture ? (char)(line.ptr[i + 2] & 0x1F) : line.ptr[i]);
		i += picture ? 2 : 0;
	}
	buf_append_char(out, '\n');
}

static bool read_expression(struct test_case *c, struct str line)
{
	static const char *const names[] = {"@pass ", "@skip ", "@fail "};
	for (size_t i = 0; i < countof(names); i++) {
		if (str_starts(line, str_of(names[i]))) {
			line = str_from(line, strlen(names[i]));
			c->expressions[i] = strndup(line.ptr, line.len);
			return true;
		}
	}
	return false;
}

static void run_file(const char *path)
{
	SCOPED_BUF struct buf text;
	struct err err = {0};
	struct str line;
	struct test_case c = {0};
	buf_init(&text, TEXT_MAX);
	buf_init(&c.output, TEXT_MAX);
	buf_init(&c.want, TEXT_MAX);
	ok(fs_read(path, &text, &err) == 0);
	for (struct str rest = buf_str(&text); str_next_line(&rest, &line);) {
		if (str_starts(line, STR("@ "))) {
			if (c.title.len)
				run_case(&c);
			c.title = str_from(line, 2);
			c.format = str_first(c.title, str_index(c.title, ':'));
		} else if (str_starts(line, STR("= "))) {
			buf_append_str(&c.want, str_from(line, 2));
			buf_append_char(&c.want, '\n');
		} else if (!read_expression(&c, line)) {
			append_output(&c.output, line);
		}
	}
	run_case(&c);
	buf_release(&c.output);
	buf_release(&c.want);
}

static void cases(void)
{
	struct dirent **files;
	int count = scandir("tests/data/testreport", &files, NULL, alphasort), found = 0;
	for (int i = 0; i < count; i++) {
		SCOPED_ARENA struct arena a = {0};
		if (str_ends(str_of(files[i]->d_name), STR(".cases"))) {
			tap_print("# %s\n", files[i]->d_name);
			run_file(arena_printf(&a, "tests/data/testreport/%s", files[i]->d_name));
			found++;
		}
		free(files[i]);
	}
	if (count >= 0)
		free(files);
	ok(found >= 7);
}

/* ---- what cases cannot show */

static int read_as(const char *format, const char *output, size_t max, struct arena *a, struct testreport *ret,
		   struct err *err)
{
	return testreport_read(testreport_find(format), str_of(output), max, a, ret, err);
}

static void table(void)
{
	size_t rows = 0;
	for (; testreport_names(rows); rows++)
		ok(testreport_find(testreport_names(rows)) != NULL);
	ok(rows == 6);
	ok(testreport_names(rows + 100) == NULL);
	ok(testreport_find("exit") == NULL);
	ok(testreport_find("patterns") == NULL);
	ok(testreport_find("") == NULL);
	ok(testreport_find("TAP") == NULL);
}

static void limits(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct testreport report = {.len = 77};
	struct err err = {0};
	ok(read_as("tap", "1..2\nok 1 - a\nok 2 - b\n", 2, &a, &report, &err) == 0);
	ok(report.len == 2);
	report.len = 77;
	ok(read_as("tap", "1..2\nok 1 - a\nok 2 - b\n", 1, &a, &report, &err) == -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "the test program names more than 1 tests");
	ok(report.len == 77); /* untouched on failure */
	ok(read_as("tap", "ok 1 - a\n", 0, &a, &report, NULL) == -1);
	ok(read_as("tap", "1..0\n", 0, &a, &report, &err) == 0);
	/* What a list repeats is no test of its own. */
	ok(read_as("cmocka", "[ RUN      ] a\n[  FAILED  ] a\n[==========] 1 test(s) run.\n[  FAILED  ] a\n", 1,
		   &a, &report, &err) == 0);
	ok(report.len == 1);
	ok(testreport_read(testreport_find("tap"), (struct str){0}, 1, &a, &report, &err) == 0);
	ok(report.len == 0 && report.tests != NULL && !report.complete);
}

static void long_lines(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf out;
	struct testreport report = {0};
	buf_init(&out, 100000);
	buf_append_cstr(&out, "ok 1 - ");
	for (int i = 0; i < 5000; i++)
		buf_append_cstr(&out, "\xC3\xA9");
	buf_append_cstr(&out, "\nok 2 - b\n1..2\n");
	ok(testreport_read(testreport_find("tap"), buf_str(&out), 10, &a, &report, NULL) == 0);
	is_int(report.len, 2);
	is_int(strlen(report.tests[0].name), 200);
	is_str(report.tests[0].name + 198, "\xC3\xA9");
	is_str(report.tests[1].name, "b");
	out.ptr[7] = out.ptr[8] = 'x'; /* now the 200th byte is the first half of a character */
	out.ptr[9] = 'y';
	out.ptr[10] = 'z';
	memmove(out.ptr + 8, out.ptr + 9, out.len - 9);
	ok(testreport_read(testreport_find("tap"), buf_str(&out), 10, &a, &report, NULL) == 0);
	is_int(strlen(report.tests[0].name), 199);
	is_str(report.tests[0].name + 197, "\xC3\xA9");

	/* An expression sees the first 4,096 bytes of a line. */
	const struct testreport_format *format;
	ok(testreport_pattern(&a, "x(y|z)$", NULL, NULL, &format, NULL) == 0);
	for (size_t len = 4095; len <= 4097; len++) {
		buf_clear(&out);
		for (size_t i = 0; i + 1 < len; i++)
			buf_append_char(&out, 'x');
		buf_append_cstr(&out, "y\n");
		ok(testreport_read(format, buf_str(&out), 10, &a, &report, NULL) == 0);
		is_int(report.len, len <= 4096);
	}
}

static void odd_bytes(void)
{
	static const struct {
		const char *bytes, *name;
	} names[] = {
		{"\xFF\xFE", "??"},
		{"a\xC3", "a?"},
		{"a\xC3" "b", "a?b"},
		{"\xC0\xAF", "??"},                 /* over-long */
		{"\xED\xA0\x80", "???"},            /* a surrogate */
		{"\xF4\x90\x80\x80", "????"},       /* beyond Unicode */
		{"\xC2\x9B" "31m", "??31m"},        /* a C1 control */
		{"\xE2\x82\xAC \xF0\x9F\x98\x80", "\xE2\x82\xAC \xF0\x9F\x98\x80"},
		{"a\x01" "b\x7F", "a b"},
		{"\033[31", "test 1"},              /* an escape sequence without its end */
		{"x\033", "x"},
		{"x\033]8;;u\033\\y", "xy"},
		{"x\033(By", "xy"},
		{"x\033[?25ly\033[1;2;3 qz", "xyz"},
	};
	for (size_t i = 0; i < countof(names); i++) {
		SCOPED_ARENA struct arena a = {0};
		struct testreport report = {0};
		char *out = arena_printf(&a, "ok 1 - %s\n", names[i].bytes);
		ok(read_as("tap", out, 5, &a, &report, NULL) == 0);
		is_str(report.len ? report.tests[0].name : NULL, names[i].name);
	}
	SCOPED_ARENA struct arena a = {0};
	struct testreport report = {0};
	ok(testreport_read(testreport_find("tap"), STR("ok 1 - a\0b\n"), 5, &a, &report, NULL) == 0);
	is_str(report.tests[0].name, "a b");
}

/* The directive as most print it. */
static void capitals(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct testreport report = {0};
	ok(read_as("tap", "1..1\nnot ok 1 - a # TO" "DO later\n", 5, &a, &report, NULL) == 0);
	is_int(report.tests[0].verdict, TEST_SKIPPED);
	is_str(report.tests[0].message, "later");
}

/* Random lines out of pieces that mean something: whatever comes, names are
 * there, short, and different from each other. */
static void mixed(void)
{
	static const char *const pieces[] = {
		"ok ", "not ok ", "1", "2", "1..2", " - a", "# SKIP", "Bail out!", "\n", "\n", "\n", "  ---\n", "  x\n",
		"f.c:1:", "a", "b", "a#2", ":PASS", ":FAIL", ":IGNORE: m", "2 Tests 1 Failures 0 Ignored", "OK\n",
		"[ RUN      ] ", "[       OK ] ", "[  FAILED  ] ", "[  ERROR   ] ", "--- m", "[==========] ",
		"2 test(s) run.", "f.c:1:P:c:a:0: m", "f.c:1:F:c:a:1: m", "50%: Checks: 2, Failures: 1, Errors: 0",
		"PASS a\n", "FAIL a: m", "Pass: 1, fail: 1, skip: 1.", "a failed:\n\tm\n", "Tests run: 3",
		"2 tests, 3 assertions, 4 failures", "TEST(G, n)", " PASS", "\033[1m", "\r", "\xFF",
	};
	struct prng prng = {1};
	size_t bad = 0, named = 0;
	for (int run = 0; run < 3000; run++) {
		SCOPED_ARENA struct arena a = {0};
		SCOPED_BUF struct buf out;
		struct testreport report = {0};
		buf_init(&out, 10000);
		for (uint64_t n = prng_below(&prng, 60); n > 0; n--)
			buf_append_cstr(&out, pieces[prng_below(&prng, countof(pieces))]);
		const struct testreport_format *format = testreport_find(testreport_names(prng_below(&prng, 6)));
		bad += testreport_read(format, buf_str(&out), 100, &a, &report, NULL) != 0;
		named += report.len;
		for (size_t i = 0; i < report.len; i++) {
			bad += !report.tests[i].name[0] || strlen(report.tests[i].name) > 210 || !report.tests[i].message;
			for (size_t k = 0; k < i; k++)
				bad += strcmp(report.tests[i].name, report.tests[k].name) == 0;
		}
	}
	is_int(bad, 0);
	ok(named > 1000);
}

/* Equal names, and names that already look numbered, stay quick. */
static void many(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf out;
	struct testreport report = {0};
	buf_init(&out, 1 << 20);
	for (int i = 2; i < 4000; i++)
		buf_printf(&out, "PASS a#%d\nPASS a\n", i);
	ok(testreport_read(testreport_find("greatest"), buf_str(&out), 10000, &a, &report, NULL) == 0);
	is_int(report.len, 2 * 3998);
	is_str(report.tests[1].name, "a");
	is_str(report.tests[3].name, "a#4000");
	is_str(report.tests[report.len - 1].name, "a#7996");
}

int main(void)
{
	cases();
	tap_run("table", table);
	tap_run("limits", limits);
	tap_run("long lines", long_lines);
	tap_run("odd bytes", odd_bytes);
	tap_run("capitals", capitals);
	tap_run("mixed", mixed);
	tap_run("many", many);
	return tap_done();
}
