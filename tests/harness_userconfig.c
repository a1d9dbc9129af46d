/*
 * A user's configuration: what specs/ says about it is what the program does; and who is chosen, with which key,
 * model and price.
 */

#include "harness/userconfig_parts.h"

#include "tests/examples.h"
#include "tests/folder.h"

#include <sys/stat.h>

static const char SCHEMA[] = "specs/config.schema.json";

static struct arena arena;
static struct err err;
static struct userconfig config;
static struct provider got;

/* ---- a world */

static const char *variables[8][2];

static const char *variable(const char *name)
{
	for (size_t i = 0; i < countof(variables) && variables[i][0]; i++) {
		if (strcmp(variables[i][0], name) == 0)
			return variables[i][1];
	}
	return NULL;
}

static struct userconfig_world world = {variable, "/config", "/home/me", false};

/* Replaces all that there is. */
static void set(const char *name, const char *value, const char *other, const char *other_value)
{
	memset(variables, 0, sizeof(variables));
	variables[0][0] = name;
	variables[0][1] = value;
	variables[1][0] = other;
	variables[1][1] = other_value;
}

static int parse(const char *text)
{
	userconfig_release(&config);
	err = (struct err){0};
	return userconfig_parse(str_of(text), &world, &arena, &config, &err);
}

static int choose(const char *selector)
{
	err = (struct err){0};
	got = (struct provider){0};
	return userconfig_choose(&config, &world, selector, &arena, &got, &err);
}

/* ---- examples */

static const char *text_of(const char *path)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, USERCONFIG_MAX);
	return fs_read(path, &text, NULL) < 0 ? "" : arena_str(&arena, buf_str(&text));
}

static void accepts(const char *path)
{
	parse(text_of(path));
	tap_str(err.text, "", path, __FILE__, __LINE__);
}

/* The words are in the file of the same name with .txt at its end. */
static void refuses(const char *path)
{
	int stem = (int)(strlen(path) - strlen(".json"));
	const char *words = text_of(arena_printf(&arena, "%.*s.txt", stem, path));
	is_int(parse(text_of(path)), -1);
	tap_str(err.text, arena_str(&arena, str_trim(str_of(words))), path, __FILE__, __LINE__);
	is_int(err.kind, ERR_USAGE);
	ok(!config.json);
}

static void good_examples(void)
{
	ok(examples_each("specs/examples/config", accepts) > 2);
}

static void bad_examples(void)
{
	ok(examples_each("specs/examples/config/bad", refuses) > 30);
}

/* ---- the schema */

static const struct {
	const char *definition; /* "" for the whole */
	const char *text;
} objects[] = {
	{"", "{\"\": 0}"},
	{"http", "{\"providers\": {\"x\": {\"kind\": \"openai\", \"\": 0}}}"},
	{"exec", "{\"providers\": {\"x\": {\"kind\": \"exec\", \"\": 0}}}"},
	{"mailbox", "{\"providers\": {\"x\": {\"kind\": \"mailbox\", \"\": 0}}}"},
	{"price", "{\"providers\": {\"x\": {\"kind\": \"openai\", \"prices\": {\"m\": {\"\": 0}}}}}"},
	{"sign", "{\"sign\": {\"\": 0}}"},
};

