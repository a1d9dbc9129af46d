#include "harness/probe_pair.h"

#include "core/mem.h"

enum { TRIES_MAX = 1500 };

struct shrinking {
	const struct probe_pair *pair;
	int (*shows)(void *data, const struct probe *p);
	void *data;
	struct probe best;
	struct arena *a;
	unsigned tries;
	bool failed;
};

/* Takes it over if it still shows the same. */
static bool is_good(struct shrinking *s, const struct probe *p)
{
	if (s->failed || s->tries++ >= TRIES_MAX)
		return false;
	int shows = s->shows(s->data, p);
	s->failed = shows < 0;
	if (shows > 0)
		s->best = *p;
	return shows > 0;
}

static const struct shape_signature *signature_of(const struct shrinking *s, const struct probe_call *c)
{
	return s->pair->g->functions[c->function].shim->signature;
}

/* ---- fewer calls */

static struct probe without(struct shrinking *s, size_t from, size_t to)
{
	bool kept[PROBE_CALLS_MAX];
	for (size_t i = 0; i < s->best.len; i++)
		kept[i] = i < from || i >= to;
	return probe_only(&s->best, s->pair->g, kept, s->a);
}

static void drop_calls(struct shrinking *s)
{
	for (size_t piece = s->best.len; piece > 0; piece /= 2) {
		for (size_t end = s->best.len; end > 0 && s->tries < TRIES_MAX;) {
			size_t from = end > piece ? end - piece : 0;
			struct probe less = without(s, from, end);
			if (less.len < s->best.len)
				is_good(s, &less);
			end = min_size(from, s->best.len);
		}
	}
}

/* ---- smaller values */

static struct probe with(struct shrinking *s, size_t call, size_t arg, struct probe_value value)
{
	const struct probe *p = &s->best;
	struct probe changed = {arena_copy(s->a, p->calls, p->len + 1, sizeof(*p->calls)), p->len, p->answers};
	changed.calls[call] = probe_call_copy(&p->calls[call], s->pair->g, s->a);
	changed.calls[call].args[arg] = value;
	return changed;
}

/* The argument and the one that says how long it is. */
static bool try_text(struct shrinking *s, size_t call, size_t arg, struct str text)
{
	const struct probe_function *f = &s->pair->g->functions[s->best.calls[call].function];
	const struct probe_parameter *p = &f->parameters[arg];
	struct probe_value v = s->best.calls[call].args[arg];
	probe_value_set_text(s->a, p, &v, text);
	struct probe changed = with(s, call, arg, v);
	if (p->length != SIZE_MAX) {
		struct probe_value *told = &changed.calls[call].args[p->length];
		uint64_t each = p->target->size && p->target->kind != SHAPE_VOID ? p->target->size : 1;
		if (told->kind != PROBE_NUMBER)
			return false;
		told->number = v.bytes.len / each;
	}
	return is_good(s, &changed);
}

static bool text_of(const struct shrinking *s, size_t call, size_t arg, struct str *ret)
{
	const struct probe_call *c = &s->best.calls[call];
	return probe_value_text(&s->pair->g->functions[c->function].parameters[arg], &c->args[arg], ret);
}

static void shrink_text(struct shrinking *s, size_t call, size_t arg)
{
	struct str now;
	if (!text_of(s, call, arg, &now))
		return;
	for (size_t piece = now.len; piece > 0; piece /= 2) {
		for (size_t at = 0; s->tries < TRIES_MAX && text_of(s, call, arg, &now) && at < now.len;) {
			size_t to = min_size(at + piece, now.len);
			char *less = arena_alloc(s->a, now.len + 1, 1);
			memcpy(less, now.ptr, at);
			memcpy(less + at, now.ptr + to, now.len - to);
			if (!try_text(s, call, arg, (struct str){less, now.len - (to - at)}))
				at = to;
		}
	}
	/* Plain letters say that it does not matter which. */
	for (size_t at = 0; at < 64 && text_of(s, call, arg, &now) && at < now.len; at++) {
		if (now.ptr[at] == 'a')
			continue;
		char *plain = arena_copy(s->a, now.ptr, now.len, 1);
		plain[at] = 'a';
		try_text(s, call, arg, (struct str){plain, now.len});
	}
}

/* As the parameter's type has it. */
static uint64_t in_its_type(const struct shape *s, uint64_t number)
{
	unsigned unused = s->kind == SHAPE_INTEGER && s->size && s->size < 8 ? 64 - 8 * s->size : 0;
	return s->is_signed ? (uint64_t)((int64_t)(number << unused) >> unused) : number << unused >> unused;
}

