#include "core/clock.h"
#include "harness/provider_parts.h"

/* One conversation. What the other side says goes through the scrubber first, so nothing behind it knows a secret. */
struct conversation {
	const struct provider *provider;
	const struct provider_watch *watch;
	const struct secrets *secrets;
	struct arena *arena;
	uint64_t start_ns;
	struct provider_result result;
	struct answer answer;
	bool answering;           /* the head came */
	struct scrubber scrubber;
	struct buf clean;         /* what it let go, on its way */
	struct err err;           /* of this side */
	const char *content_type; /* or NULL */
	const char *location;     /* of a redirect, or NULL */
};

static const char *scrubbed(const struct conversation *c, const char *text)
{
	struct str clean = scrub(c->secrets, str_of(text), c->arena);
	return arena_str(c->arena, clean);
}

/* A header's value that may be shown. */
static const char *header(const struct conversation *c, const struct http_headers *headers, const char *name)
{
	char word[200];
	const char *value = http_header_of(headers, name);
	if (!value)
		return NULL;
	reply_set_word(word, sizeof(word), str_of(scrubbed(c, value)));
	return arena_strdup(c->arena, word);
}

static void on_head(void *data, unsigned status, const struct http_headers *headers)
{
	struct conversation *c = data;
	struct reply *reply = &c->result.reply;
	const char *id = header(c, headers, "request-id");
	id = id ? id : header(c, headers, "x-request-id");
	if (id)
		reply_set_word(reply->request_id, sizeof(reply->request_id), str_of(id));
	c->content_type = header(c, headers, "content-type");
	c->location = header(c, headers, "location");
	provider_read_retry(headers, clock_now_s(), &c->result);
	answer_init(&c->answer, c->provider->row, status, reply);
	c->answering = true;
}

static size_t size_of(const struct reply *reply)
{
	return reply->text.len + reply->thinking.len;
}

static void notice(struct conversation *c, size_t before)
{
	const struct reply *reply = &c->result.reply;
	if (reply->text.len && !c->result.first_ns)
		c->result.first_ns = clock_monotonic_ns() - c->start_ns;
	if (c->watch->grown && size_of(reply) > before)
		c->watch->grown(c->watch->data, reply);
}

/* What the scrubber let go: first kept, then read. */
static int hand_over(struct conversation *c)
{
	const struct provider_watch *watch = c->watch;
	size_t before = size_of(&c->result.reply);
	if (c->clean.len == 0)
		return 0;
	if (watch->received && watch->received(watch->data, buf_str(&c->clean), &c->err) < 0)
		return -1;
	int done = answer_feed(&c->answer, buf_str(&c->clean));
	buf_clear(&c->clean);
	notice(c, before);
	return done;
}

static int on_piece(void *data, struct str bytes)
{
	struct conversation *c = data;
	scrubber_feed(&c->scrubber, bytes, false, &c->clean);
	return hand_over(c);
}

/* ---- what came of it */

/* "https://other.example" of "https://other.example/v1/messages?x"; a path of the same host as it is. */
static struct str target_of(const char *location)
{
	const char *host = strstr(location, "//");
	if (!host)
		return str_of(location);
	size_t start = (size_t)(host - location) + 2;
	return str_first(str_of(location), start + strcspn(location + start, "/?#"));
}

/* What only the head tells. */
static void refine(struct conversation *c)
{
	struct provider_result *result = &c->result;
	bool broken = result->outcome == PROVIDER_BROKEN || result->outcome == PROVIDER_DOWN;
	unsigned status = result->status;
	if (status >= 300 && status < 400 && c->location)
		result->why = arena_printf(c->arena, "status %u: it redirects to %.*s; correct the url", status,
					   STR_ARG(target_of(c->location)));
	else if (status == 200 && broken && !c->answer.some && c->content_type &&
		 !str_starts(str_of(c->content_type), STR("text/event-stream")))
		result->why = arena_printf(c->arena, "the server did not stream: content type %s", c->content_type);
}

static void conclude(struct conversation *c, const struct http_answer *http)
{
	struct provider_result *result = &c->result;
	bool stopped = http->end == HTTP_CANCELLED;
	result->sent = http->end != HTTP_UNREACHABLE;
	const char *cut = http->end == HTTP_DONE ? NULL : stopped ? "cancelled" : http->why;
	if (c->answering) {
		struct provider_result heard = *result;
		size_t before = size_of(&result->reply);
		answer_end(&c->answer, cut, c->arena, result);
		notice(c, before);
		/* A header says it better than a body. */
		if (heard.has_wait) {
			result->has_wait = true;
			result->wait_ms = heard.wait_ms;
		}
		refine(c);
	} else {
		result->outcome = PROVIDER_BUSY;
		result->why = cut ? cut : "there was no answer";
	}
	if (stopped && result->outcome != PROVIDER_ANSWERED && result->outcome != PROVIDER_DECLINED) {
		result->outcome = PROVIDER_CANCELLED;
		result->why = "cancelled";
	}
	result->why = scrubbed(c, result->why);
}

static int converse(struct conversation *c, const struct wire *wire, struct err *err)
{
	const struct provider *p = c->provider;
	struct http_answer http = {0};
	struct http_request request = {
		.method = "POST",
		.url = wire->url,
		.headers = wire->headers,
		.headers_len = wire->headers_len,
		.body = wire->body,
		.connect_ms = p->connect_ms,
		.idle_ms = p->idle_ms,
		.total_ms = p->total_ms,
		.answer_max = ANSWER_MAX,
		.ca_file = p->ca_file,
		.proxy = p->proxy,
		.cancelled = c->watch->cancelled,
		.head = on_head,
		.piece = on_piece,
		.data = c,
	};
	if (http_send(&request, c->arena, &http, err) < 0)
		return err_wrap(err, "%s", p->name);
	if (c->answering && !c->err.kind) {
		scrubber_feed(&c->scrubber, (struct str){0}, true, &c->clean);
		hand_over(c);
	}
	if (c->err.kind)
		return err_copy(err, &c->err);
	conclude(c, &http);
	c->result.wall_ns = clock_monotonic_ns() - c->start_ns;
	return 0;
}

int provider_http_try(const struct provider *p, const struct wire *wire, const struct provider_watch *watch,
		      struct arena *a, struct provider_result *ret, struct err *err)
{
	static const struct secrets none;
	struct conversation c = {.provider = p, .watch = watch, .arena = a, .start_ns = clock_monotonic_ns()};
	c.secrets = watch->secrets ? watch->secrets : &none;
	reply_init(&c.result.reply);
	scrubber_init(&c.scrubber, c.secrets);
	buf_init(&c.clean, ANSWER_MAX);
	int done = converse(&c, wire, err);
	answer_release(&c.answer);
	buf_release(&c.clean);
	scrubber_release(&c.scrubber);
	if (done == 0)
		*ret = c.result;
	else
		reply_release(&c.result.reply);
	return done;
}
