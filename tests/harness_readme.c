#include "harness/readme.h"

#include "core/buf.h"
#include "tests/tap.h"

static struct arena arena;

static struct readme find(const char *path, struct str text)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct readme r = {0};
	tree_add_file(tree, path, text, NULL);
	readme_find(tree_root(tree), &arena, &r);
	return r;
}

/* "title 3-5; other 8-9" */
static const char *told(const char *path, const char *text)
{
	struct readme r = find(path, str_of(text));
	const char *all = "";
	for (size_t i = 0; i < r.parts_len; i++)
		all = arena_printf(&arena, "%s%s%s %u-%u", all, i ? "; " : "", r.parts[i].title, r.parts[i].line,
				   r.parts[i].end_line);
	return all;
}

static void reads_markdown(void)
{
	is_str(told("README.md",
		"# lib\nWhat it is.\n\n## Install\nmake\n\n## Usage\ntext\n### More\nx\n## License\nMIT\n"),
	       "lib 1-3; Usage 7-8; More 9-10");
	is_str(told("README.md", "lib\n===\nWhat it is.\n\nAPI\n---\ntext\n\nBuilding\n--------\nmake"),
		"lib 1-4; API 5-8");
	is_str(told("README.md", "# lib\nx\n## Usage\n```sh\n# Install\n```\ny\n## Tests\n"), "lib 1-2; Usage 3-7");
	is_str(told("README.md", "Before.\n# lib\nx\n## How to use it\ny"), " 1-1; lib 2-3; How to use it 4-5");
	/* lists, tables and quotations are no titles */
	is_str(told("README.md", "# lib\n- a\n---\n| a |\n---\n> a\n---\n    a\n---\nx\n## Usage\ny\n"),
		"lib 1-10; Usage 11-12");
	/* below what is not for users, nothing is */
	is_str(told("README.md", "# lib\nx\n## Usage\ny\n## Building\nz\n### Examples\nz\n## Other\nz\n"),
		"lib 1-2; Usage 3-4");
	/* without such a title, C says it */
	is_str(told("README.md",
		"# lib\nx\n## Usage\ny\n## Lists\n```c\nlist_new();\n```\n## Shell\n```\nls\n```\n## Talk\n"
		"list_new();\n"),
	       "lib 1-2; Usage 3-4; Lists 5-8");
	is_str(told("README.md", "# lib\nx\n## Usage\ny\n## Lists\n\n    struct list {\n"),
		"lib 1-2; Usage 3-4; Lists 5-7");
	is_str(told("README.md", "# lib\nx\n## int list_new(void)\ny\n## List (long)\ny\n## build_list()\ny\n"),
	       "lib 1-2; int list_new(void) 3-4; build_list() 7-8");
	/* links and pictures alone say nothing */
	is_str(told("README.md", "[![b](c)](d) <img src=\"a\">\n# lib\n* [Usage](#usage)\n## Usage\nx\n"),
		"Usage 4-5");
	is_str(told("README.md", "# test-lib\nIt tests.\n## Usage\nx\n"), "test-lib 1-2; Usage 3-4");
	is_str(told("README.md", "# Install\nx\n# Usage\nx\n"), "Usage 3-4");
}

static void reads_other_formats(void)
{
	is_str(told("README.rst",
		"===\nlib\n===\nWhat.\n\nUsage\n-----\n::\n\n    x\n\nMore\n~~~~\ny\n\nLicense\n-------\nz\n"),
	       "lib 1-5; Usage 6-11; More 12-15");
	is_str(told("README", "LIB\n\nWhat it is.\n\nUSAGE\n\nf(X);\nNOT A TITLE\n\nLICENCE\n\nMIT\n"),
		"LIB 1-4; USAGE 5-9");
	is_str(told("README.txt", "lib 1.0\n=======\n\nUsage\n-----\nx\n\nChanges:\n--------\ny\n"), "Usage 4-7");
	is_str(told("readme", "# lib\nx\n## Usage\ny\n"), "lib 1-2; Usage 3-4");
}

