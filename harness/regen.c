#include "harness/regen.h"

#include "core/mem.h"
#include "core/parallel.h"
#include "harness/judge.h"
#include "harness/regen_parts.h"
#include "harness/rewrite.h"

/* A candidate in the making. */
struct casting {
	const struct regen *regen;
	struct unit_work *units; /* of the plan's */
	struct draft draft;      /* the whole */
	struct regen_candidate best;
	struct arena *a;
};

/* ---- the plan */

int regen_plan(const struct regen *r, struct arena *a, struct unitplan *ret, struct err *err)
{
	struct strings problems = {0};
	for (unsigned try = 1; try <= REGEN_PLAN_TRIES; try++) {
		struct prompt prompt;
		struct asked answer;
		struct prompt_ask ask = {
			.spec = &r->visible->extracted.spec,
			.considerations = r->considerations,
			.decisions = r->decisions,
			.problems = problems.items,
			.problems_len = problems.len,
		};
		if (prompt_plan(&ask, r->templates, a, &prompt, err) < 0 ||
		    asker_ask(r->asker, &prompt, arena_printf(a, "plan/r%u", try - 1), a, &answer, err) < 0)
			return -1;
		unitplan_parse(unitplan_of_reply(answer.text), ask.spec, a, ret, &problems);
		if (problems.len == 0)
			return 0;
	}
	return err_set(
		err, ERR_REMOTE,
		"no plan of files came in %d tries: %s; write one below \"## Plan\" in RECAST.md, or say --units one",
		REGEN_PLAN_TRIES, problems.items[0]);
}

/* ---- units, until each of them compiles */

/* How many others must stand before: units of a level do not depend on each other. */
static unsigned level_of(const struct casting *c, size_t index, const unsigned *levels)
{
	const struct unitplan *plan = c->regen->plan;
	const struct unit *unit = &plan->items[index];
	unsigned level = 0;
	for (size_t i = 0; i < index; i++) {
		const struct unit *before = &plan->items[i];
		bool needed = (before->is_header && !unit->is_header) || strings_have(&unit->after, before->path);
		if (needed && levels[i] >= level)
			level = levels[i] + 1;
	}
	return level;
}

static int write_unit(struct unit_work *w, struct err *err)
{
	bool more = true;
	while (!w->is_sound && more) {
		if (unit_try(w, &more, err) < 0)
			return -1;
	}
	return 0;
}

struct level {
	struct casting *casting;
	size_t *units; /* indices */
	size_t len;
};

static void write_in_parallel(void *data, size_t index)
{
	struct level *level = data;
	struct unit_work *w = &level->casting->units[level->units[index]];
	write_unit(w, &w->error);
	event_send(level->casting->regen->asker->observer, EVENT_STEP, w->unit->path, 0);
}

/* What the unit has written, put to the others'; of what stood there before, the first that changed it counts. */
static void merge_unit(struct casting *c, const struct draft *before, const struct unit_work *w)
{
	for (size_t i = 0; i < w->draft.len; i++) {
		const struct draft_file *f = &w->draft.items[i];
		struct str was = draft_text(before, f->path);
		bool changed = !str_eq(f->text, was) && str_eq(draft_text(&c->draft, f->path), was);
		if (strcmp(f->path, w->unit->path) == 0 || changed)
			c->draft = draft_with(&c->draft, f->path, f->text, c->a);
	}
}

/* Their errors come in the plan's order, not in that of time. */
static int write_level(struct casting *c, struct level *level, struct err *err)
{
	const struct regen *r = c->regen;
	const struct observer *observer = r->asker->observer;
	unsigned threads = (unsigned)min_size(r->parallel, level->len);
	struct parallel p = {
		.threads = threads, .stack_bytes = tools_stack_bytes(), .work = write_in_parallel, .data = level};
	const struct draft before = c->draft;
	for (size_t i = 0; i < level->len; i++)
		c->units[level->units[i]].draft = before;
	event_send(observer, EVENT_STAGE, "writing", level->len);
	int result = parallel_run(&p, level->len, err);
	event_send(observer, EVENT_DONE, "writing", level->len);
	for (size_t i = 0; i < level->len && result == 0; i++) {
		const struct unit_work *w = &c->units[level->units[i]];
		if (w->error.kind != ERR_NONE)
			return err_copy(err, &w->error);
		merge_unit(c, &before, w);
	}
	return result;
}

