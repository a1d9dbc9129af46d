#include "harness/judge_memory_parts.h"

#include "core/mem.h"

enum {
	FUEL_TIMES = 25,
	FUEL_MORE = 1000000000,
	/* What the original takes of it without being watched, that it is run several times. */
	PROGRAM_FUEL_MAX = 2000000000,
};

static const char UNWRITTEN_REMEDY[] = "initialise what malloc gives and what stands on the stack before it is read";

const struct memory_orders memory_first_orders = {
	.heap = {.fill = 0xCD, .guard = 0xFB, .freed = 0xDD},
	.stack_fill = 0xCD,
};

/* What chance makes of it most often. */
static const struct memory_orders zero_orders = {.heap = {.fill = 0, .guard = 0xFB, .freed = 0xDD}};

uint64_t memory_fuel_max(uint64_t original)
{
	return FUEL_MORE + FUEL_TIMES * original;
}

int memory_program_run(struct memory_program *p, enum memory_side side, const struct memory_orders *orders,
		       uint64_t fuel_max, struct program_result *ret_result, struct memory_account *ret,
		       struct err *err)
{
	struct program_other other = {.fuel_max = fuel_max};
	struct program_result result = {0};
	memory_watch_begin(p->watch, orders, &other);
	if (program_ready_run(&p->linked[side], &other, &result, err) < 0) {
		arena_release(&result.arena);
		return -1;
	}
	memory_watch_end(p->watch, &result.run, ret);
	*ret_result = result;
	return 0;
}

/* ---- one program */

static int link_side(const struct memory_judging *j, struct memory_program *p, enum memory_side side, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *why = NULL;
	struct program_other other = {.shims = j->shims.object, .wrapped = &j->shims.wrapped};
	struct link_input *library =
		sidebuild_inputs(&j->sides[side], p->planned, 2, &scratch, &other.library_len, &why);
	if (library) {
		library[other.library_len++] = j->heap;
		library[other.library_len++] = j->handlers;
		other.library = library;
		if (program_ready_make(j->rewrite->suite, p->planned, &other, &p->linked[side], err) < 0)
			return -1;
		why = p->linked[side].refusal;
	}
	if (why)
		p->unseen = arena_printf(&p->table.arena, "%s it cannot be built so that it is watched: %s",
					 side == MEMORY_REWRITE ? "with the rewrite" : "with the original", why);
	return 0;
}

/* The first call that is answered differently, as a function of the shims plus 1, or 0. */
static uint32_t first_other_answer(const struct memory_account *a, const struct memory_account *b)
{
	for (size_t i = 0; i < a->answers_len && i < b->answers_len; i++) {
		if (a->callees[i] != b->callees[i])
			return i ? a->callees[i - 1] + 1 : 0;
		if (a->answers[i] != b->answers[i])
			return a->callees[i] + 1;
	}
	return 0;
}

static bool ends_alike(const struct memory_account *a, const struct memory_account *b)
{
	return a->run.outcome == b->run.outcome && a->run.exit_code == b->run.exit_code &&
	       hash_eq(&a->output, &b->output) && a->answers_len == b->answers_len && !first_other_answer(a, b);
}

static void complain_of_unwritten(struct memory_program *p, const struct memory_account *other)
{
	const struct memory_account *first = &p->first[MEMORY_REWRITE];
	struct memory_finding finding = {
		.kind = MEMORY_UNWRITTEN,
		.program = p->planned->name,
		.what = "answers otherwise when memory that was never written holds other bytes",
		.detail = hash_eq(&first->output, &other->output) ? "" : "the test prints something else then",
		.remedy = UNWRITTEN_REMEDY,
	};
	uint32_t who = first_other_answer(first, other);
	memory_table_add(&p->table, &finding, who ? who : first->who);
}

static int run_with_zeros(struct memory_program *p, enum memory_side side, struct memory_account *ret, struct err *err)
{
	struct program_result result = {0};
	uint64_t fuel_max = memory_fuel_max(p->first[MEMORY_ORIGINAL].run.fuel);
	int failed = memory_program_run(p, side, &zero_orders, fuel_max, &result, ret, err);
	arena_release(&result.arena);
	return failed;
}

/* The rewrite once more with other bytes in fresh memory, and the original, too, if that makes a difference. */
static int compare_fills(struct memory_program *p, struct err *err)
{
	struct memory_account original = {0}, rewrite = {0};
	int result = run_with_zeros(p, MEMORY_REWRITE, &rewrite, err);
	if (result == 0 && !ends_alike(&p->first[MEMORY_REWRITE], &rewrite)) {
		result = run_with_zeros(p, MEMORY_ORIGINAL, &original, err);
		if (result == 0 && ends_alike(&p->first[MEMORY_ORIGINAL], &original))
			complain_of_unwritten(p, &rewrite);
	}
	memory_account_release(&original);
	memory_account_release(&rewrite);
	return result;
}

/* What passes as it is and does not when it is watched. */
static bool fails_when_watched(const struct memory_program *p)
{
	return p->passes && p->results[MEMORY_ORIGINAL].status == PROGRAM_PASSED &&
	       p->results[MEMORY_REWRITE].status != PROGRAM_PASSED;
}

static void complain_of_failing(struct memory_program *p)
{
	struct memory_finding finding = {
		.kind = MEMORY_UNWRITTEN,
		.program = p->planned->name,
		.what = "fails when memory that was never written, or that was freed, holds other bytes",
		.detail = p->results[MEMORY_REWRITE].reason,
		.remedy = UNWRITTEN_REMEDY,
	};
	if (p->table.rows.len == 0)
		memory_table_add(&p->table, &finding, p->first[MEMORY_REWRITE].who);
}

