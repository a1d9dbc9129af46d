#include "core/mem.h"
#include "harness/probe_text.h"
#include "harness/varied_parts.h"

enum {
	PROGRAMS_MAX = 64,    /* that are changed */
	CONFIRMED_MAX = 16,   /* kinds of differences that are looked into */
	PROGRAM_FUEL_MAX = 200000000, /* of one run of the original, so that it can be run often */
};

struct judging {
	const struct varied_ask *ask;
	struct varied_objects objects;
	struct link_input guest;
	struct varied_program *programs; /* those that are not left out come first, once they are made */
	size_t programs_len;
	struct varied_found found;
	struct varied *ret;
	struct arena arena;
};

/* ---- programs */

/* What has sealed tests in it is not quoted. */
static bool has_sealed(const struct extracted *e, const struct plan_program *planned)
{
	struct str program = plan_unconfigured(planned->name);
	bool known = false;
	for (size_t i = 0; i < e->tests_len; i++) {
		bool own = str_eq(plan_unconfigured(e->tests[i].program), program);
		known |= own;
		if (own && !e->tests[i].visible)
			return true;
	}
	/* Programs of the same sources are known by the first of them. */
	for (size_t i = 0; i < e->tests_len && !known; i++) {
		if (!e->tests[i].visible)
			return true;
	}
	return false;
}

static void choose_programs(struct judging *j, bool *wanted)
{
	const struct suite *suite = j->ask->rewrite->suite;
	j->programs = mem_zalloc(PROGRAMS_MAX, sizeof(*j->programs));
	for (size_t i = 0; i < suite->plan.programs_len && j->programs_len < PROGRAMS_MAX; i++) {
		const struct program_result *baseline = &j->ask->extracted->baseline.programs[i];
		const struct plan_program *planned = &suite->plan.programs[i];
		if (baseline->status != PROGRAM_PASSED || baseline->run.fuel > PROGRAM_FUEL_MAX)
			continue;
		j->programs[j->programs_len++] = (struct varied_program){
			.ask = j->ask,
			.objects = &j->objects,
			.planned = planned,
			.guest = &j->guest,
			.sealed = has_sealed(j->ask->extracted, planned),
		};
		for (size_t k = 0; k < planned->objects_len; k++)
			wanted[planned->objects[k]] = true;
	}
}

static void make_program(void *data, size_t index)
{
	struct judging *j = data;
	struct varied_program *p = &j->programs[index];
	if (varied_program_make(p, &p->error) < 0)
		err_wrap(&p->error, "%s", p->planned->name);
	event_send(j->ask->rewrite->suite->tools->observer, EVENT_STEP, p->planned->name, 0);
}

static int make_programs(struct judging *j, struct err *err)
{
	if (tools_stage(j->ask->rewrite->suite->tools, "linking tests", j->programs_len, make_program, j, err) < 0)
		return -1;
	size_t kept = 0;
	for (size_t i = 0; i < j->programs_len; i++) {
		if (j->programs[i].error.kind != ERR_NONE)
			return err_copy(err, &j->programs[i].error);
	}
	for (size_t i = 0; i < j->programs_len; i++) {
		if (j->programs[i].left_out)
			continue;
		struct varied_program other = j->programs[kept];
		j->programs[kept++] = j->programs[i];
		if (kept - 1 != i)
			j->programs[i] = other;
	}
	for (size_t i = kept; i < j->programs_len; i++)
		varied_program_release(&j->programs[i]);
	j->programs_len = kept;
	return 0;
}

/* ---- what was found */

struct suspect {
	const struct varied_cause *cause;
	struct variation variation;
	struct probe_difference difference;
	bool confirmed;
	bool alone; /* calls show it that need no test: */
	struct probe probe;
	struct arena arena;
	struct err error;
};

/* Those of one program, one after the other: it is linked to be watched once. */
struct looking {
	struct judging *j;
	struct suspect *suspects;
	size_t len;
};