static bool all_sound(const struct casting *c)
{
	for (size_t i = 0; i < c->regen->plan->len; i++) {
		if (!c->units[i].is_sound)
			return false;
	}
	return true;
}

static int write_units(struct casting *c, struct err *err)
{
	size_t len = c->regen->plan->len, done = 0;
	unsigned *levels = arena_array(c->a, len, unsigned);
	for (size_t i = 0; i < len; i++)
		levels[i] = level_of(c, i, levels);
	for (unsigned depth = 0; done < len; depth++) {
		struct level level = {c, arena_array(c->a, len, size_t), 0};
		for (size_t i = 0; i < len; i++) {
			if (levels[i] == depth)
				level.units[level.len++] = i;
		}
		if (write_level(c, &level, err) < 0)
			return -1;
		done += level.len;
	}
	return 0;
}

/* ---- the whole, until its visible tests pass */

static struct regen_look look_of(const struct judgement *j, struct arena *a)
{
	struct regen_look look = {
		.reached = GATES,
		.passed = j->tests.visible_passed,
		.failed = j->tests.visible_failed,
		.divergences = j->tests.divergences_total + j->differential.differences_len,
		.fuel = j->tests.fuel,
		.why = "",
	};
	for (enum gate_name g = GATE_BUILD; g <= GATE_DIFFERENTIAL; g++) {
		/* Too little to judge by is no success, but past the tests there may be nothing that can be called. */
		bool differs = j->gates[g].verdict == VERDICT_FAIL;
		if (g == GATE_DIFFERENTIAL ? differs : j->gates[g].verdict != VERDICT_PASS) {
			look.reached = g;
			look.why = arena_strdup(a, j->gates[g].detail ? j->gates[g].detail : "not judged");
			break;
		}
	}
	return look;
}

/* Its inputs follow from the rewrite alone, so that a replay asks for the same. */
static uint64_t seed_of(const struct tree *rewrite)
{
	struct hasher h;
	uint64_t seed;
	hasher_init(&h);
	tree_hash_into(tree_root(rewrite), &h);
	struct hash hash = hasher_finish(&h);
	memcpy(&seed, hash.bytes, sizeof(seed));
	return seed >> 16;
}

/* With no inputs past the tests, it is a look at these alone. */
static int judge_by(struct casting *c, const struct visible *v, size_t inputs, struct regen_look *ret,
		    struct feedback *ret_feedback, struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct judgement j;
	if (draft_tree(&c->draft, REWRITE_ROOT, tree, err) < 0)
		return -1;
	struct differential_effort effort = {.inputs = inputs, .seed = seed_of(tree), .for_model = true};
	if (judge_rewrite(&v->suite, &v->extracted, tree, &effort, &j, err) < 0)
		return -1;
	*ret = look_of(&j, c->a);
	if (ret->reached < GATES)
		*ret_feedback = feedback_of_judgement(&j, c->regen->plan, &c->draft, c->a);
	judgement_release(&j);
	return 0;
}

/* A quick look first, if there is much to run; one that fails it is not looked at further. */
static int judge_whole(struct casting *c, struct regen_look *ret, struct feedback *ret_feedback, struct err *err)
{
	struct visible quick;
	if (visible_quick(c->regen->visible, c->a, &quick)) {
		if (judge_by(c, &quick, 0, ret, ret_feedback, err) < 0)
			return -1;
		if (ret->reached < GATES)
			return 0;
	}
	size_t inputs = min_size(c->regen->visible->project->differential_inputs, REGEN_INPUTS);
	return judge_by(c, c->regen->visible, inputs, ret, ret_feedback, err);
}

