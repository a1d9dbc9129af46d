/* Which test a rewrite's early end is told of, and what of its calls is compared: traces made by hand. */

#include "harness/judge_tests_parts.h"

#include "core/mem.h"
#include "tests/tap.h"

enum { F, G }; /* int f(int a), int g(int a, int (*call)(int n)) */
enum { EVENTS_MAX = 40, ITEMS_MAX = 60, TESTS_MAX = 8 };

static struct arena arena;
static struct judging judging;

static void make_judging(void)
{
	static struct parameter of_f[] = {{"a", "int", false}};
	static struct parameter of_g[] = {{"a", "int", false}, {"call", "int (*)(int n)", false}};
	static struct api_function functions[] = {
		{.name = "f", .signature = {"int", of_f, 1, false, false}},
		{.name = "g", .signature = {"int", of_g, 2, false, false}},
	};
	static struct interface api = {.functions = functions, .functions_len = countof(functions)};
	static struct project project;
	static struct suite suite = {.project = &project};
	static struct rewrite rewrite = {.suite = &suite};
	static struct extracted extracted;
	struct shapes *shapes = shapes_new(&api, &arena);
	struct shims *s = &judging.shims;
	s->functions = arena_array(&arena, countof(functions), struct shim_function);
	for (size_t i = 0; i < countof(functions); i++)
		s->functions[i] = (struct shim_function){&functions[i],
							 shape_signature(shapes, &functions[i].signature)};
	s->functions_len = countof(functions);
	s->callbacks = arena_array(&arena, 1, struct shim_callback);
	s->callbacks[0] = (struct shim_callback){shape_callback(shape_of(shapes, "int (*)(int n)")), "call"};
	s->callbacks_len = 1;
	judging.rewrite = &rewrite;
	judging.extracted = &extracted;
}

/* ---- runs */

struct made {
	struct trace_event events[EVENTS_MAX];
	struct trace_item items[ITEMS_MAX];
	struct test_line tests[TESTS_MAX];
	unsigned nesting;
};

static struct made made[SIDES];
static struct judged_program program;
static struct tests_judgement judged;
static enum side_name at;

static void begin(const char *report)
{
	static struct program programs[2];
	static struct plan_program planned;
	static struct program_result baseline;
	struct program *p = &programs[report != NULL];
	arena_release(&program.arena);
	arena_release(&judged.arena);
	gate_release(&judged.gate);
	judged = (struct tests_judgement){0};
	p->report = report ? testreport_find(report) : NULL;
	planned = (struct plan_program){.name = "t", .program = p};
	program = (struct judged_program){.planned = &planned, .baseline = &baseline};
	memset(made, 0, sizeof(made));
	for (size_t i = 0; i < SIDES; i++) {
		program.sides[i].trace = (struct trace){.events = made[i].events, .items = made[i].items};
		program.sides[i].result = (struct program_result){
			.name = "t", .status = PROGRAM_PASSED, .tests = made[i].tests, .reason = ""};
	}
	at = SIDE_ORIGINAL;
}

static void event(enum trace_kind kind, unsigned index)
{
	struct made *m = &made[at];
	struct trace *t = &program.sides[at].trace;
	m->nesting += kind == TRACE_CALLBACK;
	m->nesting -= kind == TRACE_CALLBACK_RETURN;
	m->events[t->events_len++] = (struct trace_event){.kind = (uint8_t)kind,
							  .index = (uint16_t)index,
							  .nesting = (uint8_t)m->nesting,
							  .items = (uint32_t)t->items_len,
							  .out_len = (uint32_t)t->out.len};
	t->calls += kind == TRACE_CALL;
}

static void item(unsigned parameter, int number)
{
	struct trace *t = &program.sides[at].trace;
	struct trace_event *e = &t->events[t->events_len - 1];
	t->items[t->items_len++] = (struct trace_item){.parameter = (uint16_t)parameter,
						       .value = TRACE_NUMBER,
						       .changed = true,
						       .number = (uint64_t)number,
						       .input = e->kind == TRACE_CALL};
	e->items_len++;
}

static void call(unsigned function, int argument)
{
	event(TRACE_CALL, function);
	item(0, argument);
}

static void back(unsigned function, int result)
{
	event(TRACE_RETURN, function);
	item(TRACE_RESULT, result);
}

static void f(int argument, int result)
{
	call(F, argument);
	back(F, result);
}

