#include "harness/taskfile.h"

#include "core/buf.h"
#include "tests/tap.h"

static struct arena arena;

static struct taskfile parse(const char *text)
{
	struct taskfile t = {0};
	struct err err = {0};
	if (!tap_ok(taskfile_parse(str_of(text), &t, &err) == 0, "it is read", __FILE__, __LINE__))
		tap_print("# %s\n", err.text);
	return t;
}

static const char *text_of(struct str s)
{
	return arena_str(&arena, s);
}

static void reads_sections(void)
{
	struct taskfile t = parse("---\nname: x\n---\n# x\n## Considerations\nfast\n### small\n## Notes\nmine\n"
		"## Decisions ##\n\n"
				  "- one\n# Other\n## Actions\n- a\n");
	is_str(text_of(t.front), "name: x\n");
	is_str(text_of(t.considerations), "fast\n### small\n");
	is_str(text_of(t.decisions), "\n- one\n");
	is_str(text_of(t.actions), "- a\n");
	t = parse("");
	is_int(t.front.len + t.considerations.len + t.decisions.len + t.actions.len, 0);
	t = parse("## Considerations\n```c\n## Actions\n~~~\n```\n<!-- a\n## Decisions\n--> b\n"
		"    ## Decisions\n#Decisions\nend");
	is_str(text_of(t.considerations),
		"```c\n## Actions\n~~~\n```\n<!-- a\n## Decisions\n--> b\n    ## Decisions\n#Decisions\nend");
	is_int(t.actions.len, 0);
	t = parse("\xEF\xBB\xBF---\r\nname: x\r\n---\r\n## Actions\r\n- a\r\n");
	is_str(text_of(t.front), "name: x\r\n");
	is_str(text_of(t.actions), "- a\r\n");
	t = parse("text\n---\nname: x\n---\n"); /* not in front */
	is_int(t.front.len, 0);
}

static void complains(void)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"---\nname: x\n", "line 1: the front matter has no end, a line of \"---\""},
		{"---\nname: x\n--- x\n----\n", "line 1: the front matter has no end, a line of \"---\""},
		{"---\n---\n## Actions\n## Decisions\n\n## Actions #\n",
			"line 6: the heading \"Actions\" stands there a second time"},
		{"## Considerations\n# x\n## Considerations\n",
		 "line 3: the heading \"Considerations\" stands there a second time"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct taskfile t = {.front = STR("kept")};
		struct err err = {0};
		is_int(taskfile_parse(str_of(cases[i].text), &t, &err), -1);
		is_str(err.text, cases[i].why);
		is_int(err.kind, ERR_PARSE);
		is_int(t.front.len, 4);
	}
	struct err err = {0};
	struct taskfile t;
	is_int(taskfile_parse((struct str){arena_alloc(&arena, TASKFILE_MAX + 1, 1), TASKFILE_MAX + 1}, &t, &err),
		-1);
	is_int(err.kind, ERR_LIMIT);
}

static void reads_values(void)
{
	struct taskfile t = parse("---\nname: x y\nurl:  https://a.b/c:1 \nname: z\nq: \"a \\\"b\\\\ \\n\"\n"
		"s: 'it''s \\'\nempty:\n"
				  "half: \"\nnone\n in: 1\n---\n");
	static const char *const cases[][2] = {
		{"name", "x y"}, {"url", "https://a.b/c:1"}, {"q", "a \"b\\ \\n"}, {"s", "it's \\"}, {"empty", ""},
		{"half", "\""}, {"none", ""}, {"in", "1"}, {"", ""}, {"other", ""}};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(text_of(taskfile_value(&t, cases[i][0], &arena)), cases[i][1]);
}

static void the_first_one_explains_itself(void)
{
	const char *open[] = {"Which of a.h and b.h is public?", "Is *x* a test?"};
	struct taskfile_new new = {.name = "ini", .source = "https://example.org/x.git", .licence = "BSD-3-Clause",
				   .id = "commit 3f1", .date = "2026-01-31", .open = {open, 2}};
	is_str(taskfile_first(&new, &arena).ptr,
	       "---\nrecast: 1\nname: ini\nsource: https://example.org/x.git\ncommit: 3f1\n"
		"licence: BSD-3-Clause\n---\n\n"
	       "# ini, recast\n\n"
	       "This file accompanies a rewrite that is made from a library's interface and tests alone,\n"
	       "without its source. What stands below Considerations (what the rewrite should be like)\n"
	       "and below Decisions (what was decided, by whom, and whether they have seen the\n"
	       "original's source) is given to whoever writes it, word for word. Both are yours to\n"
	       "change. Below Plan recast puts which files the rewrite is to have, if nothing stands there,\n"
	       "and below Actions it adds what it did. It changes nothing else here.\n\n"
	       "## Considerations\n\n- [ ] Which of a.h and b.h is public?\n- [ ] Is \\*x\\* a test?\n\n"
	       "## Decisions\n\n## Actions\n\n- 2026-01-31: init, from commit 3f1\n");
	new = (struct taskfile_new){.id = "tree 9a0", .date = "2026-01-31"};
	struct str text = taskfile_first(&new, &arena);
	ok(str_starts(text, STR("---\nrecast: 1\ntree: 9a0\n---\n\n# Library, recast\n")));
	ok(str_ends(text,
		STR("## Considerations\n\n## Decisions\n\n## Actions\n\n- 2026-01-31: init, from tree 9a0\n")));
}

