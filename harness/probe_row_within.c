#include "harness/probe_row.h"

/* Calls from within callbacks that no test makes so, but others like them. */

enum { WITHIN_MAX = 3 /* that are added at once */ };

static uint64_t below(struct probe_maker *m, uint64_t bound)
{
	return prng_below(m->lot, bound);
}

static bool one_in(struct probe_maker *m, uint64_t n)
{
	return below(m, n) == 0;
}

static const struct probe_function *function_of(const struct probe_row *s, const struct probe_call *c)
{
	return &s->m->g->functions[c->function];
}

/* What tests were seen to do while calls of that function, or of any (PROBE_NONE), are under way; or NULL. Rather what
 * may change something under their feet. */
static const struct probe_within *any_within(struct probe_maker *m, uint32_t outer)
{
	const struct probe_within *found = NULL;
	uint64_t weight = 0;
	for (size_t i = 0; i < m->g->within_len; i++) {
		const struct probe_within *w = &m->g->within[i];
		bool wanted = outer == PROBE_NONE || w->outer == outer;
		uint64_t own = !wanted ? 0 : m->g->functions[w->function].changes ? 4 : 1;
		weight += own;
		if (own && below(m, weight) < own)
			found = w;
	}
	return found;
}

static struct probe_call a_call_within(struct probe_row *s, uint32_t function)
{
	struct probe_call call = {.function = function};
	probe_values_make(s->m, &call);
	for (size_t i = 0; i < function_of(s, &call)->shim->signature->parameters_len; i++) {
		const struct probe_value *v = one_in(s->m, 4) ? NULL : probe_row_given(s, &call, i);
		if (v)
			call.args[i] = *v;
	}
	probe_values_fit(s->m, &call);
	return call;
}

/* Several of them mostly by the same callback. */
void probe_row_append_within(struct probe_row *s, uint32_t outer)
{
	uint32_t at = probe_row_outer(s);
	if (at == PROBE_NONE || s->calls[at].function != outer)
		return;
	unsigned when = probe_values_within(s->m);
	for (uint64_t n = 1 + below(s->m, WITHIN_MAX); n > 0; n--) {
		struct probe_call call = a_call_within(s, any_within(s->m, outer)->function);
		call.within = one_in(s->m, 4) ? probe_values_within(s->m) : when;
		probe_row_append(s, &call);
	}
}

uint32_t probe_row_an_outer(struct probe_maker *m)
{
	return any_within(m, PROBE_NONE)->outer;
}
