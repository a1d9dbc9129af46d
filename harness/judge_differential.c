#include "harness/judge_differential.h"

#include "core/mem.h"
#include "harness/differential_examples.h"
#include "harness/differential_functions.h"
#include "harness/probe_executed.h"
#include "harness/probe_group.h"
#include "harness/probe_memory.h"
#include "harness/probe_setup.h"
#include "harness/probe_text.h"
#include "harness/probe_ways.h"
#include "harness/varied.h"

enum {
	FUEL_PER_INPUT = 2000000, /* of both sides, on the average */
	CONFIRMED_MAX = 24, /* kinds of differences that are looked into */
	VARIED_SHARE = 20,  /* inputs for each run of a test program with something changed */
	INPUT_COST = 50000, /* fuel that is spent on such runs for each input, at least */
	CALL_COST = 6000,   /* fuel that listening to a call on both sides is worth */
};

/* All of it, or what is looked into in one way of building. */
struct judging {
	const struct differential_effort *effort;
	const struct probe_ways *ways;
	size_t way;
	struct probe_setup setup;
	struct probe_exploration explored;
	struct differential *ret;
	const struct differential_others *others;
	struct differential_functions *functions;
};

/* ---- what was found */

/* The function that the difference is told of. */
static const char *function_of(const struct judging *j, const struct probe_found *s)
{
	if (!s->difference.in_end)
		return s->difference.text.function;
	const struct probe_call *call = s->probe.len ? &s->probe.calls[probe_found_call(s, &j->setup.grammar)] : NULL;
	return call ? j->setup.grammar.functions[call->function].shim->function->name : "";
}

static bool is_same(const struct found_difference *a, const struct found_difference *b)
{
	bool same = strcmp(a->function, b->function) == 0 && strcmp(a->what, b->what) == 0 &&
		    strcmp(a->expected, b->expected) == 0 && strcmp(a->got, b->got) == 0;
	for (size_t i = 0; i < b->causes.len && !same; i++)
		same = strings_have(&a->causes, b->causes.items[i]);
	return same || strcmp(a->calls, b->calls) == 0;
}

static void add_or_count(struct differential *d, const struct found_difference *f)
{
	for (size_t i = 0; i < d->differences_len; i++) {
		if (is_same(&d->differences[i], f)) {
			d->differences[i].inputs += f->inputs;
			return;
		}
	}
	if (d->differences_len < DIFFERENCES_MAX)
		d->differences[d->differences_len++] = *f;
}

/* Those of the group that are found together; one of them is shown. */
struct together {
	const struct probe_found *shown;
	size_t inputs;
	struct strings also, causes;
};

static bool is_smaller(const struct judging *j, const struct probe_found *a, const struct probe_found *b)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (a->probe.len != b->probe.len)
		return a->probe.len < b->probe.len;
	return strlen(probe_line(&j->setup.grammar, &a->probe, &scratch)) <
	       strlen(probe_line(&j->setup.grammar, &b->probe, &scratch));
}

static struct together look_at_group(struct judging *j, const struct probe_found *found, size_t len, size_t group)
{
	struct arena *a = &j->ret->arena;
	struct together t = {.shown = &found[group],
			     .also = {arena_array(a, len, const char *), 0},
			     .causes = {arena_array(a, 2 * len, const char *), 0}};
	for (size_t i = 0; i < len; i++) {
		if (!found[i].confirmed || found[i].group != group)
			continue;
		t.inputs += found[i].cause->count;
		t.causes.items[t.causes.len++] = arena_strdup(a, found[i].cause->cause);
		t.causes.items[t.causes.len++] = arena_strdup(a, found[i].difference.cause);
		if (is_smaller(j, &found[i], t.shown))
			t.shown = &found[i];
	}
	for (size_t i = 0; i < len; i++) {
		bool is = found[i].confirmed && found[i].group == group;
		const char *function = is ? function_of(j, &found[i]) : "";
		if (is && strcmp(function, function_of(j, t.shown)) != 0 && !strings_have(&t.also, function))
			t.also.items[t.also.len++] = arena_strdup(a, function);
	}
	return t;
}

