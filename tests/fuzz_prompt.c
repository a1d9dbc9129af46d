/* Any JSON as a prompt that was kept: what is read is written so again, and asks the same. */

#include "harness/prompt.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_JSON json_t *value = NULL, *again = NULL;
	struct prompt prompt, same;
	struct err err = {0};
	if (json_parse((struct str){(const char *)data, size}, "prompt", &value, &err) < 0)
		return 0;
	struct json_at at = json_root(value, "prompt");
	if (prompt_read(&at, &a, &prompt, &err) < 0) {
		assert(err.text[0]);
		return 0;
	}
	again = prompt_json(&prompt);
	at = json_root(again, "prompt");
	assert(prompt_read(&at, &a, &same, &err) == 0);
	struct hash one = prompt_hash(&prompt), two = prompt_hash(&same);
	assert(hash_eq(&one, &two));
	assert(str_eq(prompt_text(&prompt, &a), prompt_text(&same, &a)));
	return 0;
}
