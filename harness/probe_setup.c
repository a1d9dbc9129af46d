#include "harness/probe_setup.h"

#include "core/mem.h"
#include "harness/probe_missing.h"
#include "harness/probe_ways.h"

enum { PROGRAMS_MAX = 256, /* that are listened to */ SIDES = 4 };

/* ---- what tests do */

struct listening {
	struct probe_setup *s;
	struct micro_calls *heard;
	struct err *errors;
};

static void listen(void *data, size_t index)
{
	struct listening *l = data;
	const struct suite *suite = l->s->suite;
	const struct plan_program *planned = &suite->plan.programs[index];
	bool heard = index < PROGRAMS_MAX && (!l->s->hears || l->s->hears[index]) &&
		     probe_can_be_heard(&l->s->extracted->baseline.programs[index]);
	if (heard && micro_listen(suite, planned, &l->s->shims, &l->heard[index], &l->errors[index]) == 0 &&
	    l->s->calls_within)
		probe_within_listen(suite, planned, &l->s->shims, &l->s->within[index], &l->errors[index]);
	event_send(suite->tools->observer, EVENT_STEP, planned->name, 0);
}

static int listen_to_all(struct probe_setup *s, struct err *err)
{
	size_t len = s->suite->plan.programs_len;
	s->heard = mem_zalloc(len + 1, sizeof(*s->heard));
	s->within = mem_zalloc(len + 1, sizeof(*s->within));
	SCOPED_MEM struct err *errors = mem_zalloc(len + 1, sizeof(*errors));
	struct listening l = {s, s->heard, errors};
	int result = tools_stage(s->suite->tools, "listening to the tests", len, listen, &l, err);
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && errors[i].kind != ERR_NONE)
			result = err_copy(err, &errors[i]);
		if (s->heard[i].planned)
			s->heard[s->heard_len++] = s->heard[i];
	}
	return result;
}

/* ---- sides */

static void take_rewrite(struct probe_setup *s)
{
	size_t index = (size_t)(s->planned - s->suite->plan.programs);
	const struct rewrite_variant *v = &s->rewrite->variants[s->rewrite->variant_of[index]];
	s->beside = arena_array(&s->arena, v->objects_len + 1, struct link_input);
	for (size_t i = 0; i < v->objects_len; i++)
		s->beside[i] = (struct link_input){v->objects[i].name, v->objects[i].object.bytes};
	s->beside_len = v->objects_len;
}

static void take_original(struct probe_setup *s)
{
	s->original = arena_array(&s->arena, s->planned->library_len + 1, struct link_input);
	for (size_t i = 0; i < s->planned->library_len; i++) {
		const struct plan_object *o = &s->suite->plan.objects[s->planned->library[i]];
		s->original[i] = (struct link_input){o->name, o->built.bytes};
	}
	s->original_len = s->planned->library_len;
}

/* One that is linked on a thread with room for the linker. */
struct linking {
	struct probe_setup *s;
	struct linking_side {
		const struct link_input *inputs;
		size_t len;
		struct probe_side **side;
		const char *why;
		struct arena arena;
		struct err error;
	} sides[SIDES];
};

static void link_side(void *data, size_t index)
{
	struct linking *l = data;
	struct linking_side *x = &l->sides[index];
	probe_side_make(&l->s->grammar, &l->s->objects, l->s->planned, x->inputs, x->len, &x->arena, x->side, &x->why,
			&x->error);
	event_send(l->s->suite->tools->observer, EVENT_STEP, "driver", 0);
}

/* The same with code that tells of itself; what does not compile so is looked at as it is. */
static void add_watched(struct linking *l, size_t index, const struct sidebuild *watched,
			const struct linking_side *plain, struct probe_side **side)
{
	struct linking_side *x = &l->sides[index];
	const char *why;
	struct link_input *inputs = sidebuild_inputs(watched, l->s->planned, 0, &l->s->arena, &x->len, &why);
	if (inputs)
		probe_counters_apart(inputs, x->len, &l->s->arena);
	x->inputs = inputs ? inputs : plain->inputs;
	x->len = inputs ? x->len : plain->len;
	x->side = side;
}

