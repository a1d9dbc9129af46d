#include "harness/userconfig_parts.h"

#include "core/fs.h"

#include <errno.h>
#include <math.h>

enum { TEXT_MAX = 4096, NAME_MAX_BYTES = 100, LIST_MAX = 1000, DEFAULT_PARALLEL = 4, PARALLEL_MAX = 64 };

/* Dollars a million tokens, at which a token costs a dollar; and nano-dollars a token in one of these. */
enum { PRICE_MAX = 1000000, PRICE_SCALE = 1000 };

struct reader {
	const struct userconfig_world *world;
	struct userconfig *config;
	struct arena *a;
	struct err *err;
};

#define KEYS(...) (const char *const[]){__VA_ARGS__}
#define ONLY(r, at, ...) \
	json_only_keys((at), KEYS(__VA_ARGS__), sizeof(KEYS(__VA_ARGS__)) / sizeof(char *), (r)->err)

/* ---- strings */

static bool has_control_character(const char *text)
{
	while ((unsigned char)*text >= 0x20 && *text != 0x7F)
		text++;
	return *text != '\0';
}

/* Neither empty nor with control characters. */
static int read_text(struct reader *r, const struct json_at *parent, const char *key, const char **ret)
{
	struct json_at at = json_key(parent, key);
	const char *text = NULL;
	if (json_read_string(&at, TEXT_MAX, &text, r->err) < 0)
		return -1;
	if (text && !text[0])
		return json_refuse(&at, r->err, "cannot be empty");
	if (text && has_control_character(text))
		return json_refuse(&at, r->err, "cannot hold control characters");
	if (text)
		*ret = arena_strdup(r->a, text);
	return 0;
}

/* NULL where "~/" leads nowhere. */
static const char *whole_path(struct reader *r, const char *path)
{
	if (path[0] == '/')
		return path;
	if (strncmp(path, "~/", 2) != 0)
		return arena_printf(r->a, "%s/%s", r->world->folder, path);
	return r->world->home ? arena_printf(r->a, "%s%s", r->world->home, path + 1) : NULL;
}

static int read_path(struct reader *r, const struct json_at *parent, const char *key, const char **ret)
{
	struct json_at at = json_key(parent, key);
	const char *path = NULL;
	if (read_text(r, parent, key, &path) < 0)
		return -1;
	if (!path)
		return 0;
	path = whole_path(r, path);
	if (!path)
		return json_refuse(&at, r->err, "nobody knows where home is: HOME is not set");
	*ret = path;
	return 0;
}

static int read_url(struct reader *r, const struct json_at *parent, const char *key, const char **ret)
{
	struct json_at at = json_key(parent, key);
	const char *url = NULL;
	if (read_text(r, parent, key, &url) < 0)
		return -1;
	if (!url)
		return 0;
	struct str text = str_of(url);
	if (!str_starts(text, STR("https://")) && !str_starts(text, STR("http://")))
		return json_refuse(&at, r->err, "expected an address that begins with https:// or http://");
	while (str_ends(text, STR("/")))
		text.len--;
	*ret = arena_str(r->a, text);
	return 0;
}

static int read_strings(struct reader *r, const struct json_at *at, struct strings *ret)
{
	size_t len;
	if (json_read_array(at, LIST_MAX, &len, r->err) < 0)
		return -1;
	struct strings list = {arena_array(r->a, len, const char *), len};
	for (size_t i = 0; i < len; i++) {
		struct json_at item = json_item(at, i);
		const char *text = NULL;
		if (json_read_string(&item, TEXT_MAX, &text, r->err) < 0)
			return -1;
		list.items[i] = arena_strdup(r->a, text);
	}
	*ret = list;
	return 0;
}

/* What is no name may be the key itself, which is not to be shown. */
static int read_variable(struct reader *r, const struct json_at *parent, const char *key, const char **ret)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
	struct json_at at = {.parent = parent, .key = key};
	const char *name = NULL;
	if (read_text(r, parent, key, &name) < 0)
		return -1;
	if (name && name[strspn(name, plain)])
		return json_refuse(&at, r->err, "expected the name of a variable that holds the key");
	*ret = name;
	return 0;
}

/* ---- numbers */

