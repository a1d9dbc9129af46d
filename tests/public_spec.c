/*
 * What may be shown, linked with nothing but itself and core: that this program
 * links proves that what makes prompts cannot reach the oracle, the original's
 * tree or the judges.
 */
#include "core/fs.h"
#include "core/mem.h"
#include "harness/spec.h"
#include "tests/tap.h"

#include <unistd.h>

static char folder[] = "/tmp/recast-test-spec-XXXXXX";

static struct spec sample(void)
{
	static struct api_function functions[] = {{
		.name = "add",
		.declaration = "int add(int a, int b)",
		.written = "int add(int a,\n        int b)",
		.place = {"include/add.h", 3, 4},
		.doc = "/* Adds. */",
		.signature = {.result = "int"},
		.tested = true,
	}};
	static struct spec_test visible[] = {{"test_add", "main", {"tests/t.c", 1, 9}, {0}}};
	struct spec spec = {
		.name = "adder",
		.language = "c",
		.source = "commit 1234",
		.api = {.functions = functions, .functions_len = countof(functions)},
		.visible = visible,
		.visible_len = countof(visible),
		.sealed_len = 2,
	};
	*vec_push(&spec.headers) = (struct spec_file){"include/add.h", STR("int add(int a, int b);\n")};
	*vec_push(&spec.tests) = (struct spec_file){"tests/t.c", STR("int main(void) { return add(1, -1); }\n")};
	*vec_push(&spec.documents) = (struct spec_file){"README.md", STR("# Usage\n")};
	return spec;
}

static const char *path_of(const struct hash *id, const char *name, struct arena *a)
{
	char hex[HASH_HEX];
	hash_hex(id, hex);
	return arena_printf(a, "%s/%s%s", folder, hex, name);
}

static void is_saved_by_its_content(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	struct err err = {0};
	struct hash id, again, other;
	SCOPED(spec_release) struct spec spec = sample();
	if (!ok(spec_save(&spec, folder, &id, &err) == 0))
		return;
	ok(fs_read(path_of(&id, "/headers/include/add.h", &a), &text, &err) == 0);
	is_str(text.ptr, "int add(int a, int b);\n");
	ok(fs_exists(path_of(&id, "/tests/tests/t.c", &a)));
	ok(fs_exists(path_of(&id, "/documents/README.md", &a)));
	ok(spec_save(&spec, folder, &again, &err) == 0);
	ok(hash_eq(&id, &again));
	spec.headers.items[0].text = STR("int add(int a, int c);\n");
	ok(spec_save(&spec, folder, &other, &err) == 0);
	ok(!hash_eq(&id, &other));
}

static void forged_ones_are_replaced(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	struct err err = {0};
	struct hash id;
	SCOPED(spec_release) struct spec spec = sample();
	if (!ok(spec_save(&spec, folder, &id, &err) == 0))
		return;
	const char *header = path_of(&id, "/headers/include/add.h", &a);
	ok(fs_write(header, STR("int forged;\n"), &err) == 0);
	ok(fs_write(path_of(&id, "/more", &a), STR("more"), &err) == 0);
	ok(spec_save(&spec, folder, &id, &err) == 0);
	ok(fs_read(header, &text, &err) == 0);
	is_str(text.ptr, "int add(int a, int b);\n");
	ok(!fs_exists(path_of(&id, "/more", &a)));
}

static void says_what_it_holds(void)
{
	SCOPED(spec_release) struct spec spec = sample();
	SCOPED_JSON json_t *object = spec_json(&spec);
	const json_t *f = json_array_get(json_object_get(object, "functions"), 0);
	is_str(json_string_value(json_object_get(f, "name")), "add");
	is_str(json_string_value(json_object_get(f, "header")), "include/add.h");
	is_int(json_integer_value(json_object_get(f, "line")), 3);
	ok(json_is_true(json_object_get(f, "tested")));
	is_int(json_integer_value(json_object_get(object, "sealed")), 2);
	is_int(json_array_size(json_object_get(object, "tests")), 1);
	ok(json_object_get(object, "impossible") == NULL);
}

static void refuses_paths_that_lead_outside(void)
{
	struct err err = {0};
	struct hash id;
	SCOPED(spec_release) struct spec spec = sample();
	spec.tests.items[0].path = "../../outside";
	ok(spec_save(&spec, folder, &id, &err) < 0);
	ok(!fs_exists("/tmp/outside"));
}

int main(void)
{
	struct err err;
	if (!mkdtemp(folder))
		return 1;
	tap_run("a spec is saved by its content", is_saved_by_its_content);
	tap_run("forged ones are replaced", forged_ones_are_replaced);
	tap_run("its JSON says what it holds", says_what_it_holds);
	tap_run("paths that lead outside are refused", refuses_paths_that_lead_outside);
	fs_remove(folder, &err);
	return tap_done();
}
