#include "core/mem.h"
#include "harness/varied_parts.h"

enum {
	INPUTS_AT_LEAST = 32,
	FILE_WEIGHT = 64,
	LANES = 4, /* at least, so that a single program is run by all threads */
	CORPUS_MAX = 2000,
	SMALL = 1000, /* results up to there are told apart */
	/* What it takes, as fuel, to listen to an event and to begin a run. */
	HEARD_COST = 3000,
	RUN_COST = 600000,
};

struct lane {
	struct varied_program *program;
	size_t index;    /* of the program */
	size_t runs;
	uint64_t cost; /* that it may come to */
	struct prng lot;
	struct varied_maker maker;
	struct {
		struct variation *items;
		size_t len, cap;
	} corpus;
	struct {
		uint64_t *items;
		size_t len, cap;
	} kinds; /* of traces, seen so far */
	uint64_t *base; /* the events with nothing changed, as numbers, in order of these */
	struct varied_found found;
	struct err error;
};

/* ---- traces as numbers */

static uint64_t mixed(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
	return hash ^ (hash >> 32);
}

/* What the library was given, or what it gave, in one event; things have other numbers as soon as one is missing. */
static uint64_t event_number(const struct trace *t, const struct trace_event *e)
{
	uint64_t hash = (uint64_t)e->kind << 32 | e->index;
	for (size_t i = e->items; i < e->items + e->items_len; i++) {
		const struct trace_item *item = &t->items[i];
		bool place = item->value == TRACE_THING || item->value == TRACE_INSIDE;
		hash = mixed(hash, (uint64_t)item->value << 32 | item->parameter);
		hash = mixed(hash, place ? 0 : item->number);
		hash = mixed(hash, item->len);
		bool bytes = item->value == TRACE_TEXT || item->value == TRACE_BYTES || item->value == TRACE_HASHED;
		for (size_t k = item->at; bytes && k < (size_t)item->at + item->len; k++)
			hash = mixed(hash, (unsigned char)t->bytes.ptr[k]);
	}
	return hash;
}

static int in_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static void note_base(struct lane *l)
{
	const struct trace *t = &l->program->base;
	l->base = arena_array(&l->found.arena, t->events_len + 1, uint64_t);
	for (size_t i = 0; i < t->events_len; i++)
		l->base[i] = event_number(t, &t->events[i]);
	if (t->events_len)
		qsort(l->base, t->events_len, sizeof(*l->base), in_order);
}

/* Whether something passes that did not pass with nothing changed: a test that fails before its end is no news. */
static bool is_news(const struct lane *l, const struct trace *t)
{
	size_t len = l->program->base.events_len;
	for (size_t i = 0; i < t->events_len; i++) {
		uint64_t number = event_number(t, &t->events[i]);
		size_t at = mem_first_from(l->base, len, sizeof(*l->base), number);
		if (at == len || l->base[at] != number)
			return true;
	}
	return false;
}

/* Which calls, and what they returned as far as that is a small number: inputs of one kind have the same. */
static uint64_t trace_kind(const struct trace *t)
{
	uint64_t hash = 0;
	for (size_t i = 0; i < t->events_len; i++) {
		const struct trace_event *e = &t->events[i];
		hash = mixed(hash, (uint64_t)e->kind << 32 | e->index);
		for (size_t k = e->items; k < e->items + e->items_len; k++) {
			const struct trace_item *item = &t->items[k];
			bool small = item->value == TRACE_NUMBER && item->number + SMALL < 2 * SMALL;
			if (item->parameter == TRACE_RESULT && !item->field)
				hash = mixed(hash, (uint64_t)item->value << 32 | (small ? item->number + SMALL : 0));
		}
	}
	return hash;
}

static bool is_new_kind(struct lane *l, uint64_t kind)
{
	for (size_t i = 0; i < l->kinds.len; i++) {
		if (l->kinds.items[i] == kind)
			return false;
	}
	if (l->kinds.len < CORPUS_MAX)
		*vec_push(&l->kinds) = kind;
	return true;
}