static void report(const char *name)
{
	struct side *s = &program.sides[at];
	size_t number = s->result.tests_len + 1;
	const char *line = program.planned->program->report == testreport_find("cmocka")
				   ? arena_printf(&arena, "[       OK ] %s\n", name)
				   : arena_printf(&arena, "ok %zu - %s\n", number, name);
	s->trace.out = str_of(arena_printf(&arena, "%.*s%s", STR_ARG(s->trace.out), line));
	s->result.tests[s->result.tests_len++] = (struct test_line){name, TEST_PASSED, ""};
}

static const char *const names[] = {"", "one", "two", "three"};

static void begins(int test)
{
	struct trace *t = &program.sides[at].trace;
	t->out = str_of(arena_printf(&arena, "%.*s[ RUN      ] %s\n", STR_ARG(t->out), names[test]));
}

/* The original's second run, and what its tests said without shims, are as the first. */
static void on_rewrite(void)
{
	static struct program_result baseline;
	struct side *o = &program.sides[SIDE_ORIGINAL], *n = &program.sides[SIDE_NOISE];
	made[SIDE_NOISE] = made[SIDE_ORIGINAL];
	n->trace = o->trace;
	n->result = o->result;
	baseline = o->result;
	program.baseline = &baseline;
	at = SIDE_REWRITE;
}

static void ends(enum outcome outcome, int code)
{
	struct program_result *r = &program.sides[at].result;
	r->status = PROGRAM_FAILED;
	r->reason = "stopped";
	r->run = (struct run_result){
		.outcome = outcome, .exit_code = code, .exited_by_call = outcome == OUTCOME_EXITED};
	if (outcome == OUTCOME_TRAPPED) {
		snprintf(r->run.trap, sizeof(r->run.trap), "division by zero");
		snprintf(r->run.where, sizeof(r->run.where), "halve < f < __wrap_f < __original_main < _start");
	}
}

/* "NAME: WHY" of each test that failed, and "CALL: WHAT: EXPECTED / GOT" of what differs, with how it ended then. */
static const char *judge(void)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 10000);
	judged_program_compare(&judging, &program);
	for (size_t i = 0; i < program.tests_len; i++) {
		const struct judged_test *t = &program.tests[i];
		if (!t->passed)
			buf_printf(&out, "%s%s: %s\n", t->unreported ? "unreported " : "", t->name,
				   t->unreported ? "" : t->why);
	}
	for (size_t i = 0; i < program.divergences_len; i++) {
		const struct divergence *d = &program.divergences[i];
		buf_printf(&out, "- %s: %zu %s: %s: %s / %s%s%s\n", d->test, d->index, d->call, d->what, d->expected,
			   d->got, d->ended[0] ? ", then " : "", d->ended);
	}
	return arena_str(&arena, buf_str(&out));
}

/* ---- cases */

static void three_tests(void)
{
	begin("tap");
	f(1, 1), report("one");
	f(2, 1), f(3, 1), report("two");
	f(4, 2), report("three");
	f(5, 2);
	on_rewrite();
}

#define TRAP "traps: division by zero in halve < f < main"

static void ends_within_a_call(void)
{
	three_tests();
	f(1, 1), report("one"), f(2, 1), call(F, 3), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "two: " TRAP ", in the call f(3)\nunreported three: \n"
			"- two: 3 f(3): end: comes back / " TRAP "\n");
	three_tests();
	f(1, 1), report("one"), f(2, 1), call(F, 3), ends(OUTCOME_OUT_OF_FUEL, 0);
	is_str(judge(), "two: does not come to an end: stopped, in the call f(3)\nunreported three: \n"
			"- two: 3 f(3): end: comes back / does not come to an end: stopped\n");
	three_tests();
	f(1, 1), report("one"), f(2, 1), call(F, 3), ends(OUTCOME_OUTPUT_LIMIT, 0);
	is_str(judge(), "two: ends: stopped, in the call f(3)\nunreported three: \n"
			"- two: 3 f(3): end: comes back / ends: stopped\n");
	/* also with the code that the original's has */
	three_tests();
	f(1, 1), report("one"), f(2, 1), call(F, 3), ends(OUTCOME_EXITED, 0);
	program.sides[SIDE_ORIGINAL].result.run.exited_by_call = true;
	is_str(judge(), "two: ends: exit code 0, in the call f(3)\nunreported three: \n"
			"- two: 3 f(3): end: comes back / ends: exit code 0\n");
	/* in the first test, and behind the last one */
	three_tests();
	call(F, 1), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "one: " TRAP ", in the call f(1)\nunreported two: \nunreported three: \n"
			"- one: 1 f(1): end: comes back / " TRAP "\n");
	three_tests();
	f(1, 1), report("one"), f(2, 1), f(3, 1), report("two"), f(4, 2), report("three");
	call(F, 5), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), ": " TRAP ", in the call f(5)\n- : 5 f(5): end: comes back / " TRAP "\n");
}

