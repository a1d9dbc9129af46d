#include "core/http.h"

#include "core/clock.h"
#include "tests/folder.h"
#include "tests/http_server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

static struct arena arena;

/* What came of one request. */
struct client {
	struct http_request request;
	struct http_answer answer;
	struct err err;
	struct buf body;
	size_t heads, pieces;
	unsigned status;      /* that `head` was told */
	const char *type;     /* its content-type */
	size_t stop_after;    /* so many pieces; 0: never */
	atomic_bool *to_cancel; /* set at the first piece; or NULL */
};

static void see_head(void *data, unsigned status, const struct http_headers *headers)
{
	struct client *c = data;
	c->heads += c->pieces == 0;
	c->status = status;
	c->type = http_header_of(headers, "content-type");
}

static int see_piece(void *data, struct str bytes)
{
	struct client *c = data;
	buf_append_str(&c->body, bytes);
	if (c->to_cancel)
		atomic_store(c->to_cancel, true);
	return ++c->pieces == c->stop_after ? -1 : 0;
}

/* Limits that no test comes near. */
static struct client *client_of(const char *url)
{
	struct client *c = arena_new(&arena, struct client);
	c->request = (struct http_request){.method = "GET",
					   .url = url,
					   .connect_ms = 20000,
					   .idle_ms = 20000,
					   .answer_max = 1 << 20,
					   .head = see_head,
					   .piece = see_piece,
					   .data = c};
	buf_init(&c->body, 1 << 22);
	return c;
}

/* The body lives as long as the rest. */
static int send_request(struct client *c)
{
	int result = http_send(&c->request, &arena, &c->answer, &c->err);
	struct buf body = c->body;
	c->body.ptr = arena_str(&arena, buf_str(&body));
	buf_release(&body);
	return result;
}

static struct client *get(struct http_server *s)
{
	struct client *c = client_of(http_server_url(s));
	is_int(send_request(c), 0);
	return c;
}

/* A request that a case answers in some way that is no whole answer. */
static struct client *fails(const char *text, enum http_end end)
{
	struct http_server *s = http_server_start(text);
	struct client *c = get(s);
	is_int(c->answer.end, end);
	ok(c->answer.why && c->answer.why[0] && !strpbrk(c->answer.why, "\r\n"));
	http_server_stop(s);
	return c;
}

/* ---- answers */