/* ---- what was found */

static struct varied_cause *cause_named(struct varied_found *f, const char *cause, size_t program)
{
	for (size_t i = 0; i < f->causes_len; i++) {
		if (strcmp(f->causes[i].cause, cause) == 0 && f->causes[i].program == program)
			return &f->causes[i];
	}
	if (f->causes_len == VARIED_CAUSES_MAX)
		return NULL;
	struct varied_cause *c = &f->causes[f->causes_len++];
	*c = (struct varied_cause){.cause = arena_strdup(&f->arena, cause), .program = program};
	return c;
}

/* The smallest ones are kept. */
static void keep_difference(struct lane *l, const char *cause, const struct variation *v)
{
	struct varied_cause *c = cause_named(&l->found, cause, l->index);
	l->found.differing++;
	if (!c)
		return;
	c->count++;
	size_t worst = 0;
	for (size_t i = 1; i < c->kept_len; i++)
		worst = variation_size(l->program, &c->kept[i]) > variation_size(l->program, &c->kept[worst]) ? i
													      : worst;
	if (c->kept_len < VARIED_KEPT_PER_CAUSE)
		worst = c->kept_len++;
	else if (variation_size(l->program, v) >= variation_size(l->program, &c->kept[worst]))
		return;
	c->kept[worst] = variation_copy(v, &l->found.arena);
}

/* ---- one run */

static uint64_t cost_of(const struct varied_run *r)
{
	return r->result.fuel + (uint64_t)HEARD_COST * r->trace.events_len + RUN_COST;
}

static int run_rewrite(struct lane *l, const struct variation *v, const struct varied_run *original, struct arena *a,
		       struct err *err)
{
	struct varied_run rewrite = {0};
	struct varied_conditions conditions = {.fuel = probe_fuel_of_rewrite(original->result.fuel, false)};
	struct probe_difference d;
	if (varied_program_run(l->program, VARIED_REWRITE, v, &conditions, &rewrite, err) < 0)
		return -1;
	l->found.cost += cost_of(&rewrite);
	l->found.calls += original->trace.calls;
	if (varied_differs(l->program, original, original, &rewrite, a, &d))
		keep_difference(l, d.cause, v);
	varied_run_release(&rewrite);
	return 0;
}

static void note_effect(struct lane *l, const struct variation *v, bool effect)
{
	for (size_t i = 0; i < v->len; i++) {
		l->maker.tries[v->changes[i].input]++;
		l->maker.dull[v->changes[i].input] += !effect;
	}
}

static int look_at(struct lane *l, const struct variation *v, const struct varied_run *original, struct arena *a,
		   struct err *err)
{
	bool effect = is_news(l, &original->trace);
	note_effect(l, v, effect && original->answers);
	if (!original->answers) {
		l->found.undefined++;
		return 0;
	}
	if (!effect)
		return 0;
	l->found.news++;
	if (is_new_kind(l, trace_kind(&original->trace)) && l->corpus.len < CORPUS_MAX)
		*vec_push(&l->corpus) = variation_copy(v, &l->found.arena);
	return run_rewrite(l, v, original, a, err);
}

static int run_one(struct lane *l, struct err *err)
{
	static const struct variation nothing = {.len = 0};
	SCOPED_ARENA struct arena scratch = {0};
	struct varied_run original = {0};
	struct varied_conditions conditions = {.fuel = varied_fuel_of_original(l->program)};
	const struct variation *from = &nothing;
	if (l->corpus.len && prng_below(&l->lot, 2))
		from = &l->corpus.items[prng_below(&l->lot, l->corpus.len)];
	struct variation v = varied_change(&l->maker, from, &scratch);
	int result = varied_program_run(l->program, VARIED_ORIGINAL, &v, &conditions, &original, err);
	l->found.runs++;
	l->found.cost += cost_of(&original);
	if (result == 0)
		result = look_at(l, &v, &original, &scratch, err);
	varied_run_release(&original);
	return result;
}

