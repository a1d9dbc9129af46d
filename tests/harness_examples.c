/*
 * What specs/ says about recast.json is what the program does: the examples are
 * accepted, the bad ones refused with the words that stand beside them, and the
 * schema has the program's keys, bounds and defaults.
 */

#include "core/fs.h"
#include "core/json.h"
#include "harness/project.h"
#include "tests/examples.h"
#include "tests/tap.h"


static const char SCHEMA[] = "specs/recast.schema.json";

static void read_text(const char *path, struct buf *text)
{
	struct err err = {0};
	buf_init(text, PROJECT_FILE_MAX);
	if (fs_read(path, text, &err) < 0)
		tap_print("# %s\n", err.text);
}

/* Numbers of recast.json. */
struct numbers {
	struct project_limits limits;
	struct sealing sealed;
	struct verdict_needs verdict;
};

/* What project_parse says, or "" if it accepts the text. */
static const char *complaint(struct str text, struct numbers *ret)
{
	static struct err err;
	SCOPED_ARENA struct arena a = {0};
	struct project project;
	err = (struct err){0};
	if (project_parse(text, ".", &a, &project, &err) < 0)
		return err.text;
	if (ret)
		*ret = (struct numbers){project.limits, project.sealed, project.verdict};
	return "";
}

/* ---- examples */

static void accepts(const char *path)
{
	SCOPED_BUF struct buf text = {0};
	read_text(path, &text);
	tap_str(complaint(buf_str(&text), NULL), "", path, __FILE__, __LINE__);
}

/* The words are in the file of the same name with .txt at its end. */
static void refuses(const char *path)
{
	SCOPED_BUF struct buf text = {0}, wanted = {0};
	SCOPED_ARENA struct arena a = {0};
	int stem = (int)(strlen(path) - strlen(".json"));
	read_text(path, &text);
	read_text(arena_printf(&a, "%.*s.txt", stem, path), &wanted);
	const char *words = arena_str(&a, str_trim(buf_str(&wanted)));
	tap_str(complaint(buf_str(&text), NULL), words, path, __FILE__, __LINE__);
}

static void good_examples(void)
{
	ok(examples_each("specs/examples", accepts) > 0);
}

static void bad_examples(void)
{
	ok(examples_each("specs/examples/bad", refuses) > 0);
}

/* ---- the schema's keys */

#define TESTS "\"tests\": {\"programs\": [{\"each\": [\"a.c\"]}]}"
#define LIBRARY "\"name\": \"x\", \"library\": {\"sources\": [\"a.c\"]}"
#define PROGRAM(keys) "{" LIBRARY ", \"tests\": {\"programs\": [{\"name\": \"x\", \"sources\": [\"a.c\"], " keys "}]}}"

/* Each object of the schema, and a text with a key in it that nobody knows. */
static const struct {
	const char *definition; /* "" for the whole */
	const char *text;
} objects[] = {
	{"", "{\"\": 0}"},
	{"source", "{" LIBRARY ", " TESTS ", \"source\": {\"\": 0}}"},
	{"library", "{\"name\": \"x\", \"library\": {\"\": 0}}"},
	{"tests", "{" LIBRARY ", \"tests\": {\"\": 0}}"},
	{"program", PROGRAM("\"\": 0")},
	{"report_patterns", PROGRAM("\"report\": {\"\": 0}")},
	{"expect", PROGRAM("\"expect\": {\"\": 0}")},
	{"configuration", PROGRAM("\"configurations\": [{\"\": 0}]")},
	{"workload", "{" LIBRARY ", " TESTS ", \"workloads\": [{\"\": 0}]}"},
	{"sealed", "{" LIBRARY ", " TESTS ", \"sealed\": {\"\": 0}}"},
	{"candidate", "{" LIBRARY ", " TESTS ", \"candidate\": {\"\": 0}}"},
	{"limits", "{" LIBRARY ", " TESTS ", \"limits\": {\"\": 0}}"},
	{"verdict", "{" LIBRARY ", " TESTS ", \"verdict\": {\"\": 0}}"},
	{"trace", "{" LIBRARY ", " TESTS ", \"trace\": {\"\": 0}}"},
};

static const json_t *definition(const json_t *schema, const char *name)
{
	return name[0] ? json_object_get(json_object_get(schema, "$defs"), name) : schema;
}

/* "name, sources, each", as the program lists them. */
static void list_keys(const json_t *object, struct buf *list)
{
	const char *key;
	json_t *value;
	json_object_foreach(json_object_get(object, "properties"), key, value)
		buf_printf(list, "%s%s", list->len ? ", " : "", key);
}

static void schema_has_the_keys(const json_t *schema)
{
	static const char known_here[] = "known here: ";
	for (size_t i = 0; i < countof(objects); i++) {
		const json_t *object = definition(schema, objects[i].definition);
		SCOPED_BUF struct buf list;
		buf_init(&list, 1000);
		list_keys(object, &list);
		const char *known = strstr(complaint(str_of(objects[i].text), NULL), known_here);
		const char *name = objects[i].definition[0] ? objects[i].definition : "the whole";
		tap_str(known ? known + strlen(known_here) : NULL, list.ptr, name, __FILE__, __LINE__);
		tap_ok(json_is_false(json_object_get(object, "additionalProperties")), name, __FILE__, __LINE__);
	}
}

