#include "harness/glob.h"

#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

#include <fnmatch.h>
#include <unistd.h>

static struct tree *tree_of(const char *const *paths, size_t len)
{
	struct tree *tree = tree_new();
	for (size_t i = 0; i < len; i++)
		tree_add_file(tree, paths[i], STR(""), NULL);
	return tree;
}

/* The files that match, with a blank behind each; the array's life ends here. */
static const char *joined(const struct tree *tree, const char *pattern)
{
	static char text[2000];
	SCOPED_ARENA struct arena a = {0};
	struct glob_list list = {0};
	size_t count = glob_expand(tree_root(tree), pattern, &a, &list), at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < list.len; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s ", list.items[i]);
	if (count != list.len)
		snprintf(text, sizeof(text), "(another count)");
	vec_release(&list);
	return text;
}

static const char *const files[] = {
	"a.c", "b.c", "b.h", ".hidden.c", "README", "src/a.c", "src/deep/a.c", "src/deep/er/a.c", "src/deep/er/b.c",
	"src/.git/a.c", "src/a/b/a/b/c.c", "tests/test_a.c", "tests/test_b.c", "tests/data/x y", "tests/[odd]*.c",
	"tests/non\xFFutf8.c",
};

static const struct {
	const char *pattern, *matches;
} cases[] = {
	/* plain paths */
	{"a.c", "a.c "},
	{"src/a.c", "src/a.c "},
	{"./src/a.c", "src/a.c "},
	{"src/./a.c", "src/a.c "},
	{"src//a.c", "src/a.c "},
	{"none.c", ""},
	{"src", ""},
	{"src/", ""},
	{"", ""},
	{".", ""},
	{"/", ""},
	{"a.c/b", ""},
	{"A.c", ""},
	{".hidden.c", ".hidden.c "},
	{"src/.git/a.c", "src/.git/a.c "},
	{"tests/data/x y", "tests/data/x y "},
	{"tests/[[]odd[]][*].c", "tests/[odd]*.c "},
	{"tests/non\xFFutf8.c", "tests/non\xFFutf8.c "},
	/* within a name */
	{"*.c", "a.c b.c "},
	{"*", "README a.c b.c b.h "},
	{"?.c", "a.c b.c "},
	{"?.?", "a.c b.c b.h "},
	{"[ab].c", "a.c b.c "},
	{"[!a].c", "b.c "},
	{"[a-b].[ch]", "a.c b.c b.h "},
	{".*.c", ".hidden.c "},
	{"tests/test_*.c", "tests/test_a.c tests/test_b.c "},
	{"tests/*", "tests/[odd]*.c tests/non\xFFutf8.c tests/test_a.c tests/test_b.c "},
	{"*/a.c", "src/a.c "},
	{"*/*/a.c", "src/deep/a.c "},
	{"src/*/*/a.c", "src/deep/er/a.c "},
	{"*/.git/*", "src/.git/a.c "},
	{"**.c", "a.c b.c "}, /* two stars within a name are one */
	{"[", ""},
	{"[a", ""},
	/* any number of folders */
	{"**/a.c", "a.c src/a.c src/deep/a.c src/deep/er/a.c "},
	{"src/**/a.c", "src/a.c src/deep/a.c src/deep/er/a.c "},
	{"src/**/er/*.c", "src/deep/er/a.c src/deep/er/b.c "},
	{"**/deep/**/a.c", "src/deep/a.c src/deep/er/a.c "},
	{"**/**/a.c", "a.c src/a.c src/deep/a.c src/deep/er/a.c "},
	{"./**/./**/.//a.c", "a.c src/a.c src/deep/a.c src/deep/er/a.c "},
	{"**/b/**/c.c", "src/a/b/a/b/c.c "},
	{"**/a/**/b/**/c.c", "src/a/b/a/b/c.c "},
	{"**/.git/a.c", "src/.git/a.c "},
	{"**/.git/**", "src/.git/a.c "},
	{"src/**", "src/a/b/a/b/c.c src/a.c src/deep/a.c src/deep/er/a.c src/deep/er/b.c "},
	{"src/deep/**/**", "src/deep/a.c src/deep/er/a.c src/deep/er/b.c "},
	{"a.c/**", ""},
	{"**/README", "README "},
	{"**/none", ""},
};

