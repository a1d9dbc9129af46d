#include "harness/judge_tests.h"

#include "core/mem.h"
#include "harness/judge_literals.h"
#include "harness/segments.h"

enum {
	FILL = 0xA5,
	/* A rewrite that takes so many times the original's fuel, and this on top, is taken for endless. */
	FUEL_TIMES = 25,
	FUEL_MORE = 1000000000,
};

/* One program, run in three ways. */
struct side {
	struct program_result result;
	struct trace trace;
	struct segments segments;
	struct err error;
};

enum side_name { ORIGINAL, NOISE, REWRITE, SIDES };

struct judged_program {
	const struct plan_program *planned;
	const struct program_result *baseline;
	struct side sides[SIDES];
	struct judged_test *tests;
	size_t tests_len;
	struct divergence *divergences;
	size_t divergences_len;
	bool starved; /* some test lets allocations fail; what follows was not compared */
	struct arena arena;
	struct err error;
};

struct judging {
	const struct rewrite *rewrite;
	const struct extracted *extracted;
	struct shims shims;
	struct judged_program *programs;
	size_t programs_len;
	struct arena arena;
};

/* ---- running */

static void run_side(struct judging *j, struct judged_program *p, enum side_name name)
{
	struct side *side = &p->sides[name];
	const struct suite *suite = j->rewrite->suite;
	size_t index = (size_t)(p->planned - suite->plan.programs);
	struct recorder *recorder = recorder_new(&j->shims, name == ORIGINAL ? 0 : FILL, name == NOISE ? FILL : 0);
	struct program_other other = {0};
	recorder_hear(recorder, &other);
	if (name == REWRITE) {
		const struct rewrite_variant *v = &j->rewrite->variants[j->rewrite->variant_of[index]];
		struct link_input *library = arena_array(&p->arena, v->objects_len, struct link_input);
		for (size_t i = 0; i < v->objects_len; i++)
			library[i] = (struct link_input){v->objects[i].name, v->objects[i].object.bytes};
		other.fuel_max = FUEL_MORE + FUEL_TIMES * p->sides[ORIGINAL].result.run.fuel;
		other.library = library;
		other.library_len = v->objects_len;
	}
	program_check_with(suite, p->planned, &other, &side->result, &side->error);
	side->trace = recorder_take(recorder);
	recorder_free(recorder);
}

static int find_segments(struct judged_program *p, enum side_name name)
{
	struct side *s = &p->sides[name];
	return segments_find(&s->trace, p->planned->program->report, s->result.tests_len, &p->arena, &s->segments, &p->error);
}

/* ---- which tests count */

static const char *configured_name(const char *program, struct arena *a)
{
	return arena_str(a, str_first(str_of(program), str_index(str_of(program), '/')));
}