static int link_all(struct probe_setup *s, struct err *err)
{
	struct linking l = {.s = s};
	const struct probe_setup *builds = s->builds ? s->builds : s;
	size_t len = s->rewrite ? SIDES : SIDES / 2;
	l.sides[0] = (struct linking_side){.inputs = s->original, .len = s->original_len, .side = &s->pair.original};
	add_watched(&l, 1, &builds->watched_original, &l.sides[0], &s->pair.original_watched);
	if (s->rewrite) {
		l.sides[2] = (struct linking_side){.inputs = s->beside, .len = s->beside_len, .side = &s->pair.rewrite};
		add_watched(&l, 3, &builds->watched_rewrite, &l.sides[2], &s->pair.rewrite_watched);
	}
	int result = tools_stage(s->suite->tools, s->rewrite ? "linking both sides" : "linking the original", len,
				 link_side, &l, err);
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && l.sides[i].error.kind != ERR_NONE)
			result = err_copy(err, &l.sides[i].error);
		if (l.sides[i].why)
			s->why = l.sides[i].why;
		arena_adopt(&s->arena, &l.sides[i].arena);
	}
	return result;
}

static int build_sides(struct probe_setup *s, struct err *err)
{
	struct strings flags = arena_joined(&s->arena, &ub_flags, &probe_counter_flags);
	const struct tools *tools = s->suite->tools;
	if (probe_driver_build(&s->grammar, &s->arena, &s->objects.driver, err) < 0 ||
	    heap_object(tools, &s->arena, &s->objects.heap, err) < 0 ||
	    ub_object(tools, &s->arena, &s->objects.undefined, err) < 0)
		return -1;
	if (!s->builds && (sidebuild_make(s->suite, NULL, &flags, &s->watched_original, err) < 0 ||
			   (s->rewrite && sidebuild_make(s->suite, s->rewrite, &flags, &s->watched_rewrite, err) < 0)))
		return -1;
	return link_all(s, err);
}

static void collect_words(struct probe_setup *s)
{
	size_t original = s->words_of_original ? s->original_len : 0;
	struct link_input *all = arena_array(&s->arena, original + s->beside_len + 1, struct link_input);
	if (s->beside_len)
		memcpy(all, s->beside, s->beside_len * sizeof(*all));
	if (original)
		memcpy(all + s->beside_len, s->original, original * sizeof(*all));
	probe_words_collect(&s->grammar, &s->extracted->spec.api, all, original + s->beside_len, &s->arena, &s->words);
}

/* ---- the whole */

/* The first that judges. */
static const struct plan_program *choose_program(const struct probe_setup *s)
{
	const struct program_result *results = s->extracted->baseline.programs;
	for (size_t i = 0; i < s->suite->plan.programs_len; i++) {
		if (probe_can_be_heard(&results[i]))
			return &s->suite->plan.programs[i];
	}
	return NULL;
}

int probe_setup_make(struct probe_setup *s, struct err *err)
{
	const struct interface *api = &s->extracted->spec.api;
	if (!s->planned)
		s->planned = choose_program(s);
	if (!s->planned) {
		s->why = "no test program of the original passes";
		return 0;
	}
	struct shapes *shapes = shapes_new(api, &s->arena);
	if (shims_build(s->suite, api, shapes, &s->arena, &s->shims, err) < 0 || listen_to_all(s, err) < 0)
		return -1;
	probe_grammar_make(s->suite, api, &s->shims, s->heard, s->heard_len, &s->arena, &s->grammar);
	probe_within_learn(&s->grammar, s->within, s->suite->plan.programs_len, &s->arena);
	s->pair = (struct probe_pair){.g = &s->grammar, .declared = &s->suite->project->trace_free};
	take_original(s);
	if (s->rewrite)
		take_rewrite(s);
	if (build_sides(s, err) < 0)
		return -1;
	if (s->why)
		return 0;
	probe_missing_find(&s->grammar, s->original, s->original_len, probe_side_undefined(s->pair.original), &s->arena);
	collect_words(s);
	return 0;
}

void probe_setup_release(struct probe_setup *s)
{
	probe_side_free(s->pair.original);
	probe_side_free(s->pair.rewrite);
	probe_side_free(s->pair.original_watched);
	probe_side_free(s->pair.rewrite_watched);
	sidebuild_release(&s->watched_original);
	sidebuild_release(&s->watched_rewrite);
	for (size_t i = 0; i < s->heard_len; i++)
		micro_calls_release(&s->heard[i]);
	for (size_t i = 0; s->within && i < s->suite->plan.programs_len; i++)
		within_heard_release(&s->within[i]);
	free(s->heard);
	free(s->within);
	arena_release(&s->arena);
	*s = (struct probe_setup){0};
}
