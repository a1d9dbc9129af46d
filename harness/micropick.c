#include "harness/micro.h"

#include "core/hash.h"
#include "core/mem.h"

enum {
	CALLS_SEEN = 1000, /* behind the one that makes an object */
	TRIED_MAX = 200,   /* calls of a function, of which each may need other objects */
};

/* ---- what a parameter is */

bool micro_is_plain(const struct shape *s)
{
	const struct shape_record *r = s->record;
	if (!s->size || !r)
		return false;
	for (size_t i = 0; i < r->fields_len; i++) {
		const struct shape *f = r->fields[i].shape;
		while (f->kind == SHAPE_ARRAY)
			f = f->target;
		if (f->kind != SHAPE_INTEGER && f->kind != SHAPE_FLOAT && !(f->kind == SHAPE_RECORD && micro_is_plain(f)))
			return false;
	}
	return r->fields_len > 0;
}

static bool is_data(const struct shape *s)
{
	return s->kind == SHAPE_POINTER && s->target->kind != SHAPE_FUNCTION && s->target->kind != SHAPE_FILE &&
	       !s->target->is_opaque;
}

static bool says(const struct shape_signature *g, size_t index)
{
	const struct shape *s = g->parameters[index];
	return g->says_length[index] &&
	       (s->kind == SHAPE_INTEGER || (s->kind == SHAPE_POINTER && s->target->kind == SHAPE_INTEGER));
}

/* The parameter that says how much this one leads to: the next, or the one before if no other pointer has it. */
static size_t length_of(const struct shape_signature *g, size_t index)
{
	if (index + 1 < g->parameters_len && says(g, index + 1))
		return index + 1;
	bool alone = index == 1 || (index > 1 && !is_data(g->parameters[index - 2]));
	if (alone && says(g, index - 1) && g->parameters[index - 1]->kind == SHAPE_INTEGER)
		return index - 1;
	return SIZE_MAX;
}

static struct micro_parameter refused(const char *why)
{
	return (struct micro_parameter){ROLE_REFUSED, SIZE_MAX, why};
}

static struct micro_parameter pointer(const struct shape_signature *g, size_t index, struct arena *a)
{
	const struct shape *t = g->parameters[index]->target;
	const char *name = g->names[index][0] ? g->names[index] : arena_printf(a, "argument %zu", index + 1);
	size_t length = length_of(g, index);
	bool is_number = t->kind == SHAPE_INTEGER || t->kind == SHAPE_FLOAT, is_bytes = t->kind == SHAPE_VOID || t->is_byte;
	if (t->kind == SHAPE_FUNCTION)
		return refused("it takes a callback");
	if (t->kind == SHAPE_FILE)
		return refused("it takes a stream");
	if (t->kind == SHAPE_RECORD)
		return (struct micro_parameter){ROLE_OBJECT, SIZE_MAX, NULL};
	if (!is_number && t->kind != SHAPE_VOID)
		return refused(arena_printf(a, "%s leads to more than one value", name));
	if (is_number && t->size > 8)
		return refused("it takes a number of 16 bytes");
	if (t->is_byte && t->is_const)
		return (struct micro_parameter){ROLE_TEXT, length, NULL};
	if (length != SIZE_MAX)
		return (struct micro_parameter){t->is_const ? ROLE_BYTES : ROLE_ROOM, length, NULL};
	if (t->kind == SHAPE_VOID)
		return (struct micro_parameter){ROLE_OBJECT, SIZE_MAX, NULL};
	return is_bytes ? refused(arena_printf(a, "nobody says how much room %s has", name))
			: (struct micro_parameter){ROLE_OUT, SIZE_MAX, NULL};
}

struct micro_parameter micro_parameter(const struct shape_signature *g, size_t index, struct arena *a)
{
	const struct shape *s = g->parameters[index];
	switch (s->kind) {
	case SHAPE_INTEGER:
	case SHAPE_FLOAT:
		if (s->size > 8)
			return refused("it takes a number of 16 bytes");
		return (struct micro_parameter){s->kind == SHAPE_FLOAT ? ROLE_REAL : ROLE_NUMBER, SIZE_MAX, NULL};
	case SHAPE_RECORD:
		return micro_is_plain(s) ? (struct micro_parameter){ROLE_RECORD, SIZE_MAX, NULL}
					 : refused("it takes a struct with pointers in it");
	case SHAPE_POINTER:
		return pointer(g, index, a);
	case SHAPE_VA_LIST:
		return refused("it takes a list of arguments");
	default:
		return refused("it takes what the headers do not tell");
	}
}