static void hands_over_an_answer(void)
{
	struct http_server *s = http_server_start("answer 200\nheader Content-Type:  text/event-stream \nheader X-A: 1\n"
						  "header x-a: 2\nheader Empty:\nframing chunked\n"
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
				     "POST /v1/a%%20b?alt=sse HTTP/1.1\r\nHost: %s\r\ncontent-type: application/json\r\n"
				     "x-api-key: secret; \"x\"\r\nX-Empty:\r\nUser-Agent: recast/0\r\nContent-Length: 8",
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
	static const char *const none[] = {"", "x", "example.org", "/v1", "://x", "http://", "gibberish://x/",
					   "http://a b/", "http://x/\r\nA: b", "http://x:99999/", "http://[::1/", "http://x\n"};
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
		is_refused(c, i < 5 ? "the value of header a holds a line end or another control character" :
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

/* ---- what goes wrong on the way */

static void tells_broken_answers(void)
{
	struct client *c = fails("answer 200\nbytes abcdef\nreset 3\n", HTTP_BROKEN);
	is_int(c->answer.status, 200);
	c = fails("answer 200\nframing length 500\nbytes abcdef\n", HTTP_BROKEN);
	is_str(c->body.ptr, "abcdef");
	is_int(c->heads, 1);
	c = fails("answer 200\nframing chunked\nbytes abcdef\nclose\n", HTTP_BROKEN);
	is_str(c->body.ptr, "abcdef");
	fails("answer 200\nframing chunked\nbytes abcdef\nreset 0\n", HTTP_BROKEN);
	c = fails("answer 200\nclose head\n", HTTP_BROKEN);
	is_int(c->answer.status, 0);
	is_int(c->heads, 0);
	is_int(c->answer.headers.len, 0);
	fails("answer 200\nreset head\n", HTTP_BROKEN);
	fails("answer raw\nbytes SSH-2.0-OpenSSH_9.2\\r\\n\n", HTTP_BROKEN);
	fails("answer raw\nbytes HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n\n", HTTP_BROKEN);
	fails("answer raw\nbytes HTTP/1.1 200 OK\\r\\nContent-Length: -5\\r\\n\\r\\nxyz\\r\\n\n", HTTP_BROKEN);
	c = fails("answer raw\nbytes HTTP/1.1 103 Early\\r\\nX-A: a\\r\\n\\r\\n\n", HTTP_BROKEN);
	is_int(c->answer.status, 0);
	is_int(c->answer.headers.len, 0);
	c = fails("answer raw\nbytes HTTP/1.1 200 OK\\r\\n\nrepeat 300 A: b\\r\\n\nbytes \\r\\n\n", HTTP_BROKEN);
	is_str(c->answer.why, "the head of the answer is too large");
	is_int(c->heads, 0);
	c = fails("answer raw\nbytes HTTP/1.1 200 OK\\r\\nA: \nrepeat 70000 b\nbytes \\r\\n\\r\\n\n", HTTP_BROKEN);
	is_str(c->answer.why, "the head of the answer is too large");
}

static uint64_t send_for_ms(struct client *c)
{
	uint64_t start = clock_monotonic_ns();
	is_int(send_request(c), 0);
	return (clock_monotonic_ns() - start) / 1000000;
}

static void has_limits_of_time(void)
{
	struct http_server *s = http_server_start("answer 200\nstall head\nanswer 200\nbytes abc\nstall 1\n"
						  "answer 200\nbytes abcdefgh\ncut each\npause 40\n"
						  "answer 200\nrepeat 1000 x\ncut each\npause 2\n");
	for (size_t i = 0; i < 2; i++) {
		struct client *c = client_of(http_server_url(s));
		c->request.idle_ms = 60;
		uint64_t ms = send_for_ms(c);
		ok(ms >= 60 && ms < 10000);
		is_int(c->answer.end, HTTP_IDLE);
		is_str(c->answer.why, "nothing came for 60 ms");
		is_int(c->answer.status, i ? 200 : 0);
		is_str(c->body.ptr, i ? "a" : "");
	}
	struct client *c = client_of(http_server_url(s));
	c->request.idle_ms = 250; /* less than it takes, more than each pause */
	ok(send_for_ms(c) >= 280);
	is_int(c->answer.end, HTTP_DONE);
	c = client_of(http_server_url(s));
	c->request.total_ms = 50;
	uint64_t ms = send_for_ms(c);
	ok(ms >= 50 && ms < 2000);
	is_int(c->answer.end, HTTP_LATE);
	is_str(c->answer.why, "it took longer than 50 ms");
	http_server_stop(s);
}

static void has_a_limit_of_size(void)
{
	struct http_server *s = http_server_start("answer 200\nbytes abcdefgh\n");
	static const size_t cuts[] = {0, 4, 5, 6, HTTP_SERVER_EACH_BYTE};
	for (size_t i = 0; i < countof(cuts); i++) {
		http_server_cut(s, cuts[i]);
		struct client *c = client_of(http_server_url(s));
		c->request.answer_max = 5;
		is_int(send_request(c), 0);
		is_int(c->answer.end, HTTP_TOO_LARGE);
		is_str(c->answer.why, "the answer has more than 5 bytes");
		is_str(c->body.ptr, "abcde");
	}
	struct client *c = client_of(http_server_url(s));
	c->request.answer_max = 8;
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_DONE);
	c = client_of(http_server_url(s));
	c->request.answer_max = 0;
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_TOO_LARGE);
	is_int(c->pieces, 0);
	http_server_stop(s);
}

static void stops(void)
{
	struct http_server *s = http_server_start("answer 200\nframing chunked\nbytes abc\ncut each\n");
	struct client *c = client_of(http_server_url(s));
	c->stop_after = 2;
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_STOPPED);
	is_str(c->answer.why, "it was stopped");
	is_str(c->body.ptr, "ab");
	is_int(c->answer.status, 200);
	http_server_stop(s);
}

/* When the server has the request, the client can only be waiting. */
static void *cancel_when_it_waits(void *data)
{
	void **both = data;
	while (http_server_requests(both[0]) == 0)
		sched_yield();
	atomic_store((atomic_bool *)both[1], true);
	return NULL;
}

static void is_cancelled(void)
{
	struct http_server *s = http_server_start("answer 200\nstall head\n"
						  "answer 200\nframing chunked\nbytes abc\nstall\n");
	atomic_bool cancelled = false;
	void *both[] = {s, &cancelled};
	pthread_t thread;
	must(pthread_create(&thread, NULL, cancel_when_it_waits, both) ? -1 : 0);
	struct client *c = client_of(http_server_url(s));
	c->request.cancelled = &cancelled;
	ok(send_for_ms(c) < 10000);
	pthread_join(thread, NULL);
	is_int(c->answer.end, HTTP_CANCELLED);
	is_str(c->answer.why, "it was cancelled");
	atomic_store(&cancelled, false);
	c = client_of(http_server_url(s));
	c->request.cancelled = c->to_cancel = &cancelled;
	ok(send_for_ms(c) < 10000);
	is_int(c->answer.end, HTTP_CANCELLED);
	is_str(c->body.ptr, "abc");
	c = client_of(http_server_url(s));
	c->request.cancelled = &cancelled;
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_CANCELLED);
	is_int(http_server_requests(s), 2);
	http_server_stop(s);
}

/* ---- connections */

static void is_unreachable(struct client *c)
{
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_UNREACHABLE);
	is_int(c->answer.status, 0);
	is_int(c->heads, 0);
	ok(c->answer.why && c->answer.why[0] && !strstr(c->answer.why, "secret"));
}

/* Where somebody stays, but does not listen. */
static int take_port(const char **ret_url)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(bind(fd, (struct sockaddr *)&here, size));
	must(getsockname(fd, (struct sockaddr *)&here, &size));
	*ret_url = arena_printf(&arena, "http://127.0.0.1:%u/", ntohs(here.sin_port));
	return fd;
}

