/* The parts of scout that need no sandbox: what names and texts say. */

#include "harness/scout_parts.h"
#include "tests/tap.h"

static struct arena arena;

static void places(void)
{
	static const struct {
		const char *path;
		enum scout_place place;
	} cases[] = {
		{"a.c", PLACE_LIBRARY},
		{"src/a.c", PLACE_LIBRARY},
		{"lib/check.c", PLACE_LIBRARY},
		{"src/unit.c", PLACE_LIBRARY},
		{"src/greatest.c", PLACE_LIBRARY},
		{"src/latest.c", PLACE_LIBRARY},
		{"test.c", PLACE_TEST},
		{"test2.c", PLACE_TEST},
		{"testparse.c", PLACE_TEST},
		{"src/parse_test.c", PLACE_TEST},
		{"src/parseTest.c", PLACE_TEST},
		{"smoke.c", PLACE_TEST},
		{"t/a.c", PLACE_TEST},
		{"tests/a.c", PLACE_TEST},
		{"Tests/a.c", PLACE_TEST},
		{"unit-tests/a.c", PLACE_TEST},
		{"test/vendor/frame.c", PLACE_TEST},
		{"tests/fuzz_main.c", PLACE_ASIDE},
		{"examples/tests/a.c", PLACE_EXAMPLE},
		{"example3.c", PLACE_EXAMPLE},
		{"third_party/x/test/a.c", PLACE_VENDOR},
		{"third-party/x.c", PLACE_VENDOR},
		{"deps/x.c", PLACE_VENDOR},
		{"bench/a.c", PLACE_ASIDE},
		{"benchmark.c", PLACE_ASIDE},
		{"contrib/x/test/a.c", PLACE_ASIDE},
		{"win32/a.c", PLACE_ASIDE},
		{"", PLACE_LIBRARY},
		{"/", PLACE_LIBRARY},
		{"...", PLACE_LIBRARY},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		if (!ok(scout_place(cases[i].path) == cases[i].place))
			tap_print("# %s\n", cases[i].path);
	}
}

static void names(void)
{
	ok(scout_is_private("a_internal.h"));
	ok(scout_is_private("a_p.h"));
	ok(scout_is_private("private.h"));
	ok(!scout_is_private("p.h"));
	ok(!scout_is_private("print.h"));
	ok(scout_is_named("list.h", "list"));
	ok(scout_is_named("ini.h", "inih"));
	ok(scout_is_named("my_list.h", "libmylist"));
	ok(scout_is_named("libx.h", "X"));
	ok(!scout_is_named("list_node.h", "list"));
	ok(!scout_is_named(".h", ""));
	is_str(arena_str(&arena, path_folder(str_of("a/b/c.h"))), "a/b");
	is_str(arena_str(&arena, path_folder(str_of("c.h"))), "");
	is_str(path_base_of("a/b/c.h"), "c.h");
	ok(str_eq(path_stem(str_of("a/b.tar.gz")), STR("b.tar")));
	ok(str_eq(path_stem(str_of("a/.hidden")), STR(".hidden")));
	is_int(scout_shared("src/a/x.c", "src/a/y.c"), 2);
	is_int(scout_shared("src/a.c", "srd/a.c"), 0);
}

static void joins(void)
{
	static const struct {
		const char *folder, *name, *joined;
	} cases[] = {
		{"", "a.h", "a.h"},
		{"src", "a.h", "src/a.h"},
		{"src", "../a.h", "a.h"},
		{"src/x", "../../a.h", "a.h"},
		{"src", "./y//a.h", "src/y/a.h"},
		{"src", "../../a.h", NULL},
		{"", "..", NULL},
		{"a", "..", ""},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(path_join(&arena, cases[i].folder, str_of(cases[i].name)), cases[i].joined);
}

static void mentions(void)
{
	struct nameset set = {0};
	nameset_add(&set, STR("wanted"));
	nameset_seal(&set);
	static const struct {
		const char *text;
		bool found;
	} cases[] = {
		{"int wanted(void) { return 1; }", true},
		{"extern \"C\" { int wanted; }", true},
		{"MAKE(wanted)", true},
		{"int f(void) { { wanted(); } }", false},
		{"#define wanted other", false},
		{"/* wanted */ int unwanted;", false},
		{"\"wanted\"", false},
		{"}}}}} wanted", true},
		{"", false},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct scout_file f = {.text = str_of(cases[i].text)};
		if (!ok(scout_mentions(&f, &set) == cases[i].found))
			tap_print("# %s\n", cases[i].text);
	}
	nameset_release(&set);
}

static void macros(void)
{
	static const char text[] =
		"#ifndef X_H\n#define X_H\n#ifdef __cplusplus\n#endif\n#ifndef X_API\n#define X_API extern\n#endif\n"
		"#if defined(X_STATIC) || defined X_IMPL /* X_COMMENT */\n#elif X_LEVEL > 2\n#endif\n#endif\n#undef X_GONE\n";
	struct scout s = {.a = &arena};
	struct scout_list list = {0};
	scout_macros(&s, STR(text), &list, 10);
	is_int(list.len, 4);
	ok(scout_list_has(&list, "X_API"));
	ok(scout_list_has(&list, "X_STATIC"));
	ok(scout_list_has(&list, "X_IMPL"));
	ok(scout_list_has(&list, "X_LEVEL"));
	list.len = 0;
	scout_macros(&s, STR(text), &list, 2);
	is_int(list.len, 2);
	free(list.items);
}

int main(void)
{
	places();
	names();
	joins();
	mentions();
	macros();
	arena_release(&arena);
	return tap_done();
}
