#include "harness/provider_parts.h"

/* Ollama's own interface. */

static int wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		struct err *err)
{
	const struct http_header headers[] = {{"authorization", provider_bearer(p, a)}};
	json_t *messages = json_array(), *options = json_object();
	json_t *body = json_pack("{s:s}", "model", p->model);
	provider_add_message(messages, "system", prompt->system);
	provider_add_conversation(messages, prompt);
	json_object_set_new(body, "messages", messages);
	json_object_set_new(body, "stream", json_true());
	/* A prompt that is too long must be refused and not be cut in silence. */
	json_object_set_new(body, "truncate", json_false());
	json_object_set_new(body, "shift", json_false());
	if (p->logprobs)
		json_object_set_new(body, "logprobs", json_true());
	if (p->max_tokens)
		json_object_set_new(options, "num_predict", json_integer((json_int_t)p->max_tokens));
	json_object_set_new(body, "options", options);
	return provider_request(p, "/api/chat", headers, countof(headers), body, a, ret, err);
}

static const struct stop_word stops[] = {
	{"stop", REPLY_END},
	{"length", REPLY_LENGTH},
};

/* Older ones give no reason. What was in the cache is not counted, and not told. */
static void read_end(struct reply_reader *r, const json_t *object)
{
	struct reply *reply = r->reply;
	const json_t *reason = json_object_get(object, "done_reason");
	if (!json_is_string(reason))
		reply->stop = REPLY_END;
	reader_stop(r, stops, countof(stops), reason);
	reply->usage.fresh = json_count_of(object, "prompt_eval_count");
	reply->usage.output = json_count_of(object, "eval_count");
	reply->usage.known = json_is_integer(json_object_get(object, "eval_count"));
	r->ended = true;
}

static void event(struct reply_reader *r, struct str name, struct str text)
{
	(void)name;
	SCOPED_JSON json_t *object = reader_parse(r, text);
	const json_t *message = json_object_get(object, "message");
	size_t start = r->reply->text.len;
	if (!object || reader_has_error(r, object))
		return;
	reader_thinking(r, json_object_get(message, "thinking"));
	reader_text(r, json_object_get(message, "content"));
	reader_tokens(r, start, json_object_get(object, "logprobs"), "logprob");
	reader_model(r, json_object_get(object, "model"));
	if (json_is(object, "done"))
		read_end(r, object);
}

const struct provider_row provider_ollama = {
	.name = "ollama",
	.provenance = PROVENANCE_RECORDED,
	.url = "http://localhost:11434",
	.needs_model = true,
	.framing = SSE_LINES,
	.wire = wire,
	.event = event,
};
