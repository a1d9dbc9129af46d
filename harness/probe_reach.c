#include "harness/probe_reach.h"

#include "core/mem.h"

enum {
	CALLS_MAX = 12,
	CONSIDERED_MAX = 4000,
	REFUSED_MAX = 200,
	HEARD_OF_ONE = 1000,
	BATCH = 64,
	TEXT_MAX = 400, /* of a probe that is kept for its values: longer ones nobody reads */
};

/* Where one probe leads: for each place which numbers of times, as bits. */
struct trail {
	const struct probe *probe;
	uint8_t *places;
	bool done; /* taken, or of no use */
	struct err error;
};

/* New places first: in them the code does something that it never did. The same another number of times may be no more
 * than that; so it comes behind all of them, without calls that are made twice, and with its values as they are. */
enum reach_for { REACH_PLACES, REACH_WAYS };

struct reaching {
	const struct probe_pair *pair;
	struct trail *trails;
	size_t len, places;
	uint8_t *seen;
	enum reach_for what;
	struct arena *a;
};

static int follow(const struct probe_pair *pair, const struct probe *p, uint8_t *places, bool *ret_ran, struct err *err)
{
	struct probe_job job = {.probes = p, .len = 1, .seen = places};
	struct probe_outcome o;
	struct trace trace = {0};
	int result = probe_side_run(pair->original_watched, &job, &o, &trace, err);
	*ret_ran = result == 0 && o.end == PROBE_RAN && !o.faults && !o.undefined && !o.starved;
	trace_release(&trace);
	return result;
}

static void follow_one(void *data, size_t index)
{
	struct reaching *r = data;
	struct trail *t = &r->trails[index];
	bool ran = false;
	memset(t->places, 0, r->places + 1);
	if (!t->done)
		follow(r->pair, t->probe, t->places, &ran, &t->error);
	t->done = !ran;
	event_send(r->pair->g->suite->tools->observer, EVENT_STEP, "calls", 0);
}

/* ---- what tests have reached */

/* Calls of each function; tests may make the same one ten thousand times. */
struct hearing {
	struct reaching *r;
	struct probe_maker maker;
	struct probe batch[BATCH];
	size_t len;
	unsigned *counts;
	struct arena arena; /* of the batch */
};

static int follow_batch(struct hearing *h, struct err *err)
{
	struct probe_job job = {.probes = h->batch, .len = h->len, .seen = h->r->seen};
	struct probe_outcome outcomes[BATCH];
	struct trace trace = {0};
	int result = h->len ? probe_side_run(h->r->pair->original_watched, &job, outcomes, &trace, err) : 0;
	trace_release(&trace);
	arena_release(&h->arena);
	h->len = 0;
	return result;
}

static int follow_program(struct hearing *h, const struct micro_calls *heard, struct err *err)
{
	for (uint32_t i = 0; i < heard->calls_len; i++) {
		h->maker.a = &h->arena;
		if (h->counts[heard->calls[i].function]++ >= HEARD_OF_ONE ||
		    !probe_make_heard(&h->maker, heard, i, &h->batch[h->len]))
			continue;
		if (++h->len == BATCH && follow_batch(h, err) < 0)
			return -1;
	}
	return follow_batch(h, err);
}

static int follow_heard(struct reaching *r, const struct probe_words *words, uint64_t seed, struct err *err)
{
	const struct probe_grammar *g = r->pair->g;
	struct prng lot = {seed};
	SCOPED_MEM unsigned *counts = mem_zalloc(g->functions_len + 1, sizeof(*counts));
	SCOPED_MEM struct hearing *h = mem_zalloc(1, sizeof(*h));
	SCOPED_ARENA struct arena own = {0};
	*h = (struct hearing){.r = r, .counts = counts, .maker = {.g = g, .words = words, .lot = &lot}};
	probe_maker_init(&h->maker, &own);
	int result = 0;
	for (size_t p = 0; p < g->heard_len && result == 0; p++)
		result = follow_program(h, &g->heard[p], err);
	arena_release(&h->arena);
	return result;
}

/* ---- choosing */

