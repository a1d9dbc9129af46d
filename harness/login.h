#ifndef RECAST_HARNESS_LOGIN_H
#define RECAST_HARNESS_LOGIN_H

/*
 * What to show a machine that asks who we are: what stands in the address, then
 * for ssh the agent's keys and those of the user's that need no passphrase. Each
 * is shown once, also when a connection is lost between them.
 */

#include "harness/address.h"

enum login_kind {
	LOGIN_NONE, /* there is nothing more */
	LOGIN_NAME,
	LOGIN_PASSWORD,
	LOGIN_AGENT,
	LOGIN_KEY,
};

/* Bits of what is accepted. */
enum { LOGIN_TAKES_NAME = 1, LOGIN_TAKES_PASSWORD = 2, LOGIN_TAKES_KEY = 4 };

struct login {
	const struct address *address;
	struct arena *a;
	bool asked;    /* anything at all was wanted */
	size_t shown;  /* how many were shown */
	size_t next;   /* agent and keys that were shown */
	bool password_shown;
	const char *name, *password, *key; /* of the last answer; key is a file */
};

enum login_kind login_next(struct login *l, unsigned takes);

#endif
