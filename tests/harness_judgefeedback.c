/* What is told to whoever wrote a rewrite. */

#include "harness/judgefeedback.h"

#include "tests/tap.h"

static struct arena arena;

static const char *first_functions[] = {"ring_new", "ring_push"}, *other_functions[] = {"cursor_open"};
static struct unit units[] = {
	{.path = "src/ring.c", .functions = {first_functions, 2}},
	{.path = "src/cursor.c", .functions = {other_functions, 1}},
};
static const struct unitplan plan = {units, 2};

static struct draft make_draft(void)
{
	struct draft none = {0};
	return draft_with(&none, "src/ring.c", STR("int a;\n\treturn wrong;\nint c;\n"), &arena);
}

static void tells_errors_of_the_compiler(void)
{
	struct diag diags[12];
	struct autofix fix = {.draft = make_draft(), .failure = "src/ring.c:2:1: error"};
	for (size_t i = 0; i < countof(diags); i++)
		diags[i] = (struct diag){.severity = DIAG_ERROR, .file = "src/ring.c", .line = 2,
					 .message = arena_printf(&arena, "error %zu", i / 2)};
	diags[0].severity = DIAG_WARNING;
	fix.diags = (struct diag_list){.items = diags, .len = 3};
	struct feedback f = feedback_of_compiler(&fix, "src/ring.c", &arena);
	is_str(f.file, "src/ring.c");
	is_int(f.problems.len, 2);
	is_str(f.problems.items[0], "src/ring.c:2: error 0\n    return wrong;");
	is_str(f.problems.items[1], "src/ring.c:2: error 1\n    return wrong;");
	/* Nothing twice, and not too many. */
	fix.diags.len = countof(diags);
	f = feedback_of_compiler(&fix, "src/ring.c", &arena);
	is_int(f.problems.len, FEEDBACK_ERRORS_MAX);
	fix.diags.len = 0;
	f = feedback_of_compiler(&fix, "src/ring.c", &arena);
	is_str(f.problems.items[0], "src/ring.c:2:1: error");
	fix.failure = NULL;
	ok(feedback_of_compiler(&fix, "src/ring.c", &arena).problems.len == 1);
	/* What no compiler says comes first, and may be all. */
	const char *problem = "src/ring.c: it defines main";
	fix.problems = (struct strings){&problem, 1};
	f = feedback_of_compiler(&fix, "src/ring.c", &arena);
	is_str(f.summary, "It cannot be part of a library.");
	is_int(f.problems.len, 1);
	is_str(f.problems.items[0], problem);
	fix.diags.len = 3;
	f = feedback_of_compiler(&fix, "src/ring.c", &arena);
	is_str(f.summary, "It does not compile.");
	is_int(f.problems.len, 3);
}

static void tells_what_differs_past_the_tests(void)
{
	struct draft draft = make_draft();
	struct found_difference found[5];
	for (size_t i = 0; i < countof(found); i++)
		found[i] = (struct found_difference){
			.function = i ? "ring_push" : "cursor_open", .calls = arena_printf(&arena, "ring_push(%zu)", i), .what = "result",
			.expected = "1", .got = "0", .program = "int main(void)\n", .reproduced = true};
	found[1].calls = "ring_push(…)";
	struct judgement j = {0};
	j.gates[GATE_DIFFERENTIAL] = (struct gate){.verdict = VERDICT_FAIL, .detail = "5 of 9"};
	j.differential.differences = found;
	j.differential.differences_len = countof(found);
	struct feedback f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/cursor.c");
	is_int(f.problems.len, FEEDBACK_DIFFERENCES_MAX + 1);
	is_str(f.problems.items[0], "cursor_open: ring_push(0)\n    result expected: 1\n    result got: 0");
	ok(strstr(f.problems.items[1], "as a program:\nint main(void)"));
	is_str(f.problems.items[3], "(2 more differences)");
	/* Others that meet what it has left. */
	static const char *also[] = {"ring_pop", "ring_len"};
	found[0].also = (struct strings){also, countof(also)};
	f = feedback_of_judgement(&j, &plan, &draft, &arena);
	ok(strstr(f.problems.items[0], "\n    also shows in: ring_pop, ring_len"));
	/* One that is long, or shows nothing by itself, is not told whole. */
	found[1].reproduced = false;
	f = feedback_of_judgement(&j, &plan, &draft, &arena);
	ok(!strstr(f.problems.items[1], "main"));
}

