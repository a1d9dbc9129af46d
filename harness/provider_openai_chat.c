#include "harness/provider_parts.h"

/* OpenAI Chat Completions, as most servers speak it: vLLM, llama-server, LM Studio, OpenRouter and many more. */

static int wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		struct err *err)
{
	const struct http_header headers[] = {{"authorization", provider_bearer(p, a)}};
	json_t *messages = json_array();
	json_t *body = json_pack("{s:s}", "model", p->model);
	provider_add_message(messages, "system", prompt->system);
	provider_add_conversation(messages, prompt);
	json_object_set_new(body, "messages", messages);
	if (p->max_tokens)
		json_object_set_new(body, "max_tokens", json_integer((json_int_t)p->max_tokens));
	json_object_set_new(body, "stream", json_true());
	json_object_set_new(body, "stream_options", json_pack("{s:b}", "include_usage", 1));
	if (p->logprobs)
		json_object_set_new(body, "logprobs", json_true());
	return provider_request(p, "/v1/chat/completions", headers, countof(headers), body, a, ret, err);
}

/* ---- the answer */

static const struct stop_word stops[] = {
	{"stop", REPLY_END},
	{"eos", REPLY_END},
	{"length", REPLY_LENGTH},
	{"content_filter", REPLY_FILTERED},
};

static void read_usage(struct reply_reader *r, const json_t *usage)
{
	if (!json_is_object(usage))
		return;
	const json_t *input = json_object_get(usage, "prompt_tokens_details");
	const json_t *output = json_object_get(usage, "completion_tokens_details");
	reader_input(r, json_count_of(usage, "prompt_tokens"), json_count_of(input, "cached_tokens"));
	r->reply->usage.output = json_count_of(usage, "completion_tokens");
	r->reply->usage.reasoning = json_count_of(output, "reasoning_tokens");
	r->reply->usage.known = true;
}

/* Of llama-server, whose older versions tell nothing else. */
static void read_timings(struct reply_reader *r, const json_t *timings)
{
	struct usage *u = &r->reply->usage;
	if (u->known || !json_is_object(timings))
		return;
	u->fresh = json_count_of(timings, "prompt_n");
	u->cache_read = json_count_of(timings, "cache_n");
	u->output = json_count_of(timings, "predicted_n");
	u->known = r->reply->stop_word[0] != '\0';
}

/* A text, or, with some servers, an array of parts. */
static void read_content(struct reply_reader *r, const json_t *content)
{
	reader_text(r, content);
	for (size_t i = 0; json_is_array(content) && i < json_array_size(content); i++)
		reader_text(r, json_object_get(json_array_get(content, i), "text"));
}

static void read_message(struct reply_reader *r, const json_t *message, const json_t *logprobs)
{
	const json_t *thought = json_object_get(message, "reasoning_content");
	size_t start = r->reply->text.len;
	reader_thinking(r, json_is_string(thought) ? thought : json_object_get(message, "reasoning"));
	read_content(r, json_object_get(message, "content"));
	reader_tokens(r, start, json_object_get(logprobs, "content"), "logprob");
	reader_declined(r, json_object_get(message, "refusal"));
}

static void read_choice(struct reply_reader *r, const json_t *choice)
{
	const json_t *message = json_object_get(choice, "message"), *delta = json_object_get(choice, "delta");
	if (json_count_of(choice, "index") != 0)
		return;
	read_message(r, json_is_object(delta) ? delta : message, json_object_get(choice, "logprobs"));
	reader_stop(r, stops, countof(stops), json_object_get(choice, "finish_reason"));
	r->ended |= json_is_object(message);
}

static void event(struct reply_reader *r, struct str name, struct str text)
{
	(void)name;
	if (str_eq(str_trim(text), STR("[DONE]"))) {
		r->ended = true;
		return;
	}
	SCOPED_JSON json_t *object = reader_parse(r, text);
	const json_t *choices = json_object_get(object, "choices");
	if (!object || reader_has_error(r, object))
		return;
	for (size_t i = 0; i < json_array_size(choices); i++)
		read_choice(r, json_array_get(choices, i));
	reader_model(r, json_object_get(object, "model"));
	read_usage(r, json_object_get(object, "usage"));
	read_timings(r, json_object_get(object, "timings"));
}

/* Whoever has no other address means the server of llama.cpp on this machine. */
const struct provider_row provider_openai_chat = {
	.name = "openai-chat",
	.provenance = PROVENANCE_RECORDED,
	.url = "http://localhost:8080",
	.needs_model = true,
	.framing = SSE_EVENTS,
	.wire = wire,
	.event = event,
};