static void patterns_match_what_they_say(void)
{
	SCOPED_TREE struct tree *tree = tree_of(files, countof(files));
	for (size_t i = 0; i < countof(cases); i++) {
		const char *got = joined(tree, cases[i].pattern);
		if (!tap_ok(strcmp(got, cases[i].matches) == 0, cases[i].pattern, __FILE__, __LINE__))
			tap_show("got ", got, strlen(got));
	}
	/* A path alone is judged as in a tree. */
	for (size_t i = 0; i < countof(cases); i++) {
		size_t other = 0;
		for (size_t j = 0; j < countof(files); j++) {
			char between[100], list[2002];
			snprintf(between, sizeof(between), " %s ", files[j]);
			snprintf(list, sizeof(list), " %s", cases[i].matches);
			other += glob_matches(cases[i].pattern, files[j]) != (strstr(list, between) != NULL);
		}
		tap_ok(other == 0, cases[i].pattern, __FILE__, __LINE__);
	}
}

static void only_files_and_links_are_found(void)
{
	SCOPED_TREE struct tree *tree = tree_of((const char *const[]){"d/a.c"}, 1);
	tree_add_folder(tree, "/folder.c", false, NULL);
	is_str(joined(tree, "*.c"), "");
	is_str(joined(tree, "**/*.c"), "d/a.c ");
	is_str(joined(tree, "d"), "");
	is_str(joined(tree, "**"), "d/a.c ");

	/* Links come into a tree from the host only. */
	char host[] = "/tmp/recast-test-XXXXXX", link[64];
	if (!mkdtemp(host))
		return;
	snprintf(link, sizeof(link), "%s/link.c", host);
	ok(symlink("nowhere.c", link) == 0);
	const struct fs_walk_limits limits = {.entries = 9, .file_bytes = 9, .total_bytes = 9, .depth = 9};
	is_int(tree_add_host(tree, "/", host, &limits, NULL, NULL), 0);
	is_str(joined(tree, "*.c"), "link.c ");
	fs_remove(host, NULL);
}

static void lists_grow(void)
{
	SCOPED_TREE struct tree *tree = tree_of(files, countof(files));
	SCOPED_ARENA struct arena a = {0};
	struct glob_list list = {0};
	is_int(glob_expand(tree_root(tree), "*.c", &a, &list), 2);
	is_int(glob_expand(tree_root(tree), "none", &a, &list), 0);
	is_int(glob_expand(tree_root(tree), "*.h", &a, &list), 1);
	is_int(list.len, 3);
	is_str(list.items[2], "b.h");
	/* Below a folder paths are relative to it. */
	is_int(glob_expand(tree_find(tree, "/src/deep"), "**/b.c", &a, &list), 1);
	is_str(list.items[3], "er/b.c");
	is_int(glob_expand(tree_find(tree, "/a.c"), "*", &a, &list), 0);
	vec_release(&list);
}

static void long_patterns_and_names(void)
{
	char name[TREE_NAME_MAX + 1], pattern[2000];
	memset(name, 'n', TREE_NAME_MAX);
	name[TREE_NAME_MAX] = '\0';
	SCOPED_TREE struct tree *tree = tree_of((const char *const[]){name}, 1);
	snprintf(pattern, sizeof(pattern), "%s ", name);
	is_str(joined(tree, name), pattern);
	ok(glob_matches(name, name));
	ok(glob_matches("n*n", name));
	memset(pattern, 'n', 1999);
	pattern[1999] = '\0';
	is_str(joined(tree, pattern), "");
	ok(!glob_matches("*", pattern));
	memset(pattern, '*', 500);
	pattern[500] = '\0';
	ok(glob_matches(pattern, name));

	ok(!glob_matches("", ""));
	ok(!glob_matches("./", ""));
	ok(!glob_matches("**", ""));

	/* Up to 63 names, and no more. */
	char path[200] = "";
	for (size_t i = 0; i < 63; i++)
		memcpy(path + 2 * i, "d/", 3);
	path[2 * 63 - 1] = '\0';
	ok(glob_matches(path, path));
	SCOPED_TREE struct tree *deep = tree_of((const char *const[]){path}, 1);
	snprintf(pattern, sizeof(pattern), "%s ", path);
	is_str(joined(deep, path), pattern);
	is_str(joined(deep, "**"), pattern);
	is_str(joined(deep, "**/d"), pattern);
	memcpy(path + 2 * 63 - 1, "/d", 3);
	ok(!glob_matches(path, path));
	ok(glob_matches("**/d", path));
}

