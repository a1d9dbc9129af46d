#include "harness/probe_within.h"

#include "core/mem.h"
#include "harness/guestmemory.h"
#include "harness/trace.h"

enum { OPEN_MAX = 64, SEEN_MAX = 2000 };

void within_heard_release(struct within_heard *heard)
{
	free(heard->items);
	*heard = (struct within_heard){0};
}

/* ---- hearing it */

/* A call or a callback that is under way. */
struct open {
	bool callback;
	uint32_t index, frame;
};

/* Stands between a run and a recorder, without which nothing is heard of callbacks. */
struct listener {
	const struct shims *shims;
	struct program_other recording;
	struct open open[OPEN_MAX];
	size_t len;
	struct within_heard *to;
};

static bool leads_to_record(const struct shape *s)
{
	return s->kind == SHAPE_POINTER && s->target->kind == SHAPE_RECORD;
}

static bool has_argument(const struct listener *l, const struct hostcall *c, const struct open *call, uint64_t address)
{
	const struct shape_signature *s = l->shims->functions[call->index].signature;
	for (size_t i = 0; i < s->parameters_len; i++) {
		uint64_t to;
		if (leads_to_record(s->parameters[i]) &&
		    guest_number(c, call->frame + shim_slot(s, i), SHAPE_POINTER_BYTES, &to) && to == address)
			return true;
	}
	return false;
}

/* Whether the call is given something that one of those under way was given. */
static bool shares(const struct listener *l, const struct hostcall *c, uint32_t function, uint32_t frame)
{
	const struct shape_signature *s = l->shims->functions[function].signature;
	for (size_t i = 0; i < s->parameters_len; i++) {
		uint64_t to;
		if (!leads_to_record(s->parameters[i]) ||
		    !guest_number(c, frame + shim_slot(s, i), SHAPE_POINTER_BYTES, &to) || !to)
			continue;
		for (size_t k = 0; k < l->len; k++) {
			if (!l->open[k].callback && has_argument(l, c, &l->open[k], to))
				return true;
		}
	}
	return false;
}

static void note(struct within_heard *to, struct within_seen seen)
{
	for (size_t i = 0; i < to->len; i++) {
		struct within_seen *s = &to->items[i];
		if (s->outer != seen.outer || s->callback != seen.callback || s->function != seen.function)
			continue;
		s->shares |= seen.shares;
		return;
	}
	if (to->len < SEEN_MAX)
		*vec_push(to) = seen;
}

/* What stands there or below is over; longjmp may have left some of it without a word. */
static void close_below(struct listener *l, uint32_t frame)
{
	while (l->len && l->open[l->len - 1].frame <= frame)
		l->len--;
}

static void begin(struct listener *l, const struct hostcall *c, bool callback)
{
	struct open call = {callback, c->arg[0], c->arg[callback ? 2 : 1]};
	close_below(l, call.frame);
	const struct open *asker = l->len > 1 ? &l->open[l->len - 1] : NULL;
	if (!callback && call.index < l->shims->functions_len && asker && asker->callback && !asker[-1].callback)
		note(l->to, (struct within_seen){asker[-1].index, asker->index, call.index,
						 shares(l, c, call.index, call.frame)});
	/* Deeper down nothing is of interest. */
	if (l->len < OPEN_MAX && call.index < (callback ? l->shims->callbacks_len : l->shims->functions_len))
		l->open[l->len++] = call;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *c)
{
	struct listener *l = data;
	if (name == HOSTCALL_ENTER || name == HOSTCALL_CALLBACK)
		begin(l, c, name == HOSTCALL_CALLBACK);
	else if (name == HOSTCALL_LEAVE || name == HOSTCALL_RETURNED)
		close_below(l, c->arg[name == HOSTCALL_RETURNED ? 2 : 1]);
	return l->recording.hostcalls.call(l->recording.hostcalls.data, name, c);
}

static void linked(void *data, struct str map, size_t test_objects)
{
	struct listener *l = data;
	l->recording.linked(l->recording.hostcalls.data, map, test_objects);
}

int probe_within_listen(const struct suite *suite, const struct plan_program *planned, const struct shims *shims,
			struct within_heard *ret, struct err *err)
{
	struct within_heard heard = {0};
	struct listener l = {.shims = shims, .to = &heard};
	struct program_result result = {0};
	if (!shims->callbacks_len)
		return 0;
	struct recorder *recorder = recorder_new(shims, 0, 0);
	recorder_watch_stack_only(recorder);
	recorder_hear(recorder, &l.recording);
	struct program_other other = {
		.shims = shims->object,
		.wrapped = &shims->wrapped,
		.linked = linked,
		.hostcalls = {.data = &l, .call = hear},
	};
	int failed = program_check_with(suite, planned, &other, &result, err);
	arena_release(&result.arena);
	recorder_free(recorder);
	if (failed < 0)
		within_heard_release(&heard);
	else
		*ret = heard;
	return failed;
}

