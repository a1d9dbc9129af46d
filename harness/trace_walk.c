#include "harness/trace_parts.h"

#include "core/hash.h"
#include "core/mem.h"

enum {
	TEXT_MAX = 1 << 20,
	OUT_TEXT_MAX = 4096, /* of a buffer whose length nobody tells */
	ELEMENTS_MAX = 64,
	DEPTH_MAX = 3, /* pointers followed from one value */
	ITEMS_OF_CALL_MAX = 2000,
};

/* Where a value stands, as far as people are told. */
struct where {
	uint16_t parameter, element;
	uint8_t depth;
	bool input, result;
	bool old; /* it lies behind a pointer that was there before */
	const struct shape_field *field;
};

struct walk {
	struct recorder *r;
	struct open_call *call;
	const struct hostcall *c;
	unsigned items;
};

/* ---- what is put down */

static struct trace_item *add(struct walk *w, const struct where *where, enum trace_value value, uint64_t number)
{
	static struct trace_item nowhere;
	struct trace *t = &w->r->trace;
	if (t->items_len >= TRACE_ITEMS_MAX || t->bytes.len >= TRACE_BYTES_MAX || w->items++ >= ITEMS_OF_CALL_MAX) {
		t->cut |= w->items <= ITEMS_OF_CALL_MAX;
		return &nowhere;
	}
	t->items = mem_grow(t->items, t->items_len, &t->items_cap, sizeof(*t->items));
	struct trace_item *item = &t->items[t->items_len++];
	*item = (struct trace_item){
		.parameter = where->parameter,
		.value = (uint8_t)value,
		.depth = where->depth,
		.element = where->element,
		.input = where->input,
		.changed = true,
		.number = number,
		.field = where->field,
	};
	return item;
}

static void keep_bytes(struct walk *w, struct trace_item *item, const void *bytes, size_t len)
{
	struct buf *all = &w->r->trace.bytes;
	item->at = (uint32_t)all->len;
	item->len = (uint32_t)len;
	if (buf_append(all, bytes, len) < 0) {
		w->r->trace.cut = true;
		item->len = 0;
	}
}

static void add_text(struct walk *w, const struct where *where, const char *text, size_t len)
{
	if (len <= TRACE_KEPT) {
		keep_bytes(w, add(w, where, TRACE_TEXT, len), text, len);
		return;
	}
	struct hash hash = hash_of((struct str){text, len});
	keep_bytes(w, add(w, where, TRACE_HASHED, len), hash.bytes, HASH_BYTES);
}

/* ---- spans */

struct span *recorder_span(struct open_call *call, uint32_t address)
{
	for (size_t i = 0; i < call->spans_len; i++) {
		if (address - call->spans[i].address < call->spans[i].len)
			return &call->spans[i];
	}
	return NULL;
}

/* `kept`: the library may write there in later calls, too. */
static void add_span(struct walk *w, uint16_t parameter, uint32_t address, uint64_t len, bool writable, bool kept)
{
	struct open_call *call = w->call;
	if (call->spans_len == SPAN_MAX || !len || !guest_holds(w->c, address, 1))
		return;
	struct span *s = &call->spans[call->spans_len++];
	len = min_size((size_t)len, w->c->memory_len - address);
	*s = (struct span){.parameter = parameter, .writable = writable, .address = address, .len = (uint32_t)len};
	if (writable) {
		s->before = call->snapshot.len;
		s->kept = (uint32_t)min_size((size_t)len, SNAPSHOT_MAX - call->snapshot.len);
		buf_append(&call->snapshot, w->c->memory + address, s->kept);
	}
	if (writable && kept && !call->callback)
		guard_lend(&w->r->guard, address, (uint32_t)len);
}

/* Whether the call has written there; what is not known counts. */
static bool is_changed(struct walk *w, uint32_t address, uint32_t len)
{
	for (size_t i = 0; i < w->call->spans_len; i++) {
		const struct span *s = &w->call->spans[i];
		if (s->writable && address >= s->address && address - s->address + (uint64_t)len <= s->kept)
			return memcmp(w->c->memory + address,
				      w->call->snapshot.ptr + s->before + (address - s->address), len) != 0;
	}
	return true;
}

/* Whether the value at the address came with this call. */
static bool is_new(struct walk *w, const struct where *where, uint32_t address, uint32_t len)
{
	if (where->old)
		return false;
	return where->input || where->result || is_changed(w, address, len);
}

/* ---- values */

