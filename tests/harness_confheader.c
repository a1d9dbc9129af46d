#include "harness/confheader_parts.h"

#include "core/buf.h"
#include "core/mem.h"
#include "tests/tap.h"

static struct arena arena;

/* ---- templates */

/* What the template becomes when NAMEs that begin with YES_ are 1, with NO_ are asked and
 * undefined, with SAME_ are themselves, and all others are guessed to be undefined. */
static struct confheader_answer answer_for(const char *name)
{
	static const struct {
		const char *before, *value;
	} rows[] = {{"YES_", "1"}, {"NO_", NULL}, {"OFF_", "OFF"}, {"TRUE_", "true"}, {"FALSE_", "false"},
		    {"TEXT_", "a b"}, {"EMPTY_", ""}, {"PACKAGE_", "x"}};
	for (size_t i = 0; i < countof(rows); i++) {
		if (strncmp(name, rows[i].before, strlen(rows[i].before)) == 0)
			return (struct confheader_answer){name, rows[i].value, false};
	}
	bool same = strncmp(name, "SAME_", 5) == 0;
	return (struct confheader_answer){name, same ? name : NULL, !same};
}

static const char *render(const char *text)
{
	struct confheader_template t;
	struct str out;
	confheader_scan(str_of(text), &arena, &t);
	struct confheader_answer *answers = arena_array(&arena, t.len, struct confheader_answer);
	for (size_t i = 0; i < t.len; i++) {
		t.marks[i].answer = i;
		answers[i] = answer_for(t.marks[i].name);
	}
	return confheader_render(&t, answers, &arena, &out, NULL) < 0 ? "too much" : out.ptr;
}

static const struct {
	const char *from, *to;
} texts[] = {
	/* autoheader */
	{"#undef YES_A\n#  undef YES_B\n#undef NO_C\n#undef D\n",
	 "#define YES_A 1\n#  define YES_B 1\n/* #undef NO_C */\n/* #undef D */\n"},
	{"\t# undef YES_A /* why */\r\n", "\t# define YES_A 1 /* why */\r\n"},
	{"#undef TEXT_A\n#undef EMPTY_A\n#undef SAME_A", "#define TEXT_A a b\n#define EMPTY_A\n/* #undef SAME_A */"},
	{"#undef PACKAGE_NAME\n#undef PACKAGE_OTHER\n", "#define PACKAGE_NAME \"x\"\n#define PACKAGE_OTHER x\n"},
	{"#ifndef YES_A\n# undef YES_A\n#endif\n", "#ifndef YES_A\n# define YES_A 1\n#endif\n"},
	/* a header that undefines for itself */
	{"#define A 1\n#undef NO_A\nint x;\n", "#define A 1\n#undef NO_A\nint x;\n"},
	{"#cmakedefine NO_B\n#undef YES_A\n", "/* #undef NO_B */\n#undef YES_A\n"},
	/* CMake */
	{"#cmakedefine YES_A\n#cmakedefine YES_A 1\n#  cmakedefine YES_A\n", "#define YES_A\n#define YES_A 1\n#  define YES_A\n"},
	{"#cmakedefine NO_A 1 /* gone */\nx\n", "/* #undef NO_A */\nx\n"},
	{"#cmakedefine OFF_A\n#cmakedefine EMPTY_A\n", "/* #undef OFF_A */\n/* #undef EMPTY_A */\n"},
	{"#cmakedefine TEXT_A @TEXT_A@ \"${TEXT_A}\"\n", "#define TEXT_A a b \"a b\"\n"},
	{"#cmakedefine NO_A @YES_B@\nint y = @YES_B@;\n", "/* #undef NO_A */\nint y = 1;\n"},
	{"#cmakedefine01 YES_A\n#cmakedefine01 NO_A\n#cmakedefine01 OFF_A\n",
	 "#define YES_A 1\n#define NO_A 0\n#define OFF_A 0\n"},
	/* Meson */
	{"#mesondefine YES_A\n#mesondefine TRUE_A\n#mesondefine FALSE_A\n#mesondefine NO_A\n",
	 "#define YES_A 1\n#define TRUE_A\n#undef FALSE_A\n/* #undef NO_A */\n"},
	/* references */
	{"#define A @YES_A@\n#define B @no_b@\n#define C ${YES_A}x\n", "#define A 1\n#define B 0\n#define C 1x\n"},
	{"char s[] = \"@TEXT_A@\\\"@none@\" \"${HOME}\";\n", "char s[] = \"a b\\\"\" \"${HOME}\";\n"},
	{"/* @none@ @TEXT_A@ */ // ${none}\n", "/* @none@ a b */ // ${none}\n"},
	{"/* \" */ int a = @YES_A@; /*\n @none@ */ @YES_A@", "/* \" */ int a = 1; /*\n @none@ */ 1"},
	/* no marks */
	{"@ @@ @1@ @a b@ ${} ${a $a @(#) a@b", "@ @@ @1@ @a b@ ${} ${a $a @(#) a@b"},
	{"#undef\n#undef 1\n#cmakedefine\n#cmakedefine01\n#", "#undef\n#undef 1\n#cmakedefine\n#cmakedefine01\n#"},
	{"/*\n#cmakedefine YES_A\n*/\n", "/*\n#cmakedefine YES_A\n*/\n"},
	{"/* #undef YES_A */\n", "/* #undef YES_A */\n"},
	{"x #cmakedefine YES_A\n", "x #cmakedefine YES_A\n"},
	{"#cmakedefines YES_A\n#cmakedefin YES_A\n", "#cmakedefines YES_A\n#cmakedefin YES_A\n"},
	{"", ""},
	{"@YES_A@@YES_A@", "11"},
};

