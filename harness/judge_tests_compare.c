#include "harness/judge_tests_parts.h"

static int find_segments(struct judged_program *p, enum side_name name)
{
	struct side *s = &p->sides[name];
	return segments_find(&s->trace, p->planned->program->report, s->result.tests_len, &p->arena, &s->segments, &p->error);
}

/* ---- which tests count */

/* Whether the extraction has sealed it. Where it names tests otherwise than the report does, those of a program share
 * their lot if all of them are sealed. */
static bool is_sealed(const struct judging *j, const struct judged_program *p, const char *test)
{
	struct str program = plan_unconfigured(p->planned->name);
	const struct extracted_test *elsewhere = NULL;
	size_t known = 0, sealed = 0;
	for (size_t i = 0; i < j->extracted->tests_len; i++) {
		const struct extracted_test *t = &j->extracted->tests[i];
		bool own = str_eq(plan_unconfigured(t->program), program), named = strcmp(t->name, test) == 0;
		if (own && named)
			return !t->visible;
		elsewhere = named ? t : elsewhere;
		known += own;
		sealed += own && !t->visible;
	}
	/* Programs of the same sources are known by the first of them. */
	if (!known && elsewhere)
		return !elsewhere->visible;
	return known && sealed == known;
}

static const struct test_line *find_line(const struct program_result *r, const char *name, size_t *ret_index)
{
	for (size_t i = 0; i < r->tests_len; i++) {
		if (strcmp(r->tests[i].name, name) == 0) {
			*ret_index = i;
			return &r->tests[i];
		}
	}
	return NULL;
}

/* ---- comparing */

struct comparing {
	const struct judging *j;
	struct judged_program *p;
	struct comparison *comparison;
};

static void add_divergence(struct comparing *c, struct judged_test *test, const struct trace_difference *d)
{
	struct trace_text text = comparison_describe(c->comparison, d, &c->p->arena);
	struct divergence *all = c->p->divergences;
	all[c->p->divergences_len++] = (struct divergence){
		.program = test->program,
		.test = test->name,
		.sealed = test->sealed,
		.function = arena_strdup(&c->p->arena, text.function),
		.call = text.call,
		.what = arena_strdup(&c->p->arena, text.what),
		.expected = text.expected,
		.got = text.got,
		.free_item = text.free_item,
		.index = text.index,
		.tampering = d->kind == TRACE_TAMPERING,
	};
	if (!test->why[0])
		test->why = d->kind == TRACE_TAMPERING
				    ? arena_printf(&c->p->arena, "tampering in %s: %s", text.function, text.got)
				    : arena_printf(&c->p->arena, "%s: %s is %s, the original's %s", text.function, text.what,
						   text.got, text.expected);
	test->passed = false;
}

/* The trace of one test: range `o` of the original's parts, `r` of the rewrite's. */
static void compare_part(struct comparing *c, struct judged_test *test, size_t o, size_t r)
{
	const struct side *sides = c->p->sides;
	struct trace_range original = sides[SIDE_ORIGINAL].segments.ranges[o];
	struct trace_range noise = o < sides[SIDE_NOISE].segments.len ? sides[SIDE_NOISE].segments.ranges[o]
								 : (struct trace_range){0, 0};
	struct trace_range rewrite = r < sides[SIDE_REWRITE].segments.len ? sides[SIDE_REWRITE].segments.ranges[r]
								    : (struct trace_range){0, 0};
	if (!comparison_is_stable(c->comparison, original, noise)) {
		/* What its report says still counts against it. */
		test->unstable = test->passed;
		if (test->passed)
			test->why = "the original itself makes other calls here when addresses and fresh memory differ";
		return;
	}
	struct trace_difference d = comparison_run(c->comparison, original, noise, rewrite);
	c->p->starved |= d.kind == TRACE_STARVED;
	if (d.kind != TRACE_SAME && d.kind != TRACE_STARVED)
		add_divergence(c, test, &d);
}

/* How the report tells of one test on each side. Without a line the program is its own test. */
struct told {
	bool original, noise;   /* it passed there */
	size_t part, rewritten; /* of the trace, on the original's side and on the rewrite's; SIZE_MAX if it has none */
	const char *why;        /* the rewrite fails it, or "" */
};

static bool passes(const struct program_result *r, const char *name, size_t *ret_part)
{
	const struct test_line *line = find_line(r, name, ret_part);
	return line && line->verdict == TEST_PASSED;
}

static struct told told_of_program(const struct judged_program *p)
{
	const struct program_result *rewrite = &p->sides[SIDE_REWRITE].result;
	return (struct told){
		.original = p->sides[SIDE_ORIGINAL].result.status == PROGRAM_PASSED,
		.noise = p->sides[SIDE_NOISE].result.status == PROGRAM_PASSED,
		.why = rewrite->status == PROGRAM_PASSED ? "" : rewrite->reason,
	};
}

