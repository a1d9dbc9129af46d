/* Which files of a tree are compared, and what of headers everybody may see. */

#include "harness/draft.h"
#include "harness/simpublic.h"
#include "harness/simside.h"
#include "tests/tap.h"

static struct tree *tree_of(const char *const *files, size_t len)
{
	struct tree *tree = tree_new();
	for (size_t i = 0; i < len; i += 2) {
		char path[200];
		snprintf(path, sizeof(path), REWRITE_ROOT "/%s", files[i]);
		if (strncmp(files[i + 1], "-> ", 3) == 0)
			tree_add_link(tree, path, str_of(files[i + 1] + 3), NULL);
		else
			tree_add_file(tree, path, str_of(files[i + 1]), NULL);
	}
	return tree;
}

/* "a.c b.h", or why there is no side. */
static const char *counted(const char *const *files, size_t len, bool whole)
{
	static char list[1000];
	SCOPED_TREE struct tree *tree = tree_of(files, len);
	SCOPED_ARENA struct arena a = {0};
	struct simside side = {0};
	struct err err = {0};
	if (simside_read(tree, REWRITE_ROOT, whole, &a, &side, &err) < 0) {
		snprintf(list, sizeof(list), "%d: %s", err.kind == ERR_USAGE, err.text);
		return list;
	}
	size_t at = 0;
	list[0] = '\0';
	for (size_t i = 0; i < side.files.len; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s%s", i ? " " : "", side.files.items[i].path);
	for (size_t i = 0; i < side.left_out.len; i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, " -%s", side.left_out.items[i]);
	return list;
}

#define COUNTED(...) counted((const char *const[]){__VA_ARGS__}, countof(((const char *const[]){__VA_ARGS__})), false)

static void files_of_c_count(void)
{
	is_str(COUNTED("b.h", "", "a.c", "", "x.o", "", "README", "", "c.CPP", "", "t.inc", "", ".hidden.c", ""),
	       "a.c b.h c.CPP t.inc");
	is_str(COUNTED("src/z.c", "", "src.c", "", "src-a/a.c", ""), "src-a/a.c src.c src/z.c");
	is_str(COUNTED("README", "int x;"),
	       "1: there is no C in it, that is, no file whose name ends in .c, .h or the like");
}

static void utf_16_is_read(void)
{
	static const char little[] = "\xFF\xFEi\0n\0t\0 \0x\0\xE9\0;\0\x34\x12", big[] = "\xFE\xFF\0i\0n\0t\0 \0x\0\xE9\0;\x12\x34";
	const struct str texts[] = {{little, sizeof(little) - 1}, {big, sizeof(big) - 1}};
	for (size_t i = 0; i < countof(texts); i++) {
		SCOPED_TREE struct tree *tree = tree_new();
		SCOPED_ARENA struct arena a = {0};
		struct simside side = {0};
		tree_add_file(tree, REWRITE_ROOT "/a.c", texts[i], NULL);
		is_int(simside_read(tree, REWRITE_ROOT, false, &a, &side, NULL), 0);
		ok(str_eq(side.files.items[0].text, STR("int x?;?")));
	}
}

static void tests_count_where_nothing_else_is(void)
{
	is_str(COUNTED("a.c", "", "tests/t.c", "", "tests/u.c", "", "lib/bench/x.c", ""), "a.c -lib/bench/ -tests/");
	is_str(COUNTED("tests/t.c", "", "README", ""), "tests/t.c");
	static const char *const all[] = {"a.c", "", "tests/t.c", ""};
	is_str(counted(all, countof(all), true), "a.c tests/t.c");
}

static void what_is_included_counts(void)
{
	is_str(COUNTED("a.c", "#include \"code.txt\"\n", "code.txt", "#  include /* here */ <more.data>\n",
		       "include/more.data", "", "other.txt", ""),
	       "a.c code.txt include/more.data");
	is_str(COUNTED("src/a.c", "#include \"../tests/shared.x\"\n", "tests/shared.x", "", "tests/t.c", ""),
	       "src/a.c tests/shared.x -tests/");
	is_str(COUNTED("a.c",
		       "#include \"../../etc/passwd\"\n#include MACRO\n#include\n#include \"\n/* #include \"no.txt\" "
		       "*/\n",
		       "no.txt", ""),
	       "a.c");
	is_str(COUNTED("a.c", "#define N \"no.txt\"\n#define M \"code.txt\"\n", "b.c", "#include M\n", "code.txt",
		       "#include \"more.x\"\n", "more.x", "", "other.txt", ""),
	       "a.c b.c code.txt more.x");
	is_str(COUNTED("a.c", "#define M \"code.txt\"\n", "code.txt", ""), "a.c");
	is_str(COUNTED("a.c", "#include \".b.c\"\n#include \".d/e.x\"\n", ".b.c", "", ".c.c", "", ".d/e.x", "", ".d/f.c", ""),
	       ".b.c .d/e.x a.c");
	is_str(COUNTED("a.c", "#include \"a.c\"\n#include \"b.txt\"\n", "b.txt", "#include \"a.c\"\n"), "a.c b.txt");
}

static void links_are_read_once(void)
{
	is_str(COUNTED("a.c", "int x;", "z.c", "-> a.c"), "a.c");
	is_str(COUNTED("a.txt", "int x;", "z.c", "-> a.txt", "y.c", "-> a.txt"), "y.c");
	is_str(COUNTED("a.c", "int x;", "all", "-> ."), "a.c");
	is_str(COUNTED("a.c", "int x;", "z.c", "-> /etc/passwd"),
	       "1: z.c is a link that leads to no file in there, so it cannot be compared");
	is_str(COUNTED("a.c", "int x;", "src", "-> ../elsewhere"),
	       "1: src is a link that leads to no file in there, so it cannot be compared");
	is_str(COUNTED("a.c", "int x;", "notes.md", "-> gone.md"), "a.c");
}

static void the_hash_is_of_paths_and_texts(void)
{
	static const char *const texts[][2] = {
		{"a.c", "int x;"}, {"a.c", "int y;"}, {"b.c", "int x;"}, {"a.c", "int x;"}};
	struct hash hashes[countof(texts)];
	SCOPED_ARENA struct arena a = {0};
	for (size_t i = 0; i < countof(texts); i++) {
		SCOPED_TREE struct tree *tree = tree_of(texts[i], 2);
		struct simside side = {0};
		ok(simside_read(tree, REWRITE_ROOT, false, &a, &side, NULL) == 0);
		hashes[i] = side.hash;
	}
	ok(hash_eq(&hashes[0], &hashes[3]));
	ok(!hash_eq(&hashes[0], &hashes[1]));
	ok(!hash_eq(&hashes[0], &hashes[2]));
}

static void only_what_is_named_and_included(void)
{
	static const char *const files[] = {"src/a.c",	     "#include \"priv.h\"\n#include <lib.h>\n",
					    "src/priv.h",    "",
					    "include/lib.h", "",
					    "src/other.c",   ""};
	static const char *sources[] = {"src/a.c"}, *folders[] = {"include"};
	SCOPED_TREE struct tree *tree = tree_of(files, countof(files));
	SCOPED_ARENA struct arena a = {0};
	struct simside side = {0};
	if (!ok(simside_read_from(tree, REWRITE_ROOT, &(struct strings){sources, 1}, &(struct strings){folders, 1}, &a,
				  &side, NULL) == 0))
		return;
	is_int(side.files.len, 3);
	is_str(side.files.items[0].path, "include/lib.h");
	is_str(side.files.items[2].path, "src/priv.h");
}

/* ---- what everybody may see */

static void bodies_in_headers_are_no_public_text(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct str shown =
		simpublic_header(STR("int a(int x);\nstatic inline int b(int x) { return x + 1; }\n#define C 3\n"), &a);
	is_str(shown.ptr, "int a(int x);\nstatic inline int b(int x) ;\n#define C 3\n");
	is_int(shown.len, strlen(shown.ptr));
}

static void functions_are_names_with_arguments(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct sim_file file = {
		"x.h",
		STR("#define F(x) g(x)\nint a(int);\n/* no(1) */ void *b(void (*callback)(int));\nint a(int);\n")};
	struct strings names = simpublic_functions(&(struct sim_files){&file, 1}, &a);
	is_int(names.len, 2);
	is_str(names.items[0], "a");
	is_str(names.items[1], "b");
}

int main(void)
{
	tap_run("files of C count", files_of_c_count);
	tap_run("UTF-16 is read", utf_16_is_read);
	tap_run("tests count where nothing else is", tests_count_where_nothing_else_is);
	tap_run("what is included counts", what_is_included_counts);
	tap_run("links are read once", links_are_read_once);
	tap_run("the hash is of paths and texts", the_hash_is_of_paths_and_texts);
	tap_run("only what is named and included", only_what_is_named_and_included);
	tap_run("bodies in headers are no public text", bodies_in_headers_are_no_public_text);
	tap_run("functions are names with arguments", functions_are_names_with_arguments);
	return tap_done();
}