static void replaces_marks(void)
{
	for (size_t i = 0; i < countof(texts); i++)
		tap_str(render(texts[i].from), texts[i].to, texts[i].from[0] ? "template" : "empty", __FILE__, __LINE__);
}

static const struct {
	const char *text;
	bool is;
} files[] = {
	{"#cmakedefine A\n", true},
	{"#mesondefine A\n", true},
	{"#define A @A@\n", true},
	{"#define A ${A}\n", true},
	{"const char *v = \"@VERSION@\";\n", true},
	{"/* c */\n#undef A\n#undef B\n\n#ifdef A\n#define C 1\n#endif\n", true},
	{"", false},
	{"int x;\n", false},
	{"#undef A\n#define A 1\nint x;\n", false},
	{"/* @author@ ${x} */\n", false},
	{"const char *s = \"${HOME}/x\";\n", false},
	{"/** @param a @return b */ int f(int a);\n", false},
	{"const char *mail = \"a@b.c, d@e\";\n", false},
};

static void tells_templates_from_files(void)
{
	for (size_t i = 0; i < countof(files); i++)
		tap_ok(confheader_is_template(str_of(files[i].text)) == files[i].is, files[i].text, __FILE__, __LINE__);
}

/* ---- names */

/* A name, and the first probes that it becomes, as "KIND TEXT;". */
static const struct {
	const char *name;
	enum confheader_reading reading;
	const char *probes;
} names[] = {
	{"HAVE_STDINT_H", READ_YES, "0 stdint.h;"},
	{"HAVE_SYS_TYPES_H", READ_YES, "0 sys_types.h;0 sys/types.h;"},
	{"HAVE_STRTOLL", READ_YES, "4 strtoll;1 strtoll;1 STRTOLL;6 strtoll;"},
	{"json_have_localeconv", READ_YES, "4 localeconv;1 localeconv;1 LOCALECONV;6 localeconv;"},
	{"MY_HAVE_INT64_T", READ_YES, "4 int64_t;1 int64_t;1 INT64_T;6 int64_t;6 int64 t;"},
	{"HAVE_SETJMP", READ_YES, "1 setjmp;1 SETJMP;6 setjmp;"},
	{"HAVE_DECL_STRERROR_R", READ_01, "5 strerror_r;5 STRERROR_R;"},
	{"HAVE_STRUCT_TM_TM_ZONE", READ_YES, "6 struct tm_tm_zone;7 struct tm.tm_zone;7 struct tm.tm.zone;7 struct tm_tm.zone;"},
	{"HAVE_ST_BLOCKS", READ_YES, "7 struct stat.st_blocks;"},
	{"HAVE___BUILTIN_EXPECT", READ_YES, "2 __builtin_expect;"},
	{"HAVE_BUILTIN_CLZ", READ_YES, "2 __builtin_clz;"},
	{"HAVE_FUNC_ATTRIBUTE_WEAK", READ_YES, "3 weak;"},
	{"HAVE_WEAK_ATTRIBUTE", READ_YES, "3 weak;"},
	{"SIZEOF_LONG_LONG", READ_NUMBER, "8 long_long;8 long long;"},
	{"SIZEOF_VOID_P", READ_NUMBER, "8 void *;"},
	{"SIZEOF_VOIDP", READ_NUMBER, "8 void *;"},
	{"SIZEOF_STRUCT_TIMEVAL", READ_NUMBER, "8 struct timeval;"},
	{"ALIGNOF_DOUBLE", READ_NUMBER, "9 double;"},
	{"OFF_T_SIZE", READ_SIZE, "8 off_t;8 off t;"},
	{"size_t", READ_ITSELF, "6 size_t;"},
	{"STDC_HEADERS", READ_SETTLED, ""},
	{"WORDS_BIGENDIAN", READ_SETTLED, ""},
	{"HAVE_PTHREAD_H", READ_SETTLED, ""},
	{"HAVE_THREADS", READ_SETTLED, ""},
	{"json_inline", READ_SETTLED, ""},
	{"HAVE_INLINE", READ_SETTLED, ""},
	{"USE_THINGS", READ_GUESS, ""},
	{"ENABLE_X", READ_GUESS, ""},
	{"BEHAVE_X", READ_GUESS, ""},
	{"HAVE_", READ_GUESS, ""},
	{"_H", READ_GUESS, ""},
	{"_", READ_GUESS, ""},
};

