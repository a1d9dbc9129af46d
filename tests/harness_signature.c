/* Commits of candidates, signed by a real ssh key, which git verifies; and what may go wrong. */

#include "harness/candidate_commit.h"
#include "harness/rewrite.h"
#include "tests/gitbox.h"

static struct err err;
static struct candidate got;
static bool is_new;
static const char *env[3];
static struct signature_tool tool = {.env = env};

static int add(const char *project, const char *text, const struct signer *signer)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = {.title = "A rewrite", .origin = "folder x", .run = "7"};
	err = (struct err){0};
	got = (struct candidate){0};
	if (tree_add_file(tree, REWRITE_ROOT "/a.c", str_of(text), &err) < 0)
		return -1;
	return candidates_add_signed(in_box(project), tree, &about, 1000000000, signer, &gitbox_arena, &got, &is_new,
				     &err);
}

static int add_with(const char *project, const char *text, const char *format, const char *key)
{
	tool.how = (struct signing){format, key};
	struct signer signer = signature_signer(&tool);
	return add(project, text, &signer);
}

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

#define VERIFY "git -C ssh/.recast/candidates.git -c gpg.format=ssh -c gpg.ssh.allowedSignersFile=\"$PWD/signers\" " \
	       "verify-commit "

static void git_verifies_ssh(void)
{
	struct candidate_list list;
	ok(sh("mkdir ssh; ssh-keygen -q -t ed25519 -N '' -C me -f key; "
	      "printf 'me namespaces=\"git\" ' >signers; cat key.pub >>signers"));
	if (!is_int(add_with("ssh", "int a;", "ssh", in_box("key")), 0))
		tap_print("# %s\n", err.text);
	ok(is_new);
	is_str(got.title, "A rewrite");
	is_str(got.run, "7");
	is_int(got.made_s, 1000000000);
	if (!ok(sh(VERIFY "refs/candidates/1")))
		tap_print("# %s\n", answer("cat out"));
	ok(strstr(answer(VERIFY "refs/candidates/1 2>&1"), "Good \"git\" signature for me"));
	is_str(answer("git -C ssh/.recast/candidates.git log -1 --format=%s%an refs/candidates/1"), "A rewriterecast");
	if (!ok(sh("git -C ssh/.recast/candidates.git fsck --strict --full")))
		tap_print("# %s\n", answer("cat out"));
	/* The same files are the same candidate, signed or not. */
	is_int(add("ssh", "int a;", NULL), 0);
	ok(!is_new);
	is_int(add("ssh", "int b;", NULL), 0);
	ok(is_new && got.number == 2);
	ok(!sh(VERIFY "refs/candidates/2"));
	is_int(candidates_list(in_box("ssh"), &gitbox_arena, &list, &err), 0);
	is_int(list.len, 2);
	is_str(list.items[0].title, "A rewrite");
	is_str(list.items[0].origin, "folder x");
}

/* Signatures are of what stands in the commit. */
static void a_changed_commit_is_not_verified(void)
{
	ok(sh("cd ssh/.recast/candidates.git; git cat-file commit refs/candidates/1 | sed 's/Recast-Run: 7/Recast-Run: 8/' "
	      ">changed; git update-ref refs/candidates/9 $(git hash-object -t commit -w changed)"));
	ok(!sh(VERIFY "refs/candidates/9"));
	is_int(candidates_find(in_box("ssh"), "c9", &gitbox_arena, &got, &err), 0);
	is_str(got.run, "8");
}

static void keys_in_agents(void)
{
	ok(sh("chmod 600 key; eval $(ssh-agent -a \"$PWD/agent\"); echo $SSH_AGENT_PID >pid; ssh-add -q key; mv key away"));
	env[1] = arena_printf(&gitbox_arena, "SSH_AUTH_SOCK=%s", in_box("agent"));
	is_int(add_with("ssh", "int c;", "ssh", in_box("key.pub")), 0);
	ok(sh(VERIFY "refs/candidates/10"));
	env[1] = NULL;
	ok(sh("kill $(cat pid)"));
}

