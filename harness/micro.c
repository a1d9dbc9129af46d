#include "harness/micro.h"

#include "core/mem.h"
#include "harness/ownsource.h"

enum {
	WORKLOADS_MAX = 60,
	TRIED_MAX = 80,          /* functions, of which some will turn out not to do */
	PROGRAMS_MAX = 256,      /* that are listened to */
	TRIAL_FUEL = 250000000,  /* of one trial run */
	TRIAL_CALLS = 64,
	GOAL_FUEL = 4000000,     /* some milliseconds */
	CALLS_MIN = 16,
	CALLS_MAX = 65536,
	GROWN_TRIALS = 8,        /* times TRIAL_FUEL, for finding how texts grow */
	GROWN_MAX = 4096,        /* bytes of a text, to begin with */
	GROWN_MIN = 16,
	LARGEST = 8,             /* times n */
};

/* One function, from its calls to its workloads. */
struct job {
	struct micro micro;
	const char *why; /* there is none, or NULL */
	struct link_input object;
	const char *way, *grown_way; /* what the program is told first; NULL: it has no such form */
	uint64_t n, grown_n;
	struct arena arena;
	struct err error;
};

struct making {
	struct gathering *g;
	struct micro_all all;
	struct job *jobs; /* of each function */
	size_t jobs_len;
	struct err *errors; /* of each program that is listened to */
};

/* ---- building one */

static int compile(struct making *m, struct job *j, struct err *err)
{
	const struct suite *suite = m->g->suite;
	const struct configuration *c = j->micro.heard->planned->configuration;
	struct own_source source = {
		.path = "/recast/micro.c",
		.text = micro_text(suite, m->all.shims, &j->micro, &j->arena),
		.project = suite->plan.library_tree,
		.limits = &suite->project->limits.build,
	};
	struct build_options options = suite->plan.user;
	options.defines = arena_joined(&j->arena, &options.defines, &c->defines);
	options.flags = arena_joined(&j->arena, &options.flags, &c->flags);
	source.options = plan_compile(&options, &j->arena);
	own_be_lenient(&source.options, &j->arena);
	struct built built;
	if (own_compile(m->g->suite->tools, &source, &j->arena, &built, err) < 0)
		return -1;
	if (!built.ok)
		j->why = arena_printf(&j->arena, "no program can be made that calls it (%s)", built.failure);
	j->object = (struct link_input){"recast-micro", built.bytes};
	return 0;
}

static struct workload workload_of(struct making *m, struct job *j, const char *way, struct arena *a)
{
	struct link_input *objects = arena_array(a, 2, struct link_input);
	struct strings *args = arena_new(a, struct strings);
	objects[0] = m->g->suite->start;
	objects[1] = j->object;
	*args = (struct strings){arena_array(a, 1, const char *), 1};
	args->items[0] = way;
	return (struct workload){
		.kind = WORKLOAD_MICRO,
		.name = j->micro.function->function->name,
		.objects = objects,
		.objects_len = 2,
		.counter = m->g->measure.allocations,
		.wrapped = arena_new(a, struct strings), /* it marks by itself where it begins */
		.planned = j->micro.heard->planned,
		.args = args,
		.sized = true,
		.unit = "calls",
		.inputs_vary = j->micro.inputs_len > 1 || way[0] == 'm',
		.inputs = j->micro.inputs_len,
	};
}

/* ---- trying it with the original */

/* A program that has been linked, to be run in several ways. */
struct trial {
	struct workload workload;
	struct bench_module *module;
	struct strings *args;
	uint64_t spent; /* fuel */
	struct err *err;
	struct arena *a;
	bool failed; /* recast or the machine; `err` says why */
	const char *why;
};

/* False where it does not end as it should. */
static bool run(struct trial *t, const char *way, uint64_t n, uint64_t round, struct bench_run *ret)
{
	t->args->items[0] = way;
	t->failed = t->failed || bench_module_run(t->module, LENS_FUEL, n, round, ret, t->err) < 0;
	if (t->failed)
		return false;
	t->spent += ret->run.fuel;
	if (ret->run.outcome == OUTCOME_EXITED && ret->run.exit_code == 0)
		return true;
	t->why = arena_printf(t->a, "called again and again, the original ends otherwise: %s%s%s",
			      outcome_name(ret->run.outcome), ret->run.trap[0] ? ": " : "", ret->run.trap);
	return false;
}

/* Whether it runs, and answers the same whatever memory held before. */
static bool is_good(struct trial *t, const char *way)
{
	struct bench_run r, clean, dirty;
	for (uint64_t round = 0; round < 3; round++) {
		if (!run(t, way, TRIAL_CALLS * 4, round, &r))
			return false;
	}
	if (!run(t, arena_printf(t->a, "%sd0", way), TRIAL_CALLS, 1, &clean) ||
	    !run(t, arena_printf(t->a, "%sd165", way), TRIAL_CALLS, 1, &dirty))
		return false;
	if (hash_eq(&clean.output, &dirty.output))
		return true;
	t->why = "what it answers depends on what memory held before";
	return false;
}

