#include "harness/replyfiles.h"

#include "core/buf.h"
#include "harness/fences.h"
#include "harness/replyedits.h"
#include "tests/tap.h"

static struct arena arena;

/* What was asked for in most of what follows, and what is there. */
#define A "int a(void)\n{\n\treturn 1;\n}\n"
#define OLD "int one;\nint two;\nint two;\nint last; \n"

static struct draft old_draft(void)
{
	struct draft d = {0};
	d = draft_with(&d, "src/a.c", STR(OLD), &arena);
	return draft_with(&d, "src/internal.h", STR("int b(void);\n"), &arena);
}

static const char *joined(const struct strings *list)
{
	const char *all = "";
	for (size_t i = 0; i < list->len; i++)
		all = arena_printf(&arena, "%s%s%s", all, i ? " | " : "", list->items[i]);
	return all;
}

static struct replyfiles read_with(const char *reply, bool cut, bool may_edit, const struct draft *old)
{
	struct replyfiles files;
	replyfiles_read(str_of(reply), "src/a.c", old, may_edit, cut, &arena, &files);
	return files;
}

/* The unit's text after that reply, or the first problem. */
static const char *text_of(const struct replyfiles *files)
{
	if (files->problems.len)
		return arena_printf(&arena, "! %s", files->problems.items[0]);
	return arena_str(&arena, draft_text(&files->draft, "src/a.c"));
}

static const char *first_writing(const char *reply)
{
	struct draft none = {0};
	struct replyfiles files = read_with(reply, false, false, &none);
	return text_of(&files);
}

static const char *label(size_t row)
{
	return arena_printf(&arena, "row %zu", row);
}

static void reads_every_form_of_a_path(void)
{
	static const char *const fences[] = {
		"```c path=src/a.c\n" A "```\n",
		"```path=src/a.c\n" A "```\n",
		"``` c   path=src/a.c  \n" A "```\n",
		"```c src/a.c\n" A "```\n",
		"```src/a.c\n" A "```\n",
		"```c:src/a.c\n" A "```\n",
		"```C:./src/a.c\n" A "```\n",
		"```c title=\"src/a.c\"\n" A "```\n",
		"```C {path=src/a.c}\n" A "```\n",
		"```{.c path='src/a.c'}\n" A "```\n",
		"```c filename=src/a.c linenos\n" A "```\n",
		"```c path=a.c\n" A "```\n",
		"```text path=src/a.c\n" A "```\n",
		"~~~c path=src/a.c\n" A "~~~\n",
		"~~~~ c `path=src/a.c`\n" A "~~~~~\n",
		"   ```c path=src/a.c\n   int a(void)\n   {\n   \treturn 1;\n  }\n  ```\n",
		"`src/a.c`:\n```c\n" A "```\n",
		"**src/a.c**\n\n```c\n" A "```\n",
		"### `src/a.c`\n```\n" A "```\n",
		"File: src/a.c\n```c\n" A "```\n",
		"1. **File: `src/a.c`**\n```c\n" A "```\n",
		"Here it is.\r\n\r\n```c path=src/a.c\r\nint a(void)\r\n{\r\n\treturn 1;\r}\r\n```\r\n",
		"\xEF\xBB\xBF```c path=src/a.c\n" A "```",
		"```c path=src/a.c\n\xEF\xBB\xBF" A "```",
		"```c\n" A "```\n",
		"```\n" A "```\n",
		"```c\nint a(void);\n```\nbecomes\n```c\n" A "```\n", /* the first with a function */
		"```sh\nmake a\n```\n```c\n" A "```\n",
		"```c path=../../etc/a.c\nint evil;\n```\n```c\n" A "```\n",
		"```c path=src/b.c\nint other;\n```\n```c path=src/a.c\n" A "```\n",
		"```c path=src/a.c\n" A "```\n```c\nint main(void) { return a(); }\n```\n",
		A,
		"Here is the file:\n\n" A "\nIt returns one.\n",
	};
	for (size_t i = 0; i < countof(fences); i++)
		tap_str(first_writing(fences[i]), A, label(i), __FILE__, __LINE__);
	/* Those are no fences. */
	is_str(first_writing("    ```c path=src/b.c\n    int a;\n    ```\n"), "    int a;\n");
	is_str(first_writing("```c path=src/b.c`\nint a;\n"), "int a;\n");
	is_str(first_writing("```c\n// src/a.c\n" A "```\n"), "// src/a.c\n" A);
	is_str(first_writing("````c path=src/a.c\n/*\n```\n*/\n" A "````\n"), "/*\n```\n*/\n" A);
	is_str(first_writing("~~~c path=src/a.c\n/*\n```\n``` x\n*/\n" A "~~~\n"), "/*\n```\n``` x\n*/\n" A);
	is_str(first_writing("```c path=src/a.c\n/*\n``` x\n*/\n" A "```\n"), "/*\n``` x\n*/\n" A);
}

