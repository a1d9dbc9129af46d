#include "harness/testreport.h"

#include "core/mem.h"
#include "harness/testreport_formats.h"

const char *test_verdict_name(enum test_verdict verdict)
{
	static const char *const names[] = {
		[TEST_PASSED] = "passed",
		[TEST_SKIPPED] = "skipped",
		[TEST_FAILED] = "failed",
	};
	return names[verdict];
}

enum { NAME_BYTES = 200, MESSAGE_BYTES = 1000 };

const struct testreport_format *testreport_find(const char *name)
{
	for (size_t i = 0; i < testreport_formats_len; i++) {
		if (strcmp(testreport_formats[i].name, name) == 0)
			return &testreport_formats[i];
	}
	return NULL;
}

const char *testreport_names(size_t index)
{
	return index < testreport_formats_len ? testreport_formats[index].name : NULL;
}

int testreport_pattern(struct arena *a, const char *pass, const char *fail, const char *skip,
		       const struct testreport_format **out, struct err *err)
{
	struct testreport_format *format = arena_new(a, struct testreport_format);
	format->name = "patterns";
	format->line = testreport_pattern_line;
	format->open_ended = true;
	const char *sources[] = {[TEST_PASSED] = pass, [TEST_SKIPPED] = skip, [TEST_FAILED] = fail};
	for (size_t i = 0; i < countof(sources); i++) {
		if (sources[i] && pattern_compile(a, sources[i], &format->patterns[i], err) < 0)
			return -1;
	}
	*out = format;
	return 0;
}

/* ---- text from the guest */

/* The length of the character at the front, or 0 if it is not UTF-8 or not for printing. */
static size_t printable(struct str s)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)s.ptr[0];
	size_t len = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF8 ? 4 : 0;
	if (len == 0 || len > s.len)
		return 0;
	uint32_t c = len == 1 ? lead : lead & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++) {
		unsigned char next = (unsigned char)s.ptr[i];
		if ((next & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (next & 0x3F);
	}
	bool surrogate = c >= 0xD800 && c <= 0xDFFF;
	bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
	return c < smallest[len] || c > 0x10FFFF || surrogate || control ? 0 : len;
}

/* At most `max` bytes; control characters become blanks, and what is no text "?". */
static const char *clean(struct arena *a, struct str text, size_t max)
{
	char *copy = arena_alloc(a, min_size(text.len, max) + 1, 1);
	size_t at = 0;
	while (text.len && at < max) {
		size_t len = printable(text);
		unsigned char byte = (unsigned char)text.ptr[0];
		if (len > max - at)
			break;
		if (len)
			memcpy(copy + at, text.ptr, len);
		else
			copy[at] = byte < 0x20 || byte == 0x7F ? ' ' : '?';
		at += at == 0 && copy[0] == ' ' ? 0 : max_size(len, 1); /* without blanks in front */
		text = str_from(text, max_size(len, 1));
	}
	while (at && copy[at - 1] == ' ')
		at--;
	copy[at] = '\0';
	return copy;
}

/* How many bytes at the front are a terminal's escape sequence. */
static size_t escape_len(struct str s)
{
	size_t i = 2;
	if (s.len < 2)
		return s.len;
	if (s.ptr[1] == '[') {
		while (i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] < 0x40)
			i++;
		return min_size(i + 1, s.len);
	}
	if (s.ptr[1] == ']') { /* a title or a link, up to BEL or ESC \ */
		while (i < s.len && s.ptr[i] != '\a' && s.ptr[i] != '\033')
			i++;
		return min_size(i + (i < s.len && s.ptr[i] == '\033' ? 2 : 1), s.len);
	}
	for (i = 1; i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] < 0x30;)
		i++;
	return min_size(i + 1, s.len);
}

/* The line without escape sequences, as far as it fits. */
static struct str plain(struct str line, char to[static TESTREPORT_LINE_BYTES])
{
	size_t len = 0;
	while (line.len && len < TESTREPORT_LINE_BYTES) {
		size_t escape = line.ptr[0] == '\033' ? escape_len(line) : 0;
		if (!escape)
			to[len++] = line.ptr[0] ? line.ptr[0] : ' ';
		line = str_from(line, max_size(escape, 1));
	}
	return (struct str){to, len};
}

