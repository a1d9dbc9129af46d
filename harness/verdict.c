#include "harness/verdict.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_FAIL] = "fail",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_NOT_JUDGED] = "not judged",
	};
	return names[verdict];
}

const char *memory_kind_name(enum memory_kind kind)
{
	static const char *const names[MEMORY_KINDS] = {
		[MEMORY_FAULT] = "fault",	  [MEMORY_UNDEFINED] = "undefined", [MEMORY_LEAK] = "leak",
		[MEMORY_UNWRITTEN] = "unwritten", [MEMORY_FAILING] = "failing",	    [MEMORY_PEAK] = "peak",
	};
	return names[kind];
}

void remarks_add(struct remarks *remarks, const struct remark *remark)
{
	if (remarks->len < REMARKS_MAX)
		*vec_push(remarks) = *remark;
}

void gate_release(struct gate *gate)
{
	vec_release(&gate->findings);
	vec_release(&gate->notes);
}

void tests_judgement_release(struct tests_judgement *tests)
{
	gate_release(&tests->gate);
	arena_release(&tests->arena);
	*tests = (struct tests_judgement){0};
}

void memory_judgement_release(struct memory_judgement *memory)
{
	gate_release(&memory->gate);
	arena_release(&memory->arena);
	*memory = (struct memory_judgement){0};
}

void judgement_release(struct judgement *j)
{
	for (size_t i = 0; i < GATES; i++)
		gate_release(&j->gates[i]);
	tests_judgement_release(&j->tests);
	memory_judgement_release(&j->memory);
	arena_release(&j->differential.arena);
	arena_release(&j->arena);
	*j = (struct judgement){0};
}

/* ---- the table */

size_t judged_unreported(const struct tests_judgement *t, size_t index)
{
	size_t count = 0;
	for (size_t i = 0; i < t->tests_len; i++) {
		bool is = t->tests[i].unreported && strcmp(t->tests[i].program, t->tests[index].program) == 0;
		if (is && i > index)
			return 0;
		count += is;
	}
	return t->tests[index].unreported ? count : 0;
}

const char *judged_unreported_text(size_t tests, struct arena *a)
{
	return arena_printf(a, "%zu test%s not reported: the program did not come to %s", tests,
			    tests == 1 ? " is" : "s are", tests == 1 ? "it" : "them");
}

static size_t judged_tests(const struct tests_judgement *t)
{
	return t->visible_passed + t->visible_failed + t->sealed_passed + t->sealed_failed;
}

static const char *lack_of_tests(struct judgement *j, const struct verdict_needs *needs)
{
	size_t judged = judged_tests(&j->tests);
	if (judged >= needs->tests)
		return NULL;
	return arena_printf(&j->arena, "%zu test%s judged, and verdict.min_tests in recast.json is %u", judged,
			    judged == 1 ? " was" : "s were", needs->tests);
}

static const char *lack_of_calls(struct judgement *j, const struct verdict_needs *needs)
{
	size_t called = j->tests.exercised.len, of = called + j->tests.unexercised.len;
	if ((double)called >= needs->exercised * (double)of && (of || needs->exercised <= 0))
		return NULL;
	return arena_printf(
		&j->arena, "the tests call %zu of %zu public functions, and verdict.min_exercised in recast.json is %g",
		called, of, needs->exercised);
}

const struct verdict_rule verdict_rules[] = {
	[GATE_BUILD] = {"build", true, "its sources compile and link in the sandbox.", NULL},
	[GATE_SYMBOLS] = {"symbols", true, "it refers only to what it may.", NULL},
	[GATE_API] = {"api", true, "each public function, type and constant is there, and equal.", NULL},
	[GATE_TESTS] = {"tests", true, "the tests pass, and each call answers as the original's.", NULL},
	[GATE_DIFFERENTIAL] = {"differential", true,
			       "calls beyond those of the tests are answered as the original answers them.", NULL},
	[GATE_MEMORY] =
		{"memory", true,
		 "no leak, no write outside of blocks and no undefined behaviour that the original does not have.",
		 NULL},
	{"verdict.min_tests", true, "at least so many tests were judged; unstable ones do not count.", lack_of_tests},
	{"verdict.min_exercised", true, "at least this share of the public functions is called by the tests.",
	 lack_of_calls},
};

const size_t verdict_rules_len = countof(verdict_rules);

/* ---- by the table */

bool verdict_needed(const struct project *project, enum gate_name gate)
{
	bool off = (gate == GATE_MEMORY && project->candidate.memory_off) ||
		   (gate == GATE_DIFFERENTIAL && project->differential_inputs == 0);
	return verdict_rules[gate].needed && !off;
}

static void take_gate(struct judgement *j, enum gate_name name, struct gate *gate)
{
	if (!gate->detail)
		return;
	gate_release(&j->gates[name]);
	j->gates[name] = *gate;
	*gate = (struct gate){0};
}

static const char *why_not_judged(const struct project *project, enum gate_name gate, bool behind)
{
	if (!verdict_needed(project, gate))
		return gate == GATE_MEMORY ? "switched off by candidate in recast.json" :
					     "switched off by differential in recast.json";
	return behind ? "the rewrite does not build" : "nothing was judged";
}

/* A gate is never taken for a pass because nobody looked. */
static void settle_gates(struct judgement *j, const struct project *project)
{
	take_gate(j, GATE_TESTS, &j->tests.gate);
	take_gate(j, GATE_MEMORY, &j->memory.gate);
	for (enum gate_name i = 0; i < GATES; i++) {
		struct gate *gate = &j->gates[i];
		bool behind = i > GATE_BUILD && j->gates[GATE_BUILD].verdict == VERDICT_FAIL;
		if (gate->detail && !behind)
			continue;
		gate_release(gate);
		gate->verdict = VERDICT_NOT_JUDGED;
		gate->detail = why_not_judged(project, i, behind);
	}
}

static void conclude(struct judgement *j, enum verdict verdict, const char *reason)
{
	j->verdict = verdict;
	j->reason = reason;
}

static bool conclude_by_gates(struct judgement *j, const struct project *project)
{
	for (size_t i = 0; i < GATES; i++) {
		if (j->gates[i].verdict != VERDICT_FAIL)
			continue;
		conclude(j, VERDICT_FAIL,
			 arena_printf(&j->arena, "%s: %s", verdict_rules[i].name, j->gates[i].detail));
		return true;
	}
	for (enum gate_name i = 0; i < GATES; i++) {
		if (!verdict_needed(project, i) || j->gates[i].verdict == VERDICT_PASS)
			continue;
		conclude(j, VERDICT_INCONCLUSIVE,
			 arena_printf(&j->arena, "%s: %s", verdict_rules[i].name, j->gates[i].detail));
		return true;
	}
	return false;
}

void judgement_conclude(struct judgement *j, const struct project *project)
{
	settle_gates(j, project);
	if (conclude_by_gates(j, project))
		return;
	for (size_t i = 0; i < verdict_rules_len; i++) {
		const struct verdict_rule *rule = &verdict_rules[i];
		const char *lack = rule->lack ? rule->lack(j, &project->verdict) : NULL;
		if (lack) {
			conclude(j, VERDICT_INCONCLUSIVE, lack);
			return;
		}
	}
	size_t judged = judged_tests(&j->tests);
	conclude(j, VERDICT_PASS,
		 arena_printf(&j->arena, "%zu test%s agree%s with the original in %zu calls", judged,
			      judged == 1 ? "" : "s", judged == 1 ? "s" : "", j->tests.calls));
}
