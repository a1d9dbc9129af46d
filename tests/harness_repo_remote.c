#include "harness/repo.h"

#include "tests/gitbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/socket.h>

static struct err err;

/* A server that answers each request in the same way. */
static struct server {
	int fd;
	unsigned port;
	const char *answer;
	atomic_int requests, logins; /* and how many of them bring a name and password */
	pthread_t thread;
} server;

static void serve_one(int fd)
{
	char request[4096];
	size_t len = 0;
	ssize_t n;
	do {
		n = read(fd, request + len, sizeof(request) - 1 - len);
		len += n > 0 ? (size_t)n : 0;
		request[len] = '\0';
	} while (n > 0 && !strstr(request, "\r\n\r\n"));
	if (n > 0) {
		server.requests++;
		server.logins += strstr(request, "Authorization: Basic") != NULL;
		n = write(fd, server.answer, strlen(server.answer));
	}
}

static void *serve(void *data)
{
	for (int fd; (fd = accept(server.fd, NULL, NULL)) >= 0; close(fd))
		serve_one(fd);
	return data;
}

static bool start_server(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof(address);
	server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server.fd < 0 || bind(server.fd, (struct sockaddr *)&address, len) < 0 || listen(server.fd, 10) < 0 ||
	    getsockname(server.fd, (struct sockaddr *)&address, &len) < 0)
		return false;
	server.port = ntohs(address.sin_port);
	return pthread_create(&server.thread, NULL, serve, NULL) == 0;
}

static void stop_server(void)
{
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.fd);
}

/* What becomes of http://USER127.0.0.1:PORT/lib?key=hidden; never a success. */
static bool fails(const char *user, const char *reply, enum err_kind kind, const char *text)
{
	struct repo_source source;
	server.answer = reply;
	server.requests = server.logins = 0;
	err = (struct err){0};
	const char *address = arena_printf(&gitbox_arena, "http://%s127.0.0.1:%u/lib?key=hidden", user, server.port);
	if (repo_import(in_box("store"), address, NULL, &repo_default_limits, NULL, &gitbox_arena, &source, &err) == 0)
		return false;
	bool good = err.kind == kind && strstr(err.text, text) && !strstr(err.text, "secret") && !strstr(err.text, "hidden") &&
		    strstr(err.text, arena_printf(&gitbox_arena, "http://127.0.0.1:%u/lib", server.port));
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static const char unauthorised[] = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n"
				   "Connection: close\r\n\r\n";

static void a_password_is_shown_once_and_never_told(void)
{
	ok(fails("user:secret@", unauthorised, ERR_REMOTE, "did not accept the name"));
	ok(server.requests >= 2 && server.requests <= 4);
	ok(server.logins >= 1 && server.logins <= 2);
	ok(fails("secret@", unauthorised, ERR_REMOTE, "did not accept the name"));
	ok(fails("", unauthorised, ERR_REMOTE, "asks for a name and password"));
	is_int(server.logins, 0);
}

static void other_answers_are_errors(void)
{
	ok(fails("user:secret@", "HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", ERR_REMOTE, "404"));
	ok(fails("user:secret@", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
		 ERR_REMOTE, "cannot fetch from"));
	ok(fails("user:secret@", "SSH-2.0-x\r\n\r\n", ERR_REMOTE, "cannot fetch from"));
	ok(fails("user:secret@", "HTTP/1.1 301 No\r\nLocation: http://localhost:1/lib\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		 ERR_REMOTE, "cannot redirect")); /* the password would go with it */
	ok(fails("user:secret@", "HTTP/1.1 301 No\r\nLocation: file:///etc\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		 ERR_REMOTE, "cannot fetch from"));
	ok(fails("user:secret@",
		 "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nConnection: close\r\n\r\n"
		 "001e# service=git-upload-pack\n0000001aERR secret and hidden\n",
		 ERR_REMOTE, "the reason quotes the address"));
}

static void nothing_is_left(void)
{
	ok(sh("mkdir store/incoming-1 store/incoming-2; touch store/incoming-1/f"));
	int held = open(in_box("store/incoming-2"), O_RDONLY | O_DIRECTORY); /* by somebody who still fetches */
	is_int(flock(held, LOCK_EX), 0);
	ok(fails("", "", ERR_REMOTE, "cannot fetch from"));
	is_str(answer("cd store; echo incoming*"), "incoming-2");
	close(held);
	ok(sh("! grep -r -e secret -e hidden -e 127.0.0.1 store"));
}

static void nobody_there(void)
{
	stop_server();
	ok(fails("user:secret@", "", ERR_REMOTE, "onnect"));
	struct repo_source source;
	is_int(repo_import(in_box("store"), "http://[bad/x", NULL, &repo_default_limits, NULL, &gitbox_arena, &source, &err), -1);
}

int main(void)
{
	setenv("no_proxy", "*", 1);
	unsetenv("http_proxy");
	unsetenv("HTTP_PROXY");
	if (!gitbox_open() || !start_server())
		return 1;
	tap_run("a password is shown once and never told", a_password_is_shown_once_and_never_told);
	tap_run("other answers are errors", other_answers_are_errors);
	tap_run("nothing is left", nothing_is_left);
	tap_run("nobody there", nobody_there);
	gitbox_close();
	return tap_done();
}
