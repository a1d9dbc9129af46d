#ifndef RECAST_HARNESS_USERCONFIG_H
#define RECAST_HARNESS_USERCONFIG_H

/*
 * The user's own configuration, config.json: providers with their commands,
 * addresses, keys and prices, and defaults of `recast generate`. A project's
 * recast.json can name none of these. specs/config.schema.json describes it,
 * recast-config(5) is for people.
 */

#include "harness/provider.h"
#include "harness/signature.h"

/* How what is outside is asked for, by cli/: the environment, and files of the user. */
struct userconfig_world {
	const char *(*variable)(const char *name); /* or NULL */
	const char *folder; /* of config.json; paths in it that begin with no "/" start here, "~/" at home */
	const char *home;   /* or NULL */
	bool keyless;       /* nobody will be asked, so no key is looked for */
};

struct userconfig_price {
	const char *model;
	struct price price;
};

struct userconfig_provider {
	struct provider provider; /* without key, environment and price: these are found when it is chosen */
	const char *key_env;      /* variable that holds its key; or NULL */
	const char *key_file;     /* or NULL */
	struct strings env;       /* exec: "NAME", of ours, or "NAME=value" */
	struct userconfig_price *prices;
	size_t prices_len;
};

struct userconfig {
	struct userconfig_provider *providers;
	size_t providers_len;
	struct strings use;         /* who is asked unless told otherwise: "NAME" or "NAME/MODEL", in this order */
	unsigned parallel;          /* requests at once */
	struct signing signing;
	const char *timestamp_url;  /* of an RFC 3161 authority, or NULL */
	json_t *json;               /* owned; providers' bodies are in it */
};

enum { USERCONFIG_MAX = 1 << 20, USERCONFIG_KEY_MAX = 16 << 10, USERCONFIG_PROVIDERS_MAX = 64 };

/* An empty text gives the defaults. Strings live in the arena. */
int userconfig_parse(struct str text, const struct userconfig_world *world, struct arena *a, struct userconfig *ret,
		     struct err *err);
void userconfig_release(struct userconfig *config);

/* The same from config.json in the world's folder: one that others could have written is ERR_USAGE, and none is an
 * empty one. */
int userconfig_read(const struct userconfig_world *world, struct arena *a, struct userconfig *ret, struct err *err);

/*
 * "NAME" or "NAME/MODEL", where NAME is one of the user's or that of a row; with its key, from the environment or
 * from a file that nobody else can read. ERR_USAGE says what is lacking and where it is to be put. A row's own
 * variable is only looked at for the row's own address: another server must not get that key unasked.
 * `ret` borrows from the configuration.
 */
int userconfig_choose(const struct userconfig *config, const struct userconfig_world *world, const char *selector,
		      struct arena *a, struct provider *ret, struct err *err);

/* What nobody may see of a provider: its key, the password of its proxy, and what variables of its environment hold whose
 * names say that it is secret. */
struct strings userconfig_secrets(const struct provider *provider, struct arena *a);

#endif
