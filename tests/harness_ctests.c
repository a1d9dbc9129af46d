#include "harness/ctests.h"

#include "core/buf.h"
#include "core/fs.h"
#include "core/mem.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SOURCES_MAX = 4, FILE_MAX = 1 << 20 };

extern char **environ;

static struct arena arena;

/* Sources of one program, what is found in them, and where their headers are. */
static const struct sample {
	const char *sources[SOURCES_MAX];
	const char *framework, *names;
	const char *include[2];
} samples[] = {
#define KITS {"tests/data/ctests/kits"}
	{{"tests/data/ctests/unity.c"}, "unity",
	 "test_area_of_nothing test_area_and_border test_calls_another test_large test_uses_a_define", KITS},
	{{"tests/data/ctests/unity_fixture.c"}, "unity", "TEST(queue, begins_empty) TEST(queue, gives_back)", KITS},
	{{"tests/data/ctests/cmocka.c"}, "cmocka", "counts begins_empty needs_no_tree", KITS},
	{{"tests/data/ctests/check.c"}, "check", "adds adds_each has_no_braces", KITS},
	{{"tests/data/ctests/greatest.c"}, "greatest", "pops_what_was_pushed keeps_to_the_limit runs_another", KITS},
	{{"tests/data/ctests/minunit.c"}, "minunit", "test_len test_same", KITS},
	{{"tests/data/ctests/minunit_classic.c"}, "minunit", "test_twice test_half", KITS},
	{{"tests/data/ctests/calls.c"}, "functions", "test_clamp test_wrap test_counted test_guarded", KITS},
	{{"tests/data/ctests/table.c"}, "functions", "smaller_comes_first equal_is_zero larger_comes_last", KITS},
	{{"tests/data/ctests/pasted.c"}, "functions", "test_empty test_one test_more", KITS},
	{{"tests/data/ctests/handed.c"}, "functions", "mixing_is_symmetric names_differ black_stays", KITS},
	{{"tests/data/ctests/parts_main.c", "tests/data/ctests/parts_tests.c"}, "functions",
	 "test_read test_write test_close",
	 KITS},
#undef KITS
#define LIBRARY(name) {"fixtures/libs/" name "/include", "fixtures/libs/" name "/tests"}
	{{"fixtures/libs/confkit/tests/test_files.c"}, "functions", NULL, LIBRARY("confkit")},
	{{"fixtures/libs/confkit/tests/test_memory.c"}, "functions", NULL, LIBRARY("confkit")},
	{{"fixtures/libs/confkit/tests/test_save.c"}, "functions", NULL, LIBRARY("confkit")},
	{{"fixtures/libs/confkit/tests/test_silent.c"}, "", "", LIBRARY("confkit")},
	{{"fixtures/libs/ordmap/tests/test_map.c", "fixtures/libs/ordmap/tests/journal.c"}, "functions", NULL,
	 LIBRARY("ordmap")},
	{{"fixtures/libs/ordmap/tests/test_walk.c", "fixtures/libs/ordmap/tests/journal.c"}, "functions", NULL,
	 LIBRARY("ordmap")},
	{{"fixtures/libs/ringlog/tests/test_append.c", "fixtures/libs/ringlog/tests/unit.c"}, "functions", NULL,
	 LIBRARY("ringlog")},
	{{"fixtures/libs/ringlog/tests/test_limits.c", "fixtures/libs/ringlog/tests/unit.c"}, "functions", NULL,
	 LIBRARY("ringlog")},
	{{"fixtures/libs/strpool/tests/test_strpool.c", "fixtures/libs/strpool/tests/meter.c"}, "functions", NULL,
	 LIBRARY("strpool")},
	{{"fixtures/libs/textdist/tests/test_textdist.c"}, "functions", NULL, LIBRARY("textdist")},
#undef LIBRARY
};

struct program {
	struct ctest_source sources[SOURCES_MAX];
	size_t len;
	struct ctests tests;
};

static bool load(const struct sample *s, struct program *p)
{
	*p = (struct program){0};
	for (; p->len < SOURCES_MAX && s->sources[p->len]; p->len++) {
		SCOPED_BUF struct buf text;
		buf_init(&text, FILE_MAX);
		if (!ok(fs_read(s->sources[p->len], &text, NULL) == 0))
			return false;
		struct str copy = {arena_str(&arena, buf_str(&text)), text.len};
		p->sources[p->len] = (struct ctest_source){s->sources[p->len], copy};
	}
	return ok(ctests_find(p->sources, p->len, &arena, &p->tests, NULL) == 0);
}

