#include "harness/repo.h"

#include "tests/gitbox.h"

static struct err err;
static struct repo_source got;

static int import(const char *source, const char *ref)
{
	err = (struct err){0};
	got = (struct repo_source){0};
	return repo_import(in_box("store"), source, ref, &repo_default_limits, NULL, &gitbox_arena, &got, &err);
}

static int import_box(const char *name, const char *ref)
{
	return import(in_box(name), ref);
}

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static const struct tree_node *find_in(const struct tree *tree, const char *path)
{
	return tree_find(tree, path);
}

static const char *text_in(const struct tree *tree, const char *path)
{
	const struct tree_node *node = find_in(tree, path);
	return node && node->type != TREE_FOLDER ? node->content.ptr : NULL;
}

static int read_into(struct tree *tree, const char *id)
{
	err = (struct err){0};
	return repo_read_tree(in_box("store"), id, &repo_default_limits.files, tree, "/src", &err);
}

/* ---- work trees */

static void a_work_tree_stands_for_its_head(void)
{
	ok(sh("git init -q -b main work; cd work; echo 'int a;' >a.c; mkdir sub; echo x >'sub/with space'; "
	      "ln -s ../a.c sub/link;"
	      "echo '*.o' >.gitignore; git add .; git commit -qm one; git tag v1; git tag -a -m t v1-annotated;"
	      "echo 'int b;' >b.c; git add .; git commit -qm two; git branch other v1; touch x.o"));
	if (!is_int(import_box("work", NULL), 0))
		tap_print("# %s\n", err.text);
	is_int(got.kind, REPO_COMMIT);
	is_str(got.id, answer("git -C work rev-parse HEAD"));
	is_str(got.address, in_box("work"));
	is_str(got.name, "work");
	is_str(got.branch, "main");
	is_int(got.changed_len, 0);
	is_int(got.submodules.len, 0);
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(read_into(tree, got.id), 0);
	is_str(text_in(tree, "/src/a.c"), "int a;\n");
	is_str(text_in(tree, "/src/b.c"), "int b;\n");
	is_str(text_in(tree, "/src/sub/with space"), "x\n");
	is_int(find_in(tree, "/src/sub/link")->type, TREE_LINK);
	is_str(text_in(tree, "/src/sub/link"), "../a.c");
	ok(!find_in(tree, "/src/x.o"));
}


static void names_of_all_kinds_are_found(void)
{
	const char *one = answer("git -C work rev-parse v1"), *two = answer("git -C work rev-parse main");
	static const struct {
		const char *ref, *branch;
		int commit;
	} cases[] = {
		{"main", "main", 2},          {"other", "other", 1},       {"v1", "v1", 1},
		{"v1-annotated", "v1-annotated", 1}, {"refs/tags/v1", "v1", 1}, {"refs/heads/main", "main", 2},
		{"HEAD", "", 2},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		is_int(import_box("work", cases[i].ref), 0);
		is_str(got.id, cases[i].commit == 1 ? one : two);
		is_str(got.branch, cases[i].branch);
		is_int(got.kind, REPO_COMMIT);
	}
	is_int(import_box("work", one), 0);
	is_str(got.id, one);
	is_str(got.branch, "");
	is_int(import_box("work", arena_printf(&gitbox_arena, "%.7s", one)), 0);
	is_str(got.id, one);
	is_int(import_box("work", answer("git -C work rev-parse v1-annotated")), 0);
	is_str(got.id, one);
}

static void other_names_are_refused(void)
{
	is_int(import_box("work", "v9"), -1);
	ok(says(ERR_USAGE, "v9 is no branch, tag or commit of "));
	ok(says(ERR_USAGE, "; it has main, other, v1, v1-annotated"));
	is_int(import_box("work", "0123456"), -1);
	ok(says(ERR_USAGE, "0123456 is no branch"));
	is_int(import_box("work", "012345678901234567890123456789012345678901234567890"), -1);
	ok(says(ERR_USAGE, "is no branch"));
	is_int(import_box("work", answer("git -C work rev-parse main^{tree}")), -1);
	ok(says(ERR_USAGE, "is no commit"));
	is_int(import_box("work", "main~1"), -1);
	ok(says(ERR_USAGE, "main~1 is no branch"));
	is_int(import_box("work", ""), -1);
	ok(says(ERR_USAGE, "is no branch"));
	ok(sh("git -C work tag other main"));
	is_int(import_box("work", "other"), -1);
	ok(says(ERR_USAGE, "write refs/heads/other or refs/tags/other"));
	ok(sh("git -C work tag -d other"));
}

