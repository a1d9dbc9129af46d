#include "tests/http_case.h"

#include "core/buf.h"

enum { HEADERS_MAX = 1 << 16 };

struct reader {
	struct arena *arena;
	struct str rest, line;
	unsigned number;
	struct http_case read;
	struct buf headers, body; /* of the last answer */
};

static _Noreturn void is_wrong(const struct reader *r, const char *why)
{
	fprintf(stderr, "case: line %u: %.*s: %s\n", r->number, STR_ARG(r->line), why);
	abort();
}

static struct http_case_answer *last(struct reader *r)
{
	if (r->read.len == 0)
		is_wrong(r, "there is no answer yet");
	return &r->read.answers[r->read.len - 1];
}

static size_t number_of(struct reader *r, struct str word)
{
	uint64_t value;
	if (!str_to_u64(word, &value))
		is_wrong(r, "that is no number");
	return (size_t)value;
}

static void end_answer(struct reader *r)
{
	if (r->read.len) {
		last(r)->headers = arena_str(r->arena, buf_str(&r->headers));
		last(r)->body = (struct str){arena_str(r->arena, buf_str(&r->body)), r->body.len};
	}
	if (r->headers.full || r->body.full)
		is_wrong(r, "the answer above is too large");
	buf_clear(&r->headers);
	buf_clear(&r->body);
}

/* ---- bytes */

static int digit_of(char c)
{
	const char *digits = "0123456789abcdef", *found = c ? strchr(digits, c | 0x20) : NULL;
	return found ? (int)(found - digits) : -1;
}

/* Bytes of the escape at the front of the text. */
static size_t add_escape(struct reader *r, struct str text)
{
	static const char names[] = "nrt\\", values[] = "\n\r\t\\";
	char name = text.len > 1 ? text.ptr[1] : '\0';
	const char *found = name ? strchr(names, name) : NULL;
	if (found) {
		buf_append_char(&r->body, values[found - names]);
		return 2;
	}
	int high = name == 'x' && text.len > 3 ? digit_of(text.ptr[2]) : -1;
	int low = high < 0 ? -1 : digit_of(text.ptr[3]);
	if (low < 0)
		is_wrong(r, "there is no such escape");
	buf_append_char(&r->body, (char)(high * 16 + low));
	return 4;
}

static void read_bytes(struct reader *r, struct str text)
{
	while (text.len) {
		size_t plain = str_index(text, '\\');
		buf_append_str(&r->body, str_first(text, plain));
		text = str_from(text, plain);
		if (text.len)
			text = str_from(text, add_escape(r, text));
	}
}

static void read_repeat(struct reader *r, struct str args)
{
	struct str count;
	if (!str_next_word(&args, &count))
		is_wrong(r, "how many times?");
	size_t times = number_of(r, count), start = r->body.len;
	read_bytes(r, str_from(args, 1));
	size_t len = r->body.len - start;
	SCOPED_BUF struct buf once;
	buf_init(&once, HTTP_CASE_BODY_MAX);
	buf_append(&once, r->body.ptr + start, len);
	for (size_t i = 1; i < times; i++)
		buf_append_str(&r->body, buf_str(&once));
}

/* Each line is taken as it is, a CR at its end included. */
static void read_body(struct reader *r, struct str args)
{
	const char *end = str_eq(args, STR("crlf")) ? "\r\n" : "\n";
	while (r->rest.len) {
		size_t len = str_index(r->rest, '\n');
		struct str line = str_first(r->rest, len);
		r->rest = str_from(r->rest, len + 1);
		r->number++;
		if (str_eq(line, STR("end")))
			return;
		buf_append_str(&r->body, line);
		buf_append_cstr(&r->body, end);
	}
	is_wrong(r, "the body has no end");
}

/* ---- other words */

