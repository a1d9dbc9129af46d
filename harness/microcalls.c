#include "harness/micro.h"

#include "core/mem.h"
#include "harness/guestmemory.h"
#include "harness/program.h"

enum {
	CALLS_MAX = 10000,     /* of a program */
	CALLS_OF_ONE_MAX = 64, /* behind those: of a function that was seldom called */
	BYTES_MAX = 4 << 20,
	MET_MAX = 1000, /* structs of the caller's that are told apart */
};

/* Hears one run. */
struct listener {
	const struct shims *shims;
	struct micro_calls *to;
	const struct hostcall *host;
	size_t bytes;
	/* The call that is open. */
	bool open, kept;
	uint32_t function, frame;
	size_t out_len, err_len;
	/* Structs of the caller's that were seen. */
	struct {
		const struct shape *type;
		uint32_t address;
	} met[MET_MAX];
	size_t met_len;
};

void micro_calls_release(struct micro_calls *calls)
{
	free(calls->calls);
	free(calls->objects);
	free(calls->beginnings);
	arena_release(&calls->arena);
	*calls = (struct micro_calls){0};
}

static void breaks(struct listener *l, uint32_t function, const char *why)
{
	if (!l->to->broken[function])
		l->to->broken[function] = why;
}

/* ---- objects */

static struct micro_object *object_at(struct micro_calls *to, uint32_t address)
{
	for (size_t i = to->objects_len; i-- > 0;) {
		if (to->objects[i].live && to->objects[i].address == address)
			return &to->objects[i];
	}
	return NULL;
}

static uint32_t add_object(struct micro_calls *to, struct micro_object object)
{
	to->objects = mem_grow(to->objects, to->objects_len, &to->objects_cap, sizeof(object));
	to->objects[to->objects_len] = object;
	return (uint32_t)to->objects_len++;
}

static bool has_argument(const struct micro_call *call, size_t len, uint32_t object)
{
	for (size_t i = 0; i < len; i++) {
		if ((call->args[i].kind == MICRO_OBJECT || call->args[i].kind == MICRO_MADE) &&
		    call->args[i].object == object)
			return true;
	}
	return false;
}

/* The call that has ended it counts only if it was handed the object itself. */
static void end_object(struct listener *l, struct micro_object *o, bool within)
{
	struct micro_calls *to = l->to;
	uint32_t last = (uint32_t)to->calls_len - 1;
	o->live = false;
	if (!within)
		o->ender = MICRO_FREE;
	else if (l->kept && has_argument(&to->calls[last], l->shims->functions[l->function].signature->parameters_len,
					 (uint32_t)(o - to->objects)))
		o->ender = last;
}

static void end_freed(struct listener *l, bool within)
{
	uint32_t at = l->host->arg[2], len = (uint32_t)min_size(l->host->arg[3], SHIM_FREED_MAX);
	for (uint32_t i = 0; i < len; i++) {
		uint64_t address, size;
		if (!guest_number(l->host, at + 8 * i, 4, &address) || !guest_number(l->host, at + 8 * i + 4, 4, &size))
			continue;
		struct micro_object *o = object_at(l->to, (uint32_t)address);
		if (o && !o->in_place)
			end_object(l, o, within);
	}
}

/* What is in memory of the caller's is given back by nobody: there the name has to say that it is over. */
static void end_in_place(struct listener *l, const struct micro_call *call)
{
	static const char *const words[] = {"free",    "destroy", "delete", "close", "release",
					    "dispose", "deinit",  "fini",   "end"};
	const struct micro_value *first = &call->args[0];
	const struct shim_function *f = &l->shims->functions[call->function];
	if (f->signature->parameters_len != 1 || first->kind != MICRO_OBJECT ||
	    !str_mentions(f->function->name, words, countof(words)))
		return;
	struct micro_object *o = &l->to->objects[first->object];
	if (o->in_place && o->live)
		end_object(l, o, true);
}

