#include "tests/http_server.h"

#include "core/arena.h"
#include "core/buf.h"
#include "tests/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the server is for is told apart from what curl makes of it: these clients are bare sockets. */

static struct buf came;

static int connect_to(const struct http_server *s)
{
	uint64_t port = 0;
	str_to_u64(str_from(str_of(http_server_url(s)), strlen("http://127.0.0.1:")), &port);
	struct sockaddr_in there = {.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&there, sizeof(there)) < 0)
		abort();
	return fd;
}

/* What came goes to `came`; 0 at an orderly end, else errno. */
static int receive_all(int fd)
{
	char piece[4096];
	for (;;) {
		ssize_t n = recv(fd, piece, sizeof(piece), 0);
		if (n <= 0)
			return n < 0 ? errno : 0;
		buf_append(&came, piece, (size_t)n);
	}
}

/* One connection with these bytes, of which no more are to follow. */
static int talk(const struct http_server *s, const char *request)
{
	int fd = connect_to(s);
	buf_clear(&came);
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
		abort();
	/* A server that has torn it down already has nothing to be told. */
	shutdown(fd, SHUT_WR);
	int result = receive_all(fd);
	close(fd);
	return result;
}

#define GET "GET /a HTTP/1.1\r\nHost: h\r\nX-Name:  some value \r\n\r\n"

static void answers_and_keeps_requests(void)
{
	struct http_server *s = http_server_start("# comment\n\nanswer 200\nheader A: b\n"
						  "body\n# no comment\n\nx\nend\n");
	is_int(talk(s, GET "POST /b?c HTTP/1.1\r\nContent-Length: 3\r\n\r\n{}\n"), 0);
	const char *answer = "HTTP/1.1 200 Played\r\nA: b\r\nContent-Length: 16\r\n\r\n# no comment\n\nx\n";
	is_int(came.len, 2 * strlen(answer));
	ok(strncmp(came.ptr, answer, strlen(answer)) == 0 && strcmp(came.ptr + strlen(answer), answer) == 0);
	is_int(http_server_requests(s), 2);
	const struct http_server_request *r = http_server_request(s, 0);
	is_str(r->method, "GET");
	is_str(r->target, "/a");
	is_str(r->head, "GET /a HTTP/1.1\r\nHost: h\r\nX-Name:  some value ");
	is_int(r->body.len, 0);
	r = http_server_request(s, 1);
	is_str(r->method, "POST");
	is_str(r->target, "/b?c");
	is_str(r->body.ptr, "{}\n");
	is_str(http_server_header(s, 0, "x-name"), "some value");
	is_str(http_server_header(s, 0, "x-nam"), NULL);
	is_str(http_server_header(s, 2, "x-name"), NULL);
	ok(!http_server_request(s, 2));
	http_server_stop(s);
}

static const char *body_of(const struct http_server *s)
{
	is_int(talk(s, GET), 0);
	const char *end = strstr(came.ptr, "\r\n\r\n");
	return end ? end + 4 : came.ptr;
}

static void frames(void)
{
	struct http_server *s = http_server_start("answer 200\nframing chunked\nbytes abcdef\ncut 1 4\n"
						  "answer 200\nframing close\nbytes abc\n"
						  "answer 200\nframing length 500\nbytes abc\n"
						  "answer raw\nbytes HTTP/1.1 103 Early\\r\\n\\r\\nx\\x00\\\\\\xfF\n"
						  "repeat 3 a\\t\n");
	is_str(body_of(s), "1\r\na\r\n3\r\nbcd\r\n2\r\nef\r\n0\r\n\r\n");
	is_str(body_of(s), "abc");
	ok(strstr(came.ptr, "Connection: close\r\n") && !strstr(came.ptr, "Length"));
	is_str(body_of(s), "abc");
	ok(strstr(came.ptr, "\r\nContent-Length: 500\r\n"));
	const char raw[] = "HTTP/1.1 103 Early\r\n\r\nx\0\\\xFF" "a\ta\ta\t";
	is_int(talk(s, GET), 0);
	is_int(came.len, sizeof(raw) - 1);
	is_mem(came.ptr, raw, sizeof(raw) - 1);
	is_int(http_server_body(s, 3).len, sizeof(raw) - 1);
	http_server_rewind(s);
	http_server_cut(s, HTTP_SERVER_EACH_BYTE);
	is_str(body_of(s), "1\r\na\r\n1\r\nb\r\n1\r\nc\r\n1\r\nd\r\n1\r\ne\r\n1\r\nf\r\n0\r\n\r\n");
	http_server_rewind(s);
	http_server_cut(s, 5);
	is_str(body_of(s), "5\r\nabcde\r\n1\r\nf\r\n0\r\n\r\n");
	http_server_stop(s);
}