static void read_answer(struct reader *r, struct str args)
{
	if (r->read.len == HTTP_CASE_ANSWERS_MAX)
		is_wrong(r, "too many answers");
	end_answer(r);
	r->read.answers[r->read.len++] = (struct http_case_answer){
		.status = str_eq(args, STR("raw")) ? 0 : (unsigned)number_of(r, args), .stop_at = SIZE_MAX};
}

static void read_when(struct reader *r, struct str args)
{
	last(r)->when = arena_str(r->arena, args);
}

static void read_header(struct reader *r, struct str args)
{
	if (str_index(args, ':') == args.len)
		is_wrong(r, "a header has a name and a value");
	buf_append_str(&r->headers, args);
	buf_append_cstr(&r->headers, "\r\n");
}

static void read_framing(struct reader *r, struct str args)
{
	static const char *const names[] = {"length", "chunked", "close"};
	struct http_case_answer *answer = last(r);
	struct str name = {0}, claim;
	str_next_word(&args, &name);
	size_t i = 0;
	while (i < countof(names) && !str_eq(name, str_of(names[i])))
		i++;
	if (i == countof(names))
		is_wrong(r, "there is no such framing");
	answer->framing = (enum http_case_framing)i;
	answer->claims = str_next_word(&args, &claim);
	answer->claim = answer->claims ? number_of(r, claim) : 0;
}

static void read_cut(struct reader *r, struct str args)
{
	struct http_case_answer *answer = last(r);
	struct str word;
	answer->cut_each = str_eq(args, STR("each"));
	while (!answer->cut_each && str_next_word(&args, &word)) {
		if (answer->cuts_len == HTTP_CASE_CUTS_MAX)
			is_wrong(r, "too many cuts");
		answer->cuts[answer->cuts_len++] = number_of(r, word);
	}
}

static void read_pause(struct reader *r, struct str args)
{
	last(r)->pause_ms = (unsigned)number_of(r, args);
}

static void stop(struct reader *r, enum http_case_stop how, struct str at)
{
	struct http_case_answer *answer = last(r);
	answer->stop = how;
	answer->stop_at_head = str_eq(at, STR("head"));
	if (at.len && !answer->stop_at_head)
		answer->stop_at = number_of(r, at);
}

static void read_stall(struct reader *r, struct str args)
{
	stop(r, HTTP_CASE_STALL, args);
}

static void read_close(struct reader *r, struct str args)
{
	stop(r, HTTP_CASE_ABRUPT, args);
}

static void read_reset(struct reader *r, struct str args)
{
	stop(r, HTTP_CASE_RESET, args);
}

static const struct word {
	const char *name;
	void (*read)(struct reader *r, struct str args);
} words[] = {
	{"answer", read_answer}, {"when", read_when},   {"header", read_header}, {"framing", read_framing},
	{"body", read_body},     {"bytes", read_bytes}, {"repeat", read_repeat}, {"cut", read_cut},
	{"pause", read_pause},   {"stall", read_stall}, {"close", read_close},   {"reset", read_reset},
};

static void read_line(struct reader *r)
{
	struct str args = r->line, name;
	if (!str_next_word(&args, &name) || name.ptr[0] == '#')
		return;
	size_t i = 0;
	while (i < countof(words) && !str_eq(name, str_of(words[i].name)))
		i++;
	if (i == countof(words))
		is_wrong(r, "there is no such word");
	if (words[i].read != read_answer)
		last(r);
	words[i].read(r, str_from(args, 1));
}

struct http_case http_case_read(const char *text, struct arena *a)
{
	struct reader r = {.arena = a, .rest = str_of(text)};
	r.read.answers = arena_array(a, HTTP_CASE_ANSWERS_MAX, struct http_case_answer);
	buf_init(&r.headers, HEADERS_MAX);
	buf_init(&r.body, HTTP_CASE_BODY_MAX);
	while (str_next_line(&r.rest, &r.line)) {
		r.number++;
		read_line(&r);
	}
	end_answer(&r);
	last(&r);
	buf_release(&r.headers);
	buf_release(&r.body);
	return r.read;
}
