#include "harness/diag.h"

#include "core/buf.h"
#include "tests/tap.h"

static struct arena arena;

static struct diag_list parse(const char *text)
{
	return diag_parse(str_of(text), &arena);
}

/* One line as clang and wasm-ld print them, and its parts. */
static const struct {
	const char *line;
	enum diag_severity severity;
	const char *file;
	unsigned row, column;
	const char *message;
} lines[] = {
	{"/src/ini.c:12:5: error: use of undeclared identifier 'x'", DIAG_ERROR, "/src/ini.c", 12, 5,
	 "use of undeclared identifier 'x'"},
	{"/src/ini.c:3:10: fatal error: 'none.h' file not found", DIAG_ERROR, "/src/ini.c", 3, 10,
	 "'none.h' file not found"},
	{"/src/a.c:1:1: warning: unused variable 'a' [-Wunused-variable]", DIAG_WARNING, "/src/a.c", 1, 1,
	 "unused variable 'a' [-Wunused-variable]"},
	{"/usr/include/stdio.h:49:5: note: 'printf' declared here", DIAG_NOTE, "/usr/include/stdio.h", 49, 5,
	 "'printf' declared here"},
	{"/src/a.c:7: error: only a line", DIAG_ERROR, "/src/a.c", 7, 0, "only a line"},
	{"<command line>:1:9: warning: 'A' macro redefined [-Wmacro-redefined]", DIAG_WARNING, "<command line>", 1, 9,
	 "'A' macro redefined [-Wmacro-redefined]"},
	{"clang: error: no input files", DIAG_ERROR, "clang", 0, 0, "no input files"},
	{"clang: warning: argument unused during compilation: '-x'", DIAG_WARNING, "clang", 0, 0,
	 "argument unused during compilation: '-x'"},
	{"error: unable to open output file '/out/object.o': 'Not found'", DIAG_ERROR, "", 0, 0,
	 "unable to open output file '/out/object.o': 'Not found'"},
	{"warning: unknown warning option '-Wx' [-Wunknown-warning-option]", DIAG_WARNING, "", 0, 0,
	 "unknown warning option '-Wx' [-Wunknown-warning-option]"},
	{"fatal error: too many errors emitted, stopping now [-ferror-limit=]", DIAG_ERROR, "", 0, 0,
	 "too many errors emitted, stopping now [-ferror-limit=]"},
	{"LLVM ERROR: out of memory", DIAG_ERROR, "", 0, 0, "out of memory"},
	{"Assertion failed: x (a.cpp: f: 3)", DIAG_ERROR, "", 0, 0, "x (a.cpp: f: 3)"},
	{"wasm-ld: error: /obj/0/a.o: undefined symbol: sqrt", DIAG_ERROR, "wasm-ld", 0, 0,
	 "/obj/0/a.o: undefined symbol: sqrt"},
	{"wasm-ld: error: duplicate symbol: main", DIAG_ERROR, "wasm-ld", 0, 0, "duplicate symbol: main"},
	{"wasm-ld: warning: function signature mismatch: f", DIAG_WARNING, "wasm-ld", 0, 0,
	 "function signature mismatch: f"},
	/* names with blanks, colons and digits in them */
	{"/src/with space.c:4:2: error: e", DIAG_ERROR, "/src/with space.c", 4, 2, "e"},
	{"/src/a:b:c.c:4:2: error: e", DIAG_ERROR, "/src/a:b:c.c", 4, 2, "e"},
	{"/src/a:1:4:2: error: e", DIAG_ERROR, "/src/a:1", 4, 2, "e"},
	{"/src/a.c:: error: e", DIAG_ERROR, "/src/a.c:", 0, 0, "e"},
	{"12:3: error: e", DIAG_ERROR, "12", 3, 0, "e"},
	{":3: error: e", DIAG_ERROR, ":3", 0, 0, "e"},
	{"a:4294967296:1: error: e", DIAG_ERROR, "a:4294967296", 1, 0, "e"},
	{"a:1000000000:0: error: e", DIAG_ERROR, "a", 1000000000, 0, "e"},
	{"a:99999999999999999999999999: error: e", DIAG_ERROR, "a:99999999999999999999999999", 0, 0, "e"},
	/* the first mark counts, whatever the text says */
	{"/src/a.c:1:2: warning: x: error: y [-W#warnings]", DIAG_WARNING, "/src/a.c", 1, 2, "x: error: y [-W#warnings]"},
	{"/src/a.c:1:2: note: see: fatal error: y", DIAG_NOTE, "/src/a.c", 1, 2, "see: fatal error: y"},
	{"error: a.c:1:2: warning: x", DIAG_ERROR, "", 0, 0, "a.c:1:2: warning: x"},
	{"/src/a.c:1:2: error: ", DIAG_ERROR, "/src/a.c", 1, 2, ""},
	{": error: e", DIAG_ERROR, "", 0, 0, "e"},
};

