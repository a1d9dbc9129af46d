#include "harness/probe_explore.h"

#include "core/mem.h"

enum { BATCH = 64, CORPUS_MAX = 20000, HEARD_SHARE = 3, FRESH_SHARE = 6, LED_SHARE = 3, CHOSEN_FROM = 3, RESTS_MAX = 32 };

/* One that others are made from, and what was compared while it ran. */
struct origin {
	struct probe probe;
	size_t size;
	const struct probe_compared *compared;
	size_t compared_len;
};

struct lane {
	const struct probe_pair *pair;
	const struct probe_words *words;
	size_t number, inputs;
	uint64_t fuel;
	struct prng lot;
	struct probe_maker maker;
	struct {
		struct origin *items;
		size_t len, cap;
	} corpus;
	/* What tests did comes first: calls by themselves, and where something begins. */
	struct {
		struct {
			uint32_t program, call;
			bool alone;
		} *items;
		size_t len, cap, at;
	} heard;
	/* Probes that the original did not survive, without the call in which it ended. */
	struct {
		struct probe *items;
		size_t len, cap;
	} rests;
	size_t *last_called; /* for each function, the number of the last input that called it */
	struct probe_exploration found;
	struct err error;
};

/* How much there is of it. */
static size_t size_of(const struct lane *l, const struct probe *p)
{
	size_t size = 0;
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_call *c = &p->calls[i];
		size += 16;
		for (size_t k = 0; k < l->pair->g->functions[c->function].shim->signature->parameters_len; k++)
			size += c->args[k].bytes.len;
	}
	return size;
}

/* ---- what to try */

static void add_heard(struct lane *l, size_t program, size_t call, bool alone)
{
	vec_push(&l->heard)->program = (uint32_t)program;
	l->heard.items[l->heard.len - 1].call = (uint32_t)call;
	l->heard.items[l->heard.len - 1].alone = alone;
}

static void find_heard(struct lane *l)
{
	const struct probe_grammar *g = l->pair->g;
	size_t all = 0, most = l->inputs / HEARD_SHARE;
	for (size_t p = 0; p < g->heard_len; p++) {
		for (size_t i = 0; i < g->heard[p].calls_len && l->heard.len < most; i++) {
			bool begins = g->heard[p].calls[i].made != MICRO_NONE;
			if (all++ % PROBE_LANES != l->number)
				continue;
			add_heard(l, p, i, true);
			if (begins)
				add_heard(l, p, i, false);
		}
	}
}

/* What came last led furthest; what is short is quickly tried. */
static const struct origin *from_corpus(struct lane *l)
{
	size_t len = l->corpus.len, best = 0;
	for (unsigned i = 0; i < CHOSEN_FROM; i++) {
		size_t at = prng_below(&l->lot, len);
		if (prng_below(&l->lot, 2))
			at = len - 1 - (size_t)prng_below(&l->lot, min_size(len, 1 + len / 8));
		if (i == 0 || (l->corpus.items[at].size < l->corpus.items[best].size && prng_below(&l->lot, 8)))
			best = at;
	}
	return &l->corpus.items[best];
}

static struct probe make_one(struct lane *l, struct arena *a)
{
	struct probe p;
	l->maker.a = a;
	while (l->heard.at < l->heard.len) {
		size_t at = l->heard.at++;
		const struct micro_calls *heard = &l->pair->g->heard[l->heard.items[at].program];
		if (l->heard.items[at].alone)
			return probe_make_alone(&l->maker, &heard->calls[l->heard.items[at].call]);
		if (probe_make_heard(&l->maker, heard, l->heard.items[at].call, &p))
			return p;
	}
	if (!l->corpus.len || prng_below(&l->lot, FRESH_SHARE) == 0)
		return probe_make_fresh(&l->maker);
	const struct origin *first = from_corpus(l), *second = from_corpus(l);
	bool led = prng_below(&l->lot, LED_SHARE) == 0;
	if (led && probe_make_led(&l->maker, &first->probe, first->compared, first->compared_len, &p))
		return p;
	p = probe_make_changed(&l->maker, &first->probe, &second->probe);
	for (uint64_t more = prng_below(&l->lot, 2); more > 0; more--)
		p = probe_make_changed(&l->maker, &p, &second->probe);
	return p;
}

/* ---- what came of it */

