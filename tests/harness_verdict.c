/* The table that verdicts follow: every combination of gates, the two keys, and what the manual says of it. */

#include "harness/verdict.h"

#include "core/fs.h"
#include "tests/tap.h"

static struct project project(void)
{
	return (struct project){.verdict = project_default_verdict, .differential_inputs = PROJECT_INPUTS};
}

static const char *functions[10];

/* One that would pass: 4 tests, 6 of 10 functions. */
static void fill(struct judgement *j)
{
	*j = (struct judgement){0};
	for (size_t i = 0; i < GATES; i++)
		j->gates[i].detail = "as it should be";
	j->gates[GATE_TESTS].detail = NULL;
	j->tests.gate.detail = "4 of 4";
	j->tests.visible_passed = 3;
	j->tests.sealed_passed = 1;
	j->tests.calls = 17;
	j->tests.exercised = (struct strings){functions, 6};
	j->tests.unexercised = (struct strings){functions, 4};
}

static void set_gate(struct judgement *j, size_t gate, enum verdict verdict)
{
	if (gate == GATE_TESTS)
		j->tests.gate.verdict = verdict;
	else
		j->gates[gate].verdict = verdict;
}

/* What must come of gates, written down once more and differently: the reason's first word. */
static const char *wanted(const enum verdict gates[GATES], enum verdict *ret)
{
	enum verdict seen[GATES];
	memcpy(seen, gates, sizeof(seen));
	for (size_t i = 1; i < GATES && gates[GATE_BUILD] == VERDICT_FAIL; i++)
		seen[i] = VERDICT_NOT_JUDGED;
	*ret = VERDICT_FAIL;
	for (size_t i = 0; i < GATES; i++) {
		if (seen[i] == VERDICT_FAIL)
			return verdict_rules[i].name;
	}
	*ret = VERDICT_INCONCLUSIVE;
	for (size_t i = 0; i < GATES; i++) {
		if (seen[i] != VERDICT_PASS)
			return verdict_rules[i].name;
	}
	*ret = VERDICT_PASS;
	return "4";
}

static bool combination_holds(size_t number)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j;
	enum verdict gates[GATES], want;
	fill(&j);
	for (size_t i = 0; i < GATES; i++, number /= 4) {
		gates[i] = (enum verdict)(number % 4);
		set_gate(&j, i, gates[i]);
	}
	const char *word = wanted(gates, &want);
	judgement_conclude(&j, &p);
	return j.verdict == want && strncmp(j.reason, word, strlen(word)) == 0;
}

static void every_combination(void)
{
	size_t count = 1, wrong = 0;
	for (size_t i = 0; i < GATES; i++)
		count *= 4;
	for (size_t i = 0; i < count; i++) {
		bool holds = combination_holds(i);
		if (!holds)
			tap_print("# combination %zu\n", i);
		wrong += !holds;
	}
	is_int(count, 4096);
	is_int(wrong, 0);
}

static void nothing_is_never_a_pass(void)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j = {0};
	judgement_conclude(&j, &p);
	is_int(j.verdict, VERDICT_INCONCLUSIVE);
	is_str(j.reason, "build: nothing was judged");
	for (size_t i = 0; i < GATES; i++) {
		is_int(j.gates[i].verdict, VERDICT_NOT_JUDGED);
		ok(j.gates[i].detail && j.gates[i].detail[0]);
	}
	is_str(j.gates[GATE_DIFFERENTIAL].detail, "nothing was judged");
}

static void memory_can_be_switched_off(void)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j;
	p.candidate.memory_off = true;
	fill(&j);
	j.gates[GATE_MEMORY].detail = NULL;
	judgement_conclude(&j, &p);
	is_int(j.verdict, VERDICT_PASS);
	is_int(j.gates[GATE_MEMORY].verdict, VERDICT_NOT_JUDGED);
	is_str(j.gates[GATE_MEMORY].detail, "switched off by candidate in recast.json");
	ok(!verdict_needed(&p, GATE_MEMORY));
	p.candidate.memory_off = false;
	ok(verdict_needed(&p, GATE_MEMORY));
}

