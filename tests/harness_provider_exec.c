/* Commands that answer: good ones, bad ones, and what they see. */

#include "tests/plain_provider.h"

static const char *command[4];

static int script(const char *text)
{
	command[0] = "sh";
	command[1] = "-c";
	command[2] = text;
	provider.command = (struct strings){command, 3};
	return ask("t");
}

static int program(const char *name)
{
	command[0] = name;
	provider.command = (struct strings){command, 1};
	return ask("t");
}

/* ---- */

static void the_row(void)
{
	ok(provider_row_find(STR("exec")) == &provider_exec);
	is_int(provider_exec.provenance, PROVENANCE_UNATTESTED);
	ok(!provider_exec.needs_model && !provider_exec.key_env);
}

static void prompt_goes_in_and_reply_comes_out(void)
{
	is_int(script("echo \"I was told:\"; cat"), 0);
	answered("I was told:\nYou are exact.\n\nWrite it.\n");
	is_str(got.reply.model, "m-x");
	provider.model = NULL;
	is_int(script("echo x; echo warning >&2"), 0);
	answered("x\n");
	is_str(got.reply.model, "");
	provider.model = "m-x";
}

static void text_becomes_clean(void)
{
	is_int(script("printf 'a\\377b\\000c\\303'; printf '\\244'"), 0);
	answered("a\xEF\xBF\xBD" "b\xEF\xBF\xBD" "c\xC3\xA4");
	is_int(kept.len, 7);
	is_mem(kept.ptr, "a\377b\0c\303\244", 7);
}

static void secrets_stay_out(void)
{
	is_int(script("printf 'key sk-very-'; printf 'secret.'"), 0);
	answered("key [secret].");
	is_str(kept.ptr, "key [secret].");
	is_int(script("echo no sk-very-secret >&2; exit 1"), 0);
	failed(PROVIDER_BUSY, "sh: exit status 1: no [secret]");
	is_int(script("printf sk-very-secre"), 0);
	answered("sk-very-secre");
}

static void it_sees_an_empty_folder(void)
{
	const char *env[] = {"A=1", "B"};
	is_int(script("pwd | grep -c '^/tmp/recast-exec-......$'; ls -A; [ \"$PWD\" = \"$HOME\" ] && echo home; "
		      "ls -ld . | cut -c 1-10; env | grep -v '^HOME=\\|PWD=\\|^_=' | sort"), 0);
	answered("1\nhome\ndrwx------\nLANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n");
	env[1] = "HOME=/elsewhere";
	provider.env = (struct strings){env, 2};
	is_int(script("env | grep -v 'PWD=\\|^_=' | sort"), 0);
	answered("A=1\nHOME=/elsewhere\nLANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n");
	provider.env = (struct strings){0};
}

static void the_folder_goes(void)
{
	is_int(script("mkdir -p a/b; echo x >a/b/c; printf \"$PWD\""), 0);
	ok(str_starts(buf_str(&got.reply.text), STR("/tmp/recast-exec-")));
	ok(!fs_exists(got.reply.text.ptr));
	is_int(script("printf \"$PWD\"; exit 3"), 0);
	ok(!fs_exists(got.reply.text.ptr));
}

static void what_may_go_wrong(void)
{
	is_int(program("/nowhere/no-such-program"), 0);
	failed(PROVIDER_DOWN, "no-such-program: cannot be run: there is no such program");
	is_int(program("no-such-program"), 0);
	failed(PROVIDER_DOWN, "no-such-program: cannot be run: there is no such program");
	is_int(script("no-such-program"), 0);
	is_int(got.outcome, PROVIDER_DOWN);
	ok(strstr(got.why, "sh: exit status 127: "));
	is_int(script("exit 126"), 0);
	failed(PROVIDER_DOWN, "sh: exit status 126");
	is_int(script("echo partly; printf 'one\\n\\033[1mtwo\\n' >&2; exit 5"), 0);
	failed(PROVIDER_BUSY, "sh: exit status 5: one  [1mtwo");
	is_str(got.reply.text.ptr, "partly\n");
	is_int(script("kill -11 $$"), 0);
	failed(PROVIDER_BUSY, "sh: ended by signal 11");
	is_int(script("i=0; while [ $i -lt 900 ]; do echo line $i >&2; i=$((i+1)); done; exit 1"), 0);
	ok(str_ends(str_of(got.why), STR(" line 898 line 899")) && strlen(got.why) < 500);
	is_int(script("exit 0"), 0);
	failed(PROVIDER_BROKEN, "an empty reply");
	is_int(got.first_ns, 0);
	reread();
	is_int(script("echo; echo"), 0);
	failed(PROVIDER_BROKEN, "an empty reply");
	reread();
	is_int(script("yes"), 0);
	failed(PROVIDER_BROKEN, "sh: more output than the limit of 8388608 bytes");
}

static void limits(void)
{
	provider.idle_ms = 400;
	is_int(script("printf begun; tail -f /dev/null"), 0);
	failed(PROVIDER_BROKEN, "sh: nothing came for 400 ms");
	is_str(got.reply.text.ptr, "begun");
	provider.idle_ms = 0;
	provider.total_ms = 100;
	is_int(script("tail -f /dev/null"), 0);
	failed(PROVIDER_BROKEN, "sh: not done after 100 ms");
	provider.total_ms = 60000;
	atomic_store(&cancelled, true);
	is_int(script("tail -f /dev/null"), 0);
	failed(PROVIDER_CANCELLED, "cancelled");
	atomic_store(&cancelled, false);
}

static void what_is_not_kept_is_an_error(void)
{
	refuses = true;
	is_int(script("echo x; tail -f /dev/null"), -1);
	is_str(err.text, "the disk is full");
	is_int(script("printf x"), -1);
	is_int(script("printf sk-very-secre"), -1);
	refuses = false;
}

int main(void)
{
	provider = (struct provider){.name = "mine", .row = &provider_exec, .model = "m-x", .total_ms = 60000};
	tap_run("the row", the_row);
	tap_run("the prompt goes in and the reply comes out", prompt_goes_in_and_reply_comes_out);
	tap_run("text becomes clean", text_becomes_clean);
	tap_run("secrets stay out", secrets_stay_out);
	tap_run("it sees an empty folder", it_sees_an_empty_folder);
	tap_run("the folder goes", the_folder_goes);
	tap_run("what may go wrong", what_may_go_wrong);
	tap_run("limits", limits);
	tap_run("what is not kept is an error", what_is_not_kept_is_an_error);
	plain_provider_close();
	return tap_done();
}
