#include "core/pattern_steps.h"

/*
 * All ways through the steps are followed at once, byte by byte. Two ways that
 * meet at the same step are one from there on, so there are never more of them
 * than steps; the first to arrive stays, and ways are kept in order of merit:
 * an earlier start first, then the longer repetition.
 */
struct way {
	size_t step;
	size_t start;
	size_t open, close; /* of the first group; NOWHERE while unset */
};

#define NOWHERE SIZE_MAX

struct ways {
	struct way items[PATTERN_MAX_STEPS];
	size_t len;
};

struct finder {
	const struct pattern *pattern;
	struct str text;
	struct ways lists[2];
	size_t seen[PATTERN_MAX_STEPS]; /* per step, 1 + the last position at which it was reached */
	struct way best;
	size_t best_end; /* NOWHERE until something matched */
};

/* Goes from a step on to all that can be reached without taking a byte. */
static void arrive(struct finder *f, struct ways *list, struct way first, size_t at)
{
	/* Every step is visited once and leaves at most one more than it took. */
	struct way stack[PATTERN_MAX_STEPS + 1];
	size_t len = 0;
	stack[len++] = first;
	while (len) {
		struct way way = stack[--len];
		if (f->seen[way.step] == at + 1)
			continue;
		f->seen[way.step] = at + 1;
		const struct step *step = &f->pattern->steps[way.step];
		struct way next = way, other = way;
		next.step = way.step + 1;
		other.step = (size_t)((ptrdiff_t)way.step + step->to);
		if (step->kind == STEP_FORK || step->kind == STEP_JUMP)
			stack[len++] = other;
		if (step->kind == STEP_OPEN)
			next.open = at;
		if (step->kind == STEP_CLOSE)
			next.close = at;
		if (step->kind == STEP_FORK || step->kind == STEP_OPEN || step->kind == STEP_CLOSE ||
		    (step->kind == STEP_FRONT && at == 0) || (step->kind == STEP_BACK && at == f->text.len))
			stack[len++] = next;
		if (step->kind <= STEP_SET || step->kind == STEP_DONE)
			list->items[list->len++] = way;
	}
}

static bool takes(const struct finder *f, const struct step *step, unsigned char byte)
{
	switch (step->kind) {
	case STEP_BYTE:
		return byte == step->byte;
	case STEP_ANY:
		return true;
	case STEP_SET:
		return set_has(&f->pattern->sets[step->set], byte);
	default:
		return false;
	}
}

static void advance(struct finder *f, const struct ways *now, struct ways *next, size_t at)
{
	next->len = 0;
	for (size_t i = 0; i < now->len; i++) {
		struct way way = now->items[i];
		if (f->best_end != NOWHERE && way.start > f->best.start)
			continue;
		const struct step *step = &f->pattern->steps[way.step];
		if (step->kind == STEP_DONE) {
			/* Not later than the best so far, and if level with it, longer. */
			f->best = way;
			f->best_end = at;
		} else if (at < f->text.len && takes(f, step, (unsigned char)f->text.ptr[at])) {
			way.step++;
			arrive(f, next, way, at + 1);
		}
	}
}

static bool afford(uint64_t *steps_left, size_t steps)
{
	if (!steps_left)
		return true;
	*steps_left -= min_size(steps, *steps_left);
	return *steps_left > 0;
}

bool pattern_find(const struct pattern *pattern, struct str text, uint64_t *steps_left, struct pattern_match *ret)
{
	/* Not cleared as a whole: most texts are shorter than this is large. */
	struct finder f;
	f.pattern = pattern;
	f.text = text;
	f.best_end = NOWHERE;
	memset(f.seen, 0, pattern->len * sizeof(f.seen[0]));
	struct ways *now = &f.lists[0], *next = &f.lists[1];
	now->len = 0;
	for (size_t at = 0; at <= text.len; at++) {
		if (f.best_end == NOWHERE)
			arrive(&f, now, (struct way){.start = at, .open = NOWHERE, .close = NOWHERE}, at);
		else if (now->len == 0)
			break;
		if (!afford(steps_left, now->len + 1))
			return false;
		advance(&f, now, next, at);
		struct ways *swap = now;
		now = next;
		next = swap;
	}
	if (f.best_end == NOWHERE)
		return false;
	ret->whole = str_first(str_from(text, f.best.start), f.best_end - f.best.start);
	ret->group = (struct str){0};
	if (f.best.close != NOWHERE)
		ret->group = str_first(str_from(text, f.best.open), f.best.close - f.best.open);
	return true;
}