static void shrink_number(struct shrinking *s, size_t call, size_t arg)
{
	const struct probe_parameter *p = &s->pair->g->functions[s->best.calls[call].function].parameters[arg];
	static const uint64_t small[] = {0, 1, 2, 3, 10};
	struct probe_value v = s->best.calls[call].args[arg];
	if (p->is_length || v.kind != PROBE_NUMBER)
		return;
	for (size_t i = 0; i < countof(small); i++) {
		struct probe_value less = v;
		less.number = small[i];
		if (v.number == small[i])
			return;
		struct probe changed = with(s, call, arg, less);
		if (is_good(s, &changed))
			return;
	}
	/* From either side towards zero, and by the same step as long as that is good. */
	const struct shape *shape = signature_of(s, &s->best.calls[call])->parameters[arg];
	uint64_t from = in_its_type(shape, v.number);
	bool negative = shape->is_signed && (int64_t)from < 0;
	for (uint64_t size = negative ? 0 - from : from, step = size / 2; step && s->tries < TRIES_MAX;) {
		struct probe_value less = v;
		less.number = negative ? 0 - (size - step) : size - step;
		struct probe changed = with(s, call, arg, less);
		if (step <= size && is_good(s, &changed))
			size -= step;
		else
			step /= 2;
	}
}

/* The earlier it is made from within a callback, the fewer of these are needed. */
static void shrink_within(struct shrinking *s, size_t call)
{
	for (unsigned n = 1; n < s->best.calls[call].within; n++) {
		struct probe changed = s->best;
		changed.calls = arena_copy(s->a, s->best.calls, s->best.len + 1, sizeof(*s->best.calls));
		changed.calls[call].within = n;
		if (is_good(s, &changed))
			return;
	}
}

static void shrink_values(struct shrinking *s)
{
	for (size_t i = 0; i < s->best.len; i++) {
		shrink_within(s, i);
		for (size_t k = 0; k < signature_of(s, &s->best.calls[i])->parameters_len; k++) {
			if (s->best.calls[i].args[k].kind == PROBE_BYTES)
				shrink_text(s, i, k);
			else
				shrink_number(s, i, k);
		}
	}
}

/* ---- fewer objects */

/* Whether the object that the call has made is the caller's, and still is when it comes to the other call. */
static bool is_own(const struct shrinking *s, uint32_t object, size_t until)
{
	const struct probe_function *maker = &s->pair->g->functions[s->best.calls[object].function];
	bool own = maker->owned;
	for (size_t i = object + 1; i < until && own; i++) {
		const struct probe_call *c = &s->best.calls[i];
		const struct probe_function *f = &s->pair->g->functions[c->function];
		for (size_t k = 0; k < f->shim->signature->parameters_len; k++)
			own &= c->args[k].kind != PROBE_OBJECT || c->args[k].object != object ||
			       !(f->parameters[k].consumed || f->parameters[k].ended);
	}
	return own;
}

/* With one object in the other's place, wherever that is used and not taken away. False if it is nowhere. */
static bool share(struct shrinking *s, uint32_t object, uint32_t instead, struct probe *ret)
{
	const struct probe *p = &s->best;
	bool any = false;
	*ret = (struct probe){arena_copy(s->a, p->calls, p->len + 1, sizeof(*p->calls)), p->len, p->answers};
	for (size_t i = object + 1; i < p->len; i++) {
		struct probe_call *c = &ret->calls[i];
		const struct probe_function *f = &s->pair->g->functions[c->function];
		size_t parameters = f->shim->signature->parameters_len;
		*c = probe_call_copy(c, s->pair->g, s->a);
		for (size_t k = 0; k < parameters; k++) {
			bool used = c->args[k].kind == PROBE_OBJECT && c->args[k].object == object;
			if (!used || f->parameters[k].consumed || f->parameters[k].ended || !is_own(s, instead, i))
				continue;
			c->args[k].object = instead;
			any = true;
		}
	}
	return any;
}

/* One that was made before may do as well. */
static void share_objects(struct shrinking *s)
{
	for (uint32_t object = (uint32_t)s->best.len; object-- > 0;) {
		uint32_t type = s->pair->g->functions[s->best.calls[object].function].makes;
		bool shared = type == PROBE_NONE;
		for (uint32_t i = 0; i < object && !shared && s->tries < TRIES_MAX; i++) {
			const struct probe_call *other = &s->best.calls[i];
			const struct probe_function *f = &s->pair->g->functions[other->function];
			bool alike = f->makes == type && probe_makes(f, other);
			struct probe changed;
			shared = alike && share(s, object, i, &changed) && is_good(s, &changed);
		}
	}
}

int probe_shrink(const struct probe_pair *pair, const struct probe *p, int (*shows)(void *data, const struct probe *p),
		 void *data, struct arena *a, struct probe *ret)
{
	struct shrinking s = {.pair = pair, .shows = shows, .data = data, .best = *p, .a = a};
	drop_calls(&s);
	share_objects(&s);
	drop_calls(&s);
	shrink_values(&s);
	drop_calls(&s);
	struct probe plain = s.best;
	plain.answers = 0;
	if (plain.answers != s.best.answers)
		is_good(&s, &plain);
	*ret = s.best;
	return s.failed ? -1 : 0;
}

int probe_shrink_calls(const struct probe_pair *pair, const struct probe *p,
		       int (*shows)(void *data, const struct probe *p), void *data, struct arena *a, struct probe *ret)
{
	struct shrinking s = {.pair = pair, .shows = shows, .data = data, .best = *p, .a = a};
	drop_calls(&s);
	*ret = s.best;
	return s.failed ? -1 : 0;
}
