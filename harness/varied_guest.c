#include "core/mem.h"
#include "harness/guestmemory.h"
#include "harness/ownsource.h"
#include "harness/probe_compared.h"
#include "harness/varied_parts.h"

/*
 * In the guest a literal's value is put into a frame, and the host is told; what then stands there is the value. A changed
 * text lies in memory of recast's own, which has at least the room of the original one: its bytes are zero behind the text,
 * for those who know the literal's size from elsewhere.
 */
static const char GUEST[] =
	"struct frame { const char *text; unsigned size; const void *table; unsigned table_size; };\n"
	"unsigned recast_vary(unsigned, const void *, void *, unsigned)\n"
	"\t__attribute__((import_module(\"recast\"), import_name(\"vary\")));\n"
	"static char recast_room[65536];\n"
	"const char *recast_vary_text(unsigned number, const char *text, unsigned size)\n"
	"{\n"
	"\tstruct frame f = {text, size, 0, 0};\n"
	"\trecast_vary(number, &f, recast_room, 0);\n"
	"\treturn f.text;\n"
	"}\n"
	"void recast_vary_table(unsigned number, const char *text, unsigned size, const void *table, unsigned table_size)\n"
	"{\n"
	"\tstruct frame f = {text, size, table, table_size};\n"
	"\trecast_vary(number, &f, recast_room, 1);\n"
	"}\n"
	"long long recast_vary_number(unsigned number, long long value)\n"
	"{\n"
	"\trecast_vary(number, &value, recast_room, 2);\n"
	"\treturn value;\n"
	"}\n"
	"double recast_vary_real(unsigned number, double value)\n"
	"{\n"
	"\trecast_vary(number, &value, recast_room, 3);\n"
	"\treturn value;\n"
	"}\n";