static struct probe_cause *cause_named(struct probe_exploration *e, const char *cause)
{
	for (size_t i = 0; i < e->causes_len; i++) {
		if (strcmp(e->causes[i].cause, cause) == 0)
			return &e->causes[i];
	}
	if (e->causes_len == PROBE_CAUSES_MAX)
		return NULL;
	struct probe_cause *c = &e->causes[e->causes_len++];
	*c = (struct probe_cause){.cause = arena_strdup(&e->arena, cause)};
	return c;
}

/* The smallest ones are kept. */
static void keep_difference(struct lane *l, const char *cause, const struct probe *p)
{
	struct probe_cause *c = cause_named(&l->found, cause);
	if (!c)
		return;
	c->count++;
	size_t worst = 0;
	for (size_t i = 1; i < c->kept_len; i++)
		worst = size_of(l, &c->kept[i]) > size_of(l, &c->kept[worst]) ? i : worst;
	if (c->kept_len < PROBE_KEPT_PER_CAUSE)
		worst = c->kept_len++;
	else if (size_of(l, p) >= size_of(l, &c->kept[worst]))
		return;
	c->kept[worst] = probe_copy(p, l->pair->g, &l->found.arena);
}

static void keep_suspicion(struct probe_exploration *e, const struct probe_suspicion *found,
			   const struct probe_grammar *g)
{
	for (size_t i = 0; i < e->suspicions_len; i++) {
		struct probe_suspicion *s = &e->suspicions[i];
		if (s->faults != found->faults || s->undefined != found->undefined || s->lost != found->lost)
			continue;
		if (found->probe.len < s->probe.len)
			s->probe = probe_copy(&found->probe, g, &e->arena);
		return;
	}
	if (e->suspicions_len == PROBE_SUSPICIONS_MAX)
		return;
	e->suspicions[e->suspicions_len] = *found;
	e->suspicions[e->suspicions_len++].probe = probe_copy(&found->probe, g, &e->arena);
}

static void note_memory(struct lane *l, const struct probe *p, const struct probe_outcome *o,
			const struct probe_outcome *r)
{
	struct probe_suspicion found = {
		.faults = r->faults & ~o->faults,
		/* Where the original does what is not defined, too, another kind of it is as good. */
		.undefined = o->undefined ? 0 : r->undefined_kinds,
		.lost = probe_loses_more(o, r),
		.probe = *p,
	};
	if (found.faults || found.undefined || found.lost)
		keep_suspicion(&l->found, &found, l->pair->g);
}

static void keep_new(struct lane *l, const struct probe *p, const struct probe_outcome *o, const struct probe_outcome *r)
{
	struct arena *a = &l->found.arena;
	if (l->corpus.len == CORPUS_MAX)
		return;
	size_t len = o->compared_len + r->compared_len;
	struct probe_compared *compared = arena_array(a, len + 1, struct probe_compared);
	if (o->compared_len)
		memcpy(compared, o->compared, o->compared_len * sizeof(*compared));
	if (r->compared_len)
		memcpy(compared + o->compared_len, r->compared, r->compared_len * sizeof(*compared));
	*vec_push(&l->corpus) = (struct origin){probe_copy(p, l->pair->g, a), size_of(l, p), compared, len};
}

/* What it did before, and would have done behind it, is as good as anything: without the call that it did not survive. */
static void keep_rest(struct lane *l, const struct probe *p, const struct probe_outcome *o)
{
	bool leaves = o->end == PROBE_TRAPPED || o->end == PROBE_LEFT || o->end == PROBE_ENDLESS;
	if (!leaves || p->len < 2 || o->call >= p->len || l->rests.len == RESTS_MAX)
		return;
	l->maker.a = &l->found.arena;
	struct probe rest = probe_make_without(&l->maker, p, o->call);
	*vec_push(&l->rests) = probe_copy(&rest, l->pair->g, &l->found.arena);
}

struct batch {
	struct probe probes[BATCH];
	bool is_rest[BATCH];
	size_t len;
	struct probe_outcome original[BATCH], rewrite[BATCH];
	uint64_t fuel[BATCH];
	struct trace original_trace, rewrite_trace;
	struct arena arena;
};

static void note_called(struct lane *l, const struct probe *p, const struct probe_outcome *o)
{
	for (size_t i = 0; i < p->len && i < o->call + (o->end == PROBE_RAN); i++) {
		uint32_t function = p->calls[i].function;
		/* One from within another may not have been made. */
		if (p->calls[i].within)
			continue;
		l->found.called[function] += l->last_called[function] != l->found.inputs;
		l->last_called[function] = l->found.inputs;
	}
}

