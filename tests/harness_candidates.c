#include "harness/candidate_commit.h"

#include "harness/rewrite.h"
#include "core/mem.h"
#include "tests/gitbox.h"

static struct err err;
static struct candidate got;
static bool is_new;

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static int add_tree(const char *project, const struct tree *tree, const struct candidate *about)
{
	err = (struct err){0};
	got = (struct candidate){0};
	return candidates_add(in_box(project), tree, about, 1000000000, &gitbox_arena, &got, &is_new, &err);
}

static struct candidate named(const char *title, const char *origin)
{
	return (struct candidate){.title = title, .origin = origin, .run = "", .round = "", .provider = "", .model = "",
				  .prompt = "", .reply = ""};
}

static int add(const char *project, const char *text, const char *title)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = named(title, "folder x");
	if (tree_add_file(tree, REWRITE_ROOT "/a.c", str_of(text), &err) < 0)
		return -1;
	return add_tree(project, tree, &about);
}

static int list(const char *project, struct candidate_list *ret)
{
	err = (struct err){0};
	return candidates_list(in_box(project), &gitbox_arena, ret, &err);
}

static int find(const char *project, const char *selector)
{
	err = (struct err){0};
	got = (struct candidate){0};
	return candidates_find(in_box(project), selector, &gitbox_arena, &got, &err);
}

static const char *text_in(const struct tree *tree, const char *path)
{
	const struct tree_node *node = tree_find(tree, path);
	return node && node->type != TREE_FOLDER ? node->content.ptr : NULL;
}

/* ---- what is added comes back */

static void files_come_back(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	SCOPED_TREE struct tree *back = tree_new();
	struct candidate about = named("A rewrite", "folder x");
	struct candidate_list all;
	about.model = "m";
	ok(sh("mkdir p"));
	is_int(list("p", &all), 0);
	is_int(all.len, 0);
	ok(!fs_exists(in_box("p/.recast")));
	is_int(find("p", "c1"), -1);
	ok(says(ERR_USAGE, "there is no recast.json in ") && says(ERR_USAGE, "`recast init SOURCE`"));
	ok(sh("touch p/recast.json"));
	is_int(find("p", "c1"), -1);
	ok(says(ERR_USAGE, "there are no candidates yet; `recast generate` has one written, `recast add DIR` takes one in"));
	tree_add_file(tree, REWRITE_ROOT "/src/a.c", STR("int a;\n"), &err);
	tree_add_file(tree, REWRITE_ROOT "/src.c", STR("int s;\n"), &err);
	tree_add_file(tree, REWRITE_ROOT "/empty", STR(""), &err);
	tree_add_file(tree, REWRITE_ROOT "/with\nline", STR("x"), &err);
	tree_add_link(tree, REWRITE_ROOT "/link", STR("../../etc/passwd"), &err);
	tree_add_folder(tree, REWRITE_ROOT "/hollow/below", false, &err);
	tree_add_file(tree, REWRITE_ROOT "/.recast/ledger.db", STR("forged"), &err);
	if (!is_int(add_tree("p", tree, &about), 0))
		tap_print("# %s\n", err.text);
	ok(is_new);
	is_int(got.number, 1);
	is_int(got.made_s, 1000000000);
	is_str(got.title, "A rewrite");
	is_str(got.origin, "folder x");
	is_str(got.model, "m");
	is_str(got.run, "");
	is_int(candidates_read(in_box("p"), &got, back, &err), 0);
	is_str(text_in(back, REWRITE_ROOT "/src/a.c"), "int a;\n");
	is_str(text_in(back, REWRITE_ROOT "/src.c"), "int s;\n");
	is_str(text_in(back, REWRITE_ROOT "/empty"), "");
	is_str(text_in(back, REWRITE_ROOT "/with\nline"), "x");
	is_str(text_in(back, REWRITE_ROOT "/link"), "../../etc/passwd");
	ok(tree_find(back, REWRITE_ROOT "/link")->type == TREE_LINK);
	ok(!tree_find(back, REWRITE_ROOT "/hollow"));
	ok(!tree_find(back, REWRITE_ROOT "/.recast"));
	is_str(got.commit, answer("git -C p/.recast/candidates.git rev-parse refs/candidates/1"));
	is_str(got.tree, answer("git -C p/.recast/candidates.git rev-parse refs/candidates/1^{tree}"));
	is_str(answer("git -C p/.recast/candidates.git log -1 --format='%an %ae %cn %ce %ai %P' refs/candidates/1"),
	       "recast recast@localhost recast recast@localhost 2001-09-09 01:46:40 +0000 ");
	is_str(answer("git -C p/.recast/candidates.git log -1 --format='%(trailers:key=Recast-Model,valueonly)' "
		      "refs/candidates/1 | head -n 1"),
	       "m");
	if (!ok(sh("git -C p/.recast/candidates.git fsck --strict --full")))
		tap_print("# %s\n", answer("cat out"));
}

