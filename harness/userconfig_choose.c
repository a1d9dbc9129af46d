#include "harness/userconfig_parts.h"

#include "core/fs.h"

#include <errno.h>

enum { TOKENS = 32000, TRIES = 4, CONNECT_MS = 10000, HTTP_IDLE_MS = 300000, COMMAND_IDLE_MS = 1800000, TOTAL_MS = 7200000 };

/* A command may say nothing until it is done, and a person may have gone home. */
struct userconfig_provider userconfig_usual(const struct provider_row *row, const char *name)
{
	bool is_command = strcmp(row->name, "exec") == 0;
	return (struct userconfig_provider){.provider = {
		.name = name,
		.row = row,
		.model = "",
		.max_tokens = TOKENS,
		.connect_ms = CONNECT_MS,
		.idle_ms = is_command ? COMMAND_IDLE_MS : row->ask ? 0 : HTTP_IDLE_MS,
		/* One that goes on sending something that is no answer has to end, too. */
		.total_ms = row->ask && !is_command ? 0 : TOTAL_MS,
		.tries = TRIES,
	}};
}

/* ---- who is meant */

static struct str name_of(const char *selector)
{
	return str_first(str_of(selector), strcspn(selector, "/"));
}

static const struct userconfig_provider *find(const struct userconfig *config, struct str name)
{
	for (size_t i = 0; i < config->providers_len; i++) {
		if (str_eq(name, str_of(config->providers[i].provider.name)))
			return &config->providers[i];
	}
	return NULL;
}

bool userconfig_knows(const struct userconfig *config, const char *selector)
{
	struct str name = name_of(selector);
	return find(config, name) || provider_row_find(name);
}

static int refuse_unknown(const struct userconfig *config, struct str name, struct err *err)
{
	SCOPED_BUF struct buf known;
	buf_init(&known, 500);
	for (size_t i = 0; i < config->providers_len; i++)
		buf_printf(&known, "%s, ", config->providers[i].provider.name);
	for (size_t i = 0; provider_rows[i]; i++) {
		if (!find(config, str_of(provider_rows[i]->name)))
			buf_printf(&known, "%s, ", provider_rows[i]->name);
	}
	struct str list = known.full ? str_whole_characters(buf_str(&known)) : str_first(buf_str(&known), known.len - 2);
	return err_set(err, ERR_USAGE, "there is no provider \"%.*s\"; known: %.*s%s",
		       (int)min_size(name.len, 100), name.ptr, STR_ARG(list), known.full ? "…" : "");
}

static int find_any(const struct userconfig *config, const char *selector, struct arena *a,
		    struct userconfig_provider *ret, struct err *err)
{
	struct str name = name_of(selector);
	const struct userconfig_provider *own = find(config, name);
	const struct provider_row *row = own ? own->provider.row : provider_row_find(name);
	if (!row)
		return refuse_unknown(config, name, err);
	*ret = own ? *own : userconfig_usual(row, arena_str(a, name));
	return 0;
}

static int choose_model(struct provider *p, const char *selector, struct arena *a, struct err *err)
{
	const char *slash = strchr(selector, '/');
	if (slash && !slash[1])
		return err_set(err, ERR_USAGE, "\"%.200s\" names no model behind its \"/\"", selector);
	if (slash)
		p->model = arena_strdup(a, slash + 1);
	if (p->row->needs_model && !p->model[0])
		return err_set(err, ERR_USAGE, "%s needs a model: say %s/MODEL, or give it a \"model\" in config.json",
			       p->name, p->name);
	return 0;
}

/* ---- its key */

/* As editors leave it: a line. */
static int check_key(struct str text, const char *from, struct arena *a, const char **ret, struct err *err)
{
	if (str_ends(text, STR("\n")))
		text.len--;
	if (str_ends(text, STR("\r")))
		text.len--;
	if (text.len == 0)
		return err_set(err, ERR_USAGE, "the key in %s is empty", from);
	if (text.len > USERCONFIG_KEY_MAX)
		return err_set(err, ERR_USAGE, "the key in %s is longer than the limit of %d bytes", from,
			       USERCONFIG_KEY_MAX);
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
			return err_set(err, ERR_USAGE, "the key in %s holds a control character or a second line", from);
	}
	*ret = arena_str(a, text);
	return 0;
}

