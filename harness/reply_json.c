#include "harness/reply_json.h"

#include "core/mem.h"
#include "harness/jsonlines.h"
#include "harness/prompt.h"

#include <math.h>

/* ---- writing */

static json_t *usage_json(const struct usage *u)
{
	if (!u->known)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "fresh", (json_int_t)u->fresh, "cache_read", (json_int_t)u->cache_read,
			 "cache_write", (json_int_t)u->cache_write, "output", (json_int_t)u->output, "reasoning",
			 (json_int_t)u->reasoning);
}

static json_t *tokens_json(const struct reply *reply)
{
	json_t *list = json_array();
	for (size_t i = 0; i < reply->tokens.len; i++) {
		const struct reply_token *t = &reply->tokens.items[i];
		if (isfinite(t->logprob))
			json_array_append_new(list, json_pack("[I, I, f]", (json_int_t)t->start, (json_int_t)t->end,
							      t->logprob));
	}
	return list;
}

json_t *reply_json(const struct reply *reply)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str text = prompt_clean(buf_str(&reply->text), &scratch);
	struct str thinking = prompt_clean(buf_str(&reply->thinking), &scratch);
	/* Places are those of the text as it came. */
	bool is_same = text.ptr == reply->text.ptr;
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "text", jsonlines_of(text), "thinking",
			 jsonlines_of(thinking), "stop", reply_stop_name(reply->stop), "stop_word",
			 json_text(reply->stop_word), "request_id", json_text(reply->request_id), "model",
			 json_text(reply->model), "usage", usage_json(&reply->usage), "tokens",
			 is_same ? tokens_json(reply) : json_array());
}

/* ---- reading */

static int read_text(const struct json_at *parent, const char *key, struct buf *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct json_at at = json_key(parent, key);
	struct str text;
	if (jsonlines_read(&at, REPLY_TEXT_MAX, &scratch, &text, err) < 0)
		return -1;
	buf_append_str(ret, text);
	return 0;
}

static int read_word(const struct json_at *parent, const char *key, char *ret, size_t size, struct err *err)
{
	struct json_at at = json_key(parent, key);
	const char *word = NULL;
	if (json_read_string(&at, size - 1, &word, err) < 0)
		return -1;
	if (!word)
		return json_refuse(&at, err, "expected a string, and there is none");
	reply_set_word(ret, size, str_of(word));
	return 0;
}

static int read_stop(const struct json_at *parent, enum reply_stop *ret, struct err *err)
{
	struct json_at at = json_key(parent, "stop");
	const char *name = "";
	if (json_read_string(&at, 64, &name, err) < 0)
		return -1;
	if (!reply_stop_find(str_of(name), ret))
		return json_refuse(&at, err, "expected end, length, refused, recitation, filtered or unknown");
	return 0;
}

static int read_count(const struct json_at *parent, const char *key, uint64_t *ret, struct err *err)
{
	struct json_at at = json_key(parent, key);
	int64_t value = 0;
	if (!at.value)
		return json_refuse(&at, err, "expected a number, and there is none");
	if (json_read_integer(&at, 0, INT64_MAX, &value, err) < 0)
		return -1;
	*ret = (uint64_t)value;
	return 0;
}

static int read_usage(const struct json_at *parent, struct usage *ret, struct err *err)
{
	static const char *const keys[] = {"fresh", "cache_read", "cache_write", "output", "reasoning"};
	struct json_at at = json_key(parent, "usage");
	if (!at.value)
		return json_refuse(&at, err, "expected the tokens that were used, or null");
	if (json_is_null(at.value))
		return 0;
	ret->known = true;
	return json_only_keys(&at, keys, countof(keys), err) < 0 || read_count(&at, "fresh", &ret->fresh, err) < 0 ||
			       read_count(&at, "cache_read", &ret->cache_read, err) < 0 ||
			       read_count(&at, "cache_write", &ret->cache_write, err) < 0 ||
			       read_count(&at, "output", &ret->output, err) < 0 ||
			       read_count(&at, "reasoning", &ret->reasoning, err) < 0 ?
		       -1 :
		       0;
}

static int read_token(const struct json_at *at, size_t text_len, struct reply_token *ret, struct err *err)
{
	struct json_at start_at = json_item(at, 0), end_at = json_item(at, 1), logprob_at = json_item(at, 2);
	int64_t start = 0, end = 0;
	if (!json_is_array(at->value) || json_array_size(at->value) != 3)
		return json_refuse(at, err, "expected start, end and logprob");
	if (json_read_integer(&start_at, 0, (int64_t)text_len, &start, err) < 0 ||
	    json_read_integer(&end_at, start, (int64_t)text_len, &end, err) < 0 ||
	    json_read_number(&logprob_at, -1e9, 0, &ret->logprob, err) < 0)
		return -1;
	ret->start = (size_t)start;
	ret->end = (size_t)end;
	return 0;
}

static int read_tokens(const struct json_at *parent, struct reply *r, struct err *err)
{
	struct json_at at = json_key(parent, "tokens");
	size_t len = 0;
	if (json_read_array(&at, REPLY_TOKENS_MAX, &len, err) < 0)
		return -1;
	if (!at.value)
		return json_refuse(&at, err, "expected an array of tokens, and there is none");
	for (size_t i = 0; i < len; i++) {
		struct json_at item = json_item(&at, i);
		struct reply_token token = {0};
		if (read_token(&item, r->text.len, &token, err) < 0)
			return -1;
		*vec_push(&r->tokens) = token;
	}
	return 0;
}

int reply_read(const struct json_at *at, struct reply *r, struct err *err)
{
	static const char *const keys[] = {"text", "thinking", "stop", "stop_word", "request_id", "model", "usage", "tokens"};
	if (!json_is_object(at->value))
		return json_refuse(at, err, "expected a reply");
	return json_only_keys(at, keys, countof(keys), err) < 0 || read_text(at, "text", &r->text, err) < 0 ||
			       read_text(at, "thinking", &r->thinking, err) < 0 || read_stop(at, &r->stop, err) < 0 ||
			       read_word(at, "stop_word", r->stop_word, sizeof(r->stop_word), err) < 0 ||
			       read_word(at, "request_id", r->request_id, sizeof(r->request_id), err) < 0 ||
			       read_word(at, "model", r->model, sizeof(r->model), err) < 0 ||
			       read_usage(at, &r->usage, err) < 0 || read_tokens(at, r, err) < 0 ?
		       -1 :
		       0;
}