static void the_same_files_are_the_same_candidate(void)
{
	ok(sh("mkdir same"));
	is_int(add("same", "int a;", "one"), 0);
	ok(is_new);
	is_int(add("same", "int b;", "two"), 0);
	ok(is_new);
	is_int(got.number, 2);
	is_int(add("same", "int a;", "three"), 0);
	ok(!is_new);
	is_int(got.number, 1);
	is_str(got.title, "one");
}

/* Of a run each attempt is a candidate of its own, whatever its files are. */
static void attempts_are_told_apart(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = named("attempt", "run 7"), back;
	const char *reply = "1111111111111111111111111111111111111111111111111111111111111111";
	ok(sh("mkdir attempts"));
	tree_add_file(tree, REWRITE_ROOT "/a.c", STR("int a;"), &err);
	about.run = "7";
	about.unit = "src/a.c";
	about.round = "0";
	about.reply = about.transcript = reply;
	is_int(add_tree("attempts", tree, &about), 0);
	ok(is_new && got.number == 1);
	is_int(add_tree("attempts", tree, &about), 0);
	ok(!is_new && got.number == 1);
	is_int(find("attempts", "c1"), 0);
	is_str(got.unit, "src/a.c");
	is_str(got.transcript, reply);
	const char **fields[] = {&about.run, &about.unit, &about.round, &about.reply};
	for (size_t i = 0; i < countof(fields); i++) {
		*fields[i] = "8";
		is_int(add_tree("attempts", tree, &about), 0);
		ok(is_new && got.number == i + 2);
	}
	about.model = "another";
	is_int(add_tree("attempts", tree, &about), 0);
	ok(!is_new && got.number == 5);
	back = named("by hand", "folder x");
	is_int(add_tree("attempts", tree, &back), 0);
	ok(!is_new && got.number == 1);
}

static void numbers_are_never_given_again(void)
{
	struct candidate_list all;
	ok(sh("git -C same/.recast/candidates.git update-ref -d refs/candidates/2"));
	is_int(add("same", "int c;", "c"), 0);
	is_int(got.number, 3);
	ok(sh("git -C same/.recast/candidates.git update-ref -d refs/candidates/3; "
	      "echo nonsense >same/.recast/candidates.git/last-candidate"));
	is_int(add("same", "int d;", "d"), 0);
	is_int(got.number, 2); /* nobody knows any more */
	ok(sh("git -C same/.recast/candidates.git pack-refs --all"));
	for (int i = 0; i < 9; i++)
		add("same", arena_printf(&gitbox_arena, "int x%d;", i), "x");
	is_int(list("same", &all), 0);
	is_int(all.len, 11);
	is_int(all.items[10].number, 11); /* as numbers, not as names */
}

static void several_add_at_once(void)
{
	enum { ADDERS = 6, EACH = 5 };
	pid_t children[ADDERS];
	struct candidate_list all;
	ok(sh("mkdir many"));
	for (int i = 0; i < ADDERS; i++) {
		fflush(stdout);
		children[i] = fork();
		if (children[i] == 0) {
			int bad = 0;
			for (int k = 0; k < EACH; k++)
				bad |= add("many", arena_printf(&gitbox_arena, "int x%d_%d;", k == 0 ? 0 : i, k), "t") < 0;
			_exit(bad);
		}
	}
	for (int i = 0; i < ADDERS; i++) {
		int status = -1;
		waitpid(children[i], &status, 0);
		is_int(status, 0);
	}
	is_int(list("many", &all), 0);
	if (is_int(all.len, ADDERS * (EACH - 1) + 1))
		is_int(all.items[all.len - 1].number, all.len);
}