static void schema_has_the_reports(const json_t *schema)
{
	const json_t *kinds = json_array_get(json_object_get(definition(schema, "report"), "anyOf"), 0);
	const json_t *names = json_object_get(kinds, "enum");
	is_str(json_string_value(json_array_get(names, 0)), "exit");
	for (size_t i = 0; i == 0 || testreport_names(i - 1); i++)
		is_str(json_string_value(json_array_get(names, i + 1)), testreport_names(i));
}

/* ---- the schema's bounds */

static const char *with_number(const char *object, const char *key, long long value, struct numbers *ret)
{
	SCOPED_ARENA struct arena a = {0};
	const char *text = arena_printf(&a, "{" LIBRARY ", " TESTS ", \"%s\": {\"%s\": %lld}}", object, key, value);
	return complaint(str_of(text), ret);
}

static void schema_has_the_bounds(const json_t *schema, const char *object)
{
	const char *key;
	json_t *number;
	struct numbers usual, given;
	is_str(complaint(STR("{" LIBRARY ", " TESTS "}"), &usual), "");
	json_object_foreach(json_object_get(definition(schema, object), "properties"), key, number)
	{
		if (!json_is_integer(json_object_get(number, "default")))
			continue;
		long long low = json_integer_value(json_object_get(number, "minimum")),
			  high = json_integer_value(json_object_get(number, "maximum")),
			  preset = json_integer_value(json_object_get(number, "default"));
		tap_print("# %s.%s\n", object, key);
		given = (struct numbers){0};
		is_str(with_number(object, key, preset, &given), "");
		is_mem(&given.limits, &usual.limits, sizeof(usual.limits));
		is_int(given.sealed.percent, usual.sealed.percent);
		is_int(given.sealed.seed, usual.sealed.seed);
		is_int(given.verdict.tests, usual.verdict.tests);
		is_str(with_number(object, key, low, NULL), "");
		is_str(with_number(object, key, high, NULL), "");
		ok(with_number(object, key, low - 1, NULL)[0] != '\0');
		ok(high == INT64_MAX || with_number(object, key, high + 1, NULL)[0] != '\0');
	}
}

static const char *with_n(long long n)
{
	SCOPED_ARENA struct arena a = {0};
	return complaint(str_of(arena_printf(&a, "{" LIBRARY ", " TESTS ", \"workloads\": [{\"name\": \"w\", "
						 "\"sources\": [\"w.c\"], \"n\": %lld}]}", n)),
			 NULL);
}

static void schema_has_the_size(const json_t *schema)
{
	const json_t *n = json_object_get(json_object_get(definition(schema, "workload"), "properties"), "n");
	long long low = json_integer_value(json_object_get(n, "minimum")), high = json_integer_value(json_object_get(n, "maximum"));
	is_str(with_n(low), "");
	is_str(with_n(high), "");
	ok(with_n(low - 1)[0] != '\0');
	ok(with_n(high + 1)[0] != '\0');
	is_int(json_integer_value(json_object_get(n, "default")), PROJECT_WORKLOAD_N);
}

static const char *with_share(double value, struct numbers *ret)
{
	SCOPED_ARENA struct arena a = {0};
	const char *text = arena_printf(&a, "{" LIBRARY ", " TESTS ", \"verdict\": {\"min_exercised\": %g}}", value);
	return complaint(str_of(text), ret);
}

/* The one number that is not whole. */
static void schema_has_the_share(const json_t *schema)
{
	const json_t *share = json_object_get(json_object_get(definition(schema, "verdict"), "properties"), "min_exercised");
	double low = json_number_value(json_object_get(share, "minimum")),
	       high = json_number_value(json_object_get(share, "maximum")),
	       preset = json_number_value(json_object_get(share, "default"));
	struct numbers given = {0};
	is_str(with_share(low, &given), "");
	ok(given.verdict.exercised == low);
	is_str(with_share(high, NULL), "");
	ok(with_share(low - 0.01, NULL)[0] != '\0');
	ok(with_share(high + 0.01, NULL)[0] != '\0');
	ok(preset == project_default_verdict.exercised);
}

static void schema_is_the_programs(void)
{
	SCOPED_BUF struct buf text = {0};
	SCOPED_JSON json_t *schema = NULL;
	struct err err = {0};
	read_text(SCHEMA, &text);
	if (!ok(json_parse(buf_str(&text), SCHEMA, &schema, &err) == 0))
		return;
	schema_has_the_keys(schema);
	schema_has_the_reports(schema);
	schema_has_the_bounds(schema, "sealed");
	schema_has_the_bounds(schema, "limits");
	schema_has_the_bounds(schema, "verdict");
	schema_has_the_share(schema);
	schema_has_the_size(schema);
}

int main(void)
{
	tap_run("good examples", good_examples);
	tap_run("bad examples", bad_examples);
	tap_run("the schema", schema_is_the_programs);
	return tap_done();
}