struct again {
	const struct varied_program *program;
	const char *cause;
	struct err *err;
};

static int shows_again(void *data, const struct variation *v)
{
	struct again *a = data;
	bool differs;
	if (varied_still_differs(a->program, v, a->cause, &differs, a->err) < 0)
		return -1;
	return differs;
}

static int make_small(struct varied_program *p, struct suspect *s)
{
	struct again same = {p, s->difference.cause, &s->error};
	struct variation small;
	struct probe_difference d;
	enum probe_verdict verdict;
	if (varied_shrink(p, &s->variation, shows_again, &same, &s->arena, &small) < 0 ||
	    varied_confirm(p, &small, &s->arena, &verdict, &d, &s->error) < 0)
		return -1;
	/* Small as it is, it must hold all the same. */
	if (verdict == PROBE_DIFFERS) {
		s->variation = small;
		s->difference = d;
	}
	return 0;
}

static int tell_alone(struct varied_program *p, struct suspect *s)
{
	struct probe_difference d;
	if (p->sealed ||
	    varied_alone(p, &s->variation, &s->difference, &s->arena, &s->probe, &d, &s->alone, &s->error) < 0)
		return p->sealed ? 0 : -1;
	if (s->alone)
		s->difference = d;
	return 0;
}

static void look_into(struct varied_program *p, struct suspect *s)
{
	for (size_t i = 0; i < s->cause->kept_len && !s->confirmed; i++) {
		enum probe_verdict verdict;
		if (varied_confirm(p, &s->cause->kept[i], &s->arena, &verdict, &s->difference, &s->error) < 0)
			return;
		if (verdict != PROBE_DIFFERS)
			continue;
		s->confirmed = true;
		s->variation = s->cause->kept[i];
		if (make_small(p, s) < 0 || tell_alone(p, s) < 0)
			return;
	}
}

static void look_into_program(void *data, size_t index)
{
	struct looking *l = data;
	for (size_t i = 0; i < l->len; i++) {
		if (l->suspects[i].cause->program == index)
			look_into(&l->j->programs[index], &l->suspects[i]);
	}
	event_send(l->j->ask->rewrite->suite->tools->observer, EVENT_STEP, "difference", 0);
}

static int more_runs_first(const void *a, const void *b)
{
	const struct varied_cause *x = a, *y = b;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x->program != y->program ? (x->program > y->program) - (x->program < y->program)
					: strcmp(x->cause, y->cause);
}

/* Of what is not quoted there is no more to tell apart. */
static bool is_same(const struct found_difference *a, const struct found_difference *b, bool sealed)
{
	bool quoted = strcmp(a->expected, b->expected) == 0 && strcmp(a->got, b->got) == 0;
	return strcmp(a->function, b->function) == 0 && strcmp(a->what, b->what) == 0 && (sealed || quoted);
}

static struct found_difference found_by(const struct varied_program *p, const struct suspect *s, struct arena *a)
{
	const struct trace_text *t = &s->difference.text;
	const struct probe_grammar *g = p->ask->grammar;
	struct found_difference d = {
		.function = arena_strdup(a, t->function),
		.what = arena_strdup(a, t->what),
		.expected = p->sealed ? "what the original answers" : arena_strdup(a, t->expected),
		.got = p->sealed ? "something else" : arena_strdup(a, t->got),
		.free_item = arena_strdup(a, t->free_item),
		.calls = s->alone ? probe_line(g, &s->probe, a) : varied_say(p, &s->variation, a),
		.inputs = s->cause->count,
		.program = "",
		.causes = {arena_array(a, 1, const char *), 1},
	};
	d.causes.items[0] = arena_strdup(a, s->difference.cause);
	if (s->alone)
		d.program = probe_program(g, &s->probe, probe_heard_call(&s->probe, g, s->difference.text.index),
					  s->difference.in_end, a);
	return d;
}

