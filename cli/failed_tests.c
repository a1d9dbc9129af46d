#include "cli/failed_tests.h"

#include "core/arena.h"
#include "harness/verdict.h"

static json_t *unreported_row(const char *program, size_t tests)
{
	SCOPED_ARENA struct arena a = {0};
	return json_pack("{s:o, s:s, s:b, s:o}", "program", json_text(program), "name", "", "unreported", true, "why",
			 json_text(judged_unreported_text(tests, &a)));
}

json_t *failed_tests(const json_t *judgement)
{
	const json_t *tests = json_object_get(json_object_get(judgement, "tests"), "tests");
	json_t *failed = json_array();
	size_t unreported = 0;
	for (size_t i = 0; i < json_array_size(tests); i++) {
		json_t *test = json_array_get(tests, i);
		const char *program = json_text_of(test, "program");
		const json_t *next = json_array_get(tests, i + 1);
		bool is_last = !next || strcmp(program, json_text_of(next, "program")) != 0;
		bool counts = json_is_object(test) && !json_is(test, "passed");
		if (counts && json_is(test, "unreported"))
			unreported++;
		else if (counts)
			json_array_append(failed, test);
		if (unreported && is_last) {
			json_array_append_new(failed, unreported_row(program, unreported));
			unreported = 0;
		}
	}
	return failed;
}
