/* What is sent to each kind of provider, to the byte; and what its answers say, wherever they are cut. */
#include "tests/wire_cases.h"

static struct arena arena;

#define TEXT(literal) {(literal), sizeof(literal) - 1}

static struct prompt_part parts[] = {
	{PROMPT_RECAST, TEXT("Write "), false},     {PROMPT_SPEC, TEXT("int add(int);\n"), true},
	{PROMPT_HUMAN, TEXT("Be \"fast\".\n"), true}, {PROMPT_FEEDBACK, TEXT("Gr\xC3\xB6\xC3\x9F" "e \xFF."), false},
};

static const struct prompt prompt = {.title = "a title", .system = TEXT("Be exact."), .parts = parts, .parts_len = 4};

static struct prompt continued(void)
{
	struct prompt p = prompt;
	p.so_far = STR("int a");
	p.go_on = STR("Go on.");
	return p;
}

static struct provider provider_of(const struct provider_row *row)
{
	return (struct provider){.name = "mine", .row = row, .model = "m/1 x", .key = "KEY", .max_tokens = 9};
}

static struct wire wire_of(const struct provider *p, const struct prompt *what)
{
	struct wire wire = {.body = STR("")};
	struct err err = {0};
	if (!ok(provider_wire(p, what, &arena, &wire, &err) == 0))
		tap_print("# %s\n", err.text);
	return wire;
}

static const char *headers_of(const struct wire *wire)
{
	const char *all = "";
	for (size_t i = 0; i < wire->headers_len; i++)
		all = arena_printf(&arena, "%s%s: %s\n", all, wire->headers[i].name, wire->headers[i].value);
	return all;
}

#define MESSAGE "Write int add(int);\\nBe \\\"fast\\\".\\nGr\xC3\xB6\xC3\x9F" "e \xEF\xBF\xBD."
#define TO_EVENTS "content-type: application/json\naccept: text/event-stream\nuser-agent: recast\n"

static const struct {
	const struct provider_row *row;
	const char *url, *headers, *body, *go_on; /* what is appended to the messages; */
	const char *logprobs;                     /* and the end of the body when they are asked for */
} rows[] = {
	{&provider_anthropic, "https://api.anthropic.com/v1/messages",
	 TO_EVENTS "anthropic-version: 2023-06-01\nx-api-key: KEY\n",
	 "{\"model\":\"m/1 x\",\"max_tokens\":9,\"system\":\"Be exact.\",\"messages\":[{\"role\":\"user\",\"content\":["
	 "{\"type\":\"text\",\"text\":\"Write int add(int);\\n\",\"cache_control\":{\"type\":\"ephemeral\"}},"
	 "{\"type\":\"text\",\"text\":\"Be \\\"fast\\\".\\n\",\"cache_control\":{\"type\":\"ephemeral\"}},"
	 "{\"type\":\"text\",\"text\":\"Gr\xC3\xB6\xC3\x9F" "e \xEF\xBF\xBD.\"}]}@],\"stream\":true}",
	 ",{\"role\":\"assistant\",\"content\":\"int a\"},{\"role\":\"user\",\"content\":\"Go on.\"}", "\"stream\":true}"},
	{&provider_openai, "https://api.openai.com/v1/responses", TO_EVENTS "authorization: Bearer KEY\n",
	 "{\"model\":\"m/1 x\",\"instructions\":\"Be exact.\",\"input\":[{\"role\":\"user\",\"content\":\"" MESSAGE
	 "\"}@],\"max_output_tokens\":9,\"store\":false,\"stream\":true}",
	 ",{\"role\":\"assistant\",\"content\":\"int a\"},{\"role\":\"user\",\"content\":\"Go on.\"}",
	 "\"stream\":true,\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":1}"},
	{&provider_openai_chat, "http://localhost:8080/v1/chat/completions", TO_EVENTS "authorization: Bearer KEY\n",
	 "{\"model\":\"m/1 x\",\"messages\":[{\"role\":\"system\",\"content\":\"Be exact.\"},"
	 "{\"role\":\"user\",\"content\":\"" MESSAGE "\"}@],\"max_tokens\":9,\"stream\":true,"
	 "\"stream_options\":{\"include_usage\":true}}",
	 ",{\"role\":\"assistant\",\"content\":\"int a\"},{\"role\":\"user\",\"content\":\"Go on.\"}",
	 "\"stream_options\":{\"include_usage\":true},\"logprobs\":true}"},
	{&provider_gemini,
	 "https://generativelanguage.googleapis.com/v1beta/models/m%2F1%20x:streamGenerateContent?alt=sse",
	 TO_EVENTS "x-goog-api-key: KEY\n",
	 "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be exact.\"}]},\"contents\":["
	 "{\"role\":\"user\",\"parts\":[{\"text\":\"" MESSAGE "\"}]}@],\"generationConfig\":{\"maxOutputTokens\":9}}",
	 ",{\"role\":\"model\",\"parts\":[{\"text\":\"int a\"}]},{\"role\":\"user\",\"parts\":[{\"text\":\"Go on.\"}]}",
	 "\"generationConfig\":{\"maxOutputTokens\":9,\"responseLogprobs\":true}}"},
	{&provider_ollama, "http://localhost:11434/api/chat",
	 "content-type: application/json\naccept: application/x-ndjson\nuser-agent: recast\n"
	 "authorization: Bearer KEY\n",
	 "{\"model\":\"m/1 x\",\"messages\":[{\"role\":\"system\",\"content\":\"Be exact.\"},"
	 "{\"role\":\"user\",\"content\":\"" MESSAGE "\"}@],\"stream\":true,\"truncate\":false,\"shift\":false,"
	 "\"options\":{\"num_predict\":9}}",
	 ",{\"role\":\"assistant\",\"content\":\"int a\"},{\"role\":\"user\",\"content\":\"Go on.\"}",
	 "\"shift\":false,\"logprobs\":true,\"options\":{\"num_predict\":9}}"},
};