static void add_difference(struct judging *j, const struct together *together)
{
	struct arena *a = &j->ret->arena;
	const struct probe_found *s = together->shown;
	const struct trace_text *t = &s->difference.text;
	/* Two kinds may come down to the same once they are small. */
	add_or_count(j->ret, &(struct found_difference){
		.function = arena_strdup(a, function_of(j, s)),
		.calls = probe_line(&j->setup.grammar, &s->probe, a),
		.what = arena_strdup(a, t->what),
		.expected = arena_strdup(a, t->expected),
		.got = arena_strdup(a, t->got),
		.free_item = arena_strdup(a, t->free_item),
		.inputs = together->inputs,
		.also = together->also,
		.causes = together->causes,
		.way = j->way,
		/* From the call on that is answered otherwise it prints all. */
		.program = probe_program(&j->setup.grammar, &s->probe, probe_found_call(s, &j->setup.grammar),
					 s->difference.in_end, a),
	});
}

static int look_into_all(struct judging *j, struct err *err)
{
	struct probe_exploration *e = &j->explored;
	struct probe_found *found;
	size_t len;
	if (probe_found_look(&j->setup.pair, e, CONFIRMED_MAX, &found, &len, err) < 0)
		return -1;
	for (size_t i = 0; i < e->causes_len; i++)
		j->ret->differing += e->causes[i].count;
	int result = probe_group(&j->setup.pair, e, found, len, err);
	for (size_t i = 0; i < len && result == 0; i++) {
		j->ret->unconfirmed += !found[i].confirmed;
		if (!found[i].confirmed)
			j->ret->differing -= found[i].cause->count;
		if (!found[i].confirmed || found[i].group != i)
			continue;
		struct together together = look_at_group(j, found, len, i);
		add_difference(j, &together);
	}
	probe_found_release(found, len);
	return result;
}

static int try_examples(struct judging *j, struct err *err)
{
	const struct probe_setup *s = &j->setup;
	struct example_sides sides = {s->suite,      s->planned,       s->original,    s->beside,
				      s->original_len, s->beside_len, j->way};
	return differential_try_examples(&sides, j->ret, err);
}

/* ---- the tests' own programs */

/* Those that calls by themselves have not shown. */
static void take_varied(struct judging *j, const struct varied *v)
{
	struct differential *d = j->ret;
	for (size_t i = 0; i < v->differences_len; i++)
		add_or_count(d, &v->differences[i]);
	differential_functions_varied(j->functions, &j->setup.grammar, v->called, &d->arena);
	d->varied_programs = v->programs;
	d->varied_literals = v->literals;
	d->varied_files = v->files;
	d->varied_runs = v->runs;
	d->varied_undefined = v->undefined;
	d->varied_differing = v->differing;
	d->unconfirmed += v->unconfirmed;
}

