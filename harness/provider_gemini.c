#include "harness/provider_parts.h"

#include "core/mem.h"

/* Google's Gemini API. */

static json_t *parts_of(struct str text)
{
	return json_pack("[{s:o}]", "text", provider_text(text));
}

static void add_content(json_t *contents, const char *role, struct str text)
{
	if (text.len)
		json_array_append_new(contents, json_pack("{s:s, s:o}", "role", role, "parts", parts_of(text)));
}

static json_t *settings_of(const struct provider *p)
{
	json_t *settings = json_object();
	if (p->max_tokens)
		json_object_set_new(settings, "maxOutputTokens", json_integer((json_int_t)p->max_tokens));
	if (p->logprobs)
		json_object_set_new(settings, "responseLogprobs", json_true());
	return settings;
}

/* Names of models come from people, and may hold a "/" or a "?". */
static const char *path_of(const char *model, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, SIZE_MAX / 2);
	for (; *model; model++) {
		unsigned char c = (unsigned char)*model;
		bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     strchr("-._~", c);
		buf_printf(&out, plain ? "%c" : "%%%02X", c);
	}
	return arena_printf(a, "/v1beta/models/%s:streamGenerateContent?alt=sse", out.ptr);
}

static int wire(const struct provider *p, const struct prompt *prompt, struct arena *a, struct wire *ret,
		struct err *err)
{
	const struct http_header headers[] = {{"x-goog-api-key", p->key}};
	json_t *contents = json_array(), *body = json_object();
	if (prompt->system.len)
		json_object_set_new(body, "systemInstruction", json_pack("{s:o}", "parts", parts_of(prompt->system)));
	add_content(contents, "user", prompt_message(prompt, a));
	add_content(contents, "model", prompt->so_far);
	add_content(contents, "user", prompt->go_on);
	json_object_set_new(body, "contents", contents);
	json_object_set_new(body, "generationConfig", settings_of(p));
	return provider_request(p, path_of(p->model, a), headers, countof(headers), body, a, ret, err);
}

/* ---- the answer */

static const struct stop_word stops[] = {
	{"STOP", REPLY_END},
	{"MAX_TOKENS", REPLY_LENGTH},
	{"RECITATION", REPLY_RECITATION},
	{"SAFETY", REPLY_FILTERED},
	{"BLOCKLIST", REPLY_FILTERED},
	{"PROHIBITED_CONTENT", REPLY_FILTERED},
	{"SPII", REPLY_FILTERED},
	{"MODEL_ARMOR", REPLY_FILTERED},
};

static void read_parts(struct reply_reader *r, const json_t *parts)
{
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i), *text = json_object_get(part, "text");
		if (json_is(part, "thought"))
			reader_thinking(r, text);
		else
			reader_text(r, text);
	}
}

static void read_candidate(struct reply_reader *r, const json_t *candidate)
{
	const json_t *chosen = json_object_get(json_object_get(candidate, "logprobsResult"), "chosenCandidates");
	const json_t *reason = json_object_get(candidate, "finishReason");
	size_t start = r->reply->text.len;
	read_parts(r, json_object_get(json_object_get(candidate, "content"), "parts"));
	reader_tokens(r, start, chosen, "logProbability");
	reader_stop(r, stops, countof(stops), reason);
	r->ended |= json_is_string(reason);
}

static void read_block(struct reply_reader *r, const json_t *feedback)
{
	const json_t *reason = json_object_get(feedback, "blockReason");
	if (!json_is_string(reason))
		return;
	reader_stop(r, stops, countof(stops), reason);
	r->reply->stop = REPLY_FILTERED;
	r->ended = true;
}

/* Each chunk counts all so far; only the last one is an account of the whole. */
static void read_usage(struct reply_reader *r, const json_t *usage)
{
	if (!json_is_object(usage))
		return;
	struct usage *u = &r->reply->usage;
	reader_input(r, json_count_of(usage, "promptTokenCount"), json_count_of(usage, "cachedContentTokenCount"));
	u->reasoning = json_count_of(usage, "thoughtsTokenCount");
	u->output = json_count_of(usage, "candidatesTokenCount") + u->reasoning;
	u->known = r->ended;
}

/* "34s", "1.5s" */
static void read_delay(struct reply_reader *r, const char *delay)
{
	char *end;
	double seconds = strtod(delay, &end);
	if (strcmp(end, "s") != 0 || end == delay || !(seconds >= 0 && seconds < 1e6))
		return;
	r->has_wait = true;
	r->wait_ms = (uint64_t)(seconds * 1000);
}

/* One code stands for too many requests in this minute and for a day's quota; the name of the quota tells which. */
static void read_details(struct reply_reader *r, const json_t *error)
{
	const json_t *details = json_object_get(error, "details");
	for (size_t i = 0; i < json_array_size(details); i++) {
		const json_t *detail = json_array_get(details, i), *quotas = json_object_get(detail, "violations");
		read_delay(r, json_text_of(detail, "retryDelay"));
		for (size_t k = 0; k < json_array_size(quotas); k++) {
			if (strstr(json_text_of(json_array_get(quotas, k), "quotaId"), "PerDay"))
				r->outcome = PROVIDER_DOWN;
		}
	}
}

static void read_chunk(struct reply_reader *r, const json_t *object)
{
	const json_t *id = json_object_get(object, "responseId");
	struct reply *reply = r->reply;
	if (reader_has_error(r, object)) {
		read_details(r, json_object_get(object, "error"));
		return;
	}
	read_candidate(r, json_array_get(json_object_get(object, "candidates"), 0));
	read_block(r, json_object_get(object, "promptFeedback"));
	read_usage(r, json_object_get(object, "usageMetadata"));
	reader_model(r, json_object_get(object, "modelVersion"));
	if (json_is_string(id) && !reply->request_id[0])
		reply_set_word(reply->request_id, sizeof(reply->request_id), str_of(json_string_value(id)));
}

/* Without alt=sse, which a proxy may drop, and in front of errors there is an array of what would be events. */
static void event(struct reply_reader *r, struct str name, struct str text)
{
	(void)name;
	SCOPED_JSON json_t *object = NULL, *array = NULL;
	if (!str_starts(text, STR("["))) {
		object = reader_parse(r, text);
		if (object)
			read_chunk(r, object);
		return;
	}
	if (json_parse(text, "the answer", &array, NULL) < 0)
		reader_fail(r, PROVIDER_BROKEN, "the server sent what makes no sense: an array that is no JSON");
	for (size_t i = 0; i < json_array_size(array) && !r->failed; i++)
		read_chunk(r, json_array_get(array, i));
}

const struct provider_row provider_gemini = {
	.name = "gemini",
	.provenance = PROVENANCE_RECORDED,
	.url = "https://generativelanguage.googleapis.com",
	.key_env = "GEMINI_API_KEY",
	.needs_model = true,
	.framing = SSE_EVENTS,
	.no_end_mark = true,
	.wire = wire,
	.event = event,
};