static const char *join(const struct ctests *tests)
{
	const char *names = "";
	for (size_t i = 0; i < tests->len; i++)
		names = arena_printf(&arena, "%s%s%s", names, *names ? " " : "", tests->items[i].name);
	return names;
}

static bool has(const struct strings *names, const char *name)
{
	bool found = false;
	for (size_t i = 0; i < names->len; i++)
		found = found || strcmp(names->items[i], name) == 0;
	return found;
}

static size_t count_lines(struct str text)
{
	size_t lines = 0;
	struct str line;
	while (str_next_line(&text, &line))
		lines++;
	return lines;
}

static bool is_in_order(const struct strings *names)
{
	for (size_t i = 1; i < names->len; i++) {
		if (strcmp(names->items[i - 1], names->items[i]) >= 0)
			return false;
	}
	return true;
}

/* Functions that run tests in a program of the fixtures: each of its tests has one mark. */
static size_t count_registrations(struct str text)
{
	static const char *const marks[] = {"\tRUN(", "\tTEST(", "\tSAY(", "\tCHECK("};
	size_t count = 0;
	struct str line;
	while (str_next_line(&text, &line)) {
		for (size_t i = 0; i < countof(marks); i++)
			count += line.len && memmem(line.ptr, line.len, marks[i], strlen(marks[i])) != NULL;
	}
	return count;
}

static void finds_what_is_there(void)
{
	for (size_t i = 0; i < countof(samples); i++) {
		struct program p;
		tap_print("# %s\n", samples[i].sources[0]);
		if (!load(&samples[i], &p))
			continue;
		is_str(p.tests.framework, samples[i].framework);
		if (samples[i].names)
			is_str(join(&p.tests), samples[i].names);
		else
			is_int(p.tests.len, count_registrations(p.sources[0].text));
	}
}

/* Cuts are within their sources and in order, lines too, and names in byte order. */
static void what_is_found_holds_together(void)
{
	int wrong = 0;
	for (size_t i = 0; i < countof(samples); i++) {
		struct program p;
		if (!load(&samples[i], &p))
			continue;
		for (size_t t = 0; t < p.tests.len; t++) {
			const struct ctest_function *test = &p.tests.items[t];
			size_t lines = count_lines(p.sources[test->source].text);
			wrong += test->line > test->end_line || test->end_line > lines;
			wrong += test->cuts_len < 2 || !is_in_order(&test->reaches);
			for (size_t c = 0; c < test->cuts_len; c++) {
				const struct ctest_range *cut = &test->cuts[c], *last = c ? cut - 1 : NULL;
				wrong += cut->start >= cut->end || cut->end > p.sources[cut->source].text.len;
				wrong += last && (last->source > cut->source ||
						  (last->source == cut->source && last->end > cut->start));
			}
		}
	}
	is_int(wrong, 0);
}

/* The one that built this test, without its options. */
static const char *compiler(void)
{
	const char *cc = getenv("CC");
	struct str rest = str_of(cc ? cc : ""), word;
	return str_next_word(&rest, &word) ? arena_str(&arena, word) : "cc";
}

static bool compiles(struct str text, const char *const include[2])
{
	FILE *file = tmpfile();
	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fflush(file) != 0)
		return false;
	const char *words[] = {compiler(), "-std=gnu17", "-fsyntax-only", "-Werror=implicit-function-declaration",
			       "-I", include[0], "-I", include[1] ? include[1] : include[0], "-x", "c", "-", NULL};
	char *argv[countof(words)] = {0};
	for (size_t i = 0; i + 1 < countof(words); i++)
		argv[i] = arena_strdup(&arena, words[i]);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	lseek(fileno(file), 0, SEEK_SET);
	posix_spawn_file_actions_adddup2(&actions, fileno(file), STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	pid_t child;
	int status = 1;
	if (posix_spawnp(&child, argv[0], &actions, NULL, argv, environ) == 0)
		waitpid(child, &status, 0);
	posix_spawn_file_actions_destroy(&actions);
	fclose(file);
	return status == 0;
}

/* What was cut is named nowhere any more, and what is left compiles. */
static void check_cut(const struct sample *sample, const struct program *p, const bool *sealed)
{
	struct ctest_source left[SOURCES_MAX];
	for (size_t i = 0; i < p->len; i++) {
		left[i] = (struct ctest_source){"", ctests_cut(p->sources, i, &p->tests, sealed, &arena)};
		if (!str_eq(left[i].text, p->sources[i].text))
			tap_ok(compiles(left[i].text, sample->include), sample->sources[i], __FILE__, __LINE__);
	}
	struct strings names = ctests_names(left, p->len, &arena);
	struct ctests again;
	size_t cut = 0, named = 0, found_again = 0;
	ctests_find(left, p->len, &arena, &again, NULL);
	for (size_t t = 0; t < p->tests.len; t++) {
		cut += sealed[t];
		named += sealed[t] && has(&names, p->tests.items[t].name);
		for (size_t k = 0; k < again.len; k++)
			found_again += strcmp(again.items[k].name, p->tests.items[t].name) == 0;
	}
	is_int(named, 0);
	ok(found_again + cut <= p->tests.len); /* few of a home-made kind can be taken for something else */
}

