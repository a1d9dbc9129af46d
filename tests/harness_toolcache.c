#include "harness/toolcache.h"

#include "core/mem.h"
#include "tests/tap.h"

#include <unistd.h>

static char folder[64], links[64];
static struct cache *cache;
static struct arena arena;
static struct hash clang, sysroot;

/* ---- trees as a tool sees them, and what it does in them */

static const struct {
	const char *path, *text; /* a text of NULL: a folder */
} base[] = {
	{"/usr/include/stdio.h", "puts"}, {"/src/a.c", "int a;"},   {"/src/inc/b.h", "int b;"},
	{"/src/dir/p", "p"},		  {"/src/dir/q", "q"},	    {"/src/empty", NULL},
	{"/src/with space.h", "space"},	  {"/src/other.c", "other"},
};

/* The base, but at `path` there is `text`: NULL for a folder, "-" for nothing
 * there at all, "-> target" for a link. */
static struct tree *tree_with(const char *path, const char *text)
{
	const struct fs_walk_limits limits = {.entries = 9, .file_bytes = 9, .total_bytes = 9, .depth = 9};
	struct tree *tree = tree_new();
	bool link = text && strncmp(text, "-> ", 3) == 0;
	for (size_t i = 0; i < countof(base); i++) {
		bool other = path && strcmp(base[i].path, path) == 0;
		if (!other && base[i].text)
			tree_add_file(tree, base[i].path, str_of(base[i].text), NULL);
		else if (!other)
			tree_add_folder(tree, base[i].path, false, NULL);
	}
	tree_add_host(tree, "/src", links, &limits, NULL, NULL);
	if (path && !text)
		tree_add_folder(tree, path, false, NULL);
	else if (link)
		tree_add_file(tree, path, str_of(text + 3), NULL); /* turned into a link below */
	else if (path && strcmp(text, "-") != 0)
		tree_add_file(tree, path, str_of(text), NULL);
	if (link)
		((struct tree_node *)(uintptr_t)tree_find(tree, path))->type = TREE_LINK;
	tree_add_folder(tree, "/out", true, NULL);
	tree_add_folder(tree, "/tmp", true, NULL);
	return tree;
}

static struct vnode *look(struct view *view, const char *path)
{
	struct vnode *node = NULL;
	view_walk(view, view->root, str_of(path), true, &node);
	return node;
}

static void list(struct view *view, const char *path)
{
	struct vnode **nodes;
	size_t len;
	if (view_list(view, look(view, path), &nodes, &len) == 0)
		free(nodes);
}

/* As a compiler: some files, some in vain, one folder's list, a link, an output. */
static void work(struct view *view)
{
	look(view, "src/a.c");
	look(view, "src/none.h");
	look(view, "src/inc/b.h");
	look(view, "src/inc/none.h");
	look(view, "src/with space.h");
	look(view, "usr/include/stdio.h");
	look(view, "usr/include/none.h");
	look(view, "src/link/p");
	look(view, "src/a.c/below");
	look(view, "nowhere/at/all");
	list(view, "src/dir");
	view_make(view, look(view, "out/a.o"), TREE_FILE, STR("object"), 1);
	look(view, "tmp/none");
}

static const char *const args[] = {"clang", "-c", "a.c"};

static struct tool_run run_in(const struct tree *tree)
{
	return (struct tool_run){.args = args, .args_len = countof(args), .tree = tree, .output = "/out/a.o"};
}

static struct toolcache_key key_of(const struct tool_run *run)
{
	return toolcache_key(&clang, &sysroot, run);
}

static void keep(const struct tree *tree, void (*does)(struct view *), const char *output)
{
	struct view view;
	view_init(&view, tree, 1 << 20);
	does(&view);
	struct tool_run run = run_in(tree);
	struct toolcache_key key = key_of(&run);
	struct tool_result result = {.text = STR("text"), .diagnostics = STR(""), .output = str_of(output)};
	toolcache_put(cache, &key, tree, &view, &result);
	view_release(&view);
}

