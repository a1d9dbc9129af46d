#include "harness/probe_reach.h"

#include "core/mem.h"

enum { PLACE_WORTH = 20, CALLS_MAX = 12, CONSIDERED_MAX = 4000, REFUSED_MAX = 200, HEARD_OF_ONE = 1000, BATCH = 64 };

/* Where one probe leads: for each place which numbers of times, as bits. */
struct trail {
	const struct probe *probe;
	uint8_t *places;
	bool done; /* taken, or of no use */
	struct err error;
};

struct reaching {
	const struct probe_pair *pair;
	struct trail *trails;
	size_t len, places;
	uint8_t *seen;
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
	bool ran;
	t->places = mem_zalloc(r->places + 1, 1);
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
	return (double)(places * PLACE_WORTH + ways) / (double)(2 + t->probe->len);
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
	return ran && places >= k->places && (k->places || ways >= k->ways);
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

/* The same question asked twice leads nowhere new, however often it is counted. */
static bool repeats_itself(const struct probe_grammar *g, const struct probe *p)
{
	for (size_t i = 1; i < p->len; i++) {
		const struct probe_call *x = &p->calls[i - 1], *y = &p->calls[i];
		const struct probe_function *f = &g->functions[x->function];
		if (x->function == y->function && !f->changes && f->makes == PROBE_NONE &&
		    same_arguments(f->shim->signature, x, y))
			return true;
	}
	return false;
}

/* Half of what is new about it is enough: the rest another one may have, and what is small is about one thing. */
static int take_up(struct reaching *r, struct trail *t, struct arena *a, struct probe_reach *ret, bool *ret_is,
		   struct err *err)
{
	SCOPED_MEM uint8_t *scratch = mem_zalloc(r->places + 1, 1);
	struct keeping k = {r, 0, 0, scratch, err};
	enum probe_verdict verdict;
	count_new(r, t->places, &k.places, &k.ways);
	k.places = (k.places + 1) / 2;
	k.ways = (k.ways + 1) / 2;
	t->done = true;
	*ret_is = false;
	if (probe_shrink(r->pair, t->probe, reaches_still, &k, a, &ret->probe) < 0 ||
	    probe_confirm_original(r->pair, &ret->probe, &verdict, err) < 0)
		return -1;
	if (verdict != PROBE_SAME || ret->probe.len > CALLS_MAX ||
	    (!k.places && repeats_itself(r->pair->g, &ret->probe)))
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
	size_t len = 0, refused = 0;
	while (len < most && refused < REFUSED_MAX) {
		struct trail *t = best_of(r);
		bool is;
		if (!t)
			break;
		if (take_up(r, t, a, &ret[len], &is, err) < 0)
			return -1;
		len += is;
		refused += !is;
	}
	*ret_len = len;
	return 0;
}

int probe_reach_choose(const struct probe_pair *pair, const struct probe_words *words,
		       const struct probe_exploration *e, uint64_t seed, size_t most, struct arena *a,
		       struct probe_reach **ret, size_t *ret_len, struct err *err)
{
	struct reaching r = {.pair = pair,
			     .len = min_size(e->corpus_len, CONSIDERED_MAX),
			     .places = probe_side_places(pair->original_watched)};
	SCOPED_MEM struct trail *trails = mem_zalloc(r.len + 1, sizeof(*trails));
	SCOPED_MEM uint8_t *seen = mem_zalloc(r.places + 1, 1);
	r.trails = trails;
	r.seen = seen;
	for (size_t i = 0; i < r.len; i++)
		trails[i].probe = &e->corpus[i];
	int result = follow_heard(&r, words, seed, err);
	if (result == 0)
		result = tools_stage(pair->g->suite->tools, "where calls lead", r.len, follow_one, &r, err);
	for (size_t i = 0; i < r.len && result == 0; i++) {
		if (trails[i].error.kind != ERR_NONE)
			result = err_copy(err, &trails[i].error);
	}
	*ret = arena_array(a, most + 1, struct probe_reach);
	if (result == 0)
		result = choose(&r, most, a, *ret, ret_len, err);
	for (size_t i = 0; i < r.len; i++)
		free(trails[i].places);
	return result;
}
