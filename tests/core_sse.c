#include "core/sse.h"

#include "core/arena.h"
#include "core/prng.h"
#include "tests/tap.h"

static struct arena arena;

/* Events as one text: "[name|data]" each. */
struct record {
	struct buf text;
	size_t stop_after; /* so many events; 0: never */
	size_t events;
};

static int keep(void *data, struct str event, struct str text)
{
	struct record *r = data;
	buf_printf(&r->text, "[%.*s|", STR_ARG(event));
	buf_append_str(&r->text, text);
	buf_append_char(&r->text, ']');
	return ++r->events == r->stop_after ? -1 : 0;
}

/* One stream, cut at `cut`, or byte by byte if that is SIZE_MAX; what came of it at the end. */
static const char *read_cut(enum sse_framing framing, size_t max, struct str stream, size_t cut)
{
	struct record r = {0};
	struct sse s;
	struct err err = {0};
	bool ended = false;
	int result = 0;
	buf_init(&r.text, 1 << 20);
	sse_init(&s, framing, max);
	s.notify = keep;
	s.data = &r;
	for (size_t i = 0; cut == SIZE_MAX && result == 0 && i < stream.len; i++)
		result = sse_feed(&s, str_first(str_from(stream, i), 1), &err);
	if (cut != SIZE_MAX) {
		result = sse_feed(&s, str_first(stream, cut), &err);
		result = result ? result : sse_feed(&s, str_from(stream, cut), &err);
	}
	if (result == 0)
		result = sse_finish(&s, &ended, &err);
	buf_printf(&r.text, "%s%s", ended ? " cut" : "", result ? err.text : "");
	const char *text = arena_str(&arena, buf_str(&r.text));
	buf_release(&r.text);
	sse_release(&s);
	return text;
}

/* The same whatever the cut. */
static const char *read(enum sse_framing framing, size_t max, struct str stream)
{
	const char *whole = read_cut(framing, max, stream, 0);
	size_t different = 0;
	for (size_t cut = 1; cut <= stream.len; cut++)
		different += strcmp(read_cut(framing, max, stream, cut), whole) != 0;
	different += strcmp(read_cut(framing, max, stream, SIZE_MAX), whole) != 0;
	is_int(different, 0);
	return whole;
}

#define MARK "\xEF\xBB\xBF"

static void reads_events_as_browsers_do(void)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"data: a\n\n", "[|a]"},
		{"data:a\n\n", "[|a]"},
		{"data:  a \n\n", "[| a ]"},
		{"event: x\ndata: a\n\ndata: b\n\n", "[x|a][|b]"},
		{"data: a\nevent: x\n\n", "[x|a]"},
		{"event: x\nevent: y\ndata: a\n\n", "[y|a]"},
		{"event: x\nevent\ndata: a\n\n", "[|a]"},
		{"event: x\n\ndata: a\n\n", "[|a]"},
		{"data: a\ndata: b\ndata:c\n\n", "[|a\nb\nc]"},
		{"data\n\n", "[|]"},
		{"data\ndata\n\n", "[|\n]"},
		{"data:\ndata: a\n\n", "[|\na]"},
		{"data: a\n\n\n\ndata: b\n\n", "[|a][|b]"},
		{"\n\n\n", ""},
		{": ping\n\n: x\ndata: a\n:\n\n", "[|a]"},
		{"id: 1\nretry: 5\nother: x\n: y\ndata: a\n\n", "[|a]"},
		{"dat: x\ndata : x\n data: x\nDATA: x\n\n", ""},
		{"data: a: b\n\n", "[|a: b]"},
		{"data: a\r\n\r\ndata: b\r\n\r\n", "[|a][|b]"},
		{"data: a\r\rdata: b\r\r", "[|a][|b]"},
		{"data: a\r\ndata: b\rdata: c\n\r\n", "[|a\nb\nc]"},
		{"data: a\n\r\n\r", "[|a]"},
		{"\r\n\r\ndata: a\r\n\n", "[|a]"},
		{MARK "data: a\n\n", "[|a]"},
		{MARK MARK "data: a\n\n", ""},
		{"\n" MARK "data: a\n\n", ""},
		{MARK "\ndata: a\n\n", "[|a]"},
		{"data: \xFF\xC3(\xED\xA0\x80\n\n", "[|\xFF\xC3(\xED\xA0\x80]"},
		{"event: a\xFF\ndata: \n\n", "[a\xFF|]"},
		{"data: a\n", " cut"},
		{"data: a", " cut"},
		{"data: a\n\ndat", "[|a] cut"},
		{"event: x\n", " cut"},
		{"data: a\n\n: pin", "[|a]"},
		{"data: a\n\nid: 1\n", "[|a]"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(read(SSE_EVENTS, 100, str_of(cases[i][0])), cases[i][1]);
	ok(strcmp(read(SSE_EVENTS, 100, STR("data: a\0b\n\n")), "[|a") == 0);
}

