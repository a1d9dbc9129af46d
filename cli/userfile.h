#ifndef RECAST_CLI_USERFILE_H
#define RECAST_CLI_USERFILE_H

/* The user's configuration, found where this machine keeps it, with the environment that its keys come from. */

#include "harness/userconfig.h"

struct userfile {
	struct arena arena;
	struct userconfig_world world;
	struct userconfig config;
};

/* recast/config.json in $XDG_CONFIG_HOME or ~/.config; where there is none, the defaults. */
int userfile_read(struct userfile *ret, struct err *err);
void userfile_release(struct userfile *u);

/* "NAME=value" of this process, ends with NULL: what ssh-keygen and gpg need to find agents and keyrings. */
const char *const *userfile_environment(void);

#endif