static void says_why_a_reply_is_of_no_use(void)
{
	static const char none[] = "! src/a.c: the reply has no block with this file";
	static const char *const useless[] = {
		"", "\n\n", "I cannot do that.", "```\n```\n", "```c path=src/a.c\n\n```\n", "```c path=src/b.c\nint a;\n```\n",
		"```c path=a.h/../../x.c\nint a;\n```\n", "```c path=/src/a.c\nint a;\n```\n", "```diff path=src/a.c\n-int a;\n```\n",
		"```python\nprint(1)\n```\n",
		"# Heading\n\nSome words; others.\n", "```\nIt is simple: nothing to do.\n```\n", "``\n",
	};
	for (size_t i = 0; i < countof(useless); i++)
		tap_str(first_writing(useless[i]), none, label(i), __FILE__, __LINE__);
	is_str(first_writing("```c path=src/a.c\nint a(void)\n{\n\treturn"), "! src/a.c: its block has no end");
	is_str(first_writing("```c path=src/a.c\nint a(void)\n{\n```c path=src/b.c\nint b;\n```\n"),
	       "! src/a.c: its block has no end");
	is_str(first_writing("```c path=src/a.c\nint x;\n// ... rest of the code unchanged ...\n```\n"),
	       "! src/a.c:2: code is left out here, so the file is not whole: // ... rest of the code unchanged ...");
	is_str(first_writing("```c path=src/a.c\nint f(void)\n{\n\t/* existing code */\n}\n```\n"),
	       "! src/a.c:3: code is left out here, so the file is not whole: /* existing code */");
}

static void what_has_no_end_counts_if_it_was_cut(void)
{
	struct draft none = {0};
	struct replyfiles files = read_with("```c path=src/a.c\nint a(void)\n{\n\tretu", true, false, &none);
	is_str(text_of(&files), "int a(void)\n{\n\tretu");
	files = read_with("int a(void)\n{\n\treturn 1;\n}\n\nint b(void)\n{\n\tretu", true, false, &none);
	is_str(text_of(&files), "int a(void)\n{\n\treturn 1;\n}\n\nint b(void)\n{\n\tretu");
	/* Only the last one was. */
	files = read_with("```c path=src/a.c\nint a(void)\n{\n```c path=src/b.h\nint b;\n", true, false, &none);
	is_str(text_of(&files), "! src/a.c: its block has no end");
	/* A model may forget it at the end. */
	is_str(first_writing("```c path=src/a.c\n" A), A);
	is_str(first_writing("```c path=src/a.c\n" A "#define X 1\n"), A "#define X 1\n");
}

static void the_last_whole_text_counts(void)
{
	is_str(first_writing("```c path=src/a.c\nint wrong(void) { return 1; }\n```\nNo:\n```c path=src/a.c\n" A "```\n"), A);
	/* Snippets behind the whole. */
	static const char whole[] = "static int helper(void)\n{\n\treturn 1;\n}\n\nint a(void)\n{\n\treturn helper();\n}\n"
				    "\nint b(void)\n{\n\treturn 2;\n}\n";
	static const char *const snippets[] = {
		"int a(void)\n{\n\treturn helper();\n}\n", "\treturn helper();\n", "int b(void)\n{\n\treturn 2;\n}\n",
		"static int helper(void)\n{\n\treturn 1;\n}\n\n/* ... the rest is unchanged ... */\nint a(void) { }\nint b(void) { }\n",
	};
	for (size_t i = 0; i < countof(snippets); i++)
		is_str(first_writing(arena_printf(&arena, "```c path=src/a.c\n%s```\nthat is\n```c path=src/a.c\n%s```\n", whole,
						  snippets[i])), whole);
	/* Shorter, and all that it must have. */
	static const char shorter[] = "int a(void) { return 1; }\nint b(void) { return 2; }\n";
	is_str(first_writing(arena_printf(&arena, "```c path=src/a.c\n%s```\nShorter:\n```c path=src/a.c\n%s```\n", whole,
					  shorter)), shorter);
	/* A sketch in front of the whole. */
	is_str(first_writing(arena_printf(&arena, "```c path=src/a.c\nint a(void);\n// ...\n```\n```c path=src/a.c\n%s```\n",
					  whole)), whole);
	/* A whole one, then one without an end. */
	is_str(first_writing("```c path=src/a.c\n" A "```\n```c path=src/a.c\nint a(void)\n{\n"), A);
}

