#include "harness/selector.h"

#include "harness/intake.h"
#include "harness/ledger.h"
#include "harness/rewrite.h"
#include "tests/gitbox.h"

static struct err err;
static struct selection got;
static struct candidate about;

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static int find(const char *text)
{
	err = (struct err){0};
	got = (struct selection){0};
	return selector_find(in_box("p"), text, &gitbox_arena, &got, &err);
}

static struct candidate add(const char *text)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate c = {0}, what = {.title = "t", .origin = "", .run = "", .round = "", .provider = "", .model = "",
					  .prompt = "", .reply = ""};
	bool is_new;
	tree_add_file(tree, REWRITE_ROOT "/a.c", str_of(text), &err);
	is_int(candidates_add(in_box("p"), tree, &what, 1, &gitbox_arena, &c, &is_new, &err), 0);
	return c;
}

static void judge(const struct candidate *c, enum verdict verdict, uint32_t visible, uint64_t divergences, uint64_t fuel)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	struct ledger_verdict v = {.commit = c->commit, .verdict = verdict, .visible_passed = visible,
				   .divergences = divergences, .fuel = fuel, .result = STR("{}")};
	is_int(ledger_open(in_box("p"), &ledger, &err), 0);
	is_int(ledger_add_verdict(ledger, &v, &err), 0);
}

static void names(void)
{
	ok(sh("mkdir -p p sub/folder; touch p/recast.json sub/file"));
	is_int(find("original"), 0);
	is_int(got.kind, SELECTION_ORIGINAL);
	is_str(got.name, "original");
	static const char *const none[] = {NULL, "best", "c1", "abcd", "folder", ""};
	for (size_t i = 0; i < countof(none); i++) {
		is_int(find(none[i]), -1);
		ok(says(ERR_USAGE, "there are no candidates yet; `recast generate` has one written, `recast add DIR` takes one in"));
	}
	is_int(find(in_box("sub/folder")), 0);
	is_int(got.kind, SELECTION_FOLDER);
	is_str(got.name, in_box("sub/folder"));
	is_int(find(in_box("sub/file")), -1);
	ok(says(ERR_USAGE, "there is no folder"));
	is_int(find("./nowhere"), -1);
	ok(says(ERR_USAGE, "there is no folder ./nowhere"));
	struct candidate c = add("int a;");
	is_int(find("c1"), 0);
	is_int(got.kind, SELECTION_CANDIDATE);
	is_str(got.name, "c1");
	is_str(got.candidate.commit, c.commit);
	is_int(find(arena_printf(&gitbox_arena, "%.6s", c.commit)), 0);
	is_str(got.name, "c1");
	is_int(find("c2"), -1);
	ok(says(ERR_USAGE, "there is no candidate c2; there is c1"));
}

static void the_best_is_chosen(void)
{
	struct candidate c1 = add("int a;"), c2 = add("int b;"), c3 = add("int c;");
	is_int(find(NULL), 0);
	is_str(got.name, "c1");
	ok(!fs_exists(in_box("p/.recast/ledger.db")));
	judge(&c1, VERDICT_FAIL, 0, 0, 0);
	is_int(find("best"), 0);
	is_str(got.name, "c1");
	judge(&c2, VERDICT_FAIL, 5, 9, 100);
	is_int(find("best"), 0);
	is_str(got.name, "c2");
	judge(&c3, VERDICT_INCONCLUSIVE, 5, 3, 200);
	is_int(find("best"), 0);
	is_str(got.name, "c3");
	judge(&c1, VERDICT_PASS, 4, 0, 300);
	is_int(find("best"), 0);
	is_str(got.name, "c1");
	judge(&c2, VERDICT_PASS, 4, 0, 299);
	is_int(find("best"), 0);
	is_str(got.name, "c2");
	judge(&c3, VERDICT_PASS, 4, 0, 299);
	is_int(find("best"), 0);
	is_str(got.name, "c2");
	judge(&c2, VERDICT_FAIL, 40, 0, 1); /* judged again */
	is_int(find("best"), 0);
	is_str(got.name, "c3");
	ok(sh("echo broken >p/.recast/ledger.db"));
	is_int(find("best"), -1);
	ok(says(ERR_PARSE, "ledger.db is damaged"));
	is_int(find("c2"), 0);
}

