#include "harness/judge_differential.h"

#include "core/mem.h"
#include "harness/ownsource.h"
#include "harness/probe_memory.h"
#include "harness/probe_text.h"
#include "harness/sidebuild.h"
#include "harness/varied.h"

enum {
	INPUTS = 40000,
	FUEL = 2000000000,  /* for each thousand of inputs a tenth of it */
	PROGRAMS_MAX = 256, /* that are listened to */
	CONFIRMED_MAX = 24, /* kinds of differences that are looked into */
	VARIED_SHARE = 20,  /* inputs for each run of a test program with something changed */
	CALL_COST = 6000,   /* fuel that listening to a call on both sides is worth */
};

struct judging {
	const struct rewrite *rewrite;
	const struct suite *suite;
	const struct extracted *extracted;
	const struct plan_program *planned; /* in whose world and configuration it runs */
	struct shims shims;
	struct micro_calls *heard;
	size_t heard_len;
	struct probe_grammar grammar;
	struct probe_objects objects;
	struct probe_words words;
	struct sidebuild watched_original, watched_rewrite;
	struct probe_pair pair;
	struct probe_exploration explored;
	struct differential *ret;
	struct memory_table *memory; /* or NULL */
	struct err *errors; /* of programs that are listened to */
	struct arena arena;
	const bool *varied_called; /* functions that test programs call, or NULL */
	const char *why; /* it cannot be judged, or NULL */
};

/* ---- what tests do */

static void listen(void *data, size_t index)
{
	struct judging *j = data;
	const struct plan_program *planned = &j->suite->plan.programs[index];
	if (index < PROGRAMS_MAX && j->extracted->baseline.programs[index].status == PROGRAM_PASSED)
		micro_listen(j->suite, planned, &j->shims, &j->heard[index], &j->errors[index]);
	event_send(j->suite->tools->observer, EVENT_STEP, planned->name, 0);
}

static int listen_to_all(struct judging *j, struct err *err)
{
	size_t len = j->suite->plan.programs_len;
	j->heard = mem_zalloc(len + 1, sizeof(*j->heard));
	j->errors = mem_zalloc(len + 1, sizeof(*j->errors));
	int result = tools_stage(j->suite->tools, "listening", len, listen, j, err);
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && j->errors[i].kind != ERR_NONE)
			result = err_copy(err, &j->errors[i]);
		if (j->heard[i].planned)
			j->heard[j->heard_len++] = j->heard[i];
	}
	return result;
}

/* ---- both sides */

static struct link_input *plain_rewrite(struct judging *j, size_t *ret_len)
{
	size_t index = (size_t)(j->planned - j->suite->plan.programs);
	const struct rewrite_variant *v = &j->rewrite->variants[j->rewrite->variant_of[index]];
	struct link_input *inputs = arena_array(&j->arena, v->objects_len + 1, struct link_input);
	for (size_t i = 0; i < v->objects_len; i++)
		inputs[i] = (struct link_input){v->objects[i].name, v->objects[i].object.bytes};
	*ret_len = v->objects_len;
	return inputs;
}

static struct link_input *plain_original(struct judging *j, size_t *ret_len)
{
	struct link_input *inputs = arena_array(&j->arena, j->planned->library_len + 1, struct link_input);
	for (size_t i = 0; i < j->planned->library_len; i++) {
		const struct plan_object *o = &j->suite->plan.objects[j->planned->library[i]];
		inputs[i] = (struct link_input){o->name, o->built.bytes};
	}
	*ret_len = j->planned->library_len;
	return inputs;
}

/* One that is linked on a thread with room for the linker. */
struct linking {
	struct judging *j;
	const struct link_input *inputs[4];
	size_t lens[4];
	struct probe_side **sides[4];
	const char *why[4];
	struct arena arenas[4];
	struct err errors[4];
};

