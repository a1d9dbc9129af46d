#include "harness/probe_parts.h"

enum { ALIGN = 16, ZONE = 32, FRAME_BYTES = 32 << 10, USER_BYTES = 32 };

/* Some of them look alike. */
const char *const probe_user_texts[PROBE_USERS] = {
	"alpha", "beta", "gamma", "delta", "",      "a",  "b",        "key",
	"key",   "0",    "10",    "9",     "alpha", "zz", "the same", "the same",
};

static void store(const struct hostcall *c, uint32_t address, const void *bytes, size_t len)
{
	if (len && guest_holds(c, address, len))
		memcpy(c->memory + address, bytes, len);
}

static void store_pointer(const struct hostcall *c, uint32_t address, uint32_t to)
{
	store(c, address, &to, sizeof(to));
}

/* ---- blocks */

/* Memory of the caller's; 0 if there is none left. Right behind it a guard zone begins. */
static uint32_t take_block(struct probe_area *area, const struct hostcall *c, uint32_t len, uint32_t call,
			   uint32_t parameter)
{
	uint32_t zone = ZONE + (ALIGN - len % ALIGN) % ALIGN;
	if (area->blocks_len == AREA_BLOCKS_MAX ||
	    (uint64_t)area->at + len + zone + ZONE > (uint64_t)area->address + area->len) {
		area->full = true;
		return 0;
	}
	uint32_t at = area->at;
	memset(c->memory + at + len, area->guard, zone);
	area->at = at + len + zone;
	area->blocks[area->blocks_len].address = at;
	area->blocks[area->blocks_len].len = len;
	area->blocks[area->blocks_len].call = call;
	area->blocks[area->blocks_len++].parameter = parameter;
	return at;
}

static bool is_whole(const struct probe_area *area, const struct hostcall *c, size_t block)
{
	uint32_t from = area->blocks[block].address + area->blocks[block].len;
	uint32_t to = block + 1 < area->blocks_len ? area->blocks[block + 1].address : area->at;
	const uint8_t *zone = c->memory + from;
	/* Each byte is the one before it, and the first is right. */
	return zone[0] == area->guard && memcmp(zone, zone + 1, to - from - 1) == 0;
}

size_t area_overrun(const struct probe_area *area, const struct hostcall *c, size_t from)
{
	size_t i = from;
	while (i < area->blocks_len && is_whole(area, c, i))
		i++;
	return i;
}

uint32_t area_left(const struct probe_area *area, uint32_t address)
{
	size_t from = 0, to = area->blocks_len;
	/* They lie one behind the other. */
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (area->blocks[middle].address <= address)
			from = middle + 1;
		else
			to = middle;
	}
	uint32_t into = from ? address - area->blocks[from - 1].address : 0;
	return from && into < area->blocks[from - 1].len ? area->blocks[from - 1].len - into : 0;
}

void area_begin(struct probe_area *area, const struct hostcall *c)
{
	area->address = c->arg[0];
	area->len = c->arg[1];
	area->backs = c->arg[2];
	area->at = area->address + FRAME_BYTES;
	area->blocks_len = 0;
	memset(area->made, 0, sizeof(area->made));
	area->full = area->len < 2 * FRAME_BYTES || !guest_holds(c, area->address, area->len);
	if (area->full)
		return;
	memset(c->memory + area->at, area->guard, ZONE);
	area->at += ZONE;
	area->users = area->at;
	for (size_t i = 0; i < PROBE_USERS; i++) {
		memset(c->memory + area->users + i * USER_BYTES, 0, USER_BYTES);
		store(c, area->users + (uint32_t)i * USER_BYTES, probe_user_texts[i], strlen(probe_user_texts[i]));
	}
	area->at += PROBE_USERS * USER_BYTES;
}

void area_tell(uint32_t behind, struct buf *out)
{
	uint32_t into = behind - FRAME_BYTES - ZONE;
	if (behind < FRAME_BYTES + ZONE || into >= PROBE_USERS * USER_BYTES)
		return;
	buf_printf(out, "user_%u", into / USER_BYTES);
	if (into % USER_BYTES)
		buf_printf(out, " + %u", into % USER_BYTES);
}