bool micro_makes_in_place(const struct shim_function *f)
{
	static const char *const words[] = {"init", "setup", "begin", "start"}, *const makers[] = {"create", "open", "new"},
				 *const others[] = {"deinit", "uninit"};
	const struct shape_signature *g = f->signature;
	if (!g->parameters_len || g->parameters[0]->kind != SHAPE_POINTER || !g->parameters[0]->target->record ||
	    g->parameters[0]->target->is_const)
		return false;
	/* One that returns another thing has made that. */
	bool gives = g->result->kind == SHAPE_POINTER && g->result->target->kind == SHAPE_RECORD;
	bool over = str_mentions(f->function->name, others, countof(others));
	bool other = gives && g->result->target != g->parameters[0]->target;
	return (!other && !over && str_mentions(f->function->name, words, countof(words))) ||
	       (!gives && str_mentions(f->function->name, makers, countof(makers)));
}

/* ---- values */

static struct micro_value unknown(const char *why)
{
	return (struct micro_value){.why = why};
}

static struct micro_value take_bytes(struct listener *l, uint32_t address, uint64_t len)
{
	if (len > MICRO_TEXT_MAX)
		return unknown("what it was given is too large");
	if (!guest_holds(l->host, address, len))
		return unknown("what it was given lies outside memory");
	l->bytes += len;
	struct str bytes = {(const char *)l->host->memory + address, (size_t)len};
	return (struct micro_value){.kind = MICRO_BYTES, .bytes = {arena_str(&l->to->arena, bytes), bytes.len}};
}

static uint64_t sign_extended(uint64_t value, const struct shape *s)
{
	unsigned unused = 64 - 8 * s->size;
	return s->is_signed && s->size < 8 ? (uint64_t)((int64_t)(value << unused) >> unused) : value;
}

static struct micro_value take_number(struct listener *l, const struct shape *s, uint32_t slot)
{
	uint64_t value = 0;
	guest_number(l->host, slot, s->size, &value);
	return (struct micro_value){.kind = MICRO_NUMBER, .number = sign_extended(value, s)};
}

static struct micro_value take_real(struct listener *l, const struct shape *s, uint32_t slot)
{
	uint64_t bits = 0;
	guest_number(l->host, slot, s->size, &bits);
	if (s->size == sizeof(float)) {
		float narrow;
		memcpy(&narrow, &bits, sizeof(narrow));
		double wide = (double)narrow;
		memcpy(&bits, &wide, sizeof(bits));
	}
	return (struct micro_value){.kind = MICRO_REAL, .number = bits};
}

/* How many elements another parameter says there are. */
static uint64_t told_length(struct listener *l, const struct shape_signature *g, size_t index)
{
	const struct shape *s = g->parameters[index];
	uint32_t slot = l->frame + shim_slot(g, index);
	uint64_t to = 0, value = 0;
	if (s->kind == SHAPE_INTEGER)
		guest_number(l->host, slot, s->size, &value);
	else if (guest_number(l->host, slot, SHAPE_POINTER_BYTES, &to))
		guest_number(l->host, (uint32_t)to, s->target->size, &value);
	return value;
}

static uint64_t bytes_of(struct listener *l, const struct shape_signature *g, size_t index, size_t length)
{
	const struct shape *target = g->parameters[index]->target;
	uint64_t each = target->size ? target->size : 1, count = told_length(l, g, length);
	return count > MICRO_TEXT_MAX ? MICRO_TEXT_MAX + 1 : count * each;
}

static struct micro_value take_text(struct listener *l, const struct shape_signature *g, size_t index, size_t length,
				    uint32_t to)
{
	uint32_t len;
	if (length != SIZE_MAX)
		return take_bytes(l, to, bytes_of(l, g, index, length));
	if (!guest_text(l->host, to, MICRO_TEXT_MAX + 1, &len))
		return unknown("what it was given is too large");
	return take_bytes(l, to, len);
}

/* ---- structs of the caller's */

static struct micro_beginning *beginning_of(struct micro_calls *to, const struct shape *type)
{
	for (size_t i = 0; i < to->beginnings_len; i++) {
		if (to->beginnings[i].type == type)
			return &to->beginnings[i];
	}
	to->beginnings = mem_grow(to->beginnings, to->beginnings_len, &to->beginnings_cap, sizeof(*to->beginnings));
	to->beginnings[to->beginnings_len] = (struct micro_beginning){.type = type};
	return &to->beginnings[to->beginnings_len++];
}