/* ---- what may be done */

/* Whether callbacks of that type are the same thing everywhere: by the name of the type, or else by their own. */
struct meaning {
	const struct shape_signature *callback;
	const char *type, *name;
	bool same_type, same_name;
};

static void add_meaning(struct meaning *m, const struct shape *shape, const char *type, const char *name)
{
	if (shape_callback(shape) != m->callback)
		return;
	bool word = !strchr(type, '(');
	m->same_type &= word && (!m->type || strcmp(m->type, type) == 0);
	m->same_name &= name[0] && (!m->name || strcmp(m->name, name) == 0);
	m->type = type;
	m->name = name;
}

static bool means_one_thing(const struct shims *shims, const struct shape_signature *callback)
{
	struct meaning m = {.callback = callback, .same_type = true, .same_name = true};
	for (size_t i = 0; i < shims->functions_len; i++) {
		const struct shape_signature *s = shims->functions[i].signature;
		for (size_t k = 0; k < s->parameters_len; k++) {
			const struct shape *p = s->parameters[k];
			const struct shape_record *r = p->kind == SHAPE_POINTER ? p->target->record : p->record;
			add_meaning(&m, p, s->texts[k], s->names[k]);
			for (size_t n = 0; r && n < r->fields_len; n++)
				add_meaning(&m, r->fields[n].shape, r->fields[n].shape->text, r->fields[n].name);
		}
	}
	return m.same_type || m.same_name;
}

static size_t callback_of(const struct probe_grammar *g, uint32_t index)
{
	size_t i = 0;
	while (i < g->callbacks_len && g->callbacks[i] != g->shims->callbacks[index].signature)
		i++;
	return i;
}

static bool may_call(const struct probe_grammar *g, size_t callback)
{
	return callback < g->callbacks_len && g->callback_modes[callback] == SHIM_TRACED &&
	       !g->callback_steady[callback] && means_one_thing(g->shims, g->callbacks[callback]);
}

static bool may_be_called(const struct probe_function *f)
{
	const struct shape_signature *s = f->shim->signature;
	bool may = !f->refused && !f->ends && !(f->makes != PROBE_NONE && f->owned) &&
		   shim_slot(s, s->parameters_len) + s->result->size <= PROBE_WITHIN_FRAME;
	for (size_t i = 0; i < s->parameters_len; i++)
		may &= !f->parameters[i].consumed;
	return may;
}

static void learn(struct probe_grammar *g, const struct within_seen *seen)
{
	size_t callback = callback_of(g, seen->callback);
	if (g->functions[seen->outer].refused || !may_be_called(&g->functions[seen->function]) ||
	    !may_call(g, callback))
		return;
	for (size_t i = 0; i < g->within_len; i++) {
		struct probe_within *w = &g->within[i];
		if (w->outer != seen->outer || w->callback != callback || w->function != seen->function)
			continue;
		w->shares |= seen->shares;
		return;
	}
	g->within[g->within_len++] = (struct probe_within){seen->outer, seen->function, callback, seen->shares};
}

void probe_within_learn(struct probe_grammar *g, const struct within_heard *heard, size_t heard_len, struct arena *a)
{
	size_t all = 0;
	for (size_t i = 0; i < heard_len; i++)
		all += heard[i].len;
	g->within = arena_array(a, all + 1, struct probe_within);
	for (size_t i = 0; i < heard_len; i++) {
		for (size_t k = 0; k < heard[i].len; k++)
			learn(g, &heard[i].items[k]);
	}
}

/* ---- asking */

bool probe_within_calls(const struct probe_grammar *g, size_t callback)
{
	for (size_t i = 0; i < g->within_len; i++) {
		if (g->within[i].callback == callback)
			return true;
	}
	return false;
}

bool probe_within_may(const struct probe_grammar *g, uint32_t outer, size_t callback, uint32_t function)
{
	for (size_t i = 0; i < g->within_len; i++) {
		const struct probe_within *w = &g->within[i];
		if (w->outer == outer && w->callback == callback && w->function == function)
			return true;
	}
	return false;
}

bool probe_within_any(const struct probe_grammar *g, uint32_t outer, uint32_t function, bool *ret_shares)
{
	bool any = false;
	*ret_shares = true;
	for (size_t i = 0; i < g->within_len; i++) {
		if (g->within[i].outer != outer || g->within[i].function != function)
			continue;
		any = true;
		*ret_shares &= g->within[i].shares;
	}
	return any;
}
