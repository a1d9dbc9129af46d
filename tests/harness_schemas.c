/*
 * Schemas in specs/ against what the program reads and writes. With the name of a schema and a
 * file, compares these and says what does not hold: so tests of commands compare what they print.
 */

#include "harness/spec.h"
#include "tests/schema.h"
#include "tests/tap.h"

#include <dirent.h>

static struct schemas schemas;

/* What does not hold, or "". */
static const char *complaint(const char *schema, const json_t *value)
{
	static struct err err;
	err = (struct err){0};
	return schemas_check(&schemas, schema, value, &err) == 0 ? "" : err.text;
}

static const char *complaint_of_file(const char *schema, const char *path)
{
	static struct err err;
	SCOPED_BUF struct buf text;
	SCOPED_JSON json_t *value = NULL;
	buf_init(&text, 64 << 20);
	err = (struct err){0};
	if (fs_read(path, &text, &err) < 0 || json_parse(buf_str(&text), path, &value, &err) < 0)
		return err.text;
	return complaint(schema, value);
}

/* ---- a specification in which everything occurs */

static const struct place place = {"include/all.h", 3, 4};

static struct parameter parameters[] = {{"a", "int", false}, {"f", "void (*)(void)", true}};
static struct signature signature = {"int", parameters, countof(parameters), true, true};
static const char *words[] = {"__attribute__((pure))", "..."};

static struct api_function functions[] = {{
	.name = "all",
	.declaration = "int all(int a, void (*f)(void), ...)",
	.written = "int all()",
	.place = {"include/all.h", 3, 4},
	.doc = "/* All. */",
	.signature = {"int", parameters, countof(parameters), true, true},
	.attributes = {words, 1},
	.has_body = true,
	.is_static = true,
	.tested = true,
}};

static struct api_field fields[] = {{"x", "int", true, 0, 4, 0}, {"flag", "unsigned int", true, 32, 0, 1}};
static struct api_enumerator enumerators[] = {{"MINUS", true, INT64_MIN}, {"UNKNOWN", false, 0}};

static struct api_type types[] = {
	{API_STRUCT, "s", "struct s", "struct s { … }", {"a.h", 1, 2}, "/* S. */", "", NULL, false, true, 8, 4, fields,
	 countof(fields), NULL, 0},
	{API_UNION, "u", "union u", "union u", {"a.h", 1, 2}, "", "", NULL, true, false, 0, 0, NULL, 0, NULL, 0},
	{API_ENUM, "", "", "enum { … }", {"a.h", 1, 2}, "", "", NULL, false, true, 4, 4, NULL, 0, enumerators,
	 countof(enumerators)},
	{API_TYPEDEF, "t", "t", "typedef …", {"a.h", 1, 2}, "", "int (*)(int)", &signature, false, true, 4, 4, NULL, 0, NULL,
	 0},
};

static struct api_macro macros[] = {
	{"M", "", {"a.h", 1, 1}, "/* M. */", false, {0}, API_NO_VALUE, NULL},
	{"F", "a", {"a.h", 1, 1}, "", true, {words, countof(words)}, API_NO_VALUE, NULL},
	{"I", "-1", {"a.h", 1, 1}, "", false, {0}, API_INTEGER, "-1"},
	{"U", "1u", {"a.h", 1, 1}, "", false, {0}, API_UNSIGNED, "1"},
	{"D", ".5", {"a.h", 1, 1}, "", false, {0}, API_FLOAT, "0x1p-1"},
	{"S", "\"\\xff\"", {"a.h", 1, 1}, "", false, {0}, API_STRING, "\xff"},
};

static struct api_global globals[] = {{"g", "int g", "int", "extern int g;", {"a.h", 1, 1}, "/* G. */", true, 4}};

static struct exposure exposed[] = {
	{"inline function", "f", {"a.h", 1, 2}, true, "callers are compiled with it"},
	{"body", "f", {"a.h", 1, 2}, false, "it is implementation"},
	{"documentation", "Usage", {"README", 1, 2}, false, "it quotes a.c:1"},
	{"test", "t.c", {"t.c", 1, 2}, true, "it quotes a.c:1; recast.json consents"},
};

