#include "harness/repo.h"

#include "tests/gitbox.h"

static struct err err;

static int read_box(struct tree *tree, const char *repository, const char *id, const struct fs_walk_limits *limits)
{
	err = (struct err){0};
	return repo_read_tree(in_box(repository), id, limits, tree, "/src", &err);
}

static int import_box(const char *name, const struct repo_limits *limits)
{
	struct repo_source source;
	err = (struct err){0};
	return repo_import(in_box("store"), in_box(name), NULL, limits, NULL, &gitbox_arena, &source, &err);
}

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static bool reads(const char *repository, const char *id, enum err_kind kind, const char *text)
{
	SCOPED_TREE struct tree *tree = tree_new();
	return read_box(tree, repository, id, &repo_default_limits.files) == -1 && says(kind, text);
}

static void make_work(void)
{
	ok(sh("git init -q -b main work; cd work; mkdir -p a/b .recast sub/.recast; echo one >a/b/one; "
	      "echo l >.recast/ledger;"
	      "echo s >sub/.recast/s; head -c 5000 /dev/zero >big; git add -f .; git commit -qm one; "
	      "git tag -a -m t v1"));
}

static void reads_commits_trees_and_tags(void)
{
	static const char *const names[] = {"main", "main^{tree}", "v1"};
	for (size_t i = 0; i < countof(names); i++) {
		SCOPED_TREE struct tree *tree = tree_new();
		const char *id = answer(arena_printf(&gitbox_arena, "git -C work rev-parse '%s'", names[i]));
		is_int(read_box(tree, "work", id, &repo_default_limits.files), 0);
		const struct tree_node *one = tree_find(tree, "/src/a/b/one");
		ok(one && one->type == TREE_FILE && strcmp(one->content.ptr, "one\n") == 0);
		ok(!tree_find(tree, "/src/.recast"));
		ok(tree_find(tree, "/src/sub/.recast/s"));
	}
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tree_add_file(tree, "/src/a/b/one", STR("before"), &err), 0);
	is_int(tree_add_folder(tree, "/src", true, &err), 0);
	is_int(read_box(tree, "work", answer("git -C work rev-parse main"), &repo_default_limits.files), 0);
	is_str(tree_find(tree, "/src/a/b/one")->content.ptr, "one\n");
	ok(tree_find(tree, "/src")->writable);
}

static void what_is_not_there_is_an_error(void)
{
	ok(reads("work", "0123456789012345678901234567890123456789", ERR_PARSE, "has no object 0123456"));
	ok(reads("work", "no id at all", ERR_PARSE, "has no object no id"));
	ok(reads("work", "", ERR_PARSE, "has no object"));
	ok(reads("work/a", answer("git -C work rev-parse main"), ERR_PARSE, "there is no repository in"));
	ok(reads("none", answer("git -C work rev-parse main"), ERR_PARSE, "there is no repository in"));
	ok(reads("work", answer("git -C work rev-parse main:big"), ERR_USAGE, "is no commit"));
}

/* The id of a commit whose tree has one entry, as no git would write it. */
static const char *commit_of(const char *mode, const char *name)
{
	const char *hex = answer(arena_printf(&gitbox_arena, "git -C work rev-parse %s",
					      strcmp(mode, "40000") == 0 ? "main:a" : "main:a/b/one"));
	SCOPED_BUF struct buf tree;
	buf_init(&tree, 1000);
	buf_printf(&tree, "%s %s", mode, name);
	buf_append(&tree, "", 1);
	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf_append_char(&tree, (char)byte);
	fs_write(in_box("tree"), buf_str(&tree), NULL);
	return answer("cd work; t=$(git hash-object -t tree -w --stdin --literally <../tree); "
		      "c=$(echo m | git commit-tree $t);"
		      "git update-ref refs/heads/hostile $c; echo $c");
}