/* So that n, 2n, 4n and 8n are the same inputs, in the same shares. */
static uint64_t rounded(uint64_t n, const struct job *j)
{
	uint64_t pass = j->micro.inputs_len * (j->way[0] == 'm' ? 2 : 1);
	return n < pass ? pass : n / pass * pass;
}

static void find_n(struct trial *t, struct job *j)
{
	struct bench_run r;
	if (!run(t, j->way, TRIAL_CALLS, 1, &r))
		return;
	uint64_t each = r.run.fuel / TRIAL_CALLS + 1, n = GOAL_FUEL / each;
	n = rounded(n < CALLS_MIN ? CALLS_MIN : n > CALLS_MAX ? CALLS_MAX : n, j);
	/* What grows faster than the number of calls takes less of them. */
	while (!t->failed && !run(t, j->way, n * LARGEST, 1, &r) && rounded(n / 2, j) < n)
		n = rounded(n / 2, j);
	if (r.run.outcome != OUTCOME_EXITED)
		j->why = t->why;
	j->n = n;
}

static void try_calls(struct trial *t, struct job *j)
{
	j->way = micro_varies(&j->micro) && is_good(t, "m") ? "m" : NULL;
	if (!t->failed && !j->way)
		j->way = is_good(t, "p") ? "p" : NULL;
	if (!j->way)
		j->why = t->why;
	else
		find_n(t, j);
}

/* How much more it takes for a text that is so many times as long; 0 where that goes wrong. */
static double growth(struct trial *t, const char *way, uint64_t n)
{
	struct bench_run less, more, most;
	if (!run(t, way, n, 1, &less) || !run(t, way, n * LARGEST / 2, 1, &more) || !run(t, way, n * LARGEST, 1, &most))
		return 0;
	/* A text that is too long for it ends quickly. */
	return most.run.fuel < more.run.fuel * 3 / 2 ? 0 : (double)most.run.fuel / (double)(less.run.fuel + 1);
}

/* Keeps the way by which it grows most. */
static void try_ways(struct trial *t, struct job *j, uint64_t n)
{
	static const char separators[] = {'\0', ',', '\n', ' ', ';'};
	uint64_t all = micro_growing(&j->micro);
	double best = LARGEST / 4;
	/* All of them together, then each alone. */
	for (unsigned p = 0; all && p <= 64; p++) {
		uint64_t which = p == 0 ? all : all & (uint64_t)1 << (p - 1);
		for (size_t s = 0; which && (p == 0 || which != all) && s < countof(separators) && !t->failed; s++) {
			if (t->spent > (uint64_t)GROWN_TRIALS * TRIAL_FUEL)
				return;
			if (separators[s] && !micro_separates(&j->micro, which, separators[s]))
				continue;
			const char *way = arena_printf(t->a, "g%d,%llu", separators[s], (unsigned long long)which);
			double found = growth(t, way, n);
			if (found <= best)
				continue;
			best = found;
			j->grown_way = way;
			j->grown_n = n;
		}
	}
}

static void try_grown(struct trial *t, struct job *j)
{
	t->spent = 0;
	for (uint64_t n = GROWN_MAX; n >= GROWN_MIN && !j->grown_way && !t->failed; n /= 4)
		try_ways(t, j, n);
}

static void try_it(struct making *m, struct job *j, struct err *err)
{
	struct bench_side original = {.suite = m->g->suite};
	struct trial t = {.err = err, .a = &j->arena};
	const char *why = NULL;
	t.workload = workload_of(m, j, "p", &j->arena);
	t.args = (struct strings *)(uintptr_t)t.workload.args;
	if (bench_module_make(&original, &t.workload, NULL, &j->arena, &t.module, &why, err) < 0)
		return;
	if (!t.module) {
		j->why = arena_printf(&j->arena, "the program that calls it cannot be linked (%s)", why);
		return;
	}
	bench_module_limit(t.module, TRIAL_FUEL);
	try_calls(&t, j);
	if (!j->why && !t.failed)
		try_grown(&t, j);
	bench_module_free(t.module);
}

static void make(void *data, size_t index)
{
	struct making *m = data;
	struct job *j = &m->jobs[index];
	const char *name = m->all.shims->functions[index].function->name;
	if (!j->why && compile(m, j, &j->error) == 0 && !j->why)
		try_it(m, j, &j->error);
	if (j->error.kind != ERR_NONE)
		err_wrap(&j->error, "%s", name);
	event_send(m->g->suite->tools->observer, EVENT_STEP, name, 0);
}

/* ---- all of them */

static void listen_to(void *data, size_t index)
{
	struct making *m = data;
	const struct suite *suite = m->g->suite;
	const struct plan_program *planned = &suite->plan.programs[index];
	if (index < PROGRAMS_MAX && m->g->extracted->baseline.programs[index].status == PROGRAM_PASSED)
		micro_listen(suite, planned, m->all.shims, &m->all.programs[index], &m->errors[index]);
	event_send(suite->tools->observer, EVENT_STEP, planned->name, 0);
}