/* ---- gpg, played by a script */

static int with_gpg(const char *text, const char *script)
{
	ok(sh(arena_printf(&gitbox_arena, "mkdir -p bin gpg; { echo '#!/bin/sh'; cat <<'END'; } >bin/gpg\n%s\nEND\n"
			   "chmod 755 bin/gpg", script)));
	return add_with("gpg", text, "gpg", "me@example.org");
}

#define BEGIN "echo '-----BEGIN PGP SIGNATURE-----'; "

static void gpg_is_called_as_git_does(void)
{
	is_int(with_gpg("int a;", "echo \"$@\" >\"$BOX/args\"; cat >\"$BOX/input\"; " BEGIN "echo; echo abc; "
			"echo '-----END PGP SIGNATURE-----'"), 0);
	is_str(got.title, "A rewrite");
	is_str(answer("cat args"), "--batch --detach-sign --armor --local-user me@example.org");
	is_str(answer("cd gpg/.recast/candidates.git; git cat-file commit refs/candidates/1 | "
		      "sed -n '4,8s/^/|/p' | tr '\\n' '/'"),
	       "|gpgsig -----BEGIN PGP SIGNATURE-----/| /| abc/| -----END PGP SIGNATURE-----/|/");
	ok(sh("cd gpg/.recast/candidates.git; git cat-file commit refs/candidates/1 | sed 4,7d | cmp - ../../../input"));
	ok(sh("git -C gpg/.recast/candidates.git fsck --strict --full"));
}

static void what_may_go_wrong(void)
{
	is_int(with_gpg("int b;", "echo 'gpg: no secret key' >&2; exit 2"), -1);
	ok(says(ERR_TOOL, "cannot sign with me@example.org: gpg: exit status 2: gpg: no secret key"));
	is_int(with_gpg("int b;", "cat >/dev/null"), -1);
	ok(says(ERR_TOOL, "gpg wrote no signature"));
	is_int(with_gpg("int b;", "echo hello"), -1);
	ok(says(ERR_TOOL, "gpg wrote no signature"));
	is_int(with_gpg("int b;", BEGIN "printf 'no end'"), -1);
	ok(says(ERR_TOOL, "gpg wrote no signature"));
	is_int(with_gpg("int b;", BEGIN "printf 'a\\0b\\n'"), -1);
	ok(says(ERR_TOOL, "gpg wrote no signature"));
	is_int(with_gpg("int b;", BEGIN "printf 'a\\r\\n'"), -1);
	ok(says(ERR_TOOL, "gpg wrote no signature"));
	is_int(with_gpg("int b;", BEGIN "while :; do echo 0123456789012345678901234567890; done"), -1);
	ok(says(ERR_TOOL, "gpg: "));
	ok(sh("rm bin/gpg"));
	env[0] = "PATH=/nowhere";
	is_int(add_with("gpg", "int b;", "gpg", "me"), -1);
	ok(says(ERR_TOOL, "cannot sign with me: gpg: cannot be run: there is no such program"));
	env[0] = "PATH=/usr/bin:/bin";
	is_int(add_with("ssh", "int d;", "ssh", in_box("no-such-key")), -1);
	ok(says(ERR_TOOL, "no-such-key: ssh-keygen: exit status "));
	/* None of these is there. */
	is_int(add("gpg", "int e;", NULL), 0);
	is_int(got.number, 2);
}

int main(void)
{
	if (!gitbox_open())
		return 1;
	env[0] = "PATH=/usr/bin:/bin";
	tap_run("git verifies ssh", git_verifies_ssh);
	tap_run("a changed commit is not verified", a_changed_commit_is_not_verified);
	tap_run("keys in agents", keys_in_agents);
	env[0] = arena_printf(&gitbox_arena, "PATH=%s:/usr/bin:/bin", in_box("bin"));
	env[1] = arena_printf(&gitbox_arena, "BOX=%s", gitbox);
	tap_run("gpg is called as git does", gpg_is_called_as_git_does);
	tap_run("what may go wrong", what_may_go_wrong);
	gitbox_close();
	return tap_done();
}
