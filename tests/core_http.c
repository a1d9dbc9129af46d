#include "tests/http_client.h"

#include <pthread.h>

/* ---- answers */

static void hands_over_an_answer(void)
{
	struct http_server *s = http_server_start("answer 200\nheader Content-Type:  text/event-stream \n"
						  "header X-A: 1\nheader x-a: 2\nheader Empty:\nframing chunked\n"
						  "bytes a\\x00\\xFF\nrepeat 3 bc\ncut 3 7\n");
	struct client *c = get(s);
	is_int(c->answer.end, HTTP_DONE);
	is_str(c->answer.why, NULL);
	is_int(c->answer.status, 200);
	is_int(c->heads, 1);
	is_int(c->status, 200);
	is_str(c->type, "text/event-stream");
	is_str(http_header_of(&c->answer.headers, "x-a"), "1");
	is_str(http_header_of(&c->answer.headers, "empty"), "");
	is_str(http_header_of(&c->answer.headers, "none"), NULL);
	is_int(c->pieces, 3);
	is_int(c->body.len, 9);
	is_mem(c->body.ptr, "a\0\xFF" "bcbcbc", 9);
	http_server_stop(s);
}

/* A stream arrives the same however it is framed and cut. */
static void cuts_make_no_difference(void)
{
	static const char *const framings[] = {"framing chunked", "framing length", "framing close"};
	for (size_t i = 0; i < countof(framings); i++) {
		struct http_server *s = http_server_start(arena_printf(
			&arena, "answer 200\n%s\nbytes data: a\\r\\n\\r\\ndata: \\xFF\\n\\n\n", framings[i]));
		struct str body = http_server_body(s, 0);
		size_t different = 0;
		for (size_t cut = 0; cut <= body.len; cut++) {
			http_server_cut(s, cut < body.len ? cut : HTTP_SERVER_EACH_BYTE);
			struct client *c = client_of(http_server_url(s));
			different += send_request(c) < 0 || c->answer.end != HTTP_DONE ||
				     !str_eq((struct str){c->body.ptr, c->body.len}, body);
			different += i == 0 && c->pieces != (cut == 0 ? 1 : cut < body.len ? 2 : body.len);
		}
		is_int(different, 0);
		http_server_stop(s);
	}
}

static void tells_errors_of_the_other_side_as_answers(void)
{
	struct http_server *s = http_server_start("answer 429\nheader Retry-After: 7\nbytes {\"error\":1}\n"
						  "answer 302\nheader Location: /elsewhere\nbytes moved\n"
						  "answer 401\nheader WWW-Authenticate: Basic\nanswer 500\nbytes no\n"
						  "answer 204\n");
	static const struct {
		unsigned status;
		const char *body;
	} want[] = {{429, "{\"error\":1}"}, {302, "moved"}, {401, ""}, {500, "no"}, {204, ""}};
	for (size_t i = 0; i < countof(want); i++) {
		struct client *c = get(s);
		is_int(c->answer.end, HTTP_DONE);
		is_int(c->answer.status, want[i].status);
		is_str(c->body.ptr, want[i].body);
		if (i == 0)
			is_str(http_header_of(&c->answer.headers, "retry-after"), "7");
		if (i == 1)
			is_str(http_header_of(&c->answer.headers, "location"), "/elsewhere");
	}
	is_int(http_server_requests(s), countof(want));
	http_server_stop(s);
}

static void passes_over_what_comes_in_front(void)
{
	struct http_server *s = http_server_start(
		"answer raw\nbytes HTTP/1.1 103 Early\\r\\nX-A: early\\r\\n\\r\\nHTTP/1.1 102 Wait\\r\\n\\r\\n\n"
		"bytes HTTP/1.1 200 OK\\r\\nX-B: b\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n\n"
		"bytes 2\\r\\nok\\r\\n0\\r\\nX-C: trailer\\r\\n\\r\\n\n");
	struct client *c = get(s);
	is_int(c->answer.end, HTTP_DONE);
	is_int(c->answer.status, 200);
	is_int(c->heads, 1);
	is_str(c->body.ptr, "ok");
	is_str(http_header_of(&c->answer.headers, "x-a"), NULL);
	is_str(http_header_of(&c->answer.headers, "x-b"), "b");
	is_str(http_header_of(&c->answer.headers, "x-c"), NULL);
	http_server_stop(s);
}

/* ---- requests */

static void sends_what_it_is_told(void)
{
	struct http_server *s = http_server_start("answer 200\n");
	static const struct http_header headers[] = {
		{"content-type", "application/json"}, {"x-api-key", "secret; \"x\""}, {"X-Empty", ""},
		{"User-Agent", "recast/0"}};
	const char *host = http_server_url(s) + strlen("http://");
	struct client *c = client_of(arena_printf(&arena, "%s/v1/a%%20b?alt=sse", http_server_url(s)));
	c->request.method = "POST";
	c->request.headers = headers;
	c->request.headers_len = countof(headers);
	c->request.body = STR("{\"a\":\0\xFF}");
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_DONE);
	const struct http_server_request *r = http_server_request(s, 0);
	is_str(r->head, arena_printf(&arena,
				     "POST /v1/a%%20b?alt=sse HTTP/1.1\r\nHost: %s\r\n"
				     "content-type: application/json\r\nx-api-key: secret; \"x\"\r\n"
				     "X-Empty:\r\nUser-Agent: recast/0\r\nContent-Length: 8",
				     host));
	is_int(r->body.len, 8);
	is_mem(r->body.ptr, "{\"a\":\0\xFF}", 8);
	c = client_of(http_server_url(s));
	is_int(send_request(c), 0);
	is_str(http_server_request(s, 1)->head, arena_printf(&arena, "GET / HTTP/1.1\r\nHost: %s", host));
	http_server_stop(s);
}

