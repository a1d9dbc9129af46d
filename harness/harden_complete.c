#include "core/mem.h"
#include "harness/harden_parts.h"
#include "harness/probe_row.h"

enum { ASKED_OF_OBJECT = 3, ASKED_MAX = 6 };

/* ---- what there is to ask */

/* Of an object that headers do not show it is all that can be told. */
static bool can_be_asked(const struct probe_function *f)
{
	return f->asks && f->makes == PROBE_NONE && f->shim->signature->result->kind != SHAPE_VOID;
}

static size_t place_of(const struct probe_function *f, uint32_t type)
{
	size_t i = 0;
	while (i < f->shim->signature->parameters_len &&
	       (f->parameters[i].role != PROBE_IS_OBJECT || f->parameters[i].type != type))
		i++;
	return i;
}

/* What the row has handed over last for something of that kind: names are asked for that were put in. */
static void ask_for_known(const struct probe_row *row, const struct probe_function *asking, struct probe_call *call)
{
	for (size_t i = 0; i < asking->shim->signature->parameters_len; i++) {
		const struct probe_parameter *p = &asking->parameters[i];
		const struct shape *shape = asking->shim->signature->parameters[i];
		if ((p->role != PROBE_IS_TEXT && p->role != PROBE_IS_NUMBER) || p->is_length || p->length != SIZE_MAX)
			continue;
		for (size_t k = 0; k < row->len; k++) {
			const struct probe_function *f = &row->m->g->functions[row->calls[k].function];
			for (size_t n = 0; n < f->shim->signature->parameters_len; n++) {
				const struct probe_parameter *q = &f->parameters[n];
				if (f->shim->signature->parameters[n] == shape && q->role == p->role && !q->is_length &&
				    q->length == SIZE_MAX)
					call->args[i] = row->calls[k].args[n];
			}
		}
	}
}

/* Whether that stands there already, and nothing has changed since. */
static bool is_asked(const struct probe_row *row, uint32_t function, uint32_t object)
{
	for (size_t i = row->len; i-- > object;) {
		const struct probe_call *c = &row->calls[i];
		const struct probe_function *f = &row->m->g->functions[c->function];
		bool takes = false;
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++)
			takes |= c->args[k].kind == PROBE_OBJECT && c->args[k].object == object;
		if (takes && c->function == function)
			return true;
		if (takes && f->changes)
			return false;
	}
	return false;
}

static void ask_of(struct probe_row *row, const struct probe_thing *thing, size_t *asked)
{
	const struct probe_grammar *g = row->m->g;
	size_t of_object = 0;
	for (size_t i = 0; i < g->functions_len && of_object < ASKED_OF_OBJECT && *asked < ASKED_MAX; i++) {
		const struct probe_function *f = &g->functions[i];
		size_t place = can_be_asked(f) ? place_of(f, thing->type) : SIZE_MAX;
		struct probe_call call = {.function = (uint32_t)i};
		if (place >= f->shim->signature->parameters_len || is_asked(row, (uint32_t)i, thing->call))
			continue;
		probe_values_make(row->m, &call);
		ask_for_known(row, f, &call);
		call.args[place] = (struct probe_value){.kind = PROBE_OBJECT, .object = thing->call};
		bool is = probe_row_append(row, &call);
		of_object += is;
		*asked += is;
	}
}

/* ---- what is not there */

static bool takes_object(const struct probe_setup *s, const struct probe_call *c)
{
	for (size_t i = 0; i < s->grammar.functions[c->function].shim->signature->parameters_len; i++) {
		if (c->args[i].kind == PROBE_OBJECT)
			return true;
	}
	return false;
}

/* Who makes the calls passes over those that take what no call made; a program does not. */
static int is_made(const struct probe_setup *s, const struct probe *p, bool *ret, struct err *err)
{
	struct probe_job job = {.probes = p, .len = 1};
	struct probe_outcome o;
	struct trace trace = {0};
	int result = probe_side_run(s->pair.original, &job, &o, &trace, err);
	trace_release(&trace);
	*ret = o.call + 1 == p->len;
	return result;
}

static int only_made(const struct probe_setup *s, const struct probe *p, struct arena *a, struct probe *ret,
		     struct err *err)
{
	bool kept[PROBE_CALLS_MAX];
	for (size_t i = 0; i < p->len; i++) {
		struct probe before = {p->calls, i + 1, p->answers};
		bool made = true;
		kept[i] = true;
		*ret = probe_only(&before, &s->grammar, kept, a);
		if (takes_object(s, &p->calls[i]) && is_made(s, ret, &made, err) < 0)
			return -1;
		kept[i] = made;
	}
	*ret = probe_only(p, &s->grammar, kept, a);
	return 0;
}

/* ---- the whole */

static struct probe append_all(struct probe_maker *m, const struct probe *p, bool *freed)
{
	struct probe_row *row = probe_row_begin(m);
	size_t asked = 0;
	for (size_t i = 0; i < p->len; i++)
		probe_row_take(row, &p->calls[i]);
	for (size_t i = 0; i < row->things_len; i++) {
		const struct probe_thing *t = &row->things[i];
		const struct probe_type *type = &m->g->types[t->type];
		if (t->live)
			ask_of(row, t, &asked);
		freed[t->call] = t->live && t->owned && type->frees && type->ender == PROBE_NONE;
	}
	return probe_row_finish(row, p->answers);
}

static int is_right(const struct probe_setup *s, const struct probe *p, bool *ret, struct err *err)
{
	enum probe_verdict verdict;
	if (probe_confirm_original(&s->pair, p, &verdict, err) < 0)
		return -1;
	*ret = verdict == PROBE_SAME;
	return 0;
}

/* Those calls of `all` behind the first ones that may stand there; nothing takes what they make. */
static int choose_calls(const struct probe_setup *s, const struct probe *all, size_t first, struct harden_probe *ret,
			struct err *err)
{
	struct probe *p = &ret->probe;
	for (size_t i = first; i < all->len; i++) {
		bool right;
		p->calls[p->len++] = all->calls[i];
		if (is_right(s, p, &right, err) < 0)
			return -1;
		p->len -= !right;
		ret->unended |= !right && s->grammar.functions[all->calls[i].function].ends;
	}
	return 0;
}

int harden_complete(const struct probe_setup *s, const struct probe *p, struct arena *a, struct harden_probe *ret,
		    struct err *err)
{
	struct prng lot = {1};
	struct probe_maker m = {.g = &s->grammar, .words = &s->words, .lot = &lot};
	struct probe own, all;
	struct harden_probe less = {.freed = arena_array(a, PROBE_CALLS_MAX + 1, bool)};
	bool right;
	probe_maker_init(&m, a);
	m.a = a;
	if (only_made(s, p, a, &own, err) < 0)
		return -1;
	struct probe appended = append_all(&m, &own, less.freed);
	if (only_made(s, &appended, a, &all, err) < 0 || is_right(s, &all, &right, err) < 0)
		return -1;
	less.probe = (struct probe){arena_copy(a, all.calls, all.len + 1, sizeof(*all.calls)), own.len, p->answers};
	if (right)
		less.probe.len = all.len;
	else if (choose_calls(s, &all, own.len, &less, err) < 0)
		return -1;
	*ret = less;
	return 0;
}