static struct told told_of_line(const struct judged_program *p, const char *name)
{
	struct told t = {.part = SIZE_MAX, .rewritten = SIZE_MAX, .why = ""};
	const struct test_line *got = find_line(&p->sides[SIDE_REWRITE].result, name, &t.rewritten);
	size_t ignored;
	t.original = passes(&p->sides[SIDE_ORIGINAL].result, name, &t.part);
	t.noise = passes(&p->sides[SIDE_NOISE].result, name, &ignored);
	if (!got)
		t.why = "it is not reported: the program ended before it";
	else if (got->verdict != TEST_PASSED)
		t.why = got->message[0] ? got->message : "its report says that it failed";
	return t;
}

static void take_report(struct judged_program *p, struct judged_test *test, const struct told *told)
{
	test->unstable = !told->original || !told->noise;
	test->passed = test->unstable || !told->why[0];
	if (!told->original)
		test->why = "the original itself does not pass it when its calls are listened to";
	else if (!told->noise)
		test->why = "the original itself does not pass it when addresses and fresh memory differ";
	else
		test->why = arena_strdup(&p->arena, told->why);
}

static struct judged_test *add_test(struct comparing *c, const char *name)
{
	struct judged_program *p = c->p;
	struct judged_test *test = &p->tests[p->tests_len++];
	*test = (struct judged_test){
		.program = arena_strdup(&p->arena, p->planned->name),
		.name = arena_strdup(&p->arena, name),
		.sealed = is_sealed(c->j, p, name),
		.passed = true,
		.why = "",
	};
	return test;
}

static void judge_test(struct comparing *c, const char *name, const struct told *told)
{
	struct judged_test *test = add_test(c, name);
	take_report(c->p, test, told);
	bool placed = told->rewritten != SIZE_MAX || c->p->sides[SIDE_ORIGINAL].segments.whole;
	if (!test->unstable && placed)
		compare_part(c, test, told->part, told->rewritten);
}

static void judge_lines(struct comparing *c)
{
	const struct program_result *baseline = c->p->baseline;
	struct told told = told_of_program(c->p);
	if (!c->p->planned->program->report)
		judge_test(c, c->p->planned->name, &told);
	for (size_t i = 0; i < baseline->tests_len; i++) {
		if (baseline->tests[i].verdict != TEST_PASSED)
			continue;
		told = told_of_line(c->p, baseline->tests[i].name);
		judge_test(c, baseline->tests[i].name, &told);
	}
}

/* ---- the program as a whole */

static bool same_end(const struct run_result *a, const struct run_result *b)
{
	return a->outcome == b->outcome && a->exit_code == b->exit_code && a->exited_by_call == b->exited_by_call;
}

/* An exit code repeats what the lines of the report have said; without a report the program is one test, and its end
 * is what that test says. */
static bool said_already(const struct judged_program *p)
{
	const struct run_result *run = &p->sides[SIDE_REWRITE].result.run;
	if (!p->planned->program->report && p->sides[SIDE_REWRITE].result.status != PROGRAM_PASSED)
		return true;
	return p->sides[SIDE_REWRITE].result.failed > 0 && p->planned->program->report && run->outcome == OUTCOME_EXITED &&
	       run->exit_code != 0;
}

/* What happens behind the last report, and how the program ends, is one test more if it goes wrong. */
static void judge_rest(struct comparing *c)
{
	struct judged_program *p = c->p;
	const struct side *o = &p->sides[SIDE_ORIGINAL], *r = &p->sides[SIDE_REWRITE];
	struct judged_test *rest = add_test(c, "");
	if (!same_end(&o->result.run, &r->result.run) && !said_already(p)) {
		rest->passed = false;
		rest->why = r->result.status == PROGRAM_PASSED || !r->result.reason[0]
				    ? arena_printf(&p->arena, "the program %s with code %d, the original's %s with code %d",
						   outcome_name(r->result.run.outcome), r->result.run.exit_code,
						   outcome_name(o->result.run.outcome), o->result.run.exit_code)
				    : arena_strdup(&p->arena, r->result.reason);
	}
	if (p->planned->program->report)
		compare_part(c, rest, o->segments.len - 1, r->segments.len - 1);
	p->tests_len -= rest->passed;
}

void judged_program_compare(const struct judging *j, struct judged_program *p)
{
	size_t most = p->baseline->tests_len + 2;
	p->tests = arena_array(&p->arena, most, struct judged_test);
	p->divergences = arena_array(&p->arena, most, struct divergence);
	for (size_t i = 0; i < SIDES; i++) {
		if (find_segments(p, (enum side_name)i) < 0)
			return;
	}
	const struct side *sides = p->sides;
	struct comparing c = {j, p,
			      comparison_new(&j->shims, &sides[SIDE_ORIGINAL].trace, &sides[SIDE_NOISE].trace,
					     &sides[SIDE_REWRITE].trace, &j->rewrite->suite->project->trace_free)};
	judge_lines(&c);
	judge_rest(&c);
	comparison_free(c.comparison);
}