static void tells_calls_that_differ(void)
{
	struct draft draft = make_draft();
	struct judged_test tests[] = {
		{.program = "t", .name = "push", .passed = true, .why = ""},
		{.program = "t", .name = "open", .why = "cursor_open: result is 1, the original's 2"},
		{.program = "t", .name = "again", .why = "the same"},
		{.program = "t", .name = "ends", .why = "the program trapped: unreachable"},
		{.program = "t", .name = "shaky", .unstable = true, .why = "unstable"},
	};
	struct divergence divergences[] = {
		{.program = "t", .test = "open", .function = "cursor_open", .call = "cursor_open(3)", .what = "result",
		 .expected = "2", .got = "1"},
		{.program = "t", .test = "again", .function = "cursor_open", .call = "cursor_open(4)", .what = "result",
		 .expected = "3", .got = "1"},
	};
	struct judgement j = {.gates = {[GATE_BUILD].verdict = VERDICT_PASS, [GATE_SYMBOLS].verdict = VERDICT_PASS,
					[GATE_API].verdict = VERDICT_PASS, [GATE_TESTS].verdict = VERDICT_FAIL}};
	j.tests.tests = tests;
	j.tests.tests_len = countof(tests);
	j.tests.divergences = divergences;
	j.tests.divergences_len = countof(divergences);
	j.tests.visible_passed = 1;
	j.tests.visible_failed = 3;
	struct feedback f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/cursor.c");
	is_str(f.summary, "Of 4 visible tests that were run, 3 fail.");
	is_int(f.problems.len, 2);
	is_str(f.problems.items[0], "test open: the call cursor_open(3)\n    result expected: 2\n    result got: 1");
	is_str(f.problems.items[1], "test ends: the program trapped: unreachable");
}

static void tells_how_a_program_ended(void)
{
	struct draft draft = make_draft();
	struct judged_test tests[] = {
		{.program = "t", .name = "push", .why = "traps: division by zero in ring_push < main, in the call ring_push(0)"},
		{.program = "t", .name = "open", .why = "it is not reported", .unreported = true},
		{.program = "t", .name = "close", .why = "it is not reported", .unreported = true},
		{.program = "u", .name = "", .why = "does not come to an end"},
		{.program = "v", .name = "first", .why = "traps"},
	};
	struct divergence divergences[] = {
		{.program = "t", .test = "push", .function = "ring_push", .call = "ring_push(0)", .what = "end",
		 .expected = "comes back", .got = "traps: division by zero in ring_push < main", .ended = ""},
		{.program = "v", .test = "first", .function = "cursor_open", .call = "cursor_open(1)", .what = "result",
		 .expected = "new object 1", .got = "NULL", .ended = "traps: access outside memory in main"},
	};
	struct judgement j = {.gates = {[GATE_BUILD].verdict = VERDICT_PASS, [GATE_SYMBOLS].verdict = VERDICT_PASS,
					[GATE_API].verdict = VERDICT_PASS, [GATE_TESTS].verdict = VERDICT_FAIL}};
	j.tests.tests = tests;
	j.tests.tests_len = countof(tests);
	j.tests.divergences = divergences;
	j.tests.divergences_len = countof(divergences);
	struct feedback f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/ring.c");
	is_int(f.problems.len, 4);
	is_str(f.problems.items[0], "test push: the call ring_push(0) does not come back, it traps: division by zero in "
				    "ring_push < main");
	is_str(f.problems.items[1], "t: 2 tests are not reported: the program did not come to them");
	is_str(f.problems.items[2], "test u: does not come to an end");
	is_str(f.problems.items[3], "test first: the program traps: access outside memory in main\n"
				    "    before that, the call cursor_open(1)\n"
				    "    result expected: new object 1\n    result got: NULL");
}

