#include "core/mem.h"
#include "harness/unitplan.h"
#include "tests/tap.h"

static struct arena arena;

static struct api_function functions[] = {
	{.name = "ring_new"},
	{.name = "ring_push"},
	{.name = "ring_size", .has_body = true, .is_static = true}, /* stays in the header */
	{.name = "ring_max", .has_body = true, .is_static = true},  /* is cut out of it */
	{.name = "ring_hint", .is_static = true},
	{.name = "ring_free"},
};
static struct api_global globals[] = {{.name = "ring_version"}};
static struct exposure exposed[] = {
	{.what = "macro", .name = "ring_max", .shown = true},
	{.what = "inline function", .name = "ring_size", .shown = true},
};
static struct spec_file headers[] = {{"include/ring.h", {0}}};
static struct spec_file tests[] = {{"src/ring.c", {0}}, {"src/ring-2.c", {0}}};

static struct spec sample(void)
{
	return (struct spec){
		.name = "Ring",
		.api = {.functions = functions, .functions_len = countof(functions), .globals = globals, .globals_len = 1},
		.headers = {headers, countof(headers), 0},
		.exposed = exposed,
		.exposed_len = countof(exposed),
	};
}

static const char *joined(const struct strings *list)
{
	const char *all = "";
	for (size_t i = 0; i < list->len; i++)
		all = arena_printf(&arena, "%s%s%s", all, i ? " " : "", list->items[i]);
	return all;
}

static void tells_what_is_to_be_defined(void)
{
	struct spec spec = sample();
	struct strings wanted = unitplan_wanted(&spec, &arena);
	is_str(joined(&wanted), "ring_new ring_push ring_max ring_free ring_version");
}

static void one_file_for_all(void)
{
	static const char *const cases[][2] = {
		{"Ring", "src/ring.c"},       {"lib ring++ 2", "src/lib-ring-2.c"}, {"../..", "src/library.c"},
		{"", "src/library.c"},        {"\xC3\xA4_x", "src/_x.c"},           {"a\n`b", "src/a-b.c"},
		{"a234567890123456789012345678901234567890123", "src/a234567890123456789012345678901234567890.c"},
	};
	struct spec spec = sample();
	for (size_t i = 0; i < countof(cases); i++) {
		spec.name = cases[i][0];
		struct unitplan plan = unitplan_whole(&spec, &arena);
		is_int(plan.len, 1);
		is_str(plan.items[0].path, cases[i][1]);
		ok(unitplan_path(str_of(plan.items[0].path)));
	}
	spec = sample();
	spec.tests = (struct spec_files){tests, countof(tests), 0};
	struct unitplan plan = unitplan_whole(&spec, &arena);
	is_str(plan.items[0].path, "src/ring-3.c");
	is_str(joined(&plan.items[0].functions), "ring_new ring_push ring_max ring_free ring_version");
	is_str(unitplan_owner(&plan, "ring_max")->path, "src/ring-3.c");
	ok(unitplan_owner(&plan, "ring_size") == NULL);
}

static void knows_paths(void)
{
	static const char *const good[] = {"a.c", "src/a.c", "src/a-b_c.9.h", "_.c", "1/2/3.h"};
	static const char *const bad[] = {
		"", ".c", "a", "a.cc", "a.C", "/a.c", "a//b.c", "./a.c", "../a.c", "a/../b.c", "a/.b.c", "-a.c", "a/-b.c", "a b.c",
		"a\\b.c", "a\n.c", "a`.c", "\xC3\xA4.c", "c:a.c", "src/", "a.c/", "src/.c"};
	for (size_t i = 0; i < countof(good); i++)
		ok(unitplan_path(str_of(good[i])));
	for (size_t i = 0; i < countof(bad); i++)
		ok(!unitplan_path(str_of(bad[i])));
	ok(!unitplan_path(STR("a\0b.c")));
	char longest[UNITPLAN_PATH_MAX + 2];
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + UNITPLAN_PATH_MAX - 2, ".c", 2);
	ok(unitplan_path((struct str){longest, UNITPLAN_PATH_MAX}));
	memcpy(longest + UNITPLAN_PATH_MAX - 1, ".c", 2);
	ok(!unitplan_path((struct str){longest, UNITPLAN_PATH_MAX + 1}));
}