/* Places that nothing has reached, and others that it reaches a new number of times. */
static void count_new(const struct reaching *r, const uint8_t *places, size_t *ret_places, size_t *ret_ways)
{
	*ret_places = *ret_ways = 0;
	for (size_t i = 0; i < r->places; i++) {
		bool more = places[i] & ~r->seen[i];
		*ret_places += more && !r->seen[i];
		*ret_ways += more && r->seen[i];
	}
}

static double worth_of(const struct reaching *r, const struct trail *t)
{
	size_t places, ways;
	count_new(r, t->places, &places, &ways);
	return (double)(r->what == REACH_PLACES ? places : ways) / (double)(2 + t->probe->len);
}

static struct trail *best_of(struct reaching *r)
{
	struct trail *best = NULL;
	double most = 0;
	for (size_t i = 0; i < r->len; i++) {
		double worth = r->trails[i].done ? 0 : worth_of(r, &r->trails[i]);
		if (worth > most) {
			most = worth;
			best = &r->trails[i];
		}
	}
	return best;
}

/* ---- making it small */

struct keeping {
	struct reaching *r;
	size_t places, ways; /* that it must still reach */
	uint8_t *scratch;
	struct err *err;
};

static int reaches_still(void *data, const struct probe *p)
{
	struct keeping *k = data;
	size_t places, ways;
	bool ran;
	memset(k->scratch, 0, k->r->places);
	if (follow(k->r->pair, p, k->scratch, &ran, k->err) < 0)
		return -1;
	count_new(k->r, k->scratch, &places, &ways);
	return ran && (k->r->what == REACH_PLACES ? places >= k->places : ways >= k->ways);
}

static bool same_arguments(const struct shape_signature *s, const struct probe_call *x, const struct probe_call *y)
{
	for (size_t i = 0; i < s->parameters_len; i++) {
		const struct probe_value *v = &x->args[i], *w = &y->args[i];
		if (v->kind != w->kind || v->number != w->number || v->object != w->object ||
		    !str_eq(v->bytes, w->bytes))
			return false;
	}
	return true;
}

static size_t parameters_of(const struct reaching *r, const struct probe_call *c)
{
	return r->pair->g->functions[c->function].shim->signature->parameters_len;
}

static bool is_repeated(const struct reaching *r, const struct probe *p, const struct probe_call *c)
{
	const struct probe_function *f = &r->pair->g->functions[c->function];
	for (size_t i = 0; i < p->len && f->makes == PROBE_NONE; i++) {
		if (p->calls[i].function == c->function && same_arguments(f->shim->signature, &p->calls[i], c))
			return true;
	}
	return false;
}

/* Without calls that stand in it before, with the same arguments: what is made stays, so that nothing is missed. */
static struct probe without_repeats(const struct reaching *r, const struct probe *p)
{
	uint32_t moved[PROBE_CALLS_MAX];
	struct probe less = {arena_array(r->a, p->len + 1, struct probe_call), 0, p->answers};
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_call *c = &p->calls[i];
		size_t parameters = parameters_of(r, c);
		struct probe_call copy = {c->function, arena_copy(r->a, c->args, parameters + 1, sizeof(*c->args))};
		for (size_t k = 0; k < parameters; k++) {
			if (copy.args[k].kind == PROBE_OBJECT)
				copy.args[k].object = moved[copy.args[k].object];
		}
		moved[i] = (uint32_t)less.len;
		if (!is_repeated(r, &less, &copy))
			less.calls[less.len++] = copy;
	}
	return less;
}

static size_t text_bytes(const struct reaching *r, const struct probe *p)
{
	size_t bytes = 0;
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_call *c = &p->calls[i];
		for (size_t k = 0; k < parameters_of(r, c); k++) {
			struct str text = STR("");
			const struct probe_parameter *parameter =
				&r->pair->g->functions[c->function].parameters[k];
			bytes += probe_value_text(parameter, &c->args[k], &text) ? text.len : 0;
		}
	}
	return bytes;
}

/* Half of what is new about it is enough: the rest another one may have, and what is small is about one thing. */
static int make_small(struct keeping *k, const struct probe *p, struct arena *a, struct probe *ret)
{
	struct reaching *r = k->r;
	k->places = (k->places + 1) / 2;
	k->ways = (k->ways + 1) / 2;
	return r->what == REACH_PLACES ? probe_shrink(r->pair, p, reaches_still, k, a, ret)
				       : probe_shrink_calls(r->pair, p, reaches_still, k, a, ret);
}

