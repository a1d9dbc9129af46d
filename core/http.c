#include "core/http.h"

#include "core/clock.h"
#include "core/process.h"
#include "core/utf8.h"

#include <assert.h>
#include <curl/curl.h>
#include <pthread.h>
#include <strings.h>

enum { LOOK_MS = 100, WHY_MAX = 300 };

struct transfer {
	const struct http_request *request;
	struct arena *arena;
	CURL *easy;                 /* owned */
	CURLM *multi;               /* owned */
	struct curl_slist *headers; /* owned */
	char curl_why[CURL_ERROR_SIZE];
	struct http_answer answer;
	bool decided;   /* how it ends, by us */
	bool connected;
	bool has_head;  /* the final one */
	size_t headers_bytes, body_bytes;
	curl_off_t sent_bytes;
	uint64_t start_ns, moved_ns; /* when a byte last came or went */
};

const char *http_library_version(void)
{
	return curl_version_info(CURLVERSION_NOW)->version;
}

const char *http_library_path(struct arena *a)
{
	return process_library_path(PROCESS_ADDRESS(curl_easy_init), a);
}

const char *http_header_of(const struct http_headers *headers, const char *name)
{
	for (size_t i = 0; i < headers->len; i++) {
		if (strcmp(headers->items[i].name, name) == 0)
			return headers->items[i].value;
	}
	return NULL;
}

/* ---- requests that are wrong */

/* None of the messages shows an address: it could hold a password. */
static int check_url(const char *text, struct err *err)
{
	CURLU *url = curl_url();
	char *scheme = NULL;
	CURLUcode code = curl_url_set(url, CURLUPART_URL, text, CURLU_DISALLOW_USER);
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
	bool is_web = scheme && (strcasecmp(scheme, "http") == 0 || strcasecmp(scheme, "https") == 0);
	curl_free(scheme);
	curl_url_cleanup(url);
	if (code == CURLUE_USER_NOT_ALLOWED)
		return err_set(err, ERR_USAGE, "the address holds a user or a password, which are not sent that way");
	if (code != CURLUE_OK)
		return err_set(err, ERR_USAGE, "the address cannot be read: %s", curl_url_strerror(code));
	return is_web ? 0 : err_set(err, ERR_USAGE, "the address begins neither with http:// nor with https://");
}

static int check_proxy(const char *text, struct err *err)
{
	if (!text || !text[0])
		return 0;
	CURLU *url = curl_url();
	CURLUcode code = curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME);
	curl_url_cleanup(url);
	if (code == CURLUE_OK)
		return 0;
	return err_set(err, ERR_USAGE, "the proxy's address cannot be read: %s", curl_url_strerror(code));
}

static bool is_name(const char *name)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";
	const char *c = name;
	while ((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
	       (*c && strchr(marks, *c)))
		c++;
	return c > name && *c == '\0';
}

static bool is_value(const char *value)
{
	for (const char *c = value; *c; c++) {
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7F)
			return false;
	}
	return true;
}

static int check(const struct http_request *request, struct err *err)
{
	if (check_url(request->url, err) < 0 || check_proxy(request->proxy, err) < 0)
		return -1;
	for (size_t i = 0; i < request->headers_len; i++) {
		const struct http_header *h = &request->headers[i];
		if (!is_name(h->name))
			return err_set(err, ERR_USAGE, "header %zu has a name that cannot be sent", i + 1);
		if (!is_value(h->value))
			return err_set(err, ERR_USAGE,
				       "the value of header %.100s holds a line end or other control character", h->name);
	}
	return 0;
}

/* ---- how it ends */

static void decide(struct transfer *t, enum http_end end, const char *why)
{
	if (t->decided)
		return;
	t->decided = true;
	t->answer.end = end;
	t->answer.why = why;
}

/* What curl says of a proxy may show its whole address, with a user and a password in front of an "@". */
static const char *why_of(struct transfer *t, CURLcode code)
{
	SCOPED_BUF struct buf line;
	bool is_told = t->curl_why[0] && !strchr(t->curl_why, '@');
	buf_init(&line, WHY_MAX);
	utf8_append_line(&line, str_of(is_told ? t->curl_why : curl_easy_strerror(code)));
	return arena_str(t->arena, str_whole_characters(str_trim(buf_str(&line))));
}

static void decide_by_code(struct transfer *t, CURLcode code)
{
	if (t->decided)
		return;
	if (code != CURLE_OK)
		decide(t, t->connected ? HTTP_BROKEN : HTTP_UNREACHABLE, why_of(t, code));
	else if (!t->has_head)
		decide(t, HTTP_BROKEN, "there was no final answer");
	else
		decide(t, HTTP_DONE, NULL);
}