static int read_count(struct reader *r, const struct json_at *parent, const char *key, int64_t low, int64_t high,
		      uint64_t unit, uint64_t *ret)
{
	struct json_at at = json_key(parent, key);
	int64_t count = -1;
	if (json_read_integer(&at, low, high, &count, r->err) < 0)
		return -1;
	if (count >= 0)
		*ret = (uint64_t)count * unit;
	return 0;
}

static const struct {
	const char *key;
	int64_t low, high;
	uint64_t unit;
	size_t offset; /* of an uint64_t in struct provider */
} counts[] = {
	{"max_tokens", 1, 10000000, 1, offsetof(struct provider, max_tokens)},
	{"connect_s", 1, 600, 1000, offsetof(struct provider, connect_ms)},
	{"idle_s", 0, 604800, 1000, offsetof(struct provider, idle_ms)},
	{"total_s", 0, 604800, 1000, offsetof(struct provider, total_ms)},
};

static int read_counts(struct reader *r, const struct json_at *at, struct provider *p)
{
	uint64_t tries = p->tries;
	for (size_t i = 0; i < countof(counts); i++) {
		uint64_t *number = (uint64_t *)(void *)((char *)p + counts[i].offset);
		if (read_count(r, at, counts[i].key, counts[i].low, counts[i].high, counts[i].unit, number) < 0)
			return -1;
	}
	if (read_count(r, at, "tries", 1, 20, 1, &tries) < 0)
		return -1;
	p->tries = (unsigned)tries;
	return 0;
}

/* ---- prices */

static int read_price_part(struct reader *r, const struct json_at *parent, const char *key, bool needed, uint64_t *ret)
{
	struct json_at at = json_key(parent, key);
	double dollars = -1;
	if (json_read_number(&at, 0, PRICE_MAX, &dollars, r->err) < 0)
		return -1;
	if (dollars < 0)
		return needed ? json_refuse(&at, r->err, "missing: dollars a million tokens") : 0;
	double nano = round(dollars * PRICE_SCALE);
	/* Doubles of this size are exact to far more than these digits. */
	if (fabs(dollars * PRICE_SCALE - nano) > 1e-4)
		return json_refuse(&at, r->err, "expected dollars a million tokens with at most 3 decimals");
	*ret = (uint64_t)nano;
	return 0;
}

/* What it costs to fill a cache and to read from it is the input's price, unless the provider has other ones. */
static int read_price(struct reader *r, const struct json_at *at, const struct provider *p, struct price *ret)
{
	struct price price = {.known = true};
	if (ONLY(r, at, "input", "output", "cache_read", "cache_write") < 0 ||
	    read_price_part(r, at, "input", true, &price.input) < 0 ||
	    read_price_part(r, at, "output", true, &price.output) < 0)
		return -1;
	bool is_anthropic = strcmp(p->row->name, "anthropic") == 0;
	price.cache_read = price.input;
	price.cache_write = is_anthropic ? price.input + (price.input + 3) / 4 : price.input;
	if (read_price_part(r, at, "cache_read", false, &price.cache_read) < 0 ||
	    read_price_part(r, at, "cache_write", false, &price.cache_write) < 0)
		return -1;
	*ret = price;
	return 0;
}

static int read_prices(struct reader *r, const struct json_at *parent, struct userconfig_provider *p)
{
	struct json_at at = json_key(parent, "prices");
	if (at.value && !json_is_object(at.value))
		return json_refuse(&at, r->err, "expected an object of MODEL: {\"input\": …, \"output\": …}");
	p->prices = arena_array(r->a, json_object_size(at.value), struct userconfig_price);
	const char *model;
	json_t *unused;
	json_object_foreach((json_t *)(uintptr_t)at.value, model, unused)
	{
		(void)unused;
		struct json_at item = json_key(&at, model);
		struct userconfig_price *price = &p->prices[p->prices_len++];
		price->model = arena_strdup(r->a, model);
		if (read_price(r, &item, &p->provider, &price->price) < 0)
			return -1;
	}
	return 0;
}

/* ---- providers */

