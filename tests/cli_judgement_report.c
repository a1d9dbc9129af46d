/*
 * What is shown of a judgement: text that fits a screen, JSON as its schema
 * says, JUnit that is XML; also of values that somebody tampered with.
 * `EXPECTED=write build/tests/cli_judgement_report` writes the expected texts anew.
 */

#include "cli/judgement_report.h"

#include "cli/junit_report.h"
#include "cli/terminal.h"
#include "harness/judgement_json.h"
#include "tests/schema.h"
#include "tests/tap.h"
#include "tests/xml.h"

#include <unistd.h>

static struct schemas schemas;

static const char *freed[] = {"ini_random.result"};
static const char *called[] = {"ini_free", "ini_get", "ini_parse", "ini_random", "ini_set", "ini_write"};
static const char *not_called[] = {"ini_parse_stream", "ini_version"};
static const char *unseen[] = {"arguments of ini_printf behind its ..."};
static const char *proposed[] = {"ini_write.output", "ini_now.result"};

static struct function_left_out left_out[] = {{"ini_parse_stream", "its argument 1 is of a type that nobody shows"}};

static struct project project = {.name = "ini",
				 .verdict = {.tests = 3, .exercised = 0.5},
				 .differential_inputs = 40000,
				 .trace_free = {freed, countof(freed)}};

static struct candidate candidate = {.number = 3,
				     .commit = "3f1ab2c4d5e6f708192a3b4c5d6e7f8091a2b3c4",
				     .origin = "folder rewrite",
				     .run = "",
				     .round = "",
				     .provider = "",
				     .model = "",
				     .prompt = "",
				     .reply = ""};

static json_t *value_of(struct judgement *j)
{
	struct judgement_subject subject = {&project, &candidate, 4, 812000000};
	judgement_conclude(j, &project);
	json_t *value = judgement_json(&subject, j);
	judgement_release(j);
	return value;
}

/* ---- what is printed */

/* The bytes that judgement_report_text writes to where no terminal is. */
static void capture(const json_t *value, bool all, struct buf *ret)
{
	FILE *file = tmpfile();
	int terminal = dup(STDOUT_FILENO);
	buf_init(ret, 64 << 20);
	fflush(stdout);
	if (!file || terminal < 0 || dup2(fileno(file), STDOUT_FILENO) < 0)
		abort();
	judgement_report_text(value, all);
	fflush(stdout);
	dup2(terminal, STDOUT_FILENO);
	close(terminal);
	rewind(file);
	char bytes[4096];
	for (size_t n; (n = fread(bytes, 1, sizeof(bytes), file)) > 0;)
		buf_append(ret, bytes, n);
	fclose(file);
}

static size_t widest(struct str text)
{
	SCOPED_ARENA struct arena a = {0};
	size_t columns = 0;
	for (struct str line; str_next_line(&text, &line);)
		columns = max_size(columns, terminal_columns(arena_str(&a, line)));
	return columns;
}

/* Nothing in it but text and ends of lines. */
static bool is_tame(struct str text)
{
	while (text.len) {
		size_t len = utf8_length(text);
		if (len == 0 || (text.ptr[0] != '\n' && utf8_is_control(str_first(text, len))))
			return false;
		text = str_from(text, len);
	}
	return true;
}

static void is_expected(const json_t *value, const char *name)
{
	SCOPED_BUF struct buf text, wanted;
	SCOPED_ARENA struct arena a = {0};
	struct err err = {0};
	const char *path = arena_printf(&a, "tests/data/judgement/%s.txt", name), *write = getenv("EXPECTED");
	capture(value, false, &text);
	if (write && strcmp(write, "write") == 0)
		ok(fs_write(path, buf_str(&text), &err) == 0);
	buf_init(&wanted, 1 << 20);
	ok(fs_read(path, &wanted, &err) == 0);
	tap_str(text.ptr, wanted.ptr, path, __FILE__, __LINE__);
	ok(widest(buf_str(&text)) <= 80);
	ok(str_count(buf_str(&text), '\n') <= 24);
}

