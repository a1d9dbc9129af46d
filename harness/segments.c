#include "harness/segments.h"

#include "core/mem.h"

enum { TESTS_MAX = 100000 };

struct finder {
	const struct trace *trace;
	const struct testreport_format *format;
	size_t *begins; /* for each number of tests reported, the first event with at least so many */
	size_t tests;
	struct err *err;
};

/* How many tests had been reported when the event happened. */
static int reported(struct finder *f, size_t event, size_t *ret)
{
	const struct trace_event *e = &f->trace->events[event];
	struct testreport report = {0};
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_BUF struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	buf_append_str(&text, str_first(f->trace->out, e->out_len));
	buf_append_char(&text, '\n');
	buf_append_str(&text, str_first(f->trace->err, e->err_len));
	if (testreport_read(f->format, buf_str(&text), TESTS_MAX, &scratch, &report, f->err) < 0)
		return -1;
	/* One that has only begun is what goes on. */
	*ret = min_size(report.len - report.unended, f->tests);
	return 0;
}

static bool same_output(const struct finder *f, size_t a, size_t b)
{
	const struct trace_event *x = &f->trace->events[a], *y = &f->trace->events[b];
	return x->out_len == y->out_len && x->err_len == y->err_len;
}

/* Between two events whose numbers are known, finds where the number rises: a report is read for each rise and not
 * for each event. */
static int divide(struct finder *f, size_t low, size_t low_count, size_t high, size_t high_count)
{
	if (low_count >= high_count)
		return 0;
	size_t middle = low + (high - low) / 2, count;
	if (middle == low || same_output(f, low, high)) {
		for (size_t n = low_count + 1; n <= high_count; n++)
			f->begins[n] = high;
		return 0;
	}
	if (reported(f, middle, &count) < 0 || divide(f, low, low_count, middle, count) < 0)
		return -1;
	return divide(f, middle, max_size(count, low_count), high, high_count);
}

static int find_begins(struct finder *f)
{
	size_t last = f->trace->events_len - 1, first_count, last_count;
	if (reported(f, 0, &first_count) < 0 || reported(f, last, &last_count) < 0)
		return -1;
	for (size_t n = 0; n <= first_count; n++)
		f->begins[n] = 0;
	for (size_t n = max_size(first_count, last_count) + 1; n <= f->tests; n++)
		f->begins[n] = f->trace->events_len;
	return divide(f, 0, first_count, last, last_count);
}

int segments_find(const struct trace *trace, const struct testreport_format *format, size_t tests, struct arena *a,
		  struct segments *ret, struct err *err)
{
	size_t parts = (format ? tests : 1) + 1, events = trace->events_len;
	struct finder f = {trace, format, arena_array(a, parts + 1, size_t), parts - 1, err};
	struct segments s = {arena_array(a, parts, struct trace_range), parts, false};
	for (size_t i = 0; i <= parts; i++)
		f.begins[i] = i ? events : 0;
	if (format && events && find_begins(&f) < 0)
		return -1;
	f.begins[parts] = events;
	f.begins[0] = 0;
	for (size_t i = 0; i < parts; i++)
		s.ranges[i] = (struct trace_range){f.begins[i], f.begins[i + 1]};
	s.whole = parts > 2 && events && s.ranges[0].to == events;
	*ret = s;
	return 0;
}

size_t segments_reached(const struct test_line *tests, size_t len, const struct test_line *others, size_t others_len)
{
	for (size_t i = 0; len && i < others_len; i++) {
		if (strcmp(others[i].name, tests[len - 1].name) == 0)
			return i + 1;
	}
	/* A name that says something else each time. */
	return min_size(len, others_len);
}
