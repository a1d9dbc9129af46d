#include "harness/judge_tests_parts.h"

size_t judged_ended(const struct program_result *r)
{
	return r->tests_len - r->unended;
}

static int find_segments(struct judged_program *p, enum side_name name)
{
	struct side *s = &p->sides[name];
	/* Where only failures have names, those of the rewrite are nothing that the original has, too. */
	size_t tests = p->sides[SIDE_ORIGINAL].result.tests_len ? judged_ended(&s->result) : 0;
	return segments_find(&s->trace, p->planned->program->report, tests, &p->arena, &s->segments, &p->error);
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

const struct test_line *judged_line(const struct program_result *r, const char *name, size_t *ret_index)
{
	for (size_t i = 0; i < judged_ended(r); i++) {
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

static void add_divergence(struct comparing *c, struct judged_test *test, const struct trace_text *text, bool tampering,
			   const char *ended)
{
	struct divergence *all = c->p->divergences;
	all[c->p->divergences_len++] = (struct divergence){
		.program = test->program,
		.test = test->name,
		.sealed = test->sealed,
		.function = arena_strdup(&c->p->arena, text->function),
		.call = text->call,
		.what = arena_strdup(&c->p->arena, text->what),
		.expected = text->expected,
		.got = text->got,
		.free_item = text->free_item,
		.index = text->index,
		.tampering = tampering,
		.ended = ended,
	};
	test->passed = false;
}

static const char *why_it_differs(const struct trace_text *text, bool tampering, struct arena *a)
{
	if (tampering)
		return arena_printf(a, "tampering in %s: %s", text->function, text->got);
	return arena_printf(a, "%s: %s is %s, the original's %s", text->function, text->what, text->got,
			    text->expected);
}

static void add_difference(struct comparing *c, struct judged_test *test, const struct trace_difference *d, bool at_end)
{
	struct arena *a = &c->p->arena;
	struct trace_text text = comparison_describe(c->comparison, d, a);
	bool tampering = d->kind == TRACE_TAMPERING;
	const struct early_end *end = &c->p->end;
	/* That it ends with another code because of what it was answered goes without saying. */
	bool ended = at_end && (end->missing || c->p->sides[SIDE_REWRITE].result.run.outcome != OUTCOME_EXITED);
	const char *why = why_it_differs(&text, tampering, a);
	add_divergence(c, test, &text, tampering, ended ? end->how : "");
	if (ended)
		test->why = arena_printf(a, "%s; before that, %s", end->how, why);
	else if (!test->why[0])
		test->why = why;
}

/* The rewrite did as the original does until it ended, in the middle of a call or between two of them. */
static void add_end(struct comparing *c, struct judged_test *test, const struct trace_difference *d)
{
	struct arena *a = &c->p->arena;
	struct trace_text text = comparison_describe_end(c->comparison, d, c->p->end.how, a);
	/* Of so long a trace the end is not known. */
	if (c->p->sides[SIDE_REWRITE].trace.cut)
		return;
	add_divergence(c, test, &text, false, "");
	if (strcmp(text.what, "end") == 0)
		test->why = arena_printf(a, "%s, in the call %s", c->p->end.how, text.call);
}

/* Parts of both traces that belong together. */
struct part {
	struct trace_range original, noise, rewrite;
	bool is_end;   /* the rewrite's run ended in it */
	bool goes_on;  /* the original's did, and the rewrite may do more */
};

static struct trace_range range_of(const struct side *s, size_t part)
{
	return part < s->segments.len ? s->segments.ranges[part] : (struct trace_range){0, 0};
}

static struct part part_of(const struct judged_program *p, size_t original, size_t rewrite)
{
	return (struct part){.original = range_of(&p->sides[SIDE_ORIGINAL], original),
			     .noise = range_of(&p->sides[SIDE_NOISE], original),
			     .rewrite = range_of(&p->sides[SIDE_REWRITE], rewrite)};
}

/* The one in which the rewrite's run ended. */
static struct part last_part(const struct judged_program *p)
{
	struct part part = part_of(p, p->end.part, p->sides[SIDE_REWRITE].segments.len - 1);
	if (!p->planned->program->report)
		part = part_of(p, 0, 0);
	part.is_end = true;
	return part;
}

static void compare_part(struct comparing *c, struct judged_test *test, const struct part *part)
{
	if (!comparison_is_stable(c->comparison, part->original, part->noise)) {
		/* What its report says still counts against it. */
		test->unstable = test->passed;
		if (test->passed)
			test->why = "the original itself makes other calls here when addresses and fresh memory differ";
		return;
	}
	struct trace_difference d = comparison_run(c->comparison, part->original, part->noise, part->rewrite);
	bool over = d.kind == TRACE_OTHER_CALL && part->is_end && d.rewrite_over;
	bool goes_on = d.kind == TRACE_OTHER_CALL && part->goes_on && d.original_over;
	c->p->starved |= d.kind == TRACE_STARVED;
	if (over)
		add_end(c, test, &d);
	else if (d.kind != TRACE_SAME && d.kind != TRACE_STARVED && !goes_on)
		add_difference(c, test, &d, part->is_end);
}

/* How the report tells of one test on each side. Without a line the program is its own test. */
struct told {
	bool original, noise;   /* it passed there */
	size_t part, rewritten; /* of the trace, on the original's side and on the rewrite's; SIZE_MAX if it has none */
	const char *why;        /* the rewrite fails it, or "" */
};

static bool passes(const struct program_result *r, const char *name, size_t *ret_part)
{
	const struct test_line *line = judged_line(r, name, ret_part);
	return line && line->verdict == TEST_PASSED;
}

/* Without its line, because the program had ended. A program that was never run has ended before all of them. */
static bool is_behind_end(const struct judged_program *p, const struct told *told)
{
	bool behind = p->end.missing && (p->end.part == SIZE_MAX || told->part >= p->end.part);
	return told->rewritten == SIZE_MAX && (behind || !p->end.how[0]);
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

/* Whether the rewrite's run ended in what the report would have told as this test. */
static bool ended_in(const struct judged_program *p, const char *name)
{
	const struct side *original = &p->sides[SIDE_ORIGINAL];
	return p->end.missing && !original->segments.whole && p->end.part < original->result.tests_len &&
	       strcmp(original->result.tests[p->end.part].name, name) == 0;
}

static const char *why_unreported(const struct judged_program *p, const struct told *told, const char *name)
{
	if (ended_in(p, name))
		return p->end.how;
	return is_behind_end(p, told) ? "it is not reported: the program did not come to it"
				      : "its report does not name it";
}

static struct told told_of_line(const struct judged_program *p, const char *name)
{
	struct told t = {.part = SIZE_MAX, .rewritten = SIZE_MAX, .why = ""};
	const struct test_line *got = judged_line(&p->sides[SIDE_REWRITE].result, name, &t.rewritten);
	size_t ignored;
	t.original = passes(&p->sides[SIDE_ORIGINAL].result, name, &t.part);
	t.noise = passes(&p->sides[SIDE_NOISE].result, name, &ignored);
	if (!got)
		t.why = why_unreported(p, &t, name);
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
	struct judged_program *p = c->p;
	struct judged_test *test = add_test(c, name);
	take_report(p, test, told);
	bool named = p->planned->program->report, ended = named ? ended_in(p, name) : p->end.is;
	struct part part = ended ? last_part(p) : part_of(p, told->part, told->rewritten);
	if (test->unstable)
		return;
	p->end.told |= ended;
	test->unreported = named && !ended && is_behind_end(p, told);
	if (ended || told->rewritten != SIZE_MAX)
		compare_part(c, test, &part);
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

static const char *why_it_ended(struct judged_program *p)
{
	const struct program_result *r = &p->sides[SIDE_REWRITE].result;
	const struct run_result *o = &p->sides[SIDE_ORIGINAL].result.run;
	if (p->end.missing || r->run.outcome != OUTCOME_EXITED)
		return p->end.how;
	if (r->status != PROGRAM_PASSED && r->reason[0])
		return arena_strdup(&p->arena, r->reason);
	return arena_printf(&p->arena, "the program %s with code %d, the original's %s with code %d",
			    outcome_name(r->run.outcome), r->run.exit_code, outcome_name(o->outcome), o->exit_code);
}

/* Behind the last report. The original may end there where the rewrite goes on to report. */
static struct part rest_part(const struct judged_program *p)
{
	const struct side *o = &p->sides[SIDE_ORIGINAL], *r = &p->sides[SIDE_REWRITE];
	const struct program_result *own = &o->result, *other = &r->result;
	struct part part = part_of(p, o->segments.len - 1, r->segments.len - 1);
	part.is_end = p->end.is;
	part.goes_on = own->run.outcome != OUTCOME_EXITED;
	if (part.goes_on && own->tests_len) {
		size_t reached = segments_reached(own->tests, judged_ended(own), other->tests, judged_ended(other));
		part.rewrite.from = range_of(r, reached).from;
	}
	return part;
}

/* What happens behind the last report, and how the program ends, is one test more if it goes wrong. */
static void judge_rest(struct comparing *c)
{
	struct judged_program *p = c->p;
	const struct program_result *r = &p->sides[SIDE_REWRITE].result;
	if (p->end.told)
		return;
	struct judged_test *rest = add_test(c, "");
	bool was_run = p->end.how[0];
	if (!was_run || (p->end.is && !said_already(p))) {
		rest->passed = false;
		rest->why = was_run ? why_it_ended(p) : arena_strdup(&p->arena, r->reason);
	}
	struct part part = p->end.missing ? last_part(p) : rest_part(p);
	if (p->planned->program->report && was_run && !(p->end.missing && p->end.part == SIZE_MAX))
		compare_part(c, rest, &part);
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
	p->end = judged_program_end(p);
	judge_lines(&c);
	judge_rest(&c);
	comparison_free(c.comparison);
}