static void link_side(void *data, size_t index)
{
	struct linking *l = data;
	probe_side_make(&l->j->grammar, &l->j->objects, l->j->planned, l->inputs[index], l->lens[index], &l->arenas[index],
			l->sides[index], &l->why[index], &l->errors[index]);
	event_send(l->j->suite->tools->observer, EVENT_STEP, "driver", 0);
}

static int link_all(struct judging *j, struct err *err)
{
	struct linking l = {.j = j, .sides = {&j->pair.original, &j->pair.rewrite, &j->pair.original_watched, &j->pair.rewrite_watched}};
	const char *why = NULL;
	l.inputs[0] = plain_original(j, &l.lens[0]);
	l.inputs[1] = plain_rewrite(j, &l.lens[1]);
	struct link_input *watched[] = {
		sidebuild_inputs(&j->watched_original, j->planned, 0, &j->arena, &l.lens[2], &why),
		sidebuild_inputs(&j->watched_rewrite, j->planned, 0, &j->arena, &l.lens[3], &why),
	};
	/* What does not compile with counters in it is looked at as it is. */
	for (size_t i = 2; i < 4; i++) {
		if (watched[i - 2])
			probe_counters_apart(watched[i - 2], l.lens[i], &j->arena), l.inputs[i] = watched[i - 2];
		else
			l.inputs[i] = l.inputs[i - 2], l.lens[i] = l.lens[i - 2];
	}
	int result = tools_stage(j->suite->tools, "linking", 4, link_side, &l, err);
	for (size_t i = 0; i < 4; i++) {
		if (result == 0 && l.errors[i].kind != ERR_NONE)
			result = err_copy(err, &l.errors[i]);
		if (l.why[i])
			j->why = l.why[i];
		arena_adopt(&j->arena, &l.arenas[i]);
	}
	return result;
}

static int build_sides(struct judging *j, struct err *err)
{
	struct strings flags = arena_joined(&j->arena, &ub_flags, &probe_counter_flags);
	const struct tools *tools = j->suite->tools;
	if (probe_driver_build(&j->grammar, &j->arena, &j->objects.driver, err) < 0 ||
	    heap_object(tools, &j->arena, &j->objects.heap, err) < 0 ||
	    ub_object(tools, &j->arena, &j->objects.undefined, err) < 0 ||
	    sidebuild_make(j->suite, NULL, &flags, &j->watched_original, err) < 0 ||
	    sidebuild_make(j->suite, j->rewrite, &flags, &j->watched_rewrite, err) < 0)
		return -1;
	return link_all(j, err);
}

static void collect_words(struct judging *j)
{
	size_t original, rewrite;
	struct link_input *first = plain_original(j, &original), *second = plain_rewrite(j, &rewrite);
	struct link_input *all = arena_array(&j->arena, original + rewrite + 1, struct link_input);
	memcpy(all, second, rewrite * sizeof(*all));
	memcpy(all + rewrite, first, original * sizeof(*all));
	probe_words_collect(&j->grammar, &j->extracted->spec.api, all, original + rewrite, &j->arena, &j->words);
}

/* ---- what was found */

/* A kind of difference that is looked into. */
struct suspect {
	const struct probe_cause *cause;
	struct probe probe;
	struct probe_difference difference;
	bool confirmed;
	struct arena arena;
	struct err error;
};

struct looking {
	struct judging *j;
	struct suspect *suspects;
};

/* While it is made small: the same cause again. */
struct again {
	const struct probe_pair *pair;
	const char *cause;
	struct err *err;
};

static int shows_again(void *data, const struct probe *p)
{
	struct again *a = data;
	bool differs;
	if (probe_still_differs(a->pair, p, a->cause, &differs, a->err) < 0)
		return -1;
	return differs;
}

