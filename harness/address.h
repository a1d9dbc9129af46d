#ifndef RECAST_HARNESS_ADDRESS_H
#define RECAST_HARNESS_ADDRESS_H

/*
 * Addresses of git repositories, taken apart as text: "https://host/path" and
 * "user@host:path", as git knows them. A user's name and password, the query and
 * the fragment are kept apart from what may be printed.
 */

#include "core/arena.h"
#include "core/err.h"

enum address_kind {
	ADDRESS_PATH, /* no address at all */
	ADDRESS_FILE, /* a folder of this machine, written as an address */
	ADDRESS_HTTP,
	ADDRESS_SSH,
	ADDRESS_GIT,
};

struct address {
	enum address_kind kind;
	const char *clean; /* may be printed */
	const char *name;  /* last part of the path, without ".git" */
	const char *url;   /* to connect to; it holds no password, and a user only for ssh */
	const char *path;  /* of a path or a file address */
	const char *user, *password; /* decoded; NULL if not given */
	const char *secrets[5];      /* as written and decoded; NULL where there is none */
};

/* Fails with ERR_USAGE for schemes that are not known, and for what no address can hold. */
int address_parse(const char *source, struct arena *a, struct address *ret, struct err *err);

/* Whether it looks like an address rather than a path. */
bool address_is_one(const char *source);

/* Without user, password, query and fragment; a path as it is. */
const char *address_clean(const char *source, struct arena *a);

/* Whether a text gives away what the address keeps apart. */
bool address_betrayed(const struct address *address, const char *text);

/* The last part of a path or address, without ".git". */
const char *address_name(const char *path, struct arena *a);

#endif
