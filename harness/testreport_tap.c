#include "harness/testreport_formats.h"
#include "harness/testreport_scan.h"

/* "# SKIP why" and the like at the end of a description. A # may be escaped. */
static struct str cut_directive(struct str *description, bool *ret_skip, bool *ret_todo)
{
	struct str s = *description;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\\') {
			i++;
			continue;
		}
		if (s.ptr[i] != '#' || (i > 0 && !is_blank(s.ptr[i - 1])))
			continue;
		struct str rest = str_trim(str_from(s, i + 1));
		*ret_skip = cut_word(&rest, STR("skip"));
		*ret_todo = !*ret_skip && cut_word(&rest, STR("todo")) && (!rest.len || is_blank(rest.ptr[0]));
		if (!*ret_skip && !*ret_todo)
			continue;
		*description = str_first(s, i);
		while (rest.len && !is_blank(rest.ptr[0])) /* "skipped:" */
			rest = str_from(rest, 1);
		return str_trim(rest);
	}
	return (struct str){0};
}

static size_t unescape(struct str s, char to[static TESTREPORT_LINE_BYTES])
{
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '\\' && i + 1 < s.len && (s.ptr[i + 1] == '#' || s.ptr[i + 1] == '\\'))
			i++;
		to[len++] = s.ptr[i];
	}
	return len;
}

static void tap_test(struct testreader *r, struct tap *tap, bool failed, struct str rest)
{
	uint64_t given;
	struct str after = str_trim(rest);
	if (cut_number(&after, &given) && (!after.len || is_blank(after.ptr[0]))) {
		rest = after;
		tap->number = given;
	} else if (tap->number < UINT64_MAX) {
		tap->number++;
	}
	bool skip = false, todo = false;
	rest = str_trim(rest);
	struct str why = cut_directive(&rest, &skip, &todo);
	rest = str_trim(rest);
	if (str_eq(rest, STR("-")) || str_starts(rest, STR("- ")))
		rest = str_trim(str_from(rest, 1));
	char name[TESTREPORT_LINE_BYTES];
	size_t len = unescape(rest, name);
	if (!len)
		len = (size_t)snprintf(name, sizeof(name), "test %llu", (unsigned long long)tap->number);
	/* What is still to be done may fail; what is skipped may not. */
	enum test_verdict verdict = skip ? TEST_SKIPPED : TEST_PASSED;
	if (failed)
		verdict = todo ? TEST_SKIPPED : TEST_FAILED;
	testreader_add_numbered(r, tap->number, (struct str){name, len}, verdict, why);
	tap->explaining = verdict == TEST_FAILED;
}

void testreport_tap_line(struct testreader *r, struct str line)
{
	struct tap *tap = r->state;
	uint64_t numbers[4];
	if (line.len && is_blank(line.ptr[0])) {
		struct str inner = str_trim(line);
		bool ends = str_eq(inner, STR("..."));
		if (tap->in_yaml && !ends)
			testreader_explain(r, inner);
		/* Otherwise a subtest's line: its parent's says how it ended. */
		tap->in_yaml = !ends && (tap->in_yaml || (tap->explaining && str_eq(inner, STR("---"))));
		return;
	}
	tap->in_yaml = false;
	if (cut(&line, STR("#"))) {
		if (tap->explaining)
			testreader_explain(r, line);
	} else if (cut_word(&line, STR("bail out!"))) {
		r->bailed_out = true;
	} else if (cut_shape(&line, "1..#", numbers) && (!line.len || is_blank(line.ptr[0]))) {
		tap->plans++;
		tap->explaining = false;
		testreader_declare(r, numbers[0], 0);
	} else {
		bool failed = cut(&line, STR("not "));
		if (cut(&line, STR("ok")) && (!line.len || is_blank(line.ptr[0])))
			tap_test(r, tap, failed, line);
	}
}

void testreport_tap_end(struct testreader *r)
{
	const struct tap *tap = r->state;
	r->complete = tap->plans == 1 && !r->bailed_out;
}
