#include "cli/junit_report.h"

#include "core/arena.h"
#include "core/utf8.h"

/* A suite in the making. */
struct suite_xml {
	struct buf *out;
	struct buf cases;
	size_t tests, failures, errors, skipped;
};

/* ---- text */

static bool is_xml_character(struct str c)
{
	if (c.len == 1)
		return (unsigned char)c.ptr[0] >= ' ';
	/* U+FFFE and U+FFFF */
	return !(c.len == 3 && memcmp(c.ptr, "\xEF\xBF", 2) == 0 && (unsigned char)c.ptr[2] >= 0xBE);
}

/* Good in an attribute and between tags. */
static void append_text(struct buf *out, const char *text)
{
	for (struct str rest = str_of(text); rest.len;) {
		size_t len = utf8_length(rest);
		struct str c = str_first(rest, max_size(len, 1));
		const char *found = c.len == 1 ? strchr("&<>\"'\n\t\r", c.ptr[0]) : NULL;
		if (found)
			buf_printf(out, "&#%d;", *found);
		else
			buf_append_str(out, len && is_xml_character(c) ? c : STR("?"));
		rest = str_from(rest, c.len);
	}
}

static void append_attribute(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, " %s=\"", name);
	append_text(out, text);
	buf_append_char(out, '"');
}

/* ---- suites and cases */

enum outcome_xml { CASE_PASSED, CASE_FAILED, CASE_ERROR, CASE_SKIPPED };

static void begin_suite(struct suite_xml *s, struct buf *out)
{
	*s = (struct suite_xml){.out = out};
	buf_init(&s->cases, SIZE_MAX / 2);
}

static void end_suite(struct suite_xml *s, const char *name)
{
	buf_append_cstr(s->out, "  <testsuite");
	append_attribute(s->out, "name", name);
	buf_printf(s->out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", s->tests, s->failures,
		   s->errors, s->skipped);
	buf_append_str(s->out, buf_str(&s->cases));
	buf_append_cstr(s->out, "  </testsuite>\n");
	buf_release(&s->cases);
}

/* `more` stands below the message; or "". */
static void add_case(struct suite_xml *s, const char *suite, const char *name, enum outcome_xml outcome,
		     const char *message, const char *more)
{
	static const char *const tags[] = {
		[CASE_FAILED] = "failure", [CASE_ERROR] = "error", [CASE_SKIPPED] = "skipped"};
	struct buf *out = &s->cases;
	s->tests++;
	s->failures += outcome == CASE_FAILED;
	s->errors += outcome == CASE_ERROR;
	s->skipped += outcome == CASE_SKIPPED;
	buf_append_cstr(out, "    <testcase");
	append_attribute(out, "classname", suite);
	append_attribute(out, "name", name);
	if (outcome == CASE_PASSED) {
		buf_append_cstr(out, "/>\n");
		return;
	}
	buf_printf(out, ">\n      <%s", tags[outcome]);
	append_attribute(out, "message", message);
	buf_append_char(out, '>');
	append_text(out, more);
	buf_printf(out, "</%s>\n    </testcase>\n", tags[outcome]);
}

/* ---- gates and the verdict */

static enum outcome_xml outcome_of_verdict(const char *verdict)
{
	if (strcmp(verdict, "pass") == 0)
		return CASE_PASSED;
	if (strcmp(verdict, "fail") == 0)
		return CASE_FAILED;
	return strcmp(verdict, "not judged") == 0 ? CASE_SKIPPED : CASE_ERROR;
}

/* A line for each finding. */
static void append_findings(struct buf *out, const json_t *findings)
{
	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *row = json_array_get(findings, i);
		const char *file = json_text_of(row, "file"), *remedy = json_text_of(row, "remedy");
		if (file[0])
			buf_printf(out, "%s:%zu: ", file, json_count_of(row, "line"));
		buf_printf(out, "%s%s%s\n", json_text_of(row, "text"), remedy[0] ? "; " : "", remedy);
	}
}

static void add_gates(const json_t *result, struct buf *out)
{
	static const char suite[] = "recast";
	const json_t *gates = json_object_get(result, "gates");
	struct suite_xml s;
	begin_suite(&s, out);
	for (size_t i = 0; i < json_array_size(gates); i++) {
		const json_t *gate = json_array_get(gates, i);
		const char *said = json_text_of(gate, "verdict"), *detail = json_text_of(gate, "detail");
		SCOPED_BUF struct buf findings;
		buf_init(&findings, SIZE_MAX / 2);
		append_findings(&findings, json_object_get(gate, "findings"));
		add_case(&s, suite, json_text_of(gate, "name"), outcome_of_verdict(said), detail[0] ? detail : said,
			 findings.ptr);
	}
	const char *verdict = json_text_of(result, "verdict"), *reason = json_text_of(result, "reason");
	enum outcome_xml outcome = outcome_of_verdict(verdict);
	add_case(&s, suite, "verdict", outcome == CASE_SKIPPED ? CASE_ERROR : outcome, reason[0] ? reason : verdict, "");
	end_suite(&s, suite);
}