static void note_tried(struct lane *l, const struct probe *p, const struct probe_outcome *o)
{
	bool came_on = o->end == PROBE_RAN || o->end == PROBE_NOT_MADE;
	/* It was left before anything was called. */
	if (came_on && !o->fuel)
		return;
	for (size_t i = 0; i < p->len && i <= o->call; i++)
		l->found.tried[p->calls[i].function] = true;
}

/* `c` is NULL where the original is alone. */
static void look_at(struct lane *l, struct batch *b, struct comparison *c, size_t i)
{
	const struct probe_outcome *o = &b->original[i], *r = &b->rewrite[i];
	const struct probe *p = &b->probes[i];
	struct probe_difference d;
	l->found.inputs++;
	l->found.calls += p->len;
	l->found.fuel += o->fuel + r->fuel;
	bool answers = o->end == PROBE_RAN && !o->null_followed && !o->faults;
	note_tried(l, p, o);
	if ((o->fresh || r->fresh) && answers)
		keep_new(l, p, o, r);
	if (o->end == PROBE_NOT_MADE || o->starved || r->starved) {
		l->found.skipped++;
		return;
	}
	if (!answers) {
		l->found.undefined++;
		if (!b->is_rest[i])
			keep_rest(l, p, o);
		return;
	}
	note_called(l, p, o);
	if (!c)
		return;
	note_memory(l, p, o, r);
	if (probe_compare(c, o, NULL, r, &b->arena, &d))
		keep_difference(l, d.cause, p);
}

/* ---- batches */

static int run_both(struct lane *l, struct batch *b, struct err *err)
{
	struct probe_job job = {.probes = b->probes, .len = b->len, .seen = l->found.original_seen, .compared = &b->arena};
	if (probe_side_run(l->pair->original_watched, &job, b->original, &b->original_trace, err) < 0)
		return -1;
	memset(b->rewrite, 0, sizeof(b->rewrite));
	if (!l->pair->rewrite_watched)
		return 0;
	for (size_t i = 0; i < b->len; i++)
		b->fuel[i] = probe_fuel_of_rewrite(b->original[i].fuel, false);
	job.fuel = b->fuel;
	job.seen = l->found.rewrite_seen;
	return probe_side_run(l->pair->rewrite_watched, &job, b->rewrite, &b->rewrite_trace, err);
}

static int explore_batch(struct lane *l, struct batch *b, struct err *err)
{
	size_t left = l->inputs - l->found.inputs;
	b->len = min_size(BATCH, left);
	for (size_t i = 0; i < b->len; i++) {
		b->is_rest[i] = l->rests.len > 0;
		b->probes[i] = b->is_rest[i] ? l->rests.items[--l->rests.len] : make_one(l, &b->arena);
	}
	int result = run_both(l, b, err);
	if (result == 0) {
		const struct trace *original = &b->original_trace;
		struct comparison *c = NULL;
		if (l->pair->rewrite_watched)
			c = comparison_new(l->pair->g->shims, original, original, &b->rewrite_trace, l->pair->declared);
		for (size_t i = 0; i < b->len; i++)
			look_at(l, b, c, i);
		comparison_free(c);
	}
	trace_release(&b->original_trace);
	trace_release(&b->rewrite_trace);
	arena_release(&b->arena);
	return result;
}

static void run_lane(void *data, size_t index)
{
	struct lane *l = &((struct lane *)data)[index];
	SCOPED_MEM struct batch *b = mem_zalloc(1, sizeof(*b));
	find_heard(l);
	while (l->found.inputs < l->inputs && l->error.kind == ERR_NONE) {
		if (explore_batch(l, b, &l->error) < 0)
			break;
		l->found.cut = l->found.fuel > l->fuel;
		if (l->found.cut)
			break;
	}
	event_send(l->pair->g->suite->tools->observer, EVENT_STEP, "calls", 0);
}

/* ---- all lanes */