static struct spec everything(void)
{
	static struct spec_test visible[] = {{"test_all", "main", {"tests/t.c", 1, 9}, {words, 1}}};
	struct spec spec = {
		.name = "all",
		.language = "c",
		.source = "commit 1234",
		.impossible = "for no reason",
		.api = {functions, countof(functions), types, countof(types), macros, countof(macros), globals,
			countof(globals), {words, 1}, {words, 1}, {words, 1}, NULL},
		.include = {words, 1},
		.visible = visible,
		.visible_len = countof(visible),
		.sealed_len = 2,
		.exposed = exposed,
		.exposed_len = countof(exposed),
	};
	*vec_push(&spec.headers) = (struct spec_file){place.file, STR("int all();\n")};
	*vec_push(&spec.tests) = (struct spec_file){"tests/t.c", STR("")};
	*vec_push(&spec.documents) = (struct spec_file){"README", STR("")};
	return spec;
}

static bool was_met(const json_t *property)
{
	for (size_t i = 0; i < schemas.met.len; i++) {
		if (schemas.met.items[i] == property)
			return true;
	}
	return false;
}

/* Properties of the schema, at any depth, that no value had. */
static void list_unmet(const json_t *schema, struct buf *list)
{
	const char *key;
	json_t *value;
	size_t i;
	json_array_foreach(schema, i, value)
		list_unmet(value, list);
	json_object_foreach(json_object_get(schema, "properties"), key, value)
	{
		if (!was_met(value))
			buf_printf(list, "%s ", key);
	}
	json_object_foreach((json_t *)(uintptr_t)schema, key, value)
		list_unmet(value, list);
}

static void spec_has_what_the_schema_says(void)
{
	SCOPED(spec_release) struct spec spec = everything();
	SCOPED_JSON json_t *full = spec_json(&spec);
	SCOPED_BUF struct buf unmet;
	size_t file;
	buf_init(&unmet, 1000);
	is_str(complaint("spec.schema.json", full), "");
	if (!ok(schemas_file(&schemas, "spec.schema.json", &file, NULL) == 0))
		return;
	list_unmet(schemas.files[file].root, &unmet);
	is_str(unmet.ptr, "");
}

static void an_empty_spec_has_what_is_required(void)
{
	struct spec spec = {.name = "none", .language = "c", .source = "this folder"};
	SCOPED_JSON json_t *empty = spec_json(&spec);
	is_str(complaint("spec.schema.json", empty), "");
	json_object_del(empty, "sealed");
	ok(strstr(complaint("spec.schema.json", empty), "value: required does not hold") != NULL);
}

/* ---- examples of recast.json */

static int is_example(const struct dirent *entry)
{
	return str_ends(str_of(entry->d_name), STR(".json"));
}

static void examples_hold(void)
{
	struct dirent **files;
	int count = scandir("specs/examples", &files, is_example, alphasort);
	ok(count > 0);
	for (int i = 0; i < count; i++) {
		char path[300];
		snprintf(path, sizeof(path), "specs/examples/%s", files[i]->d_name);
		tap_str(complaint_of_file("recast.schema.json", path), "", path, __FILE__, __LINE__);
		free(files[i]);
	}
	if (count >= 0)
		free(files);
}

static void others_do_not(void)
{
	ok(complaint_of_file("recast.schema.json", "specs/examples/bad/source-with-both.json")[0]);
	ok(complaint_of_file("recast.schema.json", "specs/examples/bad/source-id-short.json")[0]);
	ok(complaint_of_file("recast.schema.json", "specs/examples/bad/sealed-percent-too-large.json")[0]);
	ok(complaint_of_file("recast.schema.json", "specs/examples/bad/key-unknown-program.json")[0]);
	ok(complaint_of_file("recast.schema.json", "specs/examples/bad/tests-without-programs.json")[0]);
	ok(complaint_of_file("recast.schema.json", "specs/examples/bad/report-unknown.json")[0]);
	ok(complaint_of_file("check.schema.json", "specs/examples/one-source.json")[0]);
	ok(complaint_of_file("nonsense.schema.json", "specs/examples/one-source.json")[0]);
}

static int compare(const char *schema, const char *path)
{
	const char *wrong = complaint_of_file(schema, path);
	if (wrong[0])
		printf("%s: %s\n", path, wrong);
	return wrong[0] != '\0';
}

int main(int argc, char **argv)
{
	int result;
	if (argc == 3) {
		result = compare(argv[1], argv[2]);
	} else {
		tap_run("a spec has all that the schema says", spec_has_what_the_schema_says);
		tap_run("an empty spec has what is required", an_empty_spec_has_what_is_required);
		tap_run("examples hold", examples_hold);
		tap_run("others do not", others_do_not);
		result = tap_done();
	}
	schemas_release(&schemas);
	return result;
}
