#include "harness/probe_reach.h"

#include "core/mem.h"

enum { PLACE_WORTH = 20, CALLS_MAX = 12, CONSIDERED_MAX = 4000, REFUSED_MAX = 200 };

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

static int follow_heard(struct reaching *r, const struct probe_words *words, uint64_t seed, struct err *err)
{
	const struct probe_grammar *g = r->pair->g;
	SCOPED_ARENA struct arena a = {0};
	struct prng lot = {seed};
	struct probe_maker maker = {.g = g, .words = words, .lot = &lot, .a = &a};
	probe_maker_init(&maker, &a);
	for (size_t p = 0; p < g->heard_len; p++) {
		for (uint32_t i = 0; i < min_size(g->heard[p].calls_len, CONSIDERED_MAX); i++) {
			struct probe probe;
			bool ran;
			if (probe_make_heard(&maker, &g->heard[p], i, &probe) && follow(r->pair, &probe, r->seen, &ran, err) < 0)
				return -1;
		}
	}
	return 0;
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

/* All places that nothing else has reached, or half of what is new about the rest. */
static int take_up(struct reaching *r, struct trail *t, struct arena *a, struct probe_reach *ret, bool *ret_is, struct err *err)
{
	SCOPED_MEM uint8_t *scratch = mem_zalloc(r->places + 1, 1);
	struct keeping k = {r, 0, 0, scratch, err};
	enum probe_verdict verdict;
	count_new(r, t->places, &k.places, &k.ways);
	k.ways = (k.ways + 1) / 2;
	t->done = true;
	*ret_is = false;
	if (probe_shrink(r->pair, t->probe, reaches_still, &k, a, &ret->probe) < 0 ||
	    probe_confirm_original(r->pair, &ret->probe, &verdict, err) < 0)
		return -1;
	if (verdict != PROBE_SAME || ret->probe.len > CALLS_MAX)
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

static int choose(struct reaching *r, size_t most, struct arena *a, struct probe_reach *ret, size_t *ret_len, struct err *err)
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

int probe_reach_choose(const struct probe_pair *pair, const struct probe_words *words, const struct probe_exploration *e,
		       uint64_t seed, size_t most, struct arena *a, struct probe_reach **ret, size_t *ret_len, struct err *err)
{
	struct reaching r = {.pair = pair, .len = min_size(e->corpus_len, CONSIDERED_MAX), .places = probe_side_places(pair->original_watched)};
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