static void takes_the_beginning_if_nothing_is_for_users(void)
{
	is_str(told("README", "Just words.\n\nMore.\n"), " 1-3");
	is_str(told("README.md", "# lib\nx\n## Why\ny\n## License\nz\n## Else\nz\n"), "lib 1-2; Why 3-4");
	is_str(told("README.md", "## License\nz\n## Else\nz\n"), "");
	is_str(told("README.md", ""), "");
}

static void picks_a_file(void)
{
	static const char *const order[] = {"doc/README.md", "docs/readme.md", "README.zh.md", "Readme",
		"README.txt", "README.rst",
					    "readme.md"};
	SCOPED_TREE struct tree *tree = tree_new();
	struct readme r;
	readme_find(tree_root(tree), &arena, &r);
	ok(r.file == NULL && r.parts_len == 0);
	tree_add_file(tree, "src/README.md", STR("x"), NULL);
	readme_find(tree_root(tree), &arena, &r);
	ok(r.file == NULL);
	for (size_t i = 0; i < countof(order); i++) {
		tree_add_file(tree, order[i], STR("x"), NULL);
		readme_find(tree_root(tree), &arena, &r);
		is_str(r.file, order[i]);
	}
}

static void follows_links_in_the_tree(void)
{
	static const char *const outside[] = {"../a", "/a", "README.md", "none", "lib", "a/b/c", ""};
	SCOPED_TREE struct tree *tree = tree_new();
	struct readme r;
	tree_add_file(tree, "lib/a.md", STR("Words."), NULL);
	tree_add_file(tree, "a", STR("x"), NULL);
	tree_add_link(tree, "README.md", STR("lib/a.md"), NULL);
	readme_find(tree_root(tree), &arena, &r);
	is_str(r.file, "README.md");
	is_int(r.parts_len, 1);
	for (size_t i = 0; i < countof(outside); i++) {
		SCOPED_TREE struct tree *other = tree_new();
		tree_add_folder(other, "lib", false, NULL);
		tree_add_file(other, "a", STR("x"), NULL);
		tree_add_link(other, "README.md", str_of(outside[i]), NULL);
		readme_find(tree_root(other), &arena, &r);
		ok(r.parts_len == 0);
	}
}

static void texts_are_bounded_and_clean(void)
{
	struct readme r = find("README.md", STR("# l\xFF\nx\0y\xC3\r\n## Usage\r\nz\r\n"));
	is_int(r.parts_len, 2);
	is_str(r.parts[0].title, "l\xEF\xBF\xBD");
	is_mem(r.parts[0].text.ptr, "# l\xEF\xBF\xBD\nx\0y\xEF\xBF\xBD\r\n", r.parts[0].text.len);
	is_str(r.parts[1].title, "Usage");
	SCOPED_BUF struct buf text;
	buf_init(&text, README_MAX + 1000);
	while (buf_append_cstr(&text, "\xC3\xA4") == 0)
		;
	r = find("README.md", buf_str(&text));
	is_int(r.parts_len, 1);
	is_int(r.parts[0].text.len, README_MAX);
	buf_clear(&text); /* many headings, many levels */
	for (int i = 0; buf_append_cstr(&text, "## Usage\n=\n") == 0; i++)
		;
	r = find("README.md", buf_str(&text));
	ok(r.parts_len > 20000);
	buf_clear(&text);
	while (buf_append_cstr(&text, "[(<") == 0)
		;
	r = find("README.md", buf_str(&text));
	ok(r.parts_len <= 1);
	buf_clear(&text);
	while (buf_append_cstr(&text, "a\n===\n---\n\n") == 0)
		;
	ok(find("README.rst", buf_str(&text)).file != NULL);
}

int main(void)
{
	tap_run("reads Markdown", reads_markdown);
	tap_run("reads other formats", reads_other_formats);
	tap_run("takes the beginning if nothing is for users", takes_the_beginning_if_nothing_is_for_users);
	tap_run("picks a file", picks_a_file);
	tap_run("follows links in the tree", follows_links_in_the_tree);
	tap_run("texts are bounded and clean", texts_are_bounded_and_clean);
	arena_release(&arena);
	return tap_done();
}