static bool is_changed(const char *path)
{
	for (size_t i = 0; i < min_size(got.changed_len, REPO_NAMES_MAX); i++) {
		if (strcmp(got.changed[i], path) == 0)
			return true;
	}
	return false;
}

static void a_dirty_work_tree_says_what_differs(void)
{
	ok(sh("git clone -q work dirty; cd dirty; echo more >>a.c; rm b.c; echo n >'new file'; mkdir .recast; "
	      "echo l >.recast/l;"
	      "echo r >recast.json; echo R >RECAST.md; touch y.o"));
	const char *before = answer("sha256sum dirty/.git/index; ls -laR --full-time dirty/.git | sha256sum");
	is_int(import_box("dirty", NULL), 0);
	is_int(got.changed_len, 3);
	ok(is_changed("a.c"));
	ok(is_changed("b.c"));
	ok(is_changed("new file"));
	is_str(got.id, answer("git -C work rev-parse main"));
	is_str(answer("sha256sum dirty/.git/index; ls -laR --full-time dirty/.git | sha256sum"), before);
	is_int(import_box("dirty", "main"), 0);
	is_int(got.changed_len, 0); /* who names a commit means that */

	ok(sh("cd dirty; for i in 1 2 3 4 5 6 7 8 9; do touch n$i n1$i n2$i; done"));
	is_int(import_box("dirty", NULL), 0);
	is_int(got.changed_len, 3 + 27);
	ok(got.changed[REPO_NAMES_MAX - 1] != NULL);
}

static void core_worktree_leads_nowhere(void)
{
	ok(sh("git clone -q work elsewhere; git -C elsewhere config core.worktree /usr"));
	is_int(import_box("elsewhere", NULL), 0);
	is_int(got.changed_len, 0);
}

/* ---- other repositories of this machine */

static void bare_and_other_repositories(void)
{
	const char *two = answer("git -C work rev-parse main");
	ok(sh("git clone -q --bare work strange.name; git clone -q --bare work lib.git;"
	      "git clone -q --shared work shared; git clone -q --depth 1 file://$PWD/work shallow;"
	      "git -C work worktree add -q ../linked other; git clone -q work detached; "
	      "git -C detached checkout -q v1"));
	is_int(import_box("strange.name", NULL), 0);
	is_str(got.id, two);
	is_str(got.branch, "main");
	is_str(got.name, "strange.name");
	is_int(import_box("lib.git", "v1"), 0);
	is_str(got.name, "lib");
	is_int(import_box("shared", NULL), 0);
	is_str(got.id, two);
	is_int(import_box("shallow", NULL), 0);
	is_str(got.id, two);
	is_int(import_box("linked", NULL), 0);
	is_str(got.branch, "other");
	is_str(got.id, answer("git -C work rev-parse v1"));
	is_int(import_box("detached", NULL), 0);
	is_str(got.branch, "");
	is_str(got.id, answer("git -C work rev-parse v1"));
	is_int(import_box("detached", "origin/main"), 0);
	is_str(got.id, two);

	const char *address = arena_printf(&gitbox_arena, "file://%s", in_box("lib%2Egit"));
	is_int(import(address, "other"), 0);
	is_str(got.address, address);
	is_str(got.name, "lib");
	is_str(got.branch, "other");
}

static void a_path_may_be_anything(void)
{
	ok(sh("git clone -q work \"$(printf 'new\\nline')\"; git clone -q work 'a:b'; "
	      "git clone -q work '\xC3\xA4 \xE2\x80\xA6'"));
	is_int(import_box("new\nline", NULL), 0);
	is_str(got.name, "new\nline");
	is_int(import_box("a:b", NULL), 0);
	is_int(import_box("\xC3\xA4 \xE2\x80\xA6", NULL), 0);
	is_str(got.name, "\xC3\xA4 \xE2\x80\xA6");
}

