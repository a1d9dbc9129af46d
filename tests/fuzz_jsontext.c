#include "core/json.h"
#include "harness/jsontext.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was JSON is JSON, with one thing more; what was not must do no harm. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {"a", "b"};
	SCOPED_ARENA struct arena a = {0};
	SCOPED_JSON json_t *before = NULL, *after = NULL;
	struct str text = {(const char *)data, size};
	bool is_json = json_parse(text, "before", &before, NULL) == 0;
	const char *more = jsontext_add(text, keys, countof(keys), "3", &a);
	json_t *list = json_object_get(json_object_get(before, "a"), "b");
	bool is_plain = memchr(data, '\\', size) == NULL;
	assert(!is_json || !is_plain || !json_is_array(list) || more);
	if (is_json && more && json_is_array(list)) {
		assert(json_parse(str_of(more), "after", &after, NULL) == 0);
		assert(json_array_size(json_object_get(json_object_get(after, "a"), "b")) == json_array_size(list) + 1);
	}
	return 0;
}