static int take_up(struct reaching *r, struct trail *t, struct arena *a, struct probe_reach *ret, bool *ret_is,
		   struct err *err)
{
	SCOPED_MEM uint8_t *scratch = mem_zalloc(r->places + 1, 1);
	struct keeping k = {r, 0, 0, scratch, err};
	enum probe_verdict verdict;
	count_new(r, t->places, &k.places, &k.ways);
	t->done = true;
	*ret_is = false;
	if (make_small(&k, t->probe, a, &ret->probe) < 0 ||
	    probe_confirm_original(r->pair, &ret->probe, &verdict, err) < 0)
		return -1;
	if (verdict != PROBE_SAME || ret->probe.len > CALLS_MAX ||
	    (r->what == REACH_WAYS && text_bytes(r, &ret->probe) > TEXT_MAX))
		return 0;
	int still = reaches_still(&k, &ret->probe);
	if (still < 0)
		return -1;
	count_new(r, scratch, &ret->places, &ret->ways);
	for (size_t i = 0; still && i < r->places; i++)
		r->seen[i] |= scratch[i];
	*ret_is = still > 0;
	return 0;
}

static int choose(struct reaching *r, size_t most, struct arena *a, struct probe_reach *ret, size_t *ret_len,
		  struct err *err)
{
	size_t refused = 0;
	while (*ret_len < most && refused < REFUSED_MAX) {
		struct trail *t = best_of(r);
		bool is;
		if (!t)
			break;
		if (take_up(r, t, a, &ret[*ret_len], &is, err) < 0)
			return -1;
		*ret_len += is;
		refused += !is;
	}
	return 0;
}

static int follow_all(struct reaching *r, struct err *err)
{
	if (tools_stage(r->pair->g->suite->tools, "where calls lead", r->len, follow_one, r, err) < 0)
		return -1;
	for (size_t i = 0; i < r->len; i++) {
		if (r->trails[i].error.kind != ERR_NONE)
			return err_copy(err, &r->trails[i].error);
	}
	return 0;
}

static int choose_all(struct reaching *r, size_t most, struct arena *a, struct probe_reach *ret, size_t *ret_len,
		      struct err *err)
{
	struct probe *less = arena_array(r->a, r->len + 1, struct probe);
	if (follow_all(r, err) < 0 || choose(r, most, a, ret, ret_len, err) < 0)
		return -1;
	if (*ret_len == most)
		return 0;
	r->what = REACH_WAYS;
	for (size_t i = 0; i < r->len; i++) {
		less[i] = without_repeats(r, r->trails[i].probe);
		r->trails[i].probe = &less[i];
	}
	return follow_all(r, err) < 0 ? -1 : choose(r, most, a, ret, ret_len, err);
}

int probe_reach_choose(const struct probe_pair *pair, const struct probe_words *words,
		       const struct probe_exploration *e, uint64_t seed, size_t most, struct arena *a,
		       struct probe_reach **ret, size_t *ret_len, struct err *err)
{
	SCOPED_ARENA struct arena own = {0};
	struct reaching r = {.pair = pair,
			     .len = min_size(e->corpus_len, CONSIDERED_MAX),
			     .places = probe_side_places(pair->original_watched),
			     .a = &own};
	SCOPED_MEM struct trail *trails = mem_zalloc(r.len + 1, sizeof(*trails));
	SCOPED_MEM uint8_t *seen = mem_zalloc(r.places + 1, 1);
	r.trails = trails;
	r.seen = seen;
	for (size_t i = 0; i < r.len; i++) {
		trails[i].probe = &e->corpus[i];
		trails[i].places = mem_zalloc(r.places + 1, 1);
	}
	*ret = arena_array(a, most + 1, struct probe_reach);
	*ret_len = 0;
	int result = follow_heard(&r, words, seed, err);
	if (result == 0)
		result = choose_all(&r, most, a, *ret, ret_len, err);
	for (size_t i = 0; i < r.len; i++)
		free(trails[i].places);
	return result;
}