static void walk_value(struct walk *w, const struct shape *shape, uint32_t address, struct where where);

static uint64_t sign_extended(uint64_t value, uint32_t size, bool is_signed)
{
	unsigned unused = 64 - 8 * size;
	return is_signed && size < 8 ? (uint64_t)((int64_t)(value << unused) >> unused) : value;
}

/* As a double, as near as its bits allow, for people; then all its bits, if it is a number. */
static void walk_long_double(struct walk *w, uint32_t address, const struct where *where)
{
	static const uint8_t zeroes[16];
	uint64_t low, high;
	if (!guest_number(w->c, address, 8, &low) || !guest_number(w->c, address + 8, 8, &high))
		return;
	bool changed = is_new(w, where, address, sizeof(zeroes));
	int64_t exponent = (int64_t)(high >> 48 & 0x7FFF) - 16383 + 1023;
	uint64_t mantissa = (high & 0xFFFFFFFFFFFF) << 4 | low >> 60, sign = high & (uint64_t)1 << 63;
	bool is_nan = (high >> 48 & 0x7FFF) == 0x7FFF && ((high & 0xFFFFFFFFFFFF) || low);
	if (exponent <= 0)
		exponent = 0, mantissa = 0;
	else if (exponent >= 0x7FF)
		exponent = 0x7FF, mantissa = is_nan;
	struct trace_item *item = add(w, where, TRACE_REAL, sign | (uint64_t)exponent << 52 | mantissa);
	item->len = 8;
	item->changed = changed;
	if (is_nan)
		return;
	struct where bits = *where;
	bits.element++; /* no argument of its own */
	item = add(w, &bits, TRACE_BYTES, sizeof(zeroes));
	item->changed = changed;
	uint32_t at = (uint32_t)w->r->trace.bytes.len;
	keep_bytes(w, item, w->c->memory + address, sizeof(zeroes));
	if (item->len) {
		keep_bytes(w, item, zeroes, sizeof(zeroes));
		item->at = at;
	}
}

static void walk_number(struct walk *w, const struct shape *shape, uint32_t address, const struct where *where)
{
	uint64_t value;
	if (!guest_number(w->c, address, shape->size < 8 ? shape->size : 8, &value))
		return;
	bool changed = is_new(w, where, address, shape->size);
	struct trace_item *item;
	if (shape->kind == SHAPE_FLOAT) {
		item = add(w, where, TRACE_REAL, value);
		item->len = shape->size;
	} else {
		item = add(w, where, TRACE_NUMBER, sign_extended(value, shape->size, shape->is_signed));
	}
	item->changed = changed;
}

static void walk_bits(struct walk *w, const struct shape_field *f, uint32_t address, const struct where *where)
{
	uint64_t value;
	uint32_t first = f->offset / 8, shift = f->offset % 8;
	if (f->bits + shift > 64 || !guest_number(w->c, address + first, (f->bits + shift + 7) / 8, &value))
		return;
	value = (value >> shift) & (f->bits == 64 ? UINT64_MAX : ((uint64_t)1 << f->bits) - 1);
	bool negative = f->shape->is_signed && value >> (f->bits - 1);
	struct trace_item *item = add(w, where, TRACE_NUMBER, negative ? value | ~(uint64_t)0 << (f->bits - 1) : value);
	item->changed = is_new(w, where, address + first, (f->bits + shift + 7) / 8);
}

static void walk_record(struct walk *w, const struct shape *shape, uint32_t address, const struct where *where)
{
	const struct shape_record *r = shape->record;
	for (size_t i = 0; r && i < r->fields_len; i++) {
		const struct shape_field *f = &r->fields[i];
		struct where inside = *where;
		inside.field = f;
		if (f->shared)
			continue;
		if (f->bits)
			walk_bits(w, f, address, &inside);
		else
			walk_value(w, f->shape, address + f->offset, inside);
	}
}

/* Below the first call's frame: a variable of the library, or of a test that it has called. */
static bool is_on_own_stack(const struct recorder *r, uint32_t address)
{
	return r->open_len && address < r->open[0].frame && address < r->guard.stack_top;
}

/* To the end of what the address belongs to, as far as anybody knows. */
static uint32_t left_at(const struct recorder *r, uint32_t address)
{
	return r->left ? r->left(r->left_data, address) : UINT32_MAX;
}

