#include "harness/buildfacts.h"

#include "core/buf.h"
#include "core/mem.h"
#include "tests/tap.h"

static struct arena arena;

/* A tree of the files in a text, where "== PATH" begins one; up to "== FACTS", behind which `ret_rest` is. */
static struct tree *unpack(struct str text, struct str *ret_rest)
{
	struct tree *tree = tree_new();
	struct str path = {0}, line, mark = STR("== ");
	const char *start = text.ptr, *end = text.ptr + text.len;
	while (str_next_line(&text, &line)) {
		if (!str_starts(line, mark))
			continue;
		if (path.len)
			ok(tree_add_file(tree, arena_printf(&arena, "/%.*s", STR_ARG(path)),
					 (struct str){start, (size_t)(line.ptr - start)}, NULL) == 0);
		path = str_from(line, mark.len);
		start = text.len ? text.ptr : end;
		if (str_eq(path, STR("FACTS")))
			break;
	}
	*ret_rest = text;
	return tree;
}

/* ---- facts as a text */

static void show_list(struct buf *out, const char *label, const struct strings *list)
{
	if (list->len == 0)
		return;
	buf_printf(out, "\t%s", label);
	for (size_t i = 0; i < list->len; i++)
		buf_printf(out, " %s", list->items[i][0] ? list->items[i] : ".");
	buf_append_char(out, '\n');
}

static void show_file(struct buf *out, const char *label, const char *path)
{
	if (path)
		buf_printf(out, "\t%s %s\n", label, path[0] ? path : ".");
}

static void show_target(struct buf *out, const struct fact_target *t)
{
	buf_printf(out, "%s%s %s at %s:%u\n", t->test ? "test " : "", t->program ? "program" : "library", t->name,
		   t->file,
		   t->line);
	show_list(out, "sources", &t->sources);
	show_list(out, "include", &t->include);
	show_list(out, "defines", &t->defines);
	show_list(out, "flags", &t->flags);
	show_list(out, "links", &t->links);
}

static void show_test(struct buf *out, const struct fact_test *t)
{
	buf_printf(out, "run %s as %s at %s:%u\n", t->program, t->name, t->file, t->line);
	show_list(out, "args", &t->args);
	show_list(out, "env", &t->env);
	show_file(out, "cwd", t->cwd);
	show_file(out, "stdin", t->stdin_file);
	show_file(out, "expected", t->expected_file);
	if (t->expected_exit)
		buf_printf(out, "\texit %d\n", t->expected_exit);
}

static void show_template(struct buf *out, const struct fact_template *t)
{
	buf_printf(out, "%s %s from %s at %s:%u\n", t->verbatim ? "copy" : "template", t->to, t->from ? t->from
		   : "nothing",
		   t->file, t->line);
	show_list(out, "values", &t->values);
	show_list(out, "asks", &t->asks);
}

static void show(struct buf *out, const struct buildfacts *b)
{
	buf_printf(out, "%s %s\n", b->name ? b->name : "-", b->version ? b->version : "-");
	for (size_t i = 0; i < b->targets_len; i++)
		show_target(out, &b->targets[i]);
	for (size_t i = 0; i < b->tests_len; i++)
		show_test(out, &b->tests[i]);
	for (size_t i = 0; i < b->templates_len; i++)
		show_template(out, &b->templates[i]);
	show_list(out, "headers", &b->headers);
	show_list(out, "header roots", &b->header_roots);
	show_list(out, "read", &b->files);
}

/* ---- cases in files */

/* Line by line, so that a failure shows which one. */
static void is_same_text(struct str got, struct str want, const char *name)
{
	struct str line, wanted;
	bool more = true;
	while (more) {
		bool have = str_next_line(&got, &line);
		more = str_next_line(&want, &wanted);
		if (!have && !more)
			break;
		tap_str(have ? arena_str(&arena, line) : NULL, more ? arena_str(&arena, wanted) : NULL, name,
			__FILE__,
			__LINE__);
		more = more && have;
	}
}

static void facts_of(struct str project, struct buf *out, struct str *ret_rest)
{
	SCOPED_TREE struct tree *tree = unpack(project, ret_rest);
	struct buildfacts facts;
	if (ok(buildfacts_read(tree_root(tree), &arena, &facts, NULL) == 0))
		show(out, &facts);
}

static void cases_in_files(void)
{
	static const char *const cases[] = {"cmake", "cmake-install", "meson", "make", "make-recipes", "automake",
					    "configure", "packages", "several", "nothing"};
	for (size_t i = 0; i < countof(cases); i++) {
		SCOPED_BUF struct buf text = {0}, got = {0};
		struct str want;
		buf_init(&text, 1 << 20);
		buf_init(&got, 1 << 20);
		const char *path = arena_printf(&arena, "tests/data/buildfacts/%s", cases[i]);
		if (!ok(fs_read(path, &text, NULL) == 0))
			continue;
		facts_of(buf_str(&text), &got, &want);
		ok(want.len > 0);
		is_same_text(buf_str(&got), want, cases[i]);
	}
}

