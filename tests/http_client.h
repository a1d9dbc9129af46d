#ifndef RECAST_TESTS_HTTP_CLIENT_H
#define RECAST_TESTS_HTTP_CLIENT_H

/* A request of core/http.h, with all that came of it. */

#include "core/buf.h"
#include "core/http.h"
#include "tests/folder.h"
#include "tests/http_server.h"

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

static inline void see_head(void *data, unsigned status, const struct http_headers *headers)
{
	struct client *c = data;
	c->heads += c->pieces == 0;
	c->status = status;
	c->type = http_header_of(headers, "content-type");
}

static inline int see_piece(void *data, struct str bytes)
{
	struct client *c = data;
	buf_append_str(&c->body, bytes);
	if (c->to_cancel)
		atomic_store(c->to_cancel, true);
	return ++c->pieces == c->stop_after ? -1 : 0;
}

/* Limits that no test comes near. */
static inline struct client *client_of(const char *url)
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
static inline int send_request(struct client *c)
{
	int result = http_send(&c->request, &arena, &c->answer, &c->err);
	struct buf body = c->body;
	c->body.ptr = arena_str(&arena, buf_str(&body));
	buf_release(&body);
	return result;
}

static inline struct client *get(struct http_server *s)
{
	struct client *c = client_of(http_server_url(s));
	is_int(send_request(c), 0);
	return c;
}

/* What this machine's user has set is none of a test's business. */
static inline void forget_proxies(void)
{
	static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
					    "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
	for (size_t i = 0; i < countof(names); i++)
		must(unsetenv(names[i]));
}

#endif