/* Both forms of the text, JSON and JUnit, whatever is in the value. */
static void holds(const json_t *value)
{
	SCOPED_BUF struct buf brief, whole, xml;
	struct err err = {0};
	size_t elements;
	capture(value, false, &brief);
	capture(value, true, &whole);
	ok(is_tame(buf_str(&brief)) && is_tame(buf_str(&whole)));
	ok(widest(buf_str(&brief)) <= 80);
	ok(widest(buf_str(&whole)) <= 80);
	schemas_check(&schemas, "check.schema.json", value, &err);
	is_str(err.text, "");
	buf_init(&xml, 64 << 20);
	junit_report(value, &xml);
	ok(xml_is_well_formed(buf_str(&xml), &elements));
}

/* ---- judgements */

static void fill_gates(struct judgement *j)
{
	j->gates[GATE_BUILD].detail = "4 sources, 2 configurations";
	j->gates[GATE_SYMBOLS].detail = "refers to malloc, free, strlen and 12 more";
	j->gates[GATE_API].detail = "8 functions, 3 types, 5 constants";
	j->gates[GATE_DIFFERENTIAL].detail = "no difference in 40000 inputs with 812340 calls";
	j->gates[GATE_MEMORY].detail = "nothing found in 3 programs";
	j->differential.inputs = 40000;
	j->differential.calls = 812340;
	j->differential.seed = 271828;
	j->differential.functions_called = 7;
	j->differential.functions_len = 8;
	j->differential.left_out = left_out;
	j->differential.left_out_len = countof(left_out);
	j->differential.original_places = 250;
	j->differential.original_reached = 245;
	j->differential.rewrite_places = 300;
	j->differential.rewrite_reached = 270;
	j->tests.gate.detail = "31 tests agree";
	j->tests.visible_passed = 22;
	j->tests.sealed_passed = 9;
	j->tests.calls = 1204;
	j->tests.exercised = (struct strings){called, countof(called)};
	j->tests.unexercised = (struct strings){not_called, countof(not_called)};
	j->tests.unseen = (struct strings){unseen, countof(unseen)};
	j->tests.fuel = 68200000;
	j->tests.fuel_original = 70100000;
}

static void passes(void)
{
	struct judgement j = {0};
	fill_gates(&j);
	remarks_add(&j.gates[GATE_BUILD].notes,
		    &(struct remark){{"test.c", 0, 0}, "not compiled: it has a main", "leave it out"});
	SCOPED_JSON json_t *value = value_of(&j);
	is_expected(value, "pass");
	holds(value);
	is_int(judgement_report_exit_code(value), EXIT_GOOD);
	is_int(judgement_report_verdict(value), VERDICT_PASS);
}

static void spoils_memory(void)
{
	static struct memory_finding findings[MEMORY_KINDS];
	static const char *const lines[] = {"parse: what it does with memory: it does not link"};
	struct judgement j = {0};
	fill_gates(&j);
	for (unsigned i = 0; i < MEMORY_KINDS; i++)
		findings[i] = (struct memory_finding){(enum memory_kind)i, {"src/ini.c", 40, 44}, "ini_parse", "parse",
						      "writes behind the end of a block", "byte 8 of 8", "keep within it", 2, false};
	j.gates[GATE_MEMORY].detail = NULL;
	j.memory = (struct memory_judgement){
		.gate = {.verdict = VERDICT_FAIL, .detail = "1 fault, 1 leak"},
		.findings = findings,
		.findings_len = MEMORY_KINDS,
		.programs = 3,
		.allocations = 70,
		.allocations_original = 60,
		.failing_tried = 9,
		.failing_survived = 8,
		.unseen = {(const char **)(uintptr_t)lines, 1},
	};
	remarks_add(&j.memory.gate.findings,
		    &(struct remark){findings[0].place, "ini_parse: writes behind the end of a block: byte 8 of 8 (test "
							"program parse and 1 more)", "keep within it"});
	SCOPED_JSON json_t *value = value_of(&j);
	const json_t *memory = json_object_get(value, "memory");
	is_expected(value, "memory");
	holds(value);
	is_int(judgement_report_exit_code(value), EXIT_NEGATIVE);
	is_int(json_array_size(json_object_get(memory, "leaks")), 1);
	is_int(json_count_of(json_object_get(memory, "allocations"), "b"), 70);
	is_int(json_count_of(json_object_get(memory, "failing"), "survived"), 8);
	is_int(json_count_of(json_array_get(json_object_get(memory, "undefined"), 0), "programs"), 2);
}