/* The output that the cache has for this tree, or NULL. */
static const char *known(const struct tree *tree)
{
	struct tool_run run = run_in(tree);
	struct toolcache_key key = key_of(&run);
	struct tool_result result = {.output = STR("(not set)")};
	return toolcache_get(cache, &key, &run, &arena, &result) ? result.output.ptr : NULL;
}

static void begin(void)
{
	const char *tmp = getenv("TMPDIR");
	/* In memory if possible: the cache replaces many files here. */
	if (!tmp)
		tmp = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(folder, sizeof(folder), "%.40s/recast-test-XXXXXX", tmp);
	snprintf(links, sizeof(links), "%s", folder);
	char link[100];
	if (!mkdtemp(folder) || !mkdtemp(links) || cache_open(folder, &cache, NULL) < 0)
		abort();
	snprintf(link, sizeof(link), "%s/link", links);
	if (symlink("dir", link) < 0)
		abort();
	clang = hash_of(STR("clang"));
	sysroot = hash_of(STR("sysroot"));
}

static void finish(void)
{
	cache_close(cache);
	fs_remove(folder, NULL);
	fs_remove(links, NULL);
	arena_release(&arena);
}

/* ---- what is seen again */

static void keeps_a_whole_result(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL);
	struct tool_run run = run_in(tree);
	struct toolcache_key key = key_of(&run);
	struct view view;
	view_init(&view, tree, 1 << 20);
	struct tool_result kept = {.run = {.outcome = OUTCOME_EXITED, .exit_code = 1, .fuel = 5},
				   .text = {"t\0x", 3},
				   .diagnostics = STR("a.c:1:1: error: e\n"),
				   .output = {"\0asm\1\0\0\0", 8}};
	struct tool_result got = {.text = STR("untouched")};
	ok(!toolcache_get(cache, &key, &run, &arena, &got));
	is_str(got.text.ptr, "untouched");
	toolcache_put(cache, &key, tree, &view, &kept);
	ok(toolcache_get(cache, &key, &run, &arena, &got));
	ok(got.cached);
	is_int(got.run.outcome, OUTCOME_EXITED);
	is_int(got.run.exit_code, 1);
	is_int(got.run.fuel, 0);
	ok(str_eq(got.text, kept.text));
	ok(str_eq(got.diagnostics, kept.diagnostics));
	ok(str_eq(got.output, kept.output));

	/* A run that saw nothing is known in any tree. */
	SCOPED_TREE struct tree *empty = tree_new();
	run.tree = empty;
	ok(toolcache_get(cache, &key, &run, &arena, &got));
	view_release(&view);
	finish();
}

static void the_key_holds_all_that_is_known_before(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL);
	struct tool_run run = run_in(tree);
	struct toolcache_key key = key_of(&run), other;
	struct hash another = hash_of(STR("another"));
	other = toolcache_key(&another, &sysroot, &run);
	ok(!hash_eq(&key.arguments, &other.arguments));
	other = toolcache_key(&clang, &another, &run);
	ok(!hash_eq(&key.arguments, &other.arguments));
	other = toolcache_key(&sysroot, &clang, &run);
	ok(!hash_eq(&key.arguments, &other.arguments));
	static const char *const joined[] = {"clang", "-ca.c"}, *const more[] = {"clang", "-c", "a.c", ""},
				 *const split[] = {"clan", "g-c", "a.c"}, *const other_tool[] = {"wasm-ld", "-c", "a.c"};
	static const struct {
		const char *const *args;
		size_t len;
		const char *output;
	} others[] = {
		{joined, 2, "/out/a.o"}, {more, 4, "/out/a.o"}, {split, 3, "/out/a.o"}, {args, 2, "/out/a.o"},
		{args, 0, "/out/a.o"},	 {args, 3, "/out/b.o"}, {args, 3, NULL},
		{other_tool, 3, "/out/a.o"},
	};
	for (size_t i = 0; i < countof(others); i++) {
		run = run_in(tree);
		run.args = others[i].args;
		run.args_len = others[i].len;
		run.output = others[i].output;
		other = key_of(&run);
		ok(!hash_eq(&key.arguments, &other.arguments));
	}
	/* Limits by which a tool can end otherwise, without being stopped. */
	run = run_in(tree);
	run.output_max = 5;
	other = key_of(&run);
	ok(!hash_eq(&key.arguments, &other.arguments));
	run = run_in(tree);
	run.limits.memory_bytes = 5;
	other = key_of(&run);
	ok(!hash_eq(&key.arguments, &other.arguments));
	run = run_in(tree);
	run.limits.deadline_ns = 5;
	other = key_of(&run);
	ok(hash_eq(&key.arguments, &other.arguments));
	finish();
}

