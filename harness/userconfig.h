#ifndef RECAST_HARNESS_USERCONFIG_H
#define RECAST_HARNESS_USERCONFIG_H

/*
 * The user's own configuration, config.json: providers with their commands,
 * addresses, keys and prices, and defaults of `recast generate`. A project's
 * recast.json can name none of these. specs/config.schema.json describes it,
 * recast-config(5) is for people.
 */

#include "harness/provider.h"

/* How what is outside is asked for, by cli/: the environment, and files of the user. */
struct userconfig_world {
	const char *(*variable)(const char *name); /* or NULL */
	const char *folder; /* of config.json; paths in it that begin with no "/" start here, "~/" at home */
	const char *home;   /* or NULL */
};

struct signing {
	const char *format; /* "ssh" or "gpg"; NULL: commits are not signed */
	const char *key;    /* ssh: a file; gpg: a key's name */
};

struct userconfig {
	struct provider *providers; /* without keys: these are read when one is chosen */
	size_t providers_len;
	const char **key_env, **key_file; /* of each, or NULL */
	struct strings use;         /* who is asked unless told otherwise: "NAME" or "NAME/MODEL", in this order */
	unsigned parallel;          /* requests at once */
	struct signing signing;
	const char *timestamp_url;  /* of an RFC 3161 authority, or NULL */
};

enum { USERCONFIG_MAX = 1 << 20, USERCONFIG_KEY_MAX = 16 << 10, USERCONFIG_PROVIDERS_MAX = 64 };

/* An empty text gives the defaults. */
int userconfig_parse(struct str text, const struct userconfig_world *world, struct arena *a, struct userconfig *ret,
		     struct err *err);

/*
 * "NAME" or "NAME/MODEL", where NAME is one of the user's or that of a row; with its key, from the environment or
 * from a file that nobody else can read. ERR_USAGE says what is lacking and where it is to be put.
 */
int userconfig_choose(const struct userconfig *config, const struct userconfig_world *world, const char *selector,
		      struct arena *a, struct provider *ret, struct err *err);

#endif