static void differs_past_the_tests(void)
{
	static const char *also[] = {"ini_write", "ini_each"};
	static struct found_difference found[] = {
		{.also = {also, countof(also)}, .function = "ini_get", .calls = "o0 = ini_new(); ini_parse(o0, \"[a]\\nb=\\\\\", 7); ini_get(o0, \"a\", \"b\")", .what = "result",
		 .expected = "NULL", .got = "\"\"", .free_item = "ini_get.result", .inputs = 812, .program = "int main(void)\n{\n}\n",
		 .reproduced = true, .printed_original = "NULL\n", .printed_rewrite = "\"\"\n"},
		{.function = "ini_write", .calls = "ini_write(NULL)", .what = "end", .expected = "comes back", .got = "traps: unreachable",
		 .free_item = "", .inputs = 1, .program = "", .printed_original = "", .printed_rewrite = ""},
		{.function = "ini_set", .calls = "ini_set(NULL)", .what = "result", .expected = "0", .got = "1", .free_item = "", .inputs = 1,
		 .program = ""},
	};
	struct judgement j = {0};
	SCOPED_BUF struct buf text;
	fill_gates(&j);
	j.gates[GATE_DIFFERENTIAL].verdict = VERDICT_FAIL;
	j.gates[GATE_DIFFERENTIAL].detail = "814 of 40000 inputs are answered otherwise, in 3 ways";
	j.differential.differences = found;
	j.differential.differences_len = countof(found);
	j.differential.differing = 814;
	SCOPED_JSON json_t *value = value_of(&j);
	is_expected(value, "differential");
	holds(value);
	is_int(judgement_report_exit_code(value), EXIT_NEGATIVE);
	capture(value, true, &text);
	ok(strstr(text.ptr, ".recast/differences/c3/1-ini_get.c") != NULL);
	ok(strstr(text.ptr, ".recast/differences/c3/2-ini_write.c (not shown alone)") != NULL);
	ok(strstr(text.ptr, "also shows in: ini_write, ini_each\n") != NULL);
	ok(strstr(text.ptr, "271828; 0 causes") != NULL);
	ok(strstr(text.ptr, "ini_parse_stream past the tests: its argument 1") != NULL);
}

static void fill_failure(struct judgement *j)
{
	static struct judged_test tests[] = {
		{"test_parse", "empty_section", false, false, false, "line 40: Expected 3 Was 0", false},
		{"test_parse", "long_lines", true, false, false, "its calls differ", false},
		{"test_parse", "nothing", false, true, false, "", false},
		{"test_write", "to_a_file", false, false, false, "trapped: unreachable, in ini_write < main", false},
		{"test_write", "now", false, false, true, "the time differs", false},
	};
	static struct divergence divergences[] = {
		{"test_parse", "empty_section", false, "ini_parse", "ini_parse(\"a.ini\", callback, NULL)", "*count", "3", "0",
		 "ini_parse.*count", 14, false, ""},
		{"test_parse", "long_lines", true, "ini_get", "ini_get(0x10f20, \"user\", \"name\")", "result",
		 "\"a name that goes on for quite a while, and then some more, until it ends with x\"",
		 "\"a name that goes on for quite a while, and then some more, until it ends with y\"", "ini_get.result", 3, false, ""},
		{"test_write", "", false, "ini_set", "ini_set(0x10f20, \"user\", \"name\", \"x\")", "memory at 0x2f00",
		 "unchanged", "4 bytes written", "", 7, true, ""},
	};
	fill_gates(j);
	remarks_add(&j->gates[GATE_API].notes, &(struct remark){{"ini.h", 12, 14}, "a macro more than the original's", ""});
	j->tests.gate.verdict = VERDICT_FAIL;
	j->tests.gate.detail = "3 of 31 tests fail";
	j->tests.tests = tests;
	j->tests.tests_len = countof(tests);
	j->tests.visible_passed = 20;
	j->tests.visible_failed = 2;
	j->tests.sealed_passed = 8;
	j->tests.sealed_failed = 1;
	j->tests.unstable = 1;
	j->tests.divergences = divergences;
	j->tests.divergences_len = countof(divergences);
	j->tests.divergences_total = 5;
	j->tests.unseen.len = 0;
}