static void tells_gates(void)
{
	struct draft draft = make_draft();
	struct judgement j = {.gates = {[GATE_BUILD].verdict = VERDICT_PASS, [GATE_SYMBOLS].verdict = VERDICT_FAIL}};
	struct remark remark = {{"src/ring.c", 2, 2}, "it refers to fopen", "do without"};
	j.gates[GATE_SYMBOLS].detail = "1 symbol";
	remarks_add(&j.gates[GATE_SYMBOLS].findings, &remark);
	struct feedback f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/ring.c");
	is_str(f.problems.items[0], "src/ring.c:2: it refers to fopen (do without)\n    return wrong;");
	/* One about no place, which names a function. */
	remark = (struct remark){{.file = ""}, "ring_pushed is there, cursor_open2, ring_push is not", ""};
	j.gates[GATE_SYMBOLS].findings.items[0] = remark;
	f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/ring.c");
	is_str(f.problems.items[0], "ring_pushed is there, cursor_open2, ring_push is not");
	/* Where nothing tells, it is the last file. */
	j.gates[GATE_SYMBOLS].findings.len = 0;
	f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/cursor.c");
	is_str(f.problems.items[0], "1 symbol");
	gate_release(&j.gates[GATE_SYMBOLS]);
}

static void tells_memory(void)
{
	struct draft draft = make_draft();
	struct judgement j = {.gates = {[GATE_BUILD].verdict = VERDICT_PASS, [GATE_SYMBOLS].verdict = VERDICT_PASS,
					[GATE_API].verdict = VERDICT_PASS, [GATE_TESTS].verdict = VERDICT_PASS,
					[GATE_MEMORY].verdict = VERDICT_FAIL}};
	struct remark remark = {{"src/ring.c", 2, 2}, "cursor_open: shifts by too much (test program t)", "check before"};
	remarks_add(&j.gates[GATE_MEMORY].findings, &remark);
	struct feedback f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.summary, "The visible tests pass, but what it does with memory is wrong.");
	is_str(f.file, "src/ring.c");
	is_int(f.problems.len, 1);
	is_str(f.problems.items[0],
	       "src/ring.c:2: cursor_open: shifts by too much (test program t) (check before)\n    return wrong;");
	/* Where the place is not known, the function says whose it is. */
	j.gates[GATE_MEMORY].findings.items[0].place.file = "";
	f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.file, "src/cursor.c");
	/* Where tests fail, too, they come first. */
	struct judged_test tests[] = {{.program = "t", .name = "ends", .why = "it trapped"}};
	j.gates[GATE_TESTS].verdict = VERDICT_FAIL;
	j.tests.tests = tests;
	j.tests.tests_len = 1;
	j.tests.visible_failed = 1;
	f = feedback_of_judgement(&j, &plan, &draft, &arena);
	is_str(f.summary, "Of 1 visible tests that were run, 1 fail.");
	is_int(f.problems.len, 2);
	is_str(f.problems.items[0], "test ends: it trapped");
	gate_release(&j.gates[GATE_MEMORY]);
}

int main(void)
{
	tap_run("tells errors of the compiler", tells_errors_of_the_compiler);
	tap_run("tells calls that differ", tells_calls_that_differ);
	tap_run("tells what differs past the tests", tells_what_differs_past_the_tests);
	tap_run("tells how a program ended", tells_how_a_program_ended);
	tap_run("tells gates", tells_gates);
	tap_run("tells memory", tells_memory);
	arena_release(&arena);
	return tap_done();
}
