#ifndef RECAST_CORE_HTTP_H
#define RECAST_CORE_HTTP_H

/*
 * One request to another machine, its answer handed over as it comes: the only
 * file that knows libcurl. Whatever the other side does is a result; an error
 * means that the request itself was wrong. Redirects are not followed, since a
 * key would go along. Any number of threads may send at once.
 *
 * Beside the headers that are named here only Host and Content-Length are sent.
 * Nothing is asked to be compressed. Proxies are those of the environment, as
 * curl's users expect (https_proxy, no_proxy and the like), unless one is named.
 */

#include "core/arena.h"
#include "core/err.h"

#include <stdatomic.h>

struct http_header {
	const char *name, *value;
};

struct http_headers {
	struct http_header *items; /* names in lower case, as far as they were answered */
	size_t len;
};

struct http_request {
	const char *method; /* "GET", which has no body, or "POST" */
	const char *url;    /* http or https */
	const struct http_header *headers;
	size_t headers_len;
	struct str body;
	uint64_t connect_ms; /* until the connection stands, names and keys included; 0: as long as curl thinks fit */
	uint64_t idle_ms;    /* from then on without a byte in either direction, also in front of the first; or 0 */
	uint64_t total_ms;   /* for all of it, or 0 */
	size_t answer_max;   /* bytes of the answer's body; those are handed over, even if there are more */
	const char *ca_file; /* certificates to trust instead of the system's, or NULL */
	const char *proxy;   /* "" for none; NULL for those of the environment */
	const atomic_bool *cancelled; /* looked at ten times a second; or NULL */
	/* Of the final answer, before its first byte; may be NULL. Then its body, piece by piece: -1 stops it. */
	void (*head)(void *data, unsigned status, const struct http_headers *headers);
	int (*piece)(void *data, struct str bytes);
	void *data;
};

enum http_end {
	HTTP_DONE,
	HTTP_UNREACHABLE, /* no such name, no connection, no trust */
	HTTP_BROKEN,      /* the connection ended before the answer did, or it is no HTTP */
	HTTP_IDLE,        /* nothing came for idle_ms */
	HTTP_LATE,        /* total_ms were up */
	HTTP_TOO_LARGE,   /* more than answer_max */
	HTTP_STOPPED,     /* `piece` said so */
	HTTP_CANCELLED,
};

enum { HTTP_HEADERS_MAX = 200, HTTP_HEADERS_BYTES_MAX = 1 << 16 };

struct http_answer {
	enum http_end end;
	unsigned status;             /* 0 if there was none */
	struct http_headers headers; /* in the arena; one with more than the bounds above is HTTP_BROKEN */
	const char *why;             /* in one line, if it is not done; never with a header that was sent */
};

/* ERR_USAGE if the URL is none, has another scheme, or holds a user or password; if a header is none or holds a line
 * end; if the proxy's address is none. Nothing was sent then. */
int http_send(const struct http_request *request, struct arena *a, struct http_answer *ret, struct err *err);

/* The first of that name, in lower case; or NULL. */
const char *http_header_of(const struct http_headers *headers, const char *name);

const char *http_library_version(void);
const char *http_library_path(struct arena *a);

#endif