static int read_http(struct reader *r, const struct json_at *at, struct userconfig_provider *p)
{
	struct json_at body = json_key(at, "body"), logprobs = json_key(at, "logprobs");
	if (ONLY(r, at, "kind", "url", "model", "key_env", "key_file", "max_tokens", "logprobs", "body", "ca_file",
		 "proxy", "connect_s", "idle_s", "total_s", "tries", "prices") < 0)
		return -1;
	if (body.value && !json_is_object(body.value))
		return json_refuse(&body, r->err, "expected an object of what is laid over each request");
	p->provider.body = body.value;
	if (read_url(r, at, "url", &p->provider.url) < 0 || read_variable(r, at, "key_env", &p->key_env) < 0 ||
	    read_path(r, at, "key_file", &p->key_file) < 0 || read_path(r, at, "ca_file", &p->provider.ca_file) < 0 ||
	    read_text(r, at, "proxy", &p->provider.proxy) < 0 ||
	    json_read_bool(&logprobs, &p->provider.logprobs, r->err) < 0)
		return -1;
	return 0;
}

static int check_env(struct reader *r, const struct json_at *at, const struct strings *env)
{
	for (size_t i = 0; i < env->len; i++) {
		struct json_at item = json_item(at, i);
		if (!env->items[i][0] || env->items[i][0] == '=')
			return json_refuse(&item, r->err, "expected NAME, of a variable of yours, or NAME=value");
	}
	return 0;
}

static int read_exec(struct reader *r, const struct json_at *at, struct userconfig_provider *p)
{
	struct json_at command = json_key(at, "command"), env = json_key(at, "env");
	struct strings *args = &p->provider.command;
	if (ONLY(r, at, "kind", "command", "env", "model", "max_tokens", "idle_s", "total_s", "tries", "prices") < 0 ||
	    read_strings(r, &command, args) < 0 || read_strings(r, &env, &p->env) < 0 ||
	    check_env(r, &env, &p->env) < 0)
		return -1;
	if (args->len == 0 || !args->items[0][0])
		return json_refuse(&command, r->err, "expected a program and its arguments, like [\"llm\", \"-m\", \"x\"]");
	/* A name is looked for in PATH. */
	if (strchr(args->items[0], '/'))
		args->items[0] = whole_path(r, args->items[0]);
	if (!args->items[0])
		return json_refuse(&command, r->err, "nobody knows where home is: HOME is not set");
	return 0;
}

static int read_folder(struct reader *r, const struct json_at *at, struct userconfig_provider *p)
{
	if (ONLY(r, at, "kind", "folder", "model", "max_tokens", "idle_s", "total_s", "tries", "prices") < 0)
		return -1;
	return read_path(r, at, "folder", &p->provider.folder);
}

static int read_kind(struct reader *r, const struct json_at *parent, const struct provider_row **ret)
{
	struct json_at at = json_key(parent, "kind");
	SCOPED_BUF struct buf known;
	const char *name = NULL;
	buf_init(&known, 200);
	if (!json_is_object(parent->value))
		return json_refuse(parent, r->err, "expected an object");
	if (json_read_string(&at, TEXT_MAX, &name, r->err) < 0)
		return -1;
	*ret = name ? provider_row_find(str_of(name)) : NULL;
	if (*ret)
		return 0;
	for (size_t i = 0; provider_rows[i]; i++)
		buf_printf(&known, "%s%s", i ? ", " : "", provider_rows[i]->name);
	return json_refuse(&at, r->err, "%s; known: %s", name ? "no such kind of provider" : "missing", known.ptr);
}

static int read_provider(struct reader *r, const struct json_at *at, struct userconfig_provider *p)
{
	const struct provider_row *row = NULL;
	if (!at->key[0] || strchr(at->key, '/') || strlen(at->key) > NAME_MAX_BYTES || has_control_character(at->key))
		return json_refuse(at, r->err, "a name is at most %d bytes, without \"/\" and control characters",
				   NAME_MAX_BYTES);
	if (read_kind(r, at, &row) < 0)
		return -1;
	*p = userconfig_usual(row, arena_strdup(r->a, at->key));
	int result = !row->ask ? read_http(r, at, p) : strcmp(row->name, "exec") == 0 ? read_exec(r, at, p)
										      : read_folder(r, at, p);
	if (result < 0 || read_text(r, at, "model", &p->provider.model) < 0 || read_counts(r, at, &p->provider) < 0)
		return -1;
	return read_prices(r, at, p);
}