/* With what stands for "@". */
static const char *filled(const char *body, const char *go_on)
{
	size_t at = strcspn(body, "@");
	return arena_printf(&arena, "%.*s%s%s", (int)at, body, go_on, body + at + 1);
}

static void sends_these_bytes(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		struct provider p = provider_of(rows[i].row);
		struct prompt more = continued();
		struct wire wire = wire_of(&p, &prompt);
		is_str(wire.url, rows[i].url);
		is_str(headers_of(&wire), rows[i].headers);
		is_str(arena_str(&arena, wire.body), filled(rows[i].body, ""));
		is_str(arena_str(&arena, wire_of(&p, &more).body), filled(rows[i].body, rows[i].go_on));
		p.logprobs = true;
		if (!tap_ok(str_ends(wire_of(&p, &prompt).body, str_of(rows[i].logprobs)), "asks for probabilities",
			    __FILE__, __LINE__))
			tap_print("# %s\n", wire_of(&p, &prompt).body.ptr);
		p.key = NULL;
		wire = wire_of(&p, &prompt);
		ok(!strstr(headers_of(&wire), "KEY"));
		ok(provider_row_find(str_of(rows[i].row->name)) == rows[i].row);
	}
	ok(provider_row_find(STR("nobody")) == NULL);
}

static void knows_where_to(void)
{
	static const struct {
		const struct provider_row *row;
		const char *base, *url;
	} cases[] = {
		{&provider_openai_chat, "https://x.example", "https://x.example/v1/chat/completions"},
		{&provider_openai_chat, "https://x.example/", "https://x.example/v1/chat/completions"},
		{&provider_openai_chat, "https://x.example/v1", "https://x.example/v1/chat/completions"},
		{&provider_openai_chat, "https://x.example/v1/", "https://x.example/v1/chat/completions"},
		{&provider_openai_chat, "https://x.example/api/v1", "https://x.example/api/v1/chat/completions"},
		{&provider_openai_chat, "https://x.example/paas/v4", "https://x.example/paas/v4/chat/completions"},
		{&provider_openai_chat, "https://x.example/v1x/y", "https://x.example/v1x/y/v1/chat/completions"},
		{&provider_openai_chat, "http://v1", "http://v1/v1/chat/completions"},
		{&provider_openai_chat, "http://h/vv", "http://h/vv/v1/chat/completions"},
		{&provider_openai, "http://[::1]:80/v1", "http://[::1]:80/v1/responses"},
		{&provider_anthropic, "http://h/anthropic", "http://h/anthropic/v1/messages"},
		{&provider_anthropic, "http://h/anthropic/v1", "http://h/anthropic/v1/messages"},
		{&provider_ollama, "http://h", "http://h/api/chat"},
		{&provider_ollama, "http://h/api", "http://h/api/chat"},
		{&provider_gemini, "http://h/v1alpha", "http://h/v1alpha/models/m:streamGenerateContent?alt=sse"},
		{&provider_gemini, "http://h", "http://h/v1beta/models/m:streamGenerateContent?alt=sse"},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct provider p = provider_of(cases[i].row);
		p.url = cases[i].base;
		p.model = "m";
		is_str(wire_of(&p, &prompt).url, cases[i].url);
	}
}