/* ---- a rewrite's tests */

static const json_t *divergence_of(const json_t *result, const json_t *test)
{
	const json_t *rows = json_object_get(json_object_get(result, "trace"), "divergences");
	enum { LOOKED_AT = 200 };
	for (size_t i = 0; i < min_size(json_array_size(rows), LOOKED_AT); i++) {
		const json_t *d = json_array_get(rows, i);
		if (strcmp(json_text_of(d, "program"), json_text_of(test, "program")) == 0 &&
		    strcmp(json_text_of(d, "test"), json_text_of(test, "name")) == 0)
			return d;
	}
	return NULL;
}

static void add_judged(struct suite_xml *s, const json_t *result, const json_t *test)
{
	SCOPED_ARENA struct arena a = {0};
	const char *program = json_text_of(test, "program"), *name = json_text_of(test, "name"), *more = "";
	bool unstable = json_is(test, "unstable"), passed = json_is(test, "passed");
	const json_t *d = divergence_of(result, test);
	if (d)
		more = arena_printf(&a, "call %zu: %s\n%s\nexpected %s\ngot      %s%s", json_count_of(d, "index"),
				    json_text_of(d, "call"), json_text_of(d, "what"), json_text_of(d, "expected"),
				    json_text_of(d, "got"), json_is(d, "tampering") ? "\ntampering" : "");
	add_case(s, program, name[0] ? name : program,
		 unstable ? CASE_SKIPPED :
		 passed	  ? CASE_PASSED :
			    CASE_FAILED,
		 json_text_of(test, "why"), more);
}

static void add_judged_programs(const json_t *result, struct buf *out)
{
	const json_t *tests = json_object_get(json_object_get(result, "tests"), "tests");
	for (size_t i = 0, len = json_array_size(tests); i < len;) {
		const char *program = json_text_of(json_array_get(tests, i), "program");
		struct suite_xml s;
		begin_suite(&s, out);
		for (; i < len && strcmp(json_text_of(json_array_get(tests, i), "program"), program) == 0; i++)
			add_judged(&s, result, json_array_get(tests, i));
		end_suite(&s, program);
	}
}

/* ---- the original's programs */

static enum outcome_xml outcome_of_test(const char *verdict)
{
	if (strcmp(verdict, "passed") == 0)
		return CASE_PASSED;
	return strcmp(verdict, "failed") == 0 ? CASE_FAILED : CASE_SKIPPED;
}

/* The program itself is a case too: it can end badly although no test that it names failed. */
static enum outcome_xml outcome_of_program(const json_t *program, size_t tests_failed)
{
	enum outcome_xml outcome = outcome_of_test(json_text_of(program, "status"));
	return outcome == CASE_FAILED && tests_failed && json_count_of(program, "failed") <= tests_failed ? CASE_PASSED :
													     outcome;
}

static void add_program(const json_t *program, struct buf *out)
{
	const json_t *tests = json_object_get(program, "tests");
	const char *name = json_text_of(program, "name");
	struct suite_xml s;
	begin_suite(&s, out);
	for (size_t i = 0; i < json_array_size(tests); i++) {
		const json_t *test = json_array_get(tests, i);
		add_case(&s, name, json_text_of(test, "name"), outcome_of_test(json_text_of(test, "verdict")),
			 json_text_of(test, "message"), "");
	}
	add_case(&s, name, "(the program)", outcome_of_program(program, s.failures), json_text_of(program, "reason"), "");
	end_suite(&s, name);
}

void junit_report(const json_t *result, struct buf *out)
{
	const json_t *programs = json_object_get(result, "programs");
	buf_append_cstr(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	SCOPED_ARENA struct arena a = {0};
	append_attribute(out, "name",
			 arena_printf(&a, "%s %s", json_text_of(result, "library"), json_text_of(result, "candidate")));
	buf_append_cstr(out, ">\n");
	add_gates(result, out);
	for (size_t i = 0; i < json_array_size(programs); i++)
		add_program(json_array_get(programs, i), out);
	if (!programs)
		add_judged_programs(result, out);
	buf_append_cstr(out, "</testsuites>\n");
}