static void nothing_from_outside_breaks_out(void)
{
	static const char *const values[] = {
		"a\n---\n## Actions\n- forged", "--- x", "a: b", "- a", "\"", "a\\", "'a'", "\"a\"", "#a", "a #b",
			"yes: \"no\"",
		"MIT OR Apache-2.0", "[a](b)", "{a}", "|", ">", "*a", "&a", "!a", "%a", "@a", "`a`", "\xC3\xA4",
			"a:", "a:b"};
	for (size_t i = 0; i < countof(values); i++) {
		const char *open[] = {values[i]};
		struct taskfile_new new = {values[i], "s", "l", "commit c", "d", {open, 1}};
		struct taskfile t = parse(taskfile_first(&new, &arena).ptr);
		bool lines = i == 0;
		is_str(text_of(taskfile_value(&t, "name", &arena)), lines ? "a --- ## Actions - forged" : values[i]);
		is_str(text_of(taskfile_value(&t, "commit", &arena)), "c");
		is_str(text_of(t.actions), "\n- d: init, from commit c\n");
	}
	struct taskfile_new new = {.name = "<b>\x1b[1m\xFF\xE2\x80\xAE `x` _a_ a_b [c](d)\r\n# e"};
	struct str text = taskfile_first(&new, &arena);
	const char *heading = strstr(text.ptr, "\n# ");
	ok(heading && str_starts(str_of(heading),
		STR("\n# \\<b\\> \\[1m\xEF\xBF\xBD  \\`x\\` \\_a\\_ a_b \\[c\\](d)  \\# e, recast\n")));
}

static const char *act(const char *text)
{
	return taskfile_with_action(str_of(text), "D", "x", &arena).ptr;
}