static void ends_between_calls(void)
{
	/* because of what it was answered, or for no reason that anybody sees */
	three_tests();
	f(1, 1), report("one"), f(2, 9), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "two: " TRAP "; before that, f: result is 9, the original's 1\nunreported three: \n"
			"- two: 2 f(2): result: 1 / 9, then " TRAP "\n");
	three_tests();
	f(1, 1), report("one"), f(2, 1), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "two: " TRAP "\nunreported three: \n"
			"- two: 3 f(3): calls: f(3) / no further call: the program " TRAP "\n");
	three_tests();
	f(1, 1), report("one"), f(2, 1), f(3, 1), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "two: " TRAP "\nunreported three: \n");
	/* all tests are there, and one of them was answered otherwise */
	three_tests();
	f(1, 1), report("one"), f(2, 1), f(3, 7), report("two"), f(4, 2), report("three"), f(5, 2);
	ends(OUTCOME_EXITED, 1);
	program.sides[SIDE_REWRITE].result.failed = 1;
	is_str(judge(), "two: f: result is 7, the original's 1\n- two: 3 f(3): result: 1 / 7\n");
	/* it has no end that is known */
	three_tests();
	f(1, 1), report("one"), f(2, 1), ends(OUTCOME_OUT_OF_FUEL, 0);
	program.sides[SIDE_REWRITE].trace.cut = true;
	is_str(judge(), "two: does not come to an end: stopped\nunreported three: \n");
}

static void calling_back(void)
{
	for (int after = 0; after < 3; after++) {
		begin("tap");
		report("one"), call(G, 1), event(TRACE_CALLBACK, 0), f(2, 3), event(TRACE_CALLBACK_RETURN, 0);
		back(G, 4), report("two");
		on_rewrite();
		report("one"), call(G, 1), event(TRACE_CALLBACK, 0);
		if (after > 0)
			f(2, 3);
		if (after > 1)
			event(TRACE_CALLBACK_RETURN, 0);
		ends(OUTCOME_TRAPPED, 0);
		is_str(judge(), "two: " TRAP ", in the call g(1)\n- two: 1 g(1): end: comes back / " TRAP "\n");
	}
	/* in a call from a callback */
	begin("tap");
	call(G, 1), event(TRACE_CALLBACK, 0), f(2, 3), event(TRACE_CALLBACK_RETURN, 0), back(G, 4), report("one");
	on_rewrite();
	call(G, 1), event(TRACE_CALLBACK, 0), call(F, 2), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "one: " TRAP ", in the call f(2)\n- one: 2 f(2): end: comes back / " TRAP "\n");
	/* out of which the original jumps */
	begin("tap");
	call(G, 1), event(TRACE_CALLBACK, 0), made[at].nesting = 0, f(2, 3), report("one");
	on_rewrite();
	call(G, 1), event(TRACE_CALLBACK, 0), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "one: " TRAP "\n- one: 2 f(2): calls: f(2) / no further call: the program " TRAP "\n");
}

static void without_a_report(void)
{
	begin(NULL);
	f(1, 1), f(2, 1), f(3, 1);
	on_rewrite();
	f(1, 1), call(F, 2), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "t: " TRAP ", in the call f(2)\n- t: 2 f(2): end: comes back / " TRAP "\n");
	begin(NULL);
	f(1, 1), f(2, 1), f(3, 1);
	on_rewrite();
	f(1, 5), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "t: " TRAP "; before that, f: result is 5, the original's 1\n"
			"- t: 1 f(1): result: 1 / 5, then " TRAP "\n");
	/* A test that fails ends so. */
	begin(NULL);
	f(1, 1), f(2, 1), f(3, 1);
	on_rewrite();
	f(1, 5), ends(OUTCOME_EXITED, 1);
	is_str(judge(), "t: stopped\n- t: 1 f(1): result: 1 / 5\n");
}

/* Nothing assigns its calls to tests. */
static void with_a_report_at_the_end(void)
{
	begin("tap");
	f(1, 1), f(2, 1), report("one"), report("two");
	on_rewrite();
	f(1, 1), call(F, 2), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "unreported one: \nunreported two: \n: " TRAP ", in the call f(2)\n"
			"- : 2 f(2): end: comes back / " TRAP "\n");
	begin("tap");
	f(1, 1), f(2, 1), report("one"), report("two");
	on_rewrite();
	f(1, 1), f(2, 1), report("one"), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "unreported two: \n: " TRAP "\n");
}