static bool is_up(uint64_t since_ns, uint64_t limit_ms, uint64_t now_ns)
{
	return limit_ms && (now_ns - since_ns) / 1000000 >= limit_ms;
}

static void decide_by_time(struct transfer *t, enum http_end end, const char *what, uint64_t limit_ms)
{
	decide(t, end, arena_printf(t->arena, "%s %llu ms", what, (unsigned long long)limit_ms));
}

static void look_at_limits(struct transfer *t)
{
	const struct http_request *r = t->request;
	uint64_t now_ns = clock_monotonic_ns();
	curl_off_t sent = 0;
	curl_easy_getinfo(t->easy, CURLINFO_SIZE_UPLOAD_T, &sent);
	if (sent != t->sent_bytes)
		t->moved_ns = now_ns;
	t->sent_bytes = sent;
	if (r->cancelled && atomic_load(r->cancelled))
		decide(t, HTTP_CANCELLED, "it was cancelled");
	else if (is_up(t->start_ns, r->total_ms, now_ns))
		decide_by_time(t, HTTP_LATE, "it took longer than", r->total_ms);
	else if (t->connected && is_up(t->moved_ns, r->idle_ms, now_ns))
		decide_by_time(t, HTTP_IDLE, "nothing came for", r->idle_ms);
}

/* Milliseconds until the limit, but no more than `most`. */
static uint64_t wait_until(uint64_t since_ns, uint64_t limit_ms, uint64_t most)
{
	uint64_t gone_ms = (clock_monotonic_ns() - since_ns) / 1000000;
	if (limit_ms == 0 || limit_ms > gone_ms + most)
		return most;
	return limit_ms > gone_ms ? limit_ms - gone_ms : 0;
}

/* ---- what curl tells */

static int on_connected(void *data, char *ip, char *own_ip, int port, int own_port)
{
	struct transfer *t = data;
	(void)ip;
	(void)own_ip;
	(void)port;
	(void)own_port;
	t->connected = true;
	t->moved_ns = clock_monotonic_ns();
	return CURL_PREREQFUNC_OK;
}

/* "HTTP/1.1 200 OK"; curl has checked that it is one. */
static void begin_head(struct transfer *t, struct str line)
{
	struct str word;
	uint64_t status = 0;
	t->answer.headers.len = 0;
	if (str_next_word(&line, &word) && str_next_word(&line, &word))
		str_to_u64(word, &status);
	t->answer.status = status < 1000 ? (unsigned)status : 0;
}

static bool add_header(struct transfer *t, struct str line)
{
	struct http_headers *headers = &t->answer.headers;
	size_t colon = str_index(line, ':');
	t->headers_bytes += line.len;
	if (headers->len == HTTP_HEADERS_MAX || t->headers_bytes > HTTP_HEADERS_BYTES_MAX)
		return false;
	if (colon == line.len || colon == 0 || line.ptr[0] == ' ' || line.ptr[0] == '\t')
		return true; /* the rest of a line that was folded, or nothing that has a name */
	char *name = arena_str(t->arena, str_first(line, colon));
	for (char *c = name; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 'a' - 'A') : *c;
	const char *value = arena_str(t->arena, str_trim(str_from(line, colon + 1)));
	headers->items[headers->len++] = (struct http_header){name, value};
	return true;
}

/* Those of answers in front of the final one, which have 1xx, are forgotten; trailers do not count. */
static size_t on_header(char *bytes, size_t size, size_t count, void *data)
{
	struct transfer *t = data;
	struct str line = {bytes, size * count};
	t->moved_ns = clock_monotonic_ns();
	if (t->has_head)
		return line.len;
	if (str_starts(line, STR("HTTP/"))) {
		begin_head(t, line);
	} else if (str_trim(line).len) {
		if (!add_header(t, line)) {
			decide(t, HTTP_BROKEN, "the head of the answer is too large");
			return CURL_WRITEFUNC_ERROR;
		}
	} else if (t->answer.status >= 200) {
		t->has_head = true;
		if (t->request->head)
			t->request->head(t->request->data, t->answer.status, &t->answer.headers);
	}
	return line.len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct transfer *t = data;
	const struct http_request *r = t->request;
	struct str piece = {bytes, size * count}, fits = str_first(piece, r->answer_max - t->body_bytes);
	t->body_bytes += fits.len;
	if (fits.len && r->piece(r->data, fits) < 0)
		decide(t, HTTP_STOPPED, "it was stopped");
	if (fits.len < piece.len)
		decide(t, HTTP_TOO_LARGE, arena_printf(t->arena, "the answer has more than %zu bytes", r->answer_max));
	t->moved_ns = clock_monotonic_ns();
	return t->decided ? CURL_WRITEFUNC_ERROR : piece.len;
}

