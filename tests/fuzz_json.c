#include "core/json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void visit(const struct json_at *at, unsigned depth);

static void visit_children(const struct json_at *at, unsigned depth)
{
	const char *key;
	json_t *value;
	size_t len = 0;
	if (json_is_array(at->value) && json_read_array(at, SIZE_MAX, &len, NULL) < 0)
		abort();
	for (size_t i = 0; i < len; i++) {
		struct json_at item = json_item(at, i);
		visit(&item, depth + 1);
	}
	json_object_foreach((json_t *)(uintptr_t)at->value, key, value)
	{
		struct json_at child = json_key(at, key);
		assert(child.value == value);
		visit(&child, depth + 1);
	}
}

/* Reads each value as everything; the messages must fit and be there. */
static void visit(const struct json_at *at, unsigned depth)
{
	static const char *const keys[] = {"a", "tests"};
	struct err err = {0};
	bool b = false;
	int64_t n = 0;
	size_t len = 0;
	const char *s = "";
	int refused = 0;
	refused -= json_read_bool(at, &b, &err);
	refused -= json_read_integer(at, -5, 5, &n, &err);
	refused -= json_read_string(at, 10, &s, &err);
	refused -= json_read_array(at, 2, &len, &err);
	refused -= json_only_keys(at, keys, countof(keys), &err);
	assert(refused >= 4 && refused <= 5 && err.kind == ERR_USAGE);
	assert(strncmp(err.text, "name: ", 6) == 0 && strlen(err.text) < sizeof(err.text));
	assert(n >= -5 && n <= 5 && len <= 2 && strlen(s) <= 10);
	if (depth < 50)
		visit_children(at, depth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_JSON json_t *value = NULL;
	struct err err = {0};
	if (json_parse((struct str){(const char *)data, size}, "name", &value, &err) < 0) {
		assert(err.kind == ERR_USAGE && value == NULL && err.text[0]);
		return 0;
	}
	struct json_at root = json_root(value, "name");
	visit(&root, 0);
	return 0;
}