static void what_is_left_compiles(void)
{
	if (!ok(compiles(STR("int main(void) { return 0; }\n"), samples[0].include)))
		return;
	ok(!compiles(STR("int main(void) { return f(); }\n"), samples[0].include));
	for (size_t i = 0; i < countof(samples); i++) {
		struct program p;
		if (!load(&samples[i], &p) || p.tests.len < 2)
			continue;
		bool *sealed = arena_array(&arena, p.tests.len, bool);
		for (size_t turn = 0; turn < 2; turn++) {
			for (size_t t = 0; t < p.tests.len; t++)
				sealed[t] = t % 2 == turn;
			check_cut(&samples[i], &p, sealed);
		}
	}
}

static const struct ctest_function *find(const struct ctests *tests, const char *name)
{
	for (size_t i = 0; i < tests->len; i++) {
		if (strcmp(tests->items[i].name, name) == 0)
			return &tests->items[i];
	}
	return NULL;
}

/* A test, a name that it reaches, and one that it does not. */
static const struct {
	const char *source, *test, *reached, *not_reached;
} reached[] = {
	{"tests/data/ctests/unity.c", "test_area_of_nothing", "area", "border"},
	{"tests/data/ctests/unity.c", "test_area_and_border", "border", "setUp"},
	{"tests/data/ctests/unity.c", "test_calls_another", "area", "border"}, /* by two functions */
	{"tests/data/ctests/unity.c", "test_uses_a_define", "LIMIT", "area"}, /* by a macro */
	{"tests/data/ctests/unity_fixture.c", "TEST(queue, gives_back)", "queue_take", "is_forgotten"},
	{"tests/data/ctests/unity_fixture.c", "TEST(queue, gives_back)", "queue_clear", "is_forgotten"}, /* set up */
	{"tests/data/ctests/cmocka.c", "counts", "tree_free", "begins_empty"}, /* teardown */
	{"tests/data/ctests/cmocka.c", "begins_empty", "tree_new", "tree_free"},
	{"tests/data/ctests/check.c", "has_no_braces", "money_text", "money_add"},
	{"tests/data/ctests/pasted.c", "test_empty", "list_len", "list_add"}, /* put together by a macro */
	{"tests/data/ctests/minunit.c", "test_same", "text_same", "text_len"},
};

static void tells_what_tests_reach(void)
{
	for (size_t i = 0; i < countof(reached); i++) {
		struct program p;
		struct sample sample = {.sources = {reached[i].source}};
		const struct ctest_function *test = load(&sample, &p) ? find(&p.tests, reached[i].test) : NULL;
		if (!tap_ok(test != NULL, reached[i].test, __FILE__, __LINE__))
			continue;
		tap_ok(has(&test->reaches, reached[i].reached), reached[i].reached, __FILE__, __LINE__);
		tap_ok(!has(&test->reaches, reached[i].not_reached), reached[i].not_reached, __FILE__, __LINE__);
	}
}

static void names_are_those_of_all_sources(void)
{
	struct program p;
	struct sample both = {.sources = {"tests/data/ctests/pasted.c", "tests/data/ctests/unity_fixture.c"}};
	if (!load(&both, &p))
		return;
	struct strings names = ctests_names(p.sources, p.len, &arena);
	ok(is_in_order(&names));
	ok(has(&names, "list_len") && has(&names, "queue_take") && has(&names, "test_more"));
	ok(!has(&names, "Nobody") && !has(&names, "TEST(queue, gives_back)"));
	is_int(ctests_names(NULL, 0, &arena).len, 0);
}

/* ---- large and hostile ones */

static struct ctests find_in(struct buf *text)
{
	struct ctest_source source = {"big.c", buf_str(text)};
	struct ctests tests = {0};
	is_int(ctests_find(&source, 1, &arena, &tests, NULL), 0);
	return tests;
}

enum { CHAIN = 10000, BIG = 20 << 20 };

