#include "harness/judge_differential.h"

#include "core/mem.h"
#include "harness/differential_examples.h"
#include "harness/probe_executed.h"
#include "harness/probe_found.h"
#include "harness/probe_memory.h"
#include "harness/probe_setup.h"
#include "harness/probe_text.h"
#include "harness/varied.h"

enum {
	FUEL_PER_INPUT = 2000000, /* of both sides, on the average */
	CONFIRMED_MAX = 24, /* kinds of differences that are looked into */
	VARIED_SHARE = 20,  /* inputs for each run of a test program with something changed */
	INPUT_COST = 50000, /* fuel that is spent on such runs for each input, at least */
	CALL_COST = 6000,   /* fuel that listening to a call on both sides is worth */
};

struct judging {
	const struct differential_effort *effort;
	struct probe_setup setup;
	struct probe_exploration explored;
	struct differential *ret;
	const struct differential_others *others;
	const bool *varied_called; /* functions that test programs call, or NULL */
};

/* ---- what was found */

/* The function that the difference is told of. */
static const char *function_of(const struct judging *j, const struct probe_found *s)
{
	if (!s->difference.in_end)
		return s->difference.text.function;
	uint32_t call = s->difference.call < s->probe.len ? s->difference.call : (uint32_t)s->probe.len - 1;
	return s->probe.len ? j->setup.grammar.functions[s->probe.calls[call].function].shim->function->name : "";
}

/* The call from which on the program prints all: the one that is answered otherwise. */
static size_t first_telling(const struct probe_found *s)
{
	size_t index = s->difference.text.index;
	return index ? min_size(index, s->probe.len) - 1 : 0;
}

static void add_or_count(struct differential *d, const struct found_difference *f)
{
	for (size_t i = 0; i < d->differences_len; i++) {
		struct found_difference *known = &d->differences[i];
		bool same = strcmp(known->function, f->function) == 0 && strcmp(known->what, f->what) == 0 &&
			    strcmp(known->expected, f->expected) == 0 && strcmp(known->got, f->got) == 0;
		if (same || strcmp(known->calls, f->calls) == 0) {
			known->inputs += f->inputs;
			return;
		}
	}
	if (d->differences_len < DIFFERENCES_MAX)
		d->differences[d->differences_len++] = *f;
}

static void add_difference(struct judging *j, struct probe_found *s)
{
	struct arena *a = &j->ret->arena;
	const struct trace_text *t = &s->difference.text;
	/* Two kinds may come down to the same once they are small. */
	add_or_count(j->ret, &(struct found_difference){
		.function = arena_strdup(a, function_of(j, s)),
		.calls = probe_line(&j->setup.grammar, &s->probe, a),
		.what = arena_strdup(a, t->what),
		.expected = arena_strdup(a, t->expected),
		.got = arena_strdup(a, t->got),
		.free_item = arena_strdup(a, t->free_item),
		.inputs = s->cause->count,
		.program = probe_program(&j->setup.grammar, &s->probe, first_telling(s), s->difference.in_end, a),
	});
}

static int look_into_all(struct judging *j, struct err *err)
{
	struct probe_exploration *e = &j->explored;
	struct probe_found *found;
	size_t len;
	if (probe_found_look(&j->setup.pair, e, CONFIRMED_MAX, &found, &len, err) < 0)
		return -1;
	j->ret->differences = arena_array(&j->ret->arena, DIFFERENCES_MAX, struct found_difference);
	for (size_t i = 0; i < e->causes_len; i++)
		j->ret->differing += e->causes[i].count;
	for (size_t i = 0; i < len; i++) {
		if (found[i].confirmed)
			add_difference(j, &found[i]);
		j->ret->unconfirmed += !found[i].confirmed;
		if (!found[i].confirmed)
			j->ret->differing -= found[i].cause->count;
	}
	probe_found_release(found, len);
	return 0;
}