/* The plan as text, or the problems a line each. */
static const char *read_plan(struct str text)
{
	struct spec spec = sample();
	struct unitplan plan;
	struct strings problems;
	unitplan_parse(text, &spec, &arena, &plan, &problems);
	if (problems.len == 0)
		return unitplan_text(&plan, &arena).ptr;
	is_int(plan.len, 0);
	const char *all = "";
	for (size_t i = 0; i < problems.len; i++)
		all = arena_printf(&arena, "%s%s\n", all, problems.items[i]);
	return all;
}

#define REST "  - defines: ring_push, ring_max, ring_free, ring_version\n"

static void reads_plans(void)
{
	static const char plain[] =
		"- `src/internal.h`: what the files share\n"
		"- `src/a.c`: : the ring:\n"
		"  - defines: ring_new, ring_push\n"
		"- `src/b.c`\n"
		"  - defines: ring_max, ring_free, ring_version\n"
		"  - after: `src/a.c`, `src/internal.h`\n";
	is_str(read_plan(str_of(plain)), plain);
	is_str(read_plan(STR("Some words.\r\n\r\n* src/b.c\r\n\t* defines: `ring_max`, ring_free() and\r\n")),
	       "src/b.c: \"and\" is nothing that the interface wants to be defined\n"
	       "ring_new is defined by no file\nring_push is defined by no file\nring_version is defined by no file\n");
	is_str(read_plan(STR("  * src/b.c:   second \xFF\x1B\n    * note: two: lines\n    * defines: `ring_max` ring_free(),\n"
			     "      ring_version.\n    * after: src/a.c; ring.h,\n      src/a.c\n\n   - other.c words\n"
			     "<!--\n- bad\n-->\n  - `src/a.c`first\n  - defines: ring_new\n  ring_push\n")),
	       "- `src/a.c`: first\n  - defines: ring_new, ring_push\n"
	       "- `src/b.c`: second " "\xEF\xBF\xBD" "\n  - defines: ring_max, ring_free, ring_version\n"
	       "  - after: `src/a.c`\n");
}

static void puts_units_in_order(void)
{
	is_str(read_plan(STR("- src/c.c\n  - after: src/b.c\n- src/b.c\n  - after: src/x.h src/a.c\n- src/a.c\n"
			     "  - defines: ring_new\n" REST "- src/d.c\n- src/y.h\n  - after: src/x.h\n- src/x.h\n"
			     "  - defines: none\n  - after: none\n")),
	       "- `src/x.h`\n- `src/y.h`\n  - after: `src/x.h`\n"
	       "- `src/a.c`\n  - defines: ring_new, ring_push, ring_max, ring_free, ring_version\n"
	       "- `src/b.c`\n  - after: `src/x.h`, `src/a.c`\n- `src/c.c`\n  - after: `src/b.c`\n- `src/d.c`\n");
}

