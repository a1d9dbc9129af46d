#include "harness/draft.h"
#include "tests/tap.h"

static struct arena arena;

static void keeps_files_in_order(void)
{
	struct draft none = {0};
	struct draft one = draft_with(&none, "src/b.c", STR("b"), &arena);
	struct draft two = draft_with(&one, "src/a.h", STR("a"), &arena);
	struct draft three = draft_with(&two, "src/c.c", STR("c"), &arena);
	is_int(three.len, 3);
	is_str(three.items[0].path, "src/a.h");
	is_str(three.items[1].path, "src/b.c");
	is_str(three.items[2].path, "src/c.c");
	ok(str_eq(draft_text(&three, "src/a.h"), STR("a")));
	ok(str_eq(draft_text(&three, "src/b.c"), STR("b")));
	ok(str_eq(draft_text(&three, "src/c.c"), STR("c")));
	ok(!draft_has(&three, "src/b"));
	is_int(draft_text(&three, "src/d.c").len, 0);
	ok(!draft_has(&none, "src/b.c"));
}

static void changing_one_gives_another(void)
{
	char path[] = "src/b.c";
	struct draft none = {0};
	struct draft one = draft_with(&none, path, STR("old"), &arena);
	path[0] = 'x';
	struct draft two = draft_with(&one, "src/b.c", STR("new"), &arena);
	struct draft empty = draft_with(&two, "src/b.c", STR(""), &arena);
	is_int(two.len, 1);
	is_str(draft_text(&one, "src/b.c").ptr, "old");
	is_str(draft_text(&two, "src/b.c").ptr, "new");
	ok(draft_has(&empty, "src/b.c"));
	is_int(draft_text(&empty, "src/b.c").len, 0);
}

static void becomes_a_tree(void)
{
	struct err err = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	struct draft draft = {0};
	draft = draft_with(&draft, "src/a.c", STR("int a;\n"), &arena);
	draft = draft_with(&draft, "b.h", STR(""), &arena);
	is_int(draft_tree(&draft, "/candidate", tree, &err), 0);
	const struct tree_node *file = tree_find(tree, "/candidate/src/a.c");
	ok(file && str_eq(file->content, STR("int a;\n")));
	ok(tree_find(tree, "/candidate/b.h") != NULL);
	draft = draft_with(&draft, "src/../../a.c", STR(""), &arena);
	is_int(draft_tree(&draft, "/candidate", tree, &err), -1);
	ok(err.text[0] != '\0');
}

int main(void)
{
	tap_run("it keeps files in order", keeps_files_in_order);
	tap_run("changing one gives another draft", changing_one_gives_another);
	tap_run("it becomes a tree", becomes_a_tree);
	arena_release(&arena);
	return tap_done();
}