static void reads_what_the_tools_print(void)
{
	for (size_t i = 0; i < countof(lines); i++) {
		struct diag_list list = parse(lines[i].line);
		const struct diag *d = &list.items[0];
		bool good = list.len == 1 && list.left_out == 0 && d->severity == lines[i].severity &&
			    strcmp(d->file, lines[i].file) == 0 && d->line == lines[i].row &&
			    d->column == lines[i].column && strcmp(d->message, lines[i].message) == 0 &&
			    list.errors == (lines[i].severity == DIAG_ERROR);
		if (!tap_ok(good, lines[i].line, __FILE__, __LINE__) && list.len)
			tap_print("# %d \"%s\" %u %u \"%s\"\n", d->severity, d->file, d->line, d->column, d->message);
	}
}

static void other_lines_are_left_out(void)
{
	static const char *const others[] = {
		"In file included from /src/a.c:1:",
		"1 error generated.",
		">>> defined as () -> i32 in /obj/0/a.o",
		"   12 | int x = error;",
		"an error: in the middle",
		"xerror: not at the beginning",
		"a.c:1:1: Error: as others write it",
		"a.c:1:1: error:", /* cut */
		"error:",
		"PLEASE submit a bug report",
		" ",
		":",
		"\x1b[1m",
	};
	for (size_t i = 0; i < countof(others); i++) {
		struct diag_list list = parse(others[i]);
		tap_ok(list.len == 0 && list.left_out == 1 && list.errors == 0 && !diag_first_error(&list), others[i],
		       __FILE__, __LINE__);
	}
	struct diag_list list = parse("");
	is_int(list.len + list.left_out + list.errors, 0);
	list = diag_parse((struct str){0}, &arena);
	is_int(list.len + list.left_out + list.errors, 0);
	list = parse("\n\n\r\n\n");
	is_int(list.left_out, 0);
}

static void reads_a_whole_run(void)
{
	struct diag_list list = parse("In file included from /src/a.c:1:\r\n"
				      "/src/a.h:3:1: warning: w\r\n"
				      "/src/a.c:9:9: error: first\n"
				      "/src/a.h:3:1: note: n\n"
				      "/src/a.c:10:1: error: second\n"
				      "1 warning and 2 errors generated.\n");
	is_int(list.len, 4);
	is_int(list.errors, 2);
	is_int(list.left_out, 2);
	is_str(list.items[0].message, "w");
	is_int(list.items[2].severity, DIAG_NOTE);
	is_str(diag_first_error(&list)->message, "first");
	is_int(diag_first_error(&list)->line, 9);
	list = parse("a: warning: w\na: note: n\n");
	ok(diag_first_error(&list) == NULL);
}

/* As "3:5-3:10 text|", for all of a diagnostic. */
static const char *fixits_of(const struct diag *d)
{
	const char *all = "";
	for (size_t i = 0; i < d->fixits_len; i++) {
		const struct fixit *f = &d->fixits[i];
		all = arena_printf(&arena, "%s%u:%u-%u:%u %s|", all, f->line, f->column, f->end_line, f->end_column, f->text);
	}
	return all;
}

