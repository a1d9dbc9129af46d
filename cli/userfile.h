#ifndef RECAST_CLI_USERFILE_H
#define RECAST_CLI_USERFILE_H

/* The user's configuration, found where this machine keeps it, with the environment that its keys come from. */

#include "harness/userconfig.h"

struct userfile {
	struct arena arena;
	struct userconfig_world world;
	struct userconfig config;
	/* Of userfile_signer. */
	struct signature_tool tool;
	struct signer signer;
};

/* recast/config.json in $XDG_CONFIG_HOME or ~/.config; where there is none, the defaults. */
int userfile_read(struct userfile *ret, struct err *err);
void userfile_release(struct userfile *u);

/* Whoever signs commits as the user wants it, with the environment of this process; or NULL. It lives as long as `u`
 * stays where it is. */
const struct signer *userfile_signer(struct userfile *u);

#endif