static void headers_of_its_own_are_taken_along(void)
{
	struct draft old = old_draft();
	struct replyfiles files = read_with("```c path=src/new.h\nint n;\n```\n```c path=src/internal.h\nint x;\n```\n"
					    "```c path=src/a.c\n" A "```\n```c path=src/a.c/x.h\nint x;\n```\n"
					    "```c path=src/q.h\nint q;\n```\n```c path=src/q.h/r.h\nint q;\n```\n"
					    "```c\nint more;\n```\n",
					    false, false, &old);
	is_str(text_of(&files), A);
	is_str(joined(&files.written), "src/a.c | src/new.h | src/q.h");
	is_str(joined(&files.ignored), "line 4 of the reply: src/internal.h was not asked for | "
				       "line 13 of the reply: src/a.c/x.h was not asked for | "
				       "line 22 of the reply: it names no file");
	is_int(draft_text(&files.draft, "src/internal.h").len, strlen("int b(void);\n"));
	files = read_with("```c path=src/new.h\nint n;\n```\n", false, false, &old);
	is_str(text_of(&files), "! src/a.c: the reply has no block with this file");
	is_int(files.written.len, 0);
	ok(!draft_has(&files.draft, "src/new.h"));
}

#define CHANGE(search, replace) "<<<<<<< SEARCH\n" search "=======\n" replace ">>>>>>> REPLACE\n"

static const char *change(const char *reply)
{
	struct draft old = old_draft();
	struct replyfiles files = read_with(reply, false, true, &old);
	return text_of(&files);
}

static void makes_changes(void)
{
	is_str(change("```c path=src/a.c\n" CHANGE("int one;\n", "int first;\n") "```\n"),
	       "int first;\nint two;\nint two;\nint last; \n");
	is_str(change("```\n" CHANGE("int one;\n", "") CHANGE("int last;\n", "int end;\nint more;\n") "```\n"),
	       "int two;\nint two;\nint end;\nint more;\n"); /* but for the blank */
	is_str(change("```c\n" CHANGE("int two;\nint two;\n", "int two;\n") "```\n```c\n" CHANGE("int two;\n", "int 2;\n") "```\n"),
	       "int one;\nint 2;\nint last; \n");
	is_str(change(CHANGE("int one;\n", "int first;\n")), "int first;\nint two;\nint two;\nint last; \n");
	is_str(change("```c path=src/a.c\n" A CHANGE("int one;\n", "int first;\n") "```\n"),
	       "int first;\nint two;\nint two;\nint last; \n");
	is_str(change("```c path=src/a.c\nint whole;\n```\n```c path=src/a.c\n" CHANGE("int whole;\n", "int w;\n") "```\n"), "int w;\n");
	is_str(change("```c path=src/a.c\n" CHANGE("int none;\n", "int w;\n") "```\n```c path=src/a.c\nint whole;\n```\n"),
	       "int whole;\n");
	struct draft old = old_draft();
	struct replyfiles files = read_with("```c path=src/internal.h\n" CHANGE("int b(void);\n", "int c(void);\n") "```\n",
					    false, true, &old);
	is_str(joined(&files.written), "src/internal.h");
	is_str(arena_str(&arena, draft_text(&files.draft, "src/internal.h")), "int c(void);\n");
}