static void files_are_read(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	SCOPED_TREE struct tree *other = tree_new();
	find("c2");
	is_int(selection_read(in_box("p"), &got, tree, &err), 0);
	is_str(tree_find(tree, REWRITE_ROOT "/a.c")->content.ptr, "int b;");
	ok(sh("cd sub/folder; mkdir .git .recast; echo x >.git/x; echo x >.recast/x; echo 'int f;' >f.c; ln -s /etc/passwd l"));
	find(in_box("sub/folder"));
	is_int(selection_read(in_box("p"), &got, other, &err), 0);
	is_str(tree_find(other, REWRITE_ROOT "/f.c")->content.ptr, "int f;\n");
	is_int(tree_find(other, REWRITE_ROOT "/l")->type, TREE_LINK);
	struct candidate_file *files;
	is_int(candidate_files(other, &gitbox_arena, &files), 2);
	is_str(files[0].path, "f.c");
	is_str(files[1].path, "l");
}

/* ---- intake */

static int take_in(const char *project, const char *what)
{
	SCOPED_TREE struct tree *tree = tree_new();
	err = (struct err){0};
	about = (struct candidate){0};
	return intake_read(in_box(project), what, tree, &gitbox_arena, &about, &err);
}

static void rewrites_from_elsewhere(void)
{
	is_int(take_in("p", in_box("sub/folder")), 0);
	is_str(about.title, "folder");
	is_str(about.origin, "folder folder");
	is_int(take_in("p", "main"), -1);
	ok(says(ERR_USAGE, "there is no folder main, and no commit either: the project's folder is no git repository"));
	ok(sh("git init -q -b main g; cd g; echo 'int a;' >a.c; git add .; git commit -qm one; git checkout -q -b topic; "
	      "echo x >b.c; git add .; git commit -qm two; git checkout -q main; git tag -a -m t v1"));
	const char *topic = answer("git -C g rev-parse topic");
	is_int(take_in("g", "topic"), 0);
	is_str(about.title, "topic");
	is_str(about.origin, arena_printf(&gitbox_arena, "commit %s topic", topic));
	is_int(take_in("g", arena_printf(&gitbox_arena, "%.7s", topic)), 0);
	is_str(about.origin, arena_printf(&gitbox_arena, "commit %s", topic));
	is_int(take_in("g", "v1"), 0);
	is_int(take_in("g", "nothing"), -1);
	ok(says(ERR_USAGE, "there is no folder nothing, and as a commit: nothing is no branch, tag or commit of "));
	ok(says(ERR_USAGE, "it has main, topic, v1"));
	is_int(take_in("g", ""), -1);
	ok(says(ERR_USAGE, "is no branch"));
	is_int(take_in("g", "main^{tree}"), -1);
	is_int(take_in("g", answer("git -C g rev-parse main^{tree}")), -1);
	ok(says(ERR_USAGE, "is no commit"));
	is_int(take_in("g", in_box("g/a.c")), -1);
	ok(says(ERR_USAGE, "is no folder, and as a commit"));
}

static void what_is_no_rewrite_is_refused(void)
{
	ok(sh("mkdir -p none/dir.c; echo text >none/README; ln -s x none/y.c"));
	is_int(take_in("p", in_box("none")), -1);
	ok(says(ERR_USAGE, "none holds no C source"));
	is_int(take_in("p", gitbox), -1);
	ok(says(ERR_USAGE, "the project's own folder lies in "));
	is_int(take_in("p", "/"), -1);
	ok(says(ERR_USAGE, "the project's own folder lies in /"));
	ok(sh("mkdir many; cd many; seq 10001 | sed 's/$/.c/' | xargs touch"));
	is_int(take_in("p", in_box("many")), -1);
	ok(says(ERR_USAGE, "too much for a rewrite; name a folder or commit that holds its sources alone: "));
	ok(says(ERR_USAGE, "more than 10000 files and folders"));
	ok(sh("cd many; git init -q .; git add -A; git commit -qm many"));
	is_int(take_in("many", "HEAD"), -1);
	ok(says(ERR_USAGE, "more than 10000 files and folders"));
	ok(sh("mkdir pp; echo 'int a;' >pp/a.c"));
	is_int(take_in("pp", in_box("pp")), 0); /* the project itself */
}

int main(void)
{
	if (!gitbox_open())
		return 1;
	tap_run("names", names);
	tap_run("the best is chosen", the_best_is_chosen);
	tap_run("files are read", files_are_read);
	tap_run("rewrites from elsewhere", rewrites_from_elsewhere);
	tap_run("what is no rewrite is refused", what_is_no_rewrite_is_refused);
	gitbox_close();
	return tap_done();
}