/* ---- names */

static void candidates_are_found(void)
{
	struct candidate_list all;
	list("same", &all);
	const char *commit = all.items[0].commit;
	is_int(find("same", "c1"), 0);
	is_str(got.commit, commit);
	is_int(find("same", commit), 0);
	is_int(got.number, 1);
	is_int(find("same", arena_printf(&gitbox_arena, "%.8s", commit)), 0);
	is_int(got.number, 1);

	is_int(find("same", answer("git -C same/.recast/candidates.git rev-parse refs/candidates/1 | tr a-f A-F")), 0);
	is_int(got.number, 1);
	static const char *const wrong[] = {"c0", "c01", "c-1", "c", "", "c99", "C1", "c1 ", "c99999999999", "abc", "zzzz",
					    "1", "refs/candidates/1", "c1\033[2J"};
	for (size_t i = 0; i < countof(wrong); i++) {
		is_int(find("same", wrong[i]), -1);
		ok(says(ERR_USAGE, "there is no candidate "));
	}
	ok(says(ERR_USAGE, "; there are c1, c2, c3"));
	is_int(find("same", arena_printf(&gitbox_arena, "%s0", commit)), -1);
	is_int(find("p", "c2"), -1);
	ok(says(ERR_USAGE, "there is c1"));
}

/* 4 digits are ambiguous among 1500; commits differ with their titles. */
static void beginnings_can_be_ambiguous(void)
{
	ok(sh("mkdir -p amb/.recast; git init -q --bare amb/.recast/candidates.git; cd amb/.recast/candidates.git; "
	      "i=0; while [ $i -lt 1500 ]; do i=$((i+1)); "
	      "printf 'commit refs/candidates/%s\ncommitter r <r@l> 1 +0000\ndata 5\n%05d\n\n' $i $i; done | "
	      "git fast-import --quiet; git for-each-ref --format='%(objectname)' | cut -c 1-4 | sort | uniq -d >../../../twice"));
	const char *twice = answer("head -n 1 twice");
	if (!ok(strlen(twice) == 4))
		return;
	is_int(find("amb", twice), -1);
	ok(says(ERR_USAGE, "candidates have commits that begin with "));
	ok(says(ERR_USAGE, "; write more of it, or c"));
}

/* ---- hostile */

static void descriptions_are_one_line(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	char longer[5000];
	struct candidate about = named("title\n\nRecast-Model: forged\x1b[2J", "folder \xff\r\nRecast-Run: 9");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	about.prompt = longer;
	about.reply = "\xe2\x80\xae turned";
	ok(sh("mkdir lines"));
	tree_add_file(tree, REWRITE_ROOT "/a.c", STR("int a;"), &err);
	is_int(add_tree("lines", tree, &about), 0);
	is_str(got.title, "title  Recast-Model: forged [2J");
	is_str(got.origin, "folder \xEF\xBF\xBD  Recast-Run: 9");
	is_str(got.model, "");
	is_str(got.run, "");
	is_str(got.reply, "turned");
	is_int(strlen(got.prompt), CANDIDATE_LINE_MAX);
	is_int(find("lines", "c1"), 0);
	is_str(got.model, "");
	is_int(add("lines", "int b;", " \n "), 0);
	is_str(got.title, "rewrite");
}

static int read_commit(const char *text)
{
	err = (struct err){0};
	got = (struct candidate){0};
	return candidate_commit_read(str_of(text), &gitbox_arena, &got, &err);
}

#define TREE "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
#define WHO "committer x <y> 12 +0000\n"