static void lays_the_users_members_over(void)
{
	struct provider p = provider_of(&provider_openai_chat);
	SCOPED_JSON json_t *over = json_loads(
		"{\"max_tokens\":null,\"max_completion_tokens\":7,\"stream_options\":{\"include_usage\":null,\"a\":{\"b\":1}},"
		"\"messages\":{},\"nothing\":null,\"new\":{\"c\":null}}", 0, NULL);
	p.body = over;
	is_str(wire_of(&p, &prompt).body.ptr, "{\"model\":\"m/1 x\",\"messages\":{},\"stream\":true,"
	       "\"stream_options\":{\"a\":{\"b\":1}},\"max_completion_tokens\":7,\"new\":{\"c\":null}}");
	p.max_tokens = 0;
	p.body = NULL;
	ok(!strstr(wire_of(&p, &prompt).body.ptr, "max_tokens"));
}

static size_t count_of(const char *text, const char *what)
{
	size_t count = 0;
	while ((text = strstr(text, what)) != NULL) {
		count++;
		text++;
	}
	return count;
}

static void marks_what_is_shared(void)
{
	struct prompt_part many[8];
	struct prompt p = {.parts = many, .parts_len = countof(many)};
	struct provider provider = provider_of(&provider_anthropic);
	for (size_t i = 0; i < countof(many); i++)
		many[i] = (struct prompt_part){PROMPT_SPEC, str_of(arena_printf(&arena, "p%zu.", i)), i < 6};
	const char *body = wire_of(&provider, &p).body.ptr;
	is_int(count_of(body, "cache_control"), 4);
	ok(strstr(body, "\"text\":\"p0.p1.p2.\",\"cache_control\"") != NULL);
	ok(strstr(body, "\"text\":\"p6.p7.\"}]") != NULL);
	ok(strstr(body, "\"system\"") == NULL);
	many[3].text = STR(" \n");
	body = wire_of(&provider, &p).body.ptr;
	ok(strstr(body, "\"text\":\" \\np4.\",\"cache_control\"") != NULL);
	p.parts_len = 1;
	is_str(strstr(wire_of(&provider, &p).body.ptr, "\"messages\""),
	       "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"p0.\","
	       "\"cache_control\":{\"type\":\"ephemeral\"}}]}],\"stream\":true}");
}

