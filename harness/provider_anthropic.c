#include "harness/provider_parts.h"

/* Anthropic Messages; llama-server and others speak it, too. */

enum { MARKS_MAX = 4 };

/* ---- the request */

static bool is_blank(const struct prompt_part *parts, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_trim(parts[i].text).len)
			return false;
	}
	return true;
}

static size_t count_shared(const struct prompt *prompt)
{
	size_t shared = 0;
	for (size_t i = 0; i < prompt->parts_len; i++)
		shared += prompt->parts[i].shared;
	return shared;
}

static void add_block(json_t *blocks, const struct prompt_part *parts, size_t len, bool mark)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct prompt joined = {.parts = (struct prompt_part *)(uintptr_t)parts, .parts_len = len};
	json_t *text = provider_text(prompt_message(&joined, &scratch));
	json_t *block = json_pack("{s:s, s:o}", "type", "text", "text", text);
	if (mark)
		json_object_set_new(block, "cache_control", json_pack("{s:s}", "type", "ephemeral"));
	json_array_append_new(blocks, block);
}

/*
 * A block up to each of the last shared ends, and one with the rest. More marks are refused, and so is a block that is
 * blank, which therefore goes with the next.
 */
static json_t *blocks_of(const struct prompt *prompt)
{
	json_t *blocks = json_array();
	size_t start = 0, shared = count_shared(prompt);
	for (size_t i = 0; i < prompt->parts_len; i++) {
		bool marked = prompt->parts[i].shared && shared-- <= MARKS_MAX;
		size_t len = i + 1 - start;
		if ((!marked && i + 1 < prompt->parts_len) || is_blank(prompt->parts + start, len))
			continue;
		add_block(blocks, prompt->parts + start, len, marked);
		start = i + 1;
	}
	return blocks;
}

static int wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		struct err *err)
{
	const struct http_header headers[] = {{"anthropic-version", "2023-06-01"}, {"x-api-key", p->key}};
	json_t *messages = json_array();
	json_t *body = json_pack("{s:s, s:I}", "model", p->model, "max_tokens", (json_int_t)p->max_tokens);
	if (prompt->system.len)
		json_object_set_new(body, "system", provider_text(prompt->system));
	json_array_append_new(messages, json_pack("{s:s, s:o}", "role", "user", "content", blocks_of(prompt)));
	provider_add_message(messages, "assistant", prompt->so_far);
	provider_add_message(messages, "user", prompt->go_on);
	json_object_set_new(body, "messages", messages);
	json_object_set_new(body, "stream", json_true());
	return provider_request(p, "/v1/messages", headers, countof(headers), body, a, ret, err);
}

/* ---- the answer */

static const struct stop_word stops[] = {
	{"end_turn", REPLY_END},
	{"stop_sequence", REPLY_END},
	{"max_tokens", REPLY_LENGTH},
	{"model_context_window_exceeded", REPLY_LENGTH},
	{"refusal", REPLY_REFUSED},
};

static void read_count(const json_t *usage, const char *key, uint64_t *ret)
{
	if (json_is_integer(json_object_get(usage, key)))
		*ret = json_count_of(usage, key);
}

/* What comes later says all so far, in those members that it has. What comes first is no account of the whole. */
static void read_usage(struct reply_reader *r, const json_t *usage, bool whole)
{
	struct usage *u = &r->reply->usage;
	read_count(usage, "input_tokens", &u->fresh);
	read_count(usage, "cache_creation_input_tokens", &u->cache_write);
	read_count(usage, "cache_read_input_tokens", &u->cache_read);
	read_count(usage, "output_tokens", &u->output);
	u->known |= whole && json_is_object(usage);
}

static void read_block(struct reply_reader *r, const json_t *block)
{
	reader_thinking(r, json_object_get(block, "thinking"));
	reader_text(r, json_object_get(block, "text"));
}

static void read_message(struct reply_reader *r, const json_t *message)
{
	const json_t *content = json_object_get(message, "content");
	for (size_t i = 0; i < json_array_size(content); i++)
		read_block(r, json_array_get(content, i));
	reader_stop(r, stops, countof(stops), json_object_get(message, "stop_reason"));
	read_usage(r, json_object_get(message, "usage"), true);
	reader_model(r, json_object_get(message, "model"));
	r->ended = true;
}

static void read_end(struct reply_reader *r, const json_t *object)
{
	const json_t *delta = json_object_get(object, "delta");
	reader_stop(r, stops, countof(stops), json_object_get(delta, "stop_reason"));
	read_usage(r, json_object_get(object, "usage"), true);
}

static void event(struct reply_reader *r, struct str name, struct str text)
{
	SCOPED_JSON json_t *object = reader_parse(r, text);
	const char *type = json_text_of(object, "type");
	struct str kind = type[0] ? str_of(type) : name;
	const json_t *message = json_object_get(object, "message");
	if (!object || reader_has_error(r, object))
		return;
	if (str_eq(kind, STR("message_start"))) {
		reader_model(r, json_object_get(message, "model"));
		read_usage(r, json_object_get(message, "usage"), false);
	} else if (str_eq(kind, STR("content_block_start"))) {
		read_block(r, json_object_get(object, "content_block"));
	} else if (str_eq(kind, STR("content_block_delta"))) {
		read_block(r, json_object_get(object, "delta"));
	} else if (str_eq(kind, STR("message_delta"))) {
		read_end(r, object);
	} else if (str_eq(kind, STR("message_stop"))) {
		r->ended = true;
	} else if (str_eq(kind, STR("message"))) {
		read_message(r, object);
	}
}

const struct provider_row provider_anthropic = {
	.name = "anthropic",
	.provenance = PROVENANCE_RECORDED,
	.url = "https://api.anthropic.com",
	.key_env = "ANTHROPIC_API_KEY",
	.needs_model = true,
	.framing = SSE_EVENTS,
	.wire = wire,
	.event = event,
};
