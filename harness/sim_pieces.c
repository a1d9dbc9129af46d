#include "harness/sim_match.h"

/* What is found, put together to pieces and functions that people can look at. */

enum { GAP = 4 }; /* operations that are not found, between two that are of one piece */

struct piecing {
	const struct sim_text *original, *candidate;
	const uint32_t *twins;
	struct {
		struct sim_match *items;
		size_t len, cap;
	} matches;
};

static const struct sim_op *original_op(const struct piecing *p, uint32_t op)
{
	return &p->original->ops.items[op];
}

static const struct sim_op *twin_of(const struct piecing *p, uint32_t op)
{
	return &p->candidate->ops.items[p->twins[op] - 1];
}

/* ---- pieces */

/* The original's operations, and between which of the candidate's their twins are. */
struct piece {
	uint32_t first, last, low, high;
};

static bool same_tokens(const struct piecing *p, const struct piece *s)
{
	uint32_t a = original_op(p, s->first)->first, end = original_op(p, s->last)->last;
	uint32_t b = p->candidate->ops.items[s->low].first;
	if (end - a != p->candidate->ops.items[s->high].last - b)
		return false;
	for (; a <= end; a++, b++) {
		if (p->original->tokens.items[a].exact != p->candidate->tokens.items[b].exact)
			return false;
	}
	return true;
}

static bool same_steps(const struct piecing *p, const struct piece *s)
{
	if (s->last - s->first != s->high - s->low)
		return false;
	for (uint32_t i = s->first; i <= s->last; i++) {
		if (original_op(p, i)->shape != p->candidate->ops.items[s->low + (i - s->first)].shape)
			return false;
	}
	return true;
}

static void name_kind(const struct piecing *p, const struct piece *s, struct sim_match *match)
{
	match->kind = SIM_EDITED;
	match->why = "the same steps with others in between, in another order or written otherwise";
	if (p->original->bodies.items[original_op(p, s->first)->body].forced) {
		match->kind = SIM_FORCED;
		match->why = "the interface dictates it";
	} else if (same_tokens(p, s)) {
		match->kind = SIM_VERBATIM;
		match->why = "the same, token by token";
	} else if (same_steps(p, s)) {
		match->kind = SIM_RENAMED;
		match->why = "the same steps under other names, values or spellings";
	}
}

/* From where one begins up to where it goes on: within one function on both sides. */
static struct piece piece_at(const struct piecing *p, uint32_t first)
{
	struct piece s = {first, first, p->twins[first] - 1, p->twins[first] - 1};
	uint32_t body = original_op(p, first)->body, twin = twin_of(p, first)->body;
	for (uint32_t i = first + 1; i < p->original->ops.len && i <= s.last + GAP && original_op(p, i)->body == body; i++) {
		if (!p->twins[i])
			continue;
		if (twin_of(p, i)->body != twin)
			break;
		s.last = i;
		s.low = (uint32_t)min_size(s.low, p->twins[i] - 1);
		s.high = (uint32_t)max_size(s.high, p->twins[i] - 1);
	}
	return s;
}

static void find_pieces(struct piecing *p)
{
	for (uint32_t i = 0; i < p->original->ops.len; i++) {
		if (!p->twins[i])
			continue;
		struct piece s = piece_at(p, i);
		struct sim_match match = {
			.original = sim_place(p->original, original_op(p, s.first)->first, original_op(p, s.last)->last),
			.candidate = sim_place(p->candidate, p->candidate->ops.items[s.low].first, p->candidate->ops.items[s.high].last),
		};
		for (uint32_t k = s.first; k <= s.last; k++)
			match.tokens += p->twins[k] ? original_op(p, k)->weight : 0;
		name_kind(p, &s, &match);
		*vec_push(&p->matches) = match;
		i = s.last;
	}
}

/* ---- functions */

/* So much of a function of the original is in one of the candidate. */
struct link {
	uint32_t candidate, original;
	size_t tokens;
};

struct links {
	struct link *items;
	size_t len, cap;
};

static int by_functions(const void *left, const void *right)
{
	const struct link *a = left, *b = right;
	if (a->candidate != b->candidate)
		return a->candidate < b->candidate ? -1 : 1;
	return (a->original > b->original) - (a->original < b->original);
}

static void sum_up(struct links *l)
{
	size_t kept = 0;
	if (l->len)
		qsort(l->items, l->len, sizeof(*l->items), by_functions);
	for (size_t i = 0; i < l->len; i++) {
		if (kept && by_functions(&l->items[kept - 1], &l->items[i]) == 0)
			l->items[kept - 1].tokens += l->items[i].tokens;
		else
			l->items[kept++] = l->items[i];
	}
	l->len = kept;
}

