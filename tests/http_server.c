#include "tests/http_server.h"

#include "core/fs.h"
#include "core/mem.h"
#include "tests/http_case.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <strings.h>
#include <unistd.h>

enum { HEAD_MAX = 1 << 17, REQUEST_MAX = 64 << 20, LINKS_MAX = 8192 };

/* A connection, which is never taken away, so that stopping can end and join all. */
struct link {
	struct http_server *server;
	pthread_t thread;
	int fd;            /* -1 once it is closed; under the lock */
	struct buf came;   /* bytes that no request has used up */
};

struct http_server {
	struct arena arena; /* under the lock once it runs */
	struct http_case played;
	bool given[HTTP_CASE_ANSWERS_MAX];
	char url[64];
	int listener;
	pthread_t thread;
	atomic_size_t cut;
	atomic_bool stopping;
	pthread_mutex_t lock;
	struct {
		struct link **items;
		size_t len, cap;
	} links;
	struct {
		struct http_server_request **items;
		size_t len, cap;
	} requests;
};

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	perror(what);
	abort();
}

/* ---- requests */

/* More of what the client sends, at the end of what came; false at its end. */
static bool receive(struct link *l)
{
	char *room = buf_reserve(&l->came, 1 << 16);
	ssize_t n = room ? recv(l->fd, room, 1 << 16, 0) : 0;
	if (n <= 0)
		return false;
	buf_grew(&l->came, (size_t)n);
	return true;
}

/* The first of that name, in whatever case. */
static bool header_in(const char *head, const char *name, struct str *ret_value)
{
	struct str rest = str_of(head), line;
	size_t len = strlen(name);
	str_next_line(&rest, &line);
	while (str_next_line(&rest, &line)) {
		if (line.len > len && line.ptr[len] == ':' && strncasecmp(line.ptr, name, len) == 0) {
			*ret_value = str_trim(str_from(line, len + 1));
			return true;
		}
	}
	return false;
}

static bool send_bytes(struct link *l, struct str bytes)
{
	while (bytes.len) {
		ssize_t n = send(l->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		bytes = str_from(bytes, (size_t)n);
	}
	return true;
}

/* Its body, of which a part may have come with the head. */
static bool receive_body(struct link *l, const char *head, size_t head_len, size_t *ret_len)
{
	struct str value;
	uint64_t len = 0;
	if (header_in(head, "content-length", &value))
		str_to_u64(value, &len);
	if (header_in(head, "expect", &value) && !send_bytes(l, STR("HTTP/1.1 100 Continue\r\n\r\n")))
		return false;
	while (l->came.len < head_len + len) {
		if (!receive(l))
			return false;
	}
	*ret_len = (size_t)len;
	return true;
}

static void keep_request(struct link *l, const char *head, struct str body)
{
	struct http_server *s = l->server;
	struct str line = str_first(str_of(head), str_index(str_of(head), '\r')), method = {0}, target = {0};
	str_next_word(&line, &method);
	str_next_word(&line, &target);
	pthread_mutex_lock(&s->lock);
	struct http_server_request *request = arena_new(&s->arena, struct http_server_request);
	*request = (struct http_server_request){
		.method = arena_str(&s->arena, method),
		.target = arena_str(&s->arena, target),
		.head = arena_strdup(&s->arena, head),
		.body = {arena_str(&s->arena, body), body.len},
	};
	*vec_push(&s->requests) = request;
	pthread_mutex_unlock(&s->lock);
}

static bool stands_in(const struct http_case_answer *answer, const char *head, struct str body)
{
	const char *when = answer->when;
	return !when || strstr(head, when) || (body.len && memmem(body.ptr, body.len, when, strlen(when)));
}

/* The first that was not given yet and suits; else the last that suits; else NULL. */
static const struct http_case_answer *choose(struct http_server *s, const char *head, struct str body)
{
	const struct http_case_answer *chosen = NULL;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->played.len; i++) {
		if (!stands_in(&s->played.answers[i], head, body))
			continue;
		chosen = &s->played.answers[i];
		if (!s->given[i]) {
			s->given[i] = true;
			break;
		}
	}
	pthread_mutex_unlock(&s->lock);
	return chosen;
}

/* ---- answers */

/* Until the client leaves, or so many milliseconds; whether it is still there. */
static bool wait_for(struct link *l, int timeout_ms)
{
	struct pollfd p = {.fd = l->fd, .events = POLLRDHUP};
	return poll(&p, 1, timeout_ms) == 0;
}