static int listen_to_all(struct making *m, struct err *err)
{
	size_t len = m->g->suite->plan.programs_len, kept = 0;
	m->all.programs = mem_zalloc(len + 1, sizeof(*m->all.programs));
	m->errors = mem_zalloc(len + 1, sizeof(*m->errors));
	int result = tools_stage(m->g->suite->tools, "listening", len, listen_to, m, err);
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && m->errors[i].kind != ERR_NONE)
			result = err_copy(err, &m->errors[i]);
		if (m->all.programs[i].planned)
			m->all.programs[kept++] = m->all.programs[i];
	}
	m->all.programs_len = kept;
	if (len > PROGRAMS_MAX)
		workloads_leave_out(m->g, "inputs",
				    arena_printf(&m->g->ret->arena, "those of the first %d programs are used", PROGRAMS_MAX));
	return result;
}

static void add(struct making *m, struct job *j, bool grown)
{
	struct arena *a = &m->g->ret->arena;
	struct workload w = workload_of(m, j, grown ? j->grown_way : j->way, a);
	if (grown)
		w.name = arena_printf(a, "%s, growing", w.name);
	w.unit = grown ? "bytes" : "calls";
	w.n = grown ? j->grown_n : j->n;
	workloads_add(m->g, w);
}

/* Each function before any of them twice. */
static void add_all(struct making *m)
{
	size_t added = 0;
	for (size_t i = 0; i < m->jobs_len; i++) {
		struct job *j = &m->jobs[i];
		const char *name = m->all.shims->functions[i].function->name;
		if (j->why)
			workloads_leave_out(m->g, name, j->why);
		else if (added++ < WORKLOADS_MAX)
			add(m, j, false);
		else
			workloads_leave_out(m->g, name, "there are enough others");
	}
	for (size_t i = 0; i < m->jobs_len && added < WORKLOADS_MAX; i++) {
		if (!m->jobs[i].why && m->jobs[i].grown_way)
			add(m, &m->jobs[i], true), added++;
	}
	for (size_t i = 0; i < m->all.shims->untold.len; i++)
		workloads_leave_out(m->g, m->all.shims->untold.items[i], "its types are not known from the headers");
}

/* Those with the most inputs tell most. */
static void drop_too_many(struct making *m)
{
	size_t counts[MICRO_INPUTS_MAX + 1] = {0}, more = 0, least = MICRO_INPUTS_MAX;
	for (size_t i = 0; i < m->jobs_len; i++)
		counts[m->jobs[i].why ? 0 : m->jobs[i].micro.inputs_len]++;
	for (; least > 1 && more + counts[least] <= TRIED_MAX; least--)
		more += counts[least];
	for (size_t i = 0, kept = 0; i < m->jobs_len; i++) {
		struct job *j = &m->jobs[i];
		size_t inputs = j->why ? MICRO_INPUTS_MAX + 1 : j->micro.inputs_len;
		if (inputs < least || (inputs == least && kept++ >= TRIED_MAX - more))
			j->why = "there are enough others";
	}
}

static int make_all(struct making *m, struct err *err)
{
	m->jobs_len = m->all.shims->functions_len;
	m->jobs = mem_zalloc(m->jobs_len + 1, sizeof(*m->jobs));
	for (size_t i = 0; i < m->jobs_len; i++)
		micro_pick(&m->all, (uint32_t)i, &m->jobs[i].arena, &m->jobs[i].micro, &m->jobs[i].why);
	drop_too_many(m);
	int result = tools_stage(m->g->suite->tools, "making workloads", m->jobs_len, make, m, err);
	for (size_t i = 0; result == 0 && i < m->jobs_len; i++) {
		if (m->jobs[i].error.kind != ERR_NONE)
			result = err_copy(err, &m->jobs[i].error);
	}
	if (result == 0)
		add_all(m);
	for (size_t i = 0; i < m->jobs_len; i++)
		arena_adopt(&m->g->ret->arena, &m->jobs[i].arena);
	return result;
}

int micro_add(struct gathering *g, struct err *err)
{
	struct shims shims;
	struct arena *a = &g->ret->arena;
	struct shapes *shapes = shapes_new(&g->extracted->spec.api, a);
	struct making m = {.g = g, .all = {.shims = &shims}};
	if (shims_build(g->suite, &g->extracted->spec.api, shapes, a, &shims, err) < 0)
		return -1;
	int result = listen_to_all(&m, err);
	if (result == 0)
		result = make_all(&m, err);
	for (size_t i = 0; m.all.programs && i < m.all.programs_len; i++)
		micro_calls_release(&m.all.programs[i]);
	free(m.all.programs);
	free(m.errors);
	free(m.jobs);
	return result;
}