static int try_examples(struct judging *j, struct err *err)
{
	const struct probe_setup *s = &j->setup;
	struct example_sides sides = {s->suite, s->planned, s->original, s->beside, s->original_len, s->beside_len};
	return differential_try_examples(&sides, j->ret, err);
}

/* ---- the tests' own programs */

/* Those that calls by themselves have not shown. */
static void take_varied(struct judging *j, const struct varied *v)
{
	struct differential *d = j->ret;
	for (size_t i = 0; i < v->differences_len; i++)
		add_or_count(d, &v->differences[i]);
	j->varied_called = v->called;
	d->varied_programs = v->programs;
	d->varied_literals = v->literals;
	d->varied_files = v->files;
	d->varied_runs = v->runs;
	d->varied_differing = v->differing;
	d->unconfirmed += v->unconfirmed;
}

static int vary_tests(struct judging *j, const struct probe_effort *effort, struct err *err)
{
	struct varied varied = {0};
	if (effort->inputs < VARIED_SHARE)
		return 0;
	/* Where little can be called by itself, the tests are all there is. */
	uint64_t cost = (j->explored.fuel + (uint64_t)CALL_COST * j->explored.calls) / 3,
		 least = (uint64_t)INPUT_COST * effort->inputs;
	struct varied_ask ask = {
		.rewrite = j->setup.rewrite,
		.extracted = j->setup.extracted,
		.grammar = &j->setup.grammar,
		.words = &j->setup.words,
		.pair = &j->setup.pair,
		.watched = &j->setup.watched_original,
		.heap = j->setup.objects.heap,
		.undefined = j->setup.objects.undefined,
		.runs = effort->inputs / VARIED_SHARE,
		.cost = cost > least ? cost : least,
		.seed = effort->seed,
	};
	if (varied_judge(&ask, &varied, err) < 0)
		return -1;
	take_varied(j, &varied);
	arena_adopt(&j->ret->arena, &varied.arena);
	return 0;
}

/* ---- in figures */

static size_t count_seen(const uint8_t *seen, size_t len)
{
	size_t count = 0;
	for (size_t i = 0; i < len; i++)
		count += seen[i] != 0;
	return count;
}

static void take_figures(struct judging *j)
{
	struct differential *d = j->ret;
	const struct probe_exploration *e = &j->explored;
	d->inputs = e->inputs;
	d->calls = e->calls;
	d->undefined = e->undefined;
	d->cut = e->cut;
	d->original_places = probe_side_places(j->setup.pair.original_watched);
	d->rewrite_places = probe_side_places(j->setup.pair.rewrite_watched);
	d->original_reached = count_seen(e->original_seen, d->original_places);
	d->rewrite_reached = count_seen(e->rewrite_seen, d->rewrite_places);
}

static void take_functions(struct judging *j)
{
	struct differential *d = j->ret;
	const struct probe_grammar *g = &j->setup.grammar;
	d->functions_len = g->functions_len + j->setup.shims.untold.len;
	d->left_out = arena_array(&d->arena, d->functions_len + 1, struct function_left_out);
	for (size_t i = 0; i < g->functions_len; i++) {
		const struct probe_function *f = &g->functions[i];
		bool called = j->explored.called && j->explored.called[i],
		     varied = j->varied_called && j->varied_called[i];
		d->functions_called += called;
		if (!called)
			d->left_out[d->left_out_len++] = (struct function_left_out){
				arena_strdup(&d->arena, f->shim->function->name),
				arena_printf(&d->arena, "%s%s",
					     f->refused ? f->refused : "no call of it came back with a defined answer",
					     varied ? "; only test programs call it, with other inputs" : "")};
	}
	for (size_t i = 0; i < j->setup.shims.untold.len; i++)
		d->left_out[d->left_out_len++] = (struct function_left_out){
			arena_strdup(&d->arena, j->setup.shims.untold.items[i]), "its types are not known"};
}

