#include "harness/testreport_formats.h"
#include "harness/testreport_scan.h"

/* ---- Unity, and its fixture's verbose lines */

static bool cut_unity_verdict(struct str *s, enum test_verdict *ret)
{
	static const char *const words[] = {
		[TEST_PASSED] = "PASS", [TEST_SKIPPED] = "IGNORE", [TEST_FAILED] = "FAIL"};
	for (size_t i = 0; i < countof(words); i++) {
		struct str rest = *s;
		if (!cut(&rest, str_of(words[i])) || (rest.len && rest.ptr[0] != ':' && !is_blank(rest.ptr[0])))
			continue;
		*s = rest;
		*ret = (enum test_verdict)i;
		return true;
	}
	return false;
}

/* "(3 ms)" and the like at the end differ from run to run. */
static struct str without_time(struct str text, struct str unit)
{
	if (!str_ends(text, unit))
		return text;
	size_t len = text.len;
	while (len && text.ptr[len - 1] != '(')
		len--;
	return len ? str_trim(str_first(text, len - 1)) : text;
}

/* The fixture's verbose lines begin with the name, and leave its place empty:
 * "TEST(group, name)FILE:LINE::FAIL: MESSAGE". */
static struct str unity_name(struct str line, size_t start, size_t end)
{
	if (start == end && str_starts(line, STR("TEST(")))
		return str_first(line, str_index(line, ')') + 1);
	return str_first(str_from(line, start), end - start);
}

/* "FILE:LINE:NAME:VERDICT[: MESSAGE]", where FILE may hold colons itself: the
 * name begins behind the last ":DIGITS:" before the verdict. */
static bool unity_result(struct testreader *r, struct str line)
{
	size_t name_start = 0, part_start = 0;
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] != ':')
			continue;
		struct str rest = str_from(line, i + 1);
		enum test_verdict verdict;
		struct str name = name_start ? unity_name(line, name_start, i) : (struct str){0};
		if (name.len && cut_unity_verdict(&rest, &verdict)) {
			bool has_message = cut(&rest, STR(":"));
			rest = without_time(rest, STR(" ms)"));
			testreader_add(r, name, verdict, has_message ? rest : (struct str){0});
			return true;
		}
		uint64_t number;
		struct str part = str_first(str_from(line, part_start), i - part_start);
		if (part_start && cut_number(&part, &number) && !part.len)
			name_start = i + 1;
		part_start = i + 1;
	}
	return false;
}

/* "TEST(group, name) PASS" and "IGNORE_TEST(group, name)". */
static bool unity_fixture_result(struct testreader *r, struct str line)
{
	struct str name, rest;
	if (str_starts(line, STR("TEST(")) && split(line, STR(") PASS"), &name, &rest)) {
		testreader_add(r, str_first(line, name.len + 1), TEST_PASSED, (struct str){0});
		return true;
	}
	if (cut(&line, STR("IGNORE_")) && str_starts(line, STR("TEST(")) && str_ends(line, STR(")"))) {
		testreader_add(r, line, TEST_SKIPPED, (struct str){0});
		return true;
	}
	return false;
}

struct unity {
	bool in_summary; /* what is missing is the last line, OK or FAIL */
};

static void unity_line(struct testreader *r, struct str line)
{
	struct unity *unity = r->state;
	uint64_t numbers[4];
	struct str word = str_trim(line);
	if (unity_result(r, line) || unity_fixture_result(r, word)) {
		r->complete = false;
	} else if (cut_shape(&line, "# Tests # Failures # Ignored", numbers)) {
		testreader_declare(r, numbers[0], numbers[1]);
		r->complete = false;
		unity->in_summary = true;
	} else if (unity->in_summary &&
		   (str_eq(word, STR("OK")) || str_eq(word, STR("FAIL")) || str_eq(word, STR("FAILED")))) {
		r->complete = true;
		unity->in_summary = false;
	}
}

/* ---- cmocka's standard output */

enum cmocka_mark {
	CMOCKA_RUN,
	CMOCKA_OK,
	CMOCKA_FAILED,
	CMOCKA_SKIPPED,
	CMOCKA_ERROR,
	CMOCKA_LINE,
	CMOCKA_GROUP,
};

static const struct {
	struct str text;
	enum cmocka_mark mark;
} cmocka_marks[] = {
	{{"[ RUN      ] ", 13}, CMOCKA_RUN},     {{"[       OK ] ", 13}, CMOCKA_OK},
	{{"[  FAILED  ] ", 13}, CMOCKA_FAILED},  {{"[  SKIPPED ] ", 13}, CMOCKA_SKIPPED},
	{{"[  ERROR   ] ", 13}, CMOCKA_ERROR},   {{"[   LINE   ] ", 13}, CMOCKA_LINE},
	{{"[==========] ", 13}, CMOCKA_GROUP},
};

struct cmocka {
	const char *running; /* the test that has begun and has no verdict yet; or NULL */
	bool in_list;        /* behind a summary, where verdicts come again */
	char reason[500];    /* what was said about the running test */
	size_t reason_len;
};

