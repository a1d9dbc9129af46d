/*
 * Providers asked over a wire, by a server on this machine that says what they say on
 * good and on bad days.
 */
#include "harness/provider.h"

#include "tests/http_server.h"
#include "tests/wire_cases.h"

#define TEXT(literal) {(literal), sizeof(literal) - 1}

static struct prompt_part parts[] = {{PROMPT_RECAST, TEXT("Write it.\n"), false}};
static const struct prompt prompt = {.title = "a test", .system = TEXT("You are exact."), .parts = parts,
				     .parts_len = 1};

static const char *secret_list[] = {"sk-very-secret"};
static const struct secrets secrets = {{secret_list, 1}};

struct heard {
	struct buf bytes;
	size_t grown, size;
	bool refuses;
};

static int on_received(void *data, struct str bytes, struct err *err)
{
	struct heard *heard = data;
	if (heard->refuses)
		return err_set(err, ERR_OS, "the disk is full");
	buf_append_str(&heard->bytes, bytes);
	return 0;
}

static void on_grown(void *data, const struct reply *reply)
{
	struct heard *heard = data;
	heard->grown++;
	heard->size = reply->text.len + reply->thinking.len;
}

static struct provider provider_of(const struct provider_row *row, const char *url)
{
	return (struct provider){
		.name = "mine",
		.row = row,
		.model = "m-x",
		.url = url,
		.key = secret_list[0],
		.max_tokens = 100,
		.connect_ms = 2000,
		.idle_ms = 20000,
		.tries = 3,
	};
}

static int try(struct provider *p, struct heard *heard, const atomic_bool *cancelled, struct arena *a,
	       struct provider_result *ret, struct err *err)
{
	struct wire wire;
	struct provider_watch watch = {on_received, on_grown, NULL, NULL, heard, cancelled, &secrets};
	buf_init(&heard->bytes, 64 << 20);
	if (provider_wire(p, &prompt, a, &wire, err) < 0)
		return -1;
	return provider_try(p, &prompt, "t", &wire, &watch, a, ret, err);
}

/* What is kept says the same once more. Where only the connection told that the end was none, it cannot. */
static void check_reread(const struct wire_case *c, const struct provider_result *result, struct str kept,
			 struct arena *a)
{
	struct provider_result again;
	provider_reread(c->row, result->status, kept, a, &again);
	is_str(wire_reply_text(&again.reply, a), wire_reply_text(&result->reply, a));
	if (!c->row->no_end_mark)
		is_int(again.outcome, result->outcome);
	reply_release(&again.reply);
}

static void play(const struct wire_case *c, const char *url, struct arena *a)
{
	struct heard heard = {0};
	struct provider p = provider_of(c->row, url);
	struct provider_result result = {0};
	struct err err = {0};
	p.idle_ms = strstr(c->text, "\nstall") ? 300 : p.idle_ms;
	if (tap_ok(try(&p, &heard, NULL, a, &result, &err) == 0, c->name, __FILE__, __LINE__)) {
		const char *text = wire_result_text(&result, a);
		if (!tap_ok(wire_fits(text, c->result), text, __FILE__, __LINE__))
			tap_print("# want %s\n", c->result);
		is_int(heard.size, result.reply.text.len + result.reply.thinking.len);
		ok(result.wall_ns > 0 && result.first_ns <= result.wall_ns);
		is_int(result.first_ns > 0, result.reply.text.len > 0 && heard.grown > 0);
		ok(memmem(heard.bytes.ptr, heard.bytes.len, secret_list[0], strlen(secret_list[0])) == NULL);
		check_reread(c, &result, buf_str(&heard.bytes), a);
	} else {
		tap_print("# %s\n", err.text);
	}
	reply_release(&result.reply);
	buf_release(&heard.bytes);
}

static void plays(const struct wire_case *c, struct arena *a)
{
	struct http_server *server = http_server_start(c->text);
	play(c, http_server_url(server), a);
	http_server_stop(server);
}

static void all_cases(void)
{
	ok(wire_cases_walk(plays) > 80);
}

/* ---- cut anywhere */

static void plays_cut(const char *name)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf text;
	struct err err = {0};
	buf_init(&text, 1 << 20);
	if (!ok(fs_read(arena_printf(&a, "tests/data/wire/%s.case", name), &text, &err) == 0))
		return;
	struct wire_case c = {.name = name, .text = text.ptr};
	c.row = provider_row_find(str_of(wire_case_line(c.text, "\n# provider: ", &a)));
	c.result = wire_case_line(c.text, "\n# result: ", &a);
	struct http_server *server = http_server_start(c.text);
	size_t len = http_server_body(server, 0).len, bad = 0;
	for (size_t at = 0; at <= len; at++) {
		SCOPED_ARENA struct arena scratch = {0};
		struct heard heard = {0};
		struct provider p = provider_of(c.row, http_server_url(server));
		struct provider_result result = {0};
		http_server_cut(server, at < len ? at : HTTP_SERVER_EACH_BYTE);
		bad += try(&p, &heard, NULL, &scratch, &result, &err) < 0 ||
		       !wire_fits(wire_result_text(&result, &scratch), c.result);
		reply_release(&result.reply);
		buf_release(&heard.bytes);
	}
	tap_int((intmax_t)bad, 0, name, __FILE__, __LINE__);
	http_server_stop(server);
}