static void appends_actions(void)
{
	static const char *const cases[][2] = {
		{"", "## Actions\n\n- D: x\n"},
		{"mine", "mine\n\n## Actions\n\n- D: x\n"},
		{"mine\r\nb\n", "mine\r\nb\n\r\n## Actions\r\n\r\n- D: x\r\n"},
		{"## Actions\n\n- a\n", "## Actions\n\n- a\n- D: x\n"},
		{"## Actions\n\n- a", "## Actions\n\n- a\n- D: x\n"},
		{"## Actions\n\n- a\n\n\n", "## Actions\n\n- a\n- D: x\n\n\n"},
		{"## Actions\n- a\n\n## Notes\nmine\n", "## Actions\n- a\n- D: x\n\n## Notes\nmine\n"},
		{"## Actions\n- a\n### More\n- b\n# Notes", "## Actions\n- a\n### More\n- b\n- D: x\n# Notes"},
		{"## Actions\n\n## Notes\n", "## Actions\n\n- D: x\n## Notes\n"},
		{"## Actions\n## Notes\n", "## Actions\n\n- D: x\n## Notes\n"},
		{"## Actions", "## Actions\n\n- D: x\n"},
		{"## Actions\n", "## Actions\n\n- D: x\n"},
		{"## Actions\n\n", "## Actions\n\n- D: x\n"},
		{"## Actions\r\n\r\n- a \r\n \r\n", "## Actions\r\n\r\n- a \r\n- D: x\r\n \r\n"},
		{"```\n## Actions\n```\n", "```\n## Actions\n```\n\n## Actions\n\n- D: x\n"},
		{"````\n## Actions\n```\n", "````\n## Actions\n```\n````\n\n## Actions\n\n- D: x\n"},
		{"## Actions\n~~~\na", "## Actions\n~~~\na\n~~~\n- D: x\n"},
		{"<!--\n## Actions\n", "<!--\n## Actions\n-->\n\n## Actions\n\n- D: x\n"},
		{"---\n## Actions\n---\n", "---\n## Actions\n---\n\n## Actions\n\n- D: x\n"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(act(cases[i][0]), cases[i][1]);
	is_str(act(act("## Actions\n\n- a\n")), "## Actions\n\n- a\n- D: x\n- D: x\n");
	is_str(taskfile_with_action(STR("a\0b\n## Actions\n- \xFF\n"), "D", "a\n## Decisions\nb", &arena).ptr + 4,
	       "## Actions\n- \xFF\n- D: a \\#\\# Decisions b\n");
	char action[TASKFILE_ACTION_MAX + 10];
	memset(action, 'a', sizeof(action) - 1);
	action[sizeof(action) - 1] = '\0';
	struct str long_one = taskfile_with_action(STR(""), "D", action, &arena);
	ok(long_one.len < TASKFILE_ACTION_MAX + 40 && str_ends(long_one, STR("a…\n")));
}

static const char *planned(const char *text)
{
	return taskfile_with_plan(str_of(text), STR("- `a.c`\n  - defines: f\n"), &arena).ptr;
}

#define PLAN "## Plan\n\n- `a.c`\n  - defines: f\n"

static void keeps_a_plan(void)
{
	static const char *const cases[][2] = {
		{"", PLAN},
		{"mine", "mine\n\n" PLAN},
		{"mine\n\n", "mine\n\n" PLAN},
		{"a\n\n## Actions\n\n- a\n", "a\n\n" PLAN "\n## Actions\n\n- a\n"},
		{"a\n## Actions", "a\n\n" PLAN "\n## Actions"},
		{"## Actions\n- a\n## Notes\n", PLAN "\n## Actions\n- a\n## Notes\n"},
		{"## Plan\n\n- mine\n## Actions\n", "## Plan\n\n- mine\n## Actions\n"},
		{"## Plan\n<!-- later -->\n", "## Plan\n<!-- later -->\n"},
		{"## Plan", PLAN},
		{"## Plan\n\n## Actions\n", PLAN "\n## Actions\n"},
		{"## Plan\n## Actions\n", PLAN "\n## Actions\n"},
		{"## Actions\n## Plan\n\n\nb", "## Actions\n## Plan\n\n\nb"},
		{"````\n## Actions\n", "````\n## Actions\n````\n\n" PLAN},
		{"<!--\n## Plan\n-->\n", "<!--\n## Plan\n-->\n\n" PLAN},
		{"a\r\n## Actions\r\n",
		 "a\r\n\r\n## Plan\r\n\r\n- `a.c`\r\n  - defines: f\r\n\r\n## Actions\r\n"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(planned(cases[i][0]), cases[i][1]);
	is_str(planned(planned("## Decisions\n\n- a\n\n## Actions\n")), "## Decisions\n\n- a\n\n" PLAN "\n## Actions\n");
	struct taskfile t = parse(planned("## Decisions\nd\n## Actions\na\n"));
	is_str(text_of(t.plan), "\n- `a.c`\n  - defines: f\n\n");
	is_str(text_of(t.decisions), "d\n\n");
	is_str(text_of(t.actions), "a\n");
}

static void tells_of_another_source(void)
{
	static const char *const cases[][2] = {
		{"mine\n", "mine\n"},
		{"---\nrecast: 1\nname: old\nsource: /old\ncommit: 12\nlicence: MIT\n---\n# mine\nname: x\n",
		 "---\nrecast: 1\nname: new\nsource: /new\ntree: 34\nlicence: Zlib\n---\n# mine\nname: x\n"},
		{"---\nmine: 1 # a\n---\n", "---\nmine: 1 # a\nname: new\nsource: /new\ntree: 34\nlicence: Zlib\n---\n"},
		{"---\n---\n", "---\nname: new\nsource: /new\ntree: 34\nlicence: Zlib\n---\n"},
		{"---\nname: no end\n", "---\nname: no end\n"},
	};
	struct taskfile_new new = {.name = "new", .source = "/new", .id = "tree 34", .licence = "Zlib"};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(taskfile_with_source(str_of(cases[i][0]), &new, &arena).ptr, cases[i][1]);
}

int main(void)
{
	tap_run("reads sections", reads_sections);
	tap_run("complains", complains);
	tap_run("reads values", reads_values);
	tap_run("the first one explains itself", the_first_one_explains_itself);
	tap_run("nothing from outside breaks out", nothing_from_outside_breaks_out);
	tap_run("appends actions", appends_actions);
	tap_run("keeps a plan", keeps_a_plan);
	tap_run("tells of another source", tells_of_another_source);
	arena_release(&arena);
	return tap_done();
}
