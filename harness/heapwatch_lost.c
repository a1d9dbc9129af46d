#include "harness/heapwatch_parts.h"

#include "core/mem.h"

/* Blocks that something leads to and whose contents are yet to be looked at. */
struct reaching {
	struct heap_watch *w;
	const uint8_t *memory;
	struct {
		struct slot **items;
		size_t len, cap;
	} todo;
};

static void reach(struct reaching *r, struct slot *s)
{
	if (s->reached || !s->live)
		return;
	s->reached = true;
	*vec_push(&r->todo) = s;
}

/* Whatever could be an address is one. */
static void look_through(struct reaching *r, uint32_t from, uint32_t to)
{
	for (uint64_t at = ((uint64_t)from + 3) / 4 * 4; at + 4 <= to; at += 4) {
		uint32_t value;
		memcpy(&value, r->memory + at, sizeof(value));
		if (value - r->w->base >= r->w->next - r->w->base)
			continue;
		struct slot *s = heap_slot_at(r->w, value);
		if (s)
			reach(r, s);
	}
}

/* What the test has and has not given back is its own affair: that, too, may lead to blocks. */
static void begin(struct reaching *r, const struct heap_roots *roots)
{
	for (size_t i = 0; i < r->w->slots_len; i++) {
		struct slot *s = &r->w->slots[i];
		s->reached = false;
		if (s->live && !s->owner)
			reach(r, s);
	}
	look_through(r, roots->data, r->w->base);
	look_through(r, roots->from, roots->to);
}

void heap_watch_lost(struct heap_watch *w, const uint8_t *memory, size_t len, const struct heap_roots *roots,
		     struct heap_lost *ret)
{
	struct heap_lost lost = {0};
	struct reaching r = {.w = w, .memory = memory};
	bool holds = w->next <= len && roots->to <= len;
	if (w->account.live_blocks && holds) {
		begin(&r, roots);
		while (r.todo.len) {
			const struct slot *s = r.todo.items[--r.todo.len];
			look_through(&r, s->address, s->address + s->size);
		}
	}
	for (size_t i = 0; i < w->slots_len && w->account.live_blocks && holds; i++) {
		const struct slot *s = &w->slots[i];
		if (!s->live || !s->owner || s->reached)
			continue;
		if (lost.blocks == 0)
			lost.first = (struct heap_block){s->address, s->size, s->serial, s->owner};
		lost.blocks++;
		lost.bytes += s->size;
	}
	vec_release(&r.todo);
	*ret = lost;
}