uint32_t area_user(const struct probe_area *area, uint64_t which)
{
	return area->users + (uint32_t)(which % PROBE_USERS) * USER_BYTES;
}

/* ---- values */

/* Where a value is put, and for which argument. */
struct putting {
	struct probe_area *area;
	const struct hostcall *c;
	struct area_call *call;
	uint32_t function, parameter;
};

static void put_value(struct putting *p, const struct shape *shape, const struct probe_value *v, uint32_t address);

static void put_number(struct putting *p, const struct shape *shape, const struct probe_value *v, uint32_t address)
{
	uint64_t bits = probe_is_bool(shape) ? v->number != 0 : v->number;
	if (v->kind == PROBE_REAL && shape->kind == SHAPE_FLOAT && shape->size == sizeof(float)) {
		double wide;
		memcpy(&wide, &v->number, sizeof(wide));
		float narrow = (float)wide;
		uint32_t narrow_bits;
		memcpy(&narrow_bits, &narrow, sizeof(narrow_bits));
		bits = narrow_bits;
	}
	store(p->c, address, &bits, min_size(shape->size, sizeof(bits)));
}

static void put_fields(struct putting *p, const struct shape *record, const struct probe_value *v, uint32_t address)
{
	store(p->c, address, v->bytes.ptr, min_size(v->bytes.len, record->size));
	for (size_t i = 0; v->fields && record->record && i < record->record->fields_len; i++) {
		const struct shape_field *f = &record->record->fields[i];
		if (f->shape->kind == SHAPE_POINTER && !f->shared)
			put_value(p, f->shape, &v->fields[i], address + f->offset);
	}
}

static uint32_t put_block(struct putting *p, const void *bytes, uint32_t len)
{
	uint32_t at = take_block(p->area, p->c, len, p->call->index, p->parameter);
	if (at)
		store(p->c, at, bytes, len);
	return at;
}

/* Room that is there to be written holds the same on both sides. */
static uint32_t put_room(struct putting *p, uint64_t len)
{
	uint32_t bytes = (uint32_t)min_size((size_t)len, PROBE_BYTES_MAX);
	uint32_t at = take_block(p->area, p->c, bytes, p->call->index, p->parameter);
	if (at)
		memset(p->c->memory + at, 0xCD, bytes);
	return at;
}

static uint32_t back_of(struct putting *p, const struct shape *shape)
{
	uint64_t function = 0;
	size_t index = probe_grammar_callback(p->area->g, shape);
	if (index < p->area->g->callbacks_len)
		guest_number(p->c, p->area->backs + 4 * (uint32_t)index, 4, &function);
	return (uint32_t)function;
}

static uint32_t put_texts(struct putting *p, const struct probe_value *v)
{
	uint32_t count = (uint32_t)min_size((size_t)v->number, PROBE_TEXTS_IN_ARRAY), to[PROBE_TEXTS_IN_ARRAY];
	struct str rest = v->bytes;
	for (uint32_t i = 0; i < count; i++) {
		size_t len = min_size(str_index(rest, '\0') + 1, rest.len);
		to[i] = put_block(p, rest.ptr, (uint32_t)len);
		rest = str_from(rest, len);
	}
	return put_block(p, to, count * (uint32_t)sizeof(*to));
}

