#include "harness/probe_found.h"

#include "core/mem.h"

struct looking {
	const struct probe_pair *pair;
	struct probe_found *found;
};

/* While it is made small: the same cause again. */
struct again {
	const struct probe_pair *pair;
	const char *cause;
	struct err *err;
};

static int shows_again(void *data, const struct probe *p)
{
	struct again *a = data;
	bool differs;
	if (probe_still_differs(a->pair, p, a->cause, &differs, a->err) < 0)
		return -1;
	return differs;
}

/* Small as it is, it must hold all the same. */
static void make_small(const struct probe_pair *pair, struct probe_found *f)
{
	const struct probe large = f->probe;
	struct again same = {pair, f->difference.cause, &f->error};
	enum probe_verdict verdict;
	struct probe_difference small;
	if (probe_shrink(pair, &large, shows_again, &same, &f->arena, &f->probe) < 0 ||
	    probe_confirm(pair, &f->probe, &f->arena, &verdict, &small, &f->error) < 0)
		return;
	if (verdict == PROBE_DIFFERS)
		f->difference = small;
	else
		f->probe = large;
}

static void look_into(void *data, size_t index)
{
	struct looking *l = data;
	struct probe_found *f = &l->found[index];
	for (size_t i = 0; i < f->cause->kept_len && !f->confirmed && f->error.kind == ERR_NONE; i++) {
		enum probe_verdict verdict;
		f->probe = f->cause->kept[i];
		f->confirmed = probe_confirm(l->pair, &f->probe, &f->arena, &verdict, &f->difference, &f->error) == 0 &&
			       verdict == PROBE_DIFFERS;
		if (f->confirmed)
			make_small(l->pair, f);
	}
	event_send(l->pair->g->suite->tools->observer, EVENT_STEP, "difference", 0);
}

static int more_inputs_first(const void *a, const void *b)
{
	const struct probe_cause *x = a, *y = b;
	return x->count > y->count ? -1 : x->count < y->count ? 1 : strcmp(x->cause, y->cause);
}

int probe_found_look(const struct probe_pair *pair, struct probe_exploration *e, size_t most, struct probe_found **ret,
		     size_t *ret_len, struct err *err)
{
	if (e->causes_len)
		qsort(e->causes, e->causes_len, sizeof(*e->causes), more_inputs_first);
	size_t len = min_size(e->causes_len, most);
	struct probe_found *found = mem_zalloc(len + 1, sizeof(*found));
	struct looking l = {pair, found};
	for (size_t i = 0; i < len; i++)
		found[i].cause = &e->causes[i];
	int result = len ? tools_stage(pair->g->suite->tools, "confirming differences", len, look_into, &l, err) : 0;
	for (size_t i = 0; i < len; i++) {
		if (result == 0 && found[i].error.kind != ERR_NONE)
			result = err_copy(err, &found[i].error);
	}
	if (result < 0) {
		probe_found_release(found, len);
		return -1;
	}
	*ret = found;
	*ret_len = len;
	return 0;
}

void probe_found_release(struct probe_found *found, size_t len)
{
	for (size_t i = 0; i < len; i++)
		arena_release(&found[i].arena);
	free(found);
}