/* ---- what formats say */

static void close_message(struct testreader *r)
{
	if (r->entries.len == 0)
		return;
	struct test_line *test = &r->entries.items[r->entries.len - 1].test;
	if (!test->message)
		test->message = clean(r->arena, buf_str(&r->message), MESSAGE_BYTES);
}

static struct report_entry *add(struct testreader *r, struct str name, enum test_verdict verdict,
				struct str message)
{
	close_message(r);
	/* Verdicts that lists repeat take room beside the first ones. */
	if (r->entries.len / 2 >= r->max_tests) {
		r->too_many = true;
		return NULL;
	}
	const char *copy = clean(r->arena, name, NAME_BYTES);
	struct report_entry *entry = vec_push(&r->entries);
	*entry = (struct report_entry){.test = {.name = copy[0] ? copy : "?", .verdict = verdict}};
	buf_clear(&r->message);
	buf_append_str(&r->message, message);
	return entry;
}

void testreader_add(struct testreader *r, struct str name, enum test_verdict verdict, struct str message)
{
	add(r, name, verdict, message);
}

void testreader_add_numbered(struct testreader *r, uint64_t number, struct str name, enum test_verdict verdict,
			     struct str message)
{
	struct report_entry *entry = add(r, name, verdict, message);
	if (entry)
		entry->number = number;
}

void testreader_add_again(struct testreader *r, struct str name, enum test_verdict verdict)
{
	struct report_entry *entry = add(r, name, verdict, (struct str){0});
	if (entry)
		entry->again = true;
}

void testreader_explain(struct testreader *r, struct str text)
{
	text = str_trim(text);
	if (!text.len)
		return;
	if (r->message.len)
		buf_append_cstr(&r->message, "; ");
	buf_append_str(&r->message, text);
}