static void look_into(void *data, size_t index)
{
	struct looking *l = data;
	struct suspect *s = &l->suspects[index];
	const struct probe_pair *pair = &l->j->pair;
	for (size_t i = 0; i < s->cause->kept_len && !s->confirmed && s->error.kind == ERR_NONE; i++) {
		enum probe_verdict verdict;
		struct probe_difference d;
		if (probe_confirm(pair, &s->cause->kept[i], &s->arena, &verdict, &d, &s->error) < 0 || verdict != PROBE_DIFFERS)
			continue;
		s->confirmed = true;
		s->probe = s->cause->kept[i];
		s->difference = d;
		struct again same = {pair, d.cause, &s->error};
		if (probe_shrink(pair, &s->cause->kept[i], shows_again, &same, &s->arena, &s->probe) < 0)
			return;
		/* Small as it is, it must hold all the same. */
		enum probe_verdict again;
		struct probe_difference small;
		if (probe_confirm(pair, &s->probe, &s->arena, &again, &small, &s->error) < 0)
			return;
		if (again == PROBE_DIFFERS)
			s->difference = small;
		else
			s->probe = s->cause->kept[i];
	}
	event_send(l->j->suite->tools->observer, EVENT_STEP, "difference", 0);
}

static int more_inputs_first(const void *a, const void *b)
{
	const struct probe_cause *x = a, *y = b;
	return x->count > y->count ? -1 : x->count < y->count ? 1 : strcmp(x->cause, y->cause);
}

static const char *comment_of(struct judging *j, const struct suspect *s, struct arena *a)
{
	const struct trace_text *t = &s->difference.text;
	return arena_printf(a, " * %s of %s\n * with the original: %s\n * with the rewrite:  %s\n", t->what,
			    t->function[0] ? t->function : j->suite->project->name, t->expected, t->got);
}

/* The function that the difference is told of. */
static const char *function_of(const struct judging *j, const struct suspect *s)
{
	if (!s->difference.in_end)
		return s->difference.text.function;
	uint32_t call = s->difference.call < s->probe.len ? s->difference.call : (uint32_t)s->probe.len - 1;
	return s->probe.len ? j->grammar.functions[s->probe.calls[call].function].shim->function->name : "";
}

/* Two kinds may come down to the same once they are small. */
static void add_or_count(struct differential *d, const struct found_difference *found)
{
	for (size_t i = 0; i < d->differences_len; i++) {
		struct found_difference *known = &d->differences[i];
		bool same = strcmp(known->function, found->function) == 0 && strcmp(known->what, found->what) == 0 &&
			    strcmp(known->expected, found->expected) == 0 && strcmp(known->got, found->got) == 0;
		if (same || strcmp(known->calls, found->calls) == 0) {
			known->inputs += found->inputs;
			return;
		}
	}
	d->differences[d->differences_len++] = *found;
}

static void add_difference(struct judging *j, struct suspect *s)
{
	struct arena *a = &j->ret->arena;
	const struct trace_text *t = &s->difference.text;
	add_or_count(j->ret, &(struct found_difference){
		.function = arena_strdup(a, function_of(j, s)),
		.calls = probe_line(&j->grammar, &s->probe, a),
		.what = arena_strdup(a, t->what),
		.expected = arena_strdup(a, t->expected),
		.got = arena_strdup(a, t->got),
		.free_item = arena_strdup(a, t->free_item),
		.inputs = s->cause->count,
		.program = probe_program(&j->grammar, &s->probe, comment_of(j, s, a), a),
	});
}

static int look_into_all(struct judging *j, struct err *err)
{
	struct probe_exploration *e = &j->explored;
	if (e->causes_len)
		qsort(e->causes, e->causes_len, sizeof(*e->causes), more_inputs_first);
	size_t len = min_size(e->causes_len, CONFIRMED_MAX);
	struct suspect *suspects = mem_zalloc(len + 1, sizeof(*suspects));
	struct looking l = {j, suspects};
	for (size_t i = 0; i < len; i++)
		suspects[i].cause = &e->causes[i];
	int result = len ? tools_stage(j->suite->tools, "confirming", len, look_into, &l, err) : 0;
	j->ret->differences = arena_array(&j->ret->arena, DIFFERENCES_MAX, struct found_difference);
	for (size_t i = 0; i < e->causes_len; i++)
		j->ret->differing += e->causes[i].count;
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && suspects[i].error.kind != ERR_NONE)
			result = err_copy(err, &suspects[i].error);
		if (result == 0 && suspects[i].confirmed && j->ret->differences_len < DIFFERENCES_MAX)
			add_difference(j, &suspects[i]);
		j->ret->unconfirmed += !suspects[i].confirmed;
		if (!suspects[i].confirmed)
			j->ret->differing -= suspects[i].cause->count;
		arena_release(&suspects[i].arena);
	}
	free(suspects);
	return result;
}