static void is_cut_anywhere(void)
{
	plays_cut("anthropic-length");
	plays_cut("openai-refusal");
	plays_cut("openai-chat-llama");
	plays_cut("gemini-length");
	plays_cut("ollama-length");
}

/* ---- what is sent, and what is not */

static void sends_the_request(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct heard heard = {0};
	struct provider_result result = {0};
	struct err err = {0};
	struct http_server *server = http_server_start_case("anthropic-plain");
	struct provider p = provider_of(&provider_anthropic, http_server_url(server));
	if (ok(try(&p, &heard, NULL, &a, &result, &err) == 0)) {
		is_str(http_server_request(server, 0)->method, "POST");
		is_str(http_server_request(server, 0)->target, "/v1/messages");
		is_str(http_server_header(server, 0, "x-api-key"), secret_list[0]);
		is_str(http_server_header(server, 0, "content-type"), "application/json");
		is_str(http_server_header(server, 0, "accept"), "text/event-stream");
		ok(str_ends(http_server_request(server, 0)->body, STR("\"stream\":true}")));
		is_str(result.reply.request_id, "req_011CQplayed");
		is_int(result.status, 200);
	}
	reply_release(&result.reply);
	buf_release(&heard.bytes);
	http_server_stop(server);
}

static void a_disk_that_is_full_is_an_error(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct heard heard = {.refuses = true};
	struct provider_result result = {.status = 7};
	struct err err = {0};
	struct http_server *server = http_server_start_case("anthropic-plain");
	struct provider p = provider_of(&provider_anthropic, http_server_url(server));
	is_int(try(&p, &heard, NULL, &a, &result, &err), -1);
	is_str(err.text, "the disk is full");
	is_int(err.kind, ERR_OS);
	is_int(result.status, 7);
	buf_release(&heard.bytes);
	http_server_stop(server);
}

static void addresses_that_are_none(void)
{
	static const char *const urls[] = {"ftp://x.example", "no address", "http://user:pass@x.example"};
	for (size_t i = 0; i < countof(urls); i++) {
		SCOPED_ARENA struct arena a = {0};
		struct heard heard = {0};
		struct provider_result result = {0};
		struct err err = {0};
		struct provider p = provider_of(&provider_openai, urls[i]);
		is_int(try(&p, &heard, NULL, &a, &result, &err), -1);
		is_int(err.kind, ERR_USAGE);
		ok(strncmp(err.text, "mine: ", 6) == 0);
		ok(!strstr(err.text, "pass@") && !strstr(err.text, secret_list[0]));
		buf_release(&heard.bytes);
	}
}

static void nobody_listens(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct heard heard = {0};
	struct provider_result result = {0};
	struct err err = {0};
	struct provider p = provider_of(&provider_ollama, "http://127.0.0.1:1");
	if (ok(try(&p, &heard, NULL, &a, &result, &err) == 0)) {
		is_int(result.outcome, PROVIDER_BUSY);
		is_int(result.status, 0);
		ok(result.why[0] && !strchr(result.why, '\n'));
	}
	reply_release(&result.reply);
	buf_release(&heard.bytes);
}

static void is_cancelled(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct heard heard = {0};
	struct provider_result result = {0};
	struct err err = {0};
	atomic_bool cancelled = true;
	struct http_server *server = http_server_start_case("anthropic-stall");
	struct provider p = provider_of(&provider_anthropic, http_server_url(server));
	if (ok(try(&p, &heard, &cancelled, &a, &result, &err) == 0)) {
		is_int(result.outcome, PROVIDER_CANCELLED);
		is_str(result.why, "cancelled");
	}
	reply_release(&result.reply);
	buf_release(&heard.bytes);
	http_server_stop(server);
}

static void secrets_are_nowhere(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct heard heard = {0};
	struct provider_result result = {0};
	struct err err = {0};
	struct http_server *server = http_server_start(
		"answer 403\nheader request-id: for-sk-very-secret\ncut each\n"
		"bytes {\"error\":{\"type\":\"sk-very-secret\",\"message\":\"not \\\\u0073k-very-secret\"}}\n");
	struct provider p = provider_of(&provider_anthropic, http_server_url(server));
	if (ok(try(&p, &heard, NULL, &a, &result, &err) == 0)) {
		is_str(result.why, "status 403: [secret]: not [secret]");
		is_str(result.reply.request_id, "for-[secret]");
		is_str(heard.bytes.ptr, "{\"error\":{\"type\":\"[secret]\",\"message\":\"not \\u0073k-very-secret\"}}");
	}
	reply_release(&result.reply);
	buf_release(&heard.bytes);
	http_server_stop(server);
}

int main(void)
{
	tap_run("good and bad days", all_cases);
	tap_run("streams that are cut anywhere", is_cut_anywhere);
	tap_run("what is sent", sends_the_request);
	tap_run("a disk that is full is an error", a_disk_that_is_full_is_an_error);
	tap_run("addresses that are none", addresses_that_are_none);
	tap_run("nobody listens", nobody_listens);
	tap_run("it is cancelled", is_cancelled);
	tap_run("secrets are nowhere", secrets_are_nowhere);
	return tap_done();
}