static void fixits_belong_to_what_they_follow(void)
{
	struct diag_list list = parse("/src/a.c:3:5: error: first\n"
				      "    3 |     cuont++; // /src/x.c:1:1: error: text of the source\n"
				      "      |     ^~~~~\n"
				      "      |     count: error: as well\n"
				      "fix-it:\"/src/a.c\":{3:5-3:10}:\"count\"\n"
				      "fix-it:\"/src/a.c\":{4:1-5:1}:\"\\\"\\\\\\t\\n\"\n"
				      "/src/a.c:3:5: note: second\n"
				      "/src/a.c:7:1: error: third\n"
				      "fix-it:\"/src/a.c\":{7:1-7:1}:\"\"\n");
	is_int(list.len, 3);
	is_int(list.errors, 2);
	is_str(fixits_of(&list.items[0]), "3:5-3:10 count|4:1-5:1 \"\\\t\n|");
	is_int(list.items[1].fixits_len, 0);
	is_str(fixits_of(&list.items[2]), "7:1-7:1 |");
	list = parse("fix-it:\"/src/a.c\":{7:1-7:1}:\"x\"\n/src/a.c:7:1: error: after\n");
	is_int(list.items[0].fixits_len, 0);
}

/* One that is not understood takes the others of its diagnostic along. */
static void broken_fixits_are_none(void)
{
	static const char *const broken[] = {
		"fix-it:\"/src/b.c\":{1:1-1:1}:\"x\"", "fix-it:\"/src/a.c\":{1:2-1:1}:\"x\"", "fix-it:\"/src/a.c\":{2:1-1:1}:\"x\"",
		"fix-it:\"/src/a.c\":{0:1-1:1}:\"x\"", "fix-it:\"/src/a.c\":{1:0-1:1}:\"x\"",
		"fix-it:\"/src/a.c\":{1:1-99999999999:1}:\"x\"", "fix-it:\"/src/a.c\":{1:1-1:1}:\"x", "fix-it:\"/src/a.c\":{1:1-1:1}:x",
		"fix-it:\"/src/a.c\":{1:1-1:1}:\"x\"y", "fix-it:\"/src/a.c\":{1:1-1:1}:\"\\303\"", "fix-it:\"/src/a.c\":{1:1-1:1}:\"\\",
		"fix-it:\"/src/a.c\":{1:1-1:1}:\"\x1b\"", "fix-it:\"/src/a.c\":{1-1:1}:\"x\"", "fix-it:\"/src/a.c\":{1:1:1-1:1}:\"x\"",
		"fix-it:\"/src/a.c\":{:1-1:1}:\"x\"", "fix-it:\"/src/a.c\":{1:1-1:1", "fix-it:\"/src/a.c\"", "fix-it:\"",
	};
	for (size_t i = 0; i < countof(broken); i++) {
		const char *text = arena_printf(&arena, "/src/a.c:1:1: error: e\nfix-it:\"/src/a.c\":{1:1-1:1}:\"x\"\n%s\n"
							"fix-it:\"/src/a.c\":{1:1-1:1}:\"y\"\n", broken[i]);
		struct diag_list list = parse(text);
		tap_ok(list.len == 1 && list.items[0].fixits_len == 0, broken[i], __FILE__, __LINE__);
	}
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	buf_append_cstr(&text, "/src/a.c:1:1: error: e\n");
	for (int i = 0; i <= DIAG_FIXITS_MAX; i++)
		buf_append_cstr(&text, "fix-it:\"/src/a.c\":{1:1-1:1}:\"x\"\n");
	is_int(diag_parse(buf_str(&text), &arena).items[0].fixits_len, 0);
}

static void the_number_is_bounded(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < DIAG_MAX - 1; i++)
		buf_printf(&text, "a.c:%d:1: warning: w\n", i + 1);
	for (int i = 0; i < 10; i++)
		buf_printf(&text, "a.c:%d:1: error: e\n", i + 1000);
	buf_append_cstr(&text, "10 errors generated.\n");
	struct diag_list list = diag_parse(buf_str(&text), &arena);
	is_int(list.len, DIAG_MAX - 1 + 10); /* errors find room */
	is_int(list.left_out, 1);
	is_int(list.errors, 10);
	is_int(diag_first_error(&list)->line, 1000);
	is_int(list.items[DIAG_MAX - 1].severity, DIAG_ERROR);

	buf_clear(&text); /* more than there is room for, of both */
	for (int i = 0; i < DIAG_MAX + 7; i++)
		buf_append_cstr(&text, "a.c:1:1: note: n\n");
	for (int i = 0; i < DIAG_MAX + 5; i++)
		buf_append_cstr(&text, "a.c:1:1: error: e\n");
	list = diag_parse(buf_str(&text), &arena);
	is_int(list.len, 2 * DIAG_MAX);
	is_int(list.left_out, 7 + 5);
	is_int(list.errors, DIAG_MAX + 5); /* also those left out */
	list = parse("a.c:1:1: error: at once\n");
	is_str(diag_first_error(&list)->message, "at once");
}