static void the_differential_can_be_switched_off(void)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j;
	p.differential_inputs = 0;
	fill(&j);
	j.gates[GATE_DIFFERENTIAL].detail = NULL;
	judgement_conclude(&j, &p);
	is_int(j.verdict, VERDICT_PASS);
	is_int(j.gates[GATE_DIFFERENTIAL].verdict, VERDICT_NOT_JUDGED);
	is_str(j.gates[GATE_DIFFERENTIAL].detail, "switched off by differential in recast.json");
	ok(!verdict_needed(&p, GATE_DIFFERENTIAL));
	p.differential_inputs = 1;
	ok(verdict_needed(&p, GATE_DIFFERENTIAL));
}

static void behind_a_failed_build(void)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j = {0};
	j.gates[GATE_BUILD] = (struct gate){.verdict = VERDICT_FAIL, .detail = "a.c does not compile"};
	judgement_conclude(&j, &p);
	is_int(j.verdict, VERDICT_FAIL);
	is_str(j.reason, "build: a.c does not compile");
	for (size_t i = 1; i < GATES; i++)
		is_int(j.gates[i].verdict, VERDICT_NOT_JUDGED);
	is_str(j.gates[GATE_API].detail, "the rewrite does not build");
	is_str(j.gates[GATE_DIFFERENTIAL].detail, "the rewrite does not build");
}

static void too_few_tests(void)
{
	static const struct {
		size_t tests[4];
		unsigned least;
		enum verdict verdict;
	} rows[] = {
		{{3, 0, 0, 0}, 3, VERDICT_PASS}, {{2, 0, 0, 0}, 3, VERDICT_INCONCLUSIVE},
		{{1, 0, 2, 0}, 3, VERDICT_PASS}, {{1, 1, 1, 1}, 4, VERDICT_PASS},
		{{0, 0, 0, 0}, 1, VERDICT_INCONCLUSIVE}, {{1, 0, 0, 0}, 1, VERDICT_PASS},
		{{1, 0, 0, 0}, 2, VERDICT_INCONCLUSIVE},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct project p = project();
		SCOPED(judgement_release) struct judgement j;
		fill(&j);
		p.verdict.tests = rows[i].least;
		j.tests.unstable = 100;
		j.tests.visible_passed = rows[i].tests[0];
		j.tests.visible_failed = rows[i].tests[1];
		j.tests.sealed_passed = rows[i].tests[2];
		j.tests.sealed_failed = rows[i].tests[3];
		judgement_conclude(&j, &p);
		is_int(j.verdict, rows[i].verdict);
		ok((strstr(j.reason, "verdict.min_tests") != NULL) == (rows[i].verdict != VERDICT_PASS));
	}
}

static void too_few_calls(void)
{
	static const struct {
		size_t called, others;
		double least;
		enum verdict verdict;
	} rows[] = {
		{5, 5, 0.5, VERDICT_PASS}, {4, 6, 0.5, VERDICT_INCONCLUSIVE}, {9, 1, 1, VERDICT_INCONCLUSIVE},
		{10, 0, 1, VERDICT_PASS},  {0, 10, 0, VERDICT_PASS},	      {0, 0, 0, VERDICT_PASS},
		{0, 0, 0.5, VERDICT_INCONCLUSIVE},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct project p = project();
		SCOPED(judgement_release) struct judgement j;
		fill(&j);
		p.verdict.exercised = rows[i].least;
		j.tests.exercised.len = rows[i].called;
		j.tests.unexercised.len = rows[i].others;
		judgement_conclude(&j, &p);
		is_int(j.verdict, rows[i].verdict);
		ok((strstr(j.reason, "verdict.min_exercised") != NULL) == (rows[i].verdict != VERDICT_PASS));
	}
}

