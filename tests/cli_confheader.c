/*
 * Configuration headers as the sandbox answers them, and that what they say
 * compiles, links and runs there.
 */

#include "core/clock.h"
#include "harness/build.h"
#include "harness/confheader.h"
#include "tests/sandbox.h"

static struct confheader make(struct sandbox *s, const char *text, struct strings values)
{
	struct confheader made;
	struct err err = {0};
	sandbox_check(confheader_make(str_of(text), &values, &s->tools.tools, &s->arena, &made, &err), &err);
	return made;
}

/* Names that are asked in one template, and their values; NULL: undefined. */
static const struct {
	const char *name, *value;
} rows[] = {
	{"HAVE_STDINT_H", "1"}, {"HAVE_SYS_TYPES_H", "1"}, {"HAVE_NETINET_IN_H", "1"}, {"HAVE_WINDOWS_H", NULL},
	{"HAVE_SYS_WAIT_H", NULL}, {"HAVE_PTHREAD_H", NULL},
	{"HAVE_STRTOLL", "1"}, {"HAVE_SNPRINTF", "1"}, {"HAVE_GETENTROPY", "1"}, {"HAVE_SIN", "1"},
	{"HAVE_GETPID", "1"}, {"HAVE_MMAP", "1"}, {"HAVE_SIGNAL", "1"}, {"HAVE_GETRUSAGE", "1"}, /* emulated */
	{"HAVE_FORK", NULL}, {"HAVE_SOCKET", NULL}, {"HAVE_PIPE", NULL}, {"HAVE_PTHREAD_CREATE", NULL},
	{"HAVE_NO_SUCH_FUNCTION", NULL}, {"HAVE_RETURN", NULL}, {"HAVE_STRUCT", NULL},
	{"HAVE_SETJMP", "1"}, {"HAVE_ISNAN", "1"}, {"HAVE_VA_COPY", "1"}, {"HAVE_ALLOCA", "1"},
	{"HAVE_INT64_T", "1"}, {"HAVE_LONG_DOUBLE", "1"}, {"HAVE__BOOL", "1"}, {"HAVE_NO_SUCH_T", NULL},
	{"HAVE_STRUCT_TM", "1"}, {"HAVE_STRUCT_TM_TM_ZONE", "1"}, {"HAVE_STRUCT_STAT_ST_MTIM_TV_NSEC", "1"},
	{"HAVE_STRUCT_STAT_ST_BIRTHTIME", NULL}, {"HAVE_ST_BLOCKS", "1"},
	{"HAVE_DECL_STRERROR_R", "1"}, {"HAVE_DECL_INFINITY", "1"}, {"HAVE_DECL_SYS_SIGLIST", "0"},
	{"SIZEOF_LONG", "4"}, {"SIZEOF_VOID_P", "4"}, {"SIZEOF_UNSIGNED_LONG_LONG", "8"}, {"SIZEOF_OFF_T", "8"},
	{"SIZEOF_NOTHING", "0"}, {"ALIGNOF_DOUBLE", "8"},
	{"HAVE___BUILTIN_EXPECT", "1"}, {"HAVE_BUILTIN_NOTHING", NULL}, {"HAVE_FUNC_ATTRIBUTE_WEAK", "1"},
	{"HAVE_ATTRIBUTE_NOTHING", NULL}, {"WORDS_BIGENDIAN", NULL}, {"STDC_HEADERS", "1"},
	{"inline", "inline"}, {"pid_t", "pid_t"}, {"ssize_t", "ssize_t"},
};

static void answers(struct sandbox *s)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 16);
	for (size_t i = 0; i < countof(rows); i++)
		buf_printf(&text, "#undef %s\n", rows[i].name);
	uint64_t start = clock_monotonic_ns();
	struct confheader made = make(s, text.ptr, (struct strings){0});
	tap_print("# %zu names took %llu ms\n", countof(rows), (unsigned long long)(clock_monotonic_ns() - start) / 1000000);
	is_int(made.answers_len, countof(rows));
	for (size_t i = 0; i < made.answers_len; i++) {
		tap_str(made.answers[i].value, rows[i].value, rows[i].name, __FILE__, __LINE__);
		ok(!made.answers[i].guessed && strcmp(made.answers[i].name, rows[i].name) == 0);
	}
}