/* The buffer is wiped, since what is freed is found in core files. */
static int read_key_file(const struct userconfig_provider *from, struct arena *a, const char **ret, struct err *err)
{
	struct buf text;
	buf_init(&text, USERCONFIG_KEY_MAX + 2);
	int result = fs_read_own(from->key_file, 077, &text, err);
	/* One that is not there is a mistake of the configuration. */
	if (result < 0 && err && err->saved_errno == ENOENT)
		err->kind = ERR_USAGE;
	if (result == 0)
		result = check_key(buf_str(&text), from->key_file, a, ret, err);
	explicit_bzero(text.ptr, text.len);
	buf_release(&text);
	return result < 0 ? err_wrap(err, "%s", from->provider.name) : 0;
}

static int refuse_missing(const struct userconfig_provider *from, const char *variable, struct err *err)
{
	const char *name = from->provider.name;
	return err_set(err, ERR_USAGE, "%s needs a key: set %s, or name a file that holds it as providers.%s.key_file in "
		       "config.json", name, variable, name);
}

static int find_key(const struct userconfig_provider *from, const struct userconfig_world *world, struct arena *a,
		    const char **ret, struct err *err)
{
	const struct provider *p = &from->provider;
	if (world->keyless)
		return 0;
	bool is_own = !from->key_env && !from->key_file && !p->url;
	const char *variable = is_own ? p->row->key_env : from->key_env;
	const char *value = variable ? world->variable(variable) : NULL;
	if (value && value[0]) {
		int result = check_key(str_of(value), variable, a, ret, err);
		return result < 0 ? err_wrap(err, "%s", p->name) : 0;
	}
	if (from->key_file)
		return read_key_file(from, a, ret, err);
	return variable ? refuse_missing(from, variable, err) : 0;
}

/* ---- what else only the world knows */

/* Of a command: those that are not set are left out. */
static struct strings find_env(const struct strings *names, const struct userconfig_world *world, struct arena *a)
{
	struct strings env = {arena_array(a, names->len, const char *), 0};
	for (size_t i = 0; i < names->len; i++) {
		bool is_given = strchr(names->items[i], '=') != NULL;
		const char *value = is_given ? NULL : world->variable(names->items[i]);
		if (is_given)
			env.items[env.len++] = names->items[i];
		else if (value)
			env.items[env.len++] = arena_printf(a, "%s=%s", names->items[i], value);
	}
	return env;
}

static void find_price(const struct userconfig_provider *from, struct provider *p)
{
	for (size_t i = 0; i < from->prices_len; i++) {
		if (strcmp(from->prices[i].model, p->model) == 0)
			p->price = from->prices[i].price;
	}
}

int userconfig_choose(const struct userconfig *config, const struct userconfig_world *world, const char *selector,
		      struct arena *a, struct provider *ret, struct err *err)
{
	struct userconfig_provider from = {0};
	if (find_any(config, selector, a, &from, err) < 0)
		return -1;
	struct provider p = from.provider;
	if (choose_model(&p, selector, a, err) < 0 || find_key(&from, world, a, &p.key, err) < 0)
		return -1;
	if (strcmp(p.row->name, "exec") == 0 && p.command.len == 0)
		return err_set(err, ERR_USAGE, "exec needs a command: give a provider of that kind a name and a "
			       "\"command\" in config.json");
	p.env = find_env(&from.env, world, a);
	find_price(&from, &p);
	*ret = p;
	return 0;
}

/* ---- what must not be seen */

/* "https://user:password@host": password. */
static struct str password_of(const char *url)
{
	const char *start = strstr(url, "://");
	struct str rest = str_of(start ? start + 3 : url);
	rest = str_first(rest, str_index(rest, '/'));
	size_t at = rest.len;
	while (at > 0 && rest.ptr[at - 1] != '@')
		at--;
	struct str user = str_first(rest, at ? at - 1 : 0);
	return str_from(user, str_index(user, ':') + 1);
}

static bool is_secret_name(const char *variable)
{
	static const char *const words[] = {"key", "token", "secret", "password", "credential"};
	const char *end = strchr(variable, '=');
	char name[100];
	snprintf(name, sizeof(name), "%.*s", (int)(end ? end - variable : 0), variable);
	return str_mentions(name, words, countof(words));
}

struct strings userconfig_secrets(const struct provider *p, struct arena *a)
{
	struct strings list = {arena_array(a, p->env.len + 2, const char *), 0};
	struct str password = password_of(p->proxy ? p->proxy : "");
	if (p->key)
		list.items[list.len++] = p->key;
	if (password.len)
		list.items[list.len++] = arena_str(a, password);
	for (size_t i = 0; i < p->env.len; i++) {
		if (is_secret_name(p->env.items[i]))
			list.items[list.len++] = strchr(p->env.items[i], '=') + 1;
	}
	return list;
}