static const char *what_differs(const struct differential *d, struct arena *a)
{
	const char *inputs = arena_printf(a, "%zu of %zu inputs are answered otherwise", d->differing, d->inputs);
	const char *runs = arena_printf(a, "%zu of %zu runs of tests with other inputs differ", d->varied_differing,
					d->varied_runs);
	bool both = d->differing && d->varied_differing;
	return arena_printf(a, "%s%s%s, in %zu way%s", d->differing ? inputs : runs, both ? ", " : "", both ? runs : "",
			    d->differences_len, d->differences_len == 1 ? "" : "s");
}

static const char *what_agrees(const struct differential *d, struct arena *a)
{
	const char *runs = arena_printf(a, ", nor in %zu runs of tests with other inputs", d->varied_runs);
	return arena_printf(a, "no difference in %zu inputs, %zu calls of %zu of %zu functions%s", d->inputs, d->calls,
			    d->functions_called, d->functions_len, d->varied_runs ? runs : "");
}

static void fill_gate(struct judging *j, struct gate *gate)
{
	struct differential *d = j->ret;
	struct arena *a = &d->arena;
	if (j->setup.why || (!d->functions_called && !d->differences_len)) {
		const char *why = j->setup.why ? j->setup.why : "no function of it can be called without knowing more";
		*gate = (struct gate){
			.verdict = VERDICT_INCONCLUSIVE,
			.detail = arena_printf(a, "%s; \"differential\" in recast.json can switch this off", why)};
		return;
	}
	gate->verdict = d->differences_len ? VERDICT_FAIL : VERDICT_PASS;
	gate->detail = d->differences_len ? what_differs(d, a) : what_agrees(d, a);
	for (size_t i = 0; i < d->differences_len; i++) {
		const struct found_difference *f = &d->differences[i];
		remarks_add(&gate->findings,
			    &(struct remark){.place = {.file = ""},
					     .text = arena_printf(a, "%s: %s is %s, the original's %s (%s)",
								  f->function, f->what, f->got, f->expected, f->calls),
					     .remedy = ""});
	}
}

/* ---- the whole */

static int find_out(struct judging *j, struct err *err)
{
	struct probe_setup *s = &j->setup;
	if (probe_setup_make(s, err) < 0)
		return -1;
	if (s->why)
		return 0;
	struct probe_effort own = {.inputs = j->effort->inputs, .seed = j->effort->seed};
	own.fuel = own.inputs * (uint64_t)FUEL_PER_INPUT;
	j->ret->seed = own.seed;
	j->ret->asked = own.inputs;
	if (probe_explore(&s->pair, &s->words, &own, &j->explored, err) < 0)
		return -1;
	take_figures(j);
	if (look_into_all(j, err) < 0 || vary_tests(j, &own, err) < 0 || try_examples(j, err) < 0)
		return -1;
	if (j->others->memory &&
	    probe_memory(&s->pair, j->explored.suspicions, j->explored.suspicions_len, j->others->memory, err) < 0)
		return -1;
	return j->others->executed ? probe_executed(s, &j->explored, j->others->executed, err) : 0;
}

int judge_differential(const struct rewrite *rewrite, const struct extracted *extracted,
		       const struct differential_effort *effort, const struct differential_others *others,
		       struct differential *ret, struct gate *ret_gate, struct err *err)
{
	struct differential d = {0};
	struct judging j = {.effort = effort, .ret = &d, .others = others};
	/* What the original's code holds is no model's to see, not even by what comes of it. */
	j.setup = (struct probe_setup){.suite = rewrite->suite, .extracted = extracted, .rewrite = rewrite,
				       .words_of_original = !effort->for_model, .calls_within = true};
	if (others->memory)
		others->memory->rewrite = rewrite, others->memory->shims = &j.setup.shims;
	int result = find_out(&j, err);
	if (result == 0) {
		take_functions(&j);
		fill_gate(&j, ret_gate);
	}
	probe_exploration_release(&j.explored);
	probe_setup_release(&j.setup);
	if (result < 0)
		differential_release(&d);
	else
		*ret = d;
	return result;
}

void differential_release(struct differential *d)
{
	arena_release(&d->arena);
	*d = (struct differential){0};
}
