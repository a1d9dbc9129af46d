#include "harness/probe_group.h"

#include "core/mem.h"

enum { ASKED_MAX = 6000 };

struct grouping {
	const struct probe_pair *pair;
	const struct probe_exploration *explored;
	struct probe_found *found;
	size_t len;
	uint32_t *culprits; /* of each: the function that leaves an object in the wrong state, or PROBE_NONE */
	size_t asked; /* probes that were put to both sides */
	struct arena arena; /* of one question */
	struct err error;
};

size_t probe_found_call(const struct probe_found *f, const struct probe_grammar *g)
{
	if (!f->difference.in_end)
		return probe_heard_call(&f->probe, g, f->difference.text.index);
	return f->probe.len ? min_size(f->difference.call, f->probe.len - 1) : 0;
}

static const struct probe_function *function_of(const struct grouping *g, const struct probe_call *c)
{
	return &g->pair->g->functions[c->function];
}

static const struct probe_call *last_call(const struct grouping *g, const struct probe_found *f)
{
	return &f->probe.calls[probe_found_call(f, g->pair->g)];
}

/* ---- one row's last call behind another row's earlier ones */

/* The first calls of a row, with room for one more. */
static struct probe first_calls(struct grouping *g, const struct probe_found *f, size_t len)
{
	struct probe before = {arena_array(&g->arena, len + 1, struct probe_call), len, f->probe.answers};
	if (len)
		memcpy(before.calls, f->probe.calls, len * sizeof(*before.calls));
	return before;
}

/* The last one of the kind that was made, or PROBE_NONE. */
static uint32_t object_of(const struct grouping *g, const struct probe *before, uint32_t type)
{
	uint32_t found = PROBE_NONE;
	for (size_t i = 0; i < before->len; i++) {
		if (function_of(g, &before->calls[i])->makes == type)
			found = (uint32_t)i;
	}
	return found;
}

/* The call at the end, on the objects that are there; false if there are none. */
static bool append(struct grouping *g, struct probe *before, const struct probe_call *last)
{
	const struct probe_function *f = function_of(g, last);
	size_t parameters = f->shim->signature->parameters_len;
	struct probe_call copy = probe_call_copy(last, g->pair->g, &g->arena);
	for (size_t k = 0; k < parameters; k++) {
		if (copy.args[k].kind != PROBE_OBJECT)
			continue;
		copy.args[k].object = object_of(g, before, f->parameters[k].type);
		if (copy.args[k].object == PROBE_NONE)
			return false;
	}
	before->calls[before->len++] = copy;
	return true;
}

static bool is_value(const struct probe_value *v)
{
	return v->kind == PROBE_NUMBER || v->kind == PROBE_REAL || v->kind == PROBE_BYTES || v->kind == PROBE_USER;
}