/* One change of the tree after a run, and whether the result still holds. */
static const struct {
	const char *path, *text;
	bool holds;
} changes[] = {
	{NULL, NULL, true},
	{"/src/a.c", "int a;", true},
	{"/src/a.c", "int A;", false},
	{"/src/a.c", "", false},
	{"/src/a.c", "-", false},
	{"/src/a.c", NULL, false},
	{"/src/a.c", "-> int a;", false},
	{"/src/inc/b.h", "changed", false},
	{"/src/with space.h", "changed", false},
	{"/src/other.c", "changed", true}, /* nobody asked for it */
	{"/src/other.c", "-", true},
	{"/src/new.c", "new", true},
	{"/src/inc/c.h", "new", true}, /* the folder was passed through, not listed */
	{"/src/empty/new", "new", true},
	/* what was looked for in vain */
	{"/src/none.h", "now it is there", false},
	{"/src/none.h", NULL, false},
	{"/src/none.h/below", "x", false},
	{"/src/none.h", "-> a.c", false},
	{"/src/inc/none.h", "", false},
	{"/nowhere", "", false},
	{"/nowhere/else", "", false},
	/* what was listed */
	{"/src/dir/r", "new", false},
	{"/src/dir/r", NULL, false},
	{"/src/dir/q", "-", false},
	{"/src/dir/q", NULL, false},
	{"/src/dir/p", "changed", false},
	/* a link: what it names */
	{"/src/link", "-> dir", true},
	{"/src/link", "-> inc", false},
	{"/src/link", "dir", false},
	{"/src/link", "-> ./dir", false},
	/* the sysroot is in the key, and what the guest may write in is its own */
	{"/usr/include/stdio.h", "changed", true},
	{"/usr/include/none.h", "new", true},
	{"/out/a.o", "of an earlier run", true},
	{"/tmp/none", "x", true},
};

static void changes_of_the_tree(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL);
	keep(tree, work, "object");
	for (size_t i = 0; i < countof(changes); i++) {
		SCOPED_TREE struct tree *changed = tree_with(changes[i].path, changes[i].text);
		const char *got = known(changed);
		bool good = changes[i].holds ? got && strcmp(got, "object") == 0 : !got;
		char label[100];
		snprintf(label, sizeof(label), "%s: %s", changes[i].path, changes[i].text);
		tap_ok(good, label, __FILE__, __LINE__);
	}
	finish();
}

static void list_everything(struct view *view)
{
	list(view, ".");
}

static void the_list_of_the_root_counts_too(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL), *more = tree_with("/obj/a.o", "x");
	keep(tree, list_everything, "listed");
	is_str(known(tree), "listed");
	ok(known(more) == NULL);
	finish();
}

static void look_at_odd_name(struct view *view)
{
	look(view, "src/a\nb.h");
}

static void look_at_other_odd_name(struct view *view)
{
	look(view, "src/odd\r");
}

/* A manifest is made of lines: what cannot be written there is not kept, or it
 * would be taken for "odd", which is not there for ever. */
static void names_with_line_ends_are_not_kept(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL), *odd = tree_with("/src/odd\r", "now");
	keep(tree, look_at_odd_name, "x");
	ok(known(tree) == NULL);
	keep(tree, look_at_other_odd_name, "x");
	ok(known(odd) == NULL);
	ok(known(tree) == NULL);
	finish();
}

