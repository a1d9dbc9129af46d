/*
 * Prompts of a small library, whole, as tests/data/prompts has them; with the argument
 * "write" they are written there, to be looked at in review. That this links without
 * the oracle is what makes the room a clean one.
 */
#include "core/fs.h"
#include "core/mem.h"
#include "harness/promptbuild.h"
#include "harness/promptquote.h"
#include "harness/prompttests.h"
#include "tests/tap.h"

static struct arena arena;
static struct templates templates;
static bool writing;

static struct api_function functions[] = {
	{.name = "ring_new", .declaration = "struct ring *ring_new(size_t max)"},
	{.name = "ring_push", .declaration = "bool ring_push(struct ring *r, int value)"},
	{.name = "ring_free", .declaration = "void ring_free(struct ring *r)"},
};
static struct api_global globals[] = {{.name = "ring_version", .declaration = "const char *const ring_version"}};
static const char *flags[] = {"-std=c11"}, *defines[] = {"RING_MAX=8", "A=`b`"};
static const char *include[] = {"include", "include/x"}, *after_a[] = {"src/a.c"};
static const char *of_a[] = {"ring_new", "ring_free"}, *of_b[] = {"ring_push", "ring_version"};

static struct spec sample(void)
{
	struct spec spec = {
		.name = "ring",
		.language = "c",
		.source = "commit 1234",
		.api = {.functions = functions, .functions_len = countof(functions), .globals = globals, .globals_len = 1},
		.include = {include, countof(include)},
		.defines = {defines, countof(defines)},
		.flags = {flags, countof(flags)},
		.sealed_len = 3,
	};
	*vec_push(&spec.headers) =
		(struct spec_file){"include/x/ring.h", STR("/* A ring. */\nstruct ring *ring_new(size_t max);\n")};
	*vec_push(&spec.headers) = (struct spec_file){"ring_types.h", STR("/* \xE4 \0 */")};
	*vec_push(&spec.documents) =
		(struct spec_file){"README.md", STR("# Usage\n\n````c\nring_new(3);\n````\n{{>cache}} {{path}}\n")};
	*vec_push(&spec.tests) = (struct spec_file){"tests/data.bin", STR("\xFF\x01")};
	*vec_push(&spec.tests) = (struct spec_file){"tests/in.txt", STR("1 2\n")};
	*vec_push(&spec.tests) = (struct spec_file){"tests/`x`\n.c", STR("int main(void) { return ring_new(0) == 0; }")};
	return spec;
}

static struct unit units[] = {
	{"src/internal.h", "what they share", true, {0}, {0}},
	{"src/a.c", "making rings", false, {of_a, 2}, {0}},
	{"src/b.c", "", false, {of_b, 2}, {after_a, 1}},
};
static const struct unitplan plan = {units, 3};

/* With all but the task. */
static struct prompt_ask sample_ask(const struct spec *spec, struct draft *draft)
{
	*draft = draft_with(&(struct draft){0}, "src/internal.h", STR("struct ring { int a; };\n"), &arena);
	*draft = draft_with(draft, "src/a.c", STR("int a;\n"), &arena);
	*draft = draft_with(draft, "src/b.c", STR("int b; /* ``` */\n"), &arena);
	return (struct prompt_ask){
		.spec = spec,
		.considerations = STR("\n- Small rather than fast.\n"),
		.decisions = STR(" \n\n"),
		.plan = &plan,
		.draft = draft,
	};
}

static const char *joined(const struct prompt *p, size_t parts)
{
	struct prompt first = *p;
	first.parts_len = parts;
	return prompt_message(&first, &arena).ptr;
}

static void is_golden(const char *name, const char *text)
{
	struct err err = {0};
	SCOPED_BUF struct buf want;
	buf_init(&want, 1 << 20);
	const char *path = arena_printf(&arena, "tests/data/prompts/%s.txt", name);
	if (writing)
		ok(fs_write(path, str_of(text), &err) == 0);
	ok(fs_read(path, &want, &err) == 0);
	size_t same = 0;
	while (text[same] && text[same] == want.ptr[same])
		same++;
	while (same > 0 && text[same - 1] != '\n')
		same--;
	is_str(text + same, want.ptr + same);
}

