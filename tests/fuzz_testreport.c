#include "harness/testreport.h"

#include <assert.h>

#include "core/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_TESTS = 300 };

static void check(const struct testreport *report)
{
	assert(report->len <= MAX_TESTS);
	for (size_t i = 0; i < report->len; i++) {
		const struct test_line *t = &report->tests[i];
		assert(t->name[0] && strlen(t->name) < 240 && strlen(t->message) <= 1000);
		for (const char *c = t->name; *c; c++)
			assert((unsigned char)*c >= ' ' && *c != 0x7F);
		for (const char *c = t->message; *c; c++)
			assert((unsigned char)*c >= ' ' && *c != 0x7F);
		for (size_t k = 0; k < i; k++)
			assert(strcmp(t->name, report->tests[k].name) != 0);
	}
}

static void read_all(const struct testreport_format *format, struct str output, struct arena *a)
{
	struct testreport report;
	struct err err = {0};
	if (testreport_read(format, output, MAX_TESTS, a, &report, &err) < 0)
		assert(err.kind == ERR_LIMIT);
	else
		check(&report);
}

/* Every format reads it; and its first line is a pattern for the rest. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str output = {(const char *)data, size}, rest = output, first = {0};
	for (size_t i = 0; testreport_names(i); i++)
		read_all(testreport_find(testreport_names(i)), output, &a);
	const struct testreport_format *format;
	struct err err = {0};
	if (!str_next_line(&rest, &first))
		return 0;
	if (testreport_pattern(&a, arena_str(&a, first), NULL, "(a|b)+[^c]", &format, &err) == 0)
		read_all(format, rest, &a);
	else
		assert(err.kind == ERR_USAGE && err.text[0]);
	return 0;
}
