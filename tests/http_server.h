#ifndef RECAST_TESTS_HTTP_SERVER_H
#define RECAST_TESTS_HTTP_SERVER_H

/*
 * A server on this machine that plays a case (tests/http_case.h has the form) to
 * any number of clients at once, and keeps what they sent:
 *
 *	struct http_server *server = http_server_start("answer 200\nbytes hello\n");
 *	... talk to http_server_url(server) ...
 *	is_str(http_server_request(server, 0)->target, "/v1/messages");
 *	http_server_stop(server);
 *
 * Set-up that fails ends the program.
 */

#include "core/str.h"

struct http_server;

struct http_server_request {
	const char *method, *target; /* "POST", "/v1/messages"; proxies get the whole URL */
	const char *head;            /* as it came, with its first line and without the empty one */
	struct str body;
};

struct http_server *http_server_start(const char *text);

/* The case of tests/data/wire/NAME.case. */
struct http_server *http_server_start_case(const char *name);

void http_server_stop(struct http_server *s);

/* "http://127.0.0.1:40001" */
const char *http_server_url(const struct http_server *s);

/* From now on bodies are cut behind so many bytes, whatever the case says. */
#define HTTP_SERVER_AS_TOLD SIZE_MAX
#define HTTP_SERVER_EACH_BYTE (SIZE_MAX - 1)
void http_server_cut(struct http_server *s, size_t at);

/* The body that an answer of the case has, from 0. */
struct str http_server_body(const struct http_server *s, size_t answer);

/* What came, in order; kept in front of the answer, and until the server is stopped. NULL behind the last. */
size_t http_server_requests(struct http_server *s);
const struct http_server_request *http_server_request(struct http_server *s, size_t index);

/* A header's value, whatever the case of its name; NULL if it was not sent. Lives as long as the request. */
const char *http_server_header(struct http_server *s, size_t index, const char *name);

/* The next request gets the first answer again. What came so far stays. */
void http_server_rewind(struct http_server *s);

#endif