static int run_first(struct memory_program *p, struct err *err)
{
	uint64_t fuel_max = 0;
	for (enum memory_side side = 0; side < MEMORY_SIDES; side++) {
		struct memory_account *account = &p->first[side];
		if (memory_program_run(p, side, &memory_first_orders, fuel_max, &p->results[side], account, err) < 0)
			return -1;
		if (side == MEMORY_ORIGINAL && account->run.outcome != OUTCOME_EXITED) {
			p->unseen = arena_printf(&p->table.arena,
						 "the original itself does not come to its end when it is watched: %s",
						 p->results[side].reason);
			return 0;
		}
		fuel_max = memory_fuel_max(account->run.fuel);
	}
	p->watched = true;
	return 0;
}

static int watch_program(const struct memory_judging *j, struct memory_program *p, struct err *err)
{
	for (enum memory_side side = 0; side < MEMORY_SIDES && !p->unseen; side++) {
		if (link_side(j, p, side, err) < 0)
			return -1;
	}
	if (p->unseen || run_first(p, err) < 0)
		return p->unseen ? 0 : -1;
	if (p->unseen)
		return 0;
	memory_table_compare(&p->table, p->planned->name, &p->first[MEMORY_ORIGINAL], &p->first[MEMORY_REWRITE],
			     p->passes);
	if (fails_when_watched(p)) {
		complain_of_failing(p);
		return 0;
	}
	/* Where the rewrite fails the test, what follows says nothing of its memory. */
	if (!p->passes || p->first[MEMORY_REWRITE].run.outcome != OUTCOME_EXITED)
		return 0;
	return compare_fills(p, err) < 0 ? -1 : memory_program_fail(j, p, err);
}

static void judge_program(void *data, size_t index)
{
	struct memory_judging *j = data;
	struct memory_program *p = &j->programs[index];
	p->table.rewrite = j->rewrite;
	p->table.shims = &j->shims;
	p->watch = memory_watch_new(&j->shims);
	watch_program(j, p, &p->error);
	memory_watch_free(p->watch);
	for (size_t i = 0; i < MEMORY_SIDES; i++)
		program_ready_release(&p->linked[i]);
	event_send(j->rewrite->suite->tools->observer, EVENT_STEP, p->planned->name, 0);
}

/* ---- all of them */

static bool passes(const struct memory_judging *j, const char *program)
{
	bool any = false;
	for (size_t i = 0; i < j->tests->tests_len; i++) {
		const struct judged_test *test = &j->tests->tests[i];
		if (strcmp(test->program, program) != 0)
			continue;
		if (!test->passed && !test->unstable)
			return false;
		any = true;
	}
	return any;
}

/* Those that the original passes, as far as they are not too much. */
static void choose_programs(struct memory_judging *j)
{
	const struct suite *suite = j->rewrite->suite;
	j->programs = mem_zalloc(suite->plan.programs_len + 1, sizeof(*j->programs));
	for (size_t i = 0; i < suite->plan.programs_len; i++) {
		const struct program_result *baseline = &j->extracted->baseline.programs[i];
		if (baseline->status != PROGRAM_PASSED)
			continue;
		struct memory_program *p = &j->programs[j->programs_len++];
		p->planned = &suite->plan.programs[i];
		p->passes = passes(j, p->planned->name);
		if (baseline->run.fuel > PROGRAM_FUEL_MAX)
			p->unseen = "it takes too long to be run several times";
	}
}

static int build_all(struct memory_judging *j, struct err *err)
{
	const struct suite *suite = j->rewrite->suite;
	struct shapes *shapes = shapes_new(&j->extracted->spec.api, &j->arena);
	if (shims_build(suite, &j->extracted->spec.api, shapes, &j->arena, &j->shims, err) < 0 ||
	    heap_object(suite->tools, &j->arena, &j->heap, err) < 0 ||
	    ub_object(suite->tools, &j->arena, &j->handlers, err) < 0 ||
	    sidebuild_make(suite, NULL, &ub_flags, &j->sides[MEMORY_ORIGINAL], err) < 0)
		return -1;
	return sidebuild_make(suite, j->rewrite, &ub_flags, &j->sides[MEMORY_REWRITE], err);
}

static int run_all(struct memory_judging *j, struct err *err)
{
	if (tools_stage(j->rewrite->suite->tools, "watching memory", j->programs_len, judge_program, j, err) < 0)
		return -1;
	for (size_t i = 0; i < j->programs_len; i++) {
		if (j->programs[i].error.kind != ERR_NONE) {
			err_copy(err, &j->programs[i].error);
			return err_wrap(err, "%s", j->programs[i].planned->name);
		}
	}
	return 0;
}

static void release(struct memory_judging *j)
{
	for (size_t i = 0; i < j->programs_len; i++) {
		struct memory_program *p = &j->programs[i];
		for (size_t k = 0; k < MEMORY_SIDES; k++) {
			memory_account_release(&p->first[k]);
			arena_release(&p->results[k].arena);
		}
		memory_table_release(&p->table);
	}
	free(j->programs);
	for (size_t i = 0; i < MEMORY_SIDES; i++)
		sidebuild_release(&j->sides[i]);
	arena_release(&j->arena);
}

int judge_memory(const struct rewrite *rewrite, const struct extracted *extracted, const struct tests_judgement *tests,
		 const struct memory_table *elsewhere, struct memory_judgement *ret, struct err *err)
{
	struct memory_judging j = {.rewrite = rewrite, .extracted = extracted, .tests = tests, .elsewhere = elsewhere};
	struct memory_judgement m = {0};
	choose_programs(&j);
	int result = build_all(&j, err);
	if (result == 0)
		result = run_all(&j, err);
	if (result == 0)
		memory_judging_collect(&j, &m);
	release(&j);
	if (result < 0)
		return -1;
	*ret = m;
	return 0;
}