static void reasons(void)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j;
	fill(&j);
	judgement_conclude(&j, &p);
	is_str(j.reason, "4 tests agree with the original in 17 calls");
	is_str(j.gates[GATE_TESTS].detail, "4 of 4");
	judgement_conclude(&j, &p);
	is_int(j.verdict, VERDICT_PASS);
	p.verdict.tests = 5;
	judgement_conclude(&j, &p);
	is_str(j.reason, "4 tests were judged, and verdict.min_tests in recast.json is 5");
	p.verdict = (struct verdict_needs){1, 0.75};
	judgement_conclude(&j, &p);
	is_str(j.reason, "the tests call 6 of 10 public functions, and verdict.min_exercised in recast.json is 0.75");
}

static void remarks_are_bounded(void)
{
	struct project p = project();
	SCOPED(judgement_release) struct judgement j;
	fill(&j);
	for (size_t i = 0; i < REMARKS_MAX + 10; i++) {
		remarks_add(&j.tests.gate.findings, &(struct remark){.text = "wrong", .remedy = ""});
		remarks_add(&j.gates[GATE_API].notes, &(struct remark){.text = "odd", .remedy = ""});
	}
	is_int(j.tests.gate.findings.len, REMARKS_MAX);
	judgement_conclude(&j, &p);
	is_int(j.gates[GATE_TESTS].findings.len, REMARKS_MAX);
	is_int(j.tests.gate.findings.len, 0);
}

static void names(void)
{
	is_str(verdict_name(VERDICT_PASS), "pass");
	is_str(verdict_name(VERDICT_FAIL), "fail");
	is_str(verdict_name(VERDICT_INCONCLUSIVE), "inconclusive");
	is_str(verdict_name(VERDICT_NOT_JUDGED), "not judged");
}

/* ---- the manual's table */

/* With one blank for each run of white space. */
static void append_flat(struct buf *out, struct str text)
{
	struct str word;
	while (str_next_word(&text, &word)) {
		buf_append_char(out, ' ');
		buf_append_str(out, word);
	}
}

static void manual_has_the_table(void)
{
	SCOPED_BUF struct buf text, flat;
	SCOPED_ARENA struct arena a = {0};
	struct err err = {0};
	size_t rows = 0;
	buf_init(&text, 1 << 20);
	buf_init(&flat, 1 << 20);
	if (!ok(fs_read("man/recast-check.1", &text, &err) == 0))
		return;
	const char *section = strstr(text.ptr, ".Ss The verdict on a rewrite"),
		   *end = section ? strstr(section, "\n.El") : NULL;
	if (!ok(end != NULL))
		return;
	append_flat(&flat, (struct str){section, (size_t)(end - section)});
	for (const char *at = flat.ptr; (at = strstr(at, " .It ")); at++)
		rows++;
	is_int(rows, verdict_rules_len);
	for (size_t i = 0; i < verdict_rules_len; i++) {
		const struct verdict_rule *rule = &verdict_rules[i];
		const char *row = arena_printf(&a, ".It Ic %s Pq %s %s", rule->name,
					       rule->needed ? "needed" : "not needed", rule->text);
		tap_ok(strstr(flat.ptr, row) != NULL, row, __FILE__, __LINE__);
	}
}

int main(void)
{
	tap_run("names", names);
	tap_run("every combination", every_combination);
	tap_run("nothing is never a pass", nothing_is_never_a_pass);
	tap_run("memory can be switched off", memory_can_be_switched_off);
	tap_run("the differential can be switched off", the_differential_can_be_switched_off);
	tap_run("behind a failed build", behind_a_failed_build);
	tap_run("too few tests", too_few_tests);
	tap_run("too few calls", too_few_calls);
	tap_run("reasons", reasons);
	tap_run("remarks are bounded", remarks_are_bounded);
	tap_run("the manual has the table", manual_has_the_table);
	return tap_done();
}