static void sends_large_bodies(void)
{
	struct http_server *s = http_server_start("answer 200\nbytes ok\n");
	struct client *c = client_of(http_server_url(s));
	size_t len = 3 << 20;
	char *body = arena_alloc(&arena, len, 1);
	memset(body, 'x', len);
	c->request.method = "POST";
	c->request.body = (struct str){body, len};
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_DONE);
	is_str(http_server_header(s, 0, "expect"), NULL);
	is_int(http_server_request(s, 0)->body.len, len);
	http_server_stop(s);
}

static void is_refused(struct client *c, const char *why)
{
	struct http_answer untouched = c->answer;
	is_int(send_request(c), -1);
	is_int(c->err.kind, ERR_USAGE);
	is_str(c->err.text, why);
	is_mem(&c->answer, &untouched, sizeof(untouched));
}

static void refuses_addresses(void)
{
	const char *user = "the address holds a user or a password, which are not sent that way";
	const char *scheme = "the address begins neither with http:// nor with https://";
	static const char *const none[] = {"", "x", "example.org", "/v1", "://x", "http://",
					   "gibberish://x/", "http://a b/", "http://x/\r\nA: b", "http://x:99999/",
					   "http://[::1/", "http://x\n"};
	is_refused(client_of("http://me:pw@127.0.0.1:1/"), user);
	is_refused(client_of("https://me@127.0.0.1:1/"), user);
	is_refused(client_of("ftp://127.0.0.1/"), scheme);
	is_refused(client_of("file:///etc/passwd"), scheme);
	is_refused(client_of("gopher://127.0.0.1/"), scheme);
	for (size_t i = 0; i < countof(none); i++) {
		struct client *c = client_of(none[i]);
		is_int(send_request(c), -1);
		is_int(c->err.kind, ERR_USAGE);
		ok(str_starts(str_of(c->err.text), STR("the address cannot be read: ")) &&
		   !strpbrk(c->err.text, "\r\n"));
	}
}

static void refuses_headers(void)
{
	struct http_server *s = http_server_start("answer 200\n");
	static const struct http_header bad[] = {{"a", "b\r\nc: d"}, {"a", "b\n"},   {"a", "b\r"},  {"a", "\x7F"},
						 {"a", "\x1b[m"},    {"a\r\nb", ""}, {"a:b", ""},   {"", "x"},
						 {"a b", "x"},       {"a;", "x"},    {"\xC3\xA4", ""}};
	for (size_t i = 0; i < countof(bad); i++) {
		struct client *c = client_of(http_server_url(s));
		struct http_header headers[] = {{"fine", "\tx \xC3\xA4"}, bad[i]};
		c->request.headers = headers;
		c->request.headers_len = 2;
		is_refused(c, i < 5 ? "the value of header a holds a line end or other control character" :
				      "header 2 has a name that cannot be sent");
	}
	struct client *c = client_of(http_server_url(s));
	c->request.proxy = "http://me:password@a b";
	is_int(send_request(c), -1);
	is_int(c->err.kind, ERR_USAGE);
	ok(strstr(c->err.text, "the proxy's address cannot be read") && !strstr(c->err.text, "password"));
	is_int(http_server_requests(s), 0);
	http_server_stop(s);
}

struct sender {
	pthread_t thread;
	const char *url;
	size_t good;
};

static void *send_some(void *data)
{
	SCOPED_ARENA struct arena own = {0};
	struct sender *sender = data;
	for (int i = 0; i < 5; i++) {
		struct client c = {.request = {.method = "GET", .answer_max = 100, .piece = see_piece, .data = &c}};
		c.request.url = sender->url;
		buf_init(&c.body, 100);
		int result = http_send(&c.request, &own, &c.answer, NULL);
		sender->good += result == 0 && c.answer.end == HTTP_DONE && c.body.len == 2;
		buf_release(&c.body);
	}
	return NULL;
}

static void threads_send_at_once(void)
{
	struct http_server *s = http_server_start("answer 200\nbytes ok\n");
	struct sender senders[4] = {0};
	for (size_t i = 0; i < countof(senders); i++) {
		senders[i].url = http_server_url(s);
		must(pthread_create(&senders[i].thread, NULL, send_some, &senders[i]) ? -1 : 0);
	}
	for (size_t i = 0; i < countof(senders); i++) {
		pthread_join(senders[i].thread, NULL);
		is_int(senders[i].good, 5);
	}
	is_int(http_server_requests(s), 20);
	http_server_stop(s);
}

static void knows_its_library(void)
{
	ok(http_library_version()[0] >= '7');
	ok(strstr(http_library_path(&arena), "libcurl"));
}

int main(void)
{
	forget_proxies();
	tap_run("threads send at once", threads_send_at_once);
	tap_run("hands over an answer", hands_over_an_answer);
	tap_run("cuts make no difference", cuts_make_no_difference);
	tap_run("tells errors of the other side as answers", tells_errors_of_the_other_side_as_answers);
	tap_run("passes over what comes in front", passes_over_what_comes_in_front);
	tap_run("sends what it is told", sends_what_it_is_told);
	tap_run("sends large bodies", sends_large_bodies);
	tap_run("refuses addresses", refuses_addresses);
	tap_run("refuses headers", refuses_headers);
	tap_run("knows its library", knows_its_library);
	arena_release(&arena);
	return tap_done();
}