/* The mark may stand behind what the test itself printed. */
static bool cmocka_mark(struct str *line, enum cmocka_mark *ret)
{
	for (size_t i = 0; i < line->len; i++) {
		struct str rest = str_from(*line, i);
		for (size_t k = 0; rest.ptr[0] == '[' && k < countof(cmocka_marks); k++) {
			if (!cut(&rest, cmocka_marks[k].text))
				continue;
			*line = rest;
			*ret = cmocka_marks[k].mark;
			return true;
		}
	}
	return false;
}

static void cmocka_close(struct testreader *r, struct cmocka *cmocka)
{
	if (cmocka->running)
		testreader_add(r, str_of(cmocka->running), TEST_FAILED, STR("started, but did not end"));
	cmocka->running = NULL;
	cmocka->reason_len = 0;
}

static void cmocka_verdict(struct testreader *r, struct str name, enum test_verdict verdict)
{
	struct cmocka *cmocka = r->state;
	struct str before, behind;
	/* "2 test(s), listed below:", in later versions with the group's name in front */
	if (split(name, STR(" test(s), listed below:"), &before, &behind))
		return;
	bool ends = cmocka->running && str_eq(name, str_of(cmocka->running));
	if (cmocka->in_list && !ends) {
		testreader_add_again(r, name, verdict);
		return;
	}
	testreader_add(r, name, verdict, (struct str){cmocka->reason, ends ? cmocka->reason_len : 0});
	if (ends) {
		cmocka->running = NULL;
		cmocka->reason_len = 0;
	}
}

/* "[  ERROR   ] --- WHY" says why, and "[  ERROR   ] NAME" that the set-up failed. */
static void cmocka_reason(struct testreader *r, struct str text, bool may_be_name)
{
	struct cmocka *cmocka = r->state;
	if (!cut(&text, STR("--- "))) {
		if (may_be_name && cmocka->running && str_eq(text, str_of(cmocka->running)))
			cmocka_verdict(r, text, TEST_FAILED);
		else if (may_be_name)
			testreader_add_again(r, text, TEST_FAILED);
		return;
	}
	size_t room = sizeof(cmocka->reason) - cmocka->reason_len;
	if (!cmocka->running || room < 3)
		return;
	int n = snprintf(cmocka->reason + cmocka->reason_len, room, "%s%.*s", cmocka->reason_len ? "; " : "",
			 STR_ARG(text));
	if (n > 0)
		cmocka->reason_len += min_size((size_t)n, room - 1);
}

/* "Running 2 test(s)." or "2 test(s) run.", in later versions with "GROUP: " in front. */
static void cmocka_group(struct testreader *r, struct str text)
{
	struct cmocka *cmocka = r->state;
	struct str group, count = text, rest;
	while (split(count, STR(": "), &group, &rest))
		count = rest;
	uint64_t numbers[4];
	cmocka_close(r, cmocka);
	cmocka->in_list = cut_shape(&count, "# test(s) run.", numbers);
	r->complete = cmocka->in_list;
	if (cmocka->in_list)
		testreader_declare(r, numbers[0], 0);
}

static void cmocka_line(struct testreader *r, struct str line)
{
	struct cmocka *cmocka = r->state;
	enum cmocka_mark mark;
	if (!cmocka_mark(&line, &mark))
		return;
	switch (mark) {
	case CMOCKA_RUN:
		cmocka_close(r, cmocka);
		cmocka->running = arena_str(r->arena, line);
		cmocka->in_list = r->complete = false;
		break;
	case CMOCKA_OK:
		cmocka_verdict(r, line, TEST_PASSED);
		break;
	case CMOCKA_FAILED:
		cmocka_verdict(r, line, TEST_FAILED);
		break;
	case CMOCKA_SKIPPED:
		cmocka_verdict(r, line, TEST_SKIPPED);
		break;
	case CMOCKA_ERROR:
	case CMOCKA_LINE:
		cmocka_reason(r, line, mark == CMOCKA_ERROR);
		break;
	case CMOCKA_GROUP:
		cmocka_group(r, line);
		break;
	}
}

static void cmocka_end(struct testreader *r)
{
	const struct cmocka *cmocka = r->state;
	r->unended = cmocka->running;
	cmocka_close(r, r->state);
}

/* ---- Check */

/* "FILE:LINE:X:CASE:TEST:ITERATION: MESSAGE", where X is P, F, E, K (skipped)
 * or S (the set-up failed). Tests that are looped over have iterations. */
static void check_result(struct testreader *r, char letter, struct str rest)
{
	struct str name = {0};
	uint64_t iteration = 0;
	for (size_t colon = 0; (colon = str_index(rest, ':')) < rest.len;) {
		struct str word = str_first(rest, colon), digits = word;
		rest = str_from(rest, colon + 1);
		if (name.len && cut_number(&digits, &iteration) && !digits.len)
			break;
		name = word;
		iteration = 0;
	}
	enum test_verdict verdict = letter == 'P' ? TEST_PASSED : letter == 'K' ? TEST_SKIPPED : TEST_FAILED;
	char text[TESTREPORT_LINE_BYTES + 32];
	if (iteration) {
		snprintf(text, sizeof(text), "%.*s[%llu]", STR_ARG(name), (unsigned long long)iteration);
		name = str_of(text);
	}
	testreader_add(r, name, verdict, letter == 'P' ? (struct str){0} : rest);
}