/* Each test calls a helper, and each helper the next. */
static void long_chains_end(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, BIG);
	for (int i = 0; i < CHAIN; i++)
		buf_printf(&text, "int h%d(void);\nstatic void test_%d(void) { h%d(); }\n", i, i, i);
	for (int i = 0; i < CHAIN; i++)
		buf_printf(&text, "int h%d(void) { return h%d() + lib_%d(); }\n", i, (i + 1) % CHAIN, i % 7);
	buf_append_cstr(&text, "int main(void)\n{\n");
	for (int i = 0; i < CHAIN; i++)
		buf_printf(&text, "\ttest_%d();\n", i);
	buf_append_cstr(&text, "}\n");
	struct ctests tests = find_in(&text);
	is_int(tests.len, CHAIN);
	ok(has(&tests.items[0].reaches, "lib_6"));
	ok(has(&tests.items[CHAIN - 1].reaches, "h9999"));
}

/* Text that is repeated, between a beginning and an end. */
static const struct {
	const char *begin, *again, *end;
} hostile[] = {
	{"", "{", ""}, {"", "(", ""}, {"", "}", ""}, {"", "[(", "}"}, {"", "if (test_a()) {", ""},
	{"", "#if 1\n{\n#else\n", ""}, {"", "#else\n", ""}, {"", "#endif\n{", ""},
	{"", "#if 0\n#else\n}\n#endif\n", ""},
	{"", "#define M(a) test_##a a##_test\nM(x) M(y)\n", ""},
	{"#define M(a) test_##a\nint main(void) {", "M(a) ", "}"},
	{"", "START_TEST(a)", ""}, {"", "TEST(a, b) {} RUN_TEST_CASE(a, b);", ""},
	{"", "void test_a(void) {\n#define A A\n}\n", "int main(void) { test_a(); }"},
	{"void test_a(void) {}\nint main(void) {", "test_a();", "}"},
	{"void test_a(void) {}\nint main(void) {", "run(", "test_a"},
	{"void test_a(void) {}\nvoid test_b(void) {}\nt x[] = {", "{test_a, test_b},", "};int main(void) { x(); }"},
	{"void test_a(void) {}\nt x[] = {", "{", "test_a"},
	{"", "/*", ""}, {"", "// x\n", "void test_a(void) {} int main(void) { test_a(); }"},
	{"", "void f(void) { f(f); }", ""}, {"", "f(", ") {}"}, {"", "\\\n", ""},
	{"", "\"", ""}, {"", "#define ", ""},
	{"", "main() {} ", ""}, {"main() {", "a ", "test_a(); }"},
};

static void hostile_sources_end(void)
{
	for (size_t i = 0; i < countof(hostile); i++) {
		SCOPED_BUF struct buf text;
		buf_init(&text, BIG);
		buf_append_cstr(&text, hostile[i].begin);
		while (text.len < 300000)
			buf_append_cstr(&text, hostile[i].again);
		buf_append_cstr(&text, hostile[i].end);
		struct ctests tests = find_in(&text);
		bool *sealed = arena_array(&arena, tests.len + 1, bool);
		for (size_t t = 0; t < tests.len; t++)
			sealed[t] = true;
		struct ctest_source source = {"big.c", buf_str(&text)};
		ok(ctests_cut(&source, 0, &tests, sealed, &arena).len <= text.len);
		arena_release(&arena);
	}
}

static void limits_are_named(void)
{
	struct err err = {0};
	struct ctests tests;
	SCOPED_BUF struct buf text;
	buf_init(&text, BIG);
	for (int i = 0; i <= CTESTS_MAX; i++)
		buf_printf(&text, "void test_%d(void) {}\n", i);
	buf_append_cstr(&text, "int main(void)\n{\n");
	for (int i = 0; i <= CTESTS_MAX; i++)
		buf_printf(&text, "test_%d();", i);
	buf_append_cstr(&text, "}\n");
	struct ctest_source sources[] = {{"many.c", buf_str(&text)}, {"long.c", {mem_zalloc(BIG, 1), BIG}}};
	is_int(ctests_find(sources, 1, &arena, &tests, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "more than 100000 tests in one program");
	is_int(ctests_find(sources, 2, &arena, &tests, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "long.c: the sources of one test program are more than 16 MiB");
	free(take(sources[1].text.ptr));
}

int main(void)
{
	tap_run("finds what is there", finds_what_is_there);
	tap_run("what is found holds together", what_is_found_holds_together);
	tap_run("what is left compiles", what_is_left_compiles);
	tap_run("tells what tests reach", tells_what_tests_reach);
	tap_run("names are those of all sources", names_are_those_of_all_sources);
	tap_run("long chains end", long_chains_end);
	arena_release(&arena);
	tap_run("hostile sources end", hostile_sources_end);
	tap_run("limits are named", limits_are_named);
	arena_release(&arena);
	return tap_done();
}
