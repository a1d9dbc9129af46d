#include "cli/userfile.h"

#include <unistd.h>

/* The variable's value, if it is one. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && value[0] ? value : NULL;
}

/* Without a home there is no configuration, and paths in it lead nowhere. */
static int find_world(struct userfile *u, struct err *err)
{
	const char *home = variable("HOME"), *all = variable("XDG_CONFIG_HOME");
	const char *folder = "/nonexistent";
	if (all)
		folder = arena_printf(&u->arena, "%s/recast", all);
	else if (home)
		folder = arena_printf(&u->arena, "%s/.config/recast", home);
	if (folder[0] != '/')
		return err_set(err, ERR_USAGE, "the folder of configurations %s is not an absolute path", folder);
	u->world = (struct userconfig_world){.variable = variable, .folder = folder, .home = home};
	return 0;
}

int userfile_read(struct userfile *ret, struct err *err)
{
	struct userfile u = {0};
	if (find_world(&u, err) < 0 || userconfig_read(&u.world, &u.arena, &u.config, err) < 0) {
		arena_release(&u.arena);
		return -1;
	}
	*ret = u;
	return 0;
}

void userfile_release(struct userfile *u)
{
	userconfig_release(&u->config);
	arena_release(&u->arena);
	*u = (struct userfile){0};
}

/* ssh-keygen and gpg find agents and keyrings by the environment. */
const struct signer *userfile_signer(struct userfile *u)
{
	if (!u->config.signing.format)
		return NULL;
	u->tool = (struct signature_tool){u->config.signing, (const char *const *)(uintptr_t)environ};
	u->signer = signature_signer(&u->tool);
	return &u->signer;
}