/* ---- the tests' own programs */

/* Those that calls by themselves have not shown. */
static void take_varied(struct judging *j, const struct varied *v)
{
	struct differential *d = j->ret;
	for (size_t i = 0; i < v->differences_len && d->differences_len < DIFFERENCES_MAX; i++)
		add_or_count(d, &v->differences[i]);
	j->varied_called = v->called;
	d->varied_programs = v->programs;
	d->varied_literals = v->literals;
	d->varied_files = v->files;
	d->varied_runs = v->runs;
	d->inputs += v->runs;
	d->calls += v->calls;
	d->differing += v->differing;
	d->undefined += v->undefined;
	d->unconfirmed += v->unconfirmed;
}

static int vary_tests(struct judging *j, const struct probe_effort *effort, struct err *err)
{
	struct varied varied = {0};
	struct varied_ask ask = {
		.rewrite = j->rewrite,
		.extracted = j->extracted,
		.grammar = &j->grammar,
		.words = &j->words,
		.pair = &j->pair,
		.watched = &j->watched_original,
		.heap = j->objects.heap,
		.undefined = j->objects.undefined,
		.runs = effort->inputs / VARIED_SHARE,
		.cost = (j->explored.fuel + (uint64_t)CALL_COST * j->explored.calls) / 3,
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
	d->original_places = probe_side_places(j->pair.original_watched);
	d->rewrite_places = probe_side_places(j->pair.rewrite_watched);
	d->original_reached = count_seen(e->original_seen, d->original_places);
	d->rewrite_reached = count_seen(e->rewrite_seen, d->rewrite_places);
}

static void take_functions(struct judging *j)
{
	struct differential *d = j->ret;
	const struct probe_grammar *g = &j->grammar;
	d->functions_len = g->functions_len + j->shims.untold.len;
	d->left_out = arena_array(&d->arena, d->functions_len + 1, struct function_left_out);
	for (size_t i = 0; i < g->functions_len; i++) {
		const struct probe_function *f = &g->functions[i];
		bool called = j->explored.called && j->explored.called[i], varied = j->varied_called && j->varied_called[i];
		d->functions_called += called;
		if (!called)
			d->left_out[d->left_out_len++] = (struct function_left_out){
				arena_strdup(&d->arena, f->shim->function->name),
				arena_printf(&d->arena, "%s%s", f->refused ? f->refused : "no call of it came back with a defined answer",
					     varied ? "; only test programs call it, with other inputs" : "")};
	}
	for (size_t i = 0; i < j->shims.untold.len; i++)
		d->left_out[d->left_out_len++] =
			(struct function_left_out){arena_strdup(&d->arena, j->shims.untold.items[i]), "its types are not known"};
}

static void fill_gate(struct judging *j, struct gate *gate)
{
	struct differential *d = j->ret;
	struct arena *a = &d->arena;
	if (j->why || !d->functions_called) {
		*gate = (struct gate){.verdict = VERDICT_INCONCLUSIVE,
				      .detail = j->why ? arena_strdup(a, j->why) : "no function of it can be called without knowing more"};
		return;
	}
	gate->verdict = d->differences_len ? VERDICT_FAIL : VERDICT_PASS;
	gate->detail = arena_printf(a, "%zu of %zu inputs are answered otherwise, in %zu way%s", d->differing, d->inputs,
				    d->differences_len, d->differences_len == 1 ? "" : "s");
	if (!d->differences_len)
		gate->detail = arena_printf(a, "no difference in %zu inputs, %zu calls of %zu of %zu functions", d->inputs, d->calls,
					    d->functions_called, d->functions_len);
	for (size_t i = 0; i < d->differences_len; i++) {
		const struct found_difference *f = &d->differences[i];
		remarks_add(&gate->findings, &(struct remark){.place = {.file = ""},
							      .text = arena_printf(a, "%s: %s is %s, the original's %s (%s)", f->function,
										   f->what, f->got, f->expected, f->calls),
							      .remedy = ""});
	}
	for (size_t i = 0; i < d->left_out_len; i++)
		remarks_add(&gate->notes, &(struct remark){.place = {.file = ""},
							   .text = arena_printf(a, "%s was left out: %s", d->left_out[i].name,
										d->left_out[i].why),
							   .remedy = ""});
}

/* ---- the whole */

/* The first that judges, in the way in which most are built. */
static const struct plan_program *choose_program(const struct judging *j)
{
	for (size_t i = 0; i < j->suite->plan.programs_len; i++) {
		if (j->extracted->baseline.programs[i].status == PROGRAM_PASSED)
			return &j->suite->plan.programs[i];
	}
	return NULL;
}

static int find_out(struct judging *j, const struct differential_effort *effort, struct err *err)
{
	struct shapes *shapes = shapes_new(&j->extracted->spec.api, &j->arena);
	j->planned = choose_program(j);
	if (!j->planned) {
		j->why = "no test program of the original passes";
		return 0;
	}
	if (shims_build(j->suite, &j->extracted->spec.api, shapes, &j->arena, &j->shims, err) < 0 || listen_to_all(j, err) < 0)
		return -1;
	probe_grammar_make(j->suite, &j->extracted->spec.api, &j->shims, j->heard, j->heard_len, &j->arena, &j->grammar);
	j->pair = (struct probe_pair){.g = &j->grammar, .declared = &j->suite->project->trace_free};
	if (build_sides(j, err) < 0)
		return -1;
	if (j->why)
		return 0;
	collect_words(j);
	struct probe_effort own = {.inputs = effort->inputs ? effort->inputs : INPUTS, .seed = effort->seed};
	own.fuel = own.inputs * (uint64_t)(FUEL / 1000);
	j->ret->seed = own.seed;
	if (probe_explore(&j->pair, &j->words, &own, &j->explored, err) < 0)
		return -1;
	take_figures(j);
	if (look_into_all(j, err) < 0 || vary_tests(j, &own, err) < 0)
		return -1;
	return j->memory ? probe_memory(&j->pair, j->explored.suspicions, j->explored.suspicions_len, j->memory, err) : 0;
}

static void release(struct judging *j)
{
	probe_side_free(j->pair.original);
	probe_side_free(j->pair.rewrite);
	probe_side_free(j->pair.original_watched);
	probe_side_free(j->pair.rewrite_watched);
	probe_exploration_release(&j->explored);
	sidebuild_release(&j->watched_original);
	sidebuild_release(&j->watched_rewrite);
	for (size_t i = 0; i < j->heard_len; i++)
		micro_calls_release(&j->heard[i]);
	free(j->heard);
	free(j->errors);
	arena_release(&j->arena);
}

int judge_differential(const struct rewrite *rewrite, const struct extracted *extracted,
		       const struct differential_effort *effort, struct memory_table *memory, struct differential *ret,
		       struct gate *ret_gate, struct err *err)
{
	struct differential d = {0};
	struct judging j = {.rewrite = rewrite, .suite = rewrite->suite, .extracted = extracted, .ret = &d, .memory = memory};
	if (memory)
		memory->rewrite = rewrite, memory->shims = &j.shims;
	int result = find_out(&j, effort, err);
	if (result == 0) {
		take_functions(&j);
		fill_gate(&j, ret_gate);
	}
	release(&j);
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