static void the_store_stays_sound(void)
{
	ok(sh("git --git-dir=store gc -q; "
	      "git --git-dir=store rev-parse --verify -q $(git -C work rev-parse v1)^{tree};"
	      "test ! -d store/incoming-*; ! grep -r remote store/config"));
	is_int(import_box("work", "v1"), 0);
	is_int(import_box("work", NULL), 0);

	/* A run that was killed while it made the store. */
	ok(sh("mv store old; mkdir -p store/objects store/refs; echo junk >store/config.lock.x"));
	is_int(import_box("work", NULL), 0);
	ok(sh("git --git-dir=store cat-file -e $(git -C work rev-parse main); rm -rf store; mv old store"));
}

/* ---- plain folders */

static void a_folder_is_named_as_git_would(void)
{
	ok(sh("mkdir -p plain/sub plain/sub.d plain/empty/er; cd plain; echo 'int a;' >a.c; echo x >sub/x; "
	      "echo y >sub.d/y; : >sub0;"
	      "ln -s /etc/passwd link; echo run >run.sh; chmod +x run.sh; printf 'a\\r\\n' >crlf; "
	      "echo '* text eol=lf' >.gitattributes;"
	      "printf 'x' >\"$(printf 'n\\nl')\"; mkdir .hidden; echo h >.hidden/h"));
	const char *tree = answer("cp -a plain copy; cd copy; rm .gitattributes; git init -q; "
				  "cp ../plain/.gitattributes .;"
				  "echo '* -text' >.git/info/attributes; git add -A; git write-tree");
	is_int(import_box("plain", NULL), 0);
	is_int(got.kind, REPO_TREE);
	is_str(got.id, tree);
	is_str(got.branch, "");
	ok(sh("mkdir -p plain/.recast plain/deep/.git; echo l >plain/.recast/ledger; echo g >plain/deep/.git/g; "
	      "mkfifo plain/pipe"));
	is_int(import_box("plain", NULL), 0);
	is_str(got.id, tree);
	SCOPED_TREE struct tree *read = tree_new();
	is_int(read_into(read, got.id), 0);
	is_str(text_in(read, "/src/crlf"), "a\r\n");
	is_str(text_in(read, "/src/link"), "/etc/passwd");
	is_str(text_in(read, "/src/n\nl"), "x");
	ok(!find_in(read, "/src/empty"));
	ok(sh("mkdir nothing"));
	is_int(import_box("nothing", NULL), 0);
	is_str(got.id, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");

	is_int(import_box("plain", "main"), -1);
	ok(says(ERR_USAGE, "plain is no repository, so there is no main in it"));
	is_int(import_box("work/sub", NULL), 0); /* no repository itself, whatever it lies in */
	is_int(got.kind, REPO_TREE);
}

/* ---- what cannot be read */

static void errors_name_the_thing(void)
{
	is_int(import_box("none", NULL), -1);
	ok(says(ERR_USAGE, "there is no folder or repository /tmp/"));
	is_int(import_box("out", NULL), -1);
	ok(says(ERR_USAGE, "out is a file"));
	is_int(import_box("out/x", NULL), -1);
	ok(says(ERR_USAGE, "there is no folder"));
	is_int(import("file:///nowhere/at/all", NULL), -1);
	ok(says(ERR_USAGE, "there is no folder or repository file:///nowhere/at/all"));
	is_int(import(arena_printf(&gitbox_arena, "file://%s", in_box("plain")), NULL), -1);
	ok(says(ERR_USAGE, "there is no repository at file:///"));
	ok(sh("git init -q empty; git init -q --bare empty.git; mkdir -p broken/.git"));
	is_int(import_box("empty", NULL), -1);
	ok(says(ERR_USAGE, "has no commit at its HEAD yet"));
	is_int(import_box("empty.git", "main"), -1);
	ok(says(ERR_USAGE, "main is no branch"));
	is_int(import_box("broken", NULL), -1);
	ok(says(ERR_PARSE, "broken/.git is no repository"));
	is_int(import("ext::sh -c 'touch /tmp/x'", NULL), -1);
	ok(says(ERR_USAGE, "addresses that begin with \"ext:\""));
	is_int(import("ftp://user:secret@host/x", NULL), -1);
	ok(says(ERR_USAGE, "\"ftp:\"") && !strstr(err.text, "secret"));
}

static void damage_is_named(void)
{
	ok(sh("git clone -q --no-local work d1; cd d1; mv .git/objects/pack/*.pack p; rm .git/objects/pack/*; "
	      "git unpack-objects -q <p; rm p;"
	      "b=$(git rev-parse main:b.c); rm -f .git/objects/${b%??????????????????????????????????????}/${b#??}"));
	is_int(import_box("d1", NULL), -1);
	ok(says(ERR_PARSE, arena_printf(&gitbox_arena, "object %s is missing; run git fsck there",
					answer("git -C work rev-parse main:b.c"))));
	is_int(import_box("d1", "v1"), 0); /* that one is whole */
	ok(sh("cp -a d1 d2; cd d2; t=$(git rev-parse main^{tree}); "
	      "f=.git/objects/$(echo $t | cut -c1-2)/$(echo $t | cut -c3-);"
	      "chmod +w $f; echo junk >$f"));
	is_int(import_box("d2", NULL), -1);
	ok(says(ERR_PARSE, "is damaged"));
	ok(sh("git clone -q work d3; : >d3/.git/HEAD"));
	is_int(import_box("d3", NULL), -1);
	ok(says(ERR_PARSE, "d3 is damaged"));
	ok(sh("git clone -q work d4; rm d4/.git/HEAD"));
	is_int(import_box("d4", NULL), -1);
	ok(says(ERR_PARSE, "d4/.git is no repository"));
	ok(sh("git clone -q work d5; echo '[core' >d5/.git/config"));
	is_int(import_box("d5", NULL), -1);
	ok(says(ERR_PARSE, "cannot read the repository"));
	ok(sh("git clone -q work d6; echo 0123456789012345678901234567890123456789 >d6/.git/refs/heads/main"));
	is_int(import_box("d6", NULL), -1);
	ok(says(ERR_PARSE, "0123456789012345678901234567890123456789 is missing"));
	ok(sh("git clone -q work d7; echo junk >d7/.git/index"));
	is_int(import_box("d7", NULL), -1);
	ok(says(ERR_PARSE, "cannot compare"));
	ok(sh("git init -q --object-format=sha256 d8; cd d8; echo x >x; git add .; git commit -qm x"));
	is_int(import_box("d8", NULL), -1);
	ok(says(ERR_PARSE, "cannot read the repository"));
}

static void submodules_are_named(void)
{
	ok(sh("git clone -q work with; cd with; "
	      "git -c protocol.file.allow=always submodule add -q ../work deep/er 2>/dev/null;"
	      "git commit -qm sub; echo x >>deep/er/a.c"));
	is_int(import_box("with", NULL), 0);
	is_int(got.changed_len, 0);
	if (!is_int(got.submodules.len, 1))
		return;
	is_str(got.submodules.items[0], "deep/er");
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(read_into(tree, got.id), 0);
	const struct tree_node *node = find_in(tree, "/src/deep/er");
	ok(node && node->type == TREE_FOLDER && node->children_len == 0);
}

int main(void)
{
	if (!gitbox_open())
		return 1;
	tap_run("a work tree stands for its HEAD", a_work_tree_stands_for_its_head);
	tap_run("names of all kinds are found", names_of_all_kinds_are_found);
	tap_run("other names are refused", other_names_are_refused);
	tap_run("a dirty work tree says what differs", a_dirty_work_tree_says_what_differs);
	tap_run("core.worktree leads nowhere", core_worktree_leads_nowhere);
	tap_run("bare and other repositories", bare_and_other_repositories);
	tap_run("a path may be anything", a_path_may_be_anything);
	tap_run("the store stays sound", the_store_stays_sound);
	tap_run("a folder is named as git would", a_folder_is_named_as_git_would);
	tap_run("errors name the thing", errors_name_the_thing);
	tap_run("damage is named", damage_is_named);
	tap_run("submodules are named", submodules_are_named);
	gitbox_close();
	return tap_done();
}