/* How many there are of what a function returns, if it says so: in the one number that it writes, or one of that name. */
static bool told_with_result(struct walk *w, uint64_t *ret)
{
	const struct shape_signature *g = w->r->shims->functions[w->call->index].signature;
	size_t found = SIZE_MAX, numbers = 0;
	for (size_t i = 0; i < g->parameters_len && !w->call->callback; i++) {
		const struct shape *s = g->parameters[i];
		bool number = s->kind == SHAPE_POINTER && s->target->kind == SHAPE_INTEGER && !s->target->is_byte &&
			      !s->target->is_const;
		if (number && (numbers++ == 0 || g->says_length[i]))
			found = i;
	}
	uint64_t to;
	return found != SIZE_MAX && (numbers == 1 || g->says_length[found]) &&
	       guest_number(w->c, w->call->frame + shim_slot(g, found), SHAPE_POINTER_BYTES, &to) &&
	       guest_number(w->c, (uint32_t)to, g->parameters[found]->target->size, ret);
}

/* As many as there are said to be, or up to a null pointer if it is known where the array ends. */
static void walk_texts(struct walk *w, const struct shape *text, uint32_t at, struct where where)
{
	uint32_t left = left_at(w->r, at);
	uint64_t count = left == UINT32_MAX ? 0 : left / SHAPE_POINTER_BYTES;
	bool told = told_with_result(w, &count);
	for (uint32_t i = 0; i < count && i < ELEMENTS_MAX; i++) {
		uint64_t to = 0;
		uint32_t place = at + i * SHAPE_POINTER_BYTES;
		if (!guest_number(w->c, place, SHAPE_POINTER_BYTES, &to) || (!told && !to))
			return;
		where.element = (uint16_t)(i + 1);
		walk_value(w, text, place, where);
	}
}

static void walk_pointer(struct walk *w, const struct shape *shape, uint32_t to, struct where where, bool changed)
{
	const struct shape *target = shape->target;
	bool fresh;
	uint32_t len;
	if (!to) {
		add(w, &where, TRACE_NULL, 0)->changed = changed;
		return;
	}
	if (target->kind == SHAPE_FUNCTION || !guest_holds(w->c, to, 1)) {
		add(w, &where, TRACE_ADDRESS, 0)->changed = changed;
		return;
	}
	const struct span *span = where.input ? NULL : recorder_span(w->call, to);
	if (span) {
		uint64_t place = (uint64_t)span->parameter << 32 | (to - span->address);
		add(w, &where, TRACE_INSIDE, place)->changed = changed;
		return;
	}
	bool known = to - w->r->known < w->r->known_len;
	if (known && (!where.input || w->call->callback) && !target->is_char) {
		add(w, &where, TRACE_INSIDE, (uint64_t)TRACE_KNOWN << 32 | (to - w->r->known))->changed = changed;
		return;
	}
	if (target->is_char && (!where.input || target->is_const)) {
		/* What lies behind a block may be anything, on either side. */
		if (guest_text(w->c, to, (uint32_t)min_size(TEXT_MAX, left_at(w->r, to)), &len)) {
			size_t at = w->r->trace.items_len;
			add_text(w, &where, (const char *)w->c->memory + to, len);
			if (at < w->r->trace.items_len)
				w->r->trace.items[at].changed = changed;
		}
		return;
	}
	if (where.input && target->kind != SHAPE_VOID && target->kind != SHAPE_RECORD && target->kind != SHAPE_FILE) {
		add(w, &where, TRACE_ADDRESS, 0);
		return;
	}
	uint32_t id = things_id(w->r->things, to, target, &fresh);
	struct trace_item *item = add(w, &where, TRACE_THING, id);
	item->fresh = fresh;
	item->changed = changed;
	item->passing = w->call->callback && is_on_own_stack(w->r, to);
	/* What the library lets a function of the test look at. */
	bool shown = w->call->callback && target->is_const;
	if ((where.input && !shown) || ++where.depth >= DEPTH_MAX)
		return;
	/* What lies behind is as old or as new as the pointer. */
	where.result = changed;
	where.old = !changed;
	if (target->record && guest_holds(w->c, to, target->size))
		walk_record(w, target, to, &where);
	else if (target->kind == SHAPE_POINTER && target->target->is_char && where.parameter == TRACE_RESULT)
		walk_texts(w, target, to, where);
}