/* ---- what a call needs */

/* A function that is being looked at, in one program. */
struct picking {
	const struct micro_all *all;
	const struct micro_calls *heard;
	struct arena *a;
	const char *why;
};

static const struct shape_signature *signature_of(const struct picking *p, uint32_t function)
{
	return p->all->shims->functions[function].signature;
}

static bool fails(struct picking *p, const char *why)
{
	p->why = why;
	return false;
}

/* Sets the object that it takes, or MICRO_NONE. False where it cannot be made again. */
static bool can_repeat(struct picking *p, const struct micro_call *call, uint32_t *ret_object)
{
	const struct shape_signature *g = signature_of(p, call->function);
	*ret_object = MICRO_NONE;
	if (p->heard->broken[call->function])
		return fails(p, p->heard->broken[call->function]);
	if (g->variadic)
		return fails(p, "it takes arguments that it does not name");
	for (size_t i = 0; i < g->parameters_len; i++) {
		const struct micro_value *v = &call->args[i];
		if (v->kind == MICRO_UNKNOWN)
			return fails(p, v->why);
		if (v->kind != MICRO_OBJECT)
			continue;
		if (*ret_object != MICRO_NONE && *ret_object != v->object)
			return fails(p, "it takes two objects");
		*ret_object = v->object;
	}
	return true;
}

/* Of objects that the same function has made: the call that ended one of them. */
static uint32_t ender_of(const struct picking *p, uint32_t maker)
{
	const struct micro_calls *h = p->heard;
	uint32_t found = MICRO_NONE;
	for (size_t i = 0; i < h->objects_len; i++) {
		const struct micro_object *o = &h->objects[i];
		if (o->ender == MICRO_NONE || h->calls[o->maker].function != maker)
			continue;
		uint32_t ignored;
		struct picking quiet = *p;
		if (o->ender != MICRO_FREE && can_repeat(&quiet, &h->calls[o->ender], &ignored))
			return o->ender;
		found = o->ender == MICRO_FREE ? MICRO_FREE : found;
	}
	return found;
}

/* What a function makes out of nothing is its caller's, and ends like other things of its type. */
static uint32_t ender_by_type(const struct picking *p, const struct micro_call *make)
{
	const struct micro_calls *h = p->heard;
	const char *type = signature_of(p, make->function)->result_text;
	uint32_t object;
	struct picking quiet = *p;
	if (!can_repeat(&quiet, make, &object) || object != MICRO_NONE || h->objects[make->made].in_place)
		return MICRO_NONE;
	for (size_t i = 0; i < h->objects_len; i++) {
		const struct micro_object *o = &h->objects[i];
		uint32_t maker = h->calls[o->maker].function;
		if (o->ender < h->calls_len && strcmp(signature_of(p, maker)->result_text, type) == 0 &&
		    can_repeat(&quiet, &h->calls[o->ender], &object))
			return o->ender;
	}
	return MICRO_NONE;
}

static void set_end(struct picking *p, struct micro_need *need)
{
	uint32_t ender = ender_of(p, need->make->function);
	if (ender == MICRO_NONE)
		ender = ender_by_type(p, need->make);
	need->frees = ender == MICRO_FREE;
	need->end = ender < p->heard->calls_len ? &p->heard->calls[ender] : NULL;
}

static bool ends_something(const struct picking *p, uint32_t function)
{
	return p->heard->ended[function] != MICRO_NONE;
}

/* What takes it as constant leaves it as it is. */
static bool may_change_object(const struct picking *p, const struct micro_call *call)
{
	const struct shape_signature *g = signature_of(p, call->function);
	for (size_t i = 0; i < g->parameters_len; i++) {
		if (call->args[i].kind == MICRO_OBJECT && !g->parameters[i]->target->is_const)
			return true;
	}
	return false;
}

static const struct micro_call *min_calls(const struct micro_call *a, const struct micro_call *b)
{
	return a < b ? a : b;
}