static void is_built(int result, const struct err *err)
{
	if (!ok(result == 0))
		tap_print("# %s\n", err->text);
}

static void they_are_as_written_down(void)
{
	struct err err = {0};
	struct draft draft;
	struct prompt p;
	SCOPED(spec_release) struct spec spec = sample();
	struct prompt_ask ask = sample_ask(&spec, &draft);
	is_built(prompt_plan(&ask, &templates, &arena, &p, &err), &err);
	is_golden("system", arena_str(&arena, p.system));
	is_golden("plan", joined(&p, p.parts_len));
	is_str(p.title, "planning the files");
	ask.unit = &units[2];
	is_built(prompt_unit(&ask, &templates, &arena, &p, &err), &err);
	is_golden("unit", joined(&p, p.parts_len));
	is_str(p.title, "writing src/b.c");
	const char *problems[] = {"test_push: ring_push(r, 1)\n  expected true, got false", "test_free: a leak"};
	struct feedback feedback = {"2 of 14 tests fail", {problems, 2}, "src/b.c"};
	ask.feedback = &feedback;
	is_built(prompt_repair(&ask, &templates, &arena, &p, &err), &err);
	is_golden("repair", joined(&p, p.parts_len));
	is_str(p.title, "repairing src/b.c");
	is_int(p.so_far.len + p.go_on.len, 0);
}

/* Up to the last part that is shared. */
static const char *shared(const struct prompt *p)
{
	size_t len = p->parts_len;
	while (len > 0 && !p->parts[len - 1].shared)
		len--;
	ok(len > 0 && len < p->parts_len);
	return joined(p, len);
}

static void they_begin_alike(void)
{
	struct err err = {0};
	struct draft draft;
	struct prompt a, b, c, d;
	SCOPED(spec_release) struct spec spec = sample();
	struct prompt_ask ask = sample_ask(&spec, &draft);
	struct feedback feedback = {"it fails", {0}, NULL};
	struct unitplan whole = unitplan_whole(&spec, &arena);
	is_built(prompt_plan(&ask, &templates, &arena, &a, &err), &err);
	ask.unit = &units[0];
	ask.feedback = &feedback;
	is_built(prompt_unit(&ask, &templates, &arena, &b, &err), &err);
	is_built(prompt_repair(&ask, &templates, &arena, &c, &err), &err);
	ask.plan = &whole;
	ask.unit = &whole.items[0];
	ask.draft = &(struct draft){0};
	is_built(prompt_unit(&ask, &templates, &arena, &d, &err), &err);
	is_str(shared(&a), shared(&b));
	is_str(shared(&b), shared(&c));
	is_str(shared(&c), shared(&d));
	ok(str_eq(a.system, b.system) && str_eq(b.system, c.system) && str_eq(c.system, d.system));
	ok(strstr(joined(&b, b.parts_len), "is a private header") != NULL);
	ok(strstr(joined(&d, d.parts_len), "const char *const ring_version;\n") != NULL);
	ok(strstr(joined(&d, d.parts_len), "consists of these files") == NULL);
}

/* Origins of parts that hold the text, as digits. */
static const char *origins(const struct prompt *p, const char *text)
{
	const char *all = "";
	for (size_t i = 0; i < p->parts_len; i++) {
		if (memmem(p->parts[i].text.ptr, p->parts[i].text.len, text, strlen(text)))
			all = arena_printf(&arena, "%s%s ", all, prompt_origin_name(p->parts[i].origin));
	}
	return all;
}