static bool is_further(const struct regen_look *one, const struct regen_look *other)
{
	if (one->reached != other->reached)
		return one->reached > other->reached;
	if (one->passed != other->passed)
		return one->passed > other->passed;
	if (one->divergences != other->divergences)
		return one->divergences < other->divergences;
	return one->fuel < other->fuel;
}

bool regen_is_better(const struct regen_candidate *one, const struct regen_candidate *other)
{
	return one->is_kept && (!other->is_kept || is_further(&one->look, &other->look));
}

/* The unit's try is what made the whole what it is now. */
static void take_best(struct casting *c, const struct unit_work *w, const struct regen_look *look)
{
	struct regen_candidate now = c->best;
	now.is_kept = true;
	now.candidate = w->candidate;
	now.draft = c->draft;
	now.look = *look;
	if (regen_is_better(&now, &c->best))
		c->best = now;
}

static struct unit_work *work_of(struct casting *c, const char *path)
{
	for (size_t i = 0; i < c->regen->plan->len; i++) {
		if (strcmp(c->units[i].unit->path, path) == 0)
			return &c->units[i];
	}
	return &c->units[c->regen->plan->len - 1];
}

/* One more try at the unit that the first problem is about, until it compiles again. */
static int mend(struct casting *c, struct unit_work *w, const struct feedback *feedback, bool *ret_more,
		struct err *err)
{
	const struct observer *observer = c->regen->asker->observer;
	w->feedback = *feedback;
	w->is_sound = false;
	w->draft = c->draft;
	*ret_more = true;
	event_send(observer, EVENT_STAGE, "repairing", 0);
	int result = 0;
	while (!w->is_sound && *ret_more && result == 0)
		result = unit_try(w, ret_more, err);
	event_send(observer, EVENT_DONE, "repairing", 0);
	c->draft = w->draft;
	return result;
}

static int mend_whole(struct casting *c, struct err *err)
{
	size_t units = c->regen->plan->len;
	struct unit_work *last = &c->units[units - 1];
	if (units > 1 && unit_keep_whole(last, &c->draft, err) < 0)
		return -1;
	for (bool more = true; more;) {
		struct regen_look look;
		struct feedback feedback = {0};
		if (judge_whole(c, &look, &feedback, err) < 0)
			return -1;
		take_best(c, last, &look);
		if (unit_keep_look(last, &look, err) < 0)
			return -1;
		if (look.reached == GATES)
			break;
		last = work_of(c, feedback.file);
		if (mend(c, last, &feedback, &more, err) < 0)
			return -1;
		more = more && last->is_sound;
	}
	return 0;
}

/* ---- a candidate */

/* None of its tries compiles: the last one is what there is. */
static void take_unsound(struct casting *c)
{
	for (size_t i = 0; i < c->regen->plan->len; i++) {
		const struct unit_work *w = &c->units[i];
		if (w->is_sound || !w->tried)
			continue;
		struct regen_look look = {.reached = GATE_BUILD, .why = "it does not compile"};
		if (w->feedback.problems.len)
			look.why = arena_strdup(c->a, w->feedback.problems.items[0]);
		take_best(c, w, &look);
		return;
	}
}

static int cast(struct casting *c, struct err *err)
{
	if (write_units(c, err) < 0)
		return -1;
	if (all_sound(c))
		return mend_whole(c, err);
	take_unsound(c);
	return 0;
}

int regen_candidate(const struct regen *r, unsigned slot, struct arena *a, struct regen_candidate *ret, struct err *err)
{
	struct casting c = {.regen = r, .a = a, .best = {.slot = slot}};
	c.units = arena_array(a, r->plan->len, struct unit_work);
	for (size_t i = 0; i < r->plan->len; i++)
		c.units[i] = (struct unit_work){.regen = r, .slot = slot, .unit = &r->plan->items[i]};
	int result = cast(&c, err);
	for (size_t i = 0; i < r->plan->len; i++) {
		c.best.requests += c.units[i].requests;
		c.best.repairs += c.units[i].repairs;
		c.best.samples += c.units[i].samples;
		arena_adopt(a, &c.units[i].arena);
	}
	if (result == 0)
		*ret = c.best;
	return result;
}
