#include "harness/trace_parts.h"

#include "core/mem.h"

/* ---- things: a hash table of addresses, with linear probing */

struct thing {
	uint32_t address, id;   /* id 0: the place is free, or its thing has ended */
	const char *type; /* without qualifiers: "struct x" */
};

struct things {
	struct thing *items;
	size_t cap;  /* a power of two */
	size_t used; /* places that are or were taken */
	uint32_t next_id;
};

enum { THINGS_FIRST = 1024 };

struct things *things_new(void)
{
	struct things *t = mem_zalloc(1, sizeof(*t));
	*t = (struct things){mem_zalloc(THINGS_FIRST, sizeof(struct thing)), THINGS_FIRST, 0, 1};
	return t;
}

void things_free(struct things *t)
{
	if (!t)
		return;
	free(t->items);
	free(t);
}

void things_forget(struct things *t)
{
	if (t->used)
		memset(t->items, 0, t->cap * sizeof(*t->items));
	t->used = 0;
}

static size_t first_place(const struct things *t, uint32_t address)
{
	return (address * 2654435761u) & (t->cap - 1);
}

static struct thing *place(const struct things *t, uint32_t address, const char *type)
{
	size_t at = first_place(t, address);
	while (t->items[at].address && (t->items[at].address != address || strcmp(t->items[at].type, type) != 0))
		at = (at + 1) & (t->cap - 1);
	return &t->items[at];
}

static void grow(struct things *t)
{
	struct things bigger = {mem_zalloc(2 * t->cap, sizeof(struct thing)), 2 * t->cap, 0, t->next_id};
	for (size_t i = 0; i < t->cap; i++) {
		if (t->items[i].id) {
			*place(&bigger, t->items[i].address, t->items[i].type) = t->items[i];
			bigger.used++;
		}
	}
	free(t->items);
	*t = bigger;
}

static const char *unqualified(const struct shape *type)
{
	return str_starts(str_of(type->text), STR("const ")) ? type->text + 6 : type->text;
}

uint32_t things_id(struct things *t, uint32_t address, const struct shape *type, bool *ret_fresh)
{
	const char *name = unqualified(type);
	struct thing *thing = place(t, address, name);
	*ret_fresh = !thing->id;
	if (thing->id)
		return thing->id;
	t->used += !thing->address;
	*thing = (struct thing){address, t->next_id++, name};
	uint32_t id = thing->id;
	if (t->used > t->cap / 2)
		grow(t);
	return id;
}

static void end_one(struct thing *thing, struct trace *trace)
{
	if (!thing->id)
		return;
	if (trace->ends_len < TRACE_ITEMS_MAX) {
		trace->ends = mem_grow(trace->ends, trace->ends_len, &trace->ends_cap, sizeof(*trace->ends));
		trace->ends[trace->ends_len++] = (struct trace_end){(uint32_t)trace->events_len, thing->id};
	}
	thing->id = 0;
}

void things_end(struct things *t, uint32_t address, uint32_t len, struct trace *trace)
{
	if (len / 4 > t->cap) {
		for (size_t i = 0; i < t->cap; i++) {
			if (t->items[i].address - address < len)
				end_one(&t->items[i], trace);
		}
		return;
	}
	for (uint32_t at = address; at && at - address < len; at += 4) {
		for (size_t i = first_place(t, at); t->items[i].address; i = (i + 1) & (t->cap - 1)) {
			if (t->items[i].address == at)
				end_one(&t->items[i], trace);
		}
	}
}