static void each_part_knows_its_origin(void)
{
	struct err err = {0};
	struct draft draft;
	struct prompt p;
	SCOPED(spec_release) struct spec spec = sample();
	struct prompt_ask ask = sample_ask(&spec, &draft);
	const char *problems[] = {"wrong answer"};
	struct feedback feedback = {"one test fails", {problems, 1}, NULL};
	ask.unit = &units[2];
	ask.feedback = &feedback;
	ask.decisions = STR("<!-- by whom -->\n```\ncode\n```");
	is_built(prompt_repair(&ask, &templates, &arena, &p, &err), &err);
	is_str(origins(&p, "/* A ring. */"), "spec ");
	is_str(origins(&p, "return ring_new(0) == 0"), "spec ");
	is_str(origins(&p, "Small rather than fast"), "human ");
	is_str(origins(&p, "````markdown\n<!-- by whom -->\n```\ncode\n```\n````"), "human ");
	is_str(origins(&p, "making rings"), "human ");
	is_str(origins(&p, "wrong answer"), "feedback ");
	is_str(origins(&p, "one test fails"), "feedback ");
	is_str(origins(&p, "int a;\n"), "own ");
	is_str(origins(&p, "````c\nint b; /* ``` */\n````"), "own ");
	is_str(origins(&p, "Find the cause"), "recast ");
	is_str(origins(&p, "commit 1234"), "");
	is_str(origins(&p, "{{>cache}} {{path}}"), "spec ");
	is_str(origins(&p, "/* \xEF\xBF\xBD \xEF\xBF\xBD */"), "spec ");
}

static void long_files_are_edited(void)
{
	struct err err = {0};
	struct draft draft;
	struct prompt p;
	SCOPED(spec_release) struct spec spec = sample();
	struct prompt_ask ask = sample_ask(&spec, &draft);
	struct feedback feedback = {"it fails\nhere", {0}, "src/long.c"};
	char *lines = arena_alloc(&arena, PROMPT_LARGE_LINES + 1, 1);
	memset(lines, '\n', PROMPT_LARGE_LINES);
	ask.feedback = &feedback;
	draft = draft_with(&draft, "src/long.c", (struct str){lines, PROMPT_LARGE_LINES - 1}, &arena);
	is_built(prompt_repair(&ask, &templates, &arena, &p, &err), &err);
	ok(strstr(joined(&p, p.parts_len), "whole repaired file") != NULL);
	ok(strstr(joined(&p, p.parts_len), "it fails here\n") != NULL);
	ok(strstr(joined(&p, p.parts_len), "SEARCH") == NULL);
	draft = draft_with(&draft, "src/long.c", (struct str){lines, PROMPT_LARGE_LINES}, &arena);
	is_built(prompt_repair(&ask, &templates, &arena, &p, &err), &err);
	ok(strstr(joined(&p, p.parts_len), "whole repaired file") == NULL);
	ok(strstr(joined(&p, p.parts_len), "\n<<<<<<< SEARCH\n") != NULL);
}

static void answers_are_continued(void)
{
	struct err err = {0};
	struct prompt first = {.title = "writing src/a.c", .system = STR("s")}, second, third;
	is_built(prompt_continue(&first, STR("```c path=src/a.c\nint"), &templates, &arena, &second, &err), &err);
	is_str(second.title, "writing src/a.c, continued");
	is_str(second.so_far.ptr, "```c path=src/a.c\nint");
	ok(memmem(second.go_on.ptr, second.go_on.len, "A code block is open", 20) != NULL);
	ok(str_eq(second.system, STR("s")));
	is_built(prompt_continue(&second, STR("```c\nint\n```\nand"), &templates, &arena, &third, &err), &err);
	is_str(third.title, "writing src/a.c, continued");
	ok(third.go_on.len > 0 && !memmem(third.go_on.ptr, third.go_on.len, "A code block is open", 20));
}

static void problems_are_bounded(void)
{
	enum { PROBLEMS = 100, BYTES = 1000 };
	struct err err = {0};
	struct draft draft;
	struct prompt p;
	SCOPED(spec_release) struct spec spec = sample();
	struct prompt_ask ask = sample_ask(&spec, &draft);
	char *problem = arena_alloc(&arena, PROBLEMS * BYTES + 1, 1);
	const char *all[PROBLEMS];
	memset(problem, 0xFF, BYTES);
	for (size_t i = 0; i < PROBLEMS; i++)
		all[i] = problem;
	ask.problems = all;
	ask.problems_len = PROBLEMS;
	is_built(prompt_plan(&ask, &templates, &arena, &p, &err), &err);
	ok(strstr(joined(&p, p.parts_len), "\nand 51 more\n```\n") != NULL);
	memset(problem, 'x', PROBLEMS * BYTES);
	is_built(prompt_plan(&ask, &templates, &arena, &p, &err), &err);
	ok(strstr(joined(&p, p.parts_len), "x…\n\nand 99 more\n```\n") != NULL);
}