static bool send_piece(struct link *l, const struct http_case_answer *answer, struct str piece)
{
	if (answer->framing != HTTP_CASE_CHUNKED || answer->status == 0)
		return send_bytes(l, piece);
	SCOPED_BUF struct buf chunk;
	buf_init(&chunk, piece.len + 32);
	buf_printf(&chunk, "%zx\r\n", piece.len);
	buf_append_str(&chunk, piece);
	buf_append_cstr(&chunk, "\r\n");
	return send_bytes(l, buf_str(&chunk));
}

/* Where the piece that begins there ends. */
static size_t next_cut(const struct http_case_answer *answer, size_t cut, size_t from, size_t end)
{
	if (cut == HTTP_SERVER_EACH_BYTE || (cut == HTTP_SERVER_AS_TOLD && answer->cut_each))
		return min_size(from + 1, end);
	const size_t *cuts = cut == HTTP_SERVER_AS_TOLD ? answer->cuts : &cut;
	size_t next = end, len = cut == HTTP_SERVER_AS_TOLD ? answer->cuts_len : 1;
	for (size_t i = 0; i < len; i++) {
		if (cuts[i] > from && cuts[i] < next)
			next = cuts[i];
	}
	return next;
}

static bool send_body(struct link *l, const struct http_case_answer *answer, struct str body)
{
	size_t cut = atomic_load(&l->server->cut);
	for (size_t at = 0; at < body.len;) {
		size_t next = next_cut(answer, cut, at, body.len);
		if (at && answer->pause_ms && !wait_for(l, (int)answer->pause_ms))
			return false;
		if (!send_piece(l, answer, str_from(str_first(body, next), at)))
			return false;
		at = next;
	}
	return true;
}

static bool send_head(struct link *l, const struct http_case_answer *answer)
{
	if (answer->status == 0)
		return true;
	SCOPED_BUF struct buf head;
	buf_init(&head, HEAD_MAX);
	buf_printf(&head, "HTTP/1.1 %u Played\r\n%s", answer->status, answer->headers);
	if (answer->framing == HTTP_CASE_CHUNKED)
		buf_append_cstr(&head, "Transfer-Encoding: chunked\r\n");
	else if (answer->framing == HTTP_CASE_CLOSE)
		buf_append_cstr(&head, "Connection: close\r\n");
	else
		buf_printf(&head, "Content-Length: %zu\r\n", answer->claims ? answer->claim : answer->body.len);
	buf_append_cstr(&head, "\r\n");
	return send_bytes(l, buf_str(&head));
}