static void lane_init(struct lane *l, const struct probe_pair *pair, const struct probe_words *words,
		      const struct probe_effort *effort, size_t number)
{
	struct arena *a = &l->found.arena;
	*l = (struct lane){.pair = pair, .words = words, .number = number};
	l->inputs = effort->inputs / PROBE_LANES + (number < effort->inputs % PROBE_LANES);
	l->fuel = effort->fuel / PROBE_LANES;
	l->lot = (struct prng){effort->seed * 0x9E3779B97F4A7C15u + number * 0xD1B54A32D192ED03u};
	l->maker = (struct probe_maker){.g = pair->g, .words = words, .lot = &l->lot};
	probe_maker_init(&l->maker, a);
	l->found.causes = arena_array(a, PROBE_CAUSES_MAX, struct probe_cause);
	l->found.suspicions = arena_array(a, PROBE_SUSPICIONS_MAX, struct probe_suspicion);
	l->found.called = arena_array(a, pair->g->functions_len + 1, size_t);
	l->last_called = arena_array(a, pair->g->functions_len + 1, size_t);
	l->found.tried = arena_array(a, pair->g->functions_len + 1, bool);
	l->found.original_seen = arena_array(a, probe_side_places(pair->original_watched) + 1, uint8_t);
	if (pair->rewrite_watched)
		l->found.rewrite_seen = arena_array(a, probe_side_places(pair->rewrite_watched) + 1, uint8_t);
}

static void merge_causes(struct probe_exploration *to, const struct probe_exploration *from)
{
	for (size_t i = 0; i < from->causes_len; i++) {
		struct probe_cause *c = cause_named(to, from->causes[i].cause);
		if (!c)
			continue;
		c->count += from->causes[i].count;
		for (size_t k = 0; k < from->causes[i].kept_len && c->kept_len < PROBE_KEPT_PER_CAUSE; k++)
			c->kept[c->kept_len++] = from->causes[i].kept[k];
	}
}

static void merge(const struct probe_pair *pair, struct probe_exploration *to, struct probe_exploration *from)
{
	merge_causes(to, from);
	for (size_t i = 0; i < from->suspicions_len; i++)
		keep_suspicion(to, &from->suspicions[i], pair->g);
	to->inputs += from->inputs;
	to->calls += from->calls;
	to->undefined += from->undefined;
	to->skipped += from->skipped;
	to->fuel += from->fuel;
	to->cut |= from->cut;
	for (size_t i = 0; i < pair->g->functions_len; i++) {
		to->called[i] += from->called[i];
		to->tried[i] |= from->tried[i];
	}
	for (size_t i = 0; i < probe_side_places(pair->original_watched); i++)
		to->original_seen[i] |= from->original_seen[i];
	for (size_t i = 0; pair->rewrite_watched && i < probe_side_places(pair->rewrite_watched); i++)
		to->rewrite_seen[i] |= from->rewrite_seen[i];
	arena_adopt(&to->arena, &from->arena);
}

/* Their values live in the lanes' arenas, which become one. */
static void collect_corpus(const struct lane *lanes, struct probe_exploration *ret)
{
	size_t len = 0;
	for (size_t i = 0; i < PROBE_LANES; i++)
		len += lanes[i].corpus.len;
	ret->corpus = arena_array(&ret->arena, len + 1, struct probe);
	for (size_t i = 0; i < PROBE_LANES; i++) {
		for (size_t k = 0; k < lanes[i].corpus.len; k++)
			ret->corpus[ret->corpus_len++] = lanes[i].corpus.items[k].probe;
	}
}

int probe_explore(const struct probe_pair *pair, const struct probe_words *words, const struct probe_effort *effort,
		  struct probe_exploration *ret, struct err *err)
{
	SCOPED_MEM struct lane *lanes = mem_zalloc(PROBE_LANES, sizeof(*lanes));
	for (size_t i = 0; i < PROBE_LANES; i++)
		lane_init(&lanes[i], pair, words, effort, i);
	const char *whom = pair->rewrite_watched ? "both sides" : "the original";
	const char *stage = arena_printf(&lanes[0].found.arena, "calling %s with %zu inputs", whom, effort->inputs);
	int result = tools_stage(pair->g->suite->tools, stage, PROBE_LANES, run_lane, lanes, err);
	for (size_t i = 0; result == 0 && i < PROBE_LANES; i++) {
		if (lanes[i].error.kind != ERR_NONE)
			result = err_copy(err, &lanes[i].error);
	}
	struct probe_exploration all = lanes[0].found;
	collect_corpus(lanes, &all);
	for (size_t i = 0; i < PROBE_LANES; i++) {
		free(lanes[i].corpus.items);
		free(lanes[i].heard.items);
		free(lanes[i].rests.items);
		if (i > 0)
			merge(pair, &all, &lanes[i].found);
	}
	if (result < 0)
		probe_exploration_release(&all);
	else
		*ret = all;
	return result;
}

void probe_exploration_release(struct probe_exploration *e)
{
	arena_release(&e->arena);
	*e = (struct probe_exploration){0};
}