static void fails(void)
{
	struct judgement j = {0};
	SCOPED_BUF struct buf text;
	fill_failure(&j);
	SCOPED_JSON json_t *value = value_of(&j);
	holds(value);
	is_int(judgement_report_exit_code(value), EXIT_NEGATIVE);
	capture(value, true, &text);
	ok(strstr(text.ptr, "tampering in test_write, call 7: ini_set") != NULL);
	ok(strstr(text.ptr, "test_parse: long_lines (sealed), call 3: ini_get(0x10f20") != NULL);
	ok(strstr(text.ptr, "test_write: to_a_file  trapped: unreachable") != NULL);
	ok(strstr(text.ptr, "1, which does not count: test_write: now, the time differs") != NULL);
	ok(strstr(text.ptr, "ini.h:12-14  a macro more than the original's") != NULL);
	is_expected(value, "fail");
}

/* How a program ended is said of the test in which it did, and what it did not come to once. */
static void ends_early(void)
{
	static const char how[] = "traps: access outside memory in copy < two < main";
	struct judgement j = {0};
	struct judged_test tests[] = {
		{"test_parse", "one", false, true, false, "", false},
		{"test_parse", "two", false, false, false, how, false},
		{"test_parse", "three", false, false, false, "it is not reported", true},
		{"test_parse", "four", true, false, false, "it is not reported", true},
		{"test_read", "all", false, false, false, "does not come to an end: stopped", false},
		{"test_read", "more", false, false, false, "it is not reported", true},
		{"test_write", "first", false, false, false, "it is not reported", true},
		{"test_write", "", false, false, false, how, false},
	};
	struct divergence divergences[] = {
		{"test_parse", "two", false, "ini_get", "ini_get(0x10f20)", "result", "object 1", "NULL", "", 3, false, how},
		{"test_read", "all", false, "ini_read", "ini_read(\"a\")", "end", "comes back", "does not come to an end: stopped", "",
		 9, false, ""},
	};
	SCOPED_BUF struct buf text;
	fill_failure(&j);
	j.tests.gate.detail = "7 of 8 tests fail, 4 of them not reported";
	j.tests.tests = tests;
	j.tests.tests_len = countof(tests);
	j.tests.unstable = 0;
	j.tests.divergences = divergences;
	j.tests.divergences_len = countof(divergences);
	is_int(judged_unreported(&j.tests, 0), 0);
	is_int(judged_unreported(&j.tests, 2), 0);
	is_int(judged_unreported(&j.tests, 3), 2);
	is_int(judged_unreported(&j.tests, 5), 1);
	SCOPED_JSON json_t *value = value_of(&j);
	holds(value);
	is_expected(value, "ended");
	capture(value, true, &text);
	ok(strstr(text.ptr, "the program then traps: access outside memory in copy < two < main\n") != NULL);
	ok(strstr(text.ptr, "test_parse  2 tests are not reported: the program did not come to them\n") != NULL);
	ok(strstr(text.ptr, "test_read  1 test is not reported: the program did not come to it\n") != NULL);
	ok(strstr(text.ptr, "test_write  traps: access outside memory") != NULL);
	ok(strstr(text.ptr, "test_parse: three") == NULL);
}

static void does_not_build(void)
{
	struct judgement j = {0};
	j.gates[GATE_BUILD].verdict = VERDICT_FAIL;
	j.gates[GATE_BUILD].detail = "2 of 4 sources do not compile";
	remarks_add(&j.gates[GATE_BUILD].findings,
		    &(struct remark){{"src/ini.c", 40, 40}, "expected ';' after return statement", ""});
	remarks_add(&j.gates[GATE_BUILD].findings,
		    &(struct remark){{"src/ini.c", 52, 52}, "'config.h' file not found",
				     "a rewrite sees the original's public headers and its own files, and nothing else"});
	SCOPED_JSON json_t *value = value_of(&j);
	is_expected(value, "build");
	holds(value);
	is_int(judgement_report_exit_code(value), EXIT_NEGATIVE);
}

static void is_inconclusive(void)
{
	struct judgement j = {0};
	static struct place unjudged[] = {{"src/ini.c", 10, 14}, {"src/ini.c", 90, 90}};
	fill_gates(&j);
	j.tests.exercised.len = 3;
	j.tests.unexercised = (struct strings){called, 5};
	j.tests.free_items = (struct strings){proposed, countof(proposed)};
	j.unjudged = unjudged;
	j.unjudged_len = countof(unjudged);
	candidate.provider = "someone";
	candidate.model = "a-model";
	candidate.origin = "run 7";
	SCOPED_JSON json_t *value = value_of(&j);
	is_expected(value, "inconclusive");
	holds(value);
	is_int(judgement_report_exit_code(value), EXIT_INCONCLUSIVE);
	candidate.number = 12;
	judgement_json_recall(value, &candidate, 9);
	is_expected(value, "cached");
	holds(value);
	candidate.provider = candidate.model = "";
	candidate.origin = "folder rewrite";
	candidate.number = 3;
}

