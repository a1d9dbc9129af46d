/*
 * A model's stream on its way in: taken apart as events and as lines, and with
 * secrets taken out, beside what is done next in any case, jansson's reading of
 * the JSON in it. Pieces are as large as curl hands them over.
 */

#include "core/clock.h"
#include "core/json.h"
#include "core/prng.h"
#include "core/scrub.h"
#include "core/sse.h"

enum { ROUNDS = 11, STREAM_BYTES = 16 << 20, PIECE = 16 << 10, EVENT_MAX = 1 << 20 };

/* The same payloads as events and as lines. */
struct streams {
	struct buf events, lines;
	size_t payload_bytes;
};

static const char *const words[] = {"static ", "int ", "size_t len", " = ", "return ", "(const char *s)", ";\\n", "\\t",
				    "if (", "!= NULL)", " {\\n", "}\\n\\n", "\\\"%s\\\\n\\\"", "\\u00e4",
				    "memcpy(out, in, n)"};

static void add_delta(struct streams *s, struct prng *p)
{
	char json[400];
	int len = snprintf(json, sizeof(json),
			   "{\"type\":\"content_block_delta\",\"index\":0,"
			   "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s%s%s\"}}",
			   words[prng_below(p, countof(words))], words[prng_below(p, countof(words))],
			   words[prng_below(p, countof(words))]);
	buf_printf(&s->events, "event: content_block_delta\ndata: %s\n\n", json);
	buf_printf(&s->lines, "%s\n", json);
	s->payload_bytes += (size_t)len;
}

static int count(void *data, struct str event, struct str text)
{
	(void)event;
	*(size_t *)data += text.len;
	return 0;
}

static void must(bool is)
{
	if (!is) {
		fputs("bench: the stream was misread\n", stderr);
		exit(1);
	}
}

static uint64_t read_stream(const struct streams *streams, enum sse_framing framing)
{
	struct sse s;
	struct str rest = buf_str(framing == SSE_EVENTS ? &streams->events : &streams->lines);
	size_t bytes = 0;
	bool cut = false;
	sse_init(&s, framing, EVENT_MAX);
	s.notify = count;
	s.data = &bytes;
	uint64_t start = clock_monotonic_ns();
	for (; rest.len; rest = str_from(rest, PIECE))
		must(sse_feed(&s, str_first(rest, PIECE), NULL) == 0);
	must(sse_finish(&s, &cut, NULL) == 0 && !cut && bytes == streams->payload_bytes);
	uint64_t ns = clock_monotonic_ns() - start;
	sse_release(&s);
	return ns;
}

static uint64_t take_out_secrets(const struct streams *streams)
{
	const char *list[] = {"sk-ant-api03-0123456789abcdef", "content_block_delta_of_nobody"};
	struct secrets secrets = {{list, countof(list)}};
	struct scrubber s;
	struct str rest = buf_str(&streams->events);
	SCOPED_BUF struct buf out;
	size_t bytes = 0;
	buf_init(&out, 2 * PIECE);
	scrubber_init(&s, &secrets);
	uint64_t start = clock_monotonic_ns();
	for (; rest.len; rest = str_from(rest, PIECE)) {
		buf_clear(&out);
		scrubber_feed(&s, str_first(rest, PIECE), rest.len <= PIECE, &out);
		bytes += out.len;
	}
	uint64_t ns = clock_monotonic_ns() - start;
	must(bytes == streams->events.len);
	scrubber_release(&s);
	return ns;
}

static uint64_t read_json(const struct streams *streams)
{
	struct str rest = buf_str(&streams->lines), line;
	uint64_t start = clock_monotonic_ns();
	while (str_next_line(&rest, &line)) {
		SCOPED_JSON json_t *json = json_loadb(line.ptr, line.len, 0, NULL);
		must(json != NULL);
	}
	return clock_monotonic_ns() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double values[ROUNDS])
{
	qsort(values, ROUNDS, sizeof(*values), by_value);
	return values[ROUNDS / 2];
}

static void row(const char *what, size_t bytes, double ns, size_t json_bytes, double json_ns, const char *goal)
{
	printf("%s\t%.0f MB/s\tJSON %.0f MB/s\t%.3f\t%s\n", what, (double)bytes * 1e3 / ns,
	       (double)json_bytes * 1e3 / json_ns, ns / json_ns, goal);
}

int main(void)
{
	struct streams s = {0};
	struct prng p = {1};
	double events[ROUNDS], lines[ROUNDS], secrets[ROUNDS], json[ROUNDS];
	buf_init(&s.events, 2 * STREAM_BYTES);
	buf_init(&s.lines, 2 * STREAM_BYTES);
	while (s.events.len < STREAM_BYTES)
		add_delta(&s, &p);
	for (size_t i = 0; i < ROUNDS; i++) {
		events[i] = (double)read_stream(&s, SSE_EVENTS);
		lines[i] = (double)read_stream(&s, SSE_LINES);
		secrets[i] = (double)take_out_secrets(&s);
		json[i] = (double)read_json(&s);
	}
	double json_ns = median(json);
	row("a stream of events, taken apart", s.events.len, median(events), s.payload_bytes, json_ns, "0.1");
	row("a stream of lines, taken apart", s.lines.len, median(lines), s.payload_bytes, json_ns, "0.1");
	row("secrets taken out of a stream", s.events.len, median(secrets), s.payload_bytes, json_ns, "0.2");
	buf_release(&s.events);
	buf_release(&s.lines);
	return 0;
}