/* ---- a slow matcher for comparison */

static bool slow(const char *const *parts, size_t parts_len, const char *const *names, size_t names_len)
{
	if (parts_len == 0)
		return names_len == 0;
	if (strcmp(parts[0], "**") == 0) {
		bool hidden = names_len && names[0][0] == '.';
		if (parts_len == 1)
			return names_len && !hidden && (names_len == 1 || slow(parts, 1, names + 1, names_len - 1));
		return slow(parts + 1, parts_len - 1, names, names_len) ||
		       (names_len && !hidden && slow(parts, parts_len, names + 1, names_len - 1));
	}
	return names_len && fnmatch(parts[0], names[0], FNM_PERIOD) == 0 &&
	       slow(parts + 1, parts_len - 1, names + 1, names_len - 1);
}

static void join(char *text, size_t size, const char *const *parts, size_t len)
{
	size_t at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s", i ? "/" : "", parts[i]);
}

static void agrees_with_a_slow_matcher(void)
{
	static const char *const parts[] = {"a", "b", "*", "a*", "**", "**", "?", ".a", ".*", "ab"};
	static const char *const names[] = {"a", "b", "ab", "aa", ".a", "ba"};
	struct prng p = {7};
	size_t wrong = 0, matched = 0;
	for (size_t i = 0; i < 20000; i++) {
		const char *some_parts[6], *some_names[6];
		size_t parts_len = 1 + prng_below(&p, 5), names_len = 1 + prng_below(&p, 6);
		char pattern[100], path[100];
		for (size_t j = 0; j < parts_len; j++)
			some_parts[j] = parts[prng_below(&p, countof(parts))];
		for (size_t j = 0; j < names_len; j++)
			some_names[j] = names[prng_below(&p, countof(names))];
		join(pattern, sizeof(pattern), some_parts, parts_len);
		join(path, sizeof(path), some_names, names_len);
		/* In the slow one "**" twice at the end would ask for two names. */
		size_t distinct = 0;
		for (size_t j = 0; j < parts_len; j++) {
			if (j == 0 || strcmp(some_parts[j], "**") != 0 || strcmp(some_parts[j - 1], "**") != 0)
				some_parts[distinct++] = some_parts[j];
		}
		bool want = slow(some_parts, distinct, some_names, names_len);
		matched += want;
		if (glob_matches(pattern, path) != want && wrong++ < 5)
			tap_print("# %s and %s: not %d\n", pattern, path, want);
	}
	is_int(wrong, 0);
	ok(matched > 1000);
}

/* ---- time: each of these took longer than anybody waits, tried one way after the other */

static void nothing_explodes(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	char path[600], name[60];
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	for (size_t at = 0; at < 2 * 200; at += 2) {
		memcpy(path + at, "a/", 3);
		snprintf(path + at + 2, sizeof(path) - at - 2, "%s", name);
		tree_add_file(tree, path, STR(""), NULL);
	}
	memcpy(path + 2 * 200 - 1, "", 1);
	static const char *const patterns[] = {
		"**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/a*a*a*a*a*a*a*a*a*a*a*a*b",
		"**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b",
		"**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/*/**/b",
		"*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*a*a*a*b",
		"**/?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*b",
	};
	for (size_t i = 0; i < countof(patterns); i++) {
		is_str(joined(tree, patterns[i]), "");
		ok(!glob_matches(patterns[i], path));
	}
	/* And each file once, however many ways lead to it. */
	SCOPED_ARENA struct arena a = {0};
	struct glob_list list = {0};
	is_int(glob_expand(tree_root(tree), "**/a/**/**/a/**/*a*", &a, &list), 199);
	vec_release(&list);
}

int main(void)
{
	tap_run("patterns match what they say", patterns_match_what_they_say);
	tap_run("only files and links are found", only_files_and_links_are_found);
	tap_run("lists grow", lists_grow);
	tap_run("long patterns and names", long_patterns_and_names);
	tap_run("agrees with a slow matcher", agrees_with_a_slow_matcher);
	tap_run("nothing explodes", nothing_explodes);
	return tap_done();
}
