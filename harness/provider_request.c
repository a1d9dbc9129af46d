#include "harness/provider_parts.h"

#include "core/mem.h"

json_t *provider_text(struct str text)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str clean = prompt_clean(text, &scratch);
	return json_stringn(clean.ptr ? clean.ptr : "", clean.len);
}

void provider_add_message(json_t *list, const char *role, struct str text)
{
	if (text.len)
		json_array_append_new(list, json_pack("{s:s, s:o}", "role", role, "content", provider_text(text)));
}

void provider_add_conversation(json_t *list, const struct prompt *prompt)
{
	SCOPED_ARENA struct arena scratch = {0};
	provider_add_message(list, "user", prompt_message(prompt, &scratch));
	provider_add_message(list, "assistant", prompt->so_far);
	provider_add_message(list, "user", prompt->go_on);
}

/* ---- where to */

/* "v1", "v1beta", "v4" */
static bool is_version(struct str segment)
{
	return segment.len >= 2 && segment.ptr[0] == 'v' && segment.ptr[1] >= '0' && segment.ptr[1] <= '9';
}

/* Of the path: a host is none. */
static struct str last_segment(struct str url)
{
	const char *scheme = memmem(url.ptr, url.len, "://", 3);
	struct str rest = scheme ? str_from(url, (size_t)(scheme - url.ptr) + 3) : url;
	struct str last = {0};
	for (size_t slash; (slash = str_index(rest, '/')) < rest.len;)
		last = rest = str_from(rest, slash + 1);
	return last;
}

/* A base that ends with a version is meant to be that, also where ours is another one. */
static const char *url_of(const struct provider *p, const char *path, struct arena *a)
{
	struct str base = str_of(p->url ? p->url : p->row->url), rest = str_of(path);
	while (str_ends(base, STR("/")))
		base.len--;
	struct str last = last_segment(base), first = str_from(rest, 1);
	first = str_first(first, str_index(first, '/'));
	if ((is_version(last) && is_version(first)) || str_eq(last, first))
		rest = str_from(rest, 1 + first.len);
	return arena_printf(a, "%.*s%.*s", STR_ARG(base), STR_ARG(rest));
}

const char *provider_bearer(const struct provider *p, struct arena *a)
{
	return p->key ? arena_printf(a, "Bearer %s", p->key) : NULL;
}

static void add_header(struct wire *wire, struct http_header *headers, const char *name, const char *value)
{
	if (value)
		headers[wire->headers_len++] = (struct http_header){name, value};
}

/* ---- what */

static void lay_over(json_t *under, const char *key, json_t *value, bool deeper);

static void lay_object_over(json_t *under, const json_t *over, bool deeper)
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)over, key, value)
		lay_over(under, key, value, deeper);
}

static void lay_over(json_t *under, const char *key, json_t *value, bool deeper)
{
	json_t *there = json_object_get(under, key);
	if (json_is_null(value))
		json_object_del(under, key);
	else if (deeper && json_is_object(there) && json_is_object(value))
		lay_object_over(there, value, false);
	else
		json_object_set(under, key, value);
}

int provider_request(const struct provider *p, const char *path, const struct http_header *headers, size_t headers_len,
		     json_t *body, struct arena *a, struct wire *ret, struct err *err)
{
	SCOPED_JSON json_t *object = body;
	struct http_header *all = arena_array(a, headers_len + 3, struct http_header);
	struct wire wire = {.url = url_of(p, path, a), .headers = all};
	bool events = p->row->framing == SSE_EVENTS;
	if (p->body)
		lay_object_over(object, p->body, true);
	SCOPED_MEM char *text = json_dumps(object, JSON_COMPACT);
	if (!text)
		return err_set(err, ERR_USAGE, "%s: the name of its model is no UTF-8", p->name);
	wire.body = str_of(arena_strdup(a, text));
	add_header(&wire, all, "content-type", "application/json");
	add_header(&wire, all, "accept", events ? "text/event-stream" : "application/x-ndjson");
	add_header(&wire, all, "user-agent", "recast");
	for (size_t i = 0; i < headers_len; i++)
		add_header(&wire, all, headers[i].name, headers[i].value);
	*ret = wire;
	return 0;
}