static void walk_array(struct walk *w, const struct shape *shape, uint32_t address, struct where where)
{
	const struct shape *element = shape->target;
	uint32_t len;
	if (element->is_char) {
		if (!guest_holds(w->c, address, shape->size))
			return;
		bool changed = is_new(w, &where, address, shape->size);
		if (!guest_text(w->c, address, shape->size, &len))
			len = shape->size;
		size_t at = w->r->trace.items_len;
		add_text(w, &where, (const char *)w->c->memory + address, len);
		if (at < w->r->trace.items_len)
			w->r->trace.items[at].changed = changed;
		return;
	}
	for (uint32_t i = 0; i < shape->count && i < ELEMENTS_MAX && element->size; i++) {
		where.element = (uint16_t)(i + 1);
		walk_value(w, element, address + i * element->size, where);
	}
}

static void walk_value(struct walk *w, const struct shape *shape, uint32_t address, struct where where)
{
	uint64_t to;
	switch (shape->kind) {
	case SHAPE_INTEGER:
	case SHAPE_FLOAT:
		if (shape->size == 16)
			walk_long_double(w, address, &where);
		else
			walk_number(w, shape, address, &where);
		return;
	case SHAPE_POINTER:
		if (guest_number(w->c, address, SHAPE_POINTER_BYTES, &to))
			walk_pointer(w, shape, (uint32_t)to, where,
				     is_new(w, &where, address, SHAPE_POINTER_BYTES));
		return;
	case SHAPE_ARRAY:
		walk_array(w, shape, address, where);
		return;
	case SHAPE_RECORD:
		walk_record(w, shape, address, &where);
		return;
	default:
		return;
	}
}

/* ---- how much a pointer leads to */

static bool is_data(const struct shape *s)
{
	return s->kind == SHAPE_POINTER && s->target->kind != SHAPE_FUNCTION && !s->target->is_opaque &&
	       s->target->kind != SHAPE_FILE;
}

static bool gives_length(struct walk *w, const struct shape_signature *g, size_t index, uint64_t *ret)
{
	uint32_t slot = w->call->frame + shim_slot(g, index);
	const struct shape *s = g->parameters[index];
	uint64_t to;
	if (s->kind == SHAPE_INTEGER && g->says_length[index])
		return guest_number(w->c, slot, s->size, ret);
	if (s->kind == SHAPE_POINTER && s->target->kind == SHAPE_INTEGER && g->says_length[index])
		return guest_number(w->c, slot, SHAPE_POINTER_BYTES, &to) &&
		       guest_number(w->c, (uint32_t)to, s->target->size, ret);
	return false;
}

/* The number of elements that another argument gives, if one does: the next, or the one before if that is a number
 * that no other pointer has. */
static bool told_length(struct walk *w, const struct shape_signature *g, size_t index, uint64_t *ret)
{
	if (index + 1 < g->parameters_len && gives_length(w, g, index + 1, ret))
		return true;
	bool alone = index == 1 || (index > 1 && !is_data(g->parameters[index - 2]));
	return alone && g->parameters[index - 1]->kind == SHAPE_INTEGER && gives_length(w, g, index - 1, ret);
}

/* Whether there is something that could remember the argument: a struct beside it, or what is returned. */
static bool may_be_kept(const struct shape_signature *g, size_t index)
{
	bool kept = g->result->kind == SHAPE_POINTER;
	for (size_t i = 0; i < g->parameters_len && !kept; i++) {
		const struct shape *s = g->parameters[i];
		kept = i != index && s->kind == SHAPE_POINTER && !s->target->is_const &&
		       (s->target->kind == SHAPE_RECORD || s->target->kind == SHAPE_VOID ||
			s->target->kind == SHAPE_POINTER);
	}
	return kept;
}

/* What may be written where nobody says how much: of the test's memory a text, of memory that is known all of it. */
static uint64_t room_at(const struct walk *w, const struct shape *target, uint32_t to)
{
	uint32_t left = left_at(w->r, to);
	if (left != UINT32_MAX)
		return left;
	size_t behind = w->c->memory_len - min_size(to, w->c->memory_len);
	return target->is_char ? min_size(OUT_TEXT_MAX, behind) : 0;
}

static void note_span(struct walk *w, const struct shape_signature *g, size_t index, uint32_t to)
{
	const struct shape *target = g->parameters[index]->target;
	uint32_t size = target->kind == SHAPE_VOID || target->is_byte ? 1 : target->size, len;
	uint64_t count = 1;
	bool told = true;
	if (shape_may_be_several(g, index) && told_length(w, g, index, &count))
		count = min_size((size_t)count, w->c->memory_len);
	else if (target->is_byte && target->is_const)
		count = guest_text(w->c, to, TEXT_MAX, &len) ? len + (uint64_t)1 : 1;
	else if (target->is_byte)
		count = room_at(w, target, to), told = false;
	else if (target->kind == SHAPE_VOID)
		count = 0;
	add_span(w, (uint16_t)index, to, count * size, !target->is_const, told && may_be_kept(g, index));
}

