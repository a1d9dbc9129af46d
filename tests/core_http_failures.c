#include "tests/http_client.h"

#include "core/clock.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>

/* What ends otherwise than with a whole answer, and connections that are made in other ways. */

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

int main(void)
{
	forget_proxies();
	tap_run("tells broken answers", tells_broken_answers);
	tap_run("has limits of time", has_limits_of_time);
	tap_run("has a limit of size", has_a_limit_of_size);
	tap_run("stops", stops);
	tap_run("is cancelled", is_cancelled);
	tap_run("tells who cannot be reached", tells_who_cannot_be_reached);
	tap_run("wants TLS where it is told", wants_tls_where_it_is_told);
	tap_run("uses proxies", uses_proxies);
	tap_run("keeps keys from proxies", keeps_keys_from_proxies);
	arena_release(&arena);
	return tap_done();
}