/* ---- much, and hostile */

static const char hostile[] = "\033[31mred\a\n<b>&amp;\"quoted\"'\r\t\xff\xfe \xEF\xBF\xBE ]]> \xE2\x80\xAE turned %s%n \x01";

static const char *long_text(void)
{
	static char text[3000];
	memset(text, 'x', sizeof(text) - 1);
	return text;
}

/* As much of everything as there may be, made of that text. */
static json_t *full_of(const char *text)
{
	struct judgement j = {0};
	enum { ROWS = 600 };
	static const char *items[ROWS];
	static struct judged_test tests[ROWS];
	static struct divergence divergences[REMARKS_MAX];
	static struct place places[ROWS];
	static struct found_difference found[DIFFERENCES_MAX];
	static struct function_left_out uncalled[ROWS];
	for (size_t i = 0; i < ROWS; i++) {
		items[i] = text;
		tests[i] = (struct judged_test){text, text, i % 2, i % 3 == 0, i % 5 == 0, text, i % 7 == 0};
		places[i] = (struct place){text, (unsigned)i, (unsigned)i + 3};
		uncalled[i] = (struct function_left_out){text, text};
	}
	for (size_t i = 0; i < DIFFERENCES_MAX; i++)
		found[i] = (struct found_difference){text, text, text, text, text, text, SIZE_MAX, {items, ROWS}, 0, text, i % 2, text, text,
						     {NULL, 0}};
	j.differential = (struct differential){.differences = found, .differences_len = DIFFERENCES_MAX, .inputs = SIZE_MAX,
					       .left_out = uncalled, .left_out_len = ROWS, .original_places = 1,
					       .original_reached = SIZE_MAX};
	for (size_t i = 0; i < REMARKS_MAX; i++)
		divergences[i] = (struct divergence){text, i % 2 ? text : "", true, text, text, text, text, text, text, i, i == 7, i % 2 ? text : ""};
	for (size_t g = 0; g < GATES; g++) {
		struct gate *gate = g == GATE_TESTS ? &j.tests.gate : &j.gates[g];
		gate->verdict = g == GATE_BUILD ? VERDICT_PASS : VERDICT_FAIL;
		gate->detail = text;
		for (size_t i = 0; i < REMARKS_MAX; i++) {
			remarks_add(&gate->findings, &(struct remark){places[i], text, text});
			remarks_add(&gate->notes, &(struct remark){places[i], text, ""});
		}
	}
	j.unjudged = places;
	j.unjudged_len = ROWS;
	j.tests.tests = tests;
	j.tests.tests_len = ROWS;
	j.tests.divergences = divergences;
	j.tests.divergences_len = REMARKS_MAX;
	j.tests.divergences_total = SIZE_MAX;
	j.tests.calls = SIZE_MAX;
	j.tests.fuel = UINT64_MAX;
	j.tests.exercised = j.tests.unexercised = j.tests.unseen = (struct strings){items, ROWS};
	candidate.origin = candidate.model = candidate.provider = text;
	project.name = text;
	json_t *value = value_of(&j);
	candidate.origin = candidate.model = candidate.provider = "";
	project.name = "ini";
	return value;
}

static void much(void)
{
	const char *texts[] = {"a name", "", hostile, long_text()};
	for (size_t i = 0; i < countof(texts); i++) {
		SCOPED_JSON json_t *value = full_of(texts[i]);
		SCOPED_BUF struct buf text;
		tap_print("# full of %.10s\n", i == 2 ? "what is hostile" : texts[i]);
		holds(value);
		capture(value, false, &text);
		ok(str_count(buf_str(&text), '\n') < 80);
		is_int(judgement_report_exit_code(value), EXIT_NEGATIVE);
	}
}