/* Calls that a test made with the object before this one, and that can be made again. */
static void collect_before(struct picking *p, struct micro_need *need, const struct micro_call *call)
{
	uint32_t object;
	struct picking quiet = *p;
	const struct micro_call *last = min_calls(call, need->make + CALLS_SEEN);
	need->before = arena_array(p->a, MICRO_BEFORE_MAX, const struct micro_call *);
	for (const struct micro_call *c = need->make + 1; c < last && need->before_len < MICRO_BEFORE_MAX; c++) {
		if (can_repeat(&quiet, c, &object) && object == need->object && c->made == MICRO_NONE &&
		    may_change_object(p, c) && !ends_something(p, c->function))
			need->before[need->before_len++] = c;
	}
}

/* The objects that the call takes, the outermost first. */
static bool find_needs(struct picking *p, const struct micro_call *call, struct micro *m)
{
	struct micro_need chain[MICRO_CHAIN_MAX];
	size_t len = 0;
	uint32_t object, next;
	if (!can_repeat(p, call, &object))
		return false;
	for (const struct micro_call *at = call; object != MICRO_NONE; object = next) {
		const struct micro_object *o = &p->heard->objects[object];
		if (len == MICRO_CHAIN_MAX)
			return fails(p, "it takes an object that takes too many others");
		chain[len] = (struct micro_need){.make = &p->heard->calls[o->maker], .object = object};
		if (!can_repeat(p, chain[len].make, &next))
			return fails(p, arena_printf(p->a, "it takes what %s makes, and that cannot be called blindly: %s",
						     p->all->shims->functions[chain[len].make->function].function->name, p->why));
		set_end(p, &chain[len]);
		if (!chain[len].end && !chain[len].frees && !o->in_place)
			return fails(p, arena_printf(p->a, "nothing is seen to end what %s makes",
						     p->all->shims->functions[chain[len].make->function].function->name));
		collect_before(p, &chain[len], at);
		at = chain[len].make;
		len++;
	}
	for (size_t i = 0; i < len; i++)
		m->needs[i] = chain[len - 1 - i];
	m->needs_len = len;
	return true;
}

/* ---- inputs */

static struct hash content_of(const struct shape_signature *g, const struct micro_call *call)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < g->parameters_len; i++) {
		const struct micro_value *v = &call->args[i];
		enum micro_role role = micro_parameter(g, i, &scratch).role;
		hasher_field_u64(&h, v->kind);
		hasher_field_u64(&h, v->kind == MICRO_NUMBER || v->kind == MICRO_REAL ? v->number : 0);
		/* What is there to be written holds anything. */
		bool counts = role != ROLE_OUT && role != ROLE_ROOM &&
			      !(role == ROLE_OBJECT && !g->parameters[i]->target->is_const);
		hasher_field(&h, counts || g->says_length[i] ? v->bytes : (struct str){0});
	}
	return hasher_finish(&h);
}

static size_t bytes_of(const struct shape_signature *g, const struct micro_call *call)
{
	size_t bytes = 0;
	for (size_t i = 0; i < g->parameters_len; i++)
		bytes += call->args[i].bytes.len;
	return bytes;
}

/* Whether both take an object of the same kind in the same place, or none. */
static bool fits(struct picking *p, const struct micro *m, const struct micro_call *call)
{
	const struct shape_signature *g = m->function->signature;
	const struct micro_call *first = m->inputs[0];
	uint32_t object;
	if (!can_repeat(p, call, &object) || (object == MICRO_NONE) != (m->needs_len == 0))
		return false;
	for (size_t i = 0; i < g->parameters_len; i++) {
		if ((call->args[i].kind == MICRO_OBJECT) != (first->args[i].kind == MICRO_OBJECT) ||
		    (call->args[i].kind == MICRO_MADE) != (first->args[i].kind == MICRO_MADE))
			return false;
	}
	if (object == MICRO_NONE)
		return true;
	const struct micro_calls *h = p->heard;
	return h->calls[h->objects[object].maker].function == m->needs[m->needs_len - 1].make->function;
}

/* Inputs that are being collected. */
struct collecting {
	struct hash seen[MICRO_INPUTS_MAX];
	size_t bytes;
};

