/* Any JSON as a reply that was kept: what is read is written so again, and is the same. */

#include "harness/reply_json.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const struct reply *a, const struct reply *b)
{
	assert(str_eq(buf_str(&a->text), buf_str(&b->text)) && str_eq(buf_str(&a->thinking), buf_str(&b->thinking)));
	assert(a->stop == b->stop && strcmp(a->stop_word, b->stop_word) == 0);
	assert(strcmp(a->request_id, b->request_id) == 0 && strcmp(a->model, b->model) == 0);
	assert(a->usage.known == b->usage.known && a->usage.output == b->usage.output);
	assert(a->tokens.len == b->tokens.len);
	for (size_t i = 0; i < a->tokens.len; i++) {
		assert(a->tokens.items[i].start <= a->tokens.items[i].end && a->tokens.items[i].end <= a->text.len);
		assert(a->tokens.items[i].logprob == b->tokens.items[i].logprob);
	}
}

static void check(const struct reply *reply)
{
	SCOPED_JSON json_t *value = reply_json(reply);
	struct reply again;
	struct json_at at = json_root(value, "reply");
	reply_init(&again);
	assert(reply_read(&at, &again, NULL) == 0);
	check_same(reply, &again);
	reply_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_JSON json_t *value = NULL;
	struct reply reply;
	struct err err = {0};
	if (json_parse((struct str){(const char *)data, size}, "reply", &value, &err) < 0)
		return 0;
	struct json_at at = json_root(value, "reply");
	reply_init(&reply);
	if (reply_read(&at, &reply, &err) == 0)
		check(&reply);
	else
		assert(err.text[0]);
	reply_release(&reply);
	return 0;
}
