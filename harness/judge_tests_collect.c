#include "harness/judge_tests_parts.h"

#include "core/mem.h"

static void count_test(struct tests_judgement *t, const struct judged_test *test)
{
	if (test->unstable)
		t->unstable++;
	else if (test->sealed)
		*(test->passed ? &t->sealed_passed : &t->sealed_failed) += 1;
	else
		*(test->passed ? &t->visible_passed : &t->visible_failed) += 1;
}

/* ---- what was not looked at */

struct unseen {
	struct strings list;
	size_t cap;
};

static void add_unseen(struct tests_judgement *t, struct unseen *u, const char *text)
{
	if (u->list.len < u->cap && !strings_have(&u->list, text))
		u->list.items[u->list.len++] = arena_strdup(&t->arena, text);
}

static void note_bounds(struct tests_judgement *t, struct unseen *u, const struct judged_program *p)
{
	const struct trace *trace = &p->sides[SIDE_ORIGINAL].trace, *rewrite = &p->sides[SIDE_REWRITE].trace;
	struct arena *a = &t->arena;
	if (trace->cut || rewrite->cut)
		add_unseen(t, u, arena_printf(a, "%s: calls behind the first %zu, which is all that is kept of a trace",
					      p->planned->name, min_size(trace->calls, trace->events_len / 2)));
	if (trace->sampled || rewrite->sampled)
		add_unseen(t, u, arena_printf(a, "%s: whether later calls wrote into the memory of the tests", p->planned->name));
	if (p->starved)
		add_unseen(t, u, arena_printf(a, "%s: calls behind an allocation that the test lets fail", p->planned->name));
	if (trace->raw_callbacks || rewrite->raw_callbacks)
		add_unseen(t, u, arena_printf(a, "%s: callbacks beyond %d of one type at once", p->planned->name,
					      SHIM_TRAMPOLINES));
}

static void note_function(struct tests_judgement *t, struct unseen *u, const struct shim_function *f)
{
	const struct shape_signature *g = f->signature;
	if (g->variadic)
		add_unseen(t, u, arena_printf(&t->arena, "%s: what its ... arguments lead to", f->function->name));
	for (size_t i = 0; i < g->parameters_len; i++) {
		enum shim_callback_mode mode = shim_parameter_mode(g, i);
		if (mode != SHIM_TRACED)
			add_unseen(t, u, arena_printf(&t->arena, "%s: when it calls %s, which %s", f->function->name,
						      g->names[i][0] ? g->names[i] : "its callback",
						      mode != SHIM_COMPARATOR ? "is about memory" : "compares"));
	}
}

static void note_exercised(const struct judging *j, struct tests_judgement *t)
{
	struct unseen unseen = {{arena_array(&t->arena, REMARKS_MAX, const char *), 0}, REMARKS_MAX};
	size_t len = j->shims.functions_len;
	t->exercised.items = arena_array(&t->arena, len, const char *);
	t->unexercised.items = arena_array(&t->arena, len + j->shims.untold.len, const char *);
	for (size_t i = 0; i < len; i++) {
		bool called = false;
		for (size_t p = 0; p < j->programs_len; p++)
			called |= j->programs[p].sides[SIDE_ORIGINAL].trace.called && j->programs[p].sides[SIDE_ORIGINAL].trace.called[i];
		struct strings *list = called ? &t->exercised : &t->unexercised;
		list->items[list->len++] = arena_strdup(&t->arena, j->shims.functions[i].function->name);
		if (called)
			note_function(t, &unseen, &j->shims.functions[i]);
	}
	/* That they are called is not heard, so it does not count. */
	for (size_t i = 0; i < j->shims.untold.len; i++)
		t->unexercised.items[t->unexercised.len++] = arena_strdup(&t->arena, j->shims.untold.items[i]);
	for (size_t i = 0; i < j->shims.unseen.len; i++)
		add_unseen(t, &unseen, j->shims.unseen.items[i]);
	for (size_t i = 0; i < j->programs_len; i++)
		note_bounds(t, &unseen, &j->programs[i]);
	strings_sort(&t->exercised);
	strings_sort(&t->unexercised);
	t->unseen = unseen.list;
}

/* ---- what it comes to */