/* ---- hostile files */

static struct buildfacts facts;

static void read_file(const char *path, struct str text)
{
	SCOPED_TREE struct tree *tree = tree_new();
	tree_add_file(tree, path, text, NULL);
	tree_add_file(tree, "/a.c", STR(""), NULL);
	facts = (struct buildfacts){0};
	ok(buildfacts_read(tree_root(tree), &arena, &facts, NULL) == 0);
}

/* Each would take longer than the world lasts, or more memory than there is, if it were followed to its end. */
#define THIRTY "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30"
#define WORDS "W = 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n"

static const struct {
	const char *path, *text;
} bombs[] = {
	{"/CMakeLists.txt", "set(A xxxxxxxx)\nforeach(i RANGE 1000)\nset(A \"${A}${A}\")\nendforeach()\n"},
	{"/CMakeLists.txt", "set(A x)\nforeach(i RANGE 1000)\nlist(APPEND A ${A})\nendforeach()\n"},
	{"/CMakeLists.txt", "function(f)\nf()\nf()\nendfunction()\nf()\n"},
	{"/CMakeLists.txt", "macro(f x)\nf(${x}${x})\nf(${x})\nendmacro()\nf(y)\n"},
	{"/CMakeLists.txt", "include(CMakeLists.txt)\ninclude(CMakeLists.txt)\n"},
	{"/CMakeLists.txt", "foreach(a RANGE 4000)\nforeach(b RANGE 4000)\nforeach(c RANGE 4000)\n"
			    "add_library(l${a}${b}${c} a.c)\nendforeach()\nendforeach()\nendforeach()\n"},
	{"/CMakeLists.txt", "foreach(i RANGE 18446744073709551615)\nendforeach()\n"},
	{"/CMakeLists.txt", "set(b aaaaaaaaaaaaaaaaaaaaaaaaaaaa)\nlist(FILTER b INCLUDE REGEX \"((a*)*)*b\")\n"
			    "string(REGEX REPLACE \"a*\" \"\\\\1\\\\1\" c \"${b}\")\n"},
	{"/meson.build", "a = ['x']\nforeach i : [" THIRTY "]\na += [a, a]\na += a\nendforeach\nexecutable('x', a)\n"},
	{"/meson.build", "s = 'x'\nforeach i : [" THIRTY "]\ns += s\ns = '@0@@0@'.format(s)\nendforeach\n"},
	{"/meson.build", "subdir('.')\nsubdir('')\n"},
	{"/Makefile", "A = $(A)$(A)\nB := $(A)\nall: $(A)\n"},
	{"/Makefile", "A = $(B)$(B)\nB = $(A) $(A)\nall: ; cc -o x a.c $(A)\n"},
	{"/Makefile", WORDS "A = $(foreach a,$(W),$(foreach b,$(W),$(foreach c,$(W),$(foreach d,$(W),$(W)))))\nall: $(A)\n"},
	{"/Makefile", "F = $(call F,$(1)$(1))$(call F,$(1)$(1))\nall: $(call F,x)\n"},
	{"/Makefile", "include Makefile\ninclude Makefile\n"},
	{"/Makefile", WORDS "all:\n\tfor a in $(W); do for b in $(W); do for c in $(W); do for d in $(W); do "
			    "for e in $(W); do ./$$a$$b$$c$$d$$e; done; done; done; done; done\n"},
	{"/Makefile", "%.a: %.a.a ; cc -o $@ $<\nall: x.a\n%: %.c ; cc -o $@ $<\n"},
	{"/Makefile.am", "bin_PROGRAMS = $(bin_PROGRAMS) $(bin_PROGRAMS)\nSUBDIRS = . . ./.\n"},
	{"/configure.ac", "m4_define([a], [aa])\nm4_define([b], [a a a a])\nAC_INIT([b])\nx=y\n"
			  "x=$x$x$x$x$x$x$x$x\nx=$x$x$x$x$x$x$x$x\nAC_DEFINE_UNQUOTED([X], [$x])\n"},
};

static void bombs_end(void)
{
	for (size_t i = 0; i < countof(bombs); i++)
		read_file(bombs[i].path, str_of(bombs[i].text));
}

static void nested(const char *path, const char *open, const char *inside, const char *close)
{
	SCOPED_BUF struct buf text = {0};
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 20000; i++)
		buf_append_cstr(&text, open);
	buf_append_cstr(&text, inside);
	for (int i = 0; i < 20000; i++)
		buf_append_cstr(&text, close);
	read_file(path, buf_str(&text));
}

