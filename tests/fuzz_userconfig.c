/*
 * Any bytes as a user's configuration. What is accepted keeps its bounds, and whoever is named in it can be chosen or is
 * refused with words.
 */

#include "harness/userconfig.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *variable(const char *name)
{
	return strlen(name) % 2 ? "a value" : NULL;
}

static void check_line(const char *text)
{
	for (; text && *text; text++)
		assert((unsigned char)*text >= 0x20 && *text != 0x7F);
}

static void check_provider(const struct userconfig_provider *from)
{
	const struct provider *p = &from->provider;
	assert(p->row && p->name[0] && !strchr(p->name, '/'));
	assert(p->max_tokens > 0 && p->tries > 0 && p->connect_ms > 0);
	assert(!p->url || str_starts(str_of(p->url), STR("http")));
	assert(!p->key && !p->price.known);
	assert(!p->folder || p->folder[0] == '/');
	assert(!from->key_file || from->key_file[0] == '/');
	assert(!p->body || json_is_object(p->body));
	check_line(p->url);
	check_line(p->model);
	check_line(p->proxy);
	check_line(from->key_env);
}

static void check_choice(const struct userconfig *config, const struct userconfig_world *world, const char *selector,
			 struct arena *a)
{
	struct provider p = {0};
	struct err err = {0};
	if (userconfig_choose(config, world, selector, a, &p, &err) < 0) {
		assert(err.text[0] && !p.row);
		return;
	}
	assert(p.row && p.model && (!p.row->needs_model || p.model[0]));
	check_line(p.key);
	for (size_t i = 0; i < p.env.len; i++)
		assert(strchr(p.env.items[i], '='));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(userconfig_release) struct userconfig config = {0};
	struct userconfig_world world = {variable, "/nowhere", size % 2 ? "/nobody" : NULL, size % 3 == 0};
	struct err err = {0};
	if (userconfig_parse((struct str){(const char *)data, size}, &world, &a, &config, &err) < 0) {
		assert(err.kind == ERR_USAGE && err.text[0] && !config.json);
		return 0;
	}
	assert(config.parallel > 0 && config.providers_len <= USERCONFIG_PROVIDERS_MAX);
	for (size_t i = 0; i < config.providers_len; i++) {
		check_provider(&config.providers[i]);
		check_choice(&config, &world, config.providers[i].provider.name, &a);
	}
	for (size_t i = 0; i < config.use.len; i++)
		check_choice(&config, &world, config.use.items[i], &a);
	return 0;
}