/* Where only failures have names, or tests come in another order, no line says where the end belongs. */
static void where_lines_do_not_tell(void)
{
	begin("tap");
	f(1, 1), f(2, 1);
	on_rewrite();
	f(1, 1), report("failed"), call(F, 2), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), ": " TRAP ", in the call f(2)\n- : 2 f(2): end: comes back / " TRAP "\n");
	three_tests();
	f(2, 1), f(3, 1), report("two"), f(1, 1), report("one"), call(F, 4), ends(OUTCOME_TRAPPED, 0);
	const char *said = judge();
	ok(strstr(said, "unreported three: \n: " TRAP "\n") != NULL);
	ok(strstr(said, "- : ") == NULL);
	/* a name that comes at another place */
	three_tests();
	f(1, 1), report("one"), f(2, 1), f(3, 1), report("zwei"), f(4, 2), report("three"), f(5, 2);
	is_str(judge(), "two: its report does not name it\n");
	/* what was never run */
	three_tests();
	program.sides[SIDE_REWRITE].result.status = PROGRAM_NOT_RUNNABLE;
	program.sides[SIDE_REWRITE].result.reason = "it does not link";
	is_str(judge(), "unreported one: \nunreported two: \nunreported three: \n: it does not link\n");
}

/* A framework that says which test begins. */
static void with_a_line_before_each_test(void)
{
	for (int when = 0; when < 2; when++) {
		begin("cmocka");
		for (int i = 1; i <= 3; i++)
			begins(i), f(i, i), f(10 * i, i), report(names[i]);
		on_rewrite();
		begins(1), f(1, 1), f(10, 1), report(names[1]), begins(2), f(2, 2);
		if (when)
			call(F, 20);
		program.sides[at].result.tests[1] = (struct test_line){names[2], TEST_FAILED, "started, but did not end"};
		program.sides[at].result.tests_len = 2;
		program.sides[at].result.unended = true;
		ends(OUTCOME_TRAPPED, 0);
		is_str(judge(), when ? "two: " TRAP ", in the call f(20)\nunreported three: \n"
				       "- two: 4 f(20): end: comes back / " TRAP "\n"
				     : "two: " TRAP "\nunreported three: \n"
				       "- two: 4 f(20): calls: f(20) / no further call: the program " TRAP "\n");
	}
}

/* The original ends by itself, where the rewrite may go on. */
static void where_the_original_ends(void)
{
	begin("tap");
	f(1, 1), report("one"), f(2, 1), ends(OUTCOME_TRAPPED, 0);
	on_rewrite();
	f(1, 1), report("one"), f(2, 1), f(3, 1), report("two"), f(4, 1);
	is_str(judge(), ": the program exited with code 0, the original's trapped with code 0\n");
	begin("tap");
	f(1, 1), report("one"), f(2, 1), ends(OUTCOME_TRAPPED, 0);
	on_rewrite();
	f(1, 1), report("one"), f(2, 7), f(3, 1), report("two"), f(4, 1);
	is_str(judge(), ": the program exited with code 0, the original's trapped with code 0\n"
			"- : 2 f(2): result: 1 / 7\n");
	begin("tap");
	f(1, 1), report("one"), f(2, 1), ends(OUTCOME_TRAPPED, 0);
	on_rewrite();
	f(1, 1), report("one"), f(2, 1), ends(OUTCOME_TRAPPED, 0);
	is_str(judge(), "");
}

static void is_told_once(void)
{
	three_tests();
	call(F, 1), ends(OUTCOME_TRAPPED, 0);
	judge();
	judging.programs = &program;
	judging.programs_len = 1;
	judging_collect(&judging, &judged);
	is_str(judged.gate.detail, "3 of 3 tests fail, 2 of them not reported");
	is_int(judged.gate.findings.len, 2);
	is_str(judged.gate.findings.items[0].text, "one: " TRAP ", in the call f(1)");
	is_str(judged.gate.findings.items[1].text, "t: 2 tests are not reported: the program did not come to them");
}

int main(void)
{
	make_judging();
	tap_run("ends within a call", ends_within_a_call);
	tap_run("ends between calls", ends_between_calls);
	tap_run("calling back", calling_back);
	tap_run("without a report", without_a_report);
	tap_run("with a report at the end", with_a_report_at_the_end);
	tap_run("where lines do not tell", where_lines_do_not_tell);
	tap_run("with a line before each test", with_a_line_before_each_test);
	tap_run("where the original ends", where_the_original_ends);
	tap_run("is told once", is_told_once);
	arena_release(&program.arena);
	tests_judgement_release(&judged);
	arena_release(&arena);
	return tap_done();
}
