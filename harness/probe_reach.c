#include "harness/probe_reach.h"

#include "core/mem.h"
#include "harness/probe_kinds.h"
#include "harness/probe_repeats.h"

enum {
	CALLS_MAX = 12,
	CONSIDERED_MAX = 4000,
	MADE = 20000, /* from these, for what they hand over; of them are kept */
	MADE_KEPT = 1500,
	REFUSED_MAX = 200,
	HEARD_OF_ONE = 1000,
	BATCH = 64,
	TEST_LINES = 5, /* what a test takes besides its calls */
	TEXT_MAX = 400, /* of a probe that is kept for its values: longer ones nobody reads */
};

/* Where one probe leads: for each place which numbers of times, as bits; and behind these what kinds of things it hands
 * over. */
struct trail {
	const struct probe *probe;
	uint8_t *map;
	bool done; /* taken, or of no use */
	struct err error;
};

/* New places first: in them the code does something that it never did. Where that is all, things of a kind that nobody has
 * handed over, and the same places another number of times: mostly both go together, and either may be no more than that. */
enum reach_for { REACH_PLACES, REACH_OTHERWISE };

struct news {
	size_t places, kinds, ways;
};

struct reaching {
	const struct probe_pair *pair;
	struct trail *trails;
	size_t len, places;
	uint8_t *seen;
	enum reach_for what;
	struct probe_maker maker;
	struct arena *a;
};

static size_t map_bytes(const struct reaching *r)
{
	return r->places + PROBE_KINDS;
}

static int follow(const struct reaching *r, const struct probe *p, uint8_t *map, bool *ret_ran, struct err *err)
{
	struct probe_job job = {.probes = p, .len = 1, .seen = map};
	struct probe_outcome o;
	struct trace trace = {0};
	memset(map, 0, map_bytes(r));
	probe_kinds_note(r->pair->g, p, map + r->places);
	int result = probe_side_run(r->pair->original_watched, &job, &o, &trace, err);
	*ret_ran = result == 0 && o.end == PROBE_RAN && !o.faults && !o.undefined && !o.starved;
	trace_release(&trace);
	return result;
}

static void follow_one(void *data, size_t index)
{
	struct reaching *r = data;
	struct trail *t = &r->trails[index];
	bool ran = false;
	if (!t->done)
		follow(r, t->probe, t->map, &ran, &t->error);
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
		probe_kinds_note(h->maker.g, &h->batch[h->len], h->r->seen + h->r->places);
		if (++h->len == BATCH && follow_batch(h, err) < 0)
			return -1;
	}
	return follow_batch(h, err);
}

static int follow_heard(struct reaching *r, struct err *err)
{
	const struct probe_grammar *g = r->pair->g;
	SCOPED_MEM unsigned *counts = mem_zalloc(g->functions_len + 1, sizeof(*counts));
	SCOPED_MEM struct hearing *h = mem_zalloc(1, sizeof(*h));
	*h = (struct hearing){.r = r, .counts = counts, .maker = r->maker};
	int result = 0;
	for (size_t p = 0; p < g->heard_len && result == 0; p++)
		result = follow_program(h, &g->heard[p], err);
	arena_release(&h->arena);
	return result;
}

/* ---- choosing */

/* Places that nothing has reached, kinds that nothing has had, and other places that it reaches a new number of times. */
static struct news news_of(const struct reaching *r, const uint8_t *map)
{
	struct news n = {0};
	for (size_t i = 0; i < r->places; i++) {
		bool more = map[i] & ~r->seen[i];
		n.places += more && !r->seen[i];
		n.ways += more && r->seen[i];
	}
	for (size_t i = r->places; i < map_bytes(r); i++)
		n.kinds += map[i] && !r->seen[i];
	return n;
}

static size_t wanted(const struct reaching *r, const struct news *n)
{
	return r->what == REACH_PLACES ? n->places : n->kinds + n->ways;
}

static double worth_of(const struct reaching *r, const struct trail *t)
{
	struct news n = news_of(r, t->map);
	return (double)wanted(r, &n) / (double)(TEST_LINES + t->probe->len);
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
	size_t wanted; /* that it must still have */
	uint8_t *scratch;
	struct err *err;
};

static int reaches_still(void *data, const struct probe *p)
{
	struct keeping *k = data;
	bool ran;
	if (follow(k->r, p, k->scratch, &ran, k->err) < 0)
		return -1;
	struct news n = news_of(k->r, k->scratch);
	return ran && wanted(k->r, &n) >= k->wanted;
}