/* ---- calls */

void walk_arguments(struct recorder *r, struct open_call *call, const struct shape_signature *g)
{
	struct walk w = {r, call, r->host, 0};
	for (size_t i = 0; i < g->parameters_len; i++) {
		uint32_t slot = call->frame + shim_slot(g, i);
		uint64_t to;
		walk_value(&w, g->parameters[i], slot, (struct where){.parameter = (uint16_t)i, .input = true});
		if (is_data(g->parameters[i]) && guest_number(w.c, slot, SHAPE_POINTER_BYTES, &to) && to)
			note_span(&w, g, i, (uint32_t)to);
	}
}

/* The buffer in pieces, so that a change in one does not cost the rest. */
static void walk_buffer(struct walk *w, const struct span *s, struct where where)
{
	for (uint32_t from = 0; from < s->kept; from += TRACE_BUFFER_MAX) {
		uint32_t len = (uint32_t)min_size(s->kept - from, TRACE_BUFFER_MAX);
		where.element = (uint16_t)(from / TRACE_BUFFER_MAX);
		if (!is_changed(w, s->address + from, len))
			continue;
		struct trace_item *item = add(w, &where, TRACE_BYTES, len);
		uint32_t at = (uint32_t)w->r->trace.bytes.len;
		keep_bytes(w, item, w->c->memory + s->address + from, len);
		if (item->len) {
			keep_bytes(w, item, w->call->snapshot.ptr + s->before + from, len);
			item->at = at;
		}
	}
}

/* Numbers of an array behind the first ELEMENTS_MAX, as bytes. */
static void walk_more(struct walk *w, const struct shape *target, const struct span *s)
{
	uint32_t told = ELEMENTS_MAX * target->size;
	struct span more = *s;
	if ((target->kind != SHAPE_INTEGER && target->kind != SHAPE_FLOAT) || s->kept <= told)
		return;
	more.address += told;
	more.before += told;
	more.kept -= told;
	walk_buffer(w, &more, (struct where){.parameter = s->parameter, .depth = 1});
}

static void walk_written(struct walk *w, const struct shape *target, const struct span *s)
{
	struct where where = {.parameter = s->parameter, .depth = 1};
	uint32_t len, size = target->size;
	if (target->kind == SHAPE_VOID || (target->is_byte && !target->is_char)) {
		walk_buffer(w, s, where);
	} else if (target->is_char) {
		if (!is_changed(w, s->address, s->kept))
			return;
		if (guest_text(w->c, s->address, s->kept, &len))
			add_text(w, &where, (const char *)w->c->memory + s->address, len);
		else
			walk_buffer(w, s, where);
	} else {
		for (uint32_t i = 0; size && i < s->len / size && i < ELEMENTS_MAX; i++) {
			where.element = (uint16_t)(s->len / size > 1 ? i + 1 : 0);
			walk_value(w, target, s->address + i * size, where);
		}
		walk_more(w, target, s);
	}
}

static void walk_printed(struct walk *w, uint16_t parameter, const char *text, size_t from, size_t to)
{
	struct where where = {.parameter = parameter, .result = true};
	if (to > from)
		add_text(w, &where, text + from, to - from);
}

void walk_results(struct recorder *r, struct open_call *call, const struct shape_signature *g, bool callback)
{
	struct walk w = {r, call, r->host, 0};
	if (g->result->kind != SHAPE_VOID)
		walk_value(&w, g->result, call->frame + shim_slot(g, g->parameters_len),
			   (struct where){.parameter = TRACE_RESULT, .result = true, .input = callback});
	if (callback)
		return;
	for (size_t i = 0; i < call->spans_len; i++) {
		const struct span *s = &call->spans[i];
		if (s->writable && !s->freed && guest_holds(w.c, s->address, s->len))
			walk_written(&w, g->parameters[s->parameter]->target, s);
	}
	walk_printed(&w, TRACE_OUTPUT, w.c->out, call->out_len, w.c->out_len);
	walk_printed(&w, TRACE_ERRORS, w.c->err, call->err_len, w.c->err_len);
}