static void texts_are_bounded(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	buf_append_cstr(&text, "a.c:1:2: error: ");
	for (int i = 0; i < 5000; i++)
		buf_append_cstr(&text, "m");
	struct diag_list list = diag_parse(buf_str(&text), &arena);
	is_int(list.len, 1);
	is_int(strlen(list.items[0].message), DIAG_TEXT_MAX);

	buf_clear(&text); /* a path as long */
	for (int i = 0; i < DIAG_TEXT_MAX + 500; i++)
		buf_append_cstr(&text, "p");
	buf_append_cstr(&text, ":1:2: error: e");
	list = diag_parse(buf_str(&text), &arena);
	is_int(strlen(list.items[0].file), DIAG_TEXT_MAX);
	is_int(list.items[0].column, 2);

	buf_clear(&text); /* no mark within reach */
	for (int i = 0; i < 2 * DIAG_TEXT_MAX; i++)
		buf_append_cstr(&text, "p");
	buf_append_cstr(&text, ":1:2: error: e");
	list = diag_parse(buf_str(&text), &arena);
	is_int(list.len, 0);
	is_int(list.left_out, 1);

	/* Cut between characters. */
	buf_clear(&text);
	buf_append_cstr(&text, "a: error: x");
	for (int i = 0; i < DIAG_TEXT_MAX; i++)
		buf_append_cstr(&text, "\xC3\xA4");
	list = diag_parse(buf_str(&text), &arena);
	is_int(strlen(list.items[0].message), DIAG_TEXT_MAX - 1);
	is_str(list.items[0].message + DIAG_TEXT_MAX - 5, "\xC3\xA4\xC3\xA4");
}

static void nothing_is_left_that_a_terminal_obeys(void)
{
	struct diag_list list = parse("\x1b[31mred.c:1:2: error: \x1b]0;title\x07 \x7f\ttab \xC2\x9B" "31m \xC2\x80 "
				      "\xC2\xA0 \xC3\xA4 \xE2\x80\xA6");
	is_int(list.len, 1);
	is_str(list.items[0].file, " [31mred.c");
	is_str(list.items[0].message, " ]0;title    tab   31m    \xC2\xA0 \xC3\xA4 \xE2\x80\xA6");
	list = diag_parse(STR("a\0b:1:2: error: x\0\x1b[0my"), &arena);
	is_int(list.len, 1);
	is_str(list.items[0].file, "a b");
	is_str(list.items[0].message, "x  [0my");
	list = parse("a: error: \xC3\xA4\xC2");
	is_str(list.items[0].message, "\xC3\xA4");
	list = parse("a.c\r:1: error: b\rc\r\n");
	is_str(list.items[0].message, "b c");
}

static void what_the_linker_misses(void)
{
	struct diag_list list = parse("wasm-ld: warning: /obj/5/net.c: undefined symbol: socket\n"
				      "wasm-ld: warning: /obj/6/p.c: undefined symbol: fork\n"
				      "wasm-ld: warning: function signature mismatch: f\n"
				      "wasm-ld: error: /obj/7/q.c: undefined symbol: socket\n");
	struct strings names = diag_undefined_symbols(&list, &arena);
	if (!ok(names.len == 2))
		return;
	is_str(names.items[0], "socket");
	is_str(names.items[1], "fork");
	ok(diag_undefined_symbol(&list.items[2]) == NULL);
}

int main(void)
{
	tap_run("reads what the tools print", reads_what_the_tools_print);
	tap_run("other lines are left out", other_lines_are_left_out);
	tap_run("reads a whole run", reads_a_whole_run);
	tap_run("fix-its belong to what they follow", fixits_belong_to_what_they_follow);
	tap_run("broken fix-its are none", broken_fixits_are_none);
	tap_run("the number is bounded", the_number_is_bounded);
	tap_run("texts are bounded", texts_are_bounded);
	tap_run("nothing is left that a terminal obeys", nothing_is_left_that_a_terminal_obeys);
	tap_run("what the linker misses", what_the_linker_misses);
	arena_release(&arena);
	return tap_done();
}
