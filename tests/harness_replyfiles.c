/* Replies as models give them, good and bad, and what is taken out of them. */

#include "harness/replyfiles.h"
#include "harness/replyedits.h"
#include "tests/tap.h"

#define UNIT "src/a.c"
#define FENCE "```"

static struct arena arena;

static struct draft draft_of(const char *path, const char *text)
{
	struct draft none = {0};
	return path ? draft_with(&none, path, str_of(text), &arena) : none;
}

static struct replyfiles read_on(const struct draft *old, const char *reply, bool may_edit, bool cut)
{
	struct replyfiles files;
	replyfiles_read(str_of(reply), UNIT, old, may_edit, cut, &arena, &files);
	return files;
}

static struct replyfiles read_reply(const char *reply)
{
	struct draft none = {0};
	return read_on(&none, reply, false, false);
}

static const char *text_of(const struct replyfiles *files, const char *path)
{
	return arena_str(&arena, draft_text(&files->draft, path));
}

static const char *first(const struct strings *list)
{
	return list->len ? list->items[0] : "";
}

/* ---- fences */

static void takes_each_way_of_naming(void)
{
	static const char *const openings[] = {
		"```c path=src/a.c", "```path=src/a.c", "```c src/a.c", "```src/a.c", "```c:src/a.c", "```c title=\"src/a.c\"",
		"```C {path=src/a.c}", "   ```c path=src/a.c", "````c path=src/a.c", "~~~c path=src/a.c", "``` c file=src/a.c",
		"`src/a.c`\n```c", "**src/a.c**\n\n```c", "### src/a.c\n```c", "File: src/a.c\n```c", "src/a.c:\n```", "```c",
	};
	for (size_t i = 0; i < countof(openings); i++) {
		const char *mark = strstr(openings[i], "~~~") ? "~~~" : strstr(openings[i], "````") ? "````" : "```";
		struct replyfiles f = read_reply(arena_printf(&arena, "Here it is.\n\n%s\nint a;\n%s\nDone.\n", openings[i], mark));
		is_str(text_of(&f, UNIT), "int a;\n");
		is_int(f.problems.len, 0);
		is_int(f.written.len, 1);
	}
}

static void closes_as_it_opened(void)
{
	struct replyfiles f = read_reply("````c path=src/a.c\n/*\n```\nquoted\n```\n*/\nint a;\n````\n");
	is_str(text_of(&f, UNIT), "/*\n```\nquoted\n```\n*/\nint a;\n");
	f = read_reply("```c path=src/a.c\nint a; /* ~~~ */\n~~~\nint b;\n`````\n");
	is_str(text_of(&f, UNIT), "int a; /* ~~~ */\n~~~\nint b;\n");
}

static void refuses_paths(void)
{
	static const char *const paths[] = {"../a.c", "/etc/a.c", "src/../../a.c", "src//a.c", "./a.c", ".git/a.c"};
	for (size_t i = 0; i < countof(paths); i++) {
		struct replyfiles f = read_reply(arena_printf(&arena, "```c path=%s\nint a;\n```\n```c path=src/a.c\nint b;\n```\n", paths[i]));
		is_int(f.draft.len, 1);
		is_str(text_of(&f, UNIT), "int b;\n");
		is_int(f.ignored.len, 1);
	}
}

static void passes_over_what_was_not_asked_for(void)
{
	struct draft old = draft_of("src/shared.h", "int old;\n");
	struct replyfiles f = read_on(&old,
				      "```c path=src/b.c\nint b;\n```\n```c path=src/shared.h\nint new;\n```\n"
				      "```c path=src/own.h\nint own;\n```\n```sh\nmake\n```\n```c path=src/a.c\nint a;\n```\n",
				      false, false);
	is_str(text_of(&f, UNIT), "int a;\n");
	is_str(text_of(&f, "src/shared.h"), "int old;\n");
	is_str(text_of(&f, "src/own.h"), "int own;\n");
	ok(!draft_has(&f.draft, "src/b.c"));
	is_int(f.ignored.len, 3);
}

static void the_last_of_two_counts(void)
{
	struct replyfiles f = read_reply("```c path=src/a.c\nint a;\n```\nWait, that is wrong:\n```c path=src/a.c\nint b;\n```\n");
	is_str(text_of(&f, UNIT), "int b;\n");
	is_int(f.written.len, 1);
}

static void needs_an_end(void)
{
	struct draft none = {0};
	struct replyfiles f = read_reply("```c path=src/a.c\nint a;\n");
	is_int(f.problems.len, 1);
	is_int(f.draft.len, 0);
	f = read_on(&none, "```c path=src/a.c\nint a;\n", false, true);
	is_int(f.problems.len, 0);
	is_str(text_of(&f, UNIT), "int a;\n");
}

static void takes_code_without_a_fence(void)
{
	struct replyfiles f = read_reply("Here is the file.\n\n#include <stddef.h>\nint a;\n");
	is_str(text_of(&f, UNIT), "#include <stddef.h>\nint a;\n");
	f = read_reply("I am sorry, I can not do this.\n");
	is_int(f.problems.len, 1);
	f = read_reply("");
	is_int(f.problems.len, 1);
	f = read_reply("```\nnothing that is code\n```\n");
	is_int(f.problems.len, 1);
}

static void cleans_texts(void)
{
	struct replyfiles f = read_reply("```c path=src/a.c\r\n\xEF\xBB\xBFint a;\r\nint b;\r\n```\r\n");
	is_str(text_of(&f, UNIT), "int a;\nint b;\n");
}