static void tells_who_cannot_be_reached(void)
{
	static const struct http_header key = {"authorization", "secret"};
	const char *url;
	int fd = take_port(&url);
	is_unreachable(client_of(url));
	struct client *c = client_of("http://recast.invalid/");
	c->request.proxy = url;
	is_unreachable(c);
	c = client_of("http://recast.invalid/");
	c->request.proxy = "socks9://secret:secret@127.0.0.1:1";
	is_unreachable(c);
	c = client_of(arena_printf(&arena, "https%s", strchr(url, ':')));
	c->request.headers = &key;
	c->request.headers_len = 1;
	is_unreachable(c);
	close(fd);
}

/* A connection on which TLS fails never was one: nothing was sent. */
static void wants_tls_where_it_is_told(void)
{
	struct http_server *s = http_server_start("answer 200\n");
	const char *url = arena_printf(&arena, "https%s", strchr(http_server_url(s), ':'));
	struct client *c = client_of(url);
	c->request.connect_ms = 60; /* the server waits for the end of a head, which never comes */
	is_unreachable(c);
	c = client_of(url);
	c->request.ca_file = "/nonexistent/ca.pem";
	is_unreachable(c);
	ok(strstr(c->answer.why, "/nonexistent/ca.pem"));
	is_int(http_server_requests(s), 0);
	http_server_stop(s);
}

static void uses_proxies(void)
{
	struct http_server *proxy = http_server_start("answer 200\nbytes by proxy\n");
	struct client *c = client_of("http://recast.invalid/a?b");
	c->request.proxy = http_server_url(proxy);
	is_int(send_request(c), 0);
	is_int(c->answer.end, HTTP_DONE);
	is_str(c->body.ptr, "by proxy");
	is_str(http_server_request(proxy, 0)->target, "http://recast.invalid/a?b");
	must(setenv("http_proxy", http_server_url(proxy), 1));
	c = client_of("http://recast.invalid/c");
	is_int(send_request(c), 0);
	is_str(http_server_request(proxy, 1)->target, "http://recast.invalid/c");
	struct http_server *s = http_server_start("answer 200\nbytes direct\n");
	c = client_of(http_server_url(s));
	c->request.proxy = "";
	is_int(send_request(c), 0);
	is_str(c->body.ptr, "direct");
	must(setenv("no_proxy", "127.0.0.1", 1));
	c = client_of(http_server_url(s));
	is_int(send_request(c), 0);
	is_str(c->body.ptr, "direct");
	c = client_of(http_server_url(s)); /* one that is named is not talked out of it */
	c->request.proxy = http_server_url(proxy);
	is_int(send_request(c), 0);
	is_str(c->body.ptr, "by proxy");
	must(unsetenv("http_proxy"));
	must(unsetenv("no_proxy"));
	http_server_stop(s);
	http_server_stop(proxy);
}

static void keeps_keys_from_proxies(void)
{
	struct http_server *proxy = http_server_start("answer 403\nheader X-A: b\nbytes no\n");
	static const struct http_header key = {"authorization", "secret"};
	struct client *c = client_of("https://recast.invalid/a");
	c->request.proxy = http_server_url(proxy);
	c->request.headers = &key;
	c->request.headers_len = 1;
	is_unreachable(c);
	is_str(http_server_request(proxy, 0)->method, "CONNECT");
	is_str(http_server_request(proxy, 0)->target, "recast.invalid:443");
	ok(!strstr(http_server_request(proxy, 0)->head, "secret"));
	http_server_stop(proxy);
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
		struct client c = {0};
		c.request = (struct http_request){.method = "GET", .url = sender->url, .answer_max = 100, .piece = see_piece,
						  .data = &c};
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
	static const char *const proxies[] = {"http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
					      "https_proxy", "HTTPS_PROXY"};
	for (size_t i = 0; i < countof(proxies); i++)
		must(unsetenv(proxies[i]));
	tap_run("threads send at once", threads_send_at_once);
	tap_run("hands over an answer", hands_over_an_answer);
	tap_run("cuts make no difference", cuts_make_no_difference);
	tap_run("tells errors of the other side as answers", tells_errors_of_the_other_side_as_answers);
	tap_run("passes over what comes in front", passes_over_what_comes_in_front);
	tap_run("sends what it is told", sends_what_it_is_told);
	tap_run("sends large bodies", sends_large_bodies);
	tap_run("refuses addresses", refuses_addresses);
	tap_run("refuses headers", refuses_headers);
	tap_run("tells broken answers", tells_broken_answers);
	tap_run("has limits of time", has_limits_of_time);
	tap_run("has a limit of size", has_a_limit_of_size);
	tap_run("stops", stops);
	tap_run("is cancelled", is_cancelled);
	tap_run("tells who cannot be reached", tells_who_cannot_be_reached);
	tap_run("wants TLS where it is told", wants_tls_where_it_is_told);
	tap_run("uses proxies", uses_proxies);
	tap_run("keeps keys from proxies", keeps_keys_from_proxies);
	tap_run("knows its library", knows_its_library);
	arena_release(&arena);
	return tap_done();
}