static void hostile_names_are_refused(void)
{
	static const struct {
		const char *mode, *name, *text;
	} cases[] = {
		{"100644", "..", "\"..\" is no name"},    {"100644", ".", "\".\" is no name"},
		{"100644", "a/b", "\"a/b\" is no name"},  {"100644", "/etc/passwd", "is no name"},
		{"40000", "..", "\"..\" is no name"},     {"120000", "../x", "is no name"},
		{"100644", "", "is damaged"},             {"20666", "null", "mode 20666 is neither"},
		{"40000", "/", "is no name"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		const char *commit = commit_of(cases[i].mode, cases[i].name);
		is_int(strlen(commit), 40);
		SCOPED_TREE struct tree *tree = tree_new();
		is_int(read_box(tree, "work", commit, &repo_default_limits.files), -1);
		ok(err.kind == ERR_PARSE && (strstr(err.text, cases[i].text) || strstr(err.text, "cannot be read")));
		ok(sh("git -C work symbolic-ref HEAD refs/heads/hostile"));
		is_int(import_box("work", &repo_default_limits), -1);
		is_int(err.kind, ERR_PARSE);
		ok(sh("git -C work symbolic-ref HEAD refs/heads/main"));
	}
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(read_box(tree, "work", commit_of("100644", ".git"), &repo_default_limits.files), 0);
	ok(!tree_find(tree, "/src/.git"));
	is_int(read_box(tree, "work", commit_of("100644", "back\\slash"), &repo_default_limits.files), 0);
	ok(tree_find(tree, "/src/back\\slash"));
}

static void everything_is_bounded(void)
{
	static const struct {
		struct fs_walk_limits limits;
		const char *text;
	} cases[] = {
		{{.entries = 100, .file_bytes = 4999, .total_bytes = 1 << 20, .depth = 10}, "big has 5000 bytes"},
		{{.entries = 100, .file_bytes = 5000, .total_bytes = 5003, .depth = 10}, "more than 5003 bytes in all"},
		{{.entries = 6, .file_bytes = 5000, .total_bytes = 1 << 20, .depth = 10}, "more than 6 files and folders"},
		{{.entries = 100, .file_bytes = 5000, .total_bytes = 1 << 20, .depth = 1}, "a/b: more than 1 folders deep"},
	};
	const char *id = answer("git -C work rev-parse main");
	ok(sh("git clone -q work clean; cd clean; git rm -qr .recast; git commit -qm clean"));
	is_int(import_box("work", &repo_default_limits), -1);
	ok(says(ERR_USAGE, "tracks a .recast"));
	for (size_t i = 0; i < countof(cases); i++) {
		SCOPED_TREE struct tree *tree = tree_new();
		is_int(read_box(tree, "work", id, &cases[i].limits), -1);
		ok(says(ERR_LIMIT, cases[i].text));
		is_int(import_box("clean", &(struct repo_limits){.files = cases[i].limits}), -1);
		ok(says(ERR_LIMIT, cases[i].text));
	}
	SCOPED_TREE struct tree *tree = tree_new();
	struct fs_walk_limits exact = {.entries = 7, .file_bytes = 5000, .total_bytes = 5006, .depth = 2};
	is_int(read_box(tree, "work", id, &exact), 0);
}

/* Ten folders that are all the same one, ten times over: few objects, no end of paths. */
static void a_bomb_ends(void)
{
	const char *id = answer("git init -q --bare bomb; cd bomb; b=$(echo x | git hash-object -w --stdin); "
				"t=$b; k='100644 blob';"
				"for i in 1 2 3 4 5 6 7 8 9 10; do"
				" t=$(for j in 0 1 2 3 4 5 6 7 8 9; do printf \"$k $t\\tf$j\\n\"; "
				"done | git mktree); k='040000 tree'; done; echo $t");
	is_int(strlen(id), 40);
	struct fs_walk_limits limits = {.entries = 5000, .file_bytes = 5000, .total_bytes = 1 << 20, .depth = 20};
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(read_box(tree, "bomb", id, &limits), -1);
	ok(says(ERR_LIMIT, "more than 5000 files and folders"));
	id = answer("cd bomb; t=$(git mktree </dev/null); for i in $(seq 70); "
		    "do t=$(printf \"040000 tree $t\\td\\n\" | git mktree); done; echo $t");
	ok(reads("bomb", id, ERR_LIMIT, "more than 64 folders deep"));
}

/* ---- the project's folder */

static void the_head_of_a_folder(void)
{
	struct repo_source s = {.id = "untouched"};
	bool is = true;
	ok(sh("git init -q fresh; mkdir none; git clone -q --bare work bare.git; git clone -q work dirty; "
	      "echo x >dirty/x"));
	is_int(repo_head(in_box("fresh"), &gitbox_arena, &is, &s, &err), 0);
	ok(!is);
	is_int(repo_head(in_box("none"), &gitbox_arena, &is, &s, &err), 0);
	ok(!is);
	is_int(repo_head(in_box("work/a"), &gitbox_arena, &is, &s, &err), 0);
	ok(!is);
	is_int(repo_head(in_box("bare.git"), &gitbox_arena, &is, &s, &err), 0);
	ok(!is);
	is_str(s.id, "untouched");
	is_int(repo_head(in_box("dirty"), &gitbox_arena, &is, &s, &err), 0);
	ok(is);
	is_str(s.id, answer("git -C work rev-parse main"));
	is_str(s.branch, "main");
	is_str(s.name, "dirty");
	is_int(s.changed_len, 1);
	is_str(s.changed[0], "x");
	ok(sh("git clone -q work torn; : >torn/.git/HEAD"));
	is_int(repo_head(in_box("torn"), &gitbox_arena, &is, &s, &err), -1);
}

static int tracks(const char *folder, const char *path)
{
	bool is = false;
	err = (struct err){0};
	return repo_tracks(in_box(folder), path, &is, &err) < 0 ? -1 : is;
}

static void tracked_paths_are_found(void)
{
	is_int(tracks("work", ".recast"), 1);
	is_int(tracks("work", "./.recast/"), 1);
	is_int(tracks("work", ".recast/ledger"), 1);
	is_int(tracks("work", ".recast/none"), 0);
	is_int(tracks("work", ".rec"), 0);
	is_int(tracks("work", "."), 1);
	is_int(tracks("work/sub", ".recast"), 1);
	is_int(tracks("work/a", ".recast"), 0);
	is_int(tracks("work/a/b", "one"), 1);
	is_int(tracks("work/a", "b/one/more"), 0);
	is_int(tracks("none", ".recast"), 0);
	is_int(tracks("work", "../x"), -1);
	is_int(tracks("nowhere", ".recast"), -1);
	/* in HEAD and no more in the index; in the index and not yet in HEAD; neither */
	ok(sh("git clone -q work i1; git -C i1 rm -qr --cached .recast; git init -q i2; mkdir i2/.recast; "
	      "touch i2/.recast/x; git -C i2 add .;"
	      "git init -q i3; mkdir i3/.recast; touch i3/.recast/x; git -C i1 config core.worktree /usr; "
	      "mkdir -p i3/.git2 i3/deep/.git"));
	is_int(tracks("i1", ".recast"), 1);
	is_int(tracks("i2", ".recast"), 1);
	is_int(tracks("i3", ".recast"), 0);
	is_int(tracks("i3/deep", ".recast"), 0);
	ok(sh("echo junk >i2/.git/index"));
	is_int(tracks("i2", ".recast"), -1);
	ok(sh("echo 'gitdir: /nowhere' >none/.git"));
	is_int(tracks("none", ".recast"), 0);
}

int main(void)
{
	if (!gitbox_open())
		return 1;
	make_work();
	tap_run("reads commits, trees and tags", reads_commits_trees_and_tags);
	tap_run("what is not there is an error", what_is_not_there_is_an_error);
	tap_run("hostile names are refused", hostile_names_are_refused);
	tap_run("everything is bounded", everything_is_bounded);
	tap_run("a bomb ends", a_bomb_ends);
	tap_run("the head of a folder", the_head_of_a_folder);
	tap_run("tracked paths are found", tracked_paths_are_found);
	gitbox_close();
	return tap_done();
}