static void ends_early(void)
{
	struct http_server *s = http_server_start("answer 200\nbytes abcdef\nclose 2\n"
						  "answer 200\nbytes abcdef\nreset 3\n"
						  "answer 200\nframing chunked\nbytes abcdef\nclose\n"
						  "answer 200\nclose head\n"
						  "answer 200\nreset head\n");
	is_str(body_of(s), "ab");
	is_int(talk(s, GET), ECONNRESET);
	is_str(body_of(s), "6\r\nabcdef\r\n");
	is_str(body_of(s), "");
	is_int(talk(s, GET), ECONNRESET);
	is_int(came.len, 0);
	http_server_stop(s);
}

static void chooses_answers(void)
{
	struct http_server *s = http_server_start("answer 200\nwhen /b\nbytes b1\nanswer 200\nwhen two\nbytes t\n"
						  "answer 200\nbytes first\nanswer 200\nbytes last\n"
						  "answer 200\nwhen /b\nbytes b2\n");
	static const char *const cases[][2] = {
		{"GET /a HTTP/1.1\r\n\r\n", "first"}, {"GET /b HTTP/1.1\r\n\r\n", "b1"},
		{"GET /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n two ", "t"}, {"GET /a HTTP/1.1\r\n\r\n", "last"},
		{"GET /a HTTP/1.1\r\n\r\n", "last"}, {"GET /b HTTP/1.1\r\n\r\n", "b2"},
		{"GET /b HTTP/1.1\r\n\r\n", "b2"}};
	for (size_t i = 0; i < countof(cases); i++) {
		is_int(talk(s, cases[i][0]), 0);
		ok(str_ends(buf_str(&came), str_of(cases[i][1])));
	}
	http_server_stop(s);
	s = http_server_start("answer 200\nwhen nowhere\n");
	is_int(talk(s, GET), 0);
	is_int(came.len, 0);
	is_int(http_server_requests(s), 1);
	http_server_stop(s);
}

/* A stalled one waits for the client or for the end of the test, whichever comes first. */
static void stalls(void)
{
	struct http_server *s = http_server_start("answer 200\nbytes abc\nstall 1\nanswer 200\nstall head\n");
	int first = connect_to(s), second = connect_to(s);
	char piece[1000];
	is_int(send(first, GET, strlen(GET), 0), strlen(GET));
	buf_clear(&came);
	ssize_t n = 1;
	while (n > 0 && !str_ends(buf_str(&came), STR("\r\n\r\na"))) {
		n = recv(first, piece, sizeof(piece), 0);
		buf_append(&came, piece, n > 0 ? (size_t)n : 0);
	}
	ok(n > 0);
	is_int(recv(first, piece, sizeof(piece), MSG_DONTWAIT), -1);
	is_int(send(second, GET, strlen(GET), 0), strlen(GET));
	while (http_server_requests(s) < 2)
		sched_yield();
	close(first);
	http_server_stop(s);
	is_int(recv(second, piece, sizeof(piece), 0), 0);
	close(second);
}

static void plays_files(void)
{
	struct http_server *s = http_server_start_case("anthropic-plain");
	ok(str_starts(http_server_body(s, 0), STR("event: message_start\ndata: {")));
	ok(strstr(body_of(s), "event: message_stop"));
	http_server_stop(s);
	http_server_stop(NULL);
}

int main(void)
{
	buf_init(&came, 1 << 20);
	tap_run("answers and keeps requests", answers_and_keeps_requests);
	tap_run("frames", frames);
	tap_run("ends early", ends_early);
	tap_run("chooses answers", chooses_answers);
	tap_run("stalls", stalls);
	tap_run("plays files", plays_files);
	buf_release(&came);
	return tap_done();
}