/* Deeper than a stack would hold. */
static void depth_is_bounded(void)
{
	nested("/CMakeLists.txt", "if(A)\n", "", "endif()\n");
	nested("/CMakeLists.txt", "if(UNIX)\n", "", "endif()\n");
	nested("/CMakeLists.txt", "foreach(i 1)\n", "", "");
	nested("/CMakeLists.txt", "(", "if(a", ")");
	nested("/CMakeLists.txt", "if(NOT ", "", ")");
	nested("/CMakeLists.txt", "${", "", "}");
	nested("/CMakeLists.txt", "set(X $<", "", ">)");
	nested("/meson.build", "[", "", "]");
	nested("/meson.build", "x = (not ", "", ")");
	nested("/meson.build", "f(", "", ")");
	nested("/meson.build", "if true\n", "", "endif\n");
	nested("/meson.build", "a ? ", "b", " : c");
	nested("/meson.build", "'x'.format(", "", ")");
	nested("/Makefile", "$(", "", ")");
	nested("/Makefile", "$(subst a,", "b", ",c)");
	nested("/Makefile", "ifdef A\n", "", "endif\n");
	nested("/Makefile", "all:\n\tfor x in a; do ", "", "done; ");
	nested("/Makefile.am", "if A\n", "", "endif\n");
	nested("/configure.ac", "AC_IF([", "", "])");
	nested("/configure.ac", "AS_IF([x],[", "AC_DEFINE([X])", "])");
	nested("/configure.ac", "if test x = x; then\n", "AC_DEFINE([X])", "fi\n");
	nested("/package.json", "[", "", "]");
}

/* The line again and again, with a number for each "#". */
static void many(const char *path, const char *line)
{
	SCOPED_BUF struct buf text = {0};
	buf_init(&text, 1 << 20);
	for (int i = 0; text.len + 200 < text.max && i < 40000; i++) {
		for (const char *c = line; *c; c++) {
			if (*c == '#')
				buf_printf(&text, "%d", i);
			else
				buf_append_char(&text, *c);
		}
	}
	read_file(path, buf_str(&text));
}

/* No lists that take the square of their length. */
static void long_files_end(void)
{
	many("/CMakeLists.txt", "add_library(l# a.c)\n");
	many("/CMakeLists.txt", "add_test(NAME t# COMMAND l#)\n");
	many("/CMakeLists.txt", "set(V# ${V#} x)\n");
	many("/meson.build", "executable('p#', 'a.c')\n");
	many("/meson.build", "v# = 'x'\n");
	many("/Makefile", "p#: a.c; cc -o p# a.c\n");
	many("/Makefile", "all: p#\n");
	many("/Makefile", "V# = $(V) p#\n");
	many("/Makefile.am", "bin_PROGRAMS += p#\n");
	many("/configure.ac", "AC_DEFINE([X#], [1])\n");
}

static void other_files_are_passed_over(void)
{
	SCOPED_BUF struct buf text = {0};
	buf_init(&text, 2 << 20);
	buf_append_cstr(&text, "project(big)\n");
	while (text.len <= 1 << 20)
		buf_append_cstr(&text, "# a long comment in a file that is too large to be read\n");
	read_file("/CMakeLists.txt", buf_str(&text));
	ok(facts.name == NULL);
	is_int(facts.files.len, 0);
	read_file("/CMakeLists.txt", str_first(buf_str(&text), 1 << 20));
	is_str(facts.name, "big");
	is_int(facts.files.len, 1);

	read_file("/CMakeLists.txt", (struct str){"project(a\0b)\nadd_library(\0 a.c)\n", 31});
	read_file("/Makefile", (struct str){"a\0: b\0\n\tcc -o \0 a.c\n", 21});
	read_file("/meson.build", (struct str){"project('a\0b', \0)\n", 18});
	read_file("/configure.ac", (struct str){"AC_INIT([a\0b], [1\0])\n", 22});

	SCOPED_TREE struct tree *tree = tree_new();
	ok(tree_add_link(tree, "/CMakeLists.txt", STR("/etc/passwd"), NULL) == 0);
	ok(tree_add_folder(tree, "/meson.build", false, NULL) == 0);
	ok(buildfacts_read(tree_root(tree), &arena, &facts, NULL) == 0);
	is_int(facts.files.len, 0);
	struct err err = {0};
	is_int(buildfacts_read(tree_find(tree, "/CMakeLists.txt"), &arena, &facts, &err), -1);
	is_int(err.kind, ERR_USAGE);
}

int main(void)
{
	tap_run("cases in files", cases_in_files);
	tap_run("bombs end", bombs_end);
	tap_run("depth is bounded", depth_is_bounded);
	tap_run("long files end", long_files_end);
	tap_run("other files are passed over", other_files_are_passed_over);
	arena_release(&arena);
	return tap_done();
}