/* Without what would end the body. */
static void stop_there(struct link *l, enum http_case_stop how)
{
	struct linger now = {.l_onoff = 1};
	if (how == HTTP_CASE_STALL)
		wait_for(l, -1);
	if (how == HTTP_CASE_RESET)
		setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

/* Whether the connection goes on. */
static bool play(struct link *l, const struct http_case_answer *answer)
{
	struct str body = answer->body;
	if (answer->stop)
		body = str_first(body, answer->stop_at);
	if (!answer->stop_at_head && (!send_head(l, answer) || !send_body(l, answer, body)))
		return false;
	if (answer->stop) {
		stop_there(l, answer->stop);
		return false;
	}
	if (answer->status == 0 || answer->framing == HTTP_CASE_CLOSE || answer->claims)
		return false;
	return answer->framing != HTTP_CASE_CHUNKED || send_bytes(l, STR("0\r\n\r\n"));
}

/* ---- connections */

/* One request and its answer; whether the connection goes on. */
static bool serve_one(struct link *l)
{
	const char *end = NULL;
	while (!end) {
		end = memmem(l->came.ptr, l->came.len, "\r\n\r\n", 4);
		if (!end && (l->came.len > HEAD_MAX || !receive(l)))
			return false;
	}
	SCOPED_ARENA struct arena a = {0};
	size_t head_len = (size_t)(end - l->came.ptr) + 4, body_len;
	const char *head = arena_str(&a, str_first(buf_str(&l->came), head_len - 4));
	if (!receive_body(l, head, head_len, &body_len))
		return false;
	struct str body = {l->came.ptr + head_len, body_len};
	keep_request(l, head, body);
	const struct http_case_answer *answer = choose(l->server, head, body);
	size_t used = head_len + body_len;
	memmove(l->came.ptr, l->came.ptr + used, l->came.len - used);
	l->came.len -= used;
	return answer && play(l, answer);
}

/* An end that the client sees as one: bytes that nobody read would make it a reset. */
static void end_link(struct link *l)
{
	struct linger linger = {0};
	socklen_t size = sizeof(linger);
	getsockopt(l->fd, SOL_SOCKET, SO_LINGER, &linger, &size);
	buf_clear(&l->came);
	if (!linger.l_onoff && shutdown(l->fd, SHUT_WR) == 0) {
		while (receive(l))
			buf_clear(&l->came);
	}
	pthread_mutex_lock(&l->server->lock);
	close(l->fd);
	l->fd = -1;
	pthread_mutex_unlock(&l->server->lock);
	buf_release(&l->came);
}

static void *serve(void *data)
{
	struct link *l = data;
	while (!atomic_load(&l->server->stopping) && serve_one(l))
		;
	end_link(l);
	return NULL;
}

static void add_link(struct http_server *s, int fd)
{
	int yes = 1;
	struct link *l = mem_zalloc(1, sizeof(*l));
	*l = (struct link){.server = s, .fd = fd};
	buf_init(&l->came, REQUEST_MAX);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	pthread_mutex_lock(&s->lock);
	*vec_push(&s->links) = l;
	must(pthread_create(&l->thread, NULL, serve, l) ? -1 : 0, "thread");
	pthread_mutex_unlock(&s->lock);
}

static void *accept_all(void *data)
{
	struct http_server *s = data;
	for (int i = 0; i < LINKS_MAX; i++) {
		int fd = accept(s->listener, NULL, NULL);
		if (fd < 0 || atomic_load(&s->stopping)) {
			if (fd >= 0)
				close(fd);
			break;
		}
		add_link(s, fd);
	}
	return NULL;
}

/* ---- the server */

static void listen_here(struct http_server *s)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(here);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(s->listener, "socket");
	must(bind(s->listener, (struct sockaddr *)&here, size), "bind");
	must(listen(s->listener, 128), "listen");
	must(getsockname(s->listener, (struct sockaddr *)&here, &size), "getsockname");
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%u", ntohs(here.sin_port));
}

struct http_server *http_server_start(const char *text)
{
	struct http_server *s = mem_zalloc(1, sizeof(*s));
	s->played = http_case_read(text, &s->arena);
	atomic_init(&s->cut, HTTP_SERVER_AS_TOLD);
	pthread_mutex_init(&s->lock, NULL);
	listen_here(s);
	must(pthread_create(&s->thread, NULL, accept_all, s) ? -1 : 0, "thread");
	return s;
}

struct http_server *http_server_start_case(const char *name)
{
	SCOPED_BUF struct buf text;
	char path[300];
	struct err err = {0};
	buf_init(&text, HTTP_CASE_BODY_MAX);
	snprintf(path, sizeof(path), "tests/data/wire/%s.case", name);
	if (fs_read(path, &text, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return http_server_start(text.ptr);
}

void http_server_stop(struct http_server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->links.len; i++) {
		if (s->links.items[i]->fd >= 0)
			shutdown(s->links.items[i]->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < s->links.len; i++) {
		pthread_join(s->links.items[i]->thread, NULL);
		free(s->links.items[i]);
	}
	vec_release(&s->links);
	vec_release(&s->requests);
	pthread_mutex_destroy(&s->lock);
	arena_release(&s->arena);
	free(s);
}

const char *http_server_url(const struct http_server *s)
{
	return s->url;
}

void http_server_cut(struct http_server *s, size_t at)
{
	atomic_store(&s->cut, at);
}

struct str http_server_body(const struct http_server *s, size_t answer)
{
	return s->played.answers[answer].body;
}

size_t http_server_requests(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	size_t len = s->requests.len;
	pthread_mutex_unlock(&s->lock);
	return len;
}

const struct http_server_request *http_server_request(struct http_server *s, size_t index)
{
	pthread_mutex_lock(&s->lock);
	const struct http_server_request *request = index < s->requests.len ? s->requests.items[index] : NULL;
	pthread_mutex_unlock(&s->lock);
	return request;
}

const char *http_server_header(struct http_server *s, size_t index, const char *name)
{
	const struct http_server_request *request = http_server_request(s, index);
	struct str value;
	if (!request || !header_in(request->head, name, &value))
		return NULL;
	pthread_mutex_lock(&s->lock);
	const char *kept = arena_str(&s->arena, value);
	pthread_mutex_unlock(&s->lock);
	return kept;
}

void http_server_rewind(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	memset(s->given, 0, sizeof(s->given));
	pthread_mutex_unlock(&s->lock);
}