static void reads_lines(void)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"{\"a\":1}\n{\"b\":2}\n", "[|{\"a\":1}][|{\"b\":2}]"},
		{"{}\r\n\r\n\n{}\r\n", "[|{}][|{}]"},
		{"{}", "[|{}]"},
		{"{}\r", "[|{}]"},
		{"\r", ""},
		{"{\r}\n", "[|{\r}]"},
		{MARK "{}\n" MARK "{}", "[|{}][|" MARK "{}]"},
		{MARK "{}", "[|{}]"},
		{": x\ndata: y\n", "[|: x][|data: y]"},
		{"  \n", "[|  ]"},
	};
	for (size_t i = 0; i < countof(cases); i++)
		is_str(read(SSE_LINES, 100, str_of(cases[i][0])), cases[i][1]);
}

static void has_limits(void)
{
	const char *line = "a line of the stream is larger than its limit of 10 bytes";
	const char *event = "[|a]an event of the stream is larger than its limit of 10 bytes";
	is_str(read(SSE_EVENTS, 10, STR("data: abcd\n\n")), "[|abcd]");
	is_str(read(SSE_EVENTS, 10, STR("data: abcde\n\n")), line);
	is_str(read(SSE_EVENTS, 10, STR(":2345678901")), line);
	is_str(read(SSE_EVENTS, 10, STR("data:abcde\ndata:fghi\n\n")), "[|abcde\nfghi]");
	is_str(read(SSE_EVENTS, 10, STR("data:a\n\ndata:abcde\ndata:fghij\n\n")), event);
	is_str(read(SSE_LINES, 10, STR("1234567890\n1234567890")), "[|1234567890][|1234567890]");
	is_str(read(SSE_LINES, 10, STR("12345678901\n")), line);
	is_str(read(SSE_LINES, 10, STR("1234567890\r\n")), line);
	is_str(read(SSE_LINES, 10, STR("12345678901")), line);
}

static void stops(void)
{
	static const char *const streams[] = {"data: a\n\ndata: b\n\ndata: c\n\n", "a\nb\nc\n", "a\nb"};
	for (size_t i = 0; i < countof(streams); i++) {
		struct record r = {.stop_after = 2};
		struct sse s;
		struct err err = {0};
		bool cut = true;
		buf_init(&r.text, 1000);
		sse_init(&s, i ? SSE_LINES : SSE_EVENTS, 100);
		s.notify = keep;
		s.data = &r;
		int result = sse_feed(&s, str_of(streams[i]), &err);
		if (i == 2)
			result = sse_finish(&s, &cut, &err);
		is_int(result, -1);
		is_int(err.kind, ERR_CANCELLED);
		is_str(r.text.ptr, "[|a][|b]");
		ok(cut);
		buf_release(&r.text);
		sse_release(&s);
		sse_release(&s);
	}
}

/* Streams of whatever lines, cut at every place, and in pieces of random length. */
static void cuts_make_no_difference(void)
{
	static const char *const parts[] = {"data: a", "data", "event: x", ":",  "data: bcdefgh", "i",
					    "\n",      "\r\n", "\r",       "\n\n", "\n",            MARK};
	struct prng p = {3};
	SCOPED_BUF struct buf stream;
	buf_init(&stream, 1000);
	for (int round = 0; round < 300; round++) {
		buf_clear(&stream);
		for (uint64_t n = prng_below(&p, 30); n; n--)
			buf_append_cstr(&stream, parts[prng_below(&p, countof(parts))]);
		read(round % 4 ? SSE_EVENTS : SSE_LINES, round % 3 ? 100 : 12, buf_str(&stream));
	}
}

int main(void)
{
	tap_run("reads events as browsers do", reads_events_as_browsers_do);
	tap_run("reads lines", reads_lines);
	tap_run("has limits", has_limits);
	tap_run("stops", stops);
	tap_run("cuts make no difference", cuts_make_no_difference);
	arena_release(&arena);
	return tap_done();
}
