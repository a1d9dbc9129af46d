#include "harness/provider_parts.h"

/* OpenAI Responses, and servers of OpenResponses. */

static int wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		struct err *err)
{
	const struct http_header headers[] = {{"authorization", provider_bearer(p, a)}};
	json_t *input = json_array();
	json_t *body = json_pack("{s:s}", "model", p->model);
	if (prompt->system.len)
		json_object_set_new(body, "instructions", provider_text(prompt->system));
	provider_add_conversation(input, prompt);
	json_object_set_new(body, "input", input);
	if (p->max_tokens)
		json_object_set_new(body, "max_output_tokens", json_integer((json_int_t)p->max_tokens));
	json_object_set_new(body, "store", json_false());
	json_object_set_new(body, "stream", json_true());
	if (p->logprobs) {
		json_object_set_new(body, "include", json_pack("[s]", "message.output_text.logprobs"));
		json_object_set_new(body, "top_logprobs", json_integer(1));
	}
	return provider_request(p, "/v1/responses", headers, countof(headers), body, a, ret, err);
}

/* ---- the answer */

static const struct stop_word stops[] = {
	{"completed", REPLY_END},
	{"max_output_tokens", REPLY_LENGTH},
	{"max_tokens", REPLY_LENGTH},
	{"content_filter", REPLY_FILTERED},
};

static void read_usage(struct reply_reader *r, const json_t *usage)
{
	if (!json_is_object(usage))
		return;
	const json_t *input = json_object_get(usage, "input_tokens_details");
	const json_t *output = json_object_get(usage, "output_tokens_details");
	reader_input(r, json_count_of(usage, "input_tokens"), json_count_of(input, "cached_tokens"));
	r->reply->usage.output = json_count_of(usage, "output_tokens");
	r->reply->usage.reasoning = json_count_of(output, "reasoning_tokens");
	r->reply->usage.known = true;
}

static void read_text(struct reply_reader *r, const json_t *text, const json_t *logprobs)
{
	size_t start = r->reply->text.len;
	reader_text(r, text);
	reader_tokens(r, start, logprobs, "logprob");
}

static void read_item(struct reply_reader *r, const json_t *item)
{
	const json_t *content = json_object_get(item, "content");
	bool thinks = strcmp(json_text_of(item, "type"), "reasoning") == 0;
	for (size_t i = 0; i < json_array_size(content); i++) {
		const json_t *part = json_array_get(content, i), *text = json_object_get(part, "text");
		if (thinks)
			reader_thinking(r, text);
		else
			read_text(r, text, json_object_get(part, "logprobs"));
		reader_declined(r, json_object_get(part, "refusal"));
	}
}

/* The response as a whole. Its output says again what came piece by piece, if it came so. */
static void read_end(struct reply_reader *r, const json_t *response)
{
	const json_t *output = json_object_get(response, "output");
	const json_t *reason = json_object_get(json_object_get(response, "incomplete_details"), "reason");
	const json_t *status = json_object_get(response, "status");
	bool came = r->reply->text.len || r->reply->stop == REPLY_REFUSED;
	for (size_t i = 0; i < json_array_size(output) && !came; i++)
		read_item(r, json_array_get(output, i));
	reader_model(r, json_object_get(response, "model"));
	read_usage(r, json_object_get(response, "usage"));
	reader_stop(r, stops, countof(stops), json_is_string(reason) ? reason : status);
	r->ended = true;
}

static bool is_one_of(const char *type, const char *const *names, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strcmp(type, names[i]) == 0)
			return true;
	}
	return false;
}

static void read_event(struct reply_reader *r, const char *type, const json_t *object)
{
	static const char *const ends[] = {"response.completed", "response.incomplete"};
	static const char *const thoughts[] = {"response.reasoning_text.delta", "response.reasoning.delta",
					       "response.reasoning_summary_text.delta"};
	const json_t *delta = json_object_get(object, "delta"), *response = json_object_get(object, "response");
	if (strcmp(type, "response.output_text.delta") == 0)
		read_text(r, delta, json_object_get(object, "logprobs"));
	else if (is_one_of(type, thoughts, countof(thoughts)))
		reader_thinking(r, delta);
	else if (strcmp(type, "response.refusal.delta") == 0)
		reader_declined(r, delta);
	else if (is_one_of(type, ends, countof(ends)))
		read_end(r, response);
	else if (strcmp(type, "response.created") == 0)
		reader_model(r, json_object_get(response, "model"));
	else if (strcmp(type, "response.cancelled") == 0)
		reader_fail(r, PROVIDER_BROKEN, "the server cancelled it");
}

static void event(struct reply_reader *r, struct str name, struct str text)
{
	if (str_eq(str_trim(text), STR("[DONE]")))
		return;
	SCOPED_JSON json_t *object = reader_parse(r, text);
	const char *type = json_text_of(object, "type");
	const json_t *response = json_object_get(object, "response");
	(void)name;
	if (response)
		read_usage(r, json_object_get(response, "usage"));
	if (!object || reader_has_error(r, object) || reader_has_error(r, response))
		return;
	if (strcmp(type, "error") == 0)
		reader_error(r, object);
	else if (strcmp(json_text_of(object, "object"), "response") == 0)
		read_end(r, object);
	else if (strcmp(type, "response.failed") == 0)
		reader_fail(r, PROVIDER_BUSY, "the server says that it failed, and not why");
	else
		read_event(r, type, object);
}

const struct provider_row provider_openai = {
	.name = "openai",
	.provenance = PROVENANCE_RECORDED,
	.url = "https://api.openai.com",
	.key_env = "OPENAI_API_KEY",
	.needs_model = true,
	.framing = SSE_EVENTS,
	.wire = wire,
	.event = event,
};