/* ---- setting up */

static void set_up_library(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool has_header(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->headers_len; i++) {
		if (strcasecmp(request->headers[i].name, name) == 0)
			return true;
	}
	return false;
}

static void add_line(struct transfer *t, const char *line)
{
	struct curl_slist *longer = curl_slist_append(t->headers, line);
	assert(longer);
	t->headers = longer;
}

/* In curl's list "name:" leaves out a header that curl would send, and "name;" is one without a value. */
static void set_headers(struct transfer *t)
{
	static const char *const own[] = {"Accept", "Content-Type", "Expect"};
	const struct http_request *r = t->request;
	for (size_t i = 0; i < r->headers_len; i++) {
		const struct http_header *h = &r->headers[i];
		bool is_empty = str_trim(str_of(h->value)).len == 0;
		add_line(t, is_empty ? arena_printf(t->arena, "%s;", h->name)
				     : arena_printf(t->arena, "%s: %s", h->name, h->value));
	}
	for (size_t i = 0; i < countof(own); i++) {
		if (!has_header(r, own[i]))
			add_line(t, arena_printf(t->arena, "%s:", own[i]));
	}
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
}

static void set_method(struct transfer *t)
{
	const struct http_request *r = t->request;
	if (strcmp(r->method, "POST") != 0) {
		assert(strcmp(r->method, "GET") == 0 && r->body.len == 0);
		return;
	}
	curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, r->body.len ? r->body.ptr : "");
	curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
}

/* QUICK_EXIT leaves a name that the resolver still looks for to its thread, so that cancelling is prompt. */
static void set_connection(struct transfer *t)
{
	const struct http_request *r = t->request;
	CURL *easy = t->easy;
	long connect_ms = r->connect_ms < INT32_MAX ? (long)r->connect_ms : INT32_MAX;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	if (r->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, r->ca_file);
	if (r->proxy) {
		curl_easy_setopt(easy, CURLOPT_PROXY, r->proxy);
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	}
}

static void set_up(struct transfer *t)
{
	CURL *easy = t->easy;
	curl_easy_setopt(easy, CURLOPT_URL, t->request->url);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, t->curl_why);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, t);
	set_connection(t);
	set_method(t);
	set_headers(t);
}

/* ---- sending */

static CURLcode code_of(CURLM *multi)
{
	int left;
	const CURLMsg *message = curl_multi_info_read(multi, &left);
	return message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_FAILED_INIT;
}

static void run(struct transfer *t)
{
	const struct http_request *r = t->request;
	int running = 1;
	curl_multi_add_handle(t->multi, t->easy);
	look_at_limits(t);
	while (!t->decided && curl_multi_perform(t->multi, &running) == CURLM_OK && running) {
		look_at_limits(t); /* when what was there has been read, however long this thread had to wait */
		uint64_t wait_ms = wait_until(t->start_ns, r->total_ms, LOOK_MS);
		if (t->connected)
			wait_ms = wait_until(t->moved_ns, r->idle_ms, wait_ms);
		if (!t->decided)
			curl_multi_poll(t->multi, NULL, 0, (int)wait_ms, NULL);
	}
	decide_by_code(t, code_of(t->multi));
	curl_multi_remove_handle(t->multi, t->easy);
	if (!t->has_head) {
		t->answer.status = 0;
		t->answer.headers.len = 0;
	}
}

int http_send(const struct http_request *request, struct arena *a, struct http_answer *ret, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct transfer t = {.request = request, .arena = a, .start_ns = clock_monotonic_ns()};
	pthread_once(&once, set_up_library);
	if (check(request, err) < 0)
		return -1;
	t.answer.headers.items = arena_array(a, HTTP_HEADERS_MAX, struct http_header);
	t.easy = curl_easy_init();
	t.multi = curl_multi_init();
	int result = t.easy && t.multi ? 0 : err_set(err, ERR_OS, "libcurl cannot be set up");
	if (result == 0) {
		set_up(&t);
		run(&t);
		*ret = t.answer;
	}
	curl_easy_cleanup(t.easy);
	curl_multi_cleanup(t.multi);
	curl_slist_free_all(t.headers);
	return result;
}