static void says_what_is_wrong(void)
{
#define ALL "- src/a.c\n  - defines: ring_new\n" REST
	static const char *const cases[][2] = {
		{"", "there is no list of files, with lines as \"- `src/ring.c`: the ring\"\n"},
		{"src/a.c\n", "there is no list of files, with lines as \"- `src/ring.c`: the ring\"\n"},
		{"- src/a.c\n" REST, "ring_new is defined by no file\n"},
		{ALL "- src/b.c\n  - defines: ring_new\n", "src/b.c: ring_new is defined by src/a.c already\n"},
		{ALL "  - defines: ring_new\n", "src/a.c: ring_new is defined by src/a.c already\n"},
		{ALL "  - defines: ring_size\n",
		 "src/a.c: \"ring_size\" is nothing that the interface wants to be defined\n"},
		{ALL "- src/b.h\n  - defines: ring_x\n",
		 "src/b.h: \"ring_x\" is nothing that the interface wants to be defined\n"},
		{"- src/b.h\n  - defines: ring_new\n- src/a.c\n" REST,
		 "src/b.h: a header cannot define ring_new\nring_new is defined by no file\n"},
		{ALL "- src/ring.h\n", "src/ring.h: a file of the library's interface or tests is called so\n"},
		{ALL "- src/a.c\n", "src/a.c is there twice\n"},
		{ALL "- ../b.c\n", "\"../b.c\" is no path as \"src/ring.c\" or \"src/internal.h\"\n"
			       "../b.c is in another folder than src/a.c\n"},
		{ALL "- lib/b.c\n", "lib/b.c is in another folder than src/a.c\n"},
		{ALL "  - after: src/b.c\n", "src/a.c: after \"src/b.c\", which is no file of the plan\n"},
		{ALL "- src/b.h\n  - after: src/a.c\n", "src/b.h: a header stands in front of sources, not behind src/a.c\n"},
		{ALL "  - after: src/a.c\n", "src/a.c: what it stands behind leads round in a circle\n"},
		{ALL "  - after: src/b.c\n- src/b.c\n  - after: src/c.c\n- src/c.c\n  - after: src/a.c\n- src/d.c\n",
		 "src/a.c: what it stands behind leads round in a circle\n"
		 "src/b.c: what it stands behind leads round in a circle\n"
		 "src/c.c: what it stands behind leads round in a circle\n"},
		{ALL "- \x1B[1m`\n", "\"[1m\" is no path as \"src/ring.c\" or \"src/internal.h\"\n"
				      "[1m is in another folder than src/a.c\n"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(read_plan(str_of(cases[i][0])), cases[i][1]);
}

static void is_bounded(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	buf_append_cstr(&text, ALL);
	for (int i = 1; i < UNITPLAN_UNITS_MAX; i++)
		buf_printf(&text, "- src/a%d.c\n", i);
	ok(str_starts(str_of(read_plan(buf_str(&text))), STR("- `src/a.c`\n")));
	buf_append_cstr(&text, "- src/b.c\n- src/c.c\n  - after: src/c.c\n");
	is_str(read_plan(buf_str(&text)),
	       "there are more than 64 files\nsrc/b.c: after \"src/c.c\", which is no file of the plan\n");
	buf_clear(&text);
	buf_append_cstr(&text, ALL "  - defines:");
	for (int i = 0; i < 100; i++)
		buf_printf(&text, " x%d,", i);
	const char *problems = read_plan(buf_str(&text));
	is_int(str_count(str_of(problems), '\n'), 51);
	ok(str_ends(str_of(problems), STR("\nand 50 more\n")));
	buf_clear(&text);
	buf_append_cstr(&text, "- src/a.c: ");
	for (int i = 0; i < UNITPLAN_PURPOSE_MAX; i++)
		buf_append_cstr(&text, "\xC3\xA4");
	buf_append_cstr(&text, "\n  - defines: ring_new\n" REST);
	struct str first = str_of(read_plan(buf_str(&text)));
	is_int(str_index(first, '\n'), strlen("- `src/a.c`: ") + UNITPLAN_PURPOSE_MAX);
}

static void finds_the_list_in_a_reply(void)
{
	static const char *const cases[][2] = {
		{"- src/a.c\n", "- src/a.c\n"},
		{"", ""},
		{"I propose:\n```plan\n- src/a.c: x\n```\nend", "- src/a.c: x\n"},
		{"```c\nint a;\n- b\n```\n~~~~\n```\n- `src/a.h`\n~~~\n~~~~\n```\n- src/b.c\n```", "```\n- `src/a.h`\n~~~\n"},
		{"```\n- src/a.c\n- src/b", "- src/a.c\n- src/b"},
		{"```\nno list\n```\n- src/a.c", "```\nno list\n```\n- src/a.c"},
		{"```", "```"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct str found = unitplan_of_reply(str_of(cases[i][0]));
		is_str(arena_str(&arena, found), cases[i][1]);
	}
}

int main(void)
{
	tap_run("it tells what is to be defined", tells_what_is_to_be_defined);
	tap_run("one file for all", one_file_for_all);
	tap_run("it knows paths", knows_paths);
	tap_run("it reads plans", reads_plans);
	tap_run("it puts units in order", puts_units_in_order);
	tap_run("it says what is wrong", says_what_is_wrong);
	tap_run("it is bounded", is_bounded);
	tap_run("it finds the list in a reply", finds_the_list_in_a_reply);
	arena_release(&arena);
	return tap_done();
}