static void foreign_commits(void)
{
	is_int(read_commit(TREE "parent 1\n" WHO "\ntitle\nRecast-Model: no\n\nbody\n\nRecast-Model: yes\nRecast-Model: "
				"second\nrecast-run: no\nRecast-Runner: no\nRecast-Origin:  x\x1b]0;t\x07 \n"),
	       0);
	is_str(got.tree, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
	is_int(got.made_s, 12);
	is_str(got.title, "title");
	is_str(got.model, "yes");
	is_str(got.run, "");
	is_str(got.origin, "x ]0;t");
	is_int(read_commit(TREE WHO), 0);
	is_str(got.title, "");
	is_int(read_commit(TREE "committer <> 999999999999 +0000\n\n"), 0);
	is_int(got.made_s, 253402300799);
	static const char *const wrong[] = {"", "\n", TREE, WHO, "tree x\n" WHO, TREE "committer x\n\n",
					    TREE "committer x <y> -1 +0000\n\n", TREE "committer x <y> 9999999999999 +0\n\n",
					    TREE "committer x <y>\n\n"};
	for (size_t i = 0; i < countof(wrong); i++) {
		is_int(read_commit(wrong[i]), -1);
		ok(says(ERR_PARSE, "a commit "));
	}
}

static void too_much_is_refused(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	SCOPED_TREE struct tree *deep = tree_new();
	SCOPED_TREE struct tree *git = tree_new();
	SCOPED_MEM char *big = mem_zalloc(1, candidates_limits.file_bytes + 1);
	struct candidate about = named("t", "");
	ok(sh("mkdir much"));
	tree_add_file(tree, REWRITE_ROOT "/big.c", (struct str){big, candidates_limits.file_bytes + 1}, &err);
	is_int(add_tree("much", tree, &about), -1);
	ok(says(ERR_LIMIT, "big.c has 16777217 bytes, more than the limit of 16777216"));
	tree_add_file(tree, REWRITE_ROOT "/big.c", STR(""), &err);
	for (int i = 0; i < 5; i++)
		tree_add_file(tree, arena_printf(&gitbox_arena, REWRITE_ROOT "/%d.c", i),
			      (struct str){big, candidates_limits.file_bytes}, &err);
	is_int(add_tree("much", tree, &about), -1);
	ok(says(ERR_LIMIT, "more than 67108864 bytes in all"));
	char path[400] = REWRITE_ROOT;
	for (int i = 0; i < 40; i++)
		strncat(path, "/d", sizeof(path) - strlen(path) - 1);
	tree_add_file(deep, path, STR(""), &err);
	is_int(add_tree("much", deep, &about), -1);
	ok(says(ERR_LIMIT, "more than 32 folders deep"));
	tree_add_file(git, REWRITE_ROOT "/sub/.git/config", STR(""), &err);
	is_int(add_tree("much", git, &about), -1);
	ok(says(ERR_USAGE, ".git cannot be kept"));
	ok(!fs_exists(in_box("much/.recast")));
}

static void other_repositories_are_refused(void)
{
	struct candidate_list all;
	SCOPED_TREE struct tree *tree = tree_new();
	ok(sh("git init -q tracked; cd tracked; mkdir .recast; echo forged >.recast/ledger.db; git add -f .; git commit -qm x"));
	is_int(list("tracked", &all), -1);
	ok(says(ERR_USAGE, "git tracks "));
	is_int(add("tracked", "int a;", "t"), -1);
	ok(says(ERR_USAGE, "git tracks "));

	ok(sh("mkdir -p linked/.recast; ln -s ../../p/.recast/candidates.git linked/.recast/candidates.git"));
	is_int(list("linked", &all), -1);
	ok(says(ERR_USAGE, "candidates.git is a link"));
	is_int(add("linked", "int a;", "t"), -1);
	ok(says(ERR_USAGE, "candidates.git is a link"));
	is_int(candidates_read(in_box("linked"), &got, tree, &err), -1);

	ok(sh("mkdir -p text/.recast; echo text >text/.recast/candidates.git"));
	is_int(list("text", &all), -1);
	ok(says(ERR_PARSE, "candidates.git: "));
	ok(says(ERR_PARSE, "; move it away, and add the candidates again"));
	is_int(add("text", "int a;", "t"), -1);
	ok(says(ERR_OS, "cannot write to the repository"));
	ok(sh("mkdir -p hollow/.recast/candidates.git"));
	is_int(list("hollow", &all), -1);
	ok(says(ERR_PARSE, "it is no repository that git can read; move it away"));
	ok(sh("cp -r p config; echo '[core' >config/.recast/candidates.git/config"));
	is_int(list("config", &all), -1);
	ok(says(ERR_PARSE, "; move it away, and add the candidates again"));
}

static void odd_references_are_named(void)
{
	static const struct {
		const char *script, *text;
	} cases[] = {
		{"git update-ref refs/candidates/x refs/candidates/1", "refs/candidates/x is no number of a candidate"},
		{"git update-ref refs/candidates/02 refs/candidates/1", "refs/candidates/02 is no number"},
		{"git update-ref refs/candidates/2/3 refs/candidates/1", "refs/candidates/2/3 is no number"},
		{"git update-ref refs/candidates/4000000000 refs/candidates/1", "is no number"},
		{"git update-ref refs/candidates/2 refs/candidates/1^{tree}", "refs/candidates/2 is no commit"},
		{"echo 1111111111111111111111111111111111111111 >refs/candidates/2", "refs/candidates/2 the repository"},
		{"git symbolic-ref refs/candidates/2 refs/heads/none", "refs/candidates/2 leads nowhere"},
		{"id=$(printf 'tree 0\\n' | git hash-object -t commit --literally -w --stdin); "
		 "echo $id >refs/candidates/2", "refs/candidates/2 a commit whose tree cannot be read"},
		{"id=$({ printf 'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\\n'; head -c 100000 /dev/zero; } | "
		 "git hash-object -t commit --literally -w --stdin); echo $id >refs/candidates/2", "more than the limit of 65536"},
	};
	struct candidate_list all;
	for (size_t i = 0; i < countof(cases); i++) {
		ok(sh(arena_printf(&gitbox_arena, "rm -rf odd; cp -r p odd; cd odd/.recast/candidates.git; %s", cases[i].script)));
		is_int(list("odd", &all), -1);
		if (!ok(says(ERR_PARSE, cases[i].text)))
			tap_print("# case %zu\n", i);
		ok(says(ERR_PARSE, "; take it out with git -C .recast/candidates.git update-ref -d refs/candidates/"));
		is_int(add("odd", "int odd;", "t"), -1);
	}
}

/* Trees that no tree in memory could make. */
static void odd_trees_are_refused(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	static const char *const names[] = {"..", ".", "a/b"};
	for (size_t i = 0; i < countof(names); i++) {
		ok(sh(arena_printf(&gitbox_arena,
				   "rm -rf odd; cp -r p odd; cd odd/.recast/candidates.git; "
				   "b=$(echo x | git hash-object -w --stdin); h=$(echo $b | sed 's/../\\\\x&/g'); "
				   "t=$({ printf '100644 %s\\000'; /usr/bin/printf \"$h\"; } | "
				   "git hash-object -t tree --literally -w --stdin); "
				   "c=$(git commit-tree -m t $t); echo $c >refs/candidates/2",
				   names[i])));
		if (!is_int(find("odd", "c2"), 0))
			tap_print("# %s\n", err.text);
		is_int(candidates_read(in_box("odd"), &got, tree, &err), -1);
		ok(says(ERR_PARSE, "candidate c2: "));
		ok(says(ERR_PARSE, "is no name for a file"));
	}
}

int main(void)
{
	if (!gitbox_open())
		return 1;
	tap_run("files come back", files_come_back);
	tap_run("the same files are the same candidate", the_same_files_are_the_same_candidate);
	tap_run("attempts are told apart", attempts_are_told_apart);
	tap_run("numbers are never given again", numbers_are_never_given_again);
	tap_run("several add at once", several_add_at_once);
	tap_run("candidates are found", candidates_are_found);
	tap_run("beginnings can be ambiguous", beginnings_can_be_ambiguous);
	tap_run("descriptions are one line", descriptions_are_one_line);
	tap_run("foreign commits", foreign_commits);
	tap_run("too much is refused", too_much_is_refused);
	tap_run("other repositories are refused", other_repositories_are_refused);
	tap_run("odd references are named", odd_references_are_named);
	tap_run("odd trees are refused", odd_trees_are_refused);
	gitbox_close();
	return tap_done();
}