/* By the original's operations, and for functions that are there more than once also by the candidate's. */
static struct links find_links(const struct piecing *p, const uint32_t *back)
{
	struct links l = {0};
	bool *linked = mem_zalloc(p->candidate->bodies.len, sizeof(*linked));
	for (uint32_t i = 0; i < p->original->ops.len; i++) {
		if (!p->twins[i])
			continue;
		*vec_push(&l) = (struct link){twin_of(p, i)->body, original_op(p, i)->body, original_op(p, i)->weight};
		linked[twin_of(p, i)->body] = true;
	}
	for (uint32_t i = 0; i < p->candidate->ops.len; i++) {
		const struct sim_op *op = &p->candidate->ops.items[i];
		if (back[i] && !linked[op->body])
			*vec_push(&l) = (struct link){op->body, original_op(p, back[i] - 1)->body, op->weight};
	}
	sum_up(&l);
	free(linked);
	return l;
}

static size_t tokens_of(const struct sim_text *side, const struct sim_body *body)
{
	size_t tokens = 0;
	for (uint32_t i = body->op; i < body->op + body->ops; i++)
		tokens += side->ops.items[i].weight;
	return tokens;
}

static struct sim_function describe(const struct piecing *p, uint32_t index, const struct link *best)
{
	const struct sim_body *body = &p->candidate->bodies.items[index];
	struct sim_function f = {.candidate = body->name, .original = "", .forced = body->forced};
	f.candidate_place = sim_place(p->candidate, body->first, body->last);
	f.tokens = tokens_of(p->candidate, body);
	if (best) {
		const struct sim_body *twin = &p->original->bodies.items[best->original];
		f.original = twin->name;
		f.original_place = sim_place(p->original, twin->first, twin->last);
		f.score = (double)best->tokens / (double)max_size(tokens_of(p->original, twin), best->tokens);
	}
	return f;
}

static int by_score(const void *left, const void *right)
{
	const struct sim_function *a = left, *b = right;
	if (a->score > b->score || a->score < b->score)
		return a->score > b->score ? -1 : 1;
	return a->tokens != b->tokens ? (a->tokens < b->tokens) - (a->tokens > b->tokens) : strcmp(a->candidate, b->candidate);
}

static void find_functions(const struct piecing *p, const uint32_t *back, struct arena *a, struct similarity *ret)
{
	struct links links = find_links(p, back);
	size_t at = 0;
	ret->functions = arena_array(a, p->candidate->bodies.len, struct sim_function);
	for (uint32_t i = 0; i < p->candidate->bodies.len; i++) {
		const struct link *best = NULL;
		for (; at < links.len && links.items[at].candidate == i; at++)
			best = !best || links.items[at].tokens > best->tokens ? &links.items[at] : best;
		if (p->candidate->bodies.items[i].name[0])
			ret->functions[ret->functions_len++] = describe(p, i, best);
	}
	for (size_t i = 0; i < ret->functions_len; i++) { /* names live as long as the result */
		ret->functions[i].candidate = arena_strdup(a, ret->functions[i].candidate);
		ret->functions[i].original = arena_strdup(a, ret->functions[i].original);
	}
	if (ret->functions_len)
		qsort(ret->functions, ret->functions_len, sizeof(*ret->functions), by_score);
	free(links.items);
}

static size_t forced_tokens(const struct sim_text *side)
{
	size_t tokens = 0;
	for (size_t i = 0; i < side->bodies.len; i++)
		tokens += side->bodies.items[i].forced ? tokens_of(side, &side->bodies.items[i]) : 0;
	return tokens;
}

void sim_compare_code(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		      struct similarity *ret)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct sim_sides sides = sim_sides(original, candidate, &scratch);
	struct sim_cover there, here;
	sim_cover(&sides, &scratch, &there, &here);
	struct piecing p = {.original = original, .candidate = candidate, .twins = there.twins};
	ret->original_in_candidate = there.share;
	ret->candidate_in_original = here.share;
	ret->original_tokens = there.tokens;
	ret->candidate_tokens = here.tokens;
	ret->forced_tokens = forced_tokens(original);
	find_pieces(&p);
	ret->matches = arena_copy(a, p.matches.items, p.matches.len, sizeof(*p.matches.items));
	ret->matches_len = p.matches.len;
	find_functions(&p, here.twins, a, ret);
	vec_release(&p.matches);
}