static void wants_whole_files(void)
{
	static const char *const comments[] = {"// ... rest of the code unchanged ...", "/* ... existing code ... */",
					       "// … remaining functions as before"};
	for (size_t i = 0; i < countof(comments); i++) {
		struct replyfiles f = read_reply(arena_printf(&arena, "```c path=src/a.c\nint a;\n%s\n```\n", comments[i]));
		is_int(f.problems.len, 1);
		ok(strstr(first(&f.problems), "src/a.c:2") != NULL);
	}
	struct replyfiles f = read_reply("```c path=src/a.c\n/* f(a, ...) takes the rest */\nint a;\n```\n");
	is_int(f.problems.len, 0);
}

/* ---- search and replace */

#define EDIT(search, replace) "<<<<<<< SEARCH\n" search "=======\n" replace ">>>>>>> REPLACE\n"

static void edits(void)
{
	struct draft old = draft_of(UNIT, "int a;\nint b;  \nint c;\n");
	struct replyfiles f = read_on(&old, FENCE "c path=src/a.c\n" EDIT("int a;\n", "int x;\nint y;\n") EDIT("int c;\n", "") FENCE "\n",
				      true, false);
	is_str(text_of(&f, UNIT), "int x;\nint y;\nint b;  \n");
	/* Blanks at the ends of lines, if nothing else differs. */
	f = read_on(&old, FENCE "c path=src/a.c\n" EDIT("int b;\n", "int d;\n") FENCE "\n", true, false);
	is_str(text_of(&f, UNIT), "int a;\nint d;\nint c;\n");
	/* Without a path it is the unit's. */
	f = read_on(&old, FENCE "c\n" EDIT("int a;\n", "int z;\n") FENCE "\n", true, false);
	is_str(text_of(&f, UNIT), "int z;\nint b;  \nint c;\n");
}

static void edits_must_fit(void)
{
	struct draft old = draft_of(UNIT, "int a;\nint a;\n");
	struct replyfiles f = read_on(&old, FENCE "c path=src/a.c\n" EDIT("int a;\n", "int b;\n") FENCE "\n", true, false);
	is_int(f.problems.len, 1);
	ok(strstr(first(&f.problems), "2 times") != NULL);
	is_str(text_of(&f, UNIT), "int a;\nint a;\n");
	f = read_on(&old, FENCE "c path=src/a.c\n" EDIT("int q;\n", "int b;\n") FENCE "\n", true, false);
	ok(strstr(first(&f.problems), "0 times") != NULL);
	ok(strstr(first(&f.problems), "int q;") != NULL);
	f = read_on(&old, FENCE "c path=src/a.c\n" EDIT("", "int b;\n") FENCE "\n", true, false);
	is_int(f.problems.len, 1);
	f = read_on(&old, FENCE "c path=src/a.c\n<<<<<<< SEARCH\nint a;\nint a;\n=======\nint b;\n" FENCE "\n", true, false);
	ok(strstr(first(&f.problems), "no end") != NULL);
	f = read_on(&old, FENCE "c path=src/a.c\n" EDIT("int a;\nint a;\n", "int b;\n") FENCE "\n", false, false);
	is_int(f.problems.len, 1);
}

/* ---- pieces */

/* Wherever a reply is cut, its pieces make the whole again, also if the second opens the fence anew. */
static void joins_at_each_byte(void)
{
	static const char whole[] = "Here:\n```c path=src/a.c\n#include <a.h>\n\nint first(void)\n{\n\treturn 1;\n}\n```\nDone.\n";
	const size_t open = strlen("Here:\n```c path=src/a.c\n"), close = sizeof(whole) - 1 - strlen("```\nDone.\n");
	size_t wrong = 0;
	for (size_t at = 1; at + 1 < sizeof(whole); at++) {
		struct str a = str_first(STR(whole), at), b = str_from(STR(whole), at);
		wrong += !str_eq(replyfiles_join(a, b, &arena), STR(whole));
		if (at < open || at >= close)
			continue;
		const char *again = arena_printf(&arena, "```c path=src/a.c\n%s", b.ptr);
		struct str joined = replyfiles_join(a, str_of(again), &arena);
		wrong += !str_eq(joined, STR(whole));
	}
	is_int(wrong, 0);
}

static void what_is_repeated_stands_once(void)
{
	static const char whole[] = "```c path=src/a.c\nint first(void)\n{\n\treturn some_function(1);\n}\n```\n";
	size_t cut = (size_t)(strstr(whole, "some_function") + 8 - whole), from = (size_t)(strstr(whole, "\treturn") - whole);
	struct str joined = replyfiles_join(str_first(STR(whole), cut), str_from(STR(whole), from), &arena);
	is_str(arena_str(&arena, joined), whole);
	joined = replyfiles_join(str_first(STR(whole), cut), str_from(STR(whole), cut - 20), &arena);
	is_str(arena_str(&arena, joined), whole);
	is_int(replyfiles_join(STR(""), STR(""), &arena).len, 0);
	is_str(arena_str(&arena, replyfiles_join(STR("a"), STR(""), &arena)), "a");
}

int main(void)
{
	tap_run("takes each way of naming", takes_each_way_of_naming);
	tap_run("closes as it opened", closes_as_it_opened);
	tap_run("refuses paths", refuses_paths);
	tap_run("passes over what was not asked for", passes_over_what_was_not_asked_for);
	tap_run("the last of two counts", the_last_of_two_counts);
	tap_run("needs an end", needs_an_end);
	tap_run("takes code without a fence", takes_code_without_a_fence);
	tap_run("cleans texts", cleans_texts);
	tap_run("wants whole files", wants_whole_files);
	tap_run("edits", edits);
	tap_run("edits must fit", edits_must_fit);
	tap_run("joins at each byte", joins_at_each_byte);
	tap_run("what is repeated stands once", what_is_repeated_stands_once);
	arena_release(&arena);
	return tap_done();
}