static int read_providers(struct reader *r, const struct json_at *root)
{
	struct userconfig *c = r->config;
	struct json_at at = json_key(root, "providers");
	if (at.value && !json_is_object(at.value))
		return json_refuse(&at, r->err, "expected an object of NAME: {\"kind\": …}");
	size_t len = json_object_size(at.value);
	if (len > USERCONFIG_PROVIDERS_MAX)
		return json_refuse(&at, r->err, "more than the limit of %d providers", USERCONFIG_PROVIDERS_MAX);
	c->providers = arena_array(r->a, len, struct userconfig_provider);
	const char *name;
	json_t *unused;
	json_object_foreach((json_t *)(uintptr_t)at.value, name, unused)
	{
		(void)unused;
		struct json_at item = json_key(&at, name);
		if (read_provider(r, &item, &c->providers[c->providers_len++]) < 0)
			return -1;
	}
	return 0;
}

/* ---- the rest */

static int read_use(struct reader *r, const struct json_at *root)
{
	struct json_at at = json_key(root, "use");
	if (read_strings(r, &at, &r->config->use) < 0)
		return -1;
	for (size_t i = 0; i < r->config->use.len; i++) {
		struct json_at item = json_item(&at, i);
		if (!userconfig_knows(r->config, r->config->use.items[i]))
			return json_refuse(&item, r->err, "expected NAME or NAME/MODEL, with the name of a provider");
	}
	return 0;
}

static int read_signing(struct reader *r, const struct json_at *root)
{
	struct signing how = {0};
	struct json_at at = json_key(root, "sign"), format = json_key(&at, "format"), key = json_key(&at, "key");
	if (ONLY(r, &at, "format", "key") < 0 || !at.value)
		return at.value ? -1 : 0;
	if (read_text(r, &at, "format", &how.format) < 0)
		return -1;
	bool is_ssh = how.format && strcmp(how.format, "ssh") == 0;
	if (!is_ssh && (!how.format || strcmp(how.format, "gpg") != 0))
		return json_refuse(&format, r->err, "expected \"ssh\" or \"gpg\"");
	if ((is_ssh ? read_path : read_text)(r, &at, "key", &how.key) < 0)
		return -1;
	if (!how.key)
		return json_refuse(&key, r->err, "missing: %s", is_ssh ? "the file of a key" : "the name of a key");
	r->config->signing = how;
	return 0;
}

static int read_root(struct reader *r, const struct json_at *root)
{
	struct userconfig *c = r->config;
	uint64_t version, parallel = c->parallel;
	if (ONLY(r, root, "$schema", "version", "providers", "use", "parallel", "sign", "timestamp") < 0)
		return -1;
	if (read_count(r, root, "version", 1, 1, 1, &version) < 0 || read_providers(r, root) < 0 ||
	    read_use(r, root) < 0 || read_count(r, root, "parallel", 1, PARALLEL_MAX, 1, &parallel) < 0 ||
	    read_signing(r, root) < 0 || read_url(r, root, "timestamp", &c->timestamp_url) < 0)
		return -1;
	c->parallel = (unsigned)parallel;
	return 0;
}

int userconfig_parse(struct str text, const struct userconfig_world *world, struct arena *a, struct userconfig *ret,
		     struct err *err)
{
	struct userconfig config = {.parallel = DEFAULT_PARALLEL};
	struct reader r = {.world = world, .config = &config, .a = a, .err = err};
	if (str_trim(text).len) {
		if (json_parse(text, "config.json", &config.json, err) < 0)
			return -1;
		struct json_at root = json_root(config.json, "config.json");
		if (read_root(&r, &root) < 0) {
			userconfig_release(&config);
			return -1;
		}
	}
	*ret = config;
	return 0;
}

void userconfig_release(struct userconfig *config)
{
	json_free(&config->json);
	*config = (struct userconfig){0};
}

int userconfig_read(const struct userconfig_world *world, struct arena *a, struct userconfig *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	struct err why = {0};
	buf_init(&text, USERCONFIG_MAX);
	if (fs_read_own(arena_printf(a, "%s/config.json", world->folder), 022, &text, &why) < 0 &&
	    why.saved_errno != ENOENT)
		return err_copy(err, &why);
	return userconfig_parse(buf_str(&text), world, a, ret, err);
}
