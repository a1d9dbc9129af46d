#include "harness/probe_parts.h"

/* What the driver's functions answer when the library calls them: how things compare follows from what they hold; all
 * else is drawn by lot, the same on both sides. */

enum { COMPARED_MAX = 64 };

/* Of the caller's texts, or as far as there is one; a key that is no text is compared by its first bytes. */
static struct str text_at(const struct hostcall *c, uint64_t address, uint64_t max)
{
	uint32_t len;
	uint32_t most = (uint32_t)min_size((size_t)max, COMPARED_MAX);
	if (!guest_holds(c, (uint32_t)address, 1))
		return (struct str){0};
	if (!guest_text(c, (uint32_t)address, most, &len))
		len = guest_holds(c, (uint32_t)address, most) ? most : 1;
	return (struct str){(const char *)c->memory + address, len};
}

/* As strcmp does it on most machines: by how much the first bytes differ that do. */
static int64_t order_of(struct str x, struct str y)
{
	size_t same = 0;
	while (same < min_size(x.len, y.len) && x.ptr[same] == y.ptr[same])
		same++;
	int left = same < x.len ? (unsigned char)x.ptr[same] : 0, right = same < y.len ? (unsigned char)y.ptr[same] : 0;
	return left - right;
}

static int64_t compare(const struct hostcall *c, const struct shape_signature *s, uint32_t frame)
{
	uint64_t first = 0, second = 0, length = COMPARED_MAX;
	guest_number(c, frame, 4, &first);
	if (s->parameters_len > 1 && s->parameters[1]->kind == SHAPE_POINTER) {
		guest_number(c, frame + shim_slot(s, 1), 4, &second);
		return order_of(text_at(c, first, length), text_at(c, second, length));
	}
	/* A hash. */
	if (s->parameters_len > 1 && s->parameters[1]->kind == SHAPE_INTEGER)
		guest_number(c, frame + shim_slot(s, 1), s->parameters[1]->size, &length);
	struct str text = text_at(c, first, length);
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
	return hash;
}

/* Callbacks mostly say whether to go on: so one that always says the same is common, and one that changes its mind rare. */
static int64_t drawn(struct prng *answers, unsigned count)
{
	static const int8_t some[] = {0, 1, -1, 2, 5, 100};
	uint64_t way = answers->state >> 32;
	switch (way % 8) {
	case 0:
	case 1:
	case 2:
		return 0;
	case 3:
	case 4:
		return 1;
	case 5:
		return count < 1 + way / 8 % 8;
	case 6:
		return count >= 1 + way / 8 % 8;
	default:
		return some[(way * 31 + count * 7) % countof(some)];
	}
}

static uint64_t answer_of(const struct probe_area *area, const struct shape *result, int64_t drawn)
{
	uint64_t bits;
	if (result->kind == SHAPE_POINTER) {
		bool text = result->target->is_byte || result->target->kind == SHAPE_VOID;
		return drawn && text ? area_user(area, (uint64_t)drawn) : 0;
	}
	if (result->kind != SHAPE_FLOAT)
		return (uint64_t)drawn;
	if (result->size == sizeof(float)) {
		float value = (float)drawn / 2;
		uint32_t narrow;
		memcpy(&narrow, &value, sizeof(narrow));
		return narrow;
	}
	double value = (double)drawn / 2;
	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

void probe_answer(const struct probe_area *area, const struct hostcall *c, struct prng *answers, unsigned *count)
{
	size_t index = c->arg[0];
	uint32_t frame = c->arg[1];
	if (index >= area->g->callbacks_len)
		return;
	const struct shape_signature *s = area->g->callbacks[index];
	bool compares = area->g->callback_modes[index] == SHIM_COMPARATOR;
	int64_t number = compares ? compare(c, s, frame)
				  : drawn(answers, area->g->callback_steady[index] ? 0 : (*count)++);
	uint64_t bits = answer_of(area, s->result, number);
	uint32_t at = frame + shim_slot(s, s->parameters_len);
	if (s->result->kind != SHAPE_VOID && guest_holds(c, at, s->result->size))
		memcpy(c->memory + at, &bits, min_size(s->result->size, sizeof(bits)));
}
