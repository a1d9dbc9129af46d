#include "cli/userfile.h"

#include "tests/folder.h"

#include <sys/stat.h>

static struct userfile u;
static struct err err;

static int read_it(const char *config, const char *home)
{
	userfile_release(&u);
	err = (struct err){0};
	config ? setenv("XDG_CONFIG_HOME", config, 1) : unsetenv("XDG_CONFIG_HOME");
	home ? setenv("HOME", home, 1) : unsetenv("HOME");
	return userfile_read(&u, &err);
}

static void put_config(const char *path, const char *text)
{
	put(path, text);
	must(chmod(path, 0600));
}

static void it_is_found(void)
{
	char home[200], config[300];
	must(getcwd(home, sizeof(home)) ? 0 : -1);
	snprintf(config, sizeof(config), "%s/all", home);
	is_int(fs_mkdirs(".config/recast", 0700, &err), 0);
	is_int(fs_mkdirs("all/recast", 0700, &err), 0);
	is_int(read_it(NULL, home), 0);
	is_int(u.config.parallel, 4);
	put_config(".config/recast/config.json", "{\"parallel\": 2, \"sign\": {\"format\": \"ssh\", \"key\": \"~/k\"}}");
	put_config("all/recast/config.json", "{\"parallel\": 3}");
	is_int(read_it(NULL, home), 0);
	is_int(u.config.parallel, 2);
	ok(str_ends(str_of(u.config.signing.key), STR("/k")) && str_starts(str_of(u.config.signing.key), str_of(home)));
	is_int(read_it("", home), 0);
	is_int(u.config.parallel, 2);
	is_int(read_it(config, home), 0);
	is_int(u.config.parallel, 3);
	is_int(read_it(config, NULL), 0);
	is_int(u.config.parallel, 3);
	is_int(read_it(NULL, NULL), 0);
	is_int(u.config.parallel, 4);
}

static void what_is_wrong_with_it(void)
{
	is_int(read_it("relative", "/nowhere"), -1);
	is_int(err.kind, ERR_USAGE);
	is_str(err.text, "the folder of configurations relative/recast is not an absolute path");
	char home[200];
	must(getcwd(home, sizeof(home)) ? 0 : -1);
	put_config(".config/recast/config.json", "{\"parallel\": 0}");
	is_int(read_it(NULL, home), -1);
	is_str(err.text, "config.json: parallel: expected a whole number from 1 to 64, found 0");
}

static void the_environment(void)
{
	struct provider p;
	SCOPED_ARENA struct arena a = {0};
	is_int(read_it(NULL, NULL), 0);
	setenv("ANTHROPIC_API_KEY", "sk-1", 1);
	is_int(userconfig_choose(&u.config, &u.world, "anthropic/m", &a, &p, &err), 0);
	is_str(p.key, "sk-1");
	setenv("ANTHROPIC_API_KEY", "", 1);
	is_int(userconfig_choose(&u.config, &u.world, "anthropic/m", &a, &p, &err), -1);
}

/* What is on PATH here signs. */
static void the_signer(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct str text;
	char home[200];
	must(getcwd(home, sizeof(home)) ? 0 : -1);
	is_int(read_it(NULL, NULL), 0);
	ok(userfile_signer(&u) == NULL);
	put_config(".config/recast/config.json", "{\"sign\": {\"format\": \"gpg\", \"key\": \"me\"}}");
	put("gpg", "#!/bin/sh\necho '-----BEGIN PGP SIGNATURE-----'\nenv | grep ^SIGN_\n");
	must(chmod("gpg", 0700));
	char *path = arena_printf(&a, "%s:%s", home, getenv("PATH"));
	setenv("PATH", path, 1);
	setenv("SIGN_WITH", "this", 1);
	is_int(read_it(NULL, home), 0);
	const struct signer *signer = userfile_signer(&u);
	if (!ok(signer != NULL))
		return;
	is_int(signer->sign(signer->data, STR("bytes"), &a, &text, &err), 0);
	is_str(text.ptr, "-----BEGIN PGP SIGNATURE-----\nSIGN_WITH=this\n");
}

int main(void)
{
	folder_enter();
	tap_run("it is found", it_is_found);
	tap_run("what is wrong with it", what_is_wrong_with_it);
	tap_run("the environment", the_environment);
	tap_run("the signer", the_signer);
	userfile_release(&u);
	tap_run("the folder goes", folder_leave);
	return tap_done();
}