static void add_difference(struct judging *j, const struct suspect *s)
{
	struct varied *v = j->ret;
	const struct varied_program *p = &j->programs[s->cause->program];
	struct found_difference d = found_by(p, s, &v->arena);
	for (size_t i = 0; i < v->differences_len; i++) {
		if (is_same(&v->differences[i], &d, p->sealed)) {
			v->differences[i].inputs += d.inputs;
			return;
		}
	}
	v->differences[v->differences_len++] = d;
}

static int look_into_all(struct judging *j, struct err *err)
{
	struct varied_found *f = &j->found;
	if (f->causes_len)
		qsort(f->causes, f->causes_len, sizeof(*f->causes), more_runs_first);
	size_t len = min_size(f->causes_len, CONFIRMED_MAX);
	SCOPED_MEM struct suspect *suspects = mem_zalloc(len + 1, sizeof(*suspects));
	struct looking l = {j, suspects, len};
	for (size_t i = 0; i < len; i++)
		suspects[i].cause = &f->causes[i];
	int result = len ? tools_stage(j->ask->rewrite->suite->tools, "confirming", j->programs_len, look_into_program,
				       &l, err)
			 : 0;
	j->ret->differences = arena_array(&j->ret->arena, CONFIRMED_MAX, struct found_difference);
	j->ret->differing = f->differing;
	/* What can be quoted comes first. */
	for (size_t i = 0; i < 2 * len && result == 0; i++) {
		const struct suspect *s = &suspects[i % len];
		if (s->confirmed && j->programs[s->cause->program].sealed == (i >= len))
			add_difference(j, s);
	}
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && suspects[i].error.kind != ERR_NONE)
			result = err_copy(err, &suspects[i].error);
		j->ret->unconfirmed += !suspects[i].confirmed;
		if (!suspects[i].confirmed)
			j->ret->differing -= min_size(j->ret->differing, suspects[i].cause->count);
		arena_release(&suspects[i].arena);
	}
	return result;
}

/* ---- the whole */

static void take_figures(struct judging *j)
{
	struct varied *v = j->ret;
	v->programs = j->programs_len;
	v->runs = j->found.runs;
	v->calls = j->found.calls;
	v->undefined = j->found.undefined;
	size_t functions = j->ask->grammar->shims->functions_len;
	v->called = arena_array(&v->arena, functions + 1, bool);
	for (size_t i = 0; i < j->programs_len; i++) {
		for (size_t k = 0; k < functions; k++)
			v->called[k] |= j->programs[i].base.called[k];
		for (size_t k = 0; k < j->programs[i].reached_len; k++)
			*(j->programs[i].inputs[j->programs[i].reached[k]].path ? &v->files : &v->literals) += 1;
	}
}

static int find_out(struct judging *j, struct err *err)
{
	const struct suite *suite = j->ask->rewrite->suite;
	SCOPED_MEM bool *wanted = mem_zalloc(suite->plan.objects_len + 1, sizeof(bool));
	choose_programs(j, wanted);
	if (varied_guest_object(suite->tools, &j->arena, &j->guest, err) < 0 ||
	    varied_objects_make(j->ask, wanted, &j->objects, err) < 0 || make_programs(j, err) < 0 ||
	    varied_explore(j->ask, j->programs, j->programs_len, &j->found, err) < 0)
		return -1;
	take_figures(j);
	return look_into_all(j, err);
}

int varied_judge(const struct varied_ask *ask, struct varied *ret, struct err *err)
{
	struct varied v = {0};
	struct judging j = {.ask = ask, .ret = &v};
	int result = find_out(&j, err);
	for (size_t i = 0; i < j.programs_len; i++)
		varied_program_release(&j.programs[i]);
	free(j.programs);
	arena_release(&j.found.arena);
	varied_objects_release(&j.objects);
	arena_release(&j.arena);
	if (result < 0)
		varied_release(&v);
	else
		*ret = v;
	return result;
}

void varied_release(struct varied *v)
{
	arena_release(&v->arena);
	*v = (struct varied){0};
}