/* How it is when it is seen for the first time. */
static void note_beginning(struct listener *l, const struct shape *type, uint32_t at)
{
	if (!type->record || type->is_const || !type->size || !guest_holds(l->host, at, type->size))
		return;
	for (size_t i = 0; i < l->met_len; i++) {
		if (l->met[i].address == at && l->met[i].type == type)
			return;
	}
	if (l->met_len == MET_MAX)
		return;
	l->met[l->met_len].type = type;
	l->met[l->met_len++].address = at;
	const uint8_t *bytes = l->host->memory + at;
	bool zero = bytes[0] == 0 && memcmp(bytes, bytes + 1, type->size - 1) == 0;
	struct micro_beginning *b = beginning_of(l->to, type);
	b->zeroed += zero;
	b->filled += !zero;
}

static struct micro_value take_object(struct listener *l, const struct shape *s, size_t index, uint32_t to)
{
	struct micro_object *o = object_at(l->to, to);
	bool first = index == 0 && micro_makes_in_place(&l->shims->functions[l->function]);
	if (o && !(first && o->in_place))
		return (struct micro_value){.kind = MICRO_OBJECT, .object = (uint32_t)(o - l->to->objects)};
	if (first) {
		if (o)
			o->live = false;
		struct micro_object made = {.address = to, .maker = (uint32_t)l->to->calls_len, .ender = MICRO_NONE,
					    .in_place = true, .live = true, .type = s->target};
		return (struct micro_value){.kind = MICRO_MADE, .object = add_object(l->to, made)};
	}
	const struct shape_signature *g = l->shims->functions[l->function].signature;
	/* One of several is none by itself. */
	if (index + 1 == g->parameters_len || !g->says_length[index + 1])
		note_beginning(l, s->target, to);
	if (s->target->record && micro_is_plain(s->target))
		return take_bytes(l, to, s->target->size);
	if (s->target->kind != SHAPE_RECORD)
		return unknown("it takes a pointer of which nobody says what it leads to");
	return unknown(s->target->record ? "it takes a struct with pointers in it"
					 : "it takes an object that no call was seen to make");
}

static struct micro_value take_value(struct listener *l, const struct shape_signature *g, size_t index)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct micro_parameter p = micro_parameter(g, index, &scratch);
	const struct shape *s = g->parameters[index];
	uint32_t slot = l->frame + shim_slot(g, index);
	uint64_t to = 0;
	if (p.role == ROLE_NUMBER)
		return take_number(l, s, slot);
	if (p.role == ROLE_REAL)
		return take_real(l, s, slot);
	if (p.role == ROLE_RECORD)
		return take_bytes(l, slot, s->size);
	if (s->kind == SHAPE_POINTER)
		guest_number(l->host, slot, SHAPE_POINTER_BYTES, &to);
	if (p.role == ROLE_REFUSED) {
		struct micro_value value = unknown(arena_strdup(&l->to->arena, p.why));
		value.is_null = s->kind == SHAPE_POINTER && !to;
		if (to && s->target->is_byte)
			value.bytes = take_text(l, g, index, SIZE_MAX, (uint32_t)to).bytes;
		return value;
	}
	if (!to)
		return (struct micro_value){.kind = MICRO_NULL};
	if (p.role == ROLE_OBJECT)
		return take_object(l, s, index, (uint32_t)to);
	if (p.role == ROLE_OUT)
		return take_bytes(l, (uint32_t)to, s->target->size);
	return take_text(l, g, index, p.length, (uint32_t)to);
}

/* ---- calls */

static bool has_room(const struct listener *l, uint32_t function)
{
	return l->bytes < BYTES_MAX && (l->to->calls_len < CALLS_MAX || l->to->counts[function] < CALLS_OF_ONE_MAX);
}

static bool enter(struct listener *l)
{
	uint32_t function = l->host->arg[0];
	if (function >= l->shims->functions_len)
		return false;
	if (l->open)
		breaks(l, l->function, "it does not always come back");
	const struct shape_signature *g = l->shims->functions[function].signature;
	l->open = true;
	l->function = function;
	l->frame = l->host->arg[1];
	l->out_len = l->host->out_len;
	l->err_len = l->host->err_len;
	l->kept = has_room(l, function);
	if (!l->kept)
		return true;
	struct micro_calls *to = l->to;
	struct micro_call call = {.function = function, .made = MICRO_NONE,
				  .args = arena_array(&to->arena, g->parameters_len + 1, struct micro_value)};
	to->counts[function]++;
	for (size_t i = 0; i < g->parameters_len; i++) {
		call.args[i] = take_value(l, g, i);
		call.made = call.args[i].kind == MICRO_MADE ? call.args[i].object : call.made;
	}
	to->calls = mem_grow(to->calls, to->calls_len, &to->calls_cap, sizeof(call));
	to->calls[to->calls_len++] = call;
	return true;
}