int varied_guest_object(const struct tools *tools, struct arena *a, struct link_input *ret, struct err *err)
{
	struct own_source source = {.path = "/recast/varied.c", .text = arena_printf(a, "%s%s", GUEST, probe_compared_nothing)};
	struct built built;
	if (own_compile(tools, &source, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		return err_set(err, ERR_BUG, "recast's own source of changed literals does not build: %s",
			       built.failure);
	*ret = (struct link_input){"recast-varied", built.bytes};
	return 0;
}

/* ---- the host's */

enum { FRAME_TEXT = 0, FRAME_SIZE = 4, FRAME_TABLE = 8, FRAME_TABLE_SIZE = 12, POINTER = 4, VALUE = 8 };

/* Of the program's inputs, or inputs_len: a guest may say anything. */
static size_t input_of(const struct varied_program *p, uint32_t number)
{
	size_t object = number >> VARIED_OBJECT_BITS, index = number & ((1u << VARIED_OBJECT_BITS) - 1);
	if (object >= p->objects->len || p->first_of[object] == SIZE_MAX ||
	    index >= p->objects->items[object].literals.numbers)
		return p->inputs_len;
	return p->first_of[object] + index;
}

static size_t change_of(const struct varied_hearing *h, size_t input)
{
	for (size_t i = 0; i < h->variation->len; i++) {
		if (h->variation->changes[i].input == input)
			return i;
	}
	return h->variation->len;
}

static bool read_text(const struct hostcall *c, uint32_t frame, uint32_t *ret_address, struct str *ret)
{
	uint64_t text, size;
	if (!guest_number(c, frame + FRAME_TEXT, POINTER, &text) ||
	    !guest_number(c, frame + FRAME_SIZE, POINTER, &size) || !size || !guest_holds(c, (uint32_t)text, size))
		return false;
	*ret_address = (uint32_t)text;
	*ret = (struct str){(const char *)c->memory + text, (size_t)size - 1};
	return true;
}

static void put_down(struct varied_hearing *h, const struct hostcall *c, size_t index)
{
	struct varied_input *input = &h->found[index];
	uint32_t address;
	struct str text;
	if (input->reached)
		return;
	if (c->arg[3] <= VARIED_TABLE) {
		if (!read_text(c, c->arg[1], &address, &text))
			return;
		input->text = (struct str){arena_str(h->arena, text), text.len};
	} else if (!guest_number(c, c->arg[1], VALUE, &input->number)) {
		return;
	}
	input->reached = true;
}

/* Puts the changed text where it stays for this run. 0: there is no room. */
static uint32_t place(struct varied_hearing *h, const struct hostcall *c, size_t change, size_t room)
{
	struct str text = h->variation->changes[change].text;
	size_t need = (max_size(room, text.len) + 16) & ~(size_t)15;
	uint32_t at = c->arg[2] + h->used;
	if (h->placed[change])
		return h->placed[change];
	if (need > VARIED_TEXT_ROOM - h->used || !guest_holds(c, at, need))
		return 0;
	memset(c->memory + at, 0, need);
	memcpy(c->memory + at, text.ptr, text.len);
	h->used += (uint32_t)need;
	return h->placed[change] = at;
}

static void put_pointer(const struct hostcall *c, uint32_t at, uint32_t value)
{
	if (guest_holds(c, at, POINTER))
		memcpy(c->memory + at, &value, POINTER);
}

/* Pointers to the text lead to the changed one; where the text itself lies in the table, it is changed as far as its place
 * goes. */
static void change_table(struct varied_hearing *h, const struct hostcall *c, size_t change, uint32_t address,
			 struct str text)
{
	uint64_t table, size, value;
	uint32_t changed = 0;
	if (!guest_number(c, c->arg[1] + FRAME_TABLE, POINTER, &table) ||
	    !guest_number(c, c->arg[1] + FRAME_TABLE_SIZE, POINTER, &size) || !guest_holds(c, (uint32_t)table, size))
		return;
	for (uint64_t i = 0; i + POINTER <= size; i += POINTER) {
		if (!guest_number(c, (uint32_t)(table + i), POINTER, &value) || value != address)
			continue;
		changed = changed ? changed : place(h, c, change, text.len);
		if (changed)
			put_pointer(c, (uint32_t)(table + i), changed);
	}
	struct str other = str_first(h->variation->changes[change].text, text.len);
	uint8_t *at = changed || !text.len ? NULL : memmem(c->memory + table, (size_t)size, text.ptr, text.len);
	if (at && at != (const uint8_t *)text.ptr) {
		memset(at, 0, text.len);
		memcpy(at, other.ptr, other.len);
	}
}

static void change_value(struct varied_hearing *h, const struct hostcall *c, size_t change)
{
	uint32_t address, changed;
	struct str text;
	if (c->arg[3] > VARIED_TABLE) {
		if (guest_holds(c, c->arg[1], VALUE))
			memcpy(c->memory + c->arg[1], &h->variation->changes[change].number, VALUE);
		return;
	}
	if (!read_text(c, c->arg[1], &address, &text))
		return;
	if (c->arg[3] == VARIED_TABLE) {
		change_table(h, c, change, address, text);
		return;
	}
	changed = place(h, c, change, text.len);
	if (changed)
		put_pointer(c, c->arg[1] + FRAME_TEXT, changed);
}

static int64_t vary(struct varied_hearing *h, const struct hostcall *c)
{
	size_t input = input_of(h->program, c->arg[0]), change = change_of(h, input);
	if (input == h->program->inputs_len)
		return -1;
	if (h->found)
		put_down(h, c, input);
	if (change < h->variation->len)
		change_value(h, c, change);
	return 0;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct varied_hearing *h = data;
	if (name == HOSTCALL_VARY)
		return vary(h, call);
	if (h->watch && (name == HOSTCALL_HEAP || name == HOSTCALL_UNDEFINED))
		return h->watching.hostcalls.call(h->watching.hostcalls.data, name, call);
	/* Who runs; what it thinks of calls from within callbacks does not matter. */
	if (h->watch && (name == HOSTCALL_ENTER || name == HOSTCALL_LEAVE))
		h->watching.hostcalls.call(h->watching.hostcalls.data, name, call);
	return h->inner.hostcalls.call(h->inner.hostcalls.data, name, call);
}

static void over(void *data, const struct hostcall *call)
{
	struct varied_hearing *h = data;
	if (h->watch)
		h->watching.hostcalls.over(h->watching.hostcalls.data, call);
}

static void printed(void *data, struct str out, struct str err)
{
	struct varied_hearing *h = data;
	if (h->inner.printed)
		h->inner.printed(h->inner.hostcalls.data, out, err);
}

void varied_hear(struct varied_hearing *h, struct program_other *ret)
{
	ret->printed = printed;
	ret->hostcalls = (struct hostcalls){.data = h, .call = hear, .over = over};
}
