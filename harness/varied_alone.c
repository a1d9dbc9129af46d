#include "core/mem.h"
#include "harness/probe_make.h"
#include "harness/varied_parts.h"

/*
 * What a test showed with other inputs, calls may show that stand alone: those that made the objects which the call in
 * question took, and what was done with these up to it. A program of that is easier to read than a test.
 */

struct trying {
	const struct varied_program *program;
	const struct micro_calls *heard;
	const struct probe_difference *wanted;
	struct prng lot;
	struct probe_maker maker;
	struct arena *a;
	struct err *err;
};

static int shows_again(void *data, const struct probe *p)
{
	struct trying *t = data;
	bool differs;
	if (probe_still_differs(t->program->ask->pair, p, t->wanted->cause, &differs, t->err) < 0)
		return -1;
	return differs;
}

/* 1 if the calls from there on show it, 0, or -1 for an error. */
static int try_from(struct trying *t, uint32_t first, struct probe *ret, struct probe_difference *ret_difference)
{
	const struct probe_pair *pair = t->program->ask->pair;
	enum probe_verdict verdict;
	struct probe whole, small;
	if (!probe_make_heard(&t->maker, t->heard, first, &whole))
		return 0;
	int shows = shows_again(t, &whole);
	if (shows <= 0)
		return shows;
	if (probe_shrink(pair, &whole, shows_again, t, t->a, &small) < 0 ||
	    probe_confirm(pair, &small, t->a, &verdict, ret_difference, t->err) < 0)
		return -1;
	*ret = small;
	return verdict == PROBE_DIFFERS;
}

/* The call that the trace counts as that one. */
static const struct micro_call *call_at(const struct trying *t, size_t index)
{
	return index > 0 && index <= t->heard->calls_len ? &t->heard->calls[index - 1] : NULL;
}

static int try_all(struct trying *t, struct probe *ret, struct probe_difference *ret_difference)
{
	const struct shims *shims = t->program->ask->grammar->shims;
	const struct micro_call *call = call_at(t, t->wanted->text.index);
	size_t parameters = call ? shims->functions[call->function].signature->parameters_len : 0;
	int shows = call ? try_from(t, (uint32_t)(call - t->heard->calls), ret, ret_difference) : 0;
	for (size_t i = 0; i < parameters && shows == 0; i++) {
		if (call->args[i].kind == MICRO_OBJECT)
			shows = try_from(t, t->heard->objects[call->args[i].object].maker, ret, ret_difference);
	}
	return shows;
}

int varied_alone(const struct varied_program *p, const struct variation *v, const struct probe_difference *d,
		 struct arena *a, struct probe *ret, struct probe_difference *ret_difference, bool *ret_found,
		 struct err *err)
{
	struct micro_calls heard = {0};
	struct trying t = {.program = p, .heard = &heard, .wanted = d, .lot = {p->ask->seed}, .a = a, .err = err};
	t.maker = (struct probe_maker){.g = p->ask->grammar, .words = p->ask->words, .lot = &t.lot};
	probe_maker_init(&t.maker, a);
	t.maker.a = a;
	int shows = varied_program_listen(p, v, &heard, err);
	if (shows == 0)
		shows = try_all(&t, ret, ret_difference);
	*ret_found = shows > 0;
	/* What was heard stands in the probe. */
	arena_adopt(a, &heard.arena);
	micro_calls_release(&heard);
	return shows < 0 ? -1 : 0;
}