/* What it returns may be handed to other functions. */
static void note_result(struct listener *l, struct micro_call *call)
{
	const struct shape_signature *g = l->shims->functions[call->function].signature;
	uint64_t to = 0;
	if (g->result->kind != SHAPE_POINTER || g->result->target->is_const ||
	    g->result->target->kind == SHAPE_FUNCTION)
		return;
	guest_number(l->host, l->frame + shim_slot(g, g->parameters_len), SHAPE_POINTER_BYTES, &to);
	if (!to || object_at(l->to, (uint32_t)to))
		return;
	struct micro_object made = {
		.address = (uint32_t)to, .maker = (uint32_t)l->to->calls_len - 1, .ender = MICRO_NONE, .live = true};
	call->made = add_object(l->to, made);
}

static bool leave(struct listener *l)
{
	if (!l->open || l->host->arg[0] != l->function || l->host->arg[1] != l->frame)
		return false;
	if (l->host->out_len != l->out_len || l->host->err_len != l->err_len)
		breaks(l, l->function, "it prints");
	if (l->kept) {
		struct micro_call *call = &l->to->calls[l->to->calls_len - 1];
		const struct shape_signature *g = l->shims->functions[call->function].signature;
		if (g->result->kind == SHAPE_INTEGER)
			call->result = take_number(l, g->result, l->frame + shim_slot(g, g->parameters_len)).number;
		end_in_place(l, call);
		note_result(l, call);
	}
	l->open = false;
	return true;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct listener *l = data;
	l->host = call;
	switch (name) {
	case HOSTCALL_BEGIN:
		return 0;
	case HOSTCALL_ENTER:
		end_freed(l, false);
		return enter(l) ? 0 : -1;
	case HOSTCALL_LEAVE:
		end_freed(l, true);
		return leave(l) ? 0 : -1;
	case HOSTCALL_FREED:
		end_freed(l, l->open);
		return 0;
	default:
		return -1;
	}
}

static void note_enders(struct micro_calls *calls, size_t functions)
{
	for (size_t i = 0; i < functions; i++)
		calls->ended[i] = MICRO_NONE;
	for (size_t i = 0; i < calls->objects_len; i++) {
		const struct micro_object *o = &calls->objects[i];
		if (o->ender < calls->calls_len)
			calls->ended[calls->calls[o->ender].function] = calls->calls[o->maker].function;
	}
}

struct micro_listener {
	struct micro_calls calls;
	struct listener l;
};

struct micro_listener *micro_listener_new(const struct shims *shims, const struct plan_program *planned)
{
	struct micro_listener *m = mem_zalloc(1, sizeof(*m));
	struct micro_calls *calls = &m->calls;
	calls->planned = planned;
	calls->counts = arena_array(&calls->arena, shims->functions_len + 1, unsigned);
	calls->ended = arena_array(&calls->arena, shims->functions_len + 1, uint32_t);
	calls->broken = arena_array(&calls->arena, shims->functions_len + 1, const char *);
	m->l = (struct listener){.shims = shims, .to = calls};
	return m;
}

struct hostcalls micro_listener_hear(struct micro_listener *m)
{
	return (struct hostcalls){.data = &m->l, .call = hear};
}

void micro_listener_end(struct micro_listener *m, struct micro_calls *ret)
{
	if (m->l.open)
		breaks(&m->l, m->l.function, "it does not always come back");
	note_enders(&m->calls, m->l.shims->functions_len);
	*ret = m->calls;
	free(m);
}

int micro_listen(const struct suite *suite, const struct plan_program *planned, const struct shims *shims,
		 struct micro_calls *ret, struct err *err)
{
	struct micro_listener *m = micro_listener_new(shims, planned);
	struct micro_calls calls;
	struct program_other other = {
		.shims = shims->object, .wrapped = &shims->wrapped, .hostcalls = micro_listener_hear(m)};
	struct program_result result = {0};
	int failed = program_check_with(suite, planned, &other, &result, err);
	arena_release(&result.arena);
	micro_listener_end(m, &calls);
	if (failed < 0)
		micro_calls_release(&calls);
	else
		*ret = calls;
	return failed;
}