static void several_runs_with_the_same_arguments(void)
{
	enum { RUNS = 20, KEPT = 16 };
	begin();
	struct tree *trees[RUNS];
	char text[20];
	for (int i = 0; i < RUNS; i++) {
		snprintf(text, sizeof(text), "int a%d;", i);
		trees[i] = tree_with("/src/a.c", text);
		keep(trees[i], work, text);
	}
	size_t wrong = 0;
	for (int i = 0; i < RUNS; i++) {
		const char *got = known(trees[i]);
		snprintf(text, sizeof(text), "int a%d;", i);
		wrong += i < RUNS - KEPT ? got != NULL : !got || strcmp(got, text) != 0;
	}
	is_int(wrong, 0);
	/* Done again, the oldest becomes the newest, and is there once. */
	keep(trees[RUNS - KEPT], work, "again");
	keep(trees[RUNS - KEPT], work, "and again");
	is_str(known(trees[RUNS - KEPT]), "and again");
	for (int i = RUNS - KEPT; i < RUNS; i++)
		wrong += known(trees[i]) == NULL;
	is_int(wrong, 0);
	for (int i = 0; i < RUNS; i++)
		tree_free(trees[i]);
	finish();
}

/* ---- damage: never a crash, never a wrong hit */

static struct hash manifest_name(void)
{
	struct tool_run run = run_in(NULL);
	return key_of(&run).arguments;
}

static void put_manifest(struct str text)
{
	struct hash name = manifest_name();
	if (cache_put(cache, CACHE_MANIFEST, &name, text, NULL) < 0)
		abort();
}

static struct str read_manifest(void)
{
	SCOPED_BUF struct buf text;
	struct hash name = manifest_name();
	buf_init(&text, 1 << 20);
	if (!cache_read(cache, CACHE_MANIFEST, &name, &text))
		abort();
	return (struct str){arena_str(&arena, buf_str(&text)), text.len};
}

static struct tree *right, *wrong_ones[4];
static size_t wrong_hits, right_hits;

/* Whatever the manifest says, a tree that differs in what was seen has no
 * result, and the right one has none or its own. */
static void try_manifest(struct str text)
{
	put_manifest(text);
	const char *got = known(right);
	right_hits += got != NULL;
	wrong_hits += got && strcmp(got, "object") != 0;
	for (size_t i = 0; i < countof(wrong_ones); i++)
		wrong_hits += known(wrong_ones[i]) != NULL;
}

static void without_line(struct str text, size_t which, bool twice)
{
	SCOPED_BUF struct buf b;
	struct str line;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; str_next_line(&text, &line); i++) {
		for (int n = i != which ? 1 : twice ? 2 : 0; n > 0; n--)
			buf_printf(&b, "%.*s\n", STR_ARG(line));
	}
	try_manifest(buf_str(&b));
}