static void forms_and_values(struct sandbox *s)
{
	static const char *said[] = {"VERSION=1.2", "MY_LIMIT=7", "json_have_long_long=0", "HAVE_STDIO_H=0",
				     "X=first",	    "X=last\nline", "FLAG"};
	struct confheader made = make(s,
				      "#cmakedefine HAVE_STDINT_H\n#cmakedefine01 HAVE_FORK\n#cmakedefine HAVE_STDIO_H 1\n"
				      "#define LIMIT @MY_LIMIT@\n#define LL @JSON_HAVE_LONG_LONG@ @json_have_long_long@\n"
				      "#define V \"@VERSION@\"\n#define INLINE @my_inline@\n#define S ${SIZEOF_INT}\n"
				      "#cmakedefine X @X@\n#cmakedefine FLAG\n#cmakedefine ENABLE_Y\n/* @comment@ */\n",
				      (struct strings){said, countof(said)});
	is_str(made.text.ptr, "#define HAVE_STDINT_H\n#define HAVE_FORK 0\n/* #undef HAVE_STDIO_H */\n"
			      "#define LIMIT 7\n#define LL 1 0\n"
			      "#define V \"1.2\"\n#define INLINE inline\n#define S 4\n"
			      "#define X last line\n/* #undef FLAG */\n/* #undef ENABLE_Y */\n/* @comment@ */\n");
	size_t guessed = 0;
	for (size_t i = 0; i < made.answers_len; i++) {
		guessed += made.answers[i].guessed;
		ok(strcmp(made.answers[i].name, "comment") != 0);
		ok(!made.answers[i].guessed || strcmp(made.answers[i].name, "ENABLE_Y") == 0);
	}
	is_int(guessed, 1);
}

/* What the answers promise is there when it is used. */
static void answers_hold(struct sandbox *s)
{
	struct confheader made = make(s, "#undef HAVE_GETTIMEOFDAY\n#undef HAVE_STRNDUP\n#undef SIZEOF_LONG\n#undef VERSION\n"
					 "#undef HAVE_UNISTD_H\n#undef HAVE_POPEN\n", (struct strings){0});
	const char *program = arena_printf(&s->arena,
		"%s\n#include <string.h>\n#include <sys/time.h>\n"
		"#ifdef HAVE_UNISTD_H\n#include <unistd.h>\n#endif\n"
		"#ifdef HAVE_POPEN\n#error popen\n#endif\n"
		"int main(void) { struct timeval t; return HAVE_GETTIMEOFDAY && gettimeofday(&t, 0) == 0 && HAVE_STRNDUP &&"
		" strcmp(strndup(\"ab\", 1), \"a\") == 0 && sizeof(long) == SIZEOF_LONG && sizeof(VERSION) == 1 ? 3 : 4; }\n",
		made.text.ptr);
	struct guest g = {.module = sandbox_module(s, program)};
	is_int(sandbox_run(s, &g).run.exit_code, 3);
}

/* More wrong guesses than clang's errors are listed: it goes on in rounds. */
static void many_names(struct sandbox *s)
{
	enum { MANY = 300 };
	SCOPED_BUF struct buf text;
	struct err err = {0};
	buf_init(&text, 1 << 20);
	for (int i = 0; i < MANY; i++)
		buf_printf(&text, "#undef HAVE_FUNCTION_%d\n#undef SIZEOF_THING_%d\n", i, i);
	buf_append_cstr(&text, "#undef HAVE_STRLEN\n#undef SIZEOF_CHAR\n");
	uint64_t start = clock_monotonic_ns();
	struct confheader made = make(s, text.ptr, (struct strings){0});
	tap_print("# %zu names took %llu ms\n", made.answers_len,
		  (unsigned long long)(clock_monotonic_ns() - start) / 1000000);
	is_int(made.answers_len, 2 * MANY + 2);
	is_str(made.answers[2 * MANY].value, "1");
	is_str(made.answers[2 * MANY + 1].value, "1");
	is_str(made.answers[0].value, NULL);
	is_str(made.answers[1].value, "0");

	buf_clear(&text);
	for (int i = 0; i < 6000; i++)
		buf_printf(&text, "#undef HAVE_%d\n", i);
	is_int(confheader_make(buf_str(&text), NULL, &s->tools.tools, &s->arena, &made, &err), -1);
	is_int(err.kind, ERR_LIMIT);
}

/* Names that are words of C, or of the program that asks. */
static void odd_names(struct sandbox *s)
{
	struct confheader made = make(s, "#undef HAVE_IF\n#undef HAVE_STRUCT_\n#undef SIZEOF_STRUCT\n#undef SIZEOF_RETURN\n"
					 "#undef HAVE_MAIN\n#undef HAVE_RECAST_0\n#undef HAVE_ASM\n#undef SIZEOF_VOID\n"
					 "#undef HAVE_DECL_DEFINED\n#undef HAVE___PRAGMA\n#undef HAVE__PRAGMA\n"
					 "#undef HAVE_DECL_SIZEOF\n#undef HAVE_STRUCT_IF_WHILE\n#undef HAVE_TYPEDEF\n"
					 "#undef HAVE_STRLEN\n#undef SIZEOF_CHAR\n", (struct strings){0});
	is_int(made.answers_len, 16);
	is_str(made.answers[14].value, "1");
	is_str(made.answers[15].value, "1");
	made = make(s, "int nothing;\n", (struct strings){0});
	is_str(made.text.ptr, "int nothing;\n");
	is_int(made.answers_len, 0);
}

static void confheader(struct sandbox *s)
{
	answers(s);
	forms_and_values(s);
	answers_hold(s);
	many_names(s);
	odd_names(s);
}

int main(void)
{
	return sandbox_main(confheader);
}