static size_t parameters_of(const struct reaching *r, const struct probe_call *c)
{
	return r->pair->g->functions[c->function].shim->signature->parameters_len;
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

/* Half of what is new about it is enough: the rest another one may have, and what is small is about one thing. Only where
 * it leads somewhere new do its values not matter. */
static int make_small(struct keeping *k, const struct probe *p, struct arena *a, struct probe *ret)
{
	struct reaching *r = k->r;
	k->wanted = (k->wanted + 1) / 2;
	if (r->what == REACH_PLACES)
		return probe_shrink(r->pair, p, reaches_still, k, a, ret);
	if (probe_shrink_calls(r->pair, p, reaches_still, k, a, ret) < 0)
		return -1;
	/* Calls that were different by what stood between them may be the same now. */
	*ret = probe_without_repeats(r->pair->g, ret, a);
	return 0;
}

static int take_up(struct reaching *r, struct trail *t, struct arena *a, struct probe_reach *ret, bool *ret_is,
		   struct err *err)
{
	SCOPED_MEM uint8_t *scratch = mem_zalloc(map_bytes(r), 1);
	struct news n = news_of(r, t->map);
	struct keeping k = {r, wanted(r, &n), scratch, err};
	enum probe_verdict verdict;
	t->done = true;
	*ret_is = false;
	if (make_small(&k, t->probe, a, &ret->probe) < 0 ||
	    probe_confirm_original(r->pair, &ret->probe, &verdict, err) < 0)
		return -1;
	if (verdict != PROBE_SAME || ret->probe.len > CALLS_MAX ||
	    (r->what != REACH_PLACES && text_bytes(r, &ret->probe) > TEXT_MAX))
		return 0;
	int still = reaches_still(&k, &ret->probe);
	if (still < 0)
		return -1;
	n = news_of(r, scratch);
	ret->places = n.places;
	ret->kinds = n.kinds;
	ret->ways = n.ways;
	ret->probe = probe_copy(&ret->probe, r->pair->g, a);
	for (size_t i = 0; still && i < map_bytes(r); i++)
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

static struct trail *add_trail(struct reaching *r, const struct probe *p)
{
	struct trail *t = &r->trails[r->len++];
	*t = (struct trail){.probe = p, .map = mem_zalloc(map_bytes(r), 1)};
	return t;
}

static void drop_repeats(struct reaching *r)
{
	struct probe *less = arena_array(r->a, r->len + 1, struct probe);
	for (size_t i = 0; i < r->len; i++) {
		less[i] = probe_without_repeats(r->pair->g, r->trails[i].probe, r->a);
		r->trails[i].probe = &less[i];
	}
}

/* Notes what the probe is the first to hand over; false if there is nothing. */
static bool is_first(const struct reaching *r, const struct probe *p, uint8_t *met, uint8_t *scratch)
{
	bool first = false;
	memset(scratch, 0, PROBE_KINDS);
	probe_kinds_note(r->maker.g, p, scratch);
	for (size_t i = 0; i < PROBE_KINDS; i++) {
		first |= scratch[i] && !met[i];
		met[i] |= scratch[i];
	}
	return first;
}

/* Others made of them as exploring does, each the first of some kind. */
static void add_varied(struct reaching *r)
{
	size_t len = r->len;
	SCOPED_MEM uint8_t *met = mem_zalloc(PROBE_KINDS, 1), *scratch = mem_zalloc(PROBE_KINDS, 1);
	memcpy(met, r->seen + r->places, PROBE_KINDS);
	for (size_t i = 0; i < MADE && len && r->len < len + MADE_KEPT; i++) {
		const struct probe *from = r->trails[prng_below(r->maker.lot, len)].probe,
				   *other = r->trails[prng_below(r->maker.lot, len)].probe;
		struct probe made = i % 4 ? probe_make_changed(&r->maker, from, other) : probe_make_fresh(&r->maker);
		struct probe *less = arena_new(r->a, struct probe);
		*less = probe_without_repeats(r->pair->g, &made, r->a);
		if (text_bytes(r, less) <= TEXT_MAX && is_first(r, less, met, scratch))
			add_trail(r, less);
	}
}

static int choose_all(struct reaching *r, size_t most, struct arena *a, struct probe_reach *ret, size_t *ret_len,
		      struct err *err)
{
	if (follow_heard(r, err) < 0 || follow_all(r, err) < 0 || choose(r, most, a, ret, ret_len, err) < 0)
		return -1;
	if (*ret_len == most)
		return 0;
	drop_repeats(r);
	add_varied(r);
	r->what = REACH_OTHERWISE;
	return follow_all(r, err) < 0 ? -1 : choose(r, most, a, ret, ret_len, err);
}

int probe_reach_choose(const struct probe_pair *pair, const struct probe_words *words,
		       const struct probe_exploration *e, uint64_t seed, size_t most, struct arena *a,
		       struct probe_reach **ret, size_t *ret_len, struct err *err)
{
	SCOPED_ARENA struct arena own = {0};
	struct prng lot = {seed};
	struct reaching r = {.pair = pair,
			     .places = probe_side_places(pair->original_watched),
			     .maker = {.g = pair->g, .words = words, .lot = &lot, .a = &own},
			     .a = &own};
	size_t len = min_size(e->corpus_len, CONSIDERED_MAX);
	SCOPED_MEM struct trail *trails = mem_zalloc(len + MADE_KEPT + 1, sizeof(*trails));
	SCOPED_MEM uint8_t *seen = mem_zalloc(map_bytes(&r), 1);
	r.trails = trails;
	r.seen = seen;
	probe_maker_init(&r.maker, &own);
	for (size_t i = 0; i < len; i++)
		add_trail(&r, &e->corpus[i]);
	*ret = arena_array(a, most + 1, struct probe_reach);
	*ret_len = 0;
	int result = choose_all(&r, most, a, *ret, ret_len, err);
	for (size_t i = 0; i < r.len; i++)
		free(trails[i].map);
	return result;
}
