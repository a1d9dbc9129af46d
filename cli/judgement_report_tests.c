#include "cli/failed_tests.h"
#include "cli/judgement_report_parts.h"

enum { DIVERGENCES_SHOWN = 2, TESTS_SHOWN = 2, UNSTABLE_SHOWN = 10, WHAT_COLUMNS = 16 };

/* ---- differences */

static const char *test_of(struct report *r, const json_t *row, const char *key)
{
	const char *program = json_text_of(row, "program"), *name = json_text_of(row, key);
	return arena_printf(&r->arena, "%s%s%s%s", program, name[0] ? ": " : "", name,
			    json_is(row, "sealed") ? " (sealed)" : "");
}

/* Where both texts are shown from, so that their first difference is in sight. */
static size_t window_of(const char *a, const char *b, size_t room)
{
	enum { BEFORE = 16 };
	size_t same = 0;
	while (a[same] && a[same] == b[same])
		same++;
	size_t from = max_size(strlen(a), strlen(b)) > room && same + BEFORE > room ? same - min_size(same, BEFORE) : 0;
	while (from && ((unsigned char)a[from] & 0xC0) == 0x80)
		from--;
	return from;
}

static void print_answer(const struct report *r, const char *label, const char *text, size_t from, size_t at)
{
	printf("%-8s  %s", label, from ? "…" : "");
	terminal_print_lines(stdout, text + from, at + (from > 0), at, report_lines(r, 1));
	putchar('\n');
}

void report_answers(const struct report *r, const json_t *d)
{
	const char *expected = json_text_of(d, "expected"), *got = json_text_of(d, "got"),
		   *what = json_text_of(d, "what");
	size_t columns = min_size(terminal_columns(what), WHAT_COLUMNS), at = INDENT + 2 + columns + 2 + 10;
	size_t width = terminal_width(), from = r->all ? 0 : window_of(expected, got, width > at ? width - at : 1);
	printf("%*s", INDENT + 2, "");
	terminal_print_padded(stdout, what, columns);
	fputs("  ", stdout);
	print_answer(r, "expected", expected, from, at);
	printf("%*s", INDENT + 2 + (int)columns + 2, "");
	print_answer(r, "got", got, from, at);
}

static void print_divergence(struct report *r, const json_t *d)
{
	const char *text = arena_printf(&r->arena, "%s%s, call %zu: %s", json_is(d, "tampering") ? "tampering in " : "",
					test_of(r, d, "test"), json_count_of(d, "index"),
					json_text_of(d, "call"));
	const char *ended = json_text_of(d, "ended");
	report_row(r, text);
	if (ended[0])
		report_row(r, arena_printf(&r->arena, "  the program then %s", ended));
	report_answers(r, d);
}

/* Tampering first. */
static void print_divergences(struct report *r, size_t left)
{
	const json_t *rows = json_object_get(json_object_get(r->value, "trace"), "divergences");
	for (int tampering = 1; tampering >= 0; tampering--) {
		for (size_t i = 0; i < json_array_size(rows) && left; i++) {
			const json_t *d = json_array_get(rows, i);
			if (json_is(d, "tampering") != (tampering == 1))
				continue;
			print_divergence(r, d);
			left--;
		}
	}
}

/* ---- tests */

static bool has_divergence(const json_t *rows, const json_t *test)
{
	for (size_t i = 0; i < min_size(json_array_size(rows), REMARKS_MAX); i++) {
		const json_t *d = json_array_get(rows, i);
		if (strcmp(json_text_of(d, "program"), json_text_of(test, "program")) == 0 &&
		    strcmp(json_text_of(d, "test"), json_text_of(test, "name")) == 0)
			return true;
	}
	return false;
}

static bool failed_otherwise(const struct report *r, const json_t *test)
{
	return !json_is(test, "unstable") &&
	       (json_is(test, "unreported") ||
		!has_divergence(json_object_get(json_object_get(r->value, "trace"), "divergences"), test));
}

/* Their number; prints the first ones. */
static size_t print_others(struct report *r, size_t max)
{
	SCOPED_JSON json_t *tests = failed_tests(r->value);
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(tests); i++) {
		const json_t *test = json_array_get(tests, i);
		const char *why = json_text_of(test, "why");
		if (!failed_otherwise(r, test))
			continue;
		if (count++ < max)
			report_row(r, arena_printf(&r->arena, "%s%s%s", test_of(r, test, "name"), why[0] ? "  " : "",
						   why));
	}
	return count;
}

void report_failures(struct report *r)
{
	const json_t *rows = json_object_get(json_object_get(r->value, "trace"), "divergences");
	size_t len = json_array_size(rows), shown = report_rows(r, len, DIVERGENCES_SHOWN);
	size_t others = print_others(r, 0), others_shown = report_rows(r, others, TESTS_SHOWN - shown / 2);
	if (len)
		report_heading("failed, each test with its first answer that is not the original's");
	else if (others)
		report_heading("failed");
	print_divergences(r, shown);
	print_others(r, others_shown);
	report_more(shown + others_shown, len + others);
}

void report_unstable(struct report *r)
{
	const json_t *tests = json_object_get(json_object_get(r->value, "tests"), "tests");
	size_t count = json_count_of(json_object_get(r->value, "tests"), "unstable"), shown = 0;
	SCOPED_BUF struct buf names;
	buf_init(&names, SIZE_MAX / 2);
	for (size_t i = 0; i < json_array_size(tests) && shown < report_rows(r, SIZE_MAX, UNSTABLE_SHOWN); i++) {
		const json_t *test = json_array_get(tests, i);
		const char *why = json_text_of(test, "why");
		if (!json_is(test, "unstable"))
			continue;
		buf_printf(&names, "%s%s", shown++ ? "; " : "", test_of(r, test, "name"));
		if (r->all && why[0])
			buf_printf(&names, ", %s", why);
	}
	if (count || shown)
		report_labelled(r, "unstable",
				arena_printf(&r->arena, "%zu, which do%s not count: %s", max_size(count, shown),
					     max_size(count, shown) == 1 ? "es" : "", names.ptr));
}