static void too_much_is_refused(void)
{
	struct err err = {0};
	struct draft draft;
	struct prompt p = {.title = "kept"};
	SCOPED(spec_release) struct spec spec = sample();
	struct prompt_ask ask = sample_ask(&spec, &draft);
	char *text = arena_alloc(&arena, PROMPT_MAX, 1);
	memset(text, 'x', PROMPT_MAX);
	spec.headers.items[0].text = (struct str){text, PROMPT_MAX};
	is_int(prompt_plan(&ask, &templates, &arena, &p, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(p.title, "kept");
}

/* ---- which tests are shown */

static const char *calls_new[] = {"ring_new"}, *calls_push[] = {"ring_new", "ring_push"}, *calls_none[] = {"other"};

/* Files of so many KiB. */
static void add_test(struct spec *spec, const char *path, size_t kib)
{
	char *text = arena_alloc(&arena, (kib << 10) + 1, 1);
	memset(text, 'x', kib << 10);
	for (size_t i = 1000; i < kib << 10; i += 1000)
		text[i] = '\n';
	*vec_push(&spec->tests) = (struct spec_file){path, {text, kib << 10}};
}

static const char *chosen(const struct spec *spec)
{
	const size_t *bytes = prompttests_choose(spec, &arena);
	const char *all = "";
	for (size_t i = 0; i < spec->tests.len; i++)
		all = arena_printf(&arena, "%s%zu ", all, bytes[i] >> 10);
	return all;
}

static void tests_that_tell_most_are_shown(void)
{
	struct spec_test visible[] = {
		{"a", "p", {"t/push.c", 1, 1}, {calls_push, 2}},
		{"b", "p", {"t/new.c", 1, 1}, {calls_new, 1}},
		{"c", "p", {"t/small.c", 1, 1}, {calls_new, 1}},
		{"d", "p", {"t/none.c", 1, 1}, {calls_none, 1}},
		{"e", "p", {"elsewhere.c", 1, 1}, {calls_push, 2}},
	};
	SCOPED(spec_release) struct spec spec = {
		.api = {.functions = functions, .functions_len = countof(functions)},
		.visible = visible,
		.visible_len = countof(visible),
	};
	is_str(chosen(&spec), "");
	add_test(&spec, "t/none.c", 100);
	add_test(&spec, "t/new.c", 150);
	add_test(&spec, "t/data", 16);
	add_test(&spec, "t/large", 17);
	is_str(chosen(&spec), "100 150 16 0 ");
	add_test(&spec, "t/push.c", 200);
	is_str(chosen(&spec), "0 150 16 0 200 ");
	add_test(&spec, "t/small.c", 120);
	is_str(chosen(&spec), "0 0 16 0 200 120 ");
	for (size_t i = 0; i < spec.tests.len; i++)
		spec.tests.items[i].path = i == 2 ? "t/only.c" : "t/large";
	spec.tests.items[2].text = spec.tests.items[0].text;
	add_test(&spec, "t/huge.c", 500);
	is_str(chosen(&spec), "0 0 100 0 0 0 0 ");
	spec.tests.items[2].path = "t/large";
	is_str(chosen(&spec), "0 0 0 0 0 0 399 ");
	const size_t *bytes = prompttests_choose(&spec, &arena);
	ok(spec.tests.items[6].text.ptr[bytes[6] - 1] == '\n');
}

int main(int argc, char **argv)
{
	struct err err = {0};
	writing = argc > 1 && strcmp(argv[1], "write") == 0;
	if (templates_embedded(&arena, &templates, &err) < 0) {
		tap_print("# %s\n", err.text);
		return 1;
	}
	tap_run("they are as written down", they_are_as_written_down);
	tap_run("they begin alike", they_begin_alike);
	tap_run("each part knows its origin", each_part_knows_its_origin);
	tap_run("long files are edited", long_files_are_edited);
	tap_run("answers are continued", answers_are_continued);
	tap_run("problems are bounded", problems_are_bounded);
	tap_run("too much is refused", too_much_is_refused);
	tap_run("tests that tell most are shown", tests_that_tell_most_are_shown);
	arena_release(&arena);
	return tap_done();
}