static const json_t *definition(const json_t *schema, const char *name)
{
	return name[0] ? json_object_get(json_object_get(schema, "$defs"), name) : schema;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "a b c", in order. */
static const char *sorted(const char *words, const char *between)
{
	SCOPED_BUF struct buf list;
	const char *items[40];
	size_t len = 0;
	buf_init(&list, 1000);
	for (char *rest = arena_strdup(&arena, words), *word; (word = strsep(&rest, between));) {
		if (word[0])
			items[len++] = word;
	}
	qsort(items, len, sizeof(*items), by_text);
	for (size_t i = 0; i < len; i++)
		buf_printf(&list, "%s%s", i ? " " : "", items[i]);
	return arena_str(&arena, buf_str(&list));
}

static void schema_has_the_keys(const json_t *schema)
{
	static const char known_here[] = "known here: ";
	for (size_t i = 0; i < countof(objects); i++) {
		const json_t *object = definition(schema, objects[i].definition);
		SCOPED_BUF struct buf list;
		const char *key;
		json_t *value;
		buf_init(&list, 1000);
		json_object_foreach(json_object_get(object, "properties"), key, value)
			buf_printf(&list, "%s ", key);
		parse(objects[i].text);
		const char *known = strstr(err.text, known_here);
		const char *name = objects[i].definition[0] ? objects[i].definition : "the whole";
		tap_str(known ? sorted(known + strlen(known_here), ", ") : NULL, sorted(list.ptr, " "), name, __FILE__,
			__LINE__);
		tap_ok(json_is_false(json_object_get(object, "additionalProperties")), name, __FILE__, __LINE__);
	}
}

/* Each row is of one of the three. */
static void schema_has_the_kinds(const json_t *schema)
{
	const json_t *http = json_object_get(json_object_get(definition(schema, "http"), "properties"), "kind");
	const json_t *names = json_object_get(http, "enum");
	size_t count = 0;
	for (size_t i = 0; provider_rows[i]; i++) {
		if (!provider_rows[i]->ask)
			is_str(json_text_item(names, count++), provider_rows[i]->name);
	}
	is_int(json_array_size(names), count);
}

static const char *with_number(const char *key, long long value)
{
	bool is_root = strcmp(key, "parallel") == 0;
	parse(arena_printf(&arena, is_root ? "{\"%s\": %lld}"
					   : "{\"providers\": {\"x\": {\"kind\": \"gemini\", \"%s\": %lld}}}",
			   key, value));
	return err.text;
}

static bool is_usual(const char *key)
{
	struct userconfig_provider usual = userconfig_usual(provider_row_find(STR("gemini")), "x");
	if (strcmp(key, "parallel") == 0)
		return config.parallel == 4;
	const struct provider *a = &config.providers[0].provider, *b = &usual.provider;
	return a->max_tokens == b->max_tokens && a->connect_ms == b->connect_ms && a->idle_ms == b->idle_ms &&
	       a->total_ms == b->total_ms && a->tries == b->tries;
}

static void schema_has_the_bounds(const json_t *schema)
{
	static const char *const keys[] = {"parallel", "max_tokens", "connect_s", "idle_s", "total_s", "tries"};
	for (size_t i = 0; i < countof(keys); i++) {
		const json_t *number = definition(schema, keys[i]);
		if (!number)
			number = json_object_get(json_object_get(schema, "properties"), keys[i]);
		if (!number)
			number = json_object_get(json_object_get(definition(schema, "http"), "properties"), keys[i]);
		long long low = json_integer_value(json_object_get(number, "minimum")),
			  high = json_integer_value(json_object_get(number, "maximum"));
		const json_t *preset = json_object_get(number, "default");
		is_str(with_number(keys[i], low), "");
		is_str(with_number(keys[i], high), "");
		ok(with_number(keys[i], low - 1)[0] != '\0');
		ok(with_number(keys[i], high + 1)[0] != '\0');
		if (preset) {
			is_str(with_number(keys[i], json_integer_value(preset)), "");
			tap_ok(is_usual(keys[i]), keys[i], __FILE__, __LINE__);
		}
	}
}

static void schema_is_the_programs(void)
{
	SCOPED_JSON json_t *schema = NULL;
	if (!ok(json_parse(str_of(text_of(SCHEMA)), SCHEMA, &schema, &err) == 0))
		return;
	schema_has_the_keys(schema);
	schema_has_the_kinds(schema);
	schema_has_the_bounds(schema);
}

/* ---- what is read */

static void everything_is_read(void)
{
	set("MY_ANTHROPIC_KEY", "sk-env\n", "HOME", "/home/me");
	is_int(parse(text_of("specs/examples/config/every-key.json")), 0);
	is_int(config.parallel, 8);
	is_int(config.use.len, 3);
	is_str(config.use.items[2], "openai/gpt-x");
	is_str(config.signing.format, "ssh");
	is_str(config.signing.key, "/home/me/.ssh/id_ed25519.pub");
	is_str(config.timestamp_url, "https://time.example/tsr");
	is_int(choose("claude"), 0);
	is_str(got.name, "claude");
	is_str(got.row->name, "anthropic");
	is_str(got.model, "claude-x");
	is_str(got.url, "https://api.anthropic.com");
	is_str(got.key, "sk-env");
	is_str(got.ca_file, "/etc/ssl/own.pem");
	is_str(got.proxy, "http://proxy.example:3128");
	ok(json_object_get(got.body, "thinking") != NULL);
	is_int(got.idle_ms, 120000);
	is_int(got.price.input, 3000);
	is_int(got.price.output, 15000);
	is_int(got.price.cache_read, 300);
	is_int(got.price.cache_write, 3750);
	is_int(choose("claude/claude-y"), 0);
	is_str(got.model, "claude-y");
	is_int(got.price.input, 250);
	is_int(got.price.cache_read, 250);
	is_int(got.price.cache_write, 313);
	is_int(choose("claude/other/with/slashes"), 0);
	is_str(got.model, "other/with/slashes");
	ok(!got.price.known);
	is_int(choose("mine"), 0);
	is_int(got.command.len, 2);
	is_str(got.command.items[0], "/home/me/bin/ask");
	is_int(got.env.len, 2);
	is_str(got.env.items[0], "HOME=/home/me");
	is_str(got.env.items[1], "ASK_MODE=plain");
	ok(got.price.known && got.price.input == 0 && !got.key);
	is_int(got.tries, 2);
	is_int(choose("box"), 0);
	is_str(got.folder, "/tmp/box");
	is_str(got.model, "somebody");
	is_int(got.total_ms, 86400000);
	is_int(got.idle_ms, 0);
}

static void prices_are_exact(void)
{
	char text[200];
	int wrong = 0;
	for (int i = 0; i < 100000; i += 7) {
		snprintf(text, sizeof(text),
			 "{\"providers\":{\"x\":{\"kind\":\"ollama\",\"model\":\"m\",\"prices\":{\"m\":{\"input\":%d.%03d,"
			 "\"output\":1}}}}}", i / 1000, i % 1000);
		wrong += parse(text) < 0 || choose("x") < 0 || got.price.input != (uint64_t)i ||
			 got.price.cache_write != (uint64_t)i;
	}
	is_int(wrong, 0);
	is_int(parse("{\"providers\":{\"x\":{\"kind\":\"ollama\",\"model\":\"m\",\"prices\":{\"m\":{\"input\":999999.999,"
		     "\"output\":1e6}}}}}"), 0);
	is_int(choose("x"), 0);
	is_int(got.price.input, 999999999);
	is_int(got.price.output, NANO_DOLLAR);
}

static void without_a_configuration(void)
{
	set("ANTHROPIC_API_KEY", "sk-1", NULL, NULL);
	is_int(parse(""), 0);
	is_int(config.parallel, 4);
	ok(!config.signing.format && !config.timestamp_url && config.use.len == 0);
	is_int(choose("anthropic/claude-x"), 0);
	is_str(got.name, "anthropic");
	is_str(got.model, "claude-x");
	is_str(got.key, "sk-1");
	ok(!got.url && !got.price.known);
	is_int(got.max_tokens, 32000);
	is_int(got.idle_ms, 300000);
	is_int(got.tries, 4);
	is_int(choose("ollama/coder"), 0);
	ok(!got.key);
	is_int(choose("mailbox"), 0);
	ok(!got.folder);
	is_str(got.model, "");
	is_int(choose("mailbox/me"), 0);
	is_str(got.model, "me");
}

static void refused(const char *selector, const char *why)
{
	is_int(choose(selector), -1);
	is_int(err.kind, ERR_USAGE);
	is_str(err.text, why);
	ok(!got.row);
}

static void who_cannot_be_chosen(void)
{
	set(NULL, NULL, NULL, NULL);
	is_int(parse("{\"providers\": {\"mine\": {\"kind\": \"openai\"}, \"ollama\": {\"kind\": \"ollama\"}}}"), 0);
	refused("yours/x", "there is no provider \"yours\"; known: mine, ollama, anthropic, openai, openai-chat, gemini, exec, "
		"mailbox");
	refused("", "there is no provider \"\"; known: mine, ollama, anthropic, openai, openai-chat, gemini, exec, mailbox");
	refused("ollama", "ollama needs a model: say ollama/MODEL, or give it a \"model\" in config.json");
	refused("ollama/", "\"ollama/\" names no model behind its \"/\"");
	refused("exec", "exec needs a command: give a provider of that kind a name and a \"command\" in config.json");
	refused("mine/m", "mine needs a key: set OPENAI_API_KEY, or name a file that holds it as providers.mine.key_file in "
		"config.json");
	set("OPENAI_API_KEY", "", NULL, NULL);
	refused("openai/m", "openai needs a key: set OPENAI_API_KEY, or name a file that holds it as providers.openai.key_file "
		"in config.json");
	set("OPENAI_API_KEY", "one\ntwo", NULL, NULL);
	refused("openai/m", "openai: the key in OPENAI_API_KEY holds a control character or a second line");
	set("OPENAI_API_KEY", "\n", NULL, NULL);
	refused("openai/m", "openai: the key in OPENAI_API_KEY is empty");
}

/* The key of a well-known server does not go to another one by itself. */
static void keys_go_where_they_belong(void)
{
	set("OPENAI_API_KEY", "sk-openai", "OTHER", "sk-other");
	is_int(parse("{\"providers\": {\"a\": {\"kind\": \"openai\", \"url\": \"http://a.example\"},"
		     "\"b\": {\"kind\": \"openai\", \"url\": \"http://b.example\", \"key_env\": \"OTHER\"},"
		     "\"c\": {\"kind\": \"openai\"}, \"d\": {\"kind\": \"openai\", \"key_env\": \"NONE\"},"
		     "\"e\": {\"kind\": \"openai-chat\", \"key_env\": \"OTHER\"},"
		     "\"f\": {\"kind\": \"openai-chat\"}}}"), 0);
	is_int(choose("a/m"), 0);
	ok(!got.key);
	is_int(choose("b/m"), 0);
	is_str(got.key, "sk-other");
	is_int(choose("c/m"), 0);
	is_str(got.key, "sk-openai");
	refused("d/m", "d needs a key: set NONE, or name a file that holds it as providers.d.key_file in config.json");
	is_int(choose("e/m"), 0);
	is_str(got.key, "sk-other");
	is_int(choose("f/m"), 0);
	ok(!got.key);
}

static void keys_in_files(void)
{
	world.folder = ".";
	set("OPENAI_API_KEY", "sk-openai", NULL, NULL);
	is_int(parse("{\"providers\": {\"x\": {\"kind\": \"openai\", \"model\": \"m\", \"key_file\": \"key\"},"
		     "\"y\": {\"kind\": \"openai\", \"model\": \"m\", \"key_file\": \"key\", \"key_env\": \"Y\"}}}"), 0);
	is_int(choose("x"), -1);
	is_int(err.kind, ERR_USAGE);
	ok(str_starts(str_of(err.text), STR("x: cannot open ./key: ")));
	put("key", "sk-file\r\n");
	must(chmod("key", 0640));
	refused("x", "x: ./key is open to others; say chmod 600 ./key");
	must(chmod("key", 0600));
	is_int(choose("x"), 0);
	is_str(got.key, "sk-file");
	is_int(choose("y"), 0);
	is_str(got.key, "sk-file");
	set("Y", "sk-y", NULL, NULL);
	is_int(choose("y"), 0);
	is_str(got.key, "sk-y");
	put("key", "");
	refused("x", "x: the key in ./key is empty");
	put("key", "a\n\n");
	refused("x", "x: the key in ./key holds a control character or a second line");
	char long_key[USERCONFIG_KEY_MAX + 2];
	memset(long_key, 'k', sizeof(long_key));
	long_key[USERCONFIG_KEY_MAX] = '\0';
	put("key", long_key);
	is_int(choose("x"), 0);
	is_int(strlen(got.key), USERCONFIG_KEY_MAX);
	long_key[USERCONFIG_KEY_MAX] = 'k';
	long_key[USERCONFIG_KEY_MAX + 1] = '\0';
	put("key", long_key);
	refused("x", "x: the key in ./key is longer than the limit of 16384 bytes");
}

static void paths_at_home(void)
{
	world.home = NULL;
	is_int(parse("{\"sign\": {\"format\": \"ssh\", \"key\": \"~/k\"}}"), -1);
	is_str(err.text, "config.json: sign.key: nobody knows where home is: HOME is not set, found \"~/k\"");
	is_int(parse("{\"providers\": {\"x\": {\"kind\": \"exec\", \"command\": [\"~/k\"]}}}"), -1);
	is_int(parse("{\"sign\": {\"format\": \"gpg\", \"key\": \"~/k\"}}"), 0);
	is_str(config.signing.key, "~/k");
	is_int(parse("{\"providers\": {\"x\": {\"kind\": \"exec\", \"command\": [\"bin/ask\"]},"
		     "\"y\": {\"kind\": \"exec\", \"command\": [\"ask\"]}}}"), 0);
	is_int(choose("x"), 0);
	is_str(got.command.items[0], "./bin/ask");
	is_int(choose("y"), 0);
	is_str(got.command.items[0], "ask");
	world.home = "/home/me";
}

static int read_file(void)
{
	userconfig_release(&config);
	err = (struct err){0};
	return userconfig_read(&world, &arena, &config, &err);
}

static void the_file(void)
{
	is_int(read_file(), 0);
	is_int(config.parallel, 4);
	put("config.json", "{\"parallel\": 9}");
	must(chmod("config.json", 0644));
	is_int(read_file(), 0);
	is_int(config.parallel, 9);
	must(chmod("config.json", 0664));
	is_int(read_file(), -1);
	is_int(err.kind, ERR_USAGE);
	is_str(err.text, "./config.json can be changed by others; say chmod go-w ./config.json");
	must(unlink("config.json"));
	must(mkdir("config.json", 0700));
	is_int(read_file(), -1);
	is_int(err.kind, ERR_PARSE);
}

static void what_nobody_may_see(void)
{
	static const char *env[] = {"HOME=/home/me", "MY_API_KEY=sk-in-env", "GITHUB_TOKEN=ghp_1234567", "KEYBOARD=us", "PASSWORD="};
	SCOPED_ARENA struct arena a = {0};
	struct provider p = {.key = "sk-1234567", .proxy = "http://me:pass:word@proxy:3128/x@y", .env = {env, countof(env)}};
	struct strings secrets = userconfig_secrets(&p, &a);
	ok(strings_have(&secrets, "sk-1234567"));
	ok(strings_have(&secrets, "pass:word"));
	ok(strings_have(&secrets, "sk-in-env"));
	ok(strings_have(&secrets, "ghp_1234567"));
	ok(!strings_have(&secrets, "/home/me"));
	p = (struct provider){.proxy = "http://proxy:3128"};
	is_int(userconfig_secrets(&p, &a).len, 0);
	p.proxy = "me@proxy";
	is_int(userconfig_secrets(&p, &a).len, 0);
}

int main(void)
{
	tap_run("good examples", good_examples);
	tap_run("bad examples", bad_examples);
	tap_run("the schema", schema_is_the_programs);
	tap_run("everything is read", everything_is_read);
	tap_run("prices are exact", prices_are_exact);
	tap_run("without a configuration", without_a_configuration);
	tap_run("who cannot be chosen", who_cannot_be_chosen);
	tap_run("keys go where they belong", keys_go_where_they_belong);
	folder_enter();
	tap_run("keys in files", keys_in_files);
	tap_run("paths at home", paths_at_home);
	tap_run("what nobody may see", what_nobody_may_see);
	tap_run("the file", the_file);
	tap_run("the folder goes", folder_leave);
	userconfig_release(&config);
	arena_release(&arena);
	return tap_done();
}