static void check_line(struct testreader *r, struct str line)
{
	uint64_t numbers[4];
	struct str rest = line;
	if (cut_shape(&rest, "#%: Checks: #, Failures: #, Errors: #", numbers)) {
		testreader_declare(r, numbers[1], numbers[2]);
		testreader_declare(r, 0, numbers[3]);
		r->complete = true;
		return;
	}
	for (rest = line; rest.len; rest = str_from(rest, str_index(rest, ':') + 1)) {
		struct str here = rest;
		if (!cut_number(&here, numbers) || here.len < 4 || here.ptr[0] != ':' || here.ptr[2] != ':')
			continue;
		if (rest.ptr == line.ptr || !memchr("PFEKS", here.ptr[1], 5))
			continue;
		check_result(r, here.ptr[1], str_from(here, 3));
		return;
	}
}

/* ---- greatest */

/* "NAME: MESSAGE (FILE:LINE) (3 ticks, 0.000 sec)", of which all but the name may be missing. */
static void greatest_result(struct testreader *r, struct str text, enum test_verdict verdict)
{
	struct str name, message, rest;
	text = without_time(text, STR(" sec)"));
	if (!split(text, STR(": "), &name, &message))
		split(text, STR(" ("), &name, &rest);
	name = str_trim(name);
	if (str_ends(name, STR(":")))
		name.len--;
	r->complete = false;
	testreader_add(r, name, verdict, verdict == TEST_PASSED ? (struct str){0} : message);
}

static void greatest_line(struct testreader *r, struct str line)
{
	uint64_t numbers[4];
	if (cut(&line, STR("PASS "))) {
		greatest_result(r, line, TEST_PASSED);
	} else if (cut(&line, STR("FAIL "))) {
		greatest_result(r, line, TEST_FAILED);
	} else if (cut(&line, STR("SKIP "))) {
		greatest_result(r, line, TEST_SKIPPED);
	} else if (cut_shape(&line, "Pass: #, fail: #, skip: #.", numbers)) {
		/* Counted from the start of the program, however many reports it prints. */
		r->declared = r->declared_failed = 0;
		testreader_declare(r, numbers[0], numbers[1]);
		testreader_declare(r, numbers[1], 0);
		testreader_declare(r, numbers[2], 0);
		r->complete = true;
	}
}

/* ---- minunit: siu's, and the original of three lines */

struct minunit {
	bool explaining; /* the next line is the message of the test just named */
	bool all_passed;
};

static void minunit_line(struct testreader *r, struct str line)
{
	struct minunit *minunit = r->state;
	uint64_t numbers[4];
	struct str name, rest, blank;
	if (minunit->explaining && cut(&line, STR("\t"))) {
		testreader_explain(r, line);
		minunit->explaining = false;
		return;
	}
	minunit->explaining = split(line, STR(" failed:"), &name, &rest) && !rest.len && name.len &&
			      !split(name, STR(" "), &blank, &rest);
	if (minunit->explaining)
		testreader_add(r, name, TEST_FAILED, (struct str){0});
	minunit->all_passed |= str_eq(str_trim(line), STR("ALL TESTS PASSED"));
	bool summary = cut_shape(&line, "# tests, # assertions, # failures", numbers);
	bool original = !summary && cut_shape(&line, "Tests run: #", numbers);
	if (!summary && !original)
		return;
	r->declared = numbers[0];
	r->declared_failed = summary ? numbers[2] : !minunit->all_passed;
	r->complete = true;
}

/* ---- the user's own patterns */

void testreport_pattern_line(struct testreader *r, struct str line)
{
	for (enum test_verdict verdict = TEST_FAILED + 1; verdict-- > TEST_PASSED;) {
		const struct pattern *pattern = r->format->patterns[verdict];
		struct pattern_match match;
		if (!pattern || !pattern_find(pattern, line, &r->steps_left, &match))
			continue;
		testreader_add(r, match.group.ptr ? match.group : match.whole, verdict, (struct str){0});
		return;
	}
}

const struct testreport_format testreport_formats[] = {
	{
		.name = "tap",
		.state_bytes = sizeof(struct tap),
		.line = testreport_tap_line,
		.end = testreport_tap_end,
		.numbered = true,
	},
	{.name = "unity", .state_bytes = sizeof(struct unity), .line = unity_line},
	{.name = "cmocka", .state_bytes = sizeof(struct cmocka), .line = cmocka_line, .end = cmocka_end},
	{.name = "check", .line = check_line},
	{.name = "greatest", .line = greatest_line},
	{.name = "minunit", .state_bytes = sizeof(struct minunit), .line = minunit_line},
};
const size_t testreport_formats_len = countof(testreport_formats);