static void run_lane(void *data, size_t index)
{
	struct lane *l = &((struct lane *)data)[index];
	note_base(l);
	is_new_kind(l, trace_kind(&l->program->base));
	while (l->found.runs < l->runs && l->found.cost < l->cost) {
		if (run_one(l, &l->error) < 0)
			break;
	}
	event_send(l->program->ask->rewrite->suite->tools->observer, EVENT_STEP, l->program->planned->name, 0);
}

/* ---- all lanes */

/* How much a program is worth: by how much of it can be changed. Nobody but the tests' programs reads files. */
static uint64_t weight(const struct varied_program *p)
{
	uint64_t weight = INPUTS_AT_LEAST;
	for (size_t i = 0; i < p->reached_len; i++)
		weight += p->inputs[p->reached[i]].path ? FILE_WEIGHT : 1;
	return weight;
}

static uint64_t share(uint64_t all, const struct varied_program *p, uint64_t weights, size_t each)
{
	return (uint64_t)((double)all * (double)weight(p) / (double)weights / (double)each);
}

static void lane_init(struct lane *l, struct varied_program *program, size_t index, size_t number)
{
	struct arena *a = &l->found.arena;
	*l = (struct lane){.program = program, .index = index};
	l->lot = (struct prng){program->ask->seed * 0x9E3779B97F4A7C15u + number * 0xD1B54A32D192ED03u + 1};
	l->maker = (struct varied_maker){program, &l->lot, arena_array(a, program->inputs_len + 1, unsigned),
					 arena_array(a, program->inputs_len + 1, unsigned)};
	l->found.causes = arena_array(a, VARIED_CAUSES_MAX, struct varied_cause);
}

static void merge(struct varied_found *to, size_t room, struct varied_found *from)
{
	for (size_t i = 0; i < from->causes_len; i++) {
		const struct varied_cause *other = &from->causes[i];
		size_t at = 0;
		while (at < to->causes_len &&
		       (to->causes[at].program != other->program || strcmp(to->causes[at].cause, other->cause) != 0))
			at++;
		if (at == to->causes_len) {
			if (at < room)
				to->causes[to->causes_len++] = *other;
			continue;
		}
		struct varied_cause *c = &to->causes[at];
		c->count += other->count;
		for (size_t k = 0; k < other->kept_len && c->kept_len < VARIED_KEPT_PER_CAUSE; k++)
			c->kept[c->kept_len++] = other->kept[k];
	}
	to->runs += from->runs;
	to->calls += from->calls;
	to->news += from->news;
	to->differing += from->differing;
	to->undefined += from->undefined;
	to->cost += from->cost;
	arena_adopt(&to->arena, &from->arena);
}

int varied_explore(const struct varied_ask *ask, struct varied_program *programs, size_t len, struct varied_found *ret,
		   struct err *err)
{
	size_t each = len ? max_size(1, LANES / len) : 1, count = each * len;
	SCOPED_MEM struct lane *lanes = mem_zalloc(count + 1, sizeof(*lanes));
	struct varied_found all = {0};
	uint64_t weights = 1;
	for (size_t i = 0; i < len; i++)
		weights += weight(&programs[i]);
	for (size_t i = 0; i < count; i++) {
		lane_init(&lanes[i], &programs[i / each], i / each, i);
		lanes[i].runs = share(ask->runs, &programs[i / each], weights, each);
		lanes[i].cost = share(ask->cost, &programs[i / each], weights, each);
	}
	int result = tools_stage(ask->rewrite->suite->tools, "changing tests", count, run_lane, lanes, err);
	all.causes = arena_array(&all.arena, count * VARIED_CAUSES_MAX + 1, struct varied_cause);
	for (size_t i = 0; i < count; i++) {
		if (result == 0 && lanes[i].error.kind != ERR_NONE)
			result = err_copy(err, &lanes[i].error);
		merge(&all, count * VARIED_CAUSES_MAX, &lanes[i].found);
		vec_release(&lanes[i].corpus);
		vec_release(&lanes[i].kinds);
	}
	*ret = all;
	return result;
}