/* The parameter of another call that has the same type, or SIZE_MAX. */
static size_t alike(const struct grouping *g, const struct probe_call *call, const struct probe_value *value,
		    const char *type)
{
	const struct probe_function *f = function_of(g, call);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		if (call->args[i].kind == value->kind && !f->parameters[i].is_length &&
		    strcmp(f->shim->signature->texts[i], type) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* What it is asked about is what that earlier call was given: a key that is there. False if they have nothing alike. */
static bool ask_about(struct grouping *g, const struct probe_call *last, const struct probe_call *earlier,
		      struct probe_call *ret)
{
	const struct probe_function *f = function_of(g, last);
	size_t parameters = f->shim->signature->parameters_len;
	bool changed = false;
	*ret = probe_call_copy(last, g->pair->g, &g->arena);
	for (size_t k = 0; k < parameters; k++) {
		struct probe_value *v = &ret->args[k];
		size_t same = is_value(v) && !f->parameters[k].is_length
				      ? alike(g, earlier, v, f->shim->signature->texts[k]) : SIZE_MAX;
		if (same == SIZE_MAX)
			continue;
		*v = earlier->args[same];
		size_t length = f->parameters[k].length, its = function_of(g, earlier)->parameters[same].length;
		if (length != SIZE_MAX && its != SIZE_MAX)
			ret->args[length] = earlier->args[its];
		changed = true;
	}
	return changed;
}

/* ---- questions */

/* How both sides answer the call behind the first ones of a row. */
static enum probe_verdict answered(struct grouping *g, const struct probe_found *f, size_t len,
				   const struct probe_call *last)
{
	struct probe_difference d = {.cause = ""};
	struct probe probe = first_calls(g, f, len);
	enum probe_verdict verdict;
	if (g->error.kind != ERR_NONE || g->asked++ >= ASKED_MAX || !append(g, &probe, last) ||
	    probe_ask(g->pair, &probe, &g->arena, &verdict, &d, &g->error) < 0)
		return PROBE_UNDEFINED;
	size_t call = 1 + (d.in_end ? d.call : probe_heard_call(&probe, g->pair->g, d.text.index));
	return verdict == PROBE_DIFFERS && call != probe.len ? PROBE_UNDEFINED : verdict;
}

/* The function whose call made the difference: with it the last call is answered otherwise, without it it is not.
 * PROBE_NONE if there is no difference, or no such call: then the object need not be in a wrong state. */
static uint32_t culprit_behind(struct grouping *g, const struct probe_found *left, const struct probe_call *last)
{
	size_t len = probe_found_call(left, g->pair->g);
	enum probe_verdict verdict = answered(g, left, len, last);
	while (verdict == PROBE_DIFFERS && len > 0)
		verdict = answered(g, left, --len, last);
	bool turned = verdict == PROBE_SAME && len < probe_found_call(left, g->pair->g);
	return turned ? left->probe.calls[len].function : PROBE_NONE;
}

/* The function that left a wrong state in one row's earlier calls, as the other's last call sees it. */
static uint32_t culprit_seen_by(struct grouping *g, const struct probe_found *left, const struct probe_found *seen_by)
{
	const struct probe_call *last = last_call(g, seen_by);
	uint32_t culprit = culprit_behind(g, left, last);
	for (size_t i = 0; i < probe_found_call(left, g->pair->g) && culprit == PROBE_NONE; i++) {
		struct probe_call other;
		if (ask_about(g, last, &left->probe.calls[i], &other))
			culprit = culprit_behind(g, left, &other);
	}
	arena_release(&g->arena);
	return culprit;
}

/* A function that most inputs find wrong is so by itself, whatever came before it; of others it tells nothing. */
static bool is_wrong_itself(const struct grouping *g, const struct probe_found *f)
{
	uint32_t function = last_call(g, f)->function;
	size_t inputs = 0;
	for (size_t i = 0; i < g->len; i++) {
		if (g->found[i].confirmed && g->found[i].probe.len && last_call(g, &g->found[i])->function == function)
			inputs += g->found[i].cause->count;
	}
	return inputs > g->explored->called[function] / 2;
}

/* Another function must see the state that it has left; and it the other's, or, where what it asks for does not show it
 * there, a third function its own. What the same function sees is no evidence: it may be what is wrong. */
static bool belongs(struct grouping *g, size_t group, size_t one)
{
	uint32_t culprit = g->culprits[group], seen_by = PROBE_NONE, own = last_call(g, &g->found[one])->function;
	bool sees = false, is_seen = false, by_two = false;
	for (size_t i = 0; i < g->len && !(is_seen && (sees || by_two)); i++) {
		const struct probe_found *member = &g->found[i];
		uint32_t function = g->culprits[i] != PROBE_NONE ? last_call(g, member)->function : own;
		if (member->group != group || function == own)
			continue;
		bool wrong = function != seen_by && culprit_seen_by(g, &g->found[one], member) == culprit;
		by_two |= wrong && is_seen;
		is_seen |= wrong;
		seen_by = wrong ? function : seen_by;
		sees = sees || culprit_seen_by(g, member, &g->found[one]) == culprit;
	}
	return is_seen && (sees || by_two);
}

static bool is_alone(const struct grouping *g, size_t one)
{
	size_t members = 0;
	for (size_t i = 0; i < g->len; i++)
		members += g->found[i].group == g->found[one].group;
	return members == 1;
}

static void find_group(struct grouping *g, size_t one)
{
	for (size_t i = 0; i < g->len && g->culprits[one] != PROBE_NONE && is_alone(g, one); i++) {
		bool begins = i != one && g->found[i].group == i && g->culprits[i] != PROBE_NONE;
		if (begins && belongs(g, i, one))
			g->found[one].group = i;
	}
}

static void group_all(void *data, size_t index)
{
	struct grouping *g = data;
	(void)index;
	for (size_t i = 0; i < g->len; i++) {
		struct probe_found *f = &g->found[i];
		bool tells = f->confirmed && f->probe.len && !is_wrong_itself(g, f);
		f->group = i;
		g->culprits[i] = tells ? culprit_seen_by(g, f, f) : PROBE_NONE;
	}
	/* Again for those that came too early: by then there may be others whom they go with. */
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < g->len; i++)
			find_group(g, i);
	}
	event_send(g->pair->g->suite->tools->observer, EVENT_STEP, "difference", 0);
}

int probe_group(const struct probe_pair *pair, const struct probe_exploration *explored, struct probe_found *found,
		size_t len, struct err *err)
{
	SCOPED_MEM uint32_t *culprits = mem_zalloc(len + 1, sizeof(*culprits));
	struct grouping g = {
		.pair = pair, .explored = explored, .found = found, .len = len, .culprits = culprits};
	if (len == 0)
		return 0;
	int result = tools_stage(pair->g->suite->tools, "putting differences together", 1, group_all, &g, err);
	arena_release(&g.arena);
	return result == 0 && g.error.kind != ERR_NONE ? err_copy(err, &g.error) : result;
}