static void reads_names_as_questions(void)
{
	for (size_t i = 0; i < countof(names); i++) {
		SCOPED_BUF struct buf text;
		struct confheader_probes probes = {0};
		struct confheader_question q;
		buf_init(&text, 1000);
		confheader_read_name(names[i].name, &arena, &probes, &q);
		for (size_t k = 0; k < probes.len; k++)
			buf_printf(&text, "%d %s;", probes.items[k].ask, probes.items[k].text);
		tap_ok(q.reading == names[i].reading && q.len == probes.len, names[i].name, __FILE__, __LINE__);
		is_str(text.ptr, names[i].probes);
		vec_release(&probes);
	}
}

static const char *conclude(const char *name, bool holds, uint64_t number, bool *ret_guessed)
{
	struct confheader_probes probes = {0};
	struct confheader_question q;
	confheader_read_name(name, &arena, &probes, &q);
	if (holds && probes.len) {
		probes.items[probes.len - 1].holds = true;
		probes.items[probes.len - 1].number = number;
	}
	struct confheader_answer answer = confheader_conclude(name, &q, &probes, &arena);
	vec_release(&probes);
	*ret_guessed = answer.guessed;
	return answer.value;
}

static void answers_become_values(void)
{
	static const struct {
		const char *name;
		bool holds;
		const char *value;
		bool guessed;
	} rows[] = {
		{"HAVE_X", true, "1", false},	   {"HAVE_X", false, NULL, false},   {"HAVE_DECL_X", true, "1", false},
		{"HAVE_DECL_X", false, "0", false}, {"SIZEOF_X", true, "12", false},  {"SIZEOF_X", false, "0", false},
		{"X_SIZE", true, "12", false},	   {"X_SIZE", false, NULL, true},    {"x_t", true, "x_t", false},
		{"x_t", false, NULL, true},	   {"STDC_HEADERS", false, "1", false}, {"USE_X", false, NULL, true},
		{"PACKAGE", false, "", true},	   {"inline", false, "inline", false}, {"HAVE_PTHREAD", false, NULL, false},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		bool guessed;
		is_str(conclude(rows[i].name, rows[i].holds, 12, &guessed), rows[i].value);
		tap_ok(guessed == rows[i].guessed, rows[i].name, __FILE__, __LINE__);
	}
}

/* ---- bounds */

static void much_is_bounded(void)
{
	SCOPED_BUF struct buf text;
	struct confheader_template t;
	buf_init(&text, 4 << 20);
	for (int i = 0; i <= CONFHEADER_MARKS_MAX; i++)
		buf_append_cstr(&text, "@AAAAAAAAAA@");
	confheader_scan(buf_str(&text), &arena, &t);
	ok(t.cut && t.len == CONFHEADER_MARKS_MAX);

	struct confheader_answer *answers = arena_array(&arena, t.len, struct confheader_answer);
	char *value = arena_alloc(&arena, 1001, 1);
	memset(value, 'x', 1000);
	for (size_t i = 0; i < t.len; i++)
		answers[t.marks[i].answer = i] = (struct confheader_answer){"A", value, false};
	struct err err = {0};
	struct str out = STR("left alone");
	is_int(confheader_render(&t, answers, &arena, &out, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(out.ptr, "left alone");

	buf_clear(&text);
	buf_append_cstr(&text, "HAVE");
	while (text.len < CONFHEADER_NAME_MAX)
		buf_append_cstr(&text, "_A");
	struct confheader_probes probes = {0};
	struct confheader_question q;
	confheader_read_name(text.ptr, &arena, &probes, &q);
	confheader_read_name(arena_printf(&arena, "%.190s_H", text.ptr), &arena, &probes, &q);
	ok(probes.len < 100);
	vec_release(&probes);
	const char *mark = arena_printf(&arena, "@%s@", text.ptr), *longer = arena_printf(&arena, "@%s_@", text.ptr);
	ok(confheader_is_template(str_of(mark)) && !confheader_is_template(str_of(longer)));
}

int main(void)
{
	tap_run("replaces marks", replaces_marks);
	tap_run("tells templates from files", tells_templates_from_files);
	tap_run("reads names as questions", reads_names_as_questions);
	tap_run("answers become values", answers_become_values);
	tap_run("much is bounded", much_is_bounded);
	arena_release(&arena);
	return tap_done();
}