static void damaged_manifests(void)
{
	begin();
	right = tree_with(NULL, NULL);
	wrong_ones[0] = tree_with("/src/a.c", "int A;");
	wrong_ones[1] = tree_with("/src/none.h", "");
	wrong_ones[2] = tree_with("/src/dir/r", "");
	wrong_ones[3] = tree_with("/src/link", "-> inc");
	keep(right, work, "object");
	struct str good = read_manifest(), rest = good, line;
	wrong_hits = right_hits = 0;
	try_manifest(good);
	is_int(right_hits, 1);

	size_t lines = 0;
	while (str_next_line(&rest, &line))
		lines++;
	ok(lines > 12);
	for (size_t i = 0; i < lines; i++) {
		without_line(good, i, false);
		without_line(good, i, true);
	}
	for (size_t len = 0; len < good.len; len += 11)
		try_manifest(str_first(good, len));
	char *bytes = arena_str(&arena, good);
	for (size_t i = 0; i < good.len; i += 9) {
		char kept = bytes[i];
		bytes[i] = (char)(kept ^ (1 << i % 8));
		try_manifest((struct str){bytes, good.len});
		bytes[i] = kept;
	}
	ok(right_hits < 10); /* nearly all of it is noticed; the last line end does not matter */
	is_int(wrong_hits, 0);

	/* The run that is whole is found behind one that is not. */
	SCOPED_BUF struct buf b;
	buf_init(&b, 1 << 20);
	buf_printf(&b, "run\nfile - /src/a.c\nresult %s\n%s",
		   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", good.ptr);
	right_hits = 0;
	try_manifest(buf_str(&b));
	is_int(right_hits, 1);

	static const char *const odd[] = {
		"", "\n", "run", "run\n", "run\nresult\n", "run\nresult \n", "run\nresult x\n", "result x\nrun\n", "\r\n\r\n",
		"run\nrun\nrun\n", "run\nfile\nresult 00\n", "run\nfile \nresult 00\n", "run\n\n\n\n", "RUN\n",
		"run\nresult 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
		"run\nabsent - /src/gone\nresult 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
		"run\nother 0 /src/a.c\nresult 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	};
	for (size_t i = 0; i < countof(odd); i++)
		try_manifest(str_of(odd[i]));
	try_manifest((struct str){"run\n\0\0result ", 13});
	is_int(right_hits, 1);
	is_int(wrong_hits, 0);

	/* And it heals: the next run is kept beside what can still be read. */
	put_manifest(STR("rubbish"));
	keep(right, work, "object");
	is_str(known(right), "object");
	tree_free(right);
	for (size_t i = 0; i < countof(wrong_ones); i++)
		tree_free(wrong_ones[i]);
	finish();
}

static void damaged_results(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL);
	keep(tree, work, "object");
	struct str manifest = read_manifest(), line = {0};
	struct hash name;
	while (str_next_line(&manifest, &line) && !str_starts(line, STR("result ")))
		;
	ok(hash_from_hex(str_from(line, 7), &name));
	static const char *const bad[] = {
		"", "\n", "0", "0 0 0\n", "0 0 0 1\n", "0 1 0 0\n", "x 0 0 0\n", "-1 0 0 0\n", "0 -1 0 0\n",
		"0 18446744073709551615 1 0\nabc", "0 18446744073709551616 0 0\n", "0 2 2 0\nabc", "0 0 0 0\nmore",
		"4294967296 0 0 0\n", "2147483648 0 0 0\n", "0 1 1 18446744073709551614\nab", "0 0 0 0x0\n",
	};
	for (size_t i = 0; i < countof(bad); i++) {
		cache_put(cache, CACHE_OBJECT, &name, str_of(bad[i]), NULL);
		char label[40];
		snprintf(label, sizeof(label), "result %zu is none", i);
		tap_ok(known(tree) == NULL, label, __FILE__, __LINE__);
	}
	cache_put(cache, CACHE_OBJECT, &name, STR("0 1 1 1\nabc"), NULL);
	is_str(known(tree), "c");
	cache_drop(cache, CACHE_OBJECT, &name);
	ok(known(tree) == NULL);
	keep(tree, work, "object");
	is_str(known(tree), "object");
	finish();
}

static void trouble_with_the_cache_is_not_the_runs(void)
{
	begin();
	SCOPED_TREE struct tree *tree = tree_with(NULL, NULL);
	fs_remove(folder, NULL);
	keep(tree, work, "object");
	ok(known(tree) == NULL);
	finish();
}

int main(void)
{
	tap_run("keeps a whole result", keeps_a_whole_result);
	tap_run("the key holds all that is known before", the_key_holds_all_that_is_known_before);
	tap_run("changes of the tree", changes_of_the_tree);
	tap_run("the list of the root counts too", the_list_of_the_root_counts_too);
	tap_run("names with line ends are not kept", names_with_line_ends_are_not_kept);
	tap_run("several runs with the same arguments", several_runs_with_the_same_arguments);
	tap_run("damaged manifests", damaged_manifests);
	tap_run("damaged results", damaged_results);
	tap_run("trouble with the cache is not the run's", trouble_with_the_cache_is_not_the_runs);
	return tap_done();
}