/* Which callbacks come, and in which order, is often left open: that may be declared. A wrong answer may not. */
static void propose_free(struct tests_judgement *t)
{
	t->free_items.items = arena_array(&t->arena, t->divergences_len, const char *);
	for (size_t i = 0; i < t->divergences_len; i++) {
		const char *item = t->divergences[i].free_item;
		if (str_ends(str_of(item), STR(".calls")) && !strings_have(&t->free_items, item))
			t->free_items.items[t->free_items.len++] = item;
	}
}

/* A program in which the rewrite does so much more than the original that not all of it was compared, or NULL. */
static const char *cut_short(const struct judging *j)
{
	for (size_t i = 0; i < j->programs_len; i++) {
		const struct side *sides = j->programs[i].sides;
		if (sides[SIDE_REWRITE].trace.cut && !sides[SIDE_ORIGINAL].trace.cut)
			return j->programs[i].planned->name;
	}
	return NULL;
}

/* What the program did not come to is told once, behind the test in which it ended. */
static void add_findings(struct tests_judgement *t)
{
	for (size_t i = 0; i < t->tests_len; i++) {
		const struct judged_test *test = &t->tests[i];
		size_t unreported = judged_unreported(t, i);
		const char *name = test->name[0] && !unreported ? test->name : test->program;
		const char *why = unreported ? judged_unreported_text(unreported, &t->arena) : test->why;
		const char *text = arena_printf(&t->arena, "%s: %s", name, why);
		if (unreported || (!test->passed && !test->unstable && !test->unreported))
			remarks_add(&t->gate.findings, &(struct remark){.place = {.file = ""}, .text = text, .remedy = ""});
	}
}

static void conclude(const struct judging *j, struct tests_judgement *t)
{
	size_t failed = t->visible_failed + t->sealed_failed, passed = t->visible_passed + t->sealed_passed;
	size_t tampering = 0, unreported = 0;
	for (size_t i = 0; i < t->tests_len; i++)
		unreported += t->tests[i].unreported;
	for (size_t i = 0; i < t->divergences_len; i++)
		tampering += t->divergences[i].tampering;
	const char *cut = cut_short(j), *left_out = "";
	if (unreported)
		left_out = arena_printf(&t->arena, ", %zu of them not reported", unreported);
	t->gate.verdict = failed ? VERDICT_FAIL : passed && !cut ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
	if (failed)
		t->gate.detail = arena_printf(&t->arena, "%zu of %zu tests fail%s%s", failed, failed + passed, left_out,
					      tampering ? "; it tampers with the memory of the tests" : "");
	else if (passed && cut)
		t->gate.detail = arena_printf(&t->arena, "%s: its trace is longer than what is kept, the original's is not", cut);
	else if (passed)
		t->gate.detail = arena_printf(&t->arena, "%zu test%s, and all of %zu calls agree", passed,
					      passed == 1 ? " passes" : "s pass", t->calls);
	else
		t->gate.detail = "no test could be judged";
	add_findings(t);
}

static void add_program(struct tests_judgement *t, struct judged_program *p)
{
	for (size_t i = 0; i < p->tests_len; i++) {
		t->tests[t->tests_len++] = p->tests[i];
		count_test(t, &p->tests[i]);
	}
	for (size_t i = 0; i < p->divergences_len && t->divergences_len < REMARKS_MAX; i++)
		t->divergences[t->divergences_len++] = p->divergences[i];
	t->divergences_total += p->divergences_len;
	t->calls += min_size(p->sides[SIDE_ORIGINAL].trace.calls, p->sides[SIDE_REWRITE].trace.calls);
	t->fuel += p->sides[SIDE_REWRITE].result.run.fuel;
	t->fuel_original += p->sides[SIDE_ORIGINAL].result.run.fuel;
	arena_adopt(&t->arena, &p->arena);
}

void judging_collect(struct judging *j, struct tests_judgement *t)
{
	size_t tests = 0;
	for (size_t i = 0; i < j->programs_len; i++)
		tests += j->programs[i].tests_len;
	t->tests = arena_array(&t->arena, tests, struct judged_test);
	t->divergences = arena_array(&t->arena, REMARKS_MAX, struct divergence);
	for (size_t i = 0; i < j->programs_len; i++)
		add_program(t, &j->programs[i]);
	note_exercised(j, t);
	propose_free(t);
	conclude(j, t);
}