static uint64_t add_capped(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void testreader_declare(struct testreader *r, uint64_t tests, uint64_t failed)
{
	r->declared = add_capped(r->declared, tests);
	r->declared_failed = add_capped(r->declared_failed, failed);
}

/* ---- one verdict for each test */

struct order {
	struct report_entry **items;
	size_t len;
};

/* Entries of one test lie next to each other in the order, oldest first. */
static int by_number(const void *a, const void *b)
{
	const struct report_entry *x = *(struct report_entry *const *)a, *y = *(struct report_entry *const *)b;
	return x->number != y->number ? (x->number > y->number) - (x->number < y->number) : (x > y) - (x < y);
}

static int by_name(const void *a, const void *b)
{
	const struct report_entry *x = *(struct report_entry *const *)a, *y = *(struct report_entry *const *)b;
	int order = strcmp(x->test.name, y->test.name);
	return order ? order : (x > y) - (x < y);
}

static void sort(struct testreader *r, struct order *o, int (*compare)(const void *, const void *))
{
	o->len = 0;
	for (size_t i = 0; i < r->entries.len; i++) {
		if (!r->entries.items[i].dropped)
			o->items[o->len++] = &r->entries.items[i];
	}
	if (o->len)
		qsort(o->items, o->len, sizeof(struct report_entry *), compare);
}

static struct report_entry *worst_of(const struct order *o, size_t from, size_t to)
{
	struct report_entry *worst = o->items[from];
	for (size_t i = from; i < to; i++) {
		if (o->items[i]->test.verdict > worst->test.verdict)
			worst = o->items[i];
	}
	return worst;
}

static void worsen(struct report_entry *entry, const struct report_entry *worst)
{
	if (entry->test.verdict == worst->test.verdict)
		return;
	entry->test.verdict = worst->test.verdict;
	entry->test.message = worst->test.message;
}

/* A number that comes twice is one test. A plan is kept if its numbers came, and no others. */
static void merge_numbers(struct testreader *r, struct order *o)
{
	sort(r, o, by_number);
	uint64_t tests = 0;
	for (size_t i = 0, end; i < o->len; i = end) {
		struct report_entry *first = o->items[i];
		for (end = i + 1; end < o->len && o->items[end]->number == first->number; end++)
			o->items[end]->dropped = true;
		worsen(first, worst_of(o, i, end));
		r->complete = r->complete && first->number >= 1 && first->number <= r->declared;
		tests++;
	}
	r->complete = r->complete && tests == r->declared;
}

/* One name, one verdict; what only a list names becomes a test. */
static void merge_names(struct testreader *r, struct order *o)
{
	sort(r, o, by_name);
	for (size_t i = 0, end; i < o->len; i = end) {
		const char *name = o->items[i]->test.name;
		bool seen = false;
		for (end = i; end < o->len && strcmp(o->items[end]->test.name, name) == 0; end++)
			seen |= !o->items[end]->again;
		const struct report_entry *worst = worst_of(o, i, end);
		for (size_t k = i; k < end; k++) {
			o->items[k]->dropped = seen && o->items[k]->again;
			worsen(o->items[k], worst);
		}
	}
}

static bool name_is_taken(const struct order *o, const char *name)
{
	size_t low = 0, high = o->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(o->items[middle]->test.name, name);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* New names are kept apart until all are found, because the order is by the old ones. */
static void number_names(struct testreader *r, struct order *o, const char **names)
{
	sort(r, o, by_name);
	size_t number = 1;
	for (size_t i = 0; i < o->len; i++) {
		const char *name = o->items[i]->test.name;
		names[i] = name;
		if (i == 0 || strcmp(o->items[i - 1]->test.name, name) != 0) {
			number = 1;
			continue;
		}
		do
			names[i] = arena_printf(r->arena, "%s#%zu", name, ++number);
		while (name_is_taken(o, names[i]));
	}
	for (size_t i = 0; i < o->len; i++)
		o->items[i]->test.name = names[i];
}

static size_t count_failed(const struct testreader *r)
{
	size_t first = 0, again = 0;
	for (size_t i = 0; i < r->entries.len; i++) {
		const struct report_entry *entry = &r->entries.items[i];
		bool failed = entry->test.verdict == TEST_FAILED && !entry->dropped;
		first += failed && !entry->again;
		again += failed && entry->again;
	}
	return max_size(first, again);
}

static void settle(struct testreader *r, struct testreport *ret)
{
	SCOPED_MEM struct report_entry **items = mem_zalloc(r->entries.len, sizeof(*items));
	SCOPED_MEM const char **names = mem_zalloc(r->entries.len, sizeof(*names));
	struct order o = {.items = items};
	if (r->format->numbered)
		merge_numbers(r, &o);
	/* Counted before one failure is spread over all tests of its name. */
	uint64_t named_failed = count_failed(r);
	if (!r->format->numbered)
		merge_names(r, &o);
	number_names(r, &o, names);
	ret->tests = arena_array(r->arena, o.len, struct test_line);
	ret->len = 0;
	for (size_t i = 0; i < r->entries.len; i++) {
		if (!r->entries.items[i].dropped)
			ret->tests[ret->len++] = r->entries.items[i].test;
	}
	uint64_t unnamed = r->declared_failed > named_failed ? r->declared_failed - named_failed : 0;
	ret->unnamed_failed = (size_t)add_capped(unnamed, r->bailed_out);
	ret->declared = (size_t)r->declared;
	ret->complete = r->complete;
	ret->unended = r->unended;
}

/* A few seconds. */
enum { PATTERN_STEPS_MAX = 300000000 };

int testreport_read(const struct testreport_format *format, struct str output, size_t max_tests,
		    struct arena *a, struct testreport *ret, struct err *err)
{
	struct testreader r = {
		.format = format, .arena = a, .max_tests = max_tests, .steps_left = PATTERN_STEPS_MAX, .complete = format->open_ended};
	char line[TESTREPORT_LINE_BYTES];
	struct str raw;
	struct testreport report = {0};
	buf_init(&r.message, MESSAGE_BYTES);
	r.state = mem_zalloc(1, format->state_bytes);
	while (!r.too_many && r.steps_left && str_next_line(&output, &raw))
		format->line(&r, plain(raw, line));
	if (format->end)
		format->end(&r);
	close_message(&r);
	if (!r.too_many)
		settle(&r, &report);
	buf_release(&r.message);
	vec_release(&r.entries);
	free(r.state);
	if (!r.steps_left)
		return err_set(err, ERR_LIMIT, "its patterns take too long on so much output");
	if (r.too_many || report.len > max_tests)
		return err_set(err, ERR_LIMIT, "the test program names more than %zu tests", max_tests);
	*ret = report;
	return 0;
}