/* Whether the extraction has sealed it. A program that the tests of another name stand for shares their lot. */
static bool is_sealed(struct judging *j, struct judged_program *p, const char *test)
{
	const char *program = configured_name(p->planned->name, &p->arena);
	size_t known = 0, sealed = 0;
	for (size_t i = 0; i < j->extracted->tests_len; i++) {
		const struct extracted_test *t = &j->extracted->tests[i];
		bool own = strcmp(configured_name(t->program, &p->arena), program) == 0;
		if (strcmp(t->name, test) == 0 || strcmp(t->name, p->planned->name) == 0)
			return !t->visible;
		known += own;
		sealed += own && !t->visible;
	}
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

static bool same_end(const struct run_result *a, const struct run_result *b)
{
	return a->outcome == b->outcome && a->exit_code == b->exit_code && a->exited_by_call == b->exited_by_call;
}

/* ---- comparing */

struct comparing {
	struct judging *j;
	struct judged_program *p;
	struct comparison *comparison;
};

static void add_divergence(struct comparing *c, struct judged_test *test, const struct trace_difference *d)
{
	struct trace_text text = comparison_describe(c->comparison, d, &c->p->arena);
	struct divergence *all = c->p->divergences;
	all[c->p->divergences_len++] = (struct divergence){
		.program = c->p->planned->name,
		.test = test->name,
		.sealed = test->sealed,
		.function = text.function,
		.call = text.call,
		.what = text.what,
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
	struct trace_range original = sides[ORIGINAL].segments.ranges[o];
	struct trace_range noise = o < sides[NOISE].segments.len ? sides[NOISE].segments.ranges[o]
								 : (struct trace_range){0, 0};
	struct trace_range rewrite = r < sides[REWRITE].segments.len ? sides[REWRITE].segments.ranges[r]
								    : (struct trace_range){0, 0};
	if (!comparison_is_stable(c->comparison, original, noise)) {
		test->unstable = true;
		test->why = "the original itself makes other calls here when addresses and fresh memory differ";
		return;
	}
	struct trace_difference d = comparison_run(c->comparison, original, noise, rewrite);
	c->p->starved |= d.kind == TRACE_STARVED;
	if (d.kind != TRACE_SAME && d.kind != TRACE_STARVED)
		add_divergence(c, test, &d);
}

/* What its own report and end say. `line` is the baseline's; NULL for a program that is its own test. */
static void judge_report(struct comparing *c, struct judged_test *test, const struct test_line *line, size_t *ret_part)
{
	const struct program_result *rewrite = &c->p->sides[REWRITE].result, *noise = &c->p->sides[NOISE].result;
	const struct program_result *original = &c->p->sides[ORIGINAL].result;
	bool heard; /* the original passes it with its calls listened to */
	size_t at = 0, ignored;
	*ret_part = SIZE_MAX;
	if (!line) {
		*ret_part = 0;
		heard = original->status == PROGRAM_PASSED;
		test->unstable = !heard || noise->status != PROGRAM_PASSED;
		if (rewrite->status != PROGRAM_PASSED)
			test->why = rewrite->reason;
	} else {
		const struct test_line *got = find_line(rewrite, line->name, &at);
		const struct test_line *again = find_line(noise, line->name, &ignored);
		const struct test_line *own = find_line(original, line->name, &ignored);
		heard = own && own->verdict == TEST_PASSED;
		test->unstable = !heard || !again || again->verdict != TEST_PASSED;
		if (got)
			*ret_part = at;
		if (!got)
			test->why = "it is not reported: the program ended before it";
		else if (got->verdict != TEST_PASSED)
			test->why = got->message[0] ? got->message : "its report says that it failed";
	}
	test->passed = !test->why[0];
	if (test->unstable) {
		test->passed = true;
		test->why = heard ? "the original itself does not pass it when addresses and fresh memory differ"
				  : "the original itself does not pass it when its calls are listened to";
	}
}

/* An exit code repeats what the lines of the report have said; without a report the program is one test, and its end
 * is what that test says. */
static bool said_already(const struct judged_program *p)
{
	const struct run_result *run = &p->sides[REWRITE].result.run;
	if (!p->planned->program->report && p->sides[REWRITE].result.status != PROGRAM_PASSED)
		return true;
	return p->sides[REWRITE].result.failed > 0 && p->planned->program->report && run->outcome == OUTCOME_EXITED &&
	       run->exit_code != 0;
}

/* What happens behind the last report, and how the program ends, is one test more if it goes wrong. */
static void judge_rest(struct comparing *c)
{
	struct judged_program *p = c->p;
	const struct side *o = &p->sides[ORIGINAL], *r = &p->sides[REWRITE];
	struct judged_test rest = {.program = p->planned->name, .name = "", .why = "", .passed = true};
	rest.sealed = is_sealed(c->j, p, "");
	if (!same_end(&o->result.run, &r->result.run) && !said_already(p)) {
		rest.passed = false;
		rest.why = r->result.status == PROGRAM_PASSED || !r->result.reason[0]
				   ? arena_printf(&p->arena, "the program %s with code %d, the original's %s with code %d",
						  outcome_name(r->result.run.outcome), r->result.run.exit_code,
						  outcome_name(o->result.run.outcome), o->result.run.exit_code)
				   : r->result.reason;
	}
	if (p->planned->program->report)
		compare_part(c, &rest, o->segments.len - 1, r->segments.len - 1);
	if (!rest.passed)
		p->tests[p->tests_len++] = rest;
}

static void judge_lines(struct comparing *c)
{
	struct judged_program *p = c->p;
	const struct program_result *baseline = &p->sides[ORIGINAL].result;
	bool named = p->planned->program->report != NULL;
	for (size_t i = 0; i < (named ? baseline->tests_len : 1); i++) {
		const struct test_line *line = named ? &baseline->tests[i] : NULL;
		size_t part;
		if (line && line->verdict != TEST_PASSED)
			continue;
		const char *name = line ? line->name : p->planned->name;
		struct judged_test *test = &p->tests[p->tests_len++];
		*test = (struct judged_test){.program = p->planned->name, .name = name, .why = ""};
		test->sealed = is_sealed(c->j, p, name);
		judge_report(c, test, line, &part);
		if (!test->unstable && (part != SIZE_MAX || p->sides[ORIGINAL].segments.whole))
			compare_part(c, test, i, part);
	}
}

static void compare_program(struct judging *j, struct judged_program *p)
{
	size_t most = p->sides[ORIGINAL].result.tests_len + 2;
	p->tests = arena_array(&p->arena, most, struct judged_test);
	p->divergences = arena_array(&p->arena, most, struct divergence);
	for (size_t i = 0; i < SIDES; i++) {
		if (find_segments(p, (enum side_name)i) < 0)
			return;
	}
	struct comparing c = {j, p,
			      comparison_new(&j->shims, &p->sides[ORIGINAL].trace, &p->sides[NOISE].trace,
					     &p->sides[REWRITE].trace, &j->rewrite->suite->project->trace_free)};
	judge_lines(&c);
	judge_rest(&c);
	comparison_free(c.comparison);
}

static void judge_program(void *data, size_t index)
{
	struct judging *j = data;
	struct judged_program *p = &j->programs[index];
	for (size_t i = 0; i < SIDES; i++) {
		run_side(j, p, (enum side_name)i);
		if (p->sides[i].error.kind != ERR_NONE) {
			p->error = p->sides[i].error;
			break;
		}
	}
	if (p->error.kind == ERR_NONE)
		compare_program(j, p);
	event_send(j->rewrite->suite->tools->observer, EVENT_STEP, p->planned->name, 0);
}

/* ---- what it comes to */

static void copy_test(struct tests_judgement *t, const struct judged_test *from)
{
	struct judged_test *test = &t->tests[t->tests_len++];
	*test = *from;
	test->program = arena_strdup(&t->arena, from->program);
	test->name = arena_strdup(&t->arena, from->name);
	test->why = arena_strdup(&t->arena, from->why);
	if (test->unstable)
		t->unstable++;
	else if (test->sealed)
		*(test->passed ? &t->sealed_passed : &t->sealed_failed) += 1;
	else
		*(test->passed ? &t->visible_passed : &t->visible_failed) += 1;
}

static void copy_divergence(struct tests_judgement *t, const struct divergence *from)
{
	t->divergences_total++;
	if (t->divergences_len == REMARKS_MAX)
		return;
	struct divergence *d = &t->divergences[t->divergences_len++];
	*d = *from;
	d->program = arena_strdup(&t->arena, from->program);
	d->test = arena_strdup(&t->arena, from->test);
	d->call = arena_strdup(&t->arena, from->call);
	d->function = arena_strdup(&t->arena, from->function);
	d->what = arena_strdup(&t->arena, from->what);
	d->expected = arena_strdup(&t->arena, from->expected);
	d->got = arena_strdup(&t->arena, from->got);
	d->free_item = arena_strdup(&t->arena, from->free_item);
}

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
	const struct trace *trace = &p->sides[ORIGINAL].trace, *rewrite = &p->sides[REWRITE].trace;
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

static void note_exercised(struct judging *j, struct tests_judgement *t)
{
	struct unseen unseen = {{arena_array(&t->arena, REMARKS_MAX, const char *), 0}, REMARKS_MAX};
	size_t len = j->shims.functions_len;
	t->exercised.items = arena_array(&t->arena, len, const char *);
	t->unexercised.items = arena_array(&t->arena, len + j->shims.unseen.len, const char *);
	for (size_t i = 0; i < len; i++) {
		bool called = false;
		for (size_t p = 0; p < j->programs_len; p++)
			called |= j->programs[p].sides[ORIGINAL].trace.called && j->programs[p].sides[ORIGINAL].trace.called[i];
		struct strings *list = called ? &t->exercised : &t->unexercised;
		list->items[list->len++] = arena_strdup(&t->arena, j->shims.functions[i].function->name);
		if (called)
			note_function(t, &unseen, &j->shims.functions[i]);
	}
	for (size_t i = 0; i < j->shims.unseen.len; i++)
		add_unseen(t, &unseen, j->shims.unseen.items[i]);
	for (size_t i = 0; i < j->programs_len; i++)
		note_bounds(t, &unseen, &j->programs[i]);
	strings_sort(&t->exercised);
	strings_sort(&t->unexercised);
	t->unseen = unseen.list;
}

/* A program in which the rewrite does so much more than the original that not all of it was compared, or NULL. */
static const char *cut_short(const struct judging *j)
{
	for (size_t i = 0; i < j->programs_len; i++) {
		const struct side *sides = j->programs[i].sides;
		if (sides[REWRITE].trace.cut && !sides[ORIGINAL].trace.cut)
			return j->programs[i].planned->name;
	}
	return NULL;
}

static void conclude(const struct judging *j, struct tests_judgement *t)
{
	size_t failed = t->visible_failed + t->sealed_failed, passed = t->visible_passed + t->sealed_passed;
	size_t tampering = 0;
	for (size_t i = 0; i < t->divergences_len; i++)
		tampering += t->divergences[i].tampering;
	const char *cut = cut_short(j);
	t->gate.verdict = failed ? VERDICT_FAIL : passed && !cut ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
	if (failed)
		t->gate.detail = arena_printf(&t->arena, "%zu of %zu tests fail%s", failed, failed + passed,
					      tampering ? "; it tampers with the memory of the tests" : "");
	else if (passed && cut)
		t->gate.detail = arena_printf(&t->arena, "%s: its trace is longer than what is kept, the original's is not", cut);
	else if (passed)
		t->gate.detail = arena_printf(&t->arena, "%zu test%s, and all of %zu calls agree", passed,
					      passed == 1 ? " passes" : "s pass", t->calls);
	else
		t->gate.detail = "no test could be judged";
	for (size_t i = 0; i < t->tests_len; i++) {
		const struct judged_test *test = &t->tests[i];
		if (!test->passed && !test->unstable)
			remarks_add(&t->gate.findings,
				    &(struct remark){.place = {.file = ""},
						     .text = arena_printf(&t->arena, "%s: %s", test->name[0] ? test->name : test->program,
									  test->why),
						     .remedy = ""});
	}
}

static void collect(struct judging *j, struct tests_judgement *t)
{
	size_t tests = 0;
	for (size_t i = 0; i < j->programs_len; i++)
		tests += j->programs[i].tests_len;
	t->tests = arena_array(&t->arena, tests, struct judged_test);
	t->divergences = arena_array(&t->arena, REMARKS_MAX, struct divergence);
	for (size_t i = 0; i < j->programs_len; i++) {
		const struct judged_program *p = &j->programs[i];
		for (size_t k = 0; k < p->tests_len; k++)
			copy_test(t, &p->tests[k]);
		for (size_t k = 0; k < p->divergences_len; k++)
			copy_divergence(t, &p->divergences[k]);
		t->calls += min_size(p->sides[ORIGINAL].trace.calls, p->sides[REWRITE].trace.calls);
		t->fuel += p->sides[REWRITE].result.run.fuel;
		t->fuel_original += p->sides[ORIGINAL].result.run.fuel;
	}
	note_exercised(j, t);
	propose_free(t);
	conclude(j, t);
}

static void release(struct judging *j)
{
	for (size_t i = 0; i < j->programs_len; i++) {
		for (size_t k = 0; k < SIDES; k++) {
			trace_release(&j->programs[i].sides[k].trace);
			arena_release(&j->programs[i].sides[k].result.arena);
		}
		arena_release(&j->programs[i].arena);
	}
	free(j->programs);
	arena_release(&j->arena);
}

static int run_all(struct judging *j, struct err *err)
{
	int result = tools_stage(j->rewrite->suite->tools, "comparing", j->programs_len, judge_program, j, err);
	for (size_t i = 0; result == 0 && i < j->programs_len; i++) {
		if (j->programs[i].error.kind != ERR_NONE) {
			err_copy(err, &j->programs[i].error);
			result = err_wrap(err, "%s", j->programs[i].planned->name);
		}
	}
	return result;
}

/* Those that the original passes, as a whole or in part. */
static void choose_programs(struct judging *j)
{
	const struct suite *suite = j->rewrite->suite;
	j->programs = mem_zalloc(suite->plan.programs_len + 1, sizeof(*j->programs));
	for (size_t i = 0; i < suite->plan.programs_len; i++) {
		const struct program_result *baseline = &j->extracted->baseline.programs[i];
		bool partly = baseline->status == PROGRAM_FAILED && baseline->passed && suite->plan.programs[i].program->report;
		if (baseline->status != PROGRAM_PASSED && !partly)
			continue;
		struct judged_program *p = &j->programs[j->programs_len++];
		p->planned = &suite->plan.programs[i];
		p->baseline = baseline;
	}
}

int judge_tests(const struct rewrite *rewrite, const struct extracted *extracted, struct tests_judgement *ret,
		struct err *err)
{
	struct judging j = {.rewrite = rewrite, .extracted = extracted};
	struct tests_judgement t = {0};
	struct shapes *shapes = shapes_new(&extracted->spec.api, &j.arena);
	choose_programs(&j);
	int result = shims_build(rewrite->suite, &extracted->spec.api, shapes, &j.arena, &j.shims, err);
	if (result == 0)
		result = run_all(&j, err);
	if (result == 0)
		collect(&j, &t);
	if (result == 0)
		judge_literals(rewrite, extracted, &t.arena, &t.gate.notes);
	release(&j);
	if (result < 0) {
		tests_judgement_release(&t);
		return -1;
	}
	*ret = t;
	return 0;
}