static void add_input(struct micro *m, struct collecting *c, const struct micro_call *call)
{
	const struct shape_signature *g = m->function->signature;
	struct hash content = content_of(g, call);
	size_t bytes = bytes_of(g, call);
	for (size_t i = 0; i < m->inputs_len; i++) {
		if (hash_eq(&c->seen[i], &content))
			return;
	}
	if (m->inputs_len == MICRO_INPUTS_MAX || (m->inputs_len && c->bytes + bytes > MICRO_BYTES_MAX))
		return;
	c->bytes += bytes;
	c->seen[m->inputs_len] = content;
	m->inputs[m->inputs_len++] = call;
}

/* Different ones, in the order in which they were heard: first those that went with the object as it is made here. */
static void add_inputs(struct picking *p, struct micro *m)
{
	SCOPED_MEM struct collecting *c = mem_zalloc(1, sizeof(*c));
	const struct micro_call *first = m->inputs[0];
	uint32_t own, object;
	can_repeat(p, first, &own);
	add_input(m, c, first);
	for (int others = 0; others < 2; others++) {
		for (size_t i = 0; i < p->heard->calls_len && m->inputs_len < MICRO_INPUTS_MAX; i++) {
			const struct micro_call *call = &p->heard->calls[i];
			if (call->function == m->index && fits(p, m, call) && can_repeat(p, call, &object) &&
			    (object != own) == (others == 1))
				add_input(m, c, call);
		}
	}
}

/* A state that took some calls says more than an empty one, and that more than none. */
static size_t interest(const struct micro *m)
{
	return m->needs_len ? 1 + m->needs[m->needs_len - 1].before_len : 0;
}

/* The call whose object was in the most interesting state decides on the objects. */
static bool pick_first(struct picking *p, struct micro *m)
{
	const char *why = "no test calls it";
	bool found = false;
	size_t tried = 0;
	for (size_t i = 0; i < p->heard->calls_len && tried < TRIED_MAX && interest(m) <= MICRO_BEFORE_MAX; i++) {
		const struct micro_call *call = &p->heard->calls[i];
		struct micro with = *m;
		if (call->function != m->index)
			continue;
		tried++;
		if (!find_needs(p, call, &with)) {
			why = p->why;
			continue;
		}
		if (found && interest(&with) <= interest(m))
			continue;
		*m = with;
		m->inputs[0] = call;
		found = true;
	}
	p->why = why;
	return found;
}

/* One that ends what another makes is measured with that, if it always does; else it cannot be called twice. */
static bool is_ender(struct picking *p, uint32_t function)
{
	uint32_t maker = p->heard->ended[function];
	if (maker == MICRO_NONE || maker == function)
		return false;
	uint32_t ender = ender_of(p, maker);
	bool chosen = ender < p->heard->calls_len && p->heard->calls[ender].function == function;
	p->why = chosen ? arena_printf(p->a, "it is measured with %s, whose work it ends",
				       p->all->shims->functions[maker].function->name)
			: "it ends what it takes";
	return true;
}

static bool pick_in(struct picking *p, struct micro *m)
{
	if (is_ender(p, m->index) || !pick_first(p, m))
		return false;
	m->heard = p->heard;
	if (m->inputs[0]->made != MICRO_NONE) {
		m->gives = (struct micro_need){.make = m->inputs[0], .object = m->inputs[0]->made};
		set_end(p, &m->gives);
	}
	add_inputs(p, m);
	return true;
}

/* What says more than that nobody has called it there. */
static void take_reason(const char **why, const char *more)
{
	if (!*why || strcmp(*why, "no test calls it") == 0)
		*why = more;
}

bool micro_pick(const struct micro_all *all, uint32_t function, struct arena *a, struct micro *ret,
		const char **ret_why)
{
	const char *why = NULL;
	bool found = false;
	for (size_t i = 0; i < all->programs_len; i++) {
		struct picking p = {.all = all, .heard = &all->programs[i], .a = a};
		struct micro m = {.function = &all->shims->functions[function], .index = function};
		m.inputs = arena_array(a, MICRO_INPUTS_MAX, const struct micro_call *);
		if (!pick_in(&p, &m)) {
			take_reason(&why, p.why);
			continue;
		}
		if (!found || m.inputs_len > ret->inputs_len)
			*ret = m;
		found = true;
	}
	*ret_why = found ? NULL : why ? why : "no test calls it";
	return found;
}