static void says_why_a_change_cannot_be_made(void)
{
	static const struct {
		const char *reply, *problem;
	} cases[] = {
		{"```\n" CHANGE("int two;\n", "") "```\n", "the lines to be replaced stand there 2 times: int two;"},
		{"```\n" CHANGE("\tint three;\n\n", "") "```\n", "the lines to be replaced do not stand there: int three;"},
		{"```\n" CHANGE("nt one;\n", "") "```\n", "the lines to be replaced do not stand there: nt one;"},
		{"```\n" CHANGE("\n", "int x;\n") "```\n", "there is nothing to be searched in front of \"=======\""},
		{"```\n" CHANGE("", "int x;\n") "```\n", "there is nothing to be searched in front of \"=======\""},
		{"```\n<<<<<<< SEARCH\nint one;\n=======\nint x;\n```\n",
		 "a change has no end, a line of \">>>>>>> REPLACE\""},
		{"```\n<<<<<<< SEARCH\nint one;\n```\n", "a change has no end, a line of \">>>>>>> REPLACE\""},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(change(cases[i].reply), arena_printf(&arena, "! src/a.c: %s", cases[i].problem));
	is_str(change("```\n" CHANGE("int one;\n", "// ... existing code ...\n") "```\n"),
	       "! src/a.c:1: code is left out here, so the file is not whole: // ... existing code ...");
	struct draft old = old_draft(), none = {0};
	struct replyfiles files = read_with("```\n" CHANGE("int one;\n", "") "```\n", false, false, &old);
	is_str(text_of(&files), "! src/a.c: changes cannot be made here; give the file as a whole");
	is_int(files.written.len, 0);
	is_int(draft_text(&files.draft, "src/a.c").len, strlen(OLD));
	files = read_with("```\n" CHANGE("int one;\n", "") "```\n", false, true, &none);
	is_str(text_of(&files), "! src/a.c: changes cannot be made here; give the file as a whole");
	/* Half a change of a reply that was cut is passed over. */
	files = read_with("```\n" CHANGE("int one;\n", "int first;\n") "<<<<<<< SEARCH\nint two;\n=======\nint", true, true, &old);
	is_str(text_of(&files), "int first;\nint two;\nint two;\nint last; \n");
	is_str(joined(&files.ignored), "line 1 of the reply: its last change has no end");
}

static void is_bounded(void)
{
	SCOPED_BUF struct buf reply;
	struct draft none = {0}, old = old_draft();
	buf_init(&reply, 32 << 20);
	for (int i = 0; i < 2 * FENCES_MAX; i++)
		buf_printf(&reply, "```c path=src/h%d.h\nint h;\n```\n", i);
	struct replyfiles files = read_with(reply.ptr, false, false, &none);
	is_str(joined(&files.ignored), "256 more blocks than 256");
	buf_clear(&reply);
	buf_append_cstr(&reply, "```c path=src/a.c\n");
	while (reply.len < REPLYFILES_FILE_MAX + 100)
		buf_append_cstr(&reply, "int a;/*                                                                              */\n");
	buf_append_cstr(&reply, "```\n");
	files = read_with(reply.ptr, false, false, &none);
	ok(files.problems.len == 1 && strstr(files.problems.items[0], " bytes are too many for a file"));
	buf_clear(&reply);
	buf_append_cstr(&reply, "```\n");
	for (int i = 0; i <= REPLYEDITS_MAX; i++)
		buf_append_cstr(&reply, i % 2 ? CHANGE("int x;\n", "int one;\n") : CHANGE("int one;\n", "int x;\n"));
	files = read_with(reply.ptr, true, true, &old);
	is_str(text_of(&files), "! src/a.c: these are more than 200 changes");
	/* Bytes that end texts, and that a terminal obeys. */
	static const char bytes[] = "```c path=src/\x1b[2J\x9b.c\nint a;\n```\n```c path=src/a.c\nint\0 b;\n```\n";
	replyfiles_read(STR(bytes), "src/a.c", &none, false, false, &arena, &files);
	is_str(text_of(&files), "int b;\n");
	is_str(files.ignored.items[0],
	       "line 1 of the reply: \"src/ [2J\xEF\xBF\xBD.c\" is no path that a file may have");
}

int main(void)
{
	tap_run("reads every form of a path", reads_every_form_of_a_path);
	tap_run("says why a reply is of no use", says_why_a_reply_is_of_no_use);
	tap_run("what has no end counts if it was cut", what_has_no_end_counts_if_it_was_cut);
	tap_run("the last whole text counts", the_last_whole_text_counts);
	tap_run("headers of its own are taken along", headers_of_its_own_are_taken_along);
	tap_run("makes changes", makes_changes);
	tap_run("says why a change cannot be made", says_why_a_change_cannot_be_made);
	tap_run("is bounded", is_bounded);
	arena_release(&arena);
	return tap_done();
}