static void junit_tells(void)
{
	struct judgement j = {0};
	SCOPED_BUF struct buf xml;
	size_t elements = 0;
	fill_failure(&j);
	SCOPED_JSON json_t *value = value_of(&j);
	buf_init(&xml, 1 << 20);
	junit_report(value, &xml);
	ok(xml_is_well_formed(buf_str(&xml), &elements));
	ok(strstr(xml.ptr, "<testsuite name=\"recast\" tests=\"7\" failures=\"2\" errors=\"0\" skipped=\"0\">") != NULL);
	ok(strstr(xml.ptr, "<testsuite name=\"test_parse\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\">") != NULL);
	ok(strstr(xml.ptr, "<testsuite name=\"test_write\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">") != NULL);
	ok(strstr(xml.ptr, "<failure message=\"line 40: Expected 3 Was 0\">call 14: ini_parse(&#34;a.ini&#34;") != NULL);
	/* 1 of all, 3 suites, 12 cases, 7 of them with something to say. */
	is_int(elements, 1 + 3 + 12 + 6);
}

/* ---- values that somebody changed */

static void print_all(const json_t *value)
{
	SCOPED_BUF struct buf brief, whole, xml;
	size_t elements;
	capture(value, false, &brief);
	capture(value, true, &whole);
	buf_init(&xml, 64 << 20);
	junit_report(value, &xml);
	if (!is_tame(buf_str(&brief)) || !is_tame(buf_str(&whole)) || !xml_is_well_formed(buf_str(&xml), &elements) ||
	    brief.len == 0)
		ok(!"it can be printed");
}

static json_t *replacement(size_t number)
{
	switch (number) {
	case 0:
		return json_null();
	case 1:
		return json_integer(-1);
	case 2:
		return json_string(hostile[0] == '\033' ? "\033[2J\n" : "");
	case 3:
		return json_pack("[n, i, s, {}, []]", 3, "a");
	case 4:
		return json_real(1e300);
	default:
		return json_pack("{s:n}", "name");
	}
}

/* Puts something else in the place of each value below `value`, in turn, and leaves it as it was. */
static size_t spoil(const json_t *root, json_t *value)
{
	size_t count = 0;
	void *next;
	const char *key;
	json_t *item;
	json_object_foreach_safe(value, next, key, item)
	{
		json_incref(item);
		for (size_t i = 0; i < 6; i++, count++) {
			json_object_set_new(value, key, replacement(i));
			print_all(root);
		}
		json_object_set_new(value, key, item);
		count += spoil(root, item);
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		item = json_incref(json_array_get(value, i));
		for (size_t n = 0; n < 6; n++, count++) {
			json_array_set_new(value, i, replacement(n));
			print_all(root);
		}
		json_array_set_new(value, i, item);
		count += spoil(root, item);
	}
	return count;
}

/* Without each key of the whole, in turn. */
static void without_keys(const json_t *root)
{
	const char *key;
	json_t *item;
	json_object_foreach((json_t *)(uintptr_t)root, key, item)
	{
		SCOPED_JSON json_t *copy = json_copy((json_t *)(uintptr_t)root);
		json_object_del(copy, key);
		print_all(copy);
	}
}

static void spoilt(void)
{
	struct judgement j = {0};
	fill_failure(&j);
	j.tests.free_items = (struct strings){proposed, countof(proposed)};
	j.tests.unseen.len = 1;
	SCOPED_JSON json_t *value = value_of(&j);
	SCOPED_JSON json_t *before = json_deep_copy(value);
	ok(spoil(value, value) > 500);
	ok(json_equal(value, before));
	without_keys(value);
	for (size_t i = 0; i < 6; i++) {
		SCOPED_JSON json_t *other = replacement(i);
		print_all(other);
		is_int(judgement_report_exit_code(other), EXIT_INCONCLUSIVE);
		judgement_json_recall(other, &candidate, 1);
	}
	print_all(NULL);
}

int main(void)
{
	tap_run("passes", passes);
	tap_run("spoils memory", spoils_memory);
	tap_run("differs past the tests", differs_past_the_tests);
	tap_run("fails", fails);
	tap_run("ends early", ends_early);
	tap_run("does not build", does_not_build);
	tap_run("is inconclusive", is_inconclusive);
	tap_run("much", much);
	tap_run("JUnit tells", junit_tells);
	tap_run("spoilt", spoilt);
	schemas_release(&schemas);
	return tap_done();
}