/* Programs are run as they are built, each in its own way: one time for all of them. */
static int vary_tests(struct judging *j, struct err *err)
{
	struct varied varied = {0};
	size_t inputs = j->effort->inputs;
	if (inputs < VARIED_SHARE)
		return 0;
	/* Where little can be called by itself, the tests are all there is. */
	uint64_t cost = (j->ret->fuel + (uint64_t)CALL_COST * j->ret->calls) / 3, least = (uint64_t)INPUT_COST * inputs;
	struct varied_ask ask = {
		.rewrite = j->setup.rewrite,
		.extracted = j->setup.extracted,
		.grammar = &j->setup.grammar,
		.words = &j->setup.words,
		.pair = &j->setup.pair,
		.watched = &j->setup.watched_original,
		.heap = j->setup.objects.heap,
		.undefined = j->setup.objects.undefined,
		.runs = inputs / VARIED_SHARE,
		.cost = cost > least ? cost : least,
		.seed = j->effort->seed,
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
	size_t original = probe_side_places(j->setup.pair.original_watched),
	       rewrite = probe_side_places(j->setup.pair.rewrite_watched);
	d->ways[j->way].inputs = e->inputs;
	d->inputs += e->inputs;
	d->calls += e->calls;
	d->fuel += e->fuel;
	d->undefined += e->undefined;
	d->cut |= e->cut;
	d->original_places += original;
	d->rewrite_places += rewrite;
	d->original_reached += count_seen(e->original_seen, original);
	d->rewrite_reached += count_seen(e->rewrite_seen, rewrite);
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
	size_t ways = 0;
	for (size_t i = 0; i < d->ways_len; i++)
		ways += d->ways[i].inputs > 0;
	if (!d->functions_called)
		return arena_printf(a,
				    "no difference in %zu runs of tests with other inputs, which call %zu of %zu functions; "
				    "by itself none was called",
				    d->varied_runs, d->functions_varied, d->functions_len);
	return arena_printf(a, "no difference in %zu inputs%s, %zu calls of %zu of %zu functions%s", d->inputs,
			    ways > 1 ? arena_printf(a, " in %zu ways of building", ways) : "", d->calls,
			    d->functions_called, d->functions_len, d->varied_runs ? runs : "");
}

/* Whether the original was heard to answer, to whomever. */
static bool has_compared(const struct differential *d)
{
	return d->functions_called || (d->functions_varied && d->varied_runs > d->varied_undefined);
}

static void fill_gate(struct judging *j, struct gate *gate)
{
	struct differential *d = j->ret;
	struct arena *a = &d->arena;
	if (j->setup.why || (!has_compared(d) && !d->differences_len)) {
		const char *why = j->setup.why ? j->setup.why
				  : d->calls   ? "no call of it came back with a defined answer"
					       : "no function of it can be called without knowing more";
		*gate = (struct gate){
			.verdict = VERDICT_INCONCLUSIVE,
			.detail = arena_printf(a, "%s; \"differential\" in recast.json can switch this off", why)};
		return;
	}
	gate->verdict = d->differences_len ? VERDICT_FAIL : VERDICT_PASS;
	gate->detail = d->differences_len ? what_differs(d, a) : what_agrees(d, a);
	for (size_t i = 0; i < d->differences_len; i++) {
		const struct found_difference *f = &d->differences[i];
		const char *built = f->way ? arena_printf(a, "built with %s, ", d->ways[f->way].flags) : "";
		const char *also = "";
		for (size_t k = 0; k < f->also.len; k++)
			also = arena_printf(a, "%s%s%s", also, k ? ", " : "; also shows in: ", f->also.items[k]);
		remarks_add(&gate->findings,
			    &(struct remark){.place = {.file = ""},
					     .text = arena_printf(a, "%s%s: %s is %s, the original's %s (%s)%s", built,
								  f->function, f->what, f->got, f->expected, f->calls, also),
					     .remedy = ""});
	}
}

/* ---- the whole */

static int explore_way(struct judging *j, struct err *err)
{
	struct probe_setup *s = &j->setup;
	const struct probe_way *way = &j->ways->items[j->way];
	if (probe_setup_make(s, err) < 0)
		return -1;
	if (s->why)
		return 0;
	struct probe_effort own = {
		.inputs = way->inputs, .seed = way->seed, .fuel = way->inputs * (uint64_t)FUEL_PER_INPUT};
	if (probe_explore(&s->pair, &s->words, &own, &j->explored, err) < 0)
		return -1;
	take_figures(j);
	if (look_into_all(j, err) < 0)
		return -1;
	if (j->others->memory)
		j->others->memory->shims = &s->shims;
	if (j->others->memory && probe_memory(&s->pair, j->explored.suspicions, j->explored.suspicions_len,
					      j->way ? way->flags : "", j->others->memory, err) < 0)
		return -1;
	return j->others->executed ? probe_executed(s, &j->explored, j->others->executed, err) : 0;
}

static void judging_begin(struct judging *j, const struct judging *with, size_t way)
{
	const struct probe_way *w = way < with->ways->len ? &with->ways->items[way] : NULL;
	*j = *with;
	j->way = way;
	/* What the original's code holds is no model's to see, not even by what comes of it. */
	j->setup.words_of_original = !with->effort->for_model;
	j->setup.calls_within = true;
	if (w) {
		j->setup.suite = &w->suite;
		j->setup.extracted = &w->extracted;
		j->setup.hears = w->hears;
		j->setup.planned = w->planned;
	}
}

static void take_ways(struct differential *d, const struct probe_ways *ways)
{
	d->ways = arena_array(&d->arena, ways->len + 1, struct built_way);
	d->ways_len = ways->len;
	for (size_t i = 0; i < ways->len; i++) {
		const struct probe_way *w = &ways->items[i];
		d->ways[i].flags = arena_strdup(&d->arena, w->flags);
		if (!w->inputs)
			d->ways[i].why = w->planned ? "there are too few inputs for it"
						    : "no test program passes that is built so";
	}
}

static void judging_end(struct judging *j)
{
	probe_exploration_release(&j->explored);
	probe_setup_release(&j->setup);
}

/* All but the first, whose set-up is still of use behind them. */
static int explore_others(const struct judging *first, const struct judging *plain, struct err *err)
{
	int result = 0;
	for (size_t i = 1; i < probe_ways_explored(first->ways) && result == 0; i++) {
		struct judging j;
		struct err refusal = {0};
		judging_begin(&j, plain, i);
		j.setup.builds = &first->setup;
		result = explore_way(&j, &refusal);
		/* Headers that are no use in that way are no reason not to judge in others. */
		const char *why = result == 0 ? j.setup.why : refusal.kind == ERR_PARSE ? refusal.text : NULL;
		if (why)
			j.ret->ways[i].why = arena_strdup(&j.ret->arena, why);
		else if (result < 0)
			err_copy(err, &refusal);
		else
			differential_functions_take(j.functions, &j.setup, &j.explored, &j.ret->arena);
		result = why ? 0 : result < 0 ? -1 : try_examples(&j, err);
		judging_end(&j);
	}
	return result;
}

static int find_out(struct judging *j, const struct judging *plain, struct err *err)
{
	if (explore_way(j, err) < 0)
		return -1;
	differential_functions_take(j->functions, &j->setup, &j->explored, &j->ret->arena);
	if (j->setup.why)
		return 0;
	j->ret->seed = j->effort->seed;
	j->ret->asked = j->effort->inputs;
	if (explore_others(j, plain, err) < 0 || vary_tests(j, err) < 0)
		return -1;
	return try_examples(j, err);
}

int judge_differential(const struct rewrite *rewrite, const struct extracted *extracted,
		       const struct differential_effort *effort, const struct differential_others *others,
		       struct differential *ret, struct gate *ret_gate, struct err *err)
{
	struct differential d = {0};
	struct probe_ways ways;
	struct differential_functions functions = {0};
	struct judging j, plain = {.effort = effort, .ways = &ways, .ret = &d, .others = others, .functions = &functions};
	plain.setup = (struct probe_setup){.suite = rewrite->suite, .extracted = extracted, .rewrite = rewrite};
	if (probe_ways_find(rewrite, extracted, effort->inputs, effort->seed, &ways, err) < 0)
		return -1;
	if (others->memory)
		others->memory->rewrite = rewrite;
	d.differences = arena_array(&d.arena, DIFFERENCES_MAX, struct found_difference);
	take_ways(&d, &ways);
	judging_begin(&j, &plain, 0);
	int result = find_out(&j, &plain, err);
	if (result == 0) {
		differential_functions_tell(&functions, &d);
		fill_gate(&j, ret_gate);
	}
	judging_end(&j);
	probe_ways_release(&ways);
	differential_functions_release(&functions);
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