static void prompts_have_a_limit(void)
{
	struct provider p = provider_of(&provider_ollama);
	struct prompt_part part = {PROMPT_SPEC, {arena_alloc(&arena, PROMPT_MAX + 1, 1), PROMPT_MAX + 1}, false};
	struct prompt large = {.parts = &part, .parts_len = 1};
	struct wire wire = {.url = "kept"};
	struct err err = {0};
	is_int(provider_wire(&p, &large, &arena, &wire, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(wire.url, "kept");
}

static void names_of_models_are_text(void)
{
	struct provider p = provider_of(&provider_anthropic);
	struct wire wire;
	struct err err = {0};
	p.model = "m\xFF";
	is_int(provider_wire(&p, &prompt, &arena, &wire, &err), -1);
	is_int(err.kind, ERR_USAGE);
	is_str(err.text, "mine: the name of its model is no UTF-8");
	p = provider_of(&provider_gemini);
	p.model = "m\xFF?#";
	is_str(wire_of(&p, &prompt).url,
	       "https://generativelanguage.googleapis.com/v1beta/models/m%FF%3F%23:streamGenerateContent?alt=sse");
}

static void others_get_a_text(void)
{
	static const struct provider_row row = {.name = "other", .provenance = PROVENANCE_UNATTESTED};
	struct provider p = {.name = "mine", .row = &row};
	struct wire wire = wire_of(&p, &prompt);
	struct provider_result result;
	ok(wire.url == NULL && wire.headers_len == 0);
	is_str(arena_str(&arena, wire.body),
	       "Be exact.\n\nWrite int add(int);\nBe \"fast\".\nGr\xC3\xB6\xC3\x9F" "e \xEF\xBF\xBD.");
	provider_reread(&row, 0, STR("int x;"), &arena, &result);
	is_str(wire_result_text(&result, &arena), "answered end \"int x;\"");
	reply_release(&result.reply);
	provider_reread(&row, 0, STR(""), &arena, &result);
	is_str(wire_result_text(&result, &arena), "broken end \"\" why an empty reply");
	reply_release(&result.reply);
}

/* ---- answers */

struct pieces {
	const struct wire_case *c;
	struct arena *arena; /* of what is read */
};

/* Fed in pieces; of `step` bytes each behind the first. */
static const char *read_in_pieces(const struct pieces *p, struct str bytes, size_t first, size_t step,
				  struct str *ret_text)
{
	SCOPED(answer_release) struct answer answer = {0};
	struct provider_result result = {.why = ""};
	reply_init(&result.reply);
	answer_init(&answer, p->c->row, p->c->answer->status, &result.reply);
	for (size_t len = first; bytes.len; len = step) {
		answer_feed(&answer, str_first(bytes, len));
		bytes = str_from(bytes, len);
	}
	answer_end(&answer, NULL, p->arena, &result);
	const char *text = wire_result_text(&result, p->arena);
	if (ret_text)
		*ret_text = (struct str){arena_str(p->arena, buf_str(&result.reply.text)), result.reply.text.len};
	reply_release(&result.reply);
	return text;
}

/* A beginning says the beginning of the text, and is never taken for the whole. */
static bool is_beginning(const struct pieces *p, struct str bytes, size_t len, const char *whole, struct str text)
{
	struct str part;
	const char *result = read_in_pieces(p, str_first(bytes, len), len, 1, &part);
	return str_starts(text, part) && (strncmp(result, "answered", 8) != 0 || strcmp(result, whole) == 0);
}

static void is_read_in_pieces(const struct wire_case *c, struct arena *a)
{
	struct str bytes = c->answer->body, text;
	struct pieces p = {c, a};
	const char *whole = read_in_pieces(&p, bytes, bytes.len, 1, &text);
	bool good = c->answer->status == 200, streams = good && !c->row->no_end_mark;
	size_t bad = 0, step = bytes.len > 10000 ? bytes.len / 2 : good ? 1 : 7;
	for (size_t at = 0; at <= bytes.len && c->answer->status; at += step) {
		SCOPED_ARENA struct arena scratch = {0};
		struct pieces q = {c, &scratch};
		bad += strcmp(read_in_pieces(&q, bytes, at ? at : 1, bytes.len, NULL), whole) != 0;
		bad += streams && at % 3 == 0 && !is_beginning(&q, bytes, at, whole, text);
	}
	if (bytes.len <= 10000)
		bad += strcmp(read_in_pieces(&p, bytes, 1, 1, NULL), whole) != 0;
	if (!tap_int((intmax_t)bad, 0, c->name, __FILE__, __LINE__))
		tap_print("# %s\n", whole);
}

static void answers_are_read_in_pieces(void)
{
	ok(wire_cases_walk(is_read_in_pieces) > 80);
}

static void kept_bytes_are_read_again(void)
{
	struct provider_result result;
	provider_reread(&provider_openai, 0, STR(""), &arena, &result);
	is_str(wire_result_text(&result, &arena), "busy unknown \"\" why there was no answer");
	reply_release(&result.reply);
	provider_reread(&provider_openai, 204, STR(""), &arena, &result);
	is_str(wire_result_text(&result, &arena), "down unknown \"\" why status 204");
	reply_release(&result.reply);
	provider_reread(&provider_openai, 200, STR("\xEF\xBB\xBF\n {\"object\":\"response\",\"status\":\"completed\","
						   "\"output\":[{\"content\":[{\"text\":\"x\"}]}]}"), &arena, &result);
	is_str(wire_result_text(&result, &arena), "answered end(completed) \"x\"");
	reply_release(&result.reply);
	provider_reread(&provider_ollama, 200, STR("\xEF\xBB\xBF"), &arena, &result);
	is_str(wire_result_text(&result, &arena), "broken unknown \"\" why the answer ended before it began");
	reply_release(&result.reply);
}

int main(void)
{
	tap_run("what is sent", sends_these_bytes);
	tap_run("where to", knows_where_to);
	tap_run("the user's members lie over it", lays_the_users_members_over);
	tap_run("what is shared is marked for the cache", marks_what_is_shared);
	tap_run("prompts have a limit", prompts_have_a_limit);
	tap_run("names of models are text", names_of_models_are_text);
	tap_run("others get a text", others_get_a_text);
	tap_run("answers are read in pieces", answers_are_read_in_pieces);
	tap_run("bytes that were kept are read again", kept_bytes_are_read_again);
	arena_release(&arena);
	return tap_done();
}