/* What a pointer is to lead to. */
static uint32_t pointer_to(struct putting *p, const struct shape *shape, const struct probe_value *v)
{
	switch (v->kind) {
	case PROBE_BYTES:
		return put_block(p, v->bytes.ptr, (uint32_t)v->bytes.len);
	case PROBE_ROOM:
		return put_room(p, v->number);
	case PROBE_PLACE: {
		uint32_t at = v->bytes.len ? put_block(p, v->bytes.ptr, (uint32_t)v->bytes.len) : put_room(p, v->number);
		p->area->made[p->call->index] = at;
		return at;
	}
	case PROBE_OUT: {
		static const uint32_t none;
		uint32_t at = put_block(p, &none, sizeof(none));
		/* Another place may be for a text. */
		if (p->parameter == p->area->g->functions[p->function].makes_out)
			p->call->out = at;
		return at;
	}
	case PROBE_OBJECT:
		return v->object < p->call->index ? p->area->made[v->object] : 0;
	case PROBE_CALLBACK:
		return back_of(p, shape);
	case PROBE_TEXTS:
		return put_texts(p, v);
	case PROBE_USER:
		return area_user(p->area, v->number);
	case PROBE_RECORD: {
		uint32_t at = take_block(p->area, p->c, shape->target->size, p->call->index, p->parameter);
		if (at)
			put_fields(p, shape->target, v, at);
		return at;
	}
	default:
		return 0;
	}
}

static void put_value(struct putting *p, const struct shape *shape, const struct probe_value *v, uint32_t address)
{
	if (shape->kind == SHAPE_POINTER)
		store_pointer(p->c, address, pointer_to(p, shape, v));
	else if (shape->kind == SHAPE_RECORD)
		put_fields(p, shape, v, address);
	else
		put_number(p, shape, v, address);
}

/* ---- calls */

/* What is to be handed over must be there. */
static bool is_there(const struct probe_area *area, const struct probe_value *v)
{
	return v->kind != PROBE_OBJECT || (v->object < PROBE_CALLS_MAX && area->made[v->object]);
}

bool area_put_call(struct probe_area *area, const struct hostcall *c, const struct probe *probe, uint32_t room,
		   struct area_call *call)
{
	const struct probe_call *it = &probe->calls[call->index];
	const struct shape_signature *s = area->g->functions[it->function].shim->signature;
	area->made[call->index] = call->out = 0;
	call->own = area->blocks_len;
	if (shim_slot(s, s->parameters_len) + s->result->size > room)
		return false;
	for (size_t i = 0; i < s->parameters_len; i++) {
		if (!is_there(area, &it->args[i]))
			return false;
	}
	for (size_t i = 0; i < s->parameters_len; i++) {
		struct putting p = {area, c, call, it->function, (uint32_t)i};
		put_value(&p, s->parameters[i], &it->args[i], call->frame + shim_slot(s, i));
	}
	return !area->full;
}

bool area_put_ordinary(struct probe_area *area, const struct hostcall *c, const struct probe *probe, uint32_t index,
		       struct area_call *ret)
{
	*ret = (struct area_call){.index = index, .frame = area->address};
	return area_put_call(area, c, probe, FRAME_BYTES, ret);
}

void area_take_made(struct probe_area *area, const struct hostcall *c, const struct probe *probe,
		    const struct area_call *call)
{
	const struct probe_function *f = &area->g->functions[probe->calls[call->index].function];
	const struct shape_signature *s = f->shim->signature;
	uint64_t to = 0;
	if (f->makes_in_place && f->makes_if) {
		guest_number(c, call->frame + shim_slot(s, s->parameters_len),
			     (uint32_t)min_size(s->result->size, sizeof(to)), &to);
		unsigned unused = 64 - 8 * (unsigned)min_size(s->result->size, sizeof(to));
		if (to << unused != f->made_result << unused)
			area->made[call->index] = 0;
	}
	if (f->makes == PROBE_NONE || f->makes_in_place)
		return;
	uint32_t at = f->makes_out != SIZE_MAX ? call->out : call->frame + shim_slot(s, s->parameters_len);
	if (at)
		guest_number(c, at, SHAPE_POINTER_BYTES, &to);
	area->made[call->index] = (uint32_t)to;
}

void area_wipe_ended(struct probe_area *area, const struct hostcall *c, const struct probe_call *call)
{
	const struct probe_function *f = &area->g->functions[call->function];
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		bool ended = f->parameters[i].ended && call->args[i].kind == PROBE_OBJECT;
		uint32_t at = ended ? area->made[call->args[i].object] : 0, len = ended ? area_left(area, at) : 0;
		if (len && guest_holds(c, at, len))
			memset(c->memory + at, 0, len);
	}
}
